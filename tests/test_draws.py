"""Named random numbers: the published generator, the right distributions, independence, and nothing but names."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from sim.arithmetic import F32, exp
from sim.draws import (
    FEW,
    U32,
    Stream,
    exponentials,
    gammas,
    log_gamma,
    log_gammas,
    normals,
    philox,
    poisson,
    poisson_if_few,
    poissons,
    uniforms,
    unit,
    words,
)

MANY = 100_000
NAME: dict[str, Any] = {"seed": 2011, "replicate": 3, "stream": Stream.PURCHASE}
EVERYBODY = np.arange(MANY)
DOUBTFUL = 1e-4
"""A p-value below this fails. Names are fixed, so a test that passes once passes always."""


# The generator


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
    ids=["zeros", "ones", "digits of pi"],
)
def test_philox_gives_the_published_answers(counter: str, key: str, answer: str) -> None:
    customer, week, stream, k, seed, replicate = (int(x, 16) for x in f"{counter} {key}".split())
    expected = [int(x, 16) for x in answer.split()]
    name = {"customer": customer, "week": week, "stream": stream, "k": k}
    assert words(**name, seed=seed, replicate=replicate).tolist() == expected
    assert [int(x) for x in philox(*(U32(x) for x in (*name.values(), seed, replicate)))] == expected


def test_a_word_falls_on_a_midpoint_inside_zero_and_one() -> None:
    half = 2.0**-24
    assert [unit(U32(w)) for w in (0, 0x1FF, 0x200, 0xFFFFFFFF)] == [half, half, 3 * half, 1 - half]
    drawn = uniforms(customer=EVERYBODY, **NAME).astype(float) / half
    assert (drawn % 2 == 1).all()
    assert (drawn.min(), drawn.max()) > (0, 0)
    assert drawn.max() < 2**24


# The streams


def test_the_numbers_of_the_streams_never_change() -> None:
    assert {stream.name: stream.value for stream in Stream} == {
        "BIRTH": 1,
        "LIFE": 2,
        "NEED": 3,
        "PURCHASE": 4,
        "PROGRAMME": 5,
        "DRIFT": 6,
        "SURVEY": 7,
        "NETWORK": 8,
        "CALIBRATION": 9,
        "ORDER": 10,
        "SAMPLE": 11,
        "SERVICE": 12,
        "CONTACT": 13,
        "TIES": 14,
        "TALK": 15,
        "HEARD": 16,
        "DESK": 17,
        "ENTRY": 18,
        "MEMBER": 19,
        "EXTRA": 20,
        "OFFER": 21,
        "BONUS": 22,
        "CARD": 23,
        "DEALER": 24,
        "CRISIS": 25,
        "CAMPAIGN": 26,
        "SELECTION": 27,
        "STOCK": 28,
    }


@pytest.mark.parametrize(
    ("numbers", "digest"),
    [
        (lambda c: normals(customer=c, **NAME), "4567a0af8df7d424"),
        (lambda c: exponentials(customer=c, **NAME), "7caccb5b11ca383b"),
        (lambda c: log_gammas(0.78, customer=c, **NAME), "92e6b546103478b0"),
        (lambda c: log_gammas(1.3, customer=c, **NAME), "05522a982275212c"),
        (lambda c: poissons(30.0, customer=c, **NAME), "3a05da07caf6d17d"),
    ],
    ids=["normals", "exponentials", "log gammas of a small shape", "log gammas", "poissons"],
)
def test_the_same_names_give_the_same_bits_on_every_machine_and_in_every_year(
    numbers: Any, digest: str
) -> None:
    drawn = numbers(np.arange(10_000))
    assert hashlib.sha256(drawn.astype(drawn.dtype.newbyteorder("<")).tobytes()).hexdigest()[:16] == digest


# The distributions


def assert_drawn_from(cdf: Any, drawn: NDArray[Any]) -> None:
    assert stats.kstest(drawn.astype(float).ravel(), cdf).pvalue > DOUBTFUL


def test_uniforms_are_uniform() -> None:
    assert_drawn_from(stats.uniform.cdf, uniforms(customer=EVERYBODY, **NAME))


def test_normals_are_standard_normal() -> None:
    drawn = normals(customer=EVERYBODY, **NAME)
    assert_drawn_from(stats.norm.cdf, drawn)
    far = int((np.abs(drawn) > 3.5).sum())
    assert stats.binomtest(far, drawn.size, 2 * stats.norm.sf(3.5)).pvalue > DOUBTFUL


def test_exponentials_are_exponential_with_mean_one() -> None:
    drawn = exponentials(customer=EVERYBODY, **NAME)
    assert_drawn_from(stats.expon.cdf, drawn)
    assert drawn.min() > 0


def log_gamma_cdf(shape: float) -> Any:
    """P(log G <= x); far left, where e^x is too small for any float, by the first term of the series."""

    def cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
        tail = np.exp(shape * x - special.gammaln(shape + 1.0))
        inside: NDArray[np.float64] = np.where(x < -40.0, tail, special.gammainc(shape, np.exp(x)))
        return inside

    return cdf


SHAPES = (0.02, 0.1, 0.5, 0.78, 0.999, 1.0, 1.3, 5.0, 50.0, 200.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_gammas_of_any_shape_follow_their_distribution(shape: float) -> None:
    logs = log_gammas(shape, customer=EVERYBODY, **NAME)
    assert np.isfinite(logs).all()
    assert_drawn_from(log_gamma_cdf(shape), logs)
    drawn = gammas(shape, customer=EVERYBODY, **NAME)
    np.testing.assert_allclose(drawn, np.exp(logs.astype(float)))
    assert abs(drawn.mean() / shape - 1.0) < 4.5 / np.sqrt(shape * MANY)


def test_a_small_shape_keeps_apart_what_would_be_zero_without_logarithms() -> None:
    logs = log_gammas(0.02, customer=EVERYBODY, **NAME)
    lost = logs < np.log(np.finfo(F32).tiny)
    assert lost.mean() > 0.1
    assert np.unique(logs[lost]).size > 0.99 * lost.sum()


MEANS = (0.01, 0.1, 0.5, 1.0, 3.0, 11.9, 12.0, 12.1, 25.0, 100.0, 300.0)


@pytest.mark.parametrize("mean", MEANS)
def test_poisson_counts_of_any_mean_follow_their_distribution(mean: float) -> None:
    drawn = poissons(mean, customer=EVERYBODY, **NAME)
    law = stats.poisson(mean)
    cuts = np.unique(law.ppf(np.linspace(0.0005, 0.9995, 60)).astype(int))
    chances = np.diff(np.concatenate([[0.0], law.cdf(cuts), [1.0]]))
    seen = np.bincount(np.searchsorted(cuts, drawn), minlength=len(chances))
    assert (chances * MANY).min() > 4
    assert stats.chisquare(seen, chances * MANY).pvalue > DOUBTFUL


def test_a_mean_of_nothing_draws_nothing() -> None:
    assert poissons(0.0, customer=EVERYBODY[:1000], **NAME).max() == 0


# Independence


def others(part: str) -> dict[str, Any]:
    """The same names with one part changed."""
    name = {"customer": EVERYBODY, "week": 7, "k": 1, **NAME}
    return name | {part: name[part] + 1}


def assert_independent(a: NDArray[Any], b: NDArray[Any]) -> None:
    """Neither correlated nor otherwise related: pairs fall evenly on a board of 16 x 16."""
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / np.sqrt(a.size)
    board = np.bincount((16 * a).astype(int) * 16 + (16 * b).astype(int), minlength=256)
    assert stats.chisquare(board).pvalue > DOUBTFUL


@pytest.mark.parametrize("part", ["customer", "week", "stream", "k", "seed", "replicate"])
def test_names_that_differ_by_one_in_one_part_have_independent_draws(part: str) -> None:
    here = uniforms(customer=EVERYBODY, week=7, k=1, **NAME)
    there = uniforms(**others(part))
    for word in range(4):
        assert_independent(here[:, word], there[:, word])


def test_the_four_numbers_of_a_name_are_independent() -> None:
    four = uniforms(customer=EVERYBODY, **NAME)
    for a in range(4):
        for b in range(a):
            assert_independent(four[:, a], four[:, b])


@pytest.mark.parametrize("lag", [1, 2, 4, 13, 52])
def test_the_weeks_of_one_customer_are_not_correlated(lag: int) -> None:
    life = uniforms(customer=7, week=EVERYBODY, **NAME)[:, 0]
    assert_independent(life[lag:], life[:-lag])


def test_traits_of_one_customer_are_independent() -> None:
    law = stats.gamma(1.3)
    rate, taste = (law.cdf(gammas(1.3, customer=EVERYBODY, trait=t, **NAME)) for t in (0, 1))
    assert_independent(rate, taste)


def test_heavy_needs_of_neighbours_in_time_are_independent() -> None:
    now, then = (poissons(40.0, customer=EVERYBODY, week=w, **NAME) for w in (7, 8))
    assert abs(np.corrcoef(now, then)[0, 1]) < 4.0 / np.sqrt(MANY)


# Names


def test_the_same_name_gives_the_same_draw_whatever_the_batch() -> None:
    shuffled = np.argsort(uniforms(customer=np.arange(500), seed=1, replicate=0, stream=1)[:, 0])
    for draw in (
        lambda c: words(customer=c, week=3, k=2, **NAME),
        lambda c: normals(customer=c, week=3, k=2, **NAME),
        lambda c: log_gammas(0.4, customer=c, week=3, trait=2, **NAME),
        lambda c: poissons(30.0, customer=c, week=3, **NAME),
    ):
        together = draw(np.arange(500))
        np.testing.assert_array_equal(draw(shuffled), together[shuffled])
        np.testing.assert_array_equal(draw(np.arange(250, 500, 7)), together[250::7])
        np.testing.assert_array_equal(draw(499), together[499])


def test_the_parts_of_a_name_broadcast() -> None:
    customers, weeks = np.arange(5)[:, None], np.arange(3)
    table = words(customer=customers, week=weeks, k=9, **NAME)
    assert table.shape == (5, 3, 4)
    assert words(customer=4, week=2, k=9, **NAME).tolist() == table[4, 2].tolist()
    for many, one in (
        (log_gammas(F32([0.3, 2.0, 30.0]), customer=customers, **NAME), log_gammas(30.0, customer=4, **NAME)),
        (poissons(F32([0.3, 2.0, 30.0]), customer=customers, **NAME), poissons(30.0, customer=4, **NAME)),
    ):
        assert many.shape == (5, 3)
        assert one.shape == ()
        assert many[4, 2] == one


def test_plain_python_draws_what_arrays_draw() -> None:
    for customer in range(200):
        name = (U32(customer), U32(3), U32(NAME["stream"]))
        key = (U32(NAME["seed"]), U32(NAME["replicate"]))
        plain = philox(*name, U32(2), *key)
        together = words(customer=customer, week=3, k=2, **NAME)
        assert [int(x) for x in plain] == together.tolist()
        for shape in F32([0.3, 3.0]):
            assert log_gamma(shape, *name, 5, *key) == log_gammas(
                shape, customer=customer, week=3, trait=5, **NAME
            )
        first = unit(philox(*name, U32(0), *key)[0])
        for mean in F32([0.3, 30.0]):
            assert poisson(first, mean, *name, *key) == poissons(mean, customer=customer, week=3, **NAME)


@pytest.mark.parametrize("part", ["customer", "week", "k", "seed", "replicate"])
@pytest.mark.parametrize("value", [-1, 2**32, 1.5, float("nan"), "seven", True])
def test_a_name_is_made_of_whole_numbers_below_two_to_the_32(part: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{part} must be whole numbers from 0 to 4294967295"):
        words(**({"customer": 0, **NAME} | {part: value}))


@pytest.mark.parametrize("shape", [0.0, -1.0, np.nan, np.inf])
def test_a_gamma_needs_a_positive_shape(shape: float) -> None:
    with pytest.raises(ValueError, match="shape of a gamma draw must be positive and finite"):
        gammas([1.0, shape], customer=0, **NAME)


@pytest.mark.parametrize("mean", [-1.0, np.nan, np.inf])
def test_a_poisson_needs_a_mean_that_is_not_negative(mean: float) -> None:
    with pytest.raises(ValueError, match="mean of a Poisson draw must be finite and not negative"):
        poissons([1.0, mean], customer=0, **NAME)


@given(u=st.floats(0, 1, width=32, exclude_min=True, exclude_max=True), mean=st.floats(0, 40, width=32))
def test_a_small_poisson_count_needs_no_loop(u: float, mean: float) -> None:
    few = int(poisson_if_few(F32(u), F32(mean)))
    if F32(u) < exp(F32(-mean)):
        assert few == 0
    elif few < FEW:
        assert few == int(poisson(F32(u), F32(mean), *(U32(x) for x in (3, 4, 5, 6, 7))))
    else:
        assert mean >= 12 or int(poisson(F32(u), F32(mean), *(U32(x) for x in (3, 4, 5, 6, 7)))) >= FEW
