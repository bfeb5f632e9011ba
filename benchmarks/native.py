"""The same week in C (week.c): built at run time with the compiler of the system, where there is one.

names.h is written from the Python sources, so that C reads the same sizes, row offsets, tally columns and
structs. The library works on the arrays of a population in place, as the compiled pass does.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population import scratch, traits
from sim.population.columns import BLOCK, MAX_FIRMS
from sim.population.population import Population
from sim.population.told import Context, Posted, Terms
from sim.rules import BehaviourNumbers
from sim.rules.lapse import NEVER
from sim.rules.points import LOTS

SOURCE = Path(__file__).with_name("week.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
"""None of these changes a bit: no fused multiply-add, no reordering. No use is made of errno or of traps."""
_POINTERS = {
    np.dtype(np.float32): ("const float *", ctypes.c_void_p),
    np.dtype(np.float64): ("const double *", ctypes.c_void_p),
    np.dtype(np.int32): ("const int32_t *", ctypes.c_void_p),
    np.dtype(np.int64): ("const int64_t *", ctypes.c_void_p),
}


class NoCompiler(Exception):
    """There is no C compiler here, or it cannot build week.c."""


def compiler() -> str:
    """Path of the C compiler: $CC, or cc. Raises NoCompiler."""
    found = shutil.which(os.environ.get("CC", "cc"))
    if found is None:
        raise NoCompiler("no C compiler here (looked for $CC and cc)")
    return found


def compiler_version() -> str:
    """First line of what the compiler says about itself."""
    said = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0]


def _member(value: Any, name: str) -> tuple[str, Any]:
    """C declaration and ctypes type of a member of a struct."""
    if isinstance(value, np.ndarray):
        text, kind = _POINTERS[value.dtype]
        return f"{text}{name};", kind
    if isinstance(value, tuple):
        text, kind = _struct(value)
        return f"{text} {name};", kind
    if isinstance(value, np.float32 | float):
        return f"float {name};", ctypes.c_float
    if isinstance(value, np.uint32):
        return f"uint32_t {name};", ctypes.c_uint32
    return f"int64_t {name};", ctypes.c_int64


def _struct(value: Any) -> tuple[str, type[ctypes.Structure]]:
    """C text and ctypes type of a named tuple of arrays, numbers and further named tuples."""
    members = [(name, *_member(getattr(value, name), name)) for name in value._fields]
    kind = type(type(value).__name__, (ctypes.Structure,), {"_fields_": [(n, k) for n, _, k in members]})
    return "struct { " + " ".join(text for _, text, _ in members) + " }", kind


def _fill(kind: type[ctypes.Structure], value: Any) -> ctypes.Structure:
    filled = kind()
    for name, member in kind._fields_:
        given = getattr(value, name)
        if isinstance(given, np.ndarray):
            setattr(filled, name, given.ctypes.data)
        elif isinstance(given, tuple):
            setattr(filled, name, _fill(member, given))
        else:
            setattr(filled, name, given.item() if isinstance(given, np.generic) else given)
    return filled


def _names(firms: int) -> dict[str, int]:
    """What week.c calls by a name of the Python sources."""
    names = {k: v for k, v in vars(scratch).items() if k.isupper() and isinstance(v, int)}
    names |= {k: int(v) for k, v in vars(traits).items() if k.endswith("_TRAIT")}
    names |= {f"STREAM_{s.name}": int(s) for s in Stream}
    names |= {f"TALLY_{t.name}" if t.name in names else t.name: int(t) for t in Tally}
    return names | {
        "BLOCK": BLOCK, "MAX_FIRMS": MAX_FIRMS, "LOTS": LOTS, "NEVER": int(NEVER), "TALLIES": TALLIES,
        "INDEX_SCALE": INDEX_SCALE, "FIRMS": firms,
    }  # fmt: skip


class NativeWeek:
    """week.c, built for populations with this number of firms."""

    def __init__(
        self,
        population: Population,
        *,
        posted: Posted,
        terms: Terms,
        rules: BehaviourNumbers,
        context: Context,
    ) -> None:
        examples = {
            "Segments": population.segments, "Posted": posted, "Terms": terms, "Rules": rules, "Context": context
        }  # fmt: skip
        self._structs: dict[str, type[ctypes.Structure]] = {}
        lines = [f"#define {name} {value}" for name, value in _names(population.firms).items()]
        for name, example in examples.items():
            text, self._structs[name] = _struct(example)
            lines.append(f"typedef {text} {name};")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "names.h").write_text("\n".join(lines) + "\n")
            built = Path(folder, "week.so")
            command = [
                compiler(),
                *FLAGS,
                "-shared",
                "-fPIC",
                "-I",
                folder,
                str(SOURCE),
                "-o",
                str(built),
                "-lm",
            ]
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            if made.returncode:
                raise NoCompiler(f"{' '.join(command)}\n{made.stderr}")
            self._pass_week = ctypes.CDLL(str(built)).pass_week
        self._pass_week.restype = None
        self._scratch: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []

    def live_week(
        self,
        population: Population,
        *,
        posted: Posted,
        terms: Terms,
        programme_of: NDArray[np.int32],
        rules: BehaviourNumbers,
        context: Context,
        threads: int = 1,
    ) -> NDArray[np.int64]:
        """What `Population.live_week` does."""
        given = {
            "Segments": population.segments, "Posted": posted, "Terms": terms, "Rules": rules, "Context": context
        }  # fmt: skip
        structs = {name: _fill(self._structs[name], value) for name, value in given.items()}
        while len(self._scratch) < threads:
            self._scratch.append(
                (np.zeros(scratch.SCRATCH_REALS, np.float32), np.zeros(scratch.SCRATCH_WHOLES, np.int32))
            )
        blocks = len(population.block_size)
        edges = [blocks * t // threads for t in range(threads + 1)]
        tallies = np.zeros((threads, len(population.sizes), population.firms, 2, TALLIES), np.int64)

        def address(array: NDArray[Any]) -> ctypes.c_void_p:
            return ctypes.c_void_p(array.ctypes.data)

        def work(t: int) -> None:
            s, w = self._scratch[t]
            self._pass_week(
                address(population.reals), address(population.wholes), address(population.block_segment),
                address(population.block_first), address(population.block_size), ctypes.c_int64(edges[t]),
                ctypes.c_int64(edges[t + 1]), ctypes.byref(structs["Segments"]), ctypes.byref(structs["Posted"]),
                ctypes.byref(structs["Terms"]), ctypes.c_int64(len(terms.firm)), address(programme_of),
                ctypes.byref(structs["Rules"]), ctypes.byref(structs["Context"]), address(s), address(w),
                address(tallies[t]),
            )  # fmt: skip

        if threads == 1:
            work(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(threads)))
        return tallies.sum(axis=0)
