"""Prices: own elasticity (P01), loss aversion (P03), and what is left of inertia once tastes are known (P04)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.validation.choice_model import Panel, fit
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_YEAR = 52
_SHARES = (0.25, 0.19, 0.1, 0.1, 0.09, 0.08, 0.03, 0.16)
"""Shares of eight brands, those of M07."""
_STEP = 0.1
_GRID = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Carry-over of the reference price among which the analyst chooses."""
_POINTS = 100
"""Points for each customer, where brand and price differ across customers."""
Floats = NDArray[np.float64]


def elasticity(trial: Trial) -> dict[str, float]:
    """Eight brands; after a year one asks 10 % less for four weeks, or 10 % more; units of these weeks.

    Elasticity of a brand: log of units at the higher price over units at the lower, by log of the prices; mean over
    brands, weighted by units in the world in which nobody moves. Also of the cut and of the rise alone.
    """

    def units(brand: int | None, by: float = 0.0) -> Floats:
        events: list[dict[str, Any]] = []
        if brand is not None:
            firm = "ABCDEFGH"[brand]
            if by < 0:
                events = [{"kind": "price_war", "firm": firm, "week": _YEAR, "weeks": 4, "depth": -by}]
            else:
                events = [
                    {"kind": "change", "firm": firm, "week": week, "patch": {"price": {"level": level}}}
                    for week, level in ((_YEAR, 1 + by), (_YEAR + 4, 1.0))
                ]
        sellers = [{**firm, "share": share} for firm, share in zip(firms(8), _SHARES, strict=True)]
        plan = trial.world(
            sellers, rate=1.456 / 13, shape=0.78, weeks=_YEAR + 5, customers=8000, events=events
        )  # fmt: skip
        market = trial.market(plan).run()
        return np.asarray(market.tallies[_YEAR : _YEAR + 4, ..., Tally.PURCHASES].sum(axis=(0, 1, 3)), float)

    usual = units(None)
    low, high = (np.array([units(b, by)[b] for b in range(8)]) for by in (-_STEP, _STEP))
    own = np.log(high / low) / np.log((1 + _STEP) / (1 - _STEP))
    return {
        "P01a": float(np.average(own, weights=usual)),
        "of the cut": float((low.sum() / usual.sum() - 1) / -_STEP),
        "of the rise": float((high.sum() / usual.sum() - 1) / _STEP),
    }


def shocks(brands: int, first: int, weeks: int, trial: Trial) -> list[dict[str, Any]]:
    """Events that set every price by lot in every week: 10 % below the usual, at it, or 10 % above, as likely each."""
    lots = trial.lots(brands)
    steps = lots.integers(-1, 2, (weeks, brands))
    before = np.vstack([np.zeros((1, brands), int), steps[:-1]])
    return [
        {
            "kind": "change",
            "firm": "ABCDEFGHIJKLMNOP"[brand],
            "week": first + int(week),
            "patch": {"price": {"level": 1 + _STEP * int(steps[week, brand])}},
        }
        for week, brand in np.argwhere(steps != before)
    ]


class Log(NamedTuple):
    """What a panel records, one entry a purchase that was the only one of its customer's week.

    who, chosen, last: customer, firm, and firm of the purchase before (-1 for none); price: at each firm;
    reference: smoothed price of the customer's purchases before, one column for each carry-over.
    """

    who: NDArray[np.int64]
    chosen: NDArray[np.int64]
    last: NDArray[np.int64]
    price: Floats
    reference: Floats

    def of(self, rows: NDArray[Any]) -> Log:
        """Some of the entries."""
        return Log(*(column[rows] for column in self))


def record(market: Market, weeks: int) -> Log:
    """Keep a panel for so many weeks of a market whose prices have been the usual ones until now."""
    people, carry = market.population, np.array(_GRID)
    reference = np.ones((len(people), len(carry)))
    entries = []
    for _ in range(weeks):
        last = people.column("last_firm").astype(np.int64)
        counts = live(market, 1)[0]
        price, bought = market.prices[-1], counts.sum(axis=0)
        (who,) = np.nonzero(bought == 1)
        entries.append(
            Log(
                who, counts[:, who].argmax(axis=0), last[who],
                np.tile(price, (len(who), 1)), reference[who],
            )
        )  # fmt: skip
        paid = price @ counts / np.maximum(bought, 1)
        keep = carry ** bought[:, None]
        reference = keep * reference + (1 - keep) * paid[:, None]
    return Log(*(np.concatenate(columns) for columns in zip(*entries, strict=True)))


def _same(log: Log) -> Floats:
    """Whether an alternative is the one bought last, occasion x alternative."""
    return np.asarray(np.arange(log.price.shape[1]) == log.last[:, None], float)


def loss_aversion(trial: Trial) -> dict[str, float]:
    """Four brands, a year at the usual prices, then one in which prices are set by lot each week.

    Logit of choice on the log share of a customer's purchases in the first year (posterior mean of the Dirichlet), the
    brand bought last, gain and loss against the reference price; the last two differ across customers, in step.
    Reference: prices paid, smoothed, with the carry-over at which the likelihood is greatest.
    """
    plan = trial.world(
        firms(4),
        rate=1.0,
        shape=4.0,
        weeks=2 * _YEAR,
        customers=1000,
        events=shocks(4, _YEAR, _YEAR, trial),
    )
    market = trial.market(plan)
    before = live(market, _YEAR).sum(axis=0).T + 1.3 / 4
    taste = np.log(before / before.sum(axis=1, keepdims=True))
    log = record(market, _YEAR)

    def panel(column: int) -> Panel:
        gap = log.price / log.reference[:, column, None] - 1
        seen = [taste[log.who], _same(log), np.minimum(gap, 0), np.maximum(gap, 0)]
        return Panel(np.stack(seen, axis=2), log.chosen, log.who)

    panels = [panel(column) for column in range(len(_GRID))]
    best = int(np.argmax([fit(one).likelihood for one in panels]))
    found = fit(panels[best], random={2: 0, 3: 0}, points=25)
    alike = fit(panels[best])
    return {
        "P03a": float(found.mean[3] / found.mean[2]), "gain": float(found.mean[2]), "loss": float(found.mean[3]),
        "carry-over": _GRID[best], "customers alike": float(alike.mean[3] / alike.mean[2]),
    }  # fmt: skip


def state_dependence(trial: Trial) -> dict[str, float]:
    """500 customers of four brands, ten purchases each, prices set by lot each week; a logit, and one with tastes.

    Both weigh brand, price and the brand bought last; in the second, brand and price weigh differently with different
    customers (normal). State dependence over price: share of the price that the brand bought last is worth.
    """
    purchases, customers, weeks = 10, 500, 104
    plan = trial.world(
        firms(4), rate=0.5, shape=4.0, weeks=_YEAR + weeks, customers=2 * customers,
        events=shocks(4, _YEAR, weeks, trial),
    )  # fmt: skip
    market = trial.market(plan)
    live(market, _YEAR)
    log = record(market, weeks)
    order = np.argsort(log.who, kind="stable")
    _, start, count = np.unique(log.who[order], return_index=True, return_counts=True)
    kept = start[count >= purchases][:customers]
    log = log.of(order[(kept[:, None] + np.arange(purchases)).ravel()])
    brand = np.broadcast_to(np.eye(4)[:, :3], (len(log.who), 4, 3))
    panel = Panel(np.dstack([brand, _same(log), log.price - 1]), log.chosen, log.who)
    alike, differ = fit(panel), fit(panel, random={0: 0, 1: 1, 2: 2, 4: 3}, points=_POINTS)
    share = [-one.mean[3] / one.mean[4] for one in (differ, alike)]
    return {
        "P04a": float(share[0]), "P04b": float(share[1] / share[0]), "customers": float(len(kept)),
        "state dependence": float(differ.mean[3]), "price": float(differ.mean[4]),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        elasticity,
        ("P01a",),
        context=(
            "Eight brands, price of one +/-10 % for four weeks. Shares of eight brands as in M07. A rise of"
            " 10 % costs more than a cut gains: losses weigh more."
        ),
    ),
    Experiment(
        loss_aversion,
        ("P03a",),
        context=(
            "Four brands, prices +/-10 % by lot, logit with tastes known from the year before."
            " `price.loss_aversion` is 1.6, from the same sources: an echo. The estimate lies above it, since"
            " attachment and tastes that drift are unknown to the analyst; with these off, and tastes and"
            " price sensitivity known to her, it is 1.60."
        ),
        echo=("P03a",),
    ),
    Experiment(
        state_dependence,
        ("P04a", "P04b"),
        context=(
            "500 customers of four brands, ten purchases each, prices +/-10 % by lot. Prices by lot, which no"
            " shop sets. `inertia.edge` over `price_sensitivity.mean` is .10, computed from open panels: near"
            " an echo. What is found beyond it is attachment, and satisfaction with the firm. That customers"
            " taken as alike make it nearly three times as large was put in nowhere."
        ),
        echo=("P04a",),
    ),
)
