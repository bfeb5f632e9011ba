"""The shipped worlds and lessons: right, sourced, listed, and as they say they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.measures import MEASURES
from sim.measures.tally import Tally
from sim.report import shipped
from sim.scenario import Change, PriceWar, Scenario, check, load

FOLDER = Path(__file__).parents[2] / "scenarios"
LESSONS = sorted((FOLDER / "lessons").glob("*.yaml"))
FILES = sorted([*FOLDER.glob("*.yaml"), *LESSONS])
NEW = [FOLDER / f"{name}.yaml" for name in ("telecom", "gym", "service")] + LESSONS


def name_of(path: Path) -> str:
    return path.stem


every_file = pytest.mark.parametrize("path", FILES, ids=name_of)
every_new_one = pytest.mark.parametrize("path", NEW, ids=name_of)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=name_of)


@every_file
def test_each_file_is_right_and_says_where_its_numbers_come_from(path: Path) -> None:
    assert check(path) == []
    assert len(load(path).source.split()) >= 15


def test_all_are_listed_the_lessons_under_their_own_heading() -> None:
    assert sorted(shipped.paths()) == FILES
    worlds, _, lessons = shipped.scenarios().partition("\nLessons\n")
    assert worlds.startswith("Worlds\n")
    for path in FILES:
        world = load(path)
        entry = f"{path.name}\n    {world.title}: {', '.join(world.design_names)}\n"
        assert entry in (lessons if path in LESSONS else worlds)
        assert entry not in (worlds if path in LESSONS else lessons)


def test_the_list_names_files_as_they_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert "\nlessons/complaint_as_a_gift.yaml\n" in shipped.scenarios()


@every_new_one
def test_sizes_let_a_trainer_wait(path: Path) -> None:
    world = load(path)
    assert 2000 <= world.customers.count <= 4000
    assert (world.horizon.weeks, world.horizon.burn_in) == (156, 52)
    assert 3 <= len(world.design_names) <= 5


@every_new_one
def test_the_first_design_is_the_firm_as_it_is_written(path: Path) -> None:
    world = load(path)
    assert world.with_design(world.design_names[0]) == world.firm(world.focus)


@every_new_one
def test_behaviour_is_left_as_it_is(path: Path) -> None:
    """A world may set what the market is like, not what people are like."""
    assert "behaviour" not in load(path).model_fields_set


@every_lesson
def test_a_lesson_says_what_to_predict_run_look_at_and_see(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("title:")]
    for word in ("LESSON", "Predict", "Run", "Look at", "You see"):
        assert re.search(rf"^# {word} ", head, re.MULTILINE), word
    assert f"loyalty-sim compare scenarios/lessons/{path.name}" in head
    assert load(path).title.startswith("Lesson: ")


@every_lesson
def test_what_a_lesson_says_to_look_at_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    look = text[text.index("# Look at") : text.index("# You see")]
    known = set(MEASURES) | {tally.name.lower() for tally in Tally} | set(load(path).design_names)
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", look))
    assert named <= known
    assert set(re.findall(r"[a-z]+", look)) & known


@pytest.fixture(scope="module")
def telecom() -> Scenario:
    return load(FOLDER / "telecom.yaml")


def test_networks_hold_their_customers_until_the_barriers_fall_and_a_price_war_follows(
    telecom: Scenario,
) -> None:
    falls = {event.firm: event for event in telecom.events if isinstance(event, Change)}
    (war,) = (event for event in telecom.events if isinstance(event, PriceWar))
    assert set(falls) == set(telecom.firm_names)
    for firm in telecom.firms:
        before, after = (plan.switching_cost for _, plan in telecom.course(firm.name))
        assert before > after
        assert falls[firm.name].week < war.week
    assert war.firm != telecom.focus
    assert telecom.firm(telecom.focus).contract is not None


def test_gyms_have_yearly_contracts_that_failing_payments_end() -> None:
    gym = load(FOLDER / "gym.yaml")
    for firm in gym.firms:
        assert firm.contract is not None
        assert firm.contract.weeks == 52
        assert firm.contract.payment_failure > 0
    reminders = gym.with_design("payment_reminders").contract
    assert reminders is not None
    assert reminders.weeks == 52
    assert reminders.payment_failure < gym.firms[0].contract.payment_failure  # type: ignore[union-attr]
    assert gym.with_design("win_back").win_back is not None


def test_the_desks_of_the_bank_do_more_and_more() -> None:
    bank = load(FOLDER / "service.yaml")
    none, desk, empowered, acts = (bank.with_design(d).complaint_desk for d in bank.design_names)
    assert none is None
    assert desk is not None
    assert empowered is not None
    assert acts is not None
    assert desk.empowerment < empowered.empowerment == acts.empowerment
    assert desk.acted_on == empowered.acted_on == 0 < acts.acted_on
