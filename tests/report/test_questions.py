"""The seven questions that every programme answers."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sim.report import questions
from sim.scenario import Scenario
from tests.worlds import busy


def world(**designs: object) -> Scenario:
    return busy(designs={"none": {"programme": None}, **designs})


def answers(programme: dict[str, object]) -> dict[str, str]:
    """Of Harbour's programme with these changes, whose rewards are worth 5 for 60 points, 1 a unit of money."""
    return dict(questions.to_dict(world(one={"programme": programme}))["one"])


def test_every_programme_answers_all_seven_questions() -> None:
    found = questions.to_dict(world(points={}, cards={"programme": {"stamps": {"needed": 4, "reward": 9}}}))
    assert set(found) == {"points", "cards"}, "a design without a programme has nothing to answer"
    for one in found.values():
        assert tuple(one) == questions.QUESTIONS
        assert all(one.values())


def test_what_the_designers_say_stands_as_they_said_it() -> None:
    said = {"objective": "Win back the week-end.", "measurement": "A control group."}
    one = answers({"answers": said})
    assert one["objective"] == "Win back the week-end."
    assert one["measurement"] == "A control group."
    assert one["roll-out"].startswith("launch 250 EUR")


@pytest.mark.parametrize(
    ("programme", "question", "words"),
    [
        ({"points": {"reward": 6}}, "benefits", "points worth 10 % of spending"),
        ({"stamps": {"needed": 5, "reward": 4}}, "benefits", "a reward of 4 EUR for 5 stamps"),
        (
            {"tiers": {"levels": [{"name": "Gold", "visits": 9, "quality": 3}]}},
            "benefits",
            "soft: status (Gold), better service by level",
        ),
        ({"club": {"fee": 12.0}}, "funding", "a fee of 12 EUR for 52 weeks, the firm's margin"),
        ({"funding": {"supplier_share": 0.4}}, "funding", "suppliers pay 40 % of the rewards"),
        ({"enrolment": {"automatic": True}}, "target group", "every customer"),
        ({"enrolment": {"spend_per_year": 900}}, "target group", "spend 900 EUR a year or more"),
    ],
)
def test_what_is_left_unsaid_is_read_off_the_programme(
    programme: dict[str, object], question: str, words: str
) -> None:
    assert words in answers(programme)[question]


def test_a_programme_that_two_designs_share_is_answered_once() -> None:
    shown = io.StringIO()
    table = questions.table(world(points={}, cheaper={"price": {"level": 0.9}}))
    Console(file=shown, width=100).print(table)
    assert shown.getvalue().count("objective") == 1
    assert "as 'points'" in shown.getvalue()


def test_a_comparison_without_programmes_asks_nothing() -> None:
    assert questions.table(world()) is None
