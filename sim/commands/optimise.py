"""`loyalty-sim optimise`: search the levers of a study."""

from __future__ import annotations

from typing import Annotated, Any

from sim.commands.options import (
    AsJson,
    Cluster,
    OwnOut,
    StudyFile,
    Workers,
    option,
    own_folder,
    running,
    say_json,
    say_where,
)


def optimise(
    study: StudyFile,
    generations: Annotated[int | None, option("G", "Generations; default: the study's number.")] = None,
    population: Annotated[int | None, option("P", "Candidates a generation; default: the study's.")] = None,
    replicates: Annotated[int | None, option("R", "Worlds of a candidate; default: the study's.")] = None,
    seeds: Annotated[int | None, option("K", "Searches, each with worlds of its own.")] = None,
    out: OwnOut = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Search a study's levers for the designs that serve its objectives best.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim.experiments.optimise import folder as folder_of
    from sim.experiments.optimise import optimise as search
    from sim.experiments.study import load_study
    from sim.report import front_table, terminal

    settings: dict[str, Any] = {"generations": generations, "population": population}
    settings |= {"replicates": replicates, "seeds": seeds}
    read = load_study(study)
    folder = out if out is not None else own_folder(folder_of(read, study.stem, **settings))
    with running() as told:
        result = search(
            read,
            **settings,
            out=folder,
            workers=workers,
            cluster=cluster,
            **told,
        )
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        console.print(front_table.table(result), "")
        console.print(result.summary())
    say_where(folder)
