"""The tornado: what a metric depends on, as a picture of one axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from sim.report import sensitivity
from sim.report.foot import folded, foot
from sim.report.picture import canvas

if TYPE_CHECKING:
    from sim.experiments import Sensitivity


def tornado(result: Sensitivity, metric: str | None = None, ax: Axes | None = None) -> Axes:
    """What one metric (default: the first) depends on, the most important factor on top, each with its 95 % interval.

    One factor at a time: how far the metric goes from that of the scenario as written when a factor is at its extremes,
    which stand at the ends. Of Morris' and Sobol's methods: their indices. ax: where to draw (default: a new picture).
    Returns the axes. ValueError for a metric that was not asked for.
    """
    metric = metric or result.metrics[0]
    if metric not in result.metrics:
        raise ValueError(f"this analysis has no '{metric}'; it has {', '.join(result.metrics)}")
    rows = len(result.ranked(metric))
    with canvas(ax, 7.4, 2.2 + (0.55 if result.method == "sobol" else 0.42) * rows) as axis:
        sensitivity.draw(axis, result, metric)
        axis.set_yticks(range(rows), [folded(label.get_text(), 32) for label in axis.get_yticklabels()])
        axis.set_title(
            folded(sensitivity.title(result, metric), 72), pad=26 if result.method == "sobol" else 8
        )
        *reading, run = sensitivity.note(result).split("\n")
        foot(axis, " ".join(reading), run)
    return axis
