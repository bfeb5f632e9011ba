"""Segments are found where a log holds them, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.calibration import calibrate
from sim.calibration.brands import fit_dirichlet
from sim.calibration.component import Component, Evidence, amount_terms, taste_terms
from sim.calibration.histories import histories, panel_histories
from sim.calibration.labels import names_of
from sim.calibration.mixture import errors, known, mixture, one
from sim.calibration.renewal import Timing
from sim.calibration.segments import Groups, segments_of, whole_component
from sim.calibration.spend import fit_basket
from sim.calibration.timing import fit_nbd, fit_pareto_nbd
from sim.scenario import Scenario
from tests.calibration.known import Known, end_of, log_of

WEEKS = 20
LIGHT = Known(130, Timing(2.0, 10.0), 3.6, 0.3, 0.4)
HEAVY = Known(90, Timing(2.0, 1.6), 2.3, 0.3, 0.4)


def found_in(
    segments: list[Known], number: int | str = "auto", seed: int = 7, *, leaving: bool = False
) -> Groups:
    log = log_of(segments, WEEKS, seed)
    h = histories(log, end_of(WEEKS))
    tastes = np.array(list(fit_dirichlet(log).fit.values.values())) if log.brands else None
    timing = Timing.of((fit_pareto_nbd if leaving else fit_nbd)(h).values)
    return segments_of(log, h, timing, fit_basket(log), tastes, number)


@pytest.fixture(scope="module")
def two() -> Groups:
    return found_in([LIGHT, HEAVY])


def test_two_segments_are_found_with_their_shares_and_numbers(two: Groups) -> None:
    light, heavy = two.groups
    assert light.share == pytest.approx(130 / 220, abs=0.04)
    for group, true in ((light, LIGHT), (heavy, HEAVY)):
        c = group.component
        assert c.timing.mean_rate == pytest.approx(true.timing.mean_rate, rel=0.25)
        assert abs(c.centre - true.centre) < 4 * group.errors["centre"]
        assert abs(np.log(c.timing.r / true.timing.r)) < 4 * group.errors["r"]
        assert 0 < group.errors["r"] < 0.5


def test_segments_stand_in_the_order_of_their_value_and_are_called_what_they_are(two: Groups) -> None:
    assert [group.name for group in two.groups] == ["light, big baskets", "heavy, small baskets"]
    assert two.groups[0].value < two.groups[1].value


def test_customers_are_told_to_be_of_their_own_segment(two: Groups) -> None:
    truly_heavy = np.arange(220) >= 130
    assert np.mean((two.belongs[:, 1] > 0.5) == truly_heavy) > 0.9
    assert two.belongs.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(3))
def test_customers_of_one_segment_come_out_as_one(seed: int) -> None:
    groups = found_in([Known(200, Timing(1.2, 3.0))], seed=seed)
    assert [group.name for group in groups.groups] == ["customers"]
    assert groups.groups[0].share == 1.0


def test_leaving_is_not_taken_for_a_segment_of_its_own() -> None:
    assert len(found_in([Known(90, Timing(1.2, 2.0, 0.8, 8.0))], leaving=True).groups) == 1


def test_two_brands_loyal_camps_are_found_by_brand_alone() -> None:
    timing = Timing(2.0, 2.5)
    camps = [Known(60, timing, tastes=(6.0, 0.3, 0.3)), Known(60, timing, tastes=(0.3, 6.0, 0.3))]
    groups = found_in(camps)
    assert len(groups.groups) == 2
    favourites = {int(np.argmax(g.component.tastes)) for g in groups.groups if g.component.tastes is not None}
    assert favourites == {0, 1}
    assert {g.name.split(", ")[-1] for g in groups.groups} == {"mostly A", "mostly B"}


def test_the_same_log_gives_the_same_bits(two: Groups) -> None:
    again = found_in([LIGHT, HEAVY])
    assert (again.belongs == two.belongs).all()
    assert [g.component.timing for g in again.groups] == [g.component.timing for g in two.groups]


def test_the_basket_of_all_segments_together_is_that_of_the_log(two: Groups) -> None:
    log = log_of([LIGHT, HEAVY], WEEKS)
    purchases = np.bincount(log.customer, minlength=220) @ two.belongs
    assert purchases @ [g.basket for g in two.groups] == pytest.approx(log.amount.sum())


def test_no_round_of_the_search_loses_likelihood_and_a_second_segment_adds_some() -> None:
    log = log_of([Known(80, LIGHT.timing, 3.6), Known(80, HEAVY.timing, 2.3)], WEEKS)
    h = histories(log, end_of(WEEKS))
    e = Evidence.of(log, h)
    whole = one(e, whole_component(log, Timing(1.0, 3.0), fit_basket(log), None))
    start = np.where(np.arange(160)[:, None] % 2 == [0, 1], 0.9, 0.1)
    assert mixture(e, whole.components[0], [start]).log_likelihood > whole.log_likelihood


def test_standard_errors_of_one_segment_are_those_of_the_curvature() -> None:
    log = log_of([Known(400, Timing(1.2, 3.0))], WEEKS)
    h = histories(log, end_of(WEEKS))
    e, fit = Evidence.of(log, h), fit_nbd(h)
    m = one(e, whole_component(log, Timing.of(fit.values), fit_basket(log), None))
    (found,) = errors(e, m)
    assert found["r"] * m.components[0].timing.r == pytest.approx(fit.errors["r"], rel=0.15)
    assert found["within_sd"] == pytest.approx(1 / np.sqrt(2 * (len(log.day) - 400)), rel=0.15)


def test_a_panel_s_segments_make_up_for_those_who_bought_nothing() -> None:
    light, heavy = Known(200, Timing(2.0, 25.0), 3.6, 0.3, 0.4), Known(100, Timing(2.0, 2.0), 2.3, 0.3, 0.4)
    log = log_of([light, heavy], WEEKS, panel=True)
    assert len(log.customers) < 270
    h = panel_histories(log, end_of(WEEKS))
    groups = segments_of(log, h, Timing.of(fit_nbd(h).values), fit_basket(log), None, 2)
    assert groups.groups[0].share == pytest.approx(2 / 3, abs=0.06)


def test_known_groups_are_each_fitted_as_if_alone() -> None:
    log = log_of([LIGHT, HEAVY], WEEKS)
    h = histories(log, end_of(WEEKS))
    e = Evidence.of(log, h)
    whole = one(e, whole_component(log, Timing(1.0, 3.0), fit_basket(log), None)).components[0]
    first = np.arange(220) < 130
    m = known(e, whole, np.stack([first, ~first], axis=1).astype(float))
    alone = fit_nbd(h.rows(np.flatnonzero(first)))
    assert m.components[0].timing.r == pytest.approx(alone["r"], rel=0.05)
    assert m.shares == pytest.approx([130 / 220, 90 / 220])


def test_the_likelihood_of_amounts_is_that_of_their_joint_normal_distribution() -> None:
    y = np.array([2.9, 3.4, 3.1])
    cover = 0.3**2 * np.ones((3, 3)) + 0.5**2 * np.eye(3)
    away = y - 3.0
    expected = -0.5 * (away @ np.linalg.solve(cover, away) + np.linalg.slogdet(2 * np.pi * cover)[1])
    log = log_of([Known(30, Timing(1.0, 2.0))], 4)
    e = Evidence.of(log, histories(log, end_of(4)))
    three = Evidence(
        e.histories, e.grid, e.distinct, e.which,
        np.array([3.0, 0.0]), np.array([y.mean(), 0.0]), np.array([((y - y.mean()) ** 2).sum(), 0.0]), None,
    )  # fmt: skip
    assert amount_terms(three, 3.0, 0.3, 0.5) == pytest.approx([expected, 0.0])


def test_the_likelihood_of_brands_is_polya_s_urn() -> None:
    # A, then A, then B from an urn of 1 and 2: 1/3 x 2/4 x 2/5.
    terms = taste_terms(np.array([[2.0, 1.0]]), np.array([1.0, 2.0]))
    assert np.exp(terms[0]) == pytest.approx(1 / 3 * 2 / 4 * 2 / 5)


def test_segments_with_the_same_words_get_numbers() -> None:
    same = [Component(Timing(1.0, a), 3.0, 0.3, 0.4) for a in (2.0, 2.01, 2.02)]
    names = names_of(same, [20.0, 20.0, 20.0], np.full(3, 1 / 3), ())
    assert names == ["middling", "middling (2)", "middling (3)"]


@pytest.fixture(scope="module")
def scenario() -> dict[str, Any]:
    return calibrate(log_of([LIGHT, HEAVY], WEEKS), segments=2, share=0.4)


def test_found_segments_stand_in_a_sound_scenario(scenario: dict[str, Any]) -> None:
    world = Scenario.model_validate(scenario)
    light, heavy = world.customers.segments
    assert light.weight + heavy.weight == pytest.approx(1.0, abs=1e-5)
    assert light.purchase_rate.mean < heavy.purchase_rate.mean
    assert light.basket.mean > heavy.basket.mean
    assert light.preference_concentration == light.purchase_rate.shape
    fitted = scenario["provenance"]["fitted"]["segments"]["segments"][0]["parameters"]
    assert light.purchase_rate.mean * 0.4 == pytest.approx(fitted["r"] / fitted["alpha"], rel=1e-4)


def test_segments_of_a_brand_log_have_shares_of_their_own() -> None:
    timing = Timing(2.0, 2.5)
    camps = [Known(60, timing, tastes=(6.0, 0.3, 0.3)), Known(60, timing, tastes=(0.3, 6.0, 0.3))]
    scenario = calibrate(log_of(camps, 12), segments=2, panel=False)
    world = Scenario.model_validate(scenario)
    firsts = sorted(dict(segment.shares or {})["A"] for segment in world.customers.segments)
    assert firsts[0] < 0.2
    assert firsts[1] > 0.8


def test_without_a_word_about_segments_there_is_one() -> None:
    scenario = calibrate(log_of([LIGHT, HEAVY], WEEKS))
    assert [s["name"] for s in scenario["customers"]["segments"]] == ["customers"]
    assert "segments" not in scenario["provenance"]["fitted"]


@pytest.mark.parametrize("number", [0, 5, "two", True, 1.5, "2"])
def test_a_number_of_segments_that_makes_no_sense_is_refused(number: Any) -> None:
    with pytest.raises(ValueError, match="segments must be 'auto' or a whole number from 1 to 4"):
        calibrate(log_of([LIGHT], WEEKS), segments=number)
