"""The space of the levers: what a search may propose, and what that is in the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.experiments.study.factor import Factor

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

DIGITS = 4
"""Digits of a proposed number that count: nobody runs a programme at 149.8372 points."""


class Space:
    """Levers by name. Between `low` and `high` every value is as good a guess as another, on a log scale if so said."""

    def __init__(self, levers: Mapping[str, Factor]) -> None:
        self.levers = dict(levers)

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """The levers as Optuna has them. A list of numbers keeps its order; other lists have none."""
        from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

        found: dict[str, BaseDistribution] = {}
        for name, factor in self.levers.items():
            log = factor.distribution == "log_uniform"
            if factor.values is not None:
                indices = range(len(factor.values))
                ordered = _rising(factor.values)
                found[name] = (
                    IntDistribution(0, len(factor.values) - 1)
                    if ordered
                    else CategoricalDistribution(indices)
                )
                continue
            assert factor.low is not None and factor.high is not None
            if factor.whole:
                found[name] = IntDistribution(int(factor.low), int(factor.high), log=log)
            else:
                found[name] = FloatDistribution(factor.low, factor.high, log=log)
        return found

    def values(self, proposed: Mapping[str, Any]) -> dict[str, Any]:
        """What a proposal puts into the scenario, by the names of the levers."""
        found: dict[str, Any] = {}
        for name, factor in self.levers.items():
            value = proposed[name]
            if factor.values is not None:
                found[name] = factor.values[int(value)]
            elif factor.whole:
                found[name] = int(value)
            else:
                assert factor.low is not None and factor.high is not None
                found[name] = min(max(float(f"{value:.{DIGITS}g}"), factor.low), factor.high)
        return found

    def proposal(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The proposal that puts these values; None where one is missing or out of reach."""
        found: dict[str, Any] = {}
        for name, factor in self.levers.items():
            value = values.get(name)
            if factor.values is not None:
                if value not in factor.values:
                    return None
                found[name] = factor.values.index(value)
            else:
                if isinstance(value, bool) or not isinstance(value, int | float):
                    return None
                if not (factor.low <= value <= factor.high) or (factor.whole and value != int(value)):  # type: ignore[operator]
                    return None
                found[name] = int(value) if factor.whole else float(value)
        return found


def _rising(values: tuple[Any, ...]) -> bool:
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    steps = pairwise(numbers)
    return len(numbers) == len(values) and all(a < b for a, b in steps)
