"""How often members buy, by how far the reward is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from sim.report.picture import GREY, canvas, look
from sim.report.seen import chosen, means, note, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched

_TICKS = ("enough", "up to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 100")


def distance(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Purchases per member and week at the focal firm, by share of the cheapest reward still missing.

    The far end is left. It mixes what nearness does with who is near: heavy buyers are near more often. Where the
    market was watched `without_gradient=True`, a second line shows what is left of it without the goal gradient.
    Whiskers: 95 % interval over replicates. ValueError where there is no reward for points or stamps.
    """
    name, rows = chosen(
        watched, "distance", design, "no rewards for points or stamps, and so no distance to one"
    )
    rows = rows[rows["member_weeks"] > 0]
    rows = rows.assign(rate=rows["purchases"] / rows["member_weeks"])
    rules = [rule for rule in ("as it is", "no goal gradient") if (rows["rule"] == rule).any()]
    with canvas(ax, 6.8, 4.0) as axis:
        for position, rule in enumerate(rules):
            found = means(watched, rows[rows["rule"] == rule], ["missing"], "rate")
            style = look(position)
            x = 5 - found["missing"].to_numpy(dtype=float) + 0.12 * (position - (len(rules) - 1) / 2)
            axis.errorbar(
                x,
                found["mean"],
                yerr=found["half"],
                color=style["color"],
                linestyle=style["linestyle"],
                marker=style["marker"],
                markerfacecolor="white" if position else style["color"],
                capsize=4,
                label=rule,
            )
        axis.set_ylim(bottom=0)
        weeks = rows[rows["rule"] == rules[0]].groupby("missing")["member_weeks"].sum() / watched.replicates
        for missing, n in weeks.items():
            axis.annotate(
                f"{n:,.0f}",
                (5 - missing, 0.02),
                xycoords=("data", "axes fraction"),
                ha="center",
                fontsize=8,
                color=GREY,
            )
        axis.set_xticks(range(6), _TICKS[::-1])
        axis.set_xlim(-0.5, 5.5)
        axis.grid(visible=False, axis="x")
        axis.set_xlabel("still missing for the cheapest reward at the start of the week, %")
        axis.set_ylabel("purchases per member and week")
        if len(rules) > 1:
            axis.legend(loc="lower left", bbox_to_anchor=(0.0, 0.07), fontsize=8.5)
        axis.set_title(title(watched, name, "buying by distance to the reward"))
        note(
            axis,
            f"Grey: member-weeks of a market. Who buys often is near more often. {sure(watched)}",
        )
    return axis
