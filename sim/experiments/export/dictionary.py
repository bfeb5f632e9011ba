"""What stands in each column of an export."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: name, unit, meaning."""

    name: str
    unit: str
    meaning: str


_WHO = Column(
    "customer_id", "name", "place in the market and person: C000017-2 is the second to hold place 17"
)
_WEEK = Column("week", "week", "week of the market, from 0, burn-in included")

TABLES: dict[str, tuple[Column, ...]] = {
    "transactions": (
        _WHO,
        Column("date", "date", "day of the purchase; within its week drawn, by category.weekdays"),
        Column("amount", "currency", "paid at the till, for goods that came back too"),
        Column("brand", "name", "firm"),
        _WEEK,
        Column("discount", "currency", "what member prices took off the posted price"),
        Column(
            "member",
            "0 or 1",
            "member of the programme in force at the firm, from this purchase on at the latest",
        ),
        Column("points_earned", "points", "earned by the purchase, welcome points included"),
        Column("points_redeemed", "points", "handed in for a reward at the purchase"),
        Column("returned", "0 or 1", "the goods came back within the week and the amount was refunded"),
    ),
    "ledger": (
        _WHO,
        Column("date", "date", "day of the purchase, or the first day of the week for all else"),
        _WEEK,
        Column("brand", "name", "firm that owns the programme"),
        Column("unit", "name", "points or stamps"),
        Column("kind", "name", "earn, redeem, expire or adjust"),
        Column(
            "reason",
            "name",
            "earn: purchase, bonus, outside; redeem: reward, cheque, programme_changed; expire: age, lost; adjust: "
            "returned_goods, stolen, given_back, household, membership_ended, programme_changed",
        ),
        Column("amount", "points or stamps", "what was added; below zero what was taken"),
        Column(
            "balance", "points or stamps", "on the account after it, pending points and vouchers included"
        ),
    ),
    "members": (
        _WHO,
        Column(
            "date",
            "date",
            "day of the purchase at which she joined, or first day of the week in which she left",
        ),
        _WEEK,
        Column("brand", "name", "firm that owns the programme"),
        Column("event", "name", "join or leave"),
    ),
    "surveys": (
        _WHO,
        Column("date", "date", "last day of the week of the survey"),
        _WEEK,
        Column("brand", "name", "firm that asked"),
        Column(
            "satisfaction", "index", "as stated: the true one and noise of 8 points; may lie outside 0 to 100"
        ),
        Column("recommend", "0 to 10", "how likely to recommend: 9 and 10 promoters, 0 to 6 detractors"),
    ),
    "contacts": (
        _WHO,
        Column("date", "date", "first day of the week"),
        _WEEK,
        Column("brand", "name", "firm that sent it"),
        Column("kind", "name", "contact, offer (personal, of a programme) or win_back"),
        Column("count", "contacts", "how many in the week"),
    ),
    "prices": (
        Column("date", "date", "first day of the week"),
        _WEEK,
        Column("brand", "name", "firm"),
        Column("price", "index", "posted price, 1 for the usual one"),
    ),
    "rfm": (
        _WHO,
        Column("frequency", "days", "days with purchases after the first such day"),
        Column("recency", "days", "from the first day with purchases to the last"),
        Column("T", "days", "from the first day with purchases to the last day of the log"),
        Column("monetary_value", "currency", "mean spent on days after the first; 0 where there is none"),
    ),
}
"""CSV files, by name."""

TRUTH: tuple[Column, ...] = (
    _WHO,
    Column("place", "number", "place in the market, from 1"),
    Column("person", "number", "which person to hold the place, from 1"),
    Column("segment", "name", "segment"),
    Column("entered_week", "week", "week in which she entered; 0 for those there at the start"),
    Column(
        "left_week", "week", "week at whose beginning she left the category; empty for who is still there"
    ),
    Column("purchase_rate", "per week", "category purchases that she sets out for, as she entered"),
    Column("leaving_hazard", "per week", "hazard of leaving the category for good"),
    Column("basket", "currency", "typical basket at usual prices"),
    Column("price_sensitivity", "logit per 100 % price", "price sensitivity"),
    Column(
        "preference_<firm>",
        "share",
        "share of the firm in her preferences, all else being equal; and of `outside`",
    ),
    Column("last_purchase_rate", "per week", "purchase_rate at the end, or before she left; rates drift"),
    Column("satisfaction_<firm>", "index 0-100", "true satisfaction at the end, or before she left"),
    Column("redraws", "number", "how often a trait of hers was drawn anew"),
)
"""truth.parquet: a row a customer."""

CUSTOMER_TABLES = ("transactions", "ledger", "members", "surveys", "contacts")

_MORE = """## truth.json

True parameters: `segments` (purchase rate and leaving as gamma distributions with shape r or s and mean r / alpha or
s / beta, in weeks and in days; baskets as lognormal sigmas; price sensitivity; preferences), `behaviour` (every
mechanism of the model), `firms`, `events`, `designs`, and `metrics` (all measures of the focal firm over the weeks
after the burn-in).

## What to know

- Only those who answered a survey are in it: that somebody was asked and did not answer leaves no trace.
- Whoever leaves the category does so at the beginning of a week. In a log this is seen only as silence.
- In rfm a purchase is a day with purchases, as in lifetimes and PyMC-Marketing; two on one day are one.
"""


def header(table: str) -> tuple[str, ...]:
    """Names of the columns of a CSV file."""
    return tuple(column.name for column in TABLES[table])


def text(tables: tuple[str, ...], *, currency: str, note: str) -> str:
    """The dictionary of an export as Markdown. note: what is exported, in a sentence."""
    parts = [f"# Data dictionary\n\n{note} Currency: {currency}.\n"]
    described = {f"{name}.csv": TABLES[name] for name in tables} | {"truth.parquet": TRUTH}
    for name, columns in described.items():
        rows = "\n".join(f"| `{c.name}` | {c.unit} | {c.meaning} |" for c in columns)
        parts.append(f"## {name}\n\n| column | unit | meaning |\n| --- | --- | --- |\n{rows}\n")
    return "\n".join([*parts, _MORE])
