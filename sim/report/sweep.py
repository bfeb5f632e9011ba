"""Pictures of a sweep: a map over two factors, lines over one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.experiments import ExperimentError
from sim.experiments.study.average import MOST_LEVELS
from sim.report.picture import GREY, house_style, look, new, save
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments.study import Sweep

__all__ = ["heat", "lines", "save", "sweep"]

SHADES = "cividis"
"""From dark to bright without turning back, so that a map is read in grey, too, and by the colour-blind."""
CLOSEST = 0.12
"""Of the width of a picture: levels nearer to each other cannot all be named below the axis."""
_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")


def sweep(result: Sweep, metric: str | None = None, *, ax: Axes | None = None) -> Figure:
    """A map over the first two levers with levels, or else lines over the first factor."""
    few = _few(result)
    levers = [name for name in few if name in result.study.levers]
    grid = result.study.lever_sampling.method == "grid"
    if len(levers) > 1 and grid:
        return heat(result, metric, ax=ax)
    return lines(result, metric, ax=ax)


def heat(
    result: Sweep,
    metric: str | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    design: str | None = None,
    difference: bool | None = None,
    ax: Axes | None = None,
) -> Figure:
    """A map of a metric over two factors: means over all other points and over replicates.

    metric: default the first of the study. x, y: factors, by default the first two with levels. design: default the
    last one. difference: of this design to the first, replicate by replicate; the default where there are several.
    Numbers in brackets: the 95 % interval holds 0. Empty: no point there. Returns the figure.
    """
    metric, apart, design = _chosen(result, metric, difference, design)
    few = _few(result)
    x = x or next((name for name in few if name != y), None)
    y = y or next((name for name in few if name != x), None)
    if x is None or y is None or x == y:
        raise ExperimentError("a map needs two factors with levels; use lines(x=...) for one")
    table = result.over((x, y), metric, difference=apart)
    table = table[table["design"] == design]
    across, down = _in_order(table[x]), _in_order(table[y])
    means = np.full((len(down), len(across)), np.nan)
    halves, sure = np.zeros(means.shape), np.ones(means.shape, dtype=bool)
    for _, row in table.iterrows():
        at = down.index(row[y]), across.index(row[x])
        means[at], halves[at] = row["mean"], np.nan_to_num((row["high"] - row["low"]) / 2)
        sure[at] = row["verdict"] in ("higher", "lower", "")
    units = scale(result.unit(metric), largest(means[np.isfinite(means)]), difference=apart)
    with house_style():
        title = _what(metric, units, design, result.designs[0] if apart else None)
        wide = max(1.9 + 0.85 * len(across), 0.7 + 0.076 * len(title))
        figure, axis = _axes(result, ax, wide, 1.9 + 0.45 * len(down))
        image = axis.imshow(means * units.factor, cmap=SHADES, aspect="auto", origin="lower")
        low, high = image.get_clim()
        for row_at, column in zip(*np.nonzero(np.isfinite(means)), strict=True):
            number = means[row_at, column]
            words = units.show(float(number), signed=apart, precision=halves[row_at, column])
            bright = (number * units.factor - low) > 0.5 * (high - low)
            axis.text(
                column,
                row_at,
                words if sure[row_at, column] else f"({words})",
                ha="center",
                va="center",
                fontsize=8.5,
                color="#000000" if bright else "#ffffff",
            )
        axis.set_xticks(range(len(across)), [_level(value) for value in across])
        axis.set_yticks(range(len(down)), [_level(value) for value in down])
        axis.tick_params(length=0)
        axis.grid(visible=False)
        axis.set_xlabel(x)
        axis.set_ylabel(y)
        axis.set_title(title, fontsize=9.5)
        if ax is None:
            notes = [_averaged(result, (x, y))]
            if apart and not sure.all():
                notes.append("In brackets: the 95 % interval of the difference holds 0.")
            if not np.isfinite(means).all():
                notes.append("Empty: left out.")
            _note(figure, notes)
        return figure


def lines(
    result: Sweep,
    metric: str | None = None,
    *,
    x: str | None = None,
    difference: bool | None = None,
    ax: Axes | None = None,
) -> Figure:
    """A metric of each design over one factor, with 95 % intervals; or each design's difference to the first.

    metric: default the first of the study. x: default the first factor. difference: default where there are several
    designs. Means are over all other points; a factor with many values is seen in groups. Returns the figure.
    """
    metric, apart, _ = _chosen(result, metric, difference, None)
    x = x or next(iter(result.factors), None)
    if x is None:
        raise ExperimentError("the study varies nothing, so there is no line to draw; use differences()")
    table = result.over(x, metric, difference=apart)
    units = scale(
        result.unit(metric), largest(table[["mean", "low", "high"]].stack().dropna()), difference=apart
    )
    with house_style():
        figure, axis = _axes(result, ax, 6.4, 3.9)
        known = _in_order(table[x])
        numeric = pd.api.types.is_numeric_dtype(table[x]) and not pd.api.types.is_bool_dtype(table[x])
        if apart:
            axis.axhline(0.0, color="#333333", linewidth=1.0, zorder=1)
        # A little beside each other, so that a bar does not hide another.
        apart_by = 0.006 * (known[-1] - known[0] if numeric else len(known))
        for position, design in enumerate(result.designs):
            ours = table[table["design"] == design]
            if ours.empty:
                continue
            style = look(position)
            at = np.array([value if numeric else known.index(value) for value in ours[x]], dtype=float)
            mean = ours["mean"].to_numpy() * units.factor
            half = (ours["high"] - ours["low"]).to_numpy() / 2 * units.factor
            axis.errorbar(
                at + (position - len(result.designs) / 2) * apart_by,
                mean,
                yerr=np.nan_to_num(half),
                capsize=4,
                elinewidth=1.2,
                markersize=5,
                label=design,
                color=style["color"],
                linestyle=style["linestyle"] if numeric else "none",
                marker=style["marker"],
            )
        if numeric:
            gaps = np.diff(np.array(known, dtype=float))
            if len(known) <= 8 and (gaps >= CLOSEST * gaps.sum()).all():
                axis.set_xticks(known, [_level(value) for value in known])
        else:
            axis.set_xticks(range(len(known)), [_level(value) for value in known])
        axis.yaxis.set_major_formatter(_TICKS)
        axis.set_xlabel(x)
        drawn = [design for design in result.designs if (table["design"] == design).any()]
        alone = drawn[0] if len(drawn) == 1 else None
        axis.set_title(_what(metric, units, alone, result.designs[0] if apart else None), fontsize=9.5)
        if alone is None:
            axis.legend(fontsize=8.5, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
        if ax is None:
            _note(figure, [_averaged(result, (x,)), "Bars: 95 % interval over replicates of that mean."])
        return figure


def _chosen(
    result: Sweep, metric: str | None, difference: bool | None, design: str | None
) -> tuple[str, bool, str]:
    (shown,) = result.metrics(result.study.metrics[:1] if metric is None else (metric,))
    apart = len(result.designs) > 1 if difference is None else difference
    if design is not None and design not in result.designs[1 if apart else 0 :]:
        known = ", ".join(result.designs[1 if apart else 0 :])
        raise ExperimentError(f"no design '{design}' to draw; there are {known}")
    return shown, apart, design or result.designs[-1]


def _few(result: Sweep) -> list[str]:
    """Factors with levels, those that the firm decides first."""
    points = result.point_table()
    return [name for name in result.factors if 1 < points[name].nunique(dropna=False) <= MOST_LEVELS]


def _axes(result: Sweep, ax: Axes | None, width: float, height: float) -> tuple[Figure, Axes]:
    if ax is not None:
        figure = ax.get_figure(root=True)
        assert figure is not None
        return figure, ax
    made, (axis,) = new(max(width, 4.8), max(height, 3.0))
    made.suptitle(result.study.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return made, axis


def _note(figure: Figure, notes: list[str]) -> None:
    figure.supxlabel("\n".join(notes), x=0.01, ha="left", fontsize=8, color=GREY)


def _in_order(column: pd.Series) -> list[Any]:
    levels = list(dict.fromkeys(column.tolist()))
    return sorted(levels) if pd.api.types.is_numeric_dtype(column) else levels


def _level(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.4g}"
    words = f"{value}"
    return words if len(words) <= 16 else words[:15] + "…"


def _what(metric: str, units: Scale, design: str | None, against: str | None) -> str:
    name = metric.replace("_", " ").capitalize()
    whose = "" if design is None else f" of '{design}'"
    less = "" if against is None else f", difference to '{against}'"
    return f"{name}{whose}{less} ({units.unit})"


def _averaged(result: Sweep, names: tuple[str, ...]) -> str:
    others = [name for name in result.factors if name not in names]
    text = f"{result.study.replicates} replicates"
    return f"Mean of {text}" + (f" and over {', '.join(others)}." if others else ".")
