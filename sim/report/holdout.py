"""Pictures of a hold-out report: what was forecast of customers beside what they then did.

Source: Fader, Hardie & Lee 2005, Marketing Science 24:275 (purchases by purchases so far, weekly curves); Kleiber &
Zeileis 2016, American Statistician 70:296 (rootogram).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from sim.calibration.holdout import BASELINE, OURS, HoldoutReport, Outlook
from sim.calibration.outcome import Outcome, by_chance, by_count, by_frequency, by_spend, totals, verdict
from sim.experiments import store
from sim.report.picture import COLOURS, GREY, Picture, house_style, new, save
from sim.report.units import MISSING

if TYPE_CHECKING:
    from sim.calibration.outcome import Grouped

Array = NDArray[np.float64]

ACTUAL = "actual"
LOOKS: Mapping[str, dict[str, Any]] = {
    ACTUAL: {"color": COLOURS[3], "linestyle": "-", "marker": "o", "linewidth": 1.3},
    OURS: {"color": COLOURS[0], "linestyle": (0, (5, 2)), "marker": "s", "linewidth": 1.9},
    BASELINE: {"color": COLOURS[1], "linestyle": (0, (1.5, 1.5)), "marker": "D", "linewidth": 1.6},
    "own rate": {"color": COLOURS[2], "linestyle": (0, (5, 1.5, 1.2, 1.5)), "marker": "^", "linewidth": 1.2},
}
"""Colour, dash and marker of each series: any one of them tells the series apart."""
_FAINT = "#d9d9d9"
_NUMBER = FuncFormatter(lambda value, _: f"{value:,.6g}")
_FOOTNOTE = (
    "Forecasts are fitted to the rows up to the calibration end alone. Bars on what is actual: 95 % interval of the "
    "mean (of a share: Wilson's). Bars on the market's\nforecast: 95 % of its simulated futures, chance alone; the "
    "fitted numbers are taken as known. Tenths: customers in order of the forecast, equal ones together.\n"
    "Differences: 95 % bootstrap over customers; circle: the market is better, cross: worse; filled: beyond chance."
)


def picture(report: HoldoutReport) -> Figure:
    """All panels in one figure. ValueError for a report without its forecasts (one that was read back)."""
    evidence(report)
    with house_style():
        figure = Picture(figsize=(13.2, 12.2), layout="constrained")
        above, below = np.ravel(figure.subfigures(2, 1, height_ratios=[2.05, 1], squeeze=False))
        places = [*above.subplots(2, 3).flat, below.subplots(1, 1)]
        for axis, draw in zip(places, PANELS.values(), strict=True):
            draw(axis, report)
        figure.suptitle(_title(report), x=0.01, ha="left", fontsize=12, fontweight="bold")
        figure.supxlabel(_FOOTNOTE, x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def panel(report: HoldoutReport, name: str, ax: Axes | None = None) -> Figure:
    """One panel by its name in PANELS, by itself or on `ax`. ValueError for any other name."""
    if name not in PANELS:
        raise ValueError(f"no panel is called '{name}'; panels are: {', '.join(PANELS)}")
    evidence(report)
    with house_style():
        if ax is None:
            figure, (ax,) = new(*((9.0, 4.6) if name == "differences" else (6.4, 4.4)))
            figure.suptitle(_title(report), x=0.01, ha="left", fontsize=9, color=GREY)
        PANELS[name](ax, report)
        drawn = ax.get_figure(root=True)
        assert drawn is not None
        return drawn


def evidence(report: HoldoutReport) -> tuple[Outlook, Outcome]:
    """The forecasts and the outcome of a report; ValueError where it holds none."""
    if report.outlook is None or report.outcome is None:
        raise ValueError("this report holds scores only; make it with sim.calibration.holdout to draw it")
    return report.outlook, report.outcome


def write(report: HoldoutReport, folder: Path) -> None:
    """Write report.png, and each panel into pictures/; every file whole or not at all."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for name in PANELS:
        store.write_with(pictures / f"{name}.png", lambda path, n=name: save(panel(report, n), path))  # type: ignore[misc]
    store.write_with(folder / "report.png", lambda path: save(picture(report), path))


def _title(report: HoldoutReport) -> str:
    dates = f"fitted to {report.calibration_end}, scored to {report.holdout_end}"
    return f"{report.log}: {report.customers:,} customers, {dates}"


def _series(axis: Axes, at: Array, value: Array, name: str, **more: Any) -> None:
    style = {**LOOKS[name], "markersize": 5.5, "label": name, "zorder": 3, **more}
    if name != OURS:
        style["markerfacecolor"] = "white"
    axis.plot(at, value, **style)


def _actual(axis: Axes, at: Array, groups: Grouped) -> None:
    """What customers did, with intervals, above all else."""
    _bars(axis, at, groups.actual, groups.low, groups.high, LOOKS[ACTUAL]["color"])
    axis.plot(
        at, groups.actual, color=LOOKS[ACTUAL]["color"], marker="o", markersize=5.5, linestyle="none",
        label=ACTUAL, zorder=5,
    )  # fmt: skip


def _bars(axis: Axes, at: Array, middle: Array, low: Array, high: Array, colour: str) -> None:
    there = np.isfinite(low) & np.isfinite(high)
    apart = np.maximum(np.array([middle - low, high - middle])[:, there], 0.0)
    axis.errorbar(
        at[there],
        middle[there],
        yerr=apart,
        linestyle="none",
        color=colour,
        elinewidth=1.4,
        capsize=3.5,
        zorder=4,
    )


def _frequency(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    groups = by_frequency(view, outcome)
    at = np.arange(len(groups.labels), dtype=np.float64)
    for name in (OURS, BASELINE, "own rate"):
        _series(axis, at, groups.forecasts[name], name)
    _actual(axis, at, groups)
    long = max(map(len, groups.labels)) > 3
    counted = [
        label if long else f"{label}\n{n:,}" for label, n in zip(groups.labels, groups.customers, strict=True)
    ]
    axis.set_xticks(at, counted, fontsize=7.5 if long else 8, rotation=45 if long else 0)
    _root_scale(
        axis, max(float(np.nanmax(v)) for v in (groups.high, groups.actual, *groups.forecasts.values()))
    )
    axis.set_xlabel(f"repeat purchases before{'' if long else '; below: customers'}")
    axis.set_ylabel("purchases after, mean (root scale)")
    axis.set_title("Purchases by purchases so far")
    axis.legend(fontsize=8)


def _weeks(axis: Axes, report: HoldoutReport, view: Outlook) -> None:
    start = int(view.histories.first_day.min())
    end = (report.calibration_end - dt.date(1970, 1, 1)).days + 1 - start
    axis.axvspan(0, end / 7, color="#efefef", zorder=0)
    axis.axvline(end / 7, color=GREY, linewidth=1.0, zorder=1)
    axis.annotate(
        "fitted", (end / 7, 1), xycoords=("data", "axes fraction"), xytext=(-4, -3), textcoords="offset points",
        ha="right", va="top", fontsize=8, color=GREY,
    )  # fmt: skip
    axis.annotate(
        "forecast", (end / 7, 1), xycoords=("data", "axes fraction"), xytext=(4, -3), textcoords="offset points",
        ha="left", va="top", fontsize=8, color=GREY,
    )  # fmt: skip
    axis.set_xlim(0, len(view.curves[OURS]) + 1)
    axis.set_xlabel("week since the log's first day")
    axis.yaxis.set_major_formatter(_NUMBER)


def _cumulative(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    _weeks(axis, report, view)
    week = np.arange(1, len(outcome.curve) + 1, dtype=np.float64)
    axis.plot(week, outcome.curve, label=ACTUAL, zorder=3, **{**LOOKS[ACTUAL], "marker": ""})
    for name in (OURS, BASELINE):
        axis.plot(week, view.curves[name], label=name, zorder=4, **{**LOOKS[name], "marker": ""})
    # Futures count whole hold-outs of each customer, so chance shows at the end of the curve only.
    before = float(view.histories.repeats.sum())
    mean, low, high = (np.array([before + value]) for value in totals(view, OURS))
    _bars(axis, week[-1:] + 0.4, mean, low, high, LOOKS[OURS]["color"])
    axis.set_ylim(bottom=0, top=1.12 * max(float(high[0]), float(outcome.curve[-1])))
    axis.set_ylabel("repeat purchases so far, all customers")
    axis.set_title("All repeat purchases")
    axis.legend(fontsize=8, loc="lower right")


def _weekly(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    _weeks(axis, report, view)
    week = np.arange(1, len(outcome.curve) + 1, dtype=np.float64)
    found = np.diff(outcome.curve, prepend=0.0)
    axis.plot(week, found, label=ACTUAL, zorder=3, **{**LOOKS[ACTUAL], "marker": "o", "markersize": 2.5})
    for name in (OURS, BASELINE):
        expected = np.diff(view.curves[name], prepend=0.0)
        axis.plot(week, expected, label=name, zorder=4, **{**LOOKS[name], "marker": ""})
    axis.set_ylim(bottom=0, top=1.12 * float(found.max()))
    axis.set_ylabel("repeat purchases in a week, all customers")
    axis.set_title("Repeat purchases week by week")
    axis.legend(fontsize=8, loc="lower right")


def _count(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    groups = by_count(view, outcome, OURS)
    at = np.arange(len(groups.labels), dtype=np.float64)
    axis.bar(at, groups.actual, width=0.78, color=_FAINT, edgecolor="#555555", linewidth=0.8, label=ACTUAL)
    mean = groups.forecasts[OURS]
    _bars(axis, at, mean, groups.forecasts["low"], groups.forecasts["high"], LOOKS[OURS]["color"])
    _series(axis, at, mean, OURS, linestyle="none", label=f"{OURS}, simulated", zorder=5)
    _root_scale(axis, float(max(groups.actual.max(), groups.forecasts["high"].max())))
    long = max(map(len, groups.labels)) > 3
    axis.set_xticks(
        at, groups.labels, fontsize=7.5, rotation=45 if long else 0, ha="right" if long else "center"
    )
    axis.grid(visible=False, axis="x")
    axis.set_xlabel("purchases after the calibration end")
    axis.set_ylabel("customers (root scale)")
    axis.set_title("How many buy how often")
    axis.legend(fontsize=8)


def _beside(axis: Axes, groups: Grouped) -> NDArray[np.float64]:
    """Both forecasts of groups beside what they did; gives where the groups stand."""
    at = np.arange(len(groups.labels), dtype=np.float64)
    for name in (OURS, BASELINE):
        _series(axis, at, groups.forecasts[name], name)
    _actual(axis, at, groups)
    return at


def _active(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    groups = by_chance(view, outcome, OURS)
    at = _beside(axis, groups)
    axis.set_xticks(at, groups.labels)
    axis.set_xlabel(f"tenths of the {OURS}'s forecast, least first")
    axis.set_ylabel("share of customers")
    axis.set_title("Who buys at all")
    axis.legend(fontsize=8)


def _spend(axis: Axes, report: HoldoutReport) -> None:
    view, outcome = evidence(report)
    groups = by_spend(view, outcome, OURS)
    at = _beside(axis, groups)
    high = np.nan_to_num(groups.high)
    _root_scale(
        axis, float(max(groups.actual.max(), high.max(), *(f.max() for f in groups.forecasts.values())))
    )
    axis.set_xticks(at, groups.labels)
    axis.set_xlabel(f"tenths of the {OURS}'s forecast, least first")
    axis.set_ylabel(f"{view.log.currency or 'money'} a customer, mean (root scale)")
    axis.set_title("Spend after the calibration end")
    axis.legend(fontsize=8)


def _differences(axis: Axes, report: HoldoutReport) -> None:
    rows = [
        (baseline, score, tuple(100 * v for v in values))
        for baseline, found in report.beside.items()
        for score, values in found.items()
    ]
    axis.axvline(0.0, color="#333333", linewidth=1.0, zorder=1)
    bound = max((abs(v) for _, _, values in rows for v in values if np.isfinite(v)), default=1.0)
    names, height, before = [], 0.0, None
    heights = []
    for baseline, score, (mean, low, high) in rows:
        height += 0.0 if before is None else (1.55 if baseline != before else 1.0)
        before = baseline
        heights.append(height)
        names.append(f"{baseline}: {score}")
        if not np.isfinite(mean):
            axis.text(0, height, MISSING, va="center", ha="center", color=GREY)
            continue
        better, sure = mean < 0, verdict(mean / 100, low / 100, high / 100) != ""
        colour = COLOURS[0] if better else COLOURS[1]
        axis.errorbar(
            mean,
            height,
            xerr=[[mean - low], [high - mean]],
            color=colour,
            elinewidth=2.0,
            capsize=4,
            zorder=2,
        )
        axis.plot(
            mean, height, marker="o" if better else "X", markersize=7, color=colour, markeredgewidth=1.4,
            markerfacecolor=colour if sure else "white", zorder=3,
        )  # fmt: skip
        axis.annotate(
            f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]", (1.01, height), xycoords=("axes fraction", "data"),
            va="center", fontsize=8, color="#222222",
        )  # fmt: skip
    axis.set_yticks(heights, names, fontsize=8.5)
    axis.set_ylim(height + 0.8, -0.8)
    axis.set_xlim(
        -1.08 * bound, 1.08 * bound if any(v[2] > 0.35 * bound for _, _, v in rows) else 0.4 * bound
    )
    axis.grid(visible=False, axis="y")
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(f"error of the {OURS} beside the baseline's, %: left of 0 the {OURS} is better")
    axis.set_title("Beside baselines, over the same customers")


def _root_scale(axis: Axes, top: float) -> None:
    """A square-root scale from 0, on which chance in a count looks alike at every height."""
    axis.set_yscale("function", functions=(lambda v: np.sqrt(np.maximum(v, 0)), np.square))
    top = max(top, 1e-9)
    axis.set_ylim(0, 1.08 * top)
    ticks, magnitude = [0.0], 10.0 ** np.floor(np.log10(top))
    for scale in (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 8):
        if (
            scale * magnitude <= 1.08 * top
            and np.sqrt(scale * magnitude / top) - np.sqrt(ticks[-1] / top) > 0.08
        ):
            ticks.append(scale * magnitude)
    axis.yaxis.set_major_locator(FixedLocator(ticks))
    axis.yaxis.set_major_formatter(_NUMBER)


Draw = Callable[[Axes, HoldoutReport], None]
PANELS: Mapping[str, Draw] = {
    "frequency": _frequency,
    "cumulative": _cumulative,
    "weekly": _weekly,
    "count": _count,
    "active": _active,
    "spend": _spend,
    "differences": _differences,
}
"""What draws each panel, by name."""
