"""The result of a comparison: numbers with their intervals, differences, ranks, words."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import provenance, store
from sim.experiments import worth as reckon
from sim.experiments.enough import Enough
from sim.experiments.excel import write_excel
from sim.experiments.parameters import ParameterUncertainty, by_draw, draws_of, pair_by_draw, parts
from sim.experiments.robust import Robust, robust
from sim.experiments.statistics import (
    Difference,
    Interval,
    Pair,
    Ranking,
    bonferroni,
    mean_interval,
    paired_difference,
    rank,
)
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiments.dossier import Dossier

_NOTED = ("command", "time", "scenario_fingerprint", "code_hash", "platform", "duration_seconds")
RANKED = ("retention", "profit")
"""The metrics that designs are ranked on."""


@dataclass(frozen=True)
class Comparison:
    """Programme designs of one market, compared in paired worlds.

    values: design, replicate, metric, value; panel: means over replicates by design, week, firm, segment and
    membership; paths: the focal firm's week by design and replicate. Money is in the scenario's currency.
    """

    world: Scenario
    designs: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int
    values: pd.DataFrame = field(repr=False)
    panel: pd.DataFrame = field(repr=False)
    paths: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)
    enough: Enough | None = None
    """the looks of a run that stopped by itself"""

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric].unit.replace("currency", self.world.currency)

    @cached_property
    def samples(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """metric -> design -> one value a replicate, in the order of the replicates."""
        wide = self.values.pivot(index="replicate", columns=["metric", "design"], values="value").sort_index()
        return {m: {d: wide[m, d].to_numpy(dtype=np.float64) for d in self.designs} for m in MEASURES}

    @cached_property
    def metrics(self) -> dict[str, dict[str, Interval]]:
        """design -> metric -> mean with its 95 % interval."""
        draws = draws_of(self.world)
        return {
            d: {m: mean_interval(by_draw(s[d], draws)) for m, s in self.samples.items()} for d in self.designs
        }

    @cached_property
    def paired(self) -> dict[str, dict[str, Difference]]:
        """design -> metric -> paired difference against the first design; the first design is left out."""
        first, draws = self.designs[0], draws_of(self.world)
        return {
            d: {
                m: paired_difference(*pair_by_draw(s[d], s[first], draws), better=MEASURES[m].better)
                for m, s in self._compared.items()
            }
            for d in self.designs[1:]
        }

    @property
    def _compared(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        # Incremental profit is a difference already; independent worlds would be compared by their profit.
        return {**self.samples, "incremental_profit": self.samples["profit"]}

    @cached_property
    def uncertainty(self) -> ParameterUncertainty | None:
        """Parameters beside chance in the differences; None where the scenario has no draws of its numbers."""
        block, first = self.world.uncertainty, self.designs[0]
        if block is None:
            return None
        found = {
            d: {
                m: parts(s[d] - s[first], len(block.draws), better=MEASURES[m].better)
                for m, s in self._compared.items()
            }
            for d in self.designs[1:]
        }
        return ParameterUncertainty(block.source, len(block.draws), self.replicates, found)

    @cached_property
    def rankings(self) -> dict[str, Ranking]:
        """Ranking on retention and on profit, as far as the data separate the designs."""
        return {metric: self.ranking(metric) for metric in RANKED}

    def ranking(self, metric: str) -> Ranking:
        """Ranking on any one metric, as far as the data separate the designs; those without a value have no rank."""
        without = self.without(metric)
        draws = draws_of(self.world)
        found = {d: by_draw(values, draws) for d, values in self.samples[metric].items() if d not in without}
        if self.enough is None or self.enough.until.metric != metric:
            return rank(found, better=MEASURES[metric].better)
        error = self.enough.looks[-1].error
        return rank(found, better=MEASURES[metric].better, error=error, adjusted=bonferroni)

    def without(self, metric: str) -> tuple[str, ...]:
        """Designs under which a metric has no value in some replicate."""
        samples = self.samples[metric]
        return tuple(design for design in self.designs if np.isnan(samples[design]).any())

    def table(self) -> pd.DataFrame:
        """A row a metric; for each design mean, low and high of its 95 % interval."""
        columns = {
            (design, part): [getattr(self.metrics[design][m], part) for m in self.samples]
            for design in self.designs
            for part in ("mean", "low", "high")
        }
        index = pd.MultiIndex.from_tuples([(m, self.unit(m)) for m in self.samples], names=["metric", "unit"])
        return pd.DataFrame(columns, index=index, dtype=float)

    def differences(self) -> pd.DataFrame:
        """A row a design and metric: the paired difference against the first design.

        `verdict` says what the interval says; `gain` is the width of the interval without pairing over its
        width with pairing.
        """
        rows = [
            (design, self.designs[0], m, self.unit(m), d.mean, d.low, d.high, d.p_better, d.verdict, d.gain)
            for design, differences in self.paired.items()
            for m, d in differences.items()
        ]
        names = ["design", "against", "metric", "unit", "mean", "low", "high", "p_better", "verdict", "gain"]
        return pd.DataFrame(rows, columns=names).astype(
            dict.fromkeys(("mean", "low", "high", "p_better", "gain"), float)
        )

    @cached_property
    def worths(self) -> dict[str, reckon.Worth]:
        """design -> is it worth it, against the first design (sim/experiments/worth.py); the first is left out."""
        rate = self.world.category.discount_rate
        return reckon.worths(
            self.paths,
            self.designs,
            burn_in=self.world.horizon.burn_in,
            rate=rate,
            draws=draws_of(self.world),
        )

    def worth(self) -> pd.DataFrame:
        """A row a design but the first: what it earns more, what it costs more, ROI, NPV, payback, break-even.

        sim/experiments/worth.py defines the columns; money in currency, NaN where there is no number.
        """
        return reckon.table(self.worths)

    def margins(self) -> pd.DataFrame:
        """A row a design and measured week: profit less that of the first design, with its interval, and summed."""
        burn_in, draws = self.world.horizon.burn_in, draws_of(self.world)
        return reckon.margins(self.paths, self.designs, burn_in=burn_in, draws=draws)

    def robust(self, metric: str = "profit") -> Robust:
        """Which design to take: chance of being best, regret, tail, dominance over the worlds of the replicates."""
        return robust(self.values, metric=metric)

    def summary(self) -> str:
        """The result in words: what is ranked, what cannot be told apart, what pairing gained."""
        lines = [] if self.enough is None else [self.enough.summary()]
        if self.replicates == 1:
            lines.append("One replicate has no interval and ranks nothing; give --replicates 8 or more.")
        else:
            for metric, ranking in self.rankings.items():
                lines += _words(metric, ranking, self._worlds())
                if without := self.without(metric):
                    has = "has" if len(without) == 1 else "have"
                    lines.append(f"{_join(without)} {has} no {metric} in some replicate, and so no rank.")
            lines += self._gain_words()
        if self.uncertainty is not None and len(self.designs) > 1:
            lines += self.uncertainty.summary(RANKED)
        return "\n".join(lines)

    def _worlds(self) -> tuple[int, str]:
        """How many worlds an interval counts, and what they are."""
        draws = draws_of(self.world)
        return (
            (draws, "draws of the parameters")
            if 0 < draws < self.replicates
            else (self.replicates, "replicates")
        )

    def _gain_words(self) -> list[str]:
        words = []
        for metric in RANKED:
            gains = [g for d in self.paired.values() if (g := d[metric].gain) is not None]
            if gains:
                gain = float(np.median(gains))
                words.append(f"{metric} {gain:.1f} times narrower (worth {gain**2:.0f} times the replicates)")
        if not words:
            return []
        return ["Paired worlds made the intervals of the differences: " + ", ".join(words) + "."]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain JSON values; what does not exist is None (null)."""
        return {
            "scenario": provenance.scenario_dict(self.world),
            "designs": list(self.designs),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "versions": dict(self.provenance["versions"]),
            "metrics": {d: {m: vars(i).copy() for m, i in row.items()} for d, row in self.metrics.items()},
            "differences": {
                d: {
                    m: {"mean": i.mean, "low": i.low, "high": i.high, "p_better": i.p_better}
                    for m, i in row.items()
                }
                for d, row in self.paired.items()
            },
            "pairing_gain": {d: {m: i.gain for m, i in row.items()} for d, row in self.paired.items()},
            "ranking": {}
            if self.replicates == 1
            else {m: [list(g) for g in r.groups] for m, r in self.rankings.items()},
            **({} if self.enough is None else {"enough": self.enough.to_dict()}),
            **({} if self.uncertainty is None else {"uncertainty": self.uncertainty.to_dict()}),
            "worth": reckon.to_dict(self.worths),
            "summary": self.summary().splitlines(),
            "units": {m: self.unit(m) for m in self.samples},
            "provenance": dict(self.provenance),
        }

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook whose numbers are those of the tables; returns its path. ExperimentError where it cannot be.

        Its sheets are those of `sheets()`, numbers to 15 digits.
        """
        return write_excel(Path(path), self.sheets())

    def sheets(self) -> dict[str, pd.DataFrame]:
        """The tables of the workbook by the name of their sheet.

        Sheets: differences (`differences()`), means (`table()`), worth (`worth()`), margins, values (a row a design,
        replicate and metric), and what the comparison is.
        """
        table = self.table()
        means = pd.concat([table.index.to_frame(index=False), table.reset_index(drop=True)], axis=1)
        means.columns = [" ".join(name) if isinstance(name, tuple) else name for name in means.columns]
        differences = {} if len(self.designs) == 1 else {"differences": self.differences()}
        worths = {} if len(self.designs) == 1 else {"worth": self.worth(), "margins": self.margins()}
        if self.uncertainty is not None and len(self.designs) > 1:
            worths["uncertainty"] = self.uncertainty.table()
        facts = pd.DataFrame(list(self._about().items()), columns=["what", "is"])
        return {**differences, "means": means, **worths, "values": self.values, "about": facts}

    def _about(self) -> dict[str, str]:
        record = self.provenance
        return {
            "scenario": self.world.title,
            "focal firm": self.world.focus,
            "designs": ", ".join(self.designs),
            "reference": self.designs[0],
            "replicates": f"{self.replicates}",
            "seed": f"{self.seed}",
            "customers": f"{self.customers}",
            "weeks": f"{self.weeks}, of which {self.world.horizon.burn_in} burn-in",
            "currency": self.world.currency,
            "intervals": f"95 %, over {self._worlds()[1]}; differences are paired",
            **{name.replace("_", " "): str(record[name]) for name in _NOTED if name in record},
            **{f"summary {i}": line for i, line in enumerate(self.summary().splitlines(), start=1)},
        }

    def plot(self, ax: Sequence[Axes] | None = None, metrics: Sequence[str] = RANKED) -> Figure:
        """The differences against the first design on these metrics as a picture, a panel each."""
        figure: Figure = _pictures().comparison(self, ax=ax, metrics=metrics)
        return figure

    def report(
        self,
        path: str | Path,
        *,
        excel: str | Path | None = None,
        quick: bool = False,
        dossier: Dossier | None = None,
        **runs: Any,
    ) -> Path:
        """Write a report as one HTML file that needs nothing else (docs/report.md); returns its path.

        excel: a workbook with the same numbers. quick: without what needs further markets. dossier: those markets,
        run before; else they are run now, `runs` being the arguments of `sim.dossier` (replicates, workers, out).
        ExperimentError where it cannot be written, before anything is run.
        """
        from sim.experiments.dossier import check
        from sim.experiments.dossier import dossier as make

        target, book = Path(path), None if excel is None else Path(excel)
        check(target, book)
        if dossier is None and not quick and len(self.designs) > 1:
            dossier = make(self, **runs)
        written: Path = importlib.import_module("sim.report.page").write(self, dossier, target, book)
        return written

    @classmethod
    def load(cls, folder: str | Path) -> Comparison:
        """The comparison that a run folder holds. ExperimentError where it is none, not finished, or damaged."""
        from sim.experiments.loading import read

        return read(folder)

    def save(self, folder: str | Path) -> Path:
        """Write the run folder (sim/experiments/store.py says what is in it); returns its path."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_parquet(path / "metrics.parquet", self.values)
        store.write_parquet(path / "panel.parquet", self.panel)
        store.write_parquet(path / "paths.parquet", self.paths)
        store.write_csv(path / "differences.csv", self.differences())
        _pictures().save(self.plot(), path / "comparison.png")
        store.write_json(path / store.MANIFEST, self.provenance)  # last: a folder with a manifest is complete
        return path


def _pictures() -> Any:
    # Pictures stand a floor above numbers, so they are looked up by name when asked for, as pandas does with
    # its plotting backend: everything else here works without matplotlib.
    return importlib.import_module("sim.report.plots")


def _words(metric: str, ranking: Ranking, worlds: tuple[int, str]) -> list[str]:
    lines, (count, what) = [], worlds
    if len(ranking.groups) > 1:
        lines.append(f"On {metric}: " + ", then ".join(_join(group) for group in ranking.groups) + ".")
    for group in ranking.groups:
        pairs = [p for p in ranking.pairs if p.first in group and p.second in group and not p.separated]
        lines += [
            f"{_join(names)} are identical on {metric}: no difference." for names in _identical(group, pairs)
        ]
        open_pairs = [p for p in pairs if not p.identical]
        if open_pairs:
            lines.append(
                f"{_join(group)} cannot be told apart on {metric} with {count} {what}; "
                f"{_needed(open_pairs, what.split()[0])}."
            )
    return lines


def _identical(group: tuple[str, ...], pairs: list[Pair]) -> list[tuple[str, ...]]:
    """Sets of designs that do not differ in any replicate."""
    same = {frozenset((p.first, p.second)) for p in pairs if p.identical}
    sets: list[tuple[str, ...]] = []
    for name in group:
        twins = tuple(other for other in group if other == name or frozenset((name, other)) in same)
        if len(twins) > 1 and twins not in sets:
            sets.append(twins)
    return sets


def _needed(pairs: list[Pair], what: str) -> str:
    easiest, hardest = min(pairs, key=lambda p: p.needed), max(pairs, key=lambda p: p.needed)
    if easiest.needed == hardest.needed:
        return f"{_count(easiest)} {what} would be needed"
    return (
        f"{_count(easiest)} {what} would be needed for {easiest.first} and {easiest.second}, "
        f"{_count(hardest)} for {hardest.first} and {hardest.second}"
    )


def _count(pair: Pair) -> str:
    if isinf(pair.needed):
        return "over a million"
    digits = max(0, len(str(int(pair.needed))) - 2)
    return f"about {-(-int(pair.needed) // 10**digits) * 10**digits:,}"


def _join(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
