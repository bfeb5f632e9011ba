"""The four loyalties: who likes the firm, and who buys there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.report.picture import COLOURS, canvas
from sim.report.seen import chosen, means, note, plus_minus, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched

NAMES = {"loyal": "loyal", "latent": "latent", "hostage": "spurious", "disloyal": "none"}
"""Kinds as the two by two names them."""
_PLACES = {
    "loyal": (0.99, 0.985),
    "hostage": (0.01, 0.985),
    "latent": (0.99, 0.015),
    "disloyal": (0.01, 0.015),
}


def quadrants(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Active customers by attitude (attachment, 10 index points) and patronage (share of purchases, %), at the end.

    Points: a sample of the first replicate. Words: share of each kind at the end, and when measuring began; half the
    95 % interval over replicates. ValueError where the firm has no active customers.
    Source: Dick & Basu 1994, JAMS 22:99.
    """
    name, rows = chosen(watched, "quadrants", design, "no active customers")
    whole = rows.groupby(["replicate", "at"])["customers"].transform("sum")
    rows = rows.assign(share=100.0 * rows["customers"] / whole.where(whole > 0, np.nan)).dropna()
    if rows.empty:
        raise ValueError(f"'{watched.world.focus}' under '{name}' has no active customers; take a longer run")
    found = means(watched, rows, ["at", "kind"], "share").set_index(["at", "kind"])
    sample = watched.sample[watched.sample["design"] == name]
    with canvas(ax, 6.2, 5.0) as axis:
        for position, kind in enumerate(("loyal", "latent", "hostage", "disloyal")):
            those = sample[sample["kind"] == kind]
            axis.scatter(
                those["attachment"],
                100.0 * those["share"].astype(float),
                s=20,
                color=COLOURS[position],
                marker="os^X"[position],
                alpha=0.6,
                linewidth=0,
            )
            x, y = _PLACES[kind]
            words = [f"{NAMES[kind]}"]
            for at in ("end", "start"):
                if (at, kind) in found.index:
                    one = found.loc[(at, kind)]
                    words.append(f"{at} {one['mean']:.1f}{plus_minus(one['half'], 1)} %")
            axis.annotate(
                "\n".join(words),
                (x, y),
                xycoords="axes fraction",
                ha="right" if x > 0.5 else "left",
                va="top" if y > 0.5 else "bottom",
                fontsize=9,
                fontweight="bold",
                bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 2},
            )
        reach = max(1.0, 1.1 * float(sample["attachment"].abs().max() if len(sample) else 1.0))
        axis.set_xlim(-reach, reach)
        axis.set_ylim(-22, 126)
        axis.set_yticks([0, 25, 50, 75, 100])
        axis.axhline(50, color="#333333", linewidth=1.0)
        axis.axvline(0, color="#333333", linewidth=1.0)
        axis.set_xlabel("attitude: attachment, 10 index points")
        axis.set_ylabel("patronage: share of purchases remembered, %")
        axis.set_title(title(watched, name, "four loyalties"))
        note(axis, f"Points: {len(sample)} customers of the first replicate, at the end. {sure(watched)}")
    return axis
