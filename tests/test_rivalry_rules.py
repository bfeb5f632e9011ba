"""Firms that fight keep the rules of the house: books, bits, what may be seen, what may be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import sim
from sim.cli import main
from sim.firms.ledger import Account
from sim.firms.view import VISIBLE, View
from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Firm, Scenario, ScenarioError
from sim.scenario.part import thaw
from tests.firms.fights import cutting
from tests.population.between_weeks import columns
from tests.test_cli import SMALL
from tests.worlds import EAGER, POINTS, busy, duel, hectic, worlds

CLUB: dict[str, Any] = {"enrolment": EAGER, "points": POINTS, "costs": {"launch": 100.0, "per_week": 10.0}}
STAFF: dict[str, Any] = {"employees": 5.0, "wage": 500.0, "severance": 100.0, "hire_cost": 100.0}
BUSY_FIRM: dict[str, Any] = {
    "fixed_cost": 50.0,
    "staff": STAFF,
    "quality": {"improvement": {"budget": 100.0}, "failure_rate": 0.1},
    "complaint_desk": {"channels": 3, "capacity": 50.0, "cost_per_week": 100.0, "cost_per_complaint": 1.0},
    "community": {"reach": 0.2, "every": 2, "cost": 1.0, "cost_per_event": 20.0},
    "advertising": {"reach": 0.2, "cost": 0.05},
}
"""A firm that spends on all that a firm can spend on by itself."""


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **fields}


def small(*events: Mapping[str, Any], **more: Any) -> Scenario:
    sizes: dict[str, Any] = {"customers": 300, "weeks": 50, "burn_in": 5}
    return duel({"as_is": {}}, events=events, **(sizes | more))


def policed(world: Scenario, firm: str, *policies: Mapping[str, Any]) -> Scenario:
    return world.replace(f"firms.{firm}.policies", [dict(policy) for policy in policies])


def spent(market: Market, firm: int, first: int = 0, last: int | None = None) -> dict[str, int]:
    """What moved on each account of a firm between two weeks, cents."""
    weekly = np.diff(market.firms[firm].ledger.weeks, axis=0, prepend=np.int64(0))
    moved = np.abs(weekly[first:last]).sum(axis=0)
    return {account.name: int(moved[account]) for account in Account if moved[account]}


def own(market: Market, tally: Tally, firm: int = 0) -> NDArray[np.int64]:
    """A tally of a firm, week by week."""
    return np.asarray(market.tallies[:, :, firm, :, tally].sum(axis=(1, 2)))


# --- a firm that is not there --------------------------------------------------------------------------------


def test_a_firm_that_has_not_entered_or_has_left_neither_earns_nor_spends() -> None:
    events = [event("entry", firm="Mill", week=20), event("exit", firm="Mill", week=35)]
    market = Market(small(*events, firm=BUSY_FIRM)).run()
    assert spent(market, 1, 0, 20) == {}
    # The last complaints and events belong to the weeks before it left.
    assert spent(market, 1, 35) == {}
    assert {"REVENUE", "STAFF", "IMPROVEMENT", "RECOVERY", "COMMUNICATION", "FIXED"} <= set(
        spent(market, 1, 20, 35)
    )


def test_a_firm_that_has_not_entered_copies_nothing_and_starts_no_programme() -> None:
    world = small(event("entry", firm="Mill", week=30)).replace("firms.Harbour.programme", CLUB)
    market = Market(policed(world, "Mill", {"kind": "copy_programme", "rival": "Harbour", "lag": 5})).run()
    assert spent(market, 1, 0, 30) == {}
    # It looks at last week's programme from its first week on, and needs five weeks to copy it.
    assert np.flatnonzero(own(market, Tally.MEMBERS, 1)).min() == 34


@pytest.mark.parametrize(
    "policy",
    [
        {"kind": "retaliate", "forgive": 3},
        {"kind": "undercut", "by": 0.02},
        {"kind": "undercut", "by": 0.02, "rival": "Mill"},
        {"kind": "follow", "rival": "Mill"},
    ],
)
def test_nobody_fights_a_firm_that_is_gone(policy: dict[str, Any]) -> None:
    """It left in the middle of a war that would have gone on for a long time."""
    war = event("price_war", firm="Mill", week=10, weeks=40, depth=0.2)
    world = policed(small(war, event("exit", firm="Mill", week=20), customers=50), "Harbour", policy)
    prices = Market(world).run().prices[:, 0]
    assert prices[15] < 0.9
    assert (prices[24:] == 1.0).all()


def test_nobody_fights_a_firm_before_it_is_there() -> None:
    world = small(event("entry", firm="Mill", week=20), customers=50)
    world = world.replace("firms.Mill.price", {"level": 0.8, "usual": 1.0})
    prices = Market(policed(world, "Harbour", {"kind": "retaliate"})).run().prices[:, 0]
    assert np.flatnonzero(prices < 1.0).min() == 21


def test_the_price_of_a_firm_that_is_not_there_makes_nobody_need_more() -> None:
    world = small(event("entry", firm="Mill", week=45), customers=2000)
    cheap = world.replace("firms.Mill.price", {"level": 0.5, "usual": 1.0})
    one, other = (Market(w).run().tallies[:45] for w in (world, cheap))
    np.testing.assert_array_equal(one, other)


def test_campaigns_end_with_the_firm() -> None:
    campaign = event("campaign", firm="Mill", week=10, weeks=30, appeal=0.5, cost=1.0)
    market = Market(small(campaign, event("exit", firm="Mill", week=20))).run()
    assert np.flatnonzero(own(market, Tally.CAMPAIGN_REACHED, 1)).tolist() == list(range(10, 20))
    assert (
        market.firms[1].ledger.balance(Account.ACQUISITION)
        == 100 * own(market, Tally.CAMPAIGN_REACHED, 1).sum()
    )


def test_nobody_is_handed_over_to_a_firm_that_is_gone() -> None:
    hand = {"minimum": 5.0, "every": 13, "then": "hand_over", "to": "Mill", "fee": 2.0}
    world = small(event("exit", firm="Mill", week=20), firm={"service_cost": 8.0})
    market = Market(world.replace("firms.Harbour.selection", hand)).run()
    assert np.flatnonzero(own(market, Tally.HANDED_OVER)).tolist() == [13]
    assert own(market, Tally.LET_GO)[26] > 0
    assert "SELECTION" not in spent(market, 1, 20)


def test_a_firm_that_enters_hires_for_the_sales_that_it_expects() -> None:
    """Few know it at first; that its sales grow to what they should be is no overload."""
    young = {"awareness": 0.1, "advertising": {"reach": 0.03, "cost": 0.01}, "staff": STAFF}
    world = small(event("entry", firm="Mill", week=10), customers=1000, firm=young)
    market = Market(world)
    worst = 0.0
    while market.week < market.weeks:
        market.step()
        worst = min(worst, market.firms[1].staff.quality_shift)
    weeks = market.firms[1].staff.weeks
    assert weeks[10].load < 0.6
    assert weeks[49].load < 1.3
    assert worst > -5.0


# --- people -------------------------------------------------------------------------------------------------


def people(world: Scenario, week: int) -> float:
    return Market(world).run().firms[0].staff.weeks[week].people


def test_who_was_laid_off_by_an_event_is_not_hired_back_by_a_plan_with_fewer_people() -> None:
    fire = event("lay_off", firm="Harbour", week=20, share=0.3)
    alone = small(fire, firm={"staff": STAFF})
    for week in (20, 25):
        fewer = event("change", firm="Harbour", week=week, patch={"staff": {"employees": 4.5}})
        both = small(fire, fewer, firm={"staff": STAFF})
        assert people(both, 45) == pytest.approx(people(alone, 45), rel=0.02)


def test_a_policy_that_lays_off_after_an_event_lays_off_no_fewer() -> None:
    slump = event("recession", week=62, weeks=30, baskets=0.5, need=0.3)
    fire = event("lay_off", firm="Harbour", week=60, share=0.3)
    base = small(slump, fire, weeks=90, firm={"staff": STAFF})
    policy = {"kind": "lay_off", "sales_below": 0.6, "weeks": 4, "share": 0.1}
    both = policed(base, "Harbour", policy)
    assert people(both, 80) <= people(base, 80) + 1e-9
    assert people(both, 80) < 0.75 * people(policed(small(firm={"staff": STAFF}), "Harbour"), 45)


# --- policies that begin later ------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [1, 7, 30])
def test_a_design_that_copies_begins_to_look_when_it_acts(lag: int) -> None:
    copy = {"policies": [{"kind": "copy_programme", "rival": "Mill", "lag": lag}]}
    world = small(burn_in=10).replace("firms.Mill.programme", CLUB)
    world = world.replace("designs", {"as_is": {}, "copy": copy})
    members = own(Market(world, design="copy").run(), Tally.MEMBERS)
    assert np.flatnonzero(members).min() == 10 + lag - 1


def test_a_design_that_matches_status_begins_to_look_when_it_acts() -> None:
    tiers = {"levels": [{"name": "Gold", "visits": 2}]}
    match = {"policies": [{"kind": "match_status", "rival": "Mill", "level": "Gold", "lag": 9}]}
    world = small(burn_in=10).replace("firms.Mill.programme", CLUB | {"tiers": tiers})
    world = world.replace("firms.Harbour.programme", CLUB | {"tiers": tiers})
    world = world.replace("designs", {"as_is": {}, "match": match})
    market = Market(world, design="match")
    offered = []
    while market.week < market.weeks:
        market.step()
        programme = market.firms[0].spec.programme
        assert programme is not None
        assert programme.tiers is not None
        offered.append(programme.tiers.match is not None)
    assert offered.index(True) == 18
    assert all(offered[18:])


def test_status_is_not_matched_where_a_programme_has_no_levels() -> None:
    world = small(burn_in=10).replace("firms.Mill.programme", CLUB)
    match = {"kind": "match_status", "rival": "Mill", "level": "Gold"}
    with pytest.raises(ScenarioError, match="never has levels of status to match"):
        policed(world.replace("firms.Harbour.programme", CLUB), "Harbour", match)


DESIGNS: dict[str, Any] = {
    "policies": {
        "policies": [
            {"kind": "undercut", "by": 0.05},
            {"kind": "answer_surveys", "below": 95, "every": 2, "quality": 3},
            {"kind": "raise_reward", "churn_above": 0, "every": 2},
            {"kind": "copy_programme", "rival": "Mill", "lag": 2},
        ]
    },
    "staff": {"staff": {"employees": 60.0, "wage": 400.0}},
    "let go": {"selection": {"minimum": 30.0, "every": 3, "then": "let_go", "basic": None}},
    "hand over": {
        "selection": {"minimum": 30.0, "every": 3, "then": "hand_over", "to": "Barrow", "basic": None}
    },
    "own up": {"crisis_plan": {"kind": "own_up", "compensation": 5.0, "recall_weeks": 3}},
    "care": {"quality": {"improvement": {"budget": 500.0}}},
    "small": {"capacity": 20.0},
}


@pytest.mark.parametrize("design", DESIGNS)
def test_no_design_acts_before_the_burn_in_ends_and_every_one_acts_then(design: str) -> None:
    """The same events for all, a crisis of the focal firm among them: before and after the design acts."""
    world = hectic().replace("designs", {"as_is": {}, **DESIGNS})
    crises = [event("crisis", firm="Harbour", week=week, harmed=0.3) for week in (3, 9)]
    world = world.replace("events", [*(thaw(one) for one in world.events), *crises])
    one, other = (Market(world, design=name, seed=3) for name in ("as_is", design))
    same = []
    while one.week < one.weeks:
        one.step()
        other.step()
        mine, theirs = columns(one.population), columns(other.population)
        if one.week <= one.burn_in:
            for name, column in mine.items():
                np.testing.assert_array_equal(column, theirs[name], err_msg=name)
        books = [
            (a.ledger.weeks[-1] == b.ledger.weeks[-1]).all()
            for a, b in zip(one.firms, other.firms, strict=True)
        ]
        same.append((one.tallies[-1] == other.tallies[-1]).all() and all(books))
    assert all(same[: one.burn_in])
    assert not all(same[one.burn_in :])


# --- who gets basic service ---------------------------------------------------------------------------------


def test_a_firm_that_no_longer_chooses_serves_everybody_fully_again() -> None:
    basic = {"minimum": 20.0, "every": 6, "then": "basic", "basic": {"quality": 20.0, "cost": 0.5}}
    end = event("change", firm="Harbour", week=30, patch={"selection": None})
    market = Market(small(end, firm={"service_cost": 10.0}).replace("firms.Harbour.selection", basic)).run()
    served = own(market, Tally.BASIC_PURCHASES)
    assert served[29] > 0
    assert not served[30:].any()
    assert market.firms[0].ledger.balance(Account.SERVICE) == 1000 * own(market, Tally.PURCHASES).sum() - (
        500 * served.sum()
    )


def test_who_takes_the_place_of_a_customer_let_go_is_not_let_go() -> None:
    leaving = {"leaving": {"shape": 1.0, "scale": 25.0}}
    world = small(firm={"service_cost": 8.0}, segment=leaving, customers=800)
    market = Market(world.replace("firms.Harbour.selection", {"minimum": 5.0, "every": 13, "courtesy": 0.2}))
    gone: NDArray[np.bool_] | None = None
    while market.week < market.weeks:
        market.step()
        if market.week == 14:
            gone = (market.population.column("served") >> 16) & 1 == 1
    assert gone is not None
    newcomers = gone & (market.population.column("entered") >= 14)
    assert newcomers.sum() > 50
    bought = market.population.column("last_week", 0) >= 14
    assert bought[newcomers].any()
    # Nobody who was let go, and is still the same, has bought there since.
    assert not bought[gone & (market.population.column("entered") < 14)].any()


# --- what firms see -----------------------------------------------------------------------------------------

HIDDEN = ("satisfaction", "trust", "attachment", "expectation", "taste", "equity")
EVERY_KIND: dict[str, list[dict[str, Any]]] = {
    "Harbour": [
        {"kind": "answer_surveys", "below": 95, "every": 2, "quality": 3},
        {"kind": "staffing", "target_load": 0.9, "every": 2},
        {"kind": "by_load"},
        {"kind": "raise_reward", "churn_above": 0, "every": 2},
        {"kind": "undercut", "by": 0.02},
    ],
    "Mill": [
        {"kind": "price_war", "trigger": {"sales_drop": 0.05, "weeks": 2}},
        {"kind": "withdraw", "profit_below": 50, "weeks": 5},
    ],
    "Barrow": [
        {"kind": "copy_programme", "rival": "Mill"},
        {"kind": "retaliate"},
        {"kind": "follow", "rival": "Harbour"},
    ],
}


class Spy(sim.Policy):
    """Keeps all that it is shown."""

    seen: list[View]

    def plan(self, view: View, plan: Firm) -> Firm:
        """What it is shown, kept."""
        self.__dict__.setdefault("seen", []).append(view)
        return plan


@pytest.mark.parametrize("week", [7, 13, 18])
def test_what_customers_feel_changes_no_decision_of_the_week(week: int) -> None:
    world = hectic()
    # A partner of another firm's programme has none of its own to copy into.
    world = world.replace("firms.Harbour.programme.partners", None)
    for name, policies in EVERY_KIND.items():
        world = policed(world, name, *policies)
    spies: list[Spy] = []

    def spy() -> Spy:
        spies.append(Spy())
        return spies[-1]

    markets = [Market(world, design="kept", policies=dict.fromkeys(world.firm_names, spy)) for _ in range(2)]
    while markets[0].week < week:
        for market in markets:
            market.step()
    for column in HIDDEN:
        for f in range(3):
            now = markets[1].population.column(column, f)
            markets[1].population.set_column(column, now * np.float32(0.3), f)
    for market in markets:
        market.step()
    one, other = markets
    assert one.prices.tolist() == other.prices.tolist()
    assert [firm.spec for firm in one.firms] == [firm.spec for firm in other.firms]
    for mine, theirs in zip(spies[:3], spies[3:], strict=True):
        assert repr(mine.seen[-1]) == repr(theirs.seen[-1])
    assert (one.tallies[-1] != other.tallies[-1]).any()


def test_a_view_holds_what_is_public_and_what_the_firm_keeps_itself() -> None:
    assert set(VISIBLE) == {
        "PURCHASES", "REVENUE", "ACTIVE", "MEMBERS", "LAPSED", "CANCELLED", "COMPLAINTS", "ASKED",
        "SURVEYED_SATISFACTION", "TURNED_AWAY",
    }  # fmt: skip
    assert set(View.__dataclass_fields__) == {
        "week", "burn_in", "firm", "plan", "prices", "programmes", "purchases", "revenue", "profit", "members",
        "active_members", "members_lost", "complaints", "turned_away", "load", "surveyed",
    }  # fmt: skip


# --- plug-in policies ---------------------------------------------------------------------------------------


def plug(price: Callable[..., Any] | None = None, plan: Callable[..., Any] | None = None) -> type[sim.Policy]:
    """A policy of these methods."""
    methods = {name: method for name, method in (("price", price), ("plan", plan)) if method is not None}
    return type("Mine", (sim.Policy,), methods)


@pytest.mark.parametrize("price", [float("nan"), float("inf"), None, "1.0", -1.0, 0.0, 1e9])
def test_a_policy_that_posts_no_price_is_refused_by_name(price: Any) -> None:
    with pytest.raises(
        ScenarioError, match=r"the policy Mine of 'Harbour' posts .*; a price index is a number"
    ):
        Market(small(), policies={"Harbour": plug(price=lambda *_: price)}).step()


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (lambda _, view, plan: None, "gives None for a plan"),
        (lambda _, view, plan: {"fixed_cost": 5}, "for a plan"),
        (lambda _, view, plan: plan.model_copy(update={"fixed_cost": -5.0}), "fixed_cost  must be between"),
        (lambda _, view, plan: plan.model_copy(update={"name": "Mill"}), "changes name"),
        (lambda _, view, plan: sim.changed(plan, {"share": 0.9}), "changes share"),
        (lambda _, view, plan: sim.changed(plan, {"price": {"usual": 2.0}}), "changes price.usual"),
        (
            lambda _, view, plan: sim.changed(plan, {"policies": [{"kind": "undercut", "by": 0.1}]}),
            "changes 'policies', which nobody would ask",
        ),
        (
            lambda _, view, plan: sim.changed(plan, {"selection": {"every": 2}}),
            "make the market with follow=True",
        ),
        (lambda _, view, plan: sim.changed(plan, {"programme": CLUB}), "may_adopt"),
    ],
)
def test_a_policy_that_gives_no_plan_is_told_what_is_wrong(plan: Callable[..., Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        Market(small(), policies={"Harbour": plug(plan=plan)}).run()


def test_a_policy_may_choose_customers_where_accounts_are_kept() -> None:
    choose = plug(plan=lambda _, view, plan: sim.changed(plan, {"selection": {"minimum": 5.0, "every": 4}}))
    market = Market(small(firm={"service_cost": 8.0}), policies={"Harbour": choose}, follow=True).run()
    assert own(market, Tally.LET_GO).sum() > 0


def test_a_policy_that_names_a_firm_which_is_not_there_is_told_the_nearest_name() -> None:
    to = {"selection": {"every": 2, "then": "hand_over", "to": "Mil"}}
    choose = plug(plan=lambda _, view, plan: sim.changed(plan, to))
    with pytest.raises(ScenarioError, match="did you mean 'Mill'"):
        Market(small(), policies={"Harbour": choose}, follow=True).run()


def test_what_a_policy_raises_is_raised() -> None:
    def fail(*_: Any) -> float:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        Market(small(), policies={"Harbour": plug(price=fail)}).step()


def test_a_policy_that_acts_in_one_market_acts_in_no_other() -> None:
    shared = sim.Policy()
    Market(small(), policies={"Harbour": lambda: shared})
    for policies in ({"Mill": lambda: shared}, {"Harbour": [lambda: shared]}):
        with pytest.raises(ScenarioError, match="make a new one for every market"):
            Market(small(), policies=policies)  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="give a subclass"):
        Market(small(), policies={"Harbour": sim.Policy()})  # type: ignore[dict-item]


def test_a_policy_cannot_change_what_it_is_shown() -> None:
    def spoil(_: Any, view: View, price: float) -> float:
        for change in (
            lambda: setattr(view, "week", 5),
            lambda: setattr(view.plan, "fixed_cost", 5.0),
            lambda: view.prices.__setitem__("Mill", (0.1,)),  # type: ignore[attr-defined]
            lambda: view.programmes.__setitem__("Mill", None),  # type: ignore[attr-defined]
        ):
            with pytest.raises(Exception, match=r"frozen|assign|__setitem__"):
                change()
        return price

    world = small(customers=50)
    spoilt = Market(world, policies={"Harbour": plug(price=spoil)}).run()
    assert (spoilt.tallies == Market(world).run().tallies).all()


# --- bits ---------------------------------------------------------------------------------------------------


def fighting_all() -> Scenario:
    world = hectic().replace("firms.Harbour.programme.partners", None)
    for name, policies in EVERY_KIND.items():
        world = policed(world, name, *policies)
    return world


@pytest.mark.parametrize(
    ("customers", "way"),
    [(2100, {"threads": 2}), (300, {"diaries": 10}), (300, {"follow": True})],
    ids=["threads", "diaries", "follow"],
)
def test_threads_diaries_and_accounts_change_no_bit_of_firms_that_fight(
    customers: int, way: dict[str, Any]
) -> None:
    """Two threads have something to do where there are more customers than a block holds."""
    world = fighting_all()
    one, other = (Market(world, design="kept", customers=customers, **more).run() for more in ({}, way))
    np.testing.assert_array_equal(one.tallies, other.tallies)
    assert one.prices.tolist() == other.prices.tolist()
    for mine, theirs in zip(one.firms, other.firms, strict=True):
        np.testing.assert_array_equal(mine.ledger.weeks, theirs.ledger.weeks)
    mine, theirs = columns(one.population), columns(other.population)
    for name, column in mine.items():
        np.testing.assert_array_equal(column, theirs[name], err_msg=name)


# --- books --------------------------------------------------------------------------------------------------


@st.composite
def storms(draw: st.DrawFn) -> Scenario:
    """A small world of any shape in which anything happens, and firms act by themselves."""
    data = thaw(draw(worlds(most_customers=10, most_weeks=14)))
    weeks, names = data["horizon"]["weeks"], [firm["name"] for firm in data["firms"]]
    segments = [segment["name"] for segment in data["customers"]["segments"]]
    events: list[Any] = []
    for firm in data["firms"]:
        name, others = firm["name"], [one for one in names if one != firm["name"]]
        first, last = 0, weeks
        if name != data["focus"] and draw(st.booleans()):
            first = draw(st.integers(0, weeks - 1))
            last = draw(st.integers(first + 1, weeks))
            events += [event("entry", firm=name, week=first)] if first else []
            events += [event("exit", firm=name, week=last)] if last < weeks else []
        date = st.integers(first, last - 1)
        response = draw(
            st.sampled_from(
                [
                    {"kind": "deny"},
                    {"kind": "silent"},
                    {
                        "kind": "own_up",
                        "after": 1,
                        "compensation": 3.33,
                        "recall_weeks": 2,
                        "recall_cost": 0.77,
                    },
                ]
            )
        )
        choices = [
            event("crisis", firm=name, week=draw(date), harmed=0.5, spill_over=0.3, response=response),
            event(
                "campaign", firm=name, week=draw(date), weeks=3, reach=0.5, appeal=0.7, want=1.2, cost=0.37
            ),
            event("price_war", firm=name, week=draw(date), weeks=2, depth=0.3),
            event("lay_off", firm=name, week=draw(date), share=0.3),
        ]
        events += draw(st.lists(st.sampled_from(choices), max_size=3, unique_by=lambda one: one["kind"]))
        firm["staff"] = {"employees": 300.0, "wage": 7.77, "severance": 3.1, "hire_cost": 1.3}
        firm["capacity"] = draw(st.sampled_from([None, 400.0]))
        firm["complaint_desk"] = {"channels": 2, "capacity": 50.0, "compensation": 1.11, "cost_per_week": 0.7}
        then = draw(st.sampled_from(["let_go", "basic", "hand_over", None]))
        if then is not None and (others or then != "hand_over"):
            firm["selection"] = {"minimum": 4.0, "every": 3, "then": then}
            firm["selection"] |= {"basic": {}} if then == "basic" else {}
            firm["selection"] |= {"to": others[0], "fee": 1.37} if then == "hand_over" else {}
        policies: list[Any] = [
            {"kind": "answer_surveys", "below": 95, "every": 2, "quality": 3, "training": 1.5, "cost": 7.35},
            {"kind": "staffing", "target_load": 0.9, "every": 2},
            {"kind": "by_load"},
        ]
        if others:
            policies.append(draw(cutting(name, names)))
        if firm["programme"]:
            policies.append({"kind": "withdraw", "profit_below": 5, "weeks": 4})
        firm["policies"] = draw(st.lists(st.sampled_from(policies), max_size=3))
    events += draw(
        st.sampled_from([[], [event("recession", week=weeks // 2, weeks=4, segments=segments[:1])]])
    )
    data["events"] = events
    return Scenario.model_validate(data)


@settings(deadline=None, max_examples=50)
@given(storms(), st.integers(0, 9), st.booleans())
def test_books_balance_whatever_befalls_firms_and_whatever_they_do(
    world: Scenario, replicate: int, follow: bool
) -> None:
    market = Market(world, design="new", replicate=replicate, follow=follow)
    while market.week < market.weeks:
        market.step()
        for firm in market.firms:
            assert firm.ledger.imbalance == 0
            weekly = np.diff(firm.ledger.weeks, axis=0, prepend=np.int64(0))[-1]
            assert weekly.sum() == 0
            assert firm.ledger.last_profit == -weekly[Account.REVENUE :].sum()
            assert weekly[Account.REVENUE] == -market.tallies[-1, :, firm.number, :, Tally.REVENUE].sum()
            if not firm.is_there:
                spent_on = {account.name for account in Account if weekly[account]}
                assert spent_on <= {"CASH", "POINTS_LIABILITY", "BREAKAGE", "REWARDS", "CRISIS"}
    # What one pays for customers the other gets.
    fees = sum(firm.ledger.balance(Account.SELECTION) for firm in market.firms)
    assert fees == 0
    for firm in market.firms:
        reached = own(market, Tally.CAMPAIGN_REACHED, firm.number).sum()
        assert firm.ledger.balance(Account.ACQUISITION) == 37 * reached


# --- what may be written ------------------------------------------------------------------------------------

PRESENCE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "opens twice": (
        [event("entry", firm="Mill", week=9), event("entry", firm="Mill", week=7)],
        "opens twice",
    ),
    "closes twice": (
        [event("exit", firm="Mill", week=9), event("exit", firm="Mill", week=7)],
        "closes twice",
    ),
    "closes before it opens": (
        [event("exit", firm="Mill", week=7), event("entry", firm="Mill", week=9)],
        "who has closed does not come back",
    ),
    "closes as it opens": (
        [event("exit", firm="Mill", week=7), event("entry", firm="Mill", week=7)],
        "does not come back",
    ),
    "crisis before it opens": (
        [event("entry", firm="Mill", week=9), event("crisis", firm="Mill", week=8)],
        "is not there before week 9",
    ),
    "campaign before it opens": (
        [event("campaign", firm="Mill", week=8, appeal=1), event("entry", firm="Mill", week=9)],
        "is not there before week 9",
    ),
    "war after it has closed": (
        [event("price_war", firm="Mill", week=9, weeks=2, depth=0.1), event("exit", firm="Mill", week=9)],
        "is gone from week 9 on",
    ),
    "change after it has closed": (
        [event("exit", firm="Mill", week=9), event("change", firm="Mill", week=12, patch={"awareness": 0.5})],
        "is gone from week 9 on",
    ),
    "focus closes in the burn-in": (
        [event("exit", firm="Harbour", week=5)],
        "nothing of it is left to measure",
    ),
    "focus opens after the end": ([event("entry", firm="Harbour", week=60)], "after the end"),
    "unknown firm": ([event("entry", firm="Mil", week=9)], "did you mean 'Mill'"),
    "recession of nobody": (
        [event("recession", week=9, weeks=5, segments=["shopper"])],
        "did you mean 'shoppers'",
    ),
    "recession of the same": (
        [event("recession", week=9, weeks=5, segments=["shoppers", "shoppers"])],
        "named twice",
    ),
    "recession without effect": (
        [event("recession", week=9, weeks=5, baskets=0, need=0, thrift=0)],
        "changes nothing",
    ),
    "campaign for nobody": (
        [event("campaign", firm="Mill", week=9, appeal=1, segments=["shopper"])],
        "did you mean 'shoppers'",
    ),
}


@pytest.mark.parametrize("case", PRESENCE)
def test_events_that_cannot_be_are_refused_with_a_remedy(case: str) -> None:
    events, said = PRESENCE[case]
    with pytest.raises(ScenarioError, match=said):
        small().replace("events", events)


def test_a_firm_may_enter_and_leave_and_act_in_between() -> None:
    events = [
        event("exit", firm="Mill", week=30),
        event("crisis", firm="Mill", week=29),
        event("campaign", firm="Mill", week=10, appeal=1.0),
        event("entry", firm="Mill", week=10),
        event("exit", firm="Harbour", week=40),
    ]
    sold = Market(small(*events)).run().tallies[..., Tally.PURCHASES].sum(axis=(1, 3))
    assert np.flatnonzero(sold[:, 1]).tolist() == list(range(10, 30))
    assert np.flatnonzero(sold[:, 0]).tolist() == list(range(40))


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ("events: [{kind: recession, week: 20, weeks: 3, segments: [al]}]", "events[0].segments[0]"),
        ("events: [{kind: crisis, firm: Mil, week: 20}]", "events[0].firm"),
        ("events: [{kind: exit, firm: Mill, week: 20}, {kind: exit, firm: Mill, week: 30}]", "events[1]"),
        ("events: [{kind: lay_off, firm: Mill, week: 20, share: -1}]", "events[0].share"),
    ],
)
def test_check_names_file_and_field_and_shows_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], added: str, place: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(f"{SMALL.strip()}\n{added}\n")
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr()
    assert "wrong.yaml" in said.err + said.out
    assert place in said.err + said.out
    assert "Traceback" not in said.err + said.out


# --- another number of weeks --------------------------------------------------------------------------------


def test_a_shorter_run_does_not_let_a_firm_in_that_enters_after_its_end() -> None:
    world = small(event("entry", firm="Mill", week=40))
    shorter = world.lasting(30)
    assert [one.kind for one in shorter.events] == ["entry"]
    full, half = (Market(w, replicate=2).run().tallies[:30] for w in (world, shorter))
    np.testing.assert_array_equal(full, half)
    assert not half[:, :, 1, :, Tally.PURCHASES].any()


def test_a_shorter_run_is_the_beginning_of_the_longer_one() -> None:
    world = hectic()
    # No change that is announced before the end comes after it: of that the shorter run would know nothing.
    short, long = (Market(w, design="kept").run() for w in (world.lasting(13), world))
    np.testing.assert_array_equal(short.tallies, long.tallies[:13])
    for mine, theirs in zip(short.firms, long.firms, strict=True):
        np.testing.assert_array_equal(mine.ledger.weeks, theirs.ledger.weeks[:13])


def test_every_new_event_and_policy_can_be_replaced_by_its_path() -> None:
    world = policed(busy(), "Mill", {"kind": "follow", "rival": "Barrow"})
    world = world.replace(
        "events", [event("crisis", firm="Mill", week=9), event("recession", week=9, weeks=3)]
    )
    assert thaw(world.replace("events[0].response.kind", "deny").events[0])["response"]["kind"] == "deny"
    assert thaw(world.replace("events[1].need", np.float64(0.2)).events[1])["need"] == 0.2
    with pytest.raises(ScenarioError, match="did you mean 'Mill'"):
        world.replace("events[0].firm", "Mil")
    with pytest.raises(ScenarioError, match="is no rival of itself"):
        world.replace("firms.Mill.policies[0].rival", "Mill")
