"""What the weekly pass is told: what firms post and do, the terms of their programmes, and what week it is."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import scalar
from sim.rules.challenge import ChallengeNumbers
from sim.rules.club import ClubNumbers
from sim.rules.equity import EquityNumbers
from sim.rules.expectation import ExpectationNumbers
from sim.rules.expiry import ExpiryPressureNumbers
from sim.rules.fairness import FairnessNumbers
from sim.rules.join import JoinNumbers
from sim.rules.member_price import MemberPriceNumbers
from sim.rules.memory import MemoryNumbers
from sim.rules.offer import OfferNumbers
from sim.rules.programme_value import ProgrammeValueNumbers
from sim.rules.redemption import RedemptionNumbers
from sim.rules.status import StatusNumbers
from sim.rules.streak import StreakNumbers
from sim.rules.trust import TrustNumbers
from sim.rules.use import UseNumbers

Reals = NDArray[np.float32]
Wholes = NDArray[np.int32]


class Posted(NamedTuple):
    """What a customer meets at a purchase this week, one entry a firm."""

    price: Reals
    """posted price over usual price"""
    unit_cost: Reals
    """cost of goods over usual price"""
    service_cents: NDArray[np.int64]
    """cost of serving one purchase, cents: segment x firm"""
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
    returns: Reals
    """share of purchases brought back"""
    available: Reals
    """chance to be served of a customer who has the firm in mind: 1 unless it runs short, 0 where it is closed"""
    house: Wholes
    """firms of the same house, itself one of them, as bits"""
    basic: Reals
    """index points that basic service lacks"""
    basic_cents: NDArray[np.int64]
    """what basic service costs, cents: segment x firm"""


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


class Rule(IntEnum):
    """Columns of `Terms.rule`: whole numbers, money in cents; 0 where a programme has no such element."""

    OPEN = 0
    """1 while customers may join, earn and redeem"""
    AUTOMATIC = 1
    WELCOME = 2
    STAMPS_NEEDED = 3
    """stamps of a full card; 0 where there is no card"""
    STAMPS_COST = 4
    HEAD_START = 5
    MENU = 6
    """rewards for points; 0 where there are no points"""
    MICRO_POINTS = 7
    """points per currency unit, in millionths"""
    LOT_WEEKS = 8
    """weeks of issue in one lot; 0 where no point dies of age"""
    LOT_COUNT = 9
    LOT_START = 10
    """week in which a lot begins to fill, modulo its weeks"""
    WEEKLY = 11
    """1 where something is to be done for each member each week"""
    PERSONAL = 12
    """1 where members pay prices of their own"""
    PLAIN = 13
    """1 where there is nothing but points of one reward, stamps and member prices"""
    VISIT_POINTS = 14
    """millionths of a point for each purchase"""
    ROUNDING = 15
    """millionths of a point added before rounding down"""
    LEAST_BASKET = 16
    CAP_PURCHASE = 17
    CAP_WEEK = 18
    CAP_YEAR = 19
    BIRTHDAY = 20
    OUTSIDE_POINTS = 21
    PENDING_WEEKS = 22
    PENDING_VISIT = 23
    COOLDOWN = 24
    PAYOUT_EVERY = 25
    PAYOUT_CHEQUE = 26
    """1 where the payout is in cash, 0 in vouchers"""
    PAYOUT_LEAST = 27
    PAYOUT_STEP = 28
    PAYOUT_CAP = 29
    VOUCHER_WEEKS = 30
    """weeks of issue in one lot of vouchers; 0 where they live for ever"""
    INACTIVE_WEEKS = 31
    WARNING_WEEKS = 32
    STAMPS_LEAST = 33
    CARD_WEEKS = 34
    LEVELS = 35
    WINDOW = 36
    """0 calendar, 1 anniversary, 2 rolling, 3 lifetime"""
    YEAR_START = 37
    VALID_WINDOWS = 38
    DOWNGRADE = 39
    """levels lost at most: 0 none, 1 one, 8 all"""
    GRACE = 40
    ROLLOVER = 41
    MATCH_LEVEL = 42
    MATCH_WEEKS = 43
    MATCH_SPEND = 44
    GIFT_LEVEL = 45
    MILESTONE_VISITS = 46
    MILESTONE_POINTS = 47
    FEE = 48
    PERIOD_WEEKS = 49
    """weeks a fee pays for; 0 where it pays for life"""
    TRIAL_WEEKS = 50
    AUTO_RENEW = 51
    GUARANTEE = 52
    OFFER_TARGET = 53
    CHALLENGE_VISITS = 54
    CHALLENGE_SPEND = 55
    CHALLENGE_WEEKS = 56
    CHALLENGE_EVERY = 57
    CHALLENGE_POINTS = 58
    STREAK_EVERY = 59
    STREAK_LENGTH = 60
    STREAK_POINTS = 61
    SURPRISE_LEVEL = 62
    HOUSEHOLD = 63
    URGENT = 64
    """1 while a change for the worse has been announced"""
    OUTRANKED = 65
    """1 in the week in which the terms change for the worse"""
    SURPRISE_COST = 66
    DRAWS = 67
    """1 where membership makes a purchase more attractive"""
    LUCK_WEEKLY = 68
    """1 where a draw is needed for each member each week"""
    LUCK_EXTRA = 69
    """1 where a purchase needs the draws of `Stream.EXTRA`"""
    LUCK_BONUS = 70
    """1 where a purchase needs the draws of `Stream.BONUS`"""
    CARD = 71
    """1 where a card must be shown at the till"""


class Plan(IntEnum):
    """Columns of `Terms.plan`: real numbers, money in currency."""

    ASK = 0
    EFFORT = 1
    BACK_PER_CURRENCY = 2
    """what a member gets back per unit of money spent, as customers reckon"""
    BACK_PER_VISIT = 3
    """what a member gets back per purchase, currency, as customers reckon"""
    STAMPS_REWARD = 4
    STAMPS_GRATITUDE = 5
    DISCOUNT = 6
    """member price: depth x share of the range"""
    REDEEM = 7
    SPEND_PER_YEAR = 8
    OUTSIDE_CHANCE = 9
    CARD_SHARE = 10
    BONUS_SHARE = 11
    GIFT_SHARE = 12
    OFFER_CHANCE = 13
    OFFER_DEPTH = 14
    OFFER_ACTIVATED = 15
    SEEN = 16
    SURPRISE_CHANCE = 17
    SURPRISE_WORTH = 18
    MULTI_ACCOUNTS = 19
    """share of joiners who open a second account and are not caught"""
    TAKEOVER = 20
    """per member and week, accounts emptied by thieves who are not caught"""
    REIMBURSED = 21
    POINT_WORTH = 22
    """face value of a point, currency"""
    POINT_COST = 23
    """what a point costs the firm, currency"""
    HARD = 24
    """share of spending that members get back in money"""
    SOFT = 25
    """soft benefits, index points / 100"""
    LOSS_PER_POINT = 26
    """what a change took from each point, currency"""
    LOSS_PER_CURRENCY = 27
    """what a change took from each unit of money spent, as customers reckon"""
    FAIR = 28
    """1 where the change was announced"""


class Reward(IntEnum):
    """Columns of `Terms.menu`: one reward for points, currency."""

    WORTH = 0
    """face value x how much more or less such a reward is wanted than cash"""
    GRATITUDE = 1
    """face value x how much more or less it does for gratitude than cash"""
    AVAILABILITY = 2
    """chance that it can be had when it is wanted"""


class Tag(IntEnum):
    """Columns of `Terms.tags`: what one reward takes; money in cents."""

    POINTS = 0
    COST = 1
    FACE = 2
    LIMIT = 3
    """most of it at a purchase"""
    FROM_LEVEL = 4
    CLOSED = 5
    """1 in a week in which it cannot be had"""


class Level(IntEnum):
    """Columns of `Terms.ladder`: what one level of status gives."""

    QUALITY = 0
    DISCOUNT = 1
    MULTIPLIER = 2


class Leg(IntEnum):
    """Columns of `Terms.legs`: what one level of status takes; -1 for a leg that does not count."""

    SPEND = 0
    """cents"""
    VISITS = 1
    POINTS = 2
    EVERY = 3
    """1 where every leg is needed, 0 where one will do"""
    KEEPS_POINTS = 4
    """1 where points of members at this level never die"""
    QUALITY_COST = 5
    """cents a purchase"""


MOST_REWARDS, MOST_LEVELS, MOST_BONUSES = 8, 5, 4


class Book(NamedTuple):
    """What the account of a member needs of the terms; a small part, since compiled code hands on every array."""

    rule: NDArray[np.int64]
    row: NDArray[np.int64]
    legs: NDArray[np.int64]


class Ways(NamedTuple):
    """What memberships need of the numbers of behaviour, by the names there; small for the same reason as `Book`."""

    memory: MemoryNumbers
    expectation: ExpectationNumbers
    equity: EquityNumbers
    trust: TrustNumbers
    member_price: MemberPriceNumbers
    programme_value: ProgrammeValueNumbers
    join: JoinNumbers
    redemption: RedemptionNumbers
    expiry: ExpiryPressureNumbers
    status: StatusNumbers
    club: ClubNumbers
    fairness: FairnessNumbers
    challenge: ChallengeNumbers
    streak: StreakNumbers
    offer: OfferNumbers
    use: UseNumbers


@scalar
def ways(rules: Any) -> Ways:
    """The part of the numbers of behaviour that memberships need."""
    return Ways(
        rules.memory, rules.expectation, rules.equity, rules.trust, rules.member_price, rules.programme_value,
        rules.join, rules.redemption, rules.expiry, rules.status, rules.club, rules.fairness, rules.challenge,
        rules.streak, rules.offer, rules.use,
    )  # fmt: skip


class Terms(NamedTuple):
    """The terms of the reward programmes this week, one row a programme."""

    firm: Wholes
    """the firm that owns it"""
    rule: NDArray[np.int64]
    """programme x Rule"""
    plan: Reals
    """programme x Plan"""
    row: NDArray[np.int64]
    """programme x Row: where the elements keep their columns, -1 for nowhere"""
    menu: Reals
    """programme x reward x Reward"""
    tags: NDArray[np.int64]
    """programme x reward x Tag"""
    ladder: Reals
    """programme x level x Level, from the lowest"""
    legs: NDArray[np.int64]
    """programme x level x Leg"""
    bonus: Reals
    """programme x multiplier x (factor, share of purchases)"""
    reaches: NDArray[np.int64]
    """programme x multiplier: bit s where it holds for segment s this week"""


class Stage(NamedTuple):
    """The times, one entry a segment: season, dear weeks, recession."""

    need: Reals
    """factor on purchase rates"""
    purse: Reals
    """factor on baskets"""
    thrift: Reals
    """factor on price sensitivities"""


class Outlets(NamedTuple):
    """Dealers between the firms and their customers; no rows in a market without."""

    carries: Wholes
    """firms that each dealer sells, as bits; bit 16 is set"""
    push: Reals
    """how hard the dealer pushes the firm: dealer x firm, logit"""
    price: Reals
    """dealer's price over the posted one: dealer x firm"""


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
    lapse_weeks: int
    leaver: int
    """what becomes of the place of one who leaves: 1 a newcomer, 0 nothing, -1 a prospect"""
    reaches: int
    """1 when some firm contacts, advertises, teaches, or runs a community"""
    census: int
    """1 in a week in which loyalties are counted"""
    worth: int
    """row of what customers have brought the first firm; -1 where nobody keeps accounts of them"""
    served: int
    """row of who gets basic service; -1 for none"""


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
    stage: Stage
    outlets: Outlets
    context: Context
