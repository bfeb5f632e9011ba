"""The conduct of a firm: all its policies, asked in order, week by week, and held to what a plan and a price can be."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

from pydantic import ValidationError

from sim.firms.policies import policy_of
from sim.firms.policy import HIGHEST, LOWEST, Policy
from sim.firms.view import View
from sim.scenario import Fault, Firm, ScenarioError
from sim.scenario.design import OBSERVED
from sim.scenario.findings import peek
from sim.scenario.part import thaw
from sim.scenario.policies import PolicyPlan
from sim.scenario.wording import faults_of


class Conduct:
    """What a firm does by itself. One object a firm and market; `plan`, then `price`, once a week each."""

    def __init__(self, own: Sequence[Policy] = ()) -> None:
        """own: policies from the user's Python, which come after those of the file."""
        self._own = tuple(own)
        self._entries: tuple[PolicyPlan, ...] = ()
        self._of_file: tuple[Policy, ...] = ()
        self._followed: Firm | None = None

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan to follow this week, given that of file, design and changes, which `view.plan` is too.

        An equal plan is the same object as the one given, or as last week's. Raises ScenarioError for what is no plan
        of this firm.
        """
        self._take(plan.policies)
        followed = plan
        for policy in (*self._of_file, *self._own):
            followed = _checked(policy, followed, policy.plan(view, followed))
        for known in (plan, self._followed):
            if known is not None and followed == known:
                followed = known
                break
        self._followed = followed
        return followed

    def price(self, view: View, price: float) -> float:
        """The price index to post this week, given that of the plan, which `view.plan` is by now.

        Raises ScenarioError for what is no price.
        """
        for policy in (*self._of_file, *self._own):
            price = policy.price(view, price)
            if not isinstance(price, Real) or not LOWEST <= price <= HIGHEST:
                text = f"posts {price!r}; a price index is a number from {LOWEST:g} to {HIGHEST:g}"
                raise _refused(policy, view.firm, text)
        return float(price)

    def _take(self, entries: tuple[PolicyPlan, ...]) -> None:
        """Act by these; policies that were there before go on with what they remember."""
        if entries is self._entries:
            return
        left = list(zip(self._entries, self._of_file, strict=True))
        acting = []
        for entry in entries:
            i = next((i for i, (before, _) in enumerate(left) if before == entry), None)
            acting.append(policy_of(entry) if i is None else left.pop(i)[1])
        self._entries, self._of_file = entries, tuple(acting)


def _checked(policy: Policy, before: Firm, after: Firm) -> Firm:
    if after is before:
        return after
    if not isinstance(after, Firm):
        text = f"gives {after!r} for a plan; give back the plan, or changed(plan, {{...}})"
        raise _refused(policy, before.name, text)
    for place in OBSERVED:
        if _at(after, place) != _at(before, place):
            text = f"changes {'.'.join(place)}, which says what was so at the start; leave it"
            raise _refused(policy, before.name, text)
    if after.policies != before.policies:
        raise _refused(
            policy, before.name, "changes 'policies', which nobody would ask; act by itself instead"
        )
    try:
        Firm.model_validate(thaw(after))
    except ValidationError as error:
        raise _refused(policy, before.name, f"gives a plan that cannot be: {_said(error)}") from None
    return after


def _said(error: ValidationError) -> str:
    return "; ".join(str(fault) for fault in faults_of(error, Firm))


def _at(plan: Firm, place: tuple[str, ...]) -> object:
    value: object = plan
    for step in place:
        value = peek(value, step)
    return value


def _refused(policy: Policy, firm: str, text: str) -> ScenarioError:
    return ScenarioError([Fault(f"the policy {type(policy).__name__} of '{firm}' {text}", "policies")])
