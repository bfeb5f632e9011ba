"""The conduct of a firm: its policies in order, what they remember, and what is refused."""

from __future__ import annotations

import math
from typing import Any, get_args

import pytest

import sim
from sim.firms.conduct import Conduct
from sim.firms.policies import ACTS, policies_of
from sim.firms.policy import Policy
from sim.firms.view import View
from sim.scenario import Firm, ScenarioError
from sim.scenario.policies import PolicyPlan
from tests.firms.street import column, firm, live, views
from tests.worlds import busy

SALE = {"kind": "high_low", "every": 4, "weeks": 1, "depth": 0.2}
ANSWER = {"kind": "answer_surveys", "below": 70, "every": 1, "quality": 1.0}


def kinds() -> list[str]:
    union, *_ = get_args(PolicyPlan)
    return [get_args(option)[1].tag for option in get_args(union)]


def first_view(plan: Firm) -> View:
    return views(plan, 1)[0]


def test_every_kind_of_plan_has_something_that_acts_by_it() -> None:
    assert list(ACTS) == kinds()
    for entry in get_args(get_args(PolicyPlan)[0]):
        plan = get_args(entry)[0]
        assert ACTS[get_args(entry)[1].tag].__name__ + "Plan" == plan.__name__  # type: ignore[attr-defined]


def test_policies_come_in_the_order_of_the_plan() -> None:
    made = policies_of(firm("Harbour", SALE, ANSWER))
    assert [type(policy).__name__ for policy in made] == ["HighLow", "AnswerSurveys"]
    assert policies_of(firm()) == ()


def test_a_policy_that_does_nothing_leaves_plan_and_price_as_they_are() -> None:
    plan = firm("Harbour", price={"level": 1.1 * 3, "usual": 3.0})
    conduct = Conduct([Policy()])
    assert conduct.plan(first_view(plan), plan) is plan
    assert conduct.price(first_view(plan), 1.1 * 3) == 1.1 * 3


def test_a_plan_that_comes_out_as_last_week_is_the_same_object() -> None:
    class Better(sim.Policy):
        def plan(self, view: View, plan: Firm) -> Firm:
            return sim.changed(plan, {"quality": {"level": 80.0 + view.week // 2}})

    plan, conduct = firm(), Conduct([Better()])
    made = [conduct.plan(view, plan) for view in views(plan, 4)]
    assert made[0] is made[1]
    assert made[1] is not made[2]
    assert made[2] is made[3]


def test_a_change_that_changes_nothing_leaves_the_plan_the_same_object() -> None:
    class Same(sim.Policy):
        def plan(self, view: View, plan: Firm) -> Firm:
            return sim.changed(plan, {"quality": {"level": plan.quality.level}})

    plan = firm()
    assert Conduct([Same()]).plan(first_view(plan), plan) is plan


def test_policies_of_the_user_come_after_those_of_the_file() -> None:
    class Double(sim.Policy):
        def price(self, view: View, price: float) -> float:
            return 2 * price

    cost = {"kind": "cost_plus", "margin": 0.4}
    prices, _ = live([firm("Harbour", cost, unit_cost=0.6)], 1, own={"Harbour": [Double()]})
    assert column(prices) == pytest.approx([2.0])


def test_a_policy_remembers_through_a_change_that_leaves_it_in_the_plan() -> None:
    poor = views(firm(), 9, lambda week: {"surveyed": 50.0})
    before, after = firm("Harbour", ANSWER), firm("Harbour", SALE, ANSWER)
    conduct = Conduct()
    levels = [conduct.plan(view, before if view.week < 3 else after).quality.level for view in poor]
    assert levels == [75, 76, 77, 78, 79, 79, 79, 79, 79]


def test_a_policy_that_leaves_the_plan_and_comes_back_begins_anew() -> None:
    poor = views(firm(), 5, lambda week: {"surveyed": 50.0})
    conduct = Conduct()
    plans = [
        firm("Harbour", ANSWER),
        firm("Harbour", ANSWER),
        firm("Harbour", ANSWER),
        firm(),
        firm("Harbour", ANSWER),
    ]
    levels = [conduct.plan(view, plan).quality.level for view, plan in zip(poor, plans, strict=True)]
    assert levels == [75, 76, 77, 75, 76]


@pytest.mark.parametrize("price", [math.nan, math.inf, 0.0, -1.0, 101.0, None, "1.0", 1j])
def test_a_policy_that_posts_no_price_is_refused_by_name(price: Any) -> None:
    class Broken(sim.Policy):
        def price(self, view: View, price_: float) -> float:
            return price  # type: ignore[no-any-return]

    with pytest.raises(ScenarioError, match=r"Broken of 'Harbour' posts .*0\.01 to 100"):
        Conduct([Broken()]).price(first_view(firm()), 1.0)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (None, "gives None for a plan"),
        ({"price": {"level": 1}}, "gives .* for a plan"),
        (firm("Mill"), "changes name"),
        (firm(share=2.0), "changes share"),
        (firm(price={"level": 1.0, "usual": 2.0}), r"changes price\.usual"),
    ],
)
def test_a_policy_that_gives_no_plan_of_the_firm_is_refused_by_name(given: Any, what: str) -> None:
    class Broken(sim.Policy):
        def plan(self, view: View, plan: Firm) -> Firm:
            return given  # type: ignore[no-any-return]

    with pytest.raises(ScenarioError, match=f"Broken of 'Harbour' {what}"):
        Conduct([Broken()]).plan(first_view(firm()), firm())


def test_what_is_changed_is_checked_as_a_design_is() -> None:
    assert sim.changed(firm(), {"price": {"level": 0.9}}).price.level == 0.9
    with pytest.raises(ValueError, match="levle"):
        sim.changed(firm(), {"price": {"levle": 0.9}})


def test_a_patch_that_makes_no_firm_is_named_by_field_and_remedy() -> None:
    with pytest.raises(ScenarioError, match=r"quality\.level") as refused:
        sim.changed(busy().firms[0], {"quality": {"level": 170}})
    assert "pydantic" not in str(refused.value)
