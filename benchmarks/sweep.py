"""A sweep of many small markets on the engine of experiments, beside plain joblib over the same function.

    python benchmarks/sweep.py [--cells N] [--customers N] [--weeks W] [--rounds R] [--workers K]

The cells are cut into rounds; in each round every engine runs its share of as many cells, one after the other, so that
all of them meet the same machine. Time that passes, with workers that have been started and warmed before. Each engine
does what it does by default: joblib hands back the numbers, ours writes every market into its journal on disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import joblib

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sim.experiments import lab as laboratory  # noqa: E402
from sim.experiments.journal import Record  # noqa: E402
from sim.experiments.lab import Lab  # noqa: E402
from sim.experiments.run import Cell, changes_of, measure_market, world_of  # noqa: E402
from sim.market import warm  # noqa: E402
from sim.scenario import Scenario, load  # noqa: E402

WORLD = ROOT / "scenarios" / "cdnow.yaml"
REPLICATES = 8


def sweep(world: Scenario, cells: int, customers: int, weeks: int) -> list[Cell]:
    """Points of a study: a price and a pay-out, two designs, eight replicates."""
    designs, found = world.design_names[:2], []
    for point in range(-(-cells // (len(designs) * REPLICATES))):
        changes = changes_of({f"firms.{world.focus}.price.level": 0.9 + 0.2 * point / max(1, cells)})
        for design in designs:
            found += [
                Cell(design, replicate, 1, customers, weeks, changes) for replicate in range(REPLICATES)
            ]
    return found[:cells]


def plain(world: Scenario, cell: Cell) -> tuple[Cell, Record]:
    """What joblib is given: one market, its measures."""
    outcome = measure_market(world_of(world, cell.changes), cell, threading.Event())
    return cell, Record.of(outcome)


def resident() -> float:
    """Memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    laboratory.WORTH_PROCESSES = 0
    world, many = load(WORLD), asked.workers
    cells = sweep(world, asked.cells, asked.customers, asked.weeks)
    size = -(-len(cells) // asked.rounds)
    blocks = [cells[i : i + size] for i in range(0, len(cells), size)]
    warm()
    spent = dict.fromkeys(("joblib", "engine", "one worker"), 0.0)
    memory: list[float] = []
    errors: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        options = {"identity": {"what": "benchmark"}, "run_cell": measure_market}
        ours = Lab(world, out=Path(folder) / "many", workers=many, **options)  # type: ignore[arg-type]
        alone = Lab(world, out=Path(folder) / "one", workers=1, **options)  # type: ignore[arg-type]
        for place in (ours, alone):
            place.fill(sweep(world.replace("title", "warm"), 4, 100, asked.weeks))
        with joblib.Parallel(n_jobs=many, return_as="generator_unordered") as parallel:
            list(parallel(joblib.delayed(plain)(world, cell) for cell in sweep(world, 4, 100, asked.weeks)))
            for number, block in enumerate(blocks):
                begin = time.perf_counter()
                for _ in parallel(joblib.delayed(plain)(world, cell) for cell in block):
                    pass
                spent["joblib"] += time.perf_counter() - begin
                begin = time.perf_counter()
                ours.fill(block)
                spent["engine"] += time.perf_counter() - begin
                if number % 2 == 0:
                    begin = time.perf_counter()
                    alone.fill(block)
                    spent["one worker"] += time.perf_counter() - begin
                memory.append(resident())
        own = sum(outcome.seconds for outcome in ours.read(cells, tables=False)) / len(cells)
        errors = {outcome.error for outcome in ours.read(cells, tables=False)}
        halves = sum(len(block) for block in blocks[::2])
        for place in (ours, alone):
            place.close()
    engine, jobs = spent["engine"] / len(cells), spent["joblib"] / len(cells)
    single = spent["one worker"] / halves
    overhead = (engine - jobs) * many / own
    lines = [
        f"{os.cpu_count()} cores of {platform.machine()}; Python {platform.python_version()}",
        f"joblib {joblib.__version__}",
        f"{len(cells):,} markets of {asked.customers:,} customers x {asked.weeks} weeks, {many} workers",
        f"  a market by itself                      {own * 1e3:7.1f} ms",
        f"  joblib, time that passes a market       {jobs * 1e3:7.1f} ms",
        f"  engine, time that passes a market       {engine * 1e3:7.1f} ms",
        f"  engine, --workers 1                     {single * 1e3:7.1f} ms",
        f"  more than joblib, of a market's time    {overhead:7.1%}      at most 5 %",
        f"  more than an ideal pool                 {(engine * many - own) / own:7.1%}",
        f"  times faster than one worker            {single / engine:7.2f}      at least 1.8",
        f"  memory of the driver, MB                {memory[0]:7.0f}      after {len(blocks[0]):,} markets",
        f"                                          {memory[-1]:7.0f}      after {len(cells):,}",
    ]
    print("\n".join(lines + [f"  FAILED: {error}" for error in sorted(errors) if error]))


if __name__ == "__main__":
    main()
