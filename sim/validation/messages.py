"""Messages: what one does to the choice of who hears it (F10), and what more or kinder talk does to sales (F11)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.population import Population
from sim.rules.lapse import NEVER
from sim.rules.word_of_mouth import after_message, hearsay
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_NETWORK = {"network": {"degree": 10}}
_LOUDER, _KINDER = 0.5, 0.1
"""More messages, as a share of those there are; warnings that become praise, as a share of all messages."""
_BEGIN = 52
"""Week from which talk is changed."""


def say(market: Market, hearers: NDArray[np.bool_], good: bool, firm: int = 0) -> None:
    """Let these customers hear one message about a firm, as from a friend; nothing where nobody listens to friends."""
    people, numbers = market.population, market.rules.word_of_mouth
    if people.network is None:
        return
    regard, expectation = people.column("regard", firm), people.column("expectation", firm)
    strangers = people.column("last_week", firm) == NEVER
    people.set_column("regard", np.where(hearers, after_message(regard, good, numbers), regard), firm)
    moved = np.where(hearers & strangers, hearsay(expectation, good, numbers), expectation)
    people.set_column("expectation", moved, firm)


def shift(trial: Trial) -> dict[str, float]:
    """Two firms alike; by lot a third hears praise of the first, a third a warning. Purchases of the next week, against
    those of the same customers in a world where they heard nothing.
    """
    plain = trial.market(trial.world(firms(2), rate=0.5, weeks=30, customers=6000, customers_more=_NETWORK))
    while plain.week < 26:
        plain.step()
    told, arm = deepcopy(plain), trial.lots(0).integers(0, 3, len(plain.population))
    say(told, arm == 1, good=True)
    say(told, arm == 2, good=False)
    choices = []
    for market in (plain, told):
        market.step()
        people = market.population
        bought = np.stack([people.column("last_week", f) for f in range(2)]).max(axis=0) == market.week - 1
        choices.append(np.where(bought, people.column("last_firm") == 0, np.nan))
    moved = choices[1] - choices[0]
    return {"F10a": float(np.nanmean(moved[arm == 1])), "F10b": float(np.nanmean(moved[arm == 2]))}


def elasticities(trial: Trial) -> dict[str, float]:
    """Four firms; from the second year on half as many messages about the first again reach people, or one in ten about
    it is praise in place of a warning. Its sales from the twelfth week on, for half a year, against those of the same
    market left alone. Stars: five for praise, one for a warning.
    """
    begun = trial.market(
        trial.world(firms(4, complaint_desk={}), rate=0.5, weeks=90, customers=4000, customers_more=_NETWORK)
    )
    while begun.week < _BEGIN:
        begun.step()
    alone, louder, kinder = (
        _talked(deepcopy(begun), trial.lots(1), *more)
        for more in ((0.0, 0.0), (_LOUDER, 0.0), (0.0, _KINDER))
    )
    messages, praise = alone.praise + alone.warnings, alone.praise
    rating = 1 + 4 * praise / max(messages, 1)
    # How much of the talk really changed: there may be fewer warnings to turn than wanted.
    volume = 1 + louder.added / max(louder.praise + louder.warnings, 1)
    valence = rating + 4 * kinder.turned / max(kinder.praise + kinder.warnings, 1)
    return {
        "F11a": _elasticity(louder.sold / alone.sold, volume),
        "F11b": _elasticity(kinder.sold / alone.sold, valence / rating),
        "stars": rating,
        "messages per customer and week": messages / (begun.weeks - _BEGIN) / len(begun.population),
    }


def _elasticity(sales: float, cause: float) -> float:
    return log(sales) / log(cause) if cause != 1 else 0.0


@dataclass
class _Talk:
    """What was sold at the first firm, and what was said of it."""

    sold: int = 0
    praise: int = 0
    warnings: int = 0
    added: int = 0
    turned: int = 0


def _talked(market: Market, lots: np.random.Generator, louder: float, kinder: float) -> _Talk:
    """Let a market live to its end, each week with more messages about the first firm, to anybody, or kinder ones."""
    people, numbers, talk = market.population, market.rules.word_of_mouth, _Talk()
    while market.week < market.weeks:
        before = people.column("regard") * numbers.keep if people.network is not None else None
        market.step()
        week = market.tallies[-1][:, 0].sum(axis=(0, 1))
        praise, warnings = int(week[Tally.PRAISE_HEARD]), int(week[Tally.WARNINGS_HEARD])
        talk.praise, talk.warnings = talk.praise + praise, talk.warnings + warnings
        talk.sold += int(week[Tally.PURCHASES]) if market.week > _BEGIN + 12 else 0
        if before is None:
            continue
        for good, number in ((True, praise), (False, warnings)):
            chosen = lots.choice(len(people), int(lots.binomial(number, louder)), replace=False)
            say(market, _among(people, chosen), good)
            talk.added += len(chosen)
        warned = np.flatnonzero(people.column("regard") < before)
        number = min(int(lots.binomial(praise + warnings, kinder)), len(warned))
        turned = _among(people, lots.choice(warned, number, replace=False))
        people.set_column("regard", np.where(turned, before, people.column("regard")))
        say(market, turned, True)
        talk.turned += number
    return talk


def _among(people: Population, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = np.zeros(len(people), bool)
    found[chosen] = True
    return found


EXPERIMENTS = (
    Experiment(
        shift,
        ("F10a", "F10b"),
        context=(
            "Two firms alike, as the parameters of the rule suppose even chances; one message each, to customers drawn"
            " by lot; purchases in the week after. `word_of_mouth.liking` and `disliking` are from this source."
        ),
        echo=("F10a", "F10b"),
    ),
    Experiment(
        elasticities,
        ("F11a", "F11b"),
        context=(
            "The model has no reviews. What stands for them is what customers say to friends: half as many messages"
            " again about one of four firms reach anybody, as a public word would; or one in ten turns from a warning"
            " into praise, five stars in place of one. Larger steps than 1 %, to be seen among purchases; sales of the"
            " firm from the twelfth week on."
        ),
        reasons={
            "F11a": (
                "There is little talk, one message about the firm per customer in 37 weeks, half forgotten after eight,"
                " and tastes differ: few customers have chances that a message can move. Where all are alike (the"
                " mutated model's customers) it is .16. Reviews are read by those who are about to choose."
            ),
            "F11b": ("As F11a. Where all are alike it is .34, and where talk is never forgotten .23."),
        },
    ),
)
