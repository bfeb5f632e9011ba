"""How many replicates are enough: look at a growing run, and stop when its ranking is settled.

Looks come after 8, 16, 32, ... replicates. At each, the differences of all pairs of designs get t-intervals that hold
together; a pair is settled where its interval leaves 0 out (told apart) or lies within `least` of it (alike). Looking
often is paid for: of the 5 % that a wrong word may have in all, look k of K spends 1/(k (k + 1)), the last one what is
left. So all that is said when it stops holds with 95 %, wherever it stops.

Source: Lan & DeMets 1983, Biometrika 70:659 (spending of error over looks; here the sum of the parts bounds it, as
Bonferroni's, which asks for no joint distribution); Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics
15:657 (two one-sided tests: alike within a least difference); Law 2015, Simulation Modeling and Analysis, ch. 9 and 10
(replicates one after another until they are enough).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from sim.experiments.errors import ExperimentError
from sim.experiments.statistics import LEVEL
from sim.measures import MEASURES
from sim.scenario.errors import advice

FIRST = 8
"""Replicates before the first look; intervals of fewer say little."""


@dataclass(frozen=True)
class Until:
    """What is asked for: a settled ranking on a metric, with no more than `most` replicates.

    least: difference that does not matter, in the metric's unit; None: every difference matters.
    """

    metric: str = "profit"
    most: int = 256
    least: float | None = None

    @classmethod
    def of(cls, metric: str, most: int, least: float | None) -> Until:
        """ExperimentError where it makes no sense."""
        if metric not in MEASURES:
            raise ExperimentError(f"no metric is called {metric!r}; {advice(metric, MEASURES)}")
        if most < 2:
            raise ExperimentError(f"--most is {most}; it must be 2 or more, as one replicate has no interval")
        if least is not None and not (isfinite(least) and least > 0):
            raise ExperimentError(f"--least is {least}; it must be more than 0, in the unit of {metric}")
        return cls(metric, int(most), None if least is None else float(least))

    @property
    def looks(self) -> tuple[int, ...]:
        """Replicates at each look."""
        found, size = list[int](), FIRST
        while size < self.most:
            found.append(size)
            size *= 2
        return (*found, self.most)

    def error(self, look: int) -> float:
        """Error that look 1, 2, ... may spend; over all looks it adds up to 1 - LEVEL."""
        last = len(self.looks)
        return (1 - LEVEL) / (last if look == last else look * (look + 1))

    @property
    def settings(self) -> dict[str, Any]:
        """By the names of the arguments of `compare`."""
        return {"until_sure": True, "metric": self.metric, "most": self.most, "least": self.least}


@dataclass(frozen=True)
class Look:
    """What was known after so many replicates: pairs told apart (the better one first), alike, and open.

    without: designs that have no value in some world, and are in no pair.
    """

    replicates: int
    error: float
    apart: tuple[tuple[str, str], ...]
    alike: tuple[tuple[str, str], ...]
    open: tuple[tuple[str, str], ...]
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        pairs = len(self.apart) + len(self.alike) + len(self.open)
        words = f"after {self.replicates} replicates {pairs - len(self.open)} of {pairs} pairs are settled"
        return words + (f"; open: {_pairs(self.open)}" if self.open else "")


@dataclass(frozen=True)
class Enough:
    """The course of a run that stopped by itself: what was asked for, and every look."""

    until: Until
    looks: tuple[Look, ...]
    draws: int = 0
    """of the scenario's numbers, each of which counts once however many replicates it has; 0: they are known"""

    @property
    def settled(self) -> bool:
        """Whether it stopped since the ranking was settled, and not since `most` was reached or nothing is ranked."""
        last = self.looks[-1]
        return not last.open and bool(last.apart or last.alike)

    def summary(self) -> str:
        """After how many it stopped, and why."""
        last, until = self.looks[-1], self.until
        left = f" Left out, as they have no {until.metric} in some world: {', '.join(last.without)}."
        if not (last.apart or last.alike or last.open):
            return (
                f"Stopped after {last.replicates} replicates: fewer than two designs have a value of {until.metric} in "
                f"every world, so that nothing can be ranked.{left if last.without else ''}"
            )
        if self.settled:
            parts = [f"{len(last.apart)} pairs told apart"] if last.apart else []
            if last.alike and until.least is not None:
                parts.append(f"{_pairs(last.alike)} differ by less than {until.least:g}")
            elif last.alike:
                parts.append(f"{_pairs(last.alike)} the same in every world")
            why = f"the ranking on {until.metric} is settled ({'; '.join(parts)})"
        else:
            why = f"that is the most asked for; still open on {until.metric}: {_pairs(last.open)}"
        return (
            f"Stopped after {last.replicates} replicates, look {len(self.looks)}: {why}. What is said of the ranking "
            f"on {until.metric} holds with 95 % over all looks; every other interval stands for itself."
            + (left if last.without else "")
            + self._of_the_draws()
        )

    def _of_the_draws(self) -> str:
        """What a settled ranking means where the scenario's numbers are uncertain."""
        if not self.draws:
            return ""
        more = not self.settled and self.looks[-1].replicates > self.draws
        used = min(self.draws, self.looks[-1].replicates)
        return (
            f" It is the ranking of the means over {used} draws of the parameters, not of"
            " every one of them"
            + ("; more replicates of these make only chance smaller, so draw more of them." if more else ".")
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        looks = [
            {
                "replicates": look.replicates,
                "error": look.error,
                "apart": [list(pair) for pair in look.apart],
                "alike": [list(pair) for pair in look.alike],
                "open": [list(pair) for pair in look.open],
                "without": list(look.without),
            }
            for look in self.looks
        ]
        return {**self.until.settings, "settled": self.settled, "looks": looks}


def look(
    values: Mapping[str, ArrayLike], *, error: float, better: str = "higher", least: float | None = None
) -> Look:
    """Look at all pairs of designs, with intervals that hold together with probability 1 - error.

    values: per design, one number a replicate, in the same order. Designs without a value in some replicate cannot be
    compared and are left out. Designs that are equal in every replicate are alike.
    """
    numbers = {name: np.asarray(v, dtype=np.float64) for name, v in values.items()}
    count = max((len(v) for v in numbers.values()), default=0)
    names = [name for name, v in numbers.items() if np.isfinite(v).all()]
    couples = list(combinations(names, 2))
    apart, alike, still_open = [], [], []
    for first, second in couples:
        gap = numbers[first] - numbers[second]
        mean, half = float(gap.mean()), inf
        if count > 1:
            quantile = float(stdtrit(count - 1, 1 - error / (2 * len(couples))))
            half = quantile * float(gap.std(ddof=1)) / count**0.5
        if (gap == 0).all() or (least is not None and abs(mean) + half < least):
            alike.append((first, second))
        elif abs(mean) > half:
            ahead = (mean > 0) == (better != "lower")
            apart.append((first, second) if ahead else (second, first))
        else:
            still_open.append((first, second))
    without = tuple(name for name in numbers if name not in names)
    return Look(count, error, tuple(apart), tuple(alike), tuple(still_open), without)


def _pairs(pairs: Sequence[tuple[str, str]], shown: int = 3) -> str:
    words = ", ".join(f"{first} and {second}" for first, second in pairs[:shown])
    return words + (f" and {len(pairs) - shown} more" if len(pairs) > shown else "")
