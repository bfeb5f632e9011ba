"""Colours and type that the plots and the style sheet of the page share."""

from __future__ import annotations

from typing import NamedTuple

from sim.report.picture import COLOURS

FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
INK = "#17202b"
MUTED = "#525b67"
GRID = "#e4e7eb"


class Look(NamedTuple):
    """Of one side: colour, dash and marker, so that colour alone never tells the sides apart."""

    colour: str
    dash: str
    marker: str


LOOKS = (Look(COLOURS[0], "solid", "circle"), Look(COLOURS[1], "dashed", "square"))
"""Left, right: as designs look in all pictures."""
