"""Drift of traits."""

from __future__ import annotations

import math

import pytest

from sim.rules.drift import Drift
from tests.rules.steady import close


@pytest.mark.parametrize("yearly", [0.0, 0.15, 0.25, 1.0, 4.0])
def test_a_yearly_rate_becomes_the_chance_of_a_redraw_in_a_week(yearly: float) -> None:
    chances = Drift(rate_per_year=yearly, taste_per_year=yearly / 2).numbers()
    assert chances.rate_chance == close(1 - math.exp(-yearly / 52))
    assert chances.taste_chance == close(1 - math.exp(-yearly / 104))


def test_what_is_not_redrawn_in_fifty_two_weeks_is_not_redrawn_in_the_year() -> None:
    chance = float(Drift(rate_per_year=0.25).numbers().rate_chance)
    assert (1 - chance) ** 52 == close(math.exp(-0.25), rel=1e-5)


def test_off_nothing_drifts() -> None:
    assert Drift(enabled=False).numbers() == (0, 0)
