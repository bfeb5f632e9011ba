"""From the parts of a scenario to the columns of numbers that the weekly pass is told (`told.py`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32
from sim.population.terms import cents
from sim.population.told import Outreach, Posted, Stage, Surveys
from sim.population.traits import Segments
from sim.rules import Behaviour
from sim.rules.contact import INTRUSION
from sim.rules.need import pull, season_factor
from sim.rules.personalisation import creepy_chance, quality_lift, relevance
from sim.scenario import Firm, Recession, Scenario

GRANULARITIES = ("mass", "class", "individual")
_YEAR = 52.0


def reals(values: Sequence[float]) -> NDArray[np.float32]:
    """Real numbers, one a firm or segment."""
    return np.array(values, np.float32)


def wholes(values: Sequence[int | bool]) -> NDArray[np.int32]:
    """Whole numbers, one a firm or segment."""
    return np.array(values, np.int32)


def _each(specs: Sequence[Firm], part: str, of: Callable[[Any], float], without: float = 0.0) -> list[float]:
    """One number a firm, of an optional part of it."""
    return [of(getattr(s, part)) if getattr(s, part) is not None else without for s in specs]


def posted_of(specs: Sequence[Firm], behaviour: Behaviour, effort: Sequence[float]) -> Posted:
    """What customers meet at firms that act just as planned: nothing learnt, everybody served.

    effort: cost of serving each segment, over the firms' usual one.
    """
    houses = [s.house or s.name for s in specs]
    basic = [s.selection.basic if s.selection and s.selection.then == "basic" else None for s in specs]
    numbers = behaviour.personalisation.numbers()

    def lift(contacts: Any) -> float:
        fit = relevance(GRANULARITIES.index(contacts.granularity), F32(contacts.data_depth), numbers)
        return float(quality_lift(fit, numbers))

    return Posted(
        price=reals([s.price.level / s.price.usual for s in specs]),
        unit_cost=reals([s.unit_cost for s in specs]),
        service_cents=np.array([[cents(s.service_cost * e) for s in specs] for e in effort], np.int64),
        quality=reals([s.quality.level for s in specs]),
        usual_quality=reals([s.quality.usual for s in specs]),
        spread=reals([s.quality.spread for s in specs]),
        failure_rate=reals([s.quality.failure_rate for s in specs]),
        failure_severity=reals([s.quality.failure_severity for s in specs]),
        core_share=reals([s.quality.failure_core_share for s in specs]),
        fee=reals([s.hidden_fee for s in specs]),
        convenience=reals([s.convenience.level for s in specs]),
        usual_convenience=reals([s.convenience.usual for s in specs]),
        switching_cost=reals([s.switching_cost for s in specs]),
        brands=reals([s.range.brands for s in specs]),
        freshness=reals([min(1.0, s.range.novelties / _YEAR) for s in specs]),
        gift_chance=reals(_each(specs, "gestures", lambda g: g.chance)),
        gift_worth=reals(_each(specs, "gestures", lambda g: g.worth)),
        lift=reals(_each(specs, "contacts", lift)),
        lift_members=wholes([bool(s.contacts and s.contacts.members_only) for s in specs]),
        contract_weeks=wholes([s.contract.weeks if s.contract else 0 for s in specs]),
        awareness=reals([s.awareness for s in specs]),
        opt_in=reals(_each(specs, "contacts", lambda c: c.opt_in, 1.0)),
        returns=reals([s.returns for s in specs]),
        available=np.ones(len(specs), np.float32),
        house=wholes([sum(1 << g for g, other in enumerate(houses) if other == house) for house in houses]),
        basic=reals([b.quality if b else 0.0 for b in basic]),
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


def outreach_of(plans: Sequence[Firm], heard: Sequence[bool], behaviour: Behaviour) -> Outreach:
    """What firms do in a week without events to reach people outside their shops.

    heard: by firm, whether it is open; nobody hears of one that is not. A mechanism that is off reaches nobody.
    """
    specs = [plan if open_ else _silent(plan) for plan, open_ in zip(plans, heard, strict=True)]
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
        acts=wholes([bool(c or s.advertising or s.deal) for c, s in zip(contacts, specs, strict=True)]),
        binds=wholes([e > 0 or c > 0 for e, c in zip(education, community, strict=True)]),
        contact_chance=reals(having("contacts", "contact", lambda c: c.per_week)),
        relevance=reals(having("contacts", "contact", fit)),
        intrusion=reals(having("contacts", "contact", lambda c: INTRUSION[c.channel], 1.0)),
        creepy=reals(having("contacts", "contact", creepy)),
        members_only=wholes([bool(c is None or c.members_only) for c in contacts]),
        birthday=wholes([bool(c and c.triggers.birthday) for c in contacts]),
        lapse_trigger=wholes([(c.triggers.lapse_weeks or 0) if c else 0 for c in contacts]),
        near_reward=wholes([bool(c and c.triggers.near_reward) for c in contacts]),
        ad_reach=reals(_each(specs, "advertising", lambda a: a.reach)),
        promise=reals(promise),
        deal_reach=reals(_each(specs, "deal", lambda d: d.reach)),
        deal_depth=reals(_each(specs, "deal", lambda d: d.depth)),
        referral_reward=reals(_each(specs, "referral", lambda r: r.reward)),
        friend_reward=reals(_each(specs, "referral", lambda r: r.friend_reward)),
        education_reach=reals(education),
        community_reach=reals(community),
        event=np.zeros(len(specs), np.int32),
        win_back_reach=reals(having("win_back", "win_back", lambda w: w.reach)),
        win_back_worth=reals(having("win_back", "win_back", lambda w: w.worth)),
        payment_failure=reals(having("contract", "contract", lambda c: c.payment_failure)),
    )


_OUTREACH = ("contacts", "advertising", "deal", "referral", "education", "community", "win_back", "gestures")


def _silent(spec: Firm) -> Firm:
    """A firm that is closed: nobody hears of it."""
    return spec.model_copy(update=dict.fromkeys(_OUTREACH))


def surveys_of(plans: Sequence[Firm]) -> Surveys:
    """Whom firms ask, in a week without surveys."""
    surveys = [plan.survey for plan in plans]
    return Surveys(
        now=np.zeros(len(surveys), np.int32),
        asked=reals([survey.sample * survey.response for survey in surveys]),
        bias=reals([survey.bias for survey in surveys]),
    )


def stage_of(world: Scenario, week: int, price_level: float) -> Stage:
    """The times in a week: season, week of the year and recession, and how far dear weeks thin out the category.

    price_level: mean price posted over its usual level.
    """
    behaviour, season = world.behaviour, world.category.season
    usual = float(pull(F32(price_level), behaviour.need.numbers()))
    if season is not None:
        usual *= season_factor(week, season.amplitude, season.peak_week)
    if world.category.weeks is not None:
        usual *= world.category.weeks[week % len(world.category.weeks)]
    slumps = [e for e in world.events if isinstance(e, Recession) and e.week <= week < e.week + e.weeks]
    need, purse, thrift = [], [], []
    for segment in world.customers.segments:
        hit = [e for e in slumps if not e.segments or segment.name in e.segments]
        need.append(usual * math.prod(1.0 - e.need for e in hit))
        purse.append(math.prod(1.0 - e.baskets for e in hit))
        thrift.append(math.prod(1.0 + e.thrift for e in hit))
    return Stage(need=reals(need), purse=reals(purse), thrift=reals(thrift))


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
        outside_shape=reals([s.preference_concentration * outside for s in segments]),
        variety=reals([s.variety_seeking if variety else 0.0 for s in segments]),
    )
