"""Rows: published findings as `findings.csv` lists them, and the verdict on what the simulator says to one."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import inf, isfinite, nan, sqrt
from typing import Literal

import numpy as np

from sim.experiments.errors import ExperimentError

SIGN_HOLDS = 0.95
"""Share of replicates in which a published sign must hold."""
PRECISE = 1 / 3
"""Of the width of an interval of acceptance: a Monte-Carlo interval narrower than this needs no more replicates."""


@dataclass(frozen=True)
class Row:
    """One finding. low, high: the mean must lie between; of a sign, 0 stands at the side that it must not cross.

    tier: A experiment, meta-analysis, large panel or law; B one good study; C trade source. role: CAL rows may be used
    to choose defaults, VAL rows never, CHECK rows are printed only. status: how well the value itself is known.
    """

    id: str
    tier: Literal["A", "B", "C"]
    role: Literal["CAL", "VAL", "CHECK"]
    mechanism: str
    quantity: str
    value: float
    value_kind: str
    low: float
    high: float
    source: str
    status: str
    setup: str

    @property
    def is_sign(self) -> bool:
        """Whether only a direction was published."""
        return self.quantity.startswith("sign ")

    @property
    def width(self) -> float:
        """Of the interval of acceptance; infinite for a sign."""
        return self.high - self.low


@cache
def rows() -> tuple[Row, ...]:
    """All rows, in the order of the file."""
    text = resources.files("sim.validation").joinpath("findings.csv").read_text(encoding="utf-8")
    found = []
    for line in csv.DictReader(text.splitlines()):
        low, high = line.pop("accept_low"), line.pop("accept_high")
        value = float(line.pop("value"))
        ends = {"low": float(low) if low else -inf, "high": float(high) if high else inf}
        found.append(Row(value=value, **ends, **line))  # type: ignore[arg-type]
    return tuple(found)


def chosen_rows(wanted: Iterable[str] | None = None, role: str | None = None) -> tuple[Row, ...]:
    """Rows whose id begins with one of these (`M`, `L07`, `F03a`), in the order of the file; None: all.

    ExperimentError where one of them is the beginning of none.
    """
    every = rows()
    if wanted is not None:
        wanted = tuple(wanted)
        for start in wanted:
            if not any(row.id.lower().startswith(start.lower()) for row in every):
                families = ", ".join(dict.fromkeys(row.id[:3] for row in every))
                raise ExperimentError(f"no finding is called '{start}'; findings are: {families}")
        starts = tuple(start.lower() for start in wanted)
        every = tuple(row for row in every if row.id.lower().startswith(starts))
    return tuple(row for row in every if role is None or row.role == role)


@dataclass(frozen=True)
class Verdict:
    """What a model says to a row.

    mean: over replicates that gave a number; error: standard error of that mean; held: share of replicates with the
    published sign (nan for a quantity); replicates: how many gave a number; failed: how many gave none.
    """

    row: Row
    mean: float
    error: float
    held: float
    replicates: int
    failed: int = 0
    echo: bool = False

    @classmethod
    def of(cls, row: Row, values: Iterable[float], *, echo: bool = False) -> Verdict:
        """From the values of the replicates; nan where one gave no number."""
        every = np.array(list(values), np.float64)
        known = every[np.isfinite(every)]
        n = len(known)
        mean = float(known.mean()) if n else nan
        error = float(known.std(ddof=1)) / sqrt(n) if n > 1 else nan
        held = nan
        if row.is_sign and n:
            held = float((known > 0).mean() if row.low == 0 else (known < 0).mean())
        return cls(row, mean, error, held, n, len(every) - n, echo)

    @property
    def agrees(self) -> bool:
        """Whether the mean lies in the interval, or the sign holds in 95 % of replicates; never if one gave none."""
        if self.failed or not self.replicates:
            return False
        if self.row.is_sign:
            return self.held >= SIGN_HOLDS
        return self.row.low <= self.mean <= self.row.high

    @property
    def word(self) -> str:
        """pass, fail; echo for a pass that was put in; checked for a row that is printed only."""
        if self.row.role == "CHECK":
            return "checked"
        return ("echo" if self.echo else "pass") if self.agrees else "fail"

    @property
    def is_close(self) -> bool:
        """Whether an end of the interval lies within two errors of the mean: other luck could turn the verdict."""
        if not isfinite(self.mean):
            return False
        if self.row.is_sign:
            spread = sqrt(max(self.held * (1 - self.held), 0.0) / self.replicates)
            return abs(self.held - SIGN_HOLDS) < 2 * spread
        ends = [end for end in (self.row.low, self.row.high) if isfinite(end)]
        return min(abs(self.mean - end) for end in ends) < 2 * self.error

    @property
    def is_off(self) -> bool:
        """Whether the row fails, and not by the luck of the replicates."""
        return not self.agrees and not self.is_close

    @property
    def is_precise(self) -> bool:
        """Whether more replicates are not needed: the 95 % interval is under a third of the width of acceptance."""
        return (not self.row.is_sign) and 2 * 1.96 * self.error < PRECISE * self.row.width
