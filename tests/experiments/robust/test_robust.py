"""Robust choice, from a table of worlds to words."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError, compare
from tests.experiments.fake import run_cell, world


def frame(**shift: float) -> pd.DataFrame:
    """Two designs in 3 wars x 8 replicates: `bold` earns more, but for the longest war."""
    rows = []
    for war in (0, 4, 8):
        for replicate in range(8):
            luck = np.random.default_rng([war, replicate]).normal(0, 1)
            rows.append(("bold", war, replicate, 110 + luck - war * 10))
            rows.append(("even", war, replicate, 70 + luck - war))
    return pd.DataFrame(rows, columns=["design", "war", "replicate", "value"])


def test_expected_value_and_worst_case_choose_differently_and_the_summary_says_so() -> None:
    choice = sim.robust(frame(), metric="profit")
    found = choice.choices()
    assert (found["expected"], found["best_worst"], found["minimax_regret"]) == ("bold", "even", "bold")
    table = choice.table().set_index("design")
    assert table.loc["bold", "worst_point"] == "war 8"
    assert table.loc["bold", "worst_low"] < table.loc["bold", "worst"] < table.loc["bold", "worst_high"]
    assert "The criteria disagree on profit" in choice.summary()
    assert choice.dominance().empty


def test_where_less_is_better_everything_is_turned_round() -> None:
    more = sim.robust(frame(), metric="cost", better="higher")
    less = sim.robust(frame().assign(value=lambda f: -f["value"]), metric="cost", better="lower")
    assert less.choices() == more.choices()
    ours, theirs = less.table(), more.table()
    for name in ("wins", "p_best", "regret", "largest_regret"):
        assert ours[name].tolist() == pytest.approx(theirs[name].tolist())
    for name, mirror in (("mean", "mean"), ("worst_low", "worst_high"), ("tail_high", "tail_low")):
        assert ours[name].tolist() == pytest.approx((-theirs[mirror]).tolist())


def test_the_order_of_rows_does_not_matter() -> None:
    given = frame()
    shuffled = given.sample(frac=1, random_state=1)
    a, b = (
        sim.robust(f, metric="profit").table().set_index("design").sort_index() for f in (given, shuffled)
    )
    pd.testing.assert_frame_equal(a, b)


@pytest.mark.parametrize(
    "broken, words",
    [
        (lambda f: f.iloc[1:], "some are missing or there twice"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "some are missing or there twice"),
        (lambda f: f[(f["war"] != 4) | (f["replicate"] != 0)], "the same replicates"),
        (lambda f: f[f["design"] == "bold"], "nothing to choose"),
        (lambda f: f.drop(columns="value"), "no column 'value'"),
        (lambda f: f.assign(value="much"), "must hold numbers only"),
    ],
)
def test_a_table_with_holes_is_refused(broken, words) -> None:
    with pytest.raises(ExperimentError, match=words):
        sim.robust(broken(frame()), metric="profit")


def test_a_metric_of_which_nobody_says_what_is_better_is_refused() -> None:
    with pytest.raises(ExperimentError, match="better='higher'"):
        sim.robust(frame(), metric="redemption_rate_of_my_own")


def test_a_comparison_chooses_robustly_and_leaves_out_who_has_no_value() -> None:
    result = compare(world(), replicates=8, workers=1, run_cell=run_cell)
    choice = result.robust("profit")
    assert choice.choices()["expected"] in ("points", "stamps")
    table = choice.table().set_index("design")
    assert table.loc["member_prices", "p_best"] == 0
    assert "worst" not in table
    assert "study with uncertainties" in choice.summary()
    json.dumps(choice.to_dict(), allow_nan=False)


def test_points_that_only_many_digits_tell_apart_are_two_points() -> None:
    rows = [(d, p, r, 1.0 * r) for d in "ab" for p in (1234567.1, 1234567.4) for r in range(2)]
    given = pd.DataFrame(rows, columns=["design", "price", "replicate", "value"])
    assert len(sim.robust(given, metric="profit").worlds.points) == 2


def test_a_design_that_is_the_same_in_every_world_is_named_beside_the_choice() -> None:
    rows = [(d, r, float(r)) for d in ("a", "b") for r in range(4)]
    given = pd.DataFrame(rows, columns=["design", "replicate", "value"])
    said = sim.robust(given, metric="profit").summary()
    assert "b has the same profit in every world, and would do as well." in said
