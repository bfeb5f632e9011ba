"""Parameter uncertainty beside chance: pairs share their draw, and what chance averages out is told from what not."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.experiments import ExperimentError, compare
from sim.experiments.lab import Lab
from sim.experiments.parameters import by_draw, parts
from sim.experiments.plan import Plan
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, changes_of, measure_market, world_of
from sim.experiments.worker import pack_job, runner
from sim.report.parameters import table
from sim.scenario import Scenario
from tests.experiments import fake

RATE, LEVEL = "customers.segments.families.purchase_rate.mean", "firms.Harbour.quality.level"
PAIR = ["none", "points"]


def uncertain(*levels: float, **changes: object) -> Scenario:
    """The two grocers, whose quality is uncertain."""
    draws = [{LEVEL: level} for level in levels]
    return fake.world(uncertainty={"source": "made up", "draws": draws}, **changes)


def seen(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """What quality the world of a cell has; profit: the effect of points is this quality, a little luck apart."""
    outcome = fake.run_cell(given, cell, stop)
    level = given.firm("Harbour").quality.level
    luck = np.random.default_rng([cell.seed, cell.replicate, 5]).normal(0.0, 1.0)
    profit = (level + luck) if cell.design == "points" else 0.0
    metrics = {**outcome.metrics, "profit": profit, "satisfaction": level}
    return Outcome(metrics, outcome.tables)


def test_both_designs_of_a_pair_live_in_the_same_draw() -> None:
    result = compare(uncertain(60, 70, 80), designs=PAIR, replicates=7, workers=1, run_cell=seen)
    levels = result.samples["satisfaction"]
    assert levels["none"].tolist() == levels["points"].tolist() == [60, 70, 80, 60, 70, 80, 60]


def test_a_change_wins_over_the_draw_and_no_draws_change_nothing() -> None:
    world = uncertain(60, 70)
    assert world_of(world, changes_of({LEVEL: 99}), 1).firm("Harbour").quality.level == 99
    assert world_of(world, changes_of({RATE: 2.0}), 1).firm("Harbour").quality.level == 70
    assert world_of(world, AS_WRITTEN) == world, "without a replicate: the scenario as written"
    assert world_of(fake.world(), AS_WRITTEN, 5) == fake.world()


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(6)), st.integers(1, 3))
def test_whatever_the_order_and_the_workers_a_real_market_of_a_draw_has_the_same_bits(
    order: list[int], workers: int
) -> None:
    world = uncertain(60.0, 90.0, horizon={"weeks": 8, "burn_in": 2}, events=[])
    cells = [Cell("points", r, 1, 40, 8) for r in order]
    with Lab(world, identity={}, run_cell=measure_market, workers=workers) as lab:
        found = dict(zip(order, (o.metrics for o in lab.run(cells)), strict=True))
    sent = runner(*cloudpickle.loads(pack_job(world, measure_market)))  # what a worker process does
    for replicate in (0, 3):
        record = sent(Cell("points", replicate, 1, 40, 8), threading.Event())
        assert record.outcome().metrics == pytest.approx(found[replicate], nan_ok=True, rel=0, abs=0)
        alone = sim.Market(
            world.drawn(replicate), design="points", replicate=replicate, customers=40, seed=1
        ).run()
        assert repr(found[replicate]) == repr(alone.metrics())
    central = sim.Market(world, design="points", replicate=0, customers=40, seed=1).run()
    assert repr(central.metrics()) != repr(found[0]), "a market alone takes the central values"


def test_a_scenario_without_draws_is_compared_as_ever() -> None:
    plain = compare(fake.world(), designs=PAIR, replicates=6, workers=1, run_cell=fake.run_cell)
    assert plain.uncertainty is None
    assert "uncertainty" not in plain.to_dict() and "uncertain" not in plain.summary()
    same = compare(uncertain(80, 80), designs=PAIR, replicates=6, workers=1, run_cell=fake.run_cell)
    pd.testing.assert_frame_equal(plain.values, same.values)
    pd.testing.assert_frame_equal(plain.paths, same.paths)


def made(draws: int, each: int, parameters: float, chance: float, run: int, mean: float = 0.0) -> Any:
    """Differences, replicate by replicate, of draws that differ and of luck."""
    generator = np.random.default_rng([31, run])
    own = mean + parameters * generator.normal(size=draws)
    return np.tile(own, each) + chance * generator.normal(size=draws * each)


def test_the_two_parts_of_a_difference_are_found_again() -> None:
    found = [parts(made(16, 2, 3.0, 1.0, run), 16) for run in range(300)]
    assert np.mean([one.parameters**2 for one in found]) == pytest.approx(9.0, rel=0.1)  # type: ignore[operator]
    assert np.mean([one.chance**2 for one in found]) == pytest.approx(1.0, rel=0.1)  # type: ignore[operator]
    held = np.mean([one.share_low <= 0.9 <= one.share_high for one in found])  # type: ignore[operator]
    assert held == pytest.approx(0.95, abs=0.04)


def test_the_one_way_layout_by_hand() -> None:
    # Two draws of 1 and 5, with two worlds each, 1 to either side: MSB = 16, MSW = 2, n = 2.
    one = parts([0.0, 4.0, 2.0, 6.0], 2)
    assert one.mean == 3.0
    assert one.chance == pytest.approx(2**0.5)
    assert one.parameters == pytest.approx(((16 - 2) / 2) ** 0.5)
    assert one.share == pytest.approx(7 / 9)
    assert one.effect_low is None, "two draws say nothing of a range"


@pytest.mark.parametrize(("parameters", "each"), [(2.0, 8), (0.0, 8), (2.0, 2)])
def test_the_interval_holds_the_mean_of_all_parameters_however_many_replicates(
    parameters: float, each: int
) -> None:
    found = [parts(made(12, each, parameters, 1.0, run), 12) for run in range(400)]
    assert np.mean([one.low <= 0 <= one.high for one in found]) == pytest.approx(0.95, abs=0.035)  # type: ignore[operator]
    if parameters:
        runs = [made(12, each, parameters, 1.0, run) for run in range(400)]
        naive = [abs(r.mean()) < 2 * r.std(ddof=1) / len(r) ** 0.5 for r in runs]
        assert np.mean(naive) < 0.9, "the test can fail: replicates taken for worlds of their own deceive"


def test_the_range_of_the_effect_holds_that_of_the_true_parameters() -> None:
    held = []
    for run in range(400):
        one = parts(made(16, 2, 2.0, 1.0, run), 16)
        truth = 2.0 * np.random.default_rng([32, run]).normal()
        held.append(one.effect_low <= truth <= one.effect_high)  # type: ignore[operator]
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_p_better_is_over_the_parameters_and_lower_may_be_better() -> None:
    values = made(16, 8, 2.0, 1.0, 3, mean=1.0)
    up, down = parts(values, 16), parts(values, 16, better="lower")
    assert up.p_better is not None and down.p_better is not None
    assert up.p_better + down.p_better == pytest.approx(1.0)
    # Six in ten draws are good; however well the mean is known, the true market is one of them.
    assert 0.5 < up.p_better < 0.9


def test_no_difference_is_neither_parameters_nor_chance() -> None:
    one = parts(np.zeros(8), 4)
    assert (one.parameters, one.chance, one.share) == (0.0, 0.0, None)
    alike = parts([1.0, 2.0, 3.0] * 3, 3)
    assert alike.chance == 0.0 and alike.share == alike.share_low == 1.0


def test_draws_without_a_second_replicate_cannot_tell_and_missing_values_do_not_count() -> None:
    assert parts([1.0, 2.0, 3.0], 3).share is None
    assert parts([1.0, 2.0], 3).low is not None
    assert parts([np.nan] * 4, 2).mean is None
    assert parts([1.0, 2.0, 3.0, np.nan], 2) == parts([1.0, 2.0, 3.0], 2)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(0, 7))
def test_values_by_draw_are_means_of_their_replicates(values: list[float], draws: int) -> None:
    found = by_draw(values, draws)
    if draws == 0 or len(values) <= draws:
        assert found.tolist() == values
    else:
        assert found.tolist() == pytest.approx([np.mean(values[k::draws]) for k in range(draws)])


def test_missing_values_by_draw_are_left_out_or_kept() -> None:
    assert by_draw([1.0, np.nan, 3.0, 5.0], 2).tolist() == [2.0, 5.0]
    assert np.isnan(by_draw([1.0, np.nan, 3.0, 5.0], 2, keep=True)[1])
    assert np.isnan(by_draw([np.nan, 1.0, np.nan, 1.0], 2)[0])


def test_the_result_says_what_is_parameters_and_what_is_chance(tmp_path: Path) -> None:
    world = uncertain(60, 70, 80, 90)
    result = compare(world, designs=PAIR, replicates=8, workers=1, run_cell=seen, out=tmp_path / "run")
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))["uncertainty"]
    assert told["draws"] == told["draws_used"] == 4 and told["told_apart"]
    profit = told["differences"]["points"]["profit"]
    assert profit["share"] > 0.9 and profit["parameters"] == pytest.approx(12.9, abs=1.5)
    shown = result.paired["points"]["profit"]
    assert (shown.low, shown.high) == pytest.approx((profit["low"], profit["high"]))
    assert shown.low is not None and shown.low < 60, "the interval is of four draws, not of eight worlds"
    assert f"change of profit in one world, {profit['share']:.0%} (points)" in result.summary()
    assert "8 replicates" not in result.summary()
    assert list(result.uncertainty.table()["design"].unique()) == ["points"]  # type: ignore[union-attr]
    (book,) = pd.read_excel(result.to_excel(tmp_path / "a.xlsx"), sheet_name=["uncertainty"]).values()
    assert "share" in book.columns


def test_the_table_shows_parameters_beside_chance() -> None:
    result = compare(uncertain(60, 70, 80, 90), designs=PAIR, replicates=8, workers=1, run_cell=seen)
    found = table(result, "profit")
    assert found is not None
    cells = [list(column.cells) for column in found.columns]
    one = result.uncertainty.parts["points"]["profit"]  # type: ignore[union-attr]
    assert [str(cell) for cell in cells[0]] == ["points"]
    assert cells[1][0].startswith(f"{100 * one.share:.0f} [")  # type: ignore[operator,union-attr]
    assert " to +" in cells[2][0]  # type: ignore[operator]
    assert cells[3] == [f"{one.p_better:.3f}"]
    known = compare(fake.world(), designs=PAIR, replicates=4, workers=1, run_cell=seen)
    assert table(known, "profit") is None


def test_one_replicate_a_draw_says_how_many_would_tell() -> None:
    result = compare(uncertain(60, 70, 80, 90), designs=PAIR, replicates=4, workers=1, run_cell=seen)
    assert "cannot be told apart; --replicates 8" in result.summary()
    assert result.to_dict()["uncertainty"]["told_apart"] is False


def test_a_run_is_not_sure_only_because_chance_is_averaged_out() -> None:
    world = uncertain(0.0, 4.0, 8.0, 4.0, *[2.0, 6.0] * 2, category={"name": "groceries"})

    def shifted(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        outcome = seen(given, cell, stop)
        metrics = {**outcome.metrics, "profit": outcome.metrics["profit"] - 2.9 * (cell.design == "points")}
        return Outcome(metrics, outcome.tables)

    known = compare(
        world.replace("uncertainty", None).replace(LEVEL, 4.0), designs=PAIR, workers=1, run_cell=shifted,
        until_sure=True, most=64,
    )  # fmt: skip
    assert known.enough is not None and known.enough.settled
    result = compare(world, designs=PAIR, workers=1, run_cell=shifted, until_sure=True, most=64)
    assert result.enough is not None and not result.enough.settled
    assert result.enough.looks[-1].replicates == 64
    assert "draw more of them" in result.summary()
    # Taken for 64 worlds, the same differences would have settled it.
    gap = result.samples["profit"]["points"] - result.samples["profit"]["none"]
    assert abs(gap.mean()) > 2.5 * gap.std(ddof=1) / 8


def test_a_draw_that_cannot_be_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    world = uncertain(60, 70, 1e9)
    with pytest.raises(ValueError, match=r"uncertainty\.draws\[2\]"):
        compare(world, designs=PAIR, replicates=3, workers=1, run_cell=seen, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    Plan.of(world, designs=PAIR, replicates=2)  # the third draw is not used


def test_a_run_with_other_draws_is_not_gone_on_with(tmp_path: Path) -> None:
    compare(uncertain(60, 70), designs=PAIR, replicates=2, workers=1, run_cell=seen, out=tmp_path)
    with pytest.raises(ExperimentError):
        compare(uncertain(60, 71), designs=PAIR, replicates=2, workers=1, run_cell=seen, out=tmp_path)
    again = compare(uncertain(60, 70), designs=PAIR, replicates=2, workers=1, run_cell=seen, out=tmp_path)
    assert again.provenance["markets_run"] == 0
