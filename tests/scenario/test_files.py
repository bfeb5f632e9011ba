"""Scenario files: what YAML means here, what cannot be read, and that what is written reads back the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sim.scenario import Scenario, check, dumps, load, save
from sim.scenario.files import as_yaml
from sim.scenario.yaml_text import read
from tests.scenario.worlds import GROCERS, world


def written(folder: Path, text: str | bytes, name: str = "world.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def only_fault(file: Path) -> str:
    (fault,) = check(file)
    return str(fault).removeprefix(str(file))


# What YAML means here


def test_a_file_holds_what_it_says(tmp_path: Path) -> None:
    assert load(written(tmp_path, GROCERS)) == world() == load(str(tmp_path / "world.yaml"))


def test_exponents_are_numbers(tmp_path: Path) -> None:
    file = written(tmp_path, GROCERS.replace("count: 100", "count: 1e4"))
    assert load(file).customers.count == 10_000


def test_no_switches_off(tmp_path: Path) -> None:
    file = written(tmp_path, GROCERS + "behaviour:\n  price: {enabled: no}\n")
    assert load(file).behaviour.price.enabled is False


def test_names_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    text = GROCERS.replace("none: {programme: null}", "2024:\n  12:30:\n  null: {programme: null}")
    assert load(written(tmp_path, text)).design_names == ("2024", "12:30", "null", "points")


def test_a_block_may_be_written_once_and_used_again(tmp_path: Path) -> None:
    text = GROCERS.replace("purchase_rate: {mean: 1.2}", "purchase_rate: &rate {mean: 1.2}")
    text = text.replace("purchase_rate: {mean: 0.8}", "purchase_rate: *rate")
    assert {segment.purchase_rate.mean for segment in load(written(tmp_path, text)).customers.segments} == {
        1.2
    }


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert load(written(tmp_path, b"\xef\xbb\xbf" + GROCERS.encode())) == world()


# What cannot be read

UNREADABLE = {
    "empty": ("", "  the file is empty; a scenario starts with 'title:'"),
    "only a comment": ("# soon\n", "  the file is empty; a scenario starts with 'title:'"),
    "a list": ("- a\n", ":1:1  the file holds a list; a scenario is a mapping that starts with 'title:'"),
    "one value": (
        "\nhello",
        ":2:1  the file holds a single value; a scenario is a mapping that starts with 'title:'",
    ),
    "not UTF-8": (b"\xff\xfe\x00", "  is not a text file in UTF-8"),
    "binary": (b"title: \x00\x01", "  not a text file: it holds control characters"),
    "a bottomless list": ("[" * 20_000, "  nested too deeply for a scenario file"),
    "sixty lists in each other": (
        "title: " + "[" * 60 + "]" * 60,
        ":1:58  nested too deeply for a scenario file",
    ),
    "a bomb of aliases": (
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)),
        "  more than 100_000 values, aliases followed; a scenario file is smaller",
    ),
    "too large": ("# " + "x" * 300_000, "  is larger than 256 KiB; a scenario file is a few KiB"),
}

BROKEN = {
    "a tab": (
        "horizon:\n\tweeks: 1",
        "2:1",
        "found character '\\t' that cannot start any token",
        "indent with spaces, not tabs",
    ),
    "a colon in text": (
        "title: Grocers: a story",
        "1:15",
        "mapping values are not allowed here",
        "check the indentation, and put text that holds ': ' in quotes",
    ),
    "an open quote": (
        "title: 'Grocers\nsource: x\n",
        "1:8",
        "found unexpected end of stream",
        "the quote that starts here is never closed",
    ),
    "an open bracket": (
        "horizon: {weeks: 1\nfocus: x\n",
        "2:6",
        "expected ',' or '}', but got ':'",
        "close what was opened with [ or {",
    ),
    "two documents": (
        "title: a\n---\ntitle: b\n",
        "2:1",
        "but found another document",
        "keep one scenario a file, without a second '---'",
    ),
    "an unknown alias": (
        "title: *name\n",
        "1:8",
        "found undefined alias 'name'",
        "define it earlier with '&', or put text that starts with * in quotes",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_yaml_comes_with_place_and_remedy(case: str, tmp_path: Path) -> None:
    text, where, problem, remedy = BROKEN[case]
    assert only_fault(written(tmp_path, text)) == f":{where}  not readable as YAML: {problem}; {remedy}"


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_says_why_in_one_line(case: str, tmp_path: Path) -> None:
    text, message = UNREADABLE[case]
    assert only_fault(written(tmp_path, text)) == message


def test_an_alias_to_the_block_around_it_is_a_fault(tmp_path: Path) -> None:
    text = GROCERS + "provenance: &all {again: *all}\n"
    assert only_fault(written(tmp_path, text)) == (
        ":31:13  provenance.again  this alias refers to the block that it stands in"
    )


def test_a_number_of_five_thousand_digits_is_a_fault(tmp_path: Path) -> None:
    text = GROCERS.replace("count: 100", "count: " + "9" * 5000)
    assert only_fault(written(tmp_path, text)) == ":6:10  customers.count  cannot be read as a whole number"


def test_a_list_for_a_name_is_a_fault(tmp_path: Path) -> None:
    text = GROCERS + "? [a, b]\n: 1\n"
    assert only_fault(written(tmp_path, text)) == (
        ":31:3  the name of a field must be text, not a list or a block"
    )


def test_a_missing_file_comes_with_the_nearest_one(tmp_path: Path) -> None:
    right = written(tmp_path, GROCERS, "grocers.yaml")
    assert only_fault(tmp_path / "grocer.yaml") == f"  no such file; did you mean '{right}'?"
    assert only_fault(tmp_path / "grocers") == f"  no such file; did you mean '{right}'?"
    assert only_fault(tmp_path / "airline.yaml") == "  no such file; scenarios there: grocers.yaml"
    nowhere = tmp_path / "nowhere"
    assert only_fault(nowhere / "x.yaml") == f"  no such file; there is no folder {nowhere}"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    written(tmp_path, GROCERS, "grocers.yaml")
    assert only_fault(tmp_path) == "  is a folder; name a scenario file in it: grocers.yaml"


def test_a_device_is_no_scenario() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no devices on this platform")
    assert only_fault(Path("/dev/zero")) == "  is not a regular file"


def test_nothing_but_plain_values_comes_out_of_yaml() -> None:
    tags = ["!!python/object/apply:os.system [ls]", "!!binary aGk=", "!!set {a}", "!own x", "!!omap []"]
    for text in tags:
        faults: list[Any] = []
        block = read(f"a: {text}\nb: 2024-01-01\n", "world.yaml", faults)
        assert len(faults) == 1, text
        assert "has no place in a scenario file" in faults[0].message
        assert block["b"] == "2024-01-01"


TOKENS = "{ } [ ] ' \" *a !!int !x null true -1 1e999 .nan 0x # | > % @ --- ... << , ~"
PIECES = st.sampled_from(
    ["", " ", "\n", "\t", "\u2028", ": ", "- ", "? ", "&a ", "!!bool ", "!!int ''", *TOKENS.split()]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GROCERS)), st.integers(0, 12), PIECES), min_size=1, max_size=4))
def test_whatever_a_slip_of_the_hand_makes_of_a_file_it_is_right_or_has_faults(
    tmp_path: Path, slips: list[tuple[int, int, str]]
) -> None:
    text = GROCERS
    for start, length, piece in slips:
        text = text[:start] + piece + text[start + length :]
    for fault in check(written(tmp_path, text)):
        assert "\n" not in str(fault)
        assert fault.message


# Writing


def test_a_saved_scenario_starts_with_the_line_that_editors_read(tmp_path: Path) -> None:
    save(world(), tmp_path / "world.yaml")
    first = (tmp_path / "world.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


def test_a_saved_scenario_is_complete() -> None:
    data = YAML(typ="safe", pure=True).load(dumps(world()))
    assert data["firms"][0]["price"] == {"level": 1.1, "usual": 1.1}
    assert data["behaviour"]["price"]["loss_aversion"] == world().behaviour.price.loss_aversion
    assert data["designs"]["none"] == {"programme": None}


def test_saving_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        save(world(), file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_saving_replaces_the_old_file(tmp_path: Path) -> None:
    file = written(tmp_path, "old")
    save(world(), file)
    assert load(file) == world()
    assert list(tmp_path.iterdir()) == [file]


# The round trip

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda name: name == name.strip()
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
FREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, exclude_min=low == 0.0, exclude_max=True)


@st.composite
def programmes(draw: st.DrawFn) -> dict[str, Any]:
    points = st.fixed_dictionaries(
        {"per_currency": number(0, 1000), "threshold": st.integers(1, 10**8), "reward": number(0, 1e7)},
        optional={"expire_weeks": st.none() | st.integers(1, 5200), "redeem": number(0, 1)},
    )
    programme = {"name": draw(NAMES), "member_price": {"depth": draw(number(0, 1))}}
    return programme | draw(st.fixed_dictionaries({}, optional={"points": st.none() | points}))


@st.composite
def worlds(draw: st.DrawFn) -> Scenario:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    weights = st.floats(1e-6, 1e9)
    firm = st.fixed_dictionaries(
        {"share": weights, "unit_cost": number(0, 2)},
        optional={
            "price": st.fixed_dictionaries(
                {"level": number(0.01, 100)}, optional={"usual": number(0.01, 100)}
            ),
            "quality": st.fixed_dictionaries({"level": number(0, 100), "failure_rate": number(0, 1)}),
            "programme": st.none() | programmes(),
        },
    )
    segment = st.fixed_dictionaries(
        {
            "weight": weights,
            "purchase_rate": st.fixed_dictionaries({"mean": number(0, 100)}),
            "basket": st.fixed_dictionaries({"mean": number(0, 1e7)}),
        },
        optional={
            "shares": st.none() | st.fixed_dictionaries(dict.fromkeys(names, weights)),
            "leaving": st.none() | st.fixed_dictionaries({"shape": number(0, 1e6), "scale": number(0, 1e9)}),
        },
    )
    segments = draw(st.dictionaries(NAMES, segment, min_size=1, max_size=3))
    weeks = draw(st.integers(1, 5200))
    event = st.fixed_dictionaries(
        {
            "kind": st.just("price_war"),
            "firm": st.sampled_from(names),
            "week": st.integers(0, weeks - 1),
            "weeks": st.integers(1, 5200),
            "depth": number(0, 1),
        }
    )
    patch = st.none() | st.fixed_dictionaries({}, optional={"programme": st.none() | programmes()})
    return Scenario.model_validate(
        {
            "title": draw(NAMES),
            "source": draw(TEXTS),
            "currency": draw(st.from_regex("[A-Z]{3}", fullmatch=True)),
            "horizon": {"weeks": weeks, "burn_in": draw(st.integers(0, weeks - 1))},
            "category": {"name": draw(NAMES), "outside_share": draw(number(0, 1))},
            "customers": {
                "count": draw(st.integers(1, 20_000_000)),
                "replace_leavers": draw(st.booleans()),
                "segments": [{"name": name} | values for name, values in segments.items()],
            },
            "firms": [{"name": name} | draw(firm) for name in names],
            "focus": draw(st.sampled_from(names)),
            "events": draw(st.lists(event, max_size=3)),
            "designs": draw(st.dictionaries(NAMES, patch, min_size=1, max_size=3)),
            "behaviour": {"price": {"enabled": draw(st.booleans())}},
            "provenance": draw(st.dictionaries(TEXTS, FREE, max_size=3)),
        }
    )


@settings(deadline=None, max_examples=40)  # the first example pays for warming up
@given(worlds())
def test_a_scenario_written_and_read_again_is_the_same(tmp_path_factory: Any, scenario: Scenario) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip.yaml"
    save(scenario, file)
    again = load(file)
    assert again == scenario
    assert again.design_names == scenario.design_names
    assert again.fingerprint() == scenario.fingerprint()
    assert dumps(again) == dumps(scenario)


def test_text_that_yaml_would_take_for_something_else_comes_back_as_text(tmp_path: Path) -> None:
    odd = [
        "no",
        "null",
        "~",
        "1e4",
        "0x1F",
        "12:30",
        "- a",
        "a: b",
        "# c",
        "?x",
        ":x",
        "a\u2028b",
        "2024-01-01",
        "'",
        "{x}",
        "<<",
        "=",
    ]
    for text in odd:
        scenario = world().replace("title", text)
        save(scenario, tmp_path / "world.yaml")
        assert load(tmp_path / "world.yaml").title == text


def test_text_that_ruamel_would_not_read_back_is_quoted() -> None:
    for text in ("?x", ":x", "a\x85b", "\u2028"):
        scenario = world(provenance={text: text})
        faults: list[Any] = []
        assert read(dumps(scenario), "world.yaml", faults)["provenance"] == {text: text}
        assert faults == []


def test_long_lines_of_names_with_spaces_read_back() -> None:
    fields = {"draws": [{f"firms.Corner Shop {i} (2).share": 0.123456 for i in range(20)}]}
    assert YAML(typ="safe", pure=True).load(as_yaml(fields)) == fields
