"""Contracts: survival of a cohort by renewals (M11), and involuntary churn (F08)."""

from __future__ import annotations

import numpy as np

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import packed_contract
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_PERIOD = 4
_TIERS = {"regular": (2.06, 0.43), "high": (4.48, 0.695)}
"""Context of each price tier: concentration of preferences and share of the firm. Concentrations are those of the
beta-geometric fits of Fader & Hardie (.76 + 1.30, .67 + 3.81); shares are set so that the first renewal agrees."""


def survival(replicate: int) -> dict[str, float]:
    """A cohort under contract with firm A is followed through twelve renewals, month by month.

    Nothing depends on tenure but what customers remember; who does not renew buys from B, and is gone.
    """
    found = {}
    for tier, (concentration, share) in _TIERS.items():
        sellers = firms(2)
        sellers[0] |= {"share": share, "contract": {"weeks": _PERIOD}}
        sellers[1] |= {"share": 1 - share}
        plan = world(
            sellers, rate=1.0, shape=20.0, concentration=concentration, weeks=_PERIOD * 14,
        )  # fmt: skip
        market = Market(plan, seed=SEED, replicate=replicate)
        people = market.population
        people.set_column("contract", packed_contract(np.int32(0), _PERIOD))
        people.set_column("last_firm", 0)
        here, curve = np.ones(len(people), bool), [1.0]
        for _ in range(market.weeks):
            market.step()
            here &= people.column("last_firm") == 0
            if market.week % _PERIOD == 3 and market.week > _PERIOD:
                curve.append(float(here.mean()))
        found[tier] = curve
    regular, high = found["regular"], found["high"]
    return {
        "M11a": regular[1], "M11b": regular[2], "M11c": regular[4],
        "M11d": high[1], "M11e": high[4], "M11f": high[12],
    }  # fmt: skip


def involuntary(replicate: int) -> dict[str, float]:
    """Monthly subscriptions of three firms alike; cards fail at .4 % a week. Churn: contracts that end."""
    contract = {"weeks": 4, "payment_failure": 0.004}
    plan = world(
        firms(3, contract=contract, switching_cost=1.5), rate=1.0, shape=20.0, concentration=0.3, weeks=104,
    )  # fmt: skip
    market = Market(plan, seed=SEED, replicate=replicate).run()
    t = market.tallies[26:].sum(axis=(0, 1, 2, 3)).astype(float)
    lost = t[Tally.LEFT_INVOLUNTARY]
    months = t[Tally.CONTRACTS] / (52 / 12)
    churn = (lost + t[Tally.NOT_RENEWED]) / months
    return {"F08a": lost / (lost + t[Tally.NOT_RENEWED]), "monthly churn": churn}


_FADER = "Fader & Hardie 2007, J. Interactive Marketing 21(1):76"
_COHORT = "one cohort, contract product without programme, twelve renewals"
_ROWS = (
    ("M11a", "regular: after 1 renewal", 0.631, 0.59, 0.67), ("M11b", "regular: after 2", 0.468, 0.43, 0.51),
    ("M11c", "regular: after 4", 0.326, 0.286, 0.366), ("M11d", "high end: after 1", 0.869, 0.83, 0.91),
    ("M11e", "high end: after 4", 0.593, 0.55, 0.63), ("M11f", "high end: after 12", 0.394, 0.35, 0.44),
)  # fmt: skip
FINDINGS = (
    *(Finding(i, f"survival, {q}", v, low, high, _FADER, _COHORT, survival) for i, q, v, low, high in _ROWS),
    Finding(
        "F08a",
        "involuntary share of subscription churn",
        0.25,
        0.2,
        0.4,
        "Recurly, Chargebee, Stripe (vendors)",
        "monthly subscriptions, cards that fail",
        involuntary,
    ),
)
