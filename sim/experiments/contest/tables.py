"""What a game comes to, as tidy tables. Gains and regret count what is better as positive; intervals are 95 %."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pandas as pd

from sim.experiments.contest import solve
from sim.experiments.contest.game import Game, Profile, over
from sim.experiments.statistics import paired_difference


def _picks(game: Game, profile: Profile) -> dict[str, str]:
    return dict(zip(game.players, game.names(profile), strict=True))


def payoffs(game: Game) -> pd.DataFrame:
    """A row a combination and player: what all pick (a column a player), the player's payoff with its interval, its
    regret, whether its choice is a best reply and with which probability.
    """
    rows = []
    for profile in game.profiles:
        for i, player in enumerate(game.players):
            level = game.level(profile, i)
            rows.append(
                {
                    **_picks(game, profile),
                    "firm": player,
                    "mean": level.mean,
                    "low": level.low,
                    "high": level.high,
                    "regret": float(game.regret[(*profile, i)]),
                    "best_reply": game.is_best(profile, i),
                    "p_best": game.probability_best(profile, i),
                }
            )
    return _floats(pd.DataFrame(rows), "mean", "low", "high", "regret", "p_best")


def deviations(game: Game) -> pd.DataFrame:
    """A row a player, choices of the others and pair of its own choices: what it gains by the second over the first,
    paired, with its interval, the probability of a gain and a verdict.
    """
    rows = []
    for i, player in enumerate(game.players):
        for profile in game.profiles:
            if profile[i] != 0:
                continue
            for one, other in combinations(range(len(game.choices[i])), 2):
                gain = game.gain(i, game.instead(profile, i, other), game.instead(profile, i, one))
                rows.append(
                    {
                        "firm": player,
                        "against": _against(game, profile, i),
                        "from": game.choices[i][one],
                        "to": game.choices[i][other],
                        "gain": gain.mean,
                        "low": gain.low,
                        "high": gain.high,
                        "p_better": gain.p_better,
                        "verdict": gain.verdict,
                    }
                )
    names = ["firm", "against", "from", "to", "gain", "low", "high", "p_better", "verdict"]
    return _floats(pd.DataFrame(rows, columns=names), "gain", "low", "high", "p_better")


def _against(game: Game, profile: Profile, player: int) -> str:
    picks = _picks(game, profile)
    return ", ".join(f"{who}: {what}" for who, what in picks.items() if who != game.players[player])


def best_replies(game: Game) -> pd.DataFrame:
    """A row a player and choices of the others: the best reply, by how much it beats the next best one (paired, with
    its interval) and with which probability it is the best.
    """
    rows = []
    for i, player in enumerate(game.players):
        for profile in game.profiles:
            if profile[i] != 0:
                continue
            best = game.best_reply(profile, i)
            there = game.instead(profile, i, best)
            rest = [game.instead(profile, i, c) for c in range(len(game.choices[i])) if c != best]
            row: dict[str, object] = {
                "firm": player,
                "against": _against(game, profile, i),
                "reply": game.choices[i][best],
                "over": "",
            }
            if rest:
                second = max(rest, key=lambda other: float(game.mean[(*other, i)]))
                gain = game.gain(i, there, second)
                row["over"] = game.choices[i][second[i]]
                row |= {"gain": gain.mean, "low": gain.low, "high": gain.high}
            rows.append(row | {"p_best": game.probability_best(there, i)})
    names = ["firm", "against", "reply", "over", "gain", "low", "high", "p_best"]
    return _floats(pd.DataFrame(rows, columns=names), "gain", "low", "high", "p_best")


def stability(game: Game) -> pd.DataFrame:
    """A row a combination: whether it is an equilibrium of the mean payoffs, with which probability it is one, and
    epsilon: the most that anybody gains by leaving it alone (high: 97.5 % of resampled games are below).
    """
    rows = []
    for profile in game.profiles:
        most = game.drawn_regrets[over(profile)].max(axis=-1)
        rows.append(
            {
                **_picks(game, profile),
                "equilibrium": profile in game.equilibria,
                "probability": game.probability(profile),
                "epsilon": float(game.regret[profile].max()),
                "epsilon_high": float(np.quantile(most, 0.975)) if game.sure else None,
            }
        )
    return _floats(pd.DataFrame(rows), "probability", "epsilon", "epsilon_high")


def dominated(game: Game) -> pd.DataFrame:
    """A row a choice that another one of the same player dominates by mean payoffs, with the probability of it."""
    rows = []
    for i, player in enumerate(game.players):
        for one, other in permutations(range(len(game.choices[i])), 2):
            for strictly in (True, False):
                if solve.dominates(game.mean[None], i, one, other, strictly=strictly)[0]:
                    often = solve.dominates(game.draws, i, one, other, strictly=strictly).mean()
                    rows.append(
                        {
                            "firm": player,
                            "choice": game.choices[i][other],
                            "by": game.choices[i][one],
                            "strictly": strictly,
                            "probability": float(often) if game.sure else None,
                        }
                    )
                    break
    names = ["firm", "choice", "by", "strictly", "probability"]
    return _floats(pd.DataFrame(rows, columns=names), "probability")


def mixed(game: Game) -> pd.DataFrame:
    """A row an equilibrium of two players, player and choice that it plays: weight with 95 % of those of resampled
    games, what the player expects, and the share of resampled games with an equilibrium on these choices.
    """
    rows = [
        {
            "number": number,
            "firm": game.players[i],
            "choice": game.choices[i][choice],
            "weight": float(one.weights[i][choice]),
            "low": None if unsure is None else float(unsure.low[i][choice]),
            "high": None if unsure is None else float(unsure.high[i][choice]),
            "expects": (-1 if game.better == "lower" else 1) * one.expects[i],
            "probability": None if unsure is None else unsure.probability,
        }
        for number, (one, unsure) in enumerate(game.mixes, start=1)
        for i in (0, 1)
        for choice in one.supports[i]
    ]
    names = ["number", "firm", "choice", "weight", "low", "high", "expects", "probability"]
    return _floats(pd.DataFrame(rows, columns=names), "weight", "low", "high", "expects", "probability")


def agreement(game: Game, profile: Profile) -> pd.DataFrame:
    """A row a player, and one for `all` (their mean): what it would gain over a combination if all agreed on the best
    one together, paired, with its interval.
    """
    there = game.best_together
    rows = []
    for i, player in enumerate(game.players):
        gain = game.gain(i, there, profile)
        rows.append((player, gain.mean, gain.low, gain.high, gain.p_better))
    ours = game.utility[over(there)].mean(axis=-1)
    gain = paired_difference(ours, game.utility[over(profile)].mean(axis=-1))
    rows.append(("all", gain.mean, gain.low, gain.high, gain.p_better))
    names = ["firm", "gain", "low", "high", "p_better"]
    return _floats(pd.DataFrame(rows, columns=names), *names[1:])


def _floats(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return table.astype(dict.fromkeys(names, float))
