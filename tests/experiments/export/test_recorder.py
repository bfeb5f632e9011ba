"""The log says what the market lived: to the cent, to the point, for everybody in every week."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from sim.draws import U32, philox
from sim.experiments.export import DoesNotAddUp
from sim.experiments.export.notes import CONTACTS, Notes, moved, quick_philox
from sim.market import Market
from sim.measures.tally import TALLIES, Tally
from sim.population.account import on_account
from sim.population.population import Population
from sim.scenario import Scenario
from tests.experiments.export.kept import Kept, watched
from tests.worlds import EAGER, POINTS, bustling, busy, hectic, worlds


def counted(market: Market, what: Tally) -> np.ndarray:
    """Week x firm."""
    return market.tallies[..., what].sum(axis=(1, 3))


def summed(table: pd.DataFrame, market: Market, value: pd.Series) -> np.ndarray:
    """Week x firm of a column of the log."""
    out = np.zeros((market.week, len(market.firms)), np.int64)
    firms = [market.world.firm_names.index(name) for name in table["brand"]]
    np.add.at(out, (table["week"].to_numpy(int), firms), value.to_numpy(np.int64))
    return out


def cents(money: pd.Series) -> pd.Series:
    return (money * 100).round().astype(int)


@pytest.fixture(scope="module")
def hectic_market() -> tuple[Market, Kept]:
    market, _, kept = watched(hectic(), design="cards", customers=40)
    return market.run(), kept


@pytest.fixture(scope="module")
def bustling_market() -> tuple[Market, Kept]:
    """A programme with all elements, households, status, a club."""
    market, _, kept = watched(bustling(), customers=40)
    return market.run(), kept


@pytest.fixture(params=["hectic_market", "bustling_market"])
def lived(request: pytest.FixtureRequest) -> tuple[Market, Kept]:
    return request.getfixturevalue(request.param)


def test_purchases_and_amounts_are_those_of_the_tally_to_the_cent(lived: tuple[Market, Kept]) -> None:
    market, kept = lived
    log = kept.table("transactions")
    assert len(log) > 100
    ones = pd.Series(1, index=log.index)
    for column, what in (
        (ones, Tally.PURCHASES),
        (cents(log["amount"]), Tally.REVENUE),
        (cents(log["discount"]), Tally.DISCOUNT),
        (log["returned"], Tally.RETURNED),
        (cents(log["amount"]) * log["returned"], Tally.RETURNED_CENTS),
    ):
        np.testing.assert_array_equal(summed(log, market, column), counted(market, what), what.name)
    members = market.tallies[:, :, :, 1, Tally.PURCHASES].sum(axis=1)
    np.testing.assert_array_equal(summed(log, market, log["member"]), members)


def test_the_ledger_adds_up_to_the_firm_s_own_flows_of_points(lived: tuple[Market, Kept]) -> None:
    market, kept = lived
    ledger = kept.table("ledger")
    points = ledger[(ledger["unit"] == "points") & (ledger["reason"] != "household")]
    if not (points["reason"] == "programme_changed").any():
        earned = points[(points["kind"] == "earn") | (points["reason"] == "given_back")]
        assert earned["amount"].sum() == market.tallies[..., Tally.POINTS_EARNED].sum()
        for kind, what in (("redeem", Tally.POINTS_REDEEMED), ("expire", Tally.POINTS_EXPIRED)):
            gone = points[points["kind"] == kind]["amount"].sum()
            assert -gone == market.tallies[..., what].sum() > 0
    before = counted(market, Tally.POINTS_BALANCE)
    change = np.diff(before, axis=0, prepend=0).sum(axis=1)
    weekly = points.groupby("week")["amount"].sum().reindex(range(market.week), fill_value=0)
    np.testing.assert_array_equal(weekly.to_numpy(), change)


def test_every_balance_in_the_ledger_is_that_of_the_account_in_every_week() -> None:
    market, recorder, kept = watched(bustling(), customers=30)
    people = market.population
    balance: dict[tuple[str, str], int] = {}
    seen = 0
    while market.week < market.weeks:
        market.step()
        rows = kept.table("ledger").iloc[seen:]
        seen += len(rows)
        points = rows[rows["unit"] == "points"]
        for row in points.itertuples():
            key = (row.customer_id, row.brand)
            assert balance.get(key, 0) + row.amount == row.balance
            balance[key] = row.balance
        terms = market.told().terms
        for place in range(len(people)):
            b, j = people.place_of(place)
            for p, owner in enumerate(terms.firm.tolist()):
                true = int(on_account(people.wholes[b], people.firms, j, terms, p))
                key = (recorder.persons.name(place), market.world.firm_names[owner])
                assert balance.get(key, 0) == true
    assert len(balance) > 10


def test_points_of_a_purchase_are_those_that_the_ledger_books_for_it(lived: tuple[Market, Kept]) -> None:
    _, kept = lived
    log, ledger = kept.table("transactions"), kept.table("ledger")
    booked = ledger[(ledger["unit"] == "points") & (ledger["reason"] == "purchase")]
    by_log = log.groupby("customer_id")["points_earned"].sum()
    pd.testing.assert_series_equal(
        by_log[by_log > 0], booked.groupby("customer_id")["amount"].sum(), check_names=False
    )


def test_who_joined_and_who_is_left_are_the_members(lived: tuple[Market, Kept]) -> None:
    market, kept = lived
    events = kept.table("members")
    joins = events[events["event"] == "join"]
    assert len(joins) == market.tallies[..., Tally.JOINED].sum() > 0
    net = joins.groupby("brand").size() - events[events["event"] == "leave"].groupby("brand").size().reindex(
        joins["brand"].unique(), fill_value=0
    )
    for p, owner in enumerate(market.told().terms.firm.tolist()):
        there = (market.population.column("member_since", p) >= 0).sum()
        assert net.get(market.world.firm_names[owner], 0) == there


def test_answers_are_those_that_the_firm_counted(lived: tuple[Market, Kept]) -> None:
    market, kept = lived
    said = kept.table("surveys")
    assert len(said) > 10
    ones = pd.Series(1, index=said.index)
    np.testing.assert_array_equal(summed(said, market, ones), counted(market, Tally.ASKED))
    promoters, detractors = said["recommend"] >= 9, said["recommend"] <= 6
    np.testing.assert_array_equal(summed(said, market, promoters), counted(market, Tally.PROMOTERS))
    np.testing.assert_array_equal(summed(said, market, detractors), counted(market, Tally.DETRACTORS))


def test_contacts_are_those_that_the_firm_counted(lived: tuple[Market, Kept]) -> None:
    market, kept = lived
    sent = kept.table("contacts")
    for kind, what in CONTACTS.items():
        some = sent[sent["kind"] == kind]
        np.testing.assert_array_equal(summed(some, market, some["count"]), counted(market, what), kind)
    assert len(sent) > 0


def test_households_pool_their_points_in_the_ledger() -> None:
    programme = {"points": POINTS, "enrolment": EAGER, "household": 2}
    market, _, kept = watched(busy().replace("firms.Harbour.programme", programme))
    market.run()
    ledger = kept.table("ledger")
    pooled = ledger[ledger["reason"] == "household"]
    assert len(pooled) > 4
    assert pooled["amount"].sum() == 0
    assert (ledger["balance"] >= 0).all()


def test_the_end_of_a_programme_empties_its_accounts_in_the_ledger() -> None:
    market, _, kept = watched(busy(), design="closed")
    market.run()
    ledger = kept.table("ledger")
    end = ledger[(ledger["reason"] == "programme_changed") & (ledger["brand"] == "Harbour")]
    assert set(end["week"]) == {market.burn_in}
    assert len(end) > 4
    assert (end["balance"] == 0).all()
    assert -end["amount"].sum() == market.tallies[market.burn_in, ..., Tally.POINTS_FORFEITED].sum()
    assert not (
        kept.table("members").query("brand == 'Harbour' and event == 'join'")["week"] >= market.burn_in
    ).any()


def test_points_that_welcome_a_member_come_before_the_reward_that_they_pay() -> None:
    tally = np.zeros(TALLIES, np.int64)
    tally[[Tally.JOINED, Tally.POINTS_EARNED, Tally.POINTS_REDEEMED]] = 1, 110, 60
    assert [entry.amount for entry in moved(tally, 0, "purchase")] == [110, -60]
    tally[Tally.JOINED] = 0
    assert [entry.amount for entry in moved(tally, 0, "purchase")] == [-60, 110]


@given(world=worlds())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_market_is_logged_to_the_cent_and_lives_as_if_nobody_looked(world: Scenario) -> None:
    market, _, kept = watched(world)
    market.run()
    alone = Market(world).run()
    assert market.population.digest() == alone.population.digest()
    np.testing.assert_array_equal(market.tallies, alone.tallies)
    log = kept.table("transactions")
    np.testing.assert_array_equal(
        summed(log, market, cents(log["amount"])) if len(log) else 0, counted(market, Tally.REVENUE)
    )


@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "not replaced"])
def test_everybody_who_comes_and_goes_is_in_the_truth_file(replace: bool) -> None:
    market, recorder, kept = watched(busy().replace("customers.replace_leavers", replace))
    came = np.zeros(len(market.population), int)
    while market.week < market.weeks:
        market.step()
        came += (market.population.column("happened") & (1 << 25)) != 0
    truth = recorder.persons.table()
    there = market.population.column("alive") == 1
    assert truth["left_week"].isna().sum() == there.sum()
    assert len(truth) == len(there) + came.sum()
    assert truth["left_week"].notna().any()
    assert set(kept.table("transactions")["customer_id"]) <= set(truth["customer_id"])
    left = truth.dropna(subset="left_week").set_index("customer_id")["left_week"]
    last = kept.table("transactions").groupby("customer_id")["week"].max()
    assert (last.reindex(left.index).dropna() < left.reindex(last.index).dropna()).all()


def test_a_quiet_customer_is_not_walked_and_a_lost_purchase_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market, recorder, _ = watched(busy(), contacts=False)
    market.step()
    assert 0 < recorder.walked < len(market.population)
    real = Notes.purchase

    def short_changed(self: Notes, c: object, k: int) -> None:
        real(self, c, k)  # type: ignore[arg-type]
        self.tally[self.seg, :, :, Tally.REVENUE] += 1

    monkeypatch.setattr(Notes, "purchase", short_changed)
    with pytest.raises(DoesNotAddUp, match=r"week 1: the log does not add up"):
        market.step()


def test_a_week_that_comes_out_differently_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    market, _, _ = watched(busy(), contacts=False)
    real = Notes.week_of

    def forgetful(self: Notes, number: int) -> object:
        found = real(self, number)
        b, j = self.population.place_of(number)
        self.population.reals[b, 4, j] += 1
        return found

    monkeypatch.setattr(Notes, "week_of", forgetful)
    with pytest.raises(DoesNotAddUp, match="came out differently"):
        market.step()


def test_the_quick_draws_are_the_market_s() -> None:
    for k in range(40):
        name = (k * 7919, k, k % 29, k * 16 + 3, 4294967295 - k, k)
        assert quick_philox(*name) == philox(*(U32(x) for x in name))


def test_what_one_firm_has_on_file_is_its_part_of_the_panel() -> None:
    market, _, kept = watched(busy())
    market.run()
    other, _, own = watched(busy(), firm="Harbour")
    other.run()
    for name in ("transactions", "ledger", "members", "surveys", "contacts"):
        every = kept.table(name)
        pd.testing.assert_frame_equal(
            every[every["brand"] == "Harbour"].reset_index(drop=True), own.table(name)
        )


def test_a_copy_of_the_columns_is_all_that_is_walked() -> None:
    market, _, _ = watched(busy())
    before = copy.copy(market.population)
    assert isinstance(before, Population)
    market.step()
    assert market.population.reals is before.reals
