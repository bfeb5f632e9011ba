"""Acquisition."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.acquisition import Acquisition, deal_chance
from tests.rules.steady import close, reals, steady

ON = Acquisition(advertising=0.01, deal=0.02, depth=0.2, ad_similarity=1.0, deal_sensitivity=1.5).numbers()
OFF = Acquisition(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    assert deal_chance(F32(0), ON) == close(0.02)
    assert deal_chance(F32(0.3), ON) == close(0.08)


@given(depth=reals(0, 0.9))
@steady
def test_the_deeper_the_deal_the_more_prospects_it_wins(depth: Any) -> None:
    assert deal_chance(depth + F32(0.1), ON) > deal_chance(depth, ON) > ON.advertising


def test_an_advertisement_counts_for_as_many_purchases_as_it_is_set_to() -> None:
    assert ON.ad_similarity == 1
    assert Acquisition(ad_similarity=3.0).numbers().ad_similarity == 3


def test_who_comes_for_the_price_minds_the_price() -> None:
    assert ON.deal_sensitivity > 1


@given(depth=reals(0, 1))
@steady
def test_off_nobody_is_won(depth: Any) -> None:
    assert deal_chance(depth, OFF) == 0
    assert OFF.advertising == OFF.ad_similarity == 0
    assert OFF.deal_sensitivity == 1
