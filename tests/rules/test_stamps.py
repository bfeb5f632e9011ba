"""Stamp cards."""

from __future__ import annotations

import pytest

from sim.rules.stamps import card_is_full


@pytest.mark.parametrize(("stamps", "full"), [(0, False), (9, False), (10, True), (11, True)])
def test_a_card_is_handed_in_when_it_is_full(stamps: int, full: bool) -> None:
    assert card_is_full(stamps, 10) == full
