"""Do the policies of firms find what they act on? Rivals that are there, programmes to copy, staff to lay off.

Read from the raw data, wherever policies are written: in a firm, a design, or a change on a date. What a firm lacks it
may get from a design, a change, or a programme that it copies; refused is only what it can never have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.agreement import names_of_firms
from sim.scenario.course import changes_of, designs_of
from sim.scenario.design import focal_firm
from sim.scenario.errors import Loc, advice
from sim.scenario.findings import Finding, peek, rows
from sim.scenario.part import thaw

Plan = tuple[Loc, Mapping[str, Any]]
"""A firm as written, or a patch of it, and where it stands."""

READ_ALL_RIVALS = ("undercut", "retaliate")
ON_OWN_PROGRAMME = ("raise_reward", "withdraw", "match_status")
NEEDED = {
    "staffing": (("staff",),),
    "lay_off": (("staff",),),
    "by_load": (("staff",), ("capacity",)),
}
"""Of a kind: parts of the firm, one of which it acts on or reads."""
LEVERS = {
    "training": ("staff",),
    "improvement": ("quality", "improvement"),
    "desk": ("complaint_desk",),
}
"""Of `answer_surveys`: the part of the firm on which each lever acts."""


class Entry(NamedTuple):
    """A policy as it is written somewhere."""

    owner: str
    loc: Loc
    policy: Any
    kind: Any


def policy_findings(data: Any) -> Iterator[Finding]:
    """Policies that name no rival, or could never act."""
    plans = _plans(data)
    known = names_of_firms(data)
    for entry in _entries(plans):
        yield from _unfit_rival(entry, plans, known)
        yield from _lacking(entry, plans)


def _plans(data: Any) -> dict[str, list[Plan]]:
    """Everything that is written of each firm."""
    focal, found = focal_firm(data), {}
    for i, firm in enumerate(rows(peek(data, "firms"))):
        owner = str(peek(firm, "name"))
        turns = [*changes_of(data, owner), *(designs_of(data) if firm is focal else [])]
        written = thaw(firm)
        if isinstance(written, Mapping):
            found[owner] = [(("firms", i), written), *((turn.loc, turn.patch) for turn in turns)]
    return found


def _entries(plans: Mapping[str, list[Plan]]) -> Iterator[Entry]:
    for owner, written in plans.items():
        for loc, plan in written:
            for i, policy in enumerate(rows(peek(plan, "policies"))):
                yield Entry(owner, (*loc, "policies", i), policy, peek(policy, "kind"))


def _unfit_rival(entry: Entry, plans: Mapping[str, list[Plan]], known: list[str]) -> Iterator[Finding]:
    rival, others = peek(entry.policy, "rival"), [name for name in known if name != entry.owner]
    loc = (*entry.loc, "rival")
    if not isinstance(rival, str):
        looks = entry.kind in READ_ALL_RIVALS
        if entry.kind == "price_war" and peek(peek(entry.policy, "trigger"), "rival_below") is not None:
            looks, loc = True, (*entry.loc, "trigger", "rival_below")
        if looks and known and not others:
            yield Finding(
                loc if entry.kind == "price_war" else entry.loc,
                "there is no other firm to answer; leave it out, or add a rival",
            )
    elif rival == entry.owner:
        rest = f"others: {', '.join(others)}" if others else "there is none; leave the policy out"
        yield Finding(loc, f"a firm is no rival of itself; name another firm ({rest})")
    elif known and rival not in known:
        yield Finding(loc, f"no firm is called '{rival}'; {advice(rival, others)}")
    elif entry.kind == "copy_programme" and not _has_programme(plans, rival):
        yield Finding(loc, f"'{rival}' never has a programme to copy; name another firm, or give it one")
    elif entry.kind == "match_status" and not _levels(plans, rival):
        yield Finding(
            loc, f"'{rival}' never has levels of status to match; name another firm, or give it some"
        )


def _lacking(entry: Entry, plans: Mapping[str, list[Plan]]) -> Iterator[Finding]:
    """What the firm would need for its policy to act, and never has."""
    needed = NEEDED.get(entry.kind, ()) if isinstance(entry.kind, str) else ()
    if needed and not any(_has(plans, entry.owner, part) for part in needed):
        parts = " and no ".join(f"'{'.'.join(part)}'" for part in needed)
        text = f"the firm has no {parts}, so this never acts; add {'it' if len(needed) == 1 else 'one'}"
        yield Finding(entry.loc, f"{text} or leave the policy out")
    if entry.kind == "answer_surveys":
        for lever, part in LEVERS.items():
            if peek(entry.policy, lever) not in (None, 0) and not _has(plans, entry.owner, part):
                text = (
                    f"the firm has no '{'.'.join(part)}', so this changes nothing; add it or leave this out"
                )
                yield Finding((*entry.loc, lever), text)
    if entry.kind in ON_OWN_PROGRAMME and not _has_programme(plans, entry.owner):
        yield Finding(entry.loc, "the firm never has a programme of its own; give it one or leave this out")
    elif entry.kind == "match_status":
        level, own = peek(entry.policy, "level"), _levels(plans, entry.owner)
        if isinstance(level, str) and level not in own:
            text = f"no level of the firm is called '{level}'; {advice(level, own)}"
            yield Finding((*entry.loc, "level"), text)
    if entry.kind == "copy_programme":
        owner = next((name for name in plans if entry.owner in _partners(plans, name)), None)
        if owner is not None:
            text = f"the firm is a partner of '{owner}', so it has no programme of its own; leave this out"
            yield Finding(entry.loc, text)


def _has(plans: Mapping[str, list[Plan]], owner: str, part: tuple[str, ...]) -> bool:
    for _, plan in plans.get(owner, ()):
        value: Any = plan
        for step in part:
            value = peek(value, step)
        if value is not None:
            return True
    return False


def _programmes(plans: Mapping[str, list[Plan]], owner: str, asking: tuple[str, ...] = ()) -> Iterator[Any]:
    """Programmes, or patches of them, that a firm has at some time; those that it copies included."""
    for _, plan in plans.get(owner, ()):
        if peek(plan, "programme") is not None:
            yield peek(plan, "programme")
        for policy in rows(peek(plan, "policies")):
            rival = peek(policy, "rival")
            if peek(policy, "kind") == "copy_programme" and rival not in (*asking, owner):
                yield from _programmes(plans, str(rival), (*asking, owner))


def _has_programme(plans: Mapping[str, list[Plan]], owner: str) -> bool:
    return any(True for _ in _programmes(plans, owner))


def _levels(plans: Mapping[str, list[Plan]], owner: str) -> list[str]:
    found = [
        peek(level, "name")
        for programme in _programmes(plans, owner)
        for level in rows(peek(peek(programme, "tiers"), "levels"))
    ]
    return list(dict.fromkeys(name for name in found if isinstance(name, str)))


def _partners(plans: Mapping[str, list[Plan]], owner: str) -> list[Any]:
    return [
        name
        for _, plan in plans[owner]
        for name in rows(peek(peek(peek(plan, "programme"), "partners"), "firms"))
    ]
