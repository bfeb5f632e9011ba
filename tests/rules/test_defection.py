"""Defection."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32, I32
from sim.rules.defection import (
    Cause,
    Defection,
    causes,
    competition_hazard,
    decides,
    ethics_hazard,
    grievance_hazard,
    inconvenience_hazard,
    price_hazard,
)
from tests.rules.steady import close, reals, steady

ON = Defection(
    price=0.02,
    inconvenience=0.01,
    core=0.004,
    encounter=0.004,
    response=0.012,
    competition=0.004,
    ethics=0.02,
    contributes=0.2,
    reconsider=52.0,
).numbers()
OFF = Defection(enabled=False).numbers()
LOSS_AVERSION = F32(1.6)


def test_there_are_eight_causes() -> None:
    assert [cause.value for cause in Cause] == list(range(8))


def test_the_hazards_by_hand() -> None:
    assert price_hazard(F32(1.5), F32(1.2), LOSS_AVERSION, ON) == close(0.02 * 1.6 * 0.25)
    assert inconvenience_hazard(F32(-1), F32(1), ON) == close(0.02)
    assert grievance_hazard(F32(20), 0, ON) == close(0.008)
    assert grievance_hazard(F32(30), 1, ON) == close(0.012)
    assert grievance_hazard(F32(20), 2, ON) == close(0.024)
    assert competition_hazard(F32(80), F32(70), ON) == close(0.004)
    assert ethics_hazard(F32(0.1), F32(0.6), ON) == close(0.01)


def test_the_kinds_of_grievance_answer_to_their_own_parameters() -> None:
    own = Defection(core=0.1, encounter=0.2, response=0.3).numbers()
    for kind, hazard in enumerate((0.1, 0.2, 0.3)):
        assert grievance_hazard(F32(10), kind, own) == close(hazard)


def test_a_bad_answer_drives_more_away_than_the_failure_itself() -> None:
    assert grievance_hazard(F32(20), 2, ON) > 2 * grievance_hazard(F32(20), 0, ON)


def test_what_is_better_than_usual_drives_nobody_away() -> None:
    assert price_hazard(F32(0.8), F32(1), LOSS_AVERSION, ON) == 0
    assert inconvenience_hazard(F32(2), F32(1), ON) == 0
    assert competition_hazard(F32(70), F32(80), ON) == 0
    assert ethics_hazard(F32(0.9), F32(0.6), ON) == 0
    assert grievance_hazard(F32(0), 2, ON) == 0


@given(u=reals(1e-6, 0.999), total=reals(0.001, 2))
@steady
def test_a_hazard_becomes_a_chance_of_a_week(u: Any, total: Any) -> None:
    chance = 1 - math.exp(-float(total))
    if abs(float(u) - chance) > 1e-5:
        assert decides(u, total) == (float(u) < chance)


def test_without_a_cause_nobody_decides_to_leave() -> None:
    assert not decides(F32(1e-9), F32(0))


def test_half_of_those_who_left_consider_the_firm_again_after_a_half_life() -> None:
    assert 0 < ON.reconsider < 1
    assert (1 - float(ON.reconsider)) ** 52 == close(0.5, rel=1e-5)


def causes_at(place: float) -> Any:
    """Causes of one whose draw lies at this place, 0 to 1, among those who leave; a badly treated customer."""
    total = F32(1.0)
    u = F32(place * (1 - math.exp(-1.0)))
    return causes(u, total, F32(0.1), F32(0.15), F32(0.4), I32(1), F32(0.25), F32(0.1), ON)


@pytest.mark.parametrize(
    ("place", "cause"),
    [
        (0.05, Cause.PRICE),
        (0.15, Cause.INCONVENIENCE),
        (0.24, Cause.INCONVENIENCE),
        (0.3, Cause.ENCOUNTER_FAILURE),
        (0.64, Cause.ENCOUNTER_FAILURE),
        (0.7, Cause.COMPETITION),
        (0.95, Cause.ETHICS),
    ],
)
def test_the_decisive_cause_is_drawn_in_proportion_to_its_hazard(place: float, cause: Cause) -> None:
    decisive, contributing = causes_at(place)
    assert decisive == cause
    fifth_or_more = {Cause.ENCOUNTER_FAILURE, Cause.COMPETITION}
    assert {c for c in Cause if contributing >> c & 1} == fifth_or_more | {cause}


@given(points=reals(0, 100), price=reals(0.3, 3), level=reals(-10, 10), trust=reals(0, 1))
@steady
def test_off_nothing_drives_anybody_away(points: Any, price: Any, level: Any, trust: Any) -> None:
    assert price_hazard(price, F32(1), LOSS_AVERSION, OFF) == 0
    assert inconvenience_hazard(level, F32(0), OFF) == 0
    assert all(grievance_hazard(points, kind, OFF) == 0 for kind in range(3))
    assert competition_hazard(points, F32(50), OFF) == 0
    assert ethics_hazard(trust, F32(0.6), OFF) == 0
