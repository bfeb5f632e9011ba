"""Variety seeking."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.variety import Variety, next_satiation, refreshed, variety_value
from tests.rules.steady import close, reals, steady

ON = Variety(keep=0.7).numbers()
OFF = Variety(enabled=False).numbers()


def lived(purchases: int, brands: int) -> Any:
    """Satiation after so many purchases in a row from a house of so many brands."""
    satiation = F32(0)
    for _ in range(purchases):
        satiation = next_satiation(satiation, True, F32(brands), ON)
    return satiation


def test_the_equations_by_hand() -> None:
    assert next_satiation(F32(0.5), True, F32(1), ON) == close(0.65)
    assert next_satiation(F32(0.5), False, F32(1), ON) == close(0.3)
    assert next_satiation(F32(0.5), True, F32(3), ON) == close(0.45)
    assert variety_value(F32(2), F32(0.65), True, ON) == close(-1.3)
    assert refreshed(F32(0.65), F32(0.1)) == close(0.585)


def test_the_same_again_and_again_palls_in_full() -> None:
    assert lived(1, brands=1) == close(0.3)
    assert lived(60, brands=1) == close(1.0)


def test_brands_of_its_own_keep_curiosity_inside_the_house() -> None:
    assert lived(60, brands=4) == close(0.25)


def test_only_the_firm_bought_from_last_palls() -> None:
    assert variety_value(F32(2), F32(1), False, ON) == 0


def test_a_novelty_every_week_lets_nothing_pall() -> None:
    assert refreshed(F32(0.9), F32(1)) == 0
    assert refreshed(F32(0.9), F32(0)) == F32(0.9)


@given(satiation=reals(0, 1), brands=reals(1, 100))
@steady
def test_satiation_stays_between_nothing_and_full(satiation: Any, brands: Any) -> None:
    for same in (True, False):
        assert 0 <= next_satiation(satiation, same, brands, ON) <= 1 + 1e-6


@given(satiation=reals(0, 1), seeking=reals(0, 10))
@steady
def test_off_nothing_palls(satiation: Any, seeking: Any) -> None:
    assert next_satiation(F32(0), True, F32(1), OFF) == 0
    assert variety_value(seeking, satiation, True, OFF) == 0
