"""Integrals over a finite stretch whose ends may be steep: tanh-sinh nodes.

Source: Takahasi & Mori 1974, Publ. RIMS 9:721 (double exponential formulas).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEP, _REACH = 0.11, 3.85

_z = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
_tail = np.exp(np.pi * np.sinh(_z))

FRACTION: NDArray[np.float64] = _tail / (1 + _tail)
"""nodes on (0, 1), crowded at both ends; at the left end they keep their full precision"""
REST: NDArray[np.float64] = 1 / (1 + _tail)
"""1 - FRACTION, which keeps its full precision at the right end"""
LOG_WEIGHT: NDArray[np.float64] = np.log(_STEP * np.pi * np.cosh(_z)) + np.log(FRACTION) + np.log(REST)
"""logarithms of the weights of the nodes; the weights add up to 1"""
