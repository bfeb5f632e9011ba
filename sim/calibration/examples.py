"""Designs to start from: none, points, stamps and member prices, scaled to the basket and pace of a log.

They are examples, not findings: all three give back about 3 % of what members spend at the usual price, so
that a first comparison is of forms and not of generosity.
"""

from __future__ import annotations

import math

GIVEN_BACK = 0.03
"""Share of members' spending that each example gives back."""
RUNNING_COST = 0.003
"""Weekly cost of running a programme, as a share of the firm's revenue; assumed."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


def rounded(value: float) -> float:
    """The nearest of 1, 2, 2.5, 5, 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return min(_ROUND, key=lambda step: abs(math.log(value / (step * power)))) * power


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def example_designs(basket: float, pace: float, customers: int, unit_cost: float) -> dict[str, object]:
    """Designs by name, the reference (no programme) first.

    basket: mean currency per purchase; pace: purchases at the focal firm per customer-week; unit_cost: cost
    of goods as a share of the price. A mean customer gets a reward after half a year's purchases, but no
    sooner than after 3 and no later than after 10.
    """
    purchases = min(10, max(3, round(26 * pace)))
    points = 10.0 ** max(0, min(3, math.ceil(math.log10(5 / basket)))) if basket < 5 else 1.0
    threshold = max(1, round(rounded(points * purchases * basket)))
    weekly = RUNNING_COST * customers * pace * basket
    costs = {"per_week": rounded(weekly) if weekly > 0 else 0.0}
    return {
        "none": {"programme": None},
        "points": {
            "programme": {
                "name": "Example points",
                "points": {
                    "per_currency": points,
                    "threshold": threshold,
                    "reward": _two_digits(GIVEN_BACK * threshold / points),
                    "cost_ratio": 1.0,
                },
                "costs": costs,
            }
        },
        "stamps": {
            "programme": {
                "name": "Example stamp card",
                "stamps": {
                    "needed": purchases,
                    "reward": _two_digits(GIVEN_BACK * purchases * basket),
                    "cost_ratio": unit_cost,
                },
                "costs": costs,
            }
        },
        "member_prices": {
            "programme": {
                "name": "Example member prices",
                "member_price": {"depth": GIVEN_BACK, "range_share": 1.0},
                "costs": costs,
            }
        },
    }
