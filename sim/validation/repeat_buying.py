"""Repeat buying without programmes: the law of buyer moderation (M07), new customers of a shop (M12)."""

from __future__ import annotations

import numpy as np

from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live


def moderation(trial: Trial) -> dict[str, float]:
    """Two years of eight brands: who was among a brand's heaviest fifth, and who buys it after a year without."""
    shares = (0.25, 0.19, 0.1, 0.1, 0.09, 0.08, 0.03, 0.16)
    sellers = [{**firm, "share": share} for firm, share in zip(firms(8), shares, strict=True)]
    plan = trial.world(
        sellers, rate=1.456 / 13, shape=0.78, weeks=156, customers=8000,
    )  # fmt: skip
    market = trial.market(plan)
    people, years = market.population, []
    keep = np.exp(-market.rules.memory.forgetting)
    bought = np.zeros(len(people))
    for week in range(market.weeks):
        before, last = people.column("remembered", 0), people.column("last_week", 0)
        market.step()
        here = people.column("last_week", 0) == week
        left = before * np.where(last >= 0, keep ** np.minimum(week - last, 400), 0.0)
        bought += np.where(here, np.round(people.column("remembered", 0) - left), 0)
        if week % 52 == 51:
            years.append(bought)
            bought = np.zeros(len(people))
    first, second = years[1], years[2]

    def top(year: np.ndarray) -> set[int]:
        buyers = np.flatnonzero(year > 0)
        return set(buyers[np.argsort(-year[buyers], kind="stable")][: len(buyers) // 5].tolist())

    stays = len(top(first) & top(second)) / len(top(first))
    return {"M07a": stays, "M07b": float(second[first == 0].sum() / second.sum())}


def newcomers(trial: Trial) -> dict[str, float]:
    """New customers of the only online shop, first purchases spread evenly over twelve weeks of 39; repeats until then.

    Who first bought in week w is followed for the other 38 - w weeks; rates do not depend on the week.

    Purchase rates and leaving are those of the Pareto/NBD that the authors fitted to these customers: an echo, except
    that satisfaction, failures, drift and all else of the model act too.
    """
    plan = trial.world(
        firms(1), rate=0.553 / 10.578, shape=0.553, weeks=39, customers=6000,
        customers_more={"replace_leavers": False}, segment={"leaving": {"shape": 0.606, "scale": 11.669}},
    )  # fmt: skip
    market = trial.market(plan)
    weeks = live(market, market.weeks)[:, 0]
    start = np.arange(weeks.shape[1]) % 12
    repeats = np.zeros(weeks.shape[1])
    for week, bought in enumerate(weeks[:39]):
        repeats += np.where(week <= 38 - start, bought, 0)
    return {
        "M12a": float((repeats == 0).mean()), "M12b": float((repeats == 1).mean()), "M12c": float(repeats.mean()),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        moderation,
        ("M07a", "M07b"),
        context=(
            "Two years without shocks, leading brand of eight. Purchase rates and the shares of eight brands"
            " are set here. Without drift M07a lies outside (.66)."
        ),
    ),
    Experiment(
        newcomers,
        ("M12a", "M12b", "M12c"),
        context=(
            "One online shop, new customers of twelve weeks, 39 weeks; rates and leaving as fitted there."
            " Purchase rates and leaving are those of the Pareto/NBD that the authors fitted to the same"
            " customers, so this is an echo: it says that satisfaction, failures and drift do not spoil repeat"
            " buying."
        ),
        echo=("M12a", "M12b", "M12c"),
    ),
)
