"""The figures by which brands are compared: penetration, frequency, share of requirements, sole buyers, duplication.

Source: Ehrenberg, Uncles & Goodhardt 2004, J. Business Research 57:1307 (definitions and their regularities).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BrandFigures:
    """Figures of some brands over one period; a brand nobody bought has frequency, SCR and duplication 0."""

    buyers: Array
    """customers who bought it (penetration is their share of all customers)"""
    frequency: Array
    """purchases per buyer"""
    scr: Array
    """share of category requirements: of all purchases that its buyers made in the category"""
    sole: Array
    """share of its buyers who bought nothing else in the category; NaN without buyers"""
    duplication: Array
    """row: of the buyers of this brand, the share who bought that of the column, too; the diagonal is 1"""


@dataclass(frozen=True, eq=False)
class BrandSums:
    """What the figures are ratios of; sums over periods, replicates or customers can be added up."""

    buyers: Array
    purchases: Array
    requirements: Array
    """category purchases of the buyers of each brand"""
    sole: Array
    both: Array
    """customers who bought two brands: brands x brands"""

    @classmethod
    def of(cls, counts: NDArray[np.int64], brands: int, weight: Array | None = None) -> BrandSums:
        """Sums of the first `brands` columns of counts (customers x all brands of the category).

        weight: how many customers each row stands for (default: 1).
        """
        bought = (counts[:, :brands] > 0).astype(np.float64)
        total = counts.sum(axis=1)
        alone = bought * (counts[:, :brands] == total[:, None])
        one = np.ones(len(counts)) if weight is None else weight
        return cls(
            buyers=one @ bought,
            purchases=one @ counts[:, :brands],
            requirements=(one * total) @ bought,
            sole=one @ alone,
            both=(bought * one[:, None]).T @ bought,
        )

    def plus(self, other: BrandSums, times: float = 1.0) -> BrandSums:
        """These and so many times those."""
        return BrandSums(
            self.buyers + times * other.buyers,
            self.purchases + times * other.purchases,
            self.requirements + times * other.requirements,
            self.sole + times * other.sole,
            self.both + times * other.both,
        )

    def figures(self, periods: float = 1.0) -> BrandFigures:
        """The figures; buyers are those of a period."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return BrandFigures(
                buyers=self.buyers / periods,
                frequency=np.nan_to_num(self.purchases / self.buyers),
                scr=np.nan_to_num(self.purchases / self.requirements),
                sole=self.sole / self.buyers,
                duplication=np.nan_to_num(self.both / self.buyers[:, None]),
            )


def brand_figures(counts: NDArray[np.int64], brands: int) -> BrandFigures:
    """Figures of the first `brands` columns of counts (customers x all brands of the category)."""
    return BrandSums.of(counts, brands).figures()


def figure_scores(forecast: BrandFigures, actual: BrandFigures) -> dict[str, float]:
    """Errors of a forecast: weighted absolute percentage errors, and mean absolute deviations in points.

    Sole buyers: over the brands that had buyers both in the forecast and in fact. Duplication: over all pairs of
    brands; NaN with one brand.
    """

    def wape(ours: Array, true: Array) -> float:
        total = float(true.sum())
        return float(100 * np.abs(ours - true).sum() / total) if total > 0 else float("nan")

    off = ~np.eye(len(actual.buyers), dtype=bool)
    missed = np.abs(forecast.sole - actual.sole)
    missed = missed[np.isfinite(missed)]
    pairs = np.abs(forecast.duplication - actual.duplication)[off]
    return {
        "penetration WAPE %": wape(forecast.buyers, actual.buyers),
        "frequency WAPE %": wape(forecast.frequency, actual.frequency),
        "SCR WAPE %": wape(forecast.scr, actual.scr),
        "sole MAD pts": float(100 * missed.mean()) if len(missed) else float("nan"),
        "duplication MAD pts": float(100 * pairs.mean()) if len(pairs) else float("nan"),
    }
