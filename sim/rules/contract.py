"""Contract: a customer who has signed buys from that firm until the contract ends.

bound = (until > week). At its end the customer chooses afresh, and stays with probability p, the choice
probability of the firm. As the weights of choice are Gamma, p ~ Beta(S share, S (1 - share)) across customers,
which is the shifted-beta-geometric model of contract renewal: renewal rates rise with the age of a cohort because
those likely to leave have left, not because anybody changes.
Units: whole weeks. With the mechanism off nobody is bound.

Source: Fader & Hardie 2007, J. Interactive Marketing 21(1):76 (sBG); Goodhardt, Ehrenberg & Chatfield 1984, JRSS A
147:621 (Dirichlet).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism


class ContractNumbers(NamedTuple):
    on: np.float32


class Contract(Mechanism):
    """Contracts bind for their term; off, nobody signs one."""

    def numbers(self) -> ContractNumbers:
        return ContractNumbers(F32(1.0 if self.enabled else 0.0))


@scalar
def is_bound(until, week):
    """Whether a contract that runs until this week still binds in `week`."""
    return until > week
