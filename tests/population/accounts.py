"""One member's account, and the terms it is kept by, for tests that move single points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import TALLIES, Tally
from sim.population.account import card
from sim.population.columns import BASKET, CUSTOMER_WHOLES, real_rows, whole_rows
from sim.population.terms import Offered, layout_of, terms_of
from sim.population.told import Context
from sim.rules import Behaviour
from sim.rules.lapse import NEVER
from sim.scenario.programme import Programme

FIRM_CELLS = TALLIES
"""Where the tally of members begins, in a market of one segment and one firm."""


class Member:
    """A member of the only programme of the only firm; `p` and `j` are 0."""

    def __init__(self, *, since: int = 0, **parts: Any) -> None:
        self.programme = Programme.model_validate({"enrolment": {"automatic": True}} | parts)
        self.behaviour = Behaviour()
        self.rules = self.behaviour.numbers()
        layout = layout_of([[self.programme]], returns=True)
        self.terms = terms_of(
            [Offered(0, self.programme)],
            behaviour=self.behaviour,
            layout=layout,
            firms=1,
            segments=["all"],
            week=0,
        )
        self.reals = np.zeros((real_rows(1), 1), np.float32)
        self.reals[BASKET, 0] = 30.0
        self.wholes: NDArray[np.int32] = np.zeros((whole_rows(1, layout), 1), np.int32)
        self.wholes[CUSTOMER_WHOLES, 0] = NEVER
        self.wholes[card(1, 0), 0] = since
        self.programme_of = np.zeros(1, np.int32)
        self.tally = np.zeros(2 * TALLIES, np.int64)

    def context(self, week: int) -> Context:
        return Context(
            week=week, seed=np.uint32(1), replicate=np.uint32(0), lapse_weeks=8, leaver=1,
            reaches=0, census=0, worth=-1, served=-1,
        )  # fmt: skip

    def row(self, name: int) -> int:
        return int(self.terms.row[0, name])

    def counted(self, tally: Tally) -> int:
        return int(self.tally[FIRM_CELLS + tally])

    def visits(self, week: int) -> None:
        """She has bought at the firm in this week."""
        self.wholes[CUSTOMER_WHOLES, 0] = week
