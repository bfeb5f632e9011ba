"""Member prices."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.member_price import MemberPrice, member_pays
from tests.rules.steady import close, reals, steady

ON = MemberPrice().numbers()
OFF = MemberPrice(enabled=False).numbers()


def test_eight_percent_off_on_half_of_the_range_is_four_percent_off() -> None:
    assert member_pays(F32(1.0), F32(0.08 * 0.5), ON) == close(0.96)
    assert member_pays(F32(0.9), F32(0.05), ON) == close(0.855)


@given(posted=reals(0.01, 100), discount=reals(0, 1))
@steady
def test_a_member_never_pays_more_and_is_never_paid(posted: Any, discount: Any) -> None:
    assert 0 <= member_pays(posted, discount, ON) <= posted


@given(posted=reals(0.01, 100), discount=reals(0, 1))
@steady
def test_off_members_pay_what_everybody_pays(posted: Any, discount: Any) -> None:
    assert member_pays(posted, discount, OFF) == posted
