"""Word of mouth."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.word_of_mouth import (
    WordOfMouth,
    after_message,
    chance_to_hear,
    fades,
    hearsay,
    praise_chance,
    regard_value,
    warning_chance,
)
from tests.rules.steady import close, reals, steady

ON = WordOfMouth(
    good_talk=0.02,
    content=75.0,
    bad_talk=0.02,
    good_audience=5.0,
    bad_audience=10.0,
    liking=0.8,
    disliking=0.44,
    limit=2.0,
    half_life=8.0,
    expectation=1.0,
    outright=0.02,
).numbers()
OFF = WordOfMouth(enabled=False).numbers()
NOTHING, ONE = F32(0), F32(1)


def praise(satisfaction: float, owed: float = 0.0, talk: float = 1.0) -> float:
    return float(praise_chance(F32(satisfaction), F32(owed), F32(talk), ON))


def chosen(value: float) -> float:
    """Chance to be chosen of a firm that had even chances before."""
    return 1 / (1 + math.exp(-value))


def test_who_talks_by_hand() -> None:
    assert praise(85) == close(0.02)
    assert praise(85, talk=2) == close(0.04)
    assert praise(75, owed=0.5) == close(0.01)
    assert praise(85, owed=-0.5) == close(0.02)
    assert praise(70, owed=1.5) == close(0.02)
    assert warning_chance(F32(20), ON) == close(0.04)


def test_who_is_no_more_than_content_says_nothing() -> None:
    assert praise(75) == praise(40) == 0
    assert warning_chance(NOTHING, ON) == 0


def test_a_bad_experience_is_told_to_twice_as_many() -> None:
    assert ON.bad_audience == 2 * ON.good_audience
    assert chance_to_hear(ON.bad_audience, F32(20)) == close(0.5)
    assert chance_to_hear(ON.good_audience, F32(20)) == close(0.25)
    assert chance_to_hear(ON.bad_audience, F32(4)) == 1


def test_messages_by_hand() -> None:
    assert after_message(NOTHING, True, ON) == close(0.8)
    assert after_message(NOTHING, False, ON) == close(-0.44)
    assert after_message(ONE, True, ON) == close(1.4)
    assert after_message(ONE, False, ON) == close(1 - 0.44 * 1.5)
    assert regard_value(F32(0.7), ON) == F32(0.7)
    assert hearsay(F32(70), True, ON) == 71
    assert hearsay(F32(70), False, ON) == 69
    assert hearsay(F32(70), True, WordOfMouth(expectation=2.0).numbers()) == 72


def test_praise_alone_makes_few_customers() -> None:
    assert ON.outright == close(0.02)


def test_one_message_shifts_a_choice_at_even_chances_as_far_as_it_was_set_to() -> None:
    assert chosen(float(after_message(NOTHING, True, ON))) - 0.5 == close(0.19, rel=0.01)
    assert chosen(float(after_message(NOTHING, False, ON))) - 0.5 == close(-0.108, rel=0.01)


@given(regard=reals(-2, 2))
@steady
def test_hearsay_moves_nobody_past_its_limit(regard: Any) -> None:
    assert regard - 1e-6 <= after_message(regard, True, ON) <= 2 + 1e-6
    assert -2 - 1e-6 <= after_message(regard, False, ON) <= regard + 1e-6


def test_what_one_has_heard_often_tells_little_more() -> None:
    first = after_message(NOTHING, True, ON)
    second = after_message(first, True, ON)
    assert 0 < second - first < first


def test_half_of_what_was_heard_is_forgotten_in_a_half_life() -> None:
    regard = ONE
    for _ in range(8):
        regard = fades(regard, ON)
    assert regard == close(0.5, rel=1e-5)


@given(satisfaction=reals(0, 100), owed=reals(-3, 3), regard=reals(-2, 2), grievance=reals(0, 100))
@steady
def test_off_nobody_talks_and_nothing_that_is_said_counts(
    satisfaction: Any, owed: Any, regard: Any, grievance: Any
) -> None:
    assert praise_chance(satisfaction, owed, F32(2), OFF) == 0
    assert warning_chance(grievance, OFF) == 0
    assert regard_value(regard, OFF) == 0
    for good in (True, False):
        assert after_message(regard, good, OFF) == regard
        assert hearsay(satisfaction, good, OFF) == satisfaction
    assert OFF.outright == 0
