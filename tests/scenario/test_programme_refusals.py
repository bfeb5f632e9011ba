"""What no programme can act on is refused, at its place, with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import ScenarioError
from tests.scenario.worlds import world

POINTS = {"per_currency": 1.0, "threshold": 100, "reward": 5.0}
EARN = {"per_currency": 1.0}
TEA = {"name": "Tea", "points": 50, "worth": 1.0}
LEVELS = [{"name": "Silver", "spend": 100.0}, {"name": "Gold", "spend": 500.0}]
PRICES = {"member_price": {"depth": 0.1}}
GOAL = {"weeks": 4, "every": 8, "points": 50}


def faults(programme: dict[str, Any], of: str = "Harbour") -> list[str]:
    """What is said of a programme, without the part of the path that is always the same."""
    try:
        world().replace(f"firms.{of}.programme", programme)
    except ScenarioError as error:
        return [str(fault).partition("].programme")[2].removeprefix(".").strip() for fault in error.faults]
    return []


def points(**fields: Any) -> dict[str, Any]:
    return {"points": {**POINTS, **fields}}


def menu(**fields: Any) -> dict[str, Any]:
    return {"points": {**EARN, "rewards": [TEA], **fields}}


def tiers(**fields: Any) -> dict[str, Any]:
    return {"tiers": {"levels": LEVELS, **fields}}


def level(**fields: Any) -> dict[str, Any]:
    return {"tiers": {"levels": [{**LEVELS[0], **fields}]}}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a programme that gives nothing": (
        {"club": {"fee": 20}},
        (
            "the programme gives members nothing; add 'points', 'stamps', 'tiers', 'member_price', 'offers' or "
            "'surprise', or write 'programme: null' for none"
        ),
    ),
    # Earning
    "points that no purchase earns": (
        {"points": {"threshold": 100, "reward": 5}},
        "points  no purchase earns a point; set 'per_currency' (points per unit of money) or 'per_visit'",
    ),
    "a cap without a limit": (
        points(cap={}),
        "points.cap  limits nothing; give 'per_purchase', 'per_week' or 'per_year', or write 'cap: null'",
    ),
    "a multiplier that lasts for good and comes back": (
        points(multipliers=[{"name": "Double", "factor": 2, "every": 4}]),
        "points.multipliers[0].every  what applies for good cannot come back; add 'weeks', how long it lasts",
    ),
    "a multiplier that comes back before it has ended": (
        points(multipliers=[{"name": "Double", "factor": 2, "weeks": 4, "every": 4}]),
        (
            "points.multipliers[0].every  it lasts 4 weeks and would come back after 4, before it has ended; write "
            "more than 4, or leave both out for a multiplier without end"
        ),
    ),
    "a multiplier for a segment that there is not": (
        points(multipliers=[{"name": "Double", "factor": 2, "segments": ["familys"]}]),
        "points.multipliers[0].segments[0]  no segment is called 'familys'; did you mean 'families'?",
    ),
    "two multipliers of one name": (
        points(multipliers=[{"name": "Double", "factor": 2}, {"name": "Double", "factor": 3}]),
        "points.multipliers[1].name  two multipliers are called 'Double'; rename one",
    ),
    "five multipliers": (
        points(multipliers=[{"name": f"M{i}", "factor": 2} for i in range(5)]),
        "points.multipliers  must have at most 4 entries; got 5",
    ),
    # Burning
    "points that buy nothing": (
        {"points": EARN},
        "points  points buy nothing; give 'threshold' and 'reward' (one reward), or a list of 'rewards'",
    ),
    "a threshold for nothing": (
        {"points": {**EARN, "threshold": 100}},
        (
            "points.reward  required field 'reward' is missing in 'firms[0].programme.points'; add it: face value "
            "of one reward (currency, greater than 0 and at most 10_000_000)"
        ),
    ),
    "a reward at no price": (
        {"points": {**EARN, "reward": 5}},
        (
            "points.threshold  required field 'threshold' is missing in 'firms[0].programme.points'; add it: points "
            "that buy one reward; needs 'reward', what it is worth (points, between 1 and 100_000_000)"
        ),
    ),
    "one reward and a menu": (
        menu(threshold=100, reward=5),
        (
            "points.threshold  'rewards' lists what points buy, and this would be one more; keep one form: write "
            "'threshold: null' and 'reward: null', or 'rewards: []'"
        ),
    ),
    "the cost of one reward beside a menu": (
        menu(cost_ratio=0.7),
        (
            "points.cost_ratio  'rewards' lists what points buy, and this would be one more; keep one form: write "
            "'cost_ratio: 1.0', or 'rewards: []'"
        ),
    ),
    "two rewards of one name": (
        {"points": {**EARN, "rewards": [TEA, TEA]}},
        "points.rewards[1].name  two rewards are called 'Tea'; rename one",
    ),
    "nine rewards": (
        {"points": {**EARN, "rewards": [{**TEA, "name": f"R{i}"} for i in range(9)]}},
        "points.rewards  must have at most 8 entries; got 9",
    ),
    "an auction": (
        {"points": {**EARN, "rewards": [{**TEA, "kind": "auction"}]}},
        (
            "points.rewards[0].kind  auctions of rewards are not simulated; kinds of rewards are: discount, "
            "free_item, catalogue, points_plus_cash, partner, donation, experience, upgrade"
        ),
    ),
    "a lottery": (
        {"points": {**EARN, "rewards": [{**TEA, "kind": "lottery"}]}},
        (
            "points.rewards[0].kind  lotteries are not simulated; use 'surprise' of the programme, or another kind; "
            "kinds of rewards are: discount, free_item, catalogue, points_plus_cash, partner, donation, experience, "
            "upgrade"
        ),
    ),
    "a kind of reward that is misspelt": (
        {"points": {**EARN, "rewards": [{**TEA, "kind": "free item"}]}},
        (
            "points.rewards[0].kind  must be one of: discount, free_item, catalogue, points_plus_cash, partner, "
            "donation, experience, upgrade; got the text 'free item'; did you mean 'free_item'?"
        ),
    ),
    "a blackout in a week that no year has": (
        {"points": {**EARN, "rewards": [{**TEA, "blackout": [52]}]}},
        "points.rewards[0].blackout[0]  must be at most 51; got 52",
    ),
    "a reward for a level, without levels": (
        {"points": {**EARN, "rewards": [{**TEA, "from_tier": "Gold"}]}},
        (
            "points.rewards[0].from_tier  there are no levels, so none is called 'Gold'; add 'tiers' or leave this "
            "out"
        ),
    ),
    "a reward for a level that there is not": (
        {"points": {**EARN, "rewards": [{**TEA, "from_tier": "Golden"}]}, **tiers()},
        "points.rewards[0].from_tier  no level is called 'Golden'; did you mean 'Gold'?",
    ),
    "a cheque that expires": (
        points(payout={"every": 13, "form": "cheque", "voucher_weeks": 52}),
        "points.payout.voucher_weeks  a cheque is paid at once; leave it out or write 'form: voucher'",
    ),
    "a payout that never reaches its least": (
        points(payout={"every": 13, "least": 150, "cap": 100}),
        (
            "points.payout.cap  nothing could ever be paid out: the most (100) is below least (150); write at least "
            "150"
        ),
    ),
    "a payout smaller than its step": (
        points(payout={"every": 13, "step": 150, "cap": 100}),
        (
            "points.payout.cap  nothing could ever be paid out: the most (100) is below step (150); write at least "
            "150"
        ),
    ),
    # Dying
    "two ways to die": (
        points(expire_weeks=52, expiry={"mode": "rolling", "weeks": 26}),
        (
            "points.expire_weeks  'expiry' says already when points die (rolling); keep one: write 'expire_weeks: "
            "null' or 'expiry: {mode: none}'"
        ),
    ),
    "a date without years": (
        points(expiry={"mode": "calendar", "week_of_year": 9}),
        (
            "points.expiry.years  required field 'years' is missing in 'firms[0].programme.points.expiry'; add it: "
            "full years that a point lives before it dies on the date (calendar) (years, between 0 and 3)"
        ),
    ),
    "rolling expiry without an age": (
        points(expiry={"mode": "rolling"}),
        (
            "points.expiry.weeks  required field 'weeks' is missing in 'firms[0].programme.points.expiry'; add it: "
            "life of a point (rolling), or weeks without a purchase (inactivity) (weeks, between 1 and 5_200)"
        ),
    ),
    "an age beside a date": (
        points(expiry={"mode": "calendar", "years": 1, "weeks": 52}),
        (
            "points.expiry.weeks  nothing reads it in the mode 'calendar'; leave it out (null), or write 'mode: "
            "rolling' or 'mode: inactivity'"
        ),
    ),
    "years beside an age": (
        points(expiry={"mode": "rolling", "weeks": 52, "years": 1}),
        "points.expiry.years  nothing reads it in the mode 'rolling'; leave it out, or write 'mode: calendar'",
    ),
    "a date that is not read": (
        points(expiry={"week_of_year": 9}),
        (
            "points.expiry.week_of_year  nothing reads it in the mode 'none'; leave it out, or write 'mode: "
            "calendar'"
        ),
    ),
    "a card that keeps alive what never dies": (
        points(expiry={"card_share": 0.2}),
        (
            "points.expiry.card_share  no point dies, so no card keeps any alive; leave it out, or set 'mode' to "
            "rolling, calendar or inactivity"
        ),
    ),
    # Levels
    "levels that do not rise": (
        {"tiers": {"levels": [LEVELS[1], LEVELS[0]]}},
        (
            "tiers.levels[1].spend  levels must rise: 'Silver' asks for 100, and 'Gold' below it for 500; write "
            "more, or put the lowest level first"
        ),
    ),
    "levels that ask for the same": (
        {"tiers": {"levels": [LEVELS[0], {**LEVELS[0], "name": "Gold", "visits": 40}]}},
        (
            "tiers.levels[1].spend  levels must rise: 'Gold' asks for 100, and 'Silver' below it for 100; write "
            "more, or put the lowest level first"
        ),
    ),
    "a level that nothing reaches": (
        {"tiers": {"levels": [{"name": "Gold"}]}},
        "tiers.levels[0]  nothing reaches the level 'Gold'; give spend, visits, points, or some",
    ),
    "two levels of one name": (
        {"tiers": {"levels": [LEVELS[0], {**LEVELS[1], "name": "Silver"}]}},
        "tiers.levels[1].name  two levels are called 'Silver'; rename one",
    ),
    "six levels": (
        {"tiers": {"levels": [{"name": f"L{i}", "visits": i + 1} for i in range(6)]}},
        "tiers.levels  must have at most 5 entries; got 6",
    ),
    "a match to a level that there is not": (
        tiers(match={"level": "Golden", "weeks": 13}),
        "tiers.match.level  no level is called 'Golden'; did you mean 'Gold'?",
    ),
    "a gift of a level that there is not": (
        tiers(gift={"level": "Black", "share": 0.5}),
        "tiers.gift.level  no level is called 'Black'; known: Silver, Gold",
    ),
    "a match that may be tried again": (
        tiers(match={"level": "Gold", "weeks": 13, "retry_years": 3}),
        (
            "tiers.match.retry_years  how soon a status match may be tried again is not simulated: a customer is "
            "matched once, at joining; leave it out (there are: level, weeks, spend)"
        ),
    ),
    "nights": (
        level(nights=10),
        "tiers.levels[0].nights  levels count purchases, not nights; write 'visits', and 'spend' or 'points'",
    ),
    "the start of a year that is not counted": (
        tiers(window="rolling", year_start=9),
        (
            "tiers.year_start  nothing reads it where the window is rolling; leave it out or write 'window: "
            "calendar'"
        ),
    ),
    "rollover into no window": (
        tiers(window="lifetime", rollover=True),
        (
            "tiers.rollover  a window that is lifetime has no next one; write 'rollover: false', or 'window: "
            "calendar' or 'window: anniversary'"
        ),
    ),
    "grace where nothing runs out": (
        tiers(downgrade="none", grace=8),
        "tiers.grace  no level ever runs out here; leave it out, or choose another window or downgrade",
    ),
    # What needs points
    "a challenge without points": (
        {**PRICES, "challenge": {**GOAL, "visits": 3}},
        (
            "challenge  a challenge is rewarded with points, and the programme has none; add 'points' or leave this "
            "out"
        ),
    ),
    "a streak without points": (
        {**PRICES, "streak": {"length": 4, "points": 50}},
        "streak  a streak is rewarded with points, and the programme has none; add 'points' or leave this out",
    ),
    "a milestone without points": (
        tiers(milestone={"visits": 10, "points": 50}),
        (
            "tiers.milestone  a milestone is rewarded with points, and the programme has none; add 'points' or "
            "leave this out"
        ),
    ),
    "a level reached with points, without points": (
        level(points=500),
        (
            "tiers.levels[0].points  this level is reached with points, and the programme has none; add 'points' or "
            "leave this out"
        ),
    ),
    "a level that multiplies no points": (
        level(multiplier=2),
        (
            "tiers.levels[0].multiplier  it multiplies points, and the programme has none; add 'points' or leave "
            "this out"
        ),
    ),
    "a level that keeps no points alive": (
        level(keep_points=True),
        (
            "tiers.levels[0].keep_points  it keeps points alive, and the programme has none; add 'points' or leave "
            "this out"
        ),
    ),
    "partners without points": (
        {**PRICES, "partners": {"firms": ["Mill"]}},
        (
            "partners  at partners members earn and redeem points, and the programme has none; add 'points' or "
            "leave this out"
        ),
    ),
    "thieves without points": (
        {**PRICES, "guard": {"takeovers": 0.01}},
        "guard.takeovers  this abuse is of points, and the programme has none; add 'points' or leave this out",
    ),
    "the price of a point, without points": (
        {**PRICES, "books": {"stand_alone": 0.01}},
        (
            "books.stand_alone  it is the price of points, and the programme has none; add 'points' or leave this "
            "out"
        ),
    ),
    "second accounts for no welcome": (
        {**points(), "guard": {"multi_accounts": 0.1}},
        (
            "guard.multi_accounts  nobody opens a second account for welcome points, as there are none; set "
            "'points.welcome' or leave this out"
        ),
    ),
    "a payout outside of points": (
        {**PRICES, "payout": {"every": 13}},
        "payout  unknown field here; it belongs in 'points'",
    ),
    "a birthday outside of points": (
        {**PRICES, "birthday": 50},
        "birthday  unknown field here; it belongs in 'points'",
    ),
    # Play
    "a challenge without a goal": (
        {**points(), "challenge": GOAL},
        "challenge  there is no goal; give 'visits' (purchases) or 'spend' (money)",
    ),
    "a challenge with two goals": (
        {**points(), "challenge": {**GOAL, "visits": 3, "spend": 50}},
        "challenge.spend  a challenge has one goal, and 'visits' is given; write 'spend: null' or 'visits: null'",
    ),
    "challenges that overlap": (
        {**points(), "challenge": {**GOAL, "visits": 3, "every": 2}},
        (
            "challenge.every  the next challenge would start after 2 weeks, before the 4 of this one are over; "
            "write at least 4"
        ),
    ),
    "a streak of one": (
        {**points(), "streak": {"length": 1, "points": 50}},
        "streak.length  must be between 2 and 1_000 (periods in a row); got 1",
    ),
    "a surprise for a level that there is not": (
        {"surprise": {"chance": 0.1, "worth": 2, "from_tier": "Silvr"}, **tiers()},
        "surprise.from_tier  no level is called 'Silvr'; did you mean 'Silver'?",
    ),
    "a badge": (
        {**points(), "badge": {"visits": 10}},
        (
            "badge  badges are not simulated; of play there are: challenge, streak, surprise, stamps; status is "
            "given by 'tiers'"
        ),
    ),
    "several badges": (
        {**points(), "badges": ["early bird"]},
        (
            "badges  badges are not simulated; of play there are: challenge, streak, surprise, stamps; status is "
            "given by 'tiers'"
        ),
    ),
    "a leaderboard": (
        {**points(), "leaderboard": True},
        (
            "leaderboard  leaderboards are not simulated, as members do not see each other; of play there are: "
            "challenge, streak, surprise, stamps"
        ),
    ),
    "points for friends": (
        points(referral={"referrer": 50}),
        (
            "points.referral  points for bringing friends are not simulated; use 'referral' of the firm, which pays "
            "in money"
        ),
    ),
    # Clubs, prices, who may join
    "a club that is joined unasked": (
        {**PRICES, "club": {"fee": 20}, "enrolment": {"automatic": True}},
        "enrolment.automatic  nobody joins a club with a fee unasked; write 'automatic: false' or 'club: null'",
    ),
    "a guarantee for life": (
        {**PRICES, "club": {"fee": 20, "period_weeks": None, "guarantee": True}},
        (
            "club.guarantee  a fee paid once for life has no period after which it could be settled; write "
            "'guarantee: false' or give 'period_weeks'"
        ),
    ),
    "a fee of nothing": (
        {**PRICES, "club": {"fee": 0}},
        "club.fee  must be greater than 0 and at most 10_000_000 (currency); got 0",
    ),
    "spending asked of those who join unasked": (
        {**PRICES, "enrolment": {"automatic": True, "spend_per_year": 500}},
        (
            "enrolment.spend_per_year  nobody is asked where every customer joins at the first purchase; leave it "
            "out or write 'automatic: false'"
        ),
    ),
    "an offer for nothing off": (
        {"offers": {"per_week": 0.2, "depth": 0}},
        "offers.depth  must be greater than 0 and less than 1 (share of price); got 0",
    ),
    "offers that never come": (
        {"offers": {"per_week": 0, "depth": 0.1}},
        "offers.per_week  must be greater than 0 and at most 1 (probability per member-week); got 0",
    ),
    "offers to whom nobody knows": (
        {"offers": {"per_week": 0.2, "depth": 0.1, "target": "loyal"}},
        "offers.target  must be one of: any, lapsing, heavy; got the text 'loyal'",
    ),
    # Partners
    "a partner that is no firm": (
        {**points(), "partners": {"firms": ["Mil"]}},
        "partners.firms[0]  no firm is called 'Mil'; did you mean 'Mill'?",
    ),
    "a firm that is its own partner": (
        {**points(), "partners": {"firms": ["Harbour"]}},
        "partners.firms[0]  a firm is no partner of itself; name another firm (others: Mill)",
    ),
    "a partner named twice": (
        {**points(), "partners": {"firms": ["Mill", "Mill"]}},
        "partners.firms[1]  'Mill' is named twice; keep one",
    ),
    # Presets
    "a preset that there is not": (
        {"preset": "grocer-point"},
        "preset  no preset is called 'grocer-point'; did you mean 'grocer-points'?",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_act_is_refused_with_its_remedy(case: str) -> None:
    programme, message = REFUSED[case]
    assert faults(programme) == [message]


@pytest.mark.parametrize("case", [case for case in REFUSED if "partner" not in case])
def test_it_is_refused_in_a_design_and_in_a_change_too(case: str) -> None:
    programme, message = REFUSED[case]
    place, _, words = message.rpartition("  ")
    words = words.replace("firms[0]", "designs.bad")
    with pytest.raises(ScenarioError) as error:
        world().replace("designs.bad", {"programme": programme})
    assert [str(f) for f in error.value.faults] == [
        ".".join(filter(None, ("designs.bad.programme", place))) + "  " + words
    ]
    change = {"kind": "change", "firm": "Mill", "week": 60, "patch": {"programme": programme}}
    with pytest.raises(ScenarioError) as error:
        world().replace("events", [change])
    here = ".".join(filter(None, ("events[0].patch.programme", place)))
    assert [fault.path for fault in error.value.faults] == [here]


def test_several_faults_are_said_at_once() -> None:
    said = faults({"points": {"per_visit": 1, "expiry": {"mode": "rolling"}}, "offers": {"depth": 0.1}})
    assert len(said) == 2


def test_a_partner_may_not_have_a_programme_of_its_own() -> None:
    shared = {**points(), "partners": {"firms": ["Mill"]}}
    market = world(designs={"as it is": {}}).replace("firms.Harbour.programme", shared)
    with pytest.raises(ScenarioError, match=r"partners\.firms\[0\]  'Mill' has a programme of its own"):
        market.replace("firms.Mill.programme", PRICES)
    own = {"kind": "change", "firm": "Mill", "week": 60, "patch": {"programme": PRICES}}
    with pytest.raises(ScenarioError, match=r"partners\.firms\[0\]  'Mill' has a programme of its own"):
        market.replace("events", [own])


def test_a_partner_may_have_had_a_programme_before() -> None:
    market = world(designs={"as it is": {}}).replace("firms.Mill.programme", PRICES)
    ends = {"kind": "change", "firm": "Mill", "week": 60, "patch": {"programme": None}}
    begins = {
        "kind": "change",
        "firm": "Harbour",
        "week": 60,
        "patch": {"programme": {**points(), "partners": {"firms": ["Mill"]}}},
    }
    both = market.replace("events", [ends, begins])
    assert both.course("Harbour")[-1][1].programme.partners.firms == ("Mill",)  # type: ignore[union-attr]
    with pytest.raises(ScenarioError, match="has a programme of its own"):
        market.replace("events", [ends | {"week": 61}, begins])


def test_a_design_may_make_partners_of_firms_only_while_they_have_no_programme() -> None:
    shared = {"programme": {**points(), "partners": {"firms": ["Mill"]}}}
    assert world().replace("designs.shared", shared).with_design("shared").programme is not None
    with pytest.raises(ScenarioError, match=r"designs\.shared\.programme\.partners\.firms\[0\]"):
        world().replace("firms.Mill.programme", PRICES).replace("designs.shared", shared)


def test_a_firm_takes_part_in_one_programme_only() -> None:
    third = {"name": "Barrow", "share": 0.2, "unit_cost": 0.8}
    shared = {**points(), "partners": {"firms": ["Barrow"]}}
    firms = [firm.model_dump(mode="json") for firm in world().firms]
    market = world(firms=[*firms, third], designs={"as it is": {}})
    one = market.replace("firms.Harbour.programme", shared)
    with pytest.raises(ScenarioError, match="'Barrow' is a partner of 'Harbour' already"):
        one.replace("firms.Mill.programme", shared)


def test_points_of_returned_goods_are_not_kept_where_nothing_is_returned() -> None:
    keep = points(on_return="keep")
    message = (
        "points.on_return  nothing is ever brought back to this firm, so no points are kept; set 'returns' of "
        "the firm or leave it out"
    )
    assert faults(keep) == [message]
    assert world().replace("firms.Harbour.returns", 0.05).replace("firms.Harbour.programme", keep)


def test_a_design_or_a_change_may_bring_the_returns_that_the_points_are_kept_of() -> None:
    keep = points(on_return="keep")
    late = {"kind": "change", "firm": "Harbour", "week": 60, "patch": {"returns": 0.05}}
    assert world(events=[late]).replace("firms.Harbour.programme", keep)
    assert world().replace("designs.loose", {"returns": 0.05, "programme": keep})
    with pytest.raises(ScenarioError, match=r"designs\.strict\.programme\.points\.on_return"):
        world().replace("designs.strict", {"programme": keep})


def test_only_a_change_of_a_programme_can_leave_old_members_what_they_had() -> None:
    change = {"kind": "change", "firm": "Mill", "week": 60, "patch": {"quality": {"level": 70}}}
    with pytest.raises(ScenarioError, match=r"events\[0\]\.grandfather  .* changes no programme"):
        world().replace("events", [change | {"grandfather": True}])
    assert world().replace("events", [change | {"announced": 4}]).events[0].announced == 4  # type: ignore[union-attr]
