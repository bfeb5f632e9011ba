"""What the commands share: the options, and getting ready to simulate."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

NAME = "loyalty-sim"
COMPILING_AFTER = 4.0
"""Seconds after which getting ready is said to be compiling; from the cache it takes a fraction of that."""


def option(metavar: str, words: str) -> Any:
    """An option by the name of its parameter."""
    return typer.Option(metavar=metavar, help=words)


Scenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file.")]
StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help="Study file.")]
Log = Annotated[Path, typer.Argument(metavar="LOG.csv", help="Purchases: customer_id,date,amount[,brand].")]
Seed = Annotated[int, option("S", "Seed, 0 to 4294967295.")]
Customers = Annotated[int | None, option("N", "Customers; default: the scenario's number.")]
Weeks = Annotated[int | None, option("W", "Weeks, burn-in included; default: the scenario's number.")]
Workers = Annotated[int | None, option("K", "Markets that run at once; default: as many as there are cores.")]
Cluster = Annotated[str | None, option("ADDRESS", "Scheduler of a cluster, such as tcp://host:8786.")]
Out = Annotated[Path | None, option("DIR", "Folder for what is found; made if it is not there.")]
OwnOut = Annotated[Path | None, option("DIR", "Folder for the results; default: in results/.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def names(listed: str | None) -> list[str] | None:
    """Names that stand in one option, with commas between them."""
    return None if listed is None else [name.strip() for name in listed.split(",") if name.strip()]


def get_ready() -> None:
    """Load the compiled week, or compile it, and say so where that takes time."""
    from sim import market
    from sim.report.terminal import say_if_slow

    with say_if_slow("compiling, once, about half a minute", COMPILING_AFTER):
        market.warm()


def own_folder(folder: Path) -> Path | None:
    """The folder for who names none; results are worth having where nothing can be written, too."""
    from sim import experiments
    from sim.report.terminal import say

    try:
        return experiments.prepare(folder)
    except experiments.ExperimentError as error:
        say(f"note: results are not kept ({error})")
        return None


@contextmanager
def running(what: str = "simulating markets") -> Iterator[dict[str, Any]]:
    """What every experiment is told by its command: a bar for its progress, what was typed, and how to get ready.

    An interruption is on its way to the user.
    """
    from sim.experiments import Interrupted
    from sim.report import faults, terminal

    try:
        with terminal.progress(what) as progress:
            yield {"progress": progress, "command": command(), "ready": get_ready}
    except Interrupted as stop:
        raise faults.Stopped from stop


def say_json(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")


def say_where(folder: Path | None) -> None:
    """Where the results are, if they are kept."""
    from sim.report.terminal import say

    if folder is not None:
        say(f"results are in {folder}")


_typed: Sequence[str] = ()


def typed(words: Sequence[str]) -> list[str]:
    """Note what was typed after the name of the command."""
    global _typed
    _typed = list(words)
    return list(words)


def command() -> str:
    """What was typed, as it could be typed again."""
    return shlex.join([NAME, *_typed])
