"""`loyalty-sim sweep`: every market of a study."""

from __future__ import annotations

from sim.commands.options import (
    AsJson,
    Cluster,
    OwnOut,
    StudyFile,
    Workers,
    own_folder,
    running,
    say_json,
    say_where,
)


def sweep(
    study: StudyFile,
    out: OwnOut = None,
    cluster: Cluster = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Run every market of a study: levers, uncertainties, designs, replicates.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim.experiments import study as studies
    from sim.report import sweep as pictures
    from sim.report import terminal

    plan = studies.load_study(study)
    folder = out if out is not None else own_folder(studies.own_folder(plan, study.stem))
    with running() as told:
        result = studies.sweep(
            plan,
            out=folder,
            workers=workers,
            cluster=cluster,
            **told,
        )
    if folder is not None and result.factors:
        pictures.save(result.plot(), folder / "sweep.png")
    if as_json:
        say_json(result.to_dict())
    else:
        terminal.console().print(result.summary(), soft_wrap=True)
    say_where(folder)
