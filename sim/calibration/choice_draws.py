"""Draws of what customers may like and how prices may move them, put where each one's purchases point.

Tastes are drawn from Dirichlet laws and price sensitivities from normal ones (in the logarithm, standardised);
each draw is weighed by how likely the market's law makes it against the law it was drawn from. Half of a
customer's draws come from a wide law, half from one shaped after her posterior, so that no place is left
without. Points are those of a scrambled Sobol sequence with a fixed seed: the same call gives the same bits.

Source: Train 2009, Discrete Choice Methods with Simulation, ch. 9; Owen & Zhou 2000, JASA 95:135 (mixture
importance sampling); Cappé, Guillin, Marin & Robert 2004, JCGS 13:907 (proposals that learn).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, gammaln
from scipy.stats import norm, qmc

Array = NDArray[np.float64]

SEED = 1
_TINY = 1e-100
_INFORMED = 0.3
"""Part of a customer's purchases that the wide law takes for news of her taste."""
_WIDER = 1.2
"""How much wider than the posterior the law shaped after it is."""


@dataclass(frozen=True, eq=False)
class Draws:
    """log_taste: customers x draws x brands, logs of shares that add up to 1; z, log_density: customers x draws.

    log_density: of the law that the draws came from, in tastes and z together.
    """

    log_taste: Array
    z: Array
    log_density: Array


@dataclass(frozen=True, eq=False)
class Law:
    """Where to draw for each customer: Dirichlet parameters (customers x brands), normal centre and width."""

    alpha: Array
    centre: Array
    width: Array

    def log_density(self, log_taste: Array, z: Array) -> Array:
        tastes = log_dirichlet(self.alpha[:, None, :], log_taste)
        normal: Array = norm.logpdf(z, self.centre[:, None], self.width[:, None])
        result: Array = tastes + normal
        return result


def log_dirichlet(alpha: Array, log_taste: Array) -> Array:
    """Log density of shares under Dirichlet(alpha), over the last axis."""
    constant = gammaln(alpha.sum(axis=-1)) - gammaln(alpha).sum(axis=-1)
    result: Array = constant + ((alpha - 1) * log_taste).sum(axis=-1)
    return result


def wide(counts: Array, concentration: float = 1.2) -> Law:
    """The law to begin with: average tastes, drawn a little towards what each customer bought (`counts`)."""
    share = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * counts.shape[1])
    n = len(counts)
    return Law(concentration * share + _INFORMED * counts, np.zeros(n), np.ones(n))


def shaped(draws: Draws, weight: Array, law: Law) -> Law:
    """A law after the posterior that draws with these weights (customers x draws) show, somewhat wider.

    Where hardly any draw counts, the weights are first flattened: few draws make a posterior look too sharp.
    """
    few = (1 / (weight**2).sum(axis=1) < 10)[:, None]
    flat = np.where(few, np.sqrt(weight), weight)
    flat = flat / flat.sum(axis=1, keepdims=True)
    taste = np.exp(draws.log_taste)
    mean = np.einsum("id,idf->if", flat, taste)
    variance = np.einsum("id,idf->if", flat, (taste - mean[:, None, :]) ** 2).sum(axis=1)
    sharp = (mean * (1 - mean)).sum(axis=1) / np.maximum(variance, 1e-12) - 1
    most = law.alpha.sum(axis=1) / _INFORMED
    alpha = np.clip(sharp, 0.5, most)[:, None] / _WIDER**2 * mean
    centre = np.einsum("id,id->i", flat, draws.z)
    width = np.sqrt(np.einsum("id,id->i", flat, (draws.z - centre[:, None]) ** 2))
    return Law(np.maximum(alpha, 0.02), centre, np.clip(_WIDER * width, 0.25, 1.2))


def drawn(laws: tuple[Law, ...], number: int) -> Draws:
    """So many draws of each customer, an equal part from each law."""
    customers, brands = laws[0].alpha.shape
    part = number // len(laws)
    size = customers * number
    points = qmc.Sobol(brands + 1, scramble=True, seed=SEED).random_base2(int(np.ceil(np.log2(size))))[:size]
    u = np.clip(points.reshape(customers, number, brands + 1), 1e-12, 1 - 1e-12)
    log_taste, z = np.empty((customers, number, brands)), np.empty((customers, number))
    for k, law in enumerate(laws):
        here = slice(k * part, (k + 1) * part if k + 1 < len(laws) else number)
        log_gamma = _log_gamma_quantile(law.alpha[:, None, :], u[:, here, :brands])
        top = log_gamma.max(axis=2, keepdims=True)
        total = top + np.log(np.exp(log_gamma - top).sum(axis=2, keepdims=True))
        log_taste[:, here] = log_gamma - total
        z[:, here] = law.centre[:, None] + law.width[:, None] * norm.ppf(u[:, here, brands])
    each = np.stack([law.log_density(log_taste, z) for law in laws])
    top = each.max(axis=0)
    return Draws(log_taste, z, top + np.log(np.exp(each - top).mean(axis=0)))


def _log_gamma_quantile(shape: Array, u: Array) -> Array:
    """Logarithm of the quantile of Gamma(shape, 1); small shapes have quantiles that no float can hold."""
    x = gammaincinv(shape, u)
    small = (np.log(u) + gammaln(shape + 1)) / shape  # from u = x^shape / Gamma(shape + 1), x near 0
    result: Array = np.where(x > _TINY, np.log(np.maximum(x, _TINY)), small)
    return result
