"""The verdict in words: which design comes first, by how much, what is not certain; never more than intervals allow."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from sim.experiments.comparison import RANKED
from sim.experiments.parameters import draws_of, pair_by_draw
from sim.experiments.statistics import Difference, Ranking, paired_difference
from sim.measures import MEASURES
from sim.report.page.grid import span
from sim.report.units import largest, scale

if TYPE_CHECKING:
    from sim.experiments import Comparison

FEW = 8
"""Replicates below which it is said that they are few."""


def question(result: Comparison) -> str:
    """What was asked."""
    world, others = result.world, len(result.designs) - 1
    what = f"{others} design{'s' if others > 1 else ''} against the reference {quoted(result.designs[0])}"
    if not others:
        what = f"one design, {quoted(result.designs[0])}"
    count = f"{result.replicates} worlds" if result.replicates > 1 else "one world"
    return (
        f"What should {world.focus} do, to keep its customers and to earn money, in the market “{world.title}”? "
        f"Here {'are' if others > 1 else 'is'} {what}, in {count} of {result.customers:,} customers, the same for "
        f"every design. The designs act from week {world.horizon.burn_in} on; measured are weeks "
        f"{world.horizon.burn_in} to {result.weeks - 1}."
    )


def verdict(result: Comparison) -> list[str]:
    """The answer, a paragraph each: on retention, on profit, and whether they agree."""
    if len(result.designs) == 1:
        return ["There is one design only, so there is nothing to choose between."]
    if result.replicates == 1:
        return [
            (
                "One replicate proves nothing: there is no interval, and no design is put before another. What differs "
                "below may be luck. Run the comparison again with 8 replicates or more."
            )
        ]
    return [*(first_on(result, metric) for metric in RANKED), agreement(result)]


def first_on(result: Comparison, metric: str) -> str:
    """Which design comes first on a metric, if the data say."""
    ranking, name, reference = result.rankings[metric], metric.replace("_", " "), result.designs[0]
    without = result.without(metric)
    left = f" {listed(without)} cannot be ranked: no {name} in some world." if without else ""
    if len(ranking.ranks) < 2:
        return f"On {name} nothing can be ranked.{left}"
    top = contenders(ranking)
    rest = [design for group in ranking.groups for design in group if design not in top]
    if len(top) == 1:
        if top[0] == reference:
            return f"On {name} the reference {quoted(reference)} comes first; every other design ranked is worse.{left}"
        amount = f", {_amount(result, metric, top[0])}" if reference in ranking.ranks else ""
        return f"On {name} {quoted(top[0])} comes first{amount}.{left}"
    pairs = [pair for pair in ranking.pairs if pair.first in top and pair.second in top]
    same = all(pair.identical for pair in pairs)
    if same and not rest:
        return f"On {name} {listed(top)} are exactly the same.{left}"
    words = (
        "come first, exactly the same"
        if same
        else "cannot be told apart, so that no single design comes first"
    )
    behind = f"; surely not first: {listed(rest)}" if rest else ""
    return f"On {name} {listed(top)} {words}{behind}.{left}"


def contenders(ranking: Ranking) -> tuple[str, ...]:
    """The designs that may be first: those which no other is told apart from as better. None of them beats another."""
    beaten = {pair.second for pair in ranking.pairs if pair.separated}
    return tuple(design for group in ranking.groups for design in group if design not in beaten)


def more_worlds(result: Comparison, metric: str) -> list[str]:
    """What it would take to tell apart the designs that may be first."""
    ranking = result.rankings[metric]
    top = contenders(ranking)
    pairs = [p for p in ranking.pairs if p.first in top and p.second in top and not p.identical]
    if not pairs:
        return []
    hardest, easiest = max(pairs, key=lambda p: p.needed), min(pairs, key=lambda p: p.needed)
    words = (
        f"To tell {quoted(easiest.first)} and {quoted(easiest.second)} apart on {metric} would take "
        f"{_count(easiest.needed)} replicates"
    )
    if hardest is not easiest:
        words += f", and {_count(hardest.needed)} for {quoted(hardest.first)} and {quoted(hardest.second)}"
    return [f"{words}, if the differences are what they seem."]


def _count(needed: float) -> str:
    if isinf(needed):
        return "over a million"
    digits = max(0, len(str(int(needed))) - 2)
    return f"about {-(-int(needed) // 10**digits) * 10**digits:,}"


def agreement(result: Comparison) -> str:
    """Whether who wins on retention wins on profit; else what the one costs of the other."""
    if any(len(result.rankings[metric].ranks) < 2 for metric in RANKED):
        return "Whether one design is best on both cannot be said."
    if all(pair.identical for metric in RANKED for pair in result.rankings[metric].pairs):
        return "The designs do the same in every world: there is no trade-off, and nothing to choose."
    kept, earned = (contenders(result.rankings[metric]) for metric in RANKED)
    if len(kept) == len(earned) == 1:
        if kept == earned:
            return f"The winner on retention is the winner on profit: {quoted(kept[0])}. There is no trade-off to make."
        return (
            "The winner on retention is not the winner on profit. That is the trade-off: "
            f"{_traded(result, kept[0], earned[0])}."
        )
    both = [design for design in kept if design in earned]
    if both:
        verb = "is" if len(both) == 1 else "are"
        return (
            f"Whether the winner on retention is the winner on profit is not settled; {listed(both)} {verb} among the "
            "first on both."
        )
    return (
        "No design is among the first on both retention and profit: first on retention "
        f"{_is(kept)}, first on profit {_is(earned)}. That is the trade-off: {_traded(result, kept[0], earned[0])}."
    )


def uncertain(result: Comparison) -> list[str]:
    """What is not certain, a sentence or two each."""
    found = [] if result.enough is None else [result.enough.summary()]
    if result.replicates > 1 and len(result.designs) > 1:
        found += [line for metric in RANKED for line in more_worlds(result, metric)]
        if result.uncertainty is not None:
            found += result.uncertainty.summary(RANKED)
        if result.replicates < FEW:
            found.append(
                f"{result.replicates} replicates are few: the intervals are wide, and rest on the differences being "
                "about normally distributed."
            )
    if result.world.uncertainty is None:
        found.append(
            "The numbers of the scenario are taken as known. The intervals hold the luck of customers and weeks only, "
            "not what is doubtful about the numbers."
        )
    found.append(
        "All this is said of the simulated market, under the assumptions below. What the model leaves out "
        "(docs/left_out.md) is in no interval."
    )
    return found


def between(result: Comparison, ours: str, theirs: str, metric: str) -> Difference:
    """The paired difference between any two designs."""
    pair = pair_by_draw(result.samples[metric][ours], result.samples[metric][theirs], draws_of(result.world))
    return paired_difference(*pair, better=MEASURES[metric].better)


def said(difference: Difference, better: str) -> str:
    """What an interval says, in a word or two."""
    verdict = difference.verdict
    if verdict in ("higher", "lower") and better != "neither":
        return "better" if verdict == better else "worse"
    return {"not separated": "not told apart", "unknown": "not known"}.get(verdict, verdict)


def quoted(name: str) -> str:
    """A design's name as it stands in a sentence."""
    return f"‘{name}’"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names of designs in a sentence."""
    marked = [quoted(name) for name in names]
    return marked[0] if len(marked) == 1 else ", ".join(marked[:-1]) + " and " + marked[-1]


def _traded(result: Comparison, ours: str, theirs: str) -> str:
    """What taking one design rather than the other brings, on both."""
    more, less = (_shown(result, metric, between(result, ours, theirs, metric)) for metric in RANKED)
    return f"{quoted(ours)} rather than {quoted(theirs)} changes retention by {more}, and profit by {less}"


def _is(names: tuple[str, ...]) -> str:
    return f"is {listed(names)}" if len(names) == 1 else f"are {listed(names)}, which are not told apart"


def _amount(result: Comparison, metric: str, design: str) -> str:
    return f"{_shown(result, metric, result.paired[design][metric])} against {quoted(result.designs[0])}"


def _shown(result: Comparison, metric: str, difference: Difference) -> str:
    units = scale(result.unit(metric), largest([difference.mean]), difference=True)
    return f"{span(units, difference, signed=True)} {units.unit}"
