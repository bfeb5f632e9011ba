"""Where a result comes from: scenario, code, versions, machine, time, command."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario import Scenario

PACKAGES = (
    "loyalty-sim",
    "mesa",
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "pydantic",
    "duckdb",
    "matplotlib",
    "SALib",
    "optuna",
    "nashpy",
)
"""Distributions whose version a result depends on, or is read with."""


def scenario_dict(world: Scenario) -> dict[str, Any]:
    """The whole scenario as plain JSON values."""
    plain: dict[str, Any] = json.loads(json.dumps(world.model_dump(mode="json")))
    return plain


def digest(value: object) -> str:
    """SHA-256 of plain JSON values; the order of mapping keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


OUTWARD = ("cli", "__main__", "commands", "report", "dashboard", "validation")
"""Rooms that show results and do not make them."""


@cache
def code_hash(*, outward: bool = True) -> str:
    """SHA-256 over the Python files of `sim`, the same on every platform (line ends do not count).

    outward False leaves out what only shows results: a run is gone on with after a change to a picture, never
    after a change to the market.
    """
    root = Path(__file__).resolve().parent.parent
    names = {path.relative_to(root): path for path in root.rglob("*.py")}
    total = hashlib.sha256()
    for name, path in sorted(names.items(), key=lambda item: item[0].as_posix()):
        if outward or name.parts[0].removesuffix(".py") not in OUTWARD:
            total.update(name.as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


@cache
def _versions() -> Mapping[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def versions() -> dict[str, str]:
    """Version of Python and of every package a result depends on."""
    return dict(_versions())


def cores() -> int:
    """Processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity to ask for
        return os.cpu_count() or 1


def called(function: str, read: str, settings: Mapping[str, Any]) -> str:
    """A call in Python as it could be typed again, with what it was given first."""
    return f"{function}({read}, {', '.join(f'{name}={value!r}' for name, value in settings.items())})"


def record(world: Scenario, *, command: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance of a result; times are UTC, ISO 8601."""
    return {
        "command": command,
        "settings": dict(settings),
        "scenario_fingerprint": world.fingerprint(),
        "code_hash": code_hash(),
        "versions": versions(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": cores(),
        "executable": Path(sys.executable).name,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
