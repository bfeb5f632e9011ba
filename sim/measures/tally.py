"""What is counted each week, per segment, firm and membership: the raw material of every measure.

All tallies are whole numbers (int64), so sums do not depend on the order in which customers are counted.
Money is in cents (hundredths of the scenario's currency), indices in 1/256 points summed over customers.
"""

from __future__ import annotations

from enum import IntEnum

INDEX_SCALE = 256
"""Fixed-point steps per unit in tallies that are sums of states and shares."""


class Tally(IntEnum):
    """Columns of the weekly tally; flows happen during the week, stocks are read at its end."""

    PURCHASES = 0
    """flow: purchases at the firm"""
    REVENUE = 1
    """flow: cents paid at the till"""
    GOODS = 2
    """flow: cents, cost of the goods sold"""
    DISCOUNT = 3
    """flow: cents that member prices took off the posted price"""
    FAILURES = 4
    """flow: purchases at which service failed"""
    POINTS_EARNED = 5
    """flow: points earned, welcome points included"""
    POINTS_REDEEMED = 6
    """flow: points handed in for rewards"""
    POINTS_EXPIRED = 7
    """flow: points that died of age"""
    POINTS_FORFEITED = 8
    """flow: points lost because a member left or the programme closed"""
    POINTS_REWARDS = 9
    """flow: rewards paid for in points"""
    STAMPS_GIVEN = 10
    """flow: stamps given, head starts included"""
    STAMPS_HANDED_IN = 11
    """flow: stamps handed in on full cards"""
    STAMPS_FORFEITED = 12
    """flow: stamps lost because a member left or the programme closed"""
    STAMPS_REWARDS = 13
    """flow: rewards given for full cards"""
    JOINED = 14
    """flow: customers who joined the programme"""
    LAPSED = 15
    """flow: customers who became inactive (see rules/lapse.py)"""
    WON = 16
    """flow: customers who were not active and bought"""
    COHORT_CONTRIBUTION = 17
    """flow: cents of contribution from the customers active when measuring began"""
    ACTIVE = 18
    """stock: active customers"""
    MEMBERS = 19
    """stock: members of the programme"""
    SATISFACTION = 20
    """stock: sum of satisfaction over active customers"""
    EXPECTATION = 21
    """stock: sum of expected quality over active customers"""
    ATTACHMENT = 22
    """stock: sum of attachment over active customers"""
    POINTS_BALANCE = 23
    """stock: points not yet redeemed, expired or forfeited"""
    STAMPS_BALANCE = 24
    """stock: stamps on open cards"""
    ASKED = 25
    """flow: active customers who answered the survey of this week"""
    PROMOTERS = 26
    """flow: answers of 9 or 10"""
    DETRACTORS = 27
    """flow: answers of 6 or less"""
    CORE_FAILURES = 28
    """flow: purchases at which the core service failed"""
    COMPLAINTS = 29
    """flow: complaints made"""
    ANSWERED = 30
    """flow: complaints answered"""
    ANSWERED_WELL = 31
    """flow: complaints answered to the customer's satisfaction"""
    NEVER_ANSWERED = 32
    """flow: complaints given up"""
    WEEKS_WAITED = 33
    """flow: weeks that the complaints answered had waited"""
    COMPLAINTS_WAITING = 34
    """stock: complaints that wait for an answer"""
    GIFTS = 35
    """flow: surprise gifts"""
    FEES_NOTICED = 36
    """flow: hidden fees that were noticed"""
    CONTACTS = 37
    """flow: contacts received"""
    CREEPY_CONTACTS = 38
    """flow: contacts that knew too much"""
    OPT_OUTS = 39
    """flow: customers who asked for no more contacts"""
    REACHABLE = 40
    """stock: active customers who may be contacted"""
    ADVERTS = 41
    """flow: advertising contacts"""
    DEALS = 42
    """flow: first-purchase deals offered to prospects"""
    DEAL_CENTS = 43
    """flow: cents that deals taken are worth"""
    ACQUIRED_BY_ADVERTISING = 44
    """flow: prospects who entered the category for the firm, by advertising"""
    ACQUIRED_BY_DEAL = 45
    """flow: by a first-purchase deal"""
    ACQUIRED_BY_REFERRAL = 46
    """flow: by a friend's referral"""
    REFERRALS = 47
    """flow: customers who referred a friend"""
    PRAISE = 48
    """flow: customers who praised the firm to their friends"""
    WARNINGS = 49
    """flow: customers who warned their friends"""
    PRAISE_HEARD = 50
    """flow: friends who heard praise"""
    WARNINGS_HEARD = 51
    """flow: friends who heard a warning"""
    TAUGHT = 52
    """flow: customers taught"""
    PARTICIPANTS = 53
    """stock: customers in the firm's community"""
    SIGNED = 54
    """flow: contracts signed by customers who had none"""
    RENEWED = 55
    """flow: contracts renewed"""
    NOT_RENEWED = 56
    """flow: contracts that ended with the customer buying elsewhere"""
    CONTRACTS = 57
    """stock: contracts running"""
    WIN_BACK_OFFERS = 58
    """flow: offers to customers who had left the firm"""
    WON_BACK = 59
    """flow: customers who came back for an offer"""
    LEFT_PRICE = 60
    """flow: customers who left the firm for good, by decisive cause; price"""
    LEFT_INCONVENIENCE = 61
    """flow: inconvenience"""
    LEFT_CORE_FAILURE = 62
    """flow: failure of the core service"""
    LEFT_ENCOUNTER_FAILURE = 63
    """flow: failure of the encounter"""
    LEFT_RESPONSE = 64
    """flow: response to a failure"""
    LEFT_COMPETITION = 65
    """flow: better elsewhere"""
    LEFT_ETHICS = 66
    """flow: ethics"""
    LEFT_INVOLUNTARY = 67
    """flow: involuntary: moved, died, payment failed"""
    WITH_PRICE = 68
    """flow: customers who left the firm, by contributing cause; price"""
    WITH_INCONVENIENCE = 69
    """flow: inconvenience"""
    WITH_CORE_FAILURE = 70
    """flow: failure of the core service"""
    WITH_ENCOUNTER_FAILURE = 71
    """flow: failure of the encounter"""
    WITH_RESPONSE = 72
    """flow: response to a failure"""
    WITH_COMPETITION = 73
    """flow: better elsewhere"""
    WITH_ETHICS = 74
    """flow: ethics"""
    WITH_INVOLUNTARY = 75
    """flow: involuntary"""
    SWITCHED = 76
    """flow: purchases by customers who bought elsewhere the time before"""
    DISSATISFIED = 77
    """stock: active customers below the zone of tolerance"""
    DELIGHTED = 78
    """stock: active customers above the zone of tolerance"""
    TRUST = 79
    """stock: sum of trust (share) over active customers"""
    EQUITY = 80
    """stock: sum of equity (baskets) over active customers"""
    CENSUS = 81
    """flow: active customers counted in the census of loyalties, every 13 weeks"""
    INTENTION = 82
    """flow: sum of intentions to return (share) in the census"""
    BEHAVIOURAL = 83
    """flow: sum of shares of purchases (share) in the census"""
    LOYAL = 84
    """flow: attached and buying mostly here, in the census"""
    LATENT = 85
    """flow: attached and buying mostly elsewhere"""
    HOSTAGE = 86
    """flow: not attached and buying mostly here"""
    DISLOYAL = 87
    """flow: neither"""
    TRULY_LOYAL = 88
    """flow: delighted, and sure to return, and recommending"""
    RUNG_AWARE = 89
    """flow: customers of the category on the first rung: they consider the firm"""
    RUNG_SATISFIED = 90
    """flow: on the second: active and satisfied"""
    RUNG_LOYAL = 91
    """flow: on the third: loyal in heart and deed"""
    RUNG_INTERDEPENDENT = 92
    """flow: on the fourth: truly loyal and trusting"""
    SURVEYED_SATISFACTION = 93
    """flow: sum of satisfaction as it was answered in surveys"""
    ACQUIRED_BY_PRAISE = 94
    """flow: prospects who entered the category for the firm, by a friend's praise"""


TALLIES = len(Tally)
