"""Some customers of a session, as points that can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.population.columns import (
    ALIVE,
    ATTACHMENT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    PROGRAMME_WHOLES,
    REMEMBERED,
    SATISFACTION,
)
from sim.rules.lapse import NEVER

if TYPE_CHECKING:
    import pandas as pd

    from sim.market import Market
    from sim.scenario import Scenario

STATES = ("active", "lapsed", "never", "prospect", "gone")
"""How a customer stands to the focal firm: bought lately, once, never; not yet in the category; gone from it."""


def sampled(world: Scenario, count: int, seed: int) -> tuple[int, ...]:
    """So many customers by unique_id, as those who keep diaries are sampled: every segment its part."""
    from sim.market import Market

    return tuple(Market(world.drawn(0), seed=seed, diaries=min(count, world.customers.count)).diaries)


def frame_of(market: Market, customers: Sequence[int]) -> pd.DataFrame:
    """A row for each of these customers, by unique_id.

    customer, segment; attitude: attachment to the focal firm, in 10 index points; satisfaction: index 0-100 (both NaN
    for one who never bought there); behaviour: share of the purchases she remembers that were at the focal firm, NaN
    where she remembers none; member: of its programme; state: one of STATES.
    """
    import pandas as pd

    ids = np.array(customers, np.int64)
    names = [segment.name for segment in market.world.customers.segments]
    people, firms, focus = market.population, len(market.firms), market.focus
    places = [people.place_of(int(i) - 1) for i in ids]
    blocks = np.array([block for block, _ in places], np.int64)
    slots = np.array([slot for _, slot in places], np.int64)
    reals, wholes = people.reals[blocks, :, slots], people.wholes[blocks, :, slots]
    last = wholes[:, CUSTOMER_WHOLES : CUSTOMER_WHOLES + firms]
    counts = reals[:, CUSTOMER_REALS + REMEMBERED * firms :][:, :firms].astype(np.float64)
    # As rules/memory.py: counts stand as they were right after the last purchase.
    ago = np.where(last > NEVER, market.week - 1 - last, 0)
    counts = np.where(last > NEVER, counts * np.exp(-float(market.rules.memory.forgetting) * ago), 0.0)
    total = counts.sum(axis=1)
    lapse = market.world.category.lapse_weeks
    mine = last[:, focus]
    ever, alive = mine > NEVER, wholes[:, ALIVE]
    state = np.select(
        [alive == 0, alive < 0, ever & (market.week - 1 - mine <= lapse), ever],
        ["gone", "prospect", "active", "lapsed"],
        "never",
    )
    programme = market.programme_of(focus)
    card = CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * programme
    member = wholes[:, card] >= 0 if programme >= 0 else np.zeros(len(ids), np.bool_)
    felt = {
        name: np.where(ever, reals[:, CUSTOMER_REALS + kind * firms + focus].astype(np.float64), np.nan)
        for name, kind in (("attitude", ATTACHMENT), ("satisfaction", SATISFACTION))
    }
    return pd.DataFrame(
        {
            "customer": ids,
            "segment": [names[int(people.segment_of(int(i) - 1))] for i in ids],
            **felt,
            "behaviour": np.divide(counts[:, focus], total, out=np.full(len(ids), np.nan), where=total > 0),
            "member": member,
            "state": state,
        }
    )
