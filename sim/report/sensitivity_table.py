"""A sensitivity analysis for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.report.picture import GREY
from sim.report.sensitivity import SAID
from sim.report.units import MISSING, Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments import Sensitivity


def table(result: Sensitivity, metric: str) -> Table:
    """The factors of one metric for the terminal: the main index, both of its intervals, and the verdict."""
    ranked = result.ranked(metric)
    size = largest(float(n) for n in ranked["value"] if n == n)
    plain = result.method == "sobol"
    units = (
        Scale(1.0, "share of the variance") if plain else scale(result.unit(metric), size, difference=True)
    )
    what = {"morris": "mu*", "sobol": "ST", "one_at_a_time": "swing"}[result.method]
    name = metric.replace("_", " ")
    shown = Table(
        title=Text(f"{name}: {what}, {units.unit}"),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    shown.add_column("factor", no_wrap=True)
    # One at a time there is no choice of points.
    spans = [("95 % over points", "low", "high")] if result.method != "one_at_a_time" else []
    spans.append(("95 % over worlds", "worlds_low", "worlds_high"))
    for header in (what, *(header for header, _, _ in spans)):
        shown.add_column(Text(header), justify="right", no_wrap=True)
    shown.add_column("", style=GREY, no_wrap=True)
    for row in ranked.itertuples():
        half = row.high - row.low if row.low == row.low else row.worlds_high - row.worlds_low
        precision = half / 2 if half == half and half > 0 else None

        def show(value: float, precision: float | None = precision) -> str:
            return units.show(None if value != value else value, precision=precision)

        said = []
        for _, first, last in spans:
            low, high = getattr(row, first), getattr(row, last)
            said.append(MISSING if low != low else f"{show(low)} to {show(high)}")
        shown.add_row(Text(row.factor), show(row.value), *said, SAID.get(row.verdict, ""))
    return shown
