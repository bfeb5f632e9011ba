"""Dealing: what a dealer does for a maker follows from what she earns with it and how she is treated.

pay = income / (need x list price of sales), where need is the share of list price that she lives on.
worth = income / (need x list price of sales + cost of the line).
s(x) = x / (1 + |x|), from -1 to 1.
Loyalty (0-1) moves slowly, a quarter at a time:
  target = 1/2 + 1/2 s(by_pay x (pay - 1) + by_help x help / (help + required) - by_undercut x undercut)
  loyalty <- loyalty + (1 - 2^(-13 / half_life)) x (target - loyalty)
undercut = mean price cut of the maker's other dealers in the quarter (share of list price) x (1 - policing).
push = pay_push x s(4 x (pay / mean pay of her lines - 1)) + loyalty_push x (2 loyalty - 1) (logit units): she shows and
praises first what pays best in her shop, and what she stands by.
felt worth = worth x (1 + goodwill x (loyalty - 1/2)). A line is kept while felt worth >= keep, once it was carried for
`trial` quarters; one that is not carried is taken up where the worth expected of it >= 1 + caution x u, u uniform
between dealers. What a line sells that few dealers carry is expected at 1 - doubt of its share, at most.
A maker that asks to be carried alone is weighed against all others together: a share `divert` of those who wanted what
is gone buy what is there.
cut = (sales still needed / sales expected - 1) / response, share of list price, in the last `rush` weeks of a quarter
with a rebate for a quantity, where the rebate, if it is not lost to policing, is worth more than the cut costs.
With the mechanism off dealers carry what they carried at the start, push nobody and sell at list price.

Source: Anderson & Narus 1990, J. Marketing 54(1):42 (outcomes against the alternatives bind a distributor to a maker);
Frazier 1999, JAMS 27:226 (channels, dependence); Gilliland 2003, Industrial Marketing Management 32:55 (channel
incentives); Bergen, Dutta & Walker 1992, J. Marketing 56(3):1 (agency in channels); Dutta, Bergen & John 1994,
Marketing Science 13:85 (when a maker tolerates dealers that sell outside their terms) (all from memory, directions
alone); form and sizes are proposed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.rules.parameter import Mechanism, param

Numbers = NDArray[np.float64]


class DealingNumbers(NamedTuple):
    on: float
    learn: float
    by_pay: float
    by_help: float
    by_undercut: float
    pay_push: float
    loyalty_push: float
    goodwill: float
    keep: float
    caution: float
    trial: float
    memory: float
    doubt: float
    divert: float
    response: float
    rush: float
    deepest: float


def _judged(default: float, unit: str, meaning: str, bounds: tuple[float, float]) -> Any:
    return param(default, unit=unit, meaning=meaning, bounds=bounds, source="judgement", status="PROPOSED")


class Dealing(Mechanism):
    """Dealers push, carry and drop makers, and cut prices for a rebate."""

    half_life: float = _judged(
        26.0,
        "weeks",
        "time in which a dealer's loyalty goes half of the way to where it tends",
        (1.0, 1040.0),
    )
    by_pay: float = param(
        1.0,
        unit="per share of the need",
        meaning="how loyalty answers to income beyond what is needed",
        bounds=(0.0, 20.0),
        source="Anderson & Narus 1990 (direction)",
        status="MEMORY",
    )
    by_help: float = param(
        0.5,
        unit="at full help",
        meaning="how loyalty answers to a maker's help in the shop",
        bounds=(0.0, 20.0),
        source="Gilliland 2003 (direction)",
        status="MEMORY",
    )
    by_undercut: float = _judged(
        8.0, "per share of list price", "how loyalty suffers where other dealers undercut her", (0.0, 100.0)
    )
    pay_push: float = _judged(
        0.4, "logit", "push for a line that pays far better than the others of the shop", (0.0, 5.0)
    )
    loyalty_push: float = _judged(0.6, "logit", "push for a maker to which she is wholly loyal", (0.0, 5.0))
    goodwill: float = _judged(
        0.5, "share of income", "what a loyal dealer counts income for above a disloyal one", (0.0, 2.0)
    )
    keep: float = _judged(
        0.8, "share of what is needed", "income from a line below which it is dropped", (0.0, 1.0)
    )
    caution: float = _judged(
        0.5,
        "share of what is needed",
        "income beyond the need that the most cautious expects of a new line",
        (0.0, 5.0),
    )
    trial: float = _judged(2.0, "quarters", "how long a line is tried before it may be dropped", (0.0, 40.0))
    memory: float = _judged(
        0.5, "share", "weight of the last quarter in what a line is held to pay", (0.01, 1.0)
    )
    doubt: float = _judged(
        0.5, "share", "how far sales of a line that no dealer carries are held to fall short", (0.0, 1.0)
    )
    divert: float = _judged(
        0.5,
        "share of customers",
        "who buy another line of the dealer where theirs is not carried",
        (0.0, 1.0),
    )
    response: float = _judged(
        2.5, "percent per percent", "by how much dealers think that sales rise with a price cut", (0.1, 20.0)
    )
    rush: float = _judged(4.0, "weeks", "last weeks of a quarter in which a quantity is chased", (1.0, 12.0))
    deepest: float = _judged(0.3, "share of list price", "the deepest cut that a dealer makes", (0.0, 0.9))

    def numbers(self) -> DealingNumbers:
        on = 1.0 if self.enabled else 0.0
        given = {name: float(getattr(self, name)) for name in DealingNumbers._fields if hasattr(self, name)}
        given |= {name: on * given[name] for name in ("pay_push", "loyalty_push", "deepest")}
        return DealingNumbers(on=on, learn=on * (1.0 - 2.0 ** (-13.0 / self.half_life)), **given)


# Arrays or numbers, element by element, in float64 as money is counted in; only + - x /, so that bits are the same
# on every machine.


def squashed(x: ArrayLike) -> Numbers:
    """x / (1 + |x|): from -1 to 1, 0 at 0."""
    value = np.asarray(x, np.float64)
    result: Numbers = value / (1.0 + np.abs(value))
    return result


def target_loyalty(
    pay: ArrayLike, help_share: ArrayLike, undercut: ArrayLike, numbers: DealingNumbers
) -> Numbers:
    """Loyalty (0-1) to which a dealer tends who lives like this.

    pay: income over need; help_share: help / (help + required); undercut: share of list price, as far as
    the maker lets it pass.
    """
    gained = numbers.by_pay * (np.asarray(pay) - 1.0) + numbers.by_help * np.asarray(help_share)
    wronged = numbers.by_undercut * np.asarray(undercut)
    result: Numbers = 0.5 + 0.5 * squashed(gained - wronged)
    return result


def next_loyalty(loyalty: ArrayLike, target: ArrayLike, numbers: DealingNumbers) -> Numbers:
    """Loyalty after a quarter."""
    value = np.asarray(loyalty, np.float64)
    result: Numbers = value + numbers.learn * (np.asarray(target) - value)
    return result


_SHARP = 4.0
"""How sharply dealers tell lines apart by what they pay: 25 % more than the mean is half of all it can do."""


def push(pay: ArrayLike, mean_pay: ArrayLike, loyalty: ArrayLike, numbers: DealingNumbers) -> Numbers:
    """What a dealer's word adds to the attraction of a line (logit units); mean_pay: of the lines in the shop."""
    by_pay = numbers.pay_push * squashed(_SHARP * (np.asarray(pay) / np.asarray(mean_pay) - 1.0))
    result: Numbers = by_pay + numbers.loyalty_push * (2.0 * np.asarray(loyalty) - 1.0)
    return result


def goodwill(loyalty: ArrayLike, numbers: DealingNumbers) -> Numbers:
    """What income from a maker counts for, against the same income from one to which she is indifferent."""
    result: Numbers = 1.0 + numbers.goodwill * (np.asarray(loyalty, np.float64) - 0.5)
    return result


def is_kept(felt_worth: ArrayLike, quarters: ArrayLike, numbers: DealingNumbers) -> NDArray[np.bool_]:
    """Whether a line that was carried for so many quarters stays."""
    return (np.asarray(felt_worth) >= numbers.keep) | (np.asarray(quarters) < numbers.trial)


def is_taken(felt_worth: ArrayLike, u: ArrayLike, numbers: DealingNumbers) -> NDArray[np.bool_]:
    """Whether a line of which this worth is expected is taken up by a dealer as cautious as u (0-1)."""
    return np.asarray(felt_worth) >= 1.0 + numbers.caution * np.asarray(u)


_HALF_KNOWN = 0.1
"""Share of dealers that carry a line at which half of the doubt about it is gone."""


def expected_share(
    observed: ArrayLike, usual: ArrayLike, carried_by: ArrayLike, numbers: DealingNumbers
) -> Numbers:
    """Share of sales expected of a line: observed where it is carried, usual less doubt as far as it is not.

    carried_by: share of dealers.
    """
    carried_by = np.asarray(carried_by, np.float64)
    known = carried_by / (carried_by + _HALF_KNOWN)
    result: Numbers = known * np.asarray(observed) + (1.0 - known) * (1.0 - numbers.doubt) * np.asarray(usual)
    return result


def sales_left(carried: ArrayLike, numbers: DealingNumbers) -> Numbers:
    """Share of a dealer's customers who still buy of her, if she carries this share of what they want."""
    share = np.asarray(carried, np.float64)
    result: Numbers = share + numbers.divert * (1.0 - share)
    return result


def price_cut(
    lacking: ArrayLike,
    expected: ArrayLike,
    sold: ArrayLike,
    weeks_left: int,
    terms: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    numbers: DealingNumbers,
) -> Numbers:
    """Cut (share of list price) by which a dealer sets out to reach the quantity of a rebate; 0 where it is in reach
    anyway, or is not worth it.

    lacking: purchases missing to the quantity. expected: purchases in the weeks left, at list price.
    sold: purchases of the quarter so far, for which the rebate would be paid too.
    terms: rebate, margin and fine (shares of list price), and chance a week that a cut is found.
    """
    rebate, margin, fine, policing = (np.asarray(term, np.float64) for term in terms)
    lacking, expected, sold = (np.asarray(x, np.float64) for x in (lacking, expected, sold))
    cut = (lacking / np.where(expected > 0.0, expected, 1.0) - 1.0) / numbers.response
    unseen = np.ones_like(policing)
    for _ in range(weeks_left):
        unseen = unseen * (1.0 - policing)
    gain = unseen * rebate * (sold + lacking) + margin * (lacking - expected)
    cost = (cut + policing * fine) * lacking
    worth_it = (expected > 0.0) & (cut > 0.0) & (cut <= numbers.deepest) & (gain > cost)
    return np.where(worth_it, cut, 0.0)
