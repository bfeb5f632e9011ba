"""A study as a model of the EMA workbench, which samples, optimises and discovers scenarios over it.

    from ema_workbench import perform_experiments
    from sim.experiments.study.ema import ema_model

    experiments, outcomes = perform_experiments(ema_model(study), scenarios=50, policies=4)

Source: Kwakkel 2017, Environmental Modelling & Software 96:239 (uncertainties, levers, outcomes, constants). The
workbench is no dependency of this package: pip install ema-workbench.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.run import RunCell, measure_market
from sim.experiments.statistics import mean_interval
from sim.experiments.study.check import checked
from sim.experiments.study.factor import Factor
from sim.experiments.study.study import Study
from sim.experiments.study.sweep import identity


def ema_model(study: Study, *, name: str = "loyalty", run_cell: RunCell = measure_market) -> Any:
    """A Model of the EMA workbench: levers, uncertainties, constants and outcomes are those of the study.

    Outcomes are `METRIC_DESIGN` for each metric of the study and each design, and `METRIC_DESIGN_gain` for the mean
    paired difference to the first design. Each is the mean over the replicates of the study; a market that fails gives
    NaN. Constants are `replicates` and `seed`. How points are chosen, and constraints, are the workbench's business.

    name: of the model, letters and digits. ExperimentError where the workbench is not installed; ScenarioError where
    the study does not agree with its scenario.
    """
    try:
        import ema_workbench as ema
    except ImportError:
        raise ExperimentError(
            "ema_model needs the EMA workbench; install it: pip install ema-workbench"
        ) from None
    run = EmaRun(checked(study), run_cell)
    model = ema.Model(name, function=run)
    model.levers = [_parameter(ema, key, factor) for key, factor in study.levers.items()]
    model.uncertainties = [_parameter(ema, key, factor) for key, factor in study.uncertainties.items()]
    model.constants = [ema.Constant("replicates", study.replicates), ema.Constant("seed", study.seed)]
    model.outcomes = [ema.ScalarOutcome(key) for key in run.outcomes]
    return model


def _parameter(ema: Any, name: str, factor: Factor) -> Any:
    if factor.values is not None:
        if set(factor.values) == {True, False} and all(isinstance(value, bool) for value in factor.values):
            return ema.BooleanParameter(name)
        return ema.CategoricalParameter(name, list(factor.values))
    if factor.whole and factor.distribution == "uniform":
        return ema.IntegerParameter(name, *factor.ends)
    return ema.RealParameter.from_dist(name, factor.dist)


@dataclass(frozen=True)
class EmaRun:
    """What the workbench calls with a value a factor: every design in every replicate, at one point.

    It holds no open file, so that it can be sent to the processes of the workbench; each call runs its markets one
    after the other.
    """

    study: Study
    run_cell: RunCell = measure_market

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes."""
        gains = [f"{key}_gain" for design in self.study.design_names[1:] for key in self._keys(design)]
        return [key for design in self.study.design_names for key in self._keys(design)] + gains

    def _keys(self, design: str) -> list[str]:
        return [f"{metric}_{re.sub(r'[^A-Za-z0-9_]+', '_', design)}" for metric in self.study.metrics]

    def __call__(self, *, replicates: int, seed: int, **given: Any) -> dict[str, float]:
        study = self.study.model_copy(update={"replicates": int(replicates), "seed": int(seed)})
        values = {name: _own(study.factors[name], value) for name, value in given.items()}
        designs = study.design_names
        cells = [
            study.cell(values, design, replicate)
            for replicate in range(study.replicates)
            for design in designs
        ]
        with Lab(study.world, identity=identity(study), run_cell=self.run_cell, workers=1) as lab:
            found = [outcome.metrics for outcome in lab.run(cells)]
        numbers = np.array([[one.get(metric, nan) for metric in study.metrics] for one in found])
        numbers = numbers.reshape(study.replicates, len(designs), len(study.metrics))
        outcomes = {}
        for i, design in enumerate(designs):
            for j, key in enumerate(self._keys(design)):
                outcomes[key] = _mean(numbers[:, i, j])
                if i:
                    outcomes[f"{key}_gain"] = _mean(numbers[:, i, j] - numbers[:, 0, j])
        return {key: outcomes[key] for key in self.outcomes}


def _own(factor: Factor, value: Any) -> Any:
    """A value of the workbench as one of the study."""
    plain = getattr(value, "value", value)  # a category of it
    plain = plain.item() if hasattr(plain, "item") else plain
    return round(plain) if factor.is_range and factor.whole else plain


def _mean(numbers: Any) -> float:
    mean = mean_interval(numbers).mean
    return nan if mean is None else mean
