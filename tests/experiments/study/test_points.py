"""The points of a study and their cells: which, in which order, and at no cost in memory."""

from __future__ import annotations

import json
import tracemalloc
from itertools import islice

import pytest

from sim.experiments import ExperimentError
from sim.experiments.study import Cells, Points
from tests.experiments import fake
from tests.experiments.study.small import LEVERS, study

MANY = {
    name: {"path": f"firms.{firm}.{path}", "low": 0.5, "high": 0.9, "steps": 32}
    for name, firm, path in (
        ("a", "Harbour", "price.level"),
        ("b", "Mill", "price.level"),
        ("c", "Harbour", "unit_cost"),
        ("d", "Mill", "unit_cost"),
    )
}


def test_every_point_of_the_levers_meets_every_point_of_the_uncertainties() -> None:
    points = list(Points(study()))
    assert [(p.levers, p.uncertainties) for p in points] == [(i, j) for i in range(6) for j in range(4)]
    assert [p.number for p in points] == list(range(24))
    assert len({p.values["mill_price"] for p in points}) == 4


def test_cells_of_a_point_stand_together_and_pairs_are_whole() -> None:
    one = study()
    found = list(Cells(Points(one)).with_points())
    assert len(found) == len(Cells(Points(one))) == 24 * 6
    for start in range(0, len(found), 6):
        block = found[start : start + 6]
        assert len({point.number for point, _ in block}) == 1
        assert [(cell.replicate, cell.design) for _, cell in block] == [
            (replicate, design) for replicate in range(3) for design in ("none", "points")
        ]
        assert len({cell.changes for _, cell in block}) == 1


def test_every_point_sees_the_same_worlds() -> None:
    assert {(cell.seed, cell.replicate) for cell in Cells(Points(study(seed=7)))} == {(7, 0), (7, 1), (7, 2)}


def test_points_that_break_a_constraint_are_left_out_and_counted() -> None:
    points = Points(study(constraints=["reward <= 0.03 * threshold"]))
    kept = {(point.values["threshold"], point.values["reward"]) for point in points}
    assert kept == {(100, 2.5), (200, 2.5), (200, 5.0)}
    assert (points.all, len(points), points.left_out) == (24, 12, 12)
    assert [point.number for point in points] == list(range(12))


def test_a_constraint_speaks_of_the_scenario_where_a_factor_stays_as_it_is() -> None:
    alone = study(
        lever_sampling={"method": "one_at_a_time"},
        uncertainties={},
        constraints=["reward * threshold <= 500"],
    )
    # As written, the reward is 5 and the threshold 100.
    assert [dict(point.values) for point in Points(alone)] == [{}, {"threshold": 50}, {"reward": 2.5}]


def test_a_factor_left_as_it_is_shows_what_the_scenario_says() -> None:
    alone = Points(study(lever_sampling={"method": "one_at_a_time"}, uncertainties={}))
    assert alone.shown(next(iter(alone))) == {"threshold": 100, "reward": 5.0}


def test_a_constraint_that_divides_by_0_names_the_study_and_the_point() -> None:
    broken = study(constraints=["1 / (threshold - 100) > 0"])
    with pytest.raises(ExperimentError, match="divides by 0 where threshold = 100"):
        len(Points(broken))


def test_a_million_points_are_counted_and_gone_through_without_being_held() -> None:
    many = study(levers=MANY, uncertainties={})
    cells = Cells(Points(many))
    tracemalloc.start()
    assert len(cells) == 32**4 * 6
    for _ in islice(cells, 5_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e6


def test_a_cell_has_the_changes_of_its_point_and_the_size_that_the_study_says() -> None:
    cell = study(customers=50, weeks=20).cell({"threshold": 50}, "points", 2)
    assert (cell.customers, cell.weeks, cell.design, cell.replicate) == (50, 20, "points", 2)
    assert json.loads(cell.changes) == {"designs.points.programme.points.threshold": 50}
    assert study().cell({}, "none", 0).changes == "{}"


def test_customers_and_weeks_may_be_varied_like_anything_else() -> None:
    sizes = study(
        levers={"size": {"path": "customers.count", "values": [40, 80]}},
        uncertainties={"length": {"path": "horizon.weeks", "values": [20, 25]}},
        uncertainty_sampling={"method": "grid"},
    )
    found = {(cell.customers, cell.weeks) for cell in Cells(Points(sizes))}
    assert found == {(40, 20), (40, 25), (80, 20), (80, 25)}


def test_a_study_without_its_scenario_says_how_to_read_it() -> None:
    with pytest.raises(ExperimentError, match=r"sim.load_study\(path\)"):
        Points(study(scenario="grocers.yaml", levers=LEVERS))
    assert study(scenario=fake.world()).world == fake.world()
