"""Contracts: survival of a cohort by renewals (M11), and involuntary churn (F08)."""

from __future__ import annotations

import numpy as np

from sim.measures.tally import Tally
from sim.population.moments import packed_contract
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_PERIOD = 4
_TIERS = {"regular": (2.06, 0.43), "high": (4.48, 0.695)}
"""Context of each price tier: concentration of preferences and share of the firm. Concentrations are those of the
beta-geometric fits of Fader & Hardie (.76 + 1.30, .67 + 3.81); shares are set so that the first renewal agrees."""


def survival(trial: Trial) -> dict[str, float]:
    """A cohort under contract with firm A is followed through twelve renewals, month by month.

    Nothing depends on tenure but what customers remember; who does not renew buys from B, and is gone.
    """
    found = {}
    for tier, (concentration, share) in _TIERS.items():
        sellers = firms(2)
        sellers[0] |= {"share": share, "contract": {"weeks": _PERIOD}}
        sellers[1] |= {"share": 1 - share}
        plan = trial.world(
            sellers, rate=1.0, shape=20.0, concentration=concentration, weeks=_PERIOD * 14,
        )  # fmt: skip
        market = trial.market(plan)
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


def involuntary(trial: Trial) -> dict[str, float]:
    """Monthly subscriptions of three firms alike; cards fail at .4 % a week. Churn: contracts that end."""
    contract = {"weeks": 4, "payment_failure": 0.004}
    plan = trial.world(
        firms(3, contract=contract, switching_cost=1.5), rate=1.0, shape=20.0, concentration=0.3, weeks=104,
    )  # fmt: skip
    market = trial.market(plan).run()
    t = market.tallies[26:].sum(axis=(0, 1, 2, 3)).astype(float)
    lost = t[Tally.LEFT_INVOLUNTARY]
    months = t[Tally.CONTRACTS] / (52 / 12)
    churn = (lost + t[Tally.NOT_RENEWED]) / months
    return {"F08a": lost / (lost + t[Tally.NOT_RENEWED]), "monthly churn": churn}


EXPERIMENTS = (
    Experiment(
        survival,
        ("M11a", "M11b", "M11c", "M11d", "M11e", "M11f"),
        context=(
            "One cohort, contract product without programme, twelve renewals. The concentration of"
            " preferences in each tier is that of the beta-geometric curve which Fader and Hardie fitted to"
            " the same cohort, and the share of the firm is set so that the first renewal agrees. M11a and"
            " M11d agree by that; the others say that the curve bends as theirs does with nothing that depends"
            " on tenure."
        ),
    ),
    Experiment(
        involuntary,
        ("F08a",),
        context=(
            "Monthly subscriptions, cards that fail. Card payments fail at .4 % a week, which is set here;"
            " the share follows from that and from how many do not renew."
        ),
    ),
)
