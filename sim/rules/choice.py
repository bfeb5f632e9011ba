"""Choice: which firm a purchase goes to, or none (the outside option).

P(f) = w_f exp(v_f) / sum over firms and the outside option, w_f ~ Gamma(S share_f, 1) the customer's own
weights (kept as taste = log w_f), v_f the sum of what the other mechanisms add, v = 0 for the outside.
With the mechanism off v is ignored: weights alone decide, which is the Dirichlet model.

Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621 (Dirichlet); McFadden 1974 (logit).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, exp, scalar
from sim.rules.parameter import Mechanism


class ChoiceNumbers(NamedTuple):
    response: np.float32


class Choice(Mechanism):
    """Customers weigh what they see and feel; off, they follow their fixed weights alone."""

    def numbers(self) -> ChoiceNumbers:
        return ChoiceNumbers(F32(1.0 if self.enabled else 0.0))


@scalar
def attraction(taste, value, numbers):
    """Log of the choice weight: taste (log units) plus what is seen and felt (logit units)."""
    return taste + numbers.response * value


@scalar
def odds(attraction_of_one, greatest):
    """Choice weight relative to the most attractive alternative, in (0, 1]."""
    return exp(attraction_of_one - greatest)
