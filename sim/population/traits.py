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
from sim.population.columns import (
    ALIVE,
    ATTACHMENT,
    BASKET,
    COHORT,
    CONTRACT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    ENTERED,
    EQUITY,
    EXPECTATION,
    FATIGUE,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    HAZARD,
    KNOWS,
    LAST_FIRM,
    PROGRAMME_WHOLES,
    RATE,
    REFERENCE,
    REGARD,
    REMEMBERED,
    SATIATION,
    SATISFACTION,
    SENSITIVITY,
    STORY,
    TASTE_OUTSIDE,
    TIES,
    TRUST,
)
from sim.population.moments import bit
from sim.rules.lapse import NEVER

BIRTH = U32(Stream.BIRTH)
DRIFT = U32(Stream.DRIFT)

# Traits: the fourth part of a draw's name, times 64 (see log_gamma).
RATE_TRAIT, HAZARD_TRAIT, NORMALS_TRAIT, OUTSIDE_TRAIT, KNOWS_TRAIT, FIT_TRAIT, TASTE_TRAIT = (
    0, 1, 2, 3, 4, 5, 16
)  # fmt: skip
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
    variety: NDArray[np.float32]
    """variety seeking, logit at full satiation"""


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


@scalar
def drawn_fit(customer, entered, firm, seed, replicate):
    """How well a firm suits a customer who entered in this week: standard normal, the same for good."""
    word, _, _, _ = philox(customer, U32(entered + 1), BIRTH, U32(FIT_TRAIT * 64 + firm), seed, replicate)
    return normal_quantile(unit(word))


@scalar
def first_knowledge(customer, week, posted, seed, replicate):
    """`knows` of a newcomer: firm f considered (bit f), its contacts refused (bit 16 + f)."""
    knows = I32(0)
    for f in range(posted.price.size):
        w0, w1, _, _ = philox(customer, week, BIRTH, U32(KNOWS_TRAIT * 64 + f), seed, replicate)
        knows |= bit(f) if unit(w0) < posted.awareness[f] else I32(0)
        knows |= I32(0) if unit(w1) < posted.opt_in[f] else bit(16 + f)
    return knows


@routine
def bear(
    reals, wholes, j, customer, name_week, week, seg, segments, posted, rules, programmes, origin, favour,
    similarity, sensitivity_ratio, seed, replicate,
):  # fmt: skip
    """Write a newcomer into slot j of a block (reals: row x slot, wholes: row x slot).

    name_week names the draws: 0 for the first population, week + 1 for one who enters in a week. A newcomer
    expects the quality a firm is known for, and thinks the usual price normal. One who was won for a firm
    (favour, -1 for none) has the tastes of somebody seen to have bought there `similarity` times: the shape of
    that weight is so much larger (Dirichlet updating), and the firm is considered.
    """
    firms = posted.price.size
    reals[RATE, j] = drawn_rate(customer, name_week, BIRTH, seg, segments, seed, replicate)
    reals[HAZARD, j] = drawn_hazard(customer, name_week, seg, segments, seed, replicate)
    basket, sensitivity = drawn_basket(customer, name_week, seg, segments, seed, replicate)
    reals[BASKET, j] = basket
    reals[SENSITIVITY, j] = sensitivity * sensitivity_ratio
    reals[REFERENCE, j] = ONE
    reals[TASTE_OUTSIDE, j] = drawn_taste(
        segments.outside_shape[seg], OUTSIDE_TRAIT, customer, name_week, BIRTH, seed, replicate
    )
    reals[SATIATION, j] = ZERO
    reals[FATIGUE, j] = ZERO
    reals[GRIEVANCE, j] = ZERO
    first = CUSTOMER_REALS
    for f in range(firms):
        more = similarity if f == favour else ZERO
        reals[first + f, j] = drawn_taste(
            segments.weight_shape[seg, f] + more, TASTE_TRAIT + f, customer, name_week, BIRTH, seed, replicate
        )
        reals[first + EXPECTATION * firms + f, j] = posted.quality[f]
        reals[first + SATISFACTION * firms + f, j] = rules.satisfaction.neutral
        reals[first + ATTACHMENT * firms + f, j] = ZERO
        reals[first + REMEMBERED * firms + f, j] = ZERO
        reals[first + TRUST * firms + f, j] = rules.trust.start
        reals[first + EQUITY * firms + f, j] = ZERO
        wholes[CUSTOMER_WHOLES + f, j] = NEVER
    for r in range(first + REGARD * firms, reals.shape[0]):
        reals[r, j] = ZERO
    knows = first_knowledge(customer, name_week, posted, seed, replicate)
    wholes[ALIVE, j] = I32(1)
    wholes[ENTERED, j] = I32(week)
    wholes[LAST_FIRM, j] = I32(-1)
    wholes[COHORT, j] = I32(0)
    wholes[KNOWS, j] = knows | bit(favour) if favour >= 0 else knows
    wholes[TIES, j] = I32(0)
    wholes[HAPPENED, j] = I32(0)
    wholes[GRIEVED, j] = I32(-1)
    wholes[CONTRACT, j] = I32(-1)
    wholes[STORY, j] = I32(origin)
    for r in range(CUSTOMER_WHOLES + firms, wholes.shape[0]):
        wholes[r, j] = I32(0)
    for p in range(programmes):
        wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p, j] = I32(-1)
