"""Satisfaction and expectation: S01, S02, S07."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.moments import COMPLAINED
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_RELIABILITY = 0.8


def _slopes(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients of a linear regression with an intercept; x: observation x variable."""
    design = np.column_stack([np.ones(len(y)), x])
    return np.asarray(np.linalg.lstsq(design, y, rcond=None)[0][1:])


def asymmetry(trial: Trial) -> dict[str, float]:
    """One firm: satisfaction after a purchase regressed on disconfirmation above and below nought.

    Disconfirmation is read off the move of expectation, (after - before) / weight; those with one purchase.
    """
    market = trial.market(trial.world(firms(1), rate=0.5))
    people, rows = market.population, []
    for _ in range(market.weeks):
        before = [people.column(name, 0) for name in ("expectation", "satisfaction", "last_week")]
        market.step()
        expectation, satisfaction = people.column("expectation", 0), people.column("satisfaction", 0)
        rhythm = people.column("remembered", 0)
        d = (expectation - before[0]) / market.rules.expectation.weight
        once = (people.column("last_week", 0) == market.week - 1) & (rhythm < 12) & (d != 0)
        rows.append(np.column_stack([d, satisfaction, before[1]])[once])
    d, satisfaction, earlier = np.concatenate(rows).T
    up, down = _slopes(np.column_stack([np.maximum(d, 0), np.minimum(d, 0), earlier]), satisfaction)[:2]
    return {"S01a": down / up}


def adaptation(trial: Trial) -> dict[str, float]:
    """Quality rises by 10 %; the weight w that fits 1 - (1 - w)^n to the way expectation has gone after n purchases."""
    step = {"kind": "change", "firm": "A", "week": 52, "patch": {"quality": {"level": 82.5}}}
    market = trial.market(trial.world(firms(2), rate=1.0, weeks=78, events=[step]))
    while market.week < 52:
        market.step()
    people = market.population
    start, counts = people.column("expectation", 0), np.zeros(len(people))
    seen: dict[int, list[float]] = {}
    while market.week < market.weeks:
        remembered = people.column("remembered", 0)
        market.step()
        bought = people.column("last_week", 0) == market.week - 1
        faded = remembered * np.exp(-market.rules.memory.forgetting)
        counts += np.where(bought, np.maximum(1, np.round(people.column("remembered", 0) - faded)), 0)
        gone = (people.column("expectation", 0) - start) / 7.5
        for n in range(1, 9):
            seen.setdefault(n, []).extend(gone[bought & (counts == n)].tolist())
    times = np.array(list(seen))
    gone = np.array([np.mean(seen[int(k)]) for k in times])
    grid = np.linspace(0.01, 0.6, 600)
    error = ((1 - (1 - grid[:, None]) ** times - gone) ** 2).sum(axis=1)
    return {"S02a": float(grid[error.argmin()])}


def correlates(trial: Trial) -> dict[str, float]:
    """A survey of 1,000 customers of services of unlike quality, each about the firm she bought from last.

    Measured with reliability .8; expectation: half a year before; disconfirmation: of the last purchase;
    repeat purchase: share of the next half-year's purchases that go there; complaining: to that firm, in the last
    half-year.
    """
    levels = (71, 73, 75, 77, 79)
    sellers = [
        {**firm, "quality": {"level": level, "failure_rate": rate}, "complaint_desk": {}}
        for firm, level, rate in zip(firms(5), levels, (0.12, 0.1, 0.08, 0.06, 0.04), strict=True)
    ]
    market = trial.market(
        trial.world(sellers, rate=0.3, shape=2.0, concentration=10.0, weeks=104, customers=1000)
    )
    people, count = market.population, len(market.population)
    everybody = np.arange(count)

    def of_firm(name: str, firm: NDArray[np.int64]) -> NDArray[np.float64]:
        table = np.stack([people.column(name, f) for f in range(5)])
        return np.asarray(table[firm, everybody], np.float64)

    hopes = np.zeros((5, count))
    complained = np.zeros((5, count), bool)
    surprise = np.full(count, np.nan)
    while market.week < 78:
        before = np.stack([people.column("expectation", f) for f in range(5)])
        market.step()
        if market.week == 52:
            hopes = np.stack([people.column("expectation", f) for f in range(5)]).astype(np.float64)
        if market.week > 52:
            spoke = (people.column("happened") & COMPLAINED) != 0
            complained[people.column("grieved")[spoke] & 15, everybody[spoke]] = True
        last = people.column("last_firm")
        at = np.maximum(last, 0)
        bought = (last >= 0) & (of_firm("last_week", at) == market.week - 1)
        d = (of_firm("expectation", at) - before[at, everybody]) / market.rules.expectation.weight
        surprise = np.where(bought, d, surprise)
    firm = people.column("last_firm")
    asked = firm >= 0
    firm = np.maximum(firm, 0)
    satisfaction, expectation = of_firm("satisfaction", firm), hopes[firm, everybody]
    there, all_purchases = np.zeros(count), np.zeros(count)
    while market.week < market.weeks:
        market.step()
        for f in range(5):
            bought = people.column("last_week", f) == market.week - 1
            all_purchases += bought
            there += bought & (firm == f)
    asked &= (all_purchases > 0) & ~np.isnan(surprise)
    noise = trial.lots(7)

    def measured(x: NDArray[np.float64]) -> NDArray[np.float64]:
        spread = x[asked].std() * np.sqrt(1 / _RELIABILITY - 1)
        return np.asarray(x[asked] + spread * noise.standard_normal(int(asked.sum())))

    stated = measured(satisfaction)

    def r(x: NDArray[np.float64]) -> float:
        return float(np.corrcoef(stated, x)[0, 1])

    repeat = (there / np.maximum(all_purchases, 1))[asked]
    return {
        "S07a": r(measured(surprise)),
        "S07b": r(repeat),
        "S07c": r(measured(expectation)),
        "S07d": r(complained[firm, everybody][asked].astype(float)),
    }


EXPERIMENTS = (
    Experiment(
        asymmetry,
        ("S01a",),
        context=(
            "One firm, symmetric noise of quality. One firm, failures at the default rate. The slope contains"
            " `satisfaction.asymmetry`, which is set to the published ratio, made smaller by the zone of"
            " tolerance: short of an echo, not far from one."
        ),
    ),
    Experiment(
        adaptation,
        ("S02a",),
        context=("Two firms, quality of one rises by 10 %."),
        echo=("S02a",),
    ),
    Experiment(
        correlates,
        ("S07a", "S07b", "S07c", "S07d"),
        context=(
            "1,000 customers of five services of unlike quality, reliability .8. Levels of quality from 71 to"
            " 79 and failure rates from 12 to 4 % are set here; with five services alike no correlation moves"
            " by more than .02. The published values are recalled, not seen."
        ),
        reasons={
            "S07a": (
                "Disconfirmation is that of the last purchase alone, and one purchase moves satisfaction by a"
                " tenth or little more (`satisfaction.floor`). In a trial with .3 in place of that .1 the row"
                " agreed, and F14a no longer did."
            ),
            "S07b": (
                "What customers do answers to satisfaction more weakly here than in the meta-analysis. That"
                " mixes what people say they will buy with what they buy, and what is said follows"
                " satisfaction more closely. In a trial with `attachment.weight` 1.4 in place of .8 the row"
                " agreed, and M11c and M11e no longer did."
            ),
            "S07c": (
                "Satisfaction moves so slowly that what still shows in it is the half-year before, which"
                " expectation was formed by too; and how a firm suits a customer (`experience.fit`) stays the"
                " same. In the trial of S07a this row agreed as well."
            ),
            "S07d": (
                "Behaviour again: whether somebody complains hangs on one failure, its kind and a draw, not"
                " on how satisfied she has been on the whole, and a yes or no that is rarely yes correlates"
                " weakly with anything. The meta-analysis mixes intentions with behaviour here too. In the"
                " trial of S07a this row just agreed."
            ),
        },
    ),
)
