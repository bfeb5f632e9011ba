"""What is done to customers between two weeks, and resented: a grievance outside a purchase, and how it is counted.

The same as a failure does in `purchase.py`, for whole columns at once: one grievance at a time, the sharper one.
Customers are given by their numbers in the market, from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32
from sim.measures.tally import TALLIES, Tally
from sim.population.moments import grieved_week, packed_grievance
from sim.population.population import Population
from sim.rules import BehaviourNumbers
from sim.rules.complaint import after_voice
from sim.rules.failure import aggrieved

Whom = NDArray[np.int64]
"""Numbers of customers, ascending."""


def each(rule: Callable[..., Any], *columns: Any, numbers: Any) -> NDArray[np.float32]:
    """A scalar rule customer by customer, where few are concerned; columns broadcast, the result is float32."""
    rows = np.broadcast_arrays(*[np.asarray(column, F32) for column in columns])
    return np.array([rule(*row, numbers) for row in zip(*rows, strict=True)], F32)


def grieves(grieved: NDArray[np.int32], firm: int) -> NDArray[np.bool_]:
    """Whose packed grievance is against this firm."""
    against: NDArray[np.bool_] = (grieved & 15) == firm
    return against & (grieved >= 0)


def waits(grieved: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whose complaint waits for an answer."""
    complained: NDArray[np.bool_] = ((grieved >> 6) & 1) == 1
    return complained & (grieved >= 0)


def aggrieve(
    population: Population,
    whom: Whom,
    firm: int,
    points: np.float32,
    kind: int,
    week: int,
    rules: BehaviourNumbers,
    speaks: NDArray[np.bool_],
) -> Whom:
    """Give customers a grievance of so many index points before the pass of a week; returns who complains of it now.

    speaks: who of them would complain, if no complaint waits already. The grievance is dated to the week before,
    so that the desk, which answers from the next week on, may answer in this one.
    """
    if rules.failure.on == 0 or points <= 0:
        return whom[:0]
    hurt, packed = population.column("grievance"), population.column("grieved")
    old, grieved = hurt[whom], packed[whom]
    same = grieves(grieved, firm)
    now = aggrieved(np.where(same, old, F32(0.0)), points, rules.failure)
    takes = same | (now >= old)
    waiting = same & waits(grieved)
    complains: NDArray[np.bool_] = takes & speaks & ~waiting
    now = np.where(complains, after_voice(now, rules.complaint), now).astype(F32)
    since = np.where(waiting, grieved_week(grieved), max(week - 1, 0)).astype(np.int32)
    new = packed_grievance(np.int32(firm), np.int32(kind), (waiting | complains).astype(np.int32), since)
    hurt[whom] = np.where(takes, now, old)
    packed[whom] = np.where(takes, new, grieved)
    population.set_column("grievance", hurt)
    population.set_column("grieved", packed)
    complaining: Whom = whom[complains]
    return complaining


def tallied(
    population: Population, firm: int, programme: int, entries: Mapping[Tally, Whom]
) -> NDArray[np.int64]:
    """How many of whom, as the weekly pass counts them: segment x firm x membership x TALLIES.

    programme: that which is in force at the firm, -1 for none.
    """
    tally = np.zeros((len(population.sizes), population.firms, 2, TALLIES), np.int64)
    if any(len(whom) for whom in entries.values()):
        since = population.column("member_since", programme) if programme >= 0 else None
        for entry, whom in entries.items():
            member = np.zeros(len(whom), np.int64) if since is None else (since[whom] >= 0).astype(np.int64)
            np.add.at(tally[:, firm, :, entry], (population.segment_of(whom), member), 1)
    return tally
