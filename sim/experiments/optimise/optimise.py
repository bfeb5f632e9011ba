"""Search the levers of a study for the designs that serve its objectives best, and try what was found anew."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments import provenance
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab, Progress
from sim.experiments.optimise.aims import Measured, baseline, names, numbers, reckon, undominated, violation
from sim.experiments.optimise.asked import asked as asked_of
from sim.experiments.optimise.asked import said
from sim.experiments.optimise.bench import Bench
from sim.experiments.optimise.front import Candidate, Front
from sim.experiments.optimise.search import Score, search
from sim.experiments.optimise.space import Space
from sim.experiments.run import RunCell, changes_of, measure_market
from sim.experiments.study.constraint import Constraint, ConstraintError
from sim.experiments.study.optimise import Limit, Objective
from sim.experiments.study.points import base_of
from sim.experiments.study.study import Study
from sim.scenario import Scenario

NEVER_RUN = 1e6
"""Violation of a candidate that breaks a condition on the levers, and is not run: more than any limit is broken by."""
FAILED = 1e9
"""Violation of a candidate of which a cell failed."""


def optimise(
    study: Study,
    *,
    world: Scenario | None = None,
    population: int | None = None,
    generations: int | None = None,
    replicates: int | None = None,
    seeds: int | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_market,
) -> Front:
    """Search the levers for what the block `optimise:` of the study asks for; the front, tried in fresh worlds.

    Every candidate is the design `optimise.design` with its levers set. It is tried in the same worlds as all others of
    its search: `replicates`, each at every point of the uncertainties. What each search found to be on the front is
    then tried in `optimise.fresh` worlds that no search has seen, and only those figures are reported.

    world: in place of the study's scenario. population, generations, replicates, seeds: in place of the study's.
    out: folder; its journal holds every market, and the same call goes on where it was stopped. workers, cluster: where
    markets run; the result depends on neither. run_cell: how one market is run.

    Raises ScenarioError or ExperimentError (input; or no candidate keeps the limits) and Interrupted (Ctrl-C). A cell
    that fails makes its candidate infeasible, and is counted.
    """
    begin = time.perf_counter()
    given = {"population": population, "generations": generations, "seeds": seeds}
    study = asked_of(study, world, replicates, said(given))
    task = _Task(study)
    with Lab(
        study.world,
        identity=task.identity,
        run_cell=run_cell,
        out=out,
        workers=workers,
        cluster=cluster,
        progress=task.bench.progress,
        ready=ready,
    ) as lab:
        task.bench.lab = lab
        task.bench.expect(task.cells, progress)
        found = task.search()
        front = task.anew(found)
        record = provenance.record(
            study.world, command=command or "sim.optimise(...)", settings=task.settings
        )
        record["versions"]["optuna"] = metadata.version("optuna")
        record["markets_run"] = lab.fresh
        record["duration_seconds"] = round(time.perf_counter() - begin, 3)
        front = replace(front, provenance=record)
        if lab.folder is not None:
            front.save(lab.folder)
        return front


def folder(
    study: Study,
    name: str,
    *,
    population: int | None = None,
    generations: int | None = None,
    replicates: int | None = None,
    seeds: int | None = None,
) -> Path:
    """A folder under `results/` of its own: the same call finds its own run again. Errors as of `optimise`."""
    given = {"population": population, "generations": generations, "seeds": seeds}
    task = _Task(asked_of(study, None, replicates, said(given)))
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "run"
    return Path("results") / f"{slug}-{provenance.digest(task.identity)[:8]}"


@dataclass
class _Found:
    """Candidates of all searches, by what they put into the scenario."""

    levers: dict[str, dict[str, Any]] = field(default_factory=dict)
    scores: dict[str, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = field(default_factory=dict)
    """objectives, and what they are more than those of the reference, in each search"""
    by: dict[str, list[int]] = field(default_factory=dict)
    """searches on whose front a candidate is, from 1"""
    infeasible: set[str] = field(default_factory=set)


class _Task:
    """One call of `optimise`."""

    def __init__(self, study: Study) -> None:
        assert study.optimise is not None
        self.study, self.block = study, study.optimise
        self.space = Space(study.levers)
        self.base = base_of(study)
        aims: list[Objective | Limit] = [*self.block.objectives, *self.block.limits]
        self.bench = Bench(study, tuple(dict.fromkeys((*names(aims), *study.metrics))))
        self.conditions = [Constraint.read(text, study.factors) for text in study.constraints]
        self.reference = study.design_names[0]
        against = [aim.against for aim in aims if aim.against is not None]
        self.references = tuple(dict.fromkeys((self.reference, *against)))

    @property
    def settings(self) -> dict[str, Any]:
        """All of the study that decides the result."""
        return {**self.study.decides, "optimise": self.study.to_dict()["optimise"]}

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        return {
            **self.settings,
            "scenario": provenance.scenario_dict(self.study.world),
            "code": provenance.code_hash(outward=False),
        }

    @property
    def cells(self) -> int:
        """Cells that progress is told of: every candidate of every generation, and a population tried anew.

        A search that meets candidates again runs fewer, one that finds a longer front more.
        """
        block, points = self.block, len(self.bench.points)
        each = block.population * block.generations + len(self.references)
        return points * (block.seeds * each * self.study.replicates + self._anew)

    @property
    def _anew(self) -> int:
        return (self.block.population + len(self.references)) * self.block.fresh

    def search(self) -> _Found:
        """All searches, one after the other; each with its own random choices and worlds."""
        found = _Found()
        for number in range(self.block.seeds):
            self._one(found, number)
        if not found.by:
            raise ExperimentError(self._nothing(found))
        return found

    def _one(self, found: _Found, number: int) -> None:
        replicates = range(number * self.study.replicates, (number + 1) * self.study.replicates)
        references = {design: self.bench.whole(design, replicates) for design in self.references}
        seen: dict[str, Score] = {}

        def judge(candidates: Sequence[Mapping[str, Any]]) -> list[Score]:
            keys = [changes_of(candidate) for candidate in candidates]
            new = {key: dict(one) for key, one in zip(keys, candidates, strict=True) if key not in seen}
            found.levers |= new
            allowed = {key: one for key, one in new.items() if self._allowed(one)}
            size = len(candidates) * len(self.bench.points) * len(replicates)
            asked = [(one, self.block.design) for one in allowed.values()]
            trials = dict(zip(allowed, self.bench.run(asked, replicates, size=size), strict=True))
            for key in new:
                if key not in trials:
                    seen[key] = Score(None, NEVER_RUN)
                else:
                    seen[key] = self._score(trials[key].measured, references)
            return [seen[key] for key in keys]

        search(
            self.space,
            judge,
            objectives=len(self.block.objectives),
            population=self.block.population,
            generations=self.block.generations,
            # Searches of one study with seeds 1 and 2 must have no search in common.
            seed=int(np.random.SeedSequence([self.study.seed, number]).generate_state(1)[0]),
            first=self.space.proposal(self.base),
        )
        kept = [key for key, score in seen.items() if score.feasible]
        found.infeasible |= set(seen) - set(kept)
        signs = np.array([aim.sign for aim in self.block.objectives])
        usual = np.array([baseline(aim, references[self.reference]) for aim in self.block.objectives])
        if kept:
            best = undominated(np.array([seen[key].objectives for key in kept]))
            for key, on in zip(kept, best, strict=True):
                if on:
                    found.by.setdefault(key, []).append(number + 1)
                    values = signs * np.array(seen[key].objectives)
                    found.scores.setdefault(key, []).append((values, values - usual))

    def _allowed(self, levers: Mapping[str, Any]) -> bool:
        try:
            return all(
                condition.holds({**self.base, **levers, **point})
                for condition in self.conditions
                for point in self.bench.points
            )
        except ConstraintError as error:
            raise ExperimentError(f"the study '{self.study.title}': {error}") from error

    def _score(self, measured: Measured | None, references: Mapping[str, Measured]) -> Score:
        if measured is None:
            return Score(None, FAILED)
        broken = sum(
            float(violation(limit, reckon(limit, numbers(limit, measured, references))))
            for limit in self.block.limits
        )
        values = tuple(
            aim.sign * float(reckon(aim, numbers(aim, measured, references))) for aim in self.block.objectives
        )
        return Score(values, broken)

    def _nothing(self, found: _Found) -> str:
        tried = len(found.levers)
        failed = sum(self.bench.failed.values())
        words = f"none of {tried} candidates keeps the limits and conditions of the study"
        if failed:
            error, count = max(self.bench.failed.items(), key=lambda item: item[1])
            return f"{words}; {failed} failed, {count} of them with: {error}"
        held = "; ".join([*map(str, self.block.limits), *self.study.constraints])
        return f"{words} ({held}); loosen them, or widen the levers"

    def anew(self, found: _Found) -> Front:
        """Try what was found in worlds that no search has seen."""
        start = self.block.seeds * self.study.replicates
        fresh = range(start, start + self.block.fresh)
        designs = self.references
        asked: list[tuple[Mapping[str, Any] | None, str]] = [(None, design) for design in designs]
        asked += [(found.levers[key], self.block.design) for key in found.by]
        size = self._anew * len(self.bench.points)
        trials = self.bench.run(asked, fresh, size=size)
        references = {}
        for design, trial in zip(designs, trials, strict=False):
            if trial.measured is None:
                raise ExperimentError(f"design '{design}' cannot be compared with: {trial.faults[0]}")
            references[design] = trial.measured
        candidates, lost = [], {}
        for key, trial in zip(found.by, trials[len(designs) :], strict=True):
            searched, gained = np.mean(np.array(found.scores[key]), axis=0)
            if trial.measured is None:
                lost[key] = trial.faults[0]
                continue
            candidates.append(
                Candidate(
                    levers=found.levers[key],
                    searches=tuple(found.by[key]),
                    searched=tuple(searched.tolist()),
                    gained=tuple(gained.tolist()),
                    measured=trial.measured,
                )
            )
        return Front.of(
            study=self.study,
            reference=self.reference,
            points=tuple(self.bench.points),
            candidates=candidates,
            references=references,
            tried=len(found.levers),
            infeasible=len(found.infeasible),
            failed=dict(self.bench.failed),
            lost=lost,
        )
