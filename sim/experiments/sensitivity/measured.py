"""What the markets of an analysis gave, point by point."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.lab import Lab
from sim.experiments.run import Cell
from sim.experiments.sensitivity.plan import SensitivityPlan
from sim.experiments.sensitivity.points import Numbers

FAILURES = ("point", "design", "replicate", "error")


@dataclass(frozen=True)
class Measured:
    """Outputs of all points."""

    outputs: Mapping[str, Numbers]
    """metric -> replicates x points: the design's, less that of the one it is compared with; NaN where there is none"""
    prints: NDArray[np.object_]
    """points: a fingerprint of every metric of every market there; empty where one failed"""
    failures: pd.DataFrame
    """point, design, replicate, error: markets that have no numbers"""

    @classmethod
    def of(cls, plan: SensitivityPlan, lab: Lab) -> Measured:
        """Read the journal in one fixed order, whoever finished first."""
        at = {changes: column for column, changes in enumerate(dict.fromkeys(plan.changes))}
        where = np.array([at[changes] for changes in plan.changes])
        found = {metric: np.full((plan.replicates, len(at)), nan) for metric in plan.metrics}
        prints = [hashlib.sha256() for _ in at]
        failed: dict[Cell, str] = {}
        for cell, outcome in zip(plan.cells, lab.read(plan.cells, tables=False), strict=True):
            column = at[cell.changes]
            if outcome.error:
                failed[cell] = outcome.error
                continue
            prints[column].update(json.dumps(outcome.metrics, sort_keys=True).encode() + b"\0")
            for metric, rows in found.items():
                value = outcome.metrics.get(metric, nan)
                if cell.design == plan.design:
                    rows[cell.replicate, column] = value
                else:  # the design comes first
                    rows[cell.replicate, column] -= value
        lost = {at[cell.changes] for cell in failed}
        for rows in found.values():
            rows[:, sorted(lost)] = nan
        seen = np.array([b"" if i in lost else p.digest() for i, p in enumerate(prints)], dtype=object)
        errors = [
            (point, cell.design or "", cell.replicate, error)
            for cell, error in failed.items()
            for point in np.flatnonzero(where == at[cell.changes]).tolist()
        ]
        return cls(
            {metric: rows[:, where] for metric, rows in found.items()},
            seen[where],
            pd.DataFrame(sorted(errors), columns=list(FAILURES)),
        )

    def unread(
        self, steps: NDArray[np.int64], changes: list[str], factors: int
    ) -> tuple[list[int], list[int]]:
        """Factors that nothing reads, and factors that never moved.

        Nothing reads a factor if no bit of any metric, in any replicate, changed at any of its steps. One whose value
        was the same at both ends of all its steps (a list of one level) has not been tried.
        """
        nothing, still = [], []
        for factor in range(factors):
            pairs = [
                (self.prints[a], self.prints[b])
                for _, a, b in steps[steps[:, 0] == factor].tolist()
                if changes[a] != changes[b] and self.prints[a] and self.prints[b]
            ]
            if not pairs:
                still.append(factor)
            elif all(a == b for a, b in pairs):
                nothing.append(factor)
        return nothing, still
