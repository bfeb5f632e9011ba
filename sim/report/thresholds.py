"""How much members have on their accounts, beside what the cheapest reward takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.report.picture import COLOURS, canvas
from sim.report.seen import chosen, means, note, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched


def balances(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Members by balance at the end, % of all, in tenths of what the cheapest reward takes.

    Whiskers: 95 % interval over replicates. ValueError where there is no reward for points or stamps.
    """
    name, rows = chosen(watched, "balances", design, "no rewards for points or stamps, and so no balances")
    members = rows.groupby("replicate")["members"].transform("sum").clip(lower=1)
    rows = rows.assign(share=100.0 * rows["members"] / members)
    found = means(watched, rows, ["tenth"], "share")
    needed, unit = int(rows["needed"].iloc[0]), str(rows["unit"].iloc[0])
    with canvas(ax, 6.8, 4.0) as axis:
        tenth, share, half = (found[c].to_numpy(dtype=float) for c in ("tenth", "mean", "half"))
        enough = tenth >= 10
        for which, colour, hatch, label in (
            (~enough, "#c9dff0", "", "still collecting"),
            (enough, COLOURS[0], "////", "enough for the cheapest reward"),
        ):
            percent = share[which].sum()
            axis.bar(
                tenth[which] + 0.5,
                share[which],
                0.9,
                color=colour,
                hatch=hatch,
                edgecolor="white" if hatch else "#555555",
                linewidth=0.5,
                label=f"{label}: {percent:.0f} %",
            )
        if watched.replicates > 1:
            low = np.minimum(half, share)
            axis.errorbar(
                tenth + 0.5, share, yerr=[low, half], fmt="none", ecolor="#222222", elinewidth=1.0, capsize=2
            )
        axis.axvline(10, color="#000000", linewidth=1.4, linestyle=(0, (5, 2)))
        axis.annotate(
            f"reward at {needed:,} {unit}",
            (10, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(4, -2),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
        )
        at = [0, 5, 10, 15, 20]
        axis.set_xticks(at, [f"{needed * i / 10:,.4g}" for i in at[:-1]] + [f"{2 * needed:,}+"])
        axis.set_xlim(0, 21.1)
        axis.set_ylim(0, 1.3 * float((share + np.nan_to_num(half)).max()))
        axis.grid(visible=False, axis="x")
        axis.set_xlabel(f"balance at the end, {unit}")
        axis.set_ylabel("members, %")
        axis.legend(loc="upper left", fontsize=8.5)
        axis.set_title(title(watched, name, "balances and the cheapest reward"))
        note(axis, sure(watched))
    return axis
