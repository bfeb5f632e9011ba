"""One market, looked at closely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import journal, provenance, store
from sim.experiments.plan import Plan, at_least_one, check_design, check_seed
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from sim.market import Market


@dataclass(frozen=True)
class Single:
    """One market to be run; checked when made. design None: the scenario as written."""

    world: Scenario
    design: str | None
    seed: int
    replicate: int
    customers: int
    weeks: int
    threads: int

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        design: str | None = None,
        seed: int = 1,
        replicate: int = 0,
        customers: int | None = None,
        weeks: int | None = None,
        threads: int = 1,
    ) -> Single:
        """Fill what is left out from the scenario; ExperimentError says what makes no sense."""
        if design is not None:
            check_design(world, design)
        plan = Plan.of(world, replicates=1, seed=seed, customers=customers, weeks=weeks)
        return cls(
            world=world,
            design=design,
            seed=plan.seed,
            replicate=check_seed(replicate, "replicate"),
            customers=plan.customers,
            weeks=plan.weeks,
            threads=at_least_one("threads", threads),
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the command's options (threads do not change the result)."""
        names = ("design", "seed", "replicate", "customers", "weeks")
        return {name: getattr(self, name) for name in names}

    def run(self, progress: Callable[[int, int], None] | None = None) -> Market:
        """The market after its last week; progress is told (weeks done, weeks in all)."""
        from sim.market import Market

        market = Market(self.world, **self.settings, threads=self.threads)
        for week in range(self.weeks):
            if progress is not None:
                progress(week, self.weeks)
            market.step()
        if progress is not None:
            progress(self.weeks, self.weeks)
        return market

    def prepare(self, folder: Path) -> None:
        """Make the folder for the results, or find that it holds the same market; ExperimentError if not."""
        store.prepare(folder)
        identity = {**self.settings, "scenario": provenance.scenario_dict(self.world)}
        journal.Journal(
            folder / journal.FILE, {**identity, "code": provenance.code_hash(outward=False)}
        ).close()

    def save(self, folder: Path, market: Market, command: str) -> None:
        """Write manifest, scenario, metrics and weekly panel of this one market."""
        metrics = market.metrics()
        rows = [(name, float(metrics[name])) for name in MEASURES if name in metrics]
        store.write_text(folder / "scenario.yaml", dumps(self.world))
        store.write_parquet(folder / "metrics.parquet", pd.DataFrame(rows, columns=["metric", "value"]))
        store.write_parquet(folder / "panel.parquet", market.panel())
        record = provenance.record(self.world, command=command, settings=self.settings)
        store.write_json(folder / store.MANIFEST, record)
