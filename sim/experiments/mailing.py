"""A pair of markets, with a campaign and without it: who was mailed, and what each member spent by week."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.draws import U32
from sim.experiments.errors import ExperimentError
from sim.experiments.run import Cell, Outcome, Stopped, begun
from sim.measures.tally import Tally
from sim.scenario import Scenario
from sim.scenario.part import thaw

if TYPE_CHECKING:
    from sim.market import Market

COSTLESS: dict[str, float] = {"unit_cost": 0.0, "service_cost": 0.0}
ROUNDING = 0.001
"""Share of its spending within which the sum of float32 accounts must be the till."""


class DoesNotTally(RuntimeError):
    """What was noted of members is not what the market counted: a fault of the program."""


def without_costs(world: Scenario, design: str, *, mailing: bool) -> Scenario:
    """The scenario in which goods and service cost the focal firm nothing, so that what a customer brings is what she
    spends. mailing False: the design sends no offers. Customers do not see costs; ExperimentError where the firm acts
    on them.
    """
    for plan in (world.firm(world.focus), world.with_design(design)):
        if plan.policies or plan.selection is not None:
            what = "policies" if plan.policies else "selection"
            raise ExperimentError(
                f"'{world.focus}' acts on what customers bring ('{what}'), so a campaign cannot be told apart from "
                "that here; leave it out"
            )
    patch: dict[str, Any] = {**thaw(world.designs[design]), **COSTLESS}
    if not mailing:
        programme = patch.get("programme")
        patch["programme"] = {**(programme if isinstance(programme, Mapping) else {}), "offers": None}
    costless = {f"firms.{world.focus}.{name}": value for name, value in COSTLESS.items()}
    return world.vary({**costless, f"designs.{design}": patch})


def followed(world: Scenario, cell: Cell, stop: threading.Event, *, window: int) -> Outcome:
    """The market of the cell beside the same without its campaign; see `CampaignLift.values` for the table."""
    start, design = time.perf_counter(), str(cell.design)
    weeks, mailed, there = _lived(without_costs(world, design, mailing=True), cell, window, stop)
    unmailed, none, _ = _lived(without_costs(world, design, mailing=False), cell, window, stop)
    if none.any():
        raise DoesNotTally("members were mailed in the world without a campaign")
    frame = pd.DataFrame(
        {
            "replicate": cell.replicate,
            "mailed": mailed[there].astype(np.int64),
            **{name: weeks[i][there] for i, name in enumerate(("earlier", "before", "during"))},
            "unmailed": unmailed[2][there],
        }
    )
    return Outcome({}, {"members": frame}, time.perf_counter() - start)


def _lived(
    world: Scenario, cell: Cell, window: int, stop: threading.Event
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Spending a week in the three windows by customer, who was mailed, and who was a member when the last began."""
    market = begun(world, cell, follow=True)
    people, first = market.population, market.burn_in - 2 * window
    register = _Register(market)
    spent = np.zeros((3, len(people)))
    there = np.zeros(len(people), np.bool_)
    for week in range(cell.weeks):
        if stop.is_set():
            raise Stopped
        if week == first:
            register.open()
        if week == market.burn_in:
            there = (people.column("member_since", market.programme_of(market.focus)) >= 0) & register.same()
        market.step()
        if week >= first:
            spent[(week - first) // window] += register.week()
    return spent / window, register.mailed, there


class _Register:
    """What the till knows of each customer, week by week: whether she was sent an offer, and what she spent.

    Who is replaced by a newcomer spends nothing any more: her card is not the newcomer's.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self.mailed = np.zeros(len(market.population), np.bool_)
        self._offers = 0
        (step,) = [step for step in market.plan if step.name == "customers"]
        self._live, step.act = step.act, self._watch

    def open(self) -> None:
        """From this week on spending is noted."""
        self._entered, self._worth = self._column("entered"), self._worth_now()

    def same(self) -> NDArray[np.bool_]:
        """Whose place is still her own."""
        same: NDArray[np.bool_] = self._column("entered") == self._entered
        return same

    def week(self) -> NDArray[np.float64]:
        """What each customer spent in the week that has ended (currency). DoesNotTally where that is not the till."""
        market, now = self._market, self._worth_now()
        fresh = self._column("entered") == market.week - 1
        spent = now - np.where(fresh, 0.0, self._worth)
        self._worth = now
        till = market.tallies[-1, :, market.focus].sum(axis=(0, 1))
        counted = (till[Tally.REVENUE] - till[Tally.RETURNED_CENTS] - till[Tally.REWARDS_COST]) / 100.0
        if abs(spent.sum() - counted) > ROUNDING * max(counted, 1.0):
            raise DoesNotTally(
                f"week {market.week - 1}: customers spent {spent.sum():.2f}, and the till has {counted:.2f}"
            )
        return np.where(self.same(), spent, 0.0)

    def _column(self, name: str) -> NDArray[Any]:
        return self._market.population.column(name)

    def _worth_now(self) -> NDArray[np.float64]:
        worth: NDArray[np.float64] = self._market.population.column("worth", self._market.focus)
        return worth.astype(np.float64)

    def _watch(self, market: Market) -> None:
        """Before the week is lived, ask of each member whether she is sent an offer, as her week will ask."""
        sent = self._sent(market)
        self._live(market)
        counted = int(market.tallies[-1, :, market.focus, :, Tally.OFFERS].sum())
        if len(sent) != counted:
            raise DoesNotTally(f"week {market.week}: {len(sent)} members were found mailed, {counted} were")
        self.mailed[sent] = True

    @staticmethod
    def _sent(market: Market) -> NDArray[np.int64]:
        from sim.population.membership import is_offered

        told, people, p = market.told(), market.population, market.programme_of(market.focus)
        plan = market.firms[market.focus].spec.programme
        if p < 0 or plan is None or plan.offers is None:
            return np.zeros(0, np.int64)
        found = []
        for number in np.flatnonzero(people.column("member_since", p) >= 0).tolist():
            b, j = people.place_of(number)
            if is_offered(
                people.reals[b], people.wholes[b], people.firms, j, U32(number), p, market.focus, told.terms,
                market.rules, told.context,
            ):  # fmt: skip
                found.append(number)
        return np.array(found, np.int64)
