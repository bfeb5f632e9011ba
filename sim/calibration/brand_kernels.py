"""Compiled loops of brand forecasts: purchases of brands, customer by customer, with named draws.

Source: Blackwell & MacQueen 1973, Annals of Statistics 1:353 (urn and Dirichlet); the drift of tastes is the market's.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.calibration.streams import Use
from sim.draws import Stream, log_gamma, philox, unit

_U32 = np.uint32
_STREAM = _U32(Stream.CALIBRATION)
_CHOICE = _U32(Use.BRAND_CHOICE)
_WEIGHT, _CHANCE = _U32(Use.REDRAW_WEIGHT), _U32(Use.REDRAW_CHANCE)


@njit(error_model="numpy", cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def choose_brands(purchases, known, segment, alphas, forgetting, days, seed, replicate, out):  # type: ignore[no-untyped-def]
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


@njit(error_model="numpy", cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def drifting_brands(customer, day, alpha, drift, seed, out):  # type: ignore[no-untyped-def]
    """Writes a brand for each purchase; weights (in logs) are drawn afresh at `drift` a day, one by one."""
    brands = alpha.size
    logs, bought = np.empty(brands), np.zeros(brands, np.bool_)
    for i in range(customer.size):
        first = i == 0 or customer[i] != customer[i - 1]
        chance = 1.0 if first else 1.0 - np.exp(-drift * (day[i] - day[i - 1]))
        if first or day[i] > day[i - 1]:
            bought[:] = False
            for b in range(brands):
                w0, _, _, _ = philox(_U32(i), _CHANCE, _STREAM, _U32(1 + b), seed, _U32(0))
                if first or unit(_U32(w0)) < chance:
                    logs[b] = log_gamma(alpha[b], _U32(i), _WEIGHT, _STREAM, b, seed, _U32(0))
        top, total = -np.inf, 0.0
        for b in range(brands):
            if not bought[b]:
                top = max(top, logs[b])
        for b in range(brands):
            if not bought[b]:
                total += np.exp(logs[b] - top)
        w0, _, _, _ = philox(_U32(i), _CHANCE, _STREAM, _U32(0), seed, _U32(0))
        u, chosen = np.float64(unit(_U32(w0))) * total, brands - 1
        for b in range(brands):
            if not bought[b]:
                chosen = b
                u -= np.exp(logs[b] - top)
                if u < 0.0:
                    break
        out[i] = chosen
        bought[chosen] = chosen != brands - 1
