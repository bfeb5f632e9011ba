"""The picture of a score card: every row against its interval of acceptance."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

from sim.report.picture import COLOURS, GREY, Picture, house_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = (("M",), ("L", "E"), ("F",), ("S", "P"))
"""Families of rows by their first letter, a column of the picture each."""
TITLES = {
    "M": "repeat buying",
    "L": "loyalty programmes",
    "E": "economics",
    "F": "failures and talk",
    "S": "satisfaction",
    "P": "price",
}
EDGE = 2.4
"""Where a value further outside is drawn, in half-widths of the interval from its middle."""
LOOKS = {"pass": (COLOURS[0], "o", True), "echo": (COLOURS[0], "o", False), "fail": (COLOURS[1], "X", True)}
"""Colour, marker, and whether it is filled, by verdict."""


def picture(table: pd.DataFrame) -> Figure:
    """The table of a card: a line a row; the grey band is where it must lie, the bar the 95 % interval of the mean.

    Each row has a scale of its own: the band is its interval of acceptance. A row on a sign is drawn by the share of
    replicates in which it holds, against the 95 % that are asked for.
    """
    table = table[table["role"] != "CHECK"]
    columns = [table[table["id"].str[0].isin(letters)].sort_values("id") for letters in COLUMNS]
    columns = [column for column in columns if len(column)]
    tallest = max((len(column) for column in columns), default=1)
    with house_style():
        figure = Picture(figsize=(3.9 * max(len(columns), 1), 1.6 + 0.215 * tallest), layout="constrained")
        axes = figure.subplots(1, max(len(columns), 1), squeeze=False)[0]
        for axis, column in zip(axes, columns, strict=False):
            _panel(axis, column, tallest)
        counts = table["verdict"].value_counts()
        figure.suptitle(
            f"{counts.get('pass', 0)} rows pass, {counts.get('echo', 0)} echo what was put in, "
            f"{counts.get('fail', 0)} fail",
            x=0.01, ha="left", fontsize=12,
        )  # fmt: skip
        figure.supxlabel(
            "Band: the interval of acceptance of each row, on a scale of its own; tick: the published value. Filled: "
            "passes; hollow: echo; cross: fails; arrow: further out.\nBar: 95 % interval of the mean over replicates. "
            "± a row on a sign: share of replicates in which it holds, of which 95 % are asked for. * VAL: never "
            "fitted to.",
            x=0.01, ha="left", fontsize=8, color=GREY,
        )  # fmt: skip
    return figure


def _panel(axis: Axes, column: pd.DataFrame, tallest: int) -> None:
    for height, row in enumerate(column.itertuples()):
        colour, marker, filled = LOOKS[str(row.verdict)]
        low, high, at, wide, published = _places(row)
        axis.plot(
            [low, high], [height, height], color="#d9d9d9", linewidth=7, solid_capstyle="butt", zorder=1
        )
        if published is not None:
            axis.plot([published] * 2, [height - 0.32, height + 0.32], color=GREY, linewidth=1.2, zorder=2)
        if not isfinite(at):
            axis.text(0, height, "no number", ha="center", va="center", fontsize=7, color=colour)
            continue
        if wide > 0 and abs(at) < EDGE:
            ends = [max(at - wide, -EDGE), min(at + wide, EDGE)]
            axis.plot(ends, [height, height], color=colour, linewidth=1.3, zorder=3)
        out = abs(at) >= EDGE
        axis.plot(
            [max(-EDGE, min(at, EDGE))], [height], marker=(">" if at > 0 else "<") if out else marker, color=colour,
            markerfacecolor=colour if filled else "white", markersize=5.5, zorder=4,
        )  # fmt: skip
    names = [
        f"{'± ' if isfinite(row.sign_holds) else ''}{_short(row)} {row.id}{'*' if row.role == 'VAL' else ''}"
        for row in column.itertuples()
    ]
    axis.set_yticks(range(len(column)), names, fontsize=7)
    axis.set_ylim(tallest - 0.4, -0.8)
    axis.set_xlim(-EDGE - 0.15, EDGE + 0.15)
    axis.set_xticks([-1, 1], ["low", "high"], fontsize=7)
    letters = dict.fromkeys(column["id"].str[0])
    axis.set_title(", ".join(TITLES[letter] for letter in letters), loc="left", fontsize=10)
    axis.grid(False)


def _short(row: object) -> str:
    text = str(getattr(row, "quantity"))  # noqa: B009
    return text if len(text) <= 34 else text[:33].rstrip() + "…"


def _places(row: object) -> tuple[float, float, float, float, float | None]:
    """Ends of the band, place of the mean, half of its interval, and place of the published value, in half-widths."""
    low, high, mean, error, holds, value = (
        float(getattr(row, name)) for name in ("low", "high", "simulated", "error", "sign_holds", "published")
    )
    if not (isfinite(low) and isfinite(high)):
        share = holds if isfinite(holds) else -inf
        return 0.9 * 2 - 1, 1.0, 2 * share - 1, 0.0, None
    middle, half = (low + high) / 2, (high - low) / 2
    wide = 1.96 * error / half if isfinite(error) else 0.0
    return -1.0, 1.0, (mean - middle) / half, wide, (value - middle) / half
