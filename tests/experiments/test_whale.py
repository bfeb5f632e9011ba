"""The whale curve: the best customers bring more than the whole, where some cost more than they bring."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.experiments import ExperimentError
from sim.experiments.whale import _curve
from sim.market import Market
from tests.worlds import busy


def test_the_best_half_may_bring_more_than_the_whole() -> None:
    """Of four customers who bring 6, 4, 0 and -2 the best two bring 10, of 8 in all."""
    curve = _curve(np.array([6.0, 4.0, 0.0, -2.0]))
    assert curve[[0, 25, 50, 75, 100]] == pytest.approx([0.0, 0.75, 1.25, 1.25, 1.0])


def test_the_curve_is_made_of_the_accounts_of_all_who_bought() -> None:
    world = busy(designs={"kept": {}}).replace("behaviour.leaving.enabled", False)
    world = world.replace("firms.Harbour.service_cost", 3.0)
    curve = sim.whale_curve(world, replicates=2, customers=200)
    market = Market(world, replicate=1, customers=200, follow=True).run()
    bought = market.population.column("last_week", 0) >= market.burn_in
    brought = np.sort(market.brought()[bought])[::-1]
    assert curve.losing[1] == (brought < 0).mean() > 0
    assert curve.deciles[1, 0] == pytest.approx(brought[: int(np.ceil(len(brought) / 10))].mean())
    assert curve.contributions[1].max() > 1.0 == pytest.approx(curve.contributions[1, -1])
    table = curve.table()
    assert list(table["decile"]) == list(range(1, 11))
    assert table["contribution"].is_monotonic_decreasing


def test_what_was_brought_before_measuring_began_does_not_count() -> None:
    world = busy(designs={"kept": {}}).replace("behaviour.leaving.enabled", False)
    market = Market(world, customers=200, follow=True)
    while market.week < market.burn_in:
        market.step()
    before = market.population.column("worth", 0).astype(float)
    market.run()
    assert (before != 0).any()
    np.testing.assert_allclose(market.brought(), market.population.column("worth", 0) - before, atol=1e-3)


def test_a_market_without_accounts_says_how_to_get_them() -> None:
    with pytest.raises(RuntimeError, match="follow=True"):
        Market(busy()).run().brought()


def test_an_unknown_design_is_refused() -> None:
    with pytest.raises(ExperimentError, match="did you mean 'kept'"):
        sim.whale_curve(busy(), design="kep", replicates=1)


def test_the_picture_says_how_many_cost_more_than_they_bring() -> None:
    world = busy(designs={"kept": {}}).replace("firms.Harbour.service_cost", 3.0)
    figure = sim.whale_curve(world, replicates=2, customers=100).plot()
    said = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "cost more than they bring" in " ".join(said.split())
