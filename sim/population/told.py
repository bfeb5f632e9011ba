"""What the weekly pass is told: what firms post and do, the terms of their programmes, and what week it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float32]
Wholes = NDArray[np.int32]


class Posted(NamedTuple):
    """What a customer meets at a purchase this week, one entry a firm."""

    price: Reals
    """posted price over usual price"""
    unit_cost: Reals
    """cost of goods over usual price"""
    service_cents: NDArray[np.int64]
    """cost of serving one purchase, cents"""
    quality: Reals
    usual_quality: Reals
    spread: Reals
    failure_rate: Reals
    failure_severity: Reals
    core_share: Reals
    """share of failures that are of the core service"""
    fee: Reals
    """hidden fee, over the price"""
    convenience: Reals
    usual_convenience: Reals
    switching_cost: Reals
    """logit units, felt by the firm's own customers"""
    brands: Reals
    freshness: Reals
    """share of satiation that a week's novelties take away"""
    gift_chance: Reals
    gift_worth: Reals
    """currency"""
    lift: Reals
    """index points that personal service adds for customers whom the firm knows"""
    lift_members: Wholes
    """1 where the firm knows its members only"""
    contract_weeks: Wholes
    """0 where nothing is signed"""
    awareness: Reals
    """share of newcomers who consider the firm"""
    opt_in: Reals
    """share of newcomers who agree to be contacted"""


class Outreach(NamedTuple):
    """What firms do to reach people outside their shops this week, one entry a firm."""

    acts: Wholes
    """1 where the firm contacts or advertises"""
    binds: Wholes
    """1 where the firm teaches or runs a community"""
    contact_chance: Reals
    """per customer it may contact"""
    relevance: Reals
    """0 to 1"""
    intrusion: Reals
    """how much an irrelevant contact by the firm's channel tires, against an e-mail"""
    creepy: Reals
    """probability that a contact knows too much"""
    members_only: Wholes
    birthday: Wholes
    lapse_trigger: Wholes
    """weeks since the last purchase that set off a contact; 0 for none"""
    near_reward: Wholes
    ad_reach: Reals
    promise: Reals
    """quality claimed; negative for none"""
    deal_reach: Reals
    deal_depth: Reals
    referral_reward: Reals
    """currency for who refers"""
    friend_reward: Reals
    """currency for the friend"""
    education_reach: Reals
    community_reach: Reals
    event: Wholes
    """1 in a week in which the community meets"""
    win_back_reach: Reals
    win_back_worth: Reals
    payment_failure: Reals
    """per week and contract"""


class Desk(NamedTuple):
    """How firms answer complaints this week, one entry a firm."""

    channels: Reals
    answer_chance: Reals
    """of each complaint that waits: capacity over complaints waiting"""
    empowerment: Reals
    compensation: Reals
    """currency for a good answer"""


class Surveys(NamedTuple):
    """Whom firms ask this week, one entry a firm."""

    now: Wholes
    """1 in a week of the firm's survey"""
    asked: Reals
    """share of active customers asked, times the share of them who answer when neither pleased nor angry"""
    bias: Reals
    """how much more those far from neutral answer"""


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


class Circle(NamedTuple):
    """Who knows whom, and what they say; empty arrays in a market without a network."""

    start: NDArray[np.int64]
    """customer i's friends stand from start[i] to start[i + 1]"""
    friends: NDArray[np.int32]
    said: NDArray[np.uint8]
    """what each customer said last week: 0 nothing, else kind + 4 x firm (see talk.py)"""
    says: NDArray[np.uint8]
    """what each says this week, written by the pass"""


class Context(NamedTuple):
    """Numbers that hold for the whole market this week."""

    week: int
    seed: np.uint32
    replicate: np.uint32
    pull: np.float32
    lapse_weeks: int
    leaver: int
    """what becomes of the place of one who leaves: 1 a newcomer, 0 nothing, -1 a prospect"""
    reaches: int
    """1 when some firm contacts, advertises, teaches, or runs a community"""
    census: int
    """1 in a week in which loyalties are counted"""


class Told(NamedTuple):
    """All that the pass is told about a week."""

    posted: Posted
    outreach: Outreach
    desk: Desk
    surveys: Surveys
    terms: Terms
    programme_of: NDArray[np.int32]
    """programme of each firm, -1 for none"""
    circle: Circle
    context: Context
