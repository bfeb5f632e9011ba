"""Workbooks: tables of a result as sheets of an Excel file, with nothing in them that a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.errors import ExperimentError
from sim.experiments.store import check_writable, safe_cell, write_with

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet can hold."""
WIDEST = 40
"""Characters of the widest column; what is longer is still there."""


def write_excel(path: Path, sheets: Mapping[str, pd.DataFrame]) -> Path:
    """Write a workbook, a sheet a table; missing values as empty cells. Returns the path.

    Numbers have 15 significant digits, as Excel keeps them.
    Text that begins like a formula gets an apostrophe, and characters that a sheet cannot hold are left out.
    ExperimentError for a table that has more rows than a sheet, or a file that cannot be written.
    """
    import pandas as pd

    if path.suffix.lower() != ".xlsx":
        raise ExperimentError(f"cannot write {path}: an Excel file is called NAME.xlsx")
    for name, table in sheets.items():
        if len(table) > MOST_ROWS:
            raise ExperimentError(
                f"the table '{name}' has {len(table):,} rows, and a sheet of Excel holds {MOST_ROWS:,}; "
                "use to_parquet(path) or to_csv(path)"
            )
    check_writable(path)
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(partial: Path) -> None:
        with pd.ExcelWriter(partial, engine="openpyxl") as book:
            for name, table in sheets.items():
                plain = safe(table)
                plain.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
                for number, column in enumerate(plain.columns, start=1):
                    shown = [len(str(column)), *(len(str(value)) for value in plain[column].head(200))]
                    letter = book.sheets[name].cell(1, number).column_letter
                    book.sheets[name].column_dimensions[letter].width = min(max(shown) + 2, WIDEST)

    write_with(path, write)
    return path


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """A copy of which no cell is run by a spreadsheet or refused by it, names of columns included."""
    import pandas as pd
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell(value: object) -> object:
        return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value

    columns = {}
    for name in table.columns:
        column = table[name]
        numeric = pd.api.types.is_numeric_dtype(column)
        columns[cell(str(name))] = column if numeric else column.astype(object).map(cell)
    return pd.DataFrame(columns)
