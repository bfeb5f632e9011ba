"""A firm as an agent: posts a price and a quality each week, runs its programme, keeps its books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.adapter import MarketAgent
from sim.firms.complaint_desk import ComplaintDesk
from sim.firms.ledger import Account, Ledger
from sim.firms.points import Promises, cents
from sim.firms.policies import PricePolicy, price_policies
from sim.measures.tally import Tally
from sim.rules.learning import LearningNumbers
from sim.scenario import Event
from sim.scenario import Firm as FirmSpec


class Firm(MarketAgent):
    """One firm of the market. It sees its own till and its own members, never a customer's mind."""

    def __init__(
        self,
        model: Any,
        unique_id: int,
        number: int,
        spec: FirmSpec,
        events: Sequence[Event],
        learning: LearningNumbers,
    ) -> None:
        super().__init__(model, unique_id)
        self.number = number
        self.spec = spec
        self.policies: tuple[PricePolicy, ...] = price_policies(spec.name, events)
        self.ledger = Ledger()
        self.promises = self._promised = Promises.of(spec.programme)
        self.price = spec.price.level
        self._launched = False
        self.desk = ComplaintDesk(learning)
        self.holds_event = False
        """whether its community meets this week"""

    @property
    def name(self) -> str:
        """Name of the firm."""
        return self.spec.name

    def adopt(self, spec: FirmSpec) -> None:
        """Act by another plan from now on: that of a design."""
        if spec.programme != self.spec.programme:
            self._launched = False
        self.spec = spec
        self._promised, self.promises = self.promises, Promises.of(spec.programme)

    def post_price(self, week: int) -> float:
        """Set and return this week's price index."""
        community = self.spec.community
        self.holds_event = community is not None and week % community.every == community.every - 1
        price = self.spec.price.level
        for policy in self.policies:
            price = policy.price(week, price)
        self.price = price
        return price

    @property
    def posted_price(self) -> float:
        """Price asked this week, over the price at which the firm's share was observed."""
        return self.price / self.spec.price.usual

    def close_books(self, tally: NDArray[np.int64]) -> None:
        """Post a week. tally: the firm's weekly tally, summed over segments, membership x TALLIES."""
        t = [int(x) for x in tally.sum(axis=0)]
        post, programme = self.ledger.post, self.spec.programme
        post(Account.CASH, Account.REVENUE, t[Tally.REVENUE])
        post(Account.GOODS, Account.CASH, t[Tally.GOODS])
        post(Account.SERVICE, Account.CASH, t[Tally.PURCHASES] * cents(self.spec.service_cost))
        post(Account.FIXED, Account.CASH, cents(self.spec.fixed_cost))
        owed = -self.ledger.balance(Account.POINTS_LIABILITY)
        redeemed = (
            t[Tally.POINTS_REWARDS] * self.promises.points.cost_cents
            + t[Tally.STAMPS_REWARDS] * self.promises.stamps.cost_cents
        )
        outstanding = self.promises.liability(t[Tally.POINTS_BALANCE], t[Tally.STAMPS_BALANCE])
        lost = self._promised.liability(
            t[Tally.POINTS_EXPIRED] + t[Tally.POINTS_FORFEITED], t[Tally.STAMPS_FORFEITED]
        )
        post(Account.POINTS_LIABILITY, Account.CASH, redeemed)
        post(Account.POINTS_LIABILITY, Account.BREAKAGE, lost)
        post(Account.REWARDS, Account.POINTS_LIABILITY, outstanding - (owed - redeemed - lost))
        if programme is not None:
            running = cents(programme.costs.per_week)
            running += round(100 * programme.costs.per_member_week * t[Tally.MEMBERS])
            if not self._launched:
                running += cents(programme.costs.launch)
                self._launched = True
            post(Account.PROGRAMME, Account.CASH, running)
        self._promised = self.promises
        post(Account.RECOVERY, Account.CASH, self._recovery(t))
        post(Account.COMMUNICATION, Account.CASH, self._communication(t, int(tally[1, Tally.REACHABLE])))
        post(Account.ACQUISITION, Account.CASH, self._acquisition(t))
        self.desk.close_week(
            self.spec.complaint_desk,
            t[Tally.COMPLAINTS],
            t[Tally.COMPLAINTS_WAITING],
            t[Tally.PURCHASES],
        )
        self.ledger.close_week()

    def _recovery(self, t: list[int]) -> int:
        """Cents spent on complaints."""
        desk = self.spec.complaint_desk
        if desk is None:
            return 0
        cost = cents(desk.cost_per_week) + round(100 * desk.cost_per_complaint * t[Tally.COMPLAINTS])
        return cost + cents(desk.compensation) * t[Tally.ANSWERED_WELL]

    def _communication(self, t: list[int], reachable_members: int) -> int:
        """Cents spent on those who are customers already."""
        spec, cost = self.spec, 0.0
        if spec.gestures:
            cost += t[Tally.GIFTS] * spec.gestures.worth * spec.gestures.cost_ratio
        if spec.contacts:
            known = reachable_members if spec.contacts.members_only else t[Tally.REACHABLE]
            cost += t[Tally.CONTACTS] * spec.contacts.cost_per_contact + known * spec.contacts.data_cost
        if spec.education:
            cost += t[Tally.TAUGHT] * spec.education.cost
        if spec.community and self.holds_event:
            cost += t[Tally.PARTICIPANTS] * spec.community.cost + spec.community.cost_per_event
        return cents(cost)

    def _acquisition(self, t: list[int]) -> int:
        """Cents spent on winning customers, and on winning them back."""
        spec, cost = self.spec, t[Tally.DEAL_CENTS] / 100.0
        if spec.advertising:
            cost += t[Tally.ADVERTS] * spec.advertising.cost
        if spec.deal:
            cost += t[Tally.DEALS] * spec.deal.cost
        if spec.referral:
            rewards = spec.referral.reward + spec.referral.friend_reward
            cost += t[Tally.ACQUIRED_BY_REFERRAL] * rewards
        if spec.win_back:
            cost += t[Tally.WIN_BACK_OFFERS] * spec.win_back.cost + t[Tally.WON_BACK] * spec.win_back.worth
        return cents(cost)
