"""A heat map with its numbers in the cells."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.report.picture import GREY, house_style, new

EDGE = "#333333"


def heat_map(
    values: NDArray[np.float64],
    words: list[list[str]],
    rows: list[str],
    columns: list[str],
    title: str,
    what: str,
    dark: float,
    ax: Axes | None,
) -> Figure:
    """A heat map with its numbers in the cells; darker is more, darkest `dark` or more."""
    with house_style():
        if ax is None:
            wide = 1.2 + 0.09 * max(map(len, rows)) + 0.95 * len(columns)
            figure, (ax,) = new(max(5.2, wide), 1.8 + 0.42 * len(rows))
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
            figure.supxlabel(what, x=0.01, ha="left", fontsize=8, color=GREY)
        top = max(dark, float(np.nanmax(values, initial=0.0)))
        ax.imshow(np.clip(values, 0.0, None), cmap="Blues", vmin=0.0, vmax=top, aspect="auto")
        for i, row in enumerate(words):
            for j, word in enumerate(row):
                pale = not values[i, j] > 0.55 * top
                ax.text(j, i, word, ha="center", va="center", fontsize=8.5, color=EDGE if pale else "white")
        ax.set_xticks(range(len(columns)), columns, rotation=30 if max(map(len, columns)) > 9 else 0)
        if max(map(len, columns)) > 9:
            for label in ax.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
        ax.set_yticks(range(len(rows)), rows)
        ax.grid(visible=False)
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        drawn = ax.get_figure(root=True)
        assert drawn is not None
        return drawn
