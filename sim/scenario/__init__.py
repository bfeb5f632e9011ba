"""What a user writes: one market and the designs to compare in it, as typed, checked, unchangeable parts."""

from sim.scenario.campaign import Campaign
from sim.scenario.category import Category, Horizon
from sim.scenario.communication import Advertising, Contacts, Deal, Education, Referral, Triggers
from sim.scenario.crisis import Crisis, Response, Truth
from sim.scenario.customers import Basket, Customers, Leaving, PriceSensitivity, PurchaseRate, Segment
from sim.scenario.dealers import Channel, DealerMargin, Dealers, Rebate
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.event import Change, Event, LayOff, PriceWar
from sim.scenario.files import check, dumps, load, save
from sim.scenario.firm import Firm, Price, Quality
from sim.scenario.improvement import Improvement
from sim.scenario.network import Network
from sim.scenario.presence import Entry, Exit
from sim.scenario.programme import (
    Answers,
    Books,
    Cap,
    Challenge,
    Club,
    Ending,
    Enrolment,
    Expiry,
    Funding,
    Gift,
    Guard,
    Level,
    Match,
    MemberPrice,
    Milestone,
    Multiplier,
    Offers,
    OutsideEarning,
    Partners,
    Payout,
    Points,
    Programme,
    ProgrammeCosts,
    Reward,
    Stamps,
    Streak,
    Surprise,
    Tiers,
)
from sim.scenario.scenario import Scenario
from sim.scenario.schema import json_schema, schema_text
from sim.scenario.selection import BasicService, Selection
from sim.scenario.service import ComplaintDesk, Convenience, Gestures, Range
from sim.scenario.staff import Staff
from sim.scenario.survey import Survey
from sim.scenario.ties import Community, Contract, WinBack
from sim.scenario.times import Recession, Season
from sim.scenario.uncertainty import Uncertainty

__all__ = [
    "Advertising",
    "Answers",
    "BasicService",
    "Basket",
    "Books",
    "Campaign",
    "Cap",
    "Category",
    "Challenge",
    "Change",
    "Channel",
    "Club",
    "Community",
    "ComplaintDesk",
    "Contacts",
    "Contract",
    "Convenience",
    "Crisis",
    "Customers",
    "Deal",
    "DealerMargin",
    "Dealers",
    "Education",
    "Ending",
    "Enrolment",
    "Entry",
    "Event",
    "Exit",
    "Expiry",
    "Fault",
    "Firm",
    "Funding",
    "Gestures",
    "Gift",
    "Guard",
    "Horizon",
    "Improvement",
    "LayOff",
    "Leaving",
    "Level",
    "Match",
    "MemberPrice",
    "Milestone",
    "Multiplier",
    "Network",
    "Offers",
    "OutsideEarning",
    "Partners",
    "Payout",
    "Points",
    "Price",
    "PriceSensitivity",
    "PriceWar",
    "Programme",
    "ProgrammeCosts",
    "PurchaseRate",
    "Quality",
    "Range",
    "Rebate",
    "Recession",
    "Referral",
    "Response",
    "Reward",
    "Scenario",
    "ScenarioError",
    "Season",
    "Segment",
    "Selection",
    "Staff",
    "Stamps",
    "Streak",
    "Surprise",
    "Survey",
    "Tiers",
    "Triggers",
    "Truth",
    "Uncertainty",
    "WinBack",
    "check",
    "dumps",
    "json_schema",
    "load",
    "save",
    "schema_text",
]
