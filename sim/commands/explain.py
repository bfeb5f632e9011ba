"""The command `explain`: why one design beats another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import (
    AsJson,
    Cluster,
    Customers,
    Out,
    Seed,
    Weeks,
    Workers,
    names,
    option,
    own_folder,
    running,
    say_json,
    say_where,
)

SCENARIO = typer.Argument(metavar="SCENARIO", help="Scenario file, or the folder of a run of compare.")


def explain(
    scenario: Annotated[Path, SCENARIO],
    design: Annotated[str | None, option("A", "Design to be explained.")] = None,
    against: Annotated[str | None, option("B", "Design it is held against; default: the first.")] = None,
    metric: Annotated[str, option("NAME", "What the mechanisms are to explain.")] = "profit",
    mechanisms: Annotated[str | None, option("A,B", "Mechanisms to switch off; default: all.")] = None,
    parts: Annotated[
        str | None, option("A,B", "Of mechanisms, lines, groups, customers; default: all.")
    ] = None,
    replicates: Annotated[int, option("R", "Worlds that both designs are tried in.")] = 8,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Say why one design beats another: by mechanism, P&L line, segment and decile, and customer by customer.

    Every finished pair of markets is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.report import explained, terminal
    from sim.scenario import load

    world = load(scenario / "scenario.yaml" if scenario.is_dir() else scenario)
    question = experiments.Question.of(
        world,
        design=design,
        against=against,
        metric=metric,
        mechanisms=names(mechanisms),
        parts=names(parts),
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    folder = out if out is not None else own_folder(question.folder(scenario.resolve().stem))
    with running("simulating pairs of markets") as told:
        result = question.run(out=folder, cluster=cluster, **told)
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        if not result.nothing:
            for table in explained.tables(result):
                console.print(table, "")
            if result.tales:
                console.print(result.stories(min(console.width, 120)))
        console.print(result.summary())
    say_where(folder)
