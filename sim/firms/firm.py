"""A firm as an agent: posts a price and a quality each week, runs its programme, keeps its books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.adapter import MarketAgent
from sim.firms.complaint_desk import ComplaintDesk
from sim.firms.deferral import Deferral, PointsWeek, deferral_terms
from sim.firms.improvement import ImprovementRoom
from sim.firms.ledger import Account, Ledger
from sim.firms.points import Promises, cents
from sim.firms.policies import PricePolicy, price_policies
from sim.firms.settlement import NOTHING, Agreement, Settlement
from sim.firms.staff import StaffRoom
from sim.measures.tally import Tally
from sim.rules import Behaviour
from sim.rules.capacity import next_demand, served_share
from sim.rules.learning import LearningNumbers
from sim.scenario import Event, LayOff, Points
from sim.scenario import Firm as FirmSpec


class Usual(NamedTuple):
    """What a firm may expect of a usual week."""

    customers: int
    """of the market"""
    purchases: float
    sales: float
    """currency"""


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
        behaviour: Behaviour,
        usual: Usual,
    ) -> None:
        super().__init__(model, unique_id)
        self.number = number
        self.spec = spec
        self.policies: tuple[PricePolicy, ...] = price_policies(spec.name, events)
        self.ledger = Ledger()
        self.deferral = Deferral()
        self.promises = self._promised = Promises.of(spec.programme)
        self._deferral_terms = deferral_terms(spec.programme)
        self._redeemed_cost = self._redeemed_points = 0
        self._faces: list[int] = []
        self.price = spec.price.level
        self._launched = False
        self.desk = ComplaintDesk(learning)
        self._usual = usual
        self.staff = StaffRoom(behaviour.staffing)
        if spec.staff is not None:
            self.staff.start(spec.staff, self._usual.purchases, self._usual.customers)
        self.improvement = ImprovementRoom(behaviour.improvement, spec.quality.improvement, self._usual.sales)
        self._lay_offs = [e for e in events if isinstance(e, LayOff) and e.firm == spec.name]
        self.holds_event = False
        """whether its community meets this week"""
        self.is_there = True
        """whether it has entered the market and not left it"""
        self._enters = False
        self.closed = False
        """whether nobody can buy there this week"""
        self.served = 1.0
        """chance that it can serve a customer this week, from what it knows of its demand"""
        self._demand = -1.0

    @property
    def name(self) -> str:
        """Name of the firm."""
        return self.spec.name

    def adopt(self, spec: FirmSpec) -> None:
        """Act by another plan from now on: that of a design."""
        if spec.programme != self.spec.programme:
            self._launched = False
        if _points(spec) != _points(self.spec):
            # Other rewards: what points have cost so far says nothing about what they will cost.
            self._redeemed_cost = self._redeemed_points = 0
        self.spec = spec
        self._promised, self.promises = self.promises, Promises.of(spec.programme)
        self._deferral_terms = deferral_terms(spec.programme)

    def post_price(self, week: int, asked: float | None = None) -> float:
        """Set and return this week's price index. asked: by its policies; the plan's without."""
        price = self.spec.price.level if asked is None else asked
        for policy in self.policies:
            price = policy.price(week, price)
        self.price = price
        return price

    @property
    def posted_price(self) -> float:
        """Price asked this week, over the price at which the firm's share was observed."""
        return self.price / self.spec.price.usual

    @property
    def available(self) -> float:
        """Chance to be served of a customer who has the firm in mind."""
        return 0.0 if self.closed else self.served

    def begin_week(self, week: int) -> None:
        """By the plan that it follows now: who has to go, whether its community meets, how many it can serve."""
        for event in self._lay_offs:
            if event.week == week:
                self.staff.lay_off(event.share)
        community, capacity = self.spec.community, self.spec.capacity
        meets = community is not None and week % community.every == community.every - 1
        self.holds_event = meets and self.is_there
        can = None if capacity is None else capacity * self._usual.customers / 1000.0
        self.served = 1.0 if can is None else served_share(can, self._demand)

    @property
    def faces(self) -> NDArray[np.int64]:
        """Face value of what members were given in each week (rewards, surprises, lower prices), cents."""
        return np.array(self._faces, np.int64)

    @property
    def load(self) -> float:
        """Work over what its staff can do, or demand over its capacity; NaN where it has neither."""
        if self.spec.staff is not None:
            return self.staff.load
        if self.spec.capacity is None or self._demand < 0:
            return float("nan")
        return self._demand / (self.spec.capacity * self._usual.customers / 1000.0)

    def spend(self, account: Account, cents: int) -> None:
        """Spend cents on something outside the usual week."""
        self.ledger.post(account, Account.CASH, cents)

    @property
    def agreement(self) -> Agreement | None:
        """What it has agreed with the partners of its programme, if it has any."""
        programme = self.spec.programme
        if programme is None or programme.partners is None:
            return None
        partners = programme.partners
        return Agreement(partners.firms, partners.price, partners.refund)

    def close_books(
        self,
        tally: NDArray[np.int64],
        settled: Settlement = NOTHING,
        *,
        service: int = 0,
        channel: int = 0,
        watching: bool = False,
    ) -> None:
        """Post a week.

        tally: the firm's weekly tally, summed over segments, membership x TALLIES, with what is its own in it
        (`settlement.brought_home`). service: cents spent on serving purchases. settled: with partners.
        channel: cents that its dealers cost it. watching: whether the week belongs to those that say what is usual
        (the burn-in).
        """
        t = tally.sum(axis=0).tolist()
        post = self.ledger.post
        if not self.closed:
            self._demand = next_demand(self._demand, t[Tally.PURCHASES], self.served)
        post(Account.CASH, Account.REVENUE, t[Tally.REVENUE])
        post(Account.GOODS, Account.CASH, t[Tally.GOODS])
        post(Account.REFUNDS, Account.CASH, t[Tally.RETURNED_CENTS] - t[Tally.RETURNED_GOODS])
        post(Account.SERVICE, Account.CASH, service)
        post(Account.CHANNEL, Account.CASH, channel)
        post(Account.FIXED, Account.CASH, cents(self.spec.fixed_cost) if self.is_there else 0)
        handed_out = self._close_promises(t, settled)
        outside = self._income(t, settled, handed_out)
        self._running(t, tally[0])
        self._defer(t, tally[1], outside + max(settled.points, 0))
        self._faces.append(self._face(t))
        post(Account.RECOVERY, Account.CASH, self._recovery(t))
        post(Account.COMMUNICATION, Account.CASH, self._communication(t, int(tally[1, Tally.REACHABLE])))
        post(Account.ACQUISITION, Account.CASH, self._acquisition(t))
        if self.is_there and self._enters and self.spec.staff is not None:
            # Its first weeks say little: it hires for the sales that it expects.
            self.staff.start(self.spec.staff, self._usual.purchases, self._usual.customers)
        self._enters = not self.is_there
        self.staff.week(
            self.spec.staff if self.is_there else None, t[Tally.PURCHASES], self._usual.customers, watching
        )
        if self.is_there:
            self.improvement.week(self.spec.quality.improvement, t[Tally.REVENUE] / 100.0, watching)
        else:
            self.improvement.rest()
        post(Account.STAFF, Account.CASH, self.staff.last.cost)
        post(Account.IMPROVEMENT, Account.CASH, self.improvement.cost)
        self.desk.close_week(
            self.spec.complaint_desk,
            t[Tally.COMPLAINTS],
            t[Tally.COMPLAINTS_WAITING],
            t[Tally.PURCHASES],
        )
        self.ledger.close_week()

    def _close_promises(self, t: list[int], settled: Settlement) -> int:
        """Post rewards as they are promised, kept, stolen and lost; returns the cents of rewards handed out.

        A promise is an expense when it is given: rewards, or fraud where the points went to a second account or back
        to who was robbed. What thieves redeem was promised before, and costs what rewards cost.
        """
        post = self.ledger.post
        owed = -self.ledger.balance(Account.POINTS_LIABILITY)
        cost = t[Tally.REWARDS_COST] + max(settled.rewards, 0)
        programme = self.spec.programme
        # Stamps that end may still be honoured; those cards were promised under terms that are gone.
        card = self.promises if programme is not None and programme.stamps is not None else self._promised
        cards = t[Tally.STAMPS_REWARDS] * card.stamps.cost_cents
        self._redeemed_cost += cost
        self._redeemed_points += t[Tally.POINTS_REDEEMED]
        self.promises = self.promises.after(self._redeemed_cost, self._redeemed_points)
        stolen = self.promises.points.cost_of(t[Tally.POINTS_STOLEN])
        abused = self.promises.points.cost_of(t[Tally.POINTS_FRAUD] + t[Tally.STOLEN_BACK])
        lost = self._promised.liability(
            t[Tally.POINTS_EXPIRED] + t[Tally.POINTS_FORFEITED], t[Tally.STAMPS_FORFEITED]
        )
        outstanding = self.promises.liability(t[Tally.POINTS_BALANCE], t[Tally.STAMPS_BALANCE])
        post(Account.POINTS_LIABILITY, Account.CASH, cost + cards + stolen)
        post(Account.POINTS_LIABILITY, Account.BREAKAGE, lost)
        post(Account.FRAUD, Account.POINTS_LIABILITY, abused)
        promised = outstanding - (owed - cost - cards - stolen - lost + abused)
        post(Account.REWARDS, Account.POINTS_LIABILITY, promised)
        self._promised = self.promises
        return cost + cards

    def _income(self, t: list[int], settled: Settlement, handed_out: int) -> int:
        """Post what the programme brings in; returns the cents paid for points earned outside the category."""
        post, programme = self.ledger.post, self.spec.programme
        post(Account.CASH, Account.FEES, t[Tally.FEES] - t[Tally.FEES_REFUNDED])
        post(Account.CASH, Account.SETTLEMENT, settled.points + max(-settled.rewards, 0))
        if programme is None:
            return 0
        if programme.surprise is not None:
            gift = cents(programme.surprise.worth * programme.surprise.cost_ratio) * t[Tally.SURPRISES]
            post(Account.SURPRISES, Account.CASH, gift)
            handed_out += gift
        post(Account.CASH, Account.FUNDING, round(programme.funding.supplier_share * handed_out))
        elsewhere = programme.points.outside if programme.points else None
        outside = cents(elsewhere.price * t[Tally.OUTSIDE_POINTS]) if elsewhere else 0
        post(Account.CASH, Account.OUTSIDE, outside)
        return outside

    def _running(self, t: list[int], others: NDArray[np.int64]) -> None:
        """Post what it costs to run the programme. others: the tally of customers who are not members."""
        post, programme = self.ledger.post, self.spec.programme
        post(Account.BENEFITS, Account.CASH, t[Tally.BENEFITS_CENTS])
        if programme is None:
            return
        costs = programme.costs
        running = cents(costs.per_week) + cents(costs.staff)
        running += round(100 * costs.per_member_week * t[Tally.MEMBERS])
        if not self._launched:
            running += cents(costs.launch)
            self._launched = True
        rewards = t[Tally.POINTS_REWARDS] + t[Tally.STAMPS_REWARDS]
        post(Account.PROGRAMME, Account.CASH, running)
        post(Account.FULFILMENT, Account.CASH, rewards * cents(costs.fulfilment))
        post(Account.FRAUD, Account.CASH, self._kept_by_staff(others))

    def _kept_by_staff(self, others: NDArray[np.int64]) -> int:
        """Cents of points that staff put on cards of their own and redeem at once.

        At the plain rate of the programme; multipliers, caps and the smallest basket are not looked at.
        """
        programme = self.spec.programme
        if programme is None or programme.points is None:
            return 0
        points, guard = programme.points, programme.guard
        spent = int(others[Tally.REVENUE]) / 100.0 * points.eligible_share
        earned = points.per_currency * spent + points.per_visit * int(others[Tally.PURCHASES])
        return self.promises.points.cost_of(int(guard.staff_abuse * (1.0 - guard.detection) * earned))

    def _defer(self, t: list[int], members: NDArray[np.int64], sold: int) -> None:
        """Take the week into the deferred revenue. sold: cents that partners paid for points."""
        paid = int(members[Tally.REVENUE])
        self.deferral.close_week(
            self._deferral_terms,
            PointsWeek(
                paid=paid,
                listed=paid + int(members[Tally.DISCOUNT]),
                sold=sold,
                earned=t[Tally.POINTS_EARNED],
                redeemed=t[Tally.POINTS_REDEEMED] + t[Tally.POINTS_STOLEN],
                lost=t[Tally.POINTS_EXPIRED] + t[Tally.POINTS_FORFEITED],
                reversed=t[Tally.POINTS_REVERSED],
                bought=t[Tally.OUTSIDE_POINTS] + t[Tally.POINTS_SETTLED],
            ),
        )

    def _face(self, t: list[int]) -> int:
        """Cents that members were given, at face value."""
        programme, given = self.spec.programme, t[Tally.REWARDS_FACE] + t[Tally.DISCOUNT]
        if programme is not None and programme.stamps is not None:
            given += t[Tally.STAMPS_REWARDS] * cents(programme.stamps.reward)
        if programme is not None and programme.surprise is not None:
            given += t[Tally.SURPRISES] * cents(programme.surprise.worth)
        return given

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
        if spec.contacts and self.is_there:
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


def _points(spec: FirmSpec) -> Points | None:
    return spec.programme.points if spec.programme else None
