"""Frequency, recency, T and monetary value of each customer, kept as purchases come in.

The convention is that of models of repeat buying: a purchase is a day with purchases. frequency is the number of such
days after the first; recency the days from the first to the last; T the days from the first to the end of the log;
monetary_value the mean spent on the days after the first, 0 where there is none.

Source: Fader, Hardie & Lee 2005, Marketing Science 24:275; `summary_data_from_transaction_data` of lifetimes and
`rfm_summary` of PyMC-Marketing compute the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class _Summary:
    first: int
    last: int
    days: int = 1
    repeat_cents: int = 0


class Summaries:
    """The purchases of all customers, summed up."""

    def __init__(self) -> None:
        self._of: dict[str, _Summary] = {}

    def add(self, customer: str, day: int, cents: int) -> None:
        """One purchase; those of a customer come in the order of time. day: counted from 0."""
        found = self._of.get(customer)
        if found is None:
            self._of[customer] = _Summary(day, day)
            return
        found.days += day > found.last
        found.last = day
        found.repeat_cents += cents if day > found.first else 0

    def table(self, end: int) -> pd.DataFrame:
        """A row a customer who bought, in the order of their names. end: the last day of the log, counted from 0."""
        import pandas as pd

        rows = [
            (name, s.days - 1, s.last - s.first, end - s.first, s.repeat_cents / 100 / max(s.days - 1, 1))
            for name, s in sorted(self._of.items())
        ]
        return pd.DataFrame(rows, columns=["customer_id", "frequency", "recency", "T", "monetary_value"])
