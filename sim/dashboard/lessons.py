"""Lessons: a market, a prediction that is asked for, and what is shown after it.

The texts stand in `lessons/NAME.yaml`, the markets in `scenarios/lessons/`. What the outcome is, is never written down:
it is asked of markets when the lesson is held.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sim.dashboard.session import Session
from sim.measures import MEASURES
from sim.scenario import Scenario, load
from sim.scenario.errors import advice
from sim.scenario.presets import shipped

LESSONS = Path(__file__).with_name("lessons")


class LessonError(ValueError):
    """A lesson is wrong; the message names file, field and remedy, one line a fault."""


CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]"
BETWEEN_CHINESE = re.compile(f"(?<={CHINESE})\\s+(?={CHINESE})")


class Words(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    @field_validator("en", "zh")
    @classmethod
    def _unfolded(cls, text: str) -> str:
        # YAML folds lines with a space, of which Chinese has none between its characters.
        return BETWEEN_CHINESE.sub("", text.strip())

    def __getitem__(self, language: str) -> str:
        """The text in a language. KeyError for one that there is not."""
        if language not in type(self).model_fields:
            raise KeyError(language)
        return str(getattr(self, language))


class Lesson(BaseModel):
    """One lesson. designs: shown side by side, the first is the reference; measure: what is predicted of the second."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    scenario: str
    designs: tuple[str, str]
    measure: str
    title: Words
    story: Words
    question: Words
    watch: Words
    why: Words
    next: Words
    levers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_a_measure_and_a_scenario(self) -> Self:
        if self.measure not in MEASURES:
            raise ValueError(
                f"measure: no measure is called '{self.measure}'; {advice(self.measure, MEASURES)}"
            )
        known = sorted(file.stem for file in (shipped() / "lessons").glob("*.yaml"))
        if self.scenario not in known:
            raise ValueError(
                f"scenario: no lesson is called '{self.scenario}'; {advice(self.scenario, known)}"
            )
        if self.designs[0] == self.designs[1]:
            raise ValueError("designs: name two, the reference first")
        return self

    def world(self) -> Scenario:
        """The scenario of the lesson."""
        return load(shipped() / "lessons" / f"{self.scenario}.yaml")

    def session(self, **options: Any) -> Session:
        """A session in this market, with the levers of the lesson first. options: further ones of Session."""
        return Session(self.world(), self.designs, first=self.levers, **options)


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, by name. LessonError where a file is wrong."""
    return tuple(read_lesson(file) for file in sorted(LESSONS.glob("*.yaml")))


def read_lesson(file: Path) -> Lesson:
    """The lesson of a file. LessonError where it is wrong."""
    try:
        data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise LessonError(f"{file.name}: this is no YAML: {error}") from None
    if not isinstance(data, dict):
        raise LessonError(f"{file.name}: must be a mapping of fields to values")
    if "name" in data:
        raise LessonError(f"{file.name}: name: the file gives the lesson its name; leave it out")
    try:
        return Lesson.model_validate({"name": file.stem, **data})
    except ValidationError as error:
        raise LessonError("\n".join(_said(file, fault) for fault in error.errors())) from None


def _said(file: Path, fault: Any) -> str:
    where = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = (
            Words.model_fields if len(fault["loc"]) > 1 else [f for f in Lesson.model_fields if f != "name"]
        )
        return f"{file.name}: {where}: unknown field; {advice(str(fault['loc'][-1]), known)}"
    if fault["type"] == "missing":
        return f"{file.name}: {where}: is missing; add it"
    message = fault["msg"].removeprefix("Value error, ")
    return ": ".join(part for part in (file.name, where, message) if part)
