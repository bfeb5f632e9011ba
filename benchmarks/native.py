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
from sim.population import columns, scratch, traits
from sim.population.columns import BLOCK, MAX_FIRMS
from sim.population.moments import MOMENTS, Origin
from sim.population.population import Population
from sim.population.told import MOST_REWARDS, Plan, Reward, Rule, Tag, Told
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
    np.dtype(np.uint8): ("uint8_t *", ctypes.c_void_p),
}


_Definitions = dict[str, tuple[str, type[ctypes.Structure]]]
"""C text and ctypes type of each named tuple, by its name, those inside others first."""


class NoCompiler(Exception):
    """There is no C compiler here, or it cannot build week.c."""


class Unwritten(ValueError):
    """The week asks for something that week.c leaves out."""


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


def _member(value: Any, name: str, known: _Definitions) -> tuple[str, Any]:
    """C declaration and ctypes type of a member of a struct."""
    if isinstance(value, np.ndarray):
        text, kind = _POINTERS[value.dtype]
        return f"{text}{name};", kind
    if isinstance(value, tuple):
        return f"{type(value).__name__} {name};", _define(value, known)
    if isinstance(value, np.float32 | float):
        return f"float {name};", ctypes.c_float
    if isinstance(value, np.uint32):
        return f"uint32_t {name};", ctypes.c_uint32
    return f"int64_t {name};", ctypes.c_int64


def _define(value: Any, known: _Definitions) -> type[ctypes.Structure]:
    """ctypes type of a named tuple of arrays, numbers and further named tuples, all of them noted in `known`."""
    title = type(value).__name__
    if title not in known:
        members = [(name, *_member(getattr(value, name), name, known)) for name in value._fields]
        fields = {"_fields_": [(n, k) for n, _, k in members]}
        text = f"typedef struct {{ {' '.join(text for _, text, _ in members)} }} {title};"
        known[title] = text, type(title, (ctypes.Structure,), fields)
    return known[title][1]


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
    names |= {f"HAS_{moment.upper()}": bit for moment, bit in MOMENTS.items()}
    names |= {f"CAME_{o.name}": int(o) for o in Origin}
    names |= {f"KIND_{kind}": getattr(columns, kind) for kind in _FIRM_REALS}
    for kind in (Rule, Plan, Tag, Reward):
        names |= {f"{kind.__name__.upper()}_{member.name}": int(member) for member in kind}
    names |= {
        "RULES": len(Rule), "PLANS": len(Plan), "TAGS": len(Tag), "REWARD_COLUMNS": len(Reward),
        "MOST_REWARDS": MOST_REWARDS, "PROGRAMME_WHOLES": columns.PROGRAMME_WHOLES,
    }  # fmt: skip
    return names | {
        "BLOCK": BLOCK, "MAX_FIRMS": MAX_FIRMS, "LOTS": LOTS, "NEVER": int(NEVER), "TALLIES": TALLIES,
        "INDEX_SCALE": INDEX_SCALE, "FIRM_REALS": columns.FIRM_REALS, "FIRMS": firms,
    }  # fmt: skip


_FIRM_REALS = (
    "TASTE", "EXPECTATION", "SATISFACTION", "ATTACHMENT", "REMEMBERED", "TRUST", "EQUITY"
)  # fmt: skip
_UNWRITTEN = "week.c is the week of the benchmark world: it leaves out"


def _check(population: Population, told: Told, rules: BehaviourNumbers) -> None:
    """Raises Unwritten where the pass would do something that week.c leaves out."""
    left_out = {
        "a network": told.circle.friends.size > 0,
        "outreach": told.context.reaches == 1,
        "prospects": told.context.leaver == -1,
        "recessions": bool((told.stage.purse != 1).any() or (told.stage.thrift != 1).any()),
        "dealers": len(told.outlets.carries) > 0,
        "firms that are closed or run short": bool((told.posted.available < 1).any()),
        "accounts of single customers": told.context.worth >= 0,
        "firms that not everybody knows": bool((told.posted.awareness < 1).any()),
        "personal service": bool((told.posted.lift > 0).any()),
        "firms that suit one customer better than another": rules.experience.fit > 0,
        "gifts": bool((told.posted.gift_chance > 0).any()),
        "hidden fees": bool((told.posted.fee > 0).any()),
        "novelties": bool((told.posted.freshness > 0).any()),
        "variety seeking": bool((population.segments.variety > 0).any()),
        "grievances and complaints": rules.failure.on + rules.complaint.on > 0,
        "contracts": rules.contract.on > 0,
        "breaking with a firm": rules.defection.on > 0,
        "goods brought back": bool((told.posted.returns > 0).any()),
        "programmes of more than points, a card and member prices": not told.terms.rule[:, Rule.PLAIN].all(),
        "a second and third programme": len(told.terms.firm) > 2,
        "stockpiling, dying points and crowding out": rules.redemption.hassle
        + rules.expiry.weight
        + rules.crowding.weight
        > 0,
    }
    asked = [what for what, yes in left_out.items() if yes]
    if asked:
        raise Unwritten(f"{_UNWRITTEN} {', '.join(asked)}")


class NativeWeek:
    """week.c, built for populations with this number of firms. Raises NoCompiler, or Unwritten."""

    def __init__(self, population: Population, *, told: Told, rules: BehaviourNumbers) -> None:
        _check(population, told, rules)
        known: _Definitions = {}
        self._kinds = [_define(value, known) for value in (population.segments, told, rules)]
        lines = [f"#define {name} {value}" for name, value in _names(population.firms).items()]
        lines += [text for text, _ in known.values()]
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "names.h").write_text("\n".join(lines) + "\n")
            built = Path(folder, "week.so")
            command = [
                compiler(), *FLAGS, "-shared", "-fPIC", "-I", folder, str(SOURCE), "-o", str(built), "-lm"
            ]  # fmt: skip
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            if made.returncode:
                raise NoCompiler(f"{' '.join(command)}\n{made.stderr}")
            self._pass_week = ctypes.CDLL(str(built)).pass_week
        self._pass_week.restype = None
        self._scratch: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []

    def live_week(
        self, population: Population, *, told: Told, rules: BehaviourNumbers, threads: int = 1
    ) -> NDArray[np.int64]:
        """What `Population.live_week` does."""
        given = (population.segments, told, rules)
        segments, week, numbers = (_fill(kind, v) for kind, v in zip(self._kinds, given, strict=True))
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
                ctypes.c_int64(edges[t + 1]), ctypes.byref(segments), ctypes.byref(week),
                ctypes.c_int64(len(told.terms.firm)), ctypes.byref(numbers), address(s), address(w),
                address(tallies[t]),
            )  # fmt: skip

        if threads == 1:
            work(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(threads)))
        return tallies.sum(axis=0)
