"""Which named draw of the calibration stream serves which purpose.

The `week` of a draw's name is purpose x 65,536 + week of the forecast, so purposes never share a number.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from sim.draws import Stream

WEEKS = 65_536


class Use(IntEnum):
    """Purposes; the list only ever grows."""

    SAMPLE = 1 * WEEKS
    """which customers of a large log are fitted to"""
    STAYED = 2 * WEEKS
    """has the customer left; where on the rate grid does she stand; when will she leave"""
    REDRAW = 3 * WEEKS
    """is the rate drawn afresh in this week of the forecast"""
    NEW_RATE = 4 * WEEKS
    """the rate drawn afresh in this week of the forecast"""
    COUNT = 5 * WEEKS
    """purchases over the forecast"""
    RIVAL_ALIVE = 6 * WEEKS
    """BG/NBD: has the customer left; after how many purchases will she"""
    RIVAL_RATE = 7 * WEEKS
    """BG/NBD and NBD: the rate"""
    RIVAL_CHANCE = 8 * WEEKS
    """BG/NBD: chance of leaving after a purchase (two traits)"""
    RIVAL_COUNT = 9 * WEEKS
    """BG/NBD and NBD: purchases over the forecast"""
    BOOTSTRAP = 10 * WEEKS
    """which customers a bootstrap sample holds"""
    FAVOURITES = 11 * WEEKS
    """favourite days of the week, a trait a day"""
    NULL_RATE = 12 * WEEKS
    """null model of trips: the rate; the typical basket"""
    NULL_DAY = 13 * WEEKS
    """null model of trips: is there a purchase on each of four days"""
    NULL_BASKET = 14 * WEEKS
    """null model of trips: the basket of each of four days"""
    DISCOUNTED_RATE = 15 * WEEKS
    """discounted NBD: the rate"""
    DISCOUNTED_COUNT = 16 * WEEKS
    """discounted NBD: purchases over the forecast"""
    PARAMETERS = 20 * WEEKS
    """one draw of all fitted parameters: the replicate is the draw, the customer the parameter, the week the attempt"""
    BRAND_CHOICE = 40 * WEEKS
    """when a purchase of the forecast falls, and its brand (k: purchase)"""
    BRAND_FURTHER = 41 * WEEKS
    """further brands bought on the days of the forecast"""
    BRAND_SEGMENT = 42 * WEEKS
    """the segment of taste in which a customer of the forecast is"""
    REDRAW_WEIGHT = 43 * WEEKS
    """a weight of brands drawn afresh, in the search for redraws (customer: purchase; trait: brand)"""
    REDRAW_CHANCE = 44 * WEEKS
    """the brand of a purchase (k 0), and which weights are drawn afresh before it (k: 1 + brand)"""


def names(seed: int, replicate: int, customers: int) -> dict[str, Any]:
    """The names of one draw for each of so many customers, all but its week."""
    return {
        "seed": seed,
        "replicate": replicate,
        "stream": Stream.CALIBRATION,
        "customer": np.arange(customers),
    }
