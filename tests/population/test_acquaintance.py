"""A firm that changes how many know it, or how many agree to its contacts, changes just those."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from tests.worlds import duel

WRITES = {"per_week": 0.2, "members_only": False}
DESIGNS = {
    "few": {"awareness": 0.3, "contacts": WRITES | {"opt_in": 0.25}},
    "some": {"awareness": 0.6, "contacts": WRITES | {"opt_in": 0.5}},
    "all": {"awareness": 1.0, "contacts": WRITES | {"opt_in": 1.0}},
}


def knows(design: str, written: float = 0.6) -> NDArray[np.bool_]:
    """Who considers Harbour, and who refuses its contacts, right after the design began (2 x customer)."""
    world = duel(DESIGNS, customers=3000, weeks=30, burn_in=1)
    world = world.replace("firms.Harbour.awareness", written)
    world = world.replace("behaviour.defection.enabled", False).replace("behaviour.contact.opt_out", 0.0)
    market = Market(world, design=design)
    market.step()
    market.step()
    bits = market.population.column("knows")
    return np.stack([(bits & 1) == 1, ((bits >> 16) & 1) == 1])


@pytest.mark.parametrize(
    ("design", "share", "refuse"), [("few", 0.3, 0.75), ("some", 0.6, 0.5), ("all", 1, 0)]
)
def test_a_design_makes_a_firm_known_to_the_share_that_it_says(
    design: str, share: float, refuse: float
) -> None:
    assert knows(design).mean(axis=1) == pytest.approx([share, refuse], abs=0.03)


def test_who_knows_a_firm_of_few_knows_it_where_it_has_many() -> None:
    few, some, everybody = (knows(d) for d in ("few", "some", "all"))
    assert not (few[0] & ~some[0]).any() and not (some[0] & ~everybody[0]).any()
    assert not (everybody[1] & ~some[1]).any() and not (some[1] & ~few[1]).any()


def test_it_does_not_matter_whether_a_firm_was_made_known_or_was_so_from_the_start() -> None:
    np.testing.assert_array_equal(knows("some", written=0.6), knows("some", written=0.1))
