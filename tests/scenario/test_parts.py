"""What a firm does besides selling: what it is unless a file says otherwise, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import (
    Advertising,
    Community,
    ComplaintDesk,
    Contacts,
    Contract,
    Customers,
    Deal,
    Education,
    Firm,
    Gestures,
    Network,
    Referral,
    Segment,
    Survey,
    Triggers,
    WinBack,
)
from tests.scenario.worlds import plain, world

PLANS = (
    "gestures",
    "complaint_desk",
    "advertising",
    "deal",
    "referral",
    "contacts",
    "education",
    "community",
    "contract",
    "win_back",
)


def test_a_firm_does_nothing_that_its_file_does_not_say() -> None:
    (mill,) = (firm for firm in world().firms if firm.name == "Mill")
    assert [getattr(mill, plan) for plan in PLANS] == [None] * len(PLANS)
    assert (mill.switching_cost, mill.awareness, mill.hidden_fee) == (0.0, 1.0, 0.0)
    assert (mill.range.brands, mill.range.novelties) == (1, 0.0)
    assert mill.quality.failure_core_share == 0.6


def test_customers_know_nobody_and_are_all_in_the_category_unless_the_file_says_otherwise() -> None:
    customers = world().customers
    assert (customers.network, customers.prospects) == (None, 0.0)
    assert [(one.degree, one.variety_seeking) for one in customers.segments] == [(None, 0.0)] * 2


@pytest.mark.parametrize(
    ("part", "defaults"),
    [
        (Gestures, {"chance": 0.02, "worth": 5.0, "cost_ratio": 0.6}),
        (
            ComplaintDesk,
            {
                "channels": 2,
                "capacity": 10.0,
                "empowerment": 0.5,
                "compensation": 0.0,
                "acted_on": 0.2,
                "cost_per_complaint": 5.0,
                "cost_per_week": 0.0,
            },
        ),
        (Advertising, {"reach": 0.02, "cost": 0.02, "promise": None}),
        (Deal, {"depth": 0.3, "reach": 0.01, "cost": 0.1}),
        (Referral, {"reward": 0.0, "friend_reward": 0.0}),
        (
            Contacts,
            {
                "per_week": 0.25,
                "channel": "email",
                "cost": None,
                "members_only": True,
                "opt_in": 1.0,
                "granularity": "mass",
                "data_depth": 0.5,
                "data_cost": 0.0,
                "triggers": {"birthday": False, "lapse_weeks": None, "near_reward": False},
            },
        ),
        (Education, {"reach": 0.01, "cost": 0.5}),
        (Community, {"reach": 0.01, "every": 4, "cost": 1.0, "cost_per_event": 0.0}),
        (Contract, {"weeks": 52, "payment_failure": 0.0}),
        (WinBack, {"reach": 0.02, "worth": 10.0, "cost": 0.5}),
        (Survey, {"every": 13, "sample": 1.0, "response": 1.0, "bias": 0.0}),
        (Network, {"degree": 10, "rewiring": 0.1, "homophily": 0.7}),
    ],
)
def test_an_empty_block_is_the_usual_one(part: Any, defaults: dict[str, Any]) -> None:
    assert part().model_dump() == defaults


def test_usual_convenience_is_the_level_unless_the_file_says_otherwise() -> None:
    data = plain()
    data["firms"][0]["convenience"] = {"level": 1.5}
    data["firms"][1]["convenience"] = {"level": 1.5, "usual": 0.5}
    data["designs"] = {"nearer": {"convenience": {"level": 2.0}}}
    market = world(firms=data["firms"], designs=data["designs"])
    assert [firm.convenience.usual for firm in market.firms] == [1.5, 0.5]
    nearer = market.with_design("nearer").convenience
    assert (nearer.level, nearer.usual) == (2.0, 1.5)


def test_a_design_adds_removes_and_changes_what_a_firm_does() -> None:
    market = world().replace("firms.Harbour.complaint_desk", {"capacity": 20.0})
    market = market.replace(
        "designs", {"faster": {"complaint_desk": {"empowerment": 0.9}}, "deaf": {"complaint_desk": None}}
    )
    faster = market.with_design("faster").complaint_desk
    assert faster is not None
    assert (faster.capacity, faster.empowerment) == (20.0, 0.9)
    assert market.with_design("deaf").complaint_desk is None
    taught = world(designs={"school": {"education": {}}}).with_design("school")
    assert taught.education == Education()


@pytest.mark.parametrize(
    ("channel", "cost"), [("mail", 0.60), ("email", 0.02), ("sms", 0.06), ("social", 0.01)]
)
def test_a_message_costs_what_its_channel_costs_unless_the_file_says_otherwise(
    channel: Any, cost: float
) -> None:
    assert Contacts(channel=channel).cost_per_contact == cost
    assert Contacts(channel=channel, cost=0.0).cost_per_contact == 0.0


def test_a_design_with_another_channel_pays_for_that_one() -> None:
    contacts = {"members_only": False, "channel": "mail"}
    market = world().replace("firms.Harbour.contacts", contacts)
    email = market.replace("designs", {"email": {"contacts": {"channel": "email"}}}).with_design("email")
    assert email.contacts is not None
    assert email.contacts.cost_per_contact == 0.02


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        (Network, "degree", 5),
        (Network, "degree", 102),
        (Segment, "degree", 3),
        (Customers, "prospects", 1.0),
        (Firm, "awareness", 1.1),
        (Firm, "hidden_fee", -0.1),
        (Firm, "survey", None),
        (Firm, "switching_cost", 21),
        (Contract, "weeks", 521),
        (ComplaintDesk, "channels", 0),
        (Triggers, "lapse_weeks", 0),
        (Contacts, "granularity", "personal"),
    ],
)
def test_what_cannot_be_is_refused(part: Any, field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"\n{field}\n"):
        part.model_validate({field: value})


def test_a_network_takes_friends_by_segment() -> None:
    market = (
        world().replace("customers.network", {"degree": 8}).replace("customers.segments.singles.degree", 4)
    )
    assert [segment.degree for segment in market.customers.segments] == [None, 4]


def test_nobody_has_as_many_friends_as_there_are_customers() -> None:
    market = world().replace("customers.network", {"degree": 8})
    assert market.replace("customers.count", 9).customers.count == 9
    with pytest.raises(ValueError, match="8 friends are more than there are: there are 8 customers"):
        market.replace("customers.count", 8)
