"""Tables for the terminal. Colour never says anything that the text does not say too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.measures import HEADLINE, MEASURES
from sim.report.units import MISSING, Scale, largest, scale

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments import Comparison
    from sim.experiments.statistics import Difference, Interval
    from sim.scenario import Scenario

GAP = 2
"""Blanks between two columns."""
QUARTER = 13
"""Weeks in a row of `weeks`."""
GOOD, BAD, UNSURE = "green", "red", "dim"


def headline(result: Comparison, metric: str) -> Table:
    """A row a design: the metric, the paired difference to the first design, how sure, which rank."""
    reference = result.designs[0]
    unit, ours = result.unit(metric), {d: result.metrics[d][metric] for d in result.designs}
    mean = scale(unit, largest(i.mean for i in ours.values()))
    change = scale(unit, largest(d[metric].mean for d in result.paired.values()), difference=True)
    burn_in = result.world.horizon.burn_in
    when = f"weeks {burn_in} to {result.weeks - 1}"
    table = plain_table(f"{metric.capitalize()} at {result.world.focus}, {when}")
    table.add_column("design", overflow="fold")
    table.add_column(f"mean\n{mean.unit}", justify="right", no_wrap=True)
    table.add_column(Text(f"change to '{reference}'\n{change.unit}"), justify="right", no_wrap=True)
    table.add_column("P(better)", justify="right", no_wrap=True)
    table.add_column("rank", justify="right", no_wrap=True)
    for design in result.designs:
        cells: list[str | Text] = [Text(design), _plus_minus(mean, ours[design])]
        if design == reference:
            cells += ["", ""]
        else:
            difference = result.paired[design][metric]
            cells += [_change(change, difference, better=MEASURES[metric].better), _chance(difference)]
        table.add_row(*cells, _rank(result, metric, design))
    return table


def metrics(result: Comparison, width: int = 120, shown: Sequence[str] | None = None) -> list[Table]:
    """The metrics named: a row a metric, a column a design, mean and half-width of the 95 % interval.

    shown: the headline where nothing is named, and what the house earns where the focal firm is a brand of one.
    As many tables side by side in columns as fit into `width` characters, then the next ones below.
    """
    if shown is None:
        house = result.world.firm(result.world.focus).house
        shown = (*HEADLINE, "house_profit", "house_share") if house else HEADLINE
    names, columns = [], {design: [design] for design in result.designs}
    for metric in shown:
        intervals = {design: result.metrics[design][metric] for design in result.designs}
        units = scale(result.unit(metric), largest(i.mean for i in intervals.values()))
        names.append(f"{metric}, {units.unit}")
        for design, interval in intervals.items():
            columns[design].append(_plus_minus(units, interval))
    wide = {design: max(map(len, cells)) + GAP for design, cells in columns.items()}
    chunks: list[list[str]] = []
    room = 0
    for design in result.designs:
        if not chunks or wide[design] > room:
            chunks.append([])
            room = width - max(map(len, names))
        chunks[-1].append(design)
        room -= wide[design]
    title = "mean ± half of the 95 % interval" if result.replicates > 1 else "one replicate: no interval"
    return [_side_by_side(title, names, {design: columns[design] for design in chunk}) for chunk in chunks]


def worth(result: Comparison) -> Table:
    """A row a design but the first: what its programme costs more, and whether that comes back."""
    worths, money, reference = result.worths, result.world.currency, result.designs[0]
    cost = scale(money, largest(w.cost for w in worths.values()))
    value = scale(money, largest(w.npv.mean for w in worths.values()))
    share = scale("share", 1.0)
    table = plain_table(f"Is it worth it? More than '{reference}' in the same weeks")
    table.add_column("design", overflow="fold")
    for head in (
        f"cost\n{cost.unit}",
        "ROI\n%",
        f"NPV\n{value.unit}",
        "paid back\nfrom week",
        "break-\neven, %",
        "cannib-\nalised, %",
    ):
        table.add_column(Text(head), justify="right", no_wrap=True)
    for design, w in worths.items():
        table.add_row(
            Text(design),
            cost.show(w.cost),
            share.show(w.roi, precision=0.1),
            _plus_minus(value, w.npv),
            "never" if w.payback_week is None else str(w.payback_week),
            share.show(w.break_even_uplift, precision=0.01),
            share.show(w.cannibalised, precision=0.1),
        )
    table.caption = Text(
        "cost: programme cost, lower prices included; ROI: extra profit over it. Break-even: what members contribute "
        "must rise by so much to pay for it. Cannibalised: of what members are given, what goes to purchases that "
        "they would have made anyway."
    )
    table.caption_justify = "left"
    return table


def _side_by_side(title: str, names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Table:
    table = plain_table(title)
    table.add_column("metric", no_wrap=True)
    for design in columns:
        table.add_column(Text(design), justify="right", overflow="fold")
    for row, name in enumerate(names, start=1):
        table.add_row(name, *(cells[row] for cells in columns.values()))
    return table


def weeks(path: pd.DataFrame, world: Scenario) -> Table:
    """The focal firm's weeks (experiments.run.focal_path), a row a quarter; stocks stand at its end."""
    money = world.currency
    table = plain_table(f"{world.title}: {world.focus}, quarter by quarter")
    names = ("weeks", "", "active customers", "members", "purchases", f"revenue, {money}", f"profit, {money}")
    for position, name in enumerate(names):
        table.add_column(name, justify="right" if position > 1 else "left")
    for start in range(0, len(path), QUARTER):
        rows = path.iloc[start : start + QUARTER]
        last, sums = rows.iloc[-1], rows.sum()
        table.add_row(
            f"{start}–{start + len(rows) - 1}",
            "burn-in" if start + len(rows) <= world.horizon.burn_in else "",
            *(f"{last[name]:,.0f}" for name in ("active", "members")),
            *(f"{sums[name]:,.0f}" for name in ("purchases", "revenue", "profit")),
        )
    return table


def values(metrics: Mapping[str, float], world: Scenario, shown: Sequence[str] = HEADLINE) -> Table:
    """The metrics named, of one market; there is no interval to give."""
    table = plain_table(f"{world.focus} over the measured weeks, one market")
    table.add_column("metric")
    table.add_column("value", justify="right")
    table.add_column("unit")
    for name in shown:
        value = metrics.get(name, nan)
        if name != "incremental_profit":  # a single market has nothing to compare with
            units = scale(MEASURES[name].unit.replace("currency", world.currency), abs(value))
            table.add_row(name, units.show(None if isnan(value) else value), units.unit)
    return table


def plain_table(title: str) -> Table:
    """An empty table under a title."""
    return Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )


def _change(units: Scale, difference: Difference, *, better: str) -> Text:
    if difference.low is None or difference.high is None or difference.mean is None:
        return Text(units.show(difference.mean, signed=True))
    if difference.verdict == "no difference":
        return Text("no difference", style=UNSURE)
    half = (difference.high - difference.low) / 2
    low, mean, high = (
        units.show(v, signed=True, precision=half) for v in (difference.low, difference.mean, difference.high)
    )
    words = f"{mean} [{low}, {high}]"
    if difference.verdict == "not separated":
        return Text(f"{words} ?", style=UNSURE)
    if better == "neither":
        return Text(words)
    return Text(words, style=GOOD if (difference.verdict == "higher") == (better == "higher") else BAD)


def _chance(difference: Difference) -> str:
    if difference.p_better is None:
        return MISSING
    if difference.p_better > 0.999:
        return ">0.999"
    return "<0.001" if difference.p_better < 0.001 else f"{difference.p_better:.3f}"


def _rank(result: Comparison, metric: str, design: str) -> str:
    if result.replicates == 1:
        return MISSING
    ranking = result.ranking(metric)
    if design not in ranking.ranks:
        return ""
    shared = any(design in group and len(group) > 1 for group in ranking.groups)
    return f"{ranking.ranks[design]}{'=' if shared else ' '}"


def _plus_minus(units: Scale, interval: Interval) -> str:
    if interval.mean is None or interval.high is None:
        return units.show(interval.mean)
    half = interval.high - interval.mean
    return f"{units.show(interval.mean, precision=half)} ± {units.show(half, precision=half)}"
