"""An explanation in plain words."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from sim.experiments.explain import causes, families, lines
from sim.experiments.explain.groups import UNCHARGED

if TYPE_CHECKING:
    from sim.experiments.explain.explanation import Explanation
    from sim.experiments.explain.stories import Tale

REASONS = 3
"""How many reasons are told."""


def summary(result: Explanation) -> list[str]:
    """Sentences: the difference, its largest reasons, and what is not certain."""
    if result.nothing:
        return [_nothing(result)]
    said = [_difference(result)]
    said += _reasons(result) + _lines(result) + _groups(result) + _customers(result) + _doubts(result)
    return said


def _nothing(result: Explanation) -> str:
    where = [f"in {result.metric}"]
    where += ["in any line of the books"] * (not result.lines.empty)
    where += ["in who is a customer at the end"] * (not result.fates.empty)
    return (
        f"'{result.design}' and '{result.against}' do not differ at {result.world.focus} {', '.join(where)}, "
        f"to the bit, in all {result.replicates} worlds: there is nothing to explain."
    )


def money(value: float, unit: str, *, signed: bool = True) -> str:
    """A number with its unit, shares in percentage points."""
    if unit.startswith("share"):
        return f"{100 * value:+.2f} percentage points" if signed else f"{100 * value:.2f} percentage points"
    places = 0 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    return f"{value:{'+' if signed else ''},.{places}f} {unit}"


def between(row: Any, unit: str) -> str:
    """(95 % interval ...), or what takes its place."""
    low, high = row["low"], row["high"]
    if low is None or isnan(low):
        return ""
    if low == high:
        return " (in every world)"
    mid = " to "
    return f" (95 % interval {money(low, unit).removesuffix(' ' + unit)}{mid}{money(high, unit)})"


def unsure(row: Any) -> bool:
    """Whether the interval does not exclude 0, or there is none."""
    low, high = row["low"], row["high"]
    return low is None or isnan(low) or low <= 0 <= high


def heading(tale: Tale, result: Explanation) -> str:
    """Who a story is about."""
    design = result.design if tale.fate == "gained" else result.against
    of = f"one of {tale.kind} of her kind" if tale.kind > 1 else "the only one of her kind"
    return (
        f"Customer {tale.customer} of replicate {tale.replicate}: with {result.world.focus} at the end under "
        f"'{design}' only ({of}). First differs in week {tale.week}: {causes.WORDS[tale.first]}. Buys otherwise from "
        f"week {tale.bought} on: {causes.WORDS[tale.turn]}."
    )


def _difference(result: Explanation) -> str:
    d = result.difference
    whole = {"low": d.low, "high": d.high}
    verdict = {
        "higher": "more than", "lower": "less than", "no difference": "no other than",
        "not separated": "not separated from", "unknown": "against",
    }[d.verdict]  # fmt: skip
    assert d.mean is not None
    return (
        f"{result.metric} at {result.world.focus}: '{result.design}' brings {money(d.mean, result.unit)}"
        f"{between(whole, result.unit)}, {verdict} '{result.against}', in {result.replicates} paired worlds."
    )


def _reasons(result: Explanation) -> list[str]:
    if "mechanisms" not in result.parts:
        return []
    if result.shapley.empty:
        if not result.mechanisms["acts"].any():
            return ["No mechanism that was switched off changes anything that is measured here."]
        words = (
            f"{result.metric} has no value where some mechanisms are off, so its difference cannot be shared among "
            "families of mechanisms; see the mechanisms one by one."
        )
        return [words]
    told = result.shapley[result.shapley["mean"] != 0].head(REASONS)
    if told.empty:
        return [f"No family of mechanisms has a part in the difference on {result.metric}."]
    said = ["The largest reasons, by family of mechanisms (Shapley value):"]
    for number, (_, row) in enumerate(told.iterrows(), 1):
        doubt = "; not separated from 0" if result.replicates > 1 and unsure(row) else ""
        said.append(
            f"  {number}. {families.WORDS[row['family']]}: {money(row['mean'], result.unit)}"
            f"{between(row, result.unit)}{doubt}"
        )
    if result.remains is not None and result.remains.mean is not None:
        said.append(
            f"What remains with all families off, whatever customers do: {money(result.remains.mean, result.unit)}."
        )
    return said


def _lines(result: Explanation) -> list[str]:
    if result.lines.empty:
        return []
    own = result.lines[result.lines["line"] != "profit"]
    told = own.reindex(own["mean"].abs().sort_values(ascending=False, kind="stable").index).head(REASONS)
    if told.empty:
        return ["No line of the profit and loss account differs."]
    currency = result.world.currency
    total = float(result.lines.loc[result.lines["line"] == "profit", "mean"].iloc[0])
    parts = [f"{lines.WORDS[row['line']]} {money(row['mean'], currency)}" for _, row in told.iterrows()]
    return [
        f"In the books, profit differs by {money(total, currency)}; the largest lines: {'; '.join(parts)}."
    ]


def _groups(result: Explanation) -> list[str]:
    if result.groups.empty:
        return []
    said, currency = [], result.world.currency
    own = result.groups[(result.groups["measure"] == "contribution") & (result.groups["group"] != UNCHARGED)]
    for by in ("segment", "decile"):
        rows = own[own["by"] == by]
        best = rows.loc[rows["mean"].abs().idxmax()]
        name = (
            f"decile {best['group']}" if by == "decile" and best["group"].isdigit() else f"'{best['group']}'"
        )
        said.append(f"{money(best['mean'], currency)} in {name}")
    most = "; ".join(said)
    return [
        f"What customers bring differs most by segment and by decile of value (1: the best customers): {most}."
    ]


def _customers(result: Explanation) -> list[str]:
    if result.fates.empty:
        return []
    fate = result.fates.set_index("fate")["mean"]
    who = result.world.focus
    count = (
        f"Customers a world: {fate['gained']:,.1f} are with {who} at the end under '{result.design}' only, "
        f"{fate['lost']:,.1f} under '{result.against}' only, {fate['kept']:,.1f} under both."
    )
    said = [count]
    for name, word in (("gained", "gained"), ("lost", "lost")):
        own = result.causes[result.causes["fate"] == name] if len(result.causes) else result.causes
        for by, words in (("first", "what differed first"), ("turn", "when they first bought otherwise")):
            rows = own[own["by"] == by].head(2) if len(own) else own
            if len(rows):
                parts = [f"{causes.WORDS[r['group']]} ({100 * r['share']:.0f} %)" for _, r in rows.iterrows()]
                said.append(f"  Of those {word}, {words}: {', '.join(parts)}.")
    return said


def _doubts(result: Explanation) -> list[str]:
    said = []
    if result.replicates == 1:
        said.append("One replicate has no interval; give --replicates 8 or more.")
    elif result.difference.verdict == "not separated":
        said.append(
            "Not certain: the difference as a whole is not separated from 0, and so its parts may be luck."
        )
    if len(result.shapley):
        weak = [
            families.WORDS[row["family"]]
            for _, row in result.shapley.iterrows()
            if unsure(row) and row["mean"] != 0
        ]
        if weak and result.replicates > 1:
            said.append(f"Not certain: the part of {'; '.join(weak)} is not separated from 0.")
        if result.orders:
            worst = float(result.shapley["sampling_error"].max())
            said.append(
                f"Families were switched on in {result.orders} orders drawn at random; the standard error of that "
                f"is at most {money(worst, result.unit, signed=False)} a family, on top of the intervals."
            )
    if result.idle:
        said.append(f"Changes nothing measured here, to the bit: {', '.join(result.idle)}.")
    if not result.causes.empty:
        said.append(
            "Causes of single customers are read off their diaries: what differed first, not a proof. What a mechanism "
            "does is seen by switching it off."
        )
    return said
