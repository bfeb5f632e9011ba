"""Recovery: what an answer to a complaint puts right, by its speed, its fairness and the firm's credit.

P(good answer) = base + empowered x empowerment + compensated x c / (c + 1), c the compensation in typical baskets,
empowerment 0 to 1 how far the desk may decide by itself. A good answer restores the share
min(1, trust_scale) x (slow + (quick - slow) exp(-weeks waited / patience))
of what the failure took: never more than all, so that no failure pays. A bad answer, or none, is a second
disappointment: the share `disappointment` of the grievance is felt once more. Who waits longer than give_up weeks has
given up. With the mechanism off nothing is put right.

Source: TARP 1979/1986 (quick answers keep more than slow ones: direction); de Matos, Henrique & Rossi 2007, JSR
10:60 (no recovery paradox in repurchase: direction); Tax, Brown & Chandrashekaran 1998, J. Marketing 62(2):60
(fairness and trust: from memory); all sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, exp, scalar
from sim.rules.parameter import Mechanism, param


class RecoveryNumbers(NamedTuple):
    on: np.float32
    quick: np.float32
    slow: np.float32
    patience: np.float32
    give_up: np.float32
    base: np.float32
    empowered: np.float32
    compensated: np.float32
    disappointment: np.float32


class Recovery(Mechanism):
    """Answers to complaints put right part of the harm."""

    quick: float = param(
        0.85,
        unit="share restored",
        meaning="what a good answer at once puts right",
        bounds=(0.0, 1.0),
        source="chosen on F03 (TARP 1979/1986, intention to buy again)",
        status="PROPOSED",
    )
    slow: float = param(
        0.22,
        unit="share restored",
        meaning="what a good answer after a long wait puts right",
        bounds=(0.0, 1.0),
        source="chosen on F03 (TARP 1979/1986, intention to buy again)",
        status="PROPOSED",
    )
    patience: float = param(
        1.5,
        unit="weeks",
        meaning="wait after which a third of the advantage of speed is left (one over e)",
        bounds=(0.1, 52.0),
        source="chosen on F03 (TARP 1979/1986, intention to buy again)",
        status="PROPOSED",
    )
    give_up: float = param(
        8.0,
        unit="weeks",
        meaning="wait after which an answer is no longer expected",
        bounds=(1.0, 104.0),
        source="judgement",
        status="PROPOSED",
    )
    base: float = param(
        0.1,
        unit="probability",
        meaning="chance of a good answer at a desk that may decide nothing and pays nothing",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    empowered: float = param(
        0.5,
        unit="probability",
        meaning="what full authority of the desk adds to the chance of a good answer",
        bounds=(0.0, 1.0),
        source="judgement; with half of it and no compensation, .35, inside the .25 to .55 seen",
        status="PROPOSED",
    )
    compensated: float = param(
        0.4,
        unit="probability",
        meaning="what a very large compensation adds to the chance of a good answer",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    disappointment: float = param(
        0.8,
        unit="share of the grievance",
        meaning="how much of the failure is felt once more when the answer is bad or never comes",
        bounds=(0.0, 2.0),
        source="Bitner, Booms & Tetreault 1990, J. Marketing 54(1):71 (double deviation: from memory); chosen on S07d",
        status="PROPOSED",
    )

    def numbers(self) -> RecoveryNumbers:
        on = 1.0 if self.enabled else 0.0
        return RecoveryNumbers(
            F32(on),
            F32(on * self.quick),
            F32(on * self.slow),
            F32(self.patience),
            F32(self.give_up),
            F32(on * self.base),
            F32(on * self.empowered),
            F32(on * self.compensated),
            F32(on * self.disappointment),
        )


@scalar
def good_answer_chance(empowerment, compensation_in_baskets, numbers):
    """Chance that the answer satisfies; a chance above 1 is a sure one."""
    c = F32(compensation_in_baskets)
    return numbers.base + numbers.empowered * F32(empowerment) + numbers.compensated * c / (c + ONE)


@scalar
def restored(weeks_waited, trust_scale, numbers):
    """Share of the harm, 0 to 1, that a good answer after so many weeks puts right."""
    credit = trust_scale if trust_scale < ONE else ONE
    speed = exp(-F32(weeks_waited) / numbers.patience)
    return numbers.on * credit * (numbers.slow + (numbers.quick - numbers.slow) * speed)
