"""Parts of a scenario that could never act, for want of what they act on. Only what is certain is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.course import Turn, changes_of, designs_of
from sim.scenario.design import focal_firm
from sim.scenario.findings import Finding, peek, rows
from sim.scenario.merge import merged
from sim.scenario.part import thaw

YES = (True, 1, "true", "yes", "on", "y", "t", "1")
"""What is read as true; YAML 1.2 takes `yes` for text."""


class Need(NamedTuple):
    """What a setting of a firm needs of the firm."""

    field: tuple[str, ...]
    """place of the setting"""
    default: Any
    """its value in a block that does not say"""
    asking: tuple[Any, ...]
    """its values that need something"""
    is_met: Callable[[Any], bool]
    """by a firm in plain data"""
    message: str


def _has_programme(firm: Any) -> bool:
    return peek(firm, "programme") is not None


def _has_rewards(firm: Any) -> bool:
    programme = peek(firm, "programme")
    return any(peek(programme, kind) is not None for kind in ("points", "stamps"))


def _has_returns(firm: Any) -> bool:
    return peek(firm, "returns") not in (None, 0)


NEEDS = (
    Need(
        ("contacts", "members_only"),
        True,
        YES,
        _has_programme,
        "the firm has no programme, so it has no members to write to; "
        "write 'members_only: false' or give it a programme",
    ),
    Need(
        ("contacts", "triggers", "near_reward"),
        False,
        YES,
        _has_rewards,
        "the firm has neither points nor stamps, so nobody is near a reward; "
        "write 'near_reward: false' or give it one of them",
    ),
    Need(
        ("programme", "points", "on_return"),
        "reverse",
        ("keep",),
        _has_returns,
        "nothing is ever brought back to this firm, so no points are kept; "
        "set 'returns' of the firm or leave it out",
    ),
)


def idle_parts(data: Any) -> Iterator[Finding]:
    """Settings of firms that nothing could read: as written, under a design, or after a change.

    A firm may get what they need from a design or a change. So they are only refused where none of them gives it.
    """
    focal = focal_firm(data)
    for i, firm in enumerate(rows(peek(data, "firms"))):
        plan = thaw(firm)
        if isinstance(plan, Mapping):
            changes = changes_of(data, str(peek(firm, "name")))
            designs = designs_of(data) if firm is focal else []
            for need in NEEDS:
                yield from _unmet(need, Turn(0, ("firms", i), plan), changes, designs)


def idle_lay_offs(data: Any) -> Iterator[Finding]:
    """Lay-offs of firms that have no staff by then, under any design."""
    focal = focal_firm(data)
    for i, event in enumerate(rows(peek(data, "events"))):
        if peek(event, "kind") != "lay_off":
            continue
        for firm in rows(peek(data, "firms")):
            name = peek(firm, "name")
            if name == peek(event, "firm") and isinstance(name, str):
                turns = [*changes_of(data, name), *(designs_of(data) if firm is focal else [])]
                if peek(firm, "staff") is None and not any(peek(t.patch, "staff") for t in turns):
                    yield Finding(
                        ("events", i, "firm"),
                        f"'{name}' has no staff to lay off; give it 'staff' or leave the event out",
                    )


def _unmet(need: Need, written: Turn, changes: list[Turn], designs: list[Turn]) -> Iterator[Finding]:
    def after(turn: Turn) -> Any:
        return merged(written.patch, turn.patch)

    changed = any(need.is_met(after(turn)) for turn in changes)
    anyhow = changed or any(need.is_met(after(turn)) for turn in (written, *designs))
    if not anyhow and _asks(need, written.patch):
        yield Finding((*written.loc, *need.field), need.message)
        return
    for turn in designs:
        here = changed or need.is_met(after(turn))
        if not here and isinstance(peek(turn.patch, need.field[0]), Mapping) and _asks(need, after(turn)):
            yield Finding((*turn.loc, *need.field), need.message)
    for turn in changes:
        if not anyhow and isinstance(peek(turn.patch, need.field[0]), Mapping) and _asks(need, after(turn)):
            yield Finding((*turn.loc, *need.field), need.message)


def _asks(need: Need, firm: Any) -> bool:
    """Whether a firm in plain data has this setting, at a value that needs something."""
    value = peek(firm, need.field[0])
    if not isinstance(value, Mapping):
        return False
    for step in need.field[1:]:
        value = peek(value, step) if isinstance(value, Mapping) and step in value else need.default
    return (value.lower() if isinstance(value, str) else value) in need.asking
