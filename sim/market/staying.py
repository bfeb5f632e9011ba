"""Who of those that were a firm's customers when measuring began still are, counted week by week."""

from __future__ import annotations

import numpy as np

from sim.population.columns import ALIVE, COHORT, COHORT_BASE, CUSTOMER_WHOLES
from sim.population.population import Population


def staying(population: Population, firm: int, week: int, lapse_weeks: int) -> int:
    """Customers of the base cohort (`Population.mark_cohort(base=True)`) who are active at the firm after this week.

    It is the question that `Population.kept` answers for the cohort of a year; the answer changes nothing.
    """
    # Slots of nobody have never been marked; a customer who came in later has the mark of no cohort.
    wholes = population.wholes
    marked = (wholes[:, COHORT] >> (COHORT_BASE + firm)) & 1 == 1
    active = week - wholes[:, CUSTOMER_WHOLES + firm] <= lapse_weeks
    return int(np.count_nonzero(marked & active & (wholes[:, ALIVE] == 1)))
