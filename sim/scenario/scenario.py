"""A scenario: one market and the designs to compare in it, typed, checked and unchangeable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator

from sim.rules import Behaviour
from sim.scenario.agreement import disagreements
from sim.scenario.campaign import campaign_findings
from sim.scenario.category import Category, Horizon
from sim.scenario.channels import channel_findings
from sim.scenario.course import change_findings, changes_of, designs_of, in_time
from sim.scenario.customers import Customers
from sim.scenario.dealers import Dealers
from sim.scenario.design import Patch, design_findings, patched
from sim.scenario.errors import Fault, ScenarioError, advice, nearest
from sim.scenario.event import Event
from sim.scenario.findings import raised, together
from sim.scenario.firm import Firm
from sim.scenario.heirs import selection_findings
from sim.scenario.idle import idle_lay_offs, idle_parts
from sim.scenario.part import CURRENCY_PATTERN, Free, FrozenDict, Name, Part, thaw
from sim.scenario.paths import put, resolve
from sim.scenario.presence import Entry, presence_findings
from sim.scenario.presets import unpacked
from sim.scenario.reach import programme_findings
from sim.scenario.rivals import policy_findings
from sim.scenario.uncertainty import Uncertainty, draw_findings, in_draw, outdone
from sim.scenario.wording import faults_of


class Scenario(Part):
    """One world. Read it with `sim.load`; vary it with `replace`, which gives a new one."""

    title: Name = Field(description="What the scenario is called.")
    source: str = Field(min_length=1, max_length=10_000, description="Where the numbers come from.")
    currency: str = Field(
        default="EUR",
        pattern=CURRENCY_PATTERN,
        description="Currency of all money, as a code of three letters.",
    )
    horizon: Horizon = Field(description="How long the market is simulated.")
    category: Category = Field(description="What the firms compete in.")
    customers: Customers = Field(description="Who buys.")
    firms: tuple[Firm, ...] = Field(min_length=1, max_length=16, description="Who sells, 1 to 16 firms.")
    focus: Name = Field(description="Name of the focal firm, whose designs and results these are.")
    dealers: Dealers | None = Field(
        default=None,
        description="Dealers between firms and customers; left out, firms sell to them directly.",
    )
    events: tuple[Event, ...] = Field(
        default=(), max_length=1000, description="What happens on a given date."
    )
    designs: FrozenDict[Name, Patch] = Field(
        default=FrozenDict(as_written=FrozenDict()),
        min_length=1,
        max_length=100,
        description="Designs to compare, each a patch to the focal firm; the first is the reference.",
    )
    behaviour: Behaviour = Field(
        default=Behaviour(), description="How customers behave, one block a mechanism; rarely touched."
    )
    uncertainty: Uncertainty | None = Field(
        default=None,
        description="What is not known for sure of the numbers above; left out, they are taken as they stand.",
    )
    provenance: Free = Field(
        default=FrozenDict(), description="How the file was made, in whatever fields its maker likes."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _parts_agree(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, cls):
            return handler(data)
        data = unpacked(data)
        findings = [*disagreements(data), *design_findings(data), *change_findings(data)]
        findings += [*programme_findings(data), *policy_findings(data), *idle_parts(data)]
        findings += [*idle_lay_offs(data), *channel_findings(data)]
        findings += [*campaign_findings(data), *selection_findings(data), *presence_findings(data)]
        whole = together(handler, data, findings)
        return raised(whole, draw_findings(whole))

    def __eq__(self, other: object) -> bool:
        # Mappings compare without order, but the first design is the reference.
        return (
            super().__eq__(other) and isinstance(other, Scenario) and self.design_names == other.design_names
        )

    @property
    def design_names(self) -> tuple[str, ...]:
        """Names of the designs, the reference first."""
        return tuple(self.designs)

    @property
    def firm_names(self) -> tuple[str, ...]:
        """Names of the firms, in the order of the file."""
        return tuple(firm.name for firm in self.firms)

    def firm(self, name: str) -> Firm:
        """The firm of this name, as the scenario is written. ScenarioError if there is none."""
        for firm in self.firms:
            if firm.name == name:
                return firm
        raise ScenarioError([Fault(f"no firm is called '{name}'; {advice(name, self.firm_names)}", "firms")])

    def with_design(self, name: str) -> Firm:
        """The focal firm with the patch of a design laid over it. ScenarioError if there is none such."""
        if name not in self.designs:
            near = nearest(name, self.design_names)
            hint = f"did you mean '{near}'? " if near else ""
            text = f"no design is called '{name}'; {hint}designs are: {', '.join(self.design_names)}"
            raise ScenarioError([Fault(text, "designs")])
        return patched(self.firm(self.focus), self.designs[name])

    def course(self, name: str, design: str | None = None) -> tuple[tuple[int, Firm], ...]:
        """What a firm is from which week on: as written from week 0, then after its design and each change.

        design is a design of the focal firm, which acts when the burn-in ends; other firms have none. Patches
        are laid over what the firm is by then; of a week with several, all count. ScenarioError if the firm or
        the design is unknown, or if a change fits the firm under some design but not under this one.
        """
        firm = self.firm(name)
        turns = []
        if design is not None:
            self.with_design(design)  # refuses an unknown one
        if design is not None and name == self.focus:
            turns = [turn for turn in designs_of(self) if turn.loc[-1] == design]
        known = {0: firm}
        for turn in in_time(turns[0] if turns else None, changes_of(self, name)):
            try:
                firm = patched(firm, turn.patch)
            except ValidationError as error:
                raise ScenarioError(faults_of(error, Firm)) from None
            known[turn.week] = firm
        return tuple(known.items())

    def replace(self, path: str, value: Any) -> Scenario:
        """A new scenario that differs in one place, checked as a whole.

        path is dotted; entries of lists go by name or number: `firms.Harbour.price.level`, `events[0].depth`.
        value is a plain value, a block as a dict, or a part such as a `Firm`. ScenarioError names an unknown
        path with the nearest right one, or whatever the value makes wrong.
        """
        return self.vary({path: value})

    def vary(self, values: Mapping[str, Any]) -> Scenario:
        """A new scenario that differs in several places, as `replace` puts one; they are checked together.

        Each path is looked up in the scenario as it is now; of two that overlap, the later one counts. What is given
        here is known: the draws of `uncertainty` no longer change it.
        """
        data: dict[str, Any] = thaw(self)
        places = [resolve(self, path) for path in values]
        if self.uncertainty is not None:
            data["uncertainty"] = outdone(self, places)
        for place, value in zip(places, values.values(), strict=True):
            put(data, place, value)
        try:
            return Scenario.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(faults_of(error, Scenario)) from None

    def drawn(self, replicate: int) -> Scenario:
        """The scenario in which this replicate takes place: draw `replicate % draws` put in, and no draws left.

        The scenario itself where it has no draws. ScenarioError, naming draw and path, where the draw makes it wrong.
        """
        if self.uncertainty is None:
            return self
        number = replicate % len(self.uncertainty.draws)
        draw = self.uncertainty.draws[number]
        data: dict[str, Any] = {**thaw(self), "uncertainty": None}
        for path, value in draw.items():
            put(data, resolve(self, path), value)
        try:
            return Scenario.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(
                Fault(
                    f"{fault.path} {fault.message}; correct this draw or leave it out",
                    in_draw(number, draw, self, fault.path),
                )
                for fault in faults_of(error, Scenario)
            ) from None

    def lasting(self, weeks: int) -> Scenario:
        """The scenario over another number of weeks. Events that begin after the end are left out, but for entries and
        for changes announced before it.

        ScenarioError if nothing is left to measure after the burn-in.
        """
        return self.sized(None, weeks)

    def sized(self, customers: int | None = None, weeks: int | None = None) -> Scenario:
        """The scenario with another number of customers, over another number of weeks as `lasting`; None: its own.

        The scenario itself where that changes nothing.
        """
        customers = self.customers.count if customers is None else customers
        weeks = self.horizon.weeks if weeks is None else weeks
        # Without its entry a firm would have been there all the time; what is announced acts before its week.
        events = [
            event
            for event in self.events
            if event.week - getattr(event, "announced", 0) < weeks or isinstance(event, Entry)
        ]
        same = customers == self.customers.count and weeks == self.horizon.weeks
        if same and len(events) == len(self.events):
            return self
        data = {**thaw(self), "events": thaw(events)}
        data["customers"]["count"], data["horizon"]["weeks"] = customers, weeks
        try:
            return Scenario.model_validate(data)
        except ValidationError as error:
            raise ScenarioError(faults_of(error, Scenario)) from None

    def fingerprint(self) -> str:
        """SHA-256 of the scenario in canonical JSON, 64 hexadecimal digits; equal for equal scenarios.

        The order of the designs counts, as the first is the reference; the order of other names does not.
        """
        data = thaw(self)
        data["designs"] = list(data["designs"].items())
        text = json.dumps(
            _canonical(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    """1.0 and 1 are one number, so they get one spelling."""
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
