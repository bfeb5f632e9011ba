"""From reward programmes as they are written to the sheets of numbers that the weekly pass reads (`told.Terms`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.arithmetic import F32
from sim.population.columns import Layout, Row, element_rows
from sim.population.standing import ANNIVERSARY, CALENDAR, LIFETIME, ROLLING
from sim.population.told import (
    MOST_BONUSES,
    MOST_LEVELS,
    MOST_REWARDS,
    Leg,
    Level,
    Plan,
    Reward,
    Rule,
    Tag,
    Terms,
)
from sim.rules import Behaviour
from sim.rules.points import LOTS, lot_period
from sim.rules.reward_kind import gratitude, perceived
from sim.scenario.programme import KINDS, Multiplier, Points, Programme, Tiers

_YEAR = 52
_MICRO = 1_000_000
_WINDOWS = {"calendar": CALENDAR, "anniversary": ANNIVERSARY, "rolling": ROLLING, "lifetime": LIFETIME}
_ROUNDING = {"down": 0, "nearest": _MICRO // 2, "up": _MICRO - 1}
_FALLS = {"none": 0, "one": 1, "full": MOST_LEVELS}
_TARGETS = ("any", "lapsing", "heavy")
_ALL = (1 << 62) - 1


def cents(amount: float) -> int:
    """An amount of currency in whole cents."""
    return round(amount * 100)


class Worse(NamedTuple):
    """What a change of the terms takes from members, in the week in which it comes."""

    per_point: float = 0.0
    """face value, currency"""
    per_currency: float = 0.0
    """per unit of money spent, as customers reckon"""
    fair: bool = False
    """whether it was announced"""


class Offered(NamedTuple):
    """A programme as it is offered this week: by which firm, on what terms, and what is known of a change."""

    firm: int
    programme: Programme | None
    urgent: bool = False
    """whether a change for the worse has been announced"""
    worse: Worse = Worse()


def layout_of(programmes: Sequence[Iterable[Programme]], *, returns: bool, follow: bool = False) -> Layout:
    """Rows that each programme takes for its elements, in all the forms that it has in the course of a run.

    returns: whether goods can be brought back somewhere. follow: whether what members receive is added up.
    """
    followed = {Row.RECEIVED: 1} if follow else {}
    return tuple(_rows_of(forms, returns) | followed for forms in programmes)


def _rows_of(forms: Iterable[Programme], returns: bool) -> dict[Row, int]:
    rows: dict[Row, int] = {}
    for form in forms:
        for row, number in _rows_of_form(form, returns).items():
            rows[row] = max(rows.get(row, 0), number)
    return rows


def _rows_of_form(programme: Programme, returns: bool) -> dict[Row, int]:
    points, tiers = programme.points, programme.tiers
    rows: dict[Row, int] = {}
    if points is not None:
        cap = points.cap
        rows |= {
            Row.VOUCHERS: LOTS if points.payout and points.payout.form == "voucher" else 0,
            Row.PENDING: max(points.pending_weeks, int(points.pending_until_visit)),
            Row.RETURNED: int(returns and points.on_return == "reverse"),
            Row.EARNED_WEEK: int(bool(cap and cap.per_week)),
            Row.EARNED_YEAR: int(bool(cap and cap.per_year)),
            Row.REDEEMED_WEEK: int(points.cooldown > 0),
        }
    if tiers is not None:
        quarters = 4 if tiers.window == "rolling" else 1
        matched = tiers.match is not None and tiers.match.spend > 0
        rows |= {
            Row.TIER: 1,
            Row.SPEND: quarters * (matched or any(level.spend is not None for level in tiers.levels)),
            Row.VISITS: quarters
            * (tiers.milestone is not None or any(level.visits is not None for level in tiers.levels)),
            Row.QUALIFYING: quarters * any(level.points is not None for level in tiers.levels),
        }
    if programme.club is not None:
        rows |= {Row.CLUB: 1, Row.RECEIVED: 1}
    rows[Row.CHALLENGE] = int(programme.challenge is not None)
    rows[Row.STREAK] = int(programme.streak is not None)
    rows[Row.CARD_WEEK] = int(programme.stamps is not None and programme.stamps.card_weeks is not None)
    return rows


def dates(programme: Programme | None, week: int) -> tuple[bool, ...]:
    """What holds in a week and not in others, without anybody changing the terms: blackouts of rewards, campaigns."""
    points = programme.points if programme else None
    if points is None:
        return ()
    closed = [week % _YEAR in reward.blackout for reward in points.rewards]
    return (*closed, *[_holds(multiplier, week) for multiplier in points.multipliers])


def back_per_currency(programme: Programme, behaviour: Behaviour) -> float:
    """What a member gets back per unit of money spent, as customers reckon."""
    points = programme.points if behaviour.points.enabled else None
    back = 0.0
    if points:
        first = points.menu[0]
        seen = behaviour.programme_value.perceived * _wanted(first.kind, behaviour)
        back = seen * points.per_currency * first.worth / first.points
        if points.eligible_share < 1.0:
            back *= points.eligible_share
    if behaviour.member_price.enabled:
        back += discount_of(programme)
        if programme.offers and behaviour.offer.enabled:
            back += programme.offers.per_week * programme.offers.activated * programme.offers.depth
    return back


def back_per_visit(programme: Programme, behaviour: Behaviour) -> float:
    """What a member gets back per purchase, currency, as customers reckon."""
    back = 0.0
    stamps = programme.stamps if behaviour.stamps.enabled else None
    if stamps:
        seen = behaviour.programme_value.perceived * _wanted(stamps.kind, behaviour)
        back = seen * stamps.reward / stamps.needed
    points = programme.points if behaviour.points.enabled else None
    if points and points.per_visit > 0:
        first = points.menu[0]
        back += behaviour.programme_value.perceived * points.per_visit * first.worth / first.points
    return back


def point_worth(programme: Programme | None) -> float:
    """Face value of a point in the first reward of the menu, currency; 0 without points."""
    points = programme.points if programme else None
    return points.menu[0].worth / points.menu[0].points if points else 0.0


def discount_of(programme: Programme) -> float:
    """Price cut for members: depth x share of the range."""
    price = programme.member_price
    return price.depth * price.range_share if price else 0.0


def _wanted(kind: str, behaviour: Behaviour) -> float:
    return float(perceived(KINDS.index(kind), behaviour.reward_kind.numbers()))


def _thanked(kind: str, behaviour: Behaviour) -> float:
    return float(gratitude(KINDS.index(kind), behaviour.reward_kind.numbers()))


class _Sheet:
    """The numbers of one programme while they are put together."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rule = np.zeros(len(Rule), np.int64)
        self.plan = np.zeros(len(Plan), np.float32)
        self.row = np.array(rows, np.int64)
        self.menu = np.zeros((MOST_REWARDS, len(Reward)), np.float32)
        self.tags = np.zeros((MOST_REWARDS, len(Tag)), np.int64)
        self.ladder = np.zeros((MOST_LEVELS, len(Level)), np.float32)
        self.legs = np.full((MOST_LEVELS, len(Leg)), -1, np.int64)
        self.bonus = np.zeros((MOST_BONUSES, 2), np.float32)
        self.reaches = np.zeros(MOST_BONUSES, np.int64)
        self.rule[Rule.LOT_COUNT] = 1
        self.rule[Rule.HOUSEHOLD] = 1
        self.rule[Rule.PLAIN] = 1

    def rules(self, **numbers: float) -> None:
        """Whole numbers by the names of `Rule`."""
        for name, number in numbers.items():
            self.rule[Rule[name.upper()]] = int(number)

    def plans(self, **numbers: float) -> None:
        """Real numbers by the names of `Plan`."""
        for name, number in numbers.items():
            self.plan[Plan[name.upper()]] = F32(number)


class TermsOfMarket:
    """The terms of all programmes of a market, written anew only for those whose terms are others than last time."""

    def __init__(self, *, behaviour: Behaviour, layout: Layout, firms: int, segments: Sequence[str]) -> None:
        """layout: rows of each programme; firms: their number; segments: names."""
        self._behaviour, self._segments = behaviour, segments
        self._rows = element_rows(firms, layout)
        self._said: list[tuple[Offered, tuple[bool, ...]] | None] = [None] * len(layout)
        self._sheets = [_Sheet(rows) for rows in self._rows]
        self._terms = _stacked([], [])

    def of(self, offered: Sequence[Offered], week: int) -> Terms:
        """The terms in a week; the same object while they are the same. Its arrays are not to be changed."""
        said = [(offer, dates(offer.programme, week)) for offer in offered]
        others = [p for p, (last, now) in enumerate(zip(self._said, said, strict=True)) if now != last]
        for p in others:
            self._sheets[p] = _sheet(offered[p], self._behaviour, self._rows[p], self._segments, week)
            self._said[p] = said[p]
        if others:
            self._terms = _stacked(offered, self._sheets)
        return self._terms


def terms_of(
    offered: Sequence[Offered], *, behaviour: Behaviour, layout: Layout, firms: int, segments: Sequence[str], week: int
) -> Terms:  # fmt: skip
    """The terms of the programmes in a week."""
    return TermsOfMarket(behaviour=behaviour, layout=layout, firms=firms, segments=segments).of(offered, week)


def _stacked(offered: Sequence[Offered], sheets: Sequence[_Sheet]) -> Terms:
    shapes = _Sheet([-1] * len(Row))

    def stacked(name: str) -> Any:
        like = getattr(shapes, name)
        return np.array([getattr(s, name) for s in sheets], like.dtype).reshape(len(sheets), *like.shape)

    return Terms(
        firm=np.array([o.firm for o in offered], np.int32),
        **{name: stacked(name) for name in Terms._fields if name != "firm"},
    )


def _sheet(
    offer: Offered, behaviour: Behaviour, rows: Sequence[int], segments: Sequence[str], week: int
) -> _Sheet:
    sheet, programme = _Sheet(rows), offer.programme
    if programme is None:
        sheet.row[:] = -1
        return sheet
    enrolment, guard = programme.enrolment, programme.guard
    sheet.rules(
        open=1,
        automatic=enrolment.automatic,
        card=enrolment.card,
        household=programme.household,
        urgent=offer.urgent,
    )
    sheet.rules(outranked=offer.worse.per_point > 0 or offer.worse.per_currency > 0)
    sheet.plans(
        ask=enrolment.ask,
        effort=enrolment.effort,
        spend_per_year=enrolment.spend_per_year,
        back_per_currency=back_per_currency(programme, behaviour),
        back_per_visit=back_per_visit(programme, behaviour),
        discount=discount_of(programme) if behaviour.member_price.enabled else 0.0,
        multi_accounts=guard.multi_accounts * (1.0 - guard.detection),
        takeover=guard.takeovers * (1.0 - guard.detection) / _YEAR,
        reimbursed=guard.reimbursed,
        loss_per_point=offer.worse.per_point,
        loss_per_currency=offer.worse.per_currency,
        fair=offer.worse.fair,
    )
    points = programme.points if behaviour.points.enabled else None
    tiers = programme.tiers if behaviour.status.enabled else None
    if points:
        _points(sheet, points, tiers, behaviour, segments, week)
    if programme.stamps and behaviour.stamps.enabled:
        stamps = programme.stamps
        sheet.rules(
            stamps_needed=stamps.needed,
            stamps_cost=cents(stamps.reward * stamps.cost_ratio),
            head_start=stamps.head_start,
            stamps_least=cents(stamps.min_basket),
            card_weeks=stamps.card_weeks or 0,
        )
        sheet.plans(
            stamps_reward=stamps.reward * _wanted(stamps.kind, behaviour),
            stamps_gratitude=stamps.reward * _thanked(stamps.kind, behaviour),
            bonus_share=stamps.bonus_share,
        )
    if tiers:
        _tiers(sheet, tiers, behaviour, point_worth(programme) > 0)
    _club(sheet, programme, behaviour)
    _play(sheet, programme, tiers, behaviour)
    soft = [level.quality / 100.0 for level in tiers.levels] if tiers else [0.0]
    hard = float(sheet.plan[Plan.DISCOUNT]) + (
        points.per_currency * point_worth(programme) if points else 0.0
    )
    sheet.plans(hard=hard, soft=sum(soft) / len(soft))
    _summary(sheet, programme)
    return sheet


def _points(
    sheet: _Sheet,
    points: Points,
    tiers: Tiers | None,
    behaviour: Behaviour,
    segments: Sequence[str],
    week: int,
) -> None:
    menu = sorted(points.menu, key=lambda r: r.points)
    levels = tiers.level_names if tiers else ()
    for i, reward in enumerate(menu):
        worth = F32(reward.worth)
        sheet.menu[i] = (
            worth * F32(_wanted(reward.kind, behaviour)),
            worth * F32(_thanked(reward.kind, behaviour)),
            F32(reward.availability),
        )
        sheet.tags[i] = (
            reward.points,
            cents(reward.worth * reward.cost_ratio + reward.fulfilment),
            cents(reward.worth),
            reward.limit or 1_000_000_000,
            levels.index(reward.from_tier) + 1 if reward.from_tier in levels else 0,
            week % _YEAR in reward.blackout,
        )
    first, cap, lapse = menu[0], points.cap, points.lapse
    sheet.rules(
        menu=len(menu),
        welcome=points.welcome,
        micro_points=round(points.per_currency * points.eligible_share * _MICRO),
        visit_points=round(points.per_visit * _MICRO),
        rounding=_ROUNDING[points.rounding],
        least_basket=cents(points.min_basket),
        birthday=points.birthday,
        pending_weeks=points.pending_weeks,
        pending_visit=points.pending_until_visit,
        cooldown=points.cooldown,
        warning_weeks=lapse.warning_weeks,
        cap_purchase=(cap.per_purchase or 0) if cap else 0,
        cap_week=(cap.per_week or 0) if cap else 0,
        cap_year=(cap.per_year or 0) if cap else 0,
    )
    sheet.plans(
        redeem=points.redeem,
        point_worth=first.worth / first.points,
        point_cost=(first.worth * first.cost_ratio + first.fulfilment) / first.points,
        card_share=lapse.card_share,
    )
    if lapse.mode == "rolling":
        sheet.rules(lot_weeks=lot_period(lapse.weeks), lot_count=LOTS)
    elif lapse.mode == "calendar":
        sheet.rules(lot_weeks=_YEAR, lot_count=(lapse.years or 0) + 1, lot_start=lapse.week_of_year)
    elif lapse.mode == "inactivity":
        sheet.rules(inactive_weeks=lapse.weeks or 0)
    if points.outside:
        sheet.rules(outside_points=points.outside.points)
        sheet.plans(outside_chance=points.outside.per_week)
    if points.payout:
        pay = points.payout
        sheet.rules(
            payout_every=pay.every,
            payout_cheque=pay.form == "cheque",
            payout_least=pay.least,
            payout_step=pay.step,
            payout_cap=pay.cap or 0,
            voucher_weeks=lot_period(pay.voucher_weeks),
        )
    for i, multiplier in enumerate(points.multipliers):
        sheet.bonus[i] = F32(multiplier.factor), F32(multiplier.share)
        named = sum(1 << s for s, name in enumerate(segments) if name in multiplier.segments)
        sheet.reaches[i] = (named if multiplier.segments else _ALL) if _holds(multiplier, week) else 0


def _holds(multiplier: Multiplier, week: int) -> bool:
    """Whether a campaign runs in this week."""
    into = week - multiplier.first_week
    if into < 0:
        return False
    into = into % multiplier.every if multiplier.every else into
    return multiplier.weeks is None or into < multiplier.weeks


def _tiers(sheet: _Sheet, tiers: Tiers, behaviour: Behaviour, has_points: bool) -> None:
    names, cheaper = tiers.level_names, behaviour.member_price.enabled
    for i, level in enumerate(tiers.levels):
        sheet.ladder[i] = F32(level.quality), F32(level.discount if cheaper else 0.0), F32(level.multiplier)
        sheet.legs[i] = (
            -1 if level.spend is None else cents(level.spend),
            -1 if level.visits is None else level.visits,
            -1 if level.points is None else level.points,
            level.every_leg,
            level.keep_points,
            cents(level.quality_cost),
        )
    sheet.rules(
        levels=len(names),
        window=_WINDOWS[tiers.window],
        year_start=tiers.year_start,
        valid_windows=tiers.valid_windows,
        downgrade=_FALLS[tiers.downgrade],
        grace=tiers.grace,
        rollover=tiers.rollover,
    )
    if tiers.match:
        sheet.rules(
            match_level=names.index(tiers.match.level) + 1,
            match_weeks=tiers.match.weeks,
            match_spend=cents(tiers.match.spend),
        )
    if tiers.gift:
        sheet.rules(gift_level=names.index(tiers.gift.level) + 1)
        sheet.plans(gift_share=tiers.gift.share)
    if tiers.milestone and has_points:
        sheet.rules(milestone_visits=tiers.milestone.visits, milestone_points=tiers.milestone.points)


def _club(sheet: _Sheet, programme: Programme, behaviour: Behaviour) -> None:
    club = programme.club
    if club and behaviour.club.enabled:
        sheet.rules(
            fee=cents(club.fee),
            period_weeks=club.period_weeks or 0,
            trial_weeks=club.trial_weeks,
            auto_renew=club.auto_renew,
            guarantee=club.guarantee,
        )
    elif club:
        # Nobody is in a club where no customer weighs its fee.
        sheet.plans(ask=0.0)
        sheet.rules(automatic=0)


def _play(sheet: _Sheet, programme: Programme, tiers: Tiers | None, behaviour: Behaviour) -> None:
    offers, challenge = programme.offers, programme.challenge
    streak, surprise = programme.streak, programme.surprise
    if offers and behaviour.offer.enabled and behaviour.member_price.enabled:
        sheet.rules(offer_target=_TARGETS.index(offers.target))
        sheet.plans(offer_chance=offers.per_week, offer_depth=offers.depth, offer_activated=offers.activated)
    if challenge and behaviour.challenge.enabled:
        sheet.rules(
            challenge_visits=challenge.visits or 0,
            challenge_spend=0 if challenge.spend is None else cents(challenge.spend),
            challenge_weeks=challenge.weeks,
            challenge_every=challenge.every,
            challenge_points=challenge.points,
        )
        sheet.plans(seen=challenge.seen)
    else:
        sheet.row[Row.CHALLENGE] = -1
    if streak and behaviour.streak.enabled:
        sheet.rules(streak_every=streak.every, streak_length=streak.length, streak_points=streak.points)
    else:
        sheet.row[Row.STREAK] = -1
    if surprise:
        levels = tiers.level_names if tiers else ()
        sheet.rules(
            surprise_cost=cents(surprise.worth * surprise.cost_ratio),
            surprise_level=levels.index(surprise.from_tier) + 1 if surprise.from_tier in levels else 0,
        )
        sheet.plans(surprise_chance=surprise.chance, surprise_worth=surprise.worth)


def _summary(sheet: _Sheet, programme: Programme) -> None:
    """Rows that this form of the programme does not use are out of sight; and what it needs is noted."""
    rule, used = sheet.rule, _rows_of_form(programme, returns=True)
    for row in Row:
        if not used.get(row) and row != Row.RECEIVED:
            sheet.row[row] = -1
    if not rule[Rule.MENU]:
        for row in (
            Row.VOUCHERS,
            Row.PENDING,
            Row.RETURNED,
            Row.EARNED_WEEK,
            Row.EARNED_YEAR,
            Row.REDEEMED_WEEK,
        ):
            sheet.row[row] = -1
    if not rule[Rule.LEVELS]:
        for row in (Row.TIER, Row.SPEND, Row.VISITS, Row.QUALIFYING):
            sheet.row[row] = -1
    if not rule[Rule.FEE]:
        sheet.row[Row.CLUB] = -1
    if not rule[Rule.STAMPS_NEEDED]:
        sheet.row[Row.CARD_WEEK] = -1
    points = programme.points
    level_prices = bool((sheet.ladder[:, Level.DISCOUNT] > 0).any())
    sheet.rules(
        personal=level_prices or sheet.plan[Plan.OFFER_CHANCE] > 0,
        draws=rule[Rule.MENU] > 0 or rule[Rule.STAMPS_NEEDED] > 0 or bool((sheet.row >= 0).any()),
        plain=not (
            (sheet.row >= 0).any()
            or sheet.plan[Plan.OFFER_CHANCE] > 0
            or sheet.plan[Plan.SURPRISE_CHANCE] > 0
            or sheet.plan[Plan.BONUS_SHARE] > 0
            or rule[Rule.MENU] > 1
            or rule[Rule.VISIT_POINTS]
            or rule[Rule.ROUNDING]
            or rule[Rule.LEAST_BASKET]
            or rule[Rule.STAMPS_LEAST]
            or rule[Rule.CAP_PURCHASE]
            or rule[Rule.INACTIVE_WEEKS]
            or (points is not None and bool(points.multipliers))
            or any(sheet.menu[i, Reward.AVAILABILITY] < 1 for i in range(rule[Rule.MENU]))
        ),
    )
    sheet.rules(
        luck_weekly=sheet.plan[Plan.OUTSIDE_CHANCE] > 0
        or sheet.plan[Plan.TAKEOVER] > 0
        or sheet.row[Row.CHALLENGE] >= 0,
        luck_extra=sheet.plan[Plan.BONUS_SHARE] > 0
        or sheet.plan[Plan.SURPRISE_CHANCE] > 0
        or any(sheet.menu[i, Reward.AVAILABILITY] < 1 for i in range(rule[Rule.MENU])),
        luck_bonus=points is not None and bool(points.multipliers),
    )
    sheet.rules(
        weekly=bool((sheet.row >= 0).any())
        or rule[Rule.BIRTHDAY] > 0
        or sheet.plan[Plan.OUTSIDE_CHANCE] > 0
        or sheet.plan[Plan.TAKEOVER] > 0
        or rule[Rule.PAYOUT_EVERY] > 0
        or rule[Rule.INACTIVE_WEEKS] > 0
        or (rule[Rule.LOT_WEEKS] > 0 and sheet.plan[Plan.CARD_SHARE] > 0)
        or sheet.plan[Plan.OFFER_CHANCE] > 0
        or rule[Rule.OUTRANKED] > 0
    )
