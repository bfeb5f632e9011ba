"""Words below a picture of one axes, wherever these stand."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.picture import GREY

PER_INCH = 14
"""Letters of size 8 in an inch."""
NARROWEST = 40
BELOW = 34
"""Points from the axes to the first line: room for the numbers at the axis and its label."""


def foot(axis: Axes, *sentences: str) -> None:
    """Write small grey sentences below the label of the x axis, wrapped to the width of the axes.

    Each sentence begins a line; those that are empty are left out.
    """
    figure = axis.get_figure(root=True)
    assert isinstance(figure, Figure)
    width = max(NARROWEST, int(PER_INCH * figure.get_figwidth() * axis.get_position().width))
    lines = [line for sentence in sentences if sentence for line in textwrap.wrap(sentence, width)]
    if not lines:
        return
    axis.annotate(
        "\n".join(lines),
        (0.0, 0.0),
        xycoords="axes fraction",
        xytext=(0, -BELOW),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=8,
        color=GREY,
        annotation_clip=False,
    )


def replicates(count: int, customers: int, weeks: int) -> str:
    """What was run, and whether there can be an interval."""
    if count == 1:
        return f"One replicate of {customers:,} customers, {weeks} weeks: no interval can be given."
    return f"{count} replicates of {customers:,} customers, {weeks} weeks."


def folded(name: str, width: int = 20) -> str:
    """A long name in lines, broken where it has a blank, a hyphen or an underscore, else anywhere."""
    lines = [""]
    for part in name.replace("_", "_\0").replace("-", "-\0").replace(" ", " \0").split("\0"):
        if lines[-1] and len((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    cut = [piece for line in lines for piece in (textwrap.wrap(line.strip(), width) or [""])]
    return "\n".join(cut)
