"""The search for the default parameters: simulated moments on CAL rows alone.

The moments are the CAL rows that are not echoes. The distance of a point from them is the mean over rows of
((simulated - published) / half-width of acceptance)^2; a point that hits every published value has 0, one that lies at
an end of every interval 1. An existing optimiser (Optuna: the tree-structured Parzen estimator) proposes points in
batches, the Lab runs them, every point is kept. A point that no row refuses by more than luck is not ruled out: the
points of that kind are what the rows leave open (history matching). How far each parameter may go among them says what
the rows identify.

Source: McFadden 1989, Econometrica 57:995 (simulated moments); Bergstra, Bardenet, Bengio & Kegl 2011, NIPS (the
optimiser); Craig, Goldstein, Seheult & Smith 1997, Case Studies in Bayesian Statistics III (history matching).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import store
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell
from sim.rules import Behaviour
from sim.validation.bench import answers, bench, cell_of, run_trial
from sim.validation.choosing import chosen
from sim.validation.families import BY_ROW, experiments_of
from sim.validation.models import Model
from sim.validation.row import Row, Verdict, chosen_rows

MISSED = 25.0
"""What a row counts that gave no number: five half-widths."""
REACH = 2.0
"""A parameter is looked for between its default over this and its default times this, within its bounds."""
BATCH = 8
"""Points that are proposed at a time."""


@dataclass(frozen=True)
class Free:
    """A parameter that is looked for: dotted path in `behaviour`, its default, and from where to where."""

    path: str
    default: float
    low: float
    high: float


def free_parameters(paths: Sequence[str] | None = None) -> tuple[Free, ...]:
    """Parameters that were chosen on CAL rows (or these), with the range that is searched.

    The range is the published interval where there is one, else half to twice the default within the bounds.
    """
    found = []
    for path in paths or [name for name, *_ in chosen(Behaviour)]:
        block, _, name = path.partition(".")
        mechanism: Any = Behaviour.model_fields[block].annotation
        parameter = mechanism.model_fields[name]
        facts: Mapping[str, Any] = parameter.json_schema_extra or {}
        default = float(parameter.default)
        bounds = {type(one).__name__: one for one in parameter.metadata}
        low, high = facts.get("interval", (default / REACH, default * REACH))
        low, high = max(low, bounds["Ge"].ge), min(high, bounds["Le"].le)
        found.append(Free(path, default, float(low), float(high)))
    return tuple(found)


@dataclass(frozen=True)
class Search:
    """All points that were tried. points: a row each: point (0 the defaults), distance, refused, the parameters.

    refused: ids of the rows that fail by more than the luck of the replicates, empty for a point that is not ruled out.
    """

    free: tuple[Free, ...]
    rows: tuple[Row, ...]
    points: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def best(self) -> pd.Series[Any]:
        """The point of the smallest distance."""
        return self.points.loc[self.points["distance"].idxmin()]

    @property
    def open(self) -> pd.DataFrame:
        """Points that no row rules out."""
        return self.points[self.points["refused"] == ""]

    def identified(self) -> pd.DataFrame:
        """A row a parameter: default, range searched, range among the points not ruled out, and its partners.

        narrowed: 1 less the range from the 5th to the 95th percentile of the open points over that of all points; 0
        says that the rows do not tell. partner: the parameter whose ranks go with its own the most among the open
        points, and how much.
        """
        names = [one.path for one in self.free]
        left, every = self.open[names], self.points[names]
        ranks = left.corr(method="spearman").to_numpy() if len(left) > 2 else np.full([len(names)] * 2, nan)
        lines = []
        for k, one in enumerate(self.free):
            low, high = (left[one.path].quantile(q) if len(left) else nan for q in (0.05, 0.95))
            first, last = (every[one.path].quantile(q) for q in (0.05, 0.95))
            others = [abs(r) if j != k and isfinite(r) else -1.0 for j, r in enumerate(ranks[k])]
            mate = int(np.argmax(others))
            lines.append(
                {
                    "parameter": one.path,
                    "default": one.default,
                    "from": one.low,
                    "to": one.high,
                    "open from": low,
                    "open to": high,
                    "narrowed": 1 - (high - low) / (last - first),
                    "partner": names[mate] if others[mate] >= 0 else "",
                    "rank correlation": float(ranks[k, mate]) if others[mate] >= 0 else nan,
                }
            )
        return pd.DataFrame(lines)

    def save(self, folder: str | Path) -> None:
        """Write points.csv, identified.csv and manifest.json."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        store.write_csv(folder / "points.csv", self.points)
        store.write_csv(folder / "identified.csv", self.identified())
        store.write_json(folder / store.MANIFEST, dict(self.provenance))


def search(
    *,
    points: int = 200,
    replicates: int = 2,
    paths: Sequence[str] | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    rows: Sequence[str] | None = None,
    run_cell: RunCell = run_trial,
) -> Search:
    """Look for parameters with which the CAL rows agree; the first point is the defaults as they stand.

    points: how many are tried. replicates: of each experiment at each point. paths: parameters that are free (default:
    those that were chosen on CAL rows). rows: beginnings of ids, to fit fewer; VAL rows are never among them. out: a
    folder that keeps every finished trial.
    """
    import optuna

    logging.getLogger("optuna").setLevel(logging.WARNING)
    free = free_parameters(paths)
    wanted = tuple(
        row for row in chosen_rows(rows, role="CAL") if row.id in BY_ROW and row.id not in BY_ROW[row.id].echo
    )
    sampler = optuna.samplers.TPESampler(
        seed=seed, multivariate=True, n_startup_trials=max(2 * BATCH, points // 4)
    )
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial({one.path: one.default for one in free})
    lines: list[dict[str, Any]] = []
    with bench(out=out, workers=workers, run_cell=run_cell) as lab:
        while len(lines) < points:
            asked = [study.ask() for _ in range(min(BATCH, points - len(lines)))]
            models = [
                Model(
                    f"point {len(lines) + k}",
                    {f.path: trial.suggest_float(f.path, f.low, f.high) for f in free},
                )
                for k, trial in enumerate(asked)
            ]
            lab.fill(
                [cell_of(e, m, k) for m in models for e in experiments_of(wanted) for k in range(replicates)]
            )
            for trial, model in zip(asked, models, strict=True):
                verdicts = verdicts_of(lab, wanted, model, replicates)
                distance = distance_of(verdicts)
                study.tell(trial, distance)
                refused = " ".join(v.row.id for v in verdicts if v.is_off)
                lines.append({"point": len(lines), "distance": distance, "refused": refused, **model.changes})
            if progress is not None:
                progress(len(lines), points)
        settings = {
            "points": points,
            "replicates": replicates,
            "seed": seed,
            "rows": [row.id for row in wanted],
        }
        record = lab.record("sim.validation.search", settings, len(lines))
    found = Search(free, wanted, pd.DataFrame(lines), record)
    if out is not None:
        found.save(out)
    return found


def verdicts_of(lab: Lab, rows: Sequence[Row], model: Model, replicates: int) -> list[Verdict]:
    """What a model says to rows, from replicates that have been run."""
    given = {e.name: answers(lab, e, model, replicates) for e in experiments_of(rows)}
    return [Verdict.of(row, [one.get(row.id, nan) for one in given[BY_ROW[row.id].name]]) for row in rows]


def distance_of(verdicts: Sequence[Verdict]) -> float:
    """Mean of the squared misses in half-widths of acceptance, of quantities (rows on a sign have no size)."""
    sizes = [
        min(((v.mean - v.row.value) / (v.row.width / 2)) ** 2, MISSED) if isfinite(v.mean) else MISSED
        for v in verdicts
        if isfinite(v.row.width)
    ]
    return float(np.mean(sizes))
