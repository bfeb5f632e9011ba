"""Personalisation."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.personalisation import Personalisation, creepy_chance, quality_lift, relevance
from tests.rules.steady import close, reals, steady

ON = Personalisation(
    mass=0.2, of_class=0.3, individual=0.6, half=0.5, quality=4.0, comfort=0.5, creepiness=0.3, betrayal=0.2
).numbers()
OFF = Personalisation(enabled=False).numbers()
MASS, CLASS, INDIVIDUAL = 0, 1, 2


def test_relevance_by_hand() -> None:
    assert relevance(MASS, F32(1), ON) == close(0.2)
    assert relevance(CLASS, F32(0.5), ON) == close(0.2 + 0.15)
    assert relevance(INDIVIDUAL, F32(0.5), ON) == close(0.2 + 0.3)
    assert relevance(INDIVIDUAL, F32(1), ON) == close(0.2 + 0.4)


def test_perceived_quality_by_hand() -> None:
    assert quality_lift(F32(0.5), ON) == close(1.2)
    assert quality_lift(relevance(MASS, F32(1), ON), ON) == 0


def test_prying_by_hand() -> None:
    assert creepy_chance(INDIVIDUAL, F32(0.5), ON) == 0
    assert creepy_chance(INDIVIDUAL, F32(0.75), ON) == close(0.15)
    assert creepy_chance(INDIVIDUAL, F32(1), ON) == close(0.3)
    assert ON.betrayal == close(0.2)
    assert creepy_chance(CLASS, F32(1), ON) == creepy_chance(MASS, F32(1), ON) == 0


@given(depth=reals(0.01, 1))
@steady
def test_one_to_one_fits_better_than_one_to_a_class_and_that_better_than_one_to_all(depth: Any) -> None:
    fits = [relevance(granularity, depth, ON) for granularity in (MASS, CLASS, INDIVIDUAL)]
    assert fits == sorted(fits) and len(set(fits)) == 3


@given(depth=reals(0, 0.5))
@steady
def test_data_pay_less_and_less(depth: Any) -> None:
    here, later = (
        relevance(INDIVIDUAL, d + F32(0.25), ON) - relevance(INDIVIDUAL, d, ON)
        for d in (depth, depth + F32(0.25))
    )
    assert here > later > 0


def test_a_plain_number_will_do_for_the_depth_of_data() -> None:
    assert relevance(INDIVIDUAL, 0.5, ON) == relevance(INDIVIDUAL, F32(0.5), ON)
    assert creepy_chance(INDIVIDUAL, 0.75, ON) == creepy_chance(INDIVIDUAL, F32(0.75), ON)


@given(depth=reals(0, 1))
@steady
def test_off_every_message_is_one_to_all(depth: Any) -> None:
    for granularity in (MASS, CLASS, INDIVIDUAL):
        assert relevance(granularity, depth, OFF) == OFF.mass
        assert quality_lift(relevance(granularity, depth, OFF), OFF) == 0
        assert creepy_chance(granularity, depth, OFF) == 0
    assert OFF.betrayal == 0
