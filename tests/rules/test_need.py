"""Need of the category."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.need import Need, pull
from tests.rules.steady import close, reals, steady

ON = Need(price_elasticity=0.35).numbers()
OFF = Need(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    assert pull(F32(1.1), ON) == close(math.exp(-0.035))
    assert pull(F32(0.8), ON) == close(math.exp(0.07))


def test_at_usual_prices_everybody_buys_as_usual() -> None:
    assert pull(F32(1.0), ON) == 1


@given(a=reals(0.1, 10), b=reals(0.1, 10))
@steady
def test_dear_weeks_thin_out_the_category(a: Any, b: Any) -> None:
    cheap, dear = sorted((a, b))
    assert pull(cheap, ON) >= pull(dear, ON) > 0


@given(level=reals(0.1, 10))
@steady
def test_off_prices_do_not_touch_need(level: Any) -> None:
    assert pull(level, OFF) == 1
