"""Do the terms that makers offer dealers have dealers to be offered to? Read from the raw data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.course import Turn, changes_of, designs_of
from sim.scenario.design import focal_firm
from sim.scenario.findings import Finding, peek, rows
from sim.scenario.part import thaw


def channel_findings(data: Any) -> Iterator[Finding]:
    """Channels in a market without dealers: as written, of a design, or of a change on a date."""
    if peek(data, "dealers") is not None:
        return
    focal = focal_firm(data)
    for i, firm in enumerate(rows(peek(data, "firms"))):
        turns = [Turn(0, ("firms", i), thaw(firm)), *changes_of(data, str(peek(firm, "name")))]
        for turn in [*turns, *(designs_of(data) if firm is focal else [])]:
            if peek(turn.patch, "channel") is not None:
                yield Finding(
                    (*turn.loc, "channel"),
                    "this market has no dealers to offer terms to; add 'dealers: {count: 50}', or leave it out",
                )
