"""Word of mouth and referral: F09, F14."""

from __future__ import annotations

import numpy as np

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import REFERRED
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_NETWORK = {"network": {"degree": 10}}


def talk(replicate: int) -> dict[str, float]:
    """Four firms as shipped, half a purchase a week, ten friends each: conversations by kind in the second year."""
    market = Market(
        world(firms(4, complaint_desk={}), rate=0.5, weeks=104, customers_more=_NETWORK), seed=SEED,
        replicate=replicate,
    ).run()  # fmt: skip
    t = market.tallies[52:].sum(axis=(0, 1, 2, 3)).astype(float)
    good, bad = t[Tally.PRAISE], t[Tally.WARNINGS]
    reach = (t[Tally.WARNINGS_HEARD] / bad) / (t[Tally.PRAISE_HEARD] / good)
    return {"F09a": reach, "F09b": t[Tally.PRAISE_HEARD] / t[Tally.WARNINGS_HEARD]}


def referral(replicate: int) -> dict[str, float]:
    """Customers of four firms are asked whether they would refer; who does within a year; of those told, who comes.

    No reward. Would refer: not dissatisfied, times the share of willing people. Three places in four are prospects.
    """
    more = {**_NETWORK, "prospects": 0.75}
    market = Market(
        world(firms(4, complaint_desk={}), rate=0.5, weeks=78, customers=4000, customers_more=more), seed=SEED,
        replicate=replicate,
    )  # fmt: skip
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


_EAST = "Goodman (TARP); East, Hammond & Wright 2007, IJRM 24:175"
_KUMAR = "Kumar, Petersen & Leone 2007, HBR 85(10):139"
FINDINGS = (
    Finding(
        "F09a", "audience of a bad over that of a good event", 2.0, 1.5, 2.5, _EAST, "ten friends each", talk,
        echo=True,
    ),
    Finding("F09b", "praise heard per warning heard", 3.0, 2.0, 5.0, _EAST, "four service firms", talk),
    Finding(
        "F14a", "would refer a friend", 0.75, 0.6, 0.85, _KUMAR, "four service firms, no reward", referral, echo=True
    ),
    Finding(
        "F14b", "do refer within a year", 0.315, 0.25, 0.4, _KUMAR, "the same, a year later", referral,
        echo=True,
    ),
    Finding(
        "F14c", "of those told become customers", 0.13, 0.08, 0.18, _KUMAR, "prospects among the friends", referral,
        echo=True,
    ),
)  # fmt: skip
