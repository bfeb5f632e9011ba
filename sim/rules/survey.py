"""Survey: how likely a customer says she is to recommend the firm, 0 to 10.

answer = floor(satisfaction / 10 + attachment + noise z + 1/2), read as 9-10 promoter, 0-6 detractor. The
answer lies outside 0 to 10 when the state does; it is not clipped, since only the two cuts are used.

A firm asks a share of its active customers; of those asked more answer the further they are from neutral:
P(answers) = asked (1 + bias |satisfaction - neutral| / 5), at most 1. The satisfaction that they state is the
true one and noise of 8 index points: a firm sees only that.

Source: Reichheld 2003, HBR 81(12):46 (the question and its cuts); the scale from satisfaction is proposed.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, scalar

_PER_MARK = F32(0.1)
_NOISE = F32(1.5)
SURVEY_EVERY = 13
"""Weeks between two counts of loyalties, and between surveys where a firm does not say."""


@scalar
def answer(satisfaction, attachment, z):
    """Mark given by a customer with this satisfaction (0-100) and attachment; z is the noise of answering."""
    return I32(np.floor(satisfaction * _PER_MARK + attachment + _NOISE * z + HALF))


_FAR = F32(1.0 / 5.0)
_STATED_NOISE = F32(8.0)


@scalar
def answers(u, asked, bias, distance):
    """Whether a uniform draw says that a customer answers who is so many index points from neutral."""
    size = distance if distance >= ZERO else -distance
    return u < asked * (ONE + bias * size * _FAR)


@scalar
def stated(satisfaction, z):
    """Satisfaction as it is stated; z is the noise of stating it."""
    return satisfaction + _STATED_NOISE * z
