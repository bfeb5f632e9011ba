"""What a report needs beyond its comparison: three years, rivals that answer, winners and losers, doubts.

    dossier = sim.dossier(result, replicates=8)
    result.report("grocers.html", dossier=dossier)

All markets are those of the comparison (same scenario, seed, customers and designs), over three measured years or
the weeks of the comparison where these are more, in the first `replicates` of its worlds; the doubts in half of them,
four at least where there are so many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.answers import STILL, Answer
from sim.experiments.comparison import Comparison
from sim.experiments.errors import ExperimentError
from sim.experiments.further import FIRMS, GROUPS, YEARS, Asked, Counter, followed, kept
from sim.experiments.lab import Lab, Progress
from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.plan import at_least_one
from sim.experiments.run import AS_WRITTEN, Cell, Outcome
from sim.experiments.statistics import Interval, mean_interval
from sim.measures import MEASURES


@dataclass(frozen=True)
class Answered:
    """How the designs fare against one answer of the rivals; result is None where it cannot be tried (why_not).

    firms: a row a design, replicate and firm: share (of purchases at firms), revenue and profit (currency) over the
    measured weeks.
    """

    answer: Answer
    result: Comparison | None
    firms: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Dossier:
    """The further runs of a report.

    business: the comparison over three years (the given one where it is as long). still: the same worlds as `answered`,
    rivals standing still. groups: a row a design, replicate, segment and membership of the focal firm's customers:
    customers (mean of the measured weeks), purchases and revenue (a year), satisfaction. winners: a row a design and
    group of members (see Winners.table), empty where there are none (no_winners says why). sensitivity: a row a doubt
    and end: profit of `design` less that of the reference, with its interval; `base` is the same as the scenario is
    written, in the same worlds. Money in currency.
    """

    result: Comparison = field(repr=False)
    replicates: int
    weeks: int
    business: Comparison = field(repr=False)
    answered: tuple[Answered, ...] = field(repr=False)
    groups: pd.DataFrame = field(repr=False)
    winners: pd.DataFrame = field(repr=False)
    no_winners: str
    design: str | None
    """the design whose profit is doubted: of those but the reference, the one with the highest mean profit"""
    base: Interval
    doubt_replicates: int
    sensitivity: pd.DataFrame = field(repr=False)
    code_hash: str

    @property
    def still(self) -> Comparison:
        """The comparison in the worlds of the dossier, rivals standing still."""
        found = self.answered[0].result
        assert found is not None
        return found

    @property
    def longer(self) -> bool:
        """Whether the business case comes from runs of its own."""
        return self.business is not self.result

    def by_firm(self) -> pd.DataFrame:
        """A row an answer, design, firm and measure: mean, and two paired changes with their intervals.

        change, low, high: against no answer, under the same design. by_design, by_design_low, by_design_high: against
        the reference, under the same answer: what the design itself gives to a firm, or takes. NaN where there is none.
        """
        rows, draws = [], draws_of(self.result.world)
        still, first = self.answered[0].firms, self.result.designs[0]

        def values(table: pd.DataFrame, design: str, firm: str, measure: str) -> Any:
            own = table[(table["design"] == design) & (table["firm"] == firm)]
            return own[measure].to_numpy(dtype=np.float64)

        for each in self.answered:
            if each.result is None:
                continue
            for design in self.result.designs:
                for firm in self.result.world.firm_names:
                    for measure in FIRMS:
                        ours = values(each.firms, design, firm, measure)
                        against = (
                            values(still, design, firm, measure),
                            values(each.firms, first, firm, measure),
                        )
                        changes = [mean_interval(by_draw(ours - theirs, draws)) for theirs in against]
                        ends = [end for c in changes for end in (c.mean, c.low, c.high)]
                        mean = mean_interval(by_draw(ours, draws)).mean
                        rows.append((each.answer.name, design, firm, measure, mean, *ends))
        names = ["answer", "design", "firm", "measure", "mean", "change", "low", "high"]
        names += ["by_design", "by_design_low", "by_design_high"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[4:], float))

    def by_group(self) -> pd.DataFrame:
        """A row a design, segment, membership (`all`, member, non-member) and measure: mean and paired change.

        The change is against the reference, in the same worlds, with its interval. Membership can differ between
        designs, so only `all` are the same customers; the others have no change.
        """
        rows, draws, first = [], draws_of(self.result.world), self.result.designs[0]
        everybody = self.groups.groupby(["design", "replicate", "segment"], sort=False, as_index=False)
        pooled = everybody.apply(_pooled, include_groups=False).assign(membership="all")
        whole = pd.concat([pooled[self.groups.columns], self.groups], ignore_index=True)
        for (design, segment, membership), own in whole.groupby(
            ["design", "segment", "membership"], sort=False
        ):
            same = (whole["segment"] == segment) & (whole["membership"] == membership)
            before = whole[same & (whole["design"] == first)]
            for measure in GROUPS:
                ours = own[measure].to_numpy(float)
                mean, change = mean_interval(by_draw(ours, draws)), Interval(None, None, None)
                if membership == "all" and design != first:
                    change = mean_interval(by_draw(ours - before[measure].to_numpy(float), draws))
                rows.append(
                    (design, segment, membership, measure, mean.mean, change.mean, change.low, change.high)
                )
        names = ["design", "segment", "membership", "measure", "mean", "change", "low", "high"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[4:], float))


def dossier(
    result: Comparison,
    *,
    replicates: int = 8,
    years: int = YEARS,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] | None = None,
) -> Dossier:
    """Run what a report needs beyond its comparison.

    replicates: of its worlds, the first so many. years: measured, or as the comparison where that has more. out: folder
    of the journal; markets that it holds are not run again. workers, progress, ready: as of `compare`. ExperimentError
    where the comparison cannot be gone on with: one design, or policies in the user's own Python, which no folder has.
    """
    at_least_one("replicates", replicates)
    at_least_one("years", years)
    if len(result.designs) < 2:
        raise ExperimentError(
            "one design has nothing to be set against; compare two or more, or report with --quick"
        )
    if result.provenance.get("policies"):
        raise ExperimentError(
            "this comparison was run with policies written in Python, which are not stored with it; report it with "
            "--quick (quick=True), which runs no further markets"
        )
    asked = Asked.of(result, replicates, years)
    where = None if out is None else Path(out)
    counter = Counter(progress, len(asked.cells), len(asked.pairs))
    identity = {
        "experiment": "dossier",
        "scenario": provenance.scenario_dict(result.world),
        "code": provenance.code_hash(outward=False),
    }
    with Lab(
        result.world,
        identity=identity,
        run_cell=kept,
        out=where,
        workers=workers,
        progress=counter.first,
        ready=ready,
    ) as lab:
        lab.fill(asked.cells)
        outcomes = dict(zip(asked.cells, lab.whole(asked.cells), strict=True))
    winners, without = followed(asked, where, workers, counter, identity)
    return _put_together(asked, outcomes, winners, without)


def _pooled(group: pd.DataFrame) -> pd.Series:
    """Members and non-members of one segment together; satisfaction weighted by customers."""
    there = group["satisfaction"].notna()
    people = group["customers"][there]
    mean = float((group["satisfaction"][there] * people).sum() / people.sum()) if people.sum() > 0 else nan
    return pd.Series({**group[list(GROUPS[:3])].sum().to_dict(), "satisfaction": mean})


def _put_together(
    asked: Asked, outcomes: Mapping[Cell, Outcome], winners: pd.DataFrame, without: str
) -> Dossier:
    result = asked.result
    answered = []
    for answer in asked.answers:
        if answer.why_not:
            answered.append(Answered(answer, None, pd.DataFrame()))
            continue
        cells = [asked.cell(d, r, answer.changes) for d in result.designs for r in range(asked.replicates)]
        own = _comparison(asked, answer, {cell: outcomes[cell] for cell in cells})
        answered.append(Answered(answer, own, _labelled(cells, outcomes, "firms")))
    still = [asked.cell(d, r) for d in result.designs for r in range(asked.replicates)]
    base = answered[0].result
    assert base is not None
    plain, table = _doubted(asked, outcomes)
    return Dossier(
        result=result,
        replicates=asked.replicates,
        weeks=asked.weeks,
        business=result if result.weeks == asked.weeks else base,
        answered=tuple(answered),
        groups=_labelled(still, outcomes, "groups"),
        winners=winners,
        no_winners=without,
        design=asked.design,
        base=plain,
        doubt_replicates=asked.doubt_replicates,
        sensitivity=table,
        code_hash=provenance.code_hash(outward=False),
    )


def _labelled(cells: Sequence[Cell], outcomes: Mapping[Cell, Outcome], name: str) -> pd.DataFrame:
    frames = [
        outcomes[cell].tables[name].assign(design=str(cell.design), replicate=cell.replicate)
        for cell in cells
    ]
    whole = pd.concat(frames, ignore_index=True)
    return whole[["design", "replicate", *(c for c in whole.columns if c not in ("design", "replicate"))]]


def _comparison(asked: Asked, answer: Answer, found: Mapping[Cell, Outcome]) -> Comparison:
    """The outcomes as a comparison like the given one; it has no panel, which nothing here needs."""
    result, first = asked.result, asked.result.designs[0]
    profit = {(cell.design, cell.replicate): outcome.metrics["profit"] for cell, outcome in found.items()}
    rows = []
    for cell, outcome in found.items():
        extra = outcome.metrics["profit"] - profit[first, cell.replicate]
        values = {**outcome.metrics, "incremental_profit": extra}
        rows += [(str(cell.design), cell.replicate, m, float(values.get(m, nan))) for m in MEASURES]
    world = result.world
    return replace(
        result,
        world=world,
        replicates=asked.replicates,
        weeks=asked.weeks,
        values=pd.DataFrame(rows, columns=["design", "replicate", "metric", "value"]),
        panel=pd.DataFrame(),
        paths=_labelled(list(found), found, "path"),
        enough=None,
        provenance={**result.provenance, "answer": answer.name if answer.name != STILL else ""},
    )


def _doubted(asked: Asked, outcomes: Mapping[Cell, Outcome]) -> tuple[Interval, pd.DataFrame]:
    """Profit of the doubted design less that of the reference, as written and at both ends of each doubt."""
    first, draws = asked.result.designs[0], draws_of(asked.result.world)

    def gap(changes: str) -> Any:
        return np.array(
            [
                outcomes[asked.cell(asked.design, r, changes)].metrics["profit"]
                - outcomes[asked.cell(first, r, changes)].metrics["profit"]
                for r in range(asked.doubt_replicates)
            ]
        )

    plain, rows = gap(AS_WRITTEN), []
    for doubt in asked.doubts:
        for end, setting, changes in (
            ("low", doubt.low, doubt.low_changes),
            ("high", doubt.high, doubt.high_changes),
        ):
            there = gap(changes)
            value = mean_interval(by_draw(there, draws))
            moved = mean_interval(by_draw(there - plain, draws))
            rows.append(
                (
                    doubt.name,
                    end,
                    setting,
                    value.mean,
                    value.low,
                    value.high,
                    moved.mean,
                    moved.low,
                    moved.high,
                )
            )
    names = ["doubt", "end", "setting", "mean", "low", "high", "change", "change_low", "change_high"]
    table = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[3:], float))
    return mean_interval(by_draw(plain, draws)), table


def folder(run: Path, result: Comparison) -> Path:
    """Where a stored comparison keeps the further runs of its report: another program makes a folder of its own."""
    known = [result.world.fingerprint(), provenance.code_hash(outward=False)]
    return run / f"report-{provenance.digest(known)[:8]}"


def check(target: Path, excel: Path | None) -> None:
    """Refuse files that could not be written, before time is spent on what is in them."""
    for path, endings, what in (
        (target, (".html", ".htm"), "a report"),
        (excel, (".xlsx",), "an Excel file"),
    ):
        if path is None:
            continue
        if path.suffix.lower() not in endings:
            raise ExperimentError(f"cannot write {path}: {what} is called NAME{endings[0]}")
        if not path.absolute().parent.exists():
            raise ExperimentError(f"cannot write {path}: there is no folder {path.parent}; make it first")
        store.check_writable(path)
