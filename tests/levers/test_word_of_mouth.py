"""What customers tell their friends, whom it reaches, and what it does to those who hear it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import HEARD_PRAISE, HEARD_WARNING, Origin
from sim.scenario import Scenario
from tests.levers.pairs import (
    DESK,
    NETWORK,
    OFF,
    REPLICATES,
    counted,
    differences,
    gains,
    lived_to,
    lowers,
    measured,
    pair,
    raises,
    run,
)

TALK = pair(
    {
        "none": {},
        "better": {"quality": {"level": 85}},
        "failing": {"quality": {"failure_rate": 0.15}},
        "failing, answered": {"quality": {"failure_rate": 0.15}, "complaint_desk": DESK},
    },
    network=NETWORK,
)
ALONE = TALK.replace("customers.network", None)


# --- who talks, and who hears -----------------------------------------------------------------------------


def test_without_friends_nobody_hears_anything() -> None:
    for tally in (Tally.PRAISE, Tally.WARNINGS, Tally.PRAISE_HEARD, Tally.WARNINGS_HEARD):
        assert not counted(ALONE, tally, "failing").any()
        assert (counted(TALK, tally, "failing") > 0).all()


def test_the_well_served_praise_and_the_badly_served_warn() -> None:
    assert raises(TALK, "praise_rate", "better")
    assert raises(TALK, "warning_rate", "failing")
    assert lowers(TALK, "praise_rate", "failing")
    assert raises(TALK, "praise_to_warnings", "better", "failing")


def test_a_good_answer_to_a_complaint_silences_warnings() -> None:
    assert lowers(TALK, "warning_rate", "failing, answered", "failing")


def test_bad_news_travels_twice_as_far() -> None:
    reach = measured(TALK, "audience_ratio", "failing")
    assert ((reach > 1.7) & (reach < 2.3)).all()


def test_the_more_friends_the_more_hear_of_it() -> None:
    few, many = (TALK.replace("customers.network.degree", degree) for degree in (4, 20))
    heard = [
        counted(world, Tally.WARNINGS_HEARD, "failing") / counted(world, Tally.WARNINGS, "failing")
        for world in (few, many)
    ]
    assert (heard[1] > 1.5 * heard[0]).all()


# --- what it does -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("design", "sign"), [("better", 1), ("failing", -1)])
def test_word_of_mouth_multiplies_what_service_wins_or_loses(design: str, sign: int) -> None:
    told, untold = (gains(world, "share", design) for world in (TALK, ALONE))
    assert (sign * untold > 0).all()
    assert (sign * told > sign * untold).all()


def test_warnings_cost_share() -> None:
    """The same talk, but nobody minds: without it a failing firm keeps more."""
    deaf = TALK.replace("behaviour.word_of_mouth.disliking", 0.0)
    assert (gains(TALK, "share", "failing") < gains(deaf, "share", "failing")).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_praise_makes_customers_consider_a_firm_they_did_not_know(r: int) -> None:
    unknown = ALONE.replace("firms.Harbour.awareness", 0.3)
    knows = []
    for world in (unknown, unknown.replace("customers.network", NETWORK)):
        market = run(world, "none", r)
        knows.append((market.population.column("knows") & 1).mean())
    assert knows[0] == pytest.approx(0.3, abs=0.05)
    assert knows[1] > knows[0] + 0.2


def test_praise_wins_share_for_a_firm_that_few_know() -> None:
    unknown = ALONE.replace("firms.Harbour.awareness", 0.3)
    assert (differences(unknown, unknown.replace("customers.network", NETWORK), "share") > 0.1).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_praise_raises_the_regard_of_those_who_hear_it_and_a_warning_lowers_it(r: int) -> None:
    market = lived_to(TALK, "failing", r, 40)
    before = market.population.column("regard", 0)
    market.step()
    after, happened = market.population.column("regard", 0), market.population.column("happened")
    praise, warning = (happened & HEARD_PRAISE) != 0, (happened & HEARD_WARNING) != 0
    moved = after - before * market.rules.word_of_mouth.keep
    assert moved[praise & ~warning].mean() > 0.05
    assert moved[warning & ~praise].mean() < -0.05
    assert np.abs(moved[~praise & ~warning]).max() < 1e-5


# --- with whom --------------------------------------------------------------------------------------------


def of_own_kind(homophily: float, replicate: int) -> float:
    """Share of friendships within the own segment."""
    market = Market(two_kinds(homophily), replicate=replicate)
    friends = market.population.network
    assert friends is not None
    kind = np.repeat([0, 1], 1000)
    who = np.repeat(np.arange(2000), np.diff(friends.start))
    return float((kind[who] == kind[friends.friends]).mean())


def two_kinds(homophily: float) -> Scenario:
    """Two segments of equal size; the first prefers Harbour, the second Mill; all friendships are rewired."""
    first = {
        "name": "first",
        "purchase_rate": {"mean": 0.5, "shape": 1.0},
        "basket": {"mean": 30.0},
        "shares": {"Harbour": 0.9, "Mill": 0.1},
    }
    second = first | {"name": "second", "shares": {"Harbour": 0.1, "Mill": 0.9}}
    world = pair({"none": {}}, network=NETWORK | {"rewiring": 1.0, "homophily": homophily})
    return world.replace("customers.segments", [first, second])


@pytest.mark.parametrize("r", REPLICATES)
def test_the_more_alike_friends_are_the_less_news_leaves_the_segment(r: int) -> None:
    mixed, alike = (of_own_kind(h, r) for h in (0.0, 1.0))
    assert mixed == pytest.approx(0.5, abs=0.05)
    assert alike == 1.0
    heard = []
    for homophily in (0.0, 1.0):
        tallies = (
            run(two_kinds(homophily), "none", r).tallies[26:, :, 0, :, Tally.PRAISE_HEARD].sum(axis=(0, 2))
        )
        heard.append(tallies[1] / tallies.sum())
    assert heard[1] < heard[0] - 0.1


# --- referral ---------------------------------------------------------------------------------------------

GROWING = pair(
    {
        "none": {},
        "reward": {"referral": {"reward": 30.0}},
        "friend": {"referral": {"friend_reward": 60.0}},
        "both": {"referral": {"reward": 30.0, "friend_reward": 60.0}},
        "failing": {"quality": {"failure_rate": 0.2}},
    },
    customers=4000,
    network=NETWORK,
    prospects=0.6,
)


def test_people_refer_without_a_reward_and_more_with_one() -> None:
    assert (measured(GROWING, "referrals", "none") > 0).all()
    assert raises(GROWING, "referrals", "reward")
    assert raises(GROWING, "acquired_by_referral", "reward")


def test_a_reward_for_the_friend_makes_more_of_them_customers() -> None:
    told = [
        measured(GROWING, "acquired_by_referral", d) / measured(GROWING, "referrals", d)
        for d in ("none", "friend")
    ]
    assert (told[1] > told[0]).all()
    assert raises(GROWING, "acquired_by_referral", "both", "reward")


def test_dissatisfied_customers_refer_nobody() -> None:
    assert lowers(GROWING, "referrals", "failing")
    assert lowers(GROWING, "acquired_by_referral", "failing")


def test_rewards_are_paid_for_those_who_come() -> None:
    assert raises(GROWING, "cost_per_acquired", "both", "none")


ORIGINS = pair(
    {"none": {"advertising": {"reach": 0.3}}},
    customers=4000,
    weeks=104,
    network=NETWORK,
    prospects=0.8,
    behaviour={"word_of_mouth": {"outright": 0.0}, "referral": {"refers": 0.05}},
)
"""Those who are there at first are made not to know Mill, so that it is Harbour's customers who refer."""


def newcomers(replicate: int) -> dict[Origin, NDArray[np.float64]]:
    """Of those won by advertising and by referral in half a year: how many bought at Harbour in the last quarter, a
    year later; Harbour's share of what they bought."""
    market = Market(ORIGINS, design="none", replicate=replicate)
    people = market.population
    people.set_column("knows", people.column("knows") & ~2)
    market.run()
    origin, entered = people.column("story") & 7, people.column("entered")
    here, there = (people.column("remembered", f) for f in (0, 1))
    found = {}
    for kind in (Origin.ADVERTISING, Origin.REFERRAL):
        won = (entered >= 26) & (entered < 52) & (origin == kind) & (here + there > 0)
        still = people.column("last_week", 0)[won] >= 104 - 13
        found[kind] = np.array([still.mean(), (here[won] / (here[won] + there[won])).mean()])
    return found


@pytest.mark.parametrize("r", REPLICATES)
def test_referred_newcomers_prefer_the_firm_and_stay_more_than_advertised_ones(r: int) -> None:
    found = newcomers(r)
    advertised, referred = found[Origin.ADVERTISING], found[Origin.REFERRAL]
    assert referred[0] > advertised[0]
    assert referred[1] > advertised[1]


def test_referral_can_be_switched_off() -> None:
    off = GROWING.replace("behaviour.referral", OFF)
    assert (measured(off, "referrals", "both") == 0).all()
