"""Lessons ask for a prediction about two designs of a market that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.dashboard.catalogue import messages
from sim.dashboard.lessons import LESSONS, Lesson, LessonError, lessons, read_lesson

WORDS = "{en: Text, zh: 文字}"
FIELDS = {
    "scenario": "status_and_its_loss",
    "designs": "[no_status, strict]",
    "measure": "retention",
    **dict.fromkeys(("title", "story", "question", "watch", "why", "next"), WORDS),
}


def written(folder: Path, **changes: str | None) -> Path:
    file = folder / "mine.yaml"
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not None}
    file.write_text("\n".join(f"{name}: {value}" for name, value in fields.items()), encoding="utf-8")
    return file


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_the_designs_and_levers_of_every_lesson_are_there(lesson: Lesson) -> None:
    world = lesson.world()
    assert set(lesson.designs) <= set(world.design_names)
    session = lesson.session(customers=100, keepers=0, lead=1000)
    shown = {lever.path: lever.key for side in (0, 1) for lever in session.levers(side)}
    assert set(lesson.levers) <= set(shown)
    assert set(shown.values()) <= set(messages())


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_the_texts_of_every_lesson_are_in_their_language(lesson: Lesson) -> None:
    for field in ("title", "story", "question", "watch", "why", "next"):
        words = getattr(lesson, field)
        assert re.search(r"[\u4e00-\u9fff]", words["zh"]), field
        assert not re.search(r"[\u4e00-\u9fff]", words["en"]), field


def test_a_lesson_opens_a_session_with_its_levers_first(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, levers="[programme.tiers.grace]"))
    session = lesson.session(customers=100, keepers=5)
    assert session.sides == ("no_status", "strict")
    assert session.levers(1)[0].path == "programme.tiers.grace"
    assert session.levers(0)[0].path == "price.level"  # which has no levels


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measur": "retention"}, "mine.yaml: measur: unknown field; did you mean 'measure'?"),
        ({"measure": None}, "mine.yaml: measure: is missing"),
        (
            {"measure": "retentoin"},
            "mine.yaml: measure: no measure is called 'retentoin'; did you mean 'retention'?",
        ),
        ({"scenario": "status"}, "mine.yaml: scenario: no lesson is called 'status'"),
        ({"designs": "[strict, strict]"}, "mine.yaml: designs: name two"),
        ({"designs": "[strict]"}, "mine.yaml: designs"),
        ({"title": "{en: Text}"}, "mine.yaml: title.zh: is missing"),
        ({"title": "{en: Text, zh: 文字, fr: Texte}"}, "mine.yaml: title.fr: unknown field"),
        ({"title": "{en: Text, zh: 1}"}, "mine.yaml: title.zh"),
        ({"name": "other"}, "mine.yaml: name: the file gives"),
        ({"title": "{en: "}, "mine.yaml: this is no YAML"),
    ],
)
def test_a_wrong_lesson_names_file_and_field(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    with pytest.raises(LessonError) as raised:
        read_lesson(written(tmp_path, **changes))
    assert said in str(raised.value)


def test_lessons_are_found_by_the_names_of_their_files() -> None:
    assert [lesson.name for lesson in lessons()] == sorted(file.stem for file in LESSONS.glob("*.yaml"))
    assert "status_and_its_loss" in [lesson.name for lesson in lessons()]


def test_chinese_has_no_gaps_where_a_file_breaks_its_lines() -> None:
    for lesson in lessons():
        for part in ("title", "story", "question", "watch", "why", "next"):
            text = getattr(lesson, part)["zh"]
            assert not re.search("[\u4e00-\u9fff，。；：]\\s+[\u4e00-\u9fff]", text), (lesson.name, part)
