"""Joining a programme: a customer who is asked joins if the expected benefit seems worth the effort.

benefit (currency a year) = 52 x pace x (basket x share of it that comes back + what comes back per visit),
rewards reckoned at their perceived value;
P(joins | asked) = benefit^2 / (benefit^2 + effort^2). So those who buy much at the firm anyway join first:
members differ from others before the programme does anything.

Source: Leenheer, van Heerde, Bijmolt & Smidts 2007, IJRM 24:31 (self-selection); form proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, TINY, scalar
from sim.rules.parameter import Mechanism


class JoinNumbers(NamedTuple):
    on: np.float32


class Join(Mechanism):
    """Enrolment by expected benefit; off, only automatic enrolment makes members."""

    def numbers(self) -> JoinNumbers:
        return JoinNumbers(F32(1.0 if self.enabled else 0.0))


_WEEKS = F32(52.0)


@scalar
def yearly_benefit(pace, basket, per_currency, per_visit):
    """Expected benefit in currency a year, of what comes back per unit of money spent and per visit."""
    return _WEEKS * pace * (basket * per_currency + per_visit)


@scalar
def joins(u, ask, benefit, effort, numbers):
    """Whether a uniform draw says that the customer is asked and says yes at this purchase."""
    square = benefit * benefit
    return u < numbers.on * ask * square / (square + effort * effort + TINY)
