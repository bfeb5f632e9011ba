"""The command `league`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import (
    AsJson,
    Cluster,
    Customers,
    Scenario,
    Seed,
    Weeks,
    Workers,
    command,
    get_ready,
    option,
    own_folder,
)


def league(
    scenario: Scenario,
    teams: Annotated[list[Path], typer.Argument(metavar="TEAM.yaml...", help="Files of the teams.")],
    form: Annotated[
        str, typer.Option("--format", metavar="pairs|all", help="Two at a time, or all at once.")
    ] = "pairs",
    metric: Annotated[str, option("M", "What they play for.")] = "profit",
    replicates: Annotated[int, option("R", "Worlds that every game is played in.")] = 16,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Annotated[Path | None, option("DIR", "Folder for the results; default: in results/.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let teams' designs play each other; a table, as far as sure.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.experiments import contest as games
    from sim.report import contest_tables, faults, terminal
    from sim.scenario import load

    world = load(scenario)
    plan = games.LeaguePlan.of(
        world,
        teams=teams,
        form=form,
        metric=metric,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    folder = out if out is not None else own_folder(plan.folder(scenario.stem))
    try:
        with terminal.progress("simulating markets") as progress:
            result = games.run_league(
                plan, cluster=cluster, out=folder, progress=progress, command=command(), ready=get_ready
            )
    except experiments.Interrupted as stop:
        raise faults.Stopped from stop
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(), allow_nan=False) + "\n")
    else:
        console = terminal.console()
        console.print(contest_tables.league(result), "")
        console.print(contest_tables.matches(result), "")
        console.print(result.summary())
    if folder is not None:
        terminal.say(f"results are in {folder}")
