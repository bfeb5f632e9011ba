"""Pictures of an explanation: families of mechanisms, the waterfall of profit, groups of customers, first causes.

What raises a metric is a plain bar, what lowers it a hatched one, so that a picture says the same in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation

from sim.experiments.explain import causes as reasons
from sim.experiments.explain import families
from sim.experiments.explain import lines as accounts
from sim.experiments.explain.groups import UNCHARGED
from sim.report.picture import GREY, house_style, new, save
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments import Explanation

__all__ = ["causes", "groups", "lines", "save", "shapley"]

UP, DOWN, WHOLE = "#56B4E9", "#E69F00", "#6b6b6b"
HATCH = "////"
MOST = 8
"""Causes that a panel shows."""
_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")


class Bar(NamedTuple):
    """A row of a picture: from start to start + size, with the interval of its size."""

    label: str
    size: float
    low: float
    high: float
    start: float = 0.0
    whole: bool = False


def shapley(result: Explanation, ax: Axes | None = None) -> Figure:
    """What each family of mechanisms adds to the difference, what remains without them, and the whole."""
    bars = [
        Bar(families.WORDS[row["family"]], row["mean"], row["low"], row["high"])
        for _, row in result.shapley.iterrows()
    ]
    for label, interval, whole in (
        ("what remains without them", result.remains, False),
        ("the difference", result.difference, True),
    ):
        if interval is not None and interval.mean is not None:
            low, high = (interval.mean if end is None else end for end in (interval.low, interval.high))
            bars.append(Bar(label, interval.mean, low, high, whole=whole))
    how = (
        f"Shapley values, {result.orders} orders of the families drawn at random (standard error at most "
        f"{result.shapley['sampling_error'].max():,.3g})."
        if result.orders
        else "Shapley values over all coalitions of the families."
    )
    title = f"why '{result.design}' and '{result.against}' differ in {result.metric.replace('_', ' ')}"
    return _picture(result, bars, result.unit, title, how, ax)


def lines(result: Explanation, ax: Axes | None = None) -> Figure:
    """The waterfall: from the profit of the other design to that of the design, line by line."""
    bars, so_far = [], 0.0
    for _, row in result.lines.iterrows():
        whole = row["line"] == "profit"
        label = "profit" if whole else accounts.WORDS[row["line"]]
        bars.append(Bar(label, row["mean"], row["low"], row["high"], 0.0 if whole else so_far, whole))
        so_far += 0.0 if whole else row["mean"]
    title = f"where the profit of '{result.design}' differs from that of '{result.against}'"
    return _picture(
        result, bars, result.world.currency, title, "Each line begins where the one above ends.", ax
    )


def groups(result: Explanation) -> Figure:
    """What customers bring, and how many are kept, by segment and decile of value when the designs part."""
    table = result.groups[result.groups["group"] != UNCHARGED]
    rows = table[table["measure"] == "contribution"]
    with house_style():
        figure, axes = new(10.0, 1.6 + 0.27 * len(rows), 2, sharey=True)
        _heads(figure, result, f"whose money, '{result.design}' less '{result.against}'", _FOOT)
        for axis, measure, unit, title in (
            (axes[0], "contribution", result.world.currency, "Contribution"),
            (axes[1], "kept", "customers", "Customers kept to the end"),
        ):
            own = table[table["measure"] == measure].set_index(["by", "group"])
            bars = []
            for _, row in rows.iterrows():
                key = (row["by"], row["group"])
                mean, low, high = (
                    own.loc[key, ["mean", "low", "high"]] if key in own.index else (nan, nan, nan)
                )
                bars.append(Bar(_group(row), mean, low, high, whole=row["by"] == "all"))
            _draw(axis, bars, unit)
            axis.set_title(title)
        return figure


def causes(result: Explanation) -> Figure:
    """Of those who changed their mind: what differed first, and what when they first bought otherwise."""
    table = result.causes
    with house_style():
        panels = [
            (_by_cause(table, by), title)
            for by, title in (("first", "What differed first"), ("turn", "First other purchase"))
        ]
        rows, fated = max(len(found) for found, _ in panels), set(table["fate"])
        figure, axes = new(10.0, 1.9 + 0.46 * rows, 2)
        foot = (
            "Mean number a world and 95 % interval. Read off diaries: what differed, not what it alone did."
        )
        _heads(
            figure, result, f"who changed their mind between '{result.design}' and '{result.against}'", foot
        )
        for axis, (found, title) in zip(axes, panels, strict=True):
            for row, (_, fates) in enumerate(found):
                for fate, (mean, low, high) in fates.items():
                    at = row if len(fated) < 2 else row + (0.19 if fate == "lost" else -0.19)
                    _bar(axis, at, Bar("", mean, low, high), 0.34, down=fate == "lost")
            axis.set_yticks(range(len(found)), [reasons.WORDS[cause] for cause, _ in found])
            axis.set_ylim(max(rows, 1) - 0.5, -0.6)
            _bare(axis)
            axis.set_xlim(left=0)
            axis.set_xlabel("customers a world")
            axis.set_title(title)
        keys = [
            Patch(facecolor=UP, edgecolor="#333333", label=f"with '{result.design}' only"),
            Patch(facecolor=DOWN, edgecolor="#333333", hatch=HATCH, label=f"with '{result.against}' only"),
        ]
        # Above the title of the panel, however high the panel is.
        above = axes[0].transAxes + ScaledTranslation(0.0, 24 / 72, figure.dpi_scale_trans)
        axes[0].legend(
            handles=keys,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            bbox_transform=above,
            borderaxespad=0.0,
            ncols=2,
            fontsize=8.5,
        )
        return figure


_FOOT = (
    "Mean of the paired differences and 95 % interval. Decile 1: the tenth of customers that brought most before; "
    "contribution: revenue less goods, refunds, service, rewards."
)


def _by_cause(table: pd.DataFrame, by: str) -> list[tuple[str, dict[str, tuple[float, float, float]]]]:
    """Cause -> fate -> numbers; the most frequent causes first."""
    own = table[table["by"] == by]
    totals = own.groupby("group")["mean"].sum()
    order = sorted(totals.index, key=lambda cause: (-totals[cause], cause))[:MOST]
    return [
        (
            str(cause),
            {
                str(r["fate"]): (r["mean"], r["low"], r["high"])
                for _, r in own[own["group"] == cause].iterrows()
            },
        )
        for cause in order
    ]


def _group(row: pd.Series) -> str:
    if row["by"] == "decile" and str(row["group"]).isdigit():
        return f"decile {row['group']}"
    return "all customers" if row["by"] == "all" else str(row["group"])


def _picture(
    result: Explanation, bars: Sequence[Bar], unit: str, title: str, how: str, ax: Axes | None
) -> Figure:
    with house_style():
        if ax is not None:
            _draw(ax, bars, unit)
            ax.set_title(title[0].upper() + title[1:])
            drawn = ax.get_figure(root=True)
            assert isinstance(drawn, Figure)
            return drawn
        figure, (axis,) = new(8.4, 1.5 + 0.33 * len(bars))
        _heads(figure, result, title, how)
        _draw(axis, bars, unit)
        return figure


def _heads(figure: Figure, result: Explanation, title: str, how: str) -> None:
    figure.suptitle(f"{result.world.title}: {title}", x=0.01, ha="left", fontsize=11, fontweight="bold")
    run = f"{result.replicates} replicates of {result.customers:,} customers, {result.weeks} weeks."
    sure = "" if result.replicates > 1 else " One replicate: no interval."
    figure.supxlabel(f"{how}\n{run}{sure}", x=0.01, ha="left", fontsize=8, color=GREY)


def _draw(axis: Axes, bars: Sequence[Bar], unit: str) -> None:
    """Bars with their intervals, and the numbers in a column of their own at the right."""
    units = scale(unit, largest([bar.size for bar in bars if not isnan(bar.size)]), difference=True)
    axis.axvline(0.0, color="#333333", linewidth=1.0, zorder=1)
    for row, bar in enumerate(bars):
        if isnan(bar.size):
            continue
        _bar(axis, row, bar, 0.62, units)
        half = None if isnan(bar.low) or bar.high <= bar.low else (bar.high - bar.low) / 2
        words = units.show(bar.size, signed=True, precision=half)
        axis.annotate(
            words, (1.02, row), xycoords=("axes fraction", "data"), va="center", ha="left", fontsize=8.5,
            fontweight="bold" if bar.whole else "normal", annotation_clip=False,
        )  # fmt: skip
    axis.set_yticks(range(len(bars)), [bar.label for bar in bars])
    axis.set_ylim(len(bars) - 0.4, -0.6)
    _bare(axis)
    axis.margins(x=0.05)
    axis.xaxis.set_major_formatter(_TICKS)
    axis.set_xlabel(f"difference ({units.unit})")


def _bar(
    axis: Axes, at: float, bar: Bar, height: float, units: Scale | None = None, *, down: bool | None = None
) -> None:
    factor = units.factor if units else 1.0
    falls = bar.size < 0 if down is None else down
    axis.barh(
        at, bar.size * factor, height, left=bar.start * factor, zorder=2, linewidth=0.8, edgecolor="#333333",
        color=WHOLE if bar.whole else DOWN if falls else UP, hatch=HATCH if falls and not bar.whole else None,
    )  # fmt: skip
    if not isnan(bar.low) and bar.high > bar.low:
        end = (bar.start + bar.size) * factor
        left, right = (bar.size - bar.low) * factor, (bar.high - bar.size) * factor
        axis.errorbar(
            end,
            at,
            xerr=[[left], [right]],
            color="#000000",
            elinewidth=1.3,
            capsize=3,
            capthick=1.0,
            zorder=3,
        )


def _bare(axis: Axes) -> None:
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
