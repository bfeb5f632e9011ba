"""One cell of an explanation: both designs in one world, and what is compared of them.

A cell whose mechanisms are as written gives tables as well; one with mechanisms off gives the measures of both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.explain import lines
from sim.experiments.explain.lives import Lives, active, lived_together, member
from sim.experiments.explain.witness import causes
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, Stopped, lived
from sim.measures.tally import Tally
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.market import Market

OURS, THEIRS = "ours", "theirs"
PARTS = ("mechanisms", "lines", "groups", "customers")
"""What can be asked for; the names of the parts of an explanation."""
FATES = ("gained", "lost", "kept", "neither", "gained_other", "lost_other", "kept_other")
NEWCOMERS = "newcomers"
NEW = "bought nothing before"
NOBODY = "nobody"
GONE = "the category"


def pair_of_markets(
    world: Scenario,
    cell: Cell,
    stop: threading.Event,
    *,
    against: str,
    parts: Sequence[str] = PARTS,
    witnesses: int = 400,
) -> Outcome:
    """Both designs of one world: measures as `ours:NAME` and `theirs:NAME`, and tables of the parts asked for.

    The tables come with mechanisms as written only. lines: line, cents. groups: see `_groups`. changed: a row for each
    customer who is the focal firm's at the end under one design only. fates: fate, customers. witnesses: most
    customers whose causes are looked for.
    """
    begin = time.perf_counter()
    designs = (cell.design, against)
    closely = cell.changes == AS_WRITTEN
    tables: dict[str, pd.DataFrame] = {}
    if closely and {"groups", "customers"} & set(parts):

        def watch() -> None:
            if stop.is_set():
                raise Stopped

        ours, theirs = (market_of(world, cell, name, follow=True) for name in designs)
        lives = lived_together(ours, theirs, watch)
        markets = [side.market for side in lives.sides]
        if "groups" in parts:
            tables["groups"] = _groups(lives)
        if "customers" in parts:
            changed = _changed(lives)
            tables["fates"] = _fates(lives)
            weeks = {row.customer: (row.week, row.bought) for row in _spread(changed, witnesses).itertuples()}
            again = [market_of(world, cell, name, diaries=[1]) for name in designs]
            found = causes(again[0], again[1], weeks, watch) if weeks else {}
            for place, name in enumerate(("first", "turn")):
                changed[name] = [found.get(customer, ("", ""))[place] for customer in changed["customer"]]
            tables["changed"] = changed
    else:
        markets = [lived(world, replace(cell, design=name), stop) for name in designs]
    if closely and "lines" in parts:
        steps = lines.steps(*(lines.books(market) for market in markets))
        tables["lines"] = pd.DataFrame({"line": list(steps), "cents": list(steps.values())})
    measured = {
        f"{side}:{name}": value
        for side, market in zip((OURS, THEIRS), markets, strict=True)
        for name, value in market.metrics().items()
    }
    return Outcome(measured, tables, time.perf_counter() - begin)


def _spread(changed: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most so many customers, evenly over the places of the market, which stand segment by segment."""
    count = len(changed)
    return changed if count <= most else changed.iloc[np.arange(most) * count // max(most, 1)]


def market_of(world: Scenario, cell: Cell, design: str | None, **options: Any) -> Market:
    from sim.market import Market

    return Market(
        world,
        design=design,
        seed=cell.seed,
        replicate=cell.replicate,
        customers=cell.customers,
        weeks=cell.weeks,
        **options,
    )


def _groups(lives: Lives) -> pd.DataFrame:
    """A row a group, for each way of grouping (`by`: all, segment, decile): customers and money under both designs.

    customers: who was in it when the designs parted, and who came since (`newcomers` of a decile). ours, theirs:
    what they brought since, cents, revenue less goods, refunds, service and rewards. kept_*: how many of the focal
    firm's customers of then are so still. revenue_*: cents; by segment only, -1 elsewhere.
    """
    markets = [side.market for side in lives.sides]
    segment, decile = lives.groups.segment, lives.groups.decile
    was = lives.sides[0].there
    kept = [was & side.first_holder & active(side.market) for side in lives.sides]
    old = [np.rint(100 * side.from_old).astype(np.int64) for side in lives.sides]
    new = [np.rint(100 * side.from_new).astype(np.int64) for side in lives.sides]
    tills = [
        market.tallies[market.burn_in :, :, market.focus, :, Tally.REVENUE].sum(axis=(0, 2))
        for market in markets
    ]
    rows: list[tuple[Any, ...]] = []

    def add(by: str, group: str, who: Any, revenue: tuple[int, int], *, olds: bool, news: bool) -> None:
        brought = [int(olds * o[who].sum() + news * n[who].sum()) for o, n in zip(old, new, strict=True)]
        rows.append(
            (by, group, int(who.sum()) * olds, int((was & who).sum()) * olds, *brought,
             *(int((k & who).sum()) * olds for k in kept), *revenue)
        )  # fmt: skip

    everybody = np.ones(len(segment), np.bool_)
    add("all", "all", everybody, (int(tills[0].sum()), int(tills[1].sum())), olds=True, news=True)
    for number, one in enumerate(markets[0].world.customers.segments):
        revenue = int(tills[0][number]), int(tills[1][number])
        add("segment", one.name, segment == number, revenue, olds=True, news=True)
    for number in [n for n in np.unique(decile).tolist() if n > 0]:
        add("decile", str(number), decile == number, (-1, -1), olds=True, news=False)
    add("decile", NEW, decile == 0, (-1, -1), olds=True, news=False)
    add("decile", NEWCOMERS, everybody, (-1, -1), olds=False, news=True)
    names = ["by", "group", "customers", "buyers", "ours", "theirs", "kept_ours", "kept_theirs"]
    return pd.DataFrame(rows, columns=[*names, "revenue_ours", "revenue_theirs"])


def _ends(lives: Lives) -> tuple[Any, Any]:
    return active(lives.sides[0].market), active(lives.sides[1].market)


def _fates(lives: Lives) -> pd.DataFrame:
    """How many are customers at the end under which design; `_other`: where it is not the same person."""
    ours, theirs = _ends(lives)
    same = lives.same
    counts = {
        "gained": ours & ~theirs & same,
        "lost": theirs & ~ours & same,
        "kept": ours & theirs & same,
        "neither": ~ours & ~theirs & same,
        "gained_other": ours & ~theirs & ~same,
        "lost_other": theirs & ~ours & ~same,
        "kept_other": ours & theirs & ~same,
    }
    return pd.DataFrame({"fate": list(counts), "customers": [int(who.sum()) for who in counts.values()]})


def _changed(lives: Lives) -> pd.DataFrame:
    """A row a customer who is the focal firm's at the end under one design only, and is the same person in both.

    customer: unique_id. fate: gained or lost. was: whether she was a customer when the designs parted. rival: the
    firm she bought from last where she is not a customer: `nobody` where that is the focal firm itself, or none.
    week, bought: the first weeks in which her life, and her purchases, differed.
    """
    ours, theirs = _ends(lives)
    markets = [side.market for side in lives.sides]
    who = np.flatnonzero((ours != theirs) & lives.same)
    focus, names = markets[0].focus, markets[0].world.firm_names
    last = [market.population.column("last_firm") for market in markets]
    alive = [market.population.column("alive") == 1 for market in markets]
    members = [member(market) for market in markets]
    segments = [s.name for s in markets[0].world.customers.segments]
    burn_in = markets[0].burn_in
    came = markets[0].population.column("entered")
    rows = []
    for i in who.tolist():
        absent = 1 if ours[i] else 0
        firm = int(last[absent][i])
        rival = NOBODY if firm < 0 or firm == focus else names[firm]
        newcomer = came[i] >= burn_in and not lives.sides[0].first_holder[i]
        decile = -1 if newcomer else int(lives.groups.decile[i])
        rows.append(
            (i + 1, "gained" if ours[i] else "lost", bool(lives.sides[0].there[i]) and not newcomer,
             rival if alive[absent][i] else GONE, segments[int(lives.groups.segment[i])], decile,
             bool(members[0][i]), bool(members[1][i]), int(lives.first[i]), int(lives.bought[i]))
        )  # fmt: skip
    names_of = ["customer", "fate", "was", "rival", "segment", "decile", "member_ours", "member_theirs"]
    return pd.DataFrame(rows, columns=[*names_of, "week", "bought"])
