"""`loyalty-sim sweep`: every market of a study."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

from sim.commands.options import (
    AsJson,
    Cluster,
    StudyFile,
    Workers,
    command,
    get_ready,
    option,
    own_folder,
)


def sweep(
    study: StudyFile,
    out: Annotated[Path | None, option("DIR", "Folder for the results; default: in results/.")] = None,
    cluster: Cluster = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Run every market of a study: levers, uncertainties, designs, replicates.

    Every finished market is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.experiments import study as studies
    from sim.report import faults, terminal
    from sim.report import sweep as pictures

    plan = studies.load_study(study)
    folder = out if out is not None else own_folder(studies.own_folder(plan, study.stem))
    try:
        with terminal.progress("simulating markets") as progress:
            result = studies.sweep(
                plan,
                out=folder,
                workers=workers,
                cluster=cluster,
                progress=progress,
                command=command(),
                ready=get_ready,
            )
    except experiments.Interrupted as stop:
        raise faults.Stopped from stop
    if folder is not None and result.factors:
        pictures.save(result.plot(), folder / "sweep.png")
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(), allow_nan=False) + "\n")
    else:
        terminal.console().print(result.summary(), soft_wrap=True)
    if folder is not None:
        terminal.say(f"results are in {folder}")
