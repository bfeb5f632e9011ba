"""State dependence."""

from __future__ import annotations

from sim.rules.inertia import Inertia, inertia_value
from tests.rules.steady import close


def test_only_the_firm_bought_from_last_has_an_edge() -> None:
    assert inertia_value(True, Inertia().numbers()) == close(0.55)
    assert inertia_value(False, Inertia().numbers()) == 0


def test_the_edge_is_small_worth_a_tenth_of_the_price() -> None:
    # Most of what looks like habit is taste; published edges are worth .03 to .30 of the price.
    usual_sensitivity = 5.5
    assert inertia_value(True, Inertia().numbers()) / usual_sensitivity == close(0.10)


def test_off_the_last_firm_has_no_edge() -> None:
    assert inertia_value(True, Inertia(enabled=False).numbers()) == 0
