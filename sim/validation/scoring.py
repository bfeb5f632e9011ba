"""Asking models for the findings, with as many replicates as the card needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from pathlib import Path
from typing import Literal

import pandas as pd

from sim.experiments import provenance
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell
from sim.validation.bench import answers, bench, cell_of, failures, run_trial
from sim.validation.card import Card
from sim.validation.experiment import Experiment
from sim.validation.families import experiments_of
from sim.validation.models import MECHANISMS, MUTATED, NULL, SHIPPED, Model, without
from sim.validation.row import Row, Verdict, chosen_rows

FIRST, FULL, SMALL = 8, 30, 4
"""Replicates: those that tell whether a row is precise already, those of a row that is not, those of a small card."""
OTHERS, EACH = 4, 1
"""Replicates of the null and the mutated model, and of the model without one mechanism, on a full card."""
Against = Literal["null", "mutated", "ablations"]


def validate(
    rows: str | Sequence[str] | None = None,
    *,
    size: Literal["full", "small"] = "full",
    replicates: int | None = None,
    against: Sequence[str] = (),
    model: Model = SHIPPED,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = run_trial,
) -> Card:
    """The score card of a model, the shipped defaults unless another is given.

    rows: beginnings of ids, as "M,L07" or a list; None: all. size: full takes 30 replicates of each experiment, or 8
    where the interval of every row is by then under a third of its acceptance and clear of its ends; small takes 4.
    replicates: that many instead. against: further models: "null", "mutated", "ablations" (each mechanism off in turn).
    out: a folder that keeps every finished trial, so that the same call goes on where it was stopped; the card is
    written into it.

    Raises ExperimentError for unknown rows or models and for a folder that cannot be used; Interrupted.
    """
    wanted = [name.strip() for name in rows.split(",")] if isinstance(rows, str) else rows
    chosen = chosen_rows(wanted)
    if replicates is not None and replicates < 1:
        raise ExperimentError(f"replicates must be 1 or more, not {replicates}")
    if size not in ("full", "small"):
        raise ExperimentError(f"a card is 'full' or 'small', not '{size}'")
    others = _others(against)
    settings = {"rows": wanted, "size": size, "replicates": replicates, "against": list(against)}
    experiments = experiments_of(chosen)
    with bench(
        out=out, workers=workers, cluster=cluster, progress=progress, ready=ready, run_cell=run_cell
    ) as lab:
        first = replicates or (SMALL if size == "small" else FIRST)
        counts = {(model, e): first for e in experiments}
        for other, most in others:
            counts |= {(other, e): min(first, most) for e in experiments}
        _fill(lab, counts)
        if replicates is None and size == "full":
            counts |= {(model, e): FULL for e in experiments if not _precise(lab, chosen, e, model)}
            _fill(lab, counts)
        values = [
            (other.name, row.id, k, answer.get(row.id, nan))
            for (other, experiment), count in counts.items()
            for k, answer in enumerate(answers(lab, experiment, other, count))
            for row in chosen
            if row.id in experiment.rows
        ]
        cells = sum(counts.values())
        failed = {
            f"{experiment.name}, {other.name}": errors
            for (other, experiment), count in counts.items()
            if (errors := failures(lab, experiment, other, count))
        }
        record = lab.record(command or provenance.called("sim.validate", "", settings), settings, cells)
    if failed:
        record["failed"] = failed
    order = ["model", "row", "replicate", "value"]
    card = Card(chosen, pd.DataFrame(values, columns=order), record)
    if out is not None:
        card.save(out)
    return card


def _others(against: Sequence[str]) -> list[tuple[Model, int]]:
    """Further models, and the most replicates of each."""
    found: list[tuple[Model, int]] = []
    for name in against:
        if name == "ablations":
            found += [(without(mechanism), EACH) for mechanism in MECHANISMS]
        elif name in (NULL.name, MUTATED.name):
            found.append((NULL if name == NULL.name else MUTATED, OTHERS))
        else:
            raise ExperimentError(f"no model is called '{name}'; models are: null, mutated, ablations")
    return found


def _fill(lab: Lab, counts: dict[tuple[Model, Experiment], int]) -> None:
    lab.fill([cell_of(e, model, k) for (model, e), count in counts.items() for k in range(count)])


def _precise(lab: Lab, rows: Sequence[Row], experiment: Experiment, model: Model) -> bool:
    """Whether the first replicates of an experiment are enough for all rows asked: none is vague, none at an end."""
    found = answers(lab, experiment, model, FIRST)
    mine = [row for row in rows if row.id in experiment.rows and row.role != "CHECK"]
    verdicts = [Verdict.of(row, [one.get(row.id, nan) for one in found]) for row in mine]
    return all(v.is_precise and not v.is_close for v in verdicts)
