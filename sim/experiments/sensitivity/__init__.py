"""Sensitivity: how much each factor of a study matters, and which do not matter."""

from sim.experiments.sensitivity.analysis import sensitivity
from sim.experiments.sensitivity.plan import SensitivityPlan
from sim.experiments.sensitivity.result import Sensitivity

__all__ = ["Sensitivity", "SensitivityPlan", "sensitivity"]
