"""What a user writes: one market and the designs to compare in it, as typed, checked, unchangeable parts."""

from sim.scenario.category import Category, Horizon
from sim.scenario.communication import Advertising, Contacts, Deal, Education, Referral, Triggers
from sim.scenario.customers import Basket, Customers, Leaving, PriceSensitivity, PurchaseRate, Segment
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.event import Change, Event, PriceWar
from sim.scenario.files import check, dumps, load, save
from sim.scenario.firm import Firm, Price, Quality
from sim.scenario.network import Network
from sim.scenario.programme import Enrolment, MemberPrice, Points, Programme, ProgrammeCosts, Stamps
from sim.scenario.scenario import Scenario
from sim.scenario.schema import json_schema, schema_text
from sim.scenario.service import ComplaintDesk, Convenience, Gestures, Range
from sim.scenario.survey import Survey
from sim.scenario.ties import Community, Contract, WinBack

__all__ = [
    "Advertising",
    "Basket",
    "Category",
    "Change",
    "Community",
    "ComplaintDesk",
    "Contacts",
    "Contract",
    "Convenience",
    "Customers",
    "Deal",
    "Education",
    "Enrolment",
    "Event",
    "Fault",
    "Firm",
    "Gestures",
    "Horizon",
    "Leaving",
    "MemberPrice",
    "Network",
    "Points",
    "Price",
    "PriceSensitivity",
    "PriceWar",
    "Programme",
    "ProgrammeCosts",
    "PurchaseRate",
    "Quality",
    "Range",
    "Referral",
    "Scenario",
    "ScenarioError",
    "Segment",
    "Stamps",
    "Survey",
    "Triggers",
    "WinBack",
    "check",
    "dumps",
    "json_schema",
    "load",
    "save",
    "schema_text",
]
