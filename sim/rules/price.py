"""Price as it is felt: against the customer's own reference price, where a loss weighs more than a gain.

d = (paid - reference) / reference, felt = d where d < 0, loss_aversion x d where d > 0;
value = -sensitivity x felt (logit units). Prices are indices: 1 = the firm's usual price.
The reference moves with every price paid: reference <- carry_over x reference + (1 - carry_over) x paid,
so a price war lowers it, and the return to normal is felt as a loss.

Source: Tversky & Kahneman 1991, QJE 106:1039; Brown et al. (loss aversion 1.96 [1.82, 2.10]); product
choice lower and variable, Hardie, Johnson & Fader 1993, Marketing Science 12:378 (carry-over).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class PriceNumbers(NamedTuple):
    weight: np.float32
    loss_aversion: np.float32
    carry_over: np.float32


class Price(Mechanism):
    """Reaction to prices, with reference price and loss aversion."""

    loss_aversion: float = param(
        1.6,
        unit="ratio",
        meaning="how much more a price above the reference weighs than one as far below",
        bounds=(1.0, 5.0),
        interval=(1.1, 2.1),
        source="Brown et al. meta-analysis 1.955; Hardie et al. 1993 about 1.7",
        status="VERIFIED",
    )
    carry_over: float = param(
        0.7,
        unit="share per purchase",
        meaning="how much of the reference price survives a purchase",
        bounds=(0.0, 1.0),
        interval=(0.5, 0.9),
        source="Hardie et al. 1993 (.83); Briesch et al. 1997",
        status="MEMORY",
    )

    def numbers(self) -> PriceNumbers:
        return PriceNumbers(
            F32(1.0 if self.enabled else 0.0),
            F32(self.loss_aversion),
            F32(self.carry_over),
        )


@scalar
def price_value(paid, reference, sensitivity, numbers):
    """What a price adds to the attraction of a firm (logit units)."""
    d = (paid - reference) / reference
    felt = numbers.loss_aversion * d if d > ZERO else d
    return -numbers.weight * sensitivity * felt


@scalar
def next_reference(reference, paid, numbers):
    """The reference price after a purchase at this price."""
    return numbers.carry_over * reference + (ONE - numbers.carry_over) * paid
