"""The score card: published findings against the behaviour as shipped, one family of experiments a file.

`findings.csv` lists the rows: what was published, and where the simulator must come out. An experiment answers some of
them from a replicate. Rows marked CAL may be used to choose default parameters; rows marked VAL never: they are run and
reported.
"""

from __future__ import annotations

from sim.validation.card import Card
from sim.validation.experiment import Experiment
from sim.validation.families import EXPERIMENTS
from sim.validation.models import Model, without
from sim.validation.row import Row, Verdict, chosen_rows, rows
from sim.validation.scoring import validate
from sim.validation.trial import Trial

__all__ = [
    "EXPERIMENTS",
    "Card",
    "Experiment",
    "Model",
    "Row",
    "Trial",
    "Verdict",
    "chosen_rows",
    "rows",
    "validate",
    "without",
]
