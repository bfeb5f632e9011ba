"""Picture of a whale curve."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiments.statistics import mean_interval
from sim.experiments.whale import POINTS, WhaleCurve
from sim.report.foot import foot
from sim.report.picture import GREY, canvas, look


def picture(curve: WhaleCurve, ax: Axes | None = None) -> Figure:
    """Share of the contribution that the best customers bring, against their share of all; on `ax` if one is given."""
    with canvas(ax, 6.4, 4.2) as axis:
        at = np.linspace(0.0, 100.0, POINTS)
        found = [mean_interval(curve.contributions[:, i]) for i in range(POINTS)]
        colour = look(0)["color"]
        axis.plot(at, [100 * (one.mean or 0.0) for one in found], color=colour, linewidth=2.0)
        if curve.replicates > 1:
            low, high = ([100 * (getattr(one, end) or 0.0) for one in found] for end in ("low", "high"))
            axis.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        if np.isnan(curve.contributions).all():
            axis.text(50, 50, "the whole contribution is not positive", ha="center", color=GREY)
        axis.axhline(100.0, color=GREY, linewidth=0.8)
        axis.plot([0, 100], [0, 100], color=GREY, linewidth=0.8, linestyle=":")
        axis.set_xlim(0, 100)
        axis.set_ylim(bottom=0, top=None if np.isfinite(curve.contributions).any() else 110)
        axis.set_xlabel("best customers, % of all")
        axis.set_ylabel("contribution so far, % of the whole")
        named = f", design '{curve.design}'" if curve.design else ""
        axis.set_title(f"{curve.world.title}: whale curve of {curve.world.focus}{named}", loc="left")
        losing = 100 * float(np.mean(curve.losing))
        foot(
            axis,
            f"{losing:.0f} % of customers cost more than they bring. {curve.replicates} replicates; mean and 95 % "
            "interval. Dotted: all alike.",
        )
        figure = axis.get_figure(root=True)
        assert isinstance(figure, Figure)
        return figure
