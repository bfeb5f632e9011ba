"""The ODD page is that of the code: its made parts are current, no mechanism, rule, column or step is missing in it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from sim.firms.policies import ACTS
from sim.population.columns import COLUMNS
from sim.rules import Behaviour
from sim.scenario.unsupported import UNSUPPORTED

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
ELEMENTS = (
    "Summary ODD",
    "1 Purpose and patterns",
    "2 Entities, state variables and scales",
    "3 Process overview and scheduling",
    "4 Design concepts",
    "Human decisions: the decision section of ODD+D",
    "5 Initialization",
    "6 Input data",
    "7 Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)


@pytest.fixture(scope="module")
def page() -> str:
    """The page as it is committed."""
    return (DOCS / "odd.md").read_text(encoding="utf-8")


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script that makes the page."""
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("make_odd")


def part(page: str, title: str) -> str:
    """The text of an element, up to the next one."""
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def submodels(page: str) -> dict[str, str]:
    """The text of each submodel by its name."""
    sections = re.split(r"^#### ", part(page, "7 Submodels"), flags=re.M)[1:]
    return {name: text.split("\n<!-- end")[0] for name, _, text in (one.partition("\n") for one in sections)}


def test_the_page_is_what_the_code_makes_of_it(odd: Any, page: str) -> None:
    assert odd.filled(page) == page, "docs/odd.md is out of date: .venv/bin/python docs/make_odd.py"


def test_a_page_with_stale_tables_is_made_anew(odd: Any, page: str) -> None:
    stale = page.replace("| `rate` | customer |", "| `pace` | customer |").replace(
        "#### need\n", "#### want\n"
    )
    assert stale != page
    assert odd.filled(stale) == page


@pytest.mark.parametrize("name", ["state", "submodels, rewards"])
def test_a_page_without_a_place_for_a_part_is_refused(odd: Any, page: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"one place for the part '{name}'"):
        odd.filled(page.replace(f"<!-- made: {name} -->", ""))


def test_elements_stand_in_the_order_of_the_protocol(page: str) -> None:
    assert tuple(re.findall(r"^## (.*)$", page, flags=re.M)) == ELEMENTS


def test_all_eleven_design_concepts_are_spoken_of(page: str) -> None:
    assert (
        tuple(re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", part(page, "4 Design concepts"), flags=re.M))
        == CONCEPTS
    )


@pytest.mark.parametrize("name", list(Behaviour.model_fields))
def test_every_mechanism_is_a_submodel_with_equation_source_and_parameters(page: str, name: str) -> None:
    text = submodels(page)[name]
    equation, _, rest = text.partition("<br>*Source:* ")
    assert re.search(r" = |<-|P\(|x |times", equation.partition("<br>")[2]), text
    assert len(rest.partition("<br>")[0].partition("*Code:*")[0]) > 20, text
    mechanism: Any = Behaviour.model_fields[name].annotation
    for parameter in mechanism.model_fields:
        assert parameter == "enabled" or f"`{parameter}` " in rest


def test_every_rule_of_the_model_is_a_submodel(page: str) -> None:
    rules = {path.stem for path in (ROOT / "sim" / "rules").glob("*.py")} - {"__init__", "parameter"}
    told = set(re.findall(r"\.\./sim/rules/(\w+)\.py", part(page, "7 Submodels")))
    assert told == rules


def test_every_state_variable_of_customers_is_named(page: str) -> None:
    named = set(
        re.findall(r"^\| `(\w+)` \|", part(page, "2 Entities, state variables and scales"), flags=re.M)
    )
    assert named == {column.name for column in COLUMNS}


def test_every_policy_of_firms_is_named(page: str) -> None:
    assert set(
        re.findall(
            r"^\| `(\w+)` \|", part(page, "Human decisions: the decision section of ODD+D"), flags=re.M
        )
    ) == set(ACTS)


def test_the_week_of_a_customer_is_told_in_the_order_in_which_it_is_called(odd: Any) -> None:
    names = [name for name, _ in odd.calls()]
    order = [
        "keep_accounts",
        "live",
        "be_told",
        "need",
        "weigh",
        "choose",
        "react",
        "take_part",
        "tell",
        "count_stocks",
    ]
    assert [name for name in names if name in order] == order
    assert {often for name, often in odd.calls() if name in ("choose", "pay")} == {"each purchase"}
    assert {often for name, often in odd.calls() if name in ("need", "tell")} == {"once"}


# What is left out


def test_findings_that_are_said_to_be_missed_fail() -> None:
    left_out = (DOCS / "left_out.md").read_text(encoding="utf-8")
    missed = set(re.findall(r"\[([A-Z]\d\d[a-z])\]\(score_card\.md\)", left_out))
    card = (DOCS / "score_card.md").read_text(encoding="utf-8")
    fail = set(re.findall(r"^\| ([A-Z]\d\d[a-z]) \|.*\*\*fail\*\*", card, flags=re.M))
    assert missed
    assert missed <= fail, "docs/left_out.md names findings that agree by now; say so there"


def test_everything_left_out_says_why_and_what_to_mind() -> None:
    rows = [
        line.strip("|").split("|")
        for line in (DOCS / "left_out.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and not line.startswith("| ---")
    ]
    assert len(rows) > 40
    for row in rows:
        assert len(row) == 3, row
        assert all(cell.strip() for cell in row), row


@pytest.mark.parametrize(
    ("refused", "said"),
    [("auction", "auctions"), ("lottery", "lotteries"), ("badge", "badges"), ("leaderboard", "leaderboards")],
)
def test_what_a_file_is_refused_for_is_among_what_is_left_out(refused: str, said: str) -> None:
    assert refused in UNSUPPORTED
    assert said in (DOCS / "left_out.md").read_text(encoding="utf-8")
