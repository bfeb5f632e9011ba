"""Simulated purchases per brand: each purchase by the chances that all before it leave, as fitted.

Without forgetting this is Polya's urn, in which purchases are those of a customer whose brand probabilities are
drawn from her Dirichlet posterior.

Source: Blackwell & MacQueen 1973, Annals of Statistics 1:353 (urn and Dirichlet).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibration.brand_kernels import choose_brands
from sim.calibration.taste import DAYS_A_YEAR, Taste

Array = NDArray[np.float64]

_U32 = np.uint32


def brand_futures(
    purchases: NDArray[np.int32],
    held: Array,
    segment: NDArray[np.int64],
    taste: Taste,
    days: int,
    *,
    seed: int,
    replicate: int,
) -> NDArray[np.int64]:
    """One future: customers x brands, with so many purchases of each customer spread over so many days.

    held: what earlier purchases of each customer still tell (see `Taste.remembered`). segment: of each
    customer in this future.
    """
    out = np.zeros(held.shape, np.int64)
    choose_brands(
        purchases, held, segment, taste.segments.alpha, taste.forgetting / DAYS_A_YEAR, days, _U32(seed),
        _U32(replicate), out,
    )  # fmt: skip
    return out
