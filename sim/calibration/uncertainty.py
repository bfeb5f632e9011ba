"""What the fits do not know for sure, as draws of the scenario's numbers.

Each fit is drawn from its asymptotic normal distribution, in the logarithms of its parameters, with their covariance;
timing, taste and spread of the baskets are fits of their own and independent of each other. The mean basket is a ratio
(revenue by purchases) with customers as clusters. A parameter that the log does not tell (flat likelihood, or at its
bound) is held at its fitted value, and said to be. A draw that no scenario can hold is drawn afresh. Not in the draws:
which model of timing was chosen, and whatever no log can tell.

Source: van der Vaart 1998, Asymptotic Statistics, ch. 5 (maximum likelihood is asymptotically normal); Cheng & Holland
1997, J. Statistical Computation and Simulation 57:219 (draws from it carried through a simulation); Cochran 1977,
Sampling Techniques, ch. 6 (error of a ratio).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim import draws
from sim.calibration.brands import Preferences
from sim.calibration.likelihood import Fit, significant
from sim.calibration.limits import store_shape
from sim.calibration.spend import Basket
from sim.calibration.streams import Use, names
from sim.calibration.transactions import Log
from sim.scenario import Scenario, ScenarioError

Array = NDArray[np.float64]

DRAWS = 16
"""Draws unless asked otherwise: two of the 32 worlds of a comparison each, which tells parameters from chance."""
MOST = 1000
ATTEMPTS = 100
"""How often a draw that no scenario can hold is drawn afresh."""
VAGUE = 1.0
"""Standard error of a logarithm from which on the normal distribution is a poor guess."""
TIMING, SPEND, MEAN, SHARE, TASTE = 0, 16, 24, 25, 32
"""Where the parameters of each fit begin among the customers of a draw's name."""
SEGMENT = "customers.segments.customers"


def share_range(share: float | tuple[float, float] | str) -> tuple[float, float]:
    """The least and the most that a share may be: a number, two, or text as `0.5` or `0.4-0.6`. ValueError if wrong."""
    if isinstance(share, str):
        ends = share.split("-")
        try:
            low, high = (float(end) for end in (ends if len(ends) == 2 else (share, share)))
        except ValueError:
            raise ValueError(
                f"share is '{share}'; write a number, such as 0.5, or a range, such as 0.4-0.6"
            ) from None
    elif isinstance(share, tuple):
        low, high = share
    else:
        low = high = share
    if not 0 < low <= high < 1:
        shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        raise ValueError(
            f"share must lie between 0 and 1, low end first, not {shown}: the rest is spent elsewhere"
        )
    return low, high


def check_count(count: int) -> int:
    """The number of draws: none, or 2 to 1,000. ValueError otherwise."""
    if count != 0 and not 2 <= count <= MOST:
        raise ValueError(
            f"--draws is {count}; give 2 to {MOST:,}, or 0 for none (one alone shows no uncertainty)"
        )
    return count


@dataclass(frozen=True, eq=False)
class FitDraws:
    """The asymptotic normal of a fit, in the logarithms of its parameters."""

    fit: Fit
    first: int
    """place of its first parameter among those of a draw"""

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which parameters have a standard error."""
        result: NDArray[np.bool_] = np.isfinite(np.diag(self.fit.log_covariance))
        return result

    @property
    def held(self) -> tuple[str, ...]:
        """Parameters that the log does not tell."""
        return tuple(name for name, told in zip(self.fit.values, self.told, strict=True) if not told)

    @property
    def vague(self) -> tuple[str, ...]:
        """Parameters that are told so badly that their draws are a guess."""
        wide = np.sqrt(np.nan_to_num(np.diag(self.fit.log_covariance))) > VAGUE
        return tuple(name for name, one in zip(self.fit.values, wide, strict=True) if one)

    def at(self, draw: int, attempt: int = 0) -> dict[str, float]:
        """The parameters in one draw; those that are not told as fitted."""
        values, told = np.log(list(self.fit.values.values())), self.told
        z = _normal(draw, attempt, self.first, len(values))[told]
        values[told] += _root(self.fit.log_covariance[np.ix_(told, told)]) @ z
        with np.errstate(over="ignore"):
            return dict(zip(self.fit.values, np.exp(values).tolist(), strict=True))


def _normal(draw: int, attempt: int, first: int, count: int) -> Array:
    named = names(0, draw, first + count)
    result: Array = draws.normals(week=Use.PARAMETERS + attempt, **named)[first:, 0].astype(np.float64)
    return result


def _root(covariance: Array) -> Array:
    """A matrix whose square is the covariance; by Cholesky, as its signs are the same on every machine."""
    try:
        return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    except np.linalg.LinAlgError:  # next to a flat direction: each by itself, which is wider
        return np.asarray(np.diag(np.sqrt(np.maximum(np.diag(covariance), 0.0))), dtype=np.float64)


def mean_error(log: Log) -> float:
    """Standard error of the logarithm of revenue per purchase, customers being drawn and not purchases."""
    count = np.bincount(log.customer).astype(np.float64)
    total = np.bincount(log.customer, weights=log.amount)
    mean, n = total.sum() / count.sum(), np.count_nonzero(count)
    if n < 2 or mean <= 0:
        return 0.0
    return float(np.sqrt(((total - mean * count) ** 2).sum() * n / (n - 1)) / count.sum() / mean)


@dataclass(frozen=True, eq=False)
class FitUncertainty:
    """All that is uncertain of a scenario that was fitted to a log."""

    timing: Fit
    basket: Basket
    preferences: Preferences | None
    log: Log
    """of whose purchases the mean basket is"""
    per_day: float
    share: tuple[float, float]
    most_redraws: float
    """a year"""

    def values(self, draw: int, attempt: int = 0) -> dict[str, float]:
        """Paths of the scenario and what stands there in a draw; what belongs together is drawn together."""
        timing = FitDraws(self.timing, TIMING).at(draw, attempt)
        spread = FitDraws(self.basket.fit, SPEND).at(draw, attempt)
        rate, shape = timing["r"] / timing["alpha"], timing["r"]
        found: dict[str, float] = {}
        if self.preferences is None:
            low, high = self.share
            u = draws.uniforms(week=Use.PARAMETERS + attempt, **names(0, draw, SHARE + 1))[SHARE, 0]
            share = low + (high - low) * float(u)
            # As in the scenario itself: whatever the share, the store's own purchases are as drawn.
            rate, shape = rate / share, store_shape(shape, share)
            found[f"{SEGMENT}.preference_concentration"] = shape
        else:
            alpha = FitDraws(self.preferences.fit, TASTE).at(draw, attempt)
            concentration = sum(alpha.values())
            rate *= self.per_day
            found[f"{SEGMENT}.preference_concentration"] = concentration
            found |= {f"firms.{brand}.share": one / concentration for brand, one in alpha.items()}
        found |= {f"{SEGMENT}.purchase_rate.mean": rate, f"{SEGMENT}.purchase_rate.shape": shape}
        with np.errstate(over="ignore"):
            luck = _normal(draw, attempt, MEAN, 1)[0]
            found[f"{SEGMENT}.basket.mean"] = self.basket.mean * float(np.exp(mean_error(self.log) * luck))
            for name in ("between", "within"):
                found[f"{SEGMENT}.basket.{name}_cv"] = float(np.sqrt(np.expm1(spread[f"{name}_sd"] ** 2)))
        if "s" in timing:
            found |= {f"{SEGMENT}.leaving.shape": timing["s"], f"{SEGMENT}.leaving.scale": timing["beta"]}
        if "drift" in timing:
            found["behaviour.drift.rate_per_year"] = min(52 * timing["drift"], self.most_redraws)
        found = {path: significant(value) for path, value in found.items()}
        if self.preferences is None and self.share[0] < self.share[1]:
            # What is left elsewhere adds up with it, to the last digit shown.
            found |= {"share": significant(share), "elsewhere": significant(1 - share)}
        return found

    def block(self, scenario: Mapping[str, Any], count: int) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The `uncertainty` of a scenario, with so many draws, and what is to be noted of them.

        None where the log tells nothing to draw from; the notes say why.
        """
        fits = [FitDraws(self.timing, TIMING), FitDraws(self.basket.fit, SPEND)]
        fits += [FitDraws(self.preferences.fit, TASTE)] if self.preferences else []
        notes: dict[str, Any] = {"number": count}
        if held := [name for fit in fits for name in fit.held]:
            notes["held"] = f"{', '.join(held)}: not told by the log, or at a bound; as fitted in every draw"
        if vague := [name for fit in fits for name in fit.vague]:
            notes["vague"] = f"{', '.join(vague)}: told so badly that the spread of the draws is a guess"
        try:
            world = Scenario.model_validate(scenario)
        except ValidationError:
            return None, notes  # whoever writes the scenario says what is wrong with it
        found, afresh = [], 0
        for number in range(count):
            for attempt in range(ATTEMPTS):
                draw = self._named(scenario, self.values(number, attempt))
                try:
                    world.vary(draw)
                except ScenarioError:
                    continue
                found.append(draw)
                afresh += attempt
                break
            else:
                return None, {**notes, "number": 0, "none": "no scenario can hold what these fits allow"}
        if afresh:
            notes["afresh"] = f"{afresh} draws lay outside of what a scenario can hold and were drawn afresh"
        return {"source": self._source(), "draws": found}, notes

    def _named(self, scenario: Mapping[str, Any], values: dict[str, float]) -> dict[str, float]:
        """The values with the names of the firms of a store's own log."""
        focus = scenario["focus"]
        paths = {
            "share": f"firms.{focus}.share",
            "elsewhere": next(
                (f"firms.{f['name']}.share" for f in scenario["firms"] if f["name"] != focus), ""
            ),
        }
        return {paths.get(path, path): value for path, value in values.items()}

    def _source(self) -> str:
        low, high = self.share
        assumed = (
            ""
            if low == high or self.preferences
            else f" The store's share is assumed: even from {low:g} to {high:g}."
        )
        return (
            f"Draws of the fits to {self.log.name}: normal in the logarithms of the parameters, with their covariance "
            f"at the maximum of the likelihood.{assumed} Not in them: which model was chosen, and what no log can tell."
        )


def carried_over(
    block: Mapping[str, Any], notes: Mapping[str, Any], alike: Mapping[str, Any], scenario: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Draws of the fits to all customers at once, laid over a scenario in which more was fitted.

    alike: the scenario that the draws are of. Where the other has another number, or several segments, each number
    moves by the factor by which the draw moves that of `alike`: what sets segments apart, or what prices told of
    tastes, is held; what is uncertain of the common level is not. Draws that such a scenario cannot hold are left out.
    """
    segments = scenario["customers"]["segments"]
    if len(segments) == 1 and segments == alike["customers"]["segments"]:
        return dict(block), dict(notes)
    world = Scenario.model_validate(scenario)
    before = {firm["name"]: firm["share"] for firm in alike["firms"]}
    shares = {
        f"firms.{firm['name']}.share": firm["share"] / before[firm["name"]] for firm in scenario["firms"]
    }
    found = []
    for draw in block["draws"]:
        moved: dict[str, float] = {}
        for path, value in draw.items():
            name = path.removeprefix(SEGMENT + ".")
            if name == path:
                moved[path] = significant(value * shares.get(path, 1.0))
                continue
            factor = value / _at(alike["customers"]["segments"][0], name)
            for segment in segments:
                if (stands := _at(segment, name)) == stands:
                    moved[f"customers.segments.{segment['name']}.{name}"] = significant(stands * factor)
        try:
            world.vary(moved)
        except ScenarioError:
            continue
        found.append(moved)
    said = {**notes, "number": len(found)}
    if len(segments) > 1:
        said["segments"] = "all move together; what sets them apart is held"
    if len(found) < 2:
        return None, {
            **said,
            "number": 0,
            "none": "no scenario with what was fitted besides can hold the draws",
        }
    return {**block, "draws": found}, said


def _at(segment: Mapping[str, Any], path: str) -> float:
    """The number at a dotted path; nan where there is none."""
    value: Any = segment
    for name in path.split("."):
        value = value.get(name, {})
    return float(value) if isinstance(value, int | float) else float("nan")
