"""Members by level of status, and how they move over a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from sim.report.picture import canvas
from sim.report.seen import HATCHES, SHADES, chosen, means, note, plus_minus, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched

WIDTH, APART = 0.11, 1.35
"""Of a bar, and from one year to the next, where a year is 1 wide."""


def tiers(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Members by level at the start and the end of each measured year, and the flows between: customers.

    Ribbons: who went from where to where; who was outside at both ends is not shown. Bars carry the mean of replicates
    and half the 95 % interval. ValueError where the programme has no levels.
    """
    name, rows = chosen(watched, "flows", design, "no programme with levels")
    named = watched.tiers[watched.tiers["design"] == name].sort_values("rank")
    order = ["outside", *dict.fromkeys(named["level"])]
    keys = [
        (r, y, a, b)
        for r in range(watched.replicates)
        for y in sorted(set(rows["year"]))
        for a in order
        for b in order
    ]
    flat = rows.set_index(["replicate", "year", "origin", "target"])["customers"].reindex(keys, fill_value=0)
    flows = flat.reset_index()
    by = ["year", "origin", "target"]
    mean = means(watched, flows, by, "customers").set_index(by)["mean"]
    with canvas(ax, 2.4 + 2.3 * len(set(rows["year"])), 4.4) as axis:
        top = 0.0
        for i, year in enumerate(sorted(set(rows["year"]))):
            left, right = APART * i, APART * i + 1.0
            gap = 0.02 * mean[year].sum()
            sides = []
            for x, side in ((left, "origin"), (right, "target")):
                sums = (
                    flows[flows["year"] == year].groupby(["replicate", side])["customers"].sum().reset_index()
                )
                sides.append(
                    _bars(
                        axis,
                        x,
                        order,
                        means(watched, sums, [side], "customers").set_index(side),
                        gap,
                        x == right,
                    )
                )
            starts, ends = sides
            top = max(top, *(max(s.values()) for s in sides), mean[year].sum() + gap * len(order))
            for a in order:
                for b in order:
                    n = float(mean[year, a, b])
                    if n > 0:
                        _ribbon(
                            axis,
                            left + WIDTH / 2,
                            right - WIDTH / 2,
                            starts[a],
                            ends[b],
                            n,
                            SHADES[order.index(a) % 8],
                        )
                        starts[a] += n
                        ends[b] += n
            axis.text((left + right) / 2, -0.02 * top, f"year {year}", ha="center", va="top", fontsize=9)
            moved = _moved(mean[year], order)
            axis.text((left + right) / 2, 1.01 * top, moved, ha="center", va="bottom", fontsize=8.5)
        axis.set_xlim(-0.3, APART * (i + 1) + 0.25)
        axis.set_ylim(-0.08 * top, 1.12 * top)
        axis.set_xticks([])
        axis.set_yticks([])
        axis.grid(visible=False)
        for spine in axis.spines.values():
            spine.set_visible(False)
        axis.legend(
            *zip(
                *[(h, n) for h, n in zip(*axis.get_legend_handles_labels(), strict=True)][
                    len(order) - 1 :: -1
                ],
                strict=True,
            ),
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            fontsize=8.5,
        )
        axis.set_title(title(watched, name, "levels, and who moves between them"))
        half = " ± half the 95 % interval" if watched.replicates > 1 else ""
        note(
            axis,
            f"Customers{half}; left the start, right the end of a year. Above: up, down. {sure(watched)}",
            6,
            70,
        )
    return axis


def _moved(mean: object, order: list[str]) -> str:
    up = down = 0.0
    for (a, b), n in mean.items():  # type: ignore[attr-defined]
        if "outside" not in (a, b):
            up += n * (order.index(b) > order.index(a))
            down += n * (order.index(b) < order.index(a))
    return f"▲ {up:,.0f}   ▼ {down:,.0f}"


def _bars(axis: Axes, x: float, order: list[str], sums: object, gap: float, ends: bool) -> dict[str, float]:
    """Bars of one side; returns where each begins."""
    at, starts = 0.0, {}
    for i, level in enumerate(order):
        one = sums.loc[level]  # type: ignore[attr-defined]
        n = float(one["mean"])
        starts[level] = at
        axis.bar(
            x, n, WIDTH, at, color=SHADES[i % 8], hatch=HATCHES[i % 8], edgecolor="#333333", linewidth=0.6 * (n > 0),
            label=level, zorder=3,
        )  # fmt: skip
        if n >= 0.5:
            words = f"{n:,.0f}{plus_minus(one['half'], 0)}"
            axis.annotate(
                words, (x, at + n / 2), xytext=(-7 if ends else 7, 0), textcoords="offset points", va="center",
                ha="right" if ends else "left", fontsize=7.5,
                zorder=5, bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
        at += n + gap * (n > 0)
    return starts


def _ribbon(axis: Axes, x0: float, x1: float, y0: float, y1: float, n: float, colour: str) -> None:
    mid = (x0 + x1) / 2
    points = np.array(
        [(x0, y0), (mid, y0), (mid, y1), (x1, y1), (x1, y1 + n), (mid, y1 + n), (mid, y0 + n), (x0, y0 + n)]
    )
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
    axis.add_patch(
        PathPatch(
            Path(points, codes), facecolor=colour, alpha=0.55, edgecolor="#777777", linewidth=0.4, zorder=2
        )
    )
