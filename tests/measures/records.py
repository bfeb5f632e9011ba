"""Records made by hand: two firms, a few weeks, numbers that can be reckoned in the head."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market.states import STATES
from sim.measures import Record
from sim.measures.tally import TALLIES, Tally


def tallies(weeks: int = 1, **entries: Any) -> NDArray[np.int64]:
    """Week x firm x membership x TALLIES, nought but for what is named.

    A name is a tally in small letters; its value broadcasts to week x firm x membership, in which firm 0 is the
    one that is measured, and membership is (others, members).
    """
    made = np.zeros((weeks, 2, 2, TALLIES), np.int64)
    for name, value in entries.items():
        made[..., Tally[name.upper()]] = value
    return made


def ours(*weekly: int) -> NDArray[np.int64]:
    """Numbers of the firm that is measured, one a week, half of them its members'; the rival has others."""
    return np.array([[[w // 2, w - w // 2], [1009, 2003]] for w in weekly], np.int64)


def record(weeks: int = 1, /, **changes: Any) -> Record:
    """A record of firm 0 in which nothing happened, but for the changes; tallies are named as in `tallies`.

    accounts: what has gone up, by name of the account; all others have not. states: by name; all others are unknown.
    """
    accounts = {account.name.lower(): np.zeros(weeks, np.int64) for account in Account}
    accounts |= {name: np.array(cents, np.int64) for name, cents in changes.pop("accounts", {}).items()}
    counts = {name: changes.pop(name) for name in list(changes) if name.upper() in Tally.__members__}
    states = {name: np.full(weeks, np.nan) for name in (*STATES, "rivals_price")}
    states |= {name: np.array(values, float) for name, values in changes.pop("states", {}).items()}
    blank: dict[str, Any] = {
        "firm": 0,
        "tallies": tallies(weeks, **counts),
        "cohorts": np.zeros((0, 2), np.int64),
        "cohort_weeks": 52,
        "profits": np.zeros(weeks, np.int64),
        "liabilities": np.zeros(weeks, np.int64),
        "accounts": accounts,
        "faces": np.zeros(weeks, np.int64),
        "deferred": 0,
        "expected_breakage": float("nan"),
        "base_cohort": 0,
        "reward_costs": (0.0, 0.0),
        "discount_rate": 0.0,
        "house": (0,),
        "house_profits": np.zeros(weeks, np.int64),
        "states": states,
    }
    return Record(**(blank | changes))
