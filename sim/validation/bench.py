"""Where trials are run: cells of a Lab, as all experiments of the simulator are.

A cell of the bench is one replicate of one experiment with one model. Its design is the name of the experiment, its
changes are the model's.
"""

from __future__ import annotations

import hashlib
import threading
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments import provenance
from sim.experiments.lab import Lab
from sim.experiments.run import Cell, Outcome, changes_of
from sim.scenario import Scenario
from sim.validation.experiment import Experiment
from sim.validation.models import Model
from sim.validation.trial import SEED, Trial, firms

_ALIKE = ", all alike"
_WEEKS = 1000
"""Of all markets of a trial together, roughly."""


@cache
def bare() -> Scenario:
    """The world whose behaviour a model changes; experiments bring their own markets."""
    return Trial(0).world(firms(1), rate=1.0, weeks=1)


def run_trial(world: Scenario, cell: Cell, _stop: threading.Event) -> Outcome:
    """One replicate of the experiment that the cell names; numbers by id of row, and others by name."""
    from sim.validation.families import BY_NAME

    start = time.perf_counter()
    design = cell.design or ""
    name = design.removesuffix(_ALIKE)
    trial = Trial(
        cell.replicate,
        world.behaviour.model_dump(mode="json"),
        concentration=world.customers.segments[0].preference_concentration,
        alike=design != name,
    )
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # Without some mechanism there may be nobody to look at; the row then has no number.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = BY_NAME[name].function(trial)
    numbers = {key: float(value) for key, value in found.items()}
    return Outcome(numbers, seconds=time.perf_counter() - start)


def cell_of(experiment: Experiment, model: Model, replicate: int) -> Cell:
    """The cell of one replicate."""
    design = experiment.name + (_ALIKE if model.alike else "")
    return Cell(design, replicate, SEED, customers=1, weeks=_WEEKS, changes=changes_of(model.paths))


SHOWN = ("card", "choosing", "looks", "page", "row", "scoring", "search")
"""Files of this room that make no number of a trial."""


@cache
def experiments_hash() -> str:
    """SHA-256 over the files that experiments are made of."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in SHOWN:
            total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def bench(**options: Any) -> Lab:
    """A Lab for trials. options: as of Lab, but for the world and what identifies the run."""
    code = f"{provenance.code_hash(outward=False)} {experiments_hash()}"
    identity = {"what": "findings", "seed": SEED, "code": code}
    return Lab(bare(), identity=identity, run_cell=options.pop("run_cell", run_trial), **options)


def failures(lab: Lab, experiment: Experiment, model: Model, replicates: int) -> list[str]:
    """Errors of replicates that gave nothing, each once; they must have been run."""
    cells = [cell_of(experiment, model, k) for k in range(replicates)]
    return list(dict.fromkeys(one.error for one in lab.read(cells, tables=False) if one.error))


def answers(lab: Lab, experiment: Experiment, model: Model, replicates: int) -> list[dict[str, float]]:
    """What each replicate gave, empty where it failed; they must have been run."""
    cells = [cell_of(experiment, model, k) for k in range(replicates)]
    return [{} if one.error else one.metrics for one in lab.read(cells, tables=False)]
