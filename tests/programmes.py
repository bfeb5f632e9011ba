"""Arbitrary reward programmes for property tests: valid, of every element there is, and small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.scenario.programme import (
    KINDS,
    Answers,
    Books,
    Cap,
    Challenge,
    Club,
    Ending,
    Enrolment,
    Expiry,
    Funding,
    Gift,
    Guard,
    Level,
    Match,
    MemberPrice,
    Milestone,
    Multiplier,
    Offers,
    OutsideEarning,
    Partners,
    Payout,
    Points,
    Programme,
    ProgrammeCosts,
    Reward,
    Stamps,
    Streak,
    Surprise,
    Tiers,
)

Drawn = TypeVar("Drawn")

LEVELS = ("Silver", "Gold", "Black")
WORDS = st.text("abc xyz", min_size=1, max_size=12).map(str.strip).filter(bool)


def maybe(strategy: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn | None]:
    return st.none() | strategy


def hundredths(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers with two decimals, as people write them."""
    return st.integers(round(least * 100), round(most * 100)).map(lambda n: n / 100)


def shares(least: float = 0.01, most: float = 1.0) -> st.SearchStrategy[float]:
    """Shares and probabilities; the ends come up often, as rules turn there."""
    return st.sampled_from((least, most)) | hundredths(least, most)


def whole(least: int, most: int) -> st.SearchStrategy[int]:
    return st.sampled_from((least, most)) | st.integers(least, most)


def multipliers(segments: Sequence[str] = ()) -> st.SearchStrategy[tuple[Multiplier, ...]]:
    """Up to four, each in force always, once, or again and again."""
    when = st.one_of(
        st.just({}),
        st.builds(lambda weeks: {"weeks": weeks}, whole(1, 8)),
        st.builds(lambda weeks, more: {"weeks": weeks, "every": weeks + more}, whole(1, 4), whole(1, 8)),
    )
    whose = st.sets(st.sampled_from(sorted(segments))).map(sorted).map(tuple) if segments else st.just(())

    def made(factors: list[float], times: list[Any], share: float, first: int, who: Any) -> Any:
        return tuple(
            Multiplier(name=f"M{i}", factor=factor, share=share, first_week=first, segments=who, **time)
            for i, (factor, time) in enumerate(zip(factors, times, strict=False))
        )

    return st.builds(
        made,
        st.lists(hundredths(0, 5), max_size=4),
        st.lists(when, max_size=4),
        shares(),
        whole(0, 30),
        whose,
    )


def rewards(levels: Sequence[str] = ()) -> st.SearchStrategy[tuple[Reward, ...]]:
    """A menu of one to four rewards, of any kinds and in any order."""
    reward: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {
            "points": whole(1, 300),
            "worth": hundredths(0.05, 20),
            "cost_ratio": hundredths(0, 1.5),
            "kind": st.sampled_from(KINDS),
            "fulfilment": hundredths(0, 1),
            "availability": shares(0.1),
            "limit": maybe(whole(1, 3)),
            "blackout": st.sets(st.integers(0, 51), max_size=5).map(sorted).map(tuple),
            "from_tier": maybe(st.sampled_from(levels)) if levels else st.none(),
        }
    )
    return st.lists(reward, min_size=1, max_size=4).map(
        lambda menu: tuple(Reward(name=f"R{i}", **fields) for i, fields in enumerate(menu))
    )


def payouts() -> st.SearchStrategy[Payout]:
    def made(form: Any, every: int, least: int, step: int, room: int | None, life: int | None) -> Payout:
        cap = None if room is None else max(least, step) + room
        weeks = life if form == "voucher" else None
        return Payout(form=form, every=every, least=least, step=step, cap=cap, voucher_weeks=weeks)

    return st.builds(
        made,
        st.sampled_from(("voucher", "cheque")),
        whole(1, 26),
        whole(1, 150),
        whole(1, 100),
        maybe(whole(0, 300)),
        maybe(whole(1, 52)),
    )


def expiries() -> st.SearchStrategy[Expiry]:
    warning, cards = whole(0, 8), shares(0.0)
    return st.one_of(
        st.just(Expiry()),
        st.builds(
            Expiry,
            mode=st.sampled_from(("rolling", "inactivity")),
            weeks=whole(1, 40),
            warning_weeks=warning,
            card_share=cards,
        ),
        st.builds(
            Expiry,
            mode=st.just("calendar"),
            years=whole(0, 3),
            week_of_year=whole(0, 51),
            warning_weeks=warning,
            card_share=cards,
        ),
    )


def points(
    levels: Sequence[str] = (), segments: Sequence[str] = (), returns: bool = True
) -> st.SearchStrategy[Points]:
    """Points with any of their elements, their rewards and their expiry in either form."""
    basis = st.one_of(
        st.fixed_dictionaries({"per_currency": hundredths(0.05, 12)}),
        st.fixed_dictionaries({"per_visit": hundredths(0.5, 20)}),
        st.fixed_dictionaries({"per_currency": hundredths(0.05, 12), "per_visit": hundredths(0.5, 20)}),
    )
    worth = st.one_of(
        st.fixed_dictionaries(
            {"threshold": whole(1, 300), "reward": hundredths(0.05, 20), "cost_ratio": hundredths(0, 1.5)}
        ),
        st.fixed_dictionaries({"rewards": rewards(levels)}),
    )
    death = st.one_of(
        st.fixed_dictionaries({"expire_weeks": whole(1, 104)}),
        st.fixed_dictionaries({"expiry": expiries()}),
    )
    caps = st.builds(
        Cap, per_purchase=whole(1, 500), per_week=maybe(whole(1, 800)), per_year=maybe(whole(1, 5000))
    )
    outside = st.builds(OutsideEarning, per_week=shares(), points=whole(1, 100), price=hundredths(0, 0.1))
    rest = st.fixed_dictionaries(
        {
            "rounding": st.sampled_from(("down", "nearest", "up")),
            "min_basket": hundredths(0, 30),
            "eligible_share": shares(),
            "multipliers": multipliers(segments),
            "cap": maybe(caps),
            "welcome": whole(0, 200),
            "birthday": whole(0, 200),
            "outside": maybe(outside),
            "pending_weeks": whole(0, 8),
            "pending_until_visit": st.booleans(),
            "on_return": st.sampled_from(("reverse", "keep") if returns else ("reverse",)),
            "redeem": shares(0.0),
            "cooldown": whole(0, 12),
            "payout": maybe(payouts()),
        }
    )
    return st.builds(
        lambda *pieces: Points(**{name: value for piece in pieces for name, value in piece.items()}),
        basis,
        worth,
        death,
        rest,
    )


def stamps() -> st.SearchStrategy[Stamps]:
    return st.integers(1, 12).flatmap(
        lambda needed: st.builds(
            Stamps,
            needed=st.just(needed),
            reward=hundredths(0.5, 10),
            cost_ratio=hundredths(0, 1.5),
            head_start=st.integers(0, needed - 1),
            kind=st.sampled_from(KINDS),
            bonus_share=shares(0.0),
            min_basket=hundredths(0, 30),
            card_weeks=maybe(whole(1, 60)),
        )
    )


@st.composite
def tiers(draw: st.DrawFn, with_points: bool = True) -> Tiers:
    """One to three levels; what acts on points only where there are some."""
    count = draw(st.integers(1, len(LEVELS)))
    legs = draw(
        st.sets(st.sampled_from(("spend", "visits", *(["points"] if with_points else []))), min_size=1)
    )
    rising = {leg: sorted(draw(st.sets(whole(1, 400), min_size=count, max_size=count))) for leg in legs}
    levels = tuple(
        Level(
            name=name,
            **{leg: values[i] for leg, values in rising.items()},
            every_leg=draw(st.booleans()),
            multiplier=draw(hundredths(0, 3)) if with_points else 1.0,
            quality=draw(hundredths(0, 15)),
            quality_cost=draw(hundredths(0, 2)),
            discount=draw(shares(0.0, 0.3)),
            keep_points=with_points and draw(st.booleans()),
        )
        for i, name in enumerate(LEVELS[:count])
    )
    names = st.sampled_from(LEVELS[:count])
    window: Any = draw(st.sampled_from(("calendar", "anniversary", "rolling", "lifetime")))
    downgrade: Any = draw(st.sampled_from(("none", "one", "full")))
    milestone = st.builds(Milestone, visits=whole(1, 20), points=whole(1, 200))
    return Tiers(
        levels=levels,
        window=window,
        year_start=draw(whole(0, 51)) if window == "calendar" else 0,
        valid_windows=draw(whole(0, 3)),
        downgrade=downgrade,
        grace=draw(whole(0, 10)) if window != "lifetime" and downgrade != "none" else 0,
        rollover=window in ("calendar", "anniversary") and draw(st.booleans()),
        match=draw(maybe(st.builds(Match, level=names, weeks=whole(1, 26), spend=hundredths(0, 500)))),
        gift=draw(maybe(st.builds(Gift, level=names, share=shares()))),
        milestone=draw(maybe(milestone)) if with_points else None,
    )


def clubs() -> st.SearchStrategy[Club]:
    return st.builds(
        lambda fee, period, trial, renews, refunds: Club(
            fee=fee,
            period_weeks=period,
            trial_weeks=trial,
            auto_renew=renews,
            guarantee=refunds and period is not None,
        ),
        hundredths(0.5, 60),
        maybe(st.sampled_from((1, 4, 13, 52))),
        whole(0, 8),
        st.booleans(),
        st.booleans(),
    )


@st.composite
def challenges(draw: st.DrawFn) -> Challenge:
    goal: dict[str, Any] = draw(
        st.one_of(
            st.fixed_dictionaries({"visits": whole(1, 8)}),
            st.fixed_dictionaries({"spend": hundredths(5, 200)}),
        )
    )
    weeks = draw(whole(1, 8))
    every = weeks + draw(whole(0, 8))
    return Challenge(weeks=weeks, every=every, points=draw(whole(1, 200)), seen=draw(shares(0.05)), **goal)


@st.composite
def programmes(
    draw: st.DrawFn, partners: Sequence[str] = (), segments: Sequence[str] = (), returns: bool = False
) -> Programme:
    """Any programme that a scenario may hold.

    partners are names of firms that it may reach, segments those that a multiplier may be for; returns says
    that purchases are brought back to the firm, without which there are no points of them to keep.
    """
    # Most have points, as most of what can be written acts on them.
    has_points = draw(st.sampled_from((True, True, False)))
    others = st.sampled_from(("stamps", "tiers", "member_price", "offers", "surprise"))
    kinds = draw(st.sets(others, min_size=0 if has_points else 1))
    levels: Tiers | None = draw(tiers(with_points=has_points)) if "tiers" in kinds else None
    names = levels.level_names if levels else ()
    parts: dict[str, Any] = {"tiers": levels}
    if has_points:
        parts["points"] = draw(points(names, segments, returns))
        parts["challenge"] = draw(maybe(challenges()))
        streak = st.builds(Streak, every=whole(1, 4), length=whole(2, 8), points=whole(1, 200))
        parts["streak"] = draw(maybe(streak))
        if partners:
            chosen = st.sets(st.sampled_from(sorted(partners)), min_size=1).map(sorted).map(tuple)
            scope = st.builds(Partners, firms=chosen, price=hundredths(0, 0.1), refund=hundredths(0, 1.5))
            parts["partners"] = draw(maybe(scope))
    if "stamps" in kinds:
        parts["stamps"] = draw(stamps())
    if "member_price" in kinds:
        parts["member_price"] = MemberPrice(depth=draw(shares(0.01, 0.5)), range_share=draw(shares()))
    if "offers" in kinds:
        parts["offers"] = Offers(
            per_week=draw(shares()),
            depth=draw(shares(0.01, 0.5)),
            target=draw(st.sampled_from(("any", "lapsing", "heavy"))),
            activated=draw(shares()),
        )
    if "surprise" in kinds:
        parts["surprise"] = Surprise(
            chance=draw(shares()),
            worth=draw(hundredths(0.1, 10)),
            cost_ratio=draw(hundredths(0, 1.5)),
            from_tier=draw(maybe(st.sampled_from(names))) if names else None,
        )
    club: Club | None = draw(maybe(clubs()))
    automatic = club is None and draw(st.booleans())
    enrolment = Enrolment(
        effort=draw(hundredths(0, 20)),
        ask=draw(shares(0.0)),
        automatic=automatic,
        spend_per_year=0.0 if automatic else draw(whole(0, 500)),
    )
    costs = ProgrammeCosts(
        launch=draw(whole(0, 1000)),
        per_week=draw(whole(0, 50)),
        per_member_week=draw(hundredths(0, 0.2)),
        staff=draw(whole(0, 50)),
        fulfilment=draw(hundredths(0, 1)),
    )
    abuse = has_points and draw(st.booleans())
    guard = Guard(
        multi_accounts=draw(shares(0.0)) if abuse and parts["points"].welcome else 0.0,
        takeovers=draw(hundredths(0, 4)) if abuse else 0.0,
        reimbursed=draw(shares(0.0)),
        staff_abuse=draw(shares(0.0)) if abuse else 0.0,
        detection=draw(shares(0.0)),
    )
    books = Books(
        expected_breakage=draw(shares(0.0, 0.9)),
        revise_every=draw(whole(1, 104)),
        stand_alone=draw(maybe(hundredths(0.01, 1))) if has_points else None,
    )
    return Programme(
        name="Any",
        enrolment=enrolment,
        club=club,
        household=draw(whole(1, 8)),
        costs=costs,
        funding=Funding(supplier_share=draw(shares(0.0))),
        guard=guard,
        books=books,
        ending=Ending(points=draw(st.sampled_from(("honour", "forfeit")))),
        answers=Answers(objective=draw(maybe(WORDS))),
        **parts,
    )
