"""Rules in plain Python and compiled: over all combinations of some values, the same bits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numba import njit

from sim.arithmetic import F32, KERNEL


def _compiled(rule: Callable[..., Any]) -> Callable[..., None]:
    """The rule in a loop, as the weekly pass calls it."""

    @njit(**KERNEL)  # type: ignore[untyped-decorator, unused-ignore]
    def loop(columns: Any, out: Any, numbers: Any) -> None:
        for i, args in enumerate(zip(*columns)):  # noqa: B905 - Numba knows no `strict`
            out[i] = rule(*args, numbers)

    compiled: Callable[..., None] = loop
    return compiled


def same_bits(rule: Callable[..., Any], numbers: Any, *values: Any, kind: Any = F32) -> bool:
    """Whether the rule gives the same bits of this kind in plain Python and compiled.

    values: for each argument an array of those to try; all combinations are.
    """
    cases = list(product(*values))
    columns = tuple(
        np.array(column, array.dtype) for column, array in zip(zip(*cases, strict=True), values, strict=True)
    )
    compiled = np.empty(len(cases), kind)
    _compiled(rule)(columns, compiled, numbers)
    plain = [rule(*case, numbers) for case in cases]
    assert {np.asarray(value).dtype for value in plain} == {np.dtype(kind)}
    return np.array(plain, kind).tobytes() == compiled.tobytes()


def floats(*values: float) -> Any:
    """Values of a float32 argument."""
    return np.array(values, F32)


def wholes(*values: int) -> Any:
    """Values of a whole-numbered argument."""
    return np.array(values, np.int32)


YES_OR_NO = np.array([False, True])
"""Values of an argument that is true or not."""
