"""An experiment: which rows of the findings it answers, what it sets, and what is known of rows that fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.validation.trial import Function


@dataclass(frozen=True)
class Experiment:
    """A family of rows that share their markets.

    function: from a trial to quantities; those by id of row are its answers. context: all that it sets and the study
    reports or leaves open, as the card prints it. echo: rows whose value follows from a parameter that was itself taken
    from the same source, so that agreement proves the code, not the behaviour. reasons: of rows that fail, the probable
    ones.
    """

    function: Function
    rows: tuple[str, ...]
    context: str
    echo: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """Family and function, as `repeat_buying.moderation`."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"
