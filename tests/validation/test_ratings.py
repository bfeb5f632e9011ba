"""Ratings and causes of switching: that the experiments read what customers feel and why they leave."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from sim.validation import causes, ratings
from tests.validation.asking import asked, off


def test_the_curvature_of_a_square_is_seen_with_its_sign() -> None:
    x = np.arange(1.0, 6.0)
    assert ratings.curvature(x, 0.5 * x**2 - x) == pytest.approx(0.5)
    assert ratings.curvature(x, np.sqrt(x)) < 0


def test_promoters_buy_more_than_detractors_and_alike_where_feelings_move_no_choice() -> None:
    felt = ratings.survey(asked(customers=4000))
    assert felt["S10b"] > 1.05
    assert felt["curvature of intention"] < 0
    unmoved = ratings.survey(asked(off("choice", "defection"), customers=4000))
    assert unmoved["S10b"] < felt["S10b"]


def test_customers_who_are_served_worse_than_they_expect_are_worse_promoters() -> None:
    usual = ratings.survey(asked(customers=1000))["S10a"]
    strict = ratings.survey(asked({"satisfaction.asymmetry": 5.0, "satisfaction.zone": 0.0}, customers=1000))
    assert strict["S10a"] < usual - 10


def test_causes_of_leaving_are_those_that_there_are() -> None:
    found = causes.switching(asked(customers=1000))
    decisive = [share for name, share in found.items() if name.startswith("decisive, ")]
    assert sum(decisive) == pytest.approx(1)
    assert len(decisive) == 8
    assert found["decisive, inconvenience"] == 0
    assert found["F07c"] == found["located, inconvenience"] > 0.2
    assert found["F07a"] >= found["decisive, core_failure"] > 0
    assert found["F07b"] >= found["decisive, price"] > 0


def test_nobody_leaves_for_a_price_that_is_no_hazard_and_nobody_at_all_where_nothing_is() -> None:
    assert causes.switching(asked({"defection.price": 0.0}, customers=500))["F07b"] == 0
    assert isnan(causes.switching(asked(off("defection"), customers=300))["F07a"])
