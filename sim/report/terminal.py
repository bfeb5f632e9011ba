"""Talking to whoever sits at the terminal: results on standard output, progress and notes beside it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

NAME = "loyalty-sim"


def console(*, stderr: bool = False) -> Console:
    """A console that knows whether a person is watching (colour, width) and shows words as they are."""
    return Console(stderr=stderr, markup=False, highlight=False)


def say(words: str) -> None:
    """A note on standard error, signed by the program."""
    sys.stderr.write(f"{NAME}: {words}\n")
    sys.stderr.flush()


@contextmanager
def say_if_slow(words: str, seconds: float) -> Iterator[None]:
    """A note if the block takes longer than so many seconds."""
    note = threading.Timer(seconds, say, [words])
    note.daemon = True
    note.start()
    try:
        yield
    finally:
        note.cancel()


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error with the time left; yields a function of (done, total)."""
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    task: TaskID | None = None
    with Progress(*columns, console=console(stderr=True)) as bar:

        def update(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task("", total=total, completed=done)
            else:
                bar.update(task, completed=done, total=total)

        yield update
