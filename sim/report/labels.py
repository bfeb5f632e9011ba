"""Names at the right of the axes, each joined to its point by a thin line, none on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.foot import folded
from sim.report.picture import ink, look

LINE = 12.0
"""Height of a line of words, points."""
AIR = 5.0
"""Between two labels, points."""


class Label(NamedTuple):
    """Words, and the point they belong to."""

    words: str
    x: float
    y: float
    position: int
    """of the design"""


def label(axis: Axes, labels: Sequence[Label]) -> None:
    """Write labels at the right of the axes, in the order of their points from top to bottom."""
    low, high = axis.get_ylim()
    figure = axis.get_figure(root=True)
    assert isinstance(figure, Figure)
    # What the axes are high before the layout is known; they will be about as high after it.
    points = 72.0 * figure.get_figheight() * axis.get_position().height
    said = ["\n".join(folded(line) for line in one.words.split("\n")) for one in labels]
    tall = [(LINE * (words.count("\n") + 1) + AIR) / points for words in said]
    places = pack([(one.y - low) / (high - low) for one in labels], tall)
    for one, words, place in zip(labels, said, places, strict=True):
        axis.annotate(
            words,
            (one.x, one.y),
            xytext=(1.03, place),
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color=ink(look(one.position)["color"]),
            arrowprops={
                "arrowstyle": "-",
                "color": "#bbbbbb",
                "linewidth": 0.7,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
        )
    axis.set_ylim(low, high)


def pack(wanted: Sequence[float], tall: Sequence[float]) -> list[float]:
    """Centres of labels of these heights, as near as can be to where they are wanted, between 0 and 1, in their order.

    None lies on another; where they are too many for that, all are brought nearer to each other.
    """
    crowd = sum(tall)
    heights = [one / max(1.0, crowd) for one in tall]
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    stacks: list[tuple[list[int], float, float]] = []  # members, bottom, height
    for index in order:
        members, height = [index], heights[index]
        bottom = _inside(wanted[index] - height / 2, height)
        while stacks and bottom < stacks[-1][1] + stacks[-1][2]:
            below, _, size = stacks.pop()
            members, height = below + members, size + height
            centre = sum(wanted[member] for member in members) / len(members)
            bottom = _inside(centre - height / 2, height)
        stacks.append((members, bottom, height))
    placed = [0.0] * len(wanted)
    for members, bottom, _ in stacks:
        for member in members:
            placed[member] = bottom + heights[member] / 2
            bottom += heights[member]
    return placed


def _inside(bottom: float, height: float) -> float:
    return min(max(bottom, 0.0), 1.0 - height)
