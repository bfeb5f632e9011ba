"""Pictures of a comparison: how far designs differ and how sure that is, and how their weeks go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.statistics import LEVEL
from sim.report.marks import Mark, draw, key, marks
from sim.report.picture import GREY, house_style, ink, look, new, save, spread
from sim.report.units import largest, scale

if TYPE_CHECKING:
    from sim.experiments import Comparison

__all__ = ["comparison", "paths", "save"]

SHADE = "#efefef"
INSIGNIFICANT = "white"
BEFORE = 26
"""Weeks of burn-in that a path shows: the market as it was; how it came about is of no interest here."""
PANELS = ("retention", "profit")
_BANDS = (
    "Mean over replicates and its 95 % interval. The designs share their worlds: bands that overlap "
    "can hide a sure difference, see the comparison."
)
_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")


def comparison(
    result: Comparison, ax: Sequence[Axes] | None = None, metrics: Sequence[str] = PANELS
) -> Figure:
    """Forest plot: each design's paired difference to the first on the metrics named, 95 % intervals.

    A filled marker is a difference the data separate from none; a hollow one is not. `ax`: as many axes to
    draw on as metrics. Returns the figure.
    """
    with house_style():
        if ax is None:
            rows = max(1, len(result.designs) - 1)
            figure, axes = new(4.6 * len(metrics), 1.75 + 0.42 * rows, len(metrics), sharey=True)
            figure.suptitle(_title(result), x=0.01, ha="left", fontsize=11, fontweight="bold")
            figure.supxlabel(_footnote(result), x=0.01, ha="left", fontsize=8, color=GREY)
        else:
            axes = list(ax)
        for axis, metric in zip(axes, metrics, strict=True):
            _forest(axis, result, metric)
        drawn = axes[0].get_figure(root=True)
        assert drawn is not None
        return drawn


def _title(result: Comparison) -> str:
    return f"{result.world.title}: what each design changes at {result.world.focus}"


def _footnote(result: Comparison) -> str:
    if result.replicates == 1:
        return "One replicate: no interval can be given."
    return (
        f"Mean paired difference to '{result.designs[0]}' and 95 % interval, {result.replicates} replicates "
        f"of {result.customers:,} customers, {result.weeks} weeks. Hollow: not separated from no difference."
    )


def _forest(axis: Axes, result: Comparison, metric: str) -> None:
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
    axis.set_yticks(range(len(others)), others)
    axis.set_ylim(len(others) - 0.4, -0.75)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.margins(x=0.12)
    axis.xaxis.set_major_formatter(_TICKS)
    axis.set_title(metric.replace("_", " ").capitalize())
    axis.set_xlabel(f"difference to '{result.designs[0]}' ({units.unit})")


def paths(result: Comparison, ax: Sequence[Axes] | None = None) -> Figure:
    """The focal firm's weeks, design by design: active customers, and profit (mean of 4 weeks).

    Lines are means over replicates, bands their 95 % interval; grey is the last half year of the burn-in, in
    which all designs are the same; events are named above, several by numbers with
    a key below. `ax`: two axes to draw on. Returns the figure.
    """
    with house_style():
        if ax is None:
            said = key(_marks(result))
            below = f"{_BANDS}\n{said}" if said else _BANDS
            figure, axes = new(9.2, 3.7 + 0.15 * below.count("\n"), 2)
            title = f"{result.world.title}: {result.world.focus}, week by week"
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
            figure.supxlabel(below, x=0.01, ha="left", fontsize=8, color=GREY)
        else:
            axes = list(ax)
        currency = result.world.currency
        _path(axes[0], result, "active", "Active customers", "customers", smooth=1)
        _path(axes[1], result, "profit", "Profit, mean of 4 weeks", f"{currency} per week", smooth=4)
        drawn = axes[0].get_figure(root=True)
        assert drawn is not None
        return drawn


def _path(axis: Axes, result: Comparison, column: str, title: str, unit: str, *, smooth: int) -> None:
    ends: list[tuple[str, float]] = []
    lines = [(design, *_band(result, design, column, smooth)) for design in result.designs]
    units = scale(unit, max((float(np.nanmax(np.abs(mean))) for _, _, mean, _ in lines), default=0.0))
    for position, (design, weeks, mean, half) in enumerate(lines):
        style = look(position)
        axis.plot(weeks, mean * units.factor, color=style["color"], linestyle=style["linestyle"], zorder=3)
        low, high = (mean - half) * units.factor, (mean + half) * units.factor
        axis.fill_between(
            weeks, low, high, color=style["color"], alpha=min(0.15, 0.6 / len(lines)), linewidth=0, zorder=2
        )
        ends.append((design, float(mean[-1]) * units.factor))
    _burn_in_and_events(axis, result)
    axis.yaxis.set_major_formatter(_TICKS)
    axis.set_xlim(_first_week(result), result.weeks)
    axis.set_xlabel("week")
    axis.set_ylabel(units.unit)
    axis.set_title(title, pad=20 if result.world.events else 8)
    _label_ends(axis, result, ends)


def _first_week(result: Comparison) -> int:
    return max(0, result.world.horizon.burn_in - BEFORE)


def _band(
    result: Comparison, design: str, column: str, smooth: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weeks, mean over replicates, and half the width of its 95 % interval (0 with one replicate)."""
    ours = result.paths[result.paths["design"] == design]
    wide = ours.pivot(index="week", columns="replicate", values=column).sort_index()
    if smooth > 1:
        wide = wide.rolling(smooth, min_periods=1).mean()
    wide = wide[wide.index >= _first_week(result)]
    values = wide.to_numpy(dtype=np.float64)
    count = values.shape[1]
    half = np.zeros(len(values))
    if count > 1:
        half = stdtrit(count - 1, 0.5 + LEVEL / 2) * values.std(axis=1, ddof=1) / np.sqrt(count)
    return wide.index.to_numpy(dtype=np.float64), values.mean(axis=1), half


def _burn_in_and_events(axis: Axes, result: Comparison) -> None:
    above = blended_transform_factory(axis.transData, axis.transAxes)
    burn_in = result.world.horizon.burn_in
    if burn_in:
        axis.axvspan(0, burn_in, color=SHADE, zorder=0)
        axis.text(
            (_first_week(result) + burn_in) / 2,
            0.02,
            "burn-in",
            transform=above,
            ha="center",
            va="bottom",
            color=GREY,
            fontsize=8,
        )
    draw(axis, _marks(result), _first_week(result), result.weeks)


def _marks(result: Comparison) -> list[Mark]:
    return marks(result.world, _first_week(result), result.weeks)


def _label_ends(axis: Axes, result: Comparison, ends: Sequence[tuple[str, float]]) -> None:
    low, high = axis.get_ylim()
    heights = spread([height for _, height in ends], 0.075 * (high - low), low, high)
    for (design, end), height in zip(ends, heights, strict=True):
        axis.annotate(
            design,
            (result.weeks, end),
            xytext=(1.03, (height - low) / (high - low)),
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color=ink(look(result.designs.index(design))["color"]),
            arrowprops={
                "arrowstyle": "-",
                "color": "#bbbbbb",
                "linewidth": 0.7,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
        )
    axis.set_ylim(low, high)
