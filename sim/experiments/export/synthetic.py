"""A market as data: what a firm or a panel would have on file, and the truth behind it.

    exported = sim.export(world, "data", design="points", customers=2000)
    exported.table("transactions")     # a DataFrame; data/transactions.csv is the same
    exported.truth                     # a row a customer: her true rate, preferences, dropout ...

The market lives as if nobody looked: the same seed gives the same measures, to the bit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments import provenance, store
from sim.experiments.errors import ExperimentError
from sim.experiments.export import dictionary, files
from sim.experiments.export.calendar import DAYS, FIRST_DAY, Calendar
from sim.experiments.export.truth import truth
from sim.experiments.plan import Policies, sources
from sim.experiments.single import Single
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Export:
    """An export that has been written."""

    folder: Path
    settings: dict[str, Any]
    rows: dict[str, int]
    """rows of each CSV file"""
    customers: int
    """persons who were customers of the category at some time"""
    last_date: str
    """the last day of the log"""
    metrics: dict[str, float]
    """measures of the focal firm"""
    walked: int
    """customer-weeks that were walked once more"""
    seconds: float
    provenance: dict[str, Any] = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """A CSV file of the export as a table; KeyError for one that there is not."""
        import pandas as pd

        if name not in self.rows:
            raise KeyError(f"there is no table {name!r}; there are {', '.join(self.rows)}")
        return pd.read_csv(self.folder / f"{name}.csv")

    @property
    def truth(self) -> pd.DataFrame:
        """truth.parquet: a row a customer."""
        return store.read_parquet(self.folder / "truth.parquet")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "folder": str(self.folder),
            "settings": self.settings,
            "rows": self.rows,
            "customers": self.customers,
            "last_date": self.last_date,
            "seconds": self.seconds,
            "provenance": self.provenance,
        }

    def summary(self) -> str:
        """What was written, in words."""
        seen = self.settings["firm"]
        whose = f"as {seen} sees them" if seen else "at all firms"
        counts = ", ".join(f"{rows:,} of {name}" for name, rows in self.rows.items() if rows)
        return (
            f"Purchases {whose}, {self.settings['start']} to {self.last_date}. Rows: {counts}. "
            f"{self.customers:,} customers in the truth file. Sums of purchases, amounts and points agree with the "
            "market in every week. Dates within a week are drawn; what the columns mean stands in "
            "dictionary.md."
        )


def export(
    world: Scenario,
    out: str | Path,
    design: str | None = None,
    *,
    seed: int = 1,
    replicate: int = 0,
    customers: int | None = None,
    weeks: int | None = None,
    start: str = FIRST_DAY,
    firm: str | None = None,
    contacts: bool = False,
    policies: Policies | None = None,
    progress: Progress | None = None,
    command: str = "sim.export",
    ready: Callable[[], None] | None = None,
) -> Export:
    """Run one market and write its purchases, ledgers, memberships, surveys and prices, and the truth, to a folder.

    design: None is the scenario as written; it is in force after the burn-in, which is exported too. start: date of
    the first day of week 0 (YYYY-MM-DD). firm: only what this firm has on file (default: all firms, as a panel of
    customers would show them). contacts: contacts and personal offers as well, which takes longer. policies, ready: as
    of `compare`. progress is told (weeks done, weeks in all).

    Raises ExperimentError for what makes no sense, and for a folder that holds something else; ScenarioError where the
    scenario cannot be run so; DoesNotAddUp, which is a fault of the program, where the log is not what the market
    lived. After an error, or an interruption, the folder holds what it held before.
    """
    begin = time.perf_counter()
    single = Single.of(
        world, design=design, seed=seed, replicate=replicate, customers=customers, weeks=weeks, threads=1
    )
    if firm is not None and firm not in world.firm_names:
        raise ExperimentError(f"there is no firm {firm!r}; firms are {', '.join(world.firm_names)}")
    calendar = Calendar.of(start, single.weeks, single.seed, single.replicate, world.category.weekdays)
    settings = single.settings | {"start": start, "firm": firm, "contacts": contacts}
    folder = Path(out)
    known = {**settings, "scenario": provenance.scenario_dict(world)}
    identity = provenance.digest(known | ({"policies": sources(policies)} if policies else {}))
    names = tuple(name for name in files.TABLES if contacts or name != "contacts")
    if ready is not None:
        ready()

    from sim.experiments.export.recorder import Recorder
    from sim.market import Market

    market = Market(world, **single.settings, policies=policies)
    files.prepare(folder, identity)
    lasts = calendar.date(DAYS * single.weeks - 1).isoformat()
    with files.staged(folder) as stage:
        with files.Tables(stage, {name: dictionary.header(name) for name in names}) as tables:
            recorder = Recorder(market, tables, calendar, firm=firm, contacts=contacts)
            for week in range(single.weeks):
                if progress is not None:
                    progress(week, single.weeks)
                market.step()
            rfm = recorder.summaries.table(DAYS * single.weeks - 1)
            tables.write("rfm", rfm.itertuples(index=False, name=None))
        persons = recorder.persons.table()
        what = {"first_date": start, "last_date": lasts, "burn_in_weeks": market.burn_in, **settings}
        store.write_parquet(stage / "truth.parquet", persons)
        store.write_json(stage / "truth.json", what | truth(market.world, market))
        store.write_text(stage / "scenario.yaml", dumps(market.world))
        note = f"{world.title}: {'all firms' if firm is None else firm}, {start} to {lasts}."
        store.write_text(stage / "dictionary.md", dictionary.text(names, currency=world.currency, note=note))
        record = provenance.record(world, command=command, settings=settings)
        store.write_json(stage / store.MANIFEST, record | {"identity": identity, "rows": tables.rows})
    if progress is not None:
        progress(single.weeks, single.weeks)
    return Export(
        folder=folder,
        settings=settings,
        rows=dict(tables.rows),
        customers=len(persons),
        last_date=lasts,
        metrics=market.metrics(),
        walked=recorder.walked,
        seconds=time.perf_counter() - begin,
        provenance=record,
    )
