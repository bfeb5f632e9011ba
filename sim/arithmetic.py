"""Elementary functions in float32 that give the same bits compiled, vectorised and in plain Python.

Only +, -, x, / and bit patterns are used, each rounded to float32 as IEEE 754 says, so a compiler may
put sixteen customers into one register and still return what plain Python returns for one of them.
Library functions (`math.exp`) differ in the last bit between platforms, and would break that.

Source: polynomials after Moshier, Cephes library (expf, logf); Wichura 1988, Algorithm AS 241 (PPND7),
Applied Statistics 37:477. Relative error of exp and log below 2e-7, of the normal quantile below 5e-7 (tests
compare with SciPy).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba.extending import register_jitable

_Function = TypeVar("_Function", bound=Callable[..., Any])

F32 = np.float32
I32 = np.int32

ZERO = F32(0.0)
HALF = F32(0.5)
ONE = F32(1.0)
TINY = F32(1e-30)
"""Added to a denominator that may be zero; below every quantity of the model."""


KERNEL: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
"""How all kernels are compiled. They allocate nothing, so no references are counted: counting those of fifty arrays
for each customer took longer than living her week."""


def scalar(function: _Function) -> _Function:
    """Let compiled code melt this scalar function into the loop that calls it; for Python it stays plain.

    Division by zero gives infinity, as in NumPy, instead of a branch that would stop vectorisation.
    """
    compiled: _Function = register_jitable(forceinline=True, **KERNEL)(function)
    return compiled


def routine(function: _Function) -> _Function:
    """Let compiled code call this function as it is; for Python it stays plain."""
    compiled: _Function = register_jitable(**KERNEL)(function)
    return compiled


_LOG2E = F32(1.44269504)
_LN2_HIGH = F32(0.693359375)
_LN2_LOW = F32(-2.12194440e-4)
_E0, _E1, _E2 = F32(1.9875691500e-4), F32(1.3981999507e-3), F32(8.3334519073e-3)
_E3, _E4, _E5 = F32(4.1665795894e-2), F32(1.6666665459e-1), F32(5.0000001201e-1)
_EXP_LOW, _EXP_HIGH = F32(-87.0), F32(88.0)
_BIAS, _MANTISSA_BITS = I32(127), I32(23)


@scalar
def exp(x):
    """e to the x; x is held inside [-87, 88], where float32 has normal numbers."""
    x = x if x > _EXP_LOW else _EXP_LOW
    x = x if x < _EXP_HIGH else _EXP_HIGH
    n = np.floor(x * _LOG2E + HALF)
    r = x - n * _LN2_HIGH - n * _LN2_LOW
    p = _E0
    p = p * r + _E1
    p = p * r + _E2
    p = p * r + _E3
    p = p * r + _E4
    p = p * r + _E5
    power = I32((I32(n) + _BIAS) << _MANTISSA_BITS).view(F32)
    return (p * r * r + r + ONE) * power


_SQRT_HALF = F32(0.707106781186547524)
_MANTISSA = I32(0x007FFFFF)
_HALF_BITS = I32(0x3F000000)
_LOG_BIAS = I32(126)
_L0, _L1, _L2 = F32(7.0376836292e-2), F32(-1.1514610310e-1), F32(1.1676998740e-1)
_L3, _L4, _L5 = F32(-1.2420140846e-1), F32(1.4249322787e-1), F32(-1.6668057665e-1)
_L6, _L7, _L8 = F32(2.0000714765e-1), F32(-2.4999993993e-1), F32(3.3333331174e-1)


@scalar
def log(x):
    """Natural logarithm of a positive normal float32."""
    bits = F32(x).view(I32)
    e = F32(I32(bits >> _MANTISSA_BITS) - _LOG_BIAS)
    m = I32((bits & _MANTISSA) | _HALF_BITS).view(F32)
    small = m < _SQRT_HALF
    e = e - ONE if small else e
    m = m + m - ONE if small else m - ONE
    z = m * m
    y = _L0
    y = y * m + _L1
    y = y * m + _L2
    y = y * m + _L3
    y = y * m + _L4
    y = y * m + _L5
    y = y * m + _L6
    y = y * m + _L7
    y = y * m + _L8
    y = y * m * z
    y = y + _LN2_LOW * e - HALF * z
    return m + y + _LN2_HIGH * e


@scalar
def sqrt(x):
    """Square root, correctly rounded."""
    return np.sqrt(x)


_SPLIT, _CENTRE, _TAIL = F32(0.425), F32(0.180625), F32(1.6)
_A0, _A1, _A2, _A3 = F32(3.3871327179), F32(50.434271938), F32(159.29113202), F32(59.109374720)
_B1, _B2, _B3 = F32(17.895169469), F32(78.757757664), F32(67.187563600)
_C0, _C1, _C2, _C3 = F32(1.4234372777), F32(2.7568153900), F32(1.3067284816), F32(0.17023821103)
_D1, _D2 = F32(0.73700164250), F32(0.12021132975)


@scalar
def normal_quantile(u):
    """The standard normal value below which a share u of the distribution lies, 0 < u < 1."""
    q = u - HALF
    size = q if q >= ZERO else -q
    r = _CENTRE - q * q
    middle = q * (((_A3 * r + _A2) * r + _A1) * r + _A0) / (((_B3 * r + _B2) * r + _B1) * r + ONE)
    side = u if q < ZERO else ONE - u
    t = np.sqrt(-log(side)) - _TAIL
    tail = (((_C3 * t + _C2) * t + _C1) * t + _C0) / ((_D2 * t + _D1) * t + ONE)
    tail = -tail if q < ZERO else tail
    return middle if size <= _SPLIT else tail
