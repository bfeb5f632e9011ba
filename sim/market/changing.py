"""What a change of a programme means: who is told when, what is honoured, what members resent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.population.population import Population
from sim.population.terms import Offered, Worse, back_per_currency, back_per_visit, point_worth
from sim.population.told import Context, Plan, Rule, Terms
from sim.rules import BehaviourNumbers
from sim.scenario import Change, Firm, Programme, Scenario

PROGRAMME = "programme"


class Notice(NamedTuple):
    """What members are told, and promised, of a change of their programme."""

    fair: bool = False
    """the change of this week was announced"""
    grandfather: bool = False
    """what was earned before keeps its worth"""
    coming: int | None = None
    """week of a change that has been announced"""


class Changes:
    """The changes of programmes in one market, week by week."""

    def __init__(self, world: Scenario, population: Population, rules: BehaviourNumbers) -> None:
        self._world, self._population, self._rules = world, population, rules
        self._basket = float(np.mean([s.basket.mean for s in world.customers.segments]))
        self._worse: dict[int, Worse] = {}
        self.closing: NDArray[np.int64] | None = None
        """tally of what this week's changes did to accounts; None where they did nothing"""

    def begin(self) -> None:
        """A new week."""
        self._worse = {}
        self.closing = None

    def note(self, firm: int, before: Programme | None, now: Programme | None, week: int) -> None:
        """The programme of a firm is another from this week on."""
        self._worse[firm] = self._loss(firm, before, now, week)

    def count(self, tally: NDArray[np.int64]) -> None:
        """Add to the tally of what happened to accounts between two weeks."""
        self.closing = tally if self.closing is None else self.closing + tally

    def notice(self, firm: int, week: int) -> Notice:
        """What is known, and promised, of the change of a firm's programme in this week or announced for later."""
        name, found = self._world.firm_names[firm], Notice()
        for event in self._world.events:
            if isinstance(event, Change) and event.firm == name and PROGRAMME in event.patch:
                if event.week == week:
                    found = found._replace(fair=event.announced > 0, grandfather=event.grandfather)
                elif event.week - event.announced <= week < event.week:
                    found = found._replace(coming=event.week)
        return found

    def honour(
        self,
        firm: int,
        p: int,
        before: Programme,
        now: Programme | None,
        old: Terms,
        new: Terms,
        context: Context,
    ) -> None:
        """What a change of programme p means for the points, stamps and status outstanding."""
        people, notice = self._population, self.notice(firm, context.week)
        pays = before.ending.points == "honour"
        if now is None:
            self._end(p, before, old, pays, notice, context)
            self.count(people.close_programme(p, old, pays=pays))
            return
        no_points = bool(old.rule[p, Rule.MENU]) and not new.rule[p, Rule.MENU]
        no_stamps = bool(old.rule[p, Rule.STAMPS_NEEDED]) and not new.rule[p, Rule.STAMPS_NEEDED]
        if no_points:
            self.count(people.close_programme(p, old, stamps=False, pays=pays))
        if no_stamps:
            self.count(people.close_programme(p, old, points=False, pays=pays))
        if notice.grandfather and not no_points and point_worth(now) > 0:
            ratio = point_worth(before) / point_worth(now)
            if ratio != 1.0 and ratio > 0:
                self.count(people.regrade(p, old, ratio))
        levels = {level.name: i for i, level in enumerate(now.tiers.levels, 1)} if now.tiers else {}
        named = [levels.get(level.name, 0) for level in before.tiers.levels] if before.tiers else []
        reviewed = not notice.grandfather and before.tiers != now.tiers
        people.adapt(p, old, new, context.week, named, review=reviewed)

    def _end(
        self, p: int, before: Programme, old: Terms, pays: bool, notice: Notice, context: Context
    ) -> None:
        """Members resent the end of a programme: what it gave, and the points they lose unless they are paid out."""
        plan = old.plan.copy()
        plan[p, Plan.LOSS_PER_POINT] = 0.0 if pays else point_worth(before)
        plan[p, Plan.LOSS_PER_CURRENCY] = self._back(before)
        plan[p, Plan.FAIR] = notice.fair
        self._population.resent(p, old._replace(plan=plan), self._rules, context)

    def _back(self, programme: Programme) -> float:
        """What a programme gives back, over what is spent."""
        behaviour = self._world.behaviour
        return back_per_currency(programme, behaviour) + back_per_visit(programme, behaviour) / self._basket

    def _loss(self, firm: int, before: Programme | None, now: Programme | None, week: int) -> Worse:
        """What a change takes from members."""
        if before is None or now is None:
            return Worse()
        notice = self.notice(firm, week)
        point = max(point_worth(before) - point_worth(now), 0.0) if point_worth(now) > 0 else 0.0
        less = max(self._back(before) - self._back(now), 0.0)
        return Worse(0.0 if notice.grandfather else point, less, notice.fair)

    def offered(
        self, firm: int, programme: Programme | None, course: Sequence[tuple[int, Firm]], week: int
    ) -> Offered:
        """The programme of a firm as it is this week. course: plans of the firm, by the week from which they hold."""
        notice = self.notice(firm, week)
        urgent = False
        planned = [plan.programme for begins, plan in course if begins <= week]
        # What a policy has made of the programme is not what was announced to change.
        if programme is not None and notice.coming is not None and planned[-1] == programme:
            plans = [plan.programme for begins, plan in course if begins == notice.coming]
            after = plans[0] if plans else programme
            urgent = point_worth(after) < point_worth(programme) or (
                after is not None and bool(after.stamps)
            ) < bool(programme.stamps)
        return Offered(firm, programme, urgent, self._worse.get(firm, Worse()))
