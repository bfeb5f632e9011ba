"""What many tests share: the command in a folder of its own, and Hypothesis without a clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from sim.cli import main

# How long an example takes depends on the machine, and on what is imported for the first one.
settings.register_profile("loyalty-sim", deadline=None)
settings.load_profile("loyalty-sim")


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in a folder of its own: (exit code, standard output, standard error)."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("LOYALTY_SIM_DEBUG", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
