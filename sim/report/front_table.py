"""The front for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.report.tables import UNSURE
from sim.report.units import MISSING, Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments.optimise import Front
    from sim.experiments.statistics import Interval
    from sim.experiments.study.optimise import Objective

SHOWN = ("front", "perhaps")
"""Places whose points are shown."""


def table(front: Front) -> Table:
    """A row a point that is on the front, or may be: levers, objectives in fresh worlds, how sure its place is."""
    world = front.study.world
    found = Table(
        title=Text(f"Front of '{front.block.design}' at {world.focus}, in {front.block.fresh} fresh worlds"),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    found.add_column("point", no_wrap=True)
    for lever in front.study.levers:
        found.add_column(Text(lever.replace("_", "_\n")), justify="right", no_wrap=True)
    shown = [i for i, place in enumerate(front.places) if place in SHOWN]
    columns = []
    for aim in front.objectives:
        columns.append(_column(found, front, aim, shown))
    found.add_column("P of\nfront", justify="right", no_wrap=True)
    for row, i in enumerate(shown):
        chance = front.chances[i]
        found.add_row(
            front.labels[i] + ("*" if front.beaten[i] else ""),
            *(Text(_plain(value)) for value in front.candidates[i].levers.values()),
            *(column[row] for column in columns),
            MISSING if chance != chance else f"{chance:.2f}",
            style=UNSURE if front.places[i] == "perhaps" else "",
        )
    found.caption = Text(
        "± half of the 95 % interval. P of front: share of resampled worlds in which the point is on the front. "
        f"Change: to '{front.reference}', in the same worlds. Points that are dominated, but perhaps by "
        "chance, are shown too."
        + (f" *: '{front.reference}' as it stands dominates it." if front.beaten[shown].any() else "")
    )
    found.caption_justify = "left"
    return found


def _column(found: Table, front: Front, aim: Objective, shown: list[int]) -> list[str]:
    """A mean is shown as its change to the reference, which is paired and so far surer than the mean itself."""
    gain = aim.against is None and aim.over == "mean"
    intervals = [front.gain(i, aim.metric) if gain else front.found(i, aim) for i in shown]
    difference = gain or aim.against is not None
    units = scale(front.unit(aim.metric), largest(one.mean for one in intervals), difference=difference)
    name = f"{aim.metric},\nchange" if gain else aim.name.replace(" against ", "\nagainst ")
    head = f"{name}\n{units.unit}".replace("_", " ").replace("percentage points", "% points")
    # A column is never too narrow for its longest word: that would be cut.
    found.add_column(Text(head), justify="right", min_width=max(map(len, head.split())))
    return [_cell(units, one, signed=difference) for one in intervals]


def _cell(units: Scale, one: Interval, *, signed: bool) -> str:
    if one.mean is None or one.low is None or one.high is None:
        return units.show(one.mean, signed=signed)
    half = (one.high - one.low) / 2
    if not signed:
        return units.show(one.mean, precision=half)
    return f"{units.show(one.mean, signed=signed, precision=half)} ± {units.show(half, precision=half)}"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
