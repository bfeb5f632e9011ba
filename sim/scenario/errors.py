"""What is wrong with a scenario: each fault with its place, and the exception that carries them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Loc = tuple[str | int, ...]
"""Where a value stands: names of fields and numbers of list entries, from the top of the scenario."""


@dataclass(frozen=True)
class Fault:
    """One fault. `path` is dotted, lines and columns count from 1; what is not known is left empty."""

    message: str
    path: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in ("", None))
        line = "  ".join(part for part in (place, self.path, self.message) if part)
        # What a file holds may be quoted here: it must neither break the line nor steer a terminal.
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


class ScenarioError(ValueError):
    """The scenario is wrong. `str()` is the complete message: one line a fault, each with its remedy."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Faults in the order of their places."""
    return sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.column or 0))


def dotted(loc: Loc) -> str:
    """`("firms", 0, "price")` as users write it: `firms[0].price`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, if one is near."""
    by_folded = {one.casefold(): one for one in known}
    matches = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def advice(name: str, known: Iterable[str]) -> str:
    """What to write in place of an unknown name: the nearest one, or else all there are."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean '{near}'?"
    return f"known: {', '.join(names)}" if names else "there are none"
