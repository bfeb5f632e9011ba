"""Member price: members pay less on a share of the range.

paid = posted x (1 - depth x share of the range), as a price index. It acts through the price felt (see
price.py) and through the benefit of joining (see join.py), in no other way.

Source: shelf practice (card prices on half of the lines, mean depth 26 %, in the Complete Journey panel).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism


class MemberPriceNumbers(NamedTuple):
    on: np.float32


class MemberPrice(Mechanism):
    """Member prices act; off, members pay what everybody pays."""

    def numbers(self) -> MemberPriceNumbers:
        return MemberPriceNumbers(F32(1.0 if self.enabled else 0.0))


@scalar
def member_pays(posted, discount, numbers):
    """Price index paid by a member; discount = depth x share of the range."""
    return posted * (ONE - numbers.on * discount)
