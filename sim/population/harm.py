"""Customers whom a crisis harms, and what a firm that owns up does for them.

To be harmed is a failure of the core service (see `purchase.py`), to be answered is a complaint answered (see
`hear.py`), by the same rules. Customers are given by their numbers in the market, from 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32, ONE
from sim.population.moments import CORE
from sim.population.outrage import Whom, aggrieve, each, grieves
from sim.population.population import Population
from sim.rules import BehaviourNumbers
from sim.rules.complaint import complaint_chance
from sim.rules.equity import given
from sim.rules.recovery import RecoveryNumbers, good_answer_chance, restored
from sim.rules.satisfaction import recovered_satisfaction
from sim.rules.trust import trust_scale

_COMPLAINT = np.int32(1 << 6)
"""Bit of a packed grievance of which a complaint waits."""


def harm(
    population: Population,
    whom: Whom,
    firm: int,
    severity: np.float32,
    week: int,
    rules: BehaviourNumbers,
    channels: int,
    u: NDArray[np.float32],
) -> Whom:
    """Harm customers, by so many index points, before the pass of a week; returns who of them complain.

    channels: ways to complain at the firm; u: a draw for each whether she would.
    """
    _satisfy(population, whom, firm, -severity, rules)
    speaks = u < complaint_chance(True, severity, channels, rules.complaint)
    return aggrieve(population, whom, firm, severity, int(CORE), week, rules, speaks)


def settle(
    population: Population,
    whom: Whom,
    firm: int,
    compensation: float,
    waited: int,
    rules: BehaviourNumbers,
    u: NDArray[np.float32],
) -> Whom:
    """Answer those who were harmed so many weeks ago, and pay them; returns whom that satisfied.

    compensation: currency; u: a draw for each whether it does. A good answer puts right what it can of the grievance,
    and settles her complaint, if one waits; another leaves all as it was.
    """
    worth = F32(compensation) / population.column("basket")[whom]
    packed, hurt = population.column("grieved"), population.column("grievance")
    good = (u < each(_fully, worth, numbers=rules.recovery)) & grieves(packed[whom], firm)
    pleased = whom[good]
    trust = trust_scale(population.column("trust", firm)[pleased], rules.trust)
    share = each(restored, waited, trust, numbers=rules.recovery)
    _satisfy(population, pleased, firm, share * hurt[pleased], rules)
    equity = population.column("equity", firm)
    equity[pleased] = given(equity[pleased], worth[good], rules.equity)
    population.set_column("equity", equity, firm)
    hurt[pleased] = hurt[pleased] * (ONE - share)
    population.set_column("grievance", hurt)
    packed[pleased] &= ~_COMPLAINT
    population.set_column("grieved", packed)
    return pleased


def _fully(compensation_in_baskets: Any, numbers: RecoveryNumbers) -> Any:
    """Chance of a good answer by those who may decide all by themselves."""
    return good_answer_chance(ONE, compensation_in_baskets, numbers)


def _satisfy(population: Population, whom: Whom, firm: int, points: Any, rules: BehaviourNumbers) -> None:
    """Satisfaction rises or falls by so many index points made good or lost."""
    column = population.column("satisfaction", firm)
    experiences = population.column("remembered", firm)[whom]
    column[whom] = each(recovered_satisfaction, column[whom], points, experiences, numbers=rules.satisfaction)
    population.set_column("satisfaction", column, firm)
