"""Scores of brand forecasts: figures of brands, and the brands that single customers chose, beside baselines.

Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.brand_choices import Choices
from sim.calibration.brand_figures import BrandFigures, BrandSums, brand_figures, figure_scores
from sim.calibration.brand_forecast import BrandForecast
from sim.calibration.nbd_dirichlet import fit_nbd_dirichlet
from sim.calibration.redraws import redraws_per_year
from sim.calibration.streams import Use, names
from sim.calibration.taste import UNHEARD
from sim.calibration.transactions import Log

Array = NDArray[np.float64]
Interval = tuple[float, float, float]

OURS, THEORY, LAST = "market", "NBD-Dirichlet", "last period"
POSTERIOR, SHARES = "Dirichlet posterior", "market shares"
SMOOTHING = 0.01
"""Added to each of a customer's own counts of the last period, so that no chance is nought."""


@dataclass(frozen=True, eq=False)
class Choosing:
    """How well chances foretold the brands each customer bought; entries are customers who bought at all."""

    loss: Array
    """minus the log-chances of her purchases, added up"""
    hits: Array
    """her purchases of the likeliest brand"""
    apart: Array
    """half the sum of absolute differences between chances and her own shares, times her purchases"""
    purchases: Array

    @classmethod
    def of(cls, chances: Array, bought: NDArray[np.int64]) -> Choosing:
        """chances, bought: customers x brands; customers who bought nothing are left out."""
        some = bought.sum(axis=1) > 0
        p, n = chances[some], bought[some].astype(np.float64)
        total = n.sum(axis=1)
        with np.errstate(divide="ignore"):
            logs = np.where(n > 0, np.log(p), 0.0)
        return cls(
            loss=-(n * logs).sum(axis=1),
            hits=n[np.arange(len(n)), p.argmax(axis=1)],
            apart=np.abs(p * total[:, None] - n).sum(axis=1) / 2,
            purchases=total,
        )

    def scores(self, times: Array | None = None) -> dict[str, float]:
        """Means per purchase; times: how often each customer counts (default: once)."""
        w = np.ones(len(self.purchases)) if times is None else times
        total = float(w @ self.purchases)
        if total == 0:
            return {"log-loss": float("nan"), "hit": float("nan"), "share MAE": float("nan")}
        return {
            "log-loss": float(w @ self.loss) / total,
            "hit": float(w @ self.hits) / total,
            "share MAE": float(w @ self.apart) / total,
        }


@dataclass(frozen=True, eq=False)
class BrandReport:
    """Scores of the market's brand forecast and of its baselines on one log."""

    brands: tuple[str, ...]
    """the brands scored; all others count as 'Other' in choices and in category totals"""
    customers: float
    """customers in all, those who bought nothing estimated"""
    forgetting: float
    """pace, per year, at which the forecast forgets old purchases"""
    redraws: float | None
    """redraws of a weight per year that this stands for; None: not asked for"""
    scores: Mapping[str, Mapping[str, float]]
    """model -> score -> value"""
    differences: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    """baseline -> score -> ours minus theirs, with the 95 % interval of a bootstrap over customers"""

    def table(self) -> str:
        """All scores side by side, as text."""
        rows = list(dict.fromkeys(score for scores in self.scores.values() for score in scores))
        width = max(map(len, rows))
        wide = {model: max(12, len(model) + 2) for model in self.scores}
        lines = [
            f"brands: {', '.join(self.brands)}; taste: {self._taste()}",
            " " * width + "".join(f"{model:>{w}}" for model, w in wide.items()),
        ]
        for row in rows:
            cells = [
                f"{self.scores[m][row]:>{w}.4g}" if row in self.scores[m] else f"{'-':>{w}}"
                for m, w in wide.items()
            ]
            lines.append(f"{row:<{width}}" + "".join(cells))
        for model, found in self.differences.items():
            lines.append(f"{OURS} minus {model}, paired 95 % intervals:")
            lines += [f"{s:<{width}}  {d:+.4g} [{a:+.4g}, {b:+.4g}]" for s, (d, a, b) in found.items()]
        return "\n".join(lines)

    def _taste(self) -> str:
        if self.forgetting == 0:
            return "no drift shown"
        pace = f"forgotten at {self.forgetting:.3g} a year"
        return pace if self.redraws is None else f"{pace}, as with {self.redraws:.2g} redraws of a weight"

    def record(self) -> dict[str, object]:
        """The report as plain numbers and texts."""
        return {
            "brands": list(self.brands),
            "customers": self.customers,
            "taste_forgetting_per_year": self.forgetting,
            "taste_redraws_per_year": self.redraws,
            "scores": {model: dict(scores) for model, scores in self.scores.items()},
            "differences": {
                model: {s: dict(zip(("mean", "low", "high"), v, strict=True)) for s, v in found.items()}
                for model, found in self.differences.items()
            },
        }


def score_brands(
    forecast: BrandForecast, log: Log, *, newcomers: bool = True, samples: int = 500, seed: int = 1
) -> BrandReport:
    """Scores of a forecast and its baselines on the rows of a log in the days forecast.

    log: rows after the forecast's end and up to its last day, nothing else. newcomers: whether customers who are
    new in it count (else only those known before). samples: of the bootstrap; 0 leaves out the intervals and the
    search for redraws.
    """
    known = forecast.log.customers
    brands = forecast.brands[:-1]
    bought = Choices.of(log, brands, known).counts
    if not newcomers:
        bought = bought[: len(known)]
    past = np.zeros_like(bought)
    past[: len(known)] = forecast.choices.counts
    figures, chances = _baselines(forecast, past)
    if not newcomers:  # the theory is of everyone, and cannot tell those known from those who are new
        del figures[THEORY]
    actual = brand_figures(bought, len(brands))
    choosing = {model: Choosing.of(p, bought) for model, p in chances.items()}
    scores: dict[str, dict[str, float]] = {}
    for model in (OURS, THEORY, LAST, POSTERIOR, SHARES):
        if model not in figures and model not in choosing:
            continue
        scores[model] = figure_scores(figures[model], actual) if model in figures else {}
        if model in choosing:
            scores[model] |= choosing[model].scores()
    differences = {}
    if samples and bought.any():
        differences = _differences(figures, choosing, bought, samples, seed)
    redraws = redraws_per_year(forecast.taste, forecast.choices) if samples else None
    return BrandReport(brands, forecast.customers, forecast.taste.forgetting, redraws, scores, differences)


def _baselines(
    forecast: BrandForecast, past: NDArray[np.int64]
) -> tuple[dict[str, BrandFigures], dict[str, Array]]:
    """Figures and chances by model; the last ones stand for customers without a purchase so far, too."""
    brands = len(forecast.brands) - 1
    counts = forecast.choices.counts
    weeks = forecast.weeks
    alpha = forecast.taste.plain
    theory, customers = fit_nbd_dirichlet(counts, alpha, forecast.known_silent)
    periods = forecast.days / 7.0 / weeks
    recent = forecast.recent()
    seen = brand_figures(recent, brands)
    figures = {
        OURS: forecast.figures(),
        THEORY: theory.figures(brands, customers=customers, periods=periods),
        LAST: seen,
    }
    new = len(past) - len(counts)
    own = np.pad(recent, ((0, new), (0, 0))) + SMOOTHING
    bought = counts.sum(axis=0)
    share = bought + (bought == 0) * UNHEARD
    chances = {
        OURS: np.vstack([forecast.shares, np.tile(forecast.new_share, (new, 1))]),
        LAST: own / own.sum(axis=1, keepdims=True),
        POSTERIOR: (alpha + past) / (alpha.sum() + past.sum(axis=1, keepdims=True)),
        SHARES: np.tile(share / share.sum(), (len(past), 1)),
    }
    return figures, chances


def _differences(
    figures: Mapping[str, BrandFigures],
    choosing: Mapping[str, Choosing],
    bought: NDArray[np.int64],
    samples: int,
    seed: int,
) -> dict[str, dict[str, Interval]]:
    """Ours minus each baseline, customers drawn with replacement; forecasts stay, what happened is drawn.

    The penetration is compared at the number of customers that bought in fact, so it does not depend on the draw.
    """
    brands = len(next(iter(figures.values())).buyers)
    buyers = bought[bought.sum(axis=1) > 0]
    found: dict[str, dict[str, list[float]]] = {model: {} for model in (*figures, *choosing) if model != OURS}
    for sample in range(-1, samples):
        times = np.ones(len(buyers)) if sample < 0 else _times(len(buyers), sample, seed)
        actual = BrandSums.of(buyers, brands, times).figures()
        by = {model: figure_scores(f, actual) for model, f in figures.items()}
        for model, c in choosing.items():
            by.setdefault(model, {}).update(c.scores(times))
        for model in found:
            for score, value in by[model].items():
                found[model].setdefault(score, []).append(by[OURS][score] - value)
    result: dict[str, dict[str, Interval]] = {}
    for model, lists in found.items():
        result[model] = {}
        for score, values in lists.items():
            low, high = np.quantile(values[1:], [0.025, 0.975])
            result[model][score] = (values[0], float(low), float(high))
    return result


def _times(n: int, sample: int, seed: int) -> Array:
    """How often each of n customers is in a bootstrap sample."""
    u = draws.uniforms(week=Use.BOOTSTRAP, **names(seed, sample, -(-n // 4))).reshape(-1)[:n]
    chosen = np.minimum((u * np.float64(n)).astype(np.int64), n - 1)
    return np.bincount(chosen, minlength=n).astype(np.float64)
