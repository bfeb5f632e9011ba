"""A table of the page and of the workbook: one set of numbers, shown here and kept whole there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from sim.experiments.statistics import Interval
from sim.report.units import MISSING, Scale, largest, scale

PARTS = ("mean", "low", "high")


@dataclass(frozen=True)
class Number:
    """A cell with a number: how it is shown, and the number itself, or a mean with the ends of its interval."""

    text: str
    values: tuple[float | None, ...]

    @property
    def attributes(self) -> dict[str, str]:
        """The numbers as attributes of the cell, every digit of them; nothing where there is none."""
        return {
            f"data-{part}": repr(float(value))
            for part, value in zip(PARTS, self.values, strict=False)
            if value is not None
        }


@dataclass(frozen=True)
class Column:
    """A column: its name in the workbook (numbers in plain units), its head on the page, its cells."""

    name: str
    head: str
    cells: tuple[str | Number, ...]

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return any(isinstance(cell, Number) for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """A table; the first column names the rows. name: of its sheet, too."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    note: str = ""

    @property
    def rows(self) -> list[tuple[str | Number, ...]]:
        """The cells, row by row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))

    def frame(self) -> pd.DataFrame:
        """The same numbers, whole; an interval takes three columns."""
        found: dict[str, Any] = {}
        for column in self.columns:
            cells = column.cells
            width = max((len(cell.values) for cell in cells if isinstance(cell, Number)), default=0)
            if width == 0:
                found[column.name] = [str(cell) for cell in cells]
            for part in range(width):
                name = column.name if width == 1 else f"{column.name} {PARTS[part]}"
                found[name] = [cell.values[part] if isinstance(cell, Number) else None for cell in cells]
                found[name] = pd.array(found[name], dtype="Float64").to_numpy(
                    dtype=float, na_value=float("nan")
                )
        return pd.DataFrame(found)


def words(name: str, cells: Iterable[object]) -> Column:
    """A column of words."""
    return Column(name, name, tuple(str(cell) for cell in cells))


def figures(
    name: str, unit: str, values: Iterable[float | None], *, signed: bool = False, difference: bool = False
) -> Column:
    """A column of numbers of one unit, all on one scale."""
    known = [None if value is None or value != value else float(value) for value in values]
    shown = scale(unit, largest(known), difference=difference)
    cells = tuple(Number(shown.show(value, signed=signed), (value,)) for value in known)
    return Column(_named(name, unit), _named(name, shown.unit), cells)


def spans(
    name: str, unit: str, values: Iterable[Interval], *, signed: bool = False, difference: bool = False
) -> Column:
    """A column of means with their 95 % intervals, of one unit and on one scale."""
    known = list(values)
    shown = scale(unit, largest(interval.mean for interval in known), difference=difference)
    cells = tuple(Number(span(shown, i, signed=signed), (i.mean, i.low, i.high)) for i in known)
    return Column(_named(name, unit), _named(name, shown.unit), cells)


def span(shown: Scale, interval: Interval, *, signed: bool = False) -> str:
    """A mean with the ends of its interval, as many digits as are sure."""
    if interval.mean is None:
        return MISSING
    if interval.low is None or interval.high is None:
        return shown.show(interval.mean, signed=signed)
    if interval.low == interval.high:
        return shown.show(interval.mean, signed=signed)
    half = (interval.high - interval.low) / 2
    mean, low, high = (
        shown.show(value, signed=signed, precision=half)
        for value in (interval.mean, interval.low, interval.high)
    )
    return f"{mean} [{low}, {high}]"


def chance(value: float | None) -> Number:
    """A probability."""
    if value is None:
        return Number(MISSING, (None,))
    text = ">0.999" if value > 0.999 else "<0.001" if value < 0.001 else f"{value:.3f}"
    return Number(text, (value,))


def rows_of(table: pd.DataFrame, mean: str = "mean", low: str = "low", high: str = "high") -> list[Interval]:
    """The intervals of a table, row by row; NaN is none."""

    def known(value: Any) -> float | None:
        return None if value != value else float(value)

    columns = (table[mean], table[low], table[high])
    return [Interval(known(m), known(lo), known(hi)) for m, lo, hi in zip(*columns, strict=True)]


def chunked(names: Sequence[str], most: int, make: Callable[[Sequence[str], str], Grid]) -> list[Grid]:
    """As many tables as are needed for no more than so many designs side by side; numbered where there are several."""
    count = -(-len(names) // most)
    ends = [round(i * len(names) / count) for i in range(count + 1)]
    parts = [names[i:j] for i, j in pairwise(ends)]
    return [make(part, f" {i}" if len(parts) > 1 else "") for i, part in enumerate(parts, 1)]


def _named(name: str, unit: str) -> str:
    return f"{name}, {unit}" if unit and unit != "none" else name
