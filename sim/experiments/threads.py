"""Threads of this process: for a few markets, or for large ones, whose compiled weeks let other threads run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from sim.experiments.journal import Record
from sim.experiments.run import Cell, RunCell
from sim.experiments.worker import runner
from sim.scenario import Scenario


class Threads:
    """So many threads for one job (a scenario and how its cells are run)."""

    def __init__(self, world: Scenario, run_cell: RunCell, count: int) -> None:
        self._run = runner(world, run_cell)
        self._count = count

    def outcomes(self, cells: Iterator[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells and yield each with what became of it, in whatever order that is.

        Leaving the loop (an error, Ctrl-C) stops the cells that are running within one simulated week.
        """
        stop = threading.Event()
        running: dict[Future[Record], Cell] = {}
        pool = ThreadPoolExecutor(self._count, thread_name_prefix="market")
        try:
            while True:
                # A cell ahead keeps the threads busy without holding many finished panels in memory.
                while len(running) <= self._count and (cell := next(cells, None)) is not None:
                    running[pool.submit(self._run, cell, stop)] = cell
                if not running:
                    return
                # The time-out lets Ctrl-C through on Windows, where a plain wait cannot be interrupted.
                for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Threads end with the loop that they were started for."""
