"""Money, goods, treats and donations as rewards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.arithmetic import F32
from sim.rules.reward_kind import RewardKind, gratitude, perceived
from tests.rules.same_bits import same_bits, wholes

ON = RewardKind(
    goods_worth=0.9,
    treat_worth=1.1,
    donation_worth=0.4,
    goods_gratitude=1.2,
    treat_gratitude=1.5,
    donation_gratitude=1.6,
).numbers()
OFF = RewardKind(enabled=False).numbers()
KINDS = (
    "discount",
    "free_item",
    "catalogue",
    "points_plus_cash",
    "partner",
    "donation",
    "experience",
    "upgrade",
)


@pytest.mark.parametrize(
    ("kinds", "worth", "thanks"),
    [
        (("discount", "points_plus_cash"), 1.0, 1.0),
        (("free_item", "catalogue", "partner"), 0.9, 1.2),
        (("experience", "upgrade"), 1.1, 1.5),
        (("donation",), 0.4, 1.6),
    ],
    ids=["money", "goods", "treats", "donation"],
)
def test_what_each_kind_is_worth_and_how_it_is_thanked_for(
    kinds: tuple[str, ...], worth: float, thanks: float
) -> None:
    for kind in map(KINDS.index, kinds):
        assert perceived(np.int32(kind), ON) == F32(worth)
        assert gratitude(np.int32(kind), ON) == F32(thanks)


def test_as_shipped_treats_please_most_and_money_is_thanked_for_least() -> None:
    shipped = RewardKind().numbers()
    worth = {kind: perceived(np.int32(i), shipped) for i, kind in enumerate(KINDS)}
    thanks = {kind: gratitude(np.int32(i), shipped) for i, kind in enumerate(KINDS)}
    assert worth["upgrade"] > worth["discount"] > worth["free_item"] > worth["donation"] > 0
    assert thanks["upgrade"] > thanks["free_item"] > thanks["discount"]
    assert min(thanks.values()) == thanks["discount"] == 1


@pytest.mark.parametrize("kind", range(8), ids=KINDS)
def test_off_every_kind_counts_like_money(kind: int) -> None:
    assert perceived(np.int32(kind), OFF) == gratitude(np.int32(kind), OFF) == 1


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    assert same_bits(perceived, numbers, wholes(*range(8)))
    assert same_bits(gratitude, numbers, wholes(*range(8)))
