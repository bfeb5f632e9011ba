"""Every design in every world: the table that all criteria of choice are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.errors import ExperimentError
from sim.measures import MEASURES

OWN = ("design", "replicate", "metric", "value")
ONE_POINT = "as written"
"""Name of the only point where nothing is uncertain but luck."""


@dataclass(frozen=True)
class Worlds:
    """Values of one metric: design x point of uncertainty x replicate. All designs share each world.

    without: designs that have no value in some world, and so no place in the choice.
    """

    metric: str
    better: str
    designs: tuple[str, ...]
    points: tuple[str, ...]
    values: NDArray[np.float64] = field(repr=False)
    without: tuple[str, ...] = ()

    @property
    def gains(self) -> NDArray[np.float64]:
        """The values, turned so that more is better."""
        return -self.values if self.better == "lower" else self.values

    @property
    def replicates(self) -> int:
        return int(self.values.shape[2])

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        *,
        metric: str,
        better: str | None = None,
        points: Sequence[str] | None = None,
    ) -> Worlds:
        """Read a tidy frame with the columns design, replicate, value and, where there are several, metric.

        points: columns that say at which point of the uncertainties a world is (default: all other columns).
        better: 'higher' or 'lower' (default: as the measure has it). ExperimentError where worlds are missing or there
        is nothing to choose from.
        """
        lacking = [name for name in ("design", "replicate", "value") if name not in frame]
        if lacking:
            raise ExperimentError(f"the table of values has no column {', '.join(map(repr, lacking))}")
        if "metric" in frame:
            frame = frame[frame["metric"] == metric]
        if frame.empty:
            raise ExperimentError(f"the table of values has no metric {metric!r}")
        better = _better(metric) if better is None else better
        if better not in ("higher", "lower"):
            raise ExperimentError(f"better is {better!r}; it must be 'higher' or 'lower'")
        coordinates = [name for name in frame if name not in OWN] if points is None else list(points)
        unknown = [name for name in coordinates if name not in frame]
        if unknown:
            raise ExperimentError(f"the table of values has no column {', '.join(map(repr, unknown))}")
        if not pd.api.types.is_numeric_dtype(frame["value"]):
            raise ExperimentError("the column 'value' must hold numbers only, NaN where there is none")
        where = _labels(frame, coordinates)
        names = tuple(dict.fromkeys(frame["design"]))
        labels = tuple(dict.fromkeys(where))
        wide = (
            frame.assign(_where=where)
            .pivot_table(
                index="design", columns=["_where", "replicate"], values="value", aggfunc="size", sort=False
            )
            .reindex(list(names))
        )
        if wide.isna().to_numpy().any() or (wide.to_numpy() != 1).any():
            raise ExperimentError(
                "every design must have one value in every world (point of the uncertainties and replicate); "
                "some are missing or there twice"
            )
        replicates = sorted(set(frame["replicate"]))
        if wide.shape[1] != len(labels) * len(replicates):
            raise ExperimentError("every point of the uncertainties must have the same replicates")
        values = np.empty((len(names), len(labels), len(replicates)))
        at = [
            pd.Index(known).get_indexer(column)
            for known, column in ((names, frame["design"]), (labels, where), (replicates, frame["replicate"]))
        ]
        values[tuple(at)] = frame["value"].to_numpy(dtype=np.float64)
        there = np.atleast_1d(np.isfinite(values).all(axis=(1, 2)))
        if there.sum() < 2:
            raise ExperimentError(
                f"fewer than two designs have a value of {metric!r} in every world; there is nothing to choose"
            )
        return cls(
            metric=metric,
            better=better,
            designs=tuple(name for name, has in zip(names, there, strict=True) if has),
            points=labels,
            values=values[there],
            without=tuple(name for name, has in zip(names, there, strict=True) if not has),
        )


def _better(metric: str) -> str:
    known = MEASURES.get(metric)
    if known is None or known.better == "neither":
        raise ExperimentError(
            f"whether more of {metric!r} is better is for you to say: better='higher' or better='lower'"
        )
    return known.better


def _labels(frame: pd.DataFrame, coordinates: Sequence[str]) -> list[str]:
    if not coordinates:
        return [ONE_POINT] * len(frame)
    rows = list(zip(*(frame[name].tolist() for name in coordinates), strict=True))

    def label(row: tuple[object, ...], digits: int) -> str:
        named = zip(coordinates, row, strict=True)
        return ", ".join(
            f"{name} {value:.{digits}g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in named
        )

    exact = {row: label(row, 17) for row in rows}
    short = {row: label(row, 6) for row in exact}
    # Points that only many digits tell apart are two points all the same.
    distinct = len(set(short.values())) == len(set(exact.values()))
    return [(short if distinct else exact)[row] for row in rows]
