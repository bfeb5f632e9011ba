"""Failures and the grievance they leave."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.failure import Failure, aggrieved, faded, failure_size, grievance_value, is_core
from tests.rules.steady import close, reals, steady

ON = Failure(major_share=0.25, major_ratio=1.5, half_life=26.0, weight=0.6).numbers()
OFF = Failure(enabled=False).numbers()


def test_the_sizes_by_hand() -> None:
    assert ON.minor_size == close(1 / (0.75 + 0.25 * 1.5))
    assert ON.major_size == close(1.5 / (0.75 + 0.25 * 1.5))


@pytest.mark.parametrize(
    ("u", "core", "major"),
    [
        (0.01, True, True),
        (0.02, True, False),
        (0.0599, True, False),
        (0.061, False, True),
        (0.08, False, False),
    ],
)
def test_a_draw_says_kind_and_size_at_once(u: float, core: bool, major: bool) -> None:
    rate, core_share = F32(0.1), F32(0.6)  # core below .06, major below .015 and from .06 to .07
    assert is_core(F32(u), rate, core_share) == core
    assert failure_size(F32(u), rate, core_share, ON) == (ON.major_size if major else ON.minor_size)


@pytest.mark.parametrize("core_share", [0.0, 0.6, 1.0])
def test_sizes_leave_the_mean_severity_as_it_is(core_share: float) -> None:
    rate = F32(0.1)
    draws = [F32((i + 0.5) / 20_000) * rate for i in range(20_000)]
    sizes = [float(failure_size(u, rate, F32(core_share), ON)) for u in draws]
    assert sum(sizes) / len(sizes) == pytest.approx(1.0, abs=1e-3)
    cores = sum(bool(is_core(u, rate, F32(core_share))) for u in draws)
    assert cores / len(draws) == pytest.approx(core_share, abs=1e-3)


def test_a_grievance_by_hand() -> None:
    assert aggrieved(F32(5), F32(20), ON) == 25
    assert grievance_value(F32(25), ON) == close(-1.5)


def test_half_of_a_grievance_is_forgotten_in_a_half_life() -> None:
    grievance = F32(20)
    for _ in range(26):
        grievance = faded(grievance, ON)
    assert grievance == close(10.0, rel=1e-5)


@given(u=reals(1e-6, 0.3), core_share=reals(0, 1), g=reals(0, 100), points=reals(0, 100))
@steady
def test_off_failures_are_of_one_size_and_leave_no_grievance(
    u: Any, core_share: Any, g: Any, points: Any
) -> None:
    assert failure_size(u, F32(0.3), core_share, OFF) == 1
    assert aggrieved(F32(0), points, OFF) == 0
    assert grievance_value(g, OFF) == 0
