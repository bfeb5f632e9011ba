"""Stamp card: one stamp a purchase; a full card is handed in at the next purchase for the reward.

A head start puts stamps on a new card when the customer joins (endowed progress): the way is as long, but
part of it is done. full = (stamps >= needed).
Units: whole stamps (int32). Conservation: given + head start = handed in + forfeited + on cards.

Source: Kivetz, Urminsky & Zheng 2006, JMR 43:39; Nunes & Drèze 2006, JCR 32:504 (endowed progress).
"""

from __future__ import annotations

from sim.arithmetic import scalar
from sim.rules.parameter import Mechanism


class Stamps(Mechanism):
    """Stamp cards act; off, no stamps are given or wanted."""


@scalar
def card_is_full(stamps, needed):
    """Whether the card is handed in at this purchase."""
    return stamps >= needed
