"""The front: designs of which no other is better in every respect, as fresh worlds show them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import provenance, store
from sim.experiments.optimise import aims, words
from sim.experiments.optimise.aims import Measured
from sim.experiments.statistics import Interval, mean_interval
from sim.experiments.study.files import study_text
from sim.experiments.study.optimise import Objective, Optimise
from sim.experiments.study.study import Study
from sim.measures import MEASURES
from sim.scenario import dumps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWS = 400
"""Bootstrap samples of the replicates from which it is read how sure a point is of its place."""
PERHAPS = 0.05
"""Least probability of being on the front with which a point counts as dominated perhaps by chance."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """Values of the levers that a search found good, and what they gave in fresh worlds.

    searches: which searches found it, from 1. searched: what the objectives were in the search;
    gained: what they were more than those of the reference design there. measured: metric ->
    point of the uncertainties x replicate, fresh.
    """

    levers: Mapping[str, Any]
    searches: tuple[int, ...]
    searched: tuple[float, ...]
    gained: tuple[float, ...]
    measured: Measured = field(repr=False)


@dataclass(frozen=True)
class Front:
    """What a search found, tried in worlds that it has not seen, best on the first objective first.

    labels: P1, P2, ... of the candidates. references: designs as written, in the same worlds. tried: different
    candidates; infeasible: those of them that broke a limit or condition, or failed. failed: errors, and how often.
    lost: candidates that failed when tried anew, and why. Money is in the scenario's currency.
    """

    study: Study
    reference: str
    points: tuple[Mapping[str, Any], ...]
    candidates: tuple[Candidate, ...]
    references: Mapping[str, Measured] = field(repr=False)
    tried: int
    infeasible: int
    failed: Mapping[str, int]
    lost: Mapping[str, str]
    provenance: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, *, candidates: Sequence[Candidate], **fields: Any) -> Front:
        """The front of these candidates, put in order."""
        references: Mapping[str, Measured] = fields["references"]
        aim: Objective = fields["study"].optimise.objectives[0]

        def first(one: Candidate) -> float:
            return -aim.sign * float(aims.reckon(aim, aims.numbers(aim, one.measured, references)))

        return cls(candidates=tuple(sorted(candidates, key=first)), **fields)

    @property
    def block(self) -> Optimise:
        """What was asked for."""
        assert self.study.optimise is not None
        return self.study.optimise

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return self.block.objectives

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(f"P{number}" for number in range(1, len(self.candidates) + 1))

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric].unit.replace("currency", self.study.world.currency)

    @cached_property
    def _stacked(self) -> dict[str, Array]:
        """metric -> candidate x point x replicate."""
        measured = [one.measured for one in self.candidates]
        return (
            {metric: np.stack([one[metric] for one in measured]) for metric in measured[0]}
            if measured
            else {}
        )

    def _judged(self, draw: NDArray[np.int64] | slice) -> tuple[Array, NDArray[np.bool_]]:
        """Objectives (candidate x objective, more being better) and who keeps the limits, in some replicates."""
        stacked = {metric: values[..., draw] for metric, values in self._stacked.items()}
        references = {
            design: {metric: values[..., draw] for metric, values in measured.items()}
            for design, measured in self.references.items()
        }

        def one(aim: aims.Aim) -> Array:
            return aims.reckon(aim, aims.numbers(aim, stacked, references))

        values = np.stack([aim.sign * one(aim) for aim in self.objectives], axis=1)
        keeps = np.ones(len(values), bool)
        for limit in self.block.limits:
            keeps &= aims.violation(limit, one(limit)) <= 0
        return values, keeps

    @cached_property
    def keeps(self) -> NDArray[np.bool_]:
        """Which candidates keep the limits, in fresh worlds."""
        return self._judged(slice(None))[1] if self.candidates else np.zeros(0, bool)

    @cached_property
    def best(self) -> NDArray[np.bool_]:
        """Which candidates keep the limits and are dominated by none that does, in fresh worlds."""
        return _front(*self._judged(slice(None))) if self.candidates else np.zeros(0, bool)

    @cached_property
    def chances(self) -> Array:
        """Probability of each candidate to be on the front: bootstrap over replicates (Efron & Tibshirani 1993)."""
        count = self.block.fresh
        if not self.candidates or count < 2:
            return np.full(len(self.candidates), np.nan)
        generator = np.random.default_rng(0)
        total = np.zeros(len(self.candidates))
        for _ in range(DRAWS):
            total += _front(*self._judged(generator.integers(0, count, count)))
        share: Array = total / DRAWS
        return share

    @property
    def places(self) -> tuple[str, ...]:
        """front; perhaps (dominated, but perhaps by chance); dominated; limit broken."""
        return tuple(
            "limit broken"
            if not keeps
            else "front"
            if best
            else "perhaps"
            if chance >= PERHAPS
            else "dominated"
            for keeps, best, chance in zip(self.keeps, self.best, self.chances, strict=True)
        )

    def found(self, candidate: int, aim: aims.Aim) -> Interval:
        """An objective or limit of a candidate, with its 95 % interval."""
        return aims.interval(aim, aims.numbers(aim, self.candidates[candidate].measured, self.references))

    def gain(self, candidate: int, metric: str) -> Interval:
        """Paired difference of a metric to the reference design, mean over the points, with its 95 % interval."""
        ours = self.candidates[candidate].measured[metric] - self.references[self.reference][metric]
        return mean_interval(ours.mean(axis=0))

    def every(self) -> pd.DataFrame:
        """A row for every candidate that was tried anew, those that break a limit among them; see `table`."""
        rows = []
        for i, one in enumerate(self.candidates):
            row: dict[str, Any] = {"point": self.labels[i], **one.levers, "place": self.places[i]}
            row["p_front"] = float(self.chances[i])
            row["beaten"] = bool(self.beaten[i])
            row["searches"] = " ".join(map(str, one.searches))
            for aim, searched in zip(self.objectives, one.searched, strict=True):
                row |= _ends(aim.name, self.found(i, aim)) | {f"{aim.name}_searched": searched}
                if aim.against is None:
                    row |= _ends(f"{aim.metric}_gain", self.gain(i, aim.metric))
            for limit in self.block.limits:
                row |= _ends(str(limit), self.found(i, limit))
            for metric in self.study.metrics:
                row.setdefault(metric, mean_interval(one.measured[metric].mean(axis=0)).mean)
            rows.append(row)
        return pd.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """A row a point that keeps all limits, in fresh worlds: levers, place, objectives with intervals (_low, _high).

        place: `front`, `perhaps` (dominated, but on the front in at least 5 % of resampled worlds) or `dominated`.
        p_front: probability of being on the front. beaten: the reference design is better in every objective.
        ..._searched: what the search had seen. ..._gain: paired difference to the reference design. A limit's column
        holds what it is about.
        """
        every = self.every()
        return every[every["place"] != "limit broken"].reset_index(drop=True) if len(every) else every

    def values(self) -> pd.DataFrame:
        """Every number in fresh worlds: point (or design), uncertainty (its number), replicate, metric, value."""
        named = dict(zip(self.labels, (one.measured for one in self.candidates), strict=True))
        first = self.block.seeds * self.study.replicates
        rows = [
            (label, u, first + r, metric, float(values[u, r]))
            for label, measured in {**self.references, **named}.items()
            for metric, values in measured.items()
            for u in range(values.shape[0])
            for r in range(values.shape[1])
        ]
        return pd.DataFrame(rows, columns=["point", "uncertainty", "replicate", "metric", "value"])

    @cached_property
    def optimism(self) -> tuple[Interval, ...]:
        """Winner's curse: by how much each objective looked better in the search than in fresh worlds.

        Always against the reference design in the same worlds, so that worlds that are kind to all do not count. Mean
        over candidates; the interval is over candidates, too, and only a rough one, as they share worlds.
        """
        found = []
        for k, aim in enumerate(self.objectives):
            usual = aims.baseline(aim, self.references[self.reference])
            gaps = [
                aim.sign * (one.gained[k] - (self.found(i, aim).mean or 0.0) + usual)
                for i, one in enumerate(self.candidates)
            ]
            found.append(mean_interval(gaps))
        return tuple(found)

    @cached_property
    def agreement(self) -> tuple[float, ...]:
        """Of each search, the hypervolume of what it found over that of all searches together, in fresh worlds.

        1: it found all that matters. The reference point is the worst of the front, and a tenth of its range beyond.
        """
        values, keeps = (
            self._judged(slice(None)) if self.candidates else (np.zeros((0, 1)), np.zeros(0, bool))
        )
        if not keeps.any():
            return ()
        union = values[self.best]
        span = union.max(axis=0) - union.min(axis=0)
        span = np.where(span > 0, span, np.maximum(np.abs(union).max(axis=0), 1.0))
        corner = union.min(axis=0) - 0.1 * span
        whole = aims.hypervolume(union / span, corner / span)
        shares = []
        for number in range(1, self.block.seeds + 1):
            ours = np.array([number in one.searches for one in self.candidates]) & keeps
            shares.append(aims.hypervolume(values[ours] / span, corner / span) / whole if ours.any() else 0.0)
        return tuple(shares)

    @cached_property
    def beaten(self) -> NDArray[np.bool_]:
        """Which candidates the reference design itself dominates, in fresh worlds: who would run them?

        None where an objective is a difference to another design.
        """
        if not self.candidates or any(aim.against not in (None, self.reference) for aim in self.objectives):
            return np.zeros(len(self.candidates), bool)
        usual = [aim.sign * aims.baseline(aim, self.references[self.reference]) for aim in self.objectives]
        values, _ = self._judged(slice(None))
        worse = (values <= usual).all(axis=1) & (values < usual).any(axis=1)
        return np.asarray(worse, dtype=np.bool_)

    def summary(self) -> str:
        """What was found, how sure it is, and what was too good to be true."""
        return words.summary(self)

    def to_dict(self) -> dict[str, Any]:
        """The front as plain JSON values; what does not exist is None (null)."""
        return {
            "study": self.study.to_dict(),
            "scenario": provenance.scenario_dict(self.study.world),
            "reference": self.reference,
            "points": [
                {str(name): None if value != value else value for name, value in row.items()}
                for row in self.every().to_dict("records")
            ],
            "optimism": {
                aim.name: vars(gap).copy() for aim, gap in zip(self.objectives, self.optimism, strict=True)
            },
            "agreement": list(self.agreement),
            "tried": self.tried,
            "infeasible": self.infeasible,
            "failed": dict(self.failed),
            "lost": dict(self.lost),
            "summary": self.summary().splitlines(),
            "provenance": dict(self.provenance),
        }

    def plot(self, ax: Axes | None = None) -> Figure:
        """The front on the first two objectives; a third one is the size of the markers."""
        figure: Figure = importlib.import_module("sim.report.front").picture(self, ax)
        return figure

    def save(self, folder: str | Path) -> None:
        """Write front.csv, values.parquet, study.yaml, scenario.yaml, front.png and manifest.json."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        store.write_csv(folder / "front.csv", self.every())
        store.write_parquet(folder / "values.parquet", self.values())
        store.write_text(folder / "study.yaml", study_text(self.study, "scenario.yaml"))
        store.write_text(folder / "scenario.yaml", dumps(self.study.world))
        pictures = importlib.import_module("sim.report.picture")
        store.write_with(folder / "front.png", lambda path: pictures.save(self.plot(), path))
        store.write_json(folder / store.MANIFEST, self.provenance)


def _front(values: Array, keeps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who is on the front of those that keep the limits."""
    on = np.zeros(len(values), bool)
    on[keeps] = aims.undominated(values[keeps])
    return on


def _ends(name: str, one: Interval) -> dict[str, float]:
    parts = {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
    return {column: float("nan") if end is None else end for column, end in parts.items()}
