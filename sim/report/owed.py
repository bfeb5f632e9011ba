"""What is owed for points, by the time of their issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from sim.report.marks import draw, key, marks
from sim.report.picture import canvas
from sim.report.seen import HATCHES, chosen, means, note, sure, title
from sim.report.units import scale

if TYPE_CHECKING:
    from sim.experiments import Watched

MOST = 8
"""Quarters told apart; of more, years are."""


def liability(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Points and stamps outstanding at the end of each 13th week, at the cost they are owed at, by time of issue.

    Bars: mean of replicates, currency; the oldest lowest and darkest. Whiskers: 95 % interval of the whole. ValueError
    where the firm itself owes neither points nor stamps.
    """
    name, rows = chosen(watched, "lots", design, "neither points nor stamps outstanding")
    by_year = rows["issued"].max() > MOST
    rows = rows.assign(group=[_group(int(q), by_year) for q in rows["issued"]])
    parts = rows.groupby(["replicate", "week", "group"])["value"].sum().unstack("group", fill_value=0.0)
    long = parts.reset_index().melt(["replicate", "week"], value_name="value")
    mean = means(watched, long, ["week", "group"], "value").pivot(
        index="week", columns="group", values="mean"
    )
    whole = means(watched, parts.sum(axis=1).rename("value").reset_index(), ["week"], "value")
    burn_in = watched.world.horizon.burn_in
    units = scale(watched.world.currency, float(whole["mean"].max()))
    at = mean.index.to_numpy(dtype=float) + burn_in
    with canvas(ax, 6.8, 4.2) as axis:
        bottom = np.zeros(len(at))
        groups = [g for g in mean.columns if mean[g].any()]
        for i, group in enumerate(groups):
            height = mean[group].to_numpy() * units.factor
            shade = colormaps["Blues"](0.62 - 0.56 * i / max(len(groups) - 1, 1))
            axis.bar(
                at,
                height,
                9.0,
                bottom,
                color=shade,
                hatch=HATCHES[i % len(HATCHES)],
                edgecolor="#444444",
                linewidth=0.5,
                label=_label(int(group), by_year),
            )
            bottom = bottom + height
        if watched.replicates > 1:
            centre, half = (whole[c].to_numpy() * units.factor for c in ("mean", "half"))
            axis.errorbar(at, centre, yerr=half, fmt="none", ecolor="#000000", elinewidth=1.2, capsize=4)
        axis.set_ylim(
            0, max(1.1 * float((whole["mean"] + whole["half"].fillna(0.0)).max()) * units.factor, 1e-6)
        )
        last = burn_in + int(rows["week"].max())
        axis.set_xlim(burn_in - 7, last + 7)
        found = marks(watched.world, burn_in, last)
        draw(axis, found, burn_in, last)
        handles, labels = axis.get_legend_handles_labels()
        axis.legend(
            handles[::-1],
            labels[::-1],
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            title="issued",
            fontsize=8.5,
        )
        axis.grid(visible=False, axis="x")
        axis.set_xlabel("week")
        axis.set_ylabel(units.unit)
        axis.set_title(title(watched, name, "owed for points, by their age"), pad=20 if found else 8)
        said = f"At the cost at which the books carry them. Quarters of 13 weeks since week {burn_in}."
        note(axis, "\n".join(filter(None, (said, sure(watched), key(found)))))
    return axis


def _group(quarter: int, by_year: bool) -> int:
    return 1 + (quarter - 1) // 4 if by_year and quarter > 0 else quarter


def _label(group: int, by_year: bool) -> str:
    if group <= 0:
        return "before" if group == 0 else "stamps"
    return f"year {group}" if by_year else f"quarter {group}"
