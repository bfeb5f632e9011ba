"""Three customers who changed their minds: their two diaries side by side, from the week in which their lives part.

Who is typical: those who changed are sorted into kinds, by fate and by what stood between the worlds when they first
bought otherwise. Of each of the most frequent kinds the medoid is told of: the one least far from all others of her
kind, by Gower's distance (the mean over traits of 0 or 1 for what is named, of the difference over its range for what
is counted). Ties go to the lowest replicate and unique_id.

Source: Gower 1971, Biometrics 27:857; Kaufman & Rousseeuw 1990, Finding Groups in Data (medoids).
"""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.explain.markets import OURS, THEIRS, market_of
from sim.experiments.run import Cell, Outcome, Stopped
from sim.population.diary import Diaries
from sim.population.story import Story
from sim.scenario import Scenario

STORIES = 3
NAMED = ("segment", "was", "rival", "member_ours", "member_theirs", "first")
COUNTED = ("decile", "week", "bought")
Paragraphs = tuple[tuple[str, str], ...]
"""(weeks, words), in order."""
Whom = tuple[tuple[int, int, int], ...]
"""(replicate, unique_id, first week)"""


@dataclass(frozen=True)
class Tale:
    """One customer under both designs, from the week in which her life first differed."""

    replicate: int
    customer: int
    fate: str
    week: int
    bought: int
    first: str
    turn: str
    kind: int
    """how many of all who changed are of her kind"""
    portrait: str
    ours: Paragraphs = field(repr=False)
    theirs: Paragraphs = field(repr=False)

    def text(self, names: tuple[str, str], width: int = 100, most: int | None = None) -> str:
        """Both diaries side by side. names: of the designs. most: paragraphs told of each, and the end."""
        half = (width - 3) // 2
        sides = [
            [line for paragraph in _shortened(told, most) for line in _wrapped(paragraph, half)]
            for told in (self.ours, self.theirs)
        ]
        heads = [f"under “{name}”" for name in names]
        lines = [*textwrap.wrap(self.portrait, width), ""]
        for left, right in zip_longest((heads[0], "", *sides[0]), (heads[1], "", *sides[1]), fillvalue=""):
            lines.append(f"{left:<{half}} | {right}".rstrip())
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        told = {"ours": [list(p) for p in self.ours], "theirs": [list(p) for p in self.theirs]}
        return {name: value for name, value in vars(self).items() if name not in told} | told


def typical(changed: pd.DataFrame, stories: int = STORIES) -> pd.DataFrame:
    """The customers to tell of, as rows of `changed`, with `kind`: how many are of theirs. See the rule above."""
    known = changed[changed["first"] != ""].sort_values(["replicate", "customer"], kind="stable")
    kinds = [
        own.assign(kind=len(own)).iloc[np.argsort(_farness(own), kind="stable")]
        for _, own in known.groupby(["fate", "turn"], sort=True)
    ]
    kinds.sort(key=lambda own: -len(own))
    # The medoid of each kind in turn; where there are few kinds, those next to the medoid.
    rounds = [own.iloc[[i]] for i in range(stories) for own in kinds if i < len(own)]
    return pd.concat(rounds[:stories]) if rounds else known.assign(kind=0)


def _farness(own: pd.DataFrame) -> Any:
    """Sum of Gower's distances of each to all others, to nine places, so that rounding breaks no tie."""
    total = np.zeros(len(own))
    for name in NAMED:
        codes = own[name].to_numpy()
        total += (codes[:, None] != codes[None, :]).sum(axis=1)
    for name in COUNTED:
        values = own[name].to_numpy(dtype=np.float64)
        spread = values.max() - values.min()
        if spread > 0:
            total += (np.abs(values[:, None] - values[None, :]) / spread).sum(axis=1)
    return np.round(total / (len(NAMED) + len(COUNTED)), 9)


def tell(world: Scenario, cell: Cell, stop: threading.Event, *, against: str, whom: Whom) -> Outcome:
    """The diaries of these customers under both designs. Tables: told (customer, side, place, weeks, words)."""
    begin = time.perf_counter()
    rows = []
    for replicate, customer, week in whom:
        if replicate != cell.replicate:
            continue
        for side, design in ((OURS, cell.design), (THEIRS, against)):
            paragraphs = _diary(world, cell, stop, design, customer, week)
            rows += [(customer, side, i, when, words) for i, (when, words) in enumerate(paragraphs)]
    told = pd.DataFrame(rows, columns=["customer", "side", "place", "weeks", "words"])
    return Outcome({}, {"told": told}, time.perf_counter() - begin)


def _diary(
    world: Scenario, cell: Cell, stop: threading.Event, design: str | None, customer: int, week: int
) -> list[tuple[str, str]]:
    """Portrait, weeks, farewell. The diary is begun in this week."""
    market = market_of(world, cell, design, diaries=[customer])
    cast = market.diaries[customer].cast
    market.diaries = Diaries(market.population, [], cast, market.rules)
    while market.week < market.weeks:
        if stop.is_set():
            raise Stopped
        if market.week == week:
            market.diaries = Diaries(market.population, [customer], cast, market.rules)
        market.step()
    return [p for _, paragraphs in Story(market.diary(customer)).chapters() for p in paragraphs]


def tales(chosen: pd.DataFrame, told: Mapping[int, pd.DataFrame]) -> tuple[Tale, ...]:
    """The stories of the customers chosen; told: by replicate, the table of `tell`."""
    found = []
    for row in chosen.itertuples():
        table = told[row.replicate]
        sides = [
            tuple(zip(own["weeks"].astype(str), own["words"].astype(str), strict=True))
            for side in (OURS, THEIRS)
            if len(
                own := table[(table["customer"] == row.customer) & (table["side"] == side)].sort_values(
                    "place"
                )
            )
        ]
        found.append(
            Tale(
                int(row.replicate), int(row.customer), str(row.fate), int(row.week), int(row.bought), str(row.first),
                str(row.turn), int(row.kind), sides[0][0][1], sides[0][1:], sides[1][1:],
            )
        )  # fmt: skip
    return tuple(found)


def _shortened(told: Paragraphs, most: int | None) -> Sequence[tuple[str, str]]:
    if most is None or len(told) <= most + 1:
        return told
    return [*told[:most], ("", "…"), told[-1]]


def _wrapped(paragraph: tuple[str, str], width: int) -> list[str]:
    when, words = paragraph
    return textwrap.wrap(f"{when}: {words}" if when else words, width, subsequent_indent="  ")
