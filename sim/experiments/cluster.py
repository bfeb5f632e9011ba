"""A cluster: cells are sent to a running scheduler of Dask, in batches of about a second.

`--cluster tcp://host:8786`, or the path of a scheduler file. What is lost with a worker is run again by the scheduler;
a batch that has cost several workers is sent again cell by cell, so that the others in it are saved.

Source: Rocklin 2015, Dask: parallel computation with blocked algorithms and task scheduling (Proc. SciPy).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
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
PATIENCE = 10.0
"""Seconds to wait for the scheduler to answer."""


class Cluster:
    """One job (a scenario and how its cells are run) on the workers of a scheduler."""

    def __init__(self, address: str, job: bytes) -> None:
        """Attach to the scheduler. ExperimentError where it does not answer or has other code than we have."""
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
            self._client = Client(**where, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ExperimentError(
                f"no scheduler answers at {address} ({error or type(error).__name__}); start one with `dask scheduler` "
                "or name another with --cluster"
            ) from error
        self._address, self._job = address, job
        self._check()

    def _check(self) -> None:
        """All workers must run what we run."""
        try:
            found = self._client.run(_code)
        except Exception as error:
            self.close()
            raise ExperimentError(
                f"the workers of {self._address} cannot run loyalty-sim ({type(error).__name__}: {error}); install the "
                "same version there as here"
            ) from error
        ours = _code()
        others = sorted(worker for worker, code in found.items() if code != ours)
        if others:
            self.close()
            raise ExperimentError(
                f"{len(others)} of {len(found)} workers of {self._address} have other code than this program "
                f"(such as {others[0]}); install the same version there as here"
            )

    def outcomes(self, cells: Iterator[Cell]) -> Iterator[tuple[Cell, Record]]:
        """Run cells and yield each with what became of it, in whatever order that is."""
        from distributed import as_completed

        size, alone = 1, deque[Cell]()
        sent: dict[Any, list[Cell]] = {}
        done = as_completed(with_results=False, raise_errors=False)
        more = True
        while True:
            room = (1 + AHEAD) * max(1, sum(self._client.nthreads().values())) if more or alone else 0
            while len(sent) < room:
                batch = [alone.popleft()] if alone else list(islice(cells, size)) if more else []
                if not batch:
                    more = False
                    break
                task = self._client.submit(run_batch, self._job, batch, pure=False)
                sent[task] = batch
                done.add(task)
            if not sent:
                return
            task = next(done)
            batch = sent.pop(task)
            if task.status == "finished":
                records = cloudpickle.loads(task.result())
                seconds = sum(record.seconds for record in records) / len(records)
                size = max(1, min(MOST, int(SECONDS / max(seconds, 1e-3))))
                yield from zip(batch, records, strict=True)
            elif len(batch) > 1:
                alone.extend(batch)
            else:
                yield batch[0], Record.failed(_lost(task))
            task.release()

    def close(self) -> None:
        """Take back what has been sent, and let go of the scheduler."""
        self._client.close()


def _lost(task: Any) -> Exception:
    error = task.exception() if task.status == "error" else None
    return CellError(
        f"the workers of the cluster that ran it died ({type(error).__name__ if error else task.status})"
    )


def _code() -> str:
    return provenance.code_hash(outward=False)


@lru_cache(maxsize=4)
def _runner(job: bytes) -> Run:
    return runner(*cloudpickle.loads(job))


def run_batch(job: bytes, cells: list[Cell]) -> bytes:
    """Run a batch of cells in a worker of the cluster."""
    run, never = _runner(job), threading.Event()
    packed: bytes = cloudpickle.dumps([run(cell, never) for cell in cells])
    return packed
