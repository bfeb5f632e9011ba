"""What a comparison says: contract of `--json`, tables, words, and its silence where data do not speak."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import pytest

from sim.experiments import Comparison, compare
from tests.experiments.fake import run_cell, world

METRICS = [
    "retention",
    "churn",
    "profit",
    "incremental_profit",
    "revenue",
    "share",
    "nps",
    "satisfaction",
    "active_members",
    "redemption_rate",
    "breakage",
    "points_liability",
    "clv",
]


@pytest.fixture(scope="module")
def result() -> Comparison:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compare(world(), replicates=8, run_cell=run_cell)


@pytest.fixture(scope="module")
def single() -> Comparison:
    return compare(world(), designs=["none", "points"], replicates=1, run_cell=run_cell)


def test_the_json_honours_its_contract(result: Comparison) -> None:
    said = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    names = {
        "scenario",
        "designs",
        "replicates",
        "seed",
        "customers",
        "weeks",
        "versions",
        "metrics",
        "differences",
    }
    assert names <= set(said)
    assert said["designs"] == ["none", "points", "stamps", "member_prices", "twin"]
    assert (said["replicates"], said["seed"], said["customers"], said["weeks"]) == (8, 1, 100, 30)
    assert said["scenario"]["title"] == "Two grocers"
    assert list(said["metrics"]) == said["designs"]
    for metrics in said["metrics"].values():
        assert set(METRICS) <= set(metrics)
        assert all(set(interval) == {"mean", "low", "high"} for interval in metrics.values())
    assert list(said["differences"]) == said["designs"][1:]
    for metrics in said["differences"].values():
        assert set(METRICS) <= set(metrics)
        assert all(set(interval) == {"mean", "low", "high", "p_better"} for interval in metrics.values())


def test_the_json_says_of_every_design_but_the_first_whether_it_is_worth_it(result: Comparison) -> None:
    said, designs = (
        json.loads(json.dumps(result.to_dict(), allow_nan=False))["worth"],
        list(result.designs[1:]),
    )
    assert list(said) == designs
    assert said["points"]["cost"] == pytest.approx(20.0)
    assert said["points"]["roi"] == pytest.approx(said["points"]["incremental_profit"]["mean"] / 20.0)
    assert said["twin"]["roi"] is None
    assert result.worth().index.tolist() == designs
    assert set(result.margins()["week"]) == set(range(10, 30))


def test_a_metric_that_does_not_exist_is_null(result: Comparison) -> None:
    said = result.to_dict()
    assert said["metrics"]["none"]["redemption_rate"] == {"mean": None, "low": None, "high": None}
    assert said["differences"]["points"]["redemption_rate"]["p_better"] is None
    assert said["metrics"]["points"]["redemption_rate"]["mean"] is not None


def test_two_identical_designs_differ_by_exactly_zero_in_every_metric_that_exists(result: Comparison) -> None:
    for metric, difference in result.paired["twin"].items():
        if metric in ("redemption_rate", "breakage"):
            assert difference.mean is None
        else:
            assert (difference.mean, difference.low, difference.high, difference.p_better) == (
                0.0,
                0.0,
                0.0,
                0.5,
            )
            assert difference.verdict == "no difference"
    assert "none and twin are identical on profit: no difference." in result.summary()


def test_a_clear_winner_is_ranked_first_and_equals_share_a_rank(result: Comparison) -> None:
    ranks = result.rankings["profit"].ranks
    assert ranks["member_prices"] == 5
    assert ranks["none"] == ranks["twin"] == 3
    assert ranks["points"] == ranks["stamps"] == 1
    tied = " and ".join(result.rankings["profit"].groups[0])
    assert f"{tied} cannot be told apart on profit with 8 replicates; about" in result.summary()


def test_designs_that_are_all_the_same_are_named_in_one_sentence() -> None:
    nothing = {"programme": None}
    same = world(designs={"none": nothing, "twin": nothing, "points": nothing})
    for replicates in (2, 5):
        result = compare(
            same, replicates=replicates, run_cell=lambda w, c, s: run_cell(w, replace(c, design="none"), s)
        )
        lines = result.summary().splitlines()
        assert lines == [
            f"none, twin and points are identical on {m}: no difference." for m in ("retention", "profit")
        ]


def test_churn_is_better_when_it_is_lower(result: Comparison) -> None:
    assert result.paired["member_prices"]["churn"].p_better > 0.99
    assert result.paired["member_prices"]["retention"].p_better < 0.01


def test_pairing_shrinks_the_interval_and_says_by_how_much(result: Comparison) -> None:
    assert result.paired["points"]["profit"].gain > 5
    assert result.paired["points"]["incremental_profit"].gain == result.paired["points"]["profit"].gain
    assert "times narrower" in result.summary()


def test_one_replicate_has_no_interval_and_ranks_nothing(single: Comparison) -> None:
    said = single.to_dict()
    assert said["metrics"]["points"]["profit"]["mean"] is not None
    assert said["metrics"]["points"]["profit"]["low"] is None
    assert said["differences"]["points"]["profit"]["p_better"] is None
    assert said["ranking"] == {}
    assert "ranks nothing" in single.summary()


def test_the_table_has_a_row_a_metric_with_its_unit_and_three_columns_a_design(result: Comparison) -> None:
    table = result.table()
    assert list(table.index.get_level_values("metric")) == list(result.samples)
    assert all(table.index.get_level_values("unit"))
    assert list(table["points"].columns) == ["mean", "low", "high"]
    assert table.loc["profit", ("points", "mean")].item() == result.metrics["points"]["profit"].mean


def test_the_differences_have_a_row_a_design_and_metric_against_the_first(result: Comparison) -> None:
    table = result.differences()
    assert set(table["against"]) == {"none"}
    assert len(table) == 4 * len(result.samples)


def test_money_is_named_in_the_currency_of_the_scenario(result: Comparison) -> None:
    assert "EUR" in result.unit("profit")
    assert "currency" not in " ".join(result.unit(metric) for metric in result.samples)


def test_a_cell_of_the_panel_that_never_has_a_value_has_none_and_others_are_means_of_what_there_is(
    result: Comparison,
) -> None:
    by_membership = result.panel.groupby("membership")["satisfaction"]
    assert by_membership.get_group("member").isna().all()
    assert (by_membership.get_group("non-member") == 75.0).all()


def test_the_panel_is_the_mean_over_replicates_and_the_path_the_sum_over_the_focal_firm(
    result: Comparison,
) -> None:
    def where(table, **values):
        for name, value in values.items():
            table = table[table[name] == value]
        return table

    week = where(result.panel, design="points", week=20, firm="Harbour")["active"].sum()
    path = where(result.paths, design="points", week=20)["active"]
    assert len(path) == 8
    assert week == pytest.approx(path.mean())
