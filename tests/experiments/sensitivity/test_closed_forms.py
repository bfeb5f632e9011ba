"""Functions whose indices are known give these indices."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError, Sensitivity
from sim.experiments.sensitivity import indices, morris, sobol
from tests.experiments.sensitivity import functions as known


def row(result: Sensitivity, factor: str, index: str, metric: str = "profit") -> pd.Series:
    rows = result.frame().set_index(["metric", "factor", "index"])
    return rows.loc[(metric, factor, index)]


@pytest.fixture(scope="module")
def ishigami() -> Sensitivity:
    return sim.sensitivity(
        known.study("abcd"),
        method="sobol",
        metric=["profit", "revenue"],
        points=128,
        second_order=True,
        run_cell=known.ishigami,
    )


@pytest.mark.parametrize("index", ["S1", "ST"])
@pytest.mark.parametrize("factor", ["a", "b", "c"])
def test_the_ishigami_function_has_its_published_indices(
    ishigami: Sensitivity, factor: str, index: str
) -> None:
    found, truth = row(ishigami, factor, index), known.ISHIGAMI[index][factor]
    assert found["low"] < truth < found["high"]
    assert found["value"] == pytest.approx(truth, abs=0.15)


def test_the_pair_that_interacts_is_the_one_of_the_ishigami_function(ishigami: Sensitivity) -> None:
    pairs = ishigami.pairs()
    pairs = pairs[pairs["metric"] == "profit"].set_index(["factor", "other"])
    assert pairs["value"].idxmax() == ("a", "c")
    assert pairs["low"]["a", "c"] < 0.2437 < pairs["high"]["a", "c"]
    assert pairs["low"]["a", "b"] < 0 < pairs["high"]["a", "b"]
    assert "In interactions for sure (ST - S1): " in ishigami.summary()
    assert row(ishigami, "c", "interaction")["low"] > 0


def test_a_factor_that_nothing_reads_is_told_from_one_that_this_metric_does_not_show(
    ishigami: Sensitivity,
) -> None:
    assert ishigami.unread == ("d",)
    assert row(ishigami, "b", "ST", "revenue")["verdict"] == "no effect"
    assert row(ishigami, "a", "ST", "revenue")["value"] == pytest.approx(1, abs=0.03)
    assert ishigami.immaterial == {"profit": ("d",), "revenue": ("b", "c", "d")}
    assert "Nothing here reads d: not a bit of any metric changed" in ishigami.summary()


def test_the_dummy_of_the_first_order_estimator_is_nought_within_its_error(ishigami: Sensitivity) -> None:
    value, half = ishigami.analysis.dummies["profit"]
    assert abs(value) < half < 0.3
    same = np.repeat(np.linspace(0, 1, 64), 2)  # A and B the same: as far from independent as can be
    assert sobol.dummy(np.repeat(np.arange(64), 2), same, 1)[0] == pytest.approx(1)


def test_the_g_function_has_its_published_order() -> None:
    result = sim.sensitivity(known.study(), method="sobol", points=128, run_cell=known.g_function)
    shares = {name: (1 / 3) / (1 + a) ** 2 for name, a in known.SOBOL_G.items()}
    total = np.prod([1 + share for share in shares.values()]) - 1
    for name, share in shares.items():
        truth = share * np.prod([1 + s for other, s in shares.items() if other != name]) / total
        found = row(result, name, "ST")
        assert found["low"] < truth < found["high"]
    assert list(result.ranked("profit")["factor"]) == ["a", "b", "c"]


def test_of_a_linear_function_mu_star_is_the_slope_and_sigma_nought() -> None:
    result = sim.sensitivity(known.study("abcd", replicates=3), points=4, run_cell=known.linear)
    for factor, slope in {"a": 10.0, "b": -3.0, "c": 0.01, "d": 0.0}.items():
        assert row(result, factor, "mu")["value"] == pytest.approx(slope)
        found = row(result, factor, "mu_star")
        for part in ("value", "low", "high", "worlds_low", "worlds_high"):
            assert found[part] == pytest.approx(abs(slope)), part
        assert row(result, factor, "sigma")["value"] == pytest.approx(0, abs=1e-9)
    verdicts = result.ranked("profit").set_index("factor")["verdict"].to_dict()
    assert verdicts == {"a": "matters", "b": "matters", "c": "negligible", "d": "nothing"}


def test_a_paired_difference_leaves_what_both_designs_share_out() -> None:
    result = sim.sensitivity(
        known.study("abd", replicates=2), design="points", against="none", points=4, run_cell=known.linear
    )
    assert row(result, "a", "mu")["value"] == pytest.approx(5.0 - 10.0)
    assert row(result, "b", "mu_star")["value"] == pytest.approx(0, abs=1e-9)
    assert result.unread == ("d",)
    # levels of worlds differ by 100; they cancel in the pair
    assert result.values["value"].abs().max() <= 5.0 + 1e-9


def test_one_at_a_time_gives_the_effect_of_each_end_against_the_scenario_as_written() -> None:
    result = sim.sensitivity(known.study("abcd", replicates=3), method="one_at_a_time", run_cell=known.linear)
    effects = result.effects().set_index(["factor", "setting"])["value"].to_dict()
    assert effects["a", "0"] == pytest.approx(-5) and effects["a", "1"] == pytest.approx(5)
    assert effects["b", "1"] == pytest.approx(-1.5)
    assert list(result.ranked("profit")["factor"]) == ["a", "b", "c", "d"]
    assert row(result, "a", "swing")["value"] == pytest.approx(10)
    assert result.unread == ("d",)
    assert len(result.values) == 9 * 3


def test_levels_are_all_tried_one_at_a_time() -> None:
    study = known.study("a", uncertainties={"a": {"path": known.PATHS["a"], "values": [0.1, 0.9, 0.4]}})
    result = sim.sensitivity(study, method="one_at_a_time", run_cell=known.linear)
    assert list(result.effects()["setting"]) == ["0.1", "0.9", "0.4"]
    assert row(result, "a", "swing")["value"] == pytest.approx(8.0)


def test_luck_without_direction_is_not_taken_for_an_effect() -> None:
    result = sim.sensitivity(known.study("abcd", replicates=4), points=8, run_cell=known.lucky)
    found = row(result, "d", "mu_star")
    assert found["verdict"] == "unclear"
    assert 0 < found["value"] < found["luck"]
    assert row(result, "a", "mu_star")["luck"] < 1e-9  # what a does is the same in every world
    assert "Not told apart from luck or from nothing: d." in result.summary()


@pytest.mark.parametrize("alike", [False, True], ids=["each step by itself", "all steps of a world alike"])
@pytest.mark.parametrize("replicates", [3, 8])
def test_luck_passes_its_own_bound_in_one_of_twenty_cases_at_most(alike: bool, replicates: int) -> None:
    generator = np.random.default_rng(5)
    weights = generator.standard_normal((300, replicates))
    beyond = 0
    for _ in range(400):
        moved = generator.standard_normal((replicates, 1 if alike else 12)) * np.ones((1, 12))
        bound = np.quantile(np.abs(indices._lucky_means(moved, weights)).mean(axis=1), 0.95)
        beyond += np.abs(moved.mean(axis=0)).mean() > bound
    # Steps apart from each other leave less room for luck than the bound allows, few replicates being few.
    assert (0.02 if alike else 0.0) <= beyond / 400 < 0.09


@pytest.mark.parametrize("settings", [1, 7])
def test_a_swing_between_lucky_extremes_passes_its_bound_in_one_of_twenty_cases(settings: int) -> None:
    generator = np.random.default_rng(7)
    beyond = 0
    for case in range(300):
        outputs = generator.standard_normal((8, settings + 1))
        bound = indices._lucky_swing(outputs[:, 1:] - outputs[:, [0]], case)
        beyond += np.ptp(outputs.mean(axis=0)) > bound
    # The t-interval of the two extremes of eight leaves 0 out in about half of the cases.
    assert 0.01 < beyond / 300 < 0.09


def test_the_best_of_many_lucky_settings_one_at_a_time_is_not_taken_for_an_effect() -> None:
    levels = [round(0.05 * k, 2) for k in range(1, 10)]
    study = known.study("d", replicates=6, uncertainties={"d": {"path": known.PATHS["d"], "values": levels}})
    result = sim.sensitivity(study, method="one_at_a_time", run_cell=known.lucky)
    found = row(result, "d", "swing")
    assert found["worlds_low"] > 0 and found["verdict"] == "unclear"
    assert "Luck alone gives up to" in result.summary()


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 8])
def test_mu_star_of_a_list_is_the_change_from_its_first_level_to_its_last(count: int) -> None:
    levels = [k / (count - 1) for k in range(count)]
    factors = {
        "a": {"path": known.PATHS["a"], "values": levels},
        "b": {"path": known.PATHS["b"], "low": 0, "high": 1},
    }
    result = sim.sensitivity(known.study("ab", uncertainties=factors), points=200, run_cell=known.linear)
    assert row(result, "a", "mu_star")["value"] == pytest.approx(10, rel=0.05)
    assert row(result, "a", "mu")["value"] == pytest.approx(10, rel=0.05)
    assert row(result, "b", "mu_star")["value"] == pytest.approx(3)


def test_a_level_that_never_changes_is_said_to_be_untried() -> None:
    study = known.study(
        "ab",
        uncertainties={
            "a": {"path": known.PATHS["a"], "low": 0, "high": 1},
            "one": {"path": known.PATHS["b"], "values": [0.3]},
        },
    )
    result = sim.sensitivity(study, points=3, run_cell=known.linear)
    assert row(result, "one", "mu_star")["verdict"] == "not tried"
    assert result.unread == ()
    assert "Never moved (one level only), so nothing is known of: one." in result.summary()


def test_more_points_begin_with_the_same_points() -> None:
    few, many = morris.points(3, 4, 7), morris.points(3, 9, 7)
    np.testing.assert_array_equal(few.units, many.units[: len(few)])
    few, many = sobol.points(3, 4, 7, second_order=False), sobol.points(3, 16, 7, second_order=False)
    np.testing.assert_array_equal(few.units, many.units[: len(few)])


@pytest.mark.parametrize("second_order", [False, True])
def test_a_step_moves_its_factor_and_no_other(second_order: bool) -> None:
    for points in (morris.points(4, 6, 3), sobol.points(4, 8, 3, second_order=second_order)):
        for factor, a, b in points.steps:
            assert list(np.flatnonzero(points.units[a] != points.units[b])) == [factor]
            assert points.blocks[a] == points.blocks[b]


def test_seed_nought_is_a_seed() -> None:
    def once() -> dict:
        return sim.sensitivity(
            known.study(), method="sobol", points=8, seed=0, run_cell=known.g_function
        ).to_dict()

    first, second = once(), once()
    assert first["indices"] == second["indices"]
    assert first["dummies"] == second["dummies"]


def test_nothing_is_warned_of_where_the_output_is_constant() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = sim.sensitivity(
            known.study("ab"), method="sobol", metric="retention", points=8, run_cell=known.ishigami
        )
    assert set(result.ranked("retention")["verdict"]) == {"no effect"}
    assert "no factor is told apart from nothing" in result.summary()


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"method": "sobol", "points": 100}, "give 64 or 128"),
        ({"method": "moris"}, "the methods are morris, sobol, one_at_a_time"),
        ({"points": 1}, "Morris needs 2 trajectories"),
        ({"second_order": True}, "add --method sobol"),
        ({"design": "points", "against": "points"}, "compared with itself"),
        ({"design": "pionts"}, "did you mean 'points'"),
        ({"metric": "proft"}, "did you mean 'profit'"),
        ({"metric": "incremental_profit"}, "no metric is called 'incremental_profit'"),
        ({"replicates": 0}, "--replicates is 0"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_remedy(asked: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sim.sensitivity(known.study(), run_cell=known.linear, **asked)


def test_constraints_are_refused_since_the_points_could_not_keep_them() -> None:
    with pytest.raises(ExperimentError, match=r"has constraints .a < b.*each factor must be free to move"):
        sim.sensitivity(known.study(constraints=["a < b"]), run_cell=known.linear)


def test_two_factors_do_not_share_a_path() -> None:
    twice = {name: {"path": known.PATHS["a"], "low": 0, "high": 1} for name in "ab"}
    with pytest.raises(ExperimentError, match="change the same path"):
        sim.sensitivity(known.study(uncertainties=twice), run_cell=known.linear)


def test_what_counts_only_where_another_stands_high_is_read_and_interacts() -> None:
    result = sim.sensitivity(known.study("ad"), points=8, run_cell=known.gated)
    assert result.unread == ()
    assert row(result, "d", "sigma")["value"] > 0
    # One at a time, from a = 1/2, is blind to it.
    blind = sim.sensitivity(known.study("ad"), method="one_at_a_time", run_cell=known.gated)
    assert blind.unread == ("d",)
