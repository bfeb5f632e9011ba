"""What can be wrong with an experiment: the input (exit code 2) or one cell of it (exit code 1)."""

from __future__ import annotations

from pathlib import Path


class ExperimentError(ValueError):
    """The experiment asked for makes no sense or its folder cannot be used; str() is the whole message."""


class CellError(RuntimeError):
    """One market failed. The cause is chained; finished cells are kept."""


class Interrupted(KeyboardInterrupt):
    """The run was stopped from outside; what was finished is kept in `folder` (None: nowhere)."""

    def __init__(self, done: int, total: int, folder: Path | None) -> None:
        super().__init__(f"interrupted after {done} of {total} markets")
        self.done, self.total, self.folder = done, total, folder
