"""Small markets that the tests of the market share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from sim.scenario import Scenario
from tests.scenario.worlds import plain

EAGER = {"effort": 0.5, "ask": 0.9}
"""Enrolment that makes members soon."""
POINTS = {"per_currency": 1, "threshold": 60, "reward": 5, "expire_weeks": 8, "welcome": 20}
STAMPS = {"needed": 4, "reward": 9, "head_start": 2}
MEMBER_PRICE = {"depth": 0.1, "range_share": 0.6}


WOO: dict[str, Any] = {
    "convenience": {"level": -0.4, "usual": 0.0},
    "switching_cost": 0.3,
    "awareness": 0.8,
    "hidden_fee": 0.04,
    "range": {"brands": 3, "novelties": 6},
    "gestures": {"chance": 0.1, "worth": 8.0, "cost_ratio": 0.5},
    "complaint_desk": {
        "channels": 4,
        "capacity": 6.0,
        "empowerment": 0.7,
        "compensation": 6.0,
        "acted_on": 0.5,
    },
    "advertising": {"reach": 0.2, "cost": 0.05, "promise": 90},
    "deal": {"depth": 0.6, "reach": 0.5, "cost": 0.1},
    "referral": {"reward": 10.0, "friend_reward": 10.0},
    "contacts": {
        "per_week": 0.8,
        "members_only": False,
        "opt_in": 0.9,
        "granularity": "individual",
        "data_depth": 0.9,
        "data_cost": 0.01,
        "triggers": {"birthday": True, "lapse_weeks": 2},
    },
    "education": {"reach": 0.1, "cost": 0.5},
    "community": {"reach": 0.1, "every": 2, "cost": 1.0, "cost_per_event": 20.0},
    "win_back": {"reach": 0.6, "worth": 40.0, "cost": 0.5},
    "survey": {"every": 3, "sample": 0.7, "response": 0.8, "bias": 0.5},
}
"""Everything that a firm can do for, and to, its customers."""
TRIGGERS = {"birthday": True, "lapse_weeks": 2, "near_reward": True}


def busy(**changes: Any) -> Scenario:
    """A market in which everything happens within a few weeks.

    Two segments, three firms, an outside option; Harbour has points that expire and a member price, Mill a
    stamp card with a head start; leaving, quick drift, a price war, and a survey in week 12. In the designs
    Harbour closes its programme, keeps it, or hands out stamps as well.
    """
    families, singles = (one | {"preference_concentration": 1.3} for one in plain()["customers"]["segments"])
    leaving = {"shape": 1.0, "scale": 40.0}
    firms: list[dict[str, Any]] = [
        {
            "name": "Harbour",
            "share": 0.5,
            "unit_cost": 0.7,
            "service_cost": 0.35,
            "fixed_cost": 11.5,
            "price": {"level": 1.02, "usual": 1.0},
            "quality": {"level": 78, "usual": 75, "failure_rate": 0.05},
            "programme": {
                "name": "Harbour Points",
                "enrolment": EAGER,
                "points": POINTS,
                "member_price": MEMBER_PRICE,
                "costs": {"launch": 250.0, "per_week": 7.25, "per_member_week": 0.013},
            },
        },
        {
            "name": "Mill",
            "share": 0.3,
            "unit_cost": 0.75,
            "quality": {"level": 72, "spread": 4},
            "programme": {"name": "Mill Card", "enrolment": EAGER, "stamps": STAMPS},
        },
        {"name": "Barrow", "share": 0.2, "unit_cost": 0.8},
    ]
    world = plain() | {
        "title": "A busy market",
        "horizon": {"weeks": 20, "burn_in": 6},
        "category": {"name": "groceries", "outside_share": 0.1, "lapse_weeks": 4},
        "customers": {
            "count": 60,
            "segments": [
                families | {"leaving": leaving},
                singles | {"shares": {"Harbour": 0.3, "Mill": 0.3, "Barrow": 0.4}, "leaving": leaving},
            ],
        },
        "firms": firms,
        "events": [{"kind": "price_war", "firm": "Barrow", "week": 3, "weeks": 5, "depth": 0.25}],
        "designs": {
            "closed": {"programme": None},
            "kept": {},
            "cards": {"programme": {"stamps": STAMPS}},
        },
        "behaviour": {"drift": {"rate_per_year": 2.0, "taste_per_year": 2.0}},
    }
    return Scenario.model_validate(world | changes)


LEVELS = [
    {"name": "Bronze", "visits": 1, "multiplier": 1.1},
    {"name": "Silver", "visits": 2, "spend": 60.0, "every_leg": True, "multiplier": 1.25, "quality": 2.0},
    {"name": "Gold", "visits": 3, "multiplier": 1.5, "quality": 5.0, "quality_cost": 0.3, "discount": 0.03},
    {"name": "Ruby", "points": 260, "multiplier": 2.0, "quality": 6.0, "quality_cost": 0.4, "discount": 0.04},
    {"name": "Jade", "points": 420, "multiplier": 2.5, "quality": 9.0, "discount": 0.05, "keep_points": True},
]
RICH: dict[str, Any] = {
    "name": "Harbour Points",
    "enrolment": EAGER,
    "points": {
        "per_currency": 1.0,
        "per_visit": 2.5,
        "rounding": "nearest",
        "min_basket": 4.0,
        "eligible_share": 0.9,
        "multipliers": [
            {"name": "Double days", "factor": 2.0, "share": 0.3},
            {"name": "Family weeks", "factor": 1.5, "segments": ["families"], "weeks": 2, "every": 5},
        ],
        "cap": {"per_purchase": 300, "per_week": 500, "per_year": 3000},
        "welcome": 20,
        "birthday": 15,
        "outside": {"per_week": 0.05, "points": 6, "price": 0.01},
        "pending_weeks": 1,
        "rewards": [
            {"name": "Coffee", "points": 25, "worth": 2.0, "kind": "free_item", "fulfilment": 0.1, "availability": 0.9},
            {"name": "Coupon", "points": 60, "worth": 5.5, "limit": 2},
            {"name": "Evening out", "points": 90, "worth": 14.0, "kind": "experience", "from_tier": "Gold",
             "blackout": [9]},
        ],
        "redeem": 0.8,
        "cooldown": 1,
        "payout": {"form": "voucher", "every": 2, "least": 10, "step": 5, "cap": 200, "voucher_weeks": 4},
        "expire_weeks": 7,
    },
    "tiers": {
        "levels": LEVELS,
        "window": "calendar",
        "year_start": 11,
        "valid_windows": 0,
        "grace": 2,
        "rollover": True,
        "match": {"level": "Gold", "weeks": 3, "spend": 40.0},
        "gift": {"level": "Silver", "share": 0.2},
        "milestone": {"visits": 3, "points": 10},
    },
    "member_price": MEMBER_PRICE,
    "offers": {"per_week": 0.3, "depth": 0.15, "target": "lapsing", "activated": 0.8},
    "challenge": {"visits": 2, "weeks": 3, "every": 4, "points": 15, "seen": 0.8},
    "streak": {"every": 2, "length": 2, "points": 8},
    "surprise": {"chance": 0.1, "worth": 3.0, "cost_ratio": 0.5, "from_tier": "Bronze"},
    "partners": {"firms": ["Barrow"], "price": 0.012, "refund": 0.9},
    "guard": {"multi_accounts": 0.3, "takeovers": 0.8, "reimbursed": 0.5, "staff_abuse": 0.05, "detection": 0.3},
    "costs": {"launch": 250.0, "per_week": 7.25, "per_member_week": 0.013},
}  # fmt: skip
"""A programme with points paid out in vouchers, levels, offers, play, a partner and thieves."""
DEARER = [{"name": "Coffee", "points": 25, "worth": 1.5}, {"name": "Coupon", "points": 60, "worth": 4.5}]
"""The same points buy less."""
CLUB: dict[str, Any] = {
    "name": "Mill Club",
    "enrolment": EAGER | {"card": True},
    "points": {
        "per_visit": 10.0,
        "threshold": 30,
        "reward": 3.0,
        "redeem": 0.3,
        "pending_until_visit": True,
        "payout": {"form": "cheque", "every": 5, "least": 20},
        "expiry": {"mode": "inactivity", "weeks": 4, "card_share": 0.2},
    },
    "stamps": STAMPS | {"bonus_share": 0.2, "min_basket": 3.0, "card_weeks": 6},
    "tiers": {
        "levels": [{"name": "Friend", "visits": 1}, {"name": "Old friend", "visits": 4, "quality": 3.0}],
        "window": "rolling",
        "downgrade": "one",
    },
    "club": {"fee": 4.0, "period_weeks": 4, "trial_weeks": 3, "guarantee": True},
    "household": 2,
}
"""A club with a fee and a free trial, points of households paid out in cash, a stamp card, and status for a year."""


def bustling(**changes: Any) -> Scenario:
    """A market in which everything that can happen to a customer happens within a few weeks.

    Two segments, three firms, an outside option. Harbour has a programme with everything (RICH), which holds at
    Barrow too, Mill a club (CLUB), whose points lose worth twice, once announced and once with those already earned
    spared; goods are brought back; leaving, quick drift, a price war, and a survey in week 12. In the designs Harbour
    closes its programme, keeps it, or hands out stamps as well and makes rewards dearer.
    """
    families, singles = (one | {"preference_concentration": 1.3} for one in plain()["customers"]["segments"])
    leaving = {"shape": 1.0, "scale": 40.0}
    firms: list[dict[str, Any]] = [
        {
            "name": "Harbour",
            "share": 0.5,
            "unit_cost": 0.7,
            "service_cost": 0.35,
            "fixed_cost": 11.5,
            "price": {"level": 1.02, "usual": 1.0},
            "quality": {"level": 78, "usual": 75, "failure_rate": 0.25, "failure_core_share": 0.5},
            **WOO,
            "contacts": WOO["contacts"] | {"triggers": TRIGGERS},
            "returns": 0.12,
            "programme": RICH,
        },
        {
            "name": "Mill",
            "share": 0.3,
            "unit_cost": 0.75,
            "quality": {"level": 72, "spread": 4, "failure_rate": 0.2},
            "complaint_desk": {"channels": 2, "capacity": 20.0, "empowerment": 0.0},
            "contacts": {"per_week": 0.9, "members_only": True, "granularity": "class"},
            "programme": CLUB,
        },
        {
            "name": "Barrow",
            "share": 0.2,
            "unit_cost": 0.8,
            "quality": {"level": 97, "usual": 80, "failure_rate": 0.03},
            "contract": {"weeks": 3, "payment_failure": 0.1},
        },
    ]
    world = plain() | {
        "title": "A bustling market",
        "horizon": {"weeks": 20, "burn_in": 6},
        "category": {"name": "groceries", "outside_share": 0.1, "lapse_weeks": 4},
        "customers": {
            "count": 120,
            "prospects": 0.3,
            "network": {"degree": 8, "rewiring": 0.2, "homophily": 0.5},
            "segments": [
                families | {"leaving": leaving, "variety_seeking": 2.0},
                singles
                | {"shares": {"Harbour": 0.3, "Mill": 0.3, "Barrow": 0.4}, "leaving": leaving, "degree": 4},
            ],
        },
        "firms": firms,
        "events": [
            {"kind": "price_war", "firm": "Barrow", "week": 3, "weeks": 5, "depth": 0.25},
            {"kind": "change", "firm": "Mill", "week": 5, "patch": {"quality": {"level": 60}}},
            {
                "kind": "change",
                "firm": "Mill",
                "week": 11,
                "announced": 3,
                "patch": {"programme": {"points": {"reward": 2.0}}},
            },
            {
                "kind": "change",
                "firm": "Mill",
                "week": 16,
                "grandfather": True,
                "patch": {"programme": {"points": {"reward": 1.5}}},
            },
        ],
        "designs": {
            "closed": {"programme": None},
            "kept": {},
            "cards": {"programme": {"stamps": STAMPS, "points": {"rewards": DEARER}}},
        },
        "behaviour": {
            "drift": {"rate_per_year": 2.0, "taste_per_year": 2.0},
            "recovery": {"give_up": 3.0},
            "word_of_mouth": {"good_talk": 0.5, "bad_talk": 0.2, "outright": 0.3},
            "referral": {"refers": 0.4, "conversion": 0.5},
            "acquisition": {"advertising": 0.2, "deal": 0.2},
            "community": {"leaves": 0.2},
            "education": {"half_life": 4.0},
            "contact": {"opt_out": 0.5, "tolerance": 0.5},
            "defection": {
                "price": 0.3,
                "inconvenience": 0.1,
                "core": 0.1,
                "encounter": 0.1,
                "response": 1.0,
                "competition": 0.1,
                "ethics": 0.3,
                "reconsider": 6.0,
            },
        },
    }
    return Scenario.model_validate(world | changes)


def duel(
    designs: Mapping[str, Any],
    *,
    customers: int = 4000,
    weeks: int = 78,
    burn_in: int = 26,
    events: Sequence[Mapping[str, Any]] = (),
    behaviour: Mapping[str, Any] | None = None,
    firm: Mapping[str, Any] | None = None,
    segment: Mapping[str, Any] | None = None,
) -> Scenario:
    """Two firms alike, Harbour and Mill, and one segment: nothing differs but what a test changes.

    `firm` and `segment` change both firms and the segment; the designs are Harbour's.
    """
    alike = {"share": 0.5, "unit_cost": 0.7, **(firm or {})}
    shoppers = {
        "name": "shoppers",
        "purchase_rate": {"mean": 0.5, "shape": 1.0},
        "preference_concentration": 1.3,
        "basket": {"mean": 30.0, "within_cv": 0.5},
        **(segment or {}),
    }
    return Scenario.model_validate(
        {
            "title": "Two firms alike",
            "source": "made up for the tests",
            "horizon": {"weeks": weeks, "burn_in": burn_in},
            "category": {"name": "groceries", "lapse_weeks": 8},
            "customers": {"count": customers, "segments": [shoppers]},
            "firms": [{"name": "Harbour", **alike}, {"name": "Mill", **alike}],
            "focus": "Harbour",
            "events": list(events),
            "designs": dict(designs),
            "behaviour": behaviour or {},
        }
    )


def toothpaste(customers: int) -> Scenario:
    """The British toothpaste market of 1973 as the NBD-Dirichlet sees it, every mechanism off.

    Eight brands and the rest of the market as a ninth (the published shares sum to .86); weekly category
    purchases Gamma-Poisson with M = 1.456 a quarter and K = .779; S = 1.3.
    Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621, as in the R package NBDdirichlet 1.4.
    """
    from sim.rules import Behaviour

    firms = [{"name": name, "share": share, "unit_cost": 0.5} for name, share in TOOTHPASTE.items()]
    return Scenario.model_validate(
        {
            "title": "Toothpaste",
            "source": "Goodhardt, Ehrenberg & Chatfield 1984",
            "horizon": {"weeks": 52, "burn_in": 0},
            "category": {"name": "toothpaste"},
            "customers": {
                "count": customers,
                "segments": [
                    {
                        "name": "households",
                        "purchase_rate": {"mean": 1.456 / 13, "shape": 0.779},
                        "preference_concentration": 1.3,
                        "basket": {"mean": 1.0},
                    }
                ],
            },
            "firms": firms,
            "focus": "Colgate DC",
            "behaviour": Behaviour.null().model_dump(),
        }
    )


TOOTHPASTE = {
    "Colgate DC": 0.25,
    "Macleans": 0.19,
    "Close Up": 0.10,
    "Signal": 0.10,
    "ultrabrite": 0.09,
    "Gibbs SR": 0.08,
    "Boots Priv. Label": 0.03,
    "Sainsbury Priv. Lab.": 0.02,
    "the rest": 0.14,
}


# --- worlds made by Hypothesis ----------------------------------------------------------------------------


def _between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


@st.composite
def programmes(draw: st.DrawFn) -> dict[str, Any]:
    """A programme with any mixture of points, stamps and member price, quick enough to see it whole."""
    kinds = draw(st.sets(st.sampled_from(["points", "stamps", "member_price"]), min_size=1))
    programme: dict[str, Any] = {
        "name": "Club",
        "enrolment": {
            "effort": draw(_between(0, 20)),
            "ask": draw(_between(0, 1)),
            "automatic": draw(st.booleans()),
        },
        "costs": {"launch": 10.0, "per_week": 1.25, "per_member_week": draw(_between(0, 0.5))},
    }
    if "points" in kinds:
        programme["points"] = {
            "per_currency": draw(st.sampled_from([0.1, 0.37, 1.0, 10.0])),
            "threshold": draw(st.integers(1, 120)),
            "reward": draw(_between(0.01, 20)),
            "cost_ratio": draw(_between(0, 1.5)),
            "expire_weeks": draw(st.none() | st.integers(1, 9)),
            "welcome": draw(st.integers(0, 150)),
            "redeem": draw(_between(0, 1)),
        }
    if "stamps" in kinds:
        needed = draw(st.integers(1, 5))
        programme["stamps"] = {
            "needed": needed,
            "reward": draw(_between(0.01, 50)),
            "cost_ratio": draw(_between(0, 1.5)),
            "head_start": draw(st.integers(0, needed - 1)),
        }
    if "member_price" in kinds:
        programme["member_price"] = {
            "depth": draw(_between(0.01, 0.9)),
            "range_share": draw(_between(0.1, 1)),
        }
    return programme


@st.composite
def worlds(draw: st.DrawFn, *, most_customers: int = 12, most_weeks: int = 16) -> Scenario:
    """A small world of any shape: firms, segments, programmes, events, a design that starts or ends one."""
    names = ["Harbour", "Mill", "Barrow", "Quay"][: draw(st.integers(1, 4))]
    weeks = draw(st.integers(2, most_weeks))
    firms = []
    for name in names:
        firms.append(
            {
                "name": name,
                "share": draw(_between(0.1, 1)),
                "unit_cost": draw(_between(0, 1)),
                "service_cost": draw(_between(0, 2)),
                "price": {"level": draw(_between(0.5, 2)), "usual": draw(_between(0.5, 2))},
                "quality": {
                    "level": draw(_between(0, 100)),
                    "spread": draw(_between(0, 30)),
                    "failure_rate": draw(_between(0, 1)),
                },
                "programme": draw(st.none() | programmes()),
            }
        )
    segments = [
        {
            "name": name,
            "weight": draw(_between(0.1, 1)),
            "purchase_rate": {"mean": draw(_between(0.1, 4)), "shape": draw(_between(0.2, 4))},
            "preference_concentration": draw(_between(0.05, 5)),
            "basket": {"mean": draw(_between(0.01, 300)), "within_cv": draw(_between(0, 2))},
            "price_sensitivity": {"mean": draw(_between(0, 20)), "spread": draw(_between(0, 2))},
            "leaving": draw(st.none() | st.just({"shape": 0.5, "scale": 5.0})),
        }
        for name in ["families", "singles"][: draw(st.integers(1, 2))]
    ]
    war = {
        "kind": "price_war",
        "firm": draw(st.sampled_from(names)),
        "week": draw(st.integers(0, weeks - 1)),
        "weeks": draw(st.integers(1, 6)),
        "depth": draw(_between(0.01, 0.9)),
    }
    return Scenario.model_validate(
        {
            "title": "A world of any shape",
            "source": "drawn by Hypothesis",
            "horizon": {"weeks": weeks, "burn_in": draw(st.integers(0, weeks - 1))},
            "category": {
                "name": "anything",
                "outside_share": draw(st.sampled_from([0.0, 0.3])),
                "lapse_weeks": draw(st.integers(1, 6)),
            },
            "customers": {
                "count": draw(st.integers(1, most_customers)),
                "replace_leavers": draw(st.booleans()),
                "segments": segments,
            },
            "firms": firms,
            "focus": names[0],
            "events": draw(st.sampled_from([[], [war]])),
            "designs": {
                "as written": {},
                "new": {"programme": draw(st.none() | programmes())},
            },
            "behaviour": {
                name: {"enabled": draw(st.booleans())}
                for name in ("need", "choice", "price", "experience", "satisfaction", "join", "points")
            }
            | {"drift": {"enabled": draw(st.booleans()), "rate_per_year": 2.0, "taste_per_year": 2.0}},
        }
    )


def hectic() -> Scenario:
    """A bustling market in hard times: a house of two brands, a firm that runs short, a crisis, a campaign, and three
    firms that choose their customers, each in its own way."""
    world = bustling().replace("category.season", {"amplitude": 0.2, "peak_week": 3})
    for path, value in {
        "firms.Harbour.house": "Sea",
        "firms.Barrow.house": "Sea",
        "firms.Mill.capacity": 60.0,
        "firms.Harbour.selection": {"minimum": 3.0, "every": 6, "then": "basic", "basic": {}},
        "firms.Mill.selection": {"minimum": 4.0, "every": 9},
        "firms.Barrow.selection": {"minimum": 0.5, "every": 8, "then": "hand_over", "to": "Mill", "fee": 1.5},
        "customers.segments.families.cost_to_serve": 1.5,
    }.items():
        world = world.replace(path, value)
    events = [
        *(event.model_dump(exclude_unset=True) for event in world.events),
        {"kind": "crisis", "firm": "Mill", "week": 10, "severity": 30, "reach": 0.5, "harmed": 0.3},
        {"kind": "campaign", "firm": "Barrow", "week": 7, "weeks": 4, "segments": ["singles"], "reach": 0.3,
         "appeal": 0.5},
        {"kind": "recession", "week": 9, "weeks": 5},
        {"kind": "lay_off", "firm": "Harbour", "week": 12, "share": 0.2},
    ]  # fmt: skip
    return world.replace("firms.Harbour.staff", {"employees": 40.0, "wage": 300.0}).replace("events", events)
