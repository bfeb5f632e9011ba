"""Is the firm there to which customers are handed over? Read from the raw data, wherever a selection is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.agreement import names_of_firms
from sim.scenario.course import Turn, changes_of, designs_of
from sim.scenario.design import focal_firm
from sim.scenario.errors import advice
from sim.scenario.findings import Finding, peek, rows
from sim.scenario.part import thaw


def selection_findings(data: Any) -> Iterator[Finding]:
    """Firms that selections hand customers over to, and that are not there, or are the firm itself."""
    known = names_of_firms(data)
    focal = focal_firm(data)
    for i, firm in enumerate(rows(peek(data, "firms"))):
        owner = str(peek(firm, "name"))
        turns = [Turn(0, ("firms", i), thaw(firm)), *changes_of(data, owner)]
        for turn in [*turns, *(designs_of(data) if firm is focal else [])]:
            name = peek(peek(turn.patch, "selection"), "to")
            others = [one for one in known if one != owner]
            loc = (*turn.loc, "selection", "to")
            if isinstance(name, str) and name == owner:
                rest = f"others: {', '.join(others)}" if others else "there is none; write 'then: let_go'"
                yield Finding(loc, f"a firm hands nobody over to itself; name another firm ({rest})")
            elif isinstance(name, str) and known and name not in known:
                yield Finding(loc, f"no firm is called '{name}'; {advice(name, others)}")
