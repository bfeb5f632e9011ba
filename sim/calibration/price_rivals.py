"""The forecasts of brand choice that ours must stand beside: plain logits, and each customer's own shares.

All are conditional logits without differences between customers, but for what their last purchases show.

Source: McFadden 1974, in Frontiers in Econometrics, 105; Guadagni & Little 1983, Marketing Science 2:203.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.occasions import Occasions, smoothed

Array = NDArray[np.float64]
Rows = NDArray[np.bool_]

PRICE, LOYALTY, CARRY_OVER = "price / mean price", "loyalty", "carry-over"
CARRY_OVERS = tuple(round(0.05 * k, 2) for k in range(6, 20))
"""Carry-overs of loyalty that are tried, .3 to .95"""


@dataclass(frozen=True, eq=False)
class Logit:
    """A fitted logit: coefficients with standard errors, the log-likelihood of the rows fitted to, and forecasts.

    chance: P(brand) at every purchase, fitted to or not (purchases x brands).
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    log_likelihood: float
    chance: Array


def intercepts(occasions: Occasions, rows: Rows) -> Logit:
    """Every customer chooses by the shares that the brands have in `rows`."""
    return _fit(occasions, rows, {})


def price_mix(occasions: Occasions, rows: Rows) -> Logit:
    """Shares, price over the mean price of all brands, and what else is seen."""
    return _fit(occasions, rows, _mix(occasions, rows))


def guadagni_little(occasions: Occasions, rows: Rows) -> Logit:
    """The price mix and smoothed loyalty, which begins at the shares in `rows`; the best of the carry-overs."""
    first = occasions.counts(rows).sum(axis=0) / np.count_nonzero(rows)
    mix = _mix(occasions, rows)
    tried = {
        carry: _fit(occasions, rows, {**mix, LOYALTY: smoothed(occasions, carry, first)})
        for carry in CARRY_OVERS
    }
    carry = max(tried, key=lambda c: tried[c].log_likelihood)
    best = tried[carry]
    return Logit({**best.values, CARRY_OVER: carry}, best.errors, best.log_likelihood, best.chance)


def own_shares(occasions: Occasions, rows: Rows) -> Array:
    """Each customer's shares in `rows`, as if one more purchase had been made by the shares of all."""
    counts = occasions.counts(rows)
    share = counts.sum(axis=0) / counts.sum()
    each = (counts + share) / (counts.sum(axis=1, keepdims=True) + 1)
    who = np.repeat(np.arange(occasions.customers), np.diff(occasions.starts))
    result: Array = each[who]
    return result


def _mix(occasions: Occasions, rows: Rows) -> dict[str, Array]:
    price = occasions.price / occasions.price[rows].mean()
    return {PRICE: price, **{kind: occasions.causal[..., k] for k, kind in enumerate(occasions.kinds)}}


def _fit(occasions: Occasions, rows: Rows, columns: Mapping[str, Array]) -> Logit:
    """Newton's method; the log-likelihood is concave, so steps are only ever halved."""
    brands = len(occasions.brands)
    constants = {f"intercept {name}": np.eye(brands)[k] for k, name in enumerate(occasions.brands[:-1])}
    size = occasions.price.shape
    x = np.stack([np.broadcast_to(c, size) for c in (*constants.values(), *columns.values())], axis=2)
    fitted, chosen = x[rows], occasions.chosen[rows]
    bought = fitted[np.arange(len(chosen)), chosen].sum(axis=0)
    at = np.zeros(x.shape[2])
    value, p = _likelihood(fitted, chosen, at)
    for _ in range(100):
        mean = np.einsum("nj,njk->nk", p, fitted)
        gradient = bought - mean.sum(axis=0)
        information = np.einsum("nj,njk,njl->kl", p, fitted, fitted) - mean.T @ mean
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        if gradient @ step < 1e-10:
            break
        new, moved = _likelihood(fitted, chosen, at + step)
        while new < value and np.abs(step).max() > 1e-12:
            step = step / 2
            new, moved = _likelihood(fitted, chosen, at + step)
        at, value, p = at + step, new, moved
    names = (*constants, *columns)
    errors = np.sqrt(np.clip(np.diag(np.linalg.pinv(information)), 0.0, None))
    return Logit(
        dict(zip(names, at.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
        value,
        _likelihood(x, occasions.chosen, at)[1],
    )


def _likelihood(x: Array, chosen: NDArray[np.int64], at: Array) -> tuple[float, Array]:
    v = x @ at
    v -= v.max(axis=1, keepdims=True)
    p = np.exp(v)
    p /= p.sum(axis=1, keepdims=True)
    return float(np.log(p[np.arange(len(chosen)), chosen]).sum()), p
