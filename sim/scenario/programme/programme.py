"""A reward programme as its owner designs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.errors import Loc
from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit
from sim.scenario.presets import PROGRAMMES, with_preset
from sim.scenario.programme.answers import Answers
from sim.scenario.programme.club import Club
from sim.scenario.programme.costs import Books, Ending, Funding, Guard, ProgrammeCosts
from sim.scenario.programme.play import Challenge, Streak, Surprise
from sim.scenario.programme.points import Points
from sim.scenario.programme.prices import MemberPrice, Offers
from sim.scenario.programme.scope import Enrolment, Partners
from sim.scenario.programme.stamps import Stamps
from sim.scenario.programme.tiers import Tiers, unknown_level

GIVES = ("points", "stamps", "tiers", "member_price", "offers", "surprise")
"""Parts of a programme that give members something; of these at least one is there."""


class Programme(Part):
    """A reward programme; at least one of its parts gives members something.

    `preset: NAME` starts from a programme that is shipped, see `loyalty-sim scenarios`; the other fields are
    laid over it.
    """

    name: Name = Field(default="Programme", description="Name of the programme.")
    as_of: str | None = Field(default=None, max_length=80, description="When it was like this.")
    source: str | None = Field(default=None, max_length=10_000, description="Where its numbers come from.")
    note: str | None = Field(default=None, max_length=10_000, description="What a reader should know of it.")
    enrolment: Enrolment = Field(default=Enrolment(), description="How customers become members.")
    points: Points | None = Field(default=None, description="Points; left out, there are none.")
    stamps: Stamps | None = Field(default=None, description="A stamp card; left out, there is none.")
    tiers: Tiers | None = Field(default=None, description="Levels of status; left out, there are none.")
    club: Club | None = Field(default=None, description="What membership costs; left out, it costs nothing.")
    member_price: MemberPrice | None = Field(default=None, description="Member prices; left out, none.")
    offers: Offers | None = Field(default=None, description="Personal offers; left out, there are none.")
    challenge: Challenge | None = Field(
        default=None, description="A goal to reach for points; left out, there is none."
    )
    streak: Streak | None = Field(
        default=None, description="Points for buying week after week; left out, there are none."
    )
    surprise: Surprise | None = Field(default=None, description="Unexpected rewards; left out, none.")
    partners: Partners | None = Field(
        default=None, description="Other firms where it holds too; left out, it holds at this firm only."
    )
    household: int = Field(
        default=1,
        ge=1,
        le=8,
        description="Members of one household who share an account; 1 for an account each.",
        json_schema_extra=unit("members"),
    )
    costs: ProgrammeCosts = Field(default=ProgrammeCosts(), description="Costs of running it, rewards apart.")
    funding: Funding = Field(default=Funding(), description="Who pays for the rewards.")
    guard: Guard = Field(default=Guard(), description="Abuse, and how much of it is caught.")
    books: Books = Field(default=Books(), description="How points stand in the books.")
    ending: Ending = Field(default=Ending(), description="What becomes of points when they end.")
    answers: Answers = Field(default=Answers(), description="What its designers say of it in words.")

    @model_validator(mode="before")
    @classmethod
    def _a_preset_is_laid_under(cls, data: Any) -> Any:
        return with_preset(data, PROGRAMMES)

    @model_validator(mode="after")
    def _members_get_something(self) -> Self:
        if all(getattr(self, part) is None for part in GIVES) and not (self.challenge or self.streak):
            raise PydanticCustomError(
                "idle_programme",
                "the programme gives members nothing; add 'points', 'stamps', 'tiers', 'member_price', "
                "'offers' or 'surprise', or write 'programme: null' for none",
            )
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.points is None:
            for loc, what in self._needing_points():
                yield Finding(loc, f"{what}, and the programme has none; add 'points' or leave this out")
        elif self.guard.multi_accounts > 0 and self.points.welcome == 0:
            yield Finding(
                ("guard", "multi_accounts"),
                "nobody opens a second account for welcome points, as there are none; "
                "set 'points.welcome' or leave this out",
            )
        yield from self._unknown_levels()
        if self.club is not None and self.enrolment.automatic:
            yield Finding(
                ("enrolment", "automatic"),
                "nobody joins a club with a fee unasked; write 'automatic: false' or 'club: null'",
            )

    def _needing_points(self) -> Iterator[tuple[Loc, str]]:
        """What is written here that acts on points."""
        for part, what in (("challenge", "a challenge is rewarded"), ("streak", "a streak is rewarded")):
            if getattr(self, part) is not None:
                yield (part,), f"{what} with points"
        if self.partners is not None:
            yield ("partners",), "at partners members earn and redeem points"
        if self.tiers is not None:
            if self.tiers.milestone is not None:
                yield ("tiers", "milestone"), "a milestone is rewarded with points"
            for i, level in enumerate(self.tiers.levels):
                if level.points is not None:
                    yield ("tiers", "levels", i, "points"), "this level is reached with points"
                if level.multiplier != 1.0:
                    yield ("tiers", "levels", i, "multiplier"), "it multiplies points"
                if level.keep_points:
                    yield ("tiers", "levels", i, "keep_points"), "it keeps points alive"
        for abuse in ("multi_accounts", "takeovers", "staff_abuse"):
            if getattr(self.guard, abuse) > 0:
                yield ("guard", abuse), "this abuse is of points"
        if self.books.stand_alone is not None:
            yield ("books", "stand_alone"), "it is the price of points"

    def _unknown_levels(self) -> Iterator[Finding]:
        asked: list[tuple[Loc, str | None]] = []
        if self.points is not None:
            asked += [
                (("points", "rewards", i, "from_tier"), reward.from_tier)
                for i, reward in enumerate(self.points.rewards)
            ]
        if self.surprise is not None:
            asked.append((("surprise", "from_tier"), self.surprise.from_tier))
        for loc, name in asked:
            if name is not None and self.tiers is None:
                yield Finding(
                    loc, f"there are no levels, so none is called '{name}'; add 'tiers' or leave this out"
                )
            elif name is not None and self.tiers is not None and name not in self.tiers.level_names:
                yield unknown_level(loc, name, self.tiers.level_names)
