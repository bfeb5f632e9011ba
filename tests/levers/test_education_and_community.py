"""Customers who are taught, and customers who belong."""

from __future__ import annotations

import numpy as np
import pytest

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from tests.levers.pairs import (
    NETWORK,
    REPLICATES,
    counted,
    gains,
    lowers,
    measured,
    pair,
    raises,
    run,
    weeks_of,
)

TIES = pair(
    {
        "none": {},
        "some teaching": {"education": {"reach": 0.02}},
        "much teaching": {"education": {"reach": 0.2}},
        "club": {"community": {"reach": 0.05, "every": 4}},
        "large club": {"community": {"reach": 0.2, "every": 4}},
        "club that seldom meets": {"community": {"reach": 0.05, "every": 26}},
    },
    network=NETWORK,
)


ALONE = TIES.replace("customers.network", None)


# --- education --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["share", "behavioural", "retention"])
def test_customers_who_are_taught_see_more_value_in_the_firm(measure: str) -> None:
    assert raises(TIES, measure, "some teaching")
    assert raises(TIES, measure, "much teaching", "some teaching")


def test_what_was_learned_is_a_cost_of_changing() -> None:
    assert lowers(TIES, "switching_rate", "much teaching")
    free = TIES.replace("behaviour.education.barrier", 0.0)
    held = gains(TIES, "switching_rate", "much teaching") - gains(free, "switching_rate", "much teaching")
    assert (held < 0).all()


def test_what_was_learned_is_forgotten_when_nobody_teaches_any_more() -> None:
    ends = [{"kind": "change", "firm": "Harbour", "week": 39, "patch": {"education": None}}]
    world = pair(
        {"none": {}, "turned": {"education": {"reach": 0.2}}},
        events=ends,
        behaviour={"education": {"half_life": 8.0}},
    )
    market, taught = Market(world, design="turned"), []
    for _ in weeks_of(market):
        taught.append(((market.population.column("ties") >> 16) & 1).sum())
    assert taught[38] > 500
    assert taught[-1] < taught[50] < taught[40] < taught[38]


@pytest.mark.parametrize("r", REPLICATES)
def test_teaching_costs_by_the_customer_taught(r: int) -> None:
    market = run(TIES, "much teaching", r)
    spent = market.firms[0].ledger.balance(Account.COMMUNICATION) / 100
    assert spent == pytest.approx(0.5 * market.tallies[..., Tally.TAUGHT].sum(), abs=1.0)
    assert spent > 0


# --- community --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["affective", "praise_rate", "truly_loyal", "nps", "share"])
def test_belonging_raises_attachment_talk_and_loyalty(measure: str) -> None:
    assert raises(TIES, measure, "club")
    assert raises(TIES, measure, "large club", "club")


def test_a_club_binds_by_meeting() -> None:
    assert lowers(TIES, "affective", "club that seldom meets", "club")


def test_those_who_belong_talk_more_even_if_no_event_has_moved_them() -> None:
    quiet = TIES.replace("behaviour.community.step", 0.0)
    assert raises(quiet, "praise_rate", "large club")
    mute = quiet.replace("behaviour.community.talk", 1.0)
    assert (gains(mute, "praise_rate", "large club") == 0).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_it_is_the_participants_who_become_attached(r: int) -> None:
    """The same customers in both worlds: those who were in the club at one time, and those who never were."""
    none, club = run(ALONE, "none", r), Market(ALONE, design="club", replicate=r)
    ever = np.zeros(2000, bool)
    for _ in weeks_of(club):
        ever |= (club.population.column("ties") & 1) == 1
    gain = club.population.column("attachment", 0) - none.population.column("attachment", 0)
    assert gain[ever].mean() > 0.1
    assert not gain[~ever].any()


@pytest.mark.parametrize("r", REPLICATES)
def test_a_club_costs_by_event_and_participant(r: int) -> None:
    market = run(TIES, "club", r)
    there = market.tallies[:, :, 0, :, Tally.PARTICIPANTS].sum(axis=(1, 2))
    events = np.arange(78) % 4 == 3
    spent = market.firms[0].ledger.balance(Account.COMMUNICATION) / 100
    assert spent == pytest.approx(there[events].sum(), abs=1.0)
    assert (counted(TIES, Tally.PARTICIPANTS, "large club") > counted(TIES, Tally.PARTICIPANTS, "club")).all()
    assert (measured(TIES, "praise_rate", "club") > 0).all()
