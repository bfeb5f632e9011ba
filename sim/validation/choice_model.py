"""The analyst's choice model: multinomial logit by maximum likelihood, tastes alike or normal across customers.

Utility of alternative j at occasion n of customer i: sum over attributes k of x[n, j, k] (mean[k] + spread[k] z_ik),
z_ik standard normal, the same for attributes that differ together, spread 0 for what is alike. The integral over z
is a mean over Halton points, other ones for each customer.

Source: Guadagni & Little 1983, Marketing Science 2:203 (logit of panel choices); Train 2009, Discrete Choice Methods
with Simulation (simulated likelihood).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import qmc

Floats = NDArray[np.float64]
_FIRST = 50
"""Points left out: the first of a Halton sequence go in step with each other."""
_SPREAD = 1.0
"""Where the search for a spread begins (utility per unit of the attribute)."""


class Panel(NamedTuple):
    """Purchase occasions, in any order.

    x: what was seen, occasion x alternative x attribute; chosen: alternative taken; who: customer, counted from 0.
    """

    x: Floats
    chosen: NDArray[np.int64]
    who: NDArray[np.int64]


class Fit(NamedTuple):
    """mean and spread of the coefficient of each attribute, and the log likelihood at them."""

    mean: Floats
    spread: Floats
    likelihood: float


def fit(panel: Panel, random: Mapping[int, int] | None = None, points: int = 60) -> Fit:
    """Fit the model; random: attributes whose coefficient differs across customers, and by which z each.

    Raises ValueError for a panel without occasions, ArithmeticError where the search finds no maximum.
    """
    if not len(panel.chosen):
        raise ValueError("a panel without occasions says nothing of choice")
    k, chance = panel.x.shape[2], dict(random or {})
    loss = loss_of(panel, chance, points)
    start = np.concatenate([np.zeros(k), np.full(len(chance), _SPREAD)])
    found = minimize(
        loss, start, jac=True, method="BFGS", options={"gtol": 1e-2 * np.sqrt(len(panel.chosen))}
    )
    if not np.isfinite(found.x).all() or not np.isfinite(found.fun):
        raise ArithmeticError("no maximum of the likelihood was found")
    spread = np.zeros(k)
    spread[list(chance)] = np.abs(found.x[k:])
    return Fit(found.x[:k], spread, -float(found.fun))


def loss_of(panel: Panel, chance: Mapping[int, int], points: int) -> Callable[[Floats], tuple[float, Floats]]:
    """Minus the simulated log likelihood, and its gradient, at means and then spreads of the coefficients."""
    order = np.argsort(panel.who, kind="stable")
    x, chosen = panel.x[order], panel.chosen[order]
    _, first, which = np.unique(panel.who[order], return_index=True, return_inverse=True)
    k = x.shape[2]
    z = _points(len(first), points if chance else 1, len(set(chance.values())))
    x = x - np.take_along_axis(x, chosen[:, None, None], axis=1)
    differ = {c: z[which, :, i] for c, i in chance.items()}
    turned = np.ascontiguousarray(x.transpose(0, 2, 1))

    def loss(b: Floats) -> tuple[float, Floats]:
        weight = np.empty((len(x), k, z.shape[1]))
        weight[:] = b[:k, None]
        for i, (c, how) in enumerate(differ.items()):
            weight[:, c] += b[k + i] * how
        utility = x @ weight
        top = utility.max(axis=1, keepdims=True)
        odds = np.exp(utility - top)
        total = odds.sum(axis=1, keepdims=True)
        panel_log = np.add.reduceat(-(top + np.log(total))[:, 0], first, axis=0)
        best = panel_log.max(axis=1, keepdims=True)
        likely = np.exp(panel_log - best)
        mean = likely.mean(axis=1, keepdims=True)
        # Each point weighs in the gradient as it explains the customer's choices.
        share = odds / total * (likely / (mean * likely.shape[1]))[which][:, None, :]
        pulled = turned @ share
        slope = [*pulled.sum(axis=(0, 2)), *((pulled[:, c] * how).sum() for c, how in differ.items())]
        return -float((best + np.log(mean)).sum()), np.array(slope)

    return loss


def _points(customers: int, points: int, dimensions: int) -> Floats:
    """Standard normal points, customer x point x dimension."""
    if not dimensions:
        return np.zeros((customers, points, 0))
    sequence = qmc.Halton(dimensions, scramble=False)
    sequence.fast_forward(_FIRST)
    return np.asarray(ndtri(sequence.random(customers * points))).reshape(customers, points, dimensions)
