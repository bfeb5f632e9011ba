"""Do the parts of a scenario agree with each other?

Read from the raw data, so that a slip in one firm does not hide an unknown name elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.errors import Loc, advice
from sim.scenario.findings import Finding, peek, rows

DEGREE = 10
"""The friends of a customer in a network that does not say."""


def same_names(parts: Any, loc: Loc, what: str) -> Iterator[Finding]:
    """Names that are given twice in a list."""
    seen: set[str] = set()
    for i, part in enumerate(rows(parts)):
        name = peek(part, "name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Finding((*loc, i, "name"), f"two {what} are called '{name}'; rename one")
        seen.add(name)


def weigh_nothing(parts: Any, loc: Loc, field: str) -> Iterator[Finding]:
    """Weights that sum to nothing."""
    weights = [peek(part, field) for part in rows(parts)]
    if weights and all(isinstance(weight, int | float) and weight == 0 for weight in weights):
        yield Finding(loc, f"every '{field}' is 0, so they sum to nothing; make one positive")


def names_of_firms(data: Any) -> list[str]:
    """The firms' names; none where a firm has no readable name, as then nothing can be called unknown."""
    names = [peek(firm, "name") for firm in rows(peek(data, "firms"))]
    return list(dict.fromkeys(names)) if all(isinstance(name, str) for name in names) else []


def unknown_firms(data: Any) -> Iterator[Finding]:
    """Names in the focus, the events and the segments' shares that no firm bears."""
    known = names_of_firms(data)
    named: list[tuple[Loc, Any]] = [(("focus",), peek(data, "focus"))]
    for i, event in enumerate(rows(peek(data, "events"))):
        named.append((("events", i, "firm"), peek(event, "firm")))
    for i, shares in _shares(data):
        named.extend((("customers", "segments", i, "shares", name), name) for name in shares)
    for loc, name in named:
        if known and isinstance(name, str) and name not in known:
            yield Finding(loc, f"no firm is called '{name}'; {advice(name, known)}")


def unfit_shares(data: Any) -> Iterator[Finding]:
    """Segments whose shares leave a firm out or give everything to nobody."""
    known = names_of_firms(data)
    for i, shares in _shares(data):
        loc = ("customers", "segments", i, "shares")
        absent = [name for name in known if name not in shares]
        if absent and all(name in known for name in shares):
            remedy = ", ".join(f"{name}: 0" for name in absent)
            yield Finding(loc, f"every firm needs a share; add '{remedy}' if its customers do not buy there")
        if all(isinstance(weight, int | float) and weight == 0 for weight in shares.values()):
            yield Finding(loc, "the shares sum to nothing; give at least one firm a positive number")


def unfit_degrees(customers: Any) -> Iterator[Finding]:
    """Numbers of friends that nobody can have, for want of a network or of people."""
    count, network = peek(customers, "count"), peek(customers, "network")
    degrees: list[tuple[Loc, Any]] = [(("network", "degree"), peek(network, "degree") or DEGREE)]
    for i, segment in enumerate(rows(peek(customers, "segments"))):
        degree = peek(segment, "degree")
        if degree is not None:
            degrees.append((("segments", i, "degree"), degree))
    for loc, degree in degrees:
        if network is None and loc[0] == "segments":
            yield Finding(
                loc, "nobody has friends in a market without a network; add 'network: {}' to customers"
            )
        elif network is not None and isinstance(count, int) and isinstance(degree, int) and degree >= count:
            yield Finding(
                loc, f"{degree} friends are more than there are: there are {count} customers; lower it"
            )


def late_events(data: Any) -> Iterator[Finding]:
    """Events that start when the simulation is over. A firm that enters then is never there, which is no slip; nor is a
    change that is announced before the end."""
    weeks = peek(peek(data, "horizon"), "weeks")
    for i, event in enumerate(rows(peek(data, "events"))):
        week = peek(event, "week")
        never, announced = peek(event, "kind") != "entry", peek(event, "announced")
        if isinstance(week, int) and isinstance(announced, int):
            week -= announced
        if never and isinstance(weeks, int) and isinstance(week, int) and week >= weeks > 0:
            yield Finding(
                ("events", i, "week"),
                f"the event starts in week {week}, after the end; weeks count from 0, so at most {weeks - 1}",
            )


def disagreements(data: Any) -> Iterator[Finding]:
    """All findings about a scenario as a whole, its designs apart."""
    firms = peek(data, "firms")
    yield from same_names(firms, ("firms",), "firms")
    yield from weigh_nothing(firms, ("firms",), "share")
    yield from unknown_firms(data)
    yield from unfit_shares(data)
    yield from late_events(data)


def _shares(data: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for i, segment in enumerate(rows(peek(peek(data, "customers"), "segments"))):
        shares = peek(segment, "shares")
        if isinstance(shares, Mapping):
            yield i, shares
