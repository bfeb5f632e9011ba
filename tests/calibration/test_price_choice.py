"""Brand choice at prices: what was put in is found again, and what cannot be told is not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta as beta_law
from scipy.stats import norm

from sim.calibration.choice_draws import drawn, wide
from sim.calibration.occasions import Occasions, felt_prices, last_bought, settled, smoothed
from sim.calibration.price_choice import ChoiceFit, _Problem, best_choice, fit_choice, forecast
from sim.rules.attachment import Attachment, next_attachment
from sim.rules.price import Price, next_reference, price_value
from tests.calibration.shoppers import panel


@pytest.fixture(scope="module")
def shoppers() -> Occasions:
    return panel(150, 16)


@pytest.fixture(scope="module")
def fit(shoppers: Occasions) -> ChoiceFit:
    return fit_choice(shoppers, draws=256)


def test_habits_that_made_a_panel_are_found_in_it(fit: ChoiceFit) -> None:
    found, errors = fit.habits, fit.errors
    assert abs(found.sensitivity - 5.0) < 2.5 * errors["sensitivity"] < 2.5
    assert abs(found.spread - 0.5) < 2.5 * errors["spread"]
    assert abs(found.effects["last"] - 0.8) < 2.5 * errors["last"] < 0.5
    assert abs(found.concentration - 1.5) < 2.5 * errors["concentration"] < 1.5
    assert found.shares["A"] == pytest.approx(0.5, abs=0.1)
    assert sum(found.shares.values()) == pytest.approx(1.0)


def test_the_likelihood_is_the_integral_over_tastes_and_sensitivities() -> None:
    chosen = np.array([0, 1, 0, 0])
    price = np.array([[1.0, 1.0], [1.2, 0.9], [0.8, 1.0], [1.0, 1.1]])
    one = Occasions(("A", "B"), np.zeros(4, np.int64), chosen, price, np.zeros((4, 2, 0)))
    problem = _Problem(one, np.ones(2), bond=False, number=4096)
    alpha, mean, sd, edge = np.array([0.9, 0.6]), math.log(4.0), 0.5, 0.7
    at = np.array([*np.log(alpha), mean, math.log(sd), edge])
    shares = (np.arange(2000) + 0.5) / 2000
    z = np.linspace(-5, 5, 401)
    dear = felt_prices(one, np.ones(2), Price().loss_aversion, Price().carry_over)
    # Equal steps of the distribution function of the taste leave no steep end.
    taste = beta_law.ppf(shares, *alpha)
    product = np.ones((2000, 401))
    for t, y in enumerate(chosen):
        v = -np.exp(mean + sd * z)[:, None] * dear[t] + edge * last_bought(one)[t]
        odds = np.stack([taste, 1 - taste], axis=1)[:, None, :] * np.exp(v)[None]
        product *= odds[..., y] / odds.sum(axis=2)
    whole = float((product.mean(axis=0) * norm.pdf(z)).sum() * (z[1] - z[0]))
    assert problem.value(at)[0] == pytest.approx(math.log(whole), abs=0.01)
    problem.learn(at)
    assert problem.value(at)[0] == pytest.approx(math.log(whole), abs=0.01)


def test_the_derivatives_are_those_of_the_likelihood(shoppers: Occasions) -> None:
    problem = _Problem(shoppers.only(shoppers.customer < 20), np.full(3, 0.93), bond=True, number=64)
    at = np.array([-0.4, -0.9, -1.2, 1.3, -0.5, 0.6, 0.4])
    step = 1e-5 * np.eye(len(at))
    slopes = [(problem.value(at + s)[0] - problem.value(at - s)[0]) / 2e-5 for s in step]
    assert problem.value(at)[1] == pytest.approx(slopes, rel=1e-5, abs=1e-5)


def ridge(p: Occasions) -> float:
    """How much the likelihood falls between no inertia and the true one, tastes fitted to each."""
    problem = _Problem(p, np.ones(2), bond=False, number=512)
    best = [
        max(
            problem.value(np.array([math.log(s / 2)] * 2 + [1.5, -0.75, edge]))[0]
            for s in np.geomspace(0.05, 500, 40)
        )
        for edge in (0.0, 0.4, 0.8)
    ]
    return max(best) - min(best)


def test_two_purchases_each_do_not_tell_inertia_from_taste() -> None:
    even = np.array([0.5, 0.5])
    # As many purchases, in short and in long histories.
    assert ridge(panel(300, 2, shares=even, movement=0.0)) < 0.3
    assert ridge(panel(50, 12, shares=even, movement=0.0)) > 3


def test_a_bond_is_let_in_only_where_it_earns_its_parameter(shoppers: Occasions, fit: ChoiceFit) -> None:
    some = shoppers.only(shoppers.customer < 60)
    without, bound = (fit_choice(some, bond=b, draws=128) for b in (False, True))
    chosen = best_choice(some, draws=128)
    assert chosen.aic == min(without.aic, bound.aic)
    assert bound.parameters == without.parameters + 1


def test_a_forecast_does_not_know_what_comes_after(shoppers: Occasions, fit: ChoiceFit) -> None:
    before = forecast(fit, shoppers)
    assert before.sum(axis=1) == pytest.approx(1.0)
    row = 7
    other = shoppers.chosen.copy()
    other[row] = (other[row] + 1) % 3
    after = forecast(fit, replace(shoppers, chosen=other))
    assert np.array_equal(before[: row + 1], after[: row + 1])
    assert not np.array_equal(before[row + 1 : 16], after[row + 1 : 16])
    assert np.array_equal(before[16:], after[16:])
    # Who has bought A forecasts as one who likes A.
    mine = shoppers.counts()[:, 0]
    late = before.reshape(150, 16, 3)[:, -1, 0]
    assert late[mine > 12].mean() > 0.7 > 0.3 > late[mine < 3].mean()


def test_the_same_fit_gives_the_same_bits(shoppers: Occasions) -> None:
    some = shoppers.only(shoppers.customer < 40)
    one, other = (fit_choice(some, draws=64) for _ in range(2))
    assert one.habits == other.habits
    assert one.log_likelihood == other.log_likelihood


def test_prices_are_felt_as_the_market_s_customers_feel_them(shoppers: Occasions) -> None:
    rule = Price()
    numbers = rule.numbers()
    usual = shoppers.usual_prices()
    dear = felt_prices(shoppers, usual, rule.loss_aversion, rule.carry_over)
    reference = np.float32(1.0)
    for t in range(16):
        index = (shoppers.price[t] / usual).astype(np.float32)
        for f in range(3):
            assert -dear[t, f] == pytest.approx(
                price_value(index[f], reference, np.float32(1.0), numbers), abs=1e-5
            )
        reference = next_reference(reference, index[shoppers.chosen[t]], numbers)
    assert dear[16, 0] == dear[0, 0]  # the next customer begins at the usual price


def test_the_bond_grows_as_the_market_s_attachment_does(shoppers: Occasions) -> None:
    grown = settled(shoppers, Attachment().step)
    numbers, bond = Attachment().numbers(), np.zeros(3, np.float32)
    for t in range(16):
        assert grown[t] == pytest.approx(bond, abs=1e-5)
        f = shoppers.chosen[t]
        bond[f] = next_attachment(bond[f], np.float32(80.0), numbers)
    assert not grown[16].any()


def test_loyalty_smooths_the_purchases_before() -> None:
    p = Occasions(
        ("A", "B"), np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0]), np.ones((4, 2)), np.zeros((4, 2, 0))
    )
    found = smoothed(p, 0.5, [0.25, 0.75])
    assert found.tolist() == [[0.25, 0.75], [0.625, 0.375], [0.3125, 0.6875], [0.25, 0.75]]
    assert last_bought(p).tolist() == [[0, 0], [1, 0], [0, 1], [0, 0]]


@pytest.mark.parametrize("purchases, kept", [(1, 1), (4, 4), (5, 4), (10, 8), (16, 13)])
def test_the_first_part_is_rounded_up(purchases: int, kept: int) -> None:
    p = panel(2, purchases)
    assert p.first_part(0.8).tolist() == ([True] * kept + [False] * (purchases - kept)) * 2


def test_tastes_that_are_drawn_have_the_law_s_means() -> None:
    law = wide(np.array([[8.0, 1.0, 0.0], [0.0, 0.0, 3.0]]))
    found = drawn((law,), 2048)
    expected = law.alpha / law.alpha.sum(axis=1, keepdims=True)
    assert np.exp(found.log_taste).mean(axis=1) == pytest.approx(expected, abs=0.01)
    assert found.z.mean(axis=1) == pytest.approx([0.0, 0.0], abs=0.02)


def test_choices_that_do_not_fit_together_are_refused() -> None:
    good = panel(2, 3)
    with pytest.raises(ValueError, match="side by side"):
        replace(good, customer=np.array([0, 1, 0, 1, 0, 1]))
    with pytest.raises(ValueError, match="one entry a purchase and brand"):
        replace(good, price=good.price[:, :2])
    with pytest.raises(ValueError, match="finite"):
        replace(good, price=-good.price)
    with pytest.raises(ValueError, match="two brands"):
        replace(good, brands=("A",))
