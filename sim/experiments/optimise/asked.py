"""What is asked of a search, checked before any market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.errors import ExperimentError
from sim.experiments.plan import check_design
from sim.experiments.study.check import METRICS, checked
from sim.experiments.study.optimise import Optimise
from sim.experiments.study.study import Study
from sim.scenario import Fault, Scenario, ScenarioError
from sim.scenario.errors import advice


def said(given: Mapping[str, int | None]) -> dict[str, int]:
    """What is given of what may be given."""
    return {name: value for name, value in given.items() if value is not None}


def asked(study: Study, world: Scenario | None, replicates: int | None, block: Mapping[str, int]) -> Study:
    """The study with what is asked for in its place, checked."""
    if study.optimise is None:
        raise ExperimentError(
            f"the study '{study.title}' does not say what to optimise; give it a block `optimise:` with a design and "
            "objectives (docs/optimise.md)"
        )
    for name, value in {**block, "replicates": replicates}.items():
        least = 4 if name == "population" else 1
        if value is not None and value < least:
            raise ExperimentError(f"--{name} is {value}; it must be {least} or more")
    changes: dict[str, Any] = {"optimise": study.optimise.model_copy(update=dict(block))}
    if world is not None:
        changes["scenario"] = world
    if replicates is not None:
        changes["replicates"] = replicates
    study = checked(study.model_copy(update=changes))
    assert study.optimise is not None
    if not study.levers:
        raise ExperimentError(f"the study '{study.title}' has no levers; there is nothing to turn")
    _known(study, study.optimise)
    _whole(study)
    return study


def _whole(study: Study) -> None:
    """ExperimentError where a range has fractions, of which the scenario wants none."""
    for name, factor in study.levers.items():
        if factor.values is not None or factor.whole:
            continue
        assert factor.low is not None and factor.high is not None
        try:
            study.world.vary(study.changes({name: factor.low + 0.4142 * (factor.high - factor.low)}))
        except ScenarioError as error:
            if "whole number" in str(error):
                raise ExperimentError(
                    f"levers.{name}: only whole numbers fit there; add `whole: true`"
                ) from error


def _known(study: Study, block: Optimise) -> None:
    """Designs and metrics of the block. ExperimentError or ScenarioError where there is none such."""
    check_design(study.world, block.design)
    faults = []
    for group in ("objectives", "limits"):
        for i, aim in enumerate(getattr(block, group)):
            path = f"optimise.{group}[{i}]"
            if aim.metric == "incremental_profit":
                faults.append(Fault("compares two designs; write `metric: profit` and `against`", path))
            elif aim.metric not in METRICS:
                faults.append(
                    Fault(f"no measure is called '{aim.metric}'; {advice(aim.metric, METRICS)}", path)
                )
            if aim.against is not None and aim.against not in study.world.designs:
                faults.append(
                    Fault(
                        f"no design is called '{aim.against}'; {advice(aim.against, study.world.designs)}",
                        path,
                    )
                )
            if aim.over == "worst" and not study.uncertainties:
                faults.append(Fault("`over: worst` needs uncertainties; name some, or use `quantile`", path))
    if faults:
        raise ScenarioError(faults)
