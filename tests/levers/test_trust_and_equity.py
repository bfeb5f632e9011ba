"""Give and take, kept and broken promises: gratitude, resentment, trust that is lost fast and won slowly."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures.tally import Tally
from tests.levers.pairs import (
    NETWORK,
    REPLICATES,
    gains,
    lowers,
    mean_state,
    measured,
    pair,
    raises,
    run,
    weekly_share,
)

GIFTS = {"gestures": {"chance": 0.1, "worth": 15.0}}
LEDGER = pair(
    {
        "none": {},
        "gifts": GIFTS,
        "fee": {"hidden_fee": 0.05},
        "large fee": {"hidden_fee": 0.2},
        "failing": {"quality": {"failure_rate": 0.15}},
        "uneven": {"quality": {"spread": 20}},
    },
    network=NETWORK,
)


# --- equity -----------------------------------------------------------------------------------------------


def test_gifts_are_repaid_in_purchases_and_in_praise() -> None:
    for measure in ("equity", "share", "behavioural", "retention", "praise_rate", "praise_to_warnings"):
        assert raises(LEDGER, measure, "gifts"), measure


def test_a_hidden_fee_is_resented_and_paid_back_in_purchases_and_in_trust() -> None:
    for measure in ("equity", "trust", "share", "behavioural", "retention"):
        assert lowers(LEDGER, measure, "fee"), measure
        assert lowers(LEDGER, measure, "large fee", "fee"), measure


def test_what_is_taken_weighs_more_than_a_gift_of_the_same_size() -> None:
    """A fee that is noticed at 3 purchases in 10, against a gift as large as often; trust left out."""
    world = pair(
        {
            "none": {},
            "gifts": {"gestures": {"chance": 0.3, "worth": 6.0}},
            "fee": {"hidden_fee": 0.2},
        },
        segment={"basket": {"mean": 30.0, "between_cv": 0.0}},
        behaviour={"trust": {"enabled": False}, "equity": {"noticed": 0.3}},
    )
    given, taken = gains(world, "equity", "gifts"), gains(world, "equity", "fee")
    np.testing.assert_allclose(given, -taken, rtol=0.15)
    won, lost = gains(world, "share", "gifts"), gains(world, "share", "fee")
    assert (-lost > 1.2 * won).all()
    assert (won > 0).all()


def test_gratitude_fades_when_the_gifts_end() -> None:
    events = [{"kind": "change", "firm": "Harbour", "week": 52, "patch": {"gestures": None}}]
    world = LEDGER.replace("events", events)
    for r in REPLICATES:
        owed = mean_state(run(world, "gifts", r), Tally.EQUITY)
        assert owed[51] > 0.05
        assert 0 < owed[-1] < 0.6 * owed[51]


def test_a_fee_costs_more_customers_for_good() -> None:
    assert raises(LEDGER, "defection_rate", "fee")
    assert raises(LEDGER, "left_for_ethics", "large fee")


# --- trust ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lever", ["failing", "uneven"])
def test_unreliable_service_costs_trust_and_trust_costs_purchases(lever: str) -> None:
    assert lowers(LEDGER, "trust", lever)
    deaf = LEDGER.replace("behaviour.trust.weight", 0.0)
    assert (gains(LEDGER, "share", lever) < gains(deaf, "share", lever)).all()


BAD, OVER = 40, 46
SPELL = [
    {"kind": "change", "firm": "Harbour", "week": BAD, "patch": {"quality": {"level": 45}}},
    {"kind": "change", "firm": "Harbour", "week": OVER, "patch": {"quality": {"level": 75}}},
]
CALM = pair({"none": {}, "gifts after": {}}, weeks=104, network=NETWORK)
CRISIS = CALM.replace("events", SPELL)
BOUGHT_BACK = CALM.replace(
    "events", [*SPELL, {"kind": "change", "firm": "Harbour", "week": OVER, "patch": GIFTS}]
)


@pytest.mark.parametrize("r", REPLICATES)
def test_a_bad_spell_destroys_trust_in_weeks_that_good_service_takes_a_year_to_rebuild(r: int) -> None:
    calm, crisis = (run(world, "none", r) for world in (CALM, CRISIS))
    lost = mean_state(calm, Tally.TRUST) - mean_state(crisis, Tally.TRUST)
    assert not lost[:BAD].any()
    assert lost[OVER] > 0.03
    fall, rise = lost[OVER] / (OVER - BAD), (lost[OVER] - lost[OVER + 26]) / 26
    assert fall > 3 * rise > 0, "trust falls fast and comes back slowly"
    assert lost[-1] > 0.2 * lost[OVER], "after a year it is not what it was"


@pytest.mark.parametrize("r", REPLICATES)
def test_trust_cannot_be_bought_back_with_gifts(r: int) -> None:
    crisis, bought_back = (run(world, "none", r) for world in (CRISIS, BOUGHT_BACK))
    equity, trust = (
        mean_state(bought_back, t)[OVER + 13 :].mean() - mean_state(crisis, t)[OVER + 13 :].mean()
        for t in (Tally.EQUITY, Tally.TRUST)
    )
    assert equity > 0.05
    assert abs(trust) < 0.01


@pytest.mark.parametrize("r", REPLICATES)
def test_a_bad_spell_costs_share_long_after_it(r: int) -> None:
    calm, crisis = (weekly_share(run(world, "none", r)) for world in (CALM, CRISIS))
    assert crisis[OVER + 13 : OVER + 39].mean() < calm[OVER + 13 : OVER + 39].mean() - 0.02


def test_a_boast_is_believed_less_where_trust_was_lost() -> None:
    """After the same fee, of which nothing but trust remains, a claim moves expectations less."""
    advertising = {"reach": 0.1, "promise": 95}
    world = pair({"none": {}, "boast": {"advertising": advertising}}, weeks=39)
    lied_to = world.replace("behaviour.trust.down", 1.0).replace("firms.Harbour.hidden_fee", 0.2)
    believed, doubted = (gains(w, "expectation", "boast") for w in (world, lied_to))
    assert (doubted > 0).all()
    assert (doubted < believed - 0.5).all()


def test_an_offer_to_come_back_counts_less_where_trust_was_lost() -> None:
    world = pair(
        {
            "none": {"win_back": {"reach": 0.2, "worth": 20.0}},
            "fee": {"win_back": {"reach": 0.2, "worth": 20.0}, "hidden_fee": 0.2},
        },
        firm={"quality": {"failure_rate": 0.1}},
    )
    assert lowers(world, "win_back_rate", "fee")
    assert (measured(world, "win_back_rate", "fee") > 0).all()
