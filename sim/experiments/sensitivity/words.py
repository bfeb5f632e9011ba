"""A sensitivity analysis in plain words: what matters, what does not, and how sure that is."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from sim.experiments.sensitivity.result import Sensitivity

IMMATERIAL = ("nothing", "no effect", "negligible")
"""Verdicts that say that a factor does not matter."""
WIDE = 0.1
"""Intervals wider than this (Sobol: share of the variance; Morris: share of the largest mu_star) call for more points.

Source: Sarrazin, Pianosi & Wagener 2016, Environmental Modelling & Software 79:135, who go on to 0.05.
"""
BENT = 1.0
"""Above this ratio of sigma to mu_star the effect of a factor changes its sign, or depends much on the others.

Source: Garcia Sanchez et al. 2014, Energy and Buildings 68:741.
"""
_WHAT = {
    "morris": "Morris: mean size of the change over a factor's whole range (mu*)",
    "sobol": "Sobol: share of the variance that a factor has a hand in (ST)",
    "one_at_a_time": "One at a time from the scenario as written: swing between a factor's extremes",
}


def summary(result: Sensitivity) -> list[str]:
    """The lines of the summary."""
    lines = [_WHAT[result.method] + "."]
    if result.unread:
        lines.append(
            f"Nothing here reads {join(result.unread)}: not a bit of any metric changed in any replicate"
            + (", all else as written." if result.method == "one_at_a_time" else ".")
        )
        lines += _elsewhere(result)
    for metric in result.metrics:
        lines += _metric(result, metric)
    if result.replicates == 1:
        lines.append(
            "One replicate: all this holds for a single world, and luck cannot be told from effect; "
            "give 4 replicates or more."
        )
    if len(result.failures):
        count = len(result.failures.drop_duplicates(["point", "design", "replicate"]))
        lines.append(f"{_count(count, 'market')} failed; the first: {result.failures['error'].iloc[0]}.")
    return lines


def _elsewhere(result: Sensitivity) -> list[str]:
    """Factors that only a design reads which was not run."""
    run = {design for design in (result.design, result.against) if design is not None}
    lines = []
    for name in result.unread:
        paths = [path.split(".") for path in result.study.factors[name].paths]
        of = {path[1] for path in paths if path[0] == "designs" and len(path) > 1}
        if of and len(of) == len({tuple(path[:2]) for path in paths}) and not of & run:
            lines.append(
                f"  {name} belongs to {join(tuple(sorted(of)))}, which was not run: give it as the design."
            )
    return lines


def _metric(result: Sensitivity, metric: str) -> list[str]:
    ranked = result.ranked(metric)
    name = (
        metric
        if result.against is None
        else f"{metric}, {result.design or 'as written'} less {result.against}"
    )
    if result.method != "sobol":
        name += f" ({result.unit(metric)})"
    lines = []
    mattering = ranked[ranked["verdict"] == "matters"]
    if mattering.empty:
        lines.append(f"On {name}: no factor is told apart from nothing.")
    else:
        said = [f"{row.factor} {_number(row, result.method)}" for row in mattering.itertuples()]
        lines.append(f"On {name}, most first: {', '.join(said)}.")
        lines += _order(result, mattering)
    lines += _interactions(result, metric, mattering)
    for verdict, text in (
        ("unclear", "Not told apart from luck or from nothing"),
        ("negligible", "Do not matter (the whole interval is below 1 %)"),
        ("no effect", "Change other metrics, but not a bit of this one"),
        ("not tried", "Never moved (one level only), so nothing is known of"),
        ("unknown", "Without numbers"),
    ):
        names = tuple(ranked[ranked["verdict"] == verdict]["factor"])
        if names:
            lines.append(f"  {text}: {join(names)}.")
    lines += _sureness(result, metric, ranked)
    return lines


def _number(row: Any, method: str) -> str:
    def show(number: float) -> str:
        return _show(number, method)

    low, high = (row.worlds_low, row.worlds_high) if isnan(row.low) else (row.low, row.high)
    return show(row.value) if isnan(low) else f"{show(row.value)} ({show(low)} to {show(high)})"


def _show(number: float, method: str) -> str:
    if method == "sobol":
        return f"{number:.2f}"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _order(result: Sensitivity, mattering: pd.DataFrame) -> list[str]:
    """Whether the first is sure to be the first."""
    if len(mattering) < 2 or result.method == "one_at_a_time":
        return []
    first, rest = mattering.iloc[0], mattering.iloc[1:]
    near = tuple(rest[rest["high"] >= first["low"]]["factor"])
    return (
        [f"  The intervals of {first['factor']} and {join(near)} overlap: which is first is not sure."]
        if near
        else []
    )


def _interactions(result: Sensitivity, metric: str, mattering: pd.DataFrame) -> list[str]:
    rows = result.analysis.indices
    rows = rows[(rows["metric"] == metric) & rows["factor"].isin(mattering["factor"])]
    wide = rows.pivot(index="factor", columns="index", values="value").reindex(mattering["factor"])
    if wide.empty:
        return []
    if result.method == "morris":
        bent = tuple(wide.index[wide["sigma"] > BENT * wide["mu_star"]])
        verb = "changes its sign or depends" if len(bent) == 1 else "change their sign or depend"
        return (
            [f"  The effect of {join(bent)} {verb} much on where the others stand (sigma > mu*)."]
            if bent
            else []
        )
    if result.method == "one_at_a_time":
        return []
    all_rows = result.analysis.indices
    alone = float(all_rows[(all_rows["metric"] == metric) & (all_rows["index"] == "S1")]["value"].sum())
    lines = [f"  Factors by themselves make {alone:.0%} of the variance; the rest is interaction and error."]
    together = rows[(rows["index"] == "interaction") & (rows["low"] > 0)]
    if len(together):
        said = [f"{row.factor} {row.value:.2f}" for row in together.itertuples()]
        lines.append(f"  In interactions for sure (ST - S1): {', '.join(said)}.")
    value, half = result.analysis.dummies[metric]
    lines.append(
        f"  A dummy factor, which nothing reads, gets S1 = {value:.2f} ± {half:.2f}: trust no S1 below that."
    )
    return lines


def _sureness(result: Sensitivity, metric: str, ranked: pd.DataFrame) -> list[str]:
    lines = []
    if lost := result.analysis.unused.get(metric, 0):
        lines.append(
            f"  {lost} of {result.points} trajectories were left out: a market there has no {metric}."
        )
    hidden = ranked[(ranked["verdict"] == "unclear") & ranked["luck"].notna()]
    if len(hidden):
        luck = float(hidden["luck"].max())
        share = "a quarter" if result.method == "sobol" else "half"
        lines.append(
            f"  Luck alone gives up to {_show(luck, result.method)} here; four times the replicates, {share} of that."
        )
    if result.method == "one_at_a_time":
        return lines
    unit = 1.0 if result.method == "sobol" else float(ranked["value"].max())
    width = float((ranked["high"] - ranked["low"]).max()) / unit if unit > 0 else 0.0
    what = "of the variance" if result.method == "sobol" else "of the largest mu*"
    if width > WIDE:
        needed = result.points * (width / WIDE) ** 2
        if result.method == "sobol":
            power = 1
            while power < needed:
                power *= 2
            needed = power
        lines.append(
            f"  Intervals are up to {width:.0%} {what} wide; about {_rounded(needed)} points would make that "
            f"{WIDE:.0%}."
        )
    else:
        lines.append(f"  Points enough: no interval is wider than {width:.0%} {what}.")
    worlds = float((ranked["worlds_high"] - ranked["worlds_low"]).max()) / unit if unit > 0 else 0.0
    if worlds > max(WIDE, width):
        lines.append(
            f"  Between worlds indices differ more (intervals up to {worlds:.0%} wide): add replicates first."
        )
    return lines


def _rounded(number: float) -> str:
    whole = int(-(-number // 1))
    if whole & (whole - 1) == 0:
        return f"{whole:,}"
    digits = max(0, len(str(whole)) - 2)
    return f"{-(-whole // 10**digits) * 10**digits:,}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"


def join(names: tuple[str, ...]) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
