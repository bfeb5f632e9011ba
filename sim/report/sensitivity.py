"""Pictures of a sensitivity analysis: tornado, indices with their intervals, heat maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from sim.report.heat import heat_map
from sim.report.picture import COLOURS, GREY, house_style, new, save
from sim.report.units import MISSING, Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments import Sensitivity

__all__ = ["factors", "heat", "pairs", "save"]

STRONG, PALE = COLOURS[0], "#b9d9ee"
"""Of bars; told apart in grey, too."""
EDGE = "#333333"
WHISKER: dict[str, Any] = {"ecolor": EDGE, "elinewidth": 1.2, "capsize": 3, "capthick": 1.0}
SURE = ("matters",)
SAID = {
    "unclear": "not told from luck",
    "negligible": "below 1 %",
    "no effect": "exactly 0",
    "nothing": "nothing reads it",
    "not tried": "never moved",
    "unknown": "no numbers",
}
"""Verdicts as words beside a row."""
_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")
_NOTES = {
    "morris": (
        "Bars: mean size of the change over a factor's whole range, and 95 % bootstrap interval over\n"
        "{points} trajectories. Diamond: sigma, how much the change depends on where one is; beyond the end\n"
        "of the bar, its sign changes or other factors decide. Dotted: what luck alone could give."
    ),
    "sobol": (
        "Share of the variance, and 95 % bootstrap interval over {points} base samples. What the pale bar\n"
        "is longer than the dark one is interaction with other factors."
    ),
    "one_at_a_time": (
        "Each factor at its extremes, all else as the scenario is written; mean of the paired differences\n"
        "and their 95 % interval over replicates. At the ends: the settings."
    ),
}


def factors(result: Sensitivity, metric: str, ax: Axes | None = None) -> Figure:
    """The factors of one metric, the most important on top. Returns the figure.

    Morris: mu* with its interval, and sigma. Sobol: ST and S1 with their intervals. One at a time: the tornado. Where a
    factor does not matter for sure, or cannot be told from luck, its row says so.
    """
    with house_style():
        if ax is None:
            ranked = result.ranked(metric)
            tall = 0.55 if result.method == "sobol" else 0.42
            figure, (ax,) = new(7.4, 2.1 + tall * len(ranked))
            figure.suptitle(title(result, metric), x=0.01, ha="left", fontsize=11, fontweight="bold")
            figure.supxlabel(note(result), x=0.01, ha="left", fontsize=8, color=GREY)
        draw(ax, result, metric)
        drawn = ax.get_figure(root=True)
        assert drawn is not None
        return drawn


def draw(axis: Axes, result: Sensitivity, metric: str) -> None:
    """Draw the factors of one metric, without title and note."""
    ranked = result.ranked(metric)
    {"morris": _morris, "sobol": _sobol, "one_at_a_time": _tornado}[result.method](
        axis, result, metric, ranked
    )
    axis.set_yticks(range(len(ranked)), list(ranked["factor"]))
    axis.set_ylim(len(ranked) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.xaxis.set_major_formatter(_TICKS)
    _verdicts(axis, ranked)


def heat(result: Sensitivity, ax: Axes | None = None) -> Figure:
    """Factors x metrics: the main index, of Morris and one at a time over the largest of its metric.

    Factors stand in the order of their largest cell. In brackets: does not matter, or not told apart from luck.
    """
    tables = {metric: result.ranked(metric).set_index("factor") for metric in result.metrics}
    cells = pd.DataFrame({metric: _shares(result, table) for metric, table in tables.items()})
    cells = cells.loc[cells.max(axis=1).sort_values(ascending=False, kind="stable").index]
    words = [
        [_cell(value, str(tables[metric]["verdict"][factor])) for metric, value in row.items()]
        for factor, row in cells.iterrows()
    ]
    what = {
        "sobol": "ST: share of the variance that a factor has a hand in",
        "morris": "mu* over the largest mu* of the metric",
        "one_at_a_time": "swing over the largest swing of the metric",
    }[result.method]
    what += "\nIn brackets: below 1 %, or not told apart from luck. 0: not a bit changes."
    names = [_words(metric) for metric in result.metrics]
    title = f"{result.world.title}: which factor matters for what"
    return heat_map(cells.to_numpy(np.float64), words, list(cells.index), names, title, what, 1.0, ax)


def pairs(result: Sensitivity, metric: str, ax: Axes | None = None) -> Figure:
    """Factors x factors: S2, what two do together beyond what each does alone; in brackets where it may be nothing."""
    rows = result.pairs()
    rows = rows[rows["metric"] == metric]
    order = list(result.ranked(metric)["factor"])
    values = np.full((len(order), len(order)), np.nan)
    words = [[""] * len(order) for _ in order]
    for row in rows.itertuples():
        i, j = sorted((order.index(row.factor), order.index(row.other)), reverse=True)
        values[i, j] = row.value
        words[i][j] = f"{row.value:.2f}" if row.low > 0 else f"({row.value:.2f})"
    title = f"{result.world.title}: {_words(metric)}, pairs of factors"
    what = "S2: share of the variance by the two together.\nIn brackets: the 95 % interval holds 0."
    return heat_map(
        values[1:, :-1], [row[:-1] for row in words[1:]], order[1:], order[:-1], title, what, 0.3, ax
    )


def title(result: Sensitivity, metric: str) -> str:
    """What a picture of one metric shows."""
    of = "" if result.against is None else f", {result.design or 'as written'} less {result.against},"
    return f"{result.world.title}: what {_words(metric)}{of} depends on"


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def note(result: Sensitivity) -> str:
    """How to read it, and what was run."""
    whose = result.world.focus if result.design is None else f"{result.world.focus}, design '{result.design}'"
    if result.against is not None:
        whose += f" less '{result.against}'"
    size = f"{result.replicates} replicates" if result.replicates > 1 else "1 replicate"
    return (
        _NOTES[result.method].format(points=result.points)
        + f"\n{whose}; {size} of {result.customers:,} customers, {result.weeks} weeks."
    )


def _scale(result: Sensitivity, metric: str, numbers: pd.DataFrame) -> Scale:
    size = largest(float(n) for n in numbers.to_numpy(np.float64).ravel() if n == n)
    return scale(result.unit(metric), size, difference=True)


def _rows(result: Sensitivity, metric: str, index: str, order: pd.Series) -> pd.DataFrame:
    rows = result.frame()
    ours = rows[(rows["metric"] == metric) & (rows["index"] == index)]
    return ours.set_index("factor").loc[list(order)]


def _whiskers(table: pd.DataFrame, factor: float = 1.0) -> NDArray[np.float64]:
    below, above = table["value"] - table["low"], table["high"] - table["value"]
    return np.nan_to_num(np.array([below, above], dtype=np.float64)) * factor


def _morris(axis: Axes, result: Sensitivity, metric: str, ranked: pd.DataFrame) -> None:
    units = _scale(result, metric, ranked[["value", "high"]])
    places = range(len(ranked))
    sure = [verdict in SURE for verdict in ranked["verdict"]]
    widths = ranked["value"].fillna(0.0) * units.factor
    axis.barh(
        places,
        widths,
        height=0.6,
        color=[STRONG if s else PALE for s in sure],
        xerr=_whiskers(ranked, units.factor),
        error_kw=WHISKER,
    )
    sigma = _rows(result, metric, "sigma", ranked["factor"])["value"] * units.factor
    sigma = sigma.where(widths.to_numpy() > 0)  # a factor that does nothing has no bends either
    axis.plot(
        sigma,
        places,
        "D",
        color="white",
        markeredgecolor=EDGE,
        markersize=5,
        linestyle="none",
        label="sigma",
        zorder=4,
        clip_on=False,
    )
    for place, luck in zip(places, ranked["luck"], strict=True):
        if luck == luck and luck > 0:
            axis.plot(
                [luck * units.factor] * 2,
                [place - 0.36, place + 0.36],
                ":",
                color=EDGE,
                linewidth=1.4,
                zorder=4,
            )
    axis.set_xlim(left=0.0)
    axis.set_xlabel(f"mu* ({units.unit})")


def _sobol(axis: Axes, result: Sensitivity, metric: str, ranked: pd.DataFrame) -> None:
    places = np.arange(len(ranked))
    for index, offset, colour, label in (
        ("ST", -0.19, PALE, "with others (ST)"),
        ("S1", 0.19, STRONG, "alone (S1)"),
    ):
        table = _rows(result, metric, index, ranked["factor"])
        axis.barh(
            places + offset,
            table["value"],
            height=0.36,
            color=colour,
            edgecolor=EDGE,
            linewidth=0.6,
            xerr=_whiskers(table),
            error_kw=WHISKER,
            label=label,
        )
    axis.axvline(0.0, color=EDGE, linewidth=1.0)
    axis.set_xlabel("share of the variance")
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)


def _tornado(axis: Axes, result: Sensitivity, metric: str, ranked: pd.DataFrame) -> None:
    effects = result.effects()
    effects = effects[effects["metric"] == metric]
    units = _scale(result, metric, effects[["value", "low", "high"]])
    reach = largest(float(n) for n in effects[["value", "low", "high"]].to_numpy().ravel() if n == n)
    for place, factor in enumerate(ranked["factor"]):
        ours = effects[(effects["factor"] == factor) & effects["value"].notna()]
        if ours.empty:
            continue
        last = len(ours) - 1
        for position, row in enumerate(ours.iloc[ours["value"].abs().argsort()[::-1]].itertuples()):
            first = row.Index == ours.index[0]
            end = row.Index == ours.index[last]
            axis.barh(
                place,
                row.value * units.factor,
                height=0.6,
                color=PALE if first else STRONG if end else "#7fb3d5",
                edgecolor=EDGE,
                linewidth=0.6,
                zorder=2 + position / 100,
            )
        _ends(axis, place, ours, units, reach)
    axis.axvline(0.0, color=EDGE, linewidth=1.0, zorder=3)
    axis.margins(x=0.2)
    axis.set_xlabel(f"change of {_words(metric)} against the scenario as written ({units.unit})")


def _ends(axis: Axes, place: int, ours: pd.DataFrame, units: Scale, reach: float) -> None:
    """Whiskers, and the settings that the longest bar on either side stands for."""
    for side in (-1, 1):
        there = ours[ours["value"] * side > 0]
        if there.empty:
            continue
        row = there.loc[(there["value"] * side).idxmax()]
        centre = float(row["value"])
        if row["low"] == row["low"]:
            half = (row["high"] - row["low"]) / 2
            axis.errorbar(
                centre * units.factor, place, xerr=half * units.factor, fmt="none", zorder=4, **WHISKER
            )
        # Beyond all whiskers of the row, whichever side they belong to.
        edge = float(np.nanmax(ours[["value", "low", "high"]].to_numpy(np.float64) * side)) * side
        axis.annotate(
            str(row["setting"]),
            (edge * units.factor, place),
            xytext=(5 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=8,
            color=EDGE,
        )
    if reach == 0:
        axis.set_xlim(-1, 1)


def _verdicts(axis: Axes, ranked: pd.DataFrame) -> None:
    """What is to be known of rows that are not sure to matter, at the right, outside the axes."""
    for place, verdict in enumerate(ranked["verdict"]):
        if verdict in SAID:
            axis.annotate(
                SAID[verdict],
                (1.0, place),
                xycoords=("axes fraction", "data"),
                xytext=(6, 0),
                textcoords="offset points",
                ha="left",
                va="center",
                fontsize=8,
                color=GREY,
                annotation_clip=False,
            )


def _shares(result: Sensitivity, table: pd.DataFrame) -> pd.Series:
    top = table["value"].max()
    return table["value"] if result.method == "sobol" or not top > 0 else table["value"] / top


def _cell(value: object, verdict: str) -> str:
    number = float(str(value))
    if number != number:
        return MISSING
    return (
        f"{number:.2f}"
        if verdict in SURE
        else "0"
        if verdict in ("nothing", "no effect")
        else f"({number:.2f})"
    )
