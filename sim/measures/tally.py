"""What is counted each week, per segment, firm and membership: the raw material of every measure.

All tallies are whole numbers (int64), so sums do not depend on the order in which customers are counted.
Money is in cents (hundredths of the scenario's currency), indices in 1/256 points summed over customers.
"""

from __future__ import annotations

from enum import IntEnum

INDEX_SCALE = 256
"""Fixed-point steps per index point in SATISFACTION, EXPECTATION and ATTACHMENT."""


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


TALLIES = len(Tally)
