"""Watching: what is read off all customers agrees with what the market counts, and changes nothing that it lives."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError, Watched
from sim.experiments.watching import Watcher
from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from tests.worlds import LEVELS, busy


def lived(
    design: str | None = "kept", customers: int = 150, whole: sim.Scenario | None = None, **changes: Any
) -> tuple[Market, list[Any], Watcher]:
    """A market that was watched, and what was seen each week."""
    market = Market(whole or world(**changes), design=design, customers=customers, follow=True)
    while market.week < market.burn_in:
        market.step()
    watcher, seen = Watcher(market), []
    while market.week < market.weeks:
        market.step()
        watcher.look()
        seen.append(watcher.last)
    return market, seen, watcher


def world(**changes: Any) -> sim.Scenario:
    """The busy market for three quarters, with levels and with points that live long."""
    tiers = {"levels": LEVELS[:3], "window": "rolling"}
    made = busy(**({"horizon": {"weeks": 45, "burn_in": 6}} | changes))
    return made.replace("firms.Harbour.programme.tiers", tiers)


@pytest.fixture(scope="module")
def seen() -> tuple[Market, list[Any], dict[str, pd.DataFrame]]:
    market, glances, watcher = lived()
    return market, glances, watcher.tables()


def test_watching_a_market_changes_nothing_that_it_lives(seen: Any) -> None:
    market, _, _ = seen
    alone = Market(world(), design="kept", customers=150, follow=True).run()
    assert market.population.digest() == alone.population.digest()
    unfollowed = Market(world(), design="kept", customers=150).run()
    assert (market.tallies == unfollowed.tallies).all()
    pd.testing.assert_frame_equal(market.books(), unfollowed.books())


def test_purchases_read_off_customers_are_those_of_the_tills(seen: Any) -> None:
    market, glances, _ = seen
    tills = market.tallies[market.burn_in :, :, :, :, Tally.PURCHASES].sum(axis=(1, 3))
    read = np.array([glance.bought.sum(axis=1) for glance in glances])
    assert (read == tills).all() and tills.sum() > 1000


def test_lots_outstanding_add_up_to_the_points_liability(seen: Any) -> None:
    market, _, tables = seen
    lots = tables["lots"]
    balance = market.tallies[:, :, 0, :, Tally.POINTS_BALANCE].sum(axis=(1, 2))
    owed = -market.firms[0].ledger.weeks[:, Account.POINTS_LIABILITY] / 100.0
    for week, group in lots.groupby("week"):
        at = market.burn_in + week - 1
        assert group["points"].sum() == balance[at] > 0
        assert group["value"].sum() == pytest.approx(owed[at], abs=0.006)
    assert sorted(set(lots["week"])) == [0, 13, 26, 39]


def test_vouchers_and_stamps_are_owed_too() -> None:
    payout = {"every": 4, "form": "voucher", "voucher_weeks": 10}
    there = world().replace("firms.Harbour.programme.points.payout", payout)
    market, _, watcher = lived(design="cards", whole=there)
    lots = watcher.tables()["lots"]
    owed = -market.firms[0].ledger.weeks[:, Account.POINTS_LIABILITY] / 100.0
    for week, group in lots.groupby("week"):
        assert group["value"].sum() == pytest.approx(owed[market.burn_in + week - 1], abs=0.011)
    assert lots[lots["issued"] == -1]["points"].iloc[-1] > 0
    p = market.programme_of(0)
    assert sum(market.population.column("vouchers", p, part).sum() for part in range(5)) > 0


def test_what_is_earned_in_the_week_of_a_reward_is_young() -> None:
    """An old lot of 10 is redeemed and 8 are earned in the same week: 8 young points are left, not 8 old ones."""
    market, seen, watcher = lived(horizon={"weeks": 10, "burn_in": 6})
    reader, nobody = watcher._readers[1], np.zeros(150, np.int64)
    old, young = np.zeros((5, 150), np.int64), np.zeros((5, 150), np.int64)
    old[0, 3], young[1, 3] = 10, 8
    reader._last = replace(seen[-1].account, lots=old, points=old.sum(axis=0))  # type: ignore[attr-defined]
    reader._held = np.array([old.sum(axis=0), nobody])  # type: ignore[attr-defined]
    now = replace(seen[-1].account, lots=young, points=young.sum(axis=0))
    reader.week(replace(seen[-1], week=market.burn_in, same=nobody == 0, account=now))
    assert reader._held[:, 3].tolist() == [0, 8]  # type: ignore[attr-defined]


def test_points_are_of_no_quarter_older_than_they_may_become() -> None:
    """They live 8 weeks, in lots of 2: at the end of a quarter none is from the quarter before the last."""
    _, _, watcher = lived()
    lots = watcher.tables()["lots"]
    old = lots[lots["issued"] < lots["week"] // 13 - 0]
    assert old[old["issued"] < old["week"] // 13 - 1]["points"].sum() == 0
    assert lots[lots["issued"] == lots["week"] // 13]["points"].sum() > 0


def test_points_leave_an_account_oldest_first() -> None:
    _, _, watcher = lived(design="kept")
    lots = watcher._readers[1]
    lots._held = np.array([[5, 0], [3, 4], [0, 2]])  # type: ignore[attr-defined]
    lots._take(np.array([6, 5]))  # type: ignore[attr-defined]
    assert lots._held.tolist() == [[0, 0], [2, 0], [0, 1]]  # type: ignore[attr-defined]


def test_shares_of_the_four_loyalties_add_up_to_the_active_customers(seen: Any) -> None:
    market, _, tables = seen
    kinds = tables["quadrants"].pivot(index="at", columns="kind", values="customers")
    active = market.tallies[:, :, 0, :, Tally.ACTIVE].sum(axis=(1, 2))
    assert kinds.loc["start"].sum() == active[market.burn_in - 1]
    assert kinds.loc["end"].sum() == active[-1] > 0
    assert tables["sample"]["share"].between(0.0, 1.0 + 1e-9).all() and len(tables["sample"]) <= 300


def test_the_four_loyalties_are_those_of_the_census() -> None:
    """Measured weeks that end with a census, which is taken in every 13th week."""
    market, _, watcher = lived(horizon={"weeks": 26, "burn_in": 6})
    table = watcher.tables()["quadrants"].set_index(["at", "kind"])["customers"]
    counted = market.tallies[-1, :, 0].sum(axis=(0, 1))
    for kind in ("loyal", "latent", "hostage", "disloyal"):
        assert table["end", kind] == counted[Tally[kind.upper()]]
    assert counted[Tally.CENSUS] > 0


def test_every_customer_goes_from_one_firm_to_one(seen: Any) -> None:
    """Who is there throughout is in each quarter's matrix once, and comes from where she last went to."""
    _market, glances, tables = seen
    flows = tables["switching"]
    assert sorted(set(flows["quarter"])) == [2, 3]
    for quarter, group in flows.groupby("quarter"):
        there = glances[13 * (quarter - 1) - 1].alive & glances[13 * quarter - 1].alive
        for glance in glances[13 * (quarter - 1) : 13 * quarter]:
            there = there & glance.same
        assert group["customers"].sum() == there.sum()
        first = np.zeros_like(glances[0].bought)
        for glance in glances[13 * (quarter - 2) : 13 * (quarter - 1)]:
            first = np.where(glance.same, first, 0) + glance.bought
        later = sum(g.bought for g in glances[13 * (quarter - 1) : 13 * quarter])
        cell = group.set_index(["origin", "target"])["customers"]
        quiet = there & ~first.any(axis=0) & ~later.any(axis=0)
        assert cell["nobody", "nobody"] == quiet.sum()
        only = there & (first[0] > 0) & (later[0] > 0) & ~first[1:].any(axis=0) & ~later[1:].any(axis=0)
        assert cell["Harbour", "Harbour"] >= only.sum() > 5
    stays = lived(behaviour={"leaving": {"enabled": False}})[2].tables()["switching"]
    into = stays[stays["quarter"] == 2].groupby("target")["customers"].sum()
    out_of = stays[stays["quarter"] == 3].groupby("origin")["customers"].sum()
    assert into.to_dict() == out_of.to_dict()


def test_flows_between_levels_balance_with_members(seen: Any) -> None:
    market, glances, tables = seen
    flows, tiers = tables["flows"], tables["tiers"]
    members = market.tallies[:, :, 0, 1, Tally.MEMBERS].sum(axis=1)
    for week, group in tiers.groupby("week"):
        assert group["members"].sum() == members[market.burn_in + week - 1]
    account = glances[-1].account
    assert flows[flows["target"] != "outside"]["customers"].sum() == account.member.sum() == members[-1]
    start = tiers[tiers["week"] == 0].set_index("level")["members"]
    for level, n in start.items():
        assert flows[flows["origin"] == level]["customers"].sum() == n
    assert set(flows["target"]) - {"outside", "no level"}
    begun = Market(world(), design="kept", customers=150, follow=True)
    while begun.week < begun.burn_in:
        begun.step()
    was = begun.population.column("member_since", begun.programme_of(0)) >= 0
    same = np.logical_and.reduce([glance.same for glance in glances])
    both = flows[(flows["origin"] != "outside") & (flows["target"] != "outside")]["customers"].sum()
    assert both == (was & same & account.member).sum()


def test_cohorts_hold_all_who_are_active_but_for_those_who_came_back(seen: Any) -> None:
    market, _, tables = seen
    cohorts = tables["cohorts"]
    active = market.tallies[:, :, 0, :, Tally.ACTIVE].sum(axis=(1, 2))
    first = cohorts[cohorts["cohort"] == 0]
    assert first["size"].nunique() == 1
    assert first.iloc[0]["active"] == active[market.burn_in - 1] == first.iloc[0]["size"]
    assert (cohorts["active"] <= cohorts["size"]).all()
    assert len(set(cohorts["cohort"])) == 4


def test_the_first_cohort_stays_as_the_market_itself_counts_it() -> None:
    market, _, watcher = lived(horizon={"weeks": 58, "burn_in": 6})
    cohorts = watcher.tables()["cohorts"].set_index(["cohort", "weeks"])
    begun, kept = market._cohorts[0][0]
    assert cohorts.loc[(0, 52), "size"] == begun > kept == cohorts.loc[(0, 52), "active"] > 0


def test_member_weeks_of_all_distances_are_those_of_members_who_stayed(seen: Any) -> None:
    market, glances, tables = seen
    distance = tables["distance"]
    weeks = bought = 0
    for was, now in pairwise(glances):
        who = was.account.member & now.account.member & now.same & now.alive
        weeks += who.sum()
        bought += now.bought[0][who].sum()
    member = market.tallies[market.burn_in, :, 0, 1, Tally.PURCHASES].sum()
    assert 0 <= distance["member_weeks"].sum() - weeks <= 150
    assert 0 <= distance["purchases"].sum() - bought <= member
    assert (distance["weeks_bought"] <= distance["purchases"]).all()


def test_the_histogram_of_balances_holds_every_member(seen: Any) -> None:
    _market, glances, tables = seen
    balances = tables["balances"]
    account = glances[-1].account
    assert balances["members"].sum() == account.member.sum()
    assert set(balances["needed"]) == {60} and set(balances["unit"]) == {"points"}
    assert balances[balances["tenth"] < 10]["members"].sum() == (account.ready < 60)[account.member].sum()


def test_a_firm_without_programme_has_no_lots_levels_or_distances() -> None:
    watched = sim.watch(busy(), designs=["closed"], replicates=1, customers=60)
    for name in ("tiers", "flows", "balances", "distance"):
        assert getattr(watched, name).empty
    assert set(watched.lots["week"]) == {0}


def test_the_same_bits_with_one_worker_and_with_two() -> None:
    options: dict[str, Any] = {"designs": ["kept", "cards"], "replicates": 2, "customers": 80}
    one, two = (sim.watch(busy(), workers=n, **options) for n in (1, 2))
    for name in ("cohorts", "lots", "balances", "distance", "quadrants", "sample", "switching", "worth"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert set(one.distance["replicate"]) == {0, 1} and set(one.distance["design"]) == {"kept", "cards"}


def test_the_whale_curve_of_a_watched_market_is_that_of_the_market_alone() -> None:
    watched: Watched = sim.watch(busy(), designs=["kept"], replicates=2, customers=80)
    alone = sim.whale_curve(busy(), design="kept", replicates=2, customers=80)
    np.testing.assert_array_equal(watched.whale().contributions, alone.contributions)
    np.testing.assert_array_equal(watched.whale().deciles, alone.deciles)
    np.testing.assert_array_equal(watched.whale().losing, alone.losing)


def test_beside_it_stands_the_market_without_goal_gradient() -> None:
    watched = sim.watch(busy(), designs=["kept"], replicates=1, customers=80, without_gradient=True)
    assert set(watched.distance["rule"]) == {"as it is", "no goal gradient"}
    plain = sim.watch(busy(), designs=["kept"], replicates=1, customers=80)
    pd.testing.assert_frame_equal(plain.cohorts, watched.cohorts)
    off = busy().replace("behaviour.programme_value.gradient", 0.0)
    alone = sim.watch(off, designs=["kept"], replicates=1, customers=80).distance
    without = watched.distance[watched.distance["rule"] == "no goal gradient"]
    assert without["purchases"].tolist() == alone["purchases"].tolist()


def test_an_unknown_design_is_refused() -> None:
    with pytest.raises(ExperimentError, match="did you mean 'kept'"):
        sim.watch(busy(), designs=["kep"], replicates=1)


def test_a_market_is_watched_from_the_end_of_the_burn_in() -> None:
    with pytest.raises(ValueError, match="after the burn-in"):
        Watcher(Market(busy(), follow=True))
