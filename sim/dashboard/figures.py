"""Numbers as the page says them, in the language of its reader."""

from __future__ import annotations

from math import isfinite

from sim.dashboard.catalogue import Catalogue
from sim.report.units import MISSING, scale

UNITS = {
    "active": "customers",
    "retention": "share",
    "satisfaction": "index 0-100",
    "expectation": "index 0-100",
    "profit": "money",
    "members": "customers",
    "liability": "money",
    "share": "share",
}
"""Unit of what is plotted; `money` is the scenario's currency."""


def number(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A number without its unit; shares in per cent."""
    if value is None or not isfinite(value):
        return MISSING
    if unit.startswith("share"):
        return f"{100 * value:+,.1f}" if signed else f"{100 * value:,.1f}"
    places = 0 if unit in ("customers", "money") else 1
    text = f"{value:+,.{places}f}" if signed else f"{value:,.{places}f}"
    return text if float(text.replace(",", "")) else text.lstrip("+-")


def unit_name(catalogue: Catalogue, unit: str, currency: str, *, difference: bool = False) -> str:
    """What a unit is called."""
    if unit == "money":
        return currency
    if unit.startswith("share"):
        return catalogue.say("unit.points" if difference else "unit.share")
    key = {"customers": "unit.customers", "index 0-100": "unit.index"}.get(unit)
    return catalogue.say(key) if key else unit


def difference(catalogue: Catalogue, value: float | None, unit: str, size: float) -> str:
    """A difference of a measure, signed, with its unit."""
    if value is None:
        return MISSING
    if unit.startswith("share"):
        return f"{scale(unit, size, difference=True).show(value, signed=True)} {catalogue.say('unit.points')}"
    shown = scale(unit, 0.0).show(value, signed=True)
    name = catalogue.say("unit.index") if unit.startswith("index") else unit
    return f"{shown} {name}".strip()
