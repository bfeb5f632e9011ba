"""Retention, profit and what is owed in points: designs beside each other, and those that none beats on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.experiments.statistics import Interval
from sim.report.foot import foot, replicates
from sim.report.labels import Label, label
from sim.report.picture import GREY, canvas, look
from sim.report.units import Scale, largest, scale
from sim.report.weekly import TICKS

if TYPE_CHECKING:
    from sim.experiments import Comparison

ACROSS, UP, SIZE = "retention", "profit", "points_liability"
SMALLEST, LARGEST = 45.0, 420.0
"""Area of a marker that stands for nothing and for the largest liability, square points."""


def frontier(result: Comparison, ax: Axes | None = None) -> Axes:
    """Designs by retention (% a year) and profit (currency): means, crosses of their 95 % intervals.

    The area of a marker, and a word at it, say the points liability at the end. A line joins the designs that no other
    exceeds on both means. ax: where to draw (default: a new picture). Returns the axes.
    """
    found = {
        design: tuple(result.metrics[design][m] for m in (ACROSS, UP, SIZE)) for design in result.designs
    }
    shown = [d for d, (x, y, _) in found.items() if x.mean is not None and y.mean is not None]
    scales = [
        scale(result.unit(m), largest(found[d][i].mean for d in shown))
        for i, m in enumerate((ACROSS, UP, SIZE))
    ]
    most = largest(found[d][2].mean for d in shown)
    points = {d: (_at(found[d][0], scales[0]), _at(found[d][1], scales[1])) for d in shown}
    with canvas(ax, 7.2, 4.6) as axis:
        best = undominated(points)
        axis.plot(*zip(*(points[d] for d in best), strict=True) if best else ((), ()), color=GREY, linewidth=1.2,
                  linestyle=(0, (5, 3)), zorder=1)  # fmt: skip
        labels = []
        for design in shown:
            position = result.designs.index(design)
            style, (x, y), owed = look(position), points[design], found[design][2].mean or 0.0
            axis.errorbar(
                x, y, xerr=_half(found[design][0], scales[0]), yerr=_half(found[design][1], scales[1]),
                color=style["color"], elinewidth=1.1, capsize=3, capthick=1.0, zorder=2,
            )  # fmt: skip
            axis.scatter(
                [x], [y], s=SMALLEST + (LARGEST - SMALLEST) * owed / most if most else SMALLEST, color=style["color"],
                marker=style["marker"], edgecolor="white", linewidth=0.8, zorder=3, alpha=0.85,
            )  # fmt: skip
            debt = f"{scales[2].show(owed)} {scales[2].unit} owed" if owed else "nothing owed"
            labels.append(Label(f"{design}\n{debt}", x, y, position))
        axis.margins(0.1)
        axis.xaxis.set_major_formatter(TICKS)
        axis.yaxis.set_major_formatter(TICKS)
        axis.set_xlabel(f"retention, {scales[0].unit}")
        axis.set_ylabel(f"profit, {scales[1].unit}")
        axis.set_title(f"{result.world.focus}: retention, profit, and what is owed in points")
        label(axis, labels)
        without = [d for d in result.designs if d not in shown]
        lines = (
            "Cross: 95 % intervals of the means; designs share their worlds. "
            if result.replicates > 1
            else ""
        )
        foot(
            axis,
            f"{lines}Area: points liability at the end. Broken line: designs that none exceeds on both. "
            + replicates(result.replicates, result.customers, result.weeks),
            f"Not drawn, since they have no retention or no profit: {', '.join(without)}." if without else "",
        )
    return axis


def undominated(points: dict[str, tuple[float, float]]) -> list[str]:
    """Names of the points that no other equals or exceeds on both and exceeds on one; from the left."""
    best = [
        name
        for name, (x, y) in points.items()
        if not any(a >= x and b >= y and (a > x or b > y) for a, b in points.values())
    ]
    return sorted(best, key=lambda name: points[name])


def _at(interval: Interval, units: Scale) -> float:
    assert interval.mean is not None
    return interval.mean * units.factor


def _half(interval: Interval, units: Scale) -> float | None:
    if interval.low is None or interval.high is None:
        return None
    return float(np.float64(interval.high - interval.low) / 2 * units.factor)
