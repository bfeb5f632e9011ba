"""The command `loyalty-sim`. Exit codes: 0 done, 1 the program failed, 2 the input is wrong, 130 interrupted.

Whatever is heavy is imported inside the commands, so that `--help` answers at once. Results go to standard
output, everything else to standard error.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands import (
    campaign,
    contest,
    dashboard,
    explain,
    export,
    league,
    optimise,
    options,
    report,
    sensitivity,
    sweep,
    tasks,
    validate,
)
from sim.commands.options import (
    NAME,
    AsJson,
    Cluster,
    Customers,
    Log,
    Out,
    OwnOut,
    Scenario,
    Seed,
    Weeks,
    Workers,
    command,
    get_ready,
    names,
    option,
    own_folder,
    running,
    say_json,
    say_where,
)

app = typer.Typer(
    name=NAME,
    help="Compare loyalty programme designs in a simulated market of individual customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def compare(
    scenario: Scenario,
    designs: Annotated[str | None, option("A,B", "Designs, the reference first; default: all.")] = None,
    replicates: Annotated[int, option("R", "Worlds that every design is tried in.")] = 32,
    until_sure: Annotated[
        bool, typer.Option("--until-sure", help="Instead: until the designs are told apart.")
    ] = False,
    most: Annotated[int, option("R", "With --until-sure: no more worlds than these.")] = 256,
    least: Annotated[
        float | None, option("X", "With --until-sure: difference that does not matter, in the metric's unit.")
    ] = None,
    metric: Annotated[str, option("NAME", "With --until-sure: metric that must be settled.")] = "profit",
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OwnOut = None,
    as_json: AsJson = False,
) -> None:
    """Compare programme designs in paired worlds: the main job.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.report import parameters, questions, tables, terminal
    from sim.scenario import load

    world = load(scenario)
    settings: dict[str, Any] = {"designs": names(designs), "replicates": replicates, "seed": seed}
    settings |= {"customers": customers, "weeks": weeks}
    until = experiments.Until.of(metric, most, least) if until_sure else None
    plan = experiments.Plan.of(world, **settings, workers=workers, until=until)
    folder = out if out is not None else own_folder(plan.folder(scenario.stem))
    with running() as told:
        result = experiments.compare(
            world,
            **settings,
            workers=workers,
            cluster=cluster,
            out=folder,
            **told,
            until_sure=until_sure,
            most=most,
            least=least,
            metric=metric,
            tell=lambda look: terminal.say(str(look)),
        )
    if as_json:
        answers = {"programmes": questions.to_dict(result.world, result.designs)}
        say_json(result.to_dict() | answers)
    else:
        console = terminal.console()
        for metric in result.rankings:
            console.print(tables.headline(result, metric), "")
            if (uncertain := parameters.table(result, metric)) is not None:
                console.print(uncertain, "")
        if result.worths:
            console.print(tables.worth(result), "")
        for table in tables.metrics(result, console.width):
            console.print(table, "")
        seven = questions.table(result.world, result.designs)
        if seven is not None:
            console.print(seven, "")
        console.print(result.summary())
    say_where(folder)
    if folder is not None:
        typed = os.environ.get("LOYALTY_SIM_TYPED", NAME)  # set by run.py, where the command is on no path
        page = f"{typed} {shlex.join(['report', str(folder), '--out', f'{folder}.html'])}"
        terminal.say(f"a picture: {folder / 'comparison.png'}; a page for the board: {page}")


@app.command()
def run(
    scenario: Scenario,
    design: Annotated[str | None, option("NAME", "Design; default: the scenario as written.")] = None,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    replicate: Annotated[int, option("K", "Which world of this seed, from 0.")] = 0,
    drawn: Annotated[
        bool, typer.Option("--drawn", help="With the replicate's draw of the scenario's uncertainty.")
    ] = False,
    threads: Annotated[int, option("K", "Threads within the market; for very many customers.")] = 1,
    steps: Annotated[bool, typer.Option("--steps", help="Print the steps of a week, timed.")] = False,
    out: Out = None,
) -> None:
    """Run one market and print the focal firm's quarters."""
    from sim import experiments
    from sim.report import tables, terminal
    from sim.scenario import load

    world = load(scenario)
    world = world.drawn(experiments.check_seed(replicate, "replicate")) if drawn else world
    single = experiments.Single.of(
        world,
        design=design,
        seed=seed,
        replicate=replicate,
        customers=customers,
        weeks=weeks,
        threads=threads,
    )
    if out is not None:
        single.prepare(out)
    get_ready()
    with terminal.progress("simulating weeks") as progress:
        market = single.run(progress)
    console = terminal.console()
    console.print(tables.weeks(experiments.focal_path(market), world), "")
    console.print(tables.values(market.metrics(), world))
    if steps:
        console.print("", str(market.plan), soft_wrap=True)
    if out is not None:
        single.save(out, market, command())
        terminal.say(f"results are in {out}")


@app.command()
def ablate(
    scenario: Scenario,
    design: Annotated[str | None, option("NAME", "Design; default: the scenario as written.")] = None,
    mechanisms: Annotated[
        str | None, option("A,B", "Mechanisms, as under `behaviour`; default: all.")
    ] = None,
    replicates: Annotated[int, option("R", "Worlds that every mechanism is switched off in.")] = 8,
    customers: Customers = None,
    weeks: Weeks = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Switch mechanisms of behaviour off, one at a time, in paired worlds.

    With --out every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.report import ablation, terminal
    from sim.scenario import load

    world = load(scenario)
    plan = experiments.AblationPlan.of(
        world,
        design=design,
        mechanisms=names(mechanisms),
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    with running() as told:
        result = plan.run(out=out, cluster=cluster, **told)
    if as_json:
        say_json(result.to_dict())
        return
    console = terminal.console()
    for table in ablation.tables(result, console.width):
        console.print(table, "")
    console.print(result.summary())
    say_where(out)


@app.command()
def check(scenario: Scenario) -> None:
    """Check a scenario file: every fault with line and remedy."""
    from sim import experiments
    from sim.report import terminal
    from sim.scenario import load

    world = load(scenario)
    experiments.check_draws(world)
    terminal.console().print(
        f"{scenario} is right: {world.title}. {world.customers.count:,} customers; "
        f"firms: {', '.join(world.firm_names)}; focus: {world.focus}; {world.horizon.weeks} weeks, of which "
        f"{world.horizon.burn_in} burn-in; designs: {', '.join(world.design_names)}.",
        soft_wrap=True,
    )


@app.command()
def scenarios() -> None:
    """List what is shipped: worlds, lessons, studies, teams of a league, and presets."""
    from sim.report import shipped, terminal

    terminal.console().print(shipped.scenarios(), soft_wrap=True)


@app.command()
def schema(
    study: Annotated[bool, typer.Option("--study", help="That of study files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    if study:
        from sim.experiments.study import study_schema_text

        sys.stdout.write(study_schema_text())
        return
    from sim.scenario import schema_text

    sys.stdout.write(schema_text())


@app.command()
def calibrate(
    log: Log,
    out: Annotated[Path, option("SCENARIO.yaml", "Scenario file to write.")],
    calibration_end: Annotated[str | None, option("DATE", "Rows after this day are not used.")] = None,
    share: Annotated[
        str, option("X", "Without brands: share of purchases at the store, or its range, as 0.4-0.6.")
    ] = "0.5",
    focus: Annotated[str | None, option("F", "Focal brand, or what to call the store.")] = None,
    title: Annotated[str | None, option("T", "Title of the scenario.")] = None,
    currency: Annotated[
        str | None, option("CODE", "Currency, as three letters, if the log names none.")
    ] = None,
    panel: Annotated[
        bool | None,
        typer.Option(help="Customers were there before the log began. [default: where there are brands]"),
    ] = None,
    panel_size: Annotated[int | None, option("N", "Customers, with those who bought nothing.")] = None,
    customers: Annotated[int | None, option("N", "Customers to simulate. [default: as in the log]")] = None,
    draws: Annotated[int, option("N", "Draws of what the log does not tell for sure; 0: none.")] = 16,
    prices: Annotated[
        Path | None, option("PRICES.csv", "Posted prices (date,brand,price), to fit price sensitivity to.")
    ] = None,
    segments: Annotated[
        str, option("N", "Segments of customers to find: 1 to 4, or auto for as many as the log calls for.")
    ] = "1",
    trips: Annotated[
        bool, typer.Option("--trips", help="The log is of a panel's shopping days, all that it buys.")
    ] = False,
    fit_answer: Annotated[
        bool, typer.Option("--fit-response", help="With points in the log: fit how strongly a reward pulls.")
    ] = False,
) -> None:
    """Fit a market to a purchase log and write its scenario."""
    from sim import calibration, experiments
    from sim.report import terminal

    experiments.check_writable(out)
    with _wrong_values():
        read = calibration.read_log(log)
        for note in read.notes:
            terminal.say(f"note: {note}")
        fitted = calibration.calibrate(
            read,
            calibration_end=calibration_end,
            share=share,
            focus=focus,
            title=title,
            currency=currency,
            panel=panel,
            panel_size=panel_size,
            customers=customers,
            draws=draws,
            prices=prices,
            trips=trips,
            segments=int(segments) if segments.isdecimal() else segments,
        )
        for note in fitted["provenance"].get("prices", {}).get("notes", ()):
            terminal.say(f"note: {note}")
        world = calibration.write_scenario(fitted, out)
        for warning in calibration.warnings_of(fitted):
            terminal.say(f"warning: {warning}")
        if fit_answer:
            rows = read if calibration_end is None else read.until(calibration.parse_date(calibration_end))
            get_ready()
            with terminal.progress("simulating markets") as progress:
                response = experiments.fit_response(world, rows, progress=progress)
            world = calibration.write_scenario(response.put(fitted), out)
            terminal.say(response.summary())
    terminal.console().print(
        f"{out}: {world.title}. {world.customers.count:,} customers; firms: {', '.join(world.firm_names)}; "
        f"designs: {', '.join(world.design_names)}.\nNext: {NAME} compare {shlex.quote(str(out))}",
        soft_wrap=True,
    )


@app.command()
def holdout(
    log: Log,
    calibration_end: Annotated[str, option("DATE", "Last day that the fit may see.")],
    holdout_end: Annotated[str, option("DATE", "Last day that is forecast.")],
    cohort_end: Annotated[str | None, option("DATE", "Only customers first seen until this day.")] = None,
    replicates: Annotated[int, option("R", "Simulated futures of each customer.")] = 200,
    seed: Seed = 1,
    out: Out = None,
) -> None:
    """Score forecasts of a log's later part beside baselines."""
    from sim import calibration, experiments
    from sim.report import holdout_page, terminal

    experiments.check_seed(seed)
    if out is not None:
        experiments.check_writable(out / "scores.json")
    with _wrong_values():
        report = calibration.holdout(
            log, calibration_end, holdout_end, cohort_end, replicates=replicates, seed=seed, out=out
        )
    terminal.console().print(report.table(), soft_wrap=True)
    if out is not None:
        holdout_page.save(report, out, command())
        terminal.say(f"forecasts are in {out}; begin with {out / 'report.md'}")


@app.command()
def warm() -> None:
    """Compile the simulation, so that the first run starts at once."""
    get_ready()
    sys.stdout.write("the simulation is compiled\n")


app.command()(sweep.sweep)
app.command()(sensitivity.sensitivity)
app.command()(optimise.optimise)
app.command()(contest.contest)
app.command()(league.league)
app.command()(explain.explain)
app.command()(export.export)
app.command()(validate.validate)
app.command()(tasks.tasks)
app.command()(campaign.campaign)
app.command()(report.report)
app.command()(dashboard.dashboard)


@contextmanager
def _wrong_values() -> Iterator[None]:
    """Calibration says with ValueError that a date, a share or a log will not do."""
    from sim.experiments import ExperimentError

    try:
        yield
    except ValueError as error:
        raise ExperimentError(str(error)) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; a traceback only where LOYALTY_SIM_DEBUG is set."""
    given = options.typed(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal must not turn a "±" into a crash
    try:
        code = app(args=given, prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
        if code == 130:  # Ctrl-C; the parser has swallowed it
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        # Whoever read our output (`head`) has gone; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:
        from sim.report import faults

        words, code = faults.explain(error, command())
        if code == 1 and os.environ.get(faults.DEBUG):
            traceback.print_exc()
        sys.stderr.write(f"{NAME}: {words}\n")
        return code
