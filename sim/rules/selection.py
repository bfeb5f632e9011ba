"""Selection: what it costs in feelings that a firm lets customers go, or hands them over to another one.

A customer is below the mark when her contribution since the last review is less than the minimum (currency), and she
bought in that time. Let go, she does not consider the firm any more, trust <- trust - down x size x trust (trust.py),
size = breach x (1 - courtesy) x r, and a grievance g <- g + hurt x (1 - courtesy) x r (index points) is left, which is
told to friends like any other (word of mouth); r = 1 for one let go, `handed` for one who is handed over.
courtesy is a share, 0 to 1. With the mechanism off nobody minds. Acts on whole columns, between two weeks.

Source: Mittal, Sarkees & Murshed 2008, Harvard Business Review 86(4):94 (divesting customers, and doing it with
courtesy); Haenlein & Kaplan 2012, J. Marketing Management 28:458 (what abandoned customers, and those who see it,
feel and tell). Both from memory, directions only; all sizes proposed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE
from sim.rules.parameter import Mechanism, param


class SelectionNumbers(NamedTuple):
    breach: np.float32
    hurt: np.float32
    handed: np.float32


class Selection(Mechanism):
    """Being let go hurts, and is told."""

    breach: float = param(
        0.8,
        unit="size of the breach, 0 to 1",
        meaning="breach of trust of a customer who is let go without courtesy",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    hurt: float = param(
        25.0,
        unit="index points",
        meaning="grievance of a customer who is let go without courtesy",
        bounds=(0.0, 100.0),
        source="judgement: as a failure of usual size",
        status="PROPOSED",
    )
    handed: float = param(
        0.4,
        unit="ratio",
        meaning="what being handed over to another firm hurts, against being let go",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> SelectionNumbers:
        on = 1.0 if self.enabled else 0.0
        return SelectionNumbers(F32(on * self.breach), F32(on * self.hurt), F32(self.handed))


def below_the_mark(worth: Any, bought: Any, minimum: float) -> Any:
    """Who bought and yet contributed less than the minimum (currency), of any number of customers."""
    return bought & (worth < F32(minimum))


def slight(courtesy: float, handed_over: bool, numbers: SelectionNumbers) -> tuple[np.float32, np.float32]:
    """Breach of trust (0 to 1) and grievance (index points) of a customer whom the firm no longer wants."""
    ratio = (ONE - F32(courtesy)) * (numbers.handed if handed_over else ONE)
    return F32(numbers.breach * ratio), F32(numbers.hurt * ratio)
