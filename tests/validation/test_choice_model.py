"""The analyst's choice model finds again what choices were made by."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.validation.choice_model import Panel, fit, loss_of


def panel(
    coefficients: tuple[float, ...],
    spread: tuple[float, ...] = (0.0, 0.0),
    customers: int = 300,
    each: int = 12,
) -> Panel:
    """Choices among three, of customers who weigh two attributes; spread: how they differ."""
    lots = np.random.Generator(np.random.Philox(7))
    who = np.repeat(np.arange(customers), each)
    x = lots.standard_normal((len(who), 3, len(coefficients)))
    mine = np.array(coefficients) + np.array(spread) * lots.standard_normal((customers, len(coefficients)))
    utility = (x * mine[who][:, None]).sum(axis=2) + lots.gumbel(size=(len(who), 3))
    return Panel(x, utility.argmax(axis=1), who)


def likelihood(one: Panel, b: NDArray[np.float64]) -> float:
    """Log likelihood of a plain logit, by its formula."""
    odds = np.exp(one.x @ b)
    return float(np.log(odds[np.arange(len(odds)), one.chosen] / odds.sum(axis=1)).sum())


def test_a_logit_finds_the_coefficients_and_no_others_are_likelier() -> None:
    one = panel((1.0, -2.0))
    found = fit(one)
    assert found.mean == pytest.approx([1.0, -2.0], abs=0.15)
    assert found.likelihood == pytest.approx(likelihood(one, found.mean))
    for step in np.vstack([np.eye(2), -np.eye(2)]) * 0.05:
        assert likelihood(one, found.mean + step) < found.likelihood


def test_customers_who_differ_are_found_to_differ_and_as_alike_weigh_too_little() -> None:
    one = panel((1.0, -2.0), spread=(0.0, 1.5))
    alike, differ = fit(one), fit(one, random={1: 0})
    assert differ.mean == pytest.approx([1.0, -2.0], abs=0.2)
    assert differ.spread == pytest.approx([0.0, 1.5], abs=0.3)
    assert alike.mean[1] > differ.mean[1] + 0.3
    assert differ.likelihood > alike.likelihood + 50


def test_the_gradient_is_the_slope_of_the_likelihood() -> None:
    loss = loss_of(panel((1.0, -2.0), spread=(0.5, 1.5), customers=40), {0: 0, 1: 1}, 20)
    at, step = np.array([0.4, -1.1, 0.6, 0.9]), 1e-5
    slopes = [(loss(at + step * one)[0] - loss(at - step * one)[0]) / (2 * step) for one in np.eye(4)]
    assert loss(at)[1] == pytest.approx(slopes, rel=1e-5)


def test_the_order_of_occasions_does_not_matter() -> None:
    one = panel((1.0, -2.0), spread=(0.0, 1.5), customers=60)
    back = Panel(one.x[::-1], one.chosen[::-1], one.who[::-1])
    there, here = fit(one, random={1: 0}), fit(back, random={1: 0})
    assert there.mean == pytest.approx(here.mean, abs=0.02)
    assert there.likelihood == pytest.approx(here.likelihood, abs=0.01)


def test_a_panel_without_occasions_is_refused() -> None:
    with pytest.raises(ValueError, match="without occasions"):
        fit(panel((1.0, -2.0), customers=0))
