"""The true parameters of a market, in the terms of those who estimate them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.experiments import provenance
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.market import Market

DAYS = 7


def truth(world: Scenario, market: Market) -> dict[str, Any]:
    """What an estimator should recover: segments as distributions, firms and behaviour as written, the measures.

    Gamma distributions as (r, alpha): shape r, mean r / alpha, in weeks and in days. A number that does not apply is
    None.
    """
    metrics = market.metrics()
    plain = provenance.scenario_dict(world)
    return {
        "segments": [_segment(world, number) for number in range(len(world.customers.segments))],
        "outside_share": world.category.outside_share,
        "drift": plain["behaviour"].get("drift"),
        "behaviour": plain["behaviour"],
        "firms": plain["firms"],
        "events": plain["events"],
        "designs": plain["designs"],
        "focus": world.focus,
        "metrics": {name: value if math.isfinite(value) else None for name, value in metrics.items()},
    }


def _segment(world: Scenario, number: int) -> dict[str, Any]:
    segment = world.customers.segments[number]
    rate, leaving, basket = segment.purchase_rate, segment.leaving, segment.basket
    alpha = rate.shape / (rate.mean / (1 - world.category.outside_share))
    own = {f.name: f.share for f in world.firms}
    shares = {name: (segment.shares or own).get(name, 0.0) for name in world.firm_names}
    total = sum(shares.values())
    between, within = (math.sqrt(math.log1p(cv * cv)) for cv in (basket.between_cv, basket.within_cv))
    return {
        "name": segment.name,
        "weight": segment.weight,
        "purchase_rate": {"r": rate.shape, "alpha_weeks": alpha, "alpha_days": DAYS * alpha},
        "leaving": None
        if leaving is None
        else {"s": leaving.shape, "beta_weeks": leaving.scale, "beta_days": DAYS * leaving.scale},
        "basket": {"mean": basket.mean, "sigma_between": between, "sigma_within": within},
        "price_sensitivity": {
            "mean": segment.price_sensitivity.mean,
            "coefficient_of_variation": segment.price_sensitivity.spread,
        },
        "preferences": {
            "concentration": segment.preference_concentration,
            "shares": {name: share / total for name, share in shares.items()},
        },
    }
