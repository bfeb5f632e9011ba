"""Study files: read as a whole, with every fault at its line, and the shipped ones right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sim
from sim.experiments.study import (
    Cells,
    Points,
    checked,
    load_study,
    study_schema,
    study_schema_text,
    study_text,
)
from sim.scenario import ScenarioError
from tests.experiments import fake
from tests.experiments.study.small import study

STUDIES = Path(__file__).parents[3] / "scenarios" / "studies"
SHIPPED = sorted(STUDIES.glob("*.yaml"))
MOST_MARKETS = 400
"""Of a shipped study: with a tenth of a second each, on two cores, well under a minute."""

TEXT = """\
title: Points
scenario: grocers.yaml
designs: [none, points]
levers:
  threshold: {path: designs.points.programme.points.threshold, values: [50, 100]}
  price:
    path: firms.Harbour.price.level
    low: 0.9
    high: 1.1
constraints:
  - price * threshold <= 105
replicates: 3
"""


@pytest.fixture(scope="module")
def grocers() -> str:
    return sim.scenario.dumps(fake.world())


@pytest.fixture
def folder(tmp_path: Path, grocers: str) -> Path:
    (tmp_path / "grocers.yaml").write_text(grocers, encoding="utf-8")
    return tmp_path


def faults(folder: Path, *edits: tuple[str, str], text: str = TEXT) -> list[str]:
    """What is wrong with the study after some edits, without the name of its file."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
        text = text.replace(old, new)
    file = folder / "study.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        load_study(file)
    except ScenarioError as error:
        return [str(fault).removeprefix(f"{file}:") for fault in error.faults]
    return []


def test_a_right_study_comes_with_its_scenario(folder: Path) -> None:
    assert faults(folder) == []
    read = load_study(folder / "study.yaml")
    assert read.world == fake.world()
    assert list(read.factors) == ["threshold", "price"]
    assert read.changes({"price": 0.9}) == {"firms.Harbour.price.level": 0.9}


ONE_FAULT: dict[str, tuple[str, str, str, str]] = {
    "an unknown field": ("replicates: 3", "replicats: 3", "12:1  replicats", "did you mean 'replicates'?"),
    "a field of a factor": ("high: 1.1", "higth: 1.1", "9:5  levers.price.higth", "did you mean 'high'?"),
    "a doubled name": (
        "replicates: 3",
        "replicates: 3\ntitle: Again",
        "13:1  title",
        "'title' is given twice, first in line 1; keep one",
    ),
    "a number out of bounds": (
        "replicates: 3",
        "replicates: 0",
        "12:13  replicates",
        "between 1 and 100_000",
    ),
    "no range and no levels": (
        "values: [50, 100]",
        "steps: 3",
        "5:3  levers.threshold",
        "give `values`, or `low` and `high`",
    ),
    "a place that is not there": (
        "firms.Harbour.price.level",
        "firms.Harbor.price.level",
        "7:11  levers.price.path",
        "'firms.Harbor.price.level': 'firms' has no entry 'Harbor'; did you mean 'Harbour'?",
    ),
    "a field that is not there": (
        "price.level",
        "price.levle",
        "7:11  levers.price.path",
        "'firms.Harbour.price' has no 'levle'; did you mean 'level'?",
    ),
    "a slip in the patch of a design": (
        "points.threshold",
        "points.treshold",
        "5:72  levers.threshold.values[0]",
        "factor 'threshold' at 50: unknown field; did you mean 'threshold'?",
    ),
    "an end of a range": ("low: 0.9", "low: -1", "8:10  levers.price.low", "factor 'price' at -1: must be "),
    "a level": (
        "values: [50, 100]",
        "values: [50, -1]",
        "5:77  levers.threshold.values[1]",
        "at -1: must be ",
    ),
    "an unknown design": ("[none, points]", "[none, pionts]", "3:17  designs[1]", "did you mean 'points'?"),
    "a design named twice": ("[none, points]", "[none, none]", "3:17  designs[1]", "is named twice"),
    "an unknown metric": (
        "replicates: 3",
        "replicates: 3\nmetrics: [retension]",
        "13:11  metrics[0]",
        "did you mean 'retention'?",
    ),
    "incremental profit": (
        "replicates: 3",
        "replicates: 3\nmetrics: [incremental_profit]",
        "13:11  metrics[0]",
        "write 'profit' and look at its differences",
    ),
    "an unknown factor in a constraint": (
        "price * threshold",
        "prise * threshold",
        "11:5  constraints[0]",
        "no factor is called 'prise'; did you mean 'price'?",
    ),
    "a constraint that no point keeps": (
        "<= 105",
        "<= 1",
        "10:1  constraints",
        "leave none of the 10 points",
    ),
    "a name that is no word": ("  price:", "  the price:", "6:3  levers.the price", "such as 'the_price'"),
    "a name that a column has": (
        "  threshold:",
        "  profit:",
        "5:3  levers.profit",
        "tables have a column of this name; call it 'profit_tried'",
    ),
    "a name that a table of results has": (
        "  threshold:",
        "  points:",
        "5:3  levers.points",
        "tables have a column of this name; call it 'points_tried'",
    ),
    "a name that a column has but for capitals": (
        "  threshold:",
        "  Design:",
        "5:3  levers.Design",
        "tables have a column of this name",
    ),
    "a name that another factor has but for capitals": (
        "  price:",
        "  Threshold:",
        "6:3  levers.Threshold",
        "tables have another factor of this name",
    ),
    "a number of points that a grid does not need": (
        "replicates: 3",
        "replicates: 3\nlever_sampling: {method: grid, points: 9}",
        "13:1  lever_sampling",
        "leave `points` out",
    ),
    "more weeks than there can be": (
        "replicates: 3",
        "replicates: 3\nweeks: 9",
        "13:8  weeks",
        "with 9 weeks, ",
    ),
    "no file of that name": ("grocers.yaml", "grocer.yaml", "2:11  scenario", "did you mean '"),
    "a file that is elsewhere": (
        "scenario: grocers.yaml",
        "scenario: ../grocers.yaml",
        "2:11  scenario",
        "is outside of the folder tree",
    ),
    "an absolute path": (
        "scenario: grocers.yaml",
        "scenario: /etc/passwd",
        "2:11  scenario",
        "is outside of",
    ),
    "a scenario that is no path": (
        "scenario: grocers.yaml",
        "scenario: 3",
        "2:11  scenario",
        "must be the path of",
    ),
    "no scenario": (
        "scenario: grocers.yaml\n",
        "",
        "1:1  scenario",
        "required field 'scenario' is missing",
    ),
    "two factors at one place": (
        "path: firms.Harbour.price.level",
        "path: designs.points.programme.points.threshold",
        "7:11  levers.price.path",
        "is put by the factor 'threshold', too",
    ),
    "a whole block of customers": (
        "firms.Harbour.price.level",
        "customers",
        "7:11  levers.price.path",
        "vary fields",
    ),
}


@pytest.mark.parametrize("case", ONE_FAULT)
def test_a_fault_stands_at_its_line_with_its_remedy(folder: Path, case: str) -> None:
    old, new, place, words = ONE_FAULT[case]
    found = faults(folder, (old, new))
    if case == "no scenario":
        found = [fault for fault in found if fault.split("  ")[1] == "scenario"]
    if case.startswith(("a name that", "two factors")):
        # Constraints speak of it by its old name; a price of 0.9 is no threshold, either.
        found = [fault for fault in found if "constraints" not in fault and "factor 'price' at" not in fault]
    (fault,) = found
    assert fault.startswith(place), fault
    assert words in fault


OPTIMISE = """\
optimise:
  design: points
  objectives:
    - {metric: profit, goal: max, against: none}
    - metric: retention
      goal: max
      over: mean
  limits:
    - points_liability <= 400
"""


@pytest.mark.parametrize(
    "old, new, place, words",
    [
        ("  design: points", "  design: pionts", "12:11  optimise.design", "did you mean 'points'"),
        ("metric: retention", "metric: retentoin", "15:15  optimise.objectives[1].metric", "'retention'"),
        ("against: none", "against: non", "14:44  optimise.objectives[0].against", "did you mean 'none'"),
        ("over: mean", "over: worst", "17:13  optimise.objectives[1].over", "needs uncertainties"),
        (
            "metric: retention",
            "metric: incremental_profit",
            "15:15  optimise.objectives[1].metric",
            "against",
        ),
        ("points_liability <=", "points_liabilty <=", "19:7  optimise.limits[0]", "'points_liability'"),
        ("<= 400", "<= 4.0.0", "19:7  optimise.limits[0]", "a limit is a metric"),
        (
            "metric: retention\n      goal: max\n      over: mean",
            "metric: profit\n      goal: max\n      against: none",
            "15:7  optimise.objectives[1]",
            "each once",
        ),
        ("  price:", "  beaten:", "6:3  levers.beaten", "the front has a column of this name"),
    ],
)
def test_a_fault_of_what_to_optimise_stands_at_its_line(
    folder: Path, old: str, new: str, place: str, words: str
) -> None:
    text = TEXT.replace("constraints:\n  - price * threshold <= 105\n", "") + OPTIMISE
    assert faults(folder, text=text) == []
    (fault,) = faults(folder, (old, new), text=text)
    assert fault.startswith(place), fault
    assert words in fault


def test_a_range_with_fractions_where_only_whole_numbers_fit_is_a_fault_at_its_line(folder: Path) -> None:
    text = TEXT.replace("values: [50, 100]", "low: 50, high: 100")
    (fault,) = faults(folder, text=text)
    assert fault.startswith("5:3  levers.threshold") and "add `whole: true`" in fault


def test_a_study_that_optimises_without_levers_is_refused(folder: Path) -> None:
    text = TEXT[: TEXT.index("levers:")] + "replicates: 3\n" + OPTIMISE
    (fault,) = faults(folder, text=text)
    assert fault.startswith("5:1  optimise") and "no levers" in fault


def test_all_faults_are_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    found = faults(
        folder,
        ("[none, points]", "[none, pionts]"),
        ("values: [50, 100]", "values: [50, -1]"),
        ("low: 0.9", "lo: 0.9"),
        ("price * threshold <= 105", "price * treshold <= 105"),
        ("replicates: 3", "replicates: none"),
    )
    assert [fault.split("  ")[1] for fault in found] == [
        "designs[1]",
        "levers.threshold.values[1]",
        "levers.price.lo",
        "constraints[0]",
        "replicates",
    ]


def test_faults_of_the_scenario_are_told_with_those_of_the_study(folder: Path, grocers: str) -> None:
    (folder / "grocers.yaml").write_text(grocers.replace("focus: Harbour", "focus: Harbor"), encoding="utf-8")
    found = faults(folder, ("replicates: 3", "replicates: 0"))
    assert len(found) == 2
    assert "grocers.yaml:" in found[0]
    assert "did you mean 'Harbour'?" in found[0]
    assert found[1].startswith("12:13  replicates")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty; a study starts with 'title:'"),
        ("- a", "the file holds a list; a study is a mapping"),
        ("title: [", "not readable as YAML"),
    ],
)
def test_a_file_that_is_no_study_says_so(folder: Path, text: str, words: str) -> None:
    (fault,) = faults(folder, text=text)
    assert words in fault


def test_a_study_made_in_python_is_checked_in_the_same_way() -> None:
    wrong = study(designs=("none", "pionts"), metrics=("retension",))
    with pytest.raises(ScenarioError) as caught:
        checked(wrong)
    assert [fault.path for fault in caught.value.faults] == ["designs[1]", "metrics[0]"]
    assert checked(study()) == study()


def test_a_study_is_written_as_it_is_read(folder: Path) -> None:
    file = folder / "written.yaml"
    for one in (
        study(),
        study(
            levers={"block": {"path": "firms.Mill.price", "values": [{"level": 1.1}, {"level": 0.9}]}},
            uncertainties={
                "families": {"path": "customers.segments.families.weight", "low": 0.5, "high": 2.0}
            },
            constraints=["families <= 1.1"],
            customers=50,
        ),
    ):
        file.write_text(study_text(one, "grocers.yaml"), encoding="utf-8")
        assert load_study(file) == one


# Shipped


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_study_is_right_and_small_enough_for_a_minute(path: Path) -> None:
    one = load_study(path)
    if f"loyalty-sim sweep scenarios/studies/{path.name}" not in path.read_text(encoding="utf-8"):
        return  # for sensitivity analysis or a search, which choose their own points
    assert 10 < len(Cells(Points(one))) <= MOST_MARKETS
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_takes_the_shipped_studies(path: Path) -> None:
    from ruamel.yaml import YAML

    data: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(study_schema()).validate(data)


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    assert (STUDIES / "schema.json").read_text(encoding="utf-8") == study_schema_text(), (
        "scenarios/studies/schema.json is out of date: loyalty-sim schema --study > scenarios/studies/schema.json"
    )


def test_the_schema_is_right_and_says_what_every_field_means_and_in_which_unit() -> None:
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for block in (schema, *schema["$defs"].values()):
        assert block["additionalProperties"] is False
        for name, field in block["properties"].items():
            assert field.get("description"), name
            for piece in (field, *field.get("anyOf", ())):
                if piece.get("type") in ("number", "integer"):
                    assert field.get("unit"), f"{name} has no unit"
                    assert piece.keys() & {"minimum", "exclusiveMinimum"}, f"{name} has no lower bound"
                    assert piece.keys() & {"maximum", "exclusiveMaximum"}, f"{name} has no upper bound"


@pytest.mark.parametrize("change", [{"replicates": 0}, {"levrs": {}}, {"levers": {"a": {"values": [1]}}}])
def test_the_schema_refuses_what_the_program_refuses(change: dict[str, Any]) -> None:
    data = {"title": "a", "scenario": "b.yaml", **change}
    assert list(jsonschema.Draft202012Validator(study_schema()).iter_errors(data))
