"""A sweep in the files and tables of others: CSV, Parquet, Excel, xarray."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import store
from sim.experiments.errors import ExperimentError
from sim.experiments.excel import write_excel
from sim.experiments.study import collect
from sim.experiments.study.check import METRICS
from sim.experiments.study.factor import spelt
from sim.experiments.study.sampling import Grid

if TYPE_CHECKING:
    import xarray

    from sim.experiments.study.sweep import Sweep


def to_csv(sweep: Sweep, path: Path) -> Path:
    """The table of cells as CSV."""
    store.check_writable(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write_csv(path, sweep.frame())
    return path


def to_parquet(sweep: Sweep, path: Path) -> Path:
    """The table of cells as Parquet: the very bytes that the sweep wrote."""
    store.check_writable(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write_with(path, lambda partial: shutil.copyfile(sweep.folder / collect.CELLS, partial))
    return path


def to_excel(sweep: Sweep, path: Path) -> Path:
    """A workbook: differences (or means, of one design), cells, points, about."""
    first = {"differences": sweep.differences()} if len(sweep.designs) > 1 else {"means": sweep.means()}
    return write_excel(
        path, {**first, "cells": sweep.frame(), "points": sweep.point_table(), "about": about(sweep.about())}
    )


def about(facts: Mapping[str, str]) -> pd.DataFrame:
    """Facts about a result as a table."""
    return pd.DataFrame({"what": list(facts), "is": list(facts.values())})


def to_xarray(sweep: Sweep) -> xarray.Dataset:
    """Every measure by lever x ... x uncertainty x design x replicate."""
    try:
        import xarray as xr
    except ImportError:
        raise ExperimentError(
            "to_xarray needs xarray; install it: pip install 'loyalty-sim[xarray]'"
        ) from None
    study = sweep.study
    levels: dict[str, tuple[Any, ...]] = {}
    if study.levers:
        group = study.lever_sampling.of(study.levers, {})
        if not isinstance(group, Grid):
            raise ExperimentError(
                f"to_xarray needs levers on a grid; theirs are chosen by {study.lever_sampling.method}. "
                "Use frame(), or lever_sampling: {method: grid}"
            )
        levels = group.levels
    if sweep.left_out:
        raise ExperimentError(
            f"to_xarray needs a whole grid, and the constraints left {sweep.left_out} points out; use frame()"
        )
    table, points = sweep.frame(), sweep.point_table()
    others = points[points["lever_point"] == 0]
    dims = [*levels, "uncertainty", "design", "replicate"]
    inner = (len(others), study.replicates, len(sweep.designs))
    shape = (*(len(values) for values in levels.values()), *inner)
    # Cells stand replicate by replicate; designs come before replicates in the dimensions.
    order = (*range(len(levels) + 1), len(shape) - 1, len(shape) - 2)
    data = {
        metric: (
            dims,
            table[metric].to_numpy().reshape(shape).transpose(order),
            {"units": sweep.unit(metric)},
        )
        for metric in METRICS
    }
    coordinates: dict[str, Any] = {
        **{name: [_plain(value) for value in values] for name, values in levels.items()},
        "uncertainty": others["uncertainty_point"].to_numpy(),
        "design": list(sweep.designs),
        "replicate": range(study.replicates),
        **{name: ("uncertainty", others[name].to_numpy()) for name in study.uncertainties},
    }
    return xr.Dataset(data, coordinates, {"title": study.title, "scenario": sweep.world.title})


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else spelt(value)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain JSON values; what does not exist is None."""
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return rows
