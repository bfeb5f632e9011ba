"""A cluster: cells are sent to a running scheduler of Dask, in batches of about a second.

`--cluster tcp://host:8786`, or the path of a scheduler file. What is lost with a worker is run again by the scheduler;
cells that it has given up on, since several of the workers that had them died, are tried once more, one by one.

Source: Rocklin 2015, Dask: parallel computation with blocked algorithms and task scheduling (Proc. SciPy).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import cloudpickle

from sim.experiments import provenance
from sim.experiments.errors import CellError, ExperimentError
from sim.experiments.journal import Record
from sim.experiments.run import Cell
from sim.experiments.worker import Run, runner

SECONDS = 1.0
"""How long a batch should take: asking the scheduler costs some milliseconds."""
MOST = 256
"""Cells in a batch at most."""
AHEAD = 2
"""Batches that wait for each thread of the cluster, besides the one that it runs."""
SAME = "install the same version there as here"
PATIENCE = 10.0
"""Seconds to wait for the scheduler to answer."""


class Cluster:
    """One job (a scenario and how its cells are run) on the workers of a scheduler."""

    def __init__(self, address: str, job: bytes) -> None:
        """Attach to the scheduler. ExperimentError where it does not answer."""
        try:
            from distributed import Client
        except ImportError as error:
            raise ExperimentError(
                "--cluster needs the package distributed; install it with: pip install 'loyalty-sim[cluster]'"
            ) from error
        for name in ("distributed", "distributed.client", "distributed.comm", "distributed.core"):
            logging.getLogger(name).setLevel(logging.ERROR)  # it is noisy about lost workers, and goes on
        where = {"address": address} if "://" in address else {"scheduler_file": address}
        try:
            if "scheduler_file" in where and not Path(address).is_file():  # it would be waited for
                raise OSError("there is no such file")
            self._client = Client(**where, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ExperimentError(
                f"no scheduler answers at {address} ({error or type(error).__name__}); start one with `dask scheduler` "
                "or name another with --cluster"
            ) from error
        self._address, self._job = address, job

    def outcomes(self, cells: Iterator[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells and yield each with what became of it, in whatever order that is.

        Raises ExperimentError where a worker cannot run what we run.
        """
        suspects = deque[Cell]()
        yield from self._run(cells, suspects)
        # The scheduler blames all that a dead worker had been given. Who dies alone is guilty.
        for cell in suspects:
            guilty = deque[Cell]()
            yield from self._run(iter([cell]), guilty)
            if guilty:
                yield cell, Record.failed(CellError("the workers of the cluster that ran it died"))

    def _run(self, cells: Iterator[Cell], suspects: deque[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells, but for those of batches that were given up by the scheduler: they are added to the suspects."""
        from distributed import as_completed

        size, more = 1, True
        sent: dict[Any, list[Cell]] = {}
        done = as_completed(loop=self._client.loop, with_results=False, raise_errors=False)
        while True:
            while more and len(sent) < (1 + AHEAD) * max(1, sum(self._client.nthreads().values())):
                if batch := list(islice(cells, size)):
                    task = self._client.submit(run_batch, self._job, batch, pure=False)
                    sent[task] = batch
                    done.add(task)
                more = bool(batch)
            if not sent:
                return
            task = next(done)
            batch = sent.pop(task)
            if task.status in ("error", "cancelled", "lost"):
                self._check(task)
                suspects.extend(batch)
            else:  # finished, or being run again as its result was lost with a worker
                code, records = cloudpickle.loads(task.result())
                if code != provenance.code_hash(outward=False):
                    raise ExperimentError(
                        f"a worker of {self._address} has other code than this program; {SAME}"
                    )
                seconds = sum(record.seconds for record in records) / len(records)
                size = max(1, min(MOST, int(SECONDS / max(seconds, 1e-3))))
                yield from zip(batch, records, strict=True)
            task.release()

    def _check(self, task: Any) -> None:
        """Raise what is to blame for a task without a result, unless it is a worker that died."""
        if self._client.status != "running":
            raise CellError(f"the scheduler at {self._address} has gone; what is finished is kept")
        error = task.exception() if task.status == "error" else None
        if isinstance(error, ImportError):
            raise ExperimentError(f"a worker of {self._address} cannot load what it needs ({error}); {SAME}")

    def close(self) -> None:
        """Take back what has been sent, and let go of the scheduler."""
        self._client.close()


@lru_cache(maxsize=4)
def _runner(job: bytes) -> Run:
    return runner(*cloudpickle.loads(job))


def run_batch(job: bytes, cells: list[Cell]) -> bytes:
    """Run a batch of cells in a worker of the cluster."""
    run, never = _runner(job), threading.Event()
    records = [run(cell, never) for cell in cells]
    packed: bytes = cloudpickle.dumps((provenance.code_hash(outward=False), records))
    return packed
