"""Whether members buy more often near a reward: weekly counts, each member held against herself.

Given her total, a member's weeks are multinomial with weights exp(b z): her own pace drops out.

Source: Hausman, Hall & Griliches 1984, Econometrica 52:909; Wooldridge 1999, J. Econometrics 90:77 (from memory).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.likelihood import significant

Z95 = 1.959964
STEPS, ENOUGH = 50, 1e-9


@dataclass(frozen=True)
class Pace:
    """Log ratios of pace, by name, with errors clustered by member: against the first quarter of the way, or of the
    weeks after a redemption against all others."""

    names: tuple[str, ...]
    effects: NDArray[np.float64] = field(repr=False)
    errors: NDArray[np.float64] = field(repr=False)
    members: int
    """with purchases in weeks that differ"""
    weeks: int
    """member-weeks looked at"""

    def ratio(self, name: str) -> tuple[float, float, float]:
        """How many times as often as in the first quarter, with its 95 % interval; KeyError if it was not seen."""
        if name not in self.names:
            raise KeyError(name)
        effect, error = (float(a[self.names.index(name)]) for a in (self.effects, self.errors))
        return exp(effect), exp(effect - Z95 * error), exp(effect + Z95 * error)

    def record(self) -> dict[str, Any]:
        """Plain values for a provenance."""
        found = {
            name: {"log_ratio": significant(float(b)), "standard_error": significant(float(se))}
            for name, b, se in zip(self.names, self.effects, self.errors, strict=True)
        }
        return {"against": "first quarter", "members": self.members, "member_weeks": self.weeks, **found}


def own_weeks(
    bought: NDArray[np.float64],
    balance: NDArray[np.float64],
    took: NDArray[np.float64],
    member: NDArray[np.bool_],
    threshold: float,
    *,
    after: int,
    names: Sequence[str],
) -> Pace:
    """Fit the pace by distance to the reward. All arrays are customers x weeks: purchases, points as the week begins,
    points redeemed in it, and whether the customer was a member by then. after: weeks that count as just after a
    redemption, which are held against all others; names: of the five kinds of weeks.
    """
    # How far she is depends on what she bought. Up to her last purchase her gaps may change places where nothing pulls,
    # so nothing is found then; the wait after it would count against wherever she was when the log ended.
    member = member & (np.cumsum(bought[:, ::-1], axis=1)[:, ::-1] > 0)
    progress = np.minimum(balance / threshold, 1.0)
    recent = np.zeros(took.shape, np.bool_)
    for lag in range(1, after + 1):
        recent[:, lag:] |= took[:, :-lag] > 0
    kinds = [(progress >= low) & (progress < low + 0.25) for low in (0.25, 0.5, 0.75)]
    kinds.append(progress >= 1.0)
    shown, effects, errors, members = list[str](), list[float](), list[float](), 0
    # One after the other: next to "just after", the first quarter would be who has been slow since.
    for some, called in ((kinds, names[:-1]), ([recent], names[-1:])):
        seen = [(kind, name) for kind, name in zip(some, called, strict=True) if (kind & member).any()]
        if not seen:
            continue
        z = np.stack([kind for kind, _ in seen], axis=2).astype(np.float64)
        b, se, used = conditional_poisson(bought, z, member)
        shown += [name for _, name in seen]
        effects += b.tolist()
        errors += se.tolist()
        members = max(members, used)
    return Pace(tuple(shown), np.array(effects), np.array(errors), members, int(member.sum()))


def conditional_poisson(
    counts: NDArray[np.float64], z: NDArray[np.float64], there: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Effects of z (customers x weeks x k) on counts (customers x weeks), given each customer's total; their errors,
    clustered by customer; and how many customers tell anything. there: which weeks count.
    """
    totals = (counts * there).sum(axis=1)
    most, least = (np.where(there[:, :, None], z, sign * np.inf) for sign in (-1, 1))
    varies = (most.max(axis=1) > least.min(axis=1)).any(axis=1)
    use = (totals > 0) & varies
    y, x, w, n = counts[use] * there[use], z[use], there[use], totals[use]
    k = z.shape[2]
    if not use.any():
        return np.zeros(k), np.full(k, np.inf), 0
    effects = np.zeros(k)

    def at(b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weight = np.exp(np.clip(x @ b, -30, 30)) * w
        share = weight / weight.sum(axis=1, keepdims=True)
        expected = np.einsum("it,itk->ik", share, x)
        scores = np.einsum("it,itk->ik", y, x) - n[:, None] * expected
        second = np.einsum("i,it,itk,itl->kl", n, share, x, x) - np.einsum(
            "i,ik,il->kl", n, expected, expected
        )
        return scores, second

    for _ in range(STEPS):
        scores, second = at(effects)
        step = np.linalg.pinv(second) @ scores.sum(axis=0)
        effects = effects + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < ENOUGH:
            break
    scores, second = at(effects)
    bread = np.linalg.pinv(second)
    spread = bread @ (scores.T @ scores) @ bread
    return effects, np.sqrt(np.diag(spread)), int(use.sum())
