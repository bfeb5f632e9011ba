"""What pictures of weeks share: lines with bands, burn-in and events, names at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.statistics import mean_interval
from sim.report.labels import Label, label
from sim.report.marks import Mark, draw, marks
from sim.report.picture import GREY, look
from sim.report.units import Scale

if TYPE_CHECKING:
    from sim.experiments import Comparison

SHADE = "#efefef"
BEFORE = 26
"""Weeks of burn-in that a path shows: the market as it was; how it came about is of no interest here."""
BANDS = (
    "Mean over replicates and its 95 % interval. The designs share their worlds: bands that overlap "
    "can hide a sure difference, see the comparison."
)
TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")


class Course(NamedTuple):
    """The weeks of a design: mean over worlds, and its 95 % interval (NaN where there is none)."""

    design: str
    weeks: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def has_band(self) -> bool:
        """Whether there is an interval in any week."""
        return bool(np.isfinite(self.low).any())


def values(result: Comparison, design: str, column: str) -> NDArray[np.float64]:
    """A column of the paths of a design, replicate x week. ValueError where an older run has no such column."""
    if column not in result.paths.columns:
        raise ValueError(
            f"the weeks of this comparison have no column '{column}': it was run by an older version of the program; "
            "run it again, into a new folder"
        )
    ours = result.paths[result.paths["design"] == design]
    wide = ours.pivot(index="replicate", columns="week", values=column).sort_index()
    found: NDArray[np.float64] = wide.to_numpy(dtype=np.float64)
    return found


def course(result: Comparison, design: str, table: NDArray[np.float64], first_week: int) -> Course:
    """Mean and interval of a table, replicate x week; its first column is `first_week`."""
    worlds = by_draw(table, draws_of(result.world))
    found = [mean_interval(worlds[:, week]) for week in range(worlds.shape[1])]
    mean, low, high = (
        np.array([getattr(one, end) for one in found], dtype=np.float64) for end in ("mean", "low", "high")
    )
    return Course(design, np.arange(first_week, first_week + len(found), dtype=np.float64), mean, low, high)


def first_week(result: Comparison) -> int:
    """First week that is shown."""
    return max(0, result.world.horizon.burn_in - BEFORE)


def events(result: Comparison) -> list[Mark]:
    """The events of the weeks that are shown."""
    return marks(result.world, first_week(result), result.weeks)


def plot(axis: Axes, result: Comparison, courses: Sequence[Course], units: Scale) -> None:
    """Draw lines with their bands: colour, dash and marker by design."""
    for one in courses:
        position = result.designs.index(one.design)
        style = look(position)
        every = max(1, len(one.weeks) // 7)
        # The markers of two lines stand at different weeks, so that neither hides the other.
        start = (position * every) // max(1, len(result.designs))
        axis.plot(
            one.weeks, one.mean * units.factor, color=style["color"], linestyle=style["linestyle"],
            marker=style["marker"], markevery=(start, every), markersize=4.5, zorder=3,
        )  # fmt: skip
        if one.has_band:
            axis.fill_between(
                one.weeks,
                one.low * units.factor,
                one.high * units.factor,
                color=style["color"],
                alpha=min(0.15, 0.6 / len(courses)),
                linewidth=0,
                zorder=2,
            )


def burn_in_and_events(axis: Axes, result: Comparison) -> None:
    """Shade the burn-in, and mark the events."""
    above = blended_transform_factory(axis.transData, axis.transAxes)
    burn_in = result.world.horizon.burn_in
    if burn_in:
        axis.axvspan(0, burn_in, color=SHADE, zorder=0)
        axis.text(
            (first_week(result) + burn_in) / 2,
            0.02,
            "burn-in",
            transform=above,
            ha="center",
            va="bottom",
            color=GREY,
            fontsize=8,
        )
    draw(axis, events(result), first_week(result), result.weeks)


def finish(axis: Axes, result: Comparison, title: str, unit: str) -> None:
    """Burn-in, events, labels and limits of the axes of weeks; the week is counted from the start of the run."""
    burn_in_and_events(axis, result)
    axis.yaxis.set_major_formatter(TICKS)
    axis.set_xlim(first_week(result), result.weeks)
    axis.set_xlabel("week")
    axis.set_ylabel(unit)
    axis.set_title(title, pad=20 if events(result) else 8)


def label_ends(
    axis: Axes, result: Comparison, courses: Sequence[Course], units: Scale, said: Sequence[str] = ()
) -> None:
    """Name each line at its end. said: further words below each name."""
    labels = []
    for index, one in enumerate(courses):
        words = one.design + (f"\n{said[index]}" if said else "")
        end = float(one.mean[-1]) * units.factor
        if np.isfinite(end):
            labels.append(Label(words, result.weeks, end, result.designs.index(one.design)))
    label(axis, labels)
