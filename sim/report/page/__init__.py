"""The report: one HTML file that opens offline, and a workbook with its numbers. docs/report.md says what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from sim.experiments import store
from sim.experiments.errors import ExperimentError
from sim.experiments.excel import write_excel
from sim.report.page import basis, designs, money, others
from sim.report.page.block import Section
from sim.report.page.grid import Grid

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments import Comparison
    from sim.experiments.dossier import Dossier

HERE = Path(__file__).parent


def write(result: Comparison, dossier: Dossier | None, target: Path, excel: Path | None = None) -> Path:
    """Write the page, and the workbook beside it; each is whole or not there. ExperimentError where they cannot be."""
    if dossier is not None and dossier.result is not result:
        same = dossier.result.provenance == result.provenance and dossier.result.designs == result.designs
        if not same:
            raise ExperimentError(
                "the dossier belongs to another comparison; make it with sim.dossier(result)"
            )
    parts = sections(result, dossier)
    page = render(result, parts)
    at = target
    try:
        store.write_text(target, page)
        if excel is not None:
            at = excel
            write_excel(excel, workbook(result, dossier, parts))
    except OSError as error:
        raise ExperimentError(f"cannot write {at}: {error.strerror or error}; name another file") from error
    return target


def sections(result: Comparison, dossier: Dossier | None) -> list[Section]:
    """The sections of the page, in their order; without a dossier, those that need it say so."""
    further = (
        [others.winners(dossier), others.rivals(dossier), others.doubts(dossier)]
        if dossier is not None
        else [
            others.left_out("winners", "Who wins and who loses", result),
            others.left_out("rivals", "When rivals answer", result),
            others.left_out("sensitivity", "What the profit hangs on", result),
        ]
    )
    return [
        designs.first(result, [] if dossier is None else others.uncertain(dossier)),
        designs.side_by_side(result),
        money.section(result, dossier),
        *further,
        basis.assumptions(result),
        basis.origin(result, dossier),
    ]


def render(result: Comparison, parts: list[Section]) -> str:
    """The page as text. Whatever a user wrote is escaped; only the pictures, drawn here, are put in as they are."""
    places = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = places.get_template("page.html.j2").render(
        title=result.world.title,
        focus=result.world.focus,
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        sections=parts,
    )
    return text if text.endswith("\n") else text + "\n"


def workbook(result: Comparison, dossier: Dossier | None, parts: list[Section]) -> dict[str, pd.DataFrame]:
    """A sheet for each table of the page, those of the comparison, and all firms and groups of the further runs."""
    grids: list[Grid] = [grid for part in parts for grid in part.grids]
    more = {} if dossier is None else {"by firm": dossier.by_firm(), "by group": dossier.by_group()}
    return {**{f"page {grid.name}"[:31]: grid.frame() for grid in grids}, **result.sheets(), **more}
