"""`loyalty-sim validate`: the score card."""

from __future__ import annotations

from typing import Annotated, Any

from sim.commands.options import (
    AsJson,
    Cluster,
    Out,
    Workers,
    names,
    option,
    running,
    say_json,
    say_where,
)


def validate(
    rows: Annotated[str | None, option("M,L07", "Findings whose ids begin so; default: all.")] = None,
    size: Annotated[
        str, option("SIZE", "full (30 replicates, or as many as it takes) or small (4).")
    ] = "full",
    replicates: Annotated[int | None, option("R", "Instead: so many replicates of each experiment.")] = None,
    against: Annotated[
        str | None, option("A,B", "Further models on the same card: null, mutated, ablations.")
    ] = None,
    why: Annotated[str, option("WORDS", "Why VAL rows are looked at, for the log of looks.")] = "",
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Score the shipped behaviour on published findings: the score card.

    With --out every finished replicate is kept at once: the same command goes on where it was interrupted, and writes
    the card as Markdown, CSV and a picture.
    """
    from sim import validation
    from sim.report import terminal
    from sim.report.score_table import table
    from sim.validation import looks

    wanted: dict[str, Any] = {"size": size, "replicates": replicates, "against": names(against) or ()}
    with running("running experiments") as told:
        card = validation.validate(names(rows), **wanted, workers=workers, cluster=cluster, out=out, **told)
    looks.note(card, why=why)
    if as_json:
        say_json(card.to_dict())
    else:
        console = terminal.console()
        console.print(table(card.table()), "")
        console.print(card.summary(), soft_wrap=True)
    say_where(out)
