"""Laws of repeat buying in one market of toothpaste brands: M01, M02, M03, M05 and M06.

Without any mechanism the market is the NBD-Dirichlet, which these laws are: they say that behaviour leaves them whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.scenario import Scenario
from sim.scenario.part import thaw
from sim.validation.buyers import (
    Bought,
    Numbers,
    duplication,
    heavy_share,
    once_only,
    penetration,
    purchases_per_buyer,
    share_of_requirements,
    sole_buyers,
)
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

SHARES = (0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02)
"""Of the eight brands that the study names."""
BRANDS = len(SHARES)
MEAN, SHAPE = 1.456, 0.779
"""Category purchases a customer and quarter, gamma shape of purchase rates."""
_QUARTER, _YEAR = 13, 52
_CUSTOMERS, _FEWER, _FEW = 20_000, 5_000, 4_000
"""In the market of a quarter and a year, in that of five years, and in that of two sub-markets."""
_FIRST = (0, 2, 5, 6)
"""Brands of the first sub-market; those of the second are the other named ones."""
_OWN = 4.0
"""How much larger a brand is in its own sub-market than in the other."""


def toothpaste(trial: Trial, weeks: int, customers: int) -> Scenario:
    """The eight brands, and all others as a ninth."""
    every = (*SHARES, 1 - sum(SHARES))
    sellers = [{**firm, "share": share} for firm, share in zip(firms(len(every)), every, strict=True)]
    return trial.world(
        sellers,
        rate=MEAN / _QUARTER,
        shape=SHAPE,
        weeks=weeks,
        customers=customers,
    )


def divided(plan: Scenario) -> Scenario:
    """The same customers in two halves, in each of which the brands of one sub-market are the larger ones."""
    (one,) = thaw(plan)["customers"]["segments"]
    names = plan.firm_names
    halves: list[dict[str, Any]] = []
    for half in (True, False):
        larger = [_OWN if (j in _FIRST) is half else 1.0 for j in range(BRANDS)] + [(_OWN + 1) / 2]
        shares = {name: firm.share * x for name, firm, x in zip(names, plan.firms, larger, strict=True)}
        halves.append({**one, "name": "first" if half else "second", "shares": shares})
    return plan.replace("customers.segments", halves)


def watched(market: Market, weeks: int) -> Bought:
    """Let a market live so many weeks more; purchases of that time, firm x customer."""
    total = np.zeros((market.population.firms, len(market.population)), np.int64)
    for start in range(0, weeks, _QUARTER):
        total += live(market, min(_QUARTER, weeks - start)).sum(axis=0)
    return total


def settled(trial: Trial, plan: Scenario, sample: int = 0) -> Market:
    """The market after its burn-in year."""
    market = trial.market(plan, sample)
    for _ in range(_YEAR):
        market.step()
    return market


def spread(numbers: Numbers) -> float:
    """Coefficient of variation."""
    return float(np.std(numbers, ddof=1) / np.mean(numbers))


def coefficients(bought: Bought) -> Numbers:
    """Duplication of a brand's buyers (row) with another brand (column), over the penetration of the other."""
    return np.asarray(duplication(bought) / penetration(bought))


def quarter_rows(bought: Bought) -> dict[str, float]:
    """M02, of the purchases of a quarter: all firms x customer."""
    named = bought[:BRANDS]
    reach, often = penetration(named), purchases_per_buyer(named)
    rows = {f"M02{letter}": float(reach[j]) for j, letter in enumerate("bcdefghi")}
    return {
        "M02a": float((bought.sum(axis=0) > 0).mean()),
        **rows,
        "M02j": float(often[0]),
        "M02k": float(often[7]),
    }


def year_rows(bought: Bought) -> dict[str, float]:
    """M01, M03, M05 and M06a, of the purchases of a year: all firms x customer."""

    def brands(share: float, numbers: Numbers) -> float:
        """Mean over the brands of this share."""
        return float(np.mean([x for x, mine in zip(numbers, SHARES, strict=False) if mine == share]))

    reach, often = penetration(bought), purchases_per_buyer(bought)
    needs, sole = share_of_requirements(bought), sole_buyers(bought)
    sales = bought.sum(axis=1) / bought.sum()
    named: NDArray[np.int64] = bought[:BRANDS]
    d, with_others = coefficients(named), np.nanmean(duplication(named), axis=0)
    return {
        "M01a": float(np.corrcoef(sales[:BRANDS], often[:BRANDS])[0, 1]),
        "M01b": spread(reach[:BRANDS]) / spread(often[:BRANDS]),
        "M03a": reach[0], "M03b": often[0], "M03c": needs[0], "M03d": sole[0], "M03e": once_only(named)[0],
        "M03f": brands(0.10, reach), "M03g": brands(0.10, often), "M03h": brands(0.10, needs),
        "M03i": brands(0.10, sole), "M03j": brands(0.03, reach), "M03k": brands(0.03, sole),
        "M05a": float(np.nanmean(d)), "M05b": float(np.corrcoef(with_others, reach[:BRANDS])[0, 1]),
        "M06a": float(np.mean(heavy_share(named))),
    }  # fmt: skip


def sub_markets(bought: Bought) -> dict[str, float]:
    """Duplication coefficients within and between two declared sub-markets, pairs weighed by the common buyers that
    they would have if who buys one brand said nothing of another."""
    named = bought[:BRANDS]
    d, reach = coefficients(named), penetration(named)
    first = np.isin(np.arange(BRANDS), _FIRST)
    same, other = first[:, None] == first, ~np.eye(BRANDS, dtype=bool)
    weights = reach[:, None] * reach

    def mean(pairs: NDArray[np.bool_]) -> float:
        return float(np.average(d[pairs], weights=weights[pairs]))

    return {
        "duplication within sub-markets": mean(same & other),
        "duplication between sub-markets": mean(~same),
    }


def laws(trial: Trial) -> dict[str, float]:
    """A quarter, the year that begins with it, five years, and a year of two sub-markets; each after a year."""
    market = settled(trial, toothpaste(trial, 2 * _YEAR, _CUSTOMERS))
    quarter = watched(market, _QUARTER)
    year = quarter + watched(market, _YEAR - _QUARTER)
    five = watched(settled(trial, toothpaste(trial, 6 * _YEAR, _FEWER), 1), 5 * _YEAR)
    halves = watched(settled(trial, divided(toothpaste(trial, 2 * _YEAR, _FEW)), 2), _YEAR)
    return {
        **quarter_rows(quarter),
        **year_rows(year),
        "M06b": float(np.mean(heavy_share(five[:BRANDS]))),
        **sub_markets(halves),
    }


_LETTERS = "abcdefghijk"
_OF_QUARTER_AND_YEAR = (
    "M01a", "M01b", *(f"M02{x}" for x in _LETTERS), *(f"M03{x}" for x in _LETTERS), "M05a", "M05b", "M06a",
)  # fmt: skip
_LOYAL = (
    "Inertia and attachment come on top of the tastes that differ, and buyers are more loyal than the study's."
    " Without inertia the row agrees."
)
EXPERIMENTS = (
    Experiment(
        laws,
        (*_OF_QUARTER_AND_YEAR, "M06b"),
        context=(
            "Eight toothpaste brands and all others as a ninth firm, shares as input, no programme; category rate"
            " gamma-Poisson M = 1.456 a quarter, K = .779, as Goodhardt et al. fitted; S by default; a year to settle,"
            " then read a quarter, a year (20,000 customers) and five years (5,000). M01, M05 and M06 are of the year"
            " and the eight brands; the top 20 % are of the buyers of each brand, mean over brands; rows of share .10"
            " and the year are the mean of both brands of that share. Without any mechanism these rows are the closed"
            " form of the NBD-Dirichlet: they say only that behaviour does not spoil it. Two declared sub-markets,"
            " brands four times as large in their own: duplication within and between is in the values."
        ),
        reasons=dict.fromkeys(("M02c", "M02j", "M02k", "M03d"), _LOYAL),
    ),
)
