"""From the parts of a scenario to the columns of numbers that the weekly pass is told (`told.py`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32
from sim.population.terms import cents
from sim.population.told import Desk, Outreach, Posted, Stage, Surveys
from sim.population.traits import Segments
from sim.rules import Behaviour
from sim.rules.contact import INTRUSION
from sim.rules.need import pull, season_factor
from sim.rules.personalisation import creepy_chance, quality_lift, relevance
from sim.scenario import Firm, Recession, Scenario

GRANULARITIES = ("mass", "class", "individual")
_YEAR = 52.0


class Acting(Protocol):
    """A firm as it acts this week."""

    spec: Firm
    posted_price: float
    holds_event: bool
    available: float
    desk: Any
    staff: Any
    improvement: Any


def _reals(values: Sequence[float]) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def _wholes(values: Sequence[int | bool]) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def _each(specs: Sequence[Firm], part: str, of: Callable[[Any], float], without: float = 0.0) -> list[float]:
    """One number a firm, of an optional part of it."""
    return [of(getattr(s, part)) if getattr(s, part) is not None else without for s in specs]


def _failure_factor(firm: Acting) -> float:
    """What complaints heard, staff and care make of the usual failure rate."""
    return float(firm.desk.failure_factor * firm.staff.failure_factor * firm.improvement.failure_factor)


def posted_of(firms: Sequence[Acting], behaviour: Behaviour, effort: Sequence[float]) -> Posted:
    """What customers meet at the firms this week. effort: cost of serving each segment, over the firms' usual one."""
    specs = [f.spec for f in firms]
    houses = [s.house or s.name for s in specs]
    basic = [s.selection.basic if s.selection and s.selection.then == "basic" else None for s in specs]
    numbers = behaviour.personalisation.numbers()
    fails = behaviour.experience.enabled

    def lift(contacts: Any) -> float:
        fit = relevance(GRANULARITIES.index(contacts.granularity), F32(contacts.data_depth), numbers)
        return float(quality_lift(fit, numbers))

    return Posted(
        price=_reals([f.posted_price for f in firms]),
        unit_cost=_reals([s.unit_cost for s in specs]),
        service_cents=np.array([[cents(s.service_cost * e) for s in specs] for e in effort], np.int64),
        quality=_reals([f.spec.quality.level + f.staff.quality_shift for f in firms]),
        usual_quality=_reals([s.quality.usual for s in specs]),
        spread=_reals([f.spec.quality.spread * f.improvement.spread_factor for f in firms]),
        failure_rate=_reals(
            [f.spec.quality.failure_rate * _failure_factor(f) if fails else 0.0 for f in firms]
        ),
        failure_severity=_reals([s.quality.failure_severity for s in specs]),
        core_share=_reals([s.quality.failure_core_share for s in specs]),
        fee=_reals([s.hidden_fee for s in specs]),
        convenience=_reals([s.convenience.level for s in specs]),
        usual_convenience=_reals([s.convenience.usual for s in specs]),
        switching_cost=_reals([s.switching_cost for s in specs]),
        brands=_reals([s.range.brands for s in specs]),
        freshness=_reals([min(1.0, s.range.novelties / _YEAR) for s in specs]),
        gift_chance=_reals(_each(specs, "gestures", lambda g: g.chance)),
        gift_worth=_reals(_each(specs, "gestures", lambda g: g.worth)),
        lift=_reals(_each(specs, "contacts", lift)),
        lift_members=_wholes([bool(s.contacts and s.contacts.members_only) for s in specs]),
        contract_weeks=_wholes([s.contract.weeks if s.contract else 0 for s in specs]),
        awareness=_reals([s.awareness for s in specs]),
        opt_in=_reals(_each(specs, "contacts", lambda c: c.opt_in, 1.0)),
        returns=_reals([s.returns for s in specs]),
        available=_reals([f.available for f in firms]),
        house=_wholes([sum(1 << g for g, other in enumerate(houses) if other == house) for house in houses]),
        basic=_reals([b.quality if b else 0.0 for b in basic]),
        basic_cents=np.array(
            [
                [
                    cents(s.service_cost * e * (b.cost if b else 1.0))
                    for s, b in zip(specs, basic, strict=True)
                ]
                for e in effort
            ],
            np.int64,
        ),
    )


def outreach_of(firms: Sequence[Acting], behaviour: Behaviour) -> Outreach:
    """What firms do this week to reach people outside their shops; a mechanism that is off reaches nobody."""
    specs = [f.spec if f.available > 0 else _silent(f.spec) for f in firms]
    on = {name: getattr(behaviour, name).enabled for name in Behaviour.model_fields}
    numbers = behaviour.personalisation.numbers()

    def fit(contacts: Any) -> float:
        grain = GRANULARITIES.index(contacts.granularity)
        return float(relevance(grain, F32(contacts.data_depth), numbers))

    def creepy(contacts: Any) -> float:
        grain = GRANULARITIES.index(contacts.granularity)
        return float(creepy_chance(grain, F32(contacts.data_depth), numbers))

    def having(part: str, mechanism: str, of: Callable[[Any], float], without: float = 0.0) -> list[float]:
        return _each(specs, part, of, without) if on[mechanism] else [without] * len(specs)

    contacts = [s.contacts if on["contact"] else None for s in specs]
    promise = having("advertising", "promise", lambda a: -1.0 if a.promise is None else a.promise, -1.0)
    education = having("education", "education", lambda e: e.reach)
    community = having("community", "community", lambda c: c.reach)
    return Outreach(
        acts=_wholes([bool(c or s.advertising or s.deal) for c, s in zip(contacts, specs, strict=True)]),
        binds=_wholes([e > 0 or c > 0 for e, c in zip(education, community, strict=True)]),
        contact_chance=_reals(having("contacts", "contact", lambda c: c.per_week)),
        relevance=_reals(having("contacts", "contact", fit)),
        intrusion=_reals(having("contacts", "contact", lambda c: INTRUSION[c.channel], 1.0)),
        creepy=_reals(having("contacts", "contact", creepy)),
        members_only=_wholes([bool(c is None or c.members_only) for c in contacts]),
        birthday=_wholes([bool(c and c.triggers.birthday) for c in contacts]),
        lapse_trigger=_wholes([(c.triggers.lapse_weeks or 0) if c else 0 for c in contacts]),
        near_reward=_wholes([bool(c and c.triggers.near_reward) for c in contacts]),
        ad_reach=_reals(_each(specs, "advertising", lambda a: a.reach)),
        promise=_reals(promise),
        deal_reach=_reals(_each(specs, "deal", lambda d: d.reach)),
        deal_depth=_reals(_each(specs, "deal", lambda d: d.depth)),
        referral_reward=_reals(_each(specs, "referral", lambda r: r.reward)),
        friend_reward=_reals(_each(specs, "referral", lambda r: r.friend_reward)),
        education_reach=_reals(education),
        community_reach=_reals(community),
        event=_wholes([f.holds_event for f in firms]),
        win_back_reach=_reals(having("win_back", "win_back", lambda w: w.reach)),
        win_back_worth=_reals(having("win_back", "win_back", lambda w: w.worth)),
        payment_failure=_reals(having("contract", "contract", lambda c: c.payment_failure)),
    )


_OUTREACH = ("contacts", "advertising", "deal", "referral", "education", "community", "win_back", "gestures")


def _silent(spec: Firm) -> Firm:
    """A firm that is closed: nobody hears of it."""
    return spec.model_copy(update=dict.fromkeys(_OUTREACH))


def desk_of(firms: Sequence[Acting], customers: int) -> Desk:
    """How firms answer complaints this week."""
    plans = [f.spec.complaint_desk for f in firms]
    return Desk(
        channels=_reals([f.desk.channels(p) for f, p in zip(firms, plans, strict=True)]),
        answer_chance=_reals(
            [
                f.desk.answer_chance(p, customers, f.staff.answer_factor)
                for f, p in zip(firms, plans, strict=True)
            ]
        ),
        empowerment=_reals([p.empowerment if p else 0.0 for p in plans]),
        compensation=_reals([p.compensation if p else 0.0 for p in plans]),
    )


def surveys_of(firms: Sequence[Acting], week: int) -> Surveys:
    """Whom firms ask this week."""
    plans = [f.spec.survey for f in firms]
    return Surveys(
        now=_wholes([week % p.every == p.every - 1 for p in plans]),
        asked=_reals([p.sample * p.response for p in plans]),
        bias=_reals([p.bias for p in plans]),
    )


def stage_of(world: Scenario, week: int, price_level: float) -> Stage:
    """The times in a week: season and recession, and how far dear weeks thin out the category.

    price_level: mean price posted over its usual level.
    """
    behaviour, season = world.behaviour, world.category.season
    usual = float(pull(F32(price_level), behaviour.need.numbers()))
    if season is not None:
        usual *= season_factor(week, season.amplitude, season.peak_week)
    slumps = [e for e in world.events if isinstance(e, Recession) and e.week <= week < e.week + e.weeks]
    need, purse, thrift = [], [], []
    for segment in world.customers.segments:
        hit = [e for e in slumps if not e.segments or segment.name in e.segments]
        need.append(usual * math.prod(1.0 - e.need for e in hit))
        purse.append(math.prod(1.0 - e.baskets for e in hit))
        thrift.append(math.prod(1.0 + e.thrift for e in hit))
    return Stage(need=_reals(need), purse=_reals(purse), thrift=_reals(thrift))


def sizes_of(world: Scenario) -> list[int]:
    """Customers per segment: by weight, rounded so that they sum to the count (largest remainders first)."""
    weights = np.array([s.weight for s in world.customers.segments])
    exact = world.customers.count * weights / weights.sum()
    sizes = np.floor(exact).astype(int)
    short = world.customers.count - int(sizes.sum())
    for i in np.argsort(-(exact - sizes), kind="stable")[:short]:
        sizes[i] += 1
    return [int(n) for n in sizes]


def usual_sales(world: Scenario) -> list[tuple[float, float]]:
    """Purchases and currency in a week that each firm may expect at the usual prices, by its shares."""
    found = []
    for firm in world.firms:
        purchases = currency = 0.0
        for size, s in zip(sizes_of(world), world.customers.segments, strict=True):
            shares = s.shares or {f.name: f.share for f in world.firms}
            mine = size * s.purchase_rate.mean * shares.get(firm.name, 0.0) / sum(shares.values())
            purchases += mine
            currency += mine * s.basket.mean
        found.append((purchases, currency))
    return found


def segments_of(world: Scenario) -> Segments:
    """Distributions of traits as the population draws them."""
    segments, outside = world.customers.segments, world.category.outside_share
    names = world.firm_names

    def lognormal(mean: float, cv: float) -> tuple[float, float]:
        sigma = float(np.sqrt(np.log1p(cv * cv)))
        return float(np.log(max(mean, 1e-9))) - sigma * sigma / 2, sigma

    rows, weights = [], []
    for s in segments:
        own = {f.name: f.share for f in world.firms}
        shares = np.array([(s.shares or own).get(name, 0.0) for name in names])
        weights.append(s.preference_concentration * (1 - outside) * shares / shares.sum())
        occasions = s.purchase_rate.mean / (1 - outside)
        basket, sensitivity = lognormal(s.basket.mean, s.basket.between_cv), s.price_sensitivity
        rows.append(
            (
                s.purchase_rate.shape,
                occasions / s.purchase_rate.shape,
                s.leaving.shape if s.leaving else 1.0,
                1.0 / s.leaving.scale if s.leaving else 0.0,
                *basket,
                lognormal(1.0, s.basket.within_cv)[1],
                *lognormal(sensitivity.mean, sensitivity.spread),
            )
        )
    variety = world.behaviour.variety.enabled
    return Segments(
        **dict(zip(Segments._fields, np.array(rows, np.float32).T.copy(), strict=False)),
        weight_shape=np.array(weights, np.float32),
        outside_shape=_reals([s.preference_concentration * outside for s in segments]),
        variety=_reals([s.variety_seeking if variety else 0.0 for s in segments]),
    )
