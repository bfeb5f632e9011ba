"""A game in normal form with payoffs from replicates: best replies, equilibria and regret, each with how sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.contest import solve
from sim.experiments.contest.mixed import MOST_CHOICES, Doubt, Mixed, doubt, mixed_equilibria
from sim.experiments.errors import ExperimentError
from sim.experiments.statistics import Difference, Interval, mean_interval, paired_difference

DRAWS = 2000
"""Games resampled for every probability."""
Profile = tuple[int, ...]
"""What each player picks, by number, in the order of the players."""


def over(profile: Profile, *player: int) -> Any:
    """Index of all replicates, or draws, of one combination (and player)."""
    return (slice(None), *profile, *player)


@dataclass(frozen=True)
class Verdict:
    """Which kind of game it is, judged by mean payoffs, and how sure."""

    kind: str
    equilibrium: Profile | None
    """the only equilibrium in pure choices, if there is one"""
    better: Profile | None
    """where all would get more than in it: of such profiles the one with the largest sum"""
    probability: float | None
    """share of resampled games that are of this kind with this equilibrium; None with one replicate"""
    others: tuple[tuple[str, float], ...]
    """other kinds that resampled games are of, with their shares, the largest first"""


@dataclass(frozen=True)
class Game:
    """Who gets what under every combination of choices, replicate by replicate.

    payoffs: replicate x choice of the first player x ... x choice of the last x player, in the unit of the metric.
    better: 'higher' or 'lower'; regret and gains count what is better as positive. Combinations of one replicate are
    paired. Differences have t-intervals (95 %); probabilities are shares of games whose replicates are drawn anew with
    replacement (bootstrap: Efron & Tibshirani 1993) and spread as a t-interval of so few is; the same draws for the
    same seed.
    """

    players: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...]
    payoffs: NDArray[np.float64] = field(repr=False)
    better: str = "higher"
    seed: int = 1

    @property
    def replicates(self) -> int:
        """How many replicates there are."""
        return len(self.payoffs)

    @property
    def alike(self) -> bool:
        """Whether all players have the same choices."""
        return len(set(self.choices)) == 1

    @property
    def profiles(self) -> list[Profile]:
        """All combinations, the last player's choice changing fastest."""
        return list(product(*(range(len(names)) for names in self.choices)))

    def names(self, profile: Profile) -> tuple[str, ...]:
        """What each player picks, by name."""
        return tuple(names[choice] for names, choice in zip(self.choices, profile, strict=True))

    def label(self, profile: Profile) -> str:
        """A combination in one line."""
        return ", ".join(
            f"{who}: {what}" for who, what in zip(self.players, self.names(profile), strict=True)
        )

    def symmetrised(self) -> Game:
        """The game with each payoff averaged over the seats: what a choice gives against the others' choices, whoever
        sits where. ValueError unless all have the same choices.
        """
        if not self.alike:
            raise ValueError("seats can be averaged only where all have the same choices")
        count = len(self.players)
        total = np.zeros_like(self.payoffs)
        orders = list(permutations(range(count)))
        for order in orders:
            # player k sits in seat order[k]
            turned = self.payoffs.transpose(0, *(1 + seat for seat in order), count + 1)
            total += turned[..., list(order)]
        return Game(self.players, self.choices, total / len(orders), self.better, self.seed)

    # --- numbers ------------------------------------------------------------------------------------------

    @cached_property
    def utility(self) -> NDArray[np.float64]:
        """Payoffs with more being better."""
        return -self.payoffs if self.better == "lower" else self.payoffs

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """Mean utility: choices x ... x player."""
        found: NDArray[np.float64] = self.utility.mean(axis=0)
        return found

    @cached_property
    def draws(self) -> NDArray[np.float64]:
        """Mean utilities of resampled games: draw x choices x ... x player."""
        count = self.replicates
        chance = np.random.default_rng([self.seed, 0x6A3E])
        weights = chance.multinomial(count, np.full(count, 1 / count), size=DRAWS) / count
        found = np.tensordot(weights, self.utility, axes=1)
        if count == 1:
            return np.asarray(found, dtype=np.float64)
        # Means of few replicates drawn anew are too close together; this gives them the spread of a t-interval.
        wider = np.sqrt(count / chance.chisquare(count - 1, size=DRAWS))
        wider = wider.reshape(-1, *(1,) * self.mean.ndim)
        return np.asarray(self.mean + wider * (found - self.mean), dtype=np.float64)

    @property
    def sure(self) -> bool:
        """Whether there is more than one replicate, so that anything can be said of chance."""
        return self.replicates > 1

    @cached_property
    def regret(self) -> NDArray[np.float64]:
        """What a player would gain by the best choice against the others' choices: choices x ... x player."""
        return np.asarray(solve.regrets(self.mean[None])[0])

    @cached_property
    def drawn_regrets(self) -> NDArray[np.float64]:
        """Regret in resampled games: draw x choices x ... x player."""
        return solve.regrets(self.draws)

    @cached_property
    def _stable(self) -> NDArray[np.bool_]:
        return np.asarray((self.drawn_regrets <= solve.tolerance(self.draws)).all(axis=-1))

    @property
    def equilibria(self) -> list[Profile]:
        """Pure Nash equilibria of the mean payoffs."""
        stable = solve.equilibria(self.mean[None])[0]
        return [profile for profile in self.profiles if stable[profile]]

    def probability(self, profile: Profile) -> float | None:
        """Share of resampled games in which a combination is an equilibrium."""
        return float(self._stable[over(profile)].mean()) if self.sure else None

    def level(self, profile: Profile, player: int) -> Interval:
        """What a player gets under a combination, with its interval, in the unit of the metric."""
        return mean_interval(self.payoffs[over(profile, player)])

    def gain(self, player: int, ours: Profile, theirs: Profile) -> Difference:
        """What a player gains under one combination over another, paired; what is better is positive."""
        return paired_difference(self.utility[over(ours, player)], self.utility[over(theirs, player)])

    def instead(self, profile: Profile, player: int, choice: int) -> Profile:
        """The combination in which one player picks something else."""
        return (*profile[:player], choice, *profile[player + 1 :])

    def best_reply(self, profile: Profile, player: int) -> int:
        """The best choice of a player against the others' choices; the first of equal ones."""
        own = [
            self.mean[(*self.instead(profile, player, c), player)] for c in range(len(self.choices[player]))
        ]
        least = solve.tolerance(self.mean)
        return next(choice for choice, value in enumerate(own) if value >= max(own) - least)

    def is_best(self, profile: Profile, player: int) -> bool:
        """Whether a player has no better choice against the others' choices."""
        return bool(self.regret[(*profile, player)] <= solve.tolerance(self.mean))

    def probability_best(self, profile: Profile, player: int) -> float | None:
        """Share of resampled games in which a player has no better choice against the others' choices."""
        if not self.sure:
            return None
        own = self.drawn_regrets[over(profile, player)]
        return float((own <= solve.tolerance(self.draws)).mean())

    def near(self, epsilon: float) -> list[Profile]:
        """Combinations that nobody gains more than epsilon by leaving alone (in the metric's unit)."""
        if epsilon < 0:
            raise ExperimentError(f"epsilon is {epsilon}; it must be 0 or more")
        return [p for p in self.profiles if self.regret[p].max() <= epsilon + solve.tolerance(self.mean)]

    @cached_property
    def mixes(self) -> tuple[tuple[Mixed, Doubt | None], ...]:
        """Equilibria of two players, mixed ones too; nothing for more players or more than MOST_CHOICES choices."""
        if len(self.players) != 2 or max(map(len, self.choices)) > MOST_CHOICES:
            return ()
        found = mixed_equilibria(self.mean)
        return tuple((one, doubt(one, self.draws) if self.sure else None) for one in found)

    # --- what it comes to ---------------------------------------------------------------------------------

    @property
    def best_together(self) -> Profile:
        """The combination under which the players together get most."""
        return max(self.profiles, key=lambda profile: float(self.mean[profile].sum()))

    @cached_property
    def verdict(self) -> Verdict:
        """Which kind of game it is."""
        kinds, only = solve.kinds(self.mean[None], alike=self.alike)
        kind, at = solve.KINDS[kinds[0]], int(only[0])
        better = None
        if at != solve.NOWHERE:
            can = solve.better_for_all(self.mean[None], only)[0]
            sums = np.where(can, self.mean.reshape(-1, len(self.players)).sum(axis=-1), -np.inf)
            better = self.profiles[int(sums.argmax())] if can.any() else None
        probability, others = None, list[tuple[str, float]]()
        if self.sure:
            all_kinds, all_only = solve.kinds(self.draws, alike=self.alike)
            ours = (all_kinds == kinds[0]) & (all_only == only[0])
            probability = float(ours.mean())
            for number, name in enumerate(solve.KINDS):
                share = float(((all_kinds == number) & ~ours).mean())
                if share > 0:
                    others.append((name, share))
        return Verdict(
            kind,
            None if at == solve.NOWHERE else self.profiles[at],
            better,
            probability,
            tuple(sorted(others, key=lambda other: -other[1])),
        )
