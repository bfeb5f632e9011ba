"""The command `loyalty-sim`. Exit codes: 0 done, 1 the program failed, 2 the input is wrong, 130 interrupted.

Whatever is heavy is imported inside the commands, so that `--help` answers at once. Results go to standard
output, everything else to standard error.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

NAME = "loyalty-sim"
DEBUG = "LOYALTY_SIM_DEBUG"
COMPILING_AFTER = 1.5
"""Seconds after which getting ready is said to be compiling; from the cache it takes a fraction of that."""

app = typer.Typer(
    name=NAME,
    help="Compare loyalty programme designs in a simulated market of individual customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Scenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (see: loyalty-sim scenarios).")]
Seed = Annotated[int, typer.Option(help="Seed, 0 to 4294967295.")]
Customers = Annotated[int | None, typer.Option(metavar="N", help="Customers, in place of the scenario's number.")]
Weeks = Annotated[int | None, typer.Option(metavar="W", help="Weeks, burn-in included, in place of the scenario's.")]


@app.command()
def compare(
    scenario: Scenario,
    designs: Annotated[
        str | None, typer.Option(metavar="A,B", help="Designs of the scenario; the first is the reference [all].")
    ] = None,
    replicates: Annotated[int, typer.Option(metavar="R", help="Worlds that every design is tried in.")] = 32,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Annotated[int | None, typer.Option(metavar="K", help="Threads [all cores].")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results [a new one in results/].")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")] = False,
) -> None:
    """Compare designs of the focal firm's programme in paired worlds: the main job.

    Every finished market is kept: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.experiments import Plan
    from sim.scenario import load

    world = load(scenario)
    names = None if designs is None else [name.strip() for name in designs.split(",") if name.strip()]
    plan = Plan.of(world, designs=names, replicates=replicates, seed=seed, customers=customers, weeks=weeks)
    folder = out or plan.folder(scenario.stem)
    with _progress() as progress:
        _get_ready()
        result = experiments.compare(
            world,
            designs=names,
            replicates=replicates,
            seed=seed,
            customers=customers,
            weeks=weeks,
            workers=workers,
            out=folder,
            progress=progress,
            command=_command(),
        )
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        from sim.report import tables

        console = _console()
        for metric in result.rankings:
            console.print(tables.headline(result, metric), "")
        for table in tables.metrics(result, console.width):
            console.print(table, "")
        console.print(result.summary(), markup=False, highlight=False)
    _say(f"Results: {folder}")


@app.command()
def check(scenario: Scenario) -> None:
    """Is this file right? Every fault with line, field and remedy."""
    from sim.scenario import load

    world = load(scenario)
    firms, segments = len(world.firms), len(world.customers.segments)
    _console().print(
        f"{scenario} is right: {world.title}; {world.customers.count:,} customers in {segments} "
        f"segment{'s' * (segments > 1)}, {firms} firm{'s' * (firms > 1)} with {world.focus} in focus, "
        f"{world.horizon.weeks} weeks of which {world.horizon.burn_in} burn-in; designs: {', '.join(world.designs)}.",
        markup=False,
        highlight=False,
    )


@app.command()
def schema() -> None:
    """The JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")


@app.command()
def warm() -> None:
    """Compile the simulation now, so that the first comparison starts at once."""
    _get_ready()
    _say("The simulation is compiled.")


def _get_ready() -> None:
    """Load the compiled week, or compile it, and say so where that takes time."""
    from sim import population

    note = threading.Timer(COMPILING_AFTER, _say, ["compiling the simulation, once; about half a minute"])
    note.daemon = True
    note.start()
    try:
        population.warm()
    finally:
        note.cancel()


def _command() -> str:
    return shlex.join([NAME, *_arguments])


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=False)


def _say(words: str) -> None:
    sys.stderr.write(f"{NAME}: {words}\n")
    sys.stderr.flush()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error with the time left."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("simulating markets"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_console(stderr=True), auto_refresh=True) as bar:
        task = None

        def update(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task("", total=total, completed=done)
            else:
                bar.update(task, completed=done)

        yield update


_arguments: Sequence[str] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; no traceback unless LOYALTY_SIM_DEBUG is set."""
    global _arguments
    _arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal must not turn a "±" into a crash
    try:
        code = app(args=list(_arguments), prog_name=NAME, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt as stop:
        _say(_interrupted(stop))
        return 130
    except BrokenPipeError:
        # Whoever read our output (`head`) has gone; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        message, code = _fault(error)
        _say(message)
        return code


def _interrupted(stop: KeyboardInterrupt) -> str:
    folder = getattr(stop, "folder", None)
    if folder is None:
        return "interrupted"
    return (
        f"{stop}; what is finished is kept in {folder}. The same command goes on from there:\n"
        f"  {_command()}"
    )


def _fault(error: Exception) -> tuple[str, int]:
    """What to tell the user, and the exit code."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # how the command was typed
        return f"{error.format_message()} (see: {NAME} --help)", 2
    if _is_about_input(error):
        return str(error), 2
    hint = f"set {DEBUG}=1 to see the traceback"
    if type(error).__name__ == "CellError":
        return f"{error}\n({hint})", 1
    if isinstance(error, MemoryError):
        return f"not enough memory; try fewer --customers or --workers ({hint})", 1
    if isinstance(error, OSError):
        return f"{error} ({hint})", 1
    return f"the program failed: {type(error).__name__}: {error} ({hint})", 1


def _is_about_input(error: Exception) -> bool:
    # By name, so that a fault in one part never imports the others.
    return any(kind.__name__ in ("ScenarioError", "ExperimentError", "LogError") for kind in type(error).__mro__)
