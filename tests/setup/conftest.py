"""A copy of the repository with a set-up whose steps are played, so that no test here needs a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

import run


class Steps:
    """Stands in for `run.attend`: notes each step and leaves behind what the real one would."""

    def __init__(self, environment: run.Environment) -> None:
        self.environment = environment
        self.labels: list[str] = []
        self.words: list[list[str]] = []
        self.stamped: list[bool] = []
        self.trouble: dict[str, BaseException | tuple[int, list[str]]] = {}

    def __call__(
        self, words: Iterable[object], label: str, cwd: Path, env: dict[str, str]
    ) -> tuple[int, list[str]]:
        spoken = [str(word) for word in words]
        self.labels.append(label)
        self.words.append(spoken)
        self.stamped.append(self.environment.stamp.exists())
        for part, trouble in self.trouble.items():
            if part in label:
                if isinstance(trouble, BaseException):
                    raise trouble
                return trouble
        self._leave_behind(spoken)
        return 0, ["all went well"]

    def _leave_behind(self, words: list[str]) -> None:
        environment = self.environment
        if "venv" in words:
            shutil.rmtree(environment.folder, ignore_errors=True)
            environment.bin.mkdir(parents=True)
            environment.python.touch()
        if "ensurepip" in words or ("venv" in words and "--without-pip" not in words):
            (environment.bin / "pip").touch()
        if "install" in words:
            environment.command.touch()

    def forget(self) -> None:
        self.labels, self.words, self.stamped, self.trouble = [], [], [], {}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> run.Environment:
    """A copy with nothing set up, on a machine without uv."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "_runs", lambda python: Path(python).exists())
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return run.Environment(tmp_path)


@pytest.fixture
def steps(environment: run.Environment, monkeypatch: pytest.MonkeyPatch) -> Steps:
    played = Steps(environment)
    monkeypatch.setattr(run, "attend", played)
    return played


@pytest.fixture
def with_uv(environment: run.Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/uv" if name == "uv" else None)
