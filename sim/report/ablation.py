"""The ablation table for the terminal: what changes where a mechanism is switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.measures import MEASURES
from sim.report.tables import BAD, GAP, GOOD, UNSURE
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments import Ablation
    from sim.experiments.statistics import Difference

FIRST = "as it stands"
"""The row with everything on: levels, under which the changes are read."""
MARK = "*"


def tables(result: Ablation, width: int = 120) -> list[Table]:
    """A row a mechanism, a column a metric: mean paired difference, marked where its interval excludes 0.

    Shown are the metrics that were asked for, or the headline where that is all of them. The first row is the
    level with everything on. As many metrics side by side as fit into `width` characters, then the next ones
    below.
    """
    names = [FIRST, *result.mechanisms]
    room, chunks = 0, list[list[tuple[str, list[Text], int]]]()
    for metric in result.shown:
        header, cells = _column(result, metric)
        wide = max(*(len(cell) for cell in cells), *map(len, header.split()))
        if not chunks or wide + GAP > room:
            chunks.append([])
            room = width - max(map(len, names))
        chunks[-1].append((header, cells, wide))
        room -= wide + GAP
    design = "" if result.design is None else f", design '{result.design}'"
    title = f"{result.world.focus}{design}: what changes where a mechanism is switched off"
    return [_table(title if chunk is chunks[0] else None, names, chunk) for chunk in chunks]


def _table(title: str | None, names: list[str], chunk: list[tuple[str, list[Text], int]]) -> Table:
    table = Table(
        title=None if title is None else Text(title),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    table.add_column("off", no_wrap=True)
    for header, _, wide in chunk:
        table.add_column(Text(header), justify="right", width=wide)
    for row, name in enumerate(names):
        table.add_row(name, *(cells[row] for _, cells, _ in chunk))
    return table


def _column(result: Ablation, metric: str) -> tuple[str, list[Text]]:
    changes = [result.paired[mechanism][metric] for mechanism in result.mechanisms]
    level = result.levels[metric]
    size = largest([level.mean, *(change.mean for change in changes)])
    units = scale(result.unit(metric), size, difference=True)
    precision = None if level.low is None or level.high is None else (level.high - level.low) / 2
    first = Text(units.show(level.mean, precision=precision) + " ")
    return f"{metric}\n{units.unit}", [first, *(_cell(units, change, metric) for change in changes)]


def _cell(units: Scale, change: Difference, metric: str) -> Text:
    if change.verdict not in ("higher", "lower"):
        nought = change.verdict == "no difference"
        half = None if change.low is None or change.high is None else (change.high - change.low) / 2
        words = "0" if nought else units.show(change.mean, signed=True, precision=half)
        return Text(f"{words} ", style=UNSURE)
    assert change.low is not None and change.high is not None
    words = units.show(change.mean, signed=True, precision=(change.high - change.low) / 2)
    better = MEASURES[metric].better
    good = (change.verdict == "higher") == (better == "higher")
    return Text(words + MARK, style="" if better == "neither" else GOOD if good else BAD)
