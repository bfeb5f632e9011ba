"""Where the time of the compiled week goes: `pass_week` itself, with a clock around each of its steps.

    python benchmarks/phases.py [--customers N] [--purchases MEAN] [--weeks W]

The clock is the processor's own counter, read in compiled code. Blocks are timed one by one and the median block
counts, so that one in which another program was running does not. A step that is inlined into the pass is not
inlined here, so the sum is a little more than the whole.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.dispatcher import Dispatcher
from numba.extending import intrinsic

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.world import World, settled  # noqa: E402
from sim.measures.tally import TALLIES  # noqa: E402
from sim.population import week as week_module  # noqa: E402
from sim.population.scratch import SCRATCH_REALS, SCRATCH_WHOLES  # noqa: E402

PER_BUYER = ("fetch", "store")
PER_LANE = (
    "draw", "see_prices", "weigh", "choose", "experience_and_judge", "react", "stay_or_leave", "grow_tired",
    "price_the_basket", "take_part", "pay", "move_on",
)  # fmt: skip


@intrinsic
def _ticks(typingctx: Any) -> Any:
    """The processor's cycle counter."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        counter = ir.FunctionType(ir.IntType(64), ())
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", (), counter), ())

    return types.int64(), codegen


@intrinsic
def _add(typingctx: Any, address: Any, amount: Any) -> Any:
    """Add to the int64 at an address."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = builder.inttoptr(args[0], ir.IntType(64).as_pointer())
        builder.store(builder.add(builder.load(at), args[1]), at)
        return context.get_dummy_value()

    return types.none(types.int64, types.int64), codegen


@njit
def _now() -> Any:
    return _ticks()


def _timed(step: Any, at: int) -> Any:
    """The step, which adds the ticks it takes to the int64 at an address, and its third argument to the next."""

    @njit(error_model="numpy")
    def timed(*args):  # type: ignore[no-untyped-def]
        begin = _ticks()
        result = step(*args)
        _add(at, _ticks() - begin)
        return result

    return timed


def _counted(step: Any, at: int) -> Any:
    """The step, which adds its third argument (lanes) to the int64 at an address, and 1 to the next."""

    @njit(error_model="numpy")
    def counted(*args):  # type: ignore[no-untyped-def]
        _add(at, np.int64(args[2]))
        _add(at + 8, 1)
        return step(*args)

    return counted


class Phase(NamedTuple):
    """One step of the week: what it costs."""

    name: str
    ns_per_customer_week: float
    ns_each: float
    """per lane of a purchase round, per buyer, or per customer: what the step loops over"""
    per: str


def phases(world: World, first_week: int, weeks: int) -> tuple[list[Phase], dict[str, float]]:
    """Time of each step over some weeks of the world, and lanes and rounds of purchases per customer-week."""
    original = week_module.pass_week.py_func
    names = [n for n in original.__code__.co_names if isinstance(week_module.__dict__.get(n), Dispatcher)]
    laps = np.zeros(len(names) + 2, np.int64)
    steps = {n: _timed(week_module.__dict__[n], laps.ctypes.data + 8 * i) for i, n in enumerate(names)}
    steps["draw"] = _counted(steps["draw"], laps.ctypes.data + 8 * len(names))
    kernel: Any = njit(nogil=True, error_model="numpy")(
        FunctionType(original.__code__, {**week_module.__dict__, **steps})
    )
    people = world.population
    s, w = np.zeros(SCRATCH_REALS, np.float32), np.zeros(SCRATCH_WHOLES, np.int32)
    tally = np.zeros(len(people.sizes) * people.firms * 2 * TALLIES, np.int64)
    blocks = len(people.block_size)
    found = np.zeros((weeks, blocks, len(laps)))
    began, began_ticks = 0.0, 0
    for week in range(first_week - 1, first_week + weeks):  # in the week before the first one it is compiled
        told = world.told(week)
        began, began_ticks = (began, began_ticks) if week > first_week else (time.perf_counter(), _now())
        for b in range(blocks):
            laps[:] = 0
            kernel(
                people.reals, people.wholes, people.block_segment, people.block_first, people.block_size, b,
                b + 1, people.segments, told["told"], told["rules"], s, w, tally,
            )  # fmt: skip
            if week >= first_week:
                found[week - first_week, b] = laps
    tick = (time.perf_counter() - began) * 1e9 / (_now() - began_ticks)
    customers = len(people) / blocks
    ns = np.median(found, axis=1).mean(axis=0)[: len(names)] * tick / customers
    lanes, rounds = (float(x) for x in found.mean(axis=(0, 1))[len(names) :])
    counts = {"lanes": lanes / customers, "rounds a block": rounds}
    each = [("lane", counts["lanes"]) if n in PER_LANE else ("customer", 1.0) for n in names]
    return [
        Phase(n, float(x), float(x) / amount, per)
        for n, x, (per, amount) in zip(names, ns, each, strict=True)
    ], counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=51_200)
    parser.add_argument("--purchases", type=float, default=1.0, help="mean purchases a week")
    parser.add_argument("--weeks", type=int, default=26)
    given = parser.parse_args()
    settle = 30
    found, counts = phases(settled(given.customers, given.purchases, settle), settle, given.weeks)
    for name, amount in counts.items():
        print(f"{name}: {amount:.2f}")
    print(f"  {'':<24}{'ns a customer-week':>20}{'ns each':>10}")
    for phase in found:
        print(f"  {phase.name:<24}{phase.ns_per_customer_week:20.1f}{phase.ns_each:10.2f} per {phase.per}")
    print(f"  {'sum':<24}{sum(p.ns_per_customer_week for p in found):20.1f}")


if __name__ == "__main__":
    main()
