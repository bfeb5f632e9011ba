"""Pictures of a comparison: how far designs differ and how sure that is, and how their weeks go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.statistics import LEVEL
from sim.report import weekly
from sim.report.differences import draw, footnote
from sim.report.marks import key
from sim.report.picture import GREY, house_style, look, new, save
from sim.report.units import scale
from sim.report.weekly import BANDS, Course

if TYPE_CHECKING:
    from sim.experiments import Comparison

__all__ = ["comparison", "paths", "save"]

PANELS = ("retention", "profit")


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
            figure.supxlabel(footnote(result), x=0.01, ha="left", fontsize=8, color=GREY)
        else:
            axes = list(ax)
        for axis, metric in zip(axes, metrics, strict=True):
            draw(axis, result, metric)
        drawn = axes[0].get_figure(root=True)
        assert drawn is not None
        return drawn


def _title(result: Comparison) -> str:
    return f"{result.world.title}: what each design changes at {result.world.focus}"


def paths(result: Comparison, ax: Sequence[Axes] | None = None) -> Figure:
    """The focal firm's weeks, design by design: active customers, and profit (mean of 4 weeks).

    Lines are means over replicates, bands their 95 % interval; grey is the last half year of the burn-in, in
    which all designs are the same; events are named above, several by numbers with
    a key below. `ax`: two axes to draw on. Returns the figure.
    """
    with house_style():
        if ax is None:
            said = key(weekly.events(result))
            below = f"{BANDS}\n{said}" if said else BANDS
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
    lines = [Course(design, *_band(result, design, column, smooth)) for design in result.designs]
    units = scale(unit, max((float(np.nanmax(np.abs(line.mean))) for line in lines), default=0.0))
    for position, line in enumerate(lines):
        style = look(position)
        axis.plot(
            line.weeks, line.mean * units.factor, color=style["color"], linestyle=style["linestyle"], zorder=3
        )
        low, high = line.low * units.factor, line.high * units.factor
        shade = min(0.15, 0.6 / len(lines))
        axis.fill_between(line.weeks, low, high, color=style["color"], alpha=shade, linewidth=0, zorder=2)
    weekly.finish(axis, result, title, units.unit)
    weekly.label_ends(axis, result, lines, units)


def _band(result: Comparison, design: str, column: str, smooth: int) -> tuple[NDArray[np.float64], ...]:
    """Weeks, mean over replicates, and its 95 % interval (of no width with one replicate)."""
    ours = result.paths[result.paths["design"] == design]
    wide = ours.pivot(index="week", columns="replicate", values=column).sort_index()
    if smooth > 1:
        wide = wide.rolling(smooth, min_periods=1).mean()
    wide = wide[wide.index >= weekly.first_week(result)]
    values = wide.to_numpy(dtype=np.float64)
    count = values.shape[1]
    half = np.zeros(len(values))
    if count > 1:
        half = stdtrit(count - 1, 0.5 + LEVEL / 2) * values.std(axis=1, ddof=1) / np.sqrt(count)
    mean = values.mean(axis=1)
    return wide.index.to_numpy(dtype=np.float64), mean, mean - half, mean + half
