"""Experience of a purchase."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.experience import Experience, perceived, suits
from tests.rules.steady import close, reals, steady

ON = Experience(fit=5.0).numbers()
OFF = Experience(enabled=False).numbers()
FIRM = (F32(75.0), F32(10.0), F32(25.0), F32(0.01))
"""level, spread, severity, failure rate"""


@pytest.mark.parametrize(
    ("z", "u", "quality"), [(0, 0.5, 75), (-1, 0.5, 65), (2, 0.5, 95), (0, 0.005, 50), (-1, 0.005, 40)]
)
def test_the_equation_by_hand(z: float, u: float, quality: float) -> None:
    assert perceived(*FIRM, F32(z), F32(u), ON) == quality


def test_a_purchase_fails_with_the_failure_rate() -> None:
    draws = (F32(u) for u in (0.0, 0.0099, 0.01, 0.0101, 0.9999))
    assert [bool(perceived(*FIRM, F32(0.0), u, ON) < 75) for u in draws] == [True, True, False, False, False]


@given(level=reals(0, 100), spread=reals(0, 30), severity=reals(0, 100), z=reals(-6, 6))
@steady
def test_a_failure_never_makes_a_purchase_better(level: Any, spread: Any, severity: Any, z: Any) -> None:
    fine, failed = (perceived(level, spread, severity, F32(0.5), z, F32(u), ON) for u in (0.9, 0.1))
    assert failed <= fine


@given(level=reals(0, 100), spread=reals(0, 30), severity=reals(0, 100), z=reals(-6, 6), u=reals(0, 1))
@steady
def test_off_every_purchase_is_exactly_what_the_firm_is_known_for(
    level: Any, spread: Any, severity: Any, z: Any, u: Any
) -> None:
    assert perceived(level, spread, severity, F32(0.5), z, u, OFF) == level


# --- the same service suits one better than another -------------------------------------------------------


@pytest.mark.parametrize(("y", "quality"), [(0, 70), (1, 75), (-2, 60)])
def test_what_suits_by_hand(y: float, quality: float) -> None:
    assert suits(F32(70), F32(y), ON) == close(quality)


@given(met=reals(0, 100), y=reals(-4, 4))
@steady
def test_off_the_same_service_suits_everybody_alike(met: Any, y: Any) -> None:
    assert suits(met, y, OFF) == met
