"""What a programme is made of: its parts, the two forms in which some can be said, and that nothing gets lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sim.scenario import Change, Expiry, Firm, Points, Programme, Reward, Scenario, dumps, load
from tests.programmes import programmes
from tests.scenario.worlds import world

EARN = {"per_currency": 1.0}
ONE = {**EARN, "threshold": 100, "reward": 5.0}


def points(**fields: Any) -> Points:
    return Points.model_validate({**EARN, **fields})


def test_the_one_reward_is_a_menu_of_one() -> None:
    assert points(threshold=100, reward=5.0, cost_ratio=0.7).menu == (
        Reward(name="Reward", points=100, worth=5.0, cost_ratio=0.7),
    )


def test_a_menu_has_the_cheapest_reward_first() -> None:
    menu = points(
        rewards=[{"name": "Lunch", "points": 300, "worth": 9}, {"name": "Tea", "points": 50, "worth": 1}]
    ).menu
    assert [reward.name for reward in menu] == ["Tea", "Lunch"]


def test_expire_weeks_is_short_for_rolling_expiry() -> None:
    assert points(**ONE, expire_weeks=52).lapse == Expiry(mode="rolling", weeks=52)
    spoken = {"mode": "rolling", "weeks": 52, "warning_weeks": 4}
    assert points(**ONE, expiry=spoken).lapse == points(**ONE, expire_weeks=52).lapse


def test_the_short_form_keeps_the_weeks_of_warning() -> None:
    assert points(**ONE, expire_weeks=52, expiry={"warning_weeks": 8}).lapse.warning_weeks == 8


def test_points_never_die_unless_it_is_said() -> None:
    assert points(**ONE).lapse.mode == "none"


def test_points_may_be_earned_by_the_visit_alone() -> None:
    assert Points(per_visit=2, threshold=20, reward=3).per_currency == 0


@pytest.mark.parametrize(
    "part",
    [
        {"points": ONE},
        {"stamps": {"needed": 10, "reward": 3.0}},
        {"tiers": {"levels": [{"name": "Gold", "spend": 500}]}},
        {"member_price": {"depth": 0.1}},
        {"offers": {"per_week": 0.2, "depth": 0.1}},
        {"surprise": {"chance": 0.1, "worth": 2.0}},
    ],
    ids=lambda part: next(iter(part)),
)
def test_any_one_of_these_is_a_programme(part: dict[str, Any]) -> None:
    market = world().replace("firms.Harbour.programme", part)
    assert getattr(market.firm("Harbour").programme, next(iter(part))) is not None


def test_nothing_is_on_that_is_not_written() -> None:
    plain = Programme.model_validate({"points": ONE})
    off = ("stamps", "tiers", "club", "member_price", "offers", "challenge", "streak", "surprise", "partners")
    assert [name for name in off if getattr(plain, name) is not None] == []
    assert plain.household == 1
    assert (plain.guard.multi_accounts, plain.guard.takeovers, plain.guard.staff_abuse) == (0, 0, 0)
    assert (plain.points.multipliers, plain.points.pending_weeks, plain.points.cooldown) == ((), 0, 0)  # type: ignore[union-attr]


def test_nothing_is_brought_back_and_nothing_is_announced_unless_it_is_said() -> None:
    assert Firm(name="A", share=1, unit_cost=0.5).returns == 0
    change = Change.model_validate(
        {"kind": "change", "firm": "A", "week": 1, "patch": {"quality": {"level": 70}}}
    )
    assert (change.announced, change.grandfather) == (0, False)


def test_levels_rewards_and_multipliers_are_laid_over_by_name() -> None:
    tiers = {"levels": [{"name": "Silver", "spend": 100}, {"name": "Gold", "spend": 500}]}
    menu = [{"name": "Tea", "points": 50, "worth": 1}, {"name": "Lunch", "points": 300, "worth": 9}]
    market = world().replace("firms.Harbour.programme", {"points": {**EARN, "rewards": menu}, "tiers": tiers})
    patch = {
        "points": {"rewards": [{"name": "Tea", "points": 60}]},
        "tiers": {"levels": [{"name": "Gold", "spend": 400}]},
    }
    programme = market.replace("designs.dearer", {"programme": patch}).with_design("dearer").programme
    assert programme is not None
    assert [(r.name, r.points, r.worth) for r in programme.points.menu] == [("Tea", 60, 1), ("Lunch", 300, 9)]  # type: ignore[union-attr]
    assert [(level.name, level.spend) for level in programme.tiers.levels] == [("Silver", 100), ("Gold", 400)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("below", "above", "menu", "mode"),
    [
        ({"threshold": 100, "reward": 5}, {"rewards": [{"name": "Tea", "points": 9, "worth": 1}]}, [9], "none"),
        ({"rewards": [{"name": "Tea", "points": 9, "worth": 1}]}, {"threshold": 50, "reward": 5}, [50], "none"),
        (
            {"threshold": 100, "reward": 5, "expire_weeks": 9},
            {"expiry": {"mode": "inactivity", "weeks": 20}},
            [100],
            "inactivity",
        ),
        (
            {"threshold": 100, "reward": 5, "expiry": {"mode": "calendar", "years": 1, "week_of_year": 9}},
            {"expire_weeks": 20},
            [100],
            "rolling",
        ),
        (
            {"threshold": 100, "reward": 5, "expiry": {"mode": "calendar", "years": 1, "week_of_year": 9}},
            {"expiry": {"mode": "none"}},
            [100],
            "none",
        ),
        ({"threshold": 100, "reward": 5, "expire_weeks": 9}, {"expiry": {"mode": "none"}}, [100], "none"),
        ({"threshold": 100, "reward": 5, "expire_weeks": 9}, {"expiry": {"warning_weeks": 2}}, [100], "rolling"),
    ],
)  # fmt: skip
def test_a_design_may_say_in_another_form_what_the_firm_says(
    below: dict[str, Any], above: dict[str, Any], menu: list[int], mode: str
) -> None:
    market = world().replace("firms.Harbour.programme", {"points": {**EARN, **below}})
    turned = market.replace("designs.turned", {"programme": {"points": above}}).with_design("turned")
    assert turned.programme is not None
    assert turned.programme.points is not None
    assert [reward.points for reward in turned.programme.points.menu] == menu
    assert turned.programme.points.lapse.mode == mode


def test_designs_may_be_called_as_they_like(tmp_path: Path) -> None:
    names = ("points", "rewards", "threshold", "expiry", "expire_weeks", "preset", "programme")
    designs = {name: {"programme": {"points": ONE}} for name in names}
    (tmp_path / "base.yaml").write_text(dumps(world(designs=designs)))
    mine = "{programme: {points: {redeem: 0.1}}}"
    lines = "".join(f"  {name}: {mine}\n" for name in names)
    (tmp_path / "mine.yaml").write_text(f"extends: base.yaml\ndesigns:\n{lines}")
    market = load(tmp_path / "mine.yaml")
    assert market.design_names == names
    assert {market.with_design(name).programme.points.redeem for name in names} == {0.1}  # type: ignore[union-attr]


def test_a_file_that_extends_may_say_in_another_form_what_the_other_says(tmp_path: Path) -> None:
    market = world().replace("firms.Harbour.programme", {"points": {**ONE, "expire_weeks": 26}})
    (tmp_path / "base.yaml").write_text(dumps(market))
    mine = "rewards: [{name: Tea, points: 9, worth: 1}], expiry: {mode: inactivity, weeks: 9}"
    text = f"extends: base.yaml\nfirms:\n  - {{name: Harbour, programme: {{points: {{{mine}}}}}}}\n"
    (tmp_path / "mine.yaml").write_text(text)
    programme = load(tmp_path / "mine.yaml").firm("Harbour").programme
    assert programme is not None
    assert programme.points is not None
    assert [reward.name for reward in programme.points.menu] == ["Tea"]
    assert programme.points.lapse.mode == "inactivity"


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(programme=programmes(partners=("Mill",), segments=("families", "singles")))
def test_any_programme_survives_being_written_to_a_file_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, programme: Programme
) -> None:
    designs = {"as it is": {}, "given": {"programme": programme.model_dump(mode="json")}}
    market = world(designs=designs).replace("firms.Harbour.programme", programme)
    assert market.firm("Harbour").programme == programme
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_text(dumps(market))
    again = load(file)
    assert again == market
    assert again.fingerprint() == market.fingerprint()
    assert again.with_design("given") == market.firm("Harbour")


def test_a_fee_paid_once_is_still_paid_once_when_it_is_read_back(tmp_path: Path) -> None:
    once = {"club": {"fee": 30, "period_weeks": None}, "member_price": {"depth": 0.1}}
    (tmp_path / "once.yaml").write_text(dumps(world().replace("firms.Harbour.programme", once)))
    programme = load(tmp_path / "once.yaml").firm("Harbour").programme
    assert programme is not None
    assert programme.club is not None
    assert programme.club.period_weeks is None


def test_a_programme_is_told_apart_from_one_that_differs_in_any_part() -> None:
    one = Programme.model_validate({"points": ONE})
    assert one != Programme.model_validate({"points": ONE, "ending": {"points": "honour"}})
    market = world().replace("firms.Harbour.programme", one)
    other = market.replace("firms.Harbour.programme.household", 2)
    assert isinstance(other, Scenario)
    assert market.fingerprint() != other.fingerprint()
