"""The ablation table: what each mechanism does, measured in worlds that differ in nothing else."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import Ablation, CellError, ExperimentError, Interrupted, ablate, statistics
from sim.experiments.ablation import METRICS, NOTHING
from sim.experiments.run import Cell, Outcome
from sim.market import Market
from sim.measures import HEADLINE, MEASURES
from sim.rules import Behaviour
from sim.scenario import Scenario, ScenarioError
from tests.experiments import fake

SMALL = {"replicates": 3, "customers": 150, "weeks": 30}
TRIED = ("need", "price", "points", "stamps")


def run_cell(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The fake market, in which price holds profit down and points are what gives a redemption rate."""
    outcome = fake.run_cell(given, replace(cell, design="points"), stop)
    metrics = dict(outcome.metrics)
    if not given.behaviour.price.enabled:
        metrics["profit"] += 1.0 + 0.1 * cell.replicate
    if not given.behaviour.points.enabled:
        metrics["redemption_rate"] = nan
    return replace(outcome, metrics=metrics)


@pytest.fixture(scope="module")
def real() -> Ablation:
    """The real market under the points design; a rival wages a price war in week 15."""
    return sim.ablate(fake.world(), design="points", mechanisms=TRIED, **SMALL)


@pytest.fixture(scope="module")
def made() -> Ablation:
    return ablate(fake.world(), replicates=4, run_cell=run_cell)


# --- the real market ---------------------------------------------------------------------------------------


def test_a_mechanism_that_nothing_in_the_world_reads_is_dead(real: Ablation) -> None:
    assert real.dead == ["stamps"]


def test_pairs_share_their_draws_so_an_absent_mechanism_makes_exactly_no_difference(real: Ablation) -> None:
    for metric, difference in real.paired["stamps"].items():
        if not isnan(real.samples[metric][NOTHING][0]):
            assert (difference.mean, difference.low, difference.high) == (0, 0, 0), metric


def test_without_the_price_mechanism_a_price_war_takes_no_revenue(real: Ablation) -> None:
    assert (real.samples["revenue"]["price"] > real.samples["revenue"][NOTHING]).all()
    assert real.table().loc["price", "revenue"] > 0


def test_the_dead_come_to_life_where_the_world_reads_them() -> None:
    stamps = ablate(fake.world(), design="stamps", mechanisms=["points", "stamps"], **SMALL)
    assert stamps.dead == ["points"]


def test_each_number_is_that_of_the_market_with_this_one_switch_turned(real: Ablation) -> None:
    for without in (NOTHING, "points"):
        world = fake.world()
        if without != NOTHING:
            world = world.replace(f"behaviour.{without}.enabled", False)
        metrics = Market(world, design="points", seed=1, replicate=2, customers=150, weeks=30).run().metrics()
        for metric in METRICS:
            kept = real.samples[metric][without][2]
            assert kept == metrics[metric] or (isnan(kept) and isnan(metrics[metric])), metric


# --- the tables --------------------------------------------------------------------------------------------


def test_every_mechanism_of_behaviour_and_every_metric_is_in_the_table_unless_others_are_asked_for(
    made: Ablation,
) -> None:
    assert made.mechanisms == tuple(Behaviour.model_fields)
    assert made.metrics == tuple(name for name in MEASURES if name != "incremental_profit")
    assert made.shown == tuple(name for name in HEADLINE if name != "incremental_profit")
    assert list(made.table().index) == list(made.mechanisms)
    assert list(made.table().columns) == list(made.metrics)
    some = ablate(
        fake.world(), mechanisms=["price", "need"], metrics=["nps", "profit"], replicates=2, run_cell=run_cell
    )
    assert list(some.table().index) == ["price", "need"]
    assert list(some.table().columns) == ["nps", "profit"]
    assert some.shown == ("nps", "profit")


def test_the_frame_has_a_row_a_mechanism_and_metric_with_the_interval_that_a_comparison_gives(
    made: Ablation,
) -> None:
    frame = made.frame()
    assert list(frame.columns) == ["mechanism", "metric", "mean", "low", "high"]
    assert len(frame) == len(made.mechanisms) * len(made.metrics)
    row = frame[(frame["mechanism"] == "price") & (frame["metric"] == "profit")].iloc[0]
    expected = statistics.mean_interval(1.0 + 0.1 * np.arange(4))
    assert row["mean"] == pytest.approx(1.15)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_the_difference_is_without_minus_with(made: Ablation) -> None:
    assert made.table().loc["price", "profit"] == pytest.approx(1.15)
    assert made.paired["price"]["profit"].verdict == "higher"


def test_a_metric_that_goes_with_its_mechanism_has_no_difference_but_a_change(made: Ablation) -> None:
    assert isnan(made.table().loc["points", "redemption_rate"])
    assert made.table().loc["stamps", "redemption_rate"] == 0
    assert "points" not in made.dead


def test_a_mechanism_is_not_dead_because_the_metric_it_moves_is_not_shown() -> None:
    shown = ablate(
        fake.world(), mechanisms=["price", "need"], metrics=["nps"], replicates=2, run_cell=run_cell
    )
    assert (shown.table()["nps"] == 0).all()
    assert shown.dead == ["need"]


def test_a_change_in_one_replicate_out_of_many_is_life() -> None:
    def once(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        outcome = run_cell(given, cell, stop)
        if not given.behaviour.need.enabled and cell.replicate == 3:
            outcome.metrics["share"] = np.nextafter(outcome.metrics["share"], 100.0)
        return outcome

    assert ablate(fake.world(), mechanisms=["need", "join"], replicates=4, run_cell=once).dead == ["join"]


def test_a_metric_that_does_not_apply_with_or_without_is_no_change() -> None:
    barred = ablate(fake.world(), design="none", mechanisms=["need"], replicates=2, run_cell=fake.run_cell)
    assert isnan(barred.samples["redemption_rate"][NOTHING][0])
    assert barred.dead == ["need"]


def test_one_replicate_has_differences_and_no_intervals() -> None:
    one = ablate(fake.world(), mechanisms=["price"], replicates=1, run_cell=run_cell)
    row = one.frame().set_index("metric").loc["profit"]
    assert row["mean"] == pytest.approx(1.0)
    assert isnan(row["low"]) and isnan(row["high"])
    assert "One replicate has no interval" in one.summary()


def test_the_summary_names_the_dead(made: Ablation) -> None:
    assert set(made.dead) == set(made.mechanisms) - {"price", "points"}
    assert f"Changes no metric here, to the bit: {', '.join(made.dead)}." in made.summary()


def test_the_json_has_no_nan_and_says_where_it_comes_from(made: Ablation) -> None:
    said = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert said["differences"]["points"]["redemption_rate"]["mean"] is None
    assert said["differences"]["price"]["profit"]["mean"] == pytest.approx(1.15)
    assert said["metrics"]["profit"]["mean"] == pytest.approx(made.samples["profit"][NOTHING].mean())
    assert said["provenance"]["settings"]["mechanisms"] == list(made.mechanisms)
    assert said["provenance"]["scenario_fingerprint"] == fake.world().fingerprint()
    assert "sim.ablate(sim.load(...), design=None" in said["provenance"]["command"]


# --- how it is run -----------------------------------------------------------------------------------------


def test_both_markets_of_a_pair_have_the_same_seed_and_replicate_and_differ_in_one_switch() -> None:
    seen = []

    def note(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        off = tuple(name for name in Behaviour.model_fields if not getattr(given.behaviour, name).enabled)
        seen.append((cell.replicate, off, cell.seed, cell.design, cell.customers, cell.weeks))
        return run_cell(given, cell, stop)

    ablate(
        fake.world(), design="stamps", mechanisms=["price", "join"], replicates=2, seed=7, customers=50,
        weeks=20, workers=1, run_cell=note,
    )  # fmt: skip
    rest = (7, "stamps", 50, 20)
    assert seen == [(r, off, *rest) for r in range(2) for off in ((), ("price",), ("join",))]


def test_the_result_does_not_depend_on_the_number_of_workers() -> None:
    one, many = (ablate(fake.world(), replicates=3, workers=workers, run_cell=run_cell) for workers in (1, 5))
    pd.testing.assert_frame_equal(one.values, many.values, check_exact=True)


def test_progress_counts_every_market_from_the_start() -> None:
    told: list[tuple[int, int]] = []
    ablate(
        fake.world(), mechanisms=["price"], replicates=2, run_cell=run_cell,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(done, 4) for done in range(5)]


def test_a_failing_market_is_named_with_the_switch_that_was_turned() -> None:
    def fail(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        if not given.behaviour.join.enabled:
            raise ZeroDivisionError("no members")
        return run_cell(given, cell, stop)

    with pytest.raises(
        CellError, match=r"behaviour\.join\.enabled\":false.* failed \(ZeroDivisionError: no members\)"
    ):
        ablate(fake.world(), mechanisms=["price", "join"], replicates=2, run_cell=fail)


def test_an_interruption_says_how_far_it_came() -> None:
    def stop_at_two(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="interrupted after 2 of 8 markets"):
        ablate(fake.world(), mechanisms=["price"], replicates=4, run_cell=run_cell, progress=stop_at_two)


# --- what is refused, before any market --------------------------------------------------------------------


def no_market(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    raise AssertionError("a market was run")


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"mechanisms": ["price", "stmaps"]}, "no mechanism is called 'stmaps'; did you mean 'stamps'?"),
        ({"mechanisms": ["xyz"]}, "no mechanism is called 'xyz'; known: need, "),
        ({"mechanisms": "pirce"}, "no mechanism is called 'pirce'; did you mean 'price'?"),
        ({"mechanisms": []}, "no mechanism is named; known: need, "),
        ({"mechanisms": ["need", "need"]}, "mechanism 'need' is named twice; name it once"),
        ({"metrics": ["profti"]}, "no metric is called 'profti'; did you mean 'profit'?"),
        ({"metrics": ["incremental_profit"]}, "no metric is called 'incremental_profit'; "),
    ],
)
def test_an_unknown_mechanism_or_metric_is_refused_with_the_nearest(asked: dict, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        ablate(fake.world(), run_cell=no_market, **asked)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"design": "pionts"}, "unknown design 'pionts'; did you mean 'points'?"),
        ({"replicates": 0}, "--replicates is 0"),
        ({"weeks": 10}, "the burn-in of the scenario takes 10 weeks"),
        ({"workers": 0}, "--workers is 0"),
    ],
)
def test_other_wrong_input_is_refused_as_a_comparison_refuses_it(asked: dict, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        ablate(fake.world(), run_cell=no_market, **asked)
    assert message in str(caught.value)
