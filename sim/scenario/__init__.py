"""What a user writes: one market and the designs to compare in it, as typed, checked, unchangeable parts."""

from sim.scenario.category import Category, Horizon
from sim.scenario.customers import Basket, Customers, Leaving, PriceSensitivity, PurchaseRate, Segment
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.event import Event, PriceWar
from sim.scenario.files import check, dumps, load, save
from sim.scenario.firm import Firm, Price, Quality
from sim.scenario.programme import Enrolment, MemberPrice, Points, Programme, ProgrammeCosts, Stamps
from sim.scenario.scenario import Scenario
from sim.scenario.schema import json_schema, schema_text

__all__ = [
    "Basket",
    "Category",
    "Customers",
    "Enrolment",
    "Event",
    "Fault",
    "Firm",
    "Horizon",
    "Leaving",
    "MemberPrice",
    "Points",
    "Price",
    "PriceSensitivity",
    "PriceWar",
    "Programme",
    "ProgrammeCosts",
    "PurchaseRate",
    "Quality",
    "Scenario",
    "ScenarioError",
    "Segment",
    "Stamps",
    "check",
    "dumps",
    "json_schema",
    "load",
    "save",
    "schema_text",
]
