"""What can be picked on the page: the worlds that are shipped, the user's own file, the lessons."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sim.dashboard.catalogue import Catalogue
from sim.dashboard.lessons import Lesson, lessons
from sim.dashboard.session import Session
from sim.scenario import Fault, Scenario, ScenarioError, load
from sim.scenario.presets import shipped

OWN = "own"
"""Key of the user's own file."""
FIRST = "duopoly"
"""The world that is open at first."""


@dataclass(frozen=True)
class Offer:
    """What one server offers. own: the scenario of --scenario; customers: in place of every scenario's number."""

    own: Scenario | None = None
    customers: int | None = None
    lessons: tuple[Lesson, ...] = field(default_factory=lessons)

    @property
    def first(self) -> str:
        """Key of what is open at first."""
        return OWN if self.own is not None else f"world:{FIRST}"

    def choices(self, catalogue: Catalogue) -> list[dict[str, Any]]:
        """Groups of what can be picked: label, and (key, title) of each entry."""
        worlds = [(f"world:{name}", self.title(f"world:{name}", catalogue)) for name in _worlds()]
        held = [(f"lesson:{lesson.name}", lesson.title[catalogue.language]) for lesson in self.lessons]
        groups = [] if self.own is None else [("page.own", [(OWN, self.own.title)])]
        groups += [("page.worlds", worlds), ("page.lessons", held)]
        return [{"label": catalogue.say(key), "entries": entries} for key, entries in groups if entries]

    def title(self, key: str, catalogue: Catalogue) -> str:
        """What an entry is called. The worlds that are shipped have names in both languages."""
        kind, _, name = key.partition(":")
        if kind == OWN and self.own is not None:
            return self.own.title
        if kind == "lesson":
            return self.lesson(key).title[catalogue.language]  # type: ignore[union-attr]
        said = f"world.{name}"
        return catalogue.say(said) if catalogue.knows(said) else _world(name).title

    def lesson(self, key: str) -> Lesson | None:
        """The lesson of a key, None for a world."""
        kind, _, name = key.partition(":")
        return next((one for one in self.lessons if kind == "lesson" and one.name == name), None)

    def open(self, key: str, customers: int | None = None, **options: Any) -> Session:
        """A new session of an entry. ScenarioError if there is none such, or not with so many customers."""
        count = customers if customers is not None else self.customers
        lesson = self.lesson(key)
        if lesson is not None:
            return lesson.session(customers=count, **options)
        name = key.partition(":")[2]
        if key == OWN and self.own is not None:
            world = self.own
        elif key.startswith("world:") and name in _worlds():
            world = _world(name)
        else:
            raise ScenarioError([Fault(f"nothing here is called '{key}'; pick one of the list")])
        names = world.design_names
        if not names:
            raise ScenarioError([Fault("names no designs; add two to compare", "designs")])
        # The reference beside a programme, where the world has one: that is what most come for.
        others = [name for name in names[1:] if world.with_design(name).programme is not None]
        second = [*others, *names[1:], names[0]][0]
        return Session(world, (names[0], second), customers=count, **options)


@cache
def _worlds() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in Path(shipped()).glob("*.yaml")))


@cache
def _world(name: str) -> Scenario:
    return load(shipped() / f"{name}.yaml")
