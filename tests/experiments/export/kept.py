"""A market whose log is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import pandas as pd

from sim.experiments.export import dictionary
from sim.experiments.export.calendar import FIRST_DAY, Calendar
from sim.experiments.export.files import TABLES
from sim.experiments.export.recorder import Recorder
from sim.market import Market
from sim.scenario import Scenario


class Kept:
    """Stands in for the files of an export."""

    def __init__(self, names: Sequence[str]) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}

    def write(self, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.rows[name] += rows

    def table(self, name: str) -> pd.DataFrame:
        return pd.DataFrame(self.rows[name], columns=list(dictionary.header(name)))


def watched(
    world: Scenario,
    *,
    design: str | None = None,
    firm: str | None = None,
    contacts: bool = True,
    **options: Any,
) -> tuple[Market, Recorder, Kept]:
    """A market that has not begun, who watches it, and what is noted."""
    market = Market(world, design=design, **options)
    kept = Kept([name for name in TABLES if contacts or name != "contacts"])
    calendar = Calendar.of(FIRST_DAY, market.weeks, market.seed, market.replicate)
    return market, Recorder(market, cast(Any, kept), calendar, firm=firm, contacts=contacts), kept
