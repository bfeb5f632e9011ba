"""What a game comes to, in plain words that say how sure it is."""

from __future__ import annotations

from collections.abc import Callable

from sim.experiments.contest import solve, tables
from sim.experiments.contest.game import Game, Profile, Verdict

ENOUGH = 0.95
"""A probability from which a verdict is no longer called unsure."""
FEW = 8
"""Replicates below which resampling them says little."""
MOST_LINES = 4
Show = Callable[[float], str]


def summary(game: Game, unit: str) -> str:
    """Verdict, equilibria, what an agreement would be worth; unit: of the metric."""

    size = float(abs(game.mean).max())
    digits = 0 if size >= 1000 else 2 if size >= 1 else 4

    def show(value: float) -> str:
        return f"{value:,.{digits}f}"

    lines = [*_verdict(game), *_equilibria(game), *_agreement(game, show, unit), *_dominated(game)]
    if not game.sure:
        lines.append("One replicate has no interval and no probability; give --replicates 8 or more.")
    elif game.replicates < FEW:
        lines.append(f"{game.replicates} replicates are few: their probabilities are rough.")
    return "\n".join(lines)


def chance(probability: float | None) -> str:
    """A probability as it is said."""
    if probability is None:
        return "unknown"
    if probability < 0.01:
        return "below .01"
    if probability > 0.99:
        return "above .99"
    return f"{probability:.2f}".removeprefix("0")


def _sure(verdict: Verdict) -> str:
    if verdict.probability is None:
        return ""
    if verdict.probability >= ENOUGH:
        return f" (probability {chance(verdict.probability)})"
    rest = ", ".join(
        f"{kind}{' with another equilibrium' if kind == verdict.kind else ''} {chance(share)}"
        for kind, share in verdict.others
    )
    return f". That is not sure: probability {chance(verdict.probability)}; otherwise {rest}"


def _verdict(game: Game) -> list[str]:
    found = game.verdict
    sure = _sure(found)
    if found.kind == solve.CYCLE:
        return [
            f"No pure equilibrium: under every combination somebody would rather do something else{sure}."
        ]
    if found.equilibrium is None:
        listed = "; ".join(game.label(profile) for profile in game.equilibria[:MOST_LINES])
        more = len(game.equilibria) - MOST_LINES
        listed += f"; and {more} more" if more > 0 else ""
        said = {
            solve.COORDINATION: "Coordination game: it is best to do as the others do",
            solve.ANTI: "Anti-coordination game: it is best to do what the others do not",
            solve.SEVERAL: "Several equilibria",
        }[found.kind]
        return [f"{said}. Equilibria are: {listed}{sure}."]
    at = game.label(found.equilibrium)
    if found.kind == solve.PRISONERS:
        assert found.better is not None
        words = (
            f"Prisoner's dilemma: each does best by its own choice of ({at}) whatever the others do, and yet all would "
            f"be better off with ({game.label(found.better)}){sure}."
        )
        return [words]
    if found.kind == solve.INEFFICIENT:
        assert found.better is not None
        words = (
            f"Inefficient equilibrium: ({at}) is the only one, and all would be better off with "
            f"({game.label(found.better)}), which somebody would leave{sure}."
        )
        return [words]
    return [f"No dilemma: ({at}) is the only equilibrium, and no combination is better for all{sure}."]


def _equilibria(game: Game) -> list[str]:
    if not game.sure:
        return []
    lines = []
    likely = sorted(game.profiles, key=lambda profile: -(game.probability(profile) or 0.0))
    said = [p for p in likely if (game.probability(p) or 0.0) >= 0.05 or p in game.equilibria][:MOST_LINES]
    if len(said) > 1 or any((game.probability(profile) or 0.0) < ENOUGH for profile in said):
        listed = ", ".join(f"({game.label(profile)}) {chance(game.probability(profile))}" for profile in said)
        lines.append(f"Probability of being an equilibrium: {listed}.")
    for one, unsure in game.mixes:
        if one.pure:
            continue
        parts = []
        for i, player in enumerate(game.players):
            weights = ", ".join(
                f"{game.choices[i][choice]} {one.weights[i][choice]:.2f}"
                + (
                    ""
                    if unsure is None or unsure.probability == 0
                    else f" [{unsure.low[i][choice]:.2f}, {unsure.high[i][choice]:.2f}]"
                )
                for choice in one.supports[i]
            )
            parts.append(f"{player}: {weights}")
        often = "" if unsure is None else f" (probability {chance(unsure.probability)})"
        lines.append(f"Equilibrium in mixed choices: {'; '.join(parts)}{often}.")
    return lines


def _agreement(game: Game, show: Show, unit: str) -> list[str]:
    stable = game.equilibria
    if not stable:
        return []
    # Of several, the one that it would be best to get out of.
    at: Profile = min(stable, key=lambda profile: float(game.mean[profile].sum()))
    if game.mean[game.best_together].sum() - game.mean[at].sum() <= solve.tolerance(game.mean):
        return [f"Together they get most in ({game.label(at)}), where nobody wants to leave."]
    table = tables.agreement(game, at)
    said = {
        "a firm on average" if row["firm"] == "all" else row["firm"]: show(row["gain"])
        + (f" [{show(row['low'])}, {show(row['high'])}]" if game.sure else "")
        for row in table.to_dict("records")
    }
    if len(set(said.values())) == 1:
        said = {"each": next(iter(said.values()))}
    words = ", ".join(f"{firm} {gain}" for firm, gain in said.items())
    return [
        f"Agreeing on ({game.label(game.best_together)}) instead of ({game.label(at)}) would bring {words} ({unit})."
    ]


def _dominated(game: Game) -> list[str]:
    firms: dict[str, list[str]] = {}
    for (firm, choice), rows in tables.dominated(game).groupby(["firm", "choice"], sort=False):
        best = rows.sort_values(["strictly", "probability"], ascending=False).iloc[0]
        how = "is worse" if best["strictly"] else "is never better"
        sure = f" (probability {chance(best['probability'])})" if game.sure else ""
        firms.setdefault(f"{choice} {how} than {best['by']} whatever the others do{sure}", []).append(firm)
    return [f"{' and '.join(names)}: {words}." for words, names in firms.items()]
