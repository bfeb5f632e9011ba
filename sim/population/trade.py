"""Trade: which dealer a customer buys from, whether a firm can serve her, and what firms note of single customers."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic import F32, HALF, I32, KERNEL, ONE, ZERO, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.columns import BLOCK, MAX_FIRMS
from sim.population.moments import bit, has
from sim.population.scratch import (
    CENTS,
    CHOICE,
    COHORT,
    CONSIDERS,
    CUSTOMER,
    DEALER,
    ENTERED,
    GOODS_CENTS,
    LIST_CENTS,
    MEMBERSHIP,
    MET,
    ORDER,
    PAID,
    RETURNED,
    VALUE,
)

TRADE = 3
"""What is counted of each firm at each dealer: purchases, cents paid, cents without the dealer's cut."""
_DEALER, _STOCK, _WHERE = U32(Stream.DEALER), U32(Stream.STOCK), U32(64)
_PER_CENT = F32(0.01)


@scalar
def dealer_of(customer, entered, dealers, seed, replicate):
    """Number of the dealer from whom a customer buys who entered in this week; all dealers are equally near."""
    word, _, _, _ = philox(customer, U32(entered + 1), _DEALER, _WHERE, seed, replicate)
    return I32(min(I32(unit(word) * F32(dealers)), I32(dealers - 1)))


@scalar
def is_served(customer, week, k, f, available, seed, replicate):
    """Whether a firm that runs short can serve a customer at her k-th purchase of the week."""
    word, _, _, _ = philox(customer, U32(week), _STOCK, U32(k * MAX_FIRMS + f), seed, replicate)
    return unit(word) < available


@scalar
def credited(worth, cents):
    """What a customer has brought a firm (currency), after so many cents more."""
    return worth + F32(cents) * _PER_CENT


@scalar
def is_let_go(wholes, j, f, context):
    """Whether a firm has parted with a customer for good: it does not invite her back, and she does not return."""
    return context.served >= 0 and has(wholes[context.served, j], 16 + f)


@scalar
def forget(reals, wholes, j, firms, context):
    """Accounts of a customer who is gone are closed."""
    if context.worth >= 0:
        for f in range(firms):
            reals[context.worth + f, j] = ZERO
        wholes[context.served, j] = I32(0)


@njit(**KERNEL)
def go_to_dealers(w, m, outlets, context):
    """Each buyer's dealer (DEALER)."""
    for j in range(m):
        w[DEALER + j] = dealer_of(
            U32(w[CUSTOMER + j]), w[ENTERED + j], outlets.carries.size, context.seed, context.replicate
        )


@njit(**KERNEL)
def see_dealers_prices(s, w, m, firms, outlets):
    """A customer sees the prices of her dealer."""
    for f in range(firms):
        paid = PAID + f * BLOCK
        for j in range(m):
            s[paid + j] = s[paid + j] * outlets.price[w[DEALER + j], f]


@njit(**KERNEL)
def be_advised(s, w, m, firms, outlets):
    """A customer is told what her dealer would rather sell."""
    for f in range(firms):
        value = VALUE + f * BLOCK
        for j in range(m):
            s[value + j] = s[value + j] + outlets.push[w[DEALER + j], f]


@njit(**KERNEL)
def find_served(w, m, k, seg, posted, outlets, programme_of, context, tally):
    """Who of those that she has in mind cannot serve her: not sold by her dealer, closed, or short of capacity.

    Clears their bits of CONSIDERS. Where nothing is left she does not buy.
    """
    firms = posted.price.size
    if outlets.carries.size > 0:
        for j in range(m):
            w[CONSIDERS + j] &= outlets.carries[w[DEALER + j]]
    for f in range(firms):
        if posted.available[f] < ONE:
            p = programme_of[f]
            for j in range(m):
                if has(w[CONSIDERS + j], f) and not is_served(
                    U32(w[CUSTOMER + j]),
                    context.week,
                    k,
                    f,
                    posted.available[f],
                    context.seed,
                    context.replicate,
                ):
                    w[CONSIDERS + j] &= ~bit(f)
                    member = 1 if p >= 0 and w[MEMBERSHIP + p * BLOCK + j] >= 0 else 0
                    open_shop = 1 if posted.available[f] > ZERO else 0
                    tally[((seg * firms + f) * 2 + member) * TALLIES + Tally.TURNED_AWAY] += open_shop


@njit(**KERNEL)
def serve_basically(s, w, wholes, m, f, lack, context):
    """Basic service: so many index points less for those whom the firm has moved to it."""
    served = wholes[context.served]
    for j in range(m):
        if w[CHOICE + j] == f and has(served[w[ORDER + j]], f):
            s[MET + j] = s[MET + j] - lack


@njit(**KERNEL)
def price_at_dealers(s, w, m, firms, outlets):
    """What baskets cost at the dealers' own prices, before any discount of a programme."""
    for f in range(firms):
        for j in range(m):
            if w[CHOICE + j] == f:
                s[LIST_CENTS + j] = np.floor(s[LIST_CENTS + j] * outlets.price[w[DEALER + j], f] + HALF)


@njit(**KERNEL)
def sell(s, w, m, first, firms, outlets, tally):
    """Count what dealers sold; first: where the counts of trade begin. The maker's own discounts are no cut."""
    for j in range(m):
        f = w[CHOICE + j]
        if f >= 0:
            at = first + (w[DEALER + j] * firms + f) * TRADE
            tally[at] += 1
            tally[at + 1] += np.int64(s[CENTS + j])
            tally[at + 2] += np.int64(np.floor(s[CENTS + j] / outlets.price[w[DEALER + j], f] + HALF))


@njit(**KERNEL)
def keep_account(s, w, reals, wholes, m, seg, posted, programme_of, context, tally):
    """Firms that keep accounts of their customers note what the purchase brought, rewards apart."""
    firms = posted.price.size
    for j in range(m):
        f = w[CHOICE + j]
        if f >= 0:
            slot = w[ORDER + j]
            basic = has(wholes[context.served, slot], f)
            service = posted.basic_cents[seg, f] if basic else posted.service_cents[seg, f]
            gain = np.int64(s[CENTS + j]) - np.int64(s[GOODS_CENTS + j])
            gain = np.int64(0) if w[RETURNED + j] == 1 else gain
            row = context.worth + f
            reals[row, slot] = credited(reals[row, slot], gain - service)
            if basic:
                p = programme_of[f]
                member = 1 if p >= 0 and w[MEMBERSHIP + p * BLOCK + j] >= 0 else 0
                t = ((seg * firms + f) * 2 + member) * TALLIES
                tally[t + Tally.BASIC_PURCHASES] += 1
                if has(w[COHORT + j], 16 + f):
                    tally[t + Tally.COHORT_CONTRIBUTION] += posted.service_cents[seg, f] - service
