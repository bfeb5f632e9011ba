"""How a customer comes into the world: traits drawn from the distributions of a segment.

rate ~ Gamma(shape, mean); hazard ~ Gamma(shape, scale weeks) or 0; basket and price sensitivity lognormal;
weights Gamma(S share_f, 1), kept as logarithms, so that choice shares are Dirichlet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32, I32, ONE, ZERO, exp, normal_quantile, routine, scalar
from sim.draws import U32, Stream, log_gamma, philox, unit
from sim.rules.lapse import NEVER

BIRTH = U32(Stream.BIRTH)
DRIFT = U32(Stream.DRIFT)

# Traits: the fourth part of a draw's name, times 64 (see log_gamma).
RATE_TRAIT, HAZARD_TRAIT, NORMALS_TRAIT, OUTSIDE_TRAIT, TASTE_TRAIT = 0, 1, 2, 3, 16
NO_WEIGHT = F32(-1.0e4)
"""Log weight of an alternative with no share: never chosen."""


class Segments(NamedTuple):
    """Distributions of traits, one entry a segment (float32)."""

    rate_shape: NDArray[np.float32]
    rate_scale: NDArray[np.float32]
    hazard_shape: NDArray[np.float32]
    hazard_scale: NDArray[np.float32]
    basket_log_mean: NDArray[np.float32]
    basket_sigma: NDArray[np.float32]
    visit_sigma: NDArray[np.float32]
    sensitivity_log_mean: NDArray[np.float32]
    sensitivity_sigma: NDArray[np.float32]
    weight_shape: NDArray[np.float32]
    """segment x firm: S share_f"""
    outside_shape: NDArray[np.float32]


@scalar
def drawn_rate(customer, week, stream, seg, segments, seed, replicate):
    """Category purchases per week."""
    g = log_gamma(segments.rate_shape[seg], customer, week, stream, RATE_TRAIT, seed, replicate)
    return segments.rate_scale[seg] * exp(g)


@scalar
def drawn_taste(shape, trait, customer, week, stream, seed, replicate):
    """Log weight of an alternative."""
    return log_gamma(shape, customer, week, stream, trait, seed, replicate) if shape > ZERO else NO_WEIGHT


@scalar
def drawn_hazard(customer, week, seg, segments, seed, replicate):
    """Weekly hazard of leaving the category; 0 in a segment that nobody leaves."""
    scale = segments.hazard_scale[seg]
    if scale > ZERO:
        shape = segments.hazard_shape[seg]
        return scale * exp(log_gamma(shape, customer, week, BIRTH, HAZARD_TRAIT, seed, replicate))
    return ZERO


@scalar
def drawn_basket(customer, week, seg, segments, seed, replicate):
    """Typical basket and price sensitivity."""
    w0, w1, _, _ = philox(customer, week, BIRTH, U32(NORMALS_TRAIT * 64), seed, replicate)
    z0, z1 = normal_quantile(unit(w0)), normal_quantile(unit(w1))
    basket = exp(segments.basket_log_mean[seg] + segments.basket_sigma[seg] * z0)
    return basket, exp(segments.sensitivity_log_mean[seg] + segments.sensitivity_sigma[seg] * z1)


@routine
def bear(
    reals, wholes, j, customer, name_week, week, seg, segments, quality, neutral, programmes, seed, replicate
):
    """Write a newcomer into slot j of a block (reals: row x slot, wholes: row x slot).

    name_week names the draws: 0 for the first population, week + 1 for one who enters in a week. A newcomer
    expects the quality a firm is known for, and thinks the usual price normal.
    """
    firms = quality.size
    reals[0, j] = drawn_rate(customer, name_week, BIRTH, seg, segments, seed, replicate)
    reals[1, j] = drawn_hazard(customer, name_week, seg, segments, seed, replicate)
    basket, sensitivity = drawn_basket(customer, name_week, seg, segments, seed, replicate)
    reals[2, j] = basket
    reals[3, j] = sensitivity
    reals[4, j] = ONE
    reals[5, j] = drawn_taste(
        segments.outside_shape[seg], OUTSIDE_TRAIT, customer, name_week, BIRTH, seed, replicate
    )
    for f in range(firms):
        reals[6 + f, j] = drawn_taste(
            segments.weight_shape[seg, f], TASTE_TRAIT + f, customer, name_week, BIRTH, seed, replicate
        )
        reals[6 + firms + f, j] = quality[f]
        reals[6 + 2 * firms + f, j] = neutral
        reals[6 + 3 * firms + f, j] = ZERO
        reals[6 + 4 * firms + f, j] = ZERO
        wholes[4 + f, j] = NEVER
    wholes[0, j] = I32(1)
    wholes[1, j] = I32(week)
    wholes[2, j] = I32(-1)
    wholes[3, j] = I32(0)
    for p in range(programmes):
        first = 4 + firms + 7 * p
        wholes[first, j] = I32(-1)
        for r in range(1, 7):
            wholes[first + r, j] = I32(0)
