"""Ratings: satisfaction on five points and what is bought after it (S03), and the recommend question (S10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.intention import intention
from sim.rules.survey import answer, stated
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live, shares

_CUTS = np.array([-15.0, -5.0, 5.0, 15.0])
"""Index points around neutral at which a rater moves on to the next of five points."""
_SHIFT = 5.0
"""Index points, standard deviation: how far the cuts of one rater lie from those of another."""
_YEAR = 52


def curvature(rating: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    """Coefficient of the square in a regression of an outcome on a rating and its square."""
    return float(np.polyfit(rating, outcome, 2)[0])


def survey(trial: Trial) -> dict[str, float]:
    """After two years all who bought in the last quarter are asked about the firm bought from last; then a year is
    watched: the share of her purchases that goes to that firm.

    Rating: satisfaction as it is stated, cut into five by thresholds of her own. Recommending: the simulator's question
    of 0 to 10. Would return: stated intention.
    """
    market = trial.market(
        trial.world(firms(5, complaint_desk={}), rate=0.3, shape=2.0, weeks=3 * _YEAR, customers=20000)
    )
    while market.week < 2 * _YEAR:
        market.step()
    people, rules, noise = market.population, market.rules, trial.lots(0)
    everybody, last = np.arange(len(people)), people.column("last_firm")
    firm = np.maximum(last, 0)

    def of_firm(name: str) -> NDArray[np.float32]:
        return np.asarray(np.stack([people.column(name, f) for f in range(5)])[firm, everybody])

    recent = (last >= 0) & (of_firm("last_week") >= market.week - 13)
    satisfaction, attachment = of_firm("satisfaction"), of_firm("attachment")
    z, own, w = noise.standard_normal((3, len(people)))
    says = stated(satisfaction, z) - rules.satisfaction.neutral + _SHIFT * own
    rating = 1.0 + np.searchsorted(_CUTS, says)
    mark = answer(satisfaction, attachment, w)
    grieved = people.column("grieved")
    hurt = np.where((grieved >= 0) & (grieved & 15 == firm), people.column("grievance"), 0)
    pairs = zip(satisfaction, attachment, hurt, strict=True)
    would = np.array([intention(s, rules.satisfaction.neutral, a, g, 0.0, 0.0) for s, a, g in pairs], float)
    there = shares(live(market, _YEAR))[firm, everybody]
    asked = recent & np.isfinite(there)
    rating, mark, would, there = rating[asked], mark[asked], would[asked], there[asked]
    promoters, detractors = mark >= 9, mark <= 6
    return {
        "S03a": curvature(rating, there),
        "curvature of intention": curvature(rating, would),
        "S10a": 100 * float(promoters.mean() - detractors.mean()),
        "S10b": float(there[promoters].mean() / there[detractors].mean()),
        "would return, ratio": float(would[promoters].mean() / would[detractors].mean()),
    }


EXPERIMENTS = (
    Experiment(
        survey,
        ("S03a", "S10a", "S10b"),
        context=(
            "Five services alike, an occasion every three weeks; ratings with the noise of the simulator's surveys,"
            " the four cuts ten index points apart around neutral, those of one rater five points (sd) from those of"
            " another: set here. Repurchase: share of next year's occasions that go to the firm rated. The recommend"
            " question is the simulator's own ([survey](../sim/rules/survey.py)). Buying more is read as the share of"
            " next year's occasions too: what people do, where the source asks them what they would."
        ),
        reasons={
            "S03a": (
                "The firm bought from last gets six occasions in ten, and beyond one half a logit bends downwards. With"
                " `attachment` off the bend is a quarter as large; with failures or the asymmetry of satisfaction off"
                " it is about the same. Stated intention is concave, as published."
            ),
            "S10b": (
                "Habit and taste decide most occasions, whatever is answered, and the answer is noisy: with customers"
                " who are alike the ratio is 1.4. The source asks whether one would buy more, which those who like a"
                " firm say easily; what is said in the simulator is whether one would come back, ratio 1.03."
            ),
        },
    ),
)
