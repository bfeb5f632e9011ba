"""What the weekly pass is told: what firms post, the terms of their programmes, and what week it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Posted(NamedTuple):
    """What everybody can see of the firms this week, one entry a firm."""

    price: NDArray[np.float32]
    """posted price over usual price"""
    unit_cost: NDArray[np.float32]
    """cost of goods over usual price"""
    service_cents: NDArray[np.int64]
    """cost of serving one purchase, cents"""
    quality: NDArray[np.float32]
    usual_quality: NDArray[np.float32]
    spread: NDArray[np.float32]
    failure_rate: NDArray[np.float32]
    failure_severity: NDArray[np.float32]


class Terms(NamedTuple):
    """The terms of the reward programmes, one entry a programme."""

    firm: NDArray[np.int32]
    open: NDArray[np.int32]
    """1 while customers may join, earn and redeem"""
    ask: NDArray[np.float32]
    automatic: NDArray[np.int32]
    effort: NDArray[np.float32]
    back_per_currency: NDArray[np.float32]
    """what a member gets back per unit of money spent, as customers reckon"""
    back_per_visit: NDArray[np.float32]
    """what a member gets back per purchase, currency, as customers reckon"""
    micro_points: NDArray[np.float64]
    """points per currency unit, in millionths; whole numbers"""
    threshold: NDArray[np.int32]
    """points of one reward; 0 where there are no points"""
    points_reward: NDArray[np.float32]
    points_cost_cents: NDArray[np.int64]
    redeem: NDArray[np.float32]
    lot_weeks: NDArray[np.int32]
    welcome: NDArray[np.int32]
    stamps_needed: NDArray[np.int32]
    """stamps of a full card; 0 where there is no card"""
    stamps_reward: NDArray[np.float32]
    stamps_cost_cents: NDArray[np.int64]
    head_start: NDArray[np.int32]
    discount: NDArray[np.float32]
    """member price: depth x share of the range"""


class Context(NamedTuple):
    """Numbers that hold for the whole market this week."""

    week: int
    seed: np.uint32
    replicate: np.uint32
    pull: np.float32
    lapse_weeks: int
    replace_leavers: int
    survey: int
    """1 in a week in which customers are asked how likely they are to recommend"""
