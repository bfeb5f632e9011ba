"""What stands in the column `member` of a log: yes or no, or the date on which the customer joined.

One day a row stands for both: the day from which the customer is a member as far as that row knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from sim.calibration.cells import Unreadable, date_reader

EVER = -(2**62)
"""A member at this purchase; since when is not said."""
NEVER = 2**62
"""Not a member at this purchase."""

_YES = {"yes", "y", "true", "t", "1", "1.0", "member", "ja", "j", "wahr", "oui", "o", "si", "sí", "x"}
_NO = {"no", "n", "false", "f", "0", "0.0", "non-member", "nonmember", "nein", "falsch", "non", "none"}
_EMPTY = {"", "na", "n/a", "nan", "null", "nat", "-"}
_EPOCH = dt.date(1970, 1, 1)


def joining_reader(cells: Iterable[str]) -> Callable[[str], int]:
    """A function that reads a cell of this column into the day of joining (from 1970-01-01), EVER or NEVER.

    Yes and no are understood in the usual spellings and in German, French, Italian and Spanish. Where the
    column holds dates, an empty cell says that the customer has not joined; in a column of yes and no an empty
    cell is a fault. The function returned raises `Unreadable`.
    """
    column = {cell.strip() for cell in cells}
    others = {c for c in column if c.lower() not in _YES | _NO | _EMPTY}
    read_date = date_reader(others)

    def read(cell: str) -> int:
        text = cell.strip()
        word = text.lower()
        if word in _YES:
            return EVER
        if word in _NO:
            return NEVER
        if word in _EMPTY:
            if others:
                return NEVER
            raise Unreadable("the member cell is empty; write yes or no, or the date of joining")
        try:
            return (read_date(text) - _EPOCH).days
        except Unreadable as why:
            if any(c.isdigit() for c in text) and len(text) >= 6:
                raise Unreadable(f"member: {why}") from None
            raise Unreadable(
                f"member '{text}' is neither yes nor no nor a date; write yes, no or YYYY-MM-DD"
            ) from None

    return read
