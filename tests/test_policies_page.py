"""The page on policies: its examples run, and its tables name what there is."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import sim
from sim.firms.policies import ACTS
from sim.firms.view import View
from sim.scenario import Firm
from tests.firms.street import column, firm, live, views, war

PAGE = (Path(__file__).parents[1] / "docs" / "policies.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The only block of code in a language."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.S | re.M)
    return str(code)


@pytest.fixture
def halfway() -> Any:
    """The policy of the example."""
    names: dict[str, Any] = {}
    exec(block("python").partition("\nmarket = ")[0], names)  # noqa: S102  (the page is ours)
    return names["Halfway"]


def rows(heading: str) -> list[str]:
    """What stands in code in the first column of the tables of a section."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]*) \|", section, flags=re.M)
    return [name for cell in cells for name in re.findall(r"`(\w+)", cell)]


def test_every_kind_of_policy_is_on_the_page() -> None:
    assert rows("Writing them") == list(ACTS)


def test_everything_that_a_firm_sees_is_on_the_page() -> None:
    said = rows("What a firm sees")
    methods = [name for name, value in vars(View).items() if not name.startswith("_") and callable(value)]
    there = {field.name for field in fields(View)} | {"rivals"} | (set(methods) - {"of"})
    assert len(said) == len(set(said))
    assert set(said) == there


def test_the_example_of_a_file_is_a_firm() -> None:
    (mill,) = YAML(typ="safe", pure=True).load(block("yaml"))["firms"]
    assert [policy.kind for policy in Firm.model_validate(mill).policies] == [
        "high_low",
        "retaliate",
        "copy_programme",
    ]


def test_a_policy_of_ones_own_takes_no_more_than_15_lines() -> None:
    assert len(block("python").strip().splitlines()) <= 15


def test_the_policy_of_the_example_does_what_it_says(halfway: Any) -> None:
    assert issubclass(halfway, sim.Policy)
    prices, plans = live(
        [firm("Harbour"), firm("Mill")], 8, events=[war("Mill", 2, 2, 0.2)], own={"Harbour": [halfway()]}
    )
    assert column(prices) == pytest.approx([1, 1, 1, 0.9, 0.9, 1, 1, 1])
    assert all(week[0].quality.level == 75 for week in plans)
    plan = firm()
    poor = views(plan, 4, lambda week: {"surveyed": 60.0} if week == 2 else {})
    made = [halfway().plan(view, plan) for view in poor]
    assert [each.quality.level for each in made] == [75, 75, 75, 85]
    assert made[-1].fixed_cost == 900


@pytest.mark.skipif(
    "policies" not in inspect.signature(sim.Market.__init__).parameters,
    reason="markets take no policies yet",
)
def test_the_example_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    small = sim.load("scenarios/grocers.yaml").replace("customers.count", 200).lasting(60)
    monkeypatch.setattr(sim, "load", lambda path: small, raising=False)
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102  (the page is ours)
    assert names["market"].week == 60
