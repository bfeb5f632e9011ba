"""Posted prices of brands: a table with the columns `date,brand,price`, in any order, read and checked.

A price holds from its date until the brand's next one; so a row a week, a row a day, or a row a change will do.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.cells import amount_reader, date_reader
from sim.calibration.transactions import LogError, _bytes, _cells, _decoded, _read, as_day

COLUMNS = ("date", "brand", "price")


@dataclass(frozen=True, eq=False)
class PriceTable:
    """Prices, one entry a brand and date, in the order of brand and time. day: counted from 1970-01-01."""

    name: str
    sha256: str
    brands: tuple[str, ...]
    brand: NDArray[np.int64]
    day: NDArray[np.int64]
    price: NDArray[np.float64]

    def until(self, end: dt.date) -> PriceTable:
        """The table as it stood at the end of this day; LogError when nothing is left."""
        keep = self.day <= as_day(end)
        if not keep.any():
            raise LogError(self.name, [(None, f"no price on or before {end}; add the prices of those days")])
        return replace(self, brand=self.brand[keep], day=self.day[keep], price=self.price[keep])

    def asked(self, brand: str, days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Price of a brand on each of these days; NaN before its first one, and for a brand not in the table."""
        mine = self.brand == self.brands.index(brand) if brand in self.brands else np.zeros(0, np.bool_)
        if not mine.any():
            return np.full(len(days), np.nan)
        day, price = self.day[mine], self.price[mine]
        place = np.searchsorted(day, days, side="right") - 1
        found: NDArray[np.float64] = np.where(place >= 0, price[np.maximum(place, 0)], np.nan)
        return found


def read_prices(path: str | Path) -> PriceTable:
    """Read and check a table of prices; separators, quotes and dates are understood as in a purchase log.

    Raises LogError, which lists what is wrong by line (the first 20 faults).
    """
    path = Path(path)
    if path.is_file() and not path.read_bytes().strip():
        raise LogError(path.name, [(None, "is empty; its first line must be date,brand,price")])
    data = _bytes(path)
    text, _ = _decoded(path.name, data)
    header, separator = _header(text)
    place = _columns(path.name, header)
    rows, faults = _cells(text, separator, len(header))
    if not rows and not faults:
        raise LogError(path.name, [(None, "has a header but no rows; add one row a brand and date")])
    read_date = date_reader(row[place["date"]] for _, row in rows)
    read_price = amount_reader(row[place["price"]] for _, row in rows)
    brands: dict[str, int] = {}
    currencies: dict[str, int] = {}
    found: dict[tuple[int, int], tuple[float, int]] = {}
    for line, row in rows:
        brand = " ".join(row[place["brand"]].split())
        if not brand:
            faults.append((line, "the brand is empty; fill it in or delete the row"))
        date = _read(read_date, row[place["date"]], line, faults)
        money = _read(read_price, row[place["price"]], line, faults)
        if money is not None and money[0] <= 0:
            faults.append((line, f"the price {money[0]:g} is not above zero; correct it or delete the row"))
            continue
        if not brand or date is None or money is None:
            continue
        if money[1]:
            currencies.setdefault(money[1], line)
        key = brands.setdefault(brand, len(brands)), as_day(date)
        before = found.setdefault(key, (money[0], line))
        if before[0] != money[0]:
            faults.append(
                (line, f"another price of '{brand}' on {date} than in line {before[1]}; keep one of them")
            )
    if len(currencies) > 1:
        shown = ", ".join(f"{code} (line {line})" for code, line in currencies.items())
        faults.append((None, f"mixes currencies: {shown}; convert all prices to one"))
    if faults:
        raise LogError(path.name, sorted(faults, key=lambda fault: fault[0] or 0))
    keys = sorted(found)
    return PriceTable(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        brands=tuple(brands),
        brand=np.array([brand for brand, _ in keys], np.int64),
        day=np.array([day for _, day in keys], np.int64),
        price=np.array([found[key][0] for key in keys]),
    )


def _header(text: str) -> tuple[list[str], str]:
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(",;\t|", key=first.count)
    return [cell.strip().lower() for cell in next(csv.reader([first], delimiter=separator))], separator


def _columns(name: str, header: list[str]) -> dict[str, int]:
    faults: list[tuple[int | None, str]] = []
    unknown = [cell for cell in header if cell not in COLUMNS]
    for column in COLUMNS:
        if header.count(column) > 1:
            faults.append((1, f"the column '{column}' stands {header.count(column)} times; keep one"))
        elif column not in header:
            near = difflib.get_close_matches(column, unknown, n=1, cutoff=0.4)
            hint = f"rename '{near[0]}' to '{column}' if that is it" if near else f"found {', '.join(header)}"
            faults.append((1, f"no column '{column}'; {hint}"))
    if faults:
        raise LogError(name, faults)
    return {column: header.index(column) for column in COLUMNS}
