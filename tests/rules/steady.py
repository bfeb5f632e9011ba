"""Numbers for the tests of the rules: float32, as the rules take them, and always the same examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from sim.arithmetic import F32

steady = settings(derandomize=True, deadline=None, max_examples=100, database=None)
"""A hundred examples, the same ones on every run."""


def reals(low: float, high: float) -> Any:
    """Float32 numbers between two bounds (rounded inward)."""
    a, b = F32(low), F32(high)
    a = a if a >= low else np.nextafter(a, F32(np.inf))
    b = b if b <= high else np.nextafter(b, F32(-np.inf))
    return st.floats(float(a), float(b), width=32).map(F32)


def close(value: float, rel: float = 2e-6) -> Any:
    """Equal up to the rounding of a few float32 operations."""
    return pytest.approx(value, rel=rel, abs=1e-6)
