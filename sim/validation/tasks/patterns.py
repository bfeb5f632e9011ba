"""Task T4: a market calibrated on a year of shopping trips, lived as agents, must show the patterns of that year.

The log is the Complete Journey panel (52 weeks, 2,469 households). `calibrate` fits it; the market is simulated with
as many customers for as many weeks, and written as a purchase log with dates; 29 patterns of that log are held against
those of the panel. The targets are for scoring alone: the fit sees the log, never a target. It is a test of form, not
of forecasting: fitted and scored on the same year. cj_pattern_targets.json holds values, standard errors (bootstrap
over households) and tolerances (the larger of 5 % and three standard errors), computed from the panel.

Source: Grimm et al. 2005, Science 310:987 (pattern-oriented modelling); patterns: `regularities.py`.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration import calibrate
from sim.calibration.transactions import Log, as_date, as_day, parse_date
from sim.experiments.export.synthetic import export
from sim.scenario import Scenario
from sim.validation.tasks import complete_journey
from sim.validation.tasks.regularities import DAYS, WEEKS, Year, patterns_of
from sim.validation.tasks.stationary import stationary_years
from sim.validation.tasks.task import TaskResult

PASSED = "patterns passed"
MODELS = ("market", "null")


@dataclass(frozen=True)
class Target:
    """A pattern's value in the panel, its standard error, and how far off (relative) a simulation may be."""

    target: float
    se: float
    rel_tol: float

    def passed(self, value: float) -> bool:
        return math.isfinite(value) and abs(value / self.target - 1) <= self.rel_tol


def targets() -> dict[str, Target]:
    """The 29 targets by name."""
    text = (resources.files(__package__) / "cj_pattern_targets.json").read_text("utf-8")
    return {name: Target(**numbers) for name, numbers in json.loads(text).items()}


@dataclass(frozen=True)
class PatternResult(TaskResult):
    """The card: beside the scores, the patterns of every simulated year."""

    years: Mapping[str, tuple[Mapping[str, float], ...]] = field(default_factory=dict)
    """model -> patterns of each replicate"""

    def table(self) -> pd.DataFrame:
        """One row a pattern and model: target, tolerance (relative), mean of the replicates, their range, passes."""
        return card(self.years)


def card(years: Mapping[str, Sequence[Mapping[str, float]]]) -> pd.DataFrame:
    """A row a model and pattern; a pattern passes where the mean of the replicates lies within the tolerance."""
    rows = []
    for model, simulated in years.items():
        for name, target in targets().items():
            found = np.array([year[name] for year in simulated])
            mean = float(found.mean())
            rows.append(
                {
                    "model": model,
                    "pattern": name,
                    "target": target.target,
                    "standard error": target.se,
                    "tolerance": target.rel_tol,
                    "simulated": mean,
                    "lowest": float(found.min()),
                    "highest": float(found.max()),
                    "deviation": mean / target.target - 1,
                    "passes": target.passed(mean),
                }
            )
    return pd.DataFrame(rows)


def run(
    *, replicates: int = 3, seed: int = 1, log: Log | None = None, customers: int | None = None
) -> PatternResult:
    """Calibrate, simulate so many years of the market and of the null model, and count the patterns that hold.

    log: household-days from the first day of its year (default: Complete Journey, LogError where the package is not
    installed). customers: size of the panel (default: those of the log).

    Raises ValueError for fewer than one replicate, or a log that covers less than a year.
    """
    if replicates < 1:
        raise ValueError(f"replicates must be 1 or more, not {replicates}")
    if log is None:
        log = complete_journey.trips()
    log, first = year_of(log)
    panel = customers if customers is not None else len(log.customers)
    scenario = calibrate(log, trips=True, panel_size=panel, customers=panel)
    years = {
        "market": tuple(
            patterns_of(simulated_year(scenario, first, seed=seed, replicate=replicate))
            for replicate in range(replicates)
        ),
        "null": tuple(map(patterns_of, stationary_years(log, first, panel, replicates, seed))),
    }
    table = card(years)
    passed = table.groupby("model")["passes"].sum()
    missed = table[(table["model"] == "market") & ~table["passes"]]["pattern"]
    return PatternResult(
        task="T4",
        title="29 patterns of a year of shopping trips",
        scores={model: {PASSED: float(passed[model])} for model in MODELS},
        notes=(
            f"mean of {replicates} simulated years of {panel:,} customers; fitted and scored on the same year",
            f"missed by the market: {', '.join(missed) or 'none'}",
        ),
        years=years,
    )


def year_of(log: Log) -> tuple[Log, int]:
    """The first 52 weeks of a log, without brands, and their first day. ValueError where it is shorter."""
    log = log.days()
    first = as_day(parse_date(log.first_date))
    last = first + WEEKS * DAYS - 1
    if int(log.day.max()) < last - DAYS:
        raise ValueError(
            f"{log.name} runs from {log.first_date} to {log.last_date}; the patterns take {WEEKS} weeks"
        )
    return log.until(as_date(last)), first


def simulated_year(scenario: Mapping[str, Any], first_day: int, *, seed: int, replicate: int) -> Year:
    """The purchase log of a year of the market, from its first week on; first_day: since 1970-01-01."""
    # No burn-in: rates and baskets start from the laws that they keep to, and weeks count from the log's first day.
    world = Scenario.model_validate({**scenario, "horizon": {"weeks": WEEKS, "burn_in": 0}})
    with tempfile.TemporaryDirectory() as folder:
        written = export(
            world,
            folder,
            seed=seed,
            replicate=replicate,
            start=as_date(first_day).isoformat(),
            firm=world.focus,
        )
        table = written.table("transactions")
    day = pd.to_datetime(table["date"]).to_numpy("datetime64[D]").astype(np.int64)
    customer, names = pd.factorize(table["customer_id"])
    count = max(world.customers.count, len(names))
    return Year.of(customer, day, table["amount"].to_numpy(np.float64), first_day, count)
