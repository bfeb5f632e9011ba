"""Robust choice: which design to take where nobody knows the world it will live in."""

from sim.experiments.robust.robust import Robust, robust
from sim.experiments.robust.worlds import Worlds

__all__ = ["Robust", "Worlds", "robust"]
