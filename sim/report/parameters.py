"""Parameter uncertainty beside chance, as a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sim.report.tables import plain_table
from sim.report.units import MISSING, largest, scale

if TYPE_CHECKING:
    from rich.table import Table

    from sim.experiments import Comparison


def table(result: Comparison, metric: str) -> Table | None:
    """A row a design but the first: what parameters have in its change, and where this lies over them.

    None where the scenario's numbers are known, or where its draws have one world each.
    """
    known = result.uncertainty
    if known is None or not known.told_apart or not known.parts:
        return None
    rows = {design: row[metric] for design, row in known.parts.items()}
    ends = [end for one in rows.values() for end in (one.effect_low, one.effect_high)]
    units = scale(result.unit(metric), largest(ends), difference=True)
    share = scale("share", 1.0)
    found = plain_table(f"Parameters beside chance: change of {metric} to '{result.designs[0]}'")
    found.add_column("design", overflow="fold")
    for head in (
        "parameters, % of the\nvariance in one world",
        f"over the parameters, 95 %\n{units.unit}",
        "P(better) over\nthe parameters",
    ):
        found.add_column(Text(head), justify="right", no_wrap=True)
    for design, one in rows.items():
        shares = [share.show(value, precision=0.1) for value in (one.share, one.share_low, one.share_high)]
        low, high = one.effect_low, one.effect_high
        precision = None if low is None or high is None else (high - low) / 2
        effect = [units.show(end, signed=True, precision=precision) for end in (low, high)]
        found.add_row(
            Text(design),
            MISSING if one.share is None else f"{shares[0]} [{shares[1]}, {shares[2]}]",
            MISSING if precision is None else f"{effect[0]} to {effect[1]}",
            MISSING if one.p_better is None else f"{one.p_better:.3f}",
        )
    return found
