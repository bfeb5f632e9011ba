"""Survey: how likely a customer says she is to recommend the firm, 0 to 10.

answer = floor(satisfaction / 10 + attachment + noise z + 1/2), read as 9-10 promoter, 0-6 detractor. The
answer lies outside 0 to 10 when the state does; it is not clipped, since only the two cuts are used.

Source: Reichheld 2003, HBR 81(12):46 (the question and its cuts); the scale from satisfaction is proposed.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, HALF, I32, scalar

_PER_MARK = F32(0.1)
_NOISE = F32(1.5)
SURVEY_EVERY = 13
"""Weeks between surveys."""


@scalar
def answer(satisfaction, attachment, z):
    """Mark given by a customer with this satisfaction (0-100) and attachment; z is the noise of answering."""
    return I32(np.floor(satisfaction * _PER_MARK + attachment + _NOISE * z + HALF))
