"""Optimise: values of a programme's parameters that serve several ends at once, in worlds that nobody chooses."""

from sim.experiments.optimise.front import Front
from sim.experiments.optimise.optimise import folder, optimise

__all__ = ["Front", "folder", "optimise"]
