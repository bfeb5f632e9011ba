"""The search for the default parameters: simulated moments, on CAL rows alone.

The moments are the CAL rows on quantities that are no echoes: how far each simulated value lies from the middle of its
interval of acceptance, in half-widths. What lies in the middle four fifths agrees, and counts for nothing: intervals
say how much a source, or sources that differ, leave open, and there is no reason to pull two rows to their middles
against each other. Free are the parameters that no source gives: those that say of themselves
that they were chosen on findings, and the concentration of preferences, whose published values hold the inertia of the
buyers that they were fitted to. All others stay as published.

Sought is the least sum of squares of what moments lie outside of that, plus that of what each parameter has moved from
where it began, as a share of its range, times HOLD: a parameter of which the rows say nothing stays where it is. An
existing optimiser (SciPy's trust-region least squares, with bounds) takes the steps; the Jacobian is by differences
between markets that share their draws, so that they are smooth; all points of a Jacobian are run side by side by the
Lab, and kept.

What the rows identify is read off the Jacobian at the end: the covariance of the parameters, if an acceptance interval
is two standard errors to each side, and each parameter was anywhere in its range before.

Source: McFadden 1989, Econometrica 57:995 (simulated moments); Branch, Coleman & Li 1999, SIAM J. Scientific Computing
21:1 (the optimiser).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from sim.experiments import store
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell
from sim.rules import Behaviour
from sim.scenario.customers import Segment
from sim.validation.bench import answers, bench, cell_of, run_trial
from sim.validation.choosing import chosen
from sim.validation.families import BY_ROW, experiments_of
from sim.validation.models import CONCENTRATION, Model
from sim.validation.row import Row, Verdict, chosen_rows

Floats = NDArray[np.float64]
MISSED = 5.0
"""Half-widths that a row counts which gave no number."""
EASE = 0.8
"""Half-widths within which a row counts for nothing."""
REACH = 2.0
"""A parameter is looked for between its default over this and its default times this, within its bounds."""
PUBLISHED_S = (1.0, 3.3)
"""Dirichlet S of toothpaste and five open panels (Goodhardt et al. 1984; Ecdat, bayesm)."""
HOLD = 0.5
"""Half-widths of one row that moving a parameter through its whole range counts for."""
STEP = 0.08
"""Of the range of a parameter: how far apart the markets of a difference are."""


@dataclass(frozen=True)
class Free:
    """A parameter that is looked for: dotted path in `behaviour`, where it begins, and from where to where."""

    path: str
    default: float
    low: float
    high: float


def free_parameters(paths: Sequence[str] | None = None) -> tuple[Free, ...]:
    """Parameters that are free (or these), with the range that is searched.

    The range is the published interval where there is one, else half to twice the default within the bounds.
    """
    found = []
    for path in paths or [name for name, *_ in chosen(Behaviour)]:
        block, _, name = path.partition(".")
        mechanism: Any = Segment if path == CONCENTRATION else Behaviour.model_fields[block].annotation
        parameter = mechanism.model_fields[name or block]
        facts: Mapping[str, Any] = parameter.json_schema_extra or {}
        default = float(parameter.default)
        bounds = {type(one).__name__: one for one in parameter.metadata}
        low, high = facts.get("interval", (default / REACH, default * REACH))
        if path == CONCENTRATION:
            low, high = PUBLISHED_S
        low, high = max(low, bounds["Ge"].ge), min(high, bounds["Le"].le)
        found.append(Free(path, default, float(low), float(high)))
    return tuple(found)


@dataclass(frozen=True)
class Search:
    """What was tried and found.

    points: a row a point (0: the defaults as they stood): distance (root mean square of what lies outside, in
    half-widths), agree (rows), refused (ids of rows that fail by more than luck), and the parameters.
    jacobian: moment x parameter at the point that was found, in half-widths per range of the parameter.
    """

    free: tuple[Free, ...]
    rows: tuple[Row, ...]
    points: pd.DataFrame = field(repr=False)
    found: Mapping[str, float]
    jacobian: Floats = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    def identified(self) -> pd.DataFrame:
        """A row a parameter: default, found, standard error, how far the rows tell it, and its closest partner.

        error: in the parameter's unit, if the half-width of an acceptance is two standard errors. told: 1 less its
        error over that of not knowing anything but the range (uniform); 0: the rows say nothing. partner: the parameter
        with which its estimate is correlated most, near 1 or -1 where the two cannot be told apart.
        """
        names = [one.path for one in self.free]
        blind = 1 / np.sqrt(12)  # standard deviation of a uniform over the range
        covariance = np.linalg.inv(
            (2 * self.jacobian).T @ (2 * self.jacobian) + np.eye(len(names)) / blind**2
        )
        errors = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(errors, errors)
        lines = []
        for k, one in enumerate(self.free):
            others = np.where(np.arange(len(names)) == k, 0.0, np.abs(correlation[k]))
            mate = int(np.argmax(others))
            lines.append(
                {
                    "parameter": one.path,
                    "default": one.default,
                    "from": one.low,
                    "to": one.high,
                    "found": self.found[one.path],
                    "error": float(errors[k] * (one.high - one.low)),
                    "told": float(1 - errors[k] / blind),
                    "partner": names[mate] if len(names) > 1 else "",
                    "correlation": float(correlation[k, mate]) if len(names) > 1 else nan,
                }
            )
        return pd.DataFrame(lines)

    def save(self, folder: str | Path) -> None:
        """Write points.csv, identified.csv, jacobian.csv and manifest.json."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        table = pd.DataFrame(self.jacobian, columns=[one.path for one in self.free])
        table.insert(0, "row", [row.id for row in self.rows])
        store.write_csv(folder / "points.csv", self.points)
        store.write_csv(folder / "identified.csv", self.identified())
        store.write_csv(folder / "jacobian.csv", table)
        store.write_json(folder / store.MANIFEST, dict(self.provenance))


class _Moments:
    """Moments at points of the unit cube of the free parameters; every point is run once."""

    def __init__(self, lab: Lab, rows: Sequence[Row], free: Sequence[Free], replicates: int) -> None:
        self._lab, self._rows, self._free, self._replicates = lab, rows, free, replicates
        self._known: dict[tuple[float, ...], list[Verdict]] = {}
        self.lines: list[dict[str, Any]] = []

    def model(self, at: Floats) -> Model:
        """The model at a point of the cube; numbers with six digits, so that it can be written down."""
        values = {
            one.path: float(f"{one.low + u * (one.high - one.low):.6g}")
            for one, u in zip(self._free, at, strict=True)
        }
        return Model("point", values)

    def run(self, points: Sequence[Floats]) -> None:
        """Run what is not known yet of several points, side by side."""
        fresh = [at for at in points if tuple(at) not in self._known]
        wanted = experiments_of(self._rows)
        models = [self.model(at) for at in fresh]
        self._lab.fill([cell_of(e, m, k) for m in models for e in wanted for k in range(self._replicates)])
        for at, model in zip(fresh, models, strict=True):
            verdicts = verdicts_of(self._lab, self._rows, model, self._replicates)
            self._known[tuple(at)] = verdicts
            self.lines.append(
                {
                    "point": len(self.lines),
                    "distance": float(np.sqrt(np.mean(outside(moments_of(verdicts)) ** 2))),
                    "agree": sum(v.agrees for v in verdicts),
                    "refused": " ".join(v.row.id for v in verdicts if v.is_off),
                    **model.changes,
                }
            )

    def at(self, point: Floats) -> Floats:
        """The moments at a point."""
        self.run([point])
        return moments_of(self._known[tuple(point)])

    def jacobian(self, point: Floats) -> Floats:
        """Their slopes, moment x parameter, by differences into the inside of the cube."""
        steps = np.where(point + STEP <= 1, STEP, -STEP)
        moved = [point + step * unit for step, unit in zip(steps, np.eye(len(point)), strict=True)]
        self.run([point, *moved])
        slopes = [(self.at(one) - self.at(point)) / step for one, step in zip(moved, steps, strict=True)]
        return np.stack(slopes, axis=1)


def search(
    *,
    iterations: int = 6,
    replicates: int = 2,
    paths: Sequence[str] | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    rows: Sequence[str] | None = None,
    run_cell: RunCell = run_trial,
) -> Search:
    """Look for the parameters with which CAL rows agree best, from the defaults as they stand.

    iterations: steps of the optimiser at most. replicates: of each experiment at each point. paths: parameters that are
    free (default: `free_parameters`). rows: beginnings of ids, to fit fewer; VAL rows are never among them. out: a
    folder that keeps every finished trial, so that the same call goes on where it was stopped.
    """
    free = free_parameters(paths)
    wanted = tuple(
        row for row in chosen_rows(rows, role="CAL") if not row.is_sign and row.id not in BY_ROW[row.id].echo
    )
    start = np.array([(one.default - one.low) / (one.high - one.low) for one in free])
    with bench(out=out, workers=workers, progress=progress, run_cell=run_cell) as lab:
        moments = _Moments(lab, wanted, free, replicates)
        hold = HOLD * np.eye(len(free))
        solved = least_squares(
            lambda u: np.concatenate([outside(moments.at(u)), HOLD * (u - start)]),
            start,
            jac=lambda u: np.concatenate([pull(moments.at(u))[:, None] * moments.jacobian(u), hold]),
            bounds=(0.0, 1.0),
            max_nfev=iterations,
            x_scale=1.0,
            xtol=1e-3,
            ftol=1e-3,
        )
        best = np.asarray(solved.x, np.float64)
        settings = {"iterations": iterations, "replicates": replicates, "rows": [row.id for row in wanted]}
        slopes = moments.jacobian(best)
        record = lab.record("sim.validation.search.search", settings, len(moments.lines))
    found = Search(
        free, wanted, pd.DataFrame(moments.lines), dict(moments.model(best).changes), slopes, record
    )
    if out is not None:
        found.save(out)
    return found


def verdicts_of(lab: Lab, rows: Sequence[Row], model: Model, replicates: int) -> list[Verdict]:
    """What a model says to rows, from replicates that have been run."""
    given = {e.name: answers(lab, e, model, replicates) for e in experiments_of(rows)}
    return [Verdict.of(row, [one.get(row.id, nan) for one in given[BY_ROW[row.id].name]]) for row in rows]


def moments_of(verdicts: Sequence[Verdict]) -> Floats:
    """How far each lies from the middle of its acceptance, in half-widths."""
    return np.array(
        [
            np.clip((2 * v.mean - v.row.low - v.row.high) / v.row.width, -MISSED, MISSED)
            if isfinite(v.mean)
            else MISSED
            for v in verdicts
        ]
    )


def outside(moments: Floats) -> Floats:
    """What lies outside of the part of the interval that counts for nothing."""
    return np.sign(moments) * np.maximum(np.abs(moments) - EASE, 0.0)


def pull(moments: Floats) -> Floats:
    """1 for moments that count, else 0: the slope of `outside`."""
    return (np.abs(moments) > EASE).astype(np.float64)
