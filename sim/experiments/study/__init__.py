"""Studies: what is varied in a scenario, at which points, and what came of it."""

from sim.experiments.study.check import checked
from sim.experiments.study.constraint import Constraint, ConstraintError
from sim.experiments.study.factor import Factor
from sim.experiments.study.files import load_study, study_text
from sim.experiments.study.points import Cells, Point, Points
from sim.experiments.study.sampling import Sampling
from sim.experiments.study.schema import study_schema, study_schema_text
from sim.experiments.study.study import Study
from sim.experiments.study.sweep import Sweep, own_folder, sweep

__all__ = [
    "Cells",
    "Constraint",
    "ConstraintError",
    "Factor",
    "Point",
    "Points",
    "Sampling",
    "Study",
    "Sweep",
    "checked",
    "load_study",
    "own_folder",
    "study_schema",
    "study_schema_text",
    "study_text",
    "sweep",
]
