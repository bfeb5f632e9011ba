"""The whale curve on given axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.statistics import mean_interval
from sim.report.picture import GREY, canvas, look
from sim.report.seen import note

if TYPE_CHECKING:
    from sim.experiments import Watched, WhaleCurve


def whale(seen: Watched | WhaleCurve, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Share of the contribution that the best customers bring, %, against their share of all customers, %.

    seen: a watched market (with the design; the first unless named), or a whale curve. Band: 95 % interval over
    replicates. ValueError where the whole contribution is not positive, or nobody bought.
    """
    curve: WhaleCurve = seen.whale(design) if hasattr(seen, "whale") else seen
    if np.isnan(curve.contributions).all():
        raise ValueError(
            f"the whole contribution of '{curve.world.focus}' is not positive, so there are no shares of it; "
            "see the deciles: curve.table()"
        )
    worlds = by_draw(curve.contributions, draws_of(curve.world))
    found = [mean_interval(worlds[:, i]) for i in range(worlds.shape[1])]
    at = np.linspace(0.0, 100.0, len(found))
    mean = np.array([100 * (one.mean or 0.0) for one in found])
    with canvas(ax, 6.4, 4.2) as axis:
        colour = look(0)["color"]
        axis.plot(at, mean, color=colour, linewidth=2.0)
        banded = found[0].low is not None
        if banded:
            low, high = (np.array([getattr(one, end) for one in found]) * 100.0 for end in ("low", "high"))
            axis.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        axis.axhline(100.0, color=GREY, linewidth=0.8)
        axis.plot([0, 100], [0, 100], color=GREY, linewidth=0.8, linestyle=":")
        for percent in (20, 50):
            height = float(np.interp(percent, at, mean))
            axis.plot(percent, height, "o", color=colour)
            axis.annotate(
                f"best {percent} %: {height:.0f} %",
                (percent, height),
                xytext=(8, -4),
                textcoords="offset points",
                va="top",
                fontsize=8.5,
            )
        axis.set_xlim(0, 100)
        axis.set_ylim(bottom=0)
        axis.set_xlabel("best customers, % of all who bought")
        axis.set_ylabel("contribution so far, % of the whole")
        named = f", {curve.design}" if curve.design else ""
        axis.set_title(f"{curve.world.focus}{named}: what the best customers bring")
        losing = 100 * float(np.mean(curve.losing))
        words = f"{losing:.0f} % of customers cost more than they bring. Dotted: all alike.\n"
        note(axis, words + _sure(curve, len(worlds), banded))
    return axis


def _sure(curve: WhaleCurve, worlds: int, banded: bool) -> str:
    """How sure the picture is, and how many replicates have no shares to show."""
    if curve.replicates == 1:
        return "One replicate: no interval can be given."
    ours = int(np.isfinite(curve.contributions[:, -1]).sum())
    draws = f" of {worlds} draws" if worlds < curve.replicates else ""
    left = curve.replicates - ours
    out = f" Left out: {left} whose whole contribution is not positive." if left else ""
    interval = " and 95 % interval." if banded else ": no interval can be given."
    return f"Mean of {ours} replicate{'s' * (ours > 1)}{draws}{interval}{out}"
