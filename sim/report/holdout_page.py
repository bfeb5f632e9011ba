"""A hold-out report in words: what was fitted, how good the forecast is, what is beyond chance, what is not told."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.holdout import OURS, HoldoutReport
from sim.calibration.identify import untold
from sim.calibration.outcome import totals, verdict
from sim.calibration.spend import fit_basket
from sim.experiments import store
from sim.report.holdout import evidence, write
from sim.report.units import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.calibration.likelihood import Fit

BEST = {
    "total ratio": "1", "MAE": "low", "RMSE": "low", "correlation": "high", "AUC active": "high",
    "calibration MAE": "low", "CRPS": "low", "Brier active": "low", "cumulative MAPE %": "low", "end error %": "0",
    "weekly WAPE %": "low", "spend ratio": "1", "spend MAE": "low", "spend RMSE": "low", "spend correlation": "high",
}  # fmt: skip
"""What a good forecast has in each score."""
_ALWAYS = (
    "Intervals of simulated futures hold chance alone: the fitted numbers are taken as known, so they are too narrow.",
    "One stretch of time was held out. What befell all customers in it, such as a season or a sale, is in no interval.",
    "Customers who bought for the first time after the calibration end, or after the cohort end, are not forecast.",
)
_READ = """- **Purchases by purchases so far**: a good forecast runs through the bars of what is actual.
- **All repeat purchases, week by week**: a weak yardstick; a straight line often does as well. Weeks bear seasons and
  sales, of which the model knows nothing. The bar at the end of the curve is what simulated futures add to the
  purchases so far.
- **How many buy how often**: bars are customers, markers their mean number over simulated futures.
- **Who buys at all**, **spend**: tenths of customers in order of the forecast.
- **Beside baselines**: difference of a score as a share of the baseline's. Hollow: not beyond chance.
"""


def page(report: HoldoutReport, command: str, picture: str = "report.png") -> str:
    """The whole page in Markdown. ValueError for a report without its forecasts."""
    return "\n".join(
        [
            f"<!-- Made by the command below; do not edit. -->\n# Hold-out report: {_plain(report.log)}\n",
            f"Made by\n\n    {command}\n\n![Forecasts beside what happened]({picture})\n",
            f"## What was fitted\n\n{_fitted(report)}",
            f"## How good the forecast is\n\n{_total(report)}\n\n{_scores(report)}",
            f"## What is beyond chance\n\n{_beyond(report)}",
            *([] if report.brands is None else [f"## Brands\n\n{_indented(report.brands.table())}"]),
            f"## What the log does not tell\n\n{_untold(report)}",
            f"## How to read the pictures\n\n{_READ}",
        ]
    )


def save(report: HoldoutReport, folder: Path, command: str) -> None:
    """Write report.md, report.png and pictures/; each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write(report, folder)
    store.write_text(folder / "report.md", page(report, command))


def _fitted(report: HoldoutReport) -> str:
    view, _ = evidence(report)
    log, days = view.log, (report.holdout_end - report.calibration_end).days
    text = (
        f"{len(log.day):,} purchases of {report.customers:,} customers from {log.first_date} to "
        f"{report.calibration_end}; no later row reached a fit. {int((view.histories.repeats > 0).sum()):,} of the "
        f"customers came back at least once. Forecast: the {days:,} days to {report.holdout_end}, "
        f"in which they bought on {report.purchases:,} customer-days.\n\n"
    )
    rows = [
        [
            f"**{fit.model}**" if fit.model == report.model else fit.model,
            ", ".join(_estimate(fit, name) for name in fit.values),
            f"{fit.log_likelihood:,.1f}",
            f"{fit.aic:,.1f}",
        ]
        for fit in report.fits
    ]
    return (
        text
        + _table(
            ["model of purchase timing", "estimates (standard errors), weeks", "log-likelihood", "AIC"], rows
        )
        + f"\nThe {OURS} is {report.model}, which has the lowest AIC of those it may be. BG/NBD stands beside it.\n"
    )


def _estimate(fit: Fit, name: str) -> str:
    error = fit.errors[name]
    return f"{name} {fit.values[name]:.3g} ({f'{error:.2g}' if isfinite(error) else MISSING})"


def _total(report: HoldoutReport) -> str:
    view, outcome = evidence(report)
    _, low, high = totals(view, OURS)
    inside = "inside" if low <= report.purchases <= high else "**outside**"
    expected = float(view.forecasts[OURS].expected.sum())
    miss = f" ({expected / report.purchases - 1:+.1%})" if report.purchases else ""
    return (
        f"Expected of all customers: {expected:,.0f} purchases{miss}; 95 % of simulated futures lie from {low:,.0f} to "
        f"{high:,.0f}. Actual: {report.purchases:,}, {inside}. Customers who buy at all: "
        f"{float(view.forecasts[OURS].active.sum()):,.0f} expected, {int((outcome.bought > 0).sum()):,} actual."
    )


def _scores(report: HoldoutReport) -> str:
    names = list(dict.fromkeys(score for scores in report.scores.values() for score in scores))
    rows = [
        [name, BEST.get(name, ""), *(_number(scores.get(name)) for scores in report.scores.values())]
        for name in names
    ]
    return _table(["score", "good is", *report.scores], rows)


def _beyond(report: HoldoutReport) -> str:
    """A sentence a baseline: where ours is better, where worse, where chance would do as well."""
    lines = []
    for baseline, found in report.beside.items():
        parts: dict[str, list[str]] = {"better": [], "worse": [], "no difference beyond chance": []}
        for score, (mean, low, high) in found.items():
            if not isfinite(mean):
                continue
            parts[verdict(mean, low, high) or "no difference beyond chance"].append(
                f"{score} ({mean:+.1%} [{low:+.1%}, {high:+.1%}])"
            )
        said = [f"{how} in {', '.join(scores)}" for how, scores in parts.items() if scores]
        lines.append(f"- **Against {baseline}**: {'; '.join(said) or 'no score to compare'}.\n")
    return (
        "".join(lines)
        + f"\nDifferences are the {OURS}'s score less the baseline's, as a share of the baseline's, over "
        "the same customers (95 %, bootstrap): below 0 the market is better. With several scores and baselines, one in "
        "twenty would look sure by luck. MAE favours forecasts near zero where most customers buy nothing.\n"
    )


def _untold(report: HoldoutReport) -> str:
    view, _ = evidence(report)
    found = untold(view.log, view.histories, view.fits, fit_basket(view.log), None)
    lines = [_capital(str(one)) for one in found]
    lines += [_capital(f"{note}.") for note in report.notes]
    return "".join(f"- {line}\n" for line in (*lines, *_ALWAYS))


def _indented(text: str) -> str:
    """As it is printed."""
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(value: float | None) -> str:
    return MISSING if value is None or not isfinite(value) else f"{value:.4g}"


def _plain(text: str) -> str:
    """A name that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |\n" for line in lines)
