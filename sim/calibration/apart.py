"""Groups of customers told apart in a calibrated scenario, and what its log does not tell, said with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.blocks import with_groups
from sim.calibration.brands import Preferences
from sim.calibration.choice import TimingFits
from sim.calibration.histories import Histories
from sim.calibration.identify import Untold, correlations, untold
from sim.calibration.likelihood import significant
from sim.calibration.members import Joining, joining, members_apart, members_record
from sim.calibration.segments import Groups, record, segments_of
from sim.calibration.spend import Basket
from sim.calibration.transactions import Log, as_day


@dataclass(frozen=True, eq=False)
class Apart:
    """What was fitted to a log as one segment."""

    log: Log
    """its brands merged"""
    histories: Histories
    timing: TimingFits
    basket: Basket
    preferences: Preferences | None
    end: dt.date

    @property
    def tastes(self) -> NDArray[np.float64] | None:
        """Dirichlet parameters, one a brand."""
        if self.preferences is None:
            return None
        return np.array(list(self.preferences.fit.values.values()))


def told_apart(
    scenario: Mapping[str, Any],
    fitted: Apart,
    segments: int | str,
    *,
    share: float,
    per_day: float,
    priced: bool = False,
) -> dict[str, Any]:
    """The scenario with its segments, if there are to be several, and with warnings in its provenance.

    segments: 1 to 4 or "auto". With 1, the members of a log that names them are a segment of their own.
    share, per_day: as for `with_groups`. priced: posted prices were given. Raises ValueError when the log
    cannot fill so many segments.
    """
    a = fitted
    joined = joining(a.log, as_day(a.end))
    groups: Groups | None = None
    if segments != 1:
        groups = segments_of(a.log, a.histories, a.timing.timing, a.basket, a.tastes, segments)
    elif joined is not None:
        groups = members_apart(a.log, a.histories, a.timing.timing, a.basket, a.tastes, joined)
    found = untold(a.log, a.histories, a.timing, a.basket, a.preferences, groups, prices=priced)
    fits = dict(scenario["provenance"]["fitted"])
    if groups is not None:
        fits["segments"] = record(groups, a.log.brands)
        scenario = with_groups(scenario, groups, brands=a.log.brands, share=share, per_day=per_day)
    if joined is not None:
        fits["members"] = members_record(a.log, a.histories, joined, as_day(a.end))
        found = (*_of_members(joined, groups), *found)
        if groups is not None and segments != 1:
            fits["members"]["share_by_segment"] = _by_segment(groups, joined)
    identification = {
        "warnings": [one.record() for one in found],
        "correlations": correlations(a.timing.best),
    }
    provenance = {**scenario["provenance"], "fitted": fits, "identification": identification}
    return {**scenario, "provenance": provenance}


def warnings_of(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """What the log of a calibrated scenario does not tell, one text each."""
    warnings = scenario["provenance"].get("identification", {}).get("warnings", ())
    return tuple(str(Untold(**warning)) for warning in warnings)


def _by_segment(groups: Groups, joined: Joining) -> dict[str, float]:
    part = joined.member @ groups.belongs / np.maximum(groups.belongs.sum(axis=0), 1e-9)
    return {g.name: significant(float(p)) for g, p in zip(groups.groups, part, strict=True)}


def _of_members(joined: Joining, groups: Groups | None) -> tuple[Untold, ...]:
    n, members = len(joined.member), int(joined.member.sum())
    if groups is None:
        return (
            Untold(
                "how members differ from others",
                f"{members:,} of {n:,} customers are members; each side needs 30 customers, 10 of them with a "
                "repeat purchase, so all were fitted as one",
                "a longer log, or more customers of the smaller side",
            ),
        )
    return (
        Untold(
            "the effect of the programme",
            "the gap between members and others mixes selection and effect, as those who buy much join; it is "
            "not taken for an effect",
            "a trial, or a log of the same customers before and after the programme began",
        ),
    )
