"""What a page is made of: sections of paragraphs, lists, tables and pictures. The template knows no more than these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.report.page.grid import Grid


@dataclass(frozen=True)
class Words:
    """A paragraph; kind: 'plain', 'lead' (what to read first), 'caution' or 'code'."""

    text: str
    kind: str = "plain"
    tag: str = "words"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str
    tag: str = "heading"


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]
    tag: str = "points"


@dataclass(frozen=True)
class Drawing:
    """A picture as inline SVG, what it shows in words, and a caption."""

    svg: str
    label: str
    caption: str
    tag: str = "drawing"


@dataclass(frozen=True)
class Table:
    """A table."""

    grid: Grid
    tag: str = "table"


Block = Words | Heading | Points | Drawing | Table


@dataclass(frozen=True)
class Section:
    """A section of the page; name is the anchor of its heading."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def grids(self) -> Iterator[Grid]:
        """Its tables."""
        return (block.grid for block in self.blocks if isinstance(block, Table))
