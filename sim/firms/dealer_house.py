"""The dealers of a market: what they carry, what they push, at what price they sell, and what they earn.

State is arrays, dealer x firm; a dealer as a Mesa agent (`dealer.py`) is a view of a row. At the start of a
quarter of 13 weeks each looks at what her lines have paid her; in its last weeks she may chase a rebate by cutting
prices. Dealers see their own till, the terms offered to them and what others sell and ask, never a customer's mind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.draws import Stream, normals, uniforms
from sim.firms.channel import Cents, ChannelWeek, channels_of, makers_part, share_of, whole
from sim.firms.dealer import Dealer
from sim.firms.lines import Lines, best_lines, in_order
from sim.firms.quarter import Quarter, amounts
from sim.rules import Behaviour
from sim.rules.dealing import (
    goodwill,
    is_kept,
    is_taken,
    next_loyalty,
    price_cut,
    push,
    target_loyalty,
)
from sim.scenario import Channel, Dealers
from sim.scenario import Firm as FirmPlan
from sim.scenario.dealers import QUARTER

STREAM = int(Stream.DEALER)
"""Number of the dealers' draws: k = firm in a week, 16 + firm and 32 for what a dealer is from the start."""
_COVERAGE, _TRAITS = 16, 32
_STEP = 10_000
"""Prices are cut in steps of 1 / 10 000 of list price, so that cuts add up in any order."""

Numbers = NDArray[np.float64]


class Tables(NamedTuple):
    """What customers find at the dealers, dealer x firm."""

    carries: NDArray[np.bool_]
    """whether the firm is to be had there"""
    push: NDArray[np.float32]
    """logit units, 0 where it is not"""
    price: NDArray[np.float32]
    """factor on the posted price, 1 at list price"""


class DealerHouse:
    """All dealers of one market. Each week: `decide`, `tables`, and when customers have bought, `close_week`."""

    def __init__(
        self, plan: Dealers, firms: Sequence[FirmPlan], behaviour: Behaviour, seed: int, replicate: int
    ) -> None:
        self.plan, self.names = plan, tuple(firm.name for firm in firms)
        self._rule = behaviour.dealing.numbers()
        self._named = {"seed": seed, "replicate": replicate, "stream": STREAM}
        count, makers = plan.count, len(firms)
        shape, every = (count, makers), np.arange(count)
        traits = normals(customer=every, k=_TRAITS, **self._named)[:, 0].astype(np.float64)
        # Nobody lives on nothing, or on more than the price.
        self.need = np.clip(plan.margin.mean + plan.margin.spread * traits, 0.01, 0.95)
        """share of list price that each dealer needs of a sale"""
        self._caution = uniforms(customer=every, k=_TRAITS + 1, **self._named)[:, :1].astype(np.float64)
        channels = channels_of(firms)
        drawn = uniforms(customer=every[:, None], k=_COVERAGE + np.arange(makers), **self._named)[:, :, 0]
        self.carries = drawn < np.array([channel.coverage for channel in channels], np.float32)
        """dealer x firm"""
        weights = np.array([firm.share for firm in firms])
        self._usual_share = weights / max(float(weights.sum()), 1e-9)
        self._share = self._usual_share.copy()
        # A shop with nothing to sell is none.
        leader = np.argmax(weights * np.array([channel.coverage > 0.0 for channel in channels]))
        self.carries[~self.carries.any(axis=1), leader] = True
        self._at_start, self._there = self.carries.copy(), np.ones(makers, np.bool_)
        self.pay = np.array([channel.usual for channel in channels]) / self.need[:, None]
        """what a line is held to pay, over the need; dealer x firm"""
        self._usual_pay = self.pay.copy()
        self.worth = self.pay.copy()
        """what a line is held to pay, over the need and the cost of the line; dealer x firm"""
        self.loyalty = target_loyalty(self.pay, 0.0, 0.0, self._rule)
        """of each dealer to each maker, 0-1; dealer x firm"""
        self._usual_loyalty = self.loyalty.copy()
        self._quarters = np.where(self.carries, int(self._rule.trial) + 1, 0)
        self._offered = self._terms(firms)
        self._rate = np.broadcast_to(self._offered, shape)
        self._cut = np.zeros(shape, np.int64)
        self._quarter = Quarter.new(shape)
        self._at_list: Cents = np.zeros(shape, np.int64)
        """purchases of the quarter before quantities are chased"""
        self.income = np.zeros(count, np.int64)
        """cents that each dealer has earned so far"""
        self.dealers: list[Dealer] = []
        """as Mesa agents, once they were asked for"""

    # --- before customers buy -------------------------------------------------------------------------------

    def attend(self, there: Sequence[bool]) -> None:
        """Take note of who is in the market this week, by firm: nobody carries a maker that is not.

        One that enters finds the dealers of its `coverage`. A dealer who is left with nothing to sell takes up all
        that there is.
        """
        now = np.array(there, np.bool_)
        enters = now & ~self._there
        self.carries = np.where(enters, self._at_start, self.carries) & now
        self._quarters = np.where(enters, 0, self._quarters)
        empty = ~self.carries.any(axis=1)
        self.carries[empty] = now & (self._usual_share > 0.0)
        self._there = now

    def decide(self, week: int, plans: Sequence[FirmPlan]) -> None:
        """Decide what to carry and push, at the start of a quarter, and what to ask, in every week.

        plans: the firms as they are this week, in the order of the market.
        """
        if week and week % QUARTER == 0 and self._rule.on:
            self._look_back(plans)
            self._choose_lines(plans)
        if week % QUARTER == 0:
            self._quarter = Quarter.new(self.carries.shape)
        self._set_prices(week % QUARTER, plans)

    def tables(self) -> Tables:
        """What customers find this week."""
        return Tables(
            self.carries.copy(),
            self._push().astype(np.float32),
            (1.0 - self._cut / _STEP).astype(np.float32),
        )

    def _push(self) -> Numbers:
        """Push beyond that at which the firms' shares were observed."""
        said = push(self.pay, self._mean_pay(self.pay), self.loyalty, self._rule)
        usual = push(self._usual_pay, self._mean_pay(self._usual_pay), self._usual_loyalty, self._rule)
        return np.where(self.carries, said - usual, 0.0)

    def _mean_pay(self, pay: Numbers) -> Numbers:
        """Mean over the lines in the shop, dealer x 1."""
        lines = np.maximum(self.carries.sum(axis=1), 1)
        mean = in_order(np.where(self.carries, pay, 0.0)) / lines
        return np.where(mean > 0.0, mean, 1.0)[:, None]

    def _required(self, listed: Cents | Numbers) -> Numbers:
        """Cents a dealer needs of a line that sells so much in a quarter; a cent at least."""
        needed: Numbers = np.maximum(self.need[:, None] * listed + self._line_cost, 1.0)
        return needed

    @property
    def _line_cost(self) -> float:
        """Cents that a line costs in a quarter."""
        return 100.0 * QUARTER * self.plan.line_cost

    def _look_back(self, plans: Sequence[FirmPlan]) -> None:
        """Take in what the quarter has paid, and how makers have treated her."""
        rule, past = self._rule, self._quarter
        required, terms = self._required(past.listed), self._terms(plans)
        sold = self.carries & (past.listed > 0)
        listed = np.where(sold, past.listed, 1)
        # Beyond what is offered for certain: rebates for a quantity, fines, and what her own price cuts cost.
        beyond = (past.income - past.support) / listed - self._offered
        self._rate = terms + np.where(sold, beyond, 0.0)
        self._offered = terms
        pay = (self._rate + np.where(sold, past.support / listed, 0.0)) / self.need[:, None]
        first = self.carries & (self._quarters == 0)
        weight = np.where(first, 1.0, rule.memory)
        self.pay = self.pay + weight * (pay - self.pay)
        worth = np.where(self.carries, past.income / required, self.worth)
        self.worth = self.worth + weight * (worth - self.worth)
        help_share = past.helped / (past.helped + required)
        target = target_loyalty(self.pay, help_share, past.undercut / (_STEP * QUARTER), rule)
        self.loyalty = next_loyalty(self.loyalty, target, rule)
        self._quarters = np.where(self.carries, self._quarters + 1, 0)

    def _terms(self, plans: Sequence[FirmPlan]) -> Numbers:
        """Share of list price that each maker lets dealers keep for certain, by firm."""
        channels = channels_of(plans)
        terms: Numbers = np.array([channel.margin for channel in channels]) + amounts(
            channels, "fixed_outlet"
        )
        return terms

    def _choose_lines(self, plans: Sequence[FirmPlan]) -> None:
        """Drop what does not pay, take up what promises to, and answer makers who ask to be alone."""
        rule, channels = self._rule, channels_of(plans)
        lines = Lines.of(self.carries, self._quarter.listed, self._share, self._usual_share, rule)
        self._share = lines.share
        felt, terms = goodwill(self.loyalty, rule), self._terms(plans)
        support = 100.0 * QUARTER * np.array([channel.shared_risk for channel in channels])
        promised = (lines.wanted * terms + support) / self._required(lines.wanted)
        stays = self.carries & is_kept(felt * self.worth, self._quarters, rule)
        comes = ~self.carries & is_taken(felt * promised, self._caution, rule) & (self._usual_share > 0.0)
        candidates: NDArray[np.bool_] = (stays | comes) & self._there
        best = np.argmax(np.where(self.carries, felt * self.worth, -np.inf), axis=1)
        empty = np.flatnonzero(~candidates.any(axis=1))
        candidates[empty, best[empty]] = True
        alone = np.array([channel.exclusive for channel in channels])
        chosen = best_lines(candidates, alone, lines, felt * self._rate, support - self._line_cost, rule)
        self.worth = np.where(chosen & ~self.carries, promised, self.worth)
        self.carries = chosen

    def _set_prices(self, week: int, plans: Sequence[FirmPlan]) -> None:
        """Cut prices where a quantity is to be reached. week: of the quarter, from 0."""
        rush, left = int(self._rule.rush), QUARTER - week
        self._cut = np.zeros_like(self._cut)
        if left == rush:
            self._at_list = self._quarter.units.copy()
        if left > rush:
            return
        for f, channel in enumerate(channels_of(plans)):
            if channel.rebate is None or channel.rebate.quantity is None:
                continue
            sold = self._quarter.units[:, f]
            lacking = np.maximum(channel.rebate.quantity - sold, 0)
            expected = self._at_list[:, f] / (QUARTER - rush) * left
            terms = (channel.rebate.amount, channel.margin, channel.fine, channel.policing)
            cut = price_cut(lacking, expected, sold, left, terms, self._rule)
            chases = self.carries[:, f] & ~self._quarter.caught[:, f]
            self._cut[:, f] = np.where(chases, np.rint(cut * _STEP), 0.0)

    # --- when customers have bought -------------------------------------------------------------------------

    def close_week(
        self, week: int, plans: Sequence[FirmPlan], sold: ArrayLike, paid: ArrayLike, listed: ArrayLike
    ) -> ChannelWeek:
        """Settle a week: who gets what of what was paid.

        sold: purchases; paid: cents at the till; listed: cents that the maker's terms ask for the same purchases
        before the dealer's own cut; all dealer x firm. plans: as in `decide`.
        """
        units, till, at_list = (np.asarray(x).astype(np.int64) for x in (sold, paid, listed))
        channels, quarter = channels_of(plans), self._quarter
        kept = till - makers_part(at_list, channels)
        support = np.where(self.carries, whole([channel.shared_risk for channel in channels]), 0)
        helped = np.where(self.carries, whole([channel.help for channel in channels]), 0)
        found = self._found(week, channels)
        fines = np.where(found, share_of(at_list, [channel.fine for channel in channels]), 0)
        quarter.add(units, at_list, channels)
        quarter.caught |= found
        rebates = quarter.rebates(channels) if week % QUARTER == QUARTER - 1 else np.zeros_like(kept)
        earned = kept + rebates + support - fines
        quarter.income += earned
        quarter.support += support
        quarter.helped += helped
        quarter.undercut += self._undercut(channels)
        self.income += earned.sum(axis=1)
        carriers = self.carries.sum(axis=0)
        return ChannelWeek(
            paid=till.sum(axis=0),
            listed=at_list.sum(axis=0),
            kept=kept.sum(axis=0),
            rebates=rebates.sum(axis=0),
            support=support.sum(axis=0),
            fines=fines.sum(axis=0),
            help=helped.sum(axis=0),
            policing=carriers * whole([channel.policing * channel.policing_cost for channel in channels]),
            carriers=carriers,
            push=self._mean(self._push()),
            loyalty=self._mean(self.loyalty),
            dealers=earned.sum(axis=1),
        )

    def _found(self, week: int, channels: Sequence[Channel]) -> NDArray[np.bool_]:
        """Whose price cut is found this week, dealer x firm."""
        if not self._cut.any():
            return np.zeros(self._cut.shape, np.bool_)
        dealers, makers = self._cut.shape
        drawn = uniforms(customer=np.arange(dealers)[:, None], week=week, k=np.arange(makers), **self._named)[
            :, :, 0
        ]
        chance = np.array([channel.policing for channel in channels], np.float32)
        return (self._cut > 0) & (drawn < chance)

    def _undercut(self, channels: Sequence[Channel]) -> Cents:
        """Mean cut of the other dealers that carry a maker, in 1 / 10 000, as far as the maker lets it pass."""
        others = np.maximum(self.carries.sum(axis=0) - 1, 1)
        passes = 1.0 - np.array([channel.policing for channel in channels])
        seen = np.where(self.carries, (self._cut.sum(axis=0) - self._cut) / others, 0.0)
        return np.rint(seen * passes).astype(np.int64)

    def _mean(self, table: Numbers) -> Numbers:
        """Mean over the dealers that carry a maker, by firm; NaN where none does."""
        carriers = self.carries.sum(axis=0)
        total = in_order(np.where(self.carries, table, 0.0).T)
        return np.where(carriers > 0, total / np.maximum(carriers, 1), np.nan)

    # --- as agents ------------------------------------------------------------------------------------------

    def agents(self, model: Any, first_id: int) -> list[Dealer]:
        """The dealers as Mesa agents of a model, with ids from first_id on; kept in `dealers` too."""
        self.dealers = [Dealer(model, first_id + d, d, self) for d in range(self.plan.count)]
        return self.dealers
