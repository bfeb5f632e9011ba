"""Trust."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.trust import Trust, betrayed, next_trust, trust_scale, trust_value
from tests.rules.steady import close, reals, steady

ON = Trust(start=0.6, up=0.02, down=0.5, weight=1.5).numbers()
OFF = Trust(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert next_trust(F32(0.6), F32(0), ON) == close(0.6 + 0.02 * 0.4)
    assert next_trust(F32(0.6), F32(10), ON) == close(0.6 - 0.5 * 0.2**2 * 0.6)
    assert betrayed(F32(0.6), F32(0.2), ON) == close(0.6 - 0.5 * 0.2 * 0.6)
    assert trust_value(F32(0.8), ON) == close(1.5 * 0.2)
    assert trust_scale(F32(0.3), ON) == close(0.5)


def test_a_broken_promise_of_full_size_takes_half_of_the_trust_and_no_promise_takes_more() -> None:
    assert next_trust(F32(0.6), F32(50), ON) == close(0.3)
    assert next_trust(F32(0.6), F32(90), ON) == close(0.3)


def kept_promises_to_make_up_for(shortfall: float) -> int:
    """Purchases as expected that bring trust back to where it was before the promise was broken."""
    trust, kept = next_trust(F32(0.6), F32(shortfall), ON), 0
    while trust < 0.6:
        trust, kept = next_trust(trust, F32(0), ON), kept + 1
    return kept


def test_a_broken_promise_undoes_many_kept_ones() -> None:
    assert kept_promises_to_make_up_for(50) > 25


def test_small_slips_are_forgiven_and_large_ones_are_not() -> None:
    """Convex: a shortfall twice as large costs four times the trust."""
    assert kept_promises_to_make_up_for(5) <= 1
    for shortfall in (5, 10, 25):
        lost, more = (0.6 - next_trust(F32(0.6), F32(d), ON) for d in (shortfall, 2 * shortfall))
        assert more == close(4 * float(lost), rel=1e-4)


def test_a_newcomer_takes_a_promise_for_what_it_is_worth_and_is_not_drawn_by_trust() -> None:
    assert trust_scale(ON.start, ON) == 1
    assert trust_value(ON.start, ON) == 0


@given(trust=reals(0, 1), shortfall=reals(0, 150), size=reals(0, 1))
@steady
def test_trust_stays_a_share(trust: Any, shortfall: Any, size: Any) -> None:
    assert 0 <= next_trust(trust, shortfall, ON) <= 1
    assert 0 <= betrayed(trust, size, ON) <= 1


@given(trust=reals(0.01, 0.99), shortfall=reals(0.1, 150), size=reals(0.01, 1))
@steady
def test_kept_promises_build_trust_and_broken_ones_destroy_it(trust: Any, shortfall: Any, size: Any) -> None:
    assert next_trust(trust, F32(0), ON) > trust
    assert next_trust(trust, shortfall, ON) < trust
    assert betrayed(trust, size, ON) < trust


@given(trust=reals(0, 1), shortfall=reals(0, 150), size=reals(0, 1))
@steady
def test_off_trust_stays_where_it_was_and_counts_for_nothing(trust: Any, shortfall: Any, size: Any) -> None:
    assert next_trust(trust, shortfall, OFF) == trust
    assert betrayed(trust, size, OFF) == trust
    assert trust_value(trust, OFF) == 0
    assert trust_scale(OFF.start, OFF) == 1
