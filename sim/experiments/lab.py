"""Where the markets of an experiment are run: workers, and the journal of what is finished.

    with Lab(world, identity={...}, out=folder) as lab:
        outcomes = lab.run(cells)

Every experiment runs its cells here. What the journal holds is not run again; a cell that fails is written down with
its error, and the others go on. Outcomes are read back from the journal in the order of the cells, so that nothing
depends on who finished first, nor on where they were run: in this process, in worker processes of this machine, or on
a cluster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from sim.experiments import journal, provenance, store
from sim.experiments.errors import CellError, ExperimentError, Interrupted
from sim.experiments.journal import Journal, Record
from sim.experiments.plan import at_least_one
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, RunCell, run_market
from sim.experiments.threads import Threads
from sim.experiments.worker import pack_job
from sim.experiments.workers import Workers
from sim.kernels import compiled
from sim.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (markets done, markets in all), first before the first market."""
INPUT_ERRORS = ("ScenarioError", "ExperimentError")
"""Errors of a cell that say that what was asked for is wrong."""
WORTH_PROCESSES = 8_000
"""Weeks of all markets together from which worker processes are worth their start, some seconds."""


class Pool(Protocol):
    """Whatever runs cells: threads, worker processes, a cluster."""

    def outcomes(self, cells: Iterator[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells and yield each with what became of it, in whatever order that is."""

    def close(self) -> None:
        """Stop whatever is still running, and let go of it."""


class Lab:
    """Workers for the cells of one experiment, and its journal."""

    def __init__(
        self,
        world: Scenario,
        *,
        identity: Mapping[str, Any],
        run_cell: RunCell = run_market,
        out: str | Path | None = None,
        workers: int | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        ready: Callable[[], None] | None = None,
    ) -> None:
        """Open or take up the journal in `out` (None: in memory). ExperimentError where it cannot be used.

        identity: all that decides the numbers, besides the cells. run_cell: how one market is run. workers: how many
        run at once (default: as many as there are cores; 1: in this process). cluster: address of a scheduler
        (cluster.py). ready: called once before the first market is run in this process, or before workers are started
        that would all have to compile.
        """
        self._workers = at_least_one("workers", provenance.cores() if workers is None else workers)
        self.world = world
        self.folder = None if out is None else store.prepare(Path(out))
        self._begin = time.perf_counter()
        self.fresh = 0
        """cells run by this lab; the others were in the journal"""
        self._run_cell = run_cell
        self._cluster = cluster
        self._progress = progress
        self._ready = ready
        self._pool: Pool | None = None
        self.journal = Journal(None if self.folder is None else self.folder / journal.FILE, identity)

    def run(self, cells: Sequence[Cell]) -> list[Outcome]:
        """Outcomes of the cells, in their order; those that are not finished are run."""
        self.fill(cells)
        return list(self.read(cells))

    def fill(self, cells: Collection[Cell]) -> None:
        """Run the cells that have no numbers yet. Interrupted on Ctrl-C; what is finished is kept.

        The cells are gone through twice and taken one by one: a collection that makes them as it goes needs no more
        memory for a million of them.
        """
        missing, weeks = 0, 0
        for cell in self.journal.missing(cells):
            missing, weeks = missing + 1, weeks + cell.weeks
        total = len(cells)
        done = total - missing
        try:
            if self._progress is not None:
                self._progress(done, total)
            if not missing:
                return
            for cell, record in self._place(weeks).outcomes(self.journal.missing(cells)):
                self.journal.add(cell, record)
                self.fresh += 1
                done += 1
                if self._progress is not None:
                    self._progress(done, total)
        except BaseException as stop:
            self._leave()
            if isinstance(stop, KeyboardInterrupt):
                raise Interrupted(done, total, self.folder) from stop
            raise

    def read(self, cells: Iterable[Cell], *, tables: bool = True) -> Iterator[Outcome]:
        """Outcomes of cells that have been run, in the order given; tables False leaves their tables out."""
        return self.journal.read(cells, tables=tables)

    def whole(self, cells: Collection[Cell], *, tables: bool = True) -> Iterator[Outcome]:
        """As `read`, of an experiment that is nothing without every one of its cells.

        Raises ExperimentError where the scenario of a cell is wrong, CellError where a cell failed otherwise.
        """
        for cell, outcome in zip(cells, self.read(cells, tables=tables), strict=True):
            if outcome.error:
                raise failure(cell, outcome.error, drawn=self.world.uncertainty is not None)
            yield outcome

    def record(self, command: str, settings: Mapping[str, Any], cells: int) -> dict[str, Any]:
        """Where what has been run here comes from. cells: of the experiment in all; settings: by name."""
        record = provenance.record(self.world, command=command, settings=settings)
        record["markets_run"], record["markets_kept"] = self.fresh, cells - self.fresh
        record["duration_seconds"] = round(time.perf_counter() - self._begin, 3)
        return record

    def _place(self, weeks: int) -> Pool:
        """Where cells of so many weeks in all are run; what has been started is kept for the next ones."""
        if self._pool is not None:
            return self._pool
        if self._cluster is not None:
            from sim.experiments.cluster import Cluster

            self._pool = Cluster(self._cluster, pack_job(self.world, self._run_cell))
            return self._pool
        processes = self._workers > 1 and weeks >= WORTH_PROCESSES
        if self._ready is not None and not (processes and compiled()):
            self._ready()
            self._ready = None
        if processes:
            self._pool = Workers(pack_job(self.world, self._run_cell), self._workers)
            return self._pool
        return Threads(self.world, self._run_cell, self._workers)

    def _leave(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def close(self) -> None:
        """Let go of the workers and of the journal."""
        self._leave()
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def failure(cell: Cell, error: str, *, drawn: bool = False) -> CellError | ExperimentError:
    """What is to be raised for a cell that failed with this error; drawn: in a scenario with draws of its numbers."""
    kind, _, words = error.partition(": ")
    if kind in INPUT_ERRORS:
        return ExperimentError(words)
    design = "" if cell.design is None else f" --design {cell.design}"
    where = "" if cell.changes == AS_WRITTEN else f" with {cell.changes}"
    return CellError(
        f"the market of design {cell.design!r}, replicate {cell.replicate}{where} failed ({error}); "
        f"run it alone with: loyalty-sim run SCENARIO{design} --seed {cell.seed} --replicate {cell.replicate} "
        f"--customers {cell.customers} --weeks {cell.weeks}" + (" --drawn" if drawn else "")
    )
