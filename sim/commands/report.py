"""The command `report`: one page for people, from a stored comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Workers, option, running


def report(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison.")],
    out: Annotated[Path, option("FILE.html", "Page to write.")],
    excel: Annotated[Path | None, option("FILE.xlsx", "Workbook with the same numbers.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Without the sections that need further markets.")
    ] = False,
    replicates: Annotated[int, option("R", "Worlds of the further markets.")] = 8,
    workers: Workers = None,
) -> None:
    """Write the report of a comparison: one HTML file that opens offline.

    What it needs beyond the comparison is run now and kept in DIR: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.experiments.dossier import check, dossier, folder
    from sim.report import page, terminal

    check(out, excel)
    result = experiments.Comparison.load(run)
    found = None
    if not quick and len(result.designs) > 1:
        with running() as told:
            found = dossier(
                result,
                replicates=replicates,
                workers=workers,
                out=folder(run, result),
                progress=told["progress"],
                ready=told["ready"],
            )
    page.write(result, found, out, excel)
    terminal.say(f"the report is {out}" + (f", the workbook {excel}" if excel is not None else ""))
