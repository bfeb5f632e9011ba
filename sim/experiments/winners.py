"""Who wins and who loses by a change of the programme: customer by customer, in paired worlds.

    winners = sim.winners(world, design="by spending", against="by visits")
    winners.table()          # by segment, level, and decile of spending

Both worlds share their past and every draw, so each customer is compared with herself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.plan import Plan, check_design
from sim.experiments.run import Cell, Outcome, Stopped
from sim.experiments.statistics import mean_interval
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.market import Market

YEAR = 52
DECILES = 10
VALUES = ("replicate", "segment", "level", "decile", "spend", "before", "after", "change")
COLUMNS = ("by", "group", "members", "won", "lost", "change", "low", "high")


@dataclass(frozen=True)
class Winners:
    """Who wins and who loses by `design` against `against`, of the members when the designs part.

    values: a row a member and replicate: replicate, segment, level (name, or `none`), decile (1 the heaviest buyers),
    spend (currency a year she was expected to spend at the firm), before and after (what membership gave her under
    either design, less fees, currency a year), change. A member has won where she gets at least `least` (currency a
    year) more.
    """

    world: Scenario
    design: str
    against: str
    replicates: int
    least: float
    values: pd.DataFrame = field(repr=False)

    def table(self) -> pd.DataFrame:
        """A row a group: all members, each segment, level and decile.

        members: mean number; won, lost: shares; change: mean, with its 95 % interval over replicates (NaN where there
        is one), currency a year.
        """
        rows = []
        for by in ("all", "segment", "level", "decile"):
            groups = [("all", self.values)] if by == "all" else list(self.values.groupby(by, sort=True))
            for name, group in groups:
                means = group.groupby("replicate")["change"].mean().to_numpy()
                interval = mean_interval(means)
                rows.append(
                    (
                        by,
                        name,
                        len(group) / self.replicates,
                        float((group["change"] >= self.least).mean()),
                        float((group["change"] <= -self.least).mean()),
                        float(group["change"].mean()),
                        interval.low,
                        interval.high,
                    )
                )
        return pd.DataFrame(rows, columns=list(COLUMNS))


def winners(
    world: Scenario,
    *,
    design: str,
    against: str | None = None,
    replicates: int = 8,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    least: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Winners:
    """Compare, member by member, what the programme gives under two designs of the focal firm.

    against: the first design, unless another is named. workers: markets that run at once (default: as many as there
    are cores). progress is told (replicates done, of how many). ExperimentError where a design is unknown, or nobody is
    a member when they part.
    """
    against = world.design_names[0] if against is None else against
    for name in (design, against):
        check_design(world, name)
    if design == against:
        raise ExperimentError(f"nobody wins or loses by '{design}' against itself; name two designs")
    plan = Plan.of(world, replicates=replicates, seed=seed, customers=customers, weeks=weeks, workers=workers)

    cells = [
        Cell(design, replicate, plan.seed, plan.customers, plan.weeks) for replicate in range(plan.replicates)
    ]
    with Lab(
        world,
        identity={"experiment": "winners"},
        run_cell=partial(both, against=against),
        workers=plan.workers,
        progress=progress,
    ) as lab:
        lab.fill(cells)
        frames = [outcome.tables["members"] for outcome in lab.whole(cells)]
    values = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    if values.empty:
        raise ExperimentError(
            f"'{world.focus}' has no members when '{design}' begins to act (week {world.horizon.burn_in}); "
            "give it a programme in the scenario as written, or a longer burn_in"
        )
    return Winners(world, design, against, plan.replicates, least, values)


def both(world: Scenario, cell: Cell, stop: threading.Event, *, against: str) -> Outcome:
    """The market of the cell beside that of another design: what members are given in either."""
    from sim.market import Market

    markets = [
        Market(
            world,
            design=design,
            seed=cell.seed,
            replicate=cell.replicate,
            customers=cell.customers,
            weeks=cell.weeks,
            follow=True,
        )
        for design in (against, cell.design)
    ]
    return Outcome({}, {"members": _compared(markets, cell.replicate, stop)})


def _compared(markets: Sequence[Market], replicate: int, stop: threading.Event) -> pd.DataFrame:
    """Members when the designs part, and what membership gave them from then on in either world."""
    first = markets[0]
    for _ in range(first.burn_in):
        first.step()
    members = _Members(first)
    if not len(members.who):
        return pd.DataFrame(columns=list(VALUES))
    gains = []
    for market in markets:
        while market.week < market.burn_in:
            market.step()
        if stop.is_set():
            raise Stopped
        gains.append(_gained(market, members))
    stayed = gains[0][1] & gains[1][1]
    years = first.measured_weeks / YEAR
    before, after = (gain[stayed] / 100.0 / years for gain, _ in gains)
    frame = pd.DataFrame(
        {
            "replicate": replicate,
            "segment": members.segment[stayed],
            "level": members.level[stayed],
            "decile": members.decile[stayed],
            "spend": members.spend[stayed],
            "before": before,
            "after": after,
        }
    )
    frame["change"] = frame["after"] - frame["before"]
    return frame


class _Members:
    """The members of the focal firm's programme at one moment."""

    def __init__(self, market: Market) -> None:
        people, firm = market.population, market.focus
        self.programme = market.programme_of(firm)
        since = people.column("member_since", self.programme) if self.programme >= 0 else np.full(1, -1)
        self.who = np.flatnonzero(since >= 0)
        if not len(self.who):
            return
        ago = (market.week - people.column("last_week", firm)[self.who]).astype(np.float32)
        rules = market.rules.memory
        count = people.column("remembered", firm)[self.who] * np.exp(-rules.forgetting * ago)
        rhythm = (count + 0.5) * rules.share_per_week
        self.spend = YEAR * rhythm * people.column("basket")[self.who]
        order = np.argsort(-self.spend, kind="stable")
        self.decile = np.empty(len(self.who), np.int64)
        self.decile[order] = 1 + np.arange(len(order)) * DECILES // max(len(order), 1)
        names = np.array([s.name for s in market.world.customers.segments], dtype=object)
        self.segment = names[people.segment_of(self.who)]
        levels = np.array(["none", *market.level_names(firm)], dtype=object)
        ranks = people.column("tier", self.programme)[self.who] & 7 if len(levels) > 1 else 0
        self.level = levels[np.broadcast_to(ranks, len(self.who))]


def _gained(market: Market, members: _Members) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """What membership gave each member to the end, less fees (cents), and whether she was there all the time."""
    people, p, who = market.population, members.programme, members.who
    entered, total = people.column("entered")[who], np.zeros(len(who))
    fee, before = 0, people.column("received", p)[who]
    clubs = people.has_column("club", p)
    paid = people.column("club", p)[who] if clubs else None
    while market.week < market.weeks:
        market.step()
        now = people.column("received", p)[who]
        # It starts afresh when a fee is paid.
        total += np.where(now >= before, now - before, now)
        before = now
        if paid is not None:
            club = market.firms[market.focus].spec.programme
            fee = round(100 * club.club.fee) if club and club.club else fee
            until = people.column("club", p)[who]
            total -= np.where((until >> 1 > paid >> 1) & (until & 1 == 0), fee, 0)
            paid = until
    there = (people.column("alive")[who] == 1) & (people.column("entered")[who] == entered)
    return total, there
