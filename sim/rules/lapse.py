"""Lapse: when a customer who says nothing counts as gone.

active = (week - week of the last purchase at the firm <= lapse_weeks). A customer lapses in the week in which
this ceases to hold; a later purchase brings her back. The number of weeks is part of the scenario. Nothing
in the market acts on it: it is how retention is read.

Source: stated definition, as usual where customers leave without a word (Reinartz & Kumar 2000, J. Marketing
64:17).
"""

from __future__ import annotations

from sim.arithmetic import I32, scalar

NEVER = I32(-1_000_000)
"""Week of the last purchase of one who never bought."""


@scalar
def is_active(week, last_week, lapse_weeks):
    """Whether a customer with this week of the last purchase is active."""
    return week - last_week <= lapse_weeks


@scalar
def lapses_now(week, last_week, lapse_weeks):
    """Whether this is the very week in which the customer becomes inactive."""
    return week - last_week == lapse_weeks + 1
