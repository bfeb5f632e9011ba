"""Rivals act, and firms answer: surveys, price wars, copies, crises, campaigns, the choice of customers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario
from tests.levers.pairs import (
    DESK,
    NETWORK,
    OFF,
    REPLICATES,
    counted,
    gains,
    lowers,
    mean_state,
    pair,
    raises,
    run,
    weekly_share,
)
from tests.worlds import EAGER

CUT = {"price": {"level": 0.88}}


def policed(world: Scenario, firm: str, *policies: dict[str, Any]) -> Scenario:
    return world.replace(f"firms.{firm}.policies", list(policies))


def share(market: Market, first: int, last: int | None = None, firm: int = 0) -> float:
    """A firm's share of all purchases between two weeks."""
    bought = market.tallies[first:last, ..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    return float(bought[firm] / bought.sum())


def spent(market: Market, account: Account, firm: int = 0) -> float:
    return market.firms[firm].ledger.balance(account) / 100.0


def profit(market: Market, first: int, last: int, firm: int) -> int:
    """Cents."""
    return int(market.firms[firm].ledger.profits[first:last].sum())


# --- B1, B3, B5: to ask customers, and to act on what they say ----------------------------------------------


def asking(**levers: float) -> dict[str, Any]:
    return {"policies": [{"kind": "answer_surveys", "below": 90, "every": 4, **levers}]}


ASKED = pair(
    {
        "none": {},
        "quality": asking(quality=4.0, cost=50.0),
        "care": asking(improvement=100.0),
        "desk": asking(desk=2.0),
        "content": {"policies": [{"kind": "answer_surveys", "below": 5, "every": 4, "quality": 4.0}]},
    },
    weeks=104,
    firm={
        "quality": {"level": 65, "failure_rate": 0.08, "improvement": {"budget": 1.0}},
        "complaint_desk": DESK | {"capacity": 1.0},
        "survey": {"every": 4, "sample": 0.5},
    },
)


def test_a_firm_that_answers_surveys_satisfies_its_customers_and_keeps_more() -> None:
    for measure in ("satisfaction", "surveyed_satisfaction", "share", "revenue"):
        assert raises(ASKED, measure, "quality")


def test_what_a_survey_asks_for_is_paid_for_step_by_step() -> None:
    for r in REPLICATES:
        one, other = (run(ASKED, d, r) for d in ("quality", "none"))
        extra = np.diff(one.firms[0].ledger.weeks[:, Account.FIXED]) - np.diff(
            other.firms[0].ledger.weeks[:, Account.FIXED]
        )
        # 50 currency a step, four steps at most, never one back.
        assert (np.diff(extra) >= 0).all()
        assert set(extra.tolist()) <= {0, 5000, 10_000, 15_000, 20_000}
        assert extra[-1] == 20_000


def test_care_that_surveys_ask_for_makes_fewer_failures() -> None:
    assert lowers(ASKED, "failure_rate", "care")


def test_a_desk_that_surveys_make_larger_answers_sooner_and_satisfies() -> None:
    assert lowers(ASKED, "weeks_to_answer", "desk")
    assert raises(ASKED, "satisfaction", "desk")


def test_a_firm_whose_survey_is_good_enough_changes_nothing() -> None:
    for r in REPLICATES:
        one, other = (run(ASKED, d, r) for d in ("content", "none"))
        assert (one.tallies == other.tallies).all()


def test_a_firm_that_never_asks_never_acts() -> None:
    deaf = ASKED.replace("firms.Harbour.survey.sample", 0.0)
    assert (gains(deaf, "satisfaction", "quality") == 0).all()


# --- B8: hard times -------------------------------------------------------------------------------------------

STAFF = {"employees": 5.0, "wage": 500.0, "severance": 1000.0, "hire_cost": 500.0}
HARD = pair(
    {"keep": {}, "lay off": {"policies": [{"kind": "lay_off", "sales_below": 0.8, "share": 0.25}]}},
    weeks=130,
    firm={"staff": STAFF, "quality": {"failure_rate": 0.05}},
    events=[{"kind": "recession", "week": 70, "weeks": 60, "baskets": 0.2, "need": 0.15}],
)


def test_a_lay_off_in_a_recession_saves_wages_and_costs_service_and_customers() -> None:
    assert lowers(HARD, "satisfaction", "lay off", "keep")
    assert raises(HARD, "failure_rate", "lay off", "keep")
    for r in REPLICATES:
        kept, cut = (run(HARD, d, r) for d in ("keep", "lay off"))
        assert spent(cut, Account.STAFF) < spent(kept, Account.STAFF)
        assert share(cut, 100) < share(kept, 100)


def test_nobody_is_laid_off_where_takings_do_not_fall() -> None:
    good = HARD.replace("events", [])
    assert (gains(good, "satisfaction", "lay off", "keep") == 0).all()


# --- D1: price wars -------------------------------------------------------------------------------------------

WAR = {"kind": "price_war", "firm": "Mill", "week": 40, "weeks": 20, "depth": 0.25}
MATCH = {"kind": "retaliate", "threshold": 0.03, "share": 0.9}
PEACE = pair({"as_is": {}}, weeks=104)
ATTACK = PEACE.replace("events", [WAR])
FIGHT = policed(ATTACK, "Harbour", MATCH)


def reference(world: Scenario, week: int, replicate: int) -> float:
    return float(lived(world, week, replicate).population.column("reference_price").mean())


@cache
def lived(world: Scenario, week: int, replicate: int) -> Market:
    """A market just before this week."""
    market = Market(world, replicate=replicate)
    while market.week < week:
        market.step()
    return market


@pytest.mark.parametrize("r", REPLICATES)
def test_a_price_war_lowers_reference_prices_and_more_so_if_it_is_matched(r: int) -> None:
    peace, attack, fight = (reference(world, 60, r) for world in (PEACE, ATTACK, FIGHT))
    assert fight < attack - 0.02 < peace - 0.04


@pytest.mark.parametrize("r", REPLICATES)
def test_a_price_war_that_is_matched_destroys_the_profit_of_both(r: int) -> None:
    for firm in (0, 1):
        assert profit(run(FIGHT, "as_is", r), 40, 60, firm) < 0.6 * profit(
            run(PEACE, "as_is", r), 40, 60, firm
        )


@pytest.mark.parametrize("r", REPLICATES)
def test_whom_a_price_war_wins_leaves_when_it_ends(r: int) -> None:
    shares = weekly_share(run(ATTACK, "as_is", r), 1) - weekly_share(run(PEACE, "as_is", r), 1)
    during, after = shares[42:60].mean(), shares[80:].mean()
    assert during > 0.08
    assert after < 0.35 * during


@pytest.mark.parametrize("r", REPLICATES)
def test_whom_a_price_war_wins_is_not_attached(r: int) -> None:
    """Those who came to Mill in the war against those who were there before it."""
    market = lived(ATTACK, 60, r)
    peace = lived(PEACE, 40, r)
    before = peace.population.column("last_week", 1) >= 32
    now = market.population.column("last_week", 1) >= 52
    bond = market.population.column("attachment", 1)
    won, old = now & ~before, now & before
    assert won.sum() > 100
    assert bond[won].mean() < 0.6 * bond[old].mean()


@pytest.mark.parametrize("r", REPLICATES)
def test_retaliation_shortens_the_gain_of_a_cut(r: int) -> None:
    answered = weekly_share(run(FIGHT, "as_is", r), 1) - weekly_share(run(PEACE, "as_is", r), 1)
    alone = weekly_share(run(ATTACK, "as_is", r), 1) - weekly_share(run(PEACE, "as_is", r), 1)
    assert answered[46:60].mean() < 0.4 * alone[46:60].mean()
    # The answer comes a week later: the first week is the same.
    assert answered[40] == alone[40]


def test_followers_who_go_part_of_the_way_let_a_war_die_away_and_those_who_go_all_the_way_never_do() -> None:
    war = WAR | {"weeks": 3}
    for step, ends in ((0.7, True), (1.0, False)):
        world = PEACE.replace("events", [war])
        for firm in ("Harbour", "Mill"):
            world = policed(
                world, firm, {"kind": "retaliate", "threshold": 0.02, "forgive": 0, "share": step}
            )
        prices = Market(world, customers=50).run().prices
        assert (prices[-8:].min() == 1.0) == ends


def test_who_undercuts_whoever_undercuts_ends_at_the_floors() -> None:
    world = PEACE
    for firm, floor in (("Harbour", 0.8), ("Mill", 0.85)):
        world = policed(world, firm, {"kind": "undercut", "by": 0.03, "floor": floor})
    prices = Market(world, customers=50).run().prices
    assert prices[-1, 1] == pytest.approx(0.85)
    assert prices[-1, 0] == pytest.approx(0.85 * 0.97)
    assert (prices >= np.array([0.8, 0.85]) - 1e-12).all()


def test_a_declared_war_lasts_for_its_stamina_and_not_longer() -> None:
    plan = {"kind": "price_war", "trigger": {"rival_below": 0.9}, "stamina": 9, "rest": 99, "depth": 0.2}
    prices = Market(policed(ATTACK, "Harbour", plan), customers=50).run().prices[:, 0]
    at_war = np.flatnonzero(prices < 1.0)
    assert at_war.tolist() == list(range(41, 50))


# --- D2: copies, entry and exit -------------------------------------------------------------------------------

CLUB = {"programme": {"enrolment": EAGER, "member_price": {"depth": 0.06}}}
COPY = {"kind": "copy_programme", "rival": "Harbour", "lag": 8}
LONELY = pair({"none": {}, "turned": CLUB}, weeks=104)
COPIED = policed(LONELY, "Mill", COPY)


@pytest.mark.parametrize("r", REPLICATES)
def test_a_programme_that_is_copied_no_longer_sets_apart(r: int) -> None:
    alone, both, none = (
        share(run(world, design, r), 60)
        for world, design in ((LONELY, "turned"), (COPIED, "turned"), (LONELY, "none"))
    )
    assert alone > none + 0.02
    assert abs(both - none) < 0.5 * (alone - none)


def test_a_copied_programme_is_worse_for_both_than_none() -> None:
    for r in REPLICATES:
        both, none = run(COPIED, "turned", r), run(COPIED, "none", r)
        for firm in (0, 1):
            assert profit(both, 40, 104, firm) < profit(none, 40, 104, firm)


def test_until_there_is_something_to_copy_a_copier_is_like_any_other() -> None:
    for r in REPLICATES:
        assert (run(COPIED, "none", r).tallies == run(LONELY, "none", r).tallies).all()
        one, other = (run(world, "turned", r).tallies for world in (LONELY, COPIED))
        assert (one[:34] == other[:34]).all()
        assert not (one[36:] == other[36:]).all()


def test_a_firm_that_enters_takes_from_those_who_are_there_and_one_that_leaves_gives_back() -> None:
    world = pair({"as_is": {}}, weeks=90)
    come, gone = (
        world.replace("events", [{"kind": kind, "firm": "Mill", "week": 50}]) for kind in ("entry", "exit")
    )
    for r in REPLICATES:
        assert share(run(come, "as_is", r), 0, 50) == 1.0 > share(run(come, "as_is", r), 60)
        assert share(run(gone, "as_is", r), 0, 50) < share(run(gone, "as_is", r), 50) == 1.0


# --- B12: a crisis --------------------------------------------------------------------------------------------

OWN_UP = {"crisis_plan": {"kind": "own_up", "compensation": 30.0, "recall_weeks": 2, "recall_cost": 2.0}}
SCARE = {"kind": "crisis", "firm": "Harbour", "week": 40, "severity": 50, "reach": 0.6, "harmed": 0.05}
FOUND_OUT = {"truth": {"per_week": 0.2}}
CRISIS = pair(
    {
        "silent": {},
        "own up": OWN_UP,
        "deny": {"crisis_plan": {"kind": "deny"}},
    },
    weeks=104,
    events=[SCARE | FOUND_OUT],
)
NO_CRISIS = CRISIS.replace("events", [])


def trust_after(world: Scenario, design: str, r: int, firm: int = 0, week: int = 92) -> float:
    """Mean trust of all customers."""
    market = Market(world, design=design, replicate=r)
    while market.week < week:
        market.step()
    return float(market.population.column("trust", firm).mean())


@pytest.mark.parametrize("r", REPLICATES)
def test_a_year_later_who_owned_up_is_trusted_more_than_who_denied_and_was_found_out(r: int) -> None:
    owned, silent, denied, never = (
        trust_after(world, design, r)
        for world, design in ((CRISIS, "own up"), (CRISIS, "silent"), (CRISIS, "deny"), (NO_CRISIS, "silent"))
    )
    assert denied < silent < owned < never


@pytest.mark.parametrize("r", REPLICATES)
def test_owning_up_gives_back_what_the_crisis_took_and_forgives_nothing_that_comes_later(r: int) -> None:
    """Bad service after the crisis costs trust as it does without one."""
    worse = {"kind": "change", "firm": "Harbour", "week": 50, "patch": {"quality": {"failure_rate": 0.4}}}
    lost = []
    for events in ([SCARE | FOUND_OUT], []):
        good, bad = (CRISIS.replace("events", [*events, *more]) for more in ((), (worse,)))
        lost.append(trust_after(good, "own up", r) - trust_after(bad, "own up", r))
    assert lost[0] > 0.8 * lost[1] > 0.05


def test_a_denial_that_is_never_found_out_pays_at_first() -> None:
    hidden = CRISIS.replace("events[0].truth.per_week", 0.0)
    for r in REPLICATES:
        assert trust_after(hidden, "deny", r, week=42) > trust_after(hidden, "silent", r, week=42)


def test_owning_up_costs_a_recall_and_keeps_more_customers() -> None:
    for r in REPLICATES:
        owned, denied = (run(CRISIS, design, r) for design in ("own up", "deny"))
        assert spent(owned, Account.CRISIS) > 0 == spent(denied, Account.CRISIS)
        assert not owned.tallies[40:42, :, 0, :, Tally.PURCHASES].any()
        assert share(owned, 80) > share(denied, 80)


@pytest.mark.parametrize("spill", [0.0, 0.5])
def test_a_crisis_spills_over_to_the_rivals_as_far_as_it_is_said_to(spill: float) -> None:
    world = CRISIS.replace("events[0].spill_over", spill)
    for r in REPLICATES:
        hit, spared = (trust_after(w, "silent", r, firm=1, week=41) for w in (world, NO_CRISIS))
        own = trust_after(NO_CRISIS, "silent", r, week=41) - trust_after(world, "silent", r, week=41)
        assert (spared - hit > 0.1 * own) == (spill > 0)


# --- B9: leading demand ---------------------------------------------------------------------------------------

CAMPAIGN = {"kind": "campaign", "firm": "Harbour", "week": 40, "weeks": 10, "reach": 0.2, "appeal": 1.0}


@cache
def segmented() -> Scenario:
    """Two segments alike, and three firms of which Harbour and Quay are one house."""
    world = pair({"as_is": {}}, weeks=90)
    (shoppers,) = world.customers.segments
    data = world.model_dump(mode="json", exclude_unset=True)
    plain = shoppers.model_dump(mode="json", exclude_unset=True)
    data["customers"]["segments"] = [{**plain, "name": name, "weight": 0.5} for name in ("young", "old")]
    firm = data["firms"][0]
    data["firms"] = [
        {**firm, "house": "Sea"},
        {**data["firms"][1]},
        {**firm, "name": "Quay", "house": "Sea"},
    ]
    return Scenario.model_validate(data)


def by_segment(market: Market, firm: int, first: int = 50) -> NDArray[np.float64]:
    bought = market.tallies[first:, ..., Tally.PURCHASES].sum(axis=(0, 3))
    return np.asarray(bought[:, firm] / bought.sum(axis=1))


@pytest.mark.parametrize("r", REPLICATES)
def test_a_campaign_raises_share_in_its_segment_only_and_takes_from_the_own_house_too(r: int) -> None:
    with_it = segmented().replace("events", [CAMPAIGN | {"segments": ["young"]}])
    one, other = run(with_it, "as_is", r), run(segmented(), "as_is", r)
    harbour, mill, quay = (by_segment(one, f) - by_segment(other, f) for f in (0, 1, 2))
    assert harbour[0] > 0.03
    assert (one.tallies[:, 1] == other.tallies[:, 1]).all()
    assert quay[0] < -0.01
    assert mill[0] < -0.01


@pytest.mark.parametrize("r", REPLICATES)
def test_wants_that_are_made_make_the_category_grow_and_not_only_move(r: int) -> None:
    wanting = segmented().replace("events", [CAMPAIGN | {"appeal": 0.0, "want": 1.3, "cost": 0.5}])
    one, other = run(wanting, "as_is", r), run(segmented(), "as_is", r)
    sold = [m.tallies[50:, ..., Tally.PURCHASES].sum() for m in (one, other)]
    assert sold[0] > 1.05 * sold[1]
    assert spent(one, Account.ACQUISITION) == one.tallies[..., Tally.CAMPAIGN_REACHED].sum() * 0.5


# --- B10: choosing customers ----------------------------------------------------------------------------------


def choosing(**more: Any) -> dict[str, Any]:
    return {"selection": {"minimum": 0.0, "every": 13, "courtesy": 0.0, **more}}


DEAR = pair(
    {
        "none": {},
        "let go": choosing(),
        "kindly": choosing(courtesy=1.0),
        "basic": choosing(then="basic", basic={"quality": 15.0, "cost": 0.4}),
        "handed over": choosing(then="hand_over", to="Mill", fee=3.0),
    },
    weeks=104,
    network=NETWORK,
    prospects=0.3,
    segment={"basket": {"mean": 30.0, "within_cv": 0.5, "between_cv": 0.9}},
    firm={"service_cost": 6.0},
)


def test_to_let_go_of_those_who_cost_more_than_they_bring_raises_profit_and_lowers_share() -> None:
    assert raises(DEAR, "profit", "let go")
    assert lowers(DEAR, "share", "let go")
    assert (counted(DEAR, Tally.LET_GO, "let go") > 50).all()


def test_to_let_go_without_courtesy_costs_reputation_among_friends() -> None:
    warned = counted(DEAR, Tally.WARNINGS_HEARD, "let go"), counted(DEAR, Tally.WARNINGS_HEARD, "kindly")
    assert (warned[0] > 2 * warned[1]).all()
    for measure in ("share", "revenue"):
        assert raises(DEAR, measure, "kindly", "let go")


def test_basic_service_costs_less_and_satisfies_less() -> None:
    assert lowers(DEAR, "satisfaction", "basic")
    for r in REPLICATES:
        basic, none = (run(DEAR, d, r) for d in ("basic", "none"))
        sold = [m.tallies[:, :, 0, :, Tally.PURCHASES].sum() for m in (basic, none)]
        assert spent(basic, Account.SERVICE) / sold[0] < spent(none, Account.SERVICE) / sold[1]


def test_who_takes_customers_over_pays_for_them_what_the_other_gets() -> None:
    for r in REPLICATES:
        market = run(DEAR, "handed over", r)
        fees = 3.0 * market.tallies[..., Tally.HANDED_OVER].sum()
        assert fees > 0
        assert spent(market, Account.SELECTION) == -fees
        assert spent(market, Account.SELECTION, firm=1) == fees
        # Some of the customers handed over buy there.
        assert share(market, 60, firm=1) > share(run(DEAR, "none", r), 60, firm=1)


def test_choosing_that_is_off_lets_people_go_without_hard_feelings() -> None:
    off = DEAR.replace("behaviour.selection", OFF)
    for r in REPLICATES:
        hard, soft = (run(world, "let go", r) for world in (DEAR, off))
        gone = [(m.population.column("served") >> 16) & 1 == 1 for m in (hard, soft)]
        both = gone[0] & gone[1]
        assert (
            hard.population.column("trust", 0)[both].mean() < soft.population.column("trust", 0)[both].mean()
        )


def test_mean_trust_is_what_the_tally_says() -> None:
    """The helper of other tests and the column of the population agree in direction."""
    for r in REPLICATES:
        owned, denied = (mean_state(run(CRISIS, d, r), Tally.TRUST)[-1] for d in ("own up", "deny"))
        assert denied < owned
