"""The columns of the customer store, declared once: name, dtype, unit, meaning.

State lies in blocks of 1024 customers, block x row x customer: float32 rows in one array, int32 rows in
another. A row is one column, for one firm or programme where the column is kept per firm or programme.
A segment fills whole blocks, so that a block has one segment; the slots left over stay empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

BLOCK = 1024
"""Customers in a block: small enough for the second-level cache, large enough for long vector loops."""
MAX_FIRMS = 16
"""Most firms of a market; also the stride between columns kept per firm in the scratch."""

Scope = Literal["customer", "firm", "programme", "network", "element", "account"]
"""One entry a customer, one for each firm, one for each programme; one for each firm where there is a network; one
for each programme that has the element which needs it; or kept where firms keep accounts of single customers."""


@dataclass(frozen=True)
class Column:
    """One column of the store."""

    name: str
    dtype: Literal["float32", "int32"]
    scope: Scope
    unit: str
    meaning: str
    rows: int = 1


COLUMNS: tuple[Column, ...] = (
    Column(
        "rate", "float32", "customer", "purchases per week", "category purchases the customer sets out for"
    ),
    Column("hazard", "float32", "customer", "per week", "hazard of leaving the category"),
    Column("basket", "float32", "customer", "currency", "typical basket at usual prices"),
    Column("sensitivity", "float32", "customer", "logit per 100 % price", "price sensitivity"),
    Column("reference_price", "float32", "customer", "price index", "price the customer thinks normal"),
    Column("taste_outside", "float32", "customer", "log weight", "weight of not buying"),
    Column("satiation", "float32", "customer", "share", "how tired of always the same"),
    Column("fatigue", "float32", "customer", "contacts", "irrelevant contacts not yet forgotten"),
    Column("grievance", "float32", "customer", "index points", "what an unsettled failure still hurts"),
    Column("taste", "float32", "firm", "log weight", "the customer's own weight for the firm"),
    Column("expectation", "float32", "firm", "index 0-100", "quality expected"),
    Column("satisfaction", "float32", "firm", "index 0-100", "cumulative satisfaction"),
    Column("attachment", "float32", "firm", "10 index points", "affective bond"),
    Column("remembered", "float32", "firm", "purchases", "purchases remembered at the last one"),
    Column("trust", "float32", "firm", "share", "trust that the firm does as it says"),
    Column("equity", "float32", "firm", "baskets", "what the firm gave beyond its due, less what it took"),
    Column("regard", "float32", "network", "logit", "what friends have said about the firm"),
    Column("worth", "float32", "account", "currency", "what the customer has brought the firm so far"),
    Column("alive", "int32", "customer", "1, 0 or -1", "in the category, gone from it, or not yet in it"),
    Column("entered", "int32", "customer", "week", "week in which the customer entered"),
    Column("last_firm", "int32", "customer", "firm number", "firm of the last purchase, -1 for none"),
    Column(
        "cohort",
        "int32",
        "customer",
        "bits",
        "firm f: bit f active at the year's start, bit 16 + f at the first",
    ),
    Column(
        "knows",
        "int32",
        "customer",
        "bits",
        "firm f: bit f for one who considers it, bit 16 + f for one who wants no more mail",
    ),
    Column(
        "ties",
        "int32",
        "customer",
        "bits",
        "firm f: bit f for one of its community, bit 16 + f for one taught by it",
    ),
    Column("happened", "int32", "customer", "bits", "what happened this week (see moments.py)"),
    Column(
        "grieved", "int32", "customer", "packed", "firm, kind, complaint and week of the grievance; -1 none"
    ),
    Column("contract", "int32", "customer", "packed", "firm and end of a contract; -1 for none"),
    Column("story", "int32", "customer", "packed", "how the customer came; why she last left a firm"),
    Column("last_week", "int32", "firm", "week", "week of the last purchase at the firm"),
    Column("member_since", "int32", "programme", "week", "week of joining, -1 for no member"),
    Column("stamps", "int32", "programme", "stamps", "stamps on the open card"),
    Column("lots", "int32", "programme", "points", "points by lot of issue", rows=5),
    Column("vouchers", "int32", "element", "points", "points paid out as vouchers, by lot of issue", rows=5),
    Column("pending", "int32", "element", "points", "points not yet to be spent, by week of release", rows=8),
    Column("returned", "int32", "element", "points", "points to be taken back for goods brought back"),
    Column("earned_week", "int32", "element", "points", "points earned this week, where that is capped"),
    Column("earned_year", "int32", "element", "points", "points earned this year, where that is capped"),
    Column("redeemed_week", "int32", "element", "week", "week of the last redemption, plus one; 0 for none"),
    Column("tier", "int32", "element", "packed", "level, level to fall to, trial, and end of validity"),
    Column("spend", "int32", "element", "cents", "spending that counts for status, by quarter", rows=4),
    Column("visits", "int32", "element", "purchases", "purchases that count for status, by quarter", rows=4),
    Column("qualifying", "int32", "element", "points", "points that count for status, by quarter", rows=4),
    Column("club", "int32", "element", "packed", "end of the time paid for, and whether it is a trial"),
    Column("received", "int32", "element", "cents", "what membership gave since the last fee"),
    Column("challenge", "int32", "element", "packed", "progress in the challenge taken up; 0 for none"),
    Column("streak", "int32", "element", "packed", "links of the streak, and whether this one is done"),
    Column("card_week", "int32", "element", "week", "week in which the open stamp card was begun"),
    Column(
        "served",
        "int32",
        "account",
        "bits",
        "firm f: bit f for one who gets basic service there, bit 16 + f for one whom it let go",
    ),
)


class Row(IntEnum):
    """Rows that a programme takes on top of its seven only where it has an element that needs them."""

    VOUCHERS = 0
    PENDING = 1
    RETURNED = 2
    EARNED_WEEK = 3
    EARNED_YEAR = 4
    REDEEMED_WEEK = 5
    TIER = 6
    SPEND = 7
    VISITS = 8
    QUALIFYING = 9
    CLUB = 10
    RECEIVED = 11
    CHALLENGE = 12
    STREAK = 13
    CARD_WEEK = 14


Layout = tuple[Mapping[Row, int], ...]
"""How many rows each programme takes for each of its elements."""

# Rows of the blocks. Customer columns come first, in the order above; then each firm column for all firms;
# then each programme column for all programmes.
(
    RATE, HAZARD, BASKET, SENSITIVITY, REFERENCE, TASTE_OUTSIDE, SATIATION, FATIGUE, GRIEVANCE,
) = range(9)  # fmt: skip
CUSTOMER_REALS = 9
TASTE, EXPECTATION, SATISFACTION, ATTACHMENT, REMEMBERED, TRUST, EQUITY, REGARD = range(8)
FIRM_REALS = 7
"""Float32 rows of each firm; one more, REGARD, in a market with a network."""
ALIVE, ENTERED, LAST_FIRM, COHORT, KNOWS, TIES, HAPPENED, GRIEVED, CONTRACT, STORY = range(10)
CUSTOMER_WHOLES = 10
MEMBER_SINCE, STAMPS, LOT = 0, 1, 2
PROGRAMME_WHOLES = 7
"""Whole rows of a programme: member_since, stamps, and five lots."""
COHORT_BASE = 16
"""Bit offset, in `cohort`, of the customers who were active when measuring began."""


def real_rows(firms: int, network: bool = False, accounts: bool = False) -> int:
    """Float32 rows of a market with this many firms; those of `worth` are the last."""
    return CUSTOMER_REALS + (FIRM_REALS + network + accounts) * firms


def whole_rows(firms: int, layout: Layout, accounts: bool = False) -> int:
    """Int32 rows of a market with this many firms, and programmes that take these rows; `served` is the last."""
    elements = sum(sum(rows.values()) for rows in layout)
    return CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * len(layout) + elements + accounts


def element_rows(firms: int, layout: Layout) -> list[list[int]]:
    """First row of each element of each programme, -1 where it has none: programme x Row."""
    at = CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * len(layout)
    table = []
    for rows in layout:
        firsts = []
        for row in Row:
            firsts.append(at if rows.get(row) else -1)
            at += rows.get(row, 0)
        table.append(firsts)
    return table


def find(name: str) -> Column:
    """The column of this name; KeyError names those that are."""
    for column in COLUMNS:
        if column.name == name:
            return column
    raise KeyError(f"no column {name!r}; columns are {', '.join(c.name for c in COLUMNS)}")


def row_of(
    name: str, which: int, firms: int, part: int = 0, layout: Layout = ()
) -> tuple[Literal["float32", "int32"], int]:
    """Array and row of a column; `which` is the firm or programme number. KeyError for an element not there."""
    column = find(name)
    same = [c for c in COLUMNS if c.dtype == column.dtype]
    if column.scope == "customer":
        return column.dtype, [c.name for c in same if c.scope == "customer"].index(name)
    if column.scope in ("firm", "network"):
        first = sum(c.scope == "customer" for c in same)
        kind = [c.name for c in same if c.scope in ("firm", "network")].index(name)
        return column.dtype, first + kind * firms + which
    if column.scope == "element":
        row = element_rows(firms, layout)[which][Row[name.upper()]]
        if row < 0:
            raise KeyError(f"programme {which} has no element that needs the column {name!r}")
        return column.dtype, row + part
    kind = {"member_since": MEMBER_SINCE, "stamps": STAMPS, "lots": LOT}[name]
    return column.dtype, CUSTOMER_WHOLES + firms + which * PROGRAMME_WHOLES + kind + part


def bytes_per_customer(firms: int, layout: Layout, network: bool = False, accounts: bool = False) -> int:
    """Bytes of state a customer takes, in a full block; the network itself comes on top."""
    return 4 * (real_rows(firms, network, accounts) + whole_rows(firms, layout, accounts))
