"""Programme policies. The plans that they act by, with units and bounds: sim/scenario/policies/rewarding.py.

A programme is scaled by the worth of its rewards: of points and stamps, the depth of member prices and offers, the
worth of surprises. Points earned, levels and rules stay as they are, so members' accounts go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.firms.policy import Policy, changed
from sim.firms.serving import is_due
from sim.firms.view import View
from sim.scenario import Firm, Match, Points, Programme, Scenario
from sim.scenario.part import thaw
from sim.scenario.policies import CopyProgrammePlan, MatchStatusPlan, RaiseRewardPlan, WithdrawPlan

MOST_WORTH = 1e7
"""Most that a reward can be worth in currency."""
DEEPEST = 0.95
"""Deepest cut for members to which a programme is scaled."""


class CopyProgramme(Policy):
    """The programme that the rival had `lag` weeks ago, scaled by share, in place of the firm's own; none, its own."""

    def __init__(self, plan: CopyProgrammePlan) -> None:
        self._plan = plan
        self._seen: list[Programme | None] = []

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with the copy, as long as there is something to copy."""
        form = _seen_before(self._seen, view, self._plan.rival, self._plan.lag)
        return plan if form is None else with_programme(plan, copied(form, plan.name, self._plan.share))

    def may_adopt(self, world: Scenario, name: str) -> tuple[Programme, ...]:
        """Copies of all that the rival may ever have."""
        return tuple(copied(form, name, self._plan.share) for form in forms_of(world, self._plan.rival))


class MatchStatus(Policy):
    """A status match at a level of its own, from `lag` weeks after the rival was seen to have levels."""

    def __init__(self, plan: MatchStatusPlan) -> None:
        self._plan = plan
        self._seen: list[Programme | None] = []

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with the match, while the rival has levels and the firm has the level."""
        form = _seen_before(self._seen, view, self._plan.rival, self._plan.lag)
        if form is None or form.tiers is None or plan.programme is None:
            return plan
        return with_programme(plan, matched(plan.programme, self._plan))

    def may_adopt(self, world: Scenario, name: str) -> tuple[Programme, ...]:
        """What the firm may have anyway, with the match."""
        return tuple(matched(form, self._plan) for form in forms_of(world, name))


class RaiseReward(Policy):
    """rewards x factor; factor += by, to at most `most`, each time that too many members were lost; from 1."""

    def __init__(self, plan: RaiseRewardPlan) -> None:
        self._plan = plan
        self._factor = 1.0

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with rewards as they are worth by now."""
        mine = self._plan
        if plan.programme is None:
            return plan
        if is_due(view, mine.every) and view.churn(mine.every) > mine.churn_above:
            self._factor = min(self._factor + mine.by, mine.most)
        return plan if self._factor == 1.0 else with_programme(plan, scaled(plan.programme, self._factor))


class Withdraw(Policy):
    """No programme any more, once mean profit over `weeks` weeks with the programme is below `profit_below`."""

    def __init__(self, plan: WithdrawPlan) -> None:
        self._plan = plan
        self._weeks = 0
        self._gave_up = False

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan, without the programme if the firm has given it up."""
        mine = self._plan
        if plan.programme is None:
            self._weeks = 0
            return plan
        if self._weeks >= mine.weeks and view.mean("profit", mine.weeks) < mine.profit_below:
            self._gave_up = True
        self._weeks += 1
        return changed(plan, {"programme": None}) if self._gave_up else plan


def _seen_before(seen: list[Programme | None], view: View, rival: str, lag: int) -> Programme | None:
    """The rival's programme of `lag` weeks ago; `seen` is kept, and gets that of last week.

    None before the start, and before it has been looked at for so long: a design may begin to look later.
    """
    if view.week > 0:
        seen.append(view.programmes.get(rival))
    return seen[-lag] if lag <= len(seen) else None


def with_programme(plan: Firm, programme: Programme) -> Firm:
    """The plan with this programme and nothing of the one before."""
    if plan.programme == programme:
        return plan
    return changed(plan, {"programme": {**thaw(programme), "preset": None}})


def copied(form: Programme, firm: str, share: float) -> Programme:
    """A rival's programme as a firm would copy it: under its own name, rewards scaled, without partners."""
    said = {"as_of": None, "source": None, "note": None, "partners": None}
    return scaled(form, share).model_copy(update={**said, "name": firm})


def matched(form: Programme, plan: MatchStatusPlan) -> Programme:
    """A programme with a status match; as it is where it has one, or has no such level."""
    if form.tiers is None or form.tiers.match is not None or plan.level not in form.tiers.level_names:
        return form
    match = Match(level=plan.level, weeks=plan.weeks, spend=plan.spend)
    return form.model_copy(update={"tiers": form.tiers.model_copy(update={"match": match})})


def scaled(form: Programme, factor: float) -> Programme:
    """A programme whose rewards are worth so many times as much."""
    if factor == 1.0:
        return form
    update: dict[str, Any] = {}
    if form.points is not None:
        update["points"] = _scaled_points(form.points, factor)
    if form.stamps is not None:
        update["stamps"] = form.stamps.model_copy(update={"reward": _worth(form.stamps.reward, factor)})
    for name in ("member_price", "offers"):
        part = getattr(form, name)
        if part is not None:
            update[name] = part.model_copy(
                update={"depth": min(part.depth * factor, max(DEEPEST, part.depth))}
            )
    if form.surprise is not None:
        update["surprise"] = form.surprise.model_copy(update={"worth": _worth(form.surprise.worth, factor)})
    return form.model_copy(update=update)


def _scaled_points(points: Points, factor: float) -> Points:
    menu = tuple(
        reward.model_copy(update={"worth": _worth(reward.worth, factor)}) for reward in points.rewards
    )
    reward = None if points.reward is None else _worth(points.reward, factor)
    return points.model_copy(update={"rewards": menu, "reward": reward})


def _worth(worth: float, factor: float) -> float:
    return min(worth * factor, MOST_WORTH)


def forms_of(
    world: Scenario,
    name: str,
    own: Mapping[str, Sequence[Policy]] | None = None,
    *,
    asking: tuple[str, ...] = (),
) -> tuple[Programme, ...]:
    """All programmes that a firm may ever have, up to the worth of rewards: as written, and by policies.

    own: plug-in policies by firm. asking: firms whose question this is, so that two who copy each other come to an end.
    """
    found: list[Programme] = []
    for form in _forms(world, name, own or {}, (*asking, name)):
        if form not in found:
            found.append(form)
    return tuple(found)


def _forms(
    world: Scenario, name: str, own: Mapping[str, Sequence[Policy]], asking: tuple[str, ...]
) -> Iterator[Programme]:
    designs = world.design_names if name == world.focus else (None,)
    plans = [plan for design in designs for _, plan in world.course(name, design)]
    forms = [plan.programme for plan in plans if plan.programme is not None]
    entries = [entry for plan in plans for entry in plan.policies]
    for entry in entries:
        if isinstance(entry, CopyProgrammePlan) and entry.rival not in asking:
            rivals = forms_of(world, entry.rival, own, asking=asking)
            forms += [copied(form, name, entry.share) for form in rivals]
    forms += [form for policy in own.get(name, ()) for form in policy.may_adopt(world, name)]
    for entry in entries:
        if isinstance(entry, MatchStatusPlan):
            forms += [matched(form, entry) for form in forms]
    yield from forms
