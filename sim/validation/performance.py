"""Satisfaction and what a firm earns, across firms (S08)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_YEAR = 52
_YEARS = 3
_MARKETS = 25
"""Markets of a replicate; eight replicates are 200."""
_QUALITY, _PRICE = 5.0, 0.1
"""Standard deviations of quality (index points) and of price across firms."""


def market_of(trial: Trial, lots: np.random.Generator, sample: int) -> Market:
    """A market of five firms of unequal size; quality and price by lot, against what the category is used to."""
    sellers: list[dict[str, Any]] = [
        {
            **firm,
            "share": float(lots.gamma(2.0)),
            "quality": {
                "level": float(np.clip(75 + _QUALITY * lots.standard_normal(), 50, 100)),
                "usual": 75.0,
            },
            "price": {"level": float(np.exp(_PRICE * lots.standard_normal())), "usual": 1.0},
        }
        for firm in firms(5)
    ]
    return trial.market(
        trial.world(sellers, rate=0.5, weeks=_YEARS * _YEAR, customers=500), sample)  # fmt: skip


def yearly(market: Market) -> dict[str, NDArray[np.float64]]:
    """A market lives to its end. By firm and year: satisfaction of active customers, and measures of performance."""
    market.run()
    t = market.tallies.sum(axis=(1, 3)).reshape(_YEARS, _YEAR, len(market.firms), -1).sum(axis=1)
    profit = np.stack(
        [firm.ledger.profits.reshape(_YEARS, _YEAR).sum(axis=1) for firm in market.firms], axis=1
    )
    revenue = t[:, :, Tally.REVENUE].astype(float)
    return {
        "satisfaction": t[1:, :, Tally.SATISFACTION] / INDEX_SCALE / np.maximum(t[1:, :, Tally.ACTIVE], 1),
        "profit": profit[1:].astype(float),
        "margin": profit[1:] / np.maximum(revenue[1:], 1),
        "revenue": revenue[1:],
        "growth": revenue[1:] / np.maximum(revenue[:-1], 1) - 1,
    }


def firms_compared(trial: Trial) -> dict[str, float]:
    """25 markets of five firms, the second and third of three years: r of satisfaction with performance across firms.

    Performance: profit, margin on sales, revenue, growth of revenue. r is taken across all firms of a year; mean over
    years and measures, and of each measure.
    """
    lots = trial.lots(8)
    found = [yearly(market_of(trial, lots, 1 + k)) for k in range(_MARKETS)]
    across = {name: np.concatenate([one[name] for one in found], axis=1) for name in found[0]}
    satisfaction = across.pop("satisfaction")
    r = {
        name: float(np.mean([np.corrcoef(satisfaction[y], of[y])[0, 1] for y in range(_YEARS - 1)]))
        for name, of in across.items()
    }
    return {"S08a": float(np.mean(list(r.values()))), **r}


EXPERIMENTS = (
    Experiment(
        firms_compared,
        ("S08a",),
        context=(
            "25 markets of five firms a replicate, quality and price by lot, yearly. Quality differs by 5"
            " points and price by 10 % (standard deviations), shares as much as a gamma of shape 2; quality"
            " costs nothing. Performance is the mean of four: r is .26 with profit and with revenue, .13 with"
            " growth, and none with the margin, which price makes."
        ),
    ),
)
