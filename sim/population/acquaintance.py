"""Who knows a firm, and who agrees to be contacted, when the firm changes how many shall.

A customer knows a firm whose awareness is above her draw, and agrees where `opt_in` is above another: the draws that
she was born with (see `first_knowledge` in traits.py). So a firm that becomes known to more is known to the same as
before and some more, and designs differ only in those. Who left a firm knows it already, and is not brought back.
"""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, uniforms
from sim.population.moments import bit
from sim.population.population import Population
from sim.population.traits import KNOWS_TRAIT
from sim.rules.lapse import NEVER
from sim.scenario import Firm


def make_known(population: Population, firm: int, before: Firm, after: Firm) -> None:
    """Change who considers a firm (its number) and who refuses its contacts, as its plans before and after say."""
    agreed, agrees = (plan.contacts.opt_in if plan.contacts else 1.0 for plan in (before, after))
    if before.awareness == after.awareness and agreed == agrees:
        return
    knows = population.column("knows")
    draws = uniforms(
        seed=int(population.seed),
        replicate=int(population.replicate),
        stream=Stream.BIRTH,
        customer=np.arange(len(population)),
        week=population.column("entered") + 1,
        k=KNOWS_TRAIT * 64 + firm,
    )
    heard, consent = draws[:, 0], draws[:, 1]
    known, refused = bit(firm), bit(16 + firm)
    new = (heard >= before.awareness) & (heard < after.awareness)
    knows[new & (population.column("last_week", firm) == NEVER)] |= known
    knows[(heard >= after.awareness) & (heard < before.awareness)] &= ~known
    knows[(consent >= agreed) & (consent < agrees)] &= ~refused
    knows[(consent >= agrees) & (consent < agreed)] |= refused
    population.set_column("knows", knows)
