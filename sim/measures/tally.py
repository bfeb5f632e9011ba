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
    POINTS_REVERSED = 95
    """flow: points taken back for purchases that were returned"""
    POINTS_STOLEN = 96
    """flow: points taken by thieves, who redeem them"""
    POINTS_PENDING = 97
    """stock: points earned that cannot be used yet; part of POINTS_BALANCE"""
    VOUCHERS = 98
    """stock: points turned into vouchers; part of POINTS_BALANCE"""
    REWARDS_COST = 99
    """flow: cents, cost of rewards for points, handing them out included"""
    REWARDS_FACE = 100
    """flow: cents, face value of rewards for points"""
    POINTS_FRAUD = 101
    """flow: points issued to second accounts of members; part of POINTS_EARNED"""
    FEES = 102
    """flow: cents, membership fees paid"""
    FEES_REFUNDED = 103
    """flow: cents, membership fees given back"""
    TRIALS = 104
    """flow: free trials of the club begun"""
    TRIALS_ENDED = 105
    """flow: free trials that came to their end"""
    TRIALS_CONVERTED = 106
    """flow: free trials that ended in a paid membership"""
    RENEWALS_DUE = 107
    """flow: paid memberships that came up for renewal"""
    RENEWALS = 108
    """flow: paid memberships renewed"""
    CANCELLED = 109
    """flow: members who left the club"""
    UPGRADED = 110
    """flow: members who reached a higher level"""
    DOWNGRADED = 111
    """flow: members who fell to a lower level"""
    TIER_1 = 112
    """stock: members at the first level"""
    TIER_2 = 113
    """stock: members at the second level"""
    TIER_3 = 114
    """stock: members at the third level"""
    TIER_4 = 115
    """stock: members at the fourth level"""
    TIER_5 = 116
    """stock: members at the fifth level"""
    OFFERS = 117
    """flow: personal offers made to members"""
    OFFERS_USED = 118
    """flow: personal offers used"""
    CHALLENGES_JOINED = 119
    """flow: members who took up a challenge"""
    CHALLENGES_DONE = 120
    """flow: challenges completed"""
    STREAKS_DONE = 121
    """flow: streaks completed"""
    SURPRISES = 122
    """flow: surprise gifts of the programme"""
    BENEFITS_CENTS = 123
    """flow: cents, cost of soft benefits"""
    RETURNED = 124
    """flow: purchases brought back"""
    RETURNED_CENTS = 125
    """flow: cents paid back for purchases brought back"""
    RETURNED_GOODS = 126
    """flow: cents, cost of the goods that came back"""
    OUTSIDE_POINTS = 127
    """flow: points earned outside the category, paid for by who issues them; part of POINTS_EARNED"""
    ELIGIBLE = 128
    """flow: purchases at which a reward could be had"""
    REDEMPTIONS = 129
    """flow: purchases at which a reward was had"""
    STOLEN_BACK = 130
    """flow: points given back to members who were robbed; part of POINTS_EARNED"""
    PAID_OUT = 131
    """flow: points handed out as cheques; part of POINTS_REDEEMED"""
    POINTS_SETTLED = 132
    """flow: points issued at a partner firm"""
    SWITCHED_INSIDE = 133
    """flow: of SWITCHED, purchases by customers who last bought from another brand of the same house"""
    TURNED_AWAY = 134
    """flow: times that the firm could not serve a customer who had it in mind"""
    BASIC_PURCHASES = 135
    """flow: purchases served with basic service only"""
    LET_GO = 136
    """flow: customers whom the firm serves no more"""
    HANDED_OVER = 137
    """flow: customers handed over to another firm"""
    MOVED_TO_BASIC = 138
    """flow: customers who get basic service from now on"""
    HEARD_OF_CRISIS = 139
    """flow: customers who hear of a crisis of the firm for the first time"""
    HARMED = 140
    """flow: customers harmed in a crisis of the firm"""
    CAMPAIGN_REACHED = 141
    """flow: customers reached by a campaign of the firm"""


TALLIES = len(Tally)
