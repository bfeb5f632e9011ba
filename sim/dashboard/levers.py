"""Levers: the numbers of a design that a slider moves, with sensible ranges.

A range lies about the number as the design is written, so that it stays where it is while the slider moves, and within
the bounds of the scenario format.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from sim.scenario import Fault, Firm, Scenario, ScenarioError
from sim.scenario.errors import Loc
from sim.scenario.part import thaw
from sim.scenario.paths import resolve

RIVALS = "rivals"
"""Paths of rivals' levers begin with it: `rivals.NAME.price.level`."""
MOST_RIVALS = 3
STEPS = 40
"""About how many steps a slider has."""


@dataclass(frozen=True)
class Lever:
    """A number that a slider moves. `key`: of its label in the catalogue; `name`: of the level, reward or rival."""

    path: str
    key: str
    low: float
    high: float
    step: float
    value: float
    unit: str
    whole: bool
    name: str = ""


@dataclass(frozen=True)
class Span:
    """How far a lever goes: `down` and `up` about its number, as a factor or as an amount; `top` where it is 0."""

    down: float
    up: float
    top: float = 1.0
    factor: bool = True


_SPANS: Mapping[str, Span] = {
    "price.level": Span(0.8, 1.2),
    "quality.level": Span(-15.0, 15.0, factor=False),
    "quality.failure_rate": Span(0.0, 3.0, 0.1),
    "complaint_desk.capacity": Span(0.0, 3.0, 10.0),
    "complaint_desk.empowerment": Span(-1.0, 1.0, factor=False),
    "complaint_desk.compensation": Span(0.0, 3.0, 20.0),
    "programme.enrolment.ask": Span(-1.0, 1.0, factor=False),
    "programme.points.per_currency": Span(0.2, 4.0),
    "programme.points.per_visit": Span(0.2, 4.0),
    "programme.points.threshold": Span(0.25, 3.0),
    "programme.points.reward": Span(0.25, 3.0),
    "programme.points.rewards.*.points": Span(0.25, 3.0),
    "programme.points.rewards.*.worth": Span(0.25, 3.0),
    "programme.points.expire_weeks": Span(0.25, 3.0),
    "programme.points.expiry.weeks": Span(0.25, 3.0),
    "programme.stamps.needed": Span(-6.0, 8.0, factor=False),
    "programme.stamps.reward": Span(0.25, 3.0),
    "programme.stamps.head_start": Span(-10.0, 6.0, factor=False),
    "programme.member_price.depth": Span(0.0, 3.0, 0.1),
    "programme.tiers.levels.*.spend": Span(0.4, 2.0),
    "programme.tiers.levels.*.visits": Span(0.4, 2.0),
    "programme.tiers.levels.*.points": Span(0.4, 2.0),
    "programme.tiers.levels.*.quality": Span(0.0, 3.0, 10.0),
    "programme.tiers.levels.*.quality_cost": Span(0.0, 4.0, 10.0),
    "programme.tiers.grace": Span(-52.0, 52.0, factor=False),
    "programme.club.fee": Span(0.25, 3.0, 50.0),
    "programme.offers.depth": Span(0.0, 3.0, 0.1),
    "programme.offers.per_week": Span(0.0, 3.0, 0.5),
    "programme.challenge.points": Span(0.25, 3.0),
    "programme.surprise.chance": Span(0.0, 3.0, 0.1),
    "gestures.chance": Span(0.0, 3.0, 0.1),
    "gestures.worth": Span(0.0, 3.0, 10.0),
    "referral.reward": Span(0.0, 3.0, 20.0),
    "contacts.per_week": Span(0.0, 3.0, 1.0),
    "win_back.worth": Span(0.0, 3.0, 20.0),
    "advertising.reach": Span(0.0, 3.0, 0.1),
    "staff.employees": Span(0.5, 1.5, 5.0),
}
"""Levers that are shown where the design has what they move, in this order."""
_ASKED: Mapping[str, Span] = {
    "quality.spread": Span(0.0, 2.0, 10.0),
    "quality.failure_severity": Span(0.0, 2.0, 25.0),
    "switching_cost": Span(0.0, 3.0, 2.0),
    "convenience.level": Span(-1.0, 1.0, factor=False),
    "complaint_desk.acted_on": Span(-1.0, 1.0, factor=False),
    "complaint_desk.channels": Span(-4.0, 4.0, factor=False),
    "complaint_desk.cost_per_complaint": Span(0.0, 3.0, 10.0),
    "referral.friend_reward": Span(0.0, 3.0, 20.0),
    "deal.depth": Span(0.0, 2.0, 0.3),
    "contract.weeks": Span(0.25, 2.0),
    "advertising.promise": Span(-20.0, 20.0, factor=False),
    "staff.training": Span(0.0, 3.0, 20.0),
    "staff.wage": Span(0.7, 1.5),
    "programme.costs.per_week": Span(0.0, 3.0, 100.0),
    "programme.tiers.valid_windows": Span(-3.0, 3.0, factor=False),
}
"""Levers that have a name and a range, and are shown only where a lesson asks for them."""
_HIDDEN_AT_ZERO = (
    "programme.points.per_currency",
    "programme.points.per_visit",
    "programme.tiers.levels.*.quality",
    "programme.tiers.levels.*.quality_cost",
)
"""At 0 these say that the design works in another way."""


def levers_of(written: Firm, now: Firm, *, currency: str, first: Sequence[str] = ()) -> tuple[Lever, ...]:
    """The levers of a design. written: the firm under it as in the file; now: as it stands. first: paths shown first.

    A path of `first` that this design does not have is left out.
    """
    paths = [path for path in first if not path.startswith(f"{RIVALS}.") and _there(written, path)]
    paths += [path for path in _shown(written, now) if path not in paths]
    return tuple(lever_at(written, now, path, currency=currency) for path in paths)


def rival_levers(world: Scenario, rivals: Mapping[str, Mapping[str, Any]]) -> tuple[Lever, ...]:
    """The price levels of the largest rivals. rivals: what was moved of them."""
    others = sorted((f for f in world.firms if f.name != world.focus), key=lambda f: -f.share)[:MOST_RIVALS]
    found = []
    for firm in others:
        moved = rivals.get(firm.name, {}).get("price.level", firm.price.level)
        now = firm.model_copy(update={"price": firm.price.model_copy(update={"level": moved})})
        lever = lever_at(firm, now, "price.level", currency=world.currency)
        path = f"{RIVALS}.{firm.name}.price.level"
        found.append(_renamed(lever, path, "lever.rival.price.level", firm.name))
    return tuple(found)


def rival_of(world: Scenario, path: str) -> tuple[str, str]:
    """Rival and path in it that the path of a rival's lever names. ScenarioError if there is no such rival."""
    rest = path.removeprefix(f"{RIVALS}.")
    for name in sorted((n for n in world.firm_names if n != world.focus), key=len, reverse=True):
        if rest.startswith(f"{name}."):
            return name, rest[len(name) + 1 :]
    raise ScenarioError([Fault(f"no rival is named here; rivals: {', '.join(world.firm_names)}", path)])


def lever_at(written: Firm, now: Firm, path: str, *, currency: str) -> Lever:
    """The lever at a path of a firm. ScenarioError where there is no number."""
    loc = resolve(written, path)
    start, value = _value(written, loc), _value(now, loc)
    part = _walk(written, loc[:-1])
    if isinstance(start, bool) or not isinstance(start, int | float) or not isinstance(value, int | float):
        raise ScenarioError([Fault("no number stands here, so no slider moves it", path)])
    field = type(part).model_fields[str(loc[-1])]
    whole = field.annotation is int or int in get_args(field.annotation)
    pattern = pattern_of(loc)
    low, high, step = _range(
        float(start), {**_SPANS, **_ASKED}.get(pattern, Span(0.0, 3.0)), whole, field.metadata
    )
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", "")).replace("currency", currency)
    named = [step for step in loc if isinstance(step, int)]
    name = _walk(written, loc[: loc.index(named[-1]) + 1]).name if named else ""
    return Lever(path, f"lever.{pattern}", min(low, value), max(high, value), step, value, unit, whole, name)


def patch_of(firm: Firm, path: str, value: Any) -> dict[str, Any]:
    """The patch that puts a value at a path of a firm. ScenarioError where the path leads nowhere."""
    loc = resolve(firm, path)
    patch: Any = value
    for depth in range(len(loc) - 1, -1, -1):
        step = loc[depth]
        if isinstance(step, int):
            entry = _walk(firm, loc[: depth + 1])
            if not hasattr(entry, "name"):
                raise ScenarioError(
                    [Fault("entries of this list have no names, so no slider moves them", path)]
                )
            patch = [{"name": entry.name, **patch}]
        else:
            patch = {step: patch}
    found: dict[str, Any] = thaw(patch)
    return found


def pattern_of(loc: Loc) -> str:
    """A place with `*` for the entries of lists."""
    return ".".join("*" if isinstance(step, int) else step for step in loc)


def lever_keys() -> tuple[str, ...]:
    """Keys of the labels of all levers that have one."""
    return (*(f"lever.{pattern}" for pattern in (*_SPANS, *_ASKED)), "lever.rival.price.level")


def _shown(written: Firm, now: Firm) -> Iterator[str]:
    for pattern in _SPANS:
        for path in _expanded(written, pattern.split("."), ()):
            if not _there(now, path):
                continue
            if pattern in _HIDDEN_AT_ZERO and not _value(written, resolve(written, path)):
                continue
            yield path


def _expanded(node: Any, steps: Sequence[str], done: tuple[str, ...]) -> Iterator[str]:
    if not steps:
        if isinstance(node, int | float) and not isinstance(node, bool):
            yield ".".join(done)
    elif steps[0] == "*":
        for entry in node or ():
            yield from _expanded(entry, steps[1:], (*done, entry.name))
    elif isinstance(node, BaseModel):
        yield from _expanded(getattr(node, steps[0]), steps[1:], (*done, steps[0]))


def _there(firm: Firm, path: str) -> bool:
    """Whether a number stands at a path, and does something in this design."""
    try:
        loc = resolve(firm, path)
        value = _value(firm, loc)
    except ScenarioError:
        return False
    programme = firm.programme
    if programme is not None and programme.enrolment.automatic and loc == ("programme", "enrolment", "ask"):
        return False
    tiers = programme.tiers if programme is not None else None
    lasting = tiers is not None and (tiers.downgrade == "none" or tiers.window == "lifetime")
    if lasting and loc == ("programme", "tiers", "grace"):
        return False
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value(firm: Firm, loc: Loc) -> Any:
    return _walk(firm, loc)


def _walk(node: Any, loc: Loc) -> Any:
    for step in loc:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _range(start: float, span: Span, whole: bool, bounds: Sequence[Any]) -> tuple[float, float, float]:
    if not span.factor:
        low, high = start + span.down, start + span.up
    elif start:
        low, high = start * span.down, start * span.up
    else:
        low, high = 0.0, span.top
    step = _nice((min(high, _top(bounds)) - max(low, _bottom(bounds))) / STEPS)
    step = max(round(step), 1) if whole else step
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    for bound in bounds:
        if isinstance(bound, Ge):
            low = max(low, bound.ge)  # type: ignore[call-overload]
        elif isinstance(bound, Gt):
            low = max(low, bound.gt + step)  # type: ignore[operator]
        elif isinstance(bound, Le):
            high = min(high, bound.le)  # type: ignore[call-overload]
        elif isinstance(bound, Lt):
            high = min(high, bound.lt - step)  # type: ignore[operator]
    return _round(low), _round(high), _round(step)


def _bottom(bounds: Sequence[Any]) -> float:
    return max((float(getattr(b, "ge", getattr(b, "gt", -math.inf))) for b in bounds), default=-math.inf)


def _top(bounds: Sequence[Any]) -> float:
    return min((float(getattr(b, "le", getattr(b, "lt", math.inf))) for b in bounds), default=math.inf)


def _nice(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next(part * size for part in (1.0, 2.0, 5.0, 10.0) if part * size >= step * 0.999)


def _round(number: float) -> float:
    return float(f"{number:.10g}")


def _renamed(lever: Lever, path: str, key: str, name: str) -> Lever:
    return replace(lever, path=path, key=key, name=name)
