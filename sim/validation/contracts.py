"""Contracts: survival of a cohort by renewals (M11), involuntary churn (F08), one failure soon or late (S06)."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.population.moments import packed_contract
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_PERIOD, _YEAR = 4, 52
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


def anchoring(trial: Trial) -> dict[str, float]:
    """A cohort under contract; in one week after 6 or 48 months every purchase fails, in another world it does not.

    Of those who bought once in that week and would have been there a year later, the share that is not; and how far
    satisfaction falls in that week.
    """
    months = {"early": 6, "late": 48}
    concentration, share = _TIERS["high"]
    found: dict[str, list[tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float32]]]] = {}
    for fails in (False, True):
        for when, tenure in months.items():
            week = tenure * _YEAR // 12
            sellers = firms(2)
            sellers[0] |= {"share": share, "contract": {"weeks": _PERIOD}}
            sellers[1] |= {"share": 1 - share}
            turns = [
                {"kind": "change", "firm": "A", "week": w, "patch": {"quality": {"failure_rate": rate}}}
                for w, rate in ((week, float(fails)), (week + 1, 0.01))
            ]
            plan = trial.world(
                sellers, rate=1.0, shape=20.0, concentration=concentration, weeks=week + 1 + _YEAR,
                customers=8000, events=turns,
            )  # fmt: skip
            market = trial.market(plan)
            people = market.population
            people.set_column("contract", packed_contract(np.int32(0), _PERIOD))
            people.set_column("last_firm", 0)
            here = np.ones(len(people), bool)
            while market.week < week:
                market.step()
                here &= people.column("last_firm") == 0
            once = live(market, 1)[0]
            hit = here & (once[0] == 1) & (once[1] == 0)
            satisfaction = people.column("satisfaction", 0)
            stays = hit.copy()
            while market.week < market.weeks:
                market.step()
                stays &= people.column("last_firm") == 0
            found.setdefault(when, []).append((hit, stays, satisfaction))
    lost, fallen = {}, {}
    for when, ((hit, calm, before), (_, failed, after)) in found.items():
        lost[when] = 1 - failed.sum() / calm.sum()
        fallen[when] = float((before - after)[hit].mean())
    return {
        "S06a": _ratio(lost["late"], lost["early"]),
        "lost, early": lost["early"],
        "lost, late": lost["late"],
        "fall of satisfaction, late/early": _ratio(fallen["late"], fallen["early"]),
    }


def _ratio(a: float, b: float) -> float:
    return float(a / b) if b else nan


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
    Experiment(
        anchoring,
        ("S06a",),
        context=(
            "The cohort of the high price tier above. In one week, the 27th or the 209th, all its purchases fail, the"
            " same in both; a twin world without that week tells who would have stayed. The effect is on who is still"
            " there a year later, as in a study of how long customers stay. What makes it less late is who is left, not"
            " satisfaction that anchors: satisfaction falls as far late as early."
        ),
        reasons={
            "S06a": (
                "With `satisfaction.floor` .2 the newest experience weighs a fifth from the first purchases on, so"
                " nothing anchors. Without the floor satisfaction falls .58 as far late as early, and the row stays"
                " where it is (.72): what drives customers out is the grievance, the same at any tenure."
            ),
        },
    ),
)
