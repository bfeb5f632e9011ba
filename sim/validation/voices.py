"""Word of mouth and referral: F09, F14."""

from __future__ import annotations

import numpy as np

from sim.measures.tally import Tally
from sim.population.moments import REFERRED
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_NETWORK = {"network": {"degree": 10}}


def talk(trial: Trial) -> dict[str, float]:
    """Four firms as shipped, half a purchase a week, ten friends each: conversations by kind in the second year."""
    market = trial.market(
        trial.world(firms(4, complaint_desk={}), rate=0.5, weeks=104, customers_more=_NETWORK)).run()  # fmt: skip
    t = market.tallies[52:].sum(axis=(0, 1, 2, 3)).astype(float)
    good, bad = t[Tally.PRAISE], t[Tally.WARNINGS]
    reach = (t[Tally.WARNINGS_HEARD] / bad) / (t[Tally.PRAISE_HEARD] / good)
    return {"F09a": reach, "F09b": t[Tally.PRAISE_HEARD] / t[Tally.WARNINGS_HEARD]}


def referral(trial: Trial) -> dict[str, float]:
    """Customers of four firms are asked whether they would refer; who does within a year; of those told, who comes.

    No reward. Would refer: not dissatisfied, times the share of willing people. Three places in four are prospects.
    """
    more = {**_NETWORK, "prospects": 0.75}
    market = trial.market(
        trial.world(firms(4, complaint_desk={}), rate=0.5, weeks=78, customers=4000, customers_more=more))  # fmt: skip
    while market.week < 26:
        market.step()
    people, rules = market.population, market.rules
    last = people.column("last_firm")
    there = (people.column("alive") == 1) & (last >= 0)
    satisfaction = np.stack([people.column("satisfaction", f) for f in range(4)])
    mine = satisfaction[np.maximum(last, 0), np.arange(len(people))]
    content = mine[there] >= rules.satisfaction.neutral - rules.satisfaction.band
    willing = market.world.behaviour.referral.willing
    did, told, came = np.zeros(len(people), bool), 0.0, 0
    friends = people.network
    assert friends is not None
    while market.week < market.weeks:
        market.step()
        refers = (people.column("happened") & REFERRED) != 0
        did |= refers
        alive = people.column("alive")
        for i in np.flatnonzero(refers):
            circle = friends.friends[friends.start[i] : friends.start[i + 1]]
            # One friend on average hears it; only prospects can come.
            told += float((alive[circle] == -1).mean()) if len(circle) else 0.0
        came += int(market.tallies[-1][..., Tally.ACQUIRED_BY_REFERRAL].sum())
    return {"F14a": float(content.mean() * willing), "F14b": float(did[there].mean()), "F14c": came / told}


EXPERIMENTS = (
    Experiment(
        talk,
        ("F09a", "F09b"),
        context=("Ten friends each; four service firms."),
        echo=("F09a",),
    ),
    Experiment(
        referral,
        ("F14a", "F14b", "F14c"),
        context=(
            "Four service firms, no reward; the same, a year later; prospects among the friends. No reward."
            " Three places in four are prospects. F14b is `referral.willing` × `refers`, both from this"
            " source: an echo by the definition above, up to the share of customers who are content."
        ),
        echo=("F14a", "F14b", "F14c"),
    ),
)
