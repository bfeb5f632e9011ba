"""Named random numbers: every draw is a pure function of who, when, what and which.

There is no generator and no state. A draw is named by (seed, replicate, stream, customer, week, k), so it
does not depend on the order of the customers, on threads, chunks or workers, and two designs compared in
one replicate share every draw: they differ only where the design acts.

Philox4x32-10 turns the counter (customer, week, stream, k) under the key (seed, replicate) into four
32-bit words, which is four uniform numbers.

Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11 (generator and
known-answer vectors); Marsaglia & Tsang 2000, ACM TOMS 26:363 (gamma).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, exp, log, normal_quantile, routine, scalar

U32 = np.uint32
U64 = np.uint64


class Stream(IntEnum):
    """What a draw is for. The list only ever grows: a number, once given, keeps its meaning."""

    BIRTH = 1
    """a customer's tastes and habits, when the customer enters (k: which trait)"""
    LIFE = 2
    """one call a week: leaving, drift, which preference drifts, need"""
    NEED = 3
    """further parts of the need of a heavy buyer (k: part)"""
    PURCHASE = 4
    """one call a purchase: choice, failure, quality met, size of the basket (k: purchase of the week)"""
    PROGRAMME = 5
    """one call a purchase and firm: asked to join, redeems, given status, opens a second account (k: purchase x 16 +
    firm)"""
    DRIFT = 6
    """the trait drawn afresh by drift"""
    SURVEY = 7
    """how a customer answers a survey"""
    NETWORK = 8
    """who knows whom"""
    CALIBRATION = 9
    """posterior draws and forecasts of the fit to a purchase log"""
    ORDER = 10
    """the order in which a set of agents is shuffled"""
    SAMPLE = 11
    """which agents of a set are sampled"""
    SERVICE = 12
    """one call a purchase: gift, hidden fee noticed, complains, leaves the firm (k: purchase of the week)"""
    CONTACT = 13
    """one call a week and firm: contacted, opts out, creepy, sees advertising (k: firm)"""
    TIES = 14
    """one call a week and firm: taught, community, won back, reconsiders (k: firm)"""
    TALK = 15
    """one call a week: warns, praises, refers"""
    HEARD = 16
    """one call a week and friend who spoke: hears it (k: position among the friends)"""
    DESK = 17
    """one call a week for who waits for an answer: answered, well; and the payment of a contract"""
    ENTRY = 18
    """one call a week and firm: a prospect is won by advertising, a deal; k 16 + i: by what friend i said"""
    MEMBER = 19
    """one call a week and programme: renews the club, takes up a challenge, earns outside, is robbed (k: programme)"""
    EXTRA = 20
    """one call a purchase and firm: brings it back, second stamp, surprise, reward in stock (k: purchase x 16 +
    firm)"""
    OFFER = 21
    """one call a week and firm: gets a personal offer, loads it (k: firm)"""
    BONUS = 22
    """one call a purchase and firm: each of four multipliers applies (k: purchase x 16 + firm)"""
    CARD = 23
    """one call a programme, for good: has its co-brand card (k: programme)"""
    DEALER = 24
    """what a dealer is and does (customer: dealer; k below 64); which dealer a customer buys from (week: entered + 1;
    k 64)"""
    CRISIS = 25
    """one call a week and crisis: hears of it, is harmed (k: event)"""
    CAMPAIGN = 26
    """one call a week and campaign: is reached (k: event)"""
    SELECTION = 27
    """one call a review and firm: what becomes of a customer who brings too little (k: firm)"""
    STOCK = 28
    """one call a purchase and firm that runs short: it can serve her (k: purchase x 16 + firm)"""


_M0, _M1 = U64(0xD2511F53), U64(0xCD9E8D57)
_W0, _W1 = U64(0x9E3779B9), U64(0xBB67AE85)
_LOW, _SHIFT = U64(0xFFFFFFFF), U64(32)
_NINE_BITS = U32(9)
_GRID = F32(2.0**-23)


@scalar
def philox(customer, week, stream, k, seed, replicate):
    """Four uint32 words of Philox4x32-10; all six arguments are uint32."""
    c0, c1, c2, c3 = customer, week, stream, k
    k0, k1 = seed, replicate
    for _ in range(10):
        p0 = U64(c0) * _M0
        p1 = U64(c2) * _M1
        c0 = U32(p1 >> _SHIFT) ^ c1 ^ k0
        c2 = U32(p0 >> _SHIFT) ^ c3 ^ k1
        c1 = U32(p1 & _LOW)
        c3 = U32(p0 & _LOW)
        k0 = U32((U64(k0) + _W0) & _LOW)
        k1 = U32((U64(k1) + _W1) & _LOW)
    return c0, c1, c2, c3


@scalar
def unit(word):
    """A uint32 word as a float32 uniform on the 2^23 mid-points inside (0, 1); never 0, never 1."""
    return (F32(I32(word >> _NINE_BITS)) + HALF) * _GRID


_POISSON_PART = F32(12.0)
_NEGLIGIBLE = F32(1e-12)


@scalar
def poisson_part(u, mean):
    """Poisson count (int32) with this mean, at most 12, by inversion of one uniform."""
    n = I32(0)
    p = exp(-mean)
    cumulative = p
    while u >= cumulative and (p > _NEGLIGIBLE or F32(n) < mean):
        n = I32(n + I32(1))
        p = p * mean / F32(n)
        cumulative = cumulative + p
    return n


FEW = 4
"""From this count on `poisson_if_few` leaves a Poisson variate to `poisson`."""


@scalar
def poisson_if_few(u, mean):
    """The count (int32) that `poisson` gives, without its loop; FEW where it may be that many or more."""
    p0 = exp(-mean)
    p1 = p0 * mean
    p2 = p1 * mean / F32(2.0)
    p3 = p2 * mean / F32(3.0)
    reach1, reach2 = p0 + p1, p0 + p1 + p2
    reach3 = reach2 + p3
    one = u >= p0
    two = one & (u >= reach1) & ((p1 > _NEGLIGIBLE) | (mean > ONE))
    three = two & (u >= reach2) & ((p2 > _NEGLIGIBLE) | (F32(2.0) < mean))
    more = three & (u >= reach3) & ((p3 > _NEGLIGIBLE) | (F32(3.0) < mean))
    n = I32(one) + I32(two) + I32(three) + I32(more)
    return I32(FEW) if one & (mean >= _POISSON_PART) else n


@scalar
def poisson(u, mean, customer, week, stream, seed, replicate):
    """Poisson count (int32) of any mean: parts of at most 12; u serves the first, (stream, k) the others."""
    parts = I32(mean / _POISSON_PART) + I32(1)
    share = mean / F32(parts)
    n = poisson_part(u, share)
    for part in range(1, parts):
        word, _, _, _ = philox(customer, week, stream, U32(part), seed, replicate)
        n = I32(n + poisson_part(unit(word), share))
    return n


_THIRD, _NINE = F32(1.0 / 3.0), F32(9.0)
_ATTEMPTS = 64


@routine
def log_gamma(shape, customer, week, stream, trait, seed, replicate):
    """Logarithm (float32) of a Gamma(shape, 1) variate; the log keeps what a small shape would lose to 0.

    Rejection after Marsaglia and Tsang; attempt i reads k = 64 trait + i, so traits never share a draw.
    """
    boosted = shape if shape >= ONE else shape + ONE
    d = boosted - _THIRD
    c = ONE / np.sqrt(_NINE * d)
    value = log(d)
    for attempt in range(_ATTEMPTS):
        w0, w1, w2, _ = philox(customer, week, stream, U32(trait * _ATTEMPTS + attempt), seed, replicate)
        x = normal_quantile(unit(w0))
        root = ONE + c * x
        if root > ZERO:
            v = root * root * root
            if log(unit(w1)) < HALF * x * x + d - d * v + d * log(v):
                value = log(d) + log(v)
                if shape < ONE:
                    value = value + log(unit(w2)) / shape
                return value
    return value


# --- the same draws for whole arrays, for callers outside the weekly pass ---------------------------------


@njit(error_model="numpy", cache=True)
def _words(customer, week, stream, k, seed, replicate, out):
    for i in range(customer.size):
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = philox(
            customer[i], week[i], stream, k[i], seed, replicate
        )


@njit(error_model="numpy", cache=True)
def _log_gammas(shape, customer, week, stream, trait, seed, replicate, out):
    for i in range(customer.size):
        out[i] = log_gamma(shape[i], customer[i], week[i], stream, trait[i], seed, replicate)


@njit(error_model="numpy", cache=True)
def _poissons(u, mean, customer, week, stream, seed, replicate, out):
    for i in range(customer.size):
        out[i] = poisson(u[i], mean[i], customer[i], week[i], stream, seed, replicate)


def _u32(value: ArrayLike, name: str) -> NDArray[np.uint32]:
    array = np.asarray(value)
    if not np.issubdtype(array.dtype, np.integer) or (
        array.size and (array.min() < 0 or array.max() > 0xFFFFFFFF)
    ):
        raise ValueError(f"{name} must be whole numbers from 0 to 4294967295, not {value!r}")
    return array.astype(np.uint32)


def _names(
    customer: ArrayLike, week: ArrayLike, k: ArrayLike, *more: ArrayLike
) -> tuple[tuple[int, ...], list[NDArray[Any]]]:
    arrays = [_u32(customer, "customer"), _u32(week, "week"), _u32(k, "k")]
    arrays += [np.asarray(a, dtype=np.float32) for a in more]
    broadcast = np.broadcast_arrays(*arrays)
    return broadcast[0].shape, [np.ascontiguousarray(a).ravel() for a in broadcast]


def words(
    *,
    seed: int,
    replicate: int,
    stream: int,
    customer: ArrayLike,
    week: ArrayLike = 0,
    k: ArrayLike = 0,
) -> NDArray[np.uint32]:
    """Four random words per name.

    customer, week and k broadcast against each other; the result has their shape with a last axis of 4.
    Raises ValueError when a part of a name is not a whole number below 2^32.
    """
    shape, (c, w, kk) = _names(customer, week, k)
    out = np.empty((c.size, 4), np.uint32)
    _words(
        c, w, _u32(stream, "stream")[()], kk, _u32(seed, "seed")[()], _u32(replicate, "replicate")[()], out
    )
    return out.reshape(*shape, 4)


def uniforms(**name: Any) -> NDArray[np.float32]:
    """Four uniform numbers in (0, 1) per name (see `words`): shape + (4,), float32."""
    result: NDArray[np.float32] = _unit_array(words(**name))
    return result


@njit(error_model="numpy", cache=True)
def _fill_units(source, out):
    for i in range(source.size):
        out[i] = unit(source[i])


@njit(error_model="numpy", cache=True)
def _fill_normals(source, out):
    for i in range(source.size):
        out[i] = normal_quantile(unit(source[i]))


@njit(error_model="numpy", cache=True)
def _fill_exponentials(source, out):
    for i in range(source.size):
        out[i] = -log(unit(source[i]))


def _unit_array(source: NDArray[np.uint32], fill: Any = _fill_units) -> NDArray[np.float32]:
    out = np.empty(source.shape, np.float32)
    fill(source.ravel(), out.reshape(-1))
    return out


def normals(**name: Any) -> NDArray[np.float32]:
    """Four standard normal numbers per name (see `words`): shape + (4,), float32."""
    return _unit_array(words(**name), _fill_normals)


def exponentials(**name: Any) -> NDArray[np.float32]:
    """Four exponential numbers of mean 1 per name (see `words`): shape + (4,), float32."""
    return _unit_array(words(**name), _fill_exponentials)


def log_gammas(
    shape: ArrayLike,
    *,
    seed: int,
    replicate: int,
    stream: int,
    customer: ArrayLike,
    week: ArrayLike = 0,
    trait: ArrayLike = 0,
) -> NDArray[np.float32]:
    """Logarithms of Gamma(shape, 1) variates, one per name; all arguments broadcast.

    trait must be below 2^26: it is multiplied by 64, the attempts a rejection may take.
    Raises ValueError when a shape is not positive and finite.
    """
    size, (c, w, t, a) = _names(customer, week, trait, shape)
    if not (np.isfinite(a).all() and (a > 0).all()):
        raise ValueError("the shape of a gamma draw must be positive and finite")
    out = np.empty(c.size, np.float32)
    s, r = _u32(seed, "seed")[()], _u32(replicate, "replicate")[()]
    _log_gammas(a, c, w, _u32(stream, "stream")[()], t, s, r, out)
    return out.reshape(size)


def gammas(shape: ArrayLike, **name: Any) -> NDArray[np.float64]:
    """Gamma(shape, 1) variates, one per name (see `log_gammas`); float64, for small shapes lie near 0."""
    result: NDArray[np.float64] = np.exp(log_gammas(shape, **name).astype(np.float64))
    return result


def poissons(
    mean: ArrayLike, *, seed: int, replicate: int, stream: int, customer: ArrayLike, week: ArrayLike = 0
) -> NDArray[np.int32]:
    """Poisson counts of any mean, one per name (customer, week); all arguments broadcast.

    Raises ValueError when a mean is negative or not finite.
    """
    size, (c, w, _, m) = _names(customer, week, 0, mean)
    if not (np.isfinite(m).all() and (m >= 0).all()):
        raise ValueError("the mean of a Poisson draw must be finite and not negative")
    first = uniforms(seed=seed, replicate=replicate, stream=stream, customer=c, week=w)
    out = np.empty(c.size, np.int32)
    s, r = _u32(seed, "seed")[()], _u32(replicate, "replicate")[()]
    _poissons(np.ascontiguousarray(first[:, 0]), m, c, w, _u32(stream, "stream")[()], s, r, out)
    return out.reshape(size)
