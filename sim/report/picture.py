"""A picture that shows itself in a notebook without any set-up; the style and colours all pictures share."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("loyalty.mplstyle")

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#000000", "#56B4E9", "#E69F00", "#CC79A7", "#7F7F7F")
GREY = "#6b6b6b"
"""Of words that explain a picture."""
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 1.5, 1.2, 1.5)))
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")


class Picture(Figure):
    """A matplotlib Figure that needs no pyplot: a notebook shows it, `savefig` writes it."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        save(self, buffer)
        return buffer.getvalue()


class Panel(Axes):
    """Axes that a notebook shows as the picture they stand in, so that a plot's last line is enough."""

    name = "loyalty_panel"

    def _repr_png_(self) -> bytes:
        figure = self.get_figure(root=True)
        assert isinstance(figure, Picture)
        return figure._repr_png_()


@contextmanager
def house_style() -> Iterator[None]:
    """The project's style, within the block only: a user's own settings are left alone."""
    with style.context(STYLE):
        yield


def new(width: float, height: float, columns: int = 1, **options: Any) -> tuple[Picture, list[Axes]]:
    """A picture (inches) with one row of panels."""
    figure = Picture(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, **options)
    return figure, list(axes[0])


@contextmanager
def canvas(ax: Axes | None, width: float = 6.4, height: float = 4.0) -> Iterator[Axes]:
    """Axes to draw on in the house style: those given, or those of a new picture (inches) that shows itself."""
    with house_style():
        if ax is None:
            ax = Picture(figsize=(width, height), layout="constrained").add_subplot(axes_class=Panel)
        yield ax


def save(figure: Figure, target: str | Path | io.BytesIO) -> None:
    """Write a picture as PNG (or by the ending of the name); the same picture gives the same bytes."""
    form = Path(target).suffix.lstrip(".") or "png" if isinstance(target, str | Path) else "png"
    plain = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}.get(form)
    with house_style(), mpl.rc_context({"svg.hashsalt": "loyalty-sim"}):
        figure.savefig(target, format=form, metadata=plain)


def look(position: int) -> dict[str, Any]:
    """Colour, dash and marker of the design at this position: the same in every picture of one comparison."""
    return {
        "color": COLOURS[position % len(COLOURS)],
        "linestyle": DASHES[position % len(DASHES)],
        "marker": MARKERS[position % len(MARKERS)],
    }


def ink(colour: str) -> str:
    """The colour for words: darkened where it would be too pale to read on white."""
    red, green, blue = to_rgb(colour)
    pale = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5
    return to_hex((0.65 * red, 0.65 * green, 0.65 * blue)) if pale else colour


def spread(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights moved apart so that labels at them, `gap` apart at least, do not overlap within [low, high]."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = [0.0] * len(heights)
    floor = -math.inf
    for index in order:
        floor = placed[index] = max(heights[index], floor + gap)
    ceiling = high
    for index in reversed(order):
        ceiling = placed[index] = min(placed[index], ceiling)
        ceiling -= gap
    shift = max(0.0, low - min(placed, default=low))
    return [height + shift for height in placed]
