"""The score card: published findings against the behaviour as shipped, one family of findings a file.

A finding is a row with its published value, the interval in which the simulator is held to agree, and a function
that runs the experiment. Rows marked CAL may have been used to choose default parameters; that is said with them.
Rows marked VAL may not: they are run and reported.
"""

from __future__ import annotations

from sim.validation import (
    adoption_game,
    clubs,
    contracts,
    designs,
    failures,
    goals,
    membership,
    minds,
    performance,
    price_equilibrium,
    price_war,
    pricing,
    repeat_buying,
    service_chain,
    staff,
    stockpiling,
    tiers,
    voices,
)
from sim.validation.finding import Finding, Verdict, score

__all__ = ["FINDINGS", "Finding", "Verdict", "score"]

FINDINGS: tuple[Finding, ...] = (
    *minds.FINDINGS,
    *failures.FINDINGS,
    *voices.FINDINGS,
    *contracts.FINDINGS,
    *repeat_buying.FINDINGS,
    *membership.FINDINGS,
    *service_chain.FINDINGS,
    *goals.FINDINGS,
    *designs.FINDINGS,
    *tiers.FINDINGS,
    *stockpiling.FINDINGS,
    *clubs.FINDINGS,
    *staff.FINDINGS,
    *pricing.FINDINGS,
    *price_equilibrium.FINDINGS,
    *price_war.FINDINGS,
    *adoption_game.FINDINGS,
    *performance.FINDINGS,
)
"""All findings that are run so far, by family."""
