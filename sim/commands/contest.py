"""The command `contest`."""

from __future__ import annotations

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
    out: OwnOut = None,
    as_json: AsJson = False,
) -> None:
    """Let firms pick designs: payoffs, best replies, equilibria.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim.experiments import contest as games
    from sim.report import contest_tables, terminal
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
    with running() as told:
        result = games.run_contest(plan, cluster=cluster, out=folder, **told)
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        console.print(contest_tables.payoffs(result), "")
        console.print(result.summary())
    say_where(folder)
