"""Turn one lever, hold all else equal: each moves what it should, in the direction it should.

All worlds are paired, so a few replicates make a sign sure: every replicate has to have it. Sizes are not
tested here: they belong to the score card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.rules import Behaviour
from sim.rules.need import pull
from sim.scenario import Scenario
from tests.worlds import bustling, busy, duel, hectic

REPLICATES = (0, 1, 2)
OFF = {"enabled": False}
CARD = {"needed": 10, "reward": 12}
POINTS = {"per_currency": 1, "threshold": 150, "reward": 3}
RATE = {"per_currency": 2, "threshold": 150, "reward": 3}
DESIGNS = {
    "none": {},
    "better": {"quality": {"level": 82}},
    "failing": {"quality": {"failure_rate": 0.12}},
    "dear": {"price": {"level": 1.05}},
    "member prices": {"programme": {"member_price": {"depth": 0.05}}},
    "points": {"programme": {"points": POINTS}},
    "double points": {"programme": {"points": RATE}},
    "stamps": {"programme": {"stamps": CARD}},
}
WORLD = duel(DESIGNS)


@cache
def arm(design: str, replicate: int) -> Market:
    """One of the designs above, run."""
    return Market(WORLD, design=design, replicate=replicate).run()


@cache
def run(world: Scenario, design: str, replicate: int) -> Market:
    """A design of another world, run."""
    return Market(world, design=design, replicate=replicate).run()


def gains(design: str, metric: str, reference: str = "none") -> NDArray[np.float64]:
    """What the design adds to a metric, in each replicate."""
    return np.array(
        [arm(design, r).metrics()[metric] - arm(reference, r).metrics()[metric] for r in REPLICATES]
    )


def margin(market: Market) -> float:
    metrics = market.metrics()
    return metrics["profit"] / metrics["revenue"]


def purchases(market: Market, first: int = 0, last: int | None = None, firm: int = 0) -> int:
    return int(market.tallies[first:last, :, firm, :, Tally.PURCHASES].sum())


def weeks_of(market: Market) -> Iterator[int]:
    """The weeks of a market, each just lived."""
    while market.week < market.weeks:
        market.step()
        yield market.week - 1


# --- quality ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["retention", "satisfaction", "share", "nps", "revenue"])
def test_higher_quality_raises(metric: str) -> None:
    assert (gains("better", metric) > 0).all()


@pytest.mark.parametrize("metric", ["retention", "satisfaction", "share", "nps", "revenue"])
def test_more_failures_lower(metric: str) -> None:
    assert (gains("failing", metric) < 0).all()


def gain_of_better_quality(
    replicate: int, **behaviour: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a lasting rise in quality adds to satisfaction and to expectation, in each week after it (index points)."""
    world = duel({name: DESIGNS[name] for name in ("none", "better")}, behaviour=behaviour)
    added = []
    for tally in (Tally.SATISFACTION, Tally.EXPECTATION):
        means = []
        for design in world.design_names:
            sums = run(world, design, replicate).tallies[26:, 0, 0].sum(axis=1)
            means.append(sums[:, tally] / sums[:, Tally.ACTIVE] / INDEX_SCALE)
        added.append(means[1] - means[0])
    return added[0], added[1]


@pytest.mark.parametrize("r", REPLICATES)
def test_yesterdays_delight_is_todays_norm(r: int) -> None:
    """By the firm's own record the gain in satisfaction fades as expectation catches up."""
    gain, expects = gain_of_better_quality(r, standard=OFF)
    assert gain[10] > gain[-1] > 0
    assert expects[-1] > expects[10] > 0


@pytest.mark.parametrize("r", REPLICATES)
def test_what_rivals_do_not_give_goes_on_to_delight(r: int) -> None:
    """Compared with rivals as well, some of the gain stays, far less than what quality rose by."""
    alone, _ = gain_of_better_quality(r, standard=OFF)
    compared, _ = gain_of_better_quality(r)
    assert 7 > compared[-1] > alone[-1] + 0.5


# --- price ------------------------------------------------------------------------------------------------


def test_a_price_rise_lowers_share_and_purchases() -> None:
    assert (gains("dear", "share") < 0).all()
    for r in REPLICATES:
        assert purchases(arm("dear", r), 26) < purchases(arm("none", r), 26)


def test_a_price_rise_of_all_firms_leaves_shares_alone_and_shrinks_the_category() -> None:
    """Who raises with the others loses nobody to them; what is lost is need."""
    cut = {"kind": "price_war", "week": 30, "weeks": 99, "depth": 0.2}
    war = [cut | {"firm": firm} for firm in ("Harbour", "Mill")]
    for r in REPLICATES:
        usual, cheap = (
            Market(duel({"a": {}}, customers=10_000, weeks=60, burn_in=26, events=events), replicate=r).run()
            for events in ((), war)
        )
        sold = [np.array([purchases(m, 30, firm=f) for f in (0, 1)]) for m in (usual, cheap)]
        shares = [s / s.sum() for s in sold]
        np.testing.assert_allclose(shares[0], shares[1], atol=0.01)
        grown = sold[1].sum() / sold[0].sum()
        assert grown == pytest.approx(pull(np.float32(0.8), cheap.rules.need), rel=0.01)


def test_loss_aversion_makes_a_rise_hurt_more_than_a_cut_helps() -> None:
    designs = {"none": {}, "up": {"price": {"level": 1.1}}, "down": {"price": {"level": 0.9}}}

    def changes(loss_aversion: float, replicate: int) -> tuple[float, float]:
        """Sales of the first two weeks after a rise and after a cut, against those without."""
        behaviour = {"price": {"loss_aversion": loss_aversion}, "need": OFF}
        world = duel(designs, customers=10_000, weeks=28, behaviour=behaviour)
        none, up, down = (purchases(Market(world, design=d, replicate=replicate).run(), 26) for d in designs)
        return up / none - 1.0, down / none - 1.0

    for r in REPLICATES:
        rise, cut = changes(1.6, r)
        assert -rise > 1.2 * cut > 0
        even_rise, even_cut = changes(1.0, r)
        assert -even_rise == pytest.approx(even_cut, rel=0.25)
        assert rise < even_rise


def test_a_price_war_of_the_rival_costs_share_while_it_lasts_and_leaves_lower_reference_prices() -> None:
    war = {"kind": "price_war", "firm": "Mill", "week": 30, "weeks": 8, "depth": 0.15}
    for r in REPLICATES:
        peace, at_war = (
            Market(duel({"a": {}}, weeks=60, events=events), replicate=r) for events in ((), [war])
        )
        references = [
            np.array([m.population.column("reference_price").mean() for _ in weeks_of(m)])
            for m in (peace, at_war)
        ]
        share = [
            np.array([purchases(m, w, w + 1) for w in range(60)])
            / m.tallies[..., Tally.PURCHASES].sum(axis=(1, 2, 3))
            for m in (peace, at_war)
        ]
        np.testing.assert_array_equal(share[0][:30], share[1][:30])
        assert share[1][30:38].mean() < share[0][30:38].mean() - 0.05
        fell = references[0] - references[1]
        assert not fell[:30].any()
        assert fell[37] > 0.02, "prices paid in the war become the norm"
        assert (fell[38:] > 0).all()
        assert fell[37] == fell.max()
        assert fell[-1] < fell[37] / 2, "and are forgotten as usual prices are paid again"


def test_who_has_come_to_think_the_cut_price_normal_feels_its_end_as_a_loss() -> None:
    """Right after its war Mill sells less than had it never fought, but for habits, bonds and breaks made in it."""
    war = {"kind": "price_war", "firm": "Mill", "week": 30, "weeks": 8, "depth": 0.2}
    quick = {"price": {"carry_over": 0.2}} | dict.fromkeys(
        ("inertia", "attachment", "defection", "need"), OFF
    )
    for r in REPLICATES:
        peace, at_war = (
            Market(duel({"a": {}}, weeks=44, events=events, behaviour=quick), replicate=r).run()
            for events in ((), [war])
        )
        assert purchases(at_war, 30, 38, firm=1) > purchases(peace, 30, 38, firm=1)
        assert purchases(at_war, 38, 41, firm=1) < purchases(peace, 38, 41, firm=1)


# --- programmes -------------------------------------------------------------------------------------------


def test_member_prices_raise_retention_and_share_and_lower_the_margin() -> None:
    assert (gains("member prices", "retention") > 0).all()
    assert (gains("member prices", "share") > 0).all()
    for r in REPLICATES:
        assert margin(arm("member prices", r)) < margin(arm("none", r))


@pytest.mark.parametrize("programme", ["points", "stamps"])
def test_a_reward_programme_raises_retention_and_share_a_little_and_costs_money(programme: str) -> None:
    assert (gains(programme, "retention") > 0).all()
    share = gains(programme, "share")
    assert ((share > 0) & (share < 0.05)).all()
    for r in REPLICATES:
        market = arm(programme, r)
        assert market.firms[0].ledger.balance(Account.REWARDS) > 0
        assert margin(market) < margin(arm("none", r))
        assert market.metrics()["redemption_rate"] > 0


def test_the_rival_loses_what_a_programme_wins() -> None:
    for r in REPLICATES:
        assert purchases(arm("stamps", r), 26, firm=1) < purchases(arm("none", r), 26, firm=1)


def test_twice_the_points_never_lower_redemption_and_win_more_members() -> None:
    assert (gains("double points", "redemption_rate", "points") >= 0).all()
    assert (gains("double points", "active_members", "points") > 0).all()
    assert (gains("double points", "share", "points") > 0).all()


def test_heavy_customers_join_first() -> None:
    """Self-selection: before there was anything to join, members bought more than others."""
    programme = {"enrolment": {"effort": 5.0, "ask": 1.0}, "points": POINTS}
    world = duel({"none": {}, "points": {"programme": programme}}, weeks=60)
    for r in REPLICATES:
        market = Market(world, design="points", replicate=r)
        while market.week < 26:
            market.step()
        before = market.population.column("remembered")
        market.step()
        asked = market.population.column("last_week") == 26
        joined = market.population.column("member_since") >= 0
        assert joined.any()
        assert (asked | ~joined).all()
        assert before[joined].mean() > 1.3 * before[asked & ~joined].mean()
        market.run()
        late = (market.population.column("member_since") >= 0) & ~joined
        never = market.population.column("member_since") < 0
        assert before[joined].mean() > before[late].mean() > before[never].mean()


def with_a_card(**card: Any) -> dict[str, Any]:
    return {"programme": {"enrolment": {"automatic": True}, "stamps": CARD | card}}


def hazards(world: Scenario) -> NDArray[np.float64]:
    """Chance that a member buys at the firm in a week, with 1 to 4, and with 8 to 10 stamps on the card."""
    market = Market(world)
    bought, were = np.zeros(11), np.zeros(11)
    card, member = None, None
    for week in weeks_of(market):
        if week > 52 and card is not None and member is not None:
            buys = market.population.column("last_week") == week
            were += np.bincount(card[member], minlength=11)
            bought += np.bincount(card[member & buys], minlength=11)
        card, member = market.population.column("stamps"), market.population.column("member_since") >= 0
    return np.array([bought[a:b].sum() / were[a:b].sum() for a, b in ((1, 5), (8, 11))])


def test_the_nearer_a_full_card_the_likelier_a_purchase() -> None:
    """Goal gradient. Heavy buyers pass quickly over all stamps and light ones linger on the first, so the chance
    of a purchase rises along the card anyway; the pull is what is added when members feel the reward coming."""
    base = duel({"card": {}}, weeks=120, firm=with_a_card(), behaviour={"drift": OFF})
    base = base.replace("firms.Mill.programme", None)
    felt = hazards(base)
    not_felt = hazards(base.replace("behaviour.programme_value", OFF))
    early, late = felt / not_felt
    assert late > 1.05 * early
    assert early > 0.98


@pytest.fixture(scope="module")
def first_cards() -> Mapping[tuple[str, float, int], NDArray[np.int64]]:
    """Members who have filled their first card, by week, by card, strength of the gradient and replicate.

    Both cards take ten purchases: ten stamps from nought, or twelve with two of them given. Rates of purchase are
    near each other: who made ten purchases in one week could fill a card and hand it in unseen.
    """
    designs = {"none": {}, "ten": with_a_card(), "two of twelve": with_a_card(needed=12, head_start=2)}
    filled = {}
    for gradient in (0.0, 0.8):
        behaviour = {"programme_value": {"gradient": gradient}}
        world = duel(
            designs, weeks=60, behaviour=behaviour, segment={"purchase_rate": {"mean": 0.5, "shape": 4.0}}
        )
        for r in REPLICATES:
            for design, needed in (("ten", 10), ("two of twelve", 12)):
                market = Market(world, design=design, replicate=r)
                done, before, history = np.zeros(4000, bool), np.zeros(4000, np.int32), []
                for _ in weeks_of(market):
                    card = market.population.column("stamps")
                    done |= (card >= needed) | (card < before)
                    before = card
                    history.append(done.sum())
                filled[design, gradient, r] = np.array(history)
    return filled


@pytest.mark.parametrize("r", REPLICATES)
def test_a_head_start_fills_the_card_sooner_though_the_way_is_as_long(
    first_cards: Mapping[tuple[str, float, int], NDArray[np.int64]], r: int
) -> None:
    plain, started = first_cards["ten", 0.8, r], first_cards["two of twelve", 0.8, r]
    assert started[26:].sum() > plain[26:].sum()
    assert started[-1] > plain[-1] > 500


@pytest.mark.parametrize("r", REPLICATES)
def test_without_a_goal_gradient_a_head_start_is_worth_exactly_nothing(
    first_cards: Mapping[tuple[str, float, int], NDArray[np.int64]], r: int
) -> None:
    np.testing.assert_array_equal(first_cards["ten", 0.0, r], first_cards["two of twelve", 0.0, r])
    assert first_cards["ten", 0.8, r][-1] > first_cards["ten", 0.0, r][-1]


# --- customers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "not replaced"])
def test_customers_who_leave_the_category_lower_retention(replace: bool) -> None:
    stay = duel({"a": {}}, customers=8000).replace("customers.replace_leavers", replace)
    leave = stay.replace("customers.segments[0].leaving", {"shape": 2.0, "scale": 300.0})
    for r in REPLICATES:
        rates = [Market(w, replicate=r).run().metrics()["retention"] for w in (stay, leave)]
        assert rates[1] < rates[0] - 0.1


def test_inertia_makes_customers_buy_where_they_bought_last() -> None:
    def repeats(edge: float, replicate: int) -> float:
        """Share of buying customers whose last purchase of a week is at the firm of the one before."""
        behaviour = {"inertia": {"edge": edge}}
        market = Market(duel({"a": {}}, weeks=40, behaviour=behaviour), replicate=replicate)
        same, buyers, before = 0, 0, market.population.column("last_firm")
        for week in weeks_of(market):
            people = market.population
            now = people.column("last_firm")
            bought = (before >= 0) & (np.maximum(*(people.column("last_week", f) for f in (0, 1))) == week)
            if week >= 20:
                same += int((now == before)[bought].sum())
                buyers += int(bought.sum())
            before = now
        return same / buyers

    for r in REPLICATES:
        assert repeats(0.0, r) < repeats(0.55, r) - 0.03 < repeats(1.5, r) - 0.06


def test_drift_turns_heavy_buyers_into_lighter_ones() -> None:
    """Law of buyer moderation: fewer of the top fifth of a year are in it in the next one.

    With memory off `remembered` counts purchases (see test_null_model.py).
    """

    def stay_on_top(drift: Mapping[str, Any], replicate: int) -> float:
        behaviour = {"memory": OFF, "drift": drift}
        market = Market(duel({"a": {}}, weeks=104, burn_in=0, behaviour=behaviour), replicate=replicate)
        bought = [np.zeros(4000)]
        for week in weeks_of(market):
            if week in (51, 103):
                bought.append(sum(market.population.column("remembered", f) for f in (0, 1)))
        tops = [set(np.argsort(-(after - before))[:800]) for before, after in pairwise(bought)]
        return len(tops[0] & tops[1]) / 800

    for r in REPLICATES:
        default, none = stay_on_top({}, r), stay_on_top(OFF, r)
        assert stay_on_top({"rate_per_year": 2.0}, r) < default - 0.1 < none - 0.15


# --- every mechanism matters, and off is neutral ----------------------------------------------------------


@cache
def busy_with(**behaviour: bool) -> Market:
    world = busy()
    for name, enabled in behaviour.items():
        world = world.replace(f"behaviour.{name}.enabled", enabled)
    return Market(world, design="cards", customers=400).run()


@cache
def bustling_with(**behaviour: bool) -> Market:
    world = hectic().replace("dealers", {"count": 20}).replace("designs.cards.channel", {"margin": 0.4})
    world = world.replace("designs.cards.quality", {"improvement": {"budget": 500.0}})
    for name, enabled in behaviour.items():
        world = world.replace(f"behaviour.{name}.enabled", enabled)
    return Market(world, design="cards", customers=400).run()


@pytest.mark.parametrize("mechanism", Behaviour.model_fields)
def test_no_mechanism_is_dead_weight(mechanism: str) -> None:
    """In a market with all features, each one switched off changes what the tills and surveys say."""
    with_it, without = bustling_with(), bustling_with(**{mechanism: False})
    changed = (with_it.tallies != without.tallies).any(axis=(0, 1, 2, 3))
    assert changed[[Tally.REVENUE, Tally.MEMBERS, Tally.PROMOTERS]].any()


def same_lives(one: Market, other: Market) -> None:
    one.run()
    other.run()
    np.testing.assert_array_equal(one.tallies, other.tallies)
    for name in ("last_firm", "reference_price", "rate"):
        np.testing.assert_array_equal(one.population.column(name), other.population.column(name))
    for name in ("satisfaction", "expectation", "attachment", "remembered", "last_week", "taste"):
        for f in range(3):
            mine, theirs = (m.population.column(name, f) for m in (one, other))
            np.testing.assert_array_equal(mine, theirs)


NO_CONTACT: dict[str, Any] = {"per_week": 0.0, "triggers": {}}
NEUTRAL: dict[str, dict[str, Any]] = {
    "use": {"firms.Mill.programme.enrolment.card": False},
    "need": {"behaviour.need.price_elasticity": 0.0},
    "drift": {"behaviour.drift.rate_per_year": 0.0, "behaviour.drift.taste_per_year": 0.0},
    "leaving": {"customers.segments[0].leaving": None, "customers.segments[1].leaving": None},
    "experience": {f"firms[{i}].quality.{x}": 0.0 for i in range(3) for x in ("spread", "failure_rate")}
    | {"behaviour.experience.fit": 0.0},
    "expectation": {"behaviour.expectation.weight": 0.0, "behaviour.expectation.pull": 0.0},
    "inertia": {"behaviour.inertia.edge": 0.0},
    "attachment": {"behaviour.attachment.step": 0.0, "behaviour.attachment.weight": 0.0},
    "programme_value": {"behaviour.programme_value.perceived": 0.0},
    "join": {"firms.Harbour.programme.enrolment.ask": 0.0},
    "points": {
        "firms.Harbour.contacts.triggers.near_reward": False,
        "firms.Harbour.programme.points": None,
        "firms.Mill.programme.points": None,
    },
    "stamps": {"firms.Mill.programme.stamps": None},
    "member_price": {f"firms.{firm}.programme.member_price": None for firm in ("Harbour", "Mill")},
    "trust": {f"behaviour.trust.{x}": 0.0 for x in ("up", "down", "weight")},
    "equity": {f"behaviour.equity.{x}": 0.0 for x in ("gratitude", "reward_gratitude", "weight", "noticed")}
    | {"behaviour.equity.keep": 1.0},
    "standard": {"behaviour.standard.weight": 0.0},
    "promise": {"behaviour.promise.weight": 0.0},
    "complaint": {"behaviour.complaint.core": 0.0, "behaviour.complaint.encounter": 0.0},
    "recovery": {
        f"behaviour.recovery.{x}": 0.0
        for x in ("quick", "slow", "base", "empowered", "compensated", "disappointment")
    },
    "contact": {
        f"firms.{firm}.contacts.{x}": y for firm in ("Harbour", "Mill") for x, y in NO_CONTACT.items()
    },
    "personalisation": {
        f"behaviour.personalisation.{x}": 0.0 for x in ("of_class", "individual", "creepiness")
    },
    "education": {"firms.Harbour.education": None},
    "community": {"firms.Harbour.community": None},
    "word_of_mouth": {"customers.segments[1].degree": None, "customers.network": None},
    "referral": {"behaviour.referral.refers": 0.0, "behaviour.referral.similarity": 0.0},
    "acquisition": {f"behaviour.acquisition.{x}": 0.0 for x in ("advertising", "deal", "depth")},
    "variety": {f"customers.segments[{i}].variety_seeking": 0.0 for i in (0, 1)},
    "barrier": {"behaviour.barrier.weight": 0.0},
    "contract": {"firms.Barrow.contract": None},
    "defection": {
        f"behaviour.defection.{x}": 0.0
        for x in ("price", "inconvenience", "core", "encounter", "response", "competition", "ethics")
    },
    "win_back": {"firms.Harbour.win_back": None},
    "learning": {"behaviour.learning.effect": 0.0},
    "redemption": {"behaviour.redemption.hassle": 0.0},
    "expiry": {"behaviour.expiry.weight": 0.0},
    "status": {f"firms.{firm}.programme.tiers": None for firm in ("Harbour", "Mill")},
    "club": {"firms.Mill.programme.enrolment.ask": 0.0},
    "fairness": {f"behaviour.fairness.{x}": 0.0 for x in ("weight", "largest")},
    "crowding": {"behaviour.crowding.weight": 0.0},
    "challenge": {"firms.Harbour.programme.challenge": None},
    "streak": {"firms.Harbour.programme.streak": None},
    "offer": {"firms.Harbour.programme.offers": None},
    "reward_kind": {
        f"behaviour.reward_kind.{kind}_{what}": 1.0
        for kind in ("goods", "treat", "donation")
        for what in ("worth", "gratitude")
    },
}
"""Numbers that say the same as a mechanism that is off."""
LEVELS = [{"name": name, "visits": visits} for name, visits in (("Bronze", 1), ("Silver", 2), ("Gold", 3))]
BASES: dict[str, dict[str, Any]] = {
    # What rewards are thought worth also decides who joins, and what a change takes: here everybody does join, and
    # nothing changes.
    "programme_value": {"events": [], "firms.Mill.programme.club": None}
    | {f"firms.{firm}.programme.enrolment.automatic": True for firm in ("Harbour", "Mill")},
    # An offer made is counted, a level with a lower price is striven for, and what is given back in money crowds out
    # affection, whoever pays the prices.
    "member_price": {"firms.Harbour.programme.offers": None, "behaviour.crowding.enabled": False}
    | {f"firms.Harbour.programme.tiers.levels.{level}.discount": 0.0 for level in ("Gold", "Ruby", "Jade")},
    # Without points there is nothing that acts on points.
    "points": {
        "events": [],
        "firms.Harbour.programme.guard": {},
        "firms.Harbour.programme.partners": None,
        "firms.Harbour.programme.challenge": None,
        "firms.Harbour.programme.streak": None,
        "firms.Harbour.programme.tiers": {"levels": LEVELS, "year_start": 11},
    },
    # Without levels nothing is kept for those who have one.
    "status": {
        "firms.Harbour.programme.points.rewards[2].from_tier": None,
        "firms.Harbour.programme.surprise.from_tier": None,
    },
}
"""What the bustling market is without where a mechanism could not be turned off by numbers alone."""


@pytest.mark.parametrize("mechanism", NEUTRAL)
def test_a_mechanism_that_is_off_is_one_whose_numbers_are_neutral(mechanism: str) -> None:
    world = bustling(designs={"as written": {}})
    world = world.replace("firms.Mill.programme.member_price", {"depth": 0.05})
    for path, value in BASES.get(mechanism, {}).items():
        world = world.replace(path, value)
    neutral = world
    for path, value in NEUTRAL[mechanism].items():
        neutral = neutral.replace(path, value)
    off = world.replace(f"behaviour.{mechanism}.enabled", False)
    same_lives(*(Market(w, customers=200) for w in (off, neutral)))


def test_without_price_nobody_feels_prices() -> None:
    world = busy(designs={"as written": {}}).replace("firms.Harbour.programme", None)
    world = world.replace("firms.Mill.programme", None).replace("behaviour.leaving.enabled", False)
    numb = Market(world, customers=200)
    numb.population.set_column("sensitivity", 0.0)
    off = Market(world.replace("behaviour.price.enabled", False), customers=200)
    numb.run()
    off.run()
    np.testing.assert_array_equal(numb.tallies, off.tallies)


def test_without_satisfaction_everybody_stays_neutral_and_is_bound_by_habit_at_most() -> None:
    """Attachment goes where one leads it who gets what she expects, and no further."""
    market = busy_with(satisfaction=False)
    behaviour = market.world.behaviour
    neutral = behaviour.satisfaction.neutral
    end = (neutral - behaviour.attachment.indifferent) / 10.0
    for firm in range(3):
        assert (market.population.column("satisfaction", firm) == neutral).all()
        bond, bought = (market.population.column(x, firm) for x in ("attachment", "last_week"))
        assert not bond[bought < 0].any()
        assert (np.abs(bond) <= abs(end) + 1e-6).all()
        assert (bond * end >= 0).all()


def test_without_failure_nobody_bears_a_grudge() -> None:
    assert bustling_with().population.column("grievance").any()
    assert not bustling_with(failure=False).population.column("grievance").any()


def test_where_nobody_chooses_and_nobody_breaks_with_a_firm_nothing_that_firms_do_moves_a_purchase() -> None:
    designs = {"none": {}, "all": {"price": {"level": 0.5}, "quality": {"level": 95}, **with_a_card()}}
    behaviour = {"choice": OFF, "need": OFF, "defection": OFF}
    world = duel(designs, customers=500, weeks=40, behaviour=behaviour)
    none, everything = (Market(world, design=d).run() for d in designs)
    sold = [m.tallies[..., Tally.PURCHASES].sum(axis=-1) for m in (none, everything)]
    np.testing.assert_array_equal(*sold)
    moved = Market(world.replace("behaviour.choice.enabled", True), design="all").run()
    assert purchases(moved, 26) > 1.2 * purchases(none, 26)


def test_without_memory_every_purchase_counts_for_ever() -> None:
    market = Market(duel({"a": {}}, customers=500, weeks=60, behaviour={"memory": OFF})).run()
    for firm in (0, 1):
        counts = market.population.column("remembered", firm)
        assert np.rint(counts).sum() == purchases(market, firm=firm)
        np.testing.assert_allclose(counts, np.rint(counts), rtol=0.005)
