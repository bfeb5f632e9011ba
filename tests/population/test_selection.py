"""Choosing customers: who is looked at, who goes, where to, and what that costs in feelings."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.arithmetic import F32
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import bit, decisive_cause, firm_left, packed_contract
from sim.population.outrage import grieves, waits
from sim.population.population import Population
from sim.population.selection import Review, review, too_dear
from sim.rules import Behaviour
from sim.rules.defection import Cause
from sim.scenario import Selection
from tests.population.between_weeks import RULES, WEEKS, changed, people, world
from tests.rules.steady import steady

OFF = Behaviour.model_validate({"selection": {"enabled": False}}).selection.numbers()


def selection(**fields: Any) -> Selection:
    return Selection.model_validate({"minimum": 10.0, "every": 12, "courtesy": 0.0} | fields)


HAND_OVER = {"then": "hand_over", "to": "Mill", "fee": 3.25}


def worth_of(population: Population) -> NDArray[np.float32]:
    """Contributions made up so that every third customer brings too little."""
    return np.where(np.arange(len(population)) % 3 == 0, -5.0, 50.0).astype(F32)


def reviewed(population: Population, plan: Selection, numbers: Any = None) -> Review:
    return review(
        population,
        worth_of(population),
        WEEKS,
        firm=0,
        selection=plan,
        to=1 if plan.to else None,
        numbers=numbers or Behaviour().selection.numbers(),
        rules=RULES,
    )


def considers(population: Population, firm: int = 0) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (population.column("knows") & bit(firm)) != 0
    return found


# Who is looked at


def test_only_customers_who_bought_in_the_period_are_looked_at_and_only_those_who_bring_too_little_found() -> (
    None
):
    worth = np.array([5, 15, 5, 5, 10], F32)
    last_week = np.array([WEEKS - 1, WEEKS - 1, WEEKS - 13, WEEKS - 12, 0], np.int32)
    served = np.array([True, True, True, True, False])
    looked, below = too_dear(worth, last_week, served, WEEKS, selection())
    assert looked.tolist() == [True, True, False, True, False]
    assert below.tolist() == [True, False, False, True, False]


def test_whom_a_contract_binds_to_the_firm_it_cannot_let_go() -> None:
    population = people()
    contract = np.full(600, -1, np.int32)
    contract[:300], contract[300:450] = packed_contract(0, WEEKS + 5), packed_contract(0, WEEKS)
    contract[450:] = packed_contract(1, WEEKS + 5)
    population.set_column("contract", contract)
    reviewed(population, selection())
    gone = changed(people(), population)["knows"]
    assert len(gone)
    assert (gone >= 300).all()


# Who goes


def test_those_below_the_mark_are_let_go_and_counted_as_lost_against_their_will() -> None:
    population, start = people(), people()
    found = reviewed(population, selection(cost=0.75))
    gone = np.flatnonzero(considers(start) & ~considers(population))
    assert found.let_go == len(gone) > 0
    assert (gone % 3 == 0).all()
    assert found.looked_at > found.let_go
    assert found.cost == 75 * len(gone)
    assert (found.handed_over, found.fee, found.moved_to_basic) == (0, 0, 0)
    left = found.tally.sum(axis=(0, 2))
    assert left[0, Tally.LEFT_INVOLUNTARY] == left[0, Tally.WITH_INVOLUNTARY] == len(gone)
    assert found.tally.sum() == 2 * len(gone)
    story = population.column("story")[gone]
    assert (decisive_cause(story) == Cause.INVOLUNTARY).all()
    assert (firm_left(story) == 0).all()


@given(
    then=st.sampled_from(["let_go", "hand_over", "basic"]),
    minimum=st.floats(-10, 100),
    courtesy=st.floats(0, 1),
)
@steady
def test_whom_the_firm_keeps_the_review_does_not_change_by_a_bit_and_trust_stays_a_share(
    then: str, minimum: float, courtesy: float
) -> None:
    more = {"hand_over": HAND_OVER, "basic": {"then": "basic", "basic": {}}, "let_go": {}}[then]
    start, population = people(60), people(60)
    found = reviewed(population, selection(minimum=minimum, courtesy=courtesy, **more))
    differs = changed(start, population)
    gone = np.flatnonzero(considers(start) & ~considers(population))
    assert len(gone) == found.let_go + found.handed_over
    for whom in differs.values():
        assert np.isin(whom, gone).all()
    assert set(differs) <= {"knows", "trust.0", "grievance", "grieved", "story", "last_firm"}
    values = population.column("trust", 0)
    assert (values >= 0).all() and (values <= start.column("trust", 0)).all()


def test_one_handed_over_is_a_customer_of_the_other_firm_who_pays_for_her() -> None:
    population, start = people(), people()
    knows = start.column("knows") & ~bit(1)
    for one in (population, start):
        one.set_column("knows", knows)
    found = reviewed(population, selection(**HAND_OVER))
    gone = np.flatnonzero(considers(start) & ~considers(population))
    assert found.handed_over == len(gone) > 0
    assert found.let_go == 0
    assert found.fee == 325 * len(gone)
    np.testing.assert_array_equal(np.flatnonzero(considers(population, 1)), gone)
    before, after = start.column("last_firm"), population.column("last_firm")
    assert (after[gone] == np.where(before[gone] == 0, 1, before[gone])).all()


def test_for_basic_service_the_firm_only_says_who_shall_get_it() -> None:
    population = people()
    found = reviewed(population, selection(then="basic", basic={"quality": 5.0, "cost": 0.4}))
    assert found.moved_to_basic == len(found.to_basic) > 0
    assert (found.to_basic % 3 == 0).all()
    assert not changed(people(), population)


def test_a_review_without_anybody_below_the_mark_changes_nothing() -> None:
    population = people()
    found = reviewed(population, selection(minimum=-100.0, cost=9.0))
    assert found.looked_at > 0
    assert (found.let_go, found.cost) == (0, 0)
    assert not changed(people(), population)


# What it costs in feelings


def test_letting_go_costs_trust_and_leaves_a_grievance_to_tell_that_nobody_complains_of() -> None:
    population, start = people(), people()
    reviewed(population, selection())
    gone = np.flatnonzero(considers(start) & ~considers(population))
    assert (population.column("trust", 0)[gone] < start.column("trust", 0)[gone]).all()
    at_peace = gone[start.column("grieved")[gone] < 0]
    assert grieves(population.column("grieved")[at_peace], 0).all()
    np.testing.assert_allclose(population.column("grievance")[at_peace], 25.0)
    waiting = waits(start.column("grieved"))
    assert not (waits(population.column("grieved")) & ~waiting).any()


def test_courtesy_and_a_hand_over_leave_less_of_both() -> None:
    def left(plan: Selection) -> tuple[float, float]:
        population = people()
        reviewed(population, plan)
        gone = changed(people(), population)["knows"]
        return float(population.column("trust", 0)[gone].mean()), -float(
            population.column("grievance")[gone].mean()
        )

    rude, kind, kinder = (left(selection(courtesy=c)) for c in (0.0, 0.5, 1.0))
    handed = left(selection(**HAND_OVER))
    for i in range(2):
        assert rude[i] < kind[i] < kinder[i]
        assert rude[i] < handed[i]


def test_off_customers_are_let_go_and_do_not_mind() -> None:
    population = people()
    found = reviewed(population, selection(), OFF)
    assert found.let_go > 0
    assert set(changed(people(), population)) == {"knows", "story"}


def test_what_they_tell_their_friends_costs_the_firm_other_customers() -> None:
    network = {"degree": 10}

    def warnings(courtesy: float) -> tuple[int, float]:
        plain = world(1500).replace("customers.network", network)
        market = Market(plain.replace("behaviour.word_of_mouth.bad_talk", 0.2), seed=7)
        for _ in range(WEEKS):
            market.step()
        reviewed(market.population, selection(courtesy=courtesy))
        kept = considers(market.population)
        for _ in range(6):
            market.step()
        said = int(market.tallies[WEEKS:].sum(axis=(0, 1, 3))[0, Tally.WARNINGS])
        return said, float(market.population.column("regard", 0)[kept].mean())

    rude, kind = warnings(0.0), warnings(1.0)
    assert rude[0] > 1.5 * kind[0]
    assert rude[1] < kind[1] - 0.01


def test_reviews_read_the_till_and_not_what_customers_feel() -> None:
    """Whatever they think, the same go."""
    population = people()
    for name, value in (("satisfaction", 3.0), ("trust", 0.01), ("attachment", 9.0), ("expectation", 1.0)):
        population.set_column(name, value, 0)
    before = considers(population)
    reviewed(population, selection())
    plain = people()
    reviewed(plain, selection())
    np.testing.assert_array_equal(before & ~considers(population), considers(people()) & ~considers(plain))


def test_threads_do_not_change_a_review() -> None:
    def digest(threads: int) -> str:
        market = Market(world(1500), seed=7, threads=threads)
        for _ in range(WEEKS):
            market.step()
        reviewed(market.population, selection())
        market.step()
        return market.population.digest()

    assert digest(2) == digest(1)
