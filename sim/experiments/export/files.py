"""The files of an export: written in a folder within its folder, and moved up when all are whole."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sim.experiments import store
from sim.experiments.errors import ExperimentError

TABLES = ("transactions", "ledger", "members", "surveys", "contacts", "prices", "rfm")
OTHERS = ("truth.parquet", "truth.json", "dictionary.md", "scenario.yaml", store.MANIFEST)
PARTIAL = ".partial"
"""Folder in which files are written until all are whole."""
_OURS = (*OTHERS, *(f"{name}.csv" for name in TABLES))


def prepare(folder: Path, identity: str) -> None:
    """Make the folder, or find that it may be written to; ExperimentError where it may not.

    identity: of what is exported. A folder that holds the same export is written once more, as is one in which an
    export was interrupted; one that holds anything else is left alone.
    """
    ours = {store.IGNORED, PARTIAL, *_OURS}
    try:
        if folder.exists() and not folder.is_dir():
            raise ExperimentError(f"{folder} is a file, not a folder; name another folder with --out")
        held = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        if held - ours or (store.MANIFEST in held and _identity(folder) != identity):
            what = "an export of something else" if not held - ours else f"{sorted(held - ours)[0]!r}"
            raise ExperimentError(f"{folder} holds {what}; nothing was written. Name a new folder with --out")
        folder.mkdir(parents=True, exist_ok=True)
        store.write_text(folder / store.IGNORED, "*\n")
    except OSError as error:
        raise ExperimentError(f"cannot write to the folder {folder}: {error.strerror or error}") from error


def _identity(folder: Path) -> str | None:
    try:
        found: Any = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
    except ValueError:
        return None
    return found.get("identity") if isinstance(found, dict) else None


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder to write to. Where the block ends well its files are moved to `folder`, the manifest last: an export
    with a manifest is whole. Where it does not, `folder` is as it was.
    """
    stage = folder / PARTIAL
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    try:
        yield stage
        for name in (store.MANIFEST, *_OURS):
            (folder / name).unlink(missing_ok=True)
        for path in sorted(stage.iterdir(), key=lambda path: (path.name == store.MANIFEST, path.name)):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


class Tables:
    """CSV files that are written row by row. columns: of each, by name.

    A context, at whose end they are closed. Text is safe in a spreadsheet.
    """

    def __init__(self, folder: Path, columns: Mapping[str, Sequence[str]]) -> None:
        self._files: dict[str, IO[str]] = {}
        self._writers: dict[str, Any] = {}
        self.rows = dict.fromkeys(columns, 0)
        """rows written so far"""
        for name, header in columns.items():
            file = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._files[name] = file
            self._writers[name] = csv.writer(file, lineterminator="\r\n")
            self._writers[name].writerow([store.safe_cell(cell) for cell in header])

    def write(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows to one of the files."""
        for row in rows:
            self._writers[name].writerow([store.safe_cell(cell) for cell in row])
            self.rows[name] += 1

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
