"""exp, log and the normal quantile: near the truth over their whole ranges, and the same bits everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray
from scipy import special

from sim.arithmetic import F32, exp, log, normal_quantile, scalar, sqrt

Floats = NDArray[np.float32]


def floats(first: float, last: float, step: int) -> Floats:
    """Every step-th of the float32 numbers from first to last (both of one sign), and the two themselves."""
    a, b = sorted(int(F32(x).view(np.int32)) for x in (first, last))
    return np.append(np.arange(a, b, step, dtype=np.int32), np.int32([a, b])).view(F32)


def grid(step: int) -> Floats:
    """Every step-th of the uniform numbers that draws can give, and the thousand at either end."""
    points = np.unique(np.r_[0:1000, 1000 : 2**23 - 1000 : step, 2**23 - 1000 : 2**23])
    return ((points + 0.5) * 2.0**-23).astype(F32)


def compiled(function: Callable[[Any], Any]) -> Callable[[Floats], Floats]:
    """The function over an array, as the weekly pass calls it: melted into a loop that becomes vector code."""

    @njit(error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
    def loop(x: Any, out: Any) -> None:
        for i in range(x.size):
            out[i] = function(x[i])

    def over(x: Floats) -> Floats:
        out = np.empty_like(x)
        loop(x, out)
        return out

    return over


EXP, LOG, SQRT, QUANTILE = (compiled(f) for f in (exp, log, sqrt, normal_quantile))


def worst(found: Floats, true: NDArray[np.float64]) -> float:
    """The greatest relative error."""
    return float(np.abs(found / true - 1.0).max())


def test_exp_errs_by_less_than_a_ten_millionth_from_minus_87_to_88() -> None:
    x = np.concatenate([floats(-87.0, -1e-30, 2003), floats(1e-30, 88.0, 2003)])
    assert worst(EXP(x), np.exp(x.astype(float))) < 1e-7


def test_exp_beyond_its_range_stays_at_the_ends_of_it() -> None:
    ends = F32([-np.inf, -1e30, -87.5, -87.0, 88.0, 88.5, 1e30, np.inf])
    assert EXP(ends).tolist() == [exp(F32(-87.0))] * 4 + [exp(F32(88.0))] * 4
    assert exp(F32(-87.0)) >= np.finfo(F32).tiny
    assert np.isfinite(exp(F32(88.0)))


def test_exp_of_nothing_is_exactly_one_and_of_less_never_more() -> None:
    assert exp(F32(0.0)) == exp(F32(-0.0)) == 1.0
    assert EXP(floats(-87.0, -1e-30, 2003)).max() <= 1.0


def test_log_errs_by_less_than_a_ten_millionth_over_all_normal_numbers() -> None:
    x = floats(float(np.finfo(F32).tiny), float(np.finfo(F32).max), 1009)
    x = x[x != 1.0]
    assert worst(LOG(x), np.log(x.astype(float))) < 1e-7
    around_one = floats(0.5, 2.0, 7)
    around_one = around_one[around_one != 1.0]
    assert worst(LOG(around_one), np.log(around_one.astype(float))) < 1e-7


def test_log_of_one_is_exactly_nothing() -> None:
    assert log(F32(1.0)) == 0.0


def test_the_normal_quantile_errs_by_less_than_a_two_millionth_on_all_that_can_be_drawn() -> None:
    u = grid(31)
    assert worst(QUANTILE(u), special.ndtri(u.astype(float))) < 5e-7


def test_the_normal_quantile_mirrors_the_two_halves_exactly() -> None:
    u = grid(997)
    np.testing.assert_array_equal(QUANTILE(F32(1.0) - u), -QUANTILE(u))


def test_the_normal_quantile_tells_all_draws_apart_in_their_order() -> None:
    ends = grid(2**23)
    middle = ((np.arange(2**22 - 500_000, 2**22 + 500_000) + 0.5) * 2.0**-23).astype(F32)
    seams = [F32(around) + (np.arange(-5000, 5000) + F32(0.5)) * F32(2.0**-23) for around in (0.075, 0.925)]
    for u in (ends, middle, *(s.astype(F32) for s in seams)):
        assert np.diff(QUANTILE(u)).min() > 0


def values_for(name: str) -> Floats:
    whole = {
        "exp": np.concatenate([floats(-88.0, -1e-30, 97_001), floats(1e-30, 89.0, 97_001)]),
        "log": floats(float(np.finfo(F32).tiny), float(np.finfo(F32).max), 211_001),
        "sqrt": floats(0.0, float(np.finfo(F32).max), 211_001),
        "normal_quantile": grid(997),
    }[name]
    edges = {
        "exp": [-np.inf, -100, -87, -0.0, 0.0, 88, 100, np.inf],
        "log": [0.5, np.sqrt(0.5), 1.0, np.nextafter(F32(1), F32(0)), np.nextafter(F32(1), F32(2)), 2.0],
        "sqrt": [0.0, 1.0, 2.0, np.inf],
        "normal_quantile": [0.075, 0.5, 0.925],
    }[name]
    return np.concatenate([whole, F32(edges)])


@pytest.mark.parametrize(
    ("function", "over"),
    [(exp, EXP), (log, LOG), (sqrt, SQRT), (normal_quantile, QUANTILE)],
    ids=lambda f: f.__name__,
)
def test_plain_python_and_vector_code_give_the_same_bits(
    function: Callable[[Any], Any], over: Callable[[Floats], Floats]
) -> None:
    x = values_for(function.__name__)
    assert x.size > 5000
    plain = [function(one) for one in x]
    assert {type(one) for one in plain} == {F32}
    np.testing.assert_array_equal(F32(plain).view(np.int32), over(x).view(np.int32))


def test_division_by_nothing_is_infinite_compiled_as_in_plain_python() -> None:
    @scalar
    def inverse(x: Any) -> Any:
        return F32(1.0) / x

    zeros = F32([0.0, -0.0])
    with np.errstate(divide="ignore"):
        assert [inverse(x) for x in zeros] == [np.inf, -np.inf]
    assert compiled(inverse)(zeros).tolist() == [np.inf, -np.inf]
