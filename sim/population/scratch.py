"""The scratch of a thread: where the buyers of a block lie while they make their purchases.

Two flat arrays, one float32 and one int32, seen as rows of BLOCK lanes; a name here is the offset of its row.
Fixed strides let the compiler see that rows never overlap, so that loops over lanes become vector code.
"""

from __future__ import annotations

from sim.population.columns import BLOCK, MAX_FIRMS

# Float32 rows of the scratch, as offsets. Fixed strides let the compiler see that rows never overlap.
RATE, HAZARD, BASKET, SENSITIVITY, REFERENCE, TASTE_OUTSIDE = (r * BLOCK for r in range(6))
STRIDE = MAX_FIRMS * BLOCK
TASTE, EXPECTATION, SATISFACTION, ATTACHMENT, REMEMBERED, VALUE, PAID = (
    6 * BLOCK + kind * STRIDE for kind in range(7)
)
SINGLES = 6 * BLOCK + 7 * STRIDE
(
    U_CHOICE,
    U_FAILURE,
    Z_QUALITY,
    Z_BASKET,
    GREATEST,
    TOTAL,
    SUM,
    MY_PAID,
    MY_EXPECTATION,
    MY_SATISFACTION,
    MY_ATTACHMENT,
    MY_REMEMBERED,
    MET,
    VOLUME,
    U_LEAVE,
    U_DRIFT,
    U_WHICH,
    U_NEED,
    U_JOIN,
    U_REDEEM,
    CENTS,
    LIST_CENTS,
    GOODS_CENTS,
) = (SINGLES + r * BLOCK for r in range(23))
SCRATCH_REALS = SINGLES + 23 * BLOCK

# Int32 rows of the scratch.
ALIVE, ENTERED, LAST_FIRM, COHORT = (r * BLOCK for r in range(4))
LAST_WEEK = 4 * BLOCK
MEMBERSHIP = LAST_WEEK + STRIDE
PROGRAMME_STRIDE = 7 * BLOCK
FIRM_BITS = MAX_FIRMS - 1
"""A mask that tells the compiler what is known anyway: a firm number is 0 to 15."""
WHOLE_SINGLES = MEMBERSHIP + MAX_FIRMS * PROGRAMME_STRIDE
(
    CUSTOMER,
    ORDER,
    COUNT,
    CHOICE,
    MY_LAST_WEEK,
    FAILED,
    FLAG,
    SORTED,
    START,
    BALANCE,
    EARNED,
) = (WHOLE_SINGLES + r * BLOCK for r in range(11))
LANES = 32
"""Vector loops run over whole groups of this many lanes; the last ones idle, their choice is none."""
SCRATCH_WHOLES = WHOLE_SINGLES + 11 * BLOCK
