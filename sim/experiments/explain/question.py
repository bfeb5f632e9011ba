"""Asking why one design beats another: `sim.explain`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import provenance
from sim.experiments.comparison import Comparison
from sim.experiments.errors import ExperimentError
from sim.experiments.explain import groups, lines, mechanisms, minds, shapley, stories
from sim.experiments.explain.checks import enough, named, switched, two_designs
from sim.experiments.explain.explanation import Explanation
from sim.experiments.explain.found import Found, Told
from sim.experiments.explain.markets import PARTS, pair_of_markets
from sim.experiments.explain.mechanisms import Off
from sim.experiments.lab import Lab, Progress
from sim.experiments.plan import Plan
from sim.experiments.run import Cell, RunCell
from sim.experiments.statistics import mean_interval
from sim.measures import MEASURES
from sim.scenario import Scenario

ORDERS = 16
"""Orders of families that are drawn where there are more than shapley.EXACT."""
METRICS = tuple(name for name in MEASURES if name != "incremental_profit")


@dataclass(frozen=True)
class Question:
    """Why `design` differs from `against` on a metric; checked when made, before any market."""

    plan: Plan
    design: str
    against: str
    metric: str
    mechanisms: Off
    parts: tuple[str, ...]
    orders: int

    @classmethod
    def of(
        cls,
        asked: Scenario | Comparison,
        *,
        design: str | None = None,
        against: str | None = None,
        metric: str = "profit",
        mechanisms: Sequence[str] | None = None,
        parts: Sequence[str] | None = None,
        replicates: int | None = None,
        seed: int | None = None,
        customers: int | None = None,
        weeks: int | None = None,
        workers: int | None = None,
        orders: int = ORDERS,
    ) -> Question:
        """Fill what is left out, from the comparison where there is one. ExperimentError or ScenarioError otherwise."""
        run = asked if isinstance(asked, Comparison) else None
        world = asked.world if isinstance(asked, Comparison) else asked
        ours, theirs = two_designs(world, run.designs if run else world.design_names, design, against)
        plan = Plan.of(
            world,
            designs=[ours, theirs],
            replicates=8 if replicates is None else replicates,
            seed=(run.seed if run else 1) if seed is None else seed,
            customers=run.customers if run and customers is None else customers,
            weeks=run.weeks if run and weeks is None else weeks,
            workers=workers,
        )
        return cls(
            plan=plan,
            design=ours,
            against=theirs,
            metric=named("metric", [metric], METRICS)[0],
            mechanisms=switched(mechanisms),
            parts=tuple(p for p in PARTS if p in named("part", parts, PARTS)),
            orders=enough(orders),
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the arguments of `explain`, without the workers."""
        return {
            "design": self.design,
            "against": self.against,
            "metric": self.metric,
            "mechanisms": list(self.mechanisms),
            "parts": list(self.parts),
            "orders": self.orders,
            **{name: getattr(self.plan, name) for name in ("replicates", "seed", "customers", "weeks")},
        }

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers of a cell; a metric, or fewer mechanisms, use the same cells."""
        return {**self.plan.identity, "explain": list(self.parts)}

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own."""
        slug = self.plan.folder(f"{name}-explain").name.rsplit("-", 1)[0]
        return Path("results") / f"{slug}-{provenance.digest([self.identity, self.settings])[:8]}"

    def cells(self, off: Off = ()) -> list[Cell]:
        """A cell a replicate, with these mechanisms off."""
        plan = self.plan
        changed = mechanisms.changes(off)
        return [
            Cell(self.design, replicate, plan.seed, plan.customers, plan.weeks, changed)
            for replicate in range(plan.replicates)
        ]

    def run(
        self,
        *,
        out: str | Path | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        command: str | None = None,
        ready: Callable[[], None] | None = None,
        run_cell: RunCell | None = None,
    ) -> Explanation:
        """Run all markets. The arguments and errors are those of `explain`."""
        begin = time.perf_counter()
        world = self.plan.world
        live = run_cell or partial(pair_of_markets, against=self.against, parts=self.parts)
        told = Told(progress, self._most_cells)
        with Lab(
            world,
            identity=self.identity,
            run_cell=live,
            out=out,
            workers=self.plan.workers,
            cluster=cluster,
            progress=told,
            ready=ready,
        ) as lab:
            found = Found(self.metric, self.cells, lab, told)
            found.run([(), *((name,) for name in self.mechanisms if "mechanisms" in self.parts)])
            if not np.isfinite(found.samples[()]).any():
                raise ExperimentError(
                    f"{self.metric} has no value under '{self.design}' or '{self.against}', and so no difference; "
                    "choose another metric"
                )
            parts = self._mechanisms(found) | self._tables(found)
            told.end()
            chosen = stories.typical(parts["changed"]) if len(parts["changed"]) else parts["changed"]
            record = provenance.record(world, command=command or self._call(), settings=self.settings)
            record["markets_run"] = 2 * lab.fresh
            result = Explanation(
                world=world,
                design=self.design,
                against=self.against,
                metric=self.metric,
                parts=self.parts,
                replicates=self.plan.replicates,
                seed=self.plan.seed,
                customers=self.plan.customers,
                weeks=self.plan.weeks,
                values=found.values(),
                tales=self._tales(chosen, cluster),
                provenance=record,
                **parts,
            )
            record["duration_seconds"] = round(time.perf_counter() - begin, 3)
            if lab.folder is not None:
                result.save(lab.folder)
            return result

    @property
    def _most_cells(self) -> int:
        """Cells there may be at most: those of the Shapley value depend on which families act."""
        if "mechanisms" not in self.parts:
            return self.plan.replicates
        players = len(mechanisms.families(self.mechanisms))
        coalitions = 2**players if players <= shapley.EXACT else self.orders * (players - 1) + 2
        return self.plan.replicates * (1 + len(self.mechanisms) + coalitions)

    def _mechanisms(self, found: Found) -> dict[str, Any]:
        empty = {"mechanisms": pd.DataFrame(), "shapley": pd.DataFrame(), "remains": None, "orders": 0}
        if "mechanisms" not in self.parts:
            return empty
        acting = mechanisms.acting(self.mechanisms, found.measured)
        table = mechanisms.table(self.mechanisms, found.samples, acting)
        known = mechanisms.families(self.mechanisms)
        played = {family: members for family, members in known.items() if set(members) & set(acting)}
        players = tuple(played)
        drawn = None
        if len(players) > shapley.EXACT:
            drawn = shapley.orders(players, self.orders, self.plan.seed)
        coalitions = shapley.every(players) if drawn is None else shapley.needed(drawn)
        found.run([mechanisms.off_in(coalition, played) for coalition in coalitions])
        contributions, _ = mechanisms.contributions(played, drawn, found.samples)
        remains = found.samples[mechanisms.off_in(frozenset(), played)]
        return {
            "mechanisms": table,
            "shapley": contributions,
            "remains": mean_interval(remains),
            "orders": 0 if drawn is None else len(drawn),
        }

    def _tables(self, found: Found) -> dict[str, Any]:
        parts = dict.fromkeys(("lines", "groups", "fates", "causes", "changed"), pd.DataFrame())
        if "lines" in self.parts:
            parts["lines"] = lines.waterfall(found.table("lines"))
        if "groups" in self.parts:
            parts["groups"] = groups.table(found.table("groups"), found.profit())
        if "customers" in self.parts:
            parts["fates"] = minds.fates(found.table("fates"))
            parts["changed"] = found.table("changed")
            parts["causes"] = minds.table(parts["changed"], self.plan.replicates)
        return parts

    def _tales(self, chosen: pd.DataFrame, cluster: str | None) -> tuple[stories.Tale, ...]:
        if chosen.empty:
            return ()
        whom = tuple(
            (int(row.replicate), int(row.customer), int(row.week))
            for row in chosen.sort_values(["replicate", "customer"]).itertuples()
        )
        replicates = sorted({replicate for replicate, *_ in whom})
        cells = [cell for cell in self.cells() if cell.replicate in replicates]
        with Lab(
            self.plan.world,
            identity={**self.identity, "stories": [list(one) for one in whom]},
            run_cell=partial(stories.tell, against=self.against, whom=whom),
            workers=self.plan.workers,
            cluster=cluster,
        ) as lab:
            lab.fill(cells)
            told = {c.replicate: o.tables["told"] for c, o in zip(cells, lab.whole(cells), strict=True)}
        return stories.tales(chosen, told)

    def _call(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"sim.explain(sim.load(...), {words})"


def explain(
    asked: Scenario | Comparison,
    *,
    design: str | None = None,
    against: str | None = None,
    metric: str = "profit",
    mechanisms: Sequence[str] | None = None,
    parts: Sequence[str] | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    orders: int = ORDERS,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell | None = None,
) -> Explanation:
    """Why one design of the focal firm's programme beats another: by mechanism, P&L line, group and customer.

    asked: a scenario, or a comparison that has been made (its worlds are lived again). design, against: default to the
    last and first of two designs. metric: what the mechanisms are to explain; the other parts explain profit,
    contribution and customers. mechanisms: those that are switched off (default: all but sim.experiments.explain
    .families.ALWAYS_ON). parts: `mechanisms`, `lines`, `groups`, `customers` (default: all). replicates: worlds
    (default: 8). seed, customers, weeks: default from the comparison or the scenario. orders: of families, drawn where
    more than six act. out: run folder; what it holds is not run again. workers, cluster, progress, command, ready,
    run_cell: as in `compare`; a cell is a pair of markets.

    Raises ScenarioError (a mechanism, metric or part that there is not), ExperimentError (other input), CellError (a
    market failed) or Interrupted (Ctrl-C; finished markets are kept in `out`).
    """
    question = Question.of(
        asked,
        design=design,
        against=against,
        metric=metric,
        mechanisms=mechanisms,
        parts=parts,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
        orders=orders,
    )
    return question.run(
        out=out, cluster=cluster, progress=progress, command=command, ready=ready, run_cell=run_cell
    )
