"""The rules of behaviour: one mechanism a file, each with equation, units, bounds and source.

A rule is a scalar function. The compiled weekly pass and the plain walk call the same functions.

Source: see each file.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from sim.rules.attachment import Attachment, AttachmentNumbers
from sim.rules.choice import Choice, ChoiceNumbers
from sim.rules.drift import Drift, DriftNumbers
from sim.rules.expectation import Expectation, ExpectationNumbers
from sim.rules.experience import Experience, ExperienceNumbers
from sim.rules.inertia import Inertia, InertiaNumbers
from sim.rules.join import Join, JoinNumbers
from sim.rules.leaving import Leaving, LeavingNumbers
from sim.rules.member_price import MemberPrice, MemberPriceNumbers
from sim.rules.memory import Memory, MemoryNumbers
from sim.rules.need import Need, NeedNumbers
from sim.rules.parameter import Mechanism
from sim.rules.points import Points
from sim.rules.price import Price, PriceNumbers
from sim.rules.programme_value import ProgrammeValue, ProgrammeValueNumbers
from sim.rules.satisfaction import Satisfaction, SatisfactionNumbers
from sim.rules.stamps import Stamps

__all__ = ["Behaviour", "BehaviourNumbers", "Mechanism"]


class BehaviourNumbers(NamedTuple):
    """The parameters of all mechanisms in the form the compiled pass reads; off means neutral."""

    need: NeedNumbers
    choice: ChoiceNumbers
    drift: DriftNumbers
    leaving: LeavingNumbers
    price: PriceNumbers
    experience: ExperienceNumbers
    memory: MemoryNumbers
    satisfaction: SatisfactionNumbers
    expectation: ExpectationNumbers
    inertia: InertiaNumbers
    attachment: AttachmentNumbers
    programme_value: ProgrammeValueNumbers
    join: JoinNumbers
    member_price: MemberPriceNumbers


class Behaviour(BaseModel):
    """How customers behave: one block a mechanism. The defaults are one set for all scenarios."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: Need = Field(default=Need(), description="category need that answers to price")
    choice: Choice = Field(default=Choice(), description="weighing what is seen and felt")
    drift: Drift = Field(default=Drift(), description="traits drawn afresh now and then")
    leaving: Leaving = Field(default=Leaving(), description="leaving the category for good")
    price: Price = Field(default=Price(), description="reference price and loss aversion")
    experience: Experience = Field(default=Experience(), description="quality that varies and fails")
    memory: Memory = Field(default=Memory(), description="forgetting of purchases")
    satisfaction: Satisfaction = Field(default=Satisfaction(), description="disconfirmation")
    expectation: Expectation = Field(default=Expectation(), description="adaptive expectation")
    inertia: Inertia = Field(default=Inertia(), description="edge of the firm bought from last")
    attachment: Attachment = Field(default=Attachment(), description="affective loyalty")
    programme_value: ProgrammeValue = Field(default=ProgrammeValue(), description="rewards ahead")
    join: Join = Field(default=Join(), description="enrolment by expected benefit")
    points: Points = Field(default=Points(), description="points are earned and redeemed")
    stamps: Stamps = Field(default=Stamps(), description="stamps are given and handed in")
    member_price: MemberPrice = Field(default=MemberPrice(), description="members pay less")

    def numbers(self) -> BehaviourNumbers:
        """All parameters as float32, in the order of the week's mechanisms."""
        return BehaviourNumbers(*(getattr(self, name).numbers() for name in BehaviourNumbers._fields))

    @classmethod
    def null(cls) -> Behaviour:
        """Every mechanism off: purchases are NBD, choices Dirichlet."""
        return cls.model_validate({name: {"enabled": False} for name in cls.model_fields})
