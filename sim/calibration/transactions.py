"""A purchase log: read, checked, and collapsed to the days on which each customer bought.

The file is a table with the columns `customer_id,date,amount`, optionally `brand`, `currency`, `member` and what
rewards.py reads, in any order. Everything that is wrong with it is said at once, with line and remedy (`LogError`);
what is odd but usable is said in `Log.notes`.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.calibration.cells import Unreadable, amount_reader, date_reader
from sim.calibration.joining import joining_reader
from sim.calibration.rewards import COLUMNS, RewardCells, Rewards

REQUIRED = ("customer_id", "date", "amount")
OPTIONAL = ("brand", "currency", "member", *COLUMNS)
MOST_FAULTS = 20
FEWEST_CUSTOMERS = 30
"""Below this, the spread between customers cannot be told from chance."""
EARLIEST = dt.date(1900, 1, 1)
_EPOCH = dt.date(1970, 1, 1)
_FORMATS = {
    b"PK\x03\x04": "an Excel or zip file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF file",
    b"SQLite format 3": "an SQLite file",
}


class LogError(ValueError):
    """A log that cannot be used; the text is the complete message, one line a fault."""

    def __init__(self, name: str, faults: list[tuple[int | None, str]]) -> None:
        self.faults = tuple(faults)
        shown = faults[:MOST_FAULTS]
        lines = [f"{name}:{line}  {what}" if line else f"{name}  {what}" for line, what in shown]
        if len(faults) > MOST_FAULTS:
            lines.append(f"and {len(faults) - MOST_FAULTS:,} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, eq=False)
class Log:
    """Purchases, one row a customer, day and (where brands are known) brand, in the order of time.

    `customer` and `brand` are positions in `customers` and `brands`; `day` counts from 1970-01-01; `amount`
    is the sum of the day in `currency`. All four have one entry a purchase.
    """

    name: str
    sha256: str
    rows: int
    """data rows of the file"""
    currency: str | None
    customers: tuple[str, ...]
    brands: tuple[str, ...]
    """empty where the log has no brand column"""
    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    amount: NDArray[np.float64]
    brand: NDArray[np.int64]
    """all 0 where the log has no brand column"""
    notes: tuple[str, ...] = ()
    joined: NDArray[np.int64] | None = None
    """day of joining, as the purchase's row says it (see `joining`); None without a member column"""
    rewards: Rewards | None = None
    """points and coupons; None where the log has no such column"""

    @property
    def first_date(self) -> dt.date:
        return as_date(int(self.day.min()))

    @property
    def last_date(self) -> dt.date:
        return as_date(int(self.day.max()))

    def until(self, end: dt.date) -> Log:
        """The log as it stood at the end of this day, without later rows and customers first seen later.

        Raises LogError when nothing is left.
        """
        return self._only(self.day <= as_day(end), f"no purchase on or before {end}")

    def seen_by(self, end: dt.date) -> Log:
        """The customers first seen on or before this day, with all their purchases."""
        first = np.full(len(self.customers), np.iinfo(np.int64).max)
        np.minimum.at(first, self.customer, self.day)
        return self._only(first[self.customer] <= as_day(end), f"no customer first seen on or before {end}")

    def _only(self, keep: NDArray[np.bool_], otherwise: str) -> Log:
        if not keep.any():
            raise LogError(
                self.name, [(None, f"{otherwise}; it runs from {self.first_date} to {self.last_date}")]
            )
        people, customer = np.unique(self.customer[keep], return_inverse=True)
        return replace(
            self,
            customers=tuple(self.customers[i] for i in people),
            customer=customer.astype(np.int64),
            day=self.day[keep],
            amount=self.amount[keep],
            brand=self.brand[keep],
            joined=None if self.joined is None else self.joined[keep],
            rewards=self.rewards and self.rewards.only(keep),
        )

    def days(self) -> Log:
        """The log without its brands: one purchase a customer and day, amounts added up."""
        if not self.brands:
            return self
        return collapsed(replace(self, brands=(), brand=np.zeros_like(self.brand)))


def as_day(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - _EPOCH).days


def as_date(day: int) -> dt.date:
    """The date of a day counted from 1970-01-01."""
    return _EPOCH + dt.timedelta(days=day)


def parse_date(value: dt.date | str) -> dt.date:
    """A date given as such or as YYYY-MM-DD; ValueError says what is wrong."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return date_reader([value])(value)
    except Unreadable as why:
        raise ValueError(str(why)) from None


def read_log(
    path: str | Path, *, today: dt.date | None = None, fewest_customers: int = FEWEST_CUSTOMERS
) -> Log:
    """Read and check a purchase log.

    Comma, semicolon, tab and bar are understood as separators; quotes, byte-order marks and any line ending
    too. Negative amounts are taken for returns and dropped, amounts of zero count as a purchase but not as
    spending, equal rows are kept: all are counted in the notes. today: dates after it are faults (default:
    the clock's).

    Raises LogError, which lists what is wrong by line (the first 20 faults).
    """
    path = Path(path)
    data = _bytes(path)
    text, notes = _decoded(path.name, data)
    header, separator = _header(path.name, text)
    columns = _columns(path.name, header)
    rows, faults = _cells(text, separator, len(header))
    if not rows and not faults:
        raise LogError(path.name, [(None, "has a header but no rows; add one row a purchase")])
    log = _read_rows(path.name, rows, faults, columns, today or dt.date.today(), notes)
    log = replace(log, sha256=hashlib.sha256(data).hexdigest(), rows=len(rows))
    if len(log.customers) < fewest_customers:
        raise LogError(
            path.name,
            [(None, f"has {len(log.customers)} customers; at least {fewest_customers} are needed for a fit")],
        )
    return log


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LogError(str(path), [(None, "does not exist; give the path of a CSV file")]) from None
    except IsADirectoryError:
        raise LogError(str(path), [(None, "is a folder; give the path of a CSV file")]) from None
    except OSError as why:
        raise LogError(str(path), [(None, f"cannot be read: {why.strerror}")]) from None
    if not data.strip():
        raise LogError(path.name, [(None, "is empty; its first line must be customer_id,date,amount")])
    return data


def _decoded(name: str, data: bytes) -> tuple[str, list[str]]:
    for start, kind in _FORMATS.items():
        if data.startswith(start):
            raise LogError(name, [(None, f"is {kind}, not a CSV file; export the table as CSV")])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), []
    if b"\x00" in data:
        raise LogError(name, [(None, "is a binary file, not a CSV file; export the table as CSV")])
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), ["the file is not UTF-8; it was read as Windows-1252"]


def _header(name: str, text: str) -> tuple[list[str], str]:
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(",;\t|", key=first.count)
    header = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=separator))]
    if not set(header) & {*REQUIRED, *OPTIONAL} and (
        first.count(separator) == 0 or any(c.isdigit() for c in first)
    ):
        raise LogError(name, [(1, "the first line must name the columns: customer_id,date,amount[,brand]")])
    return header, separator


def _columns(name: str, header: list[str]) -> dict[str, int]:
    """Position of each column; a missing or doubled one is a fault."""
    faults: list[tuple[int | None, str]] = []
    for column in (*REQUIRED, *OPTIONAL):
        if header.count(column) > 1:
            faults.append((1, f"the column '{column}' stands {header.count(column)} times; keep one"))
    unknown = [cell for cell in header if cell not in (*REQUIRED, *OPTIONAL)]
    for column in REQUIRED:
        if column not in header:
            near = difflib.get_close_matches(column, unknown, n=1, cutoff=0.4)
            hint = f"rename '{near[0]}' to '{column}' if that is it" if near else f"found {', '.join(header)}"
            faults.append((1, f"no column '{column}'; {hint}"))
    if faults:
        raise LogError(name, faults)
    return {column: header.index(column) for column in (*REQUIRED, *OPTIONAL) if column in header}


_Cell = TypeVar("_Cell")
_Row = tuple[int, list[str]]
_Faults = list[tuple[int | None, str]]


def _numbered(text: str, separator: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            yield line + 1, [f"\x00{why}"]
            return
        yield line + 1, row
        line = reader.line_num


def _cells(text: str, separator: str, width: int) -> tuple[list[_Row], _Faults]:
    """The rows below the header with their line numbers, and those of the wrong width as faults."""
    rows: list[_Row] = []
    faults: _Faults = []
    header_seen = False
    for line, row in _numbered(text, separator):
        if not any(cell.strip() for cell in row):
            continue
        if not header_seen:
            header_seen = True
        elif len(row) != width:
            broken = row[0].startswith("\x00")
            what = row[0][1:] if broken else f"{len(row)} fields where the header has {width}"
            faults.append((line, f"{what}; check the quotes and separators of this line"))
        else:
            rows.append((line, row))
    return rows, faults


def _read_rows(
    name: str, rows: list[_Row], faults: _Faults, columns: dict[str, int], today: dt.date, notes: list[str]
) -> Log:
    read_date = date_reader(row[columns["date"]] for _, row in rows)
    read_amount = amount_reader(row[columns["amount"]] for _, row in rows)
    read_joined = joining_reader(row[columns["member"]] for _, row in rows) if "member" in columns else None
    joined: list[int] = []
    people: dict[str, int] = {}
    brands: dict[str, int] = {}
    currencies: dict[str, int] = {}
    purchases: list[tuple[int, int, float, int]] = []
    reward_cells = RewardCells(columns, (row for _, row in rows))
    returns = zeros = 0
    for line, row in rows:
        before = len(faults)
        person = row[columns["customer_id"]].strip()
        if not person:
            faults.append((line, "the customer_id is empty; fill it in or delete the row"))
        date = _read(read_date, row[columns["date"]], line, faults)
        if date is not None and date > today:
            faults.append((line, f"the date {date} lies in the future; correct it"))
        elif date is not None and date < EARLIEST:
            faults.append((line, f"the date {date} is before {EARLIEST}; correct it"))
        money = _read(read_amount, row[columns["amount"]], line, faults)
        brand = " ".join(row[columns["brand"]].split()) if "brand" in columns else ""
        if "brand" in columns and not brand:
            faults.append((line, "the brand is empty; fill it in or delete the row"))
        member = _read(read_joined, row[columns["member"]], line, faults) if read_joined else None
        currency = row[columns["currency"]].strip().upper() if "currency" in columns else ""
        for code in (currency, money[1] if money else None):
            if code:
                currencies.setdefault(code, line)
        entry, wrong = reward_cells.read(row)
        faults.extend((line, what) for what in wrong)
        if len(faults) > before or date is None or money is None:
            continue
        if money[0] < 0:
            returns += 1
            continue
        zeros += money[0] == 0
        if member is not None:
            joined.append(member)
        reward_cells.keep(entry)
        purchases.append(
            (
                people.setdefault(person, len(people)),
                as_day(date),
                money[0],
                brands.setdefault(brand, len(brands)),
            )
        )
    if len(currencies) > 1:
        found = ", ".join(f"{code} (line {line})" for code, line in currencies.items())
        faults.append((None, f"mixes currencies: {found}; convert all amounts to one"))
    if faults:
        raise LogError(name, sorted(faults, key=lambda fault: fault[0] or 0))
    if not any(amount > 0 for _, _, amount, _ in purchases):
        raise LogError(name, [(None, "has no row with an amount above zero; nothing was bought")])
    if returns:
        notes.append(f"{returns:,} rows with a negative amount were taken for returns and dropped")
    if zeros:
        notes.append(f"{zeros:,} rows with an amount of zero count as purchases, not as spending")
    repeated = sum(n - 1 for n in Counter(purchases).values())
    if repeated:
        notes.append(f"{repeated:,} rows repeat another row exactly and were kept; delete double entries")
    table = np.array([(c, d, b) for c, d, _, b in purchases], dtype=np.int64)
    by_customer = np.lexsort((table[:, 1], table[:, 0]))
    if (np.diff(table[:, 1]) < 0).any() and (np.diff(by_customer) < 0).any():
        notes.append("the rows are not in the order of time; they were sorted")
    log = Log(
        name=name,
        sha256="",
        rows=len(rows),
        currency=next(iter(currencies), None),
        customers=tuple(people),
        brands=tuple(brands) if "brand" in columns else (),
        customer=table[:, 0],
        day=table[:, 1],
        amount=np.array([amount for _, _, amount, _ in purchases]),
        brand=table[:, 2] if "brand" in columns else np.zeros(len(table), np.int64),
        notes=tuple(notes),
        joined=np.array(joined, dtype=np.int64) if read_joined else None,
        rewards=reward_cells.rewards(),
    )
    return collapsed(log)


def _read(reader: Callable[[str], _Cell], cell: str, line: int, faults: _Faults) -> _Cell | None:
    try:
        return reader(cell)
    except Unreadable as why:
        faults.append((line, str(why)))
        return None


def collapsed(log: Log) -> Log:
    """One entry a customer, day and brand, in the order of day, customer, brand."""
    keys = np.stack([log.day, log.customer, log.brand])
    unique, where = np.unique(keys, axis=1, return_inverse=True)
    amount = np.bincount(where.ravel(), weights=log.amount, minlength=unique.shape[1])
    joined = None
    if log.joined is not None:
        joined = np.full(unique.shape[1], np.iinfo(np.int64).max)
        np.minimum.at(joined, where.ravel(), log.joined)
    rewards = log.rewards and log.rewards.summed(where.ravel(), unique.shape[1])
    purchases = {"day": unique[0], "customer": unique[1], "brand": unique[2]}
    return replace(log, **purchases, amount=amount.astype(np.float64), joined=joined, rewards=rewards)
