"""The examples of the tutorial, the how-to pages and the README run, and their commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import sim
from sim.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "tutorial.md",
    *sorted((ROOT / "docs").glob("howto_*.md")),
]
OURS = {"demo", "test", "notebook", "dashboard", "docs"}
"""what run.py answers to by itself"""


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """(rest of the info string, text) of the fenced blocks in a language."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\b([^\n]*)\n(.*?)^ *```", text, flags=re.S | re.M)
    return [(info.strip(), block) for info, block in found]


def commands(page: Path) -> list[list[str]]:
    """Words after `loyalty-sim` or `python3 run.py`, of lines in blocks and of `code` in the text."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r"(?:^ *|`)(?:python3 run\.py|loyalty-sim) +([^`\n]+)", text, flags=re.M)
    return [shlex.split(words, comments=True) for words in found]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Experiments with few and small markets, whatever they are asked for."""
    for name in ("compare", "explain"):
        whole = getattr(sim, name)

        def few(world: Any, *, whole: Any = whole, **options: Any) -> Any:
            return whole(world, **options | {"replicates": 2, "customers": 120, "workers": 1})

        monkeypatch.setattr(sim, name, few, raising=False)
    market = sim.Market
    monkeypatch.setattr(
        sim, "Market", lambda world, **options: market(world, **options | {"customers": 120}), raising=False
    )


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem
)
def test_the_examples_of_a_page_run_one_after_another(
    page: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": "page"}
    for info, block in blocks(page, "python"):
        if info:
            assert re.fullmatch(r"norun: \S.*", info), f"{page.name}: say `python norun: why`, not {info!r}"
            continue
        exec(compile(block, f"{page.name}, an example", "exec"), names)  # noqa: S102  (the page is ours)


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_the_commands_of_a_page_exist_with_their_options(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for words in commands(page):
        name, *rest = words
        if name in OURS:
            continue
        assert name in group.commands, f"{page.name}: no command {name}"
        known = {
            option for each in group.commands[name].params for option in [*each.opts, *each.secondary_opts]
        }
        for word in rest:
            if word.startswith("--"):
                option = word.partition("=")[0]
                assert option in {*known, "--help"}, f"{page.name}: {name} has no {option}"
