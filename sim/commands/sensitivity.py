"""The command `sensitivity`: which parameters matter, and which do not."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.commands.options import (
    AsJson,
    Cluster,
    OwnOut,
    StudyFile,
    Workers,
    names,
    option,
    own_folder,
    running,
    say_json,
    say_where,
)


def sensitivity(
    study: StudyFile,
    method: Annotated[str, option("METHOD", "morris, sobol or one_at_a_time.")] = "morris",
    metric: Annotated[str | None, option("A,B", "Measures; default: those of the study.")] = None,
    design: Annotated[str | None, option("D", "Design; default: the scenario as written.")] = None,
    against: Annotated[str | None, option("D", "Design to compare it with, in paired worlds.")] = None,
    points: Annotated[int | None, option("N", "Trajectories (16) or base samples (128).")] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="With --method sobol: pairs of factors, too.")
    ] = False,
    replicates: Annotated[int | None, option("R", "Worlds at each point; default: as in the study.")] = None,
    seed: Annotated[int, option("S", "Seed of the choice of points.")] = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OwnOut = None,
    as_json: AsJson = False,
) -> None:
    """Say how much each factor of a study matters, and which do not.

    Every finished market is kept at once: the same command goes on where it was interrupted, and with more points
    or other measures it runs only what is missing.
    """
    from sim import experiments
    from sim.experiments.study import load_study
    from sim.report import terminal
    from sim.report.sensitivity_table import table

    read = load_study(study)
    settings: dict[str, Any] = {
        "method": method,
        "metric": names(metric) if metric is not None else list(read.metrics),
        "design": design,
        "against": against,
        "points": points,
        "second_order": pairs,
        "seed": seed,
        "replicates": replicates,
    }
    plan = experiments.SensitivityPlan.of(read, **settings, workers=workers)
    folder = out if out is not None else own_folder(plan.folder(study.stem))
    with running() as told:
        result = experiments.sensitivity(
            read,
            **settings,
            workers=workers,
            cluster=cluster,
            out=folder,
            **told,
        )
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        for name in result.metrics:
            console.print(table(result, name), "")
        console.print(result.summary(), soft_wrap=True)
    say_where(folder)
