"""`loyalty-sim export`: a market as synthetic data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import AsJson, Customers, Scenario, Seed, Weeks, command, get_ready, option


def export(
    scenario: Scenario,
    out: Annotated[Path, option("DIR", "Folder for the data; made if it is not there.")],
    design: Annotated[str | None, option("NAME", "Design; default: the scenario as written.")] = None,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    replicate: Annotated[int, option("K", "Which world of this seed, from 0.")] = 0,
    start: Annotated[str, option("DATE", "First day of week 0.")] = "2015-01-05",
    firm: Annotated[
        str | None, option("F", "Only what this firm has on file; default: all firms, as in a panel.")
    ] = None,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="Contacts and personal offers as well; takes longer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write one market as synthetic data: transactions, ledger, surveys, and the truth behind them."""
    from sim import experiments
    from sim.report import terminal
    from sim.scenario import load

    world = load(scenario)
    with terminal.progress("simulating weeks") as progress:
        result = experiments.export(
            world,
            out,
            design,
            seed=seed,
            replicate=replicate,
            customers=customers,
            weeks=weeks,
            start=start,
            firm=firm,
            contacts=contacts,
            progress=progress,
            command=command(),
            ready=get_ready,
        )
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(), allow_nan=False) + "\n")
        return
    terminal.console().print(result.summary(), soft_wrap=True)
    terminal.say(f"the data are in {result.folder}")
