"""The command `contest`."""

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


def contest(
    scenario: Scenario,
    players: Annotated[
        str | None,
        option(
            "F:A,B;G:A,B", "Firms and what each may pick; default: focal firm, largest rival, all designs."
        ),
    ] = None,
    metric: Annotated[str, option("M", "What they play for.")] = "profit",
    symmetric: Annotated[
        bool, typer.Option("--symmetric", help="Average over the seats, where firms are alike.")
    ] = False,
    replicates: Annotated[int, option("R", "Worlds that every combination is tried in.")] = 32,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Annotated[Path | None, option("DIR", "Folder for the results; default: in results/.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let firms pick designs: payoffs, best replies, equilibria.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.experiments import contest as games
    from sim.report import contest_tables, faults, terminal
    from sim.scenario import load

    world = load(scenario)
    plan = games.ContestPlan.of(
        world,
        players=games.players_in(players),
        metric=metric,
        symmetric=symmetric,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    folder = out if out is not None else own_folder(plan.folder(scenario.stem))
    try:
        with terminal.progress("simulating markets") as progress:
            result = games.run_contest(
                plan, cluster=cluster, out=folder, progress=progress, command=command(), ready=get_ready
            )
    except experiments.Interrupted as stop:
        raise faults.Stopped from stop
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(), allow_nan=False) + "\n")
    else:
        console = terminal.console()
        console.print(contest_tables.payoffs(result), "")
        console.print(result.summary())
    if folder is not None:
        terminal.say(f"results are in {folder}")
