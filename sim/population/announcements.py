"""What the firms of one market announce, week by week.

Nearly all of it follows from the plans of the firms, and those change seldom: it is put together anew only in weeks in
which a firm follows another plan. Plans are frozen, so the same object is the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from operator import is_
from typing import Any, Generic, Protocol, TypeVar

from sim.population.briefing import outreach_of, posted_of, reals, surveys_of, wholes
from sim.population.told import Desk, Outreach, Posted, Reals, Surveys
from sim.rules import Behaviour
from sim.scenario import ComplaintDesk, Firm

Made = TypeVar("Made")


class Acting(Protocol):
    """A firm as it acts this week."""

    spec: Firm
    holds_event: bool
    desk: Any
    staff: Any
    improvement: Any

    @property
    def posted_price(self) -> float:
        """Over its usual price."""

    @property
    def available(self) -> float:
        """Chance to be served there."""


class Kept(Generic[Made]):
    """What is made of some objects, kept until it is asked for others (not for equal ones)."""

    def __init__(self, make: Callable[..., Made]) -> None:
        """make: takes the series of objects."""
        self._make = make
        self._of: tuple[object, ...] | None = None
        self._made: Made

    def of(self, *series: Sequence[object]) -> Made:
        """What is made of these, as many in each series as the time before."""
        objects = tuple(chain.from_iterable(series))
        if self._of is None or not all(map(is_, objects, self._of)):
            self._made, self._of = self._make(*series), objects
        return self._made


class Announcements:
    """The announcements of all firms of a market. The arrays that it hands out are not to be changed."""

    def __init__(self, behaviour: Behaviour, effort: Sequence[float], customers: int) -> None:
        """effort: cost of serving each segment, over the firms' usual one. customers: of the market."""
        self._fails, self._customers = behaviour.experience.enabled, customers
        self._posted = Kept(partial(posted_of, behaviour=behaviour, effort=effort))
        self._outreach = Kept(partial(outreach_of, behaviour=behaviour))
        self._surveys = Kept(surveys_of)
        self._answers = Kept(_answers)

    def usual(self, firms: Sequence[Acting]) -> Posted:
        """What customers would meet if firms acted just as planned."""
        return self._posted.of([f.spec for f in firms])

    def posted(self, firms: Sequence[Acting]) -> Posted:
        """What customers meet at the firms this week."""
        return self.usual(firms)._replace(
            price=reals([f.posted_price for f in firms]),
            quality=reals([f.spec.quality.level + f.staff.quality_shift for f in firms]),
            spread=reals([f.spec.quality.spread * f.improvement.spread_factor for f in firms]),
            failure_rate=reals([_failure_rate(f) if self._fails else 0.0 for f in firms]),
            available=reals([f.available for f in firms]),
        )

    def outreach(self, firms: Sequence[Acting]) -> Outreach:
        """What firms do this week to reach people outside their shops."""
        outreach = self._outreach.of([f.spec for f in firms], [f.available > 0 for f in firms])
        return outreach._replace(event=wholes([f.holds_event for f in firms]))

    def desk(self, firms: Sequence[Acting]) -> Desk:
        """How firms answer complaints this week."""
        plans = [f.spec.complaint_desk for f in firms]
        empowerment, compensation = self._answers.of(plans)
        return Desk(
            channels=reals([f.desk.channels(plan) for f, plan in zip(firms, plans, strict=True)]),
            answer_chance=reals(
                [
                    f.desk.answer_chance(plan, self._customers, f.staff.answer_factor)
                    for f, plan in zip(firms, plans, strict=True)
                ]
            ),
            empowerment=empowerment,
            compensation=compensation,
        )

    def surveys(self, firms: Sequence[Acting], week: int) -> Surveys:
        """Whom firms ask this week."""
        now = [week % every == every - 1 for every in [f.spec.survey.every for f in firms]]
        return self._surveys.of([f.spec for f in firms])._replace(now=wholes(now))


def _failure_rate(firm: Acting) -> float:
    """As planned, less what complaints heard, staff and care have made of it."""
    factor = float(firm.desk.failure_factor * firm.staff.failure_factor * firm.improvement.failure_factor)
    return firm.spec.quality.failure_rate * factor


def _answers(desks: Sequence[ComplaintDesk | None]) -> tuple[Reals, Reals]:
    """Empowerment and compensation of complaint desks; 0 without one."""
    empowerment = reals([desk.empowerment if desk else 0.0 for desk in desks])
    return empowerment, reals([desk.compensation if desk else 0.0 for desk in desks])
