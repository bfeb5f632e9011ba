"""Programme policies: copying, matching status, raising the reward, withdrawing."""

from __future__ import annotations

from typing import Any

import pytest

from sim.firms.policies import policies_of
from sim.firms.policy import Policy
from sim.firms.rewarding import forms_of, scaled
from sim.scenario import Firm, Programme, Scenario
from tests.firms.street import firm, live, views
from tests.scenario.worlds import plain
from tests.worlds import CLUB, RICH

POINTS: dict[str, Any] = {"points": {"per_currency": 1, "threshold": 100, "reward": 5}}
STAMPS: dict[str, Any] = {"stamps": {"needed": 5, "reward": 2.0}}
TIERS: dict[str, Any] = {"tiers": {"levels": [{"name": "Gold", "visits": 3, "quality": 4.0}]}}
SILVER: dict[str, Any] = {"tiers": {"levels": [{"name": "Silver", "visits": 2, "quality": 1.0}]}}


def copy(rival: str = "Mill", **more: Any) -> dict[str, Any]:
    return {"kind": "copy_programme", "rival": rival, **more}


def match(**more: Any) -> dict[str, Any]:
    return {"kind": "match_status", "rival": "Mill", "level": "Silver", "weeks": 12, **more}


def histories(mine: Firm, rival: dict[int, Any], weeks: int) -> list[Firm]:
    """What Harbour does, week by week, while Mill's programme changes in these weeks."""
    mills = {week: firm("Mill", programme=programme) for week, programme in rival.items()}

    def plans(week: int, i: int) -> Firm:
        return mine if i == 0 else mills[max(start for start in mills if start <= week)]

    return [week[0] for week in live([mine, mills[0]], weeks, plans=plans)[1]]


def test_a_rivals_programme_is_copied_after_the_lag_and_ended_after_the_lag() -> None:
    plans = histories(firm("Harbour", copy(lag=3)), {0: None, 4: POINTS, 10: None}, 18)
    assert [plan.programme is not None for plan in plans] == [False] * 7 + [True] * 6 + [False] * 5
    assert plans[7].programme is not None
    assert plans[7].programme.points == Programme.model_validate(POINTS).points


def test_a_copy_changes_some_weeks_after_the_programme_that_it_copies() -> None:
    plans = histories(firm("Harbour", copy(lag=2)), {0: POINTS, 5: STAMPS}, 10)
    forms = [plan.programme for plan in plans]
    assert [bool(form and form.points) for form in forms] == [False] * 2 + [True] * 5 + [False] * 3
    assert [bool(form and form.stamps) for form in forms] == [False] * 7 + [True] * 3


def test_a_copy_takes_the_place_of_what_the_firm_had_and_leaves_it_when_it_ends() -> None:
    mine = firm("Harbour", copy(lag=1), programme=STAMPS)
    plans = histories(mine, {0: None, 2: POINTS, 5: None}, 8)
    assert [plan is mine for plan in plans] == [True] * 3 + [False] * 3 + [True] * 2
    copied = plans[3].programme
    assert copied is not None
    assert copied.stamps is None


def test_nothing_is_left_of_a_menu_that_a_copy_takes_the_place_of() -> None:
    def menu(name: str) -> dict[str, Any]:
        return {"points": {"per_currency": 1, "rewards": [{"name": name, "points": 50, "worth": 2.0}]}}

    mine = firm("Harbour", copy(), programme=menu("Coffee"))
    copied = histories(mine, {0: menu("Voucher")}, 2)[1].programme
    assert copied is not None
    assert copied.points is not None
    assert [reward.name for reward in copied.points.rewards] == ["Voucher"]


def test_a_copy_is_worth_its_share_and_has_no_partners() -> None:
    form = {**POINTS, "partners": {"firms": ["Barrow"]}, "note": "as Mill says"}
    copied = histories(firm("Harbour", copy(share=0.8)), {0: form}, 2)[1].programme
    assert copied is not None
    assert copied.points is not None
    assert copied.points.reward == pytest.approx(4.0)
    assert (copied.partners, copied.note, copied.name) == (None, None, "Harbour")


def test_two_who_copy_each_other_go_round_with_what_one_had() -> None:
    """Each sees what the other had last week; a programme is never lost, as each goes back to its own."""
    firms = [firm("Harbour", copy("Mill"), programme=POINTS), firm("Mill", copy("Harbour"))]
    _, plans = live(firms, 8)
    assert [bool(week[0].programme) for week in plans] == [True] * 8
    assert [bool(week[1].programme) for week in plans] == [False] + [True] * 7


def test_status_is_matched_once_the_rival_has_levels_and_while_it_has() -> None:
    plans = histories(firm("Harbour", match(lag=2), programme=SILVER), {0: STAMPS, 3: TIERS, 6: STAMPS}, 10)
    offers = [plan.programme.tiers.match for plan in plans if plan.programme and plan.programme.tiers]
    assert [offer is not None for offer in offers] == [False] * 5 + [True] * 3 + [False] * 2
    assert offers[5] is not None
    assert (offers[5].level, offers[5].weeks, offers[5].spend) == ("Silver", 12, 0.0)


def test_a_match_that_the_firm_offers_anyway_stays_as_it_is() -> None:
    own = {"tiers": {**SILVER["tiers"], "match": {"level": "Silver", "weeks": 4}}}
    mine = firm("Harbour", match(), programme=own)
    assert all(plan is mine for plan in histories(mine, {0: TIERS}, 5))


def raising(**more: Any) -> dict[str, Any]:
    return {"kind": "raise_reward", "churn_above": 0.5, "by": 0.2, "most": 1.3, "every": 4, **more}


def rewards(policy: dict[str, Any], weeks: int, figures: Any) -> list[float]:
    plan = firm("Harbour", policy, programme=POINTS)
    (acts,) = policies_of(plan)
    plans = [acts.plan(view, plan) for view in views(plan, weeks, figures)]
    return [plan.programme.points.reward or 0.0 for plan in plans if plan.programme and plan.programme.points]


def test_rewards_are_raised_to_a_limit_while_too_many_members_are_lost() -> None:
    """2 of 100 a week are 102 % a year."""
    lost = rewards(raising(), 14, lambda week: {"active_members": 98, "members_lost": 2})
    assert lost == pytest.approx([5.0] * 4 + [6.0] * 4 + [6.5] * 6)


def test_rewards_stay_while_few_members_are_lost_or_there_are_none() -> None:
    few = rewards(raising(churn_above=1.1), 14, lambda week: {"active_members": 98, "members_lost": 2})
    assert few == [5.0] * 14
    assert rewards(raising(), 14, None) == [5.0] * 14


def withdraw(**more: Any) -> dict[str, Any]:
    return {"kind": "withdraw", "profit_below": 100.0, "weeks": 5, **more}


def test_a_programme_is_given_up_for_good_when_the_books_say_so() -> None:
    plan = firm("Harbour", withdraw(), programme=POINTS)
    (acts,) = policies_of(plan)
    seen = views(plan, 30, lambda week: {"profit": 99.0 if week < 12 else 1000.0})
    assert [acts.plan(view, plan).programme is not None for view in seen] == [True] * 5 + [False] * 25


def test_a_programme_that_pays_is_kept() -> None:
    plan = firm("Harbour", withdraw(), programme=POINTS)
    (acts,) = policies_of(plan)
    assert all(acts.plan(view, plan) is plan for view in views(plan, 30, lambda week: {"profit": 100.0}))


def test_losses_before_the_programme_began_are_not_its_fault() -> None:
    """The firm loses until week 9; the programme begins in week 10."""
    before, after = firm("Harbour", withdraw()), firm("Harbour", withdraw(), programme=POINTS)
    (acts,) = policies_of(before)
    seen = views(before, 30, lambda week: {"profit": -500.0 if week < 10 else 150.0})
    plans = [acts.plan(view, before if week < 10 else after) for week, view in enumerate(seen)]
    assert all(plan.programme is not None for plan in plans[10:])


def test_a_programme_that_begins_again_is_given_its_weeks_again() -> None:
    """It runs in weeks 0 to 3 and from week 10; the firm loses in between."""
    without, plan = firm("Harbour", withdraw()), firm("Harbour", withdraw(), programme=POINTS)
    (acts,) = policies_of(plan)
    seen = views(plan, 30, lambda week: {"profit": -500.0 if 4 <= week < 10 else 150.0})
    plans = [acts.plan(view, without if 4 <= week < 10 else plan) for week, view in enumerate(seen)]
    assert all(plan.programme is not None for plan in plans[10:])


@pytest.mark.parametrize("form", [POINTS, STAMPS, RICH, CLUB])
@pytest.mark.parametrize("factor", [0.01, 0.5, 1.5, 10.0])
def test_a_scaled_programme_is_a_valid_one_with_the_same_parts(form: dict[str, Any], factor: float) -> None:
    before = Programme.model_validate(form)
    after = scaled(before, factor)
    assert Programme.model_validate(after.model_dump(mode="json")) == after
    assert [name for name in Programme.model_fields if getattr(after, name) is None] == [
        name for name in Programme.model_fields if getattr(before, name) is None
    ]
    if before.points:
        assert after.points is not None
        assert [reward.worth for reward in after.points.menu] == pytest.approx(
            [reward.worth * factor for reward in before.points.menu]
        )


def world(mill: dict[str, Any], harbour: dict[str, Any], **more: Any) -> Scenario:
    data = plain() | {"designs": {"as written": {}}} | more
    data["firms"] = [
        {"name": "Harbour", "share": 0.4, "unit_cost": 0.7, **harbour},
        {"name": "Mill", "share": 0.6, "unit_cost": 0.8, **mill},
    ]
    return Scenario.model_validate(data)


def parts(forms: tuple[Programme, ...]) -> list[str]:
    return ["+".join(part for part in ("points", "stamps", "tiers") if getattr(form, part)) for form in forms]


def test_a_copy_may_be_all_that_the_rival_ever_has() -> None:
    change = {
        "kind": "change",
        "firm": "Mill",
        "week": 60,
        "patch": {"programme": {"preset": None, **STAMPS}},
    }
    market = world({"programme": POINTS}, {"policies": [copy()]}, events=[change])
    assert parts(forms_of(market, "Harbour")) == ["points", "stamps"]
    (acts,) = policies_of(market.firm("Harbour"))
    assert acts.may_adopt(market, "Harbour") == forms_of(market, "Harbour")


def test_who_copies_may_have_what_designs_of_the_focal_firm_bring() -> None:
    market = world({"policies": [copy("Harbour")]}, {}, designs={"none": {}, "points": {"programme": POINTS}})
    assert parts(forms_of(market, "Mill")) == ["points"]


def test_two_who_copy_each_other_may_have_what_either_has() -> None:
    market = world({"programme": POINTS, "policies": [copy("Harbour")]}, {"policies": [copy("Mill")]})
    assert parts(forms_of(market, "Harbour")) == ["points"]
    assert parts(forms_of(market, "Mill")) == ["points"]


def test_a_match_of_status_is_among_what_the_firm_may_have() -> None:
    market = world({"programme": TIERS}, {"programme": SILVER, "policies": [match()]})
    offers = [form.tiers.match for form in forms_of(market, "Harbour") if form.tiers]
    assert [offer is not None for offer in offers] == [False, True]


def test_what_a_plug_in_may_adopt_can_be_copied() -> None:
    class Starts(Policy):
        def may_adopt(self, world: Scenario, name: str) -> tuple[Programme, ...]:
            return (Programme.model_validate(STAMPS),)

    market = world({"programme": POINTS}, {"policies": [copy()]})
    assert parts(forms_of(market, "Harbour", {"Mill": [Starts()]})) == ["points", "stamps"]
