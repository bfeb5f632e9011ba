"""Education."""

from __future__ import annotations

from sim.rules.education import Education, education_value
from tests.rules.steady import close

ON = Education(value=0.3, barrier=0.2, half_life=52.0).numbers()
OFF = Education(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    assert education_value(True, False, ON) == close(0.3)
    assert education_value(True, True, ON) == close(0.5)


def test_those_who_were_not_taught_see_no_more_in_the_firm() -> None:
    assert education_value(False, True, ON) == education_value(False, False, ON) == 0


def test_half_of_those_taught_have_forgotten_after_a_half_life() -> None:
    assert 0 < ON.forgets < 1
    assert (1 - float(ON.forgets)) ** 52 == close(0.5, rel=1e-5)
    assert Education(half_life=1.0).numbers().forgets == close(0.5)


def test_off_teaching_changes_nothing() -> None:
    assert education_value(True, True, OFF) == education_value(True, False, OFF) == 0
