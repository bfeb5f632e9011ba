"""What differed first in a customer's life, and what stood between the two worlds when she first bought otherwise.

Two questions are asked of each customer who changed her mind, in the first week in which her life differed (`first`)
and in the first in which her purchases did (`turn`). Both answers are readings of her diaries and columns, not proofs:
how much a mechanism matters is said by switching it off.

`first`, in this order:

1. price: a firm that she considers posts another price.
2. The first thing of the week that happened to her in one world only, in the order of a week (sim/population/page.py);
   where that is a purchase, the answer is that of `turn`.
3. What differs in her columns after the week: her card, a grievance, what friends said, the price she thinks normal,
   what she feels, a contract, what she considers; else her dealer, or the service that is offered.

`turn` is what differed before or at that purchase, the nearest to it first: shortage, price, dealer, offer, reward
taken, reward within reach (an account of NEAR of the cheapest reward, or all stamps but one, in one world only),
status, failure, word of mouth, contact, contract, what she considers, the price that members pay, being a member,
feelings, habit; and where she is the same in both worlds, the service that is offered, and that the programme asks her
to join.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sim.population.columns import (
    ATTACHMENT,
    CONTRACT,
    EQUITY,
    EXPECTATION,
    FATIGUE,
    GRIEVANCE,
    GRIEVED,
    KNOWS,
    LAST_FIRM,
    REFERENCE,
    REGARD,
    REMEMBERED,
    SATIATION,
    SATISFACTION,
    STAMPS,
    TIES,
    TRUST,
)
from sim.population.page import Moment, Page
from sim.population.told import Plan, Rule, Tag, Told

NEAR = 0.8
"""Share of the cheapest reward from which it is within reach."""

WORDS: dict[str, str] = {
    "price": "the price posted",
    "shortage": "a firm that was short or closed",
    "dealer": "what her dealer carries, charges, recommends",
    "service": "the service that a firm offers",
    "programme": "what the programme asks and offers",
    "membership": "being a member",
    "member_price": "the price that members pay",
    "account": "points or stamps on her card",
    "within_reach": "a reward within reach",
    "reward": "a reward taken",
    "status": "her level",
    "offer": "an offer or a gift",
    "fee": "a fee",
    "failure": "a failure, or its answer",
    "word_of_mouth": "what friends said",
    "contact": "a message of a firm",
    "belonging": "the firm's community",
    "contract": "a contract",
    "crisis": "a crisis",
    "selection": "how the firm treats her",
    "break": "which firms she considers",
    "feelings": "what she felt at purchases",
    "habit": "habit of buying elsewhere or here",
    "other": "something else",
}
"""Cause -> its words."""

_MOMENTS: dict[str, tuple[str, ...]] = {
    "membership": (
        "joined", "second_account", "trial_begun", "programme_closed", "club_left", "programme_worsened",
    ),
    "reward": ("redeemed", "full_card", "vouchers", "cheque"),
    "account": (
        "points_pooled", "points_expired", "points_free", "points_taken_back", "birthday_points", "outside_points",
        "points_stolen", "challenge_missed", "challenge_taken_up", "challenge_won", "streak_broken", "streak_won",
        "milestone", "card_expired", "points_ended", "points_regraded", "stamps_ended",
    ),
    "status": (
        "level_won", "level_given", "level_on_trial", "level_kept", "level_grace", "level_lost", "level_changed",
    ),
    "offer": ("offer_used", "surprised", "gift"),
    "fee": ("fee_paid", "fee_refunded", "trial_converted", "club_renewed", "fee_noticed"),
    "failure": (
        "failed_core", "failed_encounter", "complained", "answered_well", "answered_badly", "never_answered",
        "brought_back", "warned",
    ),
    "word_of_mouth": ("heard_praise", "heard_warning", "praised", "referred"),
    "contact": (
        "contacted", "crept_upon", "opted_out", "heard_claim", "reached_by_campaign", "won_back", "taught",
    ),
    "belonging": ("joined_community", "left_community"),
    "contract": ("signed", "renewed", "contract_ended", "payment_failed"),
    "crisis": ("heard_of_crisis", "harmed"),
    "selection": ("let_go", "handed_over", "basic_service"),
    "break": ("left_firm", "reconsidered", "entered_market", "left_market"),
}  # fmt: skip
CAUSE_OF = {moment: cause for cause, moments in _MOMENTS.items() for moment in moments}
"""Moment of a diary -> cause. A purchase is none: its cause is what came before."""


@dataclass(frozen=True)
class Seen:
    """One customer's week in one world: how she was before and after it, what she was told, what happened to her."""

    before: Page
    after: Page
    told: Told
    moments: tuple[Moment, ...]
    dealer: int = -1
    """number of the dealer from whom she buys, -1 where there are none"""


def first_cause(ours: Seen, theirs: Seen, focus: int) -> str:
    """What differed first in the first week in which a customer's life differed."""
    if _posted_otherwise(ours, theirs, "price"):
        return "price"
    moment = first_moment(ours.moments, theirs.moments)
    if moment is not None and moment.name in CAUSE_OF:
        return CAUSE_OF[moment.name]
    if moment is not None and moment.name == "bought":
        return turning_cause(ours, theirs, focus)
    pages = ours.after, theirs.after
    if _card(ours, ours.after, focus) != _card(theirs, theirs.after, focus):
        return "account"
    if _real(*pages, GRIEVANCE) or _whole(*pages, GRIEVED):
        return "failure"
    if _said(ours, theirs, after=True):
        return "word_of_mouth"
    if _real(*pages, REFERENCE):
        return "price"
    if any(_felt(*pages, kind) for kind in _FEELINGS):
        return "feelings"
    if _whole(*pages, CONTRACT):
        return "contract"
    if _whole(*pages, KNOWS):
        return "break"
    if _dealt(ours) != _dealt(theirs):
        return "dealer"
    return "service" if _served_otherwise(ours, theirs) else "other"


def turning_cause(ours: Seen, theirs: Seen, focus: int) -> str:
    """What stood between the worlds in the first week in which a customer bought otherwise; the nearest first."""
    pages = ours.before, theirs.before
    happened = _only_once(ours.moments, theirs.moments)
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("shortage", lambda: _posted_otherwise(ours, theirs, "available")),
        ("price", lambda: _posted_otherwise(ours, theirs, "price")),
        ("dealer", lambda: _dealt(ours) != _dealt(theirs)),
        ("offer", lambda: bool(happened & {"offer_used"})),
        ("reward", lambda: bool(happened & {"redeemed", "full_card"})),
        ("within_reach", lambda: within_reach(ours, focus) != within_reach(theirs, focus)),
        ("status", lambda: _level(ours, focus) != _level(theirs, focus)),
        ("failure", lambda: _real(*pages, GRIEVANCE) or _whole(*pages, GRIEVED)),
        ("word_of_mouth", lambda: _said(ours, theirs) or bool(happened & {"heard_praise", "heard_warning"})),
        ("contact", lambda: _real(*pages, FATIGUE) or bool(happened & {"contacted", "heard_claim", "won_back"})),
        ("contract", lambda: _whole(*pages, CONTRACT)),
        ("break", lambda: _whole(*pages, KNOWS) or _whole(*pages, TIES)),
        ("member_price", lambda: _member_price(ours, focus) != _member_price(theirs, focus)),
        ("membership", lambda: _is_member(ours, focus) != _is_member(theirs, focus)),
        ("price", lambda: _real(*pages, REFERENCE)),
        ("feelings", lambda: any(_felt(*pages, kind) for kind in _FEELINGS)),
        ("habit", lambda: _whole(*pages, LAST_FIRM) or _real(*pages, SATIATION) or _felt(*pages, REMEMBERED)),
        ("account", lambda: _card(ours, ours.before, focus) != _card(theirs, theirs.before, focus)),
        ("service", lambda: _served_otherwise(ours, theirs)),
        ("programme", lambda: _terms(ours, focus) != _terms(theirs, focus)),
    )  # fmt: skip
    return next((cause for cause, holds in rules if holds()), "other")


_SERVICE = (
    "quality", "spread", "failure_rate", "failure_severity", "lift", "gift_chance", "convenience", "switching_cost",
    "brands", "freshness", "fee",
)  # fmt: skip
"""What a firm posts besides its price that a purchase is met with."""
_FEELINGS = (SATISFACTION, TRUST, ATTACHMENT, EQUITY, EXPECTATION)


def first_moment(ours: Sequence[Moment], theirs: Sequence[Moment]) -> Moment | None:
    """The first thing that happened in one world only, in the order of the week; ours where both have one."""
    found = []
    for mine, other in ((ours, theirs), (theirs, ours)):
        left = Counter(other)
        for place, moment in enumerate(mine):
            if left[moment] > 0:
                left[moment] -= 1
            else:
                found.append((place, moment))
                break
    return min(found, key=lambda item: item[0])[1] if found else None


def within_reach(seen: Seen, focus: int) -> bool:
    """Whether a member of the focal firm's programme has a reward within reach."""
    p = int(seen.told.programme_of[focus])
    if p < 0 or not seen.before.is_member(p):
        return False
    rule, tags = seen.told.terms.rule[p], seen.told.terms.tags[p]
    menu = [int(tags[i, Tag.POINTS]) for i in range(int(rule[Rule.MENU]))]
    cheapest = min((points for points in menu if points > 0), default=0)
    needed, stamps = int(rule[Rule.STAMPS_NEEDED]), seen.before.of_programme(STAMPS, p)
    near = cheapest > 0 and seen.before.points(p) >= NEAR * cheapest
    return near or (needed > 0 and stamps >= needed - 1)


def _only_once(ours: Iterable[Moment], theirs: Iterable[Moment]) -> set[str]:
    """Names of what happened in one world only."""
    mine, other = Counter(ours), Counter(theirs)
    return {moment.name for moment in (mine - other) | (other - mine)}


def _posted_otherwise(ours: Seen, theirs: Seen, what: str) -> bool:
    known = [f for f in range(ours.before.firms) if ours.before.has(KNOWS, f) or theirs.before.has(KNOWS, f)]
    mine, other = getattr(ours.told.posted, what), getattr(theirs.told.posted, what)
    return any(mine[f] != other[f] for f in known)


def _served_otherwise(ours: Seen, theirs: Seen) -> bool:
    return any(_posted_otherwise(ours, theirs, what) for what in _SERVICE)


def _dealt(seen: Seen) -> tuple[bytes, ...]:
    """What her dealer carries, recommends and charges."""
    return tuple(rows[seen.dealer].tobytes() for rows in seen.told.outlets) if seen.dealer >= 0 else ()


def _terms(seen: Seen, focus: int) -> tuple[object, ...]:
    p, terms = int(seen.told.programme_of[focus]), seen.told.terms
    return () if p < 0 else (terms.rule[p].tobytes(), terms.plan[p].tobytes(), terms.menu[p].tobytes())


def _is_member(seen: Seen, focus: int) -> bool:
    return seen.before.is_member(int(seen.told.programme_of[focus]))


def _member_price(seen: Seen, focus: int) -> float:
    """What is taken off the posted price for her as a member, share."""
    p = int(seen.told.programme_of[focus])
    return float(seen.told.terms.plan[p, Plan.DISCOUNT]) if seen.before.is_member(p) else 0.0


def _level(seen: Seen, focus: int) -> int:
    p = int(seen.told.programme_of[focus])
    return seen.before.level(p) if p >= 0 and seen.before.is_member(p) else 0


def _card(seen: Seen, page: Page, focus: int) -> tuple[int, ...]:
    p = int(seen.told.programme_of[focus])
    return (page.points(p), page.of_programme(STAMPS, p)) if page.is_member(p) else ()


def _real(ours: Page, theirs: Page, column: int) -> bool:
    return ours.reals[column] != theirs.reals[column]


def _whole(ours: Page, theirs: Page, column: int) -> bool:
    return ours.wholes[column] != theirs.wholes[column]


def _felt(ours: Page, theirs: Page, kind: int) -> bool:
    return any(ours.felt(kind, f) != theirs.felt(kind, f) for f in range(ours.firms))


def _said(ours: Seen, theirs: Seen, *, after: bool = False) -> bool:
    """Whether what friends have said stands otherwise; kept only in a market where they talk."""
    if not ours.told.circle.friends.size:
        return False
    return _felt(ours.after, theirs.after, REGARD) if after else _felt(ours.before, theirs.before, REGARD)
