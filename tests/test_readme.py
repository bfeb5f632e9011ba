"""The README quotes the reference comparison, and says what is so."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_readme_table", ROOT / "docs" / "make_readme_table.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_the_readme_is_the_reference_comparison() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert _maker().readme(text) == text, "run python docs/make_readme_table.py"


def test_the_first_code_block_is_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.split("```")[1].strip().splitlines() == ["python3 run.py demo", "python3 run.py test"]
