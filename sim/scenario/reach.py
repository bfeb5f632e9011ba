"""Does a programme reach whom it names? Its partners are other firms of the market, its segments are there.

Read from the raw data, wherever a programme is written: in a firm, a design, or a change on a date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from sim.scenario.agreement import names_of_firms
from sim.scenario.course import Turn, changes_of, designs_of, in_time
from sim.scenario.design import focal_firm
from sim.scenario.errors import Loc, advice
from sim.scenario.findings import Finding, peek, rows
from sim.scenario.merge import merged
from sim.scenario.part import thaw


class Written(NamedTuple):
    """A programme, or some fields of one, as it is written somewhere."""

    owner: str
    loc: Loc
    programme: Mapping[str, Any]


def programme_findings(data: Any) -> Iterator[Finding]:
    """Partners and segments that programmes name and cannot reach."""
    programmes = list(_written(data))
    yield from _unknown_segments(data, programmes)
    yield from _unfit_partners(data, programmes)


def _written(data: Any) -> Iterator[Written]:
    focal = focal_firm(data)
    for i, firm in enumerate(rows(peek(data, "firms"))):
        owner = str(peek(firm, "name"))
        turns = [Turn(0, ("firms", i), thaw(firm)), *changes_of(data, owner)]
        for turn in [*turns, *(designs_of(data) if firm is focal else [])]:
            programme = peek(turn.patch, "programme")
            if isinstance(programme, Mapping):
                yield Written(owner, (*turn.loc, "programme"), programme)


def _unknown_segments(data: Any, programmes: list[Written]) -> Iterator[Finding]:
    known = [peek(segment, "name") for segment in rows(peek(peek(data, "customers"), "segments"))]
    if not known or not all(isinstance(name, str) for name in known):
        return
    for written in programmes:
        for i, multiplier in enumerate(rows(peek(peek(written.programme, "points"), "multipliers"))):
            for j, name in enumerate(rows(peek(multiplier, "segments"))):
                if isinstance(name, str) and name not in known:
                    loc = (*written.loc, "points", "multipliers", i, "segments", j)
                    yield Finding(loc, f"no segment is called '{name}'; {advice(name, known)}")


def _unfit_partners(data: Any, programmes: list[Written]) -> Iterator[Finding]:
    known = names_of_firms(data)
    naming = [
        (written.owner, (*written.loc, "partners", "firms", i), name)
        for written in programmes
        for i, name in enumerate(rows(peek(peek(written.programme, "partners"), "firms")))
        if isinstance(name, str)
    ]
    if not naming or not known:
        return
    busy = dict(_taken(data))
    seen: set[tuple[Loc, str]] = set()
    for owner, loc, name in naming:
        others = [one for one in known if one != owner]
        if name == owner:
            rest = f"others: {', '.join(others)}" if others else "there is none; write 'partners: null'"
            yield Finding(loc, f"a firm is no partner of itself; name another firm ({rest})")
        elif name not in known:
            yield Finding(loc, f"no firm is called '{name}'; {advice(name, others)}")
        elif (loc[:-1], name) in seen:
            yield Finding(loc, f"'{name}' is named twice; keep one")
        elif (owner, name) in busy:
            yield Finding(loc, busy[owner, name])
        seen.add((loc[:-1], name))


def _taken(data: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Owners and partners of which the partner has, at some time, a programme of its own or of someone else."""
    focal = focal_firm(data)
    firms = rows(peek(data, "firms"))
    changes = {str(peek(firm, "name")): changes_of(data, str(peek(firm, "name"))) for firm in firms}
    ways: list[Turn | None] = [*designs_of(data)] or [None]
    for design in ways:
        plans: dict[str, Any] = {str(peek(firm, "name")): thaw(firm) for firm in firms}
        yield from _clashes(plans)
        turns = [(turn, name) for name, course in changes.items() for turn in in_time(None, course)]
        if design is not None and focal is not None:
            # In its week the design comes first, as in the course of a firm.
            turns.insert(0, (design, str(peek(focal, "name"))))
        in_order = sorted(turns, key=lambda entry: entry[0].week)
        # What changes in one week changes at once: a firm may end its programme as it becomes a partner.
        for _, together in groupby(in_order, key=lambda entry: entry[0].week):
            for turn, name in together:
                plans[name] = merged(plans[name], turn.patch)
            yield from _clashes(plans)


def _clashes(plans: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    owner_of: dict[str, str] = {}
    for owner, plan in plans.items():
        for name in rows(peek(peek(peek(plan, "programme"), "partners"), "firms")):
            if not isinstance(name, str) or name == owner:
                continue
            clash = None
            if peek(plans.get(name), "programme") is not None:
                clash = f"'{name}' has a programme of its own; a partner has none: leave it out, or take that away"
            elif owner_of.setdefault(name, owner) != owner:
                first = owner_of[name]
                clash = f"'{name}' is a partner of '{first}' already; a firm takes part in one programme; keep one"
            if clash:
                yield (owner, name), clash
