"""The command `league`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import (
    AsJson,
    Cluster,
    Customers,
    OwnOut,
    Scenario,
    Seed,
    Weeks,
    Workers,
    option,
    own_folder,
    running,
    say_json,
    say_where,
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
    out: OwnOut = None,
    as_json: AsJson = False,
) -> None:
    """Let teams' designs play each other; a table, as far as sure.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim.experiments import contest as games
    from sim.report import contest_tables, terminal
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
    with running() as told:
        result = games.run_league(plan, cluster=cluster, out=folder, **told)
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        console.print(contest_tables.league(result), "")
        console.print(contest_tables.matches(result), "")
        console.print(result.summary())
    say_where(folder)
