"""Which mechanisms make the difference between two designs: each off, and the Shapley value of their families.

With D = metric of the design - metric of the other, in paired worlds:

    change of a mechanism = D without it - D
    contribution of a family = its Shapley value in the game v(S) = D with the families S on, the others off

The contributions add up to D(all families on) - D(all off). What remains with all off is what no mechanism makes: costs
that the design has whatever customers do. A family is played if one of its mechanisms acts in this world, which is
seen by switching it off; a family that changes nothing alone is left on. Mechanisms that stand in for each other show
small changes alone and large ones together; the Shapley value shares what they do together.

Source: see sim/experiments/explain/shapley.py; Owen 1972, Management Science 18:64 (families of players).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.explain import shapley
from sim.experiments.explain.families import FAMILIES, MECHANISMS, family_of
from sim.experiments.explain.shapley import Coalition, Order
from sim.experiments.run import AS_WRITTEN, changes_of
from sim.experiments.statistics import mean_interval

Off = tuple[str, ...]
"""Mechanisms that are switched off, in the order of MECHANISMS."""
Samples = Mapping[Off, NDArray[np.float64]]
"""What is off -> D by replicate."""
_COLUMNS = ("without", "without_low", "without_high", "change", "low", "high")


def in_order(names: Iterable[str]) -> Off:
    """These mechanisms, each once, in the order of the scenario."""
    wanted = set(names)
    return tuple(name for name in MECHANISMS if name in wanted)


def changes(off: Off) -> str:
    """The changes of a cell in which these are off."""
    return AS_WRITTEN if not off else changes_of({f"behaviour.{name}.enabled": False for name in off})


def families(mechanisms: Sequence[str]) -> dict[str, Off]:
    """Family -> those of its mechanisms that may be switched off."""
    found = {family: in_order(m for m in members if m in mechanisms) for family, members in FAMILIES.items()}
    return {family: members for family, members in found.items() if members}


def off_in(coalition: Coalition, played: Mapping[str, Off]) -> Off:
    """What is off where only these of the families played are on."""
    return in_order(name for family, members in played.items() if family not in coalition for name in members)


def table(mechanisms: Sequence[str], samples: Samples, acting: Sequence[str]) -> pd.DataFrame:
    """A row a mechanism: D without it, and the change of D, with their 95 % intervals.

    acts: whether anything that is measured at the focal firm changes without it, under either design. matters: whether
    D does, to the bit. NaN where D does not exist without it.
    """
    whole = samples[()]
    rows = []
    for name in mechanisms:
        without = samples[(name,)]
        level, change = mean_interval(without), mean_interval(without - whole)
        matters = not np.array_equal(without, whole, equal_nan=True)
        rows.append(
            (name, family_of(name), level.mean, level.low, level.high, change.mean, change.low, change.high,
             name in acting, matters)
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["mechanism", "family", *_COLUMNS, "acts", "matters"])
    return frame.astype(dict.fromkeys(_COLUMNS, float))


def contributions(
    played: Mapping[str, Off], drawn: Sequence[Order] | None, samples: Samples
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """A row a family played, the largest contribution first; and its values, family x replicate, in that order.

    drawn: orders drawn at random, or None where all coalitions were played. mean, low, high: over worlds; share: of D;
    sampling_error: standard error of the orders drawn (NaN where all were played). Empty where D does not exist in
    some coalition.
    """
    columns = ["family", "mechanisms", "mean", "low", "high", "share", "sampling_error"]
    players = tuple(played)
    empty = pd.DataFrame(columns=columns), np.zeros((0, len(samples[()])))
    needed = shapley.every(players) if drawn is None else shapley.needed(drawn)
    values = {coalition: samples[off_in(coalition, played)] for coalition in needed}
    if not players or not all(np.isfinite(v).all() for v in values.values()):
        return empty
    found = []
    for replicate in range(len(samples[()])):
        worth = {coalition: Fraction(float(v[replicate])) for coalition, v in values.items()}
        found.append(shapley.exact(players, worth) if drawn is None else shapley.sampled(drawn, worth))
    by_family = {player: np.array([float(share[player]) for share in found]) for player in players}
    errors = dict.fromkeys(players, nan)
    if drawn is not None:
        worth = {coalition: Fraction(float(v.mean())) for coalition, v in values.items()}
        errors = shapley.sampling_error(drawn, worth)
    whole = float(samples[()].mean())
    order = sorted(players, key=lambda player: (-abs(by_family[player].mean()), player))
    rows = []
    for player in order:
        interval = mean_interval(by_family[player])
        share = float(by_family[player].mean()) / whole if whole else nan
        rows.append(
            (player, ", ".join(played[player]), interval.mean, interval.low, interval.high, share, errors[player])
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    numbers = frame.astype(dict.fromkeys(columns[2:], float))
    return numbers, np.array([by_family[player] for player in order])


def acting(mechanisms: Sequence[str], measured: Mapping[Off, Sequence[Mapping[str, float]]]) -> Off:
    """Mechanisms whose removal changes anything measured, under either design, in any replicate, to the bit."""

    def same(ours: Mapping[str, float], theirs: Mapping[str, float]) -> bool:
        return all(
            a == theirs[name] or not (isfinite(a) or isfinite(theirs[name])) for name, a in ours.items()
        )

    return in_order(
        name
        for name in mechanisms
        if not all(same(a, b) for a, b in zip(measured[()], measured[(name,)], strict=True))
    )
