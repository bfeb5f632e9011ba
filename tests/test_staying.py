"""Those who were customers when measuring began are counted week by week (sim/market/staying.py)."""

from __future__ import annotations

import numpy as np

import sim
from sim.experiments import focal_path
from tests.experiments.explain.worlds import grocers

BURN_IN = 14


def market(weeks: int) -> sim.Market:
    data = grocers().model_dump(mode="json", exclude_unset=True)
    data["horizon"] = {"weeks": weeks, "burn_in": BURN_IN}
    return sim.Market(type(grocers()).model_validate(data), design="points", customers=200)


def test_in_the_first_year_the_count_is_that_of_the_cohort_of_this_year_in_every_week() -> None:
    # In the first year both cohorts are the same customers; the compiled week counts the one.
    lived, lapse, kept = market(40), 6, []
    for week in range(40):
        lived.step()
        kept.append(lived.population.kept(week, lapse)[lived.focus])
    assert list(lived.staying[BURN_IN:]) == kept[BURN_IN:]
    assert kept[-1] < kept[BURN_IN]


def test_a_second_year_goes_on_with_those_of_the_first() -> None:
    lived = market(BURN_IN + 60).run()
    (start, end), *_ = (cohort[lived.focus] for cohort in lived._cohorts)
    assert lived.staying[BURN_IN - 1] == start > 0
    assert lived.staying[BURN_IN + 51] == end < start
    assert lived.staying[-1] <= start
    now = lived.population.kept(lived.week - 1, 6)[lived.focus]
    assert lived.staying[-1] < now, "the cohort of the second year has new customers, too"


def test_weeks_before_have_no_count_and_the_path_tells_it() -> None:
    lived = market(30).run()
    assert np.isnan(lived.staying[: BURN_IN - 1]).all()
    assert (lived.staying[BURN_IN:] <= lived.staying[BURN_IN - 1]).all()
    np.testing.assert_array_equal(focal_path(lived)["kept"], lived.staying)


def test_a_market_that_is_not_yet_measured_has_no_count() -> None:
    lived = market(30)
    for _ in range(5):
        lived.step()
    assert np.isnan(lived.staying).all()
    assert len(lived.staying) == 5
