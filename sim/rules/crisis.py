"""Crisis: harm that becomes known, and what the firm's answer does to the trust of those who hear of it.

size = min(1, severity / full), a breach of trust as in trust.py: trust <- trust - down x size x trust.
How large it is felt depends on how one hears: size x (1 - disarms) where the firm itself tells it at once,
size x (1 - believed) under its denial, believed = min(1, believes x trust / start), else size.
expectation <- max(0, expectation - lowers x felt severity).
chance to hear in the t-th week = reach x 2^(-t / rumour), until the firm owns up.
Owned up after n weeks, those who heard come back a share each week: trust <- trust + regains x max(0, due - trust),
due = trust before less a breach of size x (1 - credit), credit = 2^(-n / patience) x (1 with a recall, else words).
So nobody comes to trust more than before the crisis. Found out, what was averted comes back, and the lie or the
silence is a breach of its own: size x lied, size x concealed, at most 1. Of rivals, trust falls by spill_over x size.
Units: severity, full and expectation in index points; trust, reach and spill_over are shares, 0 to 1.
With the mechanism off nobody hears of a crisis, and nobody is harmed. Acts on whole columns, between two weeks.

Source: Siomkos & Kurzbard 1994, European J. Marketing 28(2):30 (denial, involuntary recall, voluntary recall, super
effort: direction); Dawar & Pillutla 2000, JMR 37:215 (a clear answer keeps brand equity, stonewalling does not);
Ahluwalia, Burnkrant & Unnava 2000, JMR 37:203 (who is committed takes bad news less seriously); van Heerde, Helsen &
Dekimpe 2007, Marketing Science 26:230 (product-harm crisis; trust has to be won back); Roehm & Tybout 2006, JMR 43:366
(a scandal spills over to rivals); Kim, Ferrin, Cooper & Dirks 2004, J. Applied Psychology 89:104 (apology against
denial: a lie found out is worse than a slip); Arpan & Roskos-Ewoldsen 2005, Public Relations Review 31:425 (who tells
it first takes the sting out). All from memory, directions only; all sizes proposed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO
from sim.rules.parameter import Mechanism, param


class CrisisNumbers(NamedTuple):
    on: np.float32
    full: np.float32
    lowers: np.float32
    keep: np.float32
    disarms: np.float32
    regains: np.float32
    patience: np.float32
    words: np.float32
    believes: np.float32
    lied: np.float32
    concealed: np.float32


class Crisis(Mechanism):
    """A crisis costs trust; owning up wins it back, denial and silence wait to be found out."""

    full: float = param(
        50.0,
        unit="index points",
        meaning="severity that counts as a breach of full size",
        bounds=(1.0, 100.0),
        source="judgement: as a broken promise of full size (trust)",
        status="PROPOSED",
    )
    lowers: float = param(
        0.3,
        unit="share of the severity",
        meaning="how far the quality expected falls with the news",
        bounds=(0.0, 1.0),
        source="judgement: news weighs somewhat more than one experience (expectation)",
        status="PROPOSED",
    )
    rumour: float = param(
        3.0,
        unit="weeks",
        meaning="time in which the chance to hear of an open crisis halves",
        bounds=(0.1, 104.0),
        source="judgement",
        status="PROPOSED",
    )
    disarms: float = param(
        0.3,
        unit="share of the breach",
        meaning="what it averts that the firm itself tells the news at once",
        bounds=(0.0, 1.0),
        source="Arpan & Roskos-Ewoldsen 2005 (direction, from memory)",
        status="PROPOSED",
    )
    regains: float = param(
        0.1,
        unit="share per week",
        meaning="how much of the trust still missing comes back in a week once the firm has owned up",
        bounds=(0.0, 1.0),
        source="judgement; Dawar & Pillutla 2000 (direction, from memory)",
        status="PROPOSED",
    )
    patience: float = param(
        8.0,
        unit="weeks",
        meaning="delay after which owning up wins back half of what it does at once",
        bounds=(0.1, 520.0),
        source="judgement; Siomkos & Kurzbard 1994 (direction, from memory)",
        status="PROPOSED",
    )
    words: float = param(
        0.6,
        unit="share",
        meaning="what owning up without a recall wins back, of what it does with one",
        bounds=(0.0, 1.0),
        source="judgement; Siomkos & Kurzbard 1994 (direction, from memory)",
        status="PROPOSED",
    )
    believes: float = param(
        0.6,
        unit="share of the breach",
        meaning="what a denial averts with one who trusts the firm like a newcomer",
        bounds=(0.0, 1.0),
        source="judgement; Ahluwalia et al. 2000 (more with those who are committed: direction, from memory)",
        status="PROPOSED",
    )
    lied: float = param(
        2.0,
        unit="ratio",
        meaning="breach by a lie that is found out, over that by what was denied",
        bounds=(0.0, 10.0),
        source="judgement; Kim et al. 2004 (integrity weighs more than competence: direction, from memory)",
        status="PROPOSED",
    )
    concealed: float = param(
        0.5,
        unit="ratio",
        meaning="breach by a silence that is found out to have hidden it, over that by what was hidden",
        bounds=(0.0, 10.0),
        source="judgement: less than a lie",
        status="PROPOSED",
    )

    def numbers(self) -> CrisisNumbers:
        on = 1.0 if self.enabled else 0.0
        return CrisisNumbers(
            F32(on),
            F32(self.full),
            F32(on * self.lowers),
            F32(2.0 ** (-1.0 / self.rumour)),
            F32(on * self.disarms),
            F32(on * self.regains),
            F32(self.patience),
            F32(self.words),
            F32(on * self.believes),
            F32(self.lied),
            F32(self.concealed),
        )


def breach_size(severity: float, numbers: CrisisNumbers) -> np.float32:
    """Size of the breach of trust, 0 to 1, by a harm of so many index points; 0 with the mechanism off."""
    return F32(numbers.on * min(F32(severity) / numbers.full, ONE))


def chance_to_hear(reach: float, weeks: int, numbers: CrisisNumbers) -> float:
    """Chance that one who has not heard of an open crisis hears of it so many weeks after it began."""
    return float(numbers.on) * reach * float(numbers.keep) ** weeks


def believed(trust_scale: Any, numbers: CrisisNumbers) -> Any:
    """Share of the breach that a denial averts, by trust over that of a newcomer (float32, any shape)."""
    return np.minimum(numbers.believes * trust_scale, ONE)


def less_expected(expected: Any, severity: Any, numbers: CrisisNumbers) -> Any:
    """Quality expected (index points, any shape) after the news of a harm of so many index points."""
    return np.maximum(expected - numbers.lowers * severity, ZERO)


def credit(weeks_waited: int, recalls: bool, numbers: CrisisNumbers) -> np.float32:
    """Share of the lost trust, 0 to 1, that owning up after so many weeks can win back."""
    meant = ONE if recalls else numbers.words
    return F32(meant * F32(2.0 ** (-weeks_waited / float(numbers.patience))))


def regained(trust: Any, due: Any, numbers: CrisisNumbers) -> Any:
    """Trust (share, any shape) one week later on its way back to what is due; never beyond it, never down."""
    return trust + numbers.regains * np.maximum(due - trust, ZERO)


def exposure_size(size: np.float32, denied: bool, numbers: CrisisNumbers) -> np.float32:
    """Size of the breach, 0 to 1, when a denial, or else a silence, over a breach of this size is found out."""
    return F32(min(size * (numbers.lied if denied else numbers.concealed), ONE))
