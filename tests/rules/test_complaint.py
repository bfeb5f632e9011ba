"""Complaints."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.complaint import Complaint, after_voice, complaint_chance
from tests.rules.steady import close, reals, steady

ON = Complaint(core=0.62, encounter=0.18, usual_size=25.0, voice=0.13).numbers()
OFF = Complaint(enabled=False).numbers()


def chance(core: bool, points: float = 25.0, channels: int = 2) -> float:
    return float(complaint_chance(core, F32(points), F32(channels), ON))


def test_a_failure_of_usual_size_is_complained_of_with_the_chance_of_its_kind() -> None:
    assert chance(core=True) == close(0.62)
    assert chance(core=False) == close(0.18)


def test_the_equation_by_hand() -> None:
    assert chance(core=True, points=50) == close(1 - 0.38**2)
    assert chance(core=False, points=10, channels=5) == close(1 - 0.82 ** (0.4 * 1.5 * 5 / 6))


@given(points=reals(0.1, 80), more=reals(1.01, 3))
@steady
def test_the_worse_the_failure_and_the_more_channels_the_more_speak_up(points: Any, more: Any) -> None:
    for core in (True, False):
        once = complaint_chance(core, points, F32(2), ON)
        assert 0 < once < 1
        assert complaint_chance(core, points * more, F32(2), ON) >= once
        assert complaint_chance(core, points, F32(4), ON) >= once


@given(points=reals(0.1, 80), channels=reals(1, 10))
@steady
def test_bad_treatment_is_complained_of_less_than_a_failed_service(points: Any, channels: Any) -> None:
    assert complaint_chance(True, points, channels, ON) >= complaint_chance(False, points, channels, ON)


def test_nothing_lost_nothing_said() -> None:
    assert chance(core=True, points=0) == 0


def test_speaking_up_relieves_a_little() -> None:
    assert after_voice(F32(20), ON) == close(20 * 0.87)


@given(points=reals(0, 80), channels=reals(1, 10))
@steady
def test_off_nobody_speaks_up(points: Any, channels: Any) -> None:
    assert complaint_chance(True, points, channels, OFF) == 0
    assert complaint_chance(False, points, channels, OFF) == 0
    assert after_voice(points, OFF) == points
