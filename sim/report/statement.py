"""The waterfall: from the profit of one design to that of another, line by line of the firm's books."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.profit_lines import STATEMENT, WORDS
from sim.experiments.statistics import Interval, mean_interval
from sim.report import weekly
from sim.report.explain import DOWN, HATCH, UP, WHOLE
from sim.report.foot import folded, foot, replicates
from sim.report.picture import canvas
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments import Comparison

NAMES = {"revenue": "revenue", **WORDS}
_DUST = 0.005
"""Money that is less than half a cent is rounding."""
FAR = 3.0
"""A profit is cut off where it is this many times as far from 0 as the steps reach."""


class Step(NamedTuple):
    """A line of the statement: by how much it raises the profit, currency."""

    line: str
    change: Interval


def steps(result: Comparison, design: str) -> list[Step]:
    """The lines in which the design differs from the first over the measured weeks; their means add up to the
    difference of profit. ValueError where the comparison is of an older version."""
    burn_in, draws, first = result.world.horizon.burn_in, draws_of(result.world), result.designs[0]
    found = []
    for line in STATEMENT:
        ours, theirs = (
            weekly.values(result, d, f"line_{line}")[:, burn_in:].sum(axis=1) for d in (design, first)
        )
        difference = by_draw(ours - theirs, draws)
        if (np.abs(difference) > _DUST).any():
            found.append(Step(line, mean_interval(difference)))
    return found


def waterfall(result: Comparison, design: str | None = None, ax: Axes | None = None) -> Axes:
    """From the first design's profit over the measured weeks to that of `design` (default: the second), currency.

    What raises profit is a plain bar to the right, what lowers it a hatched one to the left; each begins where the one
    above ends. Whiskers: 95 % interval of the paired difference; the last is that of the difference of profit. Where
    the profits are far larger than the differences, their bars are cut off at the left, and say so. ax: where to draw
    (default: a new picture). Returns the axes. ValueError for a design that is not there.
    """
    first, other = result.designs[0], _other(result, design)
    found = steps(result, other)
    start, end = (float(result.metrics[d]["profit"].mean or 0.0) for d in (first, other))
    levels = start + np.concatenate([[0.0], np.cumsum([s.change.mean or 0.0 for s in found])])
    units = scale(result.world.currency, largest(float(v) for v in (*levels, end)))
    with canvas(ax, 7.2, 2.1 + 0.32 * (len(found) + 2)) as axis:
        # The whiskers of the steps begin at their levels, that of profit as a whole at the first profit.
        whiskers = [
            *zip(levels, [s.change for s in found], strict=False),
            (start, result.paired[other]["profit"]),
        ]
        reach = _reach(levels, whiskers)
        low, high = (value * units.factor for value in reach)
        # A bar that is cut off begins at the edge of the axes, and has a mark there.
        cut = low > 0 or high < 0
        base = 0.0 if not cut else low if low > 0 else high
        axis.axvline(0.0, color="#333333", linewidth=1.0, zorder=1)
        _whole(axis, 0, start * units.factor, base, cut)
        for row, (step, before) in enumerate(zip(found, levels[:-1], strict=True), 1):
            _step(axis, row, step.change, float(before), units)
        last = len(found) + 1
        _whole(axis, last, end * units.factor, base, cut)
        _whisker(axis, last, result.paired[other]["profit"], start, units)
        for row, level in enumerate(levels):
            at = float(level) * units.factor
            axis.plot([at, at], [row - 0.31, row + 1.31], color="#999999", linewidth=0.7, zorder=1.5)
        numbers = [
            units.show(start), *(units.show(s.change.mean, signed=True) for s in found), units.show(end)
        ]  # fmt: skip
        _words(
            axis,
            [folded(f"profit, {first}", 32), *(NAMES[s.line] for s in found), folded(f"profit, {other}", 32)],
            numbers,
        )
        axis.set_xlim(low, high)
        axis.set_xlabel(f"profit over {result.weeks - result.world.horizon.burn_in} weeks, {units.unit}")
        axis.set_title(f"{result.world.focus}: profit, line by line")
        sure = "Whiskers: 95 % interval of the difference to the first; the last one of profit as a whole. "
        foot(
            axis,
            f"{sure if result.replicates > 1 else ''}Hatched: lowers profit. "
            + replicates(result.replicates, result.customers, result.weeks),
            "The axis does not begin at 0: the grey bars are cut off." if cut else "",
        )
    return axis


def _other(result: Comparison, design: str | None) -> str:
    others = result.designs[1:]
    if not others:
        raise ValueError("a waterfall leads from one design to another; compare two designs or more")
    if design is not None and design not in others:
        raise ValueError(
            f"no design '{design}' to lead to from '{result.designs[0]}'; there is {', '.join(others)}"
        )
    return design or others[0]


def _reach(
    levels: np.ndarray[tuple[int], np.dtype[np.float64]], whiskers: list[tuple[float, Interval]]
) -> tuple[float, float]:
    """Ends of the axis: all steps with their whiskers, and 0 unless it is far from them."""
    ends = [*levels]
    for before, change in whiskers:
        ends += [before + end for end in (change.low, change.high) if end is not None]
    low, high = float(min(ends)), float(max(ends))
    span = high - low or max(abs(high), 1.0)
    if not low > FAR * span and not high < -FAR * span:
        low, high = min(low, 0.0), max(high, 0.0)
    else:
        low, high = low - 0.25 * span * (low > 0), high + 0.25 * span * (high < 0)
    span = high - low or 1.0
    return low - 0.06 * span * (low < 0), high + 0.06 * span * (high > 0)


def _whole(axis: Axes, row: int, value: float, base: float, cut: bool) -> None:
    axis.barh(row, value - base, 0.62, left=base, color=WHOLE, edgecolor="#333333", linewidth=0.8, zorder=2)
    if cut:
        axis.plot(
            [base], [row], marker=(2, 0, -25), markersize=30, markeredgewidth=3, color="white", zorder=4
        )


def _step(axis: Axes, row: int, change: Interval, before: float, units: Scale) -> None:
    size = change.mean or 0.0
    axis.barh(
        row, size * units.factor, 0.62, left=before * units.factor, color=DOWN if size < 0 else UP,
        edgecolor="#333333", linewidth=0.8, hatch=HATCH if size < 0 else None, zorder=2,
    )  # fmt: skip
    _whisker(axis, row, change, before, units)


def _whisker(axis: Axes, row: int, change: Interval, before: float, units: Scale) -> None:
    if change.mean is None or change.low is None or change.high is None:
        return
    at, half = (before + change.mean) * units.factor, (change.high - change.low) / 2 * units.factor
    axis.errorbar(at, row, xerr=half, color="#000000", elinewidth=1.3, capsize=3, capthick=1.0, zorder=3)


def _words(axis: Axes, names: list[str], numbers: list[str]) -> None:
    """Names of the rows at the left, their numbers in a column of their own at the right."""
    for row, number in enumerate(numbers):
        axis.annotate(
            number, (1.02, row), xycoords=("axes fraction", "data"), va="center", ha="left", fontsize=8.5,
            fontweight="bold" if row in (0, len(numbers) - 1) else "normal", annotation_clip=False,
        )  # fmt: skip
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_formatter(weekly.TICKS)
