"""The page's first two sections: the verdict, and the designs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.experiments.comparison import RANKED
from sim.measures import HEADLINE, MEASURES
from sim.report import questions
from sim.report.page import drawings
from sim.report.page.block import Block, Heading, Points, Section, Table, Words
from sim.report.page.grid import Column, Grid, Number, chance, chunked, span, spans, words
from sim.report.page.verdict import question, quoted, said, uncertain, verdict
from sim.report.units import MISSING, largest, scale
from sim.scenario.part import thaw

if TYPE_CHECKING:
    from sim.experiments import Comparison

SURE = (
    "Each interval holds with 95 %. “First”, “surely” and “cannot be told apart” are said of all pairs of designs "
    "together, with 95 %."
)
TOLD = ("answers", "note", "source", "as_of", "preset")
"""Of a patch: what is told of a programme, and does nothing."""
MOST = 4
"""Designs side by side in a table; more of them go below."""
COMPARED = ("revenue", "share", "nps", "active_members", "points_liability", "clv")


def first(result: Comparison, doubts: Sequence[str]) -> Section:
    """The question and the verdict; doubts: what the further runs add to what is not certain."""
    return Section(
        "verdict",
        "The question and the verdict",
        (
            Words(question(result)),
            *(Words(text, "lead") for text in verdict(result)),
            *((Words(SURE),) if result.replicates > 1 and len(result.designs) > 1 else ()),
            Heading("What is not certain"),
            Points((*uncertain(result), *doubts)),
        ),
    )


def side_by_side(result: Comparison) -> Section:
    """What each design is, what it brings, and how far they differ."""
    blocks: list[Block] = [Heading("What each design is"), Table(_patches(result))]
    answered = _answers(result)
    if answered is not None:
        blocks += [Heading("The programmes in seven answers"), *(Table(grid) for grid in answered)]
    blocks += [Heading("What each brings"), *(Table(grid) for grid in _headline(result))]
    if len(result.designs) > 1:
        blocks += [Heading(f"Against {quoted(result.designs[0])}")]
        blocks += [Table(differences(result, metric)) for metric in RANKED]
        blocks += [Table(grid) for grid in _others(result)]
        gain = [line for line in result.summary().splitlines() if line.startswith("Paired worlds made")]
        blocks += [Words(line) for line in gain]
        blocks += drawings.comparison(result)
    return Section("designs", "The designs side by side", tuple(blocks))


def differences(result: Comparison, metric: str) -> Grid:
    """A row a design: mean, paired difference, how sure, rank."""
    measure, unit, reference = MEASURES[metric], result.unit(metric), result.designs[0]
    ranking = result.rankings[metric] if result.replicates > 1 else None
    change = scale(unit, largest(d[metric].mean for d in result.paired.values()), difference=True)
    name = metric.replace("_", " ")
    cells: dict[str, list[str | Number]] = {"change": [], "chance": [], "says": [], "rank": []}
    for design in result.designs:
        if design == reference:
            cells["change"].append("reference")
            cells["chance"].append("")
            cells["says"].append("")
        else:
            found = result.paired[design][metric]
            cells["change"].append(
                Number(span(change, found, signed=True), (found.mean, found.low, found.high))
            )
            cells["chance"].append(chance(found.p_better))
            cells["says"].append(said(found, measure.better))
        rank = ranking.ranks.get(design) if ranking is not None else None
        shared = ranking is not None and any(design in g and len(g) > 1 for g in ranking.groups)
        cells["rank"].append(MISSING if rank is None else f"{rank} (shared)" if shared else str(rank))
    columns = (
        words("design", result.designs),
        spans(name, unit, [result.metrics[d][metric] for d in result.designs]),
        Column(f"change, {unit}", f"change, {change.unit}", tuple(cells["change"])),
        Column("P(better)", "P(better)", tuple(cells["chance"])),
        Column("the interval says", "the interval says", tuple(cells["says"])),
        Column("rank", "rank", tuple(cells["rank"])),
    )
    return Grid(
        f"{name} against reference",
        f"{name.capitalize()}: mean and paired difference to {quoted(reference)}, with 95 % intervals",
        columns,
        "P(better): probability that the expected difference is on the good side. Ranks hold for all pairs together "
        "(Holm); a single interval here may leave out 0 where the ranking, which is stricter, does not.",
    )


def _headline(result: Comparison) -> list[Grid]:
    def make(designs: Sequence[str], number: str) -> Grid:
        columns: list[list[str | Number]] = [[] for _ in designs]
        units = []
        for metric in HEADLINE:
            found = [result.metrics[design][metric] for design in designs]
            every = [result.metrics[design][metric].mean for design in result.designs]
            shown = scale(result.unit(metric), largest(every))
            units.append(f"{metric.replace('_', ' ')}, {shown.unit}")
            for column, interval in zip(columns, found, strict=True):
                column.append(Number(span(shown, interval), (interval.mean, interval.low, interval.high)))
        plain = [Column("metric", "metric", tuple(units))]
        return Grid(
            f"headline{number}",
            f"The headline metrics{' (continued)' if number > ' 1' else ''}: means with 95 % intervals",
            (*plain, *(Column(d, d, tuple(c)) for d, c in zip(designs, columns, strict=True))),
            "docs/measures.md defines each. In the workbook shares are between 0 and 1, and money in plain currency.",
        )

    return chunked(result.designs, MOST, make)


def _others(result: Comparison) -> list[Grid]:
    """A row a design, a column a metric: paired differences."""
    others = result.designs[1:]
    known = [m for m in COMPARED if any(result.paired[d][m].mean is not None for d in others)]

    def make(metrics: Sequence[str], number: str) -> Grid:
        columns = [
            spans(
                metric.replace("_", " "),
                result.unit(metric),
                [result.paired[d][metric] for d in others],
                signed=True,
                difference=True,
            )
            for metric in metrics
        ]
        return Grid(
            f"other differences{number}",
            f"Further paired differences to {quoted(result.designs[0])}, with 95 % intervals",
            (words("design", others), *columns),
        )

    return chunked(known, 3, make)


def _patches(result: Comparison) -> Grid:
    """What a design puts in place of what the firm does, as the scenario has it."""
    said = [_spelled(thaw(result.world.designs[name])) for name in result.designs]
    return Grid(
        "designs",
        f"The designs, as changes of what {result.world.focus} does as written; the first is the reference",
        (words("design", result.designs), words("what it changes", said)),
    )


def _spelled(patch: object) -> str:
    """A patch in one line, without what is only told of it: 'programme (name Card, stamps (needed 9, reward 3))'."""
    if isinstance(patch, dict):
        parts = []
        for name, value in patch.items():
            if name in TOLD:
                continue
            inner = _spelled(value)
            nested = isinstance(value, dict | list) and value
            parts.append(f"{str(name).replace('_', ' ')} " + (f"({inner})" if nested else inner))
        return ", ".join(parts) or "nothing"
    if isinstance(patch, list):
        return "; ".join(_spelled(each) for each in patch)
    if isinstance(patch, bool):
        return "yes" if patch else "no"
    return "none" if patch is None else f"{patch:g}" if isinstance(patch, float) else str(patch)


def _answers(result: Comparison) -> list[Grid] | None:
    found = questions.to_dict(result.world, result.designs)
    if not found:
        return None

    def make(designs: Sequence[str], number: str) -> Grid:
        columns = [words(design, [found[design][q] for q in questions.QUESTIONS]) for design in designs]
        return Grid(
            f"answers{number}",
            "What each programme answers to the seven questions of programme design",
            (words("question", questions.QUESTIONS), *columns),
        )

    return chunked(list(found), 3, make)
