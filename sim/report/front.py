"""Picture of a front: two objectives against each other, a third as the size of the markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from sim.report.picture import GREY, house_style, ink, look, new
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments.optimise import Front
    from sim.experiments.statistics import Interval
    from sim.experiments.study.optimise import Objective

FAINT = "#b5b5b5"
LABELLED = 6
"""Points of the front that are named: its ends, and some between."""
SMALL, LARGE = 30.0, 260.0
_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")


def picture(front: Front, ax: Axes | None = None) -> Figure:
    """The candidates in fresh worlds; crosses are 95 % intervals of the paired difference to the reference.

    Filled: on the front. Hollow: dominated, perhaps by chance. Faint and without a cross: dominated. Those that break a
    limit are not shown. The diamond is the reference design. One objective alone is shown by candidate.
    """
    with house_style():
        if ax is None:
            figure, (ax,) = new(7.4, 5.0)
            world = front.study.world
            figure.suptitle(
                f"{world.title}: levers of '{front.block.design}' at {world.focus}",
                x=0.01,
                ha="left",
                fontsize=11,
                fontweight="bold",
            )
            figure.supxlabel(_below(front), x=0.01, ha="left", fontsize=8, color=GREY)
        _draw(front, ax)
        drawn = ax.get_figure(root=True)
        assert drawn is not None
        return drawn


def _below(front: Front) -> str:
    points = f" at {len(front.points)} points of the uncertainties" if len(front.points) > 1 else ""
    words = (
        f"Means in {front.block.fresh} fresh worlds{points}. Crosses: 95 % interval of the paired difference to "
        f"'{front.reference}'."
    )
    if len(front.objectives) > 2:
        third = front.objectives[2]
        words += f"\nThe larger the marker, the more {third.name}."
    return words


def _draw(front: Front, axis: Axes) -> None:
    objectives = front.objectives[:2]
    shown = [i for i, place in enumerate(front.places) if place != "limit broken"]
    found = {i: [front.found(i, aim) for aim in objectives] for i in shown}
    usual = [_usual(front, aim) for aim in objectives]
    scales = []
    for k, aim in enumerate(objectives):
        size = largest([usual[k], *(found[i][k].mean for i in shown)])
        scales.append(scale(front.unit(aim.metric), size, difference=aim.against is not None))
    areas = _areas(front, shown)
    style = look(0)["color"]
    for i in shown:
        place = front.places[i]
        at = [_at(found[i], scales, k, i) for k in (0, 1)]
        if place != "dominated":
            sure = [_beside_reference(front, i, aim) for aim in objectives]
            _cross(axis, sure, scales, at, style if place == "front" else FAINT)
        axis.scatter(
            at[0],
            at[1],
            s=areas[i],
            facecolor=style if place == "front" else "white",
            edgecolor=FAINT if place == "dominated" else style,
            linewidth=1.2,
            zorder=2 if place == "dominated" else 4,
        )
    front_points = [i for i in shown if front.places[i] == "front"]
    places = {i: (_at(found[i], scales, 0, i), _at(found[i], scales, 1, i)) for i in front_points}
    named = _spaced(places)
    below = _nearest(places, named, usual, scales)
    for i in named:
        beside = 2.5 + 0.35 * float(np.sqrt(areas[i]))  # points; clear of the marker, however large
        axis.annotate(
            front.labels[i],
            places[i],
            xytext=(beside, -beside if i == below else beside),
            textcoords="offset points",
            va="top" if i == below else "baseline",
            fontsize=8.5,
            color=ink(style),
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
            zorder=6,
        )
    if len(objectives) == 2 and None not in usual:
        axis.scatter(
            (usual[0] or 0.0) * scales[0].factor,
            (usual[1] or 0.0) * scales[1].factor,
            marker="D",
            s=60,
            color="black",
            zorder=5,
        )
    for k, (aim, units) in enumerate(zip(objectives, scales, strict=True)):
        (axis.set_xlabel, axis.set_ylabel)[k](f"{aim.name} ({units.unit})")
    if len(objectives) == 1:
        axis.set_ylabel("candidate")
    for line in (axis.xaxis, axis.yaxis):
        line.set_major_formatter(_TICKS)
    axis.margins(0.12)
    _legend(front, axis, usual, style)


def _usual(front: Front, aim: Objective) -> float | None:
    """Where the reference stands: its own value, or 0 on a difference to it."""
    if aim.against is None:
        from sim.experiments.optimise import aims

        return aims.baseline(aim, front.references[front.reference])
    return 0.0 if aim.against == front.reference else None


def _beside_reference(front: Front, i: int, aim: Objective) -> Interval:
    """The interval of the paired difference to the reference where there is one: it leaves out luck that all share."""
    paired = aim.against is None and aim.over == "mean"
    return front.gain(i, aim.metric) if paired else front.found(i, aim)


def _at(found: list[Interval], scales: list[Scale], k: int, i: int) -> float:
    if k >= len(found):
        return float(-i - 1)  # one objective: candidates below each other
    return (found[k].mean or 0.0) * scales[k].factor


def _cross(axis: Axes, found: list[Interval], scales: list[Scale], at: list[float], colour: str) -> None:
    errors: list[list[list[float]] | None] = [None, None]
    for k, one in enumerate(found):
        if one.low is not None and one.high is not None and one.mean is not None:
            errors[k] = [
                [(one.mean - one.low) * scales[k].factor],
                [(one.high - one.mean) * scales[k].factor],
            ]
    axis.errorbar(
        at[0], at[1], xerr=errors[0], yerr=errors[1], color=colour, elinewidth=0.9, capsize=0, zorder=3
    )


def _areas(front: Front, shown: list[int]) -> dict[int, float]:
    """Area of each marker, by the third objective."""
    if len(front.objectives) < 3:
        return dict.fromkeys(shown, 45.0)
    values = np.array([front.found(i, front.objectives[2]).mean or 0.0 for i in shown])
    span = float(np.ptp(values)) or 1.0
    return dict(zip(shown, (SMALL + (LARGE - SMALL) * (values - values.min()) / span).tolist(), strict=True))


def _spaced(places: dict[int, tuple[float, float]]) -> list[int]:
    """The ends of the front, then again and again the point farthest from those named already."""
    points = list(places)
    if len(points) <= LABELLED:
        return points
    at = np.array([places[i] for i in points])
    at = (at - at.min(axis=0)) / np.where(np.ptp(at, axis=0) > 0, np.ptp(at, axis=0), 1.0)
    named = [0, len(points) - 1]
    while len(named) < LABELLED:
        apart = np.linalg.norm(at[:, None] - at[named], axis=2).min(axis=1)
        named.append(int(apart.argmax()))
    return [points[k] for k in named]


def _nearest(
    places: dict[int, tuple[float, float]], named: list[int], usual: list[float | None], scales: list[Scale]
) -> int | None:
    """The named point nearest to the reference, whose name would hide the diamond if it stood above."""
    if len(usual) < 2 or None in usual or not named:
        return None
    spans = [float(np.ptp([at[k] for at in places.values()])) or 1.0 for k in (0, 1)]
    reference = [(number or 0.0) * units.factor for number, units in zip(usual, scales, strict=True)]

    def far(i: int) -> float:
        return sum(((places[i][k] - reference[k]) / spans[k]) ** 2 for k in (0, 1))

    return min(named, key=far)


def _legend(front: Front, axis: Axes, usual: list[float | None], style: str) -> None:
    kinds = {
        "front": ("on the front", style, style),
        "perhaps": ("dominated, perhaps by chance", "white", style),
        "dominated": ("dominated", "white", FAINT),
    }
    handles = [
        Line2D([], [], linestyle="", marker="o", markerfacecolor=fill, markeredgecolor=edge, label=words)
        for place, (words, fill, edge) in kinds.items()
        if place in front.places
    ]
    if len(usual) == 2 and None not in usual:
        name = f"reference: {front.reference}"
        handles.append(Line2D([], [], linestyle="", marker="D", color="black", label=name))
    axis.legend(handles=handles, fontsize=8, loc="best")
