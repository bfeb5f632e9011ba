"""Simulated purchases per brand: each purchase by the chances that all before it leave, as fitted.

Without forgetting this is Polya's urn, in which purchases are those of a customer whose brand probabilities are
drawn from her Dirichlet posterior.

Source: Blackwell & MacQueen 1973, Annals of Statistics 1:353 (urn and Dirichlet).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.calibration.streams import Use
from sim.calibration.taste import DAYS_A_YEAR, Taste
from sim.draws import Stream, philox, unit

Array = NDArray[np.float64]

_U32 = np.uint32
_STREAM = _U32(Stream.CALIBRATION)
_CHOICE = _U32(Use.BRAND_CHOICE)


@njit(error_model="numpy", cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _brands(purchases, known, segment, alphas, forgetting, days, seed, replicate, out):  # type: ignore[no-untyped-def]
    """Writes purchases of each customer (row) and brand; forgetting is a pace per day."""
    brands = alphas.shape[1]
    held, likely = np.empty(brands), np.empty(brands)
    in_day = np.zeros(days, np.int64)
    for i in range(purchases.size):
        n = purchases[i]
        if n == 0:
            continue
        who = _U32(i)
        in_day[:] = 0
        for j in range(n):
            w0, _, _, _ = philox(who, _CHOICE, _STREAM, _U32(j), seed, replicate)
            in_day[min(int(np.float64(unit(_U32(w0))) * days), days - 1)] += 1
        held[:], alpha = known[i], alphas[segment[i]]
        j, before = 0, 0
        for day in range(days):
            if in_day[day] == 0:
                continue
            held *= np.exp(-forgetting * (day + 1 - before))
            before = day + 1
            for _ in range(in_day[day]):
                likely[:] = alpha + held
                _, w1, _, _ = philox(who, _CHOICE, _STREAM, _U32(j), seed, replicate)
                j += 1
                u, b = np.float64(unit(_U32(w1))) * likely.sum(), 0
                while b < brands - 1 and u >= likely[b]:
                    u -= likely[b]
                    b += 1
                out[i, b] += 1
                held[b] += 1.0


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
    _brands(
        purchases, held, segment, taste.segments.alpha, taste.forgetting / DAYS_A_YEAR, days, _U32(seed),
        _U32(replicate), out,
    )  # fmt: skip
    return out
