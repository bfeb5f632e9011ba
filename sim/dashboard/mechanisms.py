"""The mechanisms of behaviour in groups, and which of them are on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.rules import Behaviour

GROUPS: Mapping[str, tuple[str, ...]] = {
    "buying": ("need", "choice", "drift", "leaving", "price", "memory", "inertia", "variety", "barrier"),
    "feelings": (
        "experience",
        "satisfaction",
        "expectation",
        "standard",
        "promise",
        "attachment",
        "trust",
        "equity",
        "crowding",
        "fairness",
    ),
    "service": ("failure", "complaint", "recovery", "learning", "improvement", "staffing"),
    "programme": (
        "programme_value",
        "join",
        "points",
        "stamps",
        "redemption",
        "expiry",
        "status",
        "club",
        "member_price",
        "offer",
        "challenge",
        "streak",
        "reward_kind",
        "use",
    ),
    "ties": ("contact", "personalisation", "education", "community", "contract", "defection", "win_back"),
    "market": (
        "word_of_mouth",
        "referral",
        "acquisition",
        "dealing",
        "crisis",
        "demand",
        "selection",
    ),
}
"""Mechanisms by what they are about, in the order in which they are shown."""


@dataclass(frozen=True)
class MechanismState:
    """A mechanism: its name in the scenario, the key of its label in the catalogue, its group, whether it is on."""

    name: str
    label: str
    group: str
    on: bool

    @property
    def meaning(self) -> str:
        """Key of what it does, in the catalogue."""
        return f"{self.label}.meaning"


def states_of(behaviour: Behaviour, switched: Mapping[str, bool]) -> list[MechanismState]:
    """All mechanisms, group by group. switched: those that were switched by hand."""
    return [
        MechanismState(name, f"mechanism.{name}", group, switched.get(name, getattr(behaviour, name).enabled))
        for group, names in GROUPS.items()
        for name in names
    ]
