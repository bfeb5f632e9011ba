"""Tables of an explanation for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.experiments.explain import causes, families, lines
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments import Explanation

MARK = "*"


def tables(result: Explanation) -> list[Table]:
    """A table a part that there is something to say of. A star: the 95 % interval excludes 0."""
    metric = result.metric.replace("_", " ")
    found = []
    if len(result.shapley):
        rows = [(families.WORDS[r["family"]], r) for _, r in result.shapley.iterrows()]
        found.append(_table(f"{metric}: families of mechanisms (Shapley)", "family", rows, result.unit))
    matters = result.mechanisms[result.mechanisms["matters"]] if len(result.mechanisms) else result.mechanisms
    if len(matters):
        rows = [(r["mechanism"], r.rename({"change": "mean"})) for _, r in matters.iterrows()]
        found.append(_table(f"{metric}: change of the difference without", "off", rows, result.unit))
    if len(result.lines):
        rows = [(lines.WORDS.get(r["line"], r["line"]), r) for _, r in result.lines.iterrows()]
        found.append(_table("profit, line by line", "line", rows, result.world.currency))
    if len(result.groups):
        own = result.groups[result.groups["measure"] == "contribution"]
        rows = [(_group(r), r) for _, r in own.iterrows()]
        found.append(_table("what customers bring", "group", rows, result.world.currency))
    if len(result.causes):
        own = result.causes[result.causes["by"].isin(["first", "turn", "rival"])]
        rows = [
            (f"{r['fate']}, {_BY[r['by']]}: {causes.WORDS.get(r['group'], r['group'])}", r)
            for _, r in own.iterrows()
        ]
        found.append(_table("who changed their mind, a world", "who", rows, "customers", signed=False))
    return found


_BY = {"first": "first", "turn": "turn", "rival": "else with"}


def _group(row: Any) -> str:
    return (
        f"decile {row['group']}"
        if row["by"] == "decile" and str(row["group"]).isdigit()
        else str(row["group"])
    )


def _table(
    title: str, head: str, rows: Sequence[tuple[str, Any]], unit: str, *, signed: bool = True
) -> Table:
    units = scale(unit, largest([float(row["mean"]) for _, row in rows]), difference=True)
    table = Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    table.add_column(head, overflow="fold")
    table.add_column(Text(units.unit), justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    for name, row in rows:
        table.add_row(Text(name), *_cells(units, row, signed=signed))
    return table


def _cells(units: Scale, row: Any, *, signed: bool) -> tuple[str, str]:
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if isnan(mean):
        return units.show(None), ""
    if isnan(low):
        return units.show(mean, signed=signed) + " ", ""
    half = (high - low) / 2 or None
    sure = MARK if low > 0 or high < 0 else " "
    shown = [units.show(end, signed=signed, precision=half) for end in (low, high)]
    return units.show(mean, signed=signed, precision=half) + sure, f"{shown[0]} to {shown[1]}"
