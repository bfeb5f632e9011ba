"""The Shapley value keeps its axioms, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.explain import shapley
from sim.experiments.explain.shapley import Coalition

PLAYERS = ("rewards", "price", "habit", "social")
GAMES = st.fixed_dictionaries(
    {c: st.integers(-1000, 1000).map(lambda n: Fraction(n, 7)) for c in shapley.every(PLAYERS)}
)
ALL, NOBODY = Coalition(PLAYERS), Coalition()


@given(GAMES)
def test_contributions_add_up_to_all_on_less_all_off(worth: dict[Coalition, Fraction]) -> None:
    assert sum(shapley.exact(PLAYERS, worth).values()) == worth[ALL] - worth[NOBODY]


@given(GAMES, st.integers(0, 2**32 - 1), st.integers(2, 8))
def test_they_add_up_over_orders_drawn_at_random_too(worth, seed: int, count: int) -> None:
    drawn = shapley.orders(PLAYERS, count, seed)
    assert sum(shapley.sampled(drawn, worth).values()) == worth[ALL] - worth[NOBODY]


@given(GAMES)
def test_who_changes_nothing_gets_nothing(worth: dict[Coalition, Fraction]) -> None:
    idle = {c: worth[c - {"social"}] for c in worth}
    assert shapley.exact(PLAYERS, idle)["social"] == 0
    assert shapley.sampled(shapley.orders(PLAYERS, 5, 1), idle)["social"] == 0


@given(GAMES)
def test_two_who_change_the_same_get_the_same(worth: dict[Coalition, Fraction]) -> None:
    swap = {"rewards": "price", "price": "rewards"}
    alike = {c: worth[c] + worth[Coalition(swap.get(p, p) for p in c)] for c in worth}
    found = shapley.exact(PLAYERS, alike)
    assert found["rewards"] == found["price"]


@given(GAMES, GAMES)
def test_the_value_of_two_games_played_together_is_the_sum_of_their_values(one, other) -> None:
    both = shapley.exact(PLAYERS, {c: one[c] + other[c] for c in one})
    apart = [shapley.exact(PLAYERS, game) for game in (one, other)]
    assert both == {player: apart[0][player] + apart[1][player] for player in PLAYERS}


def test_the_glove_game_by_hand() -> None:
    """Two have a left glove, one a right: 1/6, 1/6, 4/6 (Shapley's own example)."""
    players = ("left", "also left", "right")
    worth = {c: Fraction("right" in c and len(c) > 1) for c in shapley.every(players)}
    assert shapley.exact(players, worth) == {
        "left": Fraction(1, 6), "also left": Fraction(1, 6), "right": Fraction(2, 3),
    }  # fmt: skip


def test_many_orders_drawn_at_random_come_near_the_exact_value_as_their_error_says() -> None:
    worth = {c: Fraction(len(c) ** 2 + 3 * ("price" in c)) for c in shapley.every(PLAYERS)}
    exact = shapley.exact(PLAYERS, worth)
    drawn = shapley.orders(PLAYERS, 400, 7)
    found, error = shapley.sampled(drawn, worth), shapley.sampling_error(drawn, worth)
    for player in PLAYERS:
        assert 0 < error[player] < 0.2
        assert float(abs(found[player] - exact[player])) < 4 * error[player]


def test_orders_are_the_same_for_the_same_seed_and_pass_through_few_coalitions() -> None:
    drawn = shapley.orders(PLAYERS, 3, 5)
    assert drawn == shapley.orders(PLAYERS, 3, 5) != shapley.orders(PLAYERS, 3, 6)
    needed = shapley.needed(drawn)
    assert len(needed) <= 3 * 3 + 2
    assert needed[0] == NOBODY
    assert needed[-1] == ALL


def test_a_game_with_one_order_has_no_sampling_error() -> None:
    worth = {c: Fraction(len(c)) for c in shapley.every(PLAYERS)}
    assert shapley.sampling_error(shapley.orders(PLAYERS, 1, 1), worth)["price"] != pytest.approx(0.0)
