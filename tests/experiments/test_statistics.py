"""The statistics, held against closed forms, textbook examples and SciPy's tests."""

from __future__ import annotations

from math import inf, isclose, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.experiments.statistics import (
    holm,
    mean_interval,
    p_value,
    paired_difference,
    probability_positive,
    rank,
    replicates_needed,
    unpaired_width,
)

pytestmark = pytest.mark.filterwarnings("error")
FINITE = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))


def test_the_interval_of_one_to_five_is_the_one_in_the_table_of_t() -> None:
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval.mean == 3
    # t(0.975, 4) = 2.776445 in every table; standard error sqrt(2.5 / 5).
    assert isclose(interval.high - 3, 2.776445 * sqrt(0.5), rel_tol=1e-6)
    assert isclose(3 - interval.low, 2.776445 * sqrt(0.5), rel_tol=1e-6)


def test_95_of_100_intervals_hold_the_true_mean() -> None:
    draws = np.random.default_rng(7).normal(2.0, 3.0, (4000, 6))
    held = [(i := mean_interval(row)).low <= 2.0 <= i.high for row in draws]
    assert 0.94 < np.mean(held) < 0.96


def test_one_value_has_a_mean_but_no_interval_and_no_probability() -> None:
    interval = mean_interval([4.0])
    assert (interval.mean, interval.low, interval.high) == (4.0, None, None)
    difference = paired_difference([4.0], [3.0])
    assert (difference.mean, difference.low, difference.p_better, difference.gain) == (1.0, None, None, None)
    assert difference.verdict == "unknown"


def test_what_never_exists_is_none_and_what_sometimes_exists_is_the_mean_of_that() -> None:
    assert mean_interval([nan, nan]).mean is None
    assert mean_interval([]).mean is None
    assert mean_interval([nan, 1.0, 3.0]).mean == 2.0
    assert paired_difference([nan, nan], [1.0, 2.0]).mean is None


def test_a_difference_is_taken_only_where_both_designs_have_a_value() -> None:
    difference = paired_difference([1.0, nan, 5.0, 9.0], [0.0, 100.0, nan, 6.0])
    assert difference.mean == 2.0
    assert difference.gain == paired_difference([1.0, 9.0], [0.0, 6.0]).gain


def test_equal_values_give_themselves_exactly() -> None:
    interval = mean_interval([0.1] * 7)
    assert interval.low == interval.mean == interval.high == 0.1


def test_differences_of_exactly_zero_are_no_difference_with_even_odds() -> None:
    difference = paired_difference([0.1, 0.7, 3.0], [0.1, 0.7, 3.0])
    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert difference.p_better == 0.5
    assert difference.verdict == "no difference"
    assert difference.gain is None


def test_the_same_difference_in_every_world_is_certain() -> None:
    assert probability_positive([0.25, 0.25]) == 1.0
    assert probability_positive([-0.25, -0.25]) == 0.0
    assert p_value([0.25, 0.25]) == 0.0


def test_the_probability_of_better_is_the_one_sided_p_value_of_the_paired_t_test() -> None:
    a, b = np.random.default_rng(1).normal(0.3, 1.0, (2, 9))
    one_sided = stats.ttest_rel(a, b, alternative="less").pvalue
    assert isclose(paired_difference(a, b).p_better, one_sided)
    assert isclose(paired_difference(a, b, better="lower").p_better, 1 - one_sided)
    assert isclose(paired_difference(a, b, better="neither").p_better, one_sided)
    assert isclose(p_value(a - b), stats.ttest_rel(a, b).pvalue)


def test_the_unpaired_interval_is_welchs() -> None:
    generator = np.random.default_rng(2)
    a, b = generator.normal(0.0, 1.0, 12), generator.normal(0.0, 4.0, 12)
    welch = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert isclose(unpaired_width(a, b), welch.high - welch.low)


def test_pairing_gains_what_the_shared_world_explains() -> None:
    generator = np.random.default_rng(3)
    shared = generator.normal(0.0, 10.0, 400)
    a, b = (shared + generator.normal(0.0, 1.0, 400) for _ in range(2))
    # sd of the unpaired difference: sqrt(2 * 101); of the paired one: sqrt(2).
    assert isclose(paired_difference(a, b).gain, sqrt(101), rel_tol=0.1)


def test_independent_worlds_gain_nothing_from_pairing() -> None:
    a, b = np.random.default_rng(4).normal(0.0, 1.0, (2, 500))
    assert isclose(paired_difference(a, b).gain, 1.0, abs_tol=0.1)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=2, max_size=8))
def test_a_difference_read_from_the_other_side_is_its_mirror_image(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    one, other = paired_difference(a, b), paired_difference(b, a)
    assert one.mean == -other.mean
    assert one.low == -other.high
    assert isclose(one.p_better, 1 - other.p_better, abs_tol=1e-12)


def test_holm_gives_the_textbook_adjustment_in_the_order_given() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_replicates_said_to_be_needed_separate_the_designs_four_times_in_five() -> None:
    sample = np.random.default_rng(5).normal(0.4, 1.0, 20)
    needed = int(replicates_needed(sample))
    effect = sample.mean() / sample.std(ddof=1)
    critical = stats.t.ppf(0.975, needed - 1)
    power = stats.nct.sf(critical, needed - 1, effect * sqrt(needed))
    assert 0.78 < power < 0.83


def test_no_number_of_replicates_separates_what_is_the_same() -> None:
    assert replicates_needed([0.0, 0.0]) == inf
    assert replicates_needed([1.0, -1.0]) == inf
    assert replicates_needed([1e-9, 1.0, -1.0]) == inf


def designs(**means: float) -> dict[str, np.ndarray]:
    """Designs in shared worlds: differences between them have a standard deviation of about 1.4."""
    generator = np.random.default_rng(6)
    shared = generator.normal(0.0, 50.0, 16)
    return {name: mean + shared + generator.normal(0.0, 1.0, 16) for name, mean in means.items()}


def test_designs_far_apart_are_ranked_one_by_one() -> None:
    ranking = rank(designs(low=0.0, high=20.0, middle=10.0))
    assert ranking.groups == (("high",), ("middle",), ("low",))
    assert ranking.ranks == {"high": 1, "middle": 2, "low": 3}


def test_where_less_is_better_the_lowest_is_first() -> None:
    assert rank(designs(low=0.0, high=20.0), better="lower").groups == (("low",), ("high",))


def test_designs_that_are_not_separated_share_a_rank() -> None:
    ranking = rank(designs(none=0.0, points=10.0, stamps=10.05))
    assert set(ranking.groups[0]) == {"points", "stamps"}
    assert ranking.ranks["points"] == ranking.ranks["stamps"] == 1
    assert ranking.ranks["none"] == 3


def test_no_design_is_put_above_one_it_cannot_be_told_from() -> None:
    # Neighbours are a hair apart, the ends are far apart: a chain, which must stay one group.
    values = designs(a=0.0)["a"]
    wiggle = np.tile([1.0, -1.0], 8)
    chain = {"a": values, "b": values - 0.4 + wiggle, "c": values - 0.8 + 2 * wiggle, "d": values - 0.9}
    ranking = rank(chain)
    assert [p.separated for p in ranking.pairs if {p.first, p.second} == {"a", "d"}] == [True]
    assert len(ranking.groups) == 1


def test_many_comparisons_at_once_seldom_find_a_difference_that_is_not_there() -> None:
    generator = np.random.default_rng(8)
    worlds = (dict(enumerate(generator.normal(0, 1, (6, 8)))) for _ in range(300))
    assert sum(any(pair.separated for pair in rank(world).pairs) for world in worlds) / 300 < 0.08


def test_identical_designs_are_told_to_be_identical() -> None:
    values = designs(a=1.0)["a"]
    (pair,) = rank({"a": values, "b": values.copy()}).pairs
    assert pair.identical
    assert not pair.separated
    assert pair.needed == inf
