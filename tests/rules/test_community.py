"""Community."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.community import Community, after_event, takes_part, talk_factor
from tests.rules.steady import close, reals, steady

ON = Community(step=0.05, limit=2.0, talk=2.0, leaves=0.01).numbers()
OFF = Community(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert after_event(F32(0), ON) == close(0.1)
    assert after_event(F32(1), ON) == close(1.05)
    assert after_event(F32(-1), ON) == close(-0.85)
    assert talk_factor(True, ON) == 2
    assert talk_factor(False, ON) == 1


def test_the_attached_come_first() -> None:
    assert takes_part(F32(0.019), F32(0.01), F32(1))
    assert not takes_part(F32(0.019), F32(0.01), F32(0))
    assert takes_part(F32(0.009), F32(0.01), F32(0))


def test_those_who_dislike_the_firm_come_as_seldom_as_those_who_do_not_care() -> None:
    assert takes_part(F32(0.009), F32(0.01), F32(-3))
    assert not takes_part(F32(0.011), F32(0.01), F32(-3))


def test_years_of_events_bring_attachment_to_its_limit() -> None:
    bond = F32(-1)
    for _ in range(300):
        bond = after_event(bond, ON)
    assert bond == close(2.0, rel=1e-5)


@given(bond=reals(-5, 5))
@steady
def test_no_event_loosens_a_bond(bond: Any) -> None:
    assert after_event(bond, ON) >= bond
    assert after_event(bond, ON) <= max(bond, F32(2)) + 1e-6


@given(bond=reals(-5, 5))
@steady
def test_off_events_bind_nobody_and_give_nothing_to_tell(bond: Any) -> None:
    assert after_event(bond, OFF) == bond
    assert talk_factor(True, OFF) == talk_factor(False, OFF) == 1
