"""From which firm to which customers go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.report.heat import heat_map
from sim.report.picture import canvas
from sim.report.seen import chosen, means, note, plus_minus, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched


def switching(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Of the customers of one firm in a quarter, where they are in the next: %, mean of all measured quarters.

    A customer's firm is that where she bought most often in the quarter; `nobody`, where she bought nowhere. Cells:
    mean of replicates, with half the 95 % interval. ValueError where less than two whole quarters were measured.
    """
    lacks = "not been measured for two whole quarters of 13 weeks, and so no switching"
    name, rows = chosen(watched, "switching", design, lacks)
    order = [*watched.world.firm_names, "nobody"]
    flows = rows.groupby(["replicate", "origin", "target"])["customers"].sum().reset_index()
    whole = flows.groupby(["replicate", "origin"])["customers"].transform("sum")
    flows["share"] = 100.0 * flows["customers"] / whole.where(whole > 0, np.nan)
    found = means(watched, flows, ["origin", "target"], "share").set_index(["origin", "target"])
    per = flows.groupby("origin")["customers"].sum() / watched.replicates / max(rows["quarter"].nunique(), 1)
    values = np.array([[found.loc[(a, b), "mean"] for b in order] for a in order])
    words = [[_word(found.loc[(a, b)]) for b in order] for a in order]
    with canvas(ax, max(5.4, 2.4 + 1.05 * len(order)), 2.4 + 0.45 * len(order)) as axis:
        labels = [f"{a} ({per[a]:,.0f})" for a in order]
        heat_map(values, words, labels, order, "", "", 100.0, axis)
        axis.set_xlabel("main firm in the next quarter")
        axis.set_ylabel("main firm in a quarter")
        axis.set_title(title(watched, name, "where customers go, % of the row"))
        tilted = max(map(len, order)) > 9
        half = " ± half of the 95 % interval" if watched.replicates > 1 else ""
        said = "In brackets: customers, mean of the quarters." + (
            f" Mean of replicates{half}." if half else ""
        )
        note(axis, said if half else f"{said} {sure(watched)}", 36 + 3.0 * max(map(len, order)) * tilted, 62)
    return axis


def _word(cell: object) -> str:
    mean, half = float(cell["mean"]), float(cell["half"])  # type: ignore[index]
    if np.isnan(mean):
        return "–"
    return f"{mean:.0f}{plus_minus(half, 1)}"
