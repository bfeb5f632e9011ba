"""Groups of customers as segments of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.calibration.likelihood import significant
from sim.calibration.limits import store_shape
from sim.calibration.segments import Group, Groups


def with_groups(
    scenario: Mapping[str, Any], groups: Groups, *, brands: Sequence[str], share: float, per_day: float
) -> dict[str, Any]:
    """The scenario with these groups for its one segment; one group leaves it as it is.

    brands: in the order of the tastes, empty for a store's own log, where `share` is the store's share of its
    customers' purchases. per_day: purchases (customer, day, brand) a shopping day.
    """
    if len(groups.groups) == 1:
        return dict(scenario)
    segments = [_segment(group, brands, share, per_day) for group in groups.groups]
    return {**scenario, "customers": {**scenario["customers"], "segments": segments}}


def _segment(group: Group, brands: Sequence[str], share: float, per_day: float) -> dict[str, Any]:
    c, timing = group.component, group.component.timing
    segment: dict[str, Any] = {"name": group.name, "weight": significant(group.share)}
    if c.tastes is not None:
        rate = {"mean": timing.mean_rate * per_day, "shape": timing.r}
        concentration = float(c.tastes.sum())
    else:
        rate = {"mean": timing.mean_rate / share, "shape": store_shape(timing.r, share)}
        concentration = rate["shape"]
    segment["purchase_rate"] = {name: significant(value) for name, value in rate.items()}
    segment["preference_concentration"] = significant(concentration)
    if c.tastes is not None:
        parts = c.tastes / c.tastes.sum()
        segment["shares"] = {brand: significant(float(a)) for brand, a in zip(brands, parts, strict=True)}
    segment["basket"] = {
        "mean": significant(group.basket),
        "between_cv": significant(float(np.sqrt(np.expm1(c.between_sd**2)))),
        "within_cv": significant(float(np.sqrt(np.expm1(c.within_sd**2)))),
    }
    if timing.s > 0:
        segment["leaving"] = {"shape": significant(timing.s), "scale": significant(timing.beta)}
    return segment
