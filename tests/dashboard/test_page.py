"""The page as a browser asks it, without a browser."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import pytest

from sim.dashboard import lesson_mode
from sim.dashboard.catalogue import LANGUAGES, messages
from sim.dashboard.offer import Offer
from sim.dashboard.page import Page

LESSON = "lesson:status_and_its_loss"


@pytest.fixture
def page() -> Page:
    return Page(Offer(customers=200))


def test_all_that_is_shown_can_be_sent_to_a_browser(page: Page) -> None:
    assert json.loads(json.dumps(page.everything(), allow_nan=False))["sides"] == ["none", "points"]


def test_a_step_tells_the_new_week(page: Page) -> None:
    week = page.session.week
    assert page.answer({"do": "step", "weeks": 2})["week"] == week + 2


@pytest.mark.parametrize("typed", ["1,000", "1000", "１０００"])
def test_so_many_customers_come_as_were_typed_with_or_without_a_comma(page: Page, typed: str) -> None:
    assert page.answer({"do": "open", "key": "world:duopoly", "customers": typed})["customers"] == 1000


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"do": "move", "side": 1, "path": "price.level", "value": "dear"}, "'dear' is no number"),
        ({"do": "move", "side": 1, "path": "price.level", "value": "-1"}, "price.level"),
        ({"do": "move", "side": 1, "path": "programme.points.threshold", "value": "10.5"}, "no whole number"),
        ({"do": "choose", "side": 0, "design": "nothing"}, "nothing"),
        ({"do": "open", "key": "world:atlantis"}, "atlantis"),
        ({"do": "open", "key": "world:duopoly", "customers": "0"}, "customers"),
        ({"do": "diary", "customer": 10**6}, "1000000"),
        ({"do": "export", "kind": "gif"}, "gif"),
        ({"do": "predict", "answer": "higher"}, "lessons only"),
        ({"do": "dance"}, "dance"),
        ({"do": "move", "side": 1, "path": "price.level"}, "value"),
        ({"do": "move", "side": 1, "path": "price.level", "value": "nan"}, "'nan' is no number"),
        ({"do": "move", "side": 1, "path": "price.level", "value": "1,050"}, "'1,050' is no number"),
        (
            {"do": "move", "side": 1, "path": "programme.points.threshold", "value": "inf"},
            "'inf' is no number",
        ),
        ({"do": "open", "key": "world:duopoly", "customers": "20,000,000"}, "at most 1,000,000"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_changes_nothing(
    page: Page, ask: dict[str, Any], words: str
) -> None:
    before = page.controls() | page.now()
    answer = page.answer(ask)
    assert answer["error"].startswith("Not done: ")
    assert words in answer["error"]
    assert page.controls() | page.now() == before


def test_a_comma_is_a_decimal_point_too(page: Page) -> None:
    page.answer({"do": "move", "side": 1, "path": "price.level", "value": "1,05"})
    assert next(lever.value for lever in page.session.levers(1) if lever.path == "price.level") == 1.05


def test_a_lesson_neither_steps_nor_tells_why_before_it_is_predicted() -> None:
    page = Page(Offer(customers=200), key=LESSON)
    week, lesson = page.session.week, page.offer.lesson(LESSON)
    assert lesson is not None
    for do in ("step", "verdict"):
        assert "Predict first" in page.answer({"do": do})["error"]
    assert page.session.week == week
    assert lesson.why["en"] not in json.dumps(page.everything())
    assert "error" not in page.answer({"do": "predict", "answer": "lower"})
    assert page.answer({"do": "step"})["week"] == week + 1


def test_a_prediction_is_judged_by_markets_and_anew_when_a_lever_was_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lesson_mode, "REPLICATES", 2)
    page = Page(Offer(customers=60), key=LESSON)
    page.answer({"do": "predict", "answer": "unclear"})
    assert "prediction was given" in page.answer({"do": "predict", "answer": "higher"})["error"]
    outcome = page.answer({"do": "verdict"})["lesson"]["outcome"]
    assert page.held is not None and page.held.outcome is not None
    assert outcome["right"] == (page.held.outcome.answer == "unclear")
    moved = page.answer({"do": "move", "side": 1, "path": "price.level", "value": "1.1"})
    assert moved["lesson"]["outcome"] is None
    assert page.answer({"do": "reset"})["lesson"]["prediction"] is None


def test_every_world_and_lesson_of_the_list_has_a_name_in_both_languages() -> None:
    offer = Offer()
    for language in LANGUAGES:
        page = Page(Offer(customers=60), language)
        titles = [title for group in offer.choices(page.catalogue) for _, title in group["entries"]]
        assert len(titles) == len(set(titles)) > 20
        if language == "zh":
            assert [title for title in titles if not re.search("[\u4e00-\u9fff]", title)] == []


def test_every_word_of_the_page_is_in_the_catalogue() -> None:
    pytest.importorskip("panel")
    from sim.dashboard import app

    for language in LANGUAGES:
        html = app.page_html(language)  # KeyError for a word that is missing
        script = (app.HERE / "page.js").read_text(encoding="utf-8")
        asked = set(re.findall(r'word\("(\w+)"\)', script)) | set(
            re.findall(r'data-say="page\.([\w.]+)"', html)
        )
        assert {key for key in asked if f"page.{key}" not in messages()} == set()


def test_without_panel_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim import cli
    from sim.dashboard import app

    monkeypatch.setattr(app, "find_spec", lambda name: None)
    assert cli.main(["dashboard", "--no-browser"]) == 2
    assert "python3 run.py dashboard" in capsys.readouterr().err


def test_a_wrong_file_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    from sim import cli

    assert cli.main(["dashboard", "--no-browser", "--scenario", "not_there.yaml"]) == 2
    assert "not_there.yaml" in capsys.readouterr().err


def test_the_server_takes_the_next_free_port_on_this_machine_only() -> None:
    pytest.importorskip("panel")
    from sim.dashboard import app

    said: list[str] = []
    with socket.socket() as taken:
        taken.bind((app.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = app.server_at(Offer(customers=60), port, say=said.append)
        try:
            assert server.port > port
            assert server.address == "127.0.0.1"
            assert said == [f"port {port} is taken; using {server.port}"]
        finally:
            server.stop(wait=False)
