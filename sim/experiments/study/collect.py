"""The tables of a sweep: written row by row from the journal, so that memory does not grow with the number of cells.

    cells.parquet    a row a cell: cell, point, lever_point, uncertainty_point, the factors, design, replicate, error
                     (null where there is none), a column a measure (null where there is no number)
    points.parquet   a row a point: point, lever_point, uncertainty_point, the factors

A column of a factor holds numbers where all its levels are numbers, else text: blocks and the like as JSON. A factor
that stays as the scenario says has the value that stands there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.store import write_with
from sim.experiments.study.check import METRICS
from sim.experiments.study.factor import Factor, spelt
from sim.experiments.study.points import Cells, Point, Points
from sim.scenario.errors import advice

CELLS, POINTS = "cells.parquet", "points.parquet"
BATCH = 1_000
"""Rows that are held at once."""
ROWS = 20_480
"""Rows of a group of the Parquet file, which is held while it is written."""
ASIDE = ".collecting-"
"""Folder beside the table, in which it is put together."""
MEMORY = "256MB"
"""What DuckDB may use before it puts aside on disk."""

Kind = str
"""BIGINT, DOUBLE, BOOLEAN or VARCHAR."""


def kind_of(factor: Factor, base: Any = None) -> Kind:
    """The kind of the column of a factor, whose place in the scenario holds `base` (None: nothing)."""
    values = [*factor.ends, *([] if base is None else [base])]
    if all(isinstance(value, bool) for value in values):
        return "BOOLEAN"
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return "VARCHAR"
    whole = all(isinstance(value, int) for value in values) and (factor.whole or not factor.is_range)
    return "BIGINT" if whole else "DOUBLE"


def labels(points: Points) -> dict[str, Kind]:
    """Columns that say which point a row is of."""
    factors = points.study.factors.items()
    return {
        **dict.fromkeys(("point", "lever_point", "uncertainty_point"), "BIGINT"),
        **{name: kind_of(factor, points.base.get(name)) for name, factor in factors},
    }


def write_points(points: Points, path: Path) -> None:
    """Write points.parquet."""
    kinds = labels(points)
    write_table(path, kinds, (_label(points, point, kinds) for point in points))


def write_cells(points: Points, lab: Lab, path: Path) -> None:
    """Write cells.parquet from what the journal of the lab holds."""
    kinds = {"cell": "BIGINT", **labels(points)}
    kinds |= {"design": "VARCHAR", "replicate": "BIGINT", "error": "VARCHAR"}
    kinds |= dict.fromkeys(METRICS, "DOUBLE")
    write_table(path, kinds, _rows(points, lab, kinds))


def _rows(points: Points, lab: Lab, kinds: Mapping[str, Kind]) -> Iterator[list[Any]]:
    cells = Cells(points)
    outcomes = lab.read(cells, tables=False)
    for number, ((point, cell), outcome) in enumerate(zip(cells.with_points(), outcomes, strict=True)):
        metrics = outcome.metrics
        yield [
            number,
            *_label(points, point, kinds),
            cell.design,
            cell.replicate,
            outcome.error or None,
            *(float(metrics.get(metric, nan)) for metric in METRICS),
        ]


def _label(points: Points, point: Point, kinds: Mapping[str, Kind]) -> list[Any]:
    shown = points.shown(point)
    values = [
        value if value is None or kinds[name] != "VARCHAR" else spelt(value) for name, value in shown.items()
    ]
    return [point.number, point.levers, point.uncertainties, *values]


def write_table(path: Path, kinds: Mapping[str, Kind], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as Parquet, in their order; the same rows give the same bytes, and few are held at once."""
    import duckdb

    columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    for left in path.parent.glob(f"{ASIDE}*"):  # of a run that was killed while it wrote
        shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=ASIDE, dir=path.parent) as aside,
        duckdb.connect(
            str(Path(aside) / "table.duckdb"), config={"threads": 1, "memory_limit": MEMORY}
        ) as table,
    ):
        table.execute(f"CREATE TABLE rows ({columns})")
        dtypes = {name: _DTYPES[kind] for name, kind in kinds.items()}
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            table.register("batch", pd.DataFrame(batch, columns=list(kinds)).astype(dtypes))
            table.execute("INSERT INTO rows SELECT * FROM batch")
            table.unregister("batch")

        def copy(partial: Path) -> None:
            target = str(partial).replace("'", "''")
            # One thread keeps the order in which rows were put in; sorting would hold them all.
            table.execute(
                f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS})"
            )

        write_with(path, copy)


def read_table(path: Path, columns: Sequence[str] | None = None, where: str = "TRUE") -> pd.DataFrame:
    """Rows of a table, in their order. ExperimentError names the nearest of an unknown column."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        told = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)]).description
        known = [name for name, *_ in told]
        for column in columns or ():
            if column not in known:
                raise ExperimentError(f"no column is called '{column}'; {advice(column, known)}")
        listed = ", ".join(f'"{column}"' for column in columns or known)
        found: pd.DataFrame = connection.execute(
            f"SELECT {listed} FROM read_parquet(?) WHERE {where}", [str(path)]
        ).df()
    return found


def count_failed(path: Path) -> int:
    """How many cells have an error."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        ((failed,),) = connection.execute("SELECT count(error) FROM read_parquet(?)", [str(path)]).fetchall()
    return int(failed)


_DTYPES = {"BIGINT": "Int64", "DOUBLE": "float64", "BOOLEAN": "boolean", "VARCHAR": "object"}
"""Kinds of columns as pandas has them, with room for what is missing."""
