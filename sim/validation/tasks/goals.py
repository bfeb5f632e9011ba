"""Goals of accuracy on real logs: what a forecast must reach, and what it should.

Each goal holds bounds on scores of one task. The bounds come from what standard models reach on the same customers:
BG/NBD and the discounted NBD for purchases, the NBD-Dirichlet and the last period for brands, Guadagni and Little's
logit for brand choice with prices, a stationary market for patterns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nan

import pandas as pd

from sim.validation.tasks.task import TaskResult

OURS = "market"
Range = tuple[float, float]


@dataclass(frozen=True)
class Bound:
    """A score of a task within which it must lie, and within which it should.

    against: a baseline, where the score is a difference from it; part: of that difference, its `mean` or the `high` end
    of its interval, by which the `must` is judged; the `should` is always about the mean.
    """

    goal: str
    task: str
    score: str
    must: Range
    should: Range | None = None
    against: str | None = None
    part: str = "mean"

    def value(self, result: TaskResult) -> float:
        """The figure that must lie in the bound; nan where the task did not give it."""
        if self.against is None:
            return float(result.scores.get(OURS, {}).get(self.score, nan))
        mean, _, high = result.differences.get(self.against, {}).get(self.score, (nan, nan, nan))
        return high if self.part == "high" else mean

    def best(self, result: TaskResult) -> float:
        """The figure that should lie in its bound."""
        if self.against is None:
            return self.value(result)
        return result.differences.get(self.against, {}).get(self.score, (nan,) * 3)[0]


def _most(end: float) -> Range:
    return (-inf, end)


def _least(end: float) -> Range:
    return (end, inf)


_CRPS = "CRPS, relative"
BOUNDS: tuple[Bound, ...] = (
    Bound("G1", "T1", _CRPS, _most(0.02), _most(0.0), against="BG/NBD", part="high"),
    Bound("G2", "T1", "AUC active", _least(0.768), _least(0.779)),
    Bound("G2", "T1", "Brier active", _most(0.165), _most(0.160)),
    Bound("G2", "T1", "correlation", _least(0.620), _least(0.630)),
    Bound("G3", "T1", "total ratio", (0.85, 1.15), (0.92, 1.08)),
    Bound("G3", "T1", "cumulative MAPE %", _most(4.0), _most(1.5)),
    Bound("G3", "T1", "calibration MAE", _most(0.13), _most(0.097)),
    Bound("G4", "T2", _CRPS, _most(0.0), _most(-0.06), against="BG/NBD", part="high"),
    Bound("G5", "T2", "spend RMSE", _most(290.0), _most(280.0)),
    Bound("G5", "T2", "spend correlation", _least(0.859), _least(0.875)),
    Bound("G6", "T3", "penetration WAPE %", _most(9.7)),
    Bound("G6", "T3", "frequency WAPE %", _most(11.5), _most(6.58)),
    Bound("G6", "T3", "SCR WAPE %", _most(11.7), _most(6.83)),
    Bound("G6", "T3", "sole MAD pts", _most(4.9), _most(3.85)),
    Bound("G6", "T3", "duplication MAD pts", _most(4.7), _most(3.74)),
    Bound("G7", "T3", "log-loss", _most(1.30), _most(1.270)),
    Bound("G8", "T4", "patterns passed", _least(20), _least(25)),
    Bound("G9", "T5", "log-loss", _most(0.55), _most(0.52)),
)


def _inside(value: float, bound: Range) -> bool:
    return bound[0] <= value <= bound[1]


def _shown(bound: Range | None) -> str:
    if bound is None:
        return ""
    low, high = bound
    if low == -inf:
        return f"at most {high:g}"
    return f"at least {low:g}" if high == inf else f"{low:g} to {high:g}"


def goals(results: Mapping[str, TaskResult]) -> pd.DataFrame:
    """A row a bound of the tasks that were run: goal, task, score, figure, must, reached, should, reached."""
    lines = []
    for bound in BOUNDS:
        if bound.task not in results:
            continue
        result = results[bound.task]
        value = bound.value(result)
        name = bound.score if bound.against is None else f"{bound.score}, against {bound.against}"
        if bound.part == "high":
            name += f" (upper end; mean {bound.best(result):+.3g})"
        lines.append(
            {
                "goal": bound.goal,
                "task": bound.task,
                "figure": name,
                "value": value,
                "must": _shown(bound.must),
                "reached": _inside(value, bound.must),
                "should": _shown(bound.should),
                "reached too": None if bound.should is None else _inside(bound.best(result), bound.should),
            }
        )
    columns = ["goal", "task", "figure", "value", "must", "reached", "should", "reached too"]
    return pd.DataFrame(lines, columns=columns)


def limits(results: Mapping[str, TaskResult]) -> pd.DataFrame:
    """A row a bound, as in `goals`, with its numbers: value, low and high (95 %, NaN without an interval), ends.

    value is the mean where the score is a difference; ends are infinite where a bound is open, NaN where there is none.
    """
    lines = []
    for bound, said in zip(
        (b for b in BOUNDS if b.task in results), goals(results).to_dict(orient="records"), strict=True
    ):
        result, should = results[bound.task], bound.should or (nan, nan)
        interval = (nan,) * 3
        if bound.against is not None:
            interval = result.differences.get(bound.against, {}).get(bound.score, interval)
        lines.append(
            {
                **{name: said[name] for name in ("goal", "task", "must", "reached", "should", "reached too")},
                "score": bound.score if bound.against is None else f"{bound.score}, against {bound.against}",
                "value": bound.best(result),
                "low": interval[1],
                "high": interval[2],
                "must low": bound.must[0],
                "must high": bound.must[1],
                "should low": should[0],
                "should high": should[1],
            }
        )  # fmt: skip
    columns = [
        "goal",
        "task",
        "score",
        "value",
        "low",
        "high",
        "must low",
        "must high",
        "should low",
        "should high",
    ]
    return pd.DataFrame(lines, columns=[*columns, "must", "reached", "should", "reached too"])
