"""Nanoseconds per customer-week and bytes per customer of five versions of one week, side by side in one run;
and of the compiled pass where every mechanism is on, beside the plain week that the versions share.

    python benchmarks/engine.py [--customers N] [--rounds R] [--json FILE]

Rounds are interleaved: in each round every version lives some weeks of the same world; the median round counts.
One thread is timed in processor time, two threads in time that passes.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import native, numpy_columns, plain_mesa  # noqa: E402
from benchmarks.world import DEGREE, SHAPE, SWITCHED_OFF, rich, scenario, settled, shipped  # noqa: E402
from sim.market import Market  # noqa: E402

SETTLE = 30
PURCHASES = (1.0, 0.11)
FEW = 2000
"""Customers of the version with an object a customer: its time per customer does not depend on their number."""

Lap = Callable[[], float]


def lap(step: Callable[[], object], weeks: int, customers: int, clock: Callable[[], float]) -> Lap:
    """A function that lives some weeks and returns nanoseconds per customer-week."""

    def timed() -> float:
        begin = clock()
        for _ in range(weeks):
            step()
        return (clock() - begin) * 1e9 / (weeks * customers)

    return timed


class Pass:
    """Our pass, or the C version of it, on a population of its own."""

    def __init__(self, world: Any, live_week: Callable[..., object], threads: int) -> None:
        self.world, self.live_week, self.threads, self.week = world, live_week, threads, SETTLE

    def step(self) -> None:
        """One week."""
        self.live_week(threads=self.threads, **self.world.told(self.week))
        self.week += 1


class Rich:
    """A market with every mechanism on: the pass is timed alone, but the market acts between the weeks."""

    def __init__(self, world: Any) -> None:
        self.market = Market(world, seed=SETTLE)
        self.live_week, self.seconds = self.market.population.live_week, 0.0
        self.market.population.live_week = self.timed  # type: ignore[method-assign]
        for _ in range(SETTLE):
            self.market.step()

    def timed(self, **told: Any) -> Any:
        """What `Population.live_week` does."""
        begin = time.process_time()
        tally = self.live_week(**told)
        self.seconds += time.process_time() - begin
        return tally

    def lap(self, weeks: int) -> Lap:
        """A function that lives some weeks and returns nanoseconds per customer-week of the pass."""

        def timed() -> float:
            self.seconds = 0.0
            for _ in range(weeks):
                self.market.step()
            return self.seconds * 1e9 / (weeks * len(self.market.population))

        return timed


EVERYTHING = "every mechanism on, 1 thread"
NO_PROGRAMME = "behaviour as shipped, no programme, 1 thread"
POINTS = "behaviour as shipped, points, 1 thread"
TIERS = "behaviour as shipped, points and three levels, 1 thread"
WITH_FRIENDS = f"the same with {DEGREE} friends each, 1 thread"


def versions(customers: int, mean: float, weeks: int) -> tuple[dict[str, Lap], dict[str, float]]:
    """The versions, ready to be timed, and what each takes in memory."""
    laps: dict[str, Lap] = {}
    memory: dict[str, float] = {}
    small = plain_mesa.Market(scenario(FEW, mean), FEW)
    columns = numpy_columns.Columns(scenario(customers, mean), customers)
    for _ in range(SETTLE):
        small.step()
        columns.step()
    laps["plain Mesa, an object a customer"] = lap(small.step, 1, FEW, time.process_time)
    memory["plain Mesa, an object a customer"] = plain_mesa.bytes_per_customer(small)
    laps["NumPy, whole columns"] = lap(columns.step, max(1, weeks // 4), customers, time.process_time)
    memory["NumPy, whole columns"] = columns.bytes_per_customer
    world = settled(customers, mean, SETTLE)
    told = world.told(SETTLE)
    for threads, clock in ((1, time.process_time), (2, time.perf_counter)):
        people = copy.deepcopy(world.population)
        ours = Pass(world, people.live_week, threads)
        name = f"loyalty-sim, {threads} thread{'s' * (threads > 1)}"
        laps[name], memory[name] = lap(ours.step, weeks, customers, clock), people.nbytes / customers
        try:
            theirs = copy.deepcopy(world.population)
            week = native.NativeWeek(theirs, **told)
            c = Pass(world, _on(week, theirs), threads)
            name = name.replace("loyalty-sim", "C, the same arithmetic")
            laps[name], memory[name] = lap(c.step, weeks, customers, clock), theirs.nbytes / customers
        except native.NoCompiler as error:
            print(f"C is left out: {error}", file=sys.stderr)
    for name, network in ((EVERYTHING, False), (WITH_FRIENDS, True)):
        market = Rich(rich(customers, mean, network=network))
        laps[name] = market.lap(weeks)
        memory[name] = market.market.population.nbytes / customers
    for name, programme in ((NO_PROGRAMME, "none"), (POINTS, "points"), (TIERS, "tiers")):
        market = Rich(shipped(customers, mean, programme))
        laps[name] = market.lap(weeks)
        memory[name] = market.market.population.nbytes / customers
    return laps, memory


def _on(week: Any, population: Any) -> Callable[..., object]:
    return lambda **told: week.live_week(population, **told)


def measure(laps: dict[str, Lap], rounds: int) -> dict[str, float]:
    """Median nanoseconds per customer-week of each version, rounds interleaved; the first round warms up."""
    times: dict[str, list[float]] = {name: [] for name in laps}
    for round_ in range(rounds + 1):
        for name, timed in laps.items():
            ns = timed()
            if round_:
                times[name].append(ns)
    return {name: statistics.median(values) for name, values in times.items()}


def start() -> dict[str, float]:
    """Seconds from starting Python to a first result, with no compiled code and with it."""
    code = (
        "import sim; m = sim.Market(sim.load('scenarios/grocers.yaml'), design='points').run(); m.metrics()"
    )
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "warm", "warm again"):
            environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(ROOT)}
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
            found[name] = time.perf_counter() - begin
    return found


def verdict(label: str, value: float, target: float, *, at_most: bool) -> str:
    """One line: the figure, its target, and whether it is met."""
    met = value <= target if at_most else value >= target
    sign = "at most" if at_most else "at least"
    missed = "PASS" if met else f"MISSED by {abs(value / target - 1):.0%}"
    return f"  {label:<58} {value:8.2f}   {sign} {target:g}   {missed}"


def targets(ns: dict[str, float], memory: dict[str, float]) -> list[str]:
    """The figures that the project commits to, as ratios within this run."""
    one, two = ns["loyalty-sim, 1 thread"], ns["loyalty-sim, 2 threads"]
    lines = []
    if "C, the same arithmetic, 1 thread" in ns:
        c = ns["C, the same arithmetic, 1 thread"]
        lines.append(verdict("times the time of C, one thread", one / c, 1.7, at_most=True))
    mesa, numpy = ns["plain Mesa, an object a customer"], ns["NumPy, whole columns"]
    lines.append(verdict("times faster than plain Mesa", mesa / one, 100, at_most=False))
    lines.append(verdict("times faster than NumPy columns", numpy / one, 4.5, at_most=False))
    lines.append(verdict("times faster on two threads than on one", one / two, 1.7, at_most=False))
    lines.append(verdict("bytes per customer", memory["loyalty-sim, 1 thread"], 200, at_most=True))
    with_tiers = ns[TIERS] / ns[NO_PROGRAMME]
    lines.append(
        verdict("times the week without a programme, with three levels", with_tiers, 2, at_most=True)
    )
    for name in (EVERYTHING, WITH_FRIENDS):
        label = f"times the plain week, {name.removesuffix(', 1 thread')}"
        lines.append(f"  {label:<58} {ns[name] / one:8.2f}")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=102_400)
    parser.add_argument("--weeks", type=int, default=4, help="weeks a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures to a file, too")
    given = parser.parse_args()
    try:
        compiler = native.compiler_version()
    except native.NoCompiler:
        compiler = "no C compiler"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {numba.core.config.CPU_NAME or _cpu()}"
    print(
        f"{machine}; Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}; {compiler}"
    )
    found: dict[str, Any] = {"machine": machine, "customers": given.customers}
    for mean in PURCHASES:
        laps, memory = versions(given.customers, mean, given.weeks)
        ns = measure(laps, given.rounds)
        print(
            f"\n{given.customers:,} customers, 4 firms, a points programme; purchases a week ~ NBD({mean:g}, {SHAPE}); "
            f"{len(SWITCHED_OFF)} mechanisms off"
        )
        print(f"  {'':<58}{'ns a customer-week':>20}{'bytes a customer':>20}")
        for name, value in ns.items():
            print(f"  {name:<58}{value:20,.0f}{memory[name]:20,.0f}")
        print("\n".join(targets(ns, memory)))
        found[f"{mean:g} purchases a week"] = {"ns": ns, "bytes": memory}
    seconds = start()
    print("\nfrom the start of Python to a first result (2,000 customers, 156 weeks)")
    print(
        verdict(
            "seconds, compiled code in the cache",
            min(seconds["warm"], seconds["warm again"]),
            2,
            at_most=True,
        )
    )
    print(verdict("seconds, nothing compiled", seconds["cold"], 30, at_most=True))
    found["start, seconds"] = seconds
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _cpu() -> str:
    import llvmlite.binding

    return str(llvmlite.binding.get_host_cpu_name())


if __name__ == "__main__":
    main()
