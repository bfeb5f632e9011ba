"""Picture of a whale curve, also where there is nothing to share out."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiments.whale import WhaleCurve
from sim.report.picture import GREY, canvas
from sim.report.worths import whale


def picture(curve: WhaleCurve, ax: Axes | None = None) -> Figure:
    """Share of the contribution that the best customers bring, against their share of all; on `ax` if one is given."""
    if not np.isnan(curve.contributions).all():
        drawn = whale(curve, ax=ax)
    else:
        with canvas(ax, 6.4, 4.2) as drawn:
            drawn.set_axis_off()
            drawn.text(
                0.5,
                0.5,
                "the whole contribution is not positive",
                ha="center",
                color=GREY,
                transform=drawn.transAxes,
            )
    figure = drawn.get_figure(root=True)
    assert figure is not None
    return figure
