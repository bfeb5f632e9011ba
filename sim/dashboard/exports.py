"""What a session gives away: its weeks as CSV, its scenario as YAML."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from sim.dashboard.session import Session
from sim.experiments.store import safe_cell

if TYPE_CHECKING:
    import pandas as pd


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV with a header; missing values are empty cells, text is safe in a spreadsheet."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(str(name)) for name in table.columns])
    for row in table.itertuples(index=False):
        writer.writerow(["" if value is None or value != value else safe_cell(value) for value in row])
    return buffer.getvalue()


def data_csv(session: Session) -> str:
    """The weeks lived so far, both sides; see `Session.data`."""
    return csv_text(session.data())


def scenario_yaml(session: Session) -> str:
    """The scenario that reproduces what is seen, with the command that does so in its head."""
    command = f"loyalty-sim compare FILE --replicates 1 --seed {session.seed}"
    return f"# What the two sides of the dashboard showed: {command}\n{session.scenario_text()}"
