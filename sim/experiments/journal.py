"""The journal of a run: every finished cell is written down at once, so that nothing done is done twice.

One SQLite file in write-ahead mode with one writer. A row is a cell; its key is the hash of all that
decides its numbers (scenario, changes, design, seed, replicate, customers, weeks, code). Rows are only ever added: a
cell that failed is a row with its error, and one more row when it has been tried again. Killing the program, even with
kill -9, loses no row that was added.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.errors import CellError, ExperimentError
from sim.experiments.provenance import digest
from sim.experiments.run import Cell, Outcome

FILE = "journal.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cells (
    number INTEGER PRIMARY KEY, key BLOB NOT NULL, error TEXT NOT NULL,
    metrics TEXT NOT NULL, tables BLOB NOT NULL, seconds REAL NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS finished ON cells (key) WHERE error = '';
CREATE INDEX IF NOT EXISTS tried ON cells (key);
"""
_AT_ONCE = 256
"""Cells that are asked for in one query."""


@dataclass(frozen=True)
class Record:
    """An outcome as it is written down: what travels from a worker to the journal."""

    metrics: str
    tables: bytes
    seconds: float
    error: str = ""

    @classmethod
    def of(cls, outcome: Outcome) -> Record:
        """Pack an outcome; it is a worker's work."""
        metrics = {name: None if value != value else float(value) for name, value in outcome.metrics.items()}
        tables = pack_all(outcome.tables) if outcome.tables else b""
        return cls(json.dumps(metrics), tables, outcome.seconds, outcome.error)

    @classmethod
    def failed(cls, error: Exception) -> Record:
        """The record of a cell that raised an error."""
        return cls("{}", b"", 0.0, f"{type(error).__name__}: {error}")

    def outcome(self) -> Outcome:
        """What was packed."""
        numbers = {name: nan if value is None else value for name, value in json.loads(self.metrics).items()}
        return Outcome(numbers, unpack_all(self.tables) if self.tables else {}, self.seconds, self.error)


def pack_all(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Several tables by name as one blob."""
    blobs = {name: np.frombuffer(pack(table), np.uint8) for name, table in tables.items()}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **blobs)
    return buffer.getvalue()


def unpack_all(blob: bytes) -> dict[str, pd.DataFrame]:
    """The tables that `pack_all` packed."""
    with np.load(io.BytesIO(blob), allow_pickle=False) as blobs:
        return {name: unpack(blobs[name].tobytes()) for name in blobs.files}


def pack(panel: pd.DataFrame) -> bytes:
    """A panel as compressed arrays; holds no code, unlike a pickle."""
    arrays = {}
    for position, name in enumerate(panel.columns):
        column = panel[name]
        numeric = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
        arrays[f"{position:03d} {name}"] = column.to_numpy() if numeric else column.to_numpy().astype(str)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return zlib.compress(
        buffer.getvalue(), level=1
    )  # half the time of npz's own compression, nearly its size


def unpack(blob: bytes) -> pd.DataFrame:
    """The panel that `pack` packed."""
    with np.load(io.BytesIO(zlib.decompress(blob)), allow_pickle=False) as arrays:
        return pd.DataFrame({name[4:]: arrays[name] for name in arrays.files})


class Journal:
    """Finished cells of one experiment; without a path it lives in memory."""

    def __init__(self, path: Path | None, identity: Mapping[str, Any]) -> None:
        """Open or begin a journal. ExperimentError where it belongs to other settings or is in use."""
        self.path = path
        self._identity = dict(identity)
        self._base = digest(self._identity)
        self._database = sqlite3.connect(":memory:" if path is None else path, timeout=2.0)
        try:
            # Exclusive: a second run in the same folder is refused instead of mixed in.
            self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_TABLES)
            self._check()
        except sqlite3.Error as error:
            self.close()
            raise ExperimentError(self._fault(error)) from error
        except BaseException:
            self.close()
            raise

    def _fault(self, error: sqlite3.Error) -> str:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return f"another run is writing to {self.path}; wait for it or name another folder with --out"
        return f"{self.path} cannot be used as the journal of a run ({error}); name another folder with --out"

    def _check(self) -> None:
        stored = dict(self._database.execute("SELECT name, value FROM identity"))
        if not stored:
            rows = [(name, json.dumps(value)) for name, value in self._identity.items()]
            with self._database:
                self._database.executemany("INSERT INTO identity VALUES (?, ?)", rows)
            return
        before = {name: json.loads(value) for name, value in stored.items()}
        changes = list(differences(before, json.loads(json.dumps(self._identity))))
        if changes:
            folder = self.path.parent if self.path else "memory"
            more = f"\n  and {len(changes) - 8} more" if len(changes) > 8 else ""
            raise ExperimentError(
                f"{folder} holds a run with other settings; nothing was changed. What differs:\n  "
                + "\n  ".join(changes[:8])
                + more
                + "\nName another folder with --out, or give the settings of that run to go on with it."
            )

    def key(self, cell: Cell) -> bytes:
        """Hash of all that decides the numbers of a cell."""
        return hashlib.sha256(f"{self._base} {json.dumps([*vars(cell).values()])}".encode()).digest()

    def missing(self, cells: Iterable[Cell]) -> Iterator[Cell]:
        """The cells that have no numbers yet, in the order given, each once; holds a few of them at a time.

        A cell that failed has none, and is tried again.
        """
        (some,) = self._database.execute("SELECT EXISTS (SELECT 1 FROM cells WHERE error = '')").fetchone()
        for batch in _batches(cells):
            if not some:  # a new run: a million keys would take a minute
                yield from dict.fromkeys(batch)
                continue
            keys = {self.key(cell): cell for cell in batch}
            marks = ",".join("?" * len(keys))
            query = f"SELECT key FROM cells WHERE error = '' AND key IN ({marks})"
            done = {key for (key,) in self._database.execute(query, list(keys))}
            yield from (cell for key, cell in keys.items() if key not in done)

    def add(self, cell: Cell, record: Record) -> None:
        """Write a finished cell down; it is safe when this returns. CellError where there is no room for it."""
        row = (self.key(cell), record.error, record.metrics, record.tables, record.seconds)
        into = "INSERT OR IGNORE INTO cells (key, error, metrics, tables, seconds) VALUES (?, ?, ?, ?, ?)"
        try:
            with self._database:
                self._database.execute(into, row)
        except sqlite3.OperationalError as error:
            raise CellError(
                f"cannot write to {self.path or 'memory'}: {error}; what is finished is kept, and the same command "
                "goes on from there"
            ) from error

    def read(self, cells: Iterable[Cell], *, tables: bool = True) -> Iterator[Outcome]:
        """Outcomes of cells in the order given, so that sums never depend on who finished first.

        tables False leaves the tables where they are. KeyError for a cell that was never tried.
        """
        what = "tables" if tables else "x''"
        # Numbers come before errors, and of errors the last one.
        query = f"""SELECT metrics, {what}, seconds, error FROM cells WHERE key = ?
                    ORDER BY error = '' DESC, number DESC LIMIT 1"""
        for cell in cells:
            row = self._database.execute(query, (self.key(cell),)).fetchone()
            if row is None:
                raise KeyError(cell)
            yield Record(*row).outcome()

    def close(self) -> None:
        """Fold the write-ahead file into the journal and let go of it."""
        self._database.close()


def _batches(cells: Iterable[Cell]) -> Iterator[list[Cell]]:
    cells = iter(cells)
    while batch := list(islice(cells, _AT_ONCE)):
        yield batch


def differences(before: Any, now: Any, where: str = "") -> Iterator[str]:
    """Where two plain JSON values differ, as 'path: before -> now'."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*before, *now]):
            path = f"{where}.{name}" if where else name
            yield from differences(before.get(name), now.get(name), path)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for i, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from differences(old, new, f"{where}[{i}]")
    elif before != now:
        if where == "code":
            yield "the program itself has changed since"
        else:
            yield f"{where}: {_short(before)} -> {_short(now)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
