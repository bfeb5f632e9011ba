"""The markets of a report beyond its comparison: which they are, what is kept of each, and members in pairs of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.answers import Answer, answers
from sim.experiments.comparison import Comparison
from sim.experiments.doubts import Doubt, doubts
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, focal_path, lived
from sim.experiments.winners import Winners, both
from sim.measures.tally import INDEX_SCALE, Tally
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.market import Market

YEAR, YEARS = 52, 3
GROUPS = ("customers", "purchases", "revenue", "satisfaction")
FIRMS = ("share", "revenue", "profit")
_NO_MEMBERS = "{} has no programme before the designs begin, so there is nobody whose rewards change"


@dataclass(frozen=True)
class Asked:
    """The markets of a dossier."""

    result: Comparison
    replicates: int
    weeks: int
    answers: tuple[Answer, ...]
    design: str
    doubts: tuple[Doubt, ...]
    doubt_replicates: int

    @classmethod
    def of(cls, result: Comparison, replicates: int, years: int) -> Asked:
        means = {d: result.metrics[d]["profit"].mean for d in result.designs[1:]}
        design = max(means, key=lambda name: -np.inf if (m := means[name]) is None else m)
        weeks = max(result.weeks, result.world.horizon.burn_in + years * YEAR)
        half = max(min(4, replicates), replicates // 2)
        found = doubts(result.world, design)
        return cls(result, replicates, weeks, answers(result.world), design, found, half)

    def cell(self, design: str, replicate: int, changes: str = AS_WRITTEN) -> Cell:
        return Cell(design, replicate, self.result.seed, self.result.customers, self.weeks, changes)

    @property
    def cells(self) -> list[Cell]:
        """Answers, then doubts; replicate by replicate, so that what is cut short has whole pairs."""
        found = [
            self.cell(design, replicate, answer.changes)
            for answer in self.answers
            if not answer.why_not
            for replicate in range(self.replicates)
            for design in self.result.designs
        ]
        found += [
            self.cell(design, replicate, changes)
            for doubt in self.doubts
            for changes in (doubt.low_changes, doubt.high_changes)
            for replicate in range(self.doubt_replicates)
            for design in (self.result.designs[0], self.design)
        ]
        return list(dict.fromkeys(found))

    @property
    def pairs(self) -> list[Cell]:
        """Markets of members who are followed under either design; none where nobody is a member before."""
        world = self.result.world
        if world.firm(world.focus).programme is None:
            return []
        return [
            self.cell(d, replicate) for replicate in range(self.replicates) for d in self.result.designs[1:]
        ]


class Counter:
    """One bar over both journals."""

    def __init__(self, progress: Progress | None, cells: int, pairs: int) -> None:
        self._progress, self._cells, self._all = progress, cells, cells + pairs

    def first(self, done: int, total: int) -> None:  # noqa: ARG002
        if self._progress is not None:
            self._progress(done, self._all)

    def then(self, done: int, total: int) -> None:  # noqa: ARG002
        if self._progress is not None:
            self._progress(self._cells + done, self._all)


def kept(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Run one market; keep measures, the focal firm's weeks, and sums by firm and by group of its customers."""
    market = lived(world, cell, stop)
    return Outcome(
        market.metrics(), {"path": focal_path(market), "firms": _firms(market), "groups": _groups(market)}
    )


def _firms(market: Market) -> pd.DataFrame:
    sums = market.tallies[market.burn_in :].sum(axis=(0, 1, 3))
    bought = sums[:, Tally.PURCHASES]
    return pd.DataFrame(
        {
            "firm": list(market.world.firm_names),
            "share": bought / max(1, int(bought.sum())),
            "revenue": sums[:, Tally.REVENUE] / 100.0,
            "profit": [firm.ledger.profits[market.burn_in :].sum() / 100.0 for firm in market.firms],
        }
    )


def _groups(market: Market) -> pd.DataFrame:
    ours = market.tallies[market.burn_in :, :, market.focus].sum(axis=0)
    weeks, rows = market.measured_weeks, []
    for i, segment in enumerate(market.world.customers.segments):
        for membership, sums in zip(("non-member", "member"), ours[i], strict=True):
            there = int(sums[Tally.ACTIVE])
            satisfied = int(sums[Tally.SATISFACTION]) / INDEX_SCALE / there if there else nan
            rows.append(
                (
                    segment.name,
                    membership,
                    there / weeks,
                    int(sums[Tally.PURCHASES]) * YEAR / weeks,
                    int(sums[Tally.REVENUE]) * YEAR / weeks / 100.0,
                    satisfied,
                )
            )
    return pd.DataFrame(rows, columns=["segment", "membership", *GROUPS])


def followed(
    asked: Asked,
    out: Path | None,
    workers: int | None,
    counter: Counter,
    identity: Mapping[str, Any],
) -> tuple[pd.DataFrame, str]:
    """Who wins and who loses under each design but the first; why there is no answer, where there is none."""
    result, cells = asked.result, asked.pairs
    why = _NO_MEMBERS.format(result.world.focus)
    if not cells:
        return pd.DataFrame(), why
    first = result.designs[0]
    with Lab(
        result.world,
        identity={**identity, "experiment": "dossier: winners", "against": first},
        run_cell=partial(both, against=first),
        out=None if out is None else out / "winners",
        workers=workers,
        progress=counter.then,
    ) as lab:
        lab.fill(cells)
        found = dict(zip(cells, lab.whole(cells), strict=True))
    tables = []
    for design in result.designs[1:]:
        frames = [o.tables["members"] for cell, o in found.items() if cell.design == design]
        values = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
        if not values.empty:
            table = Winners(result.world, design, first, asked.replicates, 1.0, values).table()
            tables.append(table.assign(design=design))
    if not tables:
        return pd.DataFrame(), why
    whole = pd.concat(tables, ignore_index=True)
    return whole[["design", *(name for name in whole.columns if name != "design")]], ""
