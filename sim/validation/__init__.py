"""The score card: published findings against the behaviour as shipped, one family of findings a file.

A finding is a row with its published value, the interval in which the simulator is held to agree, and a function
that runs the experiment. Rows marked CAL may have been used to choose default parameters; that is said with them.
"""

from __future__ import annotations

from sim.validation import contracts, failures, minds, repeat_buying, voices
from sim.validation.finding import Finding, Verdict, score

__all__ = ["FINDINGS", "Finding", "Verdict", "score"]

FINDINGS: tuple[Finding, ...] = (
    *minds.FINDINGS,
    *failures.FINDINGS,
    *voices.FINDINGS,
    *contracts.FINDINGS,
    *repeat_buying.FINDINGS,
)
"""All findings that are run so far, by family."""
