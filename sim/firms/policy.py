"""A policy: what a firm does by itself. One that acts is a class of a few lines; docs/policies.md has an example.

class Patient(sim.Policy):
    def price(self, view, price):
        return min(price, view.plan.price.usual) if view.week < view.burn_in else price
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.firms.view import View
from sim.scenario import Firm, Programme, Scenario, ScenarioError
from sim.scenario.design import patched
from sim.scenario.fields import bounds_of
from sim.scenario.firm import Price
from sim.scenario.wording import faults_of

_BOUNDS = bounds_of(Price.model_fields["level"])
LOWEST, HIGHEST = _BOUNDS["ge"], _BOUNDS["le"]
"""Bounds of every price index."""


class Policy:
    """What a firm does by itself. Override what you need.

    A market makes a new object for itself, and asks it once a week: first for the plan, then for the price. It is
    given what the firm would do otherwise, policies before it included; what it has decided earlier it must remember.
    """

    def price(self, view: View, price: float) -> float:  # noqa: ARG002  (for those who override it)
        """The price index to post, 0.01 to 100, given the one that the firm would post otherwise.

        `view.prices` are over the usual price; times `view.plan.price.usual` they are a price index.
        """
        return price

    def plan(self, view: View, plan: Firm) -> Firm:  # noqa: ARG002
        """The plan to follow this week, given the one that the firm would follow otherwise; see `changed`."""
        return plan

    def may_adopt(self, world: Scenario, name: str) -> tuple[Programme, ...]:  # noqa: ARG002
        """Programmes that it might ever give the firm of this name, so that there is room for what members have."""
        return ()


Own = Callable[[], Policy] | Sequence[Callable[[], Policy]]
"""Policies from the user's Python: a class, or anything that makes a Policy when it is called; or a list of these."""


def changed(plan: Firm, patch: Mapping[str, Any]) -> Firm:
    """The plan with a patch laid over it, as in a design; ScenarioError names what is wrong with it."""
    try:
        return patched(plan, patch)
    except ValidationError as error:
        raise ScenarioError(faults_of(error, Firm)) from None


def lowered(plan: Firm, price: float, to: float, floor: float) -> float:
    """The price index cut to `to`, never below `floor` (both over the usual price), and never raised.

    Where `to` is not known (NaN), nothing is cut.
    """
    return price if math.isnan(to) else min(price, max(max(to, floor) * plan.price.usual, LOWEST))
