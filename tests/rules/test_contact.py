"""Contacts."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.contact import Contact, after_contact, opts_out, reminder_value, rested
from tests.rules.steady import close, reals, steady

ON = Contact(reminder=0.6, keep=0.8, tolerance=2.0, opt_out=0.05).numbers()
OFF = Contact(enabled=False).numbers()


def weekly(contacts: int, relevance: float) -> Any:
    """Fatigue after a year of so many contacts a week."""
    fatigue = F32(0)
    for _ in range(52):
        fatigue = rested(fatigue, ON)
        for _ in range(contacts):
            fatigue = after_contact(fatigue, F32(relevance), F32(1))
    return fatigue


def test_the_equations_by_hand() -> None:
    assert reminder_value(F32(0.5), F32(0), F32(1), ON) == close(0.3)
    assert reminder_value(F32(0.5), F32(2), F32(0.5), ON) == close(0.15 * math.exp(-1))
    assert after_contact(F32(1), F32(0.2), F32(1)) == close(1.8)
    assert after_contact(F32(1), F32(0.2), F32(2)) == close(2.6)
    assert rested(F32(1.8), ON) == close(1.44)


def test_only_those_who_have_had_more_than_they_put_up_with_opt_out() -> None:
    assert not opts_out(F32(1e-6), F32(2), ON)
    assert opts_out(F32(0.049), F32(3), ON)
    assert not opts_out(F32(0.051), F32(3), ON)
    assert opts_out(F32(0.099), F32(4), ON)


def test_a_message_a_week_is_put_up_with_if_it_matters_and_tires_if_it_does_not() -> None:
    assert weekly(1, relevance=0.8) < ON.tolerance < weekly(1, relevance=0.2)


def test_the_more_messages_the_less_each_of_them_moves() -> None:
    pulls = [reminder_value(F32(0.4), weekly(n, 0.4), F32(1), ON) for n in (0, 1, 2, 5)]
    assert pulls == sorted(pulls, reverse=True)
    assert 5 * pulls[3] < pulls[1]


@given(fatigue=reals(0, 20), trust=reals(0, 2), relevance=reals(0, 0.9))
@steady
def test_what_matters_to_the_customer_reminds_more_and_tires_less(
    fatigue: Any, trust: Any, relevance: Any
) -> None:
    better = relevance + F32(0.1)
    assert reminder_value(better, fatigue, trust, ON) >= reminder_value(relevance, fatigue, trust, ON)
    assert after_contact(fatigue, better, F32(1)) < after_contact(fatigue, relevance, F32(1))


@given(u=reals(1e-6, 1), fatigue=reals(0, 100), relevance=reals(0, 1), trust=reals(0, 2))
@steady
def test_off_nobody_is_reminded_and_nobody_opts_out(u: Any, fatigue: Any, relevance: Any, trust: Any) -> None:
    assert reminder_value(relevance, fatigue, trust, OFF) == 0
    assert not opts_out(u, fatigue, OFF)
