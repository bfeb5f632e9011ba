"""A sweep in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.measures import MEASURES

if TYPE_CHECKING:
    from sim.experiments.study.sweep import Sweep

FEW = 8
"""Replicates below which an interval is a rough guess."""


def words(sweep: Sweep) -> str:
    """How much was run, where designs are better, and what is not certain."""
    lines = [_size(sweep)]
    if sweep.failed:
        lines.append(
            f"{sweep.failed} of {sweep.cells} markets failed; their rows have an error and no numbers (failures())."
        )
    if sweep.study.replicates == 1:
        lines.append("One replicate has no interval; give `replicates: 8` or more.")
    else:
        lines += [
            _design(sweep, design, metric)
            for metric in sweep.study.metrics
            if MEASURES[metric].better != "neither"
            for design in sweep.designs[1:]
        ]
        if sweep.study.replicates < FEW:
            lines.append(f"{sweep.study.replicates} replicates: the intervals are rough; give {FEW} or more.")
        tests = sweep.points * (len(sweep.designs) - 1) * len(sweep.study.metrics)
        if tests >= 20:
            lines.append(
                f"Each of these {tests} intervals stands for itself: where nothing differs, about one in twenty "
                "excludes 0 by luck."
            )
    for name, sampling in (
        ("levers", sweep.study.lever_sampling),
        ("uncertainties", sweep.study.uncertainty_sampling),
    ):
        if getattr(sweep.study, name) and sampling.unbalanced:
            near = 2 ** (sampling.size.bit_length() - 1)
            lines.append(
                f"A Sobol sequence of {sampling.size} points ({name}) loses its balance; take a power of 2, such as "
                f"{near} or {2 * near}."
            )
    return "\n".join(lines)


def _size(sweep: Sweep) -> str:
    left = f" ({sweep.left_out} more were left out by the constraints)" if sweep.left_out else ""
    designs, replicates = len(sweep.designs), sweep.study.replicates
    return (
        f"{_count(sweep.points, 'point')}{left} x {_count(designs, 'design')} x {_count(replicates, 'replicate')}: "
        f"{_count(sweep.cells, 'market')}."
    )


def _design(sweep: Sweep, design: str, metric: str) -> str:
    """At how many points a design is surely better or worse, and where it is best."""
    table = sweep._differences
    rows = table[(table["design"] == design) & (table["metric"] == metric)]
    good, bad = ("higher", "lower") if MEASURES[metric].better == "higher" else ("lower", "higher")
    better, worse = (int((rows["verdict"] == verdict).sum()) for verdict in (good, bad))
    known = int(rows["mean"].notna().sum())
    if not known:
        return f"On {metric}, {design} cannot be compared with {sweep.designs[0]} at any point."
    rest = known - better - worse
    text = f"On {metric}, {design} is better than {sweep.designs[0]} at {better} of {_count(known, 'point')}"
    text += f", worse at {worse}, not told apart at {rest}"
    means = rows["mean"].to_numpy()
    best = rows.loc[rows["mean"].idxmax() if good == "higher" else rows["mean"].idxmin()]
    at = ", ".join(f"{name} = {_shown(best[name])}" for name in sweep.factors)
    if at and pd.Series(means).nunique() > 1:
        text += f"; the best difference seen, {_signed(best['mean'])} {sweep.unit(metric)}, is at {at}"
        text += " (the best of many is seen too good)" if known > 1 else ""
    return text + "."


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else f"{value}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.3g}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
