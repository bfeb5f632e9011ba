"""How strongly the goal pulls: the one number of programme response that a log with points can tell, if it can.

    fit = fit_response(scenario, log)
    fit.summary()

Members look quicker near a reward for two reasons: it pulls, and habits that come and go bring busy members there. A
calibrated market has both. So the same statistic, the pace of members in the last quarter of the way against the first,
each held against herself, is taken of the log and of markets with several pulls (`programme_value.gradient`), and the
pull is chosen with which they agree. Where the answer is too unsure, the published default stays, and the fit says why.

Source: Gouriéroux, Monfort & Renault 1993, J. Applied Econometrics 8:S85 (indirect inference); McFadden 1989,
Econometrica 57:995 (simulated moments) (from memory).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.likelihood import significant
from sim.calibration.pace import Z95, own_weeks
from sim.calibration.response import AFTER_WEEKS, QUARTERS, programme_response, weekly_pace
from sim.calibration.transactions import Log
from sim.experiments.errors import ExperimentError
from sim.experiments.export.accounts import balances
from sim.experiments.lab import Lab
from sim.experiments.plan import Plan
from sim.experiments.run import Cell, Outcome, Stopped, changes_of
from sim.rules.programme_value import ProgrammeValue
from sim.scenario import Scenario

PATH = "behaviour.programme_value.gradient"
GRID = (0.0, 1.0, 2.0, 4.0, 6.0)
"""Pulls that markets are run with (logit)."""
WIDEST = 1.5
"""Half width of the 95 % interval, in logit, above which the log does not tell the pull."""
STATISTIC = QUARTERS[2]


@dataclass(frozen=True)
class ResponseFit:
    """The pull of the goal that agrees with a log. effect: log ratio of pace in the log, with its error; found: the
    mean of that in markets by pull; gradient: the estimate, NaN where nothing moves with it; error: of the log and of
    the markets together.
    """

    effect: float
    effect_error: float
    found: Mapping[float, float]
    gradient: float
    error: float

    @property
    def identified(self) -> bool:
        """Whether the log tells the pull well enough to put it in the place of the default."""
        return self.why == ""

    @property
    def why(self) -> str:
        """Why it does not; empty where it does."""
        if self.gradient == inf:
            return f"members of the log quicken more than in any market with a pull of up to {GRID[-1]:g}"
        if not isfinite(self.gradient):
            return (
                "in markets like this one the pull of a reward hardly changes how often members buy near it"
            )
        half = Z95 * self.error
        if half > WIDEST:
            return (
                f"the estimate is {self.gradient:.2f} ± {half:.2f}, and more than ± {WIDEST} says too little"
            )
        if not GRID[0] <= self.gradient <= GRID[-1]:
            return f"the estimate of {self.gradient:.2f} lies outside of what was tried, {GRID[0]:g} to {GRID[-1]:g}"
        return ""

    def put(self, scenario: dict[str, Any]) -> dict[str, Any]:
        """A calibrated scenario (plain mappings) with the pull where it is identified, and what was found, in its
        provenance; the one given is changed."""
        record = scenario["provenance"]
        record["fitted"]["programme_value.gradient"] = self.record()
        if self.identified:
            block = scenario.setdefault("behaviour", {}).setdefault("programme_value", {})
            block["gradient"] = significant(self.gradient, 3)
            record["assumed"].pop("programme_value.gradient", None)
        else:
            record["assumed"]["programme_value.gradient"] = f"the published default: {self.why}"
        return scenario

    def record(self) -> dict[str, Any]:
        """Plain values; what does not exist is None."""
        return {
            "estimate": _or_none(self.gradient),
            "standard_error": _or_none(self.error),
            "identified": self.identified,
            "log_ratio_of_log": significant(self.effect),
            "its_standard_error": significant(self.effect_error),
            "of_markets": {f"{pull:g}": significant(mean) for pull, mean in self.found.items()},
        }

    def summary(self) -> str:
        """In words."""
        default = ProgrammeValue().gradient
        if self.identified:
            return f"Pull of the goal: {self.gradient:.2f} ± {Z95 * self.error:.2f} (published default {default:g})."
        return f"Pull of the goal: the published default {default:g} stays; {self.why}."


def fit_response(
    world: Scenario,
    log: Log,
    *,
    replicates: int = 4,
    seed: int = 1,
    customers: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ResponseFit:
    """Fit the pull of the goal. world: calibrated on this very log (its calibration rows), with the programme it shows.

    ExperimentError where the log shows no programme of points, or its members are not told apart by how far they are.
    """
    described = programme_response(log)
    programme = world.firm(world.focus).programme
    if described is None or described.pace is None or programme is None or programme.points is None:
        raise ExperimentError(
            "the log does not show what a reward takes; it needs the columns points_earned and points_redeemed, "
            "with 20 redemptions or more"
        )
    threshold = programme.points.menu[0].points
    pace = weekly_pace(log, threshold)
    if STATISTIC not in pace.names:
        raise ExperimentError(f"no member of the log was ever in the {STATISTIC} of the way to a reward")
    where = pace.names.index(STATISTIC)
    effect, error = float(pace.effects[where]), float(pace.errors[where])
    span = int(log.day.max() - log.day.min() + 1) // 7
    plan = Plan.of(
        world,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=world.horizon.burn_in + max(span, 8),
        workers=workers,
    )
    cells = [
        Cell(None, replicate, plan.seed, plan.customers, plan.weeks, changes_of({PATH: pull}))
        for replicate in range(plan.replicates)
        for pull in GRID
    ]
    with Lab(
        world,
        identity={"experiment": "response"},
        run_cell=_pace_of_market,
        workers=plan.workers,
        progress=progress,
    ) as lab:
        lab.fill(cells)
        effects = [outcome.metrics["effect"] for outcome in lab.whole(cells)]
    table = np.array(effects).reshape(plan.replicates, len(GRID))
    means = {pull: float(mean) for pull, mean in zip(GRID, table.mean(axis=0), strict=True)}
    return ResponseFit(effect, error, means, *_agreeing(effect, error, table))


def _agreeing(effect: float, error: float, table: NDArray[np.float64]) -> tuple[float, float]:
    """The pull at which the curve through the markets meets the log, and its standard error.

    table: replicate x pull. The curve is a parabola, as the effect grows less and less; only its rising part counts.
    """
    x, y = np.tile(GRID, len(table)), table.ravel()
    if not np.isfinite(y).all():
        return nan, inf
    terms = np.stack([np.ones_like(x), x, x * x], axis=1)
    curve = np.linalg.lstsq(terms, y, rcond=None)[0]
    noise = float(((y - terms @ curve) ** 2).sum()) / max(len(x) - 3, 1)
    errors = noise * np.linalg.inv(terms.T @ terms)
    if curve[1] <= Z95 * sqrt(errors[1, 1]):
        return nan, inf
    top = curve[1] ** 2 - 4 * curve[2] * (curve[0] - effect)
    if top <= 0:
        return inf, inf
    # The root that stays finite where the parabola is a line.
    pull = 2 * (effect - curve[0]) / (curve[1] + sqrt(top))
    at = np.array([1.0, pull, pull * pull])
    return float(pull), sqrt(error**2 + float(at @ errors @ at)) / sqrt(top)


def _pace_of_market(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The statistic of one market after the burn-in: weeks with a purchase at the focal firm, by points on account."""
    from sim.market import Market

    start = time.perf_counter()
    market = Market(
        world, seed=cell.seed, replicate=cell.replicate, customers=cell.customers, weeks=cell.weeks
    )
    people, p = market.population, market.programme_of(market.focus)
    bought, had, there = [], [], []
    for week in range(cell.weeks):
        if stop.is_set():
            raise Stopped
        if week >= market.burn_in:
            had.append(balances(people)[p, 0].astype(np.float64))
            there.append(people.column("member_since", p) >= 0)
        market.step()
        if week >= market.burn_in:
            bought.append((people.column("last_week", market.focus) == week).astype(np.float64))
    programme = world.firm(world.focus).programme
    assert programme is not None and programme.points is not None
    counts = np.array(bought).T
    pace = own_weeks(
        counts, np.array(had).T, np.zeros_like(counts), np.array(there).T, programme.points.menu[0].points,
        after=AFTER_WEEKS, names=QUARTERS,
    )  # fmt: skip
    effect = float(pace.effects[pace.names.index(STATISTIC)]) if STATISTIC in pace.names else nan
    return Outcome({"effect": effect}, seconds=time.perf_counter() - start)


def _or_none(value: float) -> float | None:
    return significant(value, 4) if isfinite(value) else None
