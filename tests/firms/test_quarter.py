"""Rebates are paid for what was sold while they were on offer, and not to who was caught."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.firms.quarter import Quarter
from sim.scenario import Channel

OUTLET = Channel.model_validate({"rebate": {"kind": "fixed_outlet", "amount": 0.1}})
QUANTITY = Channel.model_validate({"rebate": {"kind": "fixed_quantity", "amount": 0.1, "quantity": 5}})


def after(*weeks: tuple[int, Channel], caught: bool = False) -> Any:
    """What a dealer is due who sold so many in each week, at 100 cents."""
    quarter = Quarter.new((1, 1))
    for sold, channel in weeks:
        quarter.add(np.array([[sold]]), np.array([[100 * sold]]), [channel])
    quarter.caught[:] = caught
    return quarter.rebates([weeks[-1][1]]).item()


def test_a_rebate_for_the_outlet_is_paid_on_every_sale() -> None:
    assert after((1, OUTLET), (3, OUTLET)) == 40


@pytest.mark.parametrize(("sold", "due"), [(4, 0), (5, 50), (9, 90)])
def test_a_rebate_for_a_quantity_is_paid_on_all_or_nothing(sold: int, due: int) -> None:
    assert after((1, QUANTITY), (sold - 1, QUANTITY)) == due


@pytest.mark.parametrize("channel", [OUTLET, QUANTITY])
def test_who_was_caught_gets_nothing(channel: Channel) -> None:
    assert after((9, channel)) == 90
    assert after((9, channel), caught=True) == 0


def test_what_was_sold_before_a_rebate_was_on_offer_or_after_it_earns_none() -> None:
    assert after((7, Channel()), (2, QUANTITY)) == 20
    assert after((7, Channel()), (2, OUTLET)) == 20
    assert after((7, OUTLET), (2, Channel())) == 70
    assert after((7, QUANTITY), (2, Channel())) == 0
