"""Studies: what is varied in a scenario, at which points, and what came of it."""

from sim.experiments.study.factor import Factor
from sim.experiments.study.study import Sampling, Study

__all__ = ["Factor", "Sampling", "Study"]
