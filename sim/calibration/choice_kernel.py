"""The likelihood of choices, customer by customer, over draws of what she likes and how prices move her.

One pass over a customer's purchases: at each, every draw's probability of what was bought; their product is
the draw's weight. The same pass gives the derivatives, and the forecast of each purchase from the weights that
the purchases before it have left.

Arrays: starts (customers + 1) and chosen, felt (purchases x brands), seen (purchases x brands x columns) say
what happened; taste (customers x draws x brands, log weights), sensitivity and log_prior (customers x draws)
are the draws; effect (columns) is common to all.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def likelihoods(  # type: ignore[no-untyped-def]
    starts, chosen, felt, seen, taste, sensitivity, log_prior, effect, slope, value, gradient, weight
):
    """Write each customer's log-likelihood to `value`, its derivatives to `gradient` (customers x columns + 2).

    The derivatives: by each effect, by the logarithm of the sensitivity, and by that times `slope` (customers x
    draws). weight (customers x draws): the share of each draw in the likelihood, its posterior.
    """
    customers, draws, brands = taste.shape
    columns = effect.size
    odds, common = np.empty(brands), np.empty(brands)
    partial = np.empty((draws, columns + 1))
    for i in range(customers):
        logs = log_prior[i].copy()
        partial[:, :] = 0.0
        for t in range(starts[i], starts[i + 1]):
            y = chosen[t]
            for f in range(brands):
                common[f] = 0.0
                for c in range(columns):
                    common[f] += effect[c] * seen[t, f, c]
            for d in range(draws):
                top = -np.inf
                for f in range(brands):
                    odds[f] = taste[i, d, f] + common[f] - sensitivity[i, d] * felt[t, f]
                    top = max(top, odds[f])
                logs[d] += odds[y] - top
                total, dear = 0.0, 0.0
                for f in range(brands):
                    odds[f] = np.exp(odds[f] - top)
                    total += odds[f]
                    dear += odds[f] * felt[t, f]
                logs[d] -= np.log(total)
                for c in range(columns):
                    mean = 0.0
                    for f in range(brands):
                        mean += odds[f] * seen[t, f, c]
                    partial[d, c] += seen[t, y, c] - mean / total
                partial[d, columns] += sensitivity[i, d] * (dear / total - felt[t, y])
        top = logs.max()
        share = np.exp(logs - top)
        total = share.sum()
        value[i] = top + np.log(total / draws)
        gradient[i, :] = 0.0
        for d in range(draws):
            part = share[d] / total
            weight[i, d] = part
            for c in range(columns + 1):
                gradient[i, c] += part * partial[d, c]
            gradient[i, columns + 1] += part * partial[d, columns] * slope[i, d]


@njit(cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def forecasts(starts, chosen, felt, seen, taste, sensitivity, log_prior, effect, chance):  # type: ignore[no-untyped-def]
    """P(brand) at each purchase given the purchases before it, written to `chance` (purchases x brands)."""
    customers, draws, brands = taste.shape
    columns = effect.size
    odds = np.empty(brands)
    for i in range(customers):
        logs = log_prior[i].copy()
        for t in range(starts[i], starts[i + 1]):
            best = logs.max()
            whole = 0.0
            for f in range(brands):
                chance[t, f] = 0.0
            for d in range(draws):
                part = np.exp(logs[d] - best)
                top = -np.inf
                for f in range(brands):
                    odds[f] = taste[i, d, f] - sensitivity[i, d] * felt[t, f]
                    for c in range(columns):
                        odds[f] += effect[c] * seen[t, f, c]
                    top = max(top, odds[f])
                logs[d] += odds[chosen[t]] - top
                total = 0.0
                for f in range(brands):
                    odds[f] = np.exp(odds[f] - top)
                    total += odds[f]
                logs[d] -= np.log(total)
                for f in range(brands):
                    chance[t, f] += part * odds[f] / total
                whole += part
            for f in range(brands):
                chance[t, f] /= whole
