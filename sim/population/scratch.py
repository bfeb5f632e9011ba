"""The scratch of a thread: where the buyers of a block lie while they make their purchases.

Two flat arrays, one float32 and one int32, seen as rows of BLOCK lanes; a name here is the offset of its row.
Fixed strides let the compiler see that rows never overlap, so that loops over lanes become vector code.
"""

from __future__ import annotations

from sim.population.columns import BLOCK, CUSTOMER_REALS, CUSTOMER_WHOLES, MAX_FIRMS

# Float32 rows of the scratch, as offsets. Fixed strides let the compiler see that rows never overlap.
(
    RATE,
    HAZARD,
    BASKET,
    SENSITIVITY,
    REFERENCE,
    TASTE_OUTSIDE,
    SATIATION,
    FATIGUE,
    GRIEVANCE,
) = (r * BLOCK for r in range(CUSTOMER_REALS))
STRIDE = MAX_FIRMS * BLOCK
FIRM_COLUMNS = CUSTOMER_REALS * BLOCK
TASTE, EXPECTATION, SATISFACTION, ATTACHMENT, REMEMBERED, TRUST, EQUITY, REGARD, VALUE, PAID = (
    FIRM_COLUMNS + kind * STRIDE for kind in range(10)
)
SINGLES = FIRM_COLUMNS + 10 * STRIDE
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
    MY_TRUST,
    MY_EQUITY,
    MET,
    VOLUME,
    U_LEAVE,
    U_DRIFT,
    U_WHICH,
    U_NEED,
    U_GIFT,
    U_NOTICE,
    U_COMPLAIN,
    U_PART,
    HAZARD_SUM,
    PRICE_HAZARD,
    RIVALS,
    LOST,
    OUTSIDE,
    CENTS,
    LIST_CENTS,
    GOODS_CENTS,
    LIFT,
) = (SINGLES + r * BLOCK for r in range(33))
SCRATCH_REALS = SINGLES + 33 * BLOCK

# Int32 rows of the scratch.
ALIVE, ENTERED, LAST_FIRM, COHORT, KNOWS, TIES, HAPPENED, GRIEVED, CONTRACT, STORY = (
    r * BLOCK for r in range(CUSTOMER_WHOLES)
)
LAST_WEEK = CUSTOMER_WHOLES * BLOCK
MEMBERSHIP = LAST_WEEK + STRIDE
FIRM_BITS = MAX_FIRMS - 1
"""A mask that tells the compiler what is known anyway: a firm number is 0 to 15."""
WHOLE_SINGLES = MEMBERSHIP + STRIDE
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
    CONSIDERS,
    REMINDED,
    MY_REMINDED,
    RETURNED,
    DEALER,
) = (WHOLE_SINGLES + r * BLOCK for r in range(14))
LANES = 32
"""Vector loops run over whole groups of this many lanes; the last ones idle, their choice is none."""
SCRATCH_WHOLES = WHOLE_SINGLES + 14 * BLOCK
