"""Pictures of the weeks of a comparison: who stays, weekly profit, extra profit so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report import weekly
from sim.report.foot import foot, replicates
from sim.report.marks import key
from sim.report.picture import canvas, look
from sim.report.units import Scale, largest, scale
from sim.report.weekly import Course

if TYPE_CHECKING:
    from sim.experiments import Comparison

SMOOTH = 4
"""Weeks of a mean of weekly profit."""


def retention(result: Comparison, ax: Axes | None = None) -> Axes:
    """Of the focal firm's active customers when measuring began, % active in each week: a line a design with its band.

    Who lapses and buys again counts again, so a curve can rise. ax: where to draw (default: a new picture). Returns the
    axes. ValueError where nobody was active (no burn-in, a firm that enters), or the comparison is of an older version.
    """
    burn_in = result.world.horizon.burn_in
    first = max(0, burn_in - 1)
    courses = []
    for design in result.designs:
        kept = weekly.values(result, design, "kept")[:, first:]
        if burn_in == 0 or not (kept[:, 0] > 0).all():
            raise ValueError(
                f"{result.world.focus} has no active customers when measuring begins, so none can be kept: it enters "
                "later, or the scenario has no burn-in (horizon.burn_in); give it one"
            )
        courses.append(weekly.course(result, design, kept / kept[:, :1], first))
    units = scale("share", 1.0)
    with canvas(ax, 7.2, 4.4) as axis:
        weekly.plot(axis, result, courses, units)
        _finish(
            axis,
            result,
            courses,
            units,
            f"Who stays with {result.world.focus}",
            "% of customers at the start",
        )
    return axis


def profit(result: Comparison, ax: Axes | None = None) -> Axes:
    """The focal firm's weekly profit (mean of 4 weeks), currency per week: a line a design with its band.

    ax: where to draw (default: a new picture). Returns the axes.
    """
    first = weekly.first_week(result)
    courses = [
        weekly.course(result, design, _smooth(weekly.values(result, design, "profit"))[:, first:], first)
        for design in result.designs
    ]
    units = scale(f"{result.world.currency} per week", largest(float(v) for c in courses for v in c.mean))
    with canvas(ax, 7.2, 4.4) as axis:
        weekly.plot(axis, result, courses, units)
        _finish(
            axis,
            result,
            courses,
            units,
            f"Profit of {result.world.focus}, mean of {SMOOTH} weeks",
            units.unit,
        )
    return axis


def cumulative(result: Comparison, ax: Axes | None = None) -> Axes:
    """Profit less that of the first design, summed since the designs part, currency: a line a design with its band.

    A diamond marks the week from which the sum is never below 0 again (sim/experiments/worth.py). ax: where to draw
    (default: a new picture). Returns the axes. ValueError for a single design.
    """
    if len(result.designs) < 2:
        raise ValueError("extra profit is a difference between designs; compare two designs or more")
    burn_in = result.world.horizon.burn_in
    reference = weekly.values(result, result.designs[0], "profit")[:, burn_in:]
    courses = [
        weekly.course(
            result, d, (weekly.values(result, d, "profit")[:, burn_in:] - reference).cumsum(axis=1), burn_in
        )
        for d in result.designs[1:]
    ]
    units = scale(result.world.currency, largest(float(v) for c in courses for v in c.mean), difference=True)
    with canvas(ax, 7.2, 4.4) as axis:
        axis.axhline(0.0, color="#333333", linewidth=1.0, zorder=1)
        weekly.plot(axis, result, courses, units)
        said, paid = [], False
        for one in courses:
            week = result.worths[one.design].payback_week
            said.append(_paid(week, burn_in, one))
            if week is not None and week > burn_in:
                paid = True
                axis.plot(
                    [week], [one.mean[week - burn_in] * units.factor], marker="D", markersize=8,
                    markerfacecolor="white", markeredgecolor=look(result.designs.index(one.design))["color"],
                    markeredgewidth=1.8, linestyle="none", zorder=5,
                )  # fmt: skip
        title = f"Extra profit of {result.world.focus} so far"
        unit = f"{units.unit}, against '{result.designs[0]}'"
        more = "Hollow diamond: paid back for good." if paid else ""
        _finish(axis, result, courses, units, title, unit, said, more)
    return axis


def _paid(week: int | None, burn_in: int, course: Course) -> str:
    if not np.any(np.round(course.mean, 2)):
        return "no difference"
    if week is None:
        return "not paid back"
    return "never behind" if week == burn_in else f"paid back in week {week}"


def _finish(
    axis: Axes,
    result: Comparison,
    courses: list[Course],
    units: Scale,
    title: str,
    unit: str,
    said: list[str] | None = None,
    more: str = "",
) -> None:
    weekly.finish(axis, result, title, unit)
    weekly.label_ends(axis, result, courses, units, said or ())
    band = f"Band: 95 % interval of the mean{' difference' if said else ''}. " if _sure(courses) else ""
    if band and not said and len(courses) > 1:
        band += "Designs share their worlds: bands that overlap can hide a sure difference. "
    cut = "The axis does not begin at 0." if axis.get_ylim()[0] > 0 else ""
    run = replicates(result.replicates, result.customers, result.weeks)
    foot(axis, " ".join(f"{band}{run} {more} {cut}".split()), key(weekly.events(result)).replace("\n", " "))


def _sure(courses: list[Course]) -> bool:
    return any(one.has_band for one in courses)


def _smooth(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each week and the three before, as far as there are any."""
    total = table.cumsum(axis=1)
    total[:, SMOOTH:] -= total[:, :-SMOOTH].copy()
    smoothed: NDArray[np.float64] = total / np.minimum(np.arange(1, table.shape[1] + 1), SMOOTH)
    return smoothed
