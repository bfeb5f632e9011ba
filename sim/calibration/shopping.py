"""What days tell: the days of the week in any scenario, and a scenario of shopping trips.

A scenario of trips is of a panel's purchases at one chain, which it takes for the whole category: one firm, nobody
missing. So what is fitted is what is simulated, and no assumption on a rival comes in; what customers would do at
one cannot be asked of it.
"""

from __future__ import annotations

from typing import Any

from sim.calibration.examples import example_designs
from sim.calibration.likelihood import significant
from sim.calibration.transactions import Log, LogError
from sim.calibration.trips import YEAR, Trips, fit_trips
from sim.calibration.weekdays import Weekdays, fit_weekdays

BRANDED = "has brands; trips are fitted to a log without the column 'brand': delete it, or leave out trips"


def with_weekdays(scenario: dict[str, Any], log: Log) -> dict[str, Any]:
    """A scenario with the days of the week of its log, unless they are all alike."""
    found = fit_weekdays(log)
    if found.even:
        return scenario
    # Timing is fitted to days with a purchase: without brands, two of a week never share one.
    weekdays = _written(found, distinct=not log.brands)
    provenance = scenario["provenance"]
    rules = provenance["rules"] | {
        "weekdays": "shares and favourite days of weeks with one purchase, where they are not even"
    }
    return scenario | {
        "category": scenario["category"] | {"weekdays": weekdays},
        "provenance": provenance | {"rules": rules},
    }


def trip_scenario(
    scenario: dict[str, Any], log: Log, *, silent: int, unit_cost: float, most_drift: float
) -> dict[str, Any]:
    """A calibrated scenario of a store, with its one firm and the timing of trips (see `trips.py`).

    silent: members of the panel without a purchase; most_drift: redraws a year that a scenario allows. LogError for
    a log with brands.
    """
    if log.brands:
        raise LogError(log.name, [(None, BRANDED)])
    weekdays = fit_weekdays(log)
    trips = fit_trips(log, weekdays, silent)
    (segment,) = scenario["customers"]["segments"]
    basket = segment["basket"] | {"mean": significant(segment["basket"]["mean"] / trips.per_trip)}
    shape, mean = trips.fit["r"], trips.fit["mean"]
    category = {k: v for k, v in scenario["category"].items() if k != "weekdays"}
    if trips.weeks is not None:
        category["weeks"] = list(trips.weeks)
    if not weekdays.even:
        category["weekdays"] = _written(weekdays, distinct=False)
    provenance = scenario["provenance"]
    count = scenario["customers"]["count"]
    return scenario | {
        "category": category,
        "customers": scenario["customers"]
        | {
            "segments": [
                {
                    "name": segment["name"],
                    "purchase_rate": {"mean": significant(mean), "shape": significant(shape)},
                    "basket": basket,
                }
            ]
        },
        "firms": [{"name": scenario["focus"], "share": 1.0, "unit_cost": unit_cost}],
        "designs": example_designs(basket["mean"], mean, count, unit_cost),
        "behaviour": scenario["behaviour"]
        | {
            "drift": {
                "rate_per_year": significant(min(YEAR * trips.drift, most_drift)),
                "taste_per_year": 0.0,
            }
        },
        "provenance": provenance
        | {
            "fitted": provenance["fitted"] | {"trips": _record(trips, weekdays)},
            "rules": {k: v for k, v in provenance["rules"].items() if k not in ("timing", "store", "drift")}
            | {
                "trips": "composite likelihood of the days a week with a purchase; drift from the covariance of "
                "weeks apart; week factors drawn in towards 1 by what chance makes",
                "basket": "revenue per purchase, of which a shopping day holds "
                f"{trips.per_trip:.2f} on average; coefficients of variation: those of whole days",
            },
            "assumed": {
                k: v for k, v in provenance["assumed"].items() if k not in ("share", "taste_per_year")
            }
            | {"category": "the log is of all that its customers buy: one firm, no rival"},
        },
    }


def _written(weekdays: Weekdays, *, distinct: bool) -> dict[str, Any]:
    written: dict[str, Any] = {"shares": list(weekdays.shares), "distinct": distinct}
    if weekdays.concentration is not None:
        written["concentration"] = significant(weekdays.concentration)
    return written


def _record(trips: Trips, weekdays: Weekdays) -> dict[str, Any]:
    concentration = weekdays.concentration
    return {
        **trips.fit.record(),
        "drift_per_week": significant(trips.drift),
        "purchases_per_trip": significant(trips.per_trip),
        "weekday_shares": list(weekdays.shares),
        "weekday_concentration": None if concentration is None else significant(concentration),
        "weeks_with_one_purchase": weekdays.purchases,
    }
