"""The courses of the firms of a market: who is there in a week, and what each would follow without policies."""

from __future__ import annotations

from collections.abc import Sequence

from sim.population.columns import Layout
from sim.population.terms import layout_of
from sim.scenario import Entry, Exit, Fault, Firm, Scenario, ScenarioError
from sim.scenario.errors import advice

SHUT = ("programme", "complaint_desk", "community", "selection")
"""What a firm that is not there does not run."""
Course = Sequence[tuple[int, Firm]]
"""Plans of a firm, by the week from which each holds."""


class Courses:
    """What the firms of one market are, week by week, by file, design and events."""

    def __init__(self, world: Scenario, courses: Sequence[Course]) -> None:
        self._courses = courses
        self._shut: dict[int, Firm] = {}
        self._enters = {event.firm: event.week for event in world.events if isinstance(event, Entry)}
        self._leaves = {event.firm: event.week for event in world.events if isinstance(event, Exit)}
        self._names = world.firm_names

    def there(self, week: int) -> list[bool]:
        """Which firms have entered the market and not left it by this week."""
        return [
            self._enters.get(name, 0) <= week and not self._leaves.get(name, week + 1) <= week
            for name in self._names
        ]

    def plans(self, week: int) -> list[Firm]:
        """What each firm would follow this week without policies; nothing runs at one that is not there.

        The same plan is the same object in every week.
        """
        plans = [[plan for begins, plan in course if begins <= week][-1] for course in self._courses]
        return [
            plan if here else self._shut_down(plan)
            for plan, here in zip(plans, self.there(week), strict=True)
        ]

    def _shut_down(self, plan: Firm) -> Firm:
        key = id(plan)
        if key not in self._shut:
            self._shut[key] = plan.model_copy(update=dict.fromkeys(SHUT))
        return self._shut[key]


def check_room(
    plan: Firm, *, firms: Sequence[str], accounts: bool, number: int, layout: Layout, owners: Sequence[int]
) -> None:
    """ScenarioError where a policy gives a firm (its number) what its market has no room for, or names strangers.

    firms: names of all. accounts: whether accounts of single customers are kept. layout, owners: rows that each
    programme has, and its firm.
    """
    if plan.selection is not None and not accounts:
        text = "a policy lets it choose its customers, and nobody keeps accounts; make the market with follow=True"
        raise ScenarioError([Fault(text, f"firms.{plan.name}.selection")])
    for name in _named(plan):
        if name not in firms:
            text = f"no firm is called '{name}'; {advice(name, firms)}"
            raise ScenarioError([Fault(text, f"firms.{plan.name}")])
    if plan.programme is None:
        return
    need = layout_of([[plan.programme]], returns=False, follow=False)[0]
    have = layout[owners.index(number)] if number in owners else None
    if have is None or any(rows > have.get(row, 0) for row, rows in need.items()):
        text = (
            "a policy gives it a programme of a kind that it never had; "
            "let the policy's may_adopt() return that programme, so that there is room for it"
        )
        raise ScenarioError([Fault(text, f"firms.{plan.name}.programme")])


def _named(plan: Firm) -> tuple[str, ...]:
    """Other firms that a plan names."""
    partners = plan.programme.partners if plan.programme else None
    to = plan.selection.to if plan.selection else None
    return (*((to,) if to else ()), *(partners.firms if partners else ()))
