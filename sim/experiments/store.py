"""The run folder: what a run leaves behind, and how it is taken up again.

    journal.sqlite3     every finished market, written at once; what a later run resumes from
    manifest.json       provenance: command, settings, versions, code hash, machine, time, duration
    scenario.yaml       the scenario, whole
    metrics.parquet     design, replicate, metric, value
    panel.parquet       design, week, segment, firm, membership: means over replicates
    paths.parquet       design, replicate, week: the focal firm's week
    differences.csv     paired differences against the first design
    comparison.png      the same as a picture

Every file is written under a temporary name and renamed, so a file that is there is whole.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments import journal
from sim.experiments.errors import ExperimentError

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
IGNORED = ".gitignore"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def prepare(folder: Path) -> Path:
    """Make a run folder, or find that this one can be gone on with; ExperimentError where it cannot be used.

    A folder that holds anything but a run is left alone. The folder tells git to ignore it.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise ExperimentError(f"{folder} is a file, not a folder; name another folder with --out")
        held = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        if held - {IGNORED} and journal.FILE not in held:
            raise ExperimentError(
                f"{folder} is not empty and holds no run to go on with; nothing was written. "
                "Name a new folder with --out"
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / IGNORED, "*\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExperimentError(f"cannot write to the results folder {folder}: {reason}") from error
    return folder


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before time is spent on its content."""
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    if path.is_dir():
        raise ExperimentError(f"cannot write {path}: it is a folder; name a file")
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ExperimentError(f"cannot write {path}: {folder} is not a folder that may be written to")


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file under a temporary name, and rename it to `path` when it is whole."""
    partial = path.with_name(f".{path.name}.partial{path.suffix}")
    try:
        write(partial)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all; line ends as given, on every platform."""
    write_with(path, lambda partial: partial.write_bytes(text.encode()))


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as indented JSON; NaN is refused (it is not JSON)."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet; the same table gives the same bytes. NaN becomes NULL."""
    import duckdb

    def copy(partial: Path) -> None:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("given", table)
            target = str(partial).replace("'", "''")
            connection.execute(f"COPY given TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    write_with(path, copy)


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table that `write_parquet` wrote."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.from_parquet(str(path)).df()


def safe_cell(value: object) -> object:
    """A CSV cell that no spreadsheet runs as a formula: text that begins like one gets an apostrophe."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV with a header; missing values are empty cells, text is safe in a spreadsheet."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(str(name)) for name in table.columns])
    for row in table.itertuples(index=False):
        writer.writerow(["" if value is None or value != value else safe_cell(value) for value in row])
    write_text(path, buffer.getvalue())
