"""Workers on this machine: processes that are fed cells, and replaced when they die.

A market of a few thousand customers spends most of its time in Python, so that threads of one process would wait for
each other. A worker that is killed takes its cells with it: they are given to another. A cell that has cost three
workers is written down as failed, and the rest go on.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, wait
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from sim.experiments.errors import CellError
from sim.experiments.journal import Record
from sim.experiments.run import Cell
from sim.experiments.worker import ONE_THREAD

AHEAD = 2
"""Cells that a worker has been given: the one it runs, and the next."""
TRIES = 3
"""Workers that one cell may cost, and that may fail to start one after the other."""
KILLED = 30
"""Workers that may be killed on their way one after the other: more is no accident, there is no room for them."""
_TICK = 0.1
"""Seconds after which it is looked whether a worker has come or died on its way."""
_START = """import sys
sys.path[:] = {path!r}
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started us; it closes the line
from sim.experiments.worker import serve
serve({number}, {address!r}, bytes.fromhex(sys.stdin.readline()))
"""

Line: TypeAlias = "Connection[Any, Any]"


class _Worker:
    """One process, the line to it once it has come, and the cells that it has been given."""

    def __init__(self, number: int, address: Any, key: bytes) -> None:
        self.line: Line | None = None
        self.cells: deque[Cell] = deque()
        # Where Python looks, but for what it passes over; `sim` is found though the program has changed its folder.
        path = [*(entry for entry in sys.path if isinstance(entry, str)), str(Path(__file__).parents[2])]
        start = _START.format(path=path, number=number, address=address)
        self.process = subprocess.Popen(
            [sys.executable, "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            process_group=0,  # not that of the terminal, whose Ctrl-C may come before it is ignored
        )
        assert self.process.stdin is not None
        with suppress(OSError), self.process.stdin as keyhole:
            keyhole.write(key.hex().encode() + b"\n")

    def give(self, cell: Cell) -> None:
        """Send it one more cell; where it has just died, the cell is noted all the same, and found with the others."""
        assert self.line is not None
        self.cells.append(cell)
        with suppress(OSError):
            self.line.send(cell)

    def end(self) -> int:
        """Stop it at once; returns its exit code."""
        if self.line is not None:
            self.line.close()
        self.process.kill()
        return self.process.wait()


class Workers:
    """So many worker processes for one job (a scenario and how its cells are run)."""

    def __init__(self, job: bytes, count: int) -> None:
        self._job, self._count = job, count
        self._key = secrets.token_bytes(32)
        self._listener = _listener(count, self._key)
        self._address = self._listener.address
        self._workers: dict[int, _Worker] = {}
        self._started = 0
        self._lost: list[int] = []
        """exit codes of those that died on their way since the last one came"""
        self._came: SimpleQueue[tuple[int, Line]] = SimpleQueue()
        self._closed = False
        threading.Thread(target=self._receive, name="workers", daemon=True).start()

    def outcomes(self, cells: Iterator[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells and yield each with what became of it, in whatever order that is.

        Raises CellError where workers cannot be started, or not load what they are to run. Whoever leaves the
        loop early closes the workers, too.
        """
        again: deque[Cell] = deque()
        cost: Counter[Cell] = Counter()
        more = True
        while True:
            while len(self._workers) < self._count:
                self._start()
            for worker in self._ready():
                while len(worker.cells) < AHEAD:
                    cell = again.popleft() if again else next(cells, None) if more else None
                    if cell is None:
                        more = False
                        break
                    worker.give(cell)
            if not more and not again and not any(worker.cells for worker in self._workers.values()):
                return
            there = {worker.line: n for n, worker in self._workers.items() if worker.line is not None}
            talking = set(wait(list(there), timeout=_TICK))
            for line, number in there.items():
                if line not in talking:
                    continue
                worker = self._workers[number]
                try:
                    record: Record | str = line.recv()
                except (EOFError, OSError):
                    yield from self._bury(number, again, cost)
                else:
                    if isinstance(record, str):
                        raise CellError(
                            f"a worker process cannot load what it is to run ({record}); put it where Python finds it "
                            "(PYTHONPATH), or run it in one process with --workers 1"
                        )
                    yield worker.cells.popleft(), record

    def close(self) -> None:
        """Stop all workers at once, whatever they are doing."""
        self._closed = True
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()
        # Wakes who waits for workers to come; who has gone already has closed the listener.
        with suppress(OSError, EOFError, AuthenticationError):
            Client(self._address, authkey=self._key).close()

    def _start(self) -> None:
        self._workers[self._started] = _Worker(self._started, self._address, self._key)
        self._started += 1

    def _receive(self) -> None:
        """In a thread of its own: workers come when they have loaded what they need."""
        with self._listener:
            while not self._closed:
                with suppress(OSError, EOFError, AuthenticationError):
                    line = self._listener.accept()
                    self._came.put((line.recv(), line))

    def _ready(self) -> list[_Worker]:
        """The workers that have come. CellError where they die on their way again and again."""
        with suppress(Empty):
            while True:
                number, line = self._came.get_nowait()
                if number in self._workers:
                    self._workers[number].line = line
                    self._lost.clear()
                    with suppress(OSError):
                        line.send_bytes(self._job)
        for number, worker in list(self._workers.items()):
            if worker.line is None and worker.process.poll() is not None:
                code = self._workers.pop(number).end()
                self._lost.append(code)
                if len(self._lost) >= KILLED or sum(code >= 0 for code in self._lost) >= TRIES:
                    raise CellError(
                        f"worker processes cannot be started (exit code {code}); what is finished is kept. "
                        "Run it in one process with --workers 1"
                    )
        return [worker for worker in self._workers.values() if worker.line is not None]

    def _bury(self, number: int, again: deque[Cell], cost: Counter[Cell]) -> Iterator[tuple[Cell, Record]]:
        """A worker has died: the cell that it ran may be to blame, the next one is not."""
        worker = self._workers.pop(number)
        code = worker.end()
        for position, cell in enumerate(worker.cells):
            cost[cell] += position == 0
            if cost[cell] >= TRIES:
                words = (
                    f"each of the {TRIES} worker processes that ran it died, the last with exit code {code}"
                )
                yield cell, Record.failed(CellError(words))
            else:
                again.append(cell)


def _listener(count: int, key: bytes) -> Listener:
    """Where workers come to, all of them at once; on the network of this machine where a socket cannot be a file."""
    try:
        return Listener(backlog=count, authkey=key)
    except OSError:  # the path of the folder for temporary files is too long for a socket
        return Listener(("127.0.0.1", 0), backlog=count, authkey=key)
