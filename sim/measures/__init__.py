"""What is measured: one function a measure, one definition each; docs/measures.md is made from these."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.measures.bonds import (
    affective,
    behavioural,
    conative,
    disloyal,
    hostage,
    latent,
    loyal,
    rung_aware,
    rung_interdependent,
    rung_loyal,
    rung_satisfied,
    truly_loyal,
)
from sim.measures.contacts import contact_rate, opt_out_rate
from sim.measures.leaving import (
    defection_rate,
    left_for_competition,
    left_for_core_failure,
    left_for_encounter_failure,
    left_for_ethics,
    left_for_inconvenience,
    left_for_price,
    left_for_response,
    left_involuntarily,
    renewal_rate,
    switching_rate,
    win_back_rate,
)
from sim.measures.loyalty import churn, clv, retention
from sim.measures.minds import (
    delighted,
    dissatisfied,
    equity,
    expectation,
    nps,
    satisfaction,
    satisfied,
    surveyed_satisfaction,
    trust,
)
from sim.measures.money import incremental_profit, profit, revenue, share
from sim.measures.newcomers import (
    acquired,
    acquired_by_advertising,
    acquired_by_deal,
    acquired_by_praise,
    acquired_by_referral,
    cost_per_acquired,
    recommendation_share,
    referral_share,
)
from sim.measures.programme import (
    active_members,
    active_share,
    breakage,
    challenge_completion,
    club_renewal,
    downgrade_rate,
    effective_reward_rate,
    eligible_unredeemed,
    offers_used,
    points_liability,
    redemption_rate,
    trial_conversion,
    upgrade_rate,
)
from sim.measures.programme_books import (
    cost_to_serve_member,
    deferred_revenue,
    fraud_cost,
    programme_cost,
    programme_income,
    programme_result,
    reward_cost,
    ultimate_breakage,
)
from sim.measures.record import Record
from sim.measures.rivalry import (
    channel_cost,
    crisis_cost,
    crisis_heard,
    dealer_margin,
    dealer_push,
    distribution,
    house_profit,
    house_share,
    let_go,
    load,
    morale,
    price_erosion,
    price_posted,
    quality_offered,
    rivals_price,
    staff_cost,
    staff_turnover,
    switching_inside,
    turned_away,
)
from sim.measures.service import answered, answered_well, complaint_rate, failure_rate, weeks_to_answer
from sim.measures.voices import audience_ratio, praise_rate, praise_to_warnings, referrals, warning_rate

__all__ = ["FAMILIES", "HEADLINE", "MEASURES", "Measure", "Record"]

FAMILIES = {
    "loyalty": "Who stays",
    "money": "Money",
    "minds": "What customers think and feel",
    "programme": "The reward programme",
    "programme_books": "The books of the reward programme",
    "bonds": "Kinds of loyalty",
    "service": "Failures, complaints, answers",
    "contacts": "Contacts",
    "voices": "Word of mouth",
    "newcomers": "New customers",
    "leaving": "Leaving for good, and coming back",
    "rivalry": "Among rivals",
}
"""What measures are about, by the name of the module they are in."""


@dataclass(frozen=True)
class Measure:
    """A measure of the focal firm. headline: shown in tables for the terminal without being asked for."""

    name: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    of: Callable[[Record], float]
    family: str
    headline: bool = False

    @property
    def definition(self) -> str:
        """What it is, in words."""
        return " ".join((inspect.getdoc(self.of) or "").split())


_OF_ACTIVE = "share of active customers"
_OF_COUNTED = "share of active customers in the census"
_OF_LADDER = "share of customers on the ladder"
_OF_LEAVERS = "share of those who left"

_ALL = (
    Measure("retention", "share per year", "higher", retention, "loyalty", headline=True),
    Measure("churn", "share per year", "lower", churn, "loyalty", headline=True),
    Measure("profit", "currency", "higher", profit, "money", headline=True),
    Measure("incremental_profit", "currency", "higher", incremental_profit, "money", headline=True),
    Measure("revenue", "currency", "higher", revenue, "money", headline=True),
    Measure("share", "share of purchases", "higher", share, "money", headline=True),
    Measure("nps", "points, -100 to 100", "higher", nps, "minds", headline=True),
    Measure("satisfaction", "index 0-100", "higher", satisfaction, "minds", headline=True),
    Measure("active_members", "customers", "neither", active_members, "programme", headline=True),
    Measure(
        "redemption_rate", "share of rewards earned", "neither", redemption_rate, "programme", headline=True
    ),
    Measure("breakage", "share of rewards earned", "neither", breakage, "programme", headline=True),
    Measure("points_liability", "currency", "lower", points_liability, "programme", headline=True),
    Measure("clv", "currency per customer", "higher", clv, "loyalty", headline=True),
    Measure("active_share", "share of members", "higher", active_share, "programme"),
    Measure(
        "eligible_unredeemed",
        "share of purchases with a reward to be had",
        "neither",
        eligible_unredeemed,
        "programme",
    ),
    Measure(
        "effective_reward_rate", "share of members' spending", "neither", effective_reward_rate, "programme"
    ),
    Measure("upgrade_rate", "times per member-year", "neither", upgrade_rate, "programme"),
    Measure("downgrade_rate", "times per member-year", "neither", downgrade_rate, "programme"),
    Measure("club_renewal", "share of memberships due", "higher", club_renewal, "programme"),
    Measure("trial_conversion", "share of trials ended", "higher", trial_conversion, "programme"),
    Measure("offers_used", "purchases per offer", "higher", offers_used, "programme"),
    Measure(
        "challenge_completion", "share of challenges taken up", "higher", challenge_completion, "programme"
    ),
    Measure("programme_cost", "currency", "lower", programme_cost, "programme_books"),
    Measure("reward_cost", "currency", "neither", reward_cost, "programme_books"),
    Measure("fraud_cost", "currency", "lower", fraud_cost, "programme_books"),
    Measure("programme_income", "currency", "higher", programme_income, "programme_books"),
    Measure("programme_result", "currency", "higher", programme_result, "programme_books"),
    Measure(
        "cost_to_serve_member", "currency per member-year", "lower", cost_to_serve_member, "programme_books"
    ),
    Measure("deferred_revenue", "currency", "neither", deferred_revenue, "programme_books"),
    Measure("ultimate_breakage", "share of points issued", "neither", ultimate_breakage, "programme_books"),
    Measure("dissatisfied", _OF_ACTIVE, "lower", dissatisfied, "minds"),
    Measure("satisfied", _OF_ACTIVE, "neither", satisfied, "minds"),
    Measure("delighted", _OF_ACTIVE, "higher", delighted, "minds"),
    Measure("expectation", "index 0-100", "neither", expectation, "minds"),
    Measure("surveyed_satisfaction", "index 0-100", "higher", surveyed_satisfaction, "minds"),
    Measure("trust", "index 0-1", "higher", trust, "minds"),
    Measure("equity", "baskets", "higher", equity, "minds"),
    Measure("affective", "10 index points", "higher", affective, "bonds"),
    Measure("behavioural", "share of purchases", "higher", behavioural, "bonds"),
    Measure("conative", "probability", "higher", conative, "bonds"),
    Measure("loyal", _OF_COUNTED, "higher", loyal, "bonds"),
    Measure("latent", _OF_COUNTED, "neither", latent, "bonds"),
    Measure("hostage", _OF_COUNTED, "lower", hostage, "bonds"),
    Measure("disloyal", _OF_COUNTED, "lower", disloyal, "bonds"),
    Measure("truly_loyal", _OF_COUNTED, "higher", truly_loyal, "bonds"),
    Measure("rung_aware", _OF_LADDER, "neither", rung_aware, "bonds"),
    Measure("rung_satisfied", _OF_LADDER, "neither", rung_satisfied, "bonds"),
    Measure("rung_loyal", _OF_LADDER, "higher", rung_loyal, "bonds"),
    Measure("rung_interdependent", _OF_LADDER, "higher", rung_interdependent, "bonds"),
    Measure("failure_rate", "share of purchases", "lower", failure_rate, "service"),
    Measure("complaint_rate", "share of failures", "neither", complaint_rate, "service"),
    Measure("answered", "share of complaints settled", "higher", answered, "service"),
    Measure("answered_well", "share of complaints answered", "higher", answered_well, "service"),
    Measure("weeks_to_answer", "weeks", "lower", weeks_to_answer, "service"),
    Measure("contact_rate", "contacts per customer-year", "neither", contact_rate, "contacts"),
    Measure("opt_out_rate", "customers per reachable customer-year", "lower", opt_out_rate, "contacts"),
    Measure("praise_rate", "times per customer-year", "higher", praise_rate, "voices"),
    Measure("warning_rate", "times per customer-year", "lower", warning_rate, "voices"),
    Measure("praise_to_warnings", "ratio", "higher", praise_to_warnings, "voices"),
    Measure("audience_ratio", "ratio", "neither", audience_ratio, "voices"),
    Measure("referrals", "times", "higher", referrals, "voices"),
    Measure("acquired", "customers", "higher", acquired, "newcomers"),
    Measure("acquired_by_advertising", "customers", "neither", acquired_by_advertising, "newcomers"),
    Measure("acquired_by_deal", "customers", "neither", acquired_by_deal, "newcomers"),
    Measure("acquired_by_referral", "customers", "neither", acquired_by_referral, "newcomers"),
    Measure("acquired_by_praise", "customers", "neither", acquired_by_praise, "newcomers"),
    Measure("referral_share", "share of customers acquired", "neither", referral_share, "newcomers"),
    Measure(
        "recommendation_share", "share of customers acquired", "neither", recommendation_share, "newcomers"
    ),
    Measure("cost_per_acquired", "currency per customer", "lower", cost_per_acquired, "newcomers"),
    Measure("defection_rate", "customers per customer-year", "lower", defection_rate, "leaving"),
    Measure("left_for_price", _OF_LEAVERS, "neither", left_for_price, "leaving"),
    Measure("left_for_inconvenience", _OF_LEAVERS, "neither", left_for_inconvenience, "leaving"),
    Measure("left_for_core_failure", _OF_LEAVERS, "neither", left_for_core_failure, "leaving"),
    Measure("left_for_encounter_failure", _OF_LEAVERS, "neither", left_for_encounter_failure, "leaving"),
    Measure("left_for_response", _OF_LEAVERS, "neither", left_for_response, "leaving"),
    Measure("left_for_competition", _OF_LEAVERS, "neither", left_for_competition, "leaving"),
    Measure("left_for_ethics", _OF_LEAVERS, "neither", left_for_ethics, "leaving"),
    Measure("left_involuntarily", _OF_LEAVERS, "neither", left_involuntarily, "leaving"),
    Measure("win_back_rate", "share of offers", "higher", win_back_rate, "leaving"),
    Measure("renewal_rate", "share of contracts decided", "higher", renewal_rate, "leaving"),
    Measure("switching_rate", "share of purchases", "neither", switching_rate, "leaving"),
    Measure("price_posted", "price index", "neither", price_posted, "rivalry"),
    Measure("rivals_price", "price index", "neither", rivals_price, "rivalry"),
    Measure("turned_away", "share of those who come", "lower", turned_away, "rivalry"),
    Measure("load", "ratio", "neither", load, "rivalry"),
    Measure("quality_offered", "index 0-100", "higher", quality_offered, "rivalry"),
    Measure("morale", "index 0-100", "higher", morale, "rivalry"),
    Measure("staff_turnover", "share per year", "lower", staff_turnover, "rivalry"),
    Measure("staff_cost", "currency", "neither", staff_cost, "rivalry"),
    Measure("house_profit", "currency", "higher", house_profit, "rivalry"),
    Measure("house_share", "share of purchases", "higher", house_share, "rivalry"),
    Measure("switching_inside", "share of switches", "higher", switching_inside, "rivalry"),
    Measure("let_go", "customers", "neither", let_go, "rivalry"),
    Measure("crisis_heard", "customers", "lower", crisis_heard, "rivalry"),
    Measure("crisis_cost", "currency", "lower", crisis_cost, "rivalry"),
    Measure("channel_cost", "currency", "neither", channel_cost, "rivalry"),
    Measure("distribution", "share of dealers", "higher", distribution, "rivalry"),
    Measure("dealer_push", "logit", "higher", dealer_push, "rivalry"),
    Measure("dealer_margin", "share of list price", "neither", dealer_margin, "rivalry"),
    Measure("price_erosion", "share of list price", "lower", price_erosion, "rivalry"),
)
MEASURES: dict[str, Measure] = {m.name: m for m in _ALL}
"""All measures by name: the headline first, then by family, in the order in which they are shown."""
HEADLINE = tuple(m.name for m in _ALL if m.headline)
"""Names of the measures that are shown without being asked for."""
