"""`loyalty-sim tasks`: forecasts on real logs, beside standard models."""

from __future__ import annotations

from typing import Annotated

from sim.commands.options import AsJson, Out, names, option, running, say_json, say_where


def tasks(
    tasks: Annotated[
        str | None,
        option("T1,T3", "T1 CDNOW, T2 and T2b trips, T3 brands, T4 patterns, T5 prices; default: all."),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Fit real purchase logs up to a day, forecast what came after, and score that beside standard models.

    All logs but that of T1 come with the extra [data]. With --out each finished task is kept at once.
    """
    from sim.report import terminal
    from sim.report.score_table import goals_table, scores_table
    from sim.validation.tasks.registry import run_tasks

    with running("running tasks") as told:
        card = run_tasks(names(tasks), out=out, progress=told["progress"], command=told["command"])
    if as_json:
        say_json(card.to_dict())
    else:
        console = terminal.console()
        for name, result in card.results.items():
            console.print(scores_table(f"{name}: {result.title}", result.scores), "")
        console.print(goals_table(card.goals()), "")
        console.print(card.summary(), soft_wrap=True)
    say_where(out)
