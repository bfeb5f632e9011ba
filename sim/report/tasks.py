"""The picture of the tasks on real logs: every bound with the market's figure, every pattern against its tolerance."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.report.picture import COLOURS, GREY, Picture, house_style
from sim.report.units import MISSING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EDGE = (-1.6, 3.6)
"""Where a figure further out is drawn, in steps from the must (0) to the should (1)."""
NEAR = 0.1
"""Of a bound without a should: what counts as a step, as a share of the must."""
OUT = 2.6
"""Where a pattern further off is drawn, in tolerances."""
MUST, SHOULD = "#e3e3e3", "#bdbdbd"
YES, NO = (COLOURS[0], "o"), (COLOURS[1], "X")
_LETTERS = 34
PLACES = {3: (1.02, 1.2, 1.42), 2: (1.02, 1.14)}
"""Where so many columns of words begin, in widths of the panel."""


def picture(bounds: pd.DataFrame, patterns: pd.DataFrame | None = None) -> Figure:
    """Bounds with their numbers and intervals; beside them, where that task was run, the card of patterns.

    bounds: goal, task, score, value, low, high, must low, must high, should low, should high, must, should, reached,
    reached too. patterns: model, pattern, target, standard error, tolerance, simulated, lowest, highest, deviation,
    passes; the market first.
    """
    columns = [
        name for name, there in (("bounds", len(bounds) > 0), ("patterns", patterns is not None)) if there
    ]
    rows = max(len(bounds), 0 if patterns is None else patterns["pattern"].nunique(), 3)
    with house_style():
        # The layout does not reckon with bold words to the right of the last column.
        layout = ConstrainedLayoutEngine(rect=(0.0, 0.0, 0.985, 1.0))
        figure = Picture(figsize=(7.4 * max(len(columns), 1), 1.7 + 0.26 * rows), layout=layout)
        axes = dict(zip(columns, figure.subplots(1, max(len(columns), 1), squeeze=False)[0], strict=False))
        if "bounds" in axes:
            _bounds(axes["bounds"], bounds)
        if patterns is not None:
            _patterns(axes["patterns"], patterns)
        if not columns:
            figure.axes[0].text(0.5, 0.5, "no task with a bound was run", ha="center", color=GREY)
            figure.axes[0].set_axis_off()
        figure.supxlabel(_explained(columns), x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def _explained(columns: list[str]) -> str:
    words = {
        "bounds": "Bounds: each has a scale of its own, better to the right; light: as must be, dark: as should be "
        "(a tenth beyond the must where nothing more is asked).\nBar: 95 % interval of a difference, where one is "
        "judged; all of it must be to the right of 'must'. Arrow: further out.",
        "patterns": "Patterns: how far simulated years are off the panel's, in tolerances; dark: 95 % interval of the "
        "panel's own value. Bar: lowest to highest year.\nBoth: circle: reached, cross: missed; square: null model.",
    }
    return "\n".join(words[name] for name in columns)


def _bounds(axis: Axes, bounds: pd.DataFrame) -> None:
    left, right = EDGE
    axis.axvspan(0, right, color=MUST, zorder=0, linewidth=0)
    axis.axvspan(1, right, color=SHOULD, zorder=0, linewidth=0)
    for height, row in enumerate(bounds.to_dict(orient="records")):
        colour, marker = YES if row["reached"] else NO
        at = steps(row, row["value"])
        ends = [steps(row, row[end]) for end in ("low", "high")]
        if all(map(isfinite, ends)):
            axis.plot(
                [max(left, min(e, right)) for e in ends], [height] * 2, color=colour, linewidth=1.6, zorder=2
            )
        if isfinite(at):
            _mark(axis, at, height, (left, right), colour, marker)
        else:
            axis.text(0, height, "no number", va="center", ha="center", fontsize=7.5, color=colour)
        shown = f"{row['value']:.4g}" if isfinite(row["value"]) else MISSING
        _words(axis, height, (shown, _sign(row["must"]), _sign(row["should"])), bold=not row["reached"])
    _words(axis, -0.75, ("market", "must", "should"), faint=True)
    names = [
        f"{_short(row['score'])}  {row['goal']} {row['task']}" for row in bounds.to_dict(orient="records")
    ]
    axis.set_yticks(range(len(bounds)), names, fontsize=8)
    axis.set_ylim(len(bounds) - 0.4, -1.2)
    axis.set_xlim(left - 0.15, right + 0.15)
    axis.set_xticks([0, 1], ["must", "should"])
    reached, should = int(bounds["reached"].sum()), bounds[bounds["reached too"].notna()]
    axis.set_title(
        f"Goals: {reached} of {len(bounds)} must, {int(should['reached too'].astype(bool).sum())} of "
        f"{len(should)} should"
    )
    axis.grid(visible=False)


def steps(row: dict[str, float], value: float) -> float:
    """Where a figure lies on the way from the must (0) to the should (1); beyond 1 it is better still.

    Of a bound with two ends, by the end that it is nearer to. NaN for what is no number.
    """
    found = inf
    for end, sign in (("low", 1.0), ("high", -1.0)):
        must, should = float(row[f"must {end}"]), float(row[f"should {end}"])
        if not isfinite(must):
            continue
        step = sign * (should - must) if isfinite(should) else NEAR * (abs(must) or 1.0)
        found = min(found, sign * (value - must) / step) if isfinite(value) else float("nan")
    return found


def _patterns(axis: Axes, card: pd.DataFrame) -> None:
    models = list(dict.fromkeys(card["model"]))
    first = card[card["model"] == models[0]].reset_index(drop=True)
    place = {name: height for height, name in enumerate(first["pattern"])}
    axis.axvspan(-1, 1, color=MUST, zorder=0, linewidth=0)
    axis.axvline(0, color=GREY, linewidth=0.9, zorder=1)
    for row in first.to_dict(orient="records"):
        height, half = (
            place[row["pattern"]],
            1.96 * abs(row["standard error"] / row["target"]) / row["tolerance"],
        )
        axis.plot([-half, half], [height] * 2, color=SHOULD, linewidth=8, solid_capstyle="butt", zorder=1)
        shown = f"{row['simulated']:.3g} ({row['deviation']:+.1%})"
        _words(axis, height, (f"{row['target']:.3g}", shown), bold=not row["passes"])
    _words(axis, -0.75, ("panel", models[0]), faint=True)
    for model in reversed(models):
        for row in card[card["model"] == model].to_dict(orient="records"):
            height, scale = place[row["pattern"]], row["tolerance"]
            if model != models[0]:
                _mark(axis, row["deviation"] / scale, height + 0.2, (-OUT, OUT), GREY, "s", small=True)
                continue
            colour, marker = YES if row["passes"] else NO
            ends = [(row[end] / row["target"] - 1) / scale for end in ("lowest", "highest")]
            axis.plot(
                [max(-OUT, min(e, OUT)) for e in ends], [height] * 2, color=colour, linewidth=1.6, zorder=3
            )
            _mark(axis, row["deviation"] / scale, height, (-OUT, OUT), colour, marker)
    axis.set_yticks(range(len(place)), list(place), fontsize=8)
    axis.set_ylim(len(place) - 0.4, -1.2)
    axis.set_xlim(-OUT - 0.15, OUT + 0.15)
    axis.set_xticks([-1, 0, 1], ["−1", "panel", "+1"])
    axis.set_xlabel("off by, in tolerances")
    passed = ", ".join(f"{model} {int(card[card['model'] == model]['passes'].sum())}" for model in models)
    axis.set_title(f"Patterns kept of {len(place)}: {passed}")
    axis.grid(visible=False)


def _mark(
    axis: Axes,
    at: float,
    height: float,
    ends: tuple[float, float],
    colour: str,
    marker: str,
    *,
    small: bool = False,
) -> None:
    """A marker at its place, or an arrow at the edge it lies beyond; nothing for what is no number."""
    if not isfinite(at):
        return
    low, high = ends
    marker = "<" if at < low else ">" if at > high else marker
    axis.plot(
        [max(low, min(at, high))], [height], marker=marker, color=colour, markersize=3.5 if small else 6,
        markerfacecolor="white" if small else colour, linestyle="none", zorder=2 if small else 4,
    )  # fmt: skip


def _words(
    axis: Axes, height: float, texts: tuple[str, ...], *, bold: bool = False, faint: bool = False
) -> None:
    """Texts in columns to the right of a row; bold: the market's, where something is missed."""
    places = PLACES[len(texts)]
    market = places[1 if len(texts) == 2 else 0]
    for place, text in zip(places, texts, strict=True):
        axis.annotate(
            text, (place, height), xycoords=("axes fraction", "data"), va="center", fontsize=7.5,
            fontweight="bold" if bold and place == market else "normal", color=GREY if faint else "#222222",
        )  # fmt: skip


def _sign(text: str) -> str:
    return text.replace("at most", "≤").replace("at least", "≥")


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1].rstrip() + "…"
