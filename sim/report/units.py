"""Numbers as people read them: shares as per cent, much money in thousands, never a false precision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

MISSING = "–"
MOST_PLACES = 6


@dataclass(frozen=True)
class Scale:
    """How the numbers of one metric are shown: multiplied by `factor`, named `unit`."""

    factor: float
    unit: str

    def show(self, value: float | None, *, signed: bool = False, precision: float | None = None) -> str:
        """A number with three digits that count, or (precision: half of its interval) as many as are sure."""
        if value is None:
            return MISSING
        places = _places(value * self.factor, 3) if not precision else _places(precision * self.factor, 2)
        return _number(value * self.factor, places, signed)


def _places(value: float, digits: int) -> int:
    """Decimal places that leave this many significant digits; digits before the point are never dropped."""
    return 0 if value == 0 else min(MOST_PLACES, max(0, digits - 1 - floor(log10(abs(value)))))


def _number(value: float, places: int, signed: bool) -> str:
    text = f"{value:+,.{places}f}" if signed else f"{value:,.{places}f}"
    return text if float(text.replace(",", "")) != 0 else text.lstrip("+-")


def largest(values: Iterable[float | None]) -> float:
    """The largest size among the values that exist; 0 where there is none."""
    return max((abs(value) for value in values if value is not None), default=0.0)


def scale(unit: str, size: float, *, difference: bool = False) -> Scale:
    """The scale for numbers up to `size` of a unit; a difference of shares is in percentage points."""
    if unit.startswith("share"):
        return Scale(
            100.0, "percentage points" if difference else f"% {unit.removeprefix('share').strip()}".strip()
        )
    if size >= 100_000_000:
        return Scale(1e-6, f"million {unit}")
    if size >= 1_000_000:
        return Scale(1e-3, f"thousand {unit}")
    return Scale(1.0, unit)
