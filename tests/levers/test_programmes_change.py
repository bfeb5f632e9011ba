"""Programmes that change, that bribe, or that do nothing at all, in paired worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from tests.levers.members import AUTO, POINTS, members_of, more_of, points, programme, stock, weekly
from tests.levers.pairs import OFF, REPLICATES, counted, lowers, mean_state, measured, pair, raises, run

CHANGE, ANNOUNCED = 52, 8


def devalued(patch: dict[str, Any] | None = None, behaviour: Any = None, **event: Any) -> Any:
    """Points are worth half of what they were from week 52 on, unless another patch is given."""
    events = []
    if event or patch is None or patch:
        change = {"programme": {"points": {"threshold": 300}} if patch is None else patch}
        events = [{"kind": "change", "firm": "Harbour", "week": CHANGE, "patch": change} | event]
    world = pair({"points": points(redeem=0.2)}, customers=2000, weeks=90, behaviour=behaviour)
    return world.replace("events", events)


STILL = devalued({})
SUDDEN = devalued()
TOLD = devalued(announced=ANNOUNCED)
KEPT = devalued(grandfather=True)
DEAF = {"fairness": OFF}


def felt(world: Any, tally: Tally, r: int, after: int = 0) -> float:
    """Mean state of mind at the end of the week of the change, or some weeks later."""
    return float(mean_state(run(world, "points", r), tally)[CHANGE + after])


@pytest.mark.parametrize("r", REPLICATES)
@pytest.mark.parametrize("state", [Tally.EQUITY, Tally.TRUST])
def test_a_devaluation_is_resented_less_if_it_was_announced_and_less_if_old_points_keep_their_worth(
    state: Tally, r: int
) -> None:
    still, sudden, told, kept = (felt(w, state, r) for w in (STILL, SUDDEN, TOLD, KEPT))
    assert sudden < told < still
    assert sudden < kept < still


@pytest.mark.parametrize("r", REPLICATES)
def test_before_the_change_nobody_feels_it(r: int) -> None:
    for tally in (Tally.EQUITY, Tally.TRUST):
        still, sudden = (mean_state(run(w, "points", r), tally)[:CHANGE] for w in (STILL, SUDDEN))
        np.testing.assert_array_equal(still, sudden)


@pytest.mark.parametrize("r", REPLICATES)
def test_who_does_not_care_for_fairness_takes_a_devaluation_as_it_is(r: int) -> None:
    """Trust is broken by the change alone, so without fairness it is as good as in the market without it."""
    still, sudden = (devalued(patch, behaviour=DEAF) for patch in ({}, None))
    assert abs(felt(sudden, Tally.TRUST, r) - felt(still, Tally.TRUST, r)) < 0.002
    assert felt(STILL, Tally.TRUST, r) - felt(SUDDEN, Tally.TRUST, r) > 0.004


def test_a_devaluation_costs_purchases() -> None:
    for r in REPLICATES:
        still, sudden = (weekly(run(w, "points", r), Tally.PURCHASES)[CHANGE:].sum() for w in (STILL, SUDDEN))
        assert sudden < still


@pytest.mark.parametrize("r", REPLICATES)
def test_announced_a_change_sends_members_to_redeem_before_it(r: int) -> None:
    sudden, told = (weekly(run(w, "points", r), Tally.POINTS_REDEEMED) for w in (SUDDEN, TOLD))
    begin = CHANGE - ANNOUNCED
    np.testing.assert_array_equal(sudden[:begin], told[:begin])
    assert told[begin:CHANGE].sum() > 1.05 * sudden[begin:CHANGE].sum()


@pytest.mark.parametrize("r", REPLICATES)
def test_a_change_for_the_better_is_not_resented_and_nobody_hurries(r: int) -> None:
    better = devalued({"points": {"threshold": 75}}, announced=ANNOUNCED)
    begin = CHANGE - ANNOUNCED
    still, told = (weekly(run(w, "points", r), Tally.POINTS_REDEEMED)[begin:CHANGE] for w in (STILL, better))
    np.testing.assert_array_equal(still, told)
    minds = []
    for world in (STILL, better):
        market = Market(world, design="points", replicate=r)
        while market.week <= CHANGE:
            market.step()
        minds.append({x: market.population.column(x, 0) for x in ("trust", "equity", "last_week")})
    # Who bought has other reasons to feel otherwise; of the rest all feel as they would without the change.
    away = (minds[0]["last_week"] < CHANGE) & (minds[1]["last_week"] < CHANGE)
    assert away.sum() > 500
    for state in ("trust", "equity"):
        np.testing.assert_array_equal(minds[0][state][away], minds[1][state][away])


@pytest.mark.parametrize("r", REPLICATES)
def test_a_lower_rate_is_resented_by_those_who_buy_there(r: int) -> None:
    worse = devalued({"points": {"per_currency": 0.5}})
    assert felt(worse, Tally.EQUITY, r) < felt(STILL, Tally.EQUITY, r) - 0.01


@pytest.mark.parametrize("r", REPLICATES)
def test_to_close_a_programme_and_keep_the_points_is_resented(r: int) -> None:
    """All that members had is lost; nothing that a change can take is more."""
    end = {"kind": "change", "firm": "Harbour", "week": CHANGE, "patch": {"programme": None}}
    closed = STILL.replace("events", [end])
    for tally in (Tally.EQUITY, Tally.TRUST):
        assert felt(closed, tally, r) < felt(STILL, tally, r) - 0.004


def test_to_honour_what_is_owed_costs_more_than_to_keep_it() -> None:
    def closing(rule: str) -> Any:
        design = programme(points=POINTS, ending={"points": rule})
        end = {"kind": "change", "firm": "Harbour", "week": CHANGE, "patch": {"programme": None}}
        return pair({"points": design}, customers=1000, weeks=60).replace("events", [end])

    honoured, kept = (closing(rule) for rule in ("honour", "forfeit"))
    assert (counted(honoured, Tally.PAID_OUT, "points") > 0).all()
    assert (counted(honoured, Tally.POINTS_FORFEITED, "points", first=CHANGE) == 0).all()
    assert (measured(honoured, "reward_cost", "points") > measured(kept, "reward_cost", "points")).all()


# --- bought, not won --------------------------------------------------------------------------------------

BRIBE = programme(member_price={"depth": 0.15})
WARM = programme(
    member_price={"depth": 0.15},
    tiers={"levels": [{"name": "All", "visits": 1, "quality": 10}], "window": "lifetime"},
)
PLEASED = {"quality": {"level": 84, "usual": 75}}


def bonds(design: dict[str, Any], *, crowding: bool) -> NDArray[np.float64]:
    """Attachment of the customers of a good firm at the end, in each replicate."""
    world = pair(
        {"members": design}, customers=2000, behaviour={"crowding": {"enabled": crowding}}, firm=PLEASED
    )
    return np.array([mean_state(run(world, "members", r), Tally.ATTACHMENT)[-1] for r in REPLICATES])


def test_money_alone_crowds_out_affection_and_less_so_beside_service() -> None:
    kept = {
        name: bonds(design, crowding=True) / bonds(design, crowding=False)
        for name, design in (("bribe", BRIBE), ("warm", WARM))
    }
    assert (kept["bribe"] < 0.97).all()
    assert (kept["warm"] > kept["bribe"]).all()


def test_where_nothing_comes_back_nothing_is_crowded_out() -> None:
    nothing = programme(tiers={"levels": [{"name": "All", "visits": 1}], "window": "lifetime"})
    np.testing.assert_array_equal(bonds(nothing, crowding=False), bonds(nothing, crowding=True))


# --- programmes that do nothing ---------------------------------------------------------------------------

UNFELT = {
    "programme_value": OFF,
    "crowding": OFF,
    "status": {"weight": 0.0, "gradient": 0.0, "promotion": 0.0},
    "expiry": OFF,
    "challenge": {"gradient": 0.0, "feeling": 0.0},
    "streak": OFF,
    "club": {"weight": 0.0},
    "equity": {"gratitude": 0.0, "reward_gratitude": 0.0},
}
"""Nobody minds rewards ahead, levels, dates, games, fees paid, or gifts."""
EVERYTHING = {
    "points": POINTS | {"welcome": 50, "birthday": 20, "expire_weeks": 26, "pending_weeks": 2},
    "stamps": {"needed": 8, "reward": 5.0},
    "tiers": {"levels": [{"name": "Silver", "spend": 150, "multiplier": 2}, {"name": "Gold", "spend": 400}]},
    "challenge": {"visits": 3, "weeks": 4, "every": 6, "points": 50},
    "streak": {"every": 2, "length": 4, "points": 50},
    "surprise": {"chance": 0.1, "worth": 2.0},
    "costs": {"launch": 500, "per_week": 20, "per_member_week": 0.01, "staff": 10},
}


@pytest.mark.parametrize("joining", ["automatic", "asked", "for a fee"])
@pytest.mark.parametrize("r", REPLICATES)
def test_a_programme_that_nobody_feels_changes_nothing_but_its_cost(joining: str, r: int) -> None:
    """The same purchases of the same customers, to the bit, whoever is a member."""
    enrolment = {"enrolment": AUTO if joining == "automatic" else {"effort": 5.0, "ask": 0.5}}
    fee = {"club": {"fee": 2.0, "period_weeks": 13}} if joining == "for a fee" else {}
    world = pair(
        {"none": {}, "unfelt": {"programme": enrolment | fee | EVERYTHING}}, customers=800, behaviour=UNFELT
    )
    none, unfelt = (run(world, design, r) for design in ("none", "unfelt"))
    assert members_of(unfelt).any()
    for tally in (
        Tally.PURCHASES,
        Tally.REVENUE,
        Tally.GOODS,
        Tally.ACTIVE,
        Tally.SATISFACTION,
        Tally.ATTACHMENT,
    ):
        np.testing.assert_array_equal(
            *(market.tallies[..., tally].sum(axis=3) for market in (none, unfelt)), err_msg=tally.name
        )
    for name in ("rate", "last_firm", "reference_price", "knows"):
        np.testing.assert_array_equal(*(m.population.column(name) for m in (none, unfelt)))
    for firm in (0, 1):
        for name in ("taste", "expectation", "satisfaction", "attachment", "remembered", "trust", "equity"):
            np.testing.assert_array_equal(*(m.population.column(name, firm) for m in (none, unfelt)))
    costs = {d: run(world, d, r).metrics() for d in ("none", "unfelt")}
    assert costs["none"]["revenue"] == costs["unfelt"]["revenue"]
    lost = costs["none"]["profit"] - costs["unfelt"]["profit"]
    spent = costs["unfelt"]["programme_cost"] - costs["unfelt"]["programme_income"]
    assert lost == pytest.approx(spent, abs=0.02)
    assert costs["unfelt"]["programme_cost"] > 500


@pytest.mark.parametrize("r", REPLICATES)
def test_a_programme_without_effect_still_has_members_who_buy_more_than_others(r: int) -> None:
    """Those join who buy much: a naive comparison sees an effect where there is none."""
    chosen = {"programme": {"enrolment": {"effort": 10.0, "ask": 0.5}, "points": POINTS}}
    world = pair({"none": {}, "chosen": chosen}, customers=2000, behaviour=UNFELT)
    none, with_it = (run(world, design, r) for design in ("none", "chosen"))
    members = members_of(with_it)
    assert 100 < members.sum() < 1900

    def buys(market: Any) -> NDArray[np.float64]:
        return np.asarray(market.population.column("remembered", 0))

    assert buys(with_it)[members].mean() > 1.5 * buys(with_it)[~members].mean(), "the naive gap"
    np.testing.assert_array_equal(buys(with_it), buys(none))
    before = run(world.replace("horizon.weeks", 27), "none", r)
    assert buys(before)[members].mean() > 1.3 * buys(before)[~members].mean(), "it was there before"


RATES: dict[str, dict[str, Any]] = {
    "plain": {},
    "seldom": {"redeem": 0.1},
    "mortal": {"expire_weeks": 20},
    "mortal by calendar": {"expiry": {"mode": "calendar", "years": 0}},
    "for those who come": {"expiry": {"mode": "inactivity", "weeks": 8}},
    "pending": {"pending_weeks": 6},
    "cheques": {"payout": {"form": "cheque", "every": 13, "least": 100}},
    "vouchers": {"payout": {"form": "voucher", "every": 13, "least": 100, "step": 50, "voucher_weeks": 26}},
    "capped": {"cap": {"per_week": 60}},
    "cooldown": {"cooldown": 8},
    "one at a time": {"rewards": [{"name": "r", "points": 150, "worth": 4.5, "limit": 1}]},
    "menu": {
        "rewards": [{"name": "s", "points": 100, "worth": 2.0}, {"name": "l", "points": 300, "worth": 12.0}]
    },
    "scarce": {"rewards": [{"name": "r", "points": 150, "worth": 4.5, "availability": 0.3}]},
}


@pytest.mark.parametrize("name", RATES)
def test_a_double_rate_never_lowers_what_is_redeemed(name: str) -> None:
    without = {"threshold": None, "reward": None} if "rewards" in RATES[name] else {}
    world = pair(
        {
            "once": points(**without, **RATES[name]),
            "twice": points(**without, **RATES[name], per_currency=2),
        },
        customers=1000,
    )
    assert more_of(world, Tally.REWARDS_FACE, "twice", "once")
    assert (stock(world, Tally.MEMBERS, "twice") > 0).all()
    assert not lowers(world, "share", "twice", "once")
    assert raises(world, "effective_reward_rate", "twice", "once")
