"""What pictures of a watched market have in common: the rows of a design, intervals over replicates, notes below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.plan import check_design
from sim.experiments.statistics import mean_interval
from sim.report.picture import GREY

if TYPE_CHECKING:
    from sim.experiments import Watched

HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oo", "++++")
SHADES = ("#f2f2f2", "#56B4E9", "#E69F00", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#7F7F7F")


def chosen(watched: Watched, table: str, design: str | None, lacks: str) -> tuple[str, pd.DataFrame]:
    """The design (the first unless named) and its rows of a table.

    ExperimentError for one the scenario does not have; ValueError, naming what would be right, for one that was not
    watched, or has no rows; lacks: what it is without.
    """
    name = watched.designs[0] if design is None else check_design(watched.world, design)
    if name not in watched.designs:
        raise ValueError(
            f"design '{name}' was not watched; {', '.join(watched.designs)} were (sim.watch(world, designs=[...]))"
        )
    frame: pd.DataFrame = getattr(watched, table)
    rows = frame[frame["design"] == name]
    if rows.empty:
        others = [d for d in watched.designs if (frame["design"] == d).any()]
        hint = f"; take design {' or '.join(others)}" if others else "; no design that was watched has"
        raise ValueError(f"'{watched.world.focus}' under '{name}' has {lacks}{hint}")
    return name, rows


def means(watched: Watched, frame: pd.DataFrame, by: Sequence[str], value: str) -> pd.DataFrame:
    """Mean of a value over worlds and half its 95 % interval, by group in order: mean, half.

    frame: one row a replicate and group; one that is missing does not count. Where the scenario's numbers are
    uncertain and draws have several replicates, a draw is a world (sim/experiments/parameters.py). half: NaN where one
    world has a value.
    """
    rows, draws = [], draws_of(watched.world)
    for names, group in frame.groupby(list(by), sort=True):
        # In the order of the replicates, with a gap for each that has none: replicate r lives in draw r modulo draws.
        values = np.full(watched.replicates, np.nan)
        values[group["replicate"].to_numpy(dtype=int)] = group[value].to_numpy(dtype=float)
        found = mean_interval(by_draw(values, draws))
        half = np.nan if found.low is None or found.high is None else (found.high - found.low) / 2
        rows.append((*names, float("nan") if found.mean is None else found.mean, half))
    return pd.DataFrame(rows, columns=[*by, "mean", "half"])


def note(axis: Axes, words: str, below: float = 36.0, width: int = 92) -> None:
    """Words below the axes, so many points down, in lines of `width` letters."""
    axis.annotate(
        "\n".join(textwrap.fill(line, width) for line in words.splitlines()),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -below),
        textcoords="offset points",
        va="top",
        fontsize=8,
        color=GREY,
        annotation_clip=False,
    )


def plus_minus(half: float, places: int) -> str:
    """Half an interval in words; none where there is no interval."""
    return "" if np.isnan(half) else f" ± {half:,.{places}f}"


def sure(watched: Watched) -> str:
    """How sure the picture is."""
    draws = draws_of(watched.world)
    if watched.replicates == 1:
        return "One replicate: no interval can be given."
    if 0 < draws < watched.replicates:
        if draws == 1:
            return f"Mean of {watched.replicates} replicates of one draw: no interval can be given."
        return f"Mean of {draws} draws ({watched.replicates} replicates) and 95 % interval over draws."
    return f"Mean of {watched.replicates} replicates and 95 % interval."


def title(watched: Watched, design: str, words: str) -> str:
    """Title of a picture."""
    return f"{watched.world.focus}, {design}: {words}"
