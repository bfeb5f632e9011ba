"""The forest plot: how far designs differ from the first on one metric, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from sim.report.foot import folded, foot
from sim.report.picture import GREY, canvas, look
from sim.report.units import largest, scale
from sim.report.weekly import TICKS

if TYPE_CHECKING:
    from sim.experiments import Comparison

INSIGNIFICANT = "white"


def forest(result: Comparison, metric: str = "profit", ax: Axes | None = None) -> Axes:
    """Each design's paired difference to the first in one metric, with its 95 % interval, in the unit of the metric.

    metric: a name of docs/measures.md. ax: where to draw (default: a new picture). Returns the axes. ValueError for a
    single design or a metric that is not there.
    """
    if len(result.designs) < 2:
        raise ValueError("a forest plot shows differences between designs; compare two designs or more")
    if metric not in result.samples:
        raise ValueError(f"there is no measure '{metric}'; docs/measures.md lists them")
    with canvas(ax, 6.4, 1.7 + 0.42 * len(result.designs)) as axis:
        draw(axis, result, metric)
        axis.set_title(f"{result.world.focus}: {metric.replace('_', ' ')}")
        foot(axis, footnote(result))
    return axis


def footnote(result: Comparison) -> str:
    """What the marks of a forest plot are, and what was run."""
    if result.replicates == 1:
        return "One replicate: no interval can be given."
    return (
        f"Mean paired difference to '{result.designs[0]}' and 95 % interval, {result.replicates} replicates "
        f"of {result.customers:,} customers, {result.weeks} weeks. Hollow: not separated from no difference."
    )


def draw(axis: Axes, result: Comparison, metric: str) -> None:
    """Draw the differences in one metric: a filled marker is one the data separate from none, a hollow one is not."""
    others = result.designs[1:]
    differences = [result.paired[design][metric] for design in others]
    size = largest(value for d in differences for value in (d.mean, d.low, d.high))
    units = scale(result.unit(metric), size, difference=True)
    axis.axvline(0.0, color="#333333", linewidth=1.0, zorder=1)
    for row, (design, difference) in enumerate(zip(others, differences, strict=True)):
        style = look(result.designs.index(design))
        if difference.mean is None:
            beside = blended_transform_factory(axis.transAxes, axis.transData)
            axis.text(0.02, row, "does not exist", transform=beside, va="center", color=GREY, fontsize=8.5)
            continue
        centre, half = difference.mean * units.factor, None
        sure = difference.verdict in ("higher", "lower")
        if difference.low is not None and difference.high is not None:
            half = (difference.high - difference.low) / 2
            # With caps, so that an interval narrower than its marker is seen, too.
            axis.errorbar(
                centre,
                row,
                xerr=half * units.factor,
                color=style["color"],
                elinewidth=2.2,
                capsize=7,
                capthick=1.2,
                zorder=2,
            )
        axis.plot(
            centre,
            row,
            marker=style["marker"],
            markersize=6.5,
            markeredgewidth=1.5,
            color=style["color"],
            markerfacecolor=style["color"] if sure else INSIGNIFICANT,
            zorder=3,
        )
        axis.annotate(
            units.show(difference.mean, signed=True, precision=half),
            (centre, row),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8.5,
            color="#222222",
        )
    axis.set_yticks(range(len(others)), [folded(design, 28) for design in others])
    axis.set_ylim(len(others) - 0.4, -0.75)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.margins(x=0.12)
    axis.xaxis.set_major_formatter(TICKS)
    axis.set_title(metric.replace("_", " ").capitalize())
    axis.set_xlabel(f"difference to '{result.designs[0]}' ({units.unit})")
