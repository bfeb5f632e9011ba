"""Games: what is known of small ones in closed form comes out, and what is not sure is said to be unsure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.contest import Game, solve, tables, words
from sim.experiments.contest.mixed import mixed_equilibria
from sim.experiments.errors import ExperimentError
from tests.experiments.contest import known

DILEMMA = known.symmetric(known.DILEMMA)


def test_in_a_prisoners_dilemma_both_defect_though_both_would_be_better_off_cooperating() -> None:
    found = known.game(DILEMMA)
    assert found.verdict.kind == solve.PRISONERS
    assert (found.verdict.equilibrium, found.verdict.better) == ((1, 1), (0, 0))
    assert found.verdict.probability == 1.0
    assert found.equilibria == [(1, 1)]
    said = words.summary(found, "EUR")
    assert "Prisoner's dilemma: each does best by its own choice of (A: d, B: d)" in said
    assert (
        "Agreeing on (A: c, B: c) instead of (A: d, B: d) would bring each 2.00 [2.00, 2.00] (EUR)." in said
    )


def test_regret_is_what_the_best_reply_would_bring_more() -> None:
    found = known.game(DILEMMA)
    np.testing.assert_allclose(found.regret[..., 0], [[2, 1], [0, 0]])
    np.testing.assert_allclose(found.regret[..., 1], [[2, 0], [1, 0]])
    assert found.near(1.0) == [(0, 1), (1, 0), (1, 1)]
    assert found.near(2.0) == found.profiles
    with pytest.raises(ExperimentError, match="epsilon is -1"):
        found.near(-1.0)


def test_a_dominated_choice_is_named_with_what_dominates_it_and_how() -> None:
    table = tables.dominated(known.game(DILEMMA))
    assert table[["firm", "choice", "by", "strictly"]].values.tolist() == [
        ["A", "c", "d", True],
        ["B", "c", "d", True],
    ]
    weak = known.game(known.symmetric(((3.0, 0.0), (3.0, 1.0))))
    assert tables.dominated(weak)["strictly"].tolist() == [False, False]
    assert tables.dominated(known.game(known.symmetric(known.STAG_HUNT))).empty


def test_matching_pennies_has_no_pure_equilibrium_and_both_mix_half_and_half() -> None:
    found = known.game(known.zero_sum(known.PENNIES))
    assert found.verdict.kind == solve.CYCLE
    assert found.equilibria == []
    table = tables.mixed(found)
    assert table["weight"].tolist() == pytest.approx([0.5] * 4)
    assert table["expects"].tolist() == pytest.approx([0.0] * 4)
    assert table["probability"].tolist() == [1.0] * 4
    assert "No pure equilibrium" in words.summary(found, "EUR")


def test_the_weights_of_a_mixed_equilibrium_have_an_interval_that_noise_widens() -> None:
    def widths(noise: float) -> float:
        table = tables.mixed(known.game(known.zero_sum(known.PENNIES), noise=noise))
        assert (table["low"] <= table["weight"]).all()
        assert (table["weight"] <= table["high"]).all()
        return float((table["high"] - table["low"]).max())

    assert 0 < widths(0.05) < widths(0.3)


def test_a_stag_hunt_is_a_coordination_game_and_chicken_is_the_opposite() -> None:
    hunt = known.game(known.symmetric(known.STAG_HUNT))
    assert hunt.verdict.kind == solve.COORDINATION
    assert hunt.equilibria == [(0, 0), (1, 1)]
    # Stag is worth it where the other hunts stag with probability 3/4.
    both = [one for one, _ in hunt.mixes if not one.pure]
    assert len(both) == 1
    assert both[0].weights[0] == pytest.approx([0.75, 0.25])
    chicken = known.game(known.symmetric(known.CHICKEN))
    assert chicken.verdict.kind == solve.ANTI
    assert chicken.equilibria == [(0, 1), (1, 0)]


def test_an_equilibrium_that_all_would_leave_together_but_nobody_is_forced_to_is_not_called_a_prisoners_dilemma() -> (
    None
):
    # A does best by c or d, as B does; B by d always.
    payoffs = np.array([[[5, 0], [0, 1]], [[4, 3], [2, 5]]], dtype=float)
    found = known.game(payoffs)
    assert found.equilibria == [(1, 1)]
    assert found.verdict.kind == solve.NO_DILEMMA
    payoffs[0, 0] = [5, 6]
    payoffs[0, 1] = [0, 7]
    found = known.game(payoffs)
    assert found.verdict.kind == solve.INEFFICIENT
    assert found.verdict.better == (0, 0)


def test_no_dilemma_where_what_each_does_is_best_for_all() -> None:
    found = known.game(known.symmetric(((5.0, 4.0), (2.0, 1.0))))
    assert found.verdict.kind == solve.NO_DILEMMA
    assert found.verdict.equilibrium == found.best_together == (0, 0)
    assert "Together they get most" in words.summary(found, "EUR")


def test_three_who_share_what_they_pay_in_are_in_a_dilemma_of_three() -> None:
    # A public good: each pays 1 and all of it is worth 1.8 to all together, .6 to each.
    payoffs = np.zeros((2, 2, 2, 3))
    for profile in np.ndindex(2, 2, 2):
        payers = profile.count(0)
        payoffs[profile] = [0.6 * payers - (choice == 0) for choice in profile]
    found = known.game(payoffs)
    assert found.verdict.kind == solve.PRISONERS
    assert (found.verdict.equilibrium, found.verdict.better) == ((1, 1, 1), (0, 0, 0))
    assert found.regret[0, 0, 0].tolist() == pytest.approx([0.4] * 3)
    assert found.mixes == ()
    assert len(tables.payoffs(found)) == 24


def test_a_near_tie_is_said_to_be_unsure() -> None:
    found = known.game(known.symmetric(((3.0, 0.0), (3.02, 1.0))), noise=0.5, replicates=10)
    assert found.verdict.probability is not None
    assert found.verdict.probability < words.ENOUGH
    assert "That is not sure" in words.summary(found, "EUR")
    row = tables.best_replies(found).iloc[0]
    assert row["low"] < 0 < row["high"]
    assert 0.05 < row["p_best"] < 0.999
    assert found.verdict.probability + sum(share for _, share in found.verdict.others) == pytest.approx(1.0)


def test_otherwise_says_whether_it_is_the_same_kind_with_another_equilibrium() -> None:
    payoffs = np.array([0.0, 1.0, -0.8, 0.4])[:, None, None, None] * np.array([[[1.0, 0.0]], [[0.0, 0.0]]])
    said = words.summary(Game(("A", "B"), (("c", "d"), ("c",)), payoffs), "EUR")
    assert "No dilemma: (A: c, B: c)" in said
    assert "; otherwise no dilemma with another equilibrium ." in said


def test_of_combinations_that_are_worth_the_same_together_no_agreement_is_proposed() -> None:
    """What one gains the other loses."""
    payoffs = np.array([[[2.0, 3.0], [1.0, 4.0]], [[3.0, 2.0], [2.5, 2.5]]])
    said = words.summary(known.game(payoffs), "EUR")
    assert "Agreeing on" not in said
    assert "Together they get most in (A: d, B: d), where nobody wants to leave." in said


@pytest.mark.parametrize(("size", "level"), [(1.0, 0.0), (5e5, 0.0), (2e3, 5e5), (1e-4, 0.75)])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 4)])
def test_no_equilibrium_of_a_game_of_many_choices_is_missed(
    shape: tuple[int, int], size: float, level: float
) -> None:
    """Nearly all games have an odd number of equilibria (Wilson 1971), the pure ones among them, whatever the unit."""
    chance = np.random.default_rng(5)
    for _ in range(12):
        payoffs = level + size * chance.normal(size=(*shape, 2))
        found = mixed_equilibria(payoffs)
        assert len(found) % 2 == 1
        pure = {tuple(int(s[0]) for s in one.supports) for one in found if one.pure}
        assert pure == set(Game(("A", "B"), (tuple("abcd")[: shape[0]], tuple("abcd")[: shape[1]]),
                                payoffs[None]).equilibria)  # fmt: skip
        for one in found:
            first, second = one.weights
            assert one.expects == pytest.approx(
                ((payoffs[..., 0] @ second).max(), (first @ payoffs[..., 1]).max())
            )


def test_more_replicates_make_the_same_game_surer() -> None:
    few, many = (known.game(DILEMMA, noise=2.0, replicates=n).verdict for n in (4, 400))
    assert many.kind == solve.PRISONERS
    assert many.probability is not None
    assert few.probability is not None
    assert many.probability > max(few.probability, 0.99)


def test_two_replicates_that_agree_by_luck_are_not_called_sure() -> None:
    payoffs = np.repeat(DILEMMA[None], 2, axis=0)
    payoffs[1, :, :, 0] += [[0.0, 0.0], [-1.5, -0.8]]  # both times A gains by d, by very different amounts
    found = Game(("A", "B"), (("c", "d"),) * 2, payoffs)
    assert (found.utility[:, 1, :, 0] > found.utility[:, 0, :, 0]).all()
    assert found.verdict.probability is not None
    assert found.verdict.probability < words.ENOUGH


def test_one_replicate_gives_payoffs_and_no_probabilities() -> None:
    found = known.game(DILEMMA, replicates=1)
    assert found.verdict.probability is None
    assert found.probability((1, 1)) is None
    assert tables.stability(found)["probability"].isna().all()
    assert "One replicate has no interval" in words.summary(found, "EUR")


def test_of_a_metric_that_should_be_low_the_lowest_is_the_best_reply() -> None:
    found = Game(("A", "B"), (("c", "d"),) * 2, -np.repeat(DILEMMA[None], 4, axis=0), better="lower")
    assert found.equilibria == [(1, 1)]
    assert found.level((0, 0), 0).mean == -3.0
    assert found.regret[0, 0, 0] == pytest.approx(2.0)


def test_averaging_the_seats_gives_what_a_choice_brings_whoever_sits_where() -> None:
    payoffs = np.zeros((1, 2, 2, 2))
    payoffs[0, 0, 1] = [10.0, 1.0]
    payoffs[0, 1, 0] = [2.0, 20.0]
    turned = Game(("A", "B"), (("c", "d"),) * 2, payoffs).symmetrised().payoffs[0]
    assert turned[0, 1].tolist() == [15.0, 1.5]
    assert turned[1, 0].tolist() == [1.5, 15.0]


Payoffs = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda sizes: arrays(np.float64, (3, *sizes, 2), elements=st.integers(-9, 9).map(float))
)


@settings(max_examples=40, deadline=None)
@given(Payoffs)
def test_a_combination_is_an_equilibrium_exactly_where_nobody_regrets(payoffs: np.ndarray) -> None:
    stable, regret = solve.equilibria(payoffs), solve.regrets(payoffs)
    assert (regret >= 0).all()
    assert ((regret.max(axis=-1) <= solve.tolerance(payoffs)) == stable).all()
    # In every column of the others' choices somebody's best choice has no regret.
    assert (regret[..., 0].min(axis=1) == 0).all()
    assert (regret[..., 1].min(axis=2) == 0).all()


@settings(max_examples=40, deadline=None)
@given(Payoffs)
def test_a_dominated_choice_is_in_no_equilibrium(payoffs: np.ndarray) -> None:
    for one in range(payoffs.shape[1]):
        for other in range(payoffs.shape[1]):
            if one != other:
                beaten = solve.dominates(payoffs, 0, one, other)
                assert not solve.equilibria(payoffs)[beaten, other].any()
