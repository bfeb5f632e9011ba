"""Robust choice: every criterion for every design, and what they say in words.

choice = result.robust("profit")          # of a comparison
choice = sim.robust(frame, metric="profit")   # of any table of designs in worlds
print(choice.table()); print(choice.summary())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

import pandas as pd

from sim.experiments.errors import ExperimentError
from sim.experiments.robust import criteria, dominance
from sim.experiments.robust.worlds import Worlds
from sim.experiments.statistics import Interval, mean_interval

TAIL = 0.05
"""Share of worlds of the percentile: what a design gains in the worst worlds but for one in twenty."""


@dataclass(frozen=True)
class Robust:
    """Designs under one metric in worlds that nobody chooses: luck (replicates) and points of uncertainty."""

    worlds: Worlds

    @cached_property
    def _table(self) -> pd.DataFrame:
        worlds, gains = self.worlds, self.worlds.gains
        chances = criteria.chances(gains)
        columns: dict[str, Any] = {"design": list(worlds.designs)}
        columns |= _three("mean", [mean_interval(one.mean(axis=0)) for one in worlds.values])
        columns["wins"] = criteria.wins(gains)
        columns["p_best"] = float("nan") if chances is None else chances
        columns |= _three("regret", criteria.regrets(gains))
        columns |= _three("tail", [self._turned(one) for one in criteria.percentile(gains, TAIL)])
        if len(worlds.points) > 1:
            columns |= _three("largest_regret", criteria.largest_regrets(gains))
            worst = criteria.worst(gains)
            columns |= _three("worst", [self._turned(one) for _, one in worst])
            columns["worst_point"] = [worlds.points[at] for at, _ in worst]
        return pd.DataFrame(columns)

    def _turned(self, gain: Interval) -> Interval:
        """A gain as a value of the metric."""
        if self.worlds.better != "lower":
            return gain
        mean, low, high = (None if end is None else -end for end in (gain.mean, gain.high, gain.low))
        return Interval(*((mean, low, high)))

    def table(self) -> pd.DataFrame:
        """A row a design; every number with the ends of its 95 % interval (_low, _high), in the unit of the metric.

        mean: expected value. wins: share of worlds in which it is the best. p_best: probability that its expected value
        is the best. regret: expected, against the best in each world. tail: value that it stays on the bad side of in
        one world of twenty. Only with several points of uncertainty: largest_regret over the points, worst (expected
        value at the worst point) and worst_point.
        """
        return self._table.copy()

    @cached_property
    def _dominance(self) -> pd.DataFrame:
        return dominance.table(self.worlds.designs, self.worlds.gains)

    def dominance(self) -> pd.DataFrame:
        """A row for each pair in which `design` dominates `over`, to first or second order, and how sure that is."""
        return self._dominance.copy()

    def hurwicz(self, optimism: float = 0.5) -> pd.DataFrame:
        """A row a design: its expected value at the best point, weighed by optimism (0 to 1), and at the worst."""
        if not 0 <= optimism <= 1:
            raise ExperimentError(f"optimism is {optimism}; it must be from 0 to 1")
        value = criteria.hurwicz(self.worlds.gains, optimism)
        turned = -value if self.worlds.better == "lower" else value
        return pd.DataFrame({"design": list(self.worlds.designs), "hurwicz": turned})

    def choices(self) -> dict[str, str]:
        """What each criterion would choose: expected, most_wins, least_regret, best_tail; with several points of
        uncertainty minimax_regret and best_worst, too.
        """
        table = self._table.set_index("design")
        sign = -1.0 if self.worlds.better == "lower" else 1.0
        chosen = {
            "expected": (sign * table["mean"]).idxmax(),
            "most_wins": table["wins"].idxmax(),
            "least_regret": table["regret"].idxmin(),
            "best_tail": (sign * table["tail"]).idxmax(),
        }
        if "worst" in table:
            chosen["minimax_regret"] = table["largest_regret"].idxmin()
            chosen["best_worst"] = (sign * table["worst"]).idxmax()
        return {criterion: str(design) for criterion, design in chosen.items()}

    def _same(self, design: str) -> list[str]:
        """Designs that differ from this one in no world."""
        ours = self.worlds.values[self.worlds.designs.index(design)]
        named = zip(self.worlds.designs, self.worlds.values, strict=True)
        return [name for name, theirs in named if name != design and (theirs == ours).all()]

    def summary(self) -> str:
        """What the criteria choose, where they disagree, who dominates whom, and what is not certain."""
        worlds, metric = self.worlds, self.worlds.metric
        lines = []
        table, chosen = self._table.set_index("design"), self.choices()
        names = list(dict.fromkeys(chosen.values()))
        same = self._same(names[0])
        if len(names) == 1:
            lines.append(f"{names[0]} is the choice on {metric} by every criterion.")
            if same:
                verb = "has" if len(same) == 1 else "have"
                lines.append(f"{_join(same)} {verb} the same {metric} in every world, and would do as well.")
        else:
            parts = [
                f"{design} by {_join([c.replace('_', ' ') for c, d in chosen.items() if d == design])}"
                for design in names
            ]
            lines.append(f"The criteria disagree on {metric}: {'; '.join(parts)}.")
        first = chosen["expected"]
        chance = float(table.loc[first, "p_best"])
        if not isnan(chance):
            lines.append(
                f"With a probability of {_share(chance)} {first} has the best expected {metric}; it was the best in "
                f"{_share(float(table.loc[first, 'wins']))} of {len(worlds.points) * worlds.replicates:,} worlds."
            )
        for row in self._dominance.to_dict("records"):
            order = "first" if row["first"] else "second"
            sure = row[f"{order}_sure"]
            known = "" if isnan(sure) else f" (in {_share(sure)} of resampled worlds)"
            lines.append(f"{row['design']} dominates {row['over']} to {order} order{known}.")
        if len(worlds.points) == 1:
            lines.append(
                "Only luck differed between the worlds; for a worst case and its regret, vary what nobody knows (a "
                "study with uncertainties)."
            )
        else:
            lines.append(
                f"Worst cases are those of the {len(worlds.points)} points that were run, not of all that could be."
            )
        if worlds.replicates == 1:
            lines.append("One replicate has no interval; give --replicates 8 or more.")
        if worlds.without:
            lines.append(f"Left out, as they have no {metric} in some world: {', '.join(worlds.without)}.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The choice as plain JSON values; what does not exist is None (null)."""
        return {
            "metric": self.worlds.metric,
            "better": self.worlds.better,
            "points": list(self.worlds.points),
            "replicates": self.worlds.replicates,
            "designs": _records(self._table),
            "dominance": _records(self._dominance),
            "choices": self.choices(),
            "summary": self.summary().splitlines(),
        }


def robust(
    frame: pd.DataFrame, *, metric: str, better: str | None = None, points: Sequence[str] | None = None
) -> Robust:
    """Choose among designs of a tidy table with the columns design, replicate, value and, if need be, metric.

    points: columns that say at which point of the uncertainties a world is (default: all other columns). better:
    'higher' or 'lower' (default: as the measure has it). Raises ExperimentError.
    """
    return Robust(Worlds.of(frame, metric=metric, better=better, points=points))


def _three(name: str, intervals: Sequence[Interval]) -> dict[str, list[float | None]]:
    ends = {name: "mean", f"{name}_low": "low", f"{name}_high": "high"}
    columns = {column: [getattr(one, part) for one in intervals] for column, part in ends.items()}
    return {
        column: [float("nan") if end is None else end for end in values] for column, values in columns.items()
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if value != value else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _share(share: float) -> str:
    return f"{100 * share:.0f} %" if 0.01 <= share <= 0.99 or share in (0, 1) else f"{100 * share:.1f} %"


def _join(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
