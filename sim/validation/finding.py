"""A published finding, the experiment that looks for it, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

Experiment = Callable[[int], dict[str, float]]
"""From the number of a replicate to quantities by id."""


@dataclass(frozen=True)
class Finding:
    """One row: what was published, and how the simulator is asked for it.

    low, high: the interval in which the mean over replicates must lie. echo: the value follows from a parameter
    that was itself taken from this source, so agreement proves the code, not the behaviour.
    """

    id: str
    quantity: str
    value: float
    low: float
    high: float
    source: str
    setup: str
    experiment: Experiment
    role: Literal["CAL", "VAL"] = "CAL"
    echo: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the simulator says: mean over replicates, and standard error of that mean."""

    finding: Finding
    mean: float
    error: float

    @property
    def passes(self) -> bool:
        """Whether the mean lies inside the interval of acceptance."""
        return self.finding.low <= self.mean <= self.finding.high


def score(findings: Iterable[Finding], replicates: int = 8) -> list[Verdict]:
    """Run the experiments of these findings; findings of one experiment share its runs."""

    @cache
    def run(experiment: Experiment, replicate: int) -> dict[str, float]:
        return experiment(replicate)

    verdicts = []
    for finding in findings:
        values = np.array([run(finding.experiment, r)[finding.id] for r in range(replicates)])
        error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
        verdicts.append(Verdict(finding, float(values.mean()), error))
    return verdicts
