"""Where the markets of an experiment are run: workers, and the journal of what is finished.

    with Lab(world, identity={...}, out=folder) as lab:
        outcomes = lab.run(cells)

Every experiment runs its cells here. What the journal holds is not run again; a cell that fails is written down with
its error, and the others go on. Outcomes are read back from the journal in the order of the cells, so that nothing
depends on who finished first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sim.experiments import journal, provenance, store
from sim.experiments.errors import CellError, ExperimentError, Interrupted
from sim.experiments.journal import Journal, Record
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, RunCell, Stopped, run_market, world_of
from sim.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (markets done, markets in all), first before the first market."""


INPUT_ERRORS = ("ScenarioError", "ExperimentError")
"""Errors of a cell that say that what was asked for is wrong."""


class Lab:
    """Workers for the cells of one experiment, and its journal."""

    def __init__(
        self,
        world: Scenario,
        *,
        identity: Mapping[str, Any],
        run_cell: RunCell = run_market,
        out: Path | None = None,
        workers: int | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        ready: Callable[[], None] | None = None,
    ) -> None:
        """Open or take up the journal in `out` (None: in memory). ExperimentError where it cannot be used.

        identity: all that decides the numbers, besides the cells. run_cell: how one market is run. workers: how many
        run at once (default: as many as there are cores). ready: called once before the first market is run.
        """
        self.world = world
        self.folder = None if out is None else store.prepare(out)
        self._run_cell = run_cell
        self._workers = workers or provenance.cores()
        self._progress = progress
        self._ready = ready
        self.fresh = 0
        """cells run by this lab; the others were in the journal"""
        self.journal = Journal(None if self.folder is None else self.folder / journal.FILE, identity)

    def run(self, cells: Sequence[Cell]) -> list[Outcome]:
        """Outcomes of the cells, in their order; those that are not finished are run."""
        self.fill(cells, len(cells))
        return list(self.read(cells))

    def fill(self, cells: Iterable[Cell], total: int) -> None:
        """Run the cells that have no numbers yet. Interrupted on Ctrl-C; what is finished is kept."""
        todo = list(self.journal.missing(cells))
        done = total - len(todo)
        try:
            if self._ready is not None and todo:
                self._ready()
                self._ready = None
            if self._progress is not None:
                self._progress(done, total)
            for cell, record in self._outcomes(todo):
                self.journal.add(cell, record)
                self.fresh += 1
                done += 1
                if self._progress is not None:
                    self._progress(done, total)
        except KeyboardInterrupt as stop:
            raise Interrupted(done, total, self.folder) from stop

    def read(self, cells: Iterable[Cell], *, tables: bool = True) -> Iterator[Outcome]:
        """Outcomes of cells that have been run, in the order given."""
        return self.journal.read(cells, tables=tables)

    def whole(self, cells: Iterable[Cell], *, tables: bool = True) -> Iterator[Outcome]:
        """As `read`, of an experiment that is nothing without every one of its cells.

        Raises ExperimentError where the scenario of a cell is wrong, CellError where a cell failed otherwise.
        """
        cells = list(cells)
        for cell, outcome in zip(cells, self.read(cells, tables=tables), strict=True):
            if outcome.error:
                raise failure(cell, outcome.error)
            yield outcome

    def _outcomes(self, cells: Sequence[Cell]) -> Iterator[tuple[Cell, Record]]:
        stop = threading.Event()
        waiting = iter(cells)
        running: dict[Future[Record], Cell] = {}
        pool = ThreadPoolExecutor(max_workers=self._workers, thread_name_prefix="market")

        def one(cell: Cell) -> Record:
            try:
                return Record.of(self._run_cell(world_of(self.world, cell.changes), cell, stop))
            except Stopped:
                raise
            except Exception as error:
                return Record.failed(error)

        try:
            while True:
                while len(running) < self._workers + 1 and (cell := next(waiting, None)) is not None:
                    running[pool.submit(one, cell)] = cell
                if not running:
                    return
                for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Let go of the workers and of the journal."""
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def failure(cell: Cell, error: str) -> CellError | ExperimentError:
    """What is to be raised for a cell that failed with this error."""
    kind, _, words = error.partition(": ")
    if kind in INPUT_ERRORS:
        return ExperimentError(words)
    design = "" if cell.design is None else f" --design {cell.design}"
    where = "" if cell.changes == AS_WRITTEN else f" with {cell.changes}"
    return CellError(
        f"the market of design {cell.design!r}, replicate {cell.replicate}{where} failed ({error}); "
        f"run it alone with: loyalty-sim run SCENARIO{design} --seed {cell.seed} --replicate {cell.replicate} "
        f"--customers {cell.customers} --weeks {cell.weeks}"
    )
