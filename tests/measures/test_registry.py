"""The registry of measures: the headline in its order, families, definitions."""

from __future__ import annotations

import math
from itertools import groupby

import pytest

from sim.market import Market
from sim.measures import FAMILIES, HEADLINE, MEASURES
from tests.measures.records import record
from tests.worlds import EAGER, POINTS, bustling, busy, hectic

PLAYFUL = {
    "enrolment": EAGER,
    "points": POINTS,
    "tiers": {"levels": [{"name": "Silver", "visits": 2}, {"name": "Gold", "visits": 5}]},
    "club": {"fee": 2.0, "period_weeks": 4, "trial_weeks": 2},
    "offers": {"per_week": 0.5, "depth": 0.2},
    "challenge": {"visits": 2, "weeks": 3, "every": 4, "points": 30},
}
"""A programme of elements that those of the bustling market lack."""


def test_the_headline_comes_first_in_its_order() -> None:
    assert HEADLINE == (
        "retention", "churn", "profit", "incremental_profit", "revenue", "share", "nps", "satisfaction",
        "active_members", "redemption_rate", "breakage", "points_liability", "clv",
    )  # fmt: skip
    assert tuple(MEASURES)[: len(HEADLINE)] == HEADLINE


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_function_of_its_name_in_the_module_of_its_family(name: str) -> None:
    measure = MEASURES[name]
    assert measure.name == name == measure.of.__name__
    assert measure.family in FAMILIES
    assert measure.of.__module__ == f"sim.measures.{measure.family}"


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_what_it_is_over_which_time_and_in_what(name: str) -> None:
    measure = MEASURES[name]
    assert measure.unit
    assert measure.better in ("higher", "lower", "neither")
    assert measure.definition[0].isupper() or measure.definition.startswith("1 - ")
    assert measure.definition.endswith((".", "NaN."))
    if not measure.headline:
        words = ("measured weeks", "at the end")
        assert any(word in measure.definition for word in words), measure.definition


def test_measures_of_a_family_stand_together() -> None:
    rest = [m.family for m in MEASURES.values() if not m.headline]
    assert len(list(groupby(rest))) == len(set(rest))


@pytest.mark.parametrize("name", MEASURES)
def test_of_nothing_there_is_no_share_and_no_mean(name: str) -> None:
    """A record in which nothing happened: counts and money are nought, all else is not a number."""
    value = MEASURES[name].of(record())
    counts = MEASURES[name].unit in ("currency", "customers", "times")
    assert math.isnan(value) == (not counts or name == "incremental_profit")
    assert math.isnan(value) or value == 0.0


def test_where_everything_happens_every_measure_has_a_value_at_some_firm() -> None:
    playful = busy(designs={"as written": {}}).replace("firms.Harbour.programme", PLAYFUL)
    markets = [Market(bustling(), customers=1500, design="kept").run(), Market(playful, customers=300).run()]
    markets.append(Market(hectic().replace("dealers", {"count": 12}), customers=400, design="kept").run())
    firms = [market.metrics(firm.name) for market in markets for firm in market.firms]
    for name in MEASURES:
        assert name == "incremental_profit" or any(not math.isnan(m[name]) for m in firms), name


def test_shares_and_probabilities_lie_between_nought_and_one() -> None:
    playful = busy(designs={"as written": {}}).replace("firms.Harbour.programme", PLAYFUL)
    for world in (busy(), bustling(), playful):
        market = Market(world, customers=800).run()
        for firm in market.firms:
            for name, value in market.metrics(firm.name).items():
                if (
                    MEASURES[name].unit.startswith(("share", "probability", "index 0-1 "))
                    and name != "redemption_rate"
                ):
                    assert math.isnan(value) or 0.0 <= value <= 1.0, (firm.name, name)
