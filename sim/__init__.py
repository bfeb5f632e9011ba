"""loyalty-sim: an agent-based simulator of customer-loyalty strategies.

    import sim
    world = sim.load("scenarios/cdnow.yaml")
    result = sim.compare(world, replicates=8)

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim.kernels import keep_compiled_code

if TYPE_CHECKING:
    from sim.calibration import calibrate
    from sim.experiments import (
        Comparison,
        Factor,
        Study,
        ablate,
        campaign_lift,
        compare,
        dossier,
        explain,
        export,
        load_study,
        optimise,
        robust,
        sensitivity,
        sweep,
        watch,
        whale_curve,
        winners,
    )
    from sim.experiments.contest import contest, league
    from sim.firms.policy import Policy, changed
    from sim.market import Market
    from sim.rules import Behaviour
    from sim.scenario import Scenario, ScenarioError, load, save
    from sim.validation import validate

__version__ = "0.1.0"
__all__ = [
    "Behaviour",
    "Comparison",
    "Factor",
    "Market",
    "Policy",
    "Scenario",
    "ScenarioError",
    "Study",
    "ablate",
    "calibrate",
    "campaign_lift",
    "changed",
    "compare",
    "contest",
    "dossier",
    "explain",
    "export",
    "league",
    "load",
    "load_study",
    "optimise",
    "robust",
    "save",
    "sensitivity",
    "sweep",
    "validate",
    "watch",
    "whale_curve",
    "winners",
]

_HOME = {
    "Behaviour": "sim.rules",
    "Comparison": "sim.experiments",
    "Factor": "sim.experiments",
    "Market": "sim.market",
    "Policy": "sim.firms.policy",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "Study": "sim.experiments",
    "ablate": "sim.experiments",
    "calibrate": "sim.calibration",
    "campaign_lift": "sim.experiments",
    "changed": "sim.firms.policy",
    "compare": "sim.experiments",
    "contest": "sim.experiments.contest",
    "dossier": "sim.experiments",
    "explain": "sim.experiments",
    "export": "sim.experiments",
    "league": "sim.experiments.contest",
    "load": "sim.scenario",
    "load_study": "sim.experiments",
    "optimise": "sim.experiments",
    "robust": "sim.experiments",
    "save": "sim.scenario",
    "sensitivity": "sim.experiments",
    "sweep": "sim.experiments",
    "validate": "sim.validation",
    "watch": "sim.experiments",
    "whale_curve": "sim.experiments",
    "winners": "sim.experiments",
}

keep_compiled_code()


def __getattr__(name: str) -> Any:
    if name == "report":  # the pictures: sim.report.retention(result)
        return importlib.import_module("sim.report")
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
