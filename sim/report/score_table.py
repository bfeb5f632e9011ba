"""A score card for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.report.picture import GREY
from sim.report.units import MISSING

if TYPE_CHECKING:
    import pandas as pd

LOOKS = {"fail": "bold red", "echo": GREY, "checked": GREY, "pass": "green"}


def table(card: pd.DataFrame) -> Table:
    """The rows of a card, failures first."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("row", "verdict"):
        shown.add_column(name, no_wrap=True)
    for name in ("interval", "simulated"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("kind", no_wrap=True)
    shown.add_column("finding")
    for row in card.itertuples():
        sign = isfinite(row.sign_holds) or not (isfinite(row.low) and isfinite(row.high))
        if sign:
            wanted = "> 0" if row.low == 0 else "< 0"
            found = f"{row.sign_holds:.0%} of worlds" if isfinite(row.sign_holds) else MISSING
        else:
            wanted = f"{row.low:g} to {row.high:g}"
            error = f" ± {row.error:.2g}" if isfinite(row.error) else ""
            found = f"{row.simulated:.3g}{error}" if isfinite(row.simulated) else MISSING
        shown.add_row(
            row.id,
            Text(row.verdict + (", close" if row.close else ""), style=LOOKS[row.verdict]),
            wanted,
            found,
            f"{row.role} {row.tier}",
            Text(f"{row.quantity} ({row.mechanism})"),
        )
    return shown


def scores_table(title: str, scores: Mapping[str, Mapping[str, float]]) -> Table:
    """Scores of several models side by side."""
    shown = Table(title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    shown.add_column("")
    for model in scores:
        shown.add_column(Text(model), justify="right", no_wrap=True)
    for score in dict.fromkeys(name for found in scores.values() for name in found):
        values = [found.get(score, float("nan")) for found in scores.values()]
        shown.add_row(score, *(f"{value:.4g}" if isfinite(value) else MISSING for value in values))
    return shown


def goals_table(goals: pd.DataFrame) -> Table:
    """Goals, and whether they are reached."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("goal", "figure", "market", "must", "", "should", ""):
        shown.add_column(name, justify="right" if name == "market" else "left", no_wrap=name != "figure")
    said = {True: Text("yes", style=LOOKS["pass"]), False: Text("no", style=LOOKS["fail"])}
    for row in goals.to_dict(orient="records"):
        too = row["reached too"]
        shown.add_row(
            f"{row['goal']} {row['task']}",
            row["figure"],
            f"{row['value']:.4g}",
            row["must"],
            said[bool(row["reached"])],
            row["should"],
            Text("") if too is None else said[bool(too)],
        )
    return shown
