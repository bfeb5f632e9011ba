"""What stands in one cell of a purchase log: dates and amounts as people and their spreadsheets write them.

A date such as 03/04/2024 and an amount such as 1,234 can be read in two ways. A single cell cannot settle
that, the whole column often can; where it cannot, the reader is asked, never guessed for.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY"}
"""Currency symbols that may stand in an amount, and the currency each is read as."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2}|UTC)?")


class Unreadable(ValueError):
    """A cell that cannot be read; its text says what is wrong and what would be right."""


class TwoReadings(Unreadable):
    """A cell that can be read in two ways, and nothing else in its column settles which."""


def _without_time(text: str) -> str:
    found = _TIME.search(text)
    return text[: found.start()] if found and found.end() == len(text) else text


def _day(text: str, year: str, month: str, day: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable(f"there is no day '{text}'; write dates as YYYY-MM-DD") from None


def date_reader(cells: Iterable[str]) -> Callable[[str], dt.date]:
    """A function that reads a date cell of this column.

    Year first (2024-03-31, 2024/3/31, 20240331) and year last (31.03.2024, 3/31/2024) are understood, each
    with or without a time of day. Whether a column with the year last puts the day or the month first is
    settled by a number above 12 in it. The function returned raises `Unreadable` for any other cell.
    """
    day_first = month_first = False
    for text in set(cells):
        found = _YEAR_LAST.fullmatch(_without_time(text.strip()))
        if found:
            day_first |= int(found[1]) > 12 or found[2] == "."
            month_first |= int(found[3]) > 12
    known: dict[str, dt.date] = {}

    def read(text: str) -> dt.date:
        if text in known:
            return known[text]
        bare = _without_time(text.strip())
        if found := _YEAR_FIRST.fullmatch(bare):
            day = _day(text, found[1], found[3], found[4])
        elif found := _COMPACT.fullmatch(bare):
            day = _day(text, found[1], found[2], found[3])
        elif found := _YEAR_LAST.fullmatch(bare):
            if day_first == month_first:
                raise TwoReadings(
                    f"'{text}' may be day-month or month-day, and the column does not settle which; "
                    "write dates as YYYY-MM-DD"
                )
            month, first = (found[3], found[1]) if day_first else (found[1], found[3])
            day = _day(text, found[4], month, first)
        else:
            raise Unreadable(f"'{text}' is not a date; write dates as YYYY-MM-DD, such as 2024-03-31")
        known[text] = day
        return day

    return read


_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d*")
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_CODE = re.compile(r"\A([A-Z]{3})\b|\b([A-Z]{3})\Z")


def split_currency(text: str) -> tuple[str, str | None]:
    """An amount cell without its currency mark, and the currency (three letters) that the mark names."""
    bare, currency = text.strip(), None
    for symbol, code in SYMBOLS.items():
        if symbol in bare:
            bare, currency = bare.replace(symbol, "", 1).strip(), code
    if currency is None and (found := _CODE.search(bare)):
        currency = found[0]
        bare = (bare[: found.start()] + bare[found.end() :]).strip()
    return bare.replace("\u00a0", "").replace("\u202f", "").replace("'", ""), currency


def _decided(text: str) -> str | None:
    """'comma' or 'point' where the cell alone shows which one is the decimal mark, else None."""
    if _COMMA_DECIMAL.fullmatch(text) and not _COMMA_GROUPS.fullmatch(text):
        return "comma"
    if _PLAIN.fullmatch(text) and "." in text and len(text.rpartition(".")[2]) != 3:
        return "point"
    if _COMMA_GROUPS.fullmatch(text) and ("." in text or text.count(",") > 1):
        return "point"
    return None


def amount_reader(cells: Iterable[str]) -> Callable[[str], tuple[float, str | None]]:
    """A function that reads an amount cell of this column into (value, currency or None).

    Decimal points and decimal commas are understood, with groups of thousands; a column uses one of them.
    The function returned raises `Unreadable` for any other cell.
    """
    marks = {_decided(split_currency(text)[0]) for text in set(cells)}
    comma = "comma" in marks and "point" not in marks
    settled = comma or "point" in marks

    def read(text: str) -> tuple[float, str | None]:
        bare, currency = split_currency(text)
        if not bare:
            raise Unreadable("the amount is empty; delete the row or fill it in")
        if comma and (_COMMA_DECIMAL.fullmatch(bare) or _PLAIN.fullmatch(bare)):
            value = float(bare.replace(".", "").replace(",", "."))
        elif _PLAIN.fullmatch(bare):
            value = float(bare)
        elif _COMMA_GROUPS.fullmatch(bare):
            if not settled:
                raise TwoReadings(
                    f"'{text}' may mean thousands or decimals, and the column does not settle which; "
                    "write amounts as 1234.50"
                )
            value = float(bare.replace(",", ""))
        elif _COMMA_DECIMAL.fullmatch(bare):
            raise Unreadable(f"'{text}' has a decimal comma, other rows have a point; write 1234.50 in all")
        else:
            raise Unreadable(f"'{text}' is not a number; write amounts as 1234.50")
        if not math.isfinite(value):
            raise Unreadable(f"'{text}' is not a finite number")
        return value, currency

    return read
