"""Purchases as choices among brands: what was bought, at what prices, by whom, one entry a purchase.

What a customer brings to a choice is made of what is known before it: the brand bought last, the reference
price that the prices paid have left, and how settled she is with each brand. So a choice is forecast one step
ahead, and a row is never touched by later ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Occasions:
    """Choices of customers among the same brands, each customer's in the order of time and side by side.

    customer, chosen: a position in the customers and in `brands`, one entry a purchase. price: money, purchases
    x brands. causal: what else was there to be seen, purchases x brands x kinds (0 or 1, as `kinds` names).
    Raises ValueError when the entries do not fit together, or a price is not above zero.
    """

    brands: tuple[str, ...]
    customer: Whole
    chosen: Whole
    price: Array
    causal: Array
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, brands = len(self.chosen), len(self.brands)
        if brands < 2:
            raise ValueError(f"a choice needs two brands or more, not {brands}")
        if self.price.shape != (n, brands) or self.causal.shape != (n, brands, len(self.kinds)):
            raise ValueError("prices and what else is seen need one entry a purchase and brand")
        if n == 0 or len(self.customer) != n or (np.diff(self.customer) < 0).any():
            raise ValueError("the purchases of a customer must stand side by side, customers in order")
        if not (np.isfinite(self.price).all() and (self.price >= 0).all() and self.price.mean(axis=0).all()):
            raise ValueError("prices must be finite, not below zero, and of each brand now and then above it")

    @property
    def customers(self) -> int:
        return len(self.starts) - 1

    @property
    def starts(self) -> Whole:
        """Where each customer's purchases begin, and the number of all purchases."""
        first = np.flatnonzero(np.diff(self.customer, prepend=-1))
        return np.append(first, len(self.customer)).astype(np.int64)

    def only(self, rows: NDArray[np.bool_]) -> Occasions:
        """These purchases alone."""
        return replace(
            self,
            customer=self.customer[rows],
            chosen=self.chosen[rows],
            price=self.price[rows],
            causal=self.causal[rows],
        )

    def first_part(self, share: float) -> NDArray[np.bool_]:
        """Which purchases are among the first `share` of each customer's, rounded up to whole ones."""
        found = np.zeros(len(self.chosen), np.bool_)
        for start, stop in zip(self.starts[:-1], self.starts[1:], strict=True):
            # 0.8 x 5 is 4.000000000000001 in some orders of arithmetic; it is not five.
            found[start : start + int(np.ceil(share * (stop - start) - 1e-9))] = True
        return found

    def counts(self, rows: NDArray[np.bool_] | None = None) -> Array:
        """Purchases of each customer per brand, customers x brands; of `rows` alone where given."""
        who = np.repeat(np.arange(self.customers), np.diff(self.starts))
        weight = None if rows is None else rows.astype(np.float64)
        size = self.customers * len(self.brands)
        place = who * len(self.brands) + self.chosen
        counted: Array = np.bincount(place, weights=weight, minlength=size).astype(np.float64)
        return counted.reshape(self.customers, len(self.brands))

    def usual_prices(self, rows: NDArray[np.bool_] | None = None) -> Array:
        """Mean price of each brand over all choices (over `rows` where given)."""
        usual: Array = (self.price if rows is None else self.price[rows]).mean(axis=0)
        return usual


def last_bought(occasions: Occasions) -> Array:
    """1 for the brand of the customer's last purchase, purchases x brands; nothing before the first."""
    brands = len(occasions.brands)
    last = np.zeros((len(occasions.chosen), brands))
    last[1:] = np.eye(brands)[occasions.chosen[:-1]]
    last[occasions.starts[:-1]] = 0.0
    return last


def smoothed(occasions: Occasions, carry_over: float, first: Sequence[float] | Array) -> Array:
    """Guadagni and Little's loyalty before each purchase, purchases x brands; `first` before the first.

    loyalty <- carry_over x loyalty + (1 - carry_over) x (1 for the brand bought).
    Source: Guadagni & Little 1983, Marketing Science 2:203.
    """
    one = np.eye(len(occasions.brands))[occasions.chosen]
    found = np.empty_like(one)
    begins = np.zeros(len(one), np.bool_)
    begins[occasions.starts[:-1]] = True
    start = np.asarray(first, np.float64)
    for t in range(len(one)):
        found[t] = start if begins[t] else carry_over * found[t - 1] + (1 - carry_over) * one[t - 1]
    return found


def settled(occasions: Occasions, step: float) -> Array:
    """How far the bond to each brand has grown before each purchase, from 0 to 1, purchases x brands.

    The market's rule of attachment where every purchase satisfies alike: of the brand bought,
    bond <- bond + step x (1 - bond); the others keep theirs.
    """
    one = np.eye(len(occasions.brands))[occasions.chosen]
    found = np.zeros_like(one)
    for start, stop in zip(occasions.starts[:-1], occasions.starts[1:], strict=True):
        before = np.cumsum(one[start:stop], axis=0) - one[start:stop]
        found[start:stop] = 1 - (1 - step) ** before
    return found


def felt_prices(occasions: Occasions, usual: Array, loss_aversion: float, carry_over: float) -> Array:
    """How dear each brand is felt to be at each purchase, purchases x brands; 0 at the reference price.

    The market's rule (sim/rules/price.py): prices stand to the brand's usual one, the reference starts there
    and follows the prices paid; a loss weighs `loss_aversion` times a gain.
    """
    index = occasions.price / usual
    paid = index[np.arange(len(index)), occasions.chosen]
    begins = np.zeros(len(index), np.bool_)
    begins[occasions.starts[:-1]] = True
    found = np.empty_like(index)
    reference = 1.0
    for t in range(len(index)):
        reference = 1.0 if begins[t] else carry_over * reference + (1 - carry_over) * paid[t - 1]
        found[t] = (index[t] - reference) / reference
    felt: Array = np.where(found > 0, loss_aversion * found, found)
    return felt
