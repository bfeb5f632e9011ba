"""A worker: a process that runs the cells it is sent, one after the other.

`Workers` (workers.py) starts it and talks to it over a connection of the standard library. It lives no longer than the
program that started it: when the connection breaks, it stops at once, in the middle of a cell if need be.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from typing import Any

import cloudpickle

from sim.experiments.errors import ExperimentError
from sim.experiments.journal import Record
from sim.experiments.run import Cell, RunCell, Stopped, world_of
from sim.scenario import Scenario

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Set to 1 for workers: as many of them run as there are cores."""
_WORLDS = 8
"""Worlds that a worker keeps: cells of one point of a study come one after the other."""

Run = Callable[[Cell, threading.Event], Record]


def pack_job(world: Scenario, run_cell: RunCell) -> bytes:
    """All that a worker must know besides the cells. Functions and classes of a notebook travel with their code.

    ExperimentError where they cannot: one that holds a lock, say, or an open file.
    """
    try:
        packed: bytes = cloudpickle.dumps((world, run_cell))
    except Exception as error:  # objects fail to be packed in ways of their own
        raise ExperimentError(
            f"what is to be run cannot be sent to other processes ({error}); run it in this one with --workers 1"
        ) from error
    return packed


def runner(world: Scenario, run_cell: RunCell) -> Run:
    """A function that runs a cell and writes down what became of it; only `Stopped` is raised."""

    @lru_cache(maxsize=_WORLDS)
    def place(changes: str, draw: int, customers: int, weeks: int) -> Scenario:
        return world_of(world, changes, draw).sized(customers, weeks)

    draws = 1 if world.uncertainty is None else len(world.uncertainty.draws)

    def run(cell: Cell, stop: threading.Event) -> Record:
        try:
            where = place(cell.changes, cell.replicate % draws, cell.customers, cell.weeks)
            return Record.of(run_cell(where, cell, stop))
        except Stopped:
            raise
        except Exception as error:
            return Record.failed(error)

    return run


def serve(number: int, address: Any, key: bytes) -> None:
    """Run what comes over the connection at this address until it is closed; number: which worker this is.

    A job that cannot be loaded here is answered with the reason, as text.
    """
    # The program that started us may end at any moment; then there is nobody to tell.
    with suppress(OSError, EOFError, AuthenticationError), Client(address, authkey=key) as line:
        line.send(number)
        job = line.recv_bytes()
        try:
            run = runner(*cloudpickle.loads(job))
        except Exception as error:
            line.send(f"{type(error).__name__}: {error}")
            return
        never, cells = threading.Event(), queue.SimpleQueue[Cell]()
        threading.Thread(target=_listen, args=(line, cells), daemon=True).start()
        while True:
            line.send(run(cells.get(), never))


def _listen(line: Connection[Any, Any], cells: queue.SimpleQueue[Cell]) -> None:
    while True:
        try:
            cells.put(line.recv())
        except (EOFError, OSError):
            os._exit(0)  # nobody is waiting for what is being run
