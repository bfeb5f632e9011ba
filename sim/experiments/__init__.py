"""Many markets: compare programme designs in paired worlds, keep every finished one, resume."""

from sim.experiments.compare import Plan, compare
from sim.experiments.comparison import Comparison
from sim.experiments.errors import CellError, ExperimentError, Interrupted

__all__ = ["CellError", "Comparison", "ExperimentError", "Interrupted", "Plan", "compare"]
