"""A verdict on a prediction: what many pairs of markets say, never what somebody typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.experiments import compare
from sim.experiments.statistics import Difference
from sim.measures import MEASURES
from sim.scenario import Scenario
from sim.scenario.errors import advice

Answer = Literal["higher", "lower", "unclear"]
ANSWERS: tuple[Answer, ...] = ("higher", "lower", "unclear")
"""What can be predicted of the second design against the first; `unclear`: no clear difference."""


@dataclass(frozen=True)
class Verdict:
    """A measure of the second design against the first, in paired worlds.

    reference, other: mean of the measure under the first and the second design, None where it has no value.
    difference: the second less the first, with its 95 % interval. unit: money is named in the scenario's currency.
    """

    measure: str
    unit: str
    designs: tuple[str, str]
    replicates: int
    reference: float | None
    other: float | None
    difference: Difference

    @property
    def answer(self) -> Answer:
        """'higher' or 'lower' where the interval is on one side of 0, else 'unclear'."""
        low, high = self.difference.low, self.difference.high
        if low is not None and low > 0:
            return "higher"
        return "lower" if high is not None and high < 0 else "unclear"

    def right(self, prediction: str) -> bool:
        """Whether a prediction was right. ValueError for one that is none of ANSWERS."""
        if prediction not in ANSWERS:
            raise ValueError(f"a prediction is one of {', '.join(ANSWERS)}, not {prediction!r}")
        return prediction == self.answer


def verdict(
    world: Scenario,
    measure: str,
    *,
    replicates: int = 8,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Ask a measure of the two designs of a scenario. ValueError for a measure that is not there."""
    if measure not in MEASURES:
        raise ValueError(f"no measure is called '{measure}'; {advice(measure, MEASURES)}")
    result = compare(world, replicates=replicates, seed=seed, workers=workers, progress=progress)
    first, second = result.designs
    return Verdict(
        measure,
        result.unit(measure),
        (first, second),
        replicates,
        result.metrics[first][measure].mean,
        result.metrics[second][measure].mean,
        result.paired[second][measure],
    )
