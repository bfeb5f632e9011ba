"""The words of the dashboard are there in both languages, and all of them are used."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from sim.dashboard.catalogue import LANGUAGES, MESSAGES, Catalogue, CatalogueError, messages
from sim.dashboard.lessons import lessons
from sim.dashboard.levers import lever_keys
from sim.dashboard.mechanisms import GROUPS
from sim.dashboard.people import STATES
from sim.dashboard.trace import PLOTTED
from sim.dashboard.verdict import ANSWERS
from sim.measures import MEASURES
from sim.population.moments import MOMENTS
from sim.population.page import HAPPENINGS, MORE_MOMENTS
from sim.rules import Behaviour
from sim.rules.defection import Cause

CHINESE = re.compile(r"[\u4e00-\u9fff]")
KEY = re.compile(r"""["']([a-z_]+(?:\.[a-z_*]+)+)["']""")
MADE = {
    *lever_keys(),
    *(f"mechanism.{name}{end}" for name in Behaviour.model_fields for end in ("", ".meaning")),
    *(f"group.{name}" for name in GROUPS),
    *(f"answer.{name}" for name in ANSWERS),
    *(f"state.{name}" for name in STATES),
    *(f"moment.{name}" for name in (*MOMENTS, *MORE_MOMENTS, *HAPPENINGS)),
    *(f"cause.{cause.name.lower()}" for cause in Cause),
    "cause.unknown",
    *(f"series.{name}" for name in (*PLOTTED, "price")),
}
"""Keys that are put together from names."""
FAMILIES = ("lever.", "mechanism.", "group.", "answer.", "state.", "series.", "measure.", "moment.", "cause.")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_message_has_the_same_values_in_both_languages() -> None:
    for key, texts in messages().items():
        assert set(texts) == set(LANGUAGES)
        assert fields(texts["en"]) == fields(texts["zh"]), key


def test_chinese_messages_are_chinese() -> None:
    for key, texts in messages().items():
        if re.search(r"[A-Za-z]", re.sub(r"{[^}]*}", "", texts["en"])):
            assert CHINESE.search(texts["zh"]), key
        assert not CHINESE.search(texts["en"]) or key.startswith("language."), key


def test_every_key_that_is_put_together_is_there() -> None:
    assert set(messages()) >= MADE


def test_every_key_that_the_code_says_is_there_and_every_message_is_said() -> None:
    files = [file for file in sorted(MESSAGES.parent.rglob("*")) if file.suffix in (".py", ".js", ".html")]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    found = set(re.findall(r"""\bsay\(\s*["']([^"'{}]+)["']""", code))
    said = {key for key in found if not key.endswith(".")}
    assert said <= set(messages())
    mentioned = {*KEY.findall(code), *MADE, *said}
    unused = {key for key in messages() if key not in mentioned and not key.startswith("measure.")}
    # Keys of the page that are put together say their beginning in the code: f"button.{name}".
    begun = (*re.findall(r"""f["']([a-z_.]+\.){""", code), *(found - said))
    assert not {key for key in unused if not (begun and key.startswith(begun)) or key.startswith(FAMILIES)}


def test_measures_have_words_for_every_lesson_and_no_word_has_no_measure() -> None:
    named = {key.split(".")[1] for key in messages() if key.startswith("measure.")}
    assert named <= set(MEASURES)
    assert {lesson.measure for lesson in lessons()} <= named
    for name in named:
        assert {f"measure.{name}", f"measure.{name}.meaning"} <= set(messages())


def test_every_mechanism_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(Behaviour.model_fields)


def test_a_message_is_said_with_its_values_in_either_language() -> None:
    assert Catalogue("en").say("lever.rival.price.level", name="Mill") == "Price level of Mill"
    assert Catalogue("zh").say("lever.rival.price.level", name="Mill") == "Mill的价格水平"
    with pytest.raises(KeyError, match="no message"):
        Catalogue().say("lever.charm")
    with pytest.raises(ValueError, match="speaks en, zh"):
        Catalogue("fr")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b: {en: yes it is}", "a.b: give a text for each of en, zh"),
        ('a.b: {en: "one", zh: 1}', "a.b.zh: must be a text"),
        ('a.b: {en: "one", zh: " "}', "a.b.zh: must be a text"),
        ("- a.b", "must be a mapping"),
    ],
)
def test_a_wrong_file_of_messages_names_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "page.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=said) as raised:
        messages(tmp_path)
    assert str(raised.value).startswith("page.yaml: ")


def test_a_key_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text('x.y: {en: "x", zh: "一"}', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"stands in a\.yaml already"):
        messages(tmp_path)
