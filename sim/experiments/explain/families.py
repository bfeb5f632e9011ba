"""Mechanisms of behaviour in families that a marketer knows: what is switched off together.

Off means what each mechanism's page says it means (docs/parameters.md): the market goes on without it, from the first
week, the burn-in included, and at every firm. Word of mouth off: nobody talks. Points off: no points are earned or
wanted, but the programme still costs what it costs to run.

ALWAYS_ON is never switched off. Without `choice`, customers follow fixed weights and nothing that any firm does reaches
them: all other mechanisms act through it, so it is no reason beside them but the way that all reasons take.
"""

from __future__ import annotations

from sim.rules import Behaviour

ALWAYS_ON = ("choice",)

FAMILIES: dict[str, tuple[str, ...]] = {
    "rewards": (
        "programme_value", "join", "points", "stamps", "redemption", "expiry", "reward_kind", "use", "challenge",
        "streak",
    ),
    "price": ("price", "need", "member_price", "dealing"),
    "habit": ("inertia", "memory", "variety", "drift", "barrier", "contract", "leaving"),
    "satisfaction": (
        "satisfaction", "expectation", "standard", "trust", "equity", "attachment", "promise", "fairness",
        "crowding",
    ),
    "failure": (
        "experience", "failure", "complaint", "recovery", "learning", "improvement", "staffing", "crisis",
        "defection",
    ),
    "social": ("word_of_mouth", "referral"),
    "status": ("status", "club", "community"),
    "contact": (
        "contact", "personalisation", "education", "offer", "acquisition", "win_back", "demand", "selection",
    ),
}  # fmt: skip
"""Family -> its mechanisms."""

WORDS: dict[str, str] = {
    "rewards": "reward value and redemption",
    "price": "price",
    "habit": "habit and inertia",
    "satisfaction": "satisfaction and trust",
    "failure": "failure, recovery, breaking with a firm",
    "social": "word of mouth and referral",
    "status": "status and belonging",
    "contact": "contact and acquisition",
}
"""Family -> its name in a picture."""

MECHANISMS = tuple(name for name in Behaviour.model_fields if name not in ALWAYS_ON)
"""All that is switched off, in the order of the scenario's `behaviour:` block."""


def family_of(mechanism: str) -> str:
    """The family of a mechanism; KeyError for one that is never switched off."""
    for family, members in FAMILIES.items():
        if mechanism in members:
            return family
    raise KeyError(mechanism)
