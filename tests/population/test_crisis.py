"""Crises: who hears, what it costs in trust, and whether it pays to own up, to keep silent, or to deny."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.crises import Crises
from sim.population.crisis import CrisisCourse, CrisisWeek
from sim.population.moments import packed_grievance
from sim.population.outrage import grieves, waits
from sim.population.population import Population
from sim.rules import Behaviour
from sim.scenario import Crisis
from tests.population.between_weeks import RULES, WEEKS, changed, people, world
from tests.rules.steady import steady

HONEST = {"kind": "own_up", "recall_weeks": 2}
FOUND_OUT = {"per_week": 1.0}
NEVER = {"per_week": 0.0}


def crisis(response: Any = None, **fields: Any) -> Crisis:
    data = {"kind": "crisis", "firm": "Harbour", "week": WEEKS, "truth": NEVER, "harmed": 0.2}
    return Crisis.model_validate(data | {"response": response or {"kind": "silent"}} | fields)


def course(event: Crisis, number: int = 0, behaviour: Behaviour | None = None) -> CrisisCourse:
    numbers = (behaviour or Behaviour()).crisis.numbers()
    return CrisisCourse(event, number=number, firm=0, numbers=numbers, lapse_weeks=8)


def befall(
    population: Population, event: Crisis, weeks: int = 1, channels: int = 2
) -> tuple[CrisisCourse, list[CrisisWeek]]:
    """Some weeks of a crisis, in which nobody lives."""
    one = course(event)
    return one, [one.week(WEEKS + t, population, RULES, channels=channels) for t in range(weeks)]


def trust(event: Crisis, weeks: int) -> list[float]:
    """Mean trust in Harbour after each week of a crisis, in which nobody lives."""
    population, one, path = people(), course(event), []
    for t in range(weeks):
        one.week(WEEKS + t, population, RULES)
        path.append(float(population.column("trust", 0).mean()))
    return path


BEFORE = float(people().column("trust", 0).mean())


# Who hears


def test_as_many_hear_in_the_first_week_as_the_event_says_and_fewer_new_ones_in_each_later() -> None:
    _, weeks = befall(people(2000), crisis(reach=0.4, harmed=0), 6)
    heard = [week.heard for week in weeks]
    assert heard[0] == pytest.approx(800, abs=70)
    assert heard == sorted(heard, reverse=True)


def test_a_crisis_of_more_reach_is_heard_of_by_the_same_and_some_more() -> None:
    def hears(reach: float) -> set[int]:
        population = people()
        befall(population, crisis(reach=reach, harmed=0))
        return set(changed(people(), population)["trust.0"].tolist())

    assert hears(0.2) < hears(0.5) < hears(0.8)


@given(
    kind=st.sampled_from(["own_up", "silent", "deny"]),
    severity=st.floats(0.5, 100),
    reach=st.floats(0, 1),
    harmed=st.floats(0, 1),
    spill=st.floats(0, 1),
    after=st.integers(0, 3),
    truth=st.floats(0, 1),
    channels=st.integers(0, 4),
)
@steady
def test_whom_a_crisis_does_not_touch_it_does_not_change_by_a_bit_and_trust_stays_a_share(
    kind: str,
    severity: float,
    reach: float,
    harmed: float,
    spill: float,
    after: int,
    truth: float,
    channels: int,
) -> None:
    before, population = people(60), people(60)
    event = crisis(
        {"kind": kind, "after": after},
        severity=severity,
        reach=reach,
        harmed=harmed,
        spill_over=spill,
        truth={"per_week": truth},
    )
    one, weeks = befall(population, event, 6, channels)
    differs = changed(before, population)
    touched = np.flatnonzero(one._before >= 0)
    assert sum(week.heard for week in weeks) == len(touched)
    for whom in differs.values():
        assert np.isin(whom, touched).all()
    ours = {"trust.0", "trust.1", "expectation.0", "satisfaction.0", "equity.0", "grievance", "grieved"}
    assert set(differs) <= ours
    for firm in range(2):
        values = population.column("trust", firm)
        assert (values >= 0).all() and (values <= 1).all()
    assert (population.column("trust", 0) <= before.column("trust", 0)).all(), "a crisis paid"
    assert (population.column("expectation", 0) >= 0).all()


def test_leavers_prospects_and_newcomers_of_later_weeks_know_nothing_of_it() -> None:
    population = people()
    alive, entered = population.column("alive"), population.column("entered")
    alive[:50], entered[50:100] = 0, WEEKS
    population.set_column("alive", alive)
    population.set_column("entered", entered)
    one, _ = befall(population, crisis(reach=1.0), 3)
    assert (one._before[:100] < 0).all()
    assert (one._before[100:] >= 0).all()


def test_one_who_takes_the_place_of_a_hearer_is_not_won_back_in_her_stead() -> None:
    population, one = people(), course(crisis(HONEST))
    one.week(WEEKS, population, RULES)
    newcomer = int(np.flatnonzero(one._before >= 0)[0])
    population.put(newcomer, "entered", WEEKS)
    population.put(newcomer, "trust", 0.1, 0)
    one.week(WEEKS + 1, population, RULES)
    assert population.get(newcomer, "trust", 0) == pytest.approx(0.1)


def test_the_same_crisis_is_the_same_whatever_the_threads_and_another_of_the_same_week_is_another() -> None:
    def digest(threads: int, number: int = 0) -> str:
        market, one = Market(world(1500), seed=7, threads=threads), course(crisis(spill_over=0.3), number)
        for week in range(WEEKS + 4):
            one.week(week, market.population, RULES, channels=2)
            market.step()
        return market.population.digest()

    assert digest(1) == digest(2)
    assert digest(1) != digest(1, number=1)


def test_answers_differ_in_nothing_but_the_answer() -> None:
    """The same hear of it first and the same are harmed, however the firm answers."""
    courses = [befall(people(), crisis({"kind": kind}))[0] for kind in ("own_up", "silent", "deny")]
    for one in courses[1:]:
        np.testing.assert_array_equal(one._before, courses[0]._before)
        np.testing.assert_array_equal(one._harmed, courses[0]._harmed)


# Own up, keep silent, deny


def test_honest_and_fast_recovers() -> None:
    path = trust(crisis(HONEST), 40)
    assert path[0] < BEFORE - 0.03
    assert path[-1] == pytest.approx(BEFORE, abs=0.002)
    assert path == sorted(path)


def test_nobody_comes_to_trust_a_firm_more_for_a_crisis() -> None:
    population = people()
    befall(population, crisis(HONEST | {"compensation": 1000.0}), 60)
    assert (population.column("trust", 0) <= people().column("trust", 0)).all()


@pytest.mark.parametrize("after", [0, 2, 6, 12])
def test_the_slower_the_answer_the_less_trust_comes_back(after: int) -> None:
    sooner, later = (trust(crisis(HONEST | {"after": n}), 60)[-1] for n in (after, after + 2))
    assert later < sooner - 0.005


def test_words_without_a_recall_win_back_less() -> None:
    assert trust(crisis({"kind": "own_up"}), 40)[-1] < trust(crisis(HONEST), 40)[-1] - 0.01


def test_silence_lingers() -> None:
    """Under silence ever more hear of it and no trust comes back; an open word ends both."""
    silent, honest = trust(crisis(), 30), trust(crisis(HONEST), 30)
    assert silent == sorted(silent, reverse=True)
    assert silent[-1] < silent[0] - 0.03
    assert silent[-1] < honest[-1] - 0.1
    _, weeks = befall(people(), crisis(HONEST), 5)
    assert [week.heard > 0 for week in weeks] == [True, False, False, False, False]


def test_a_denial_is_better_at_first_than_silence_and_than_owning_up_to_those_who_trust() -> None:
    denied, silent, honest = (trust(crisis(answer), 1)[0] for answer in ({"kind": "deny"}, None, HONEST))
    assert silent < honest < denied < BEFORE


def test_a_denial_that_is_never_found_out_stays_better_than_silence() -> None:
    assert trust(crisis({"kind": "deny"}), 30)[-1] > trust(crisis(), 30)[-1]


def test_a_denial_that_is_found_out_is_worse_than_owning_up_and_than_silence_found_out() -> None:
    honest = trust(crisis(HONEST), 30)
    denied = trust(crisis({"kind": "deny"}, truth=FOUND_OUT), 30)
    hidden = trust(crisis(truth=FOUND_OUT), 30)
    assert denied[0] > honest[0]
    assert denied[-1] < hidden[-1] - 0.02 < honest[-1]
    assert hidden[-1] < trust(crisis(), 30)[-1]


def test_the_second_shock_is_larger_than_the_first() -> None:
    """Of those who heard it at once and were denied."""
    path = trust(crisis({"kind": "deny"}, truth=FOUND_OUT, reach=1.0), 2)
    assert path[0] - path[1] > BEFORE - path[0]


def test_a_lie_or_a_silence_that_is_found_out_costs_more_than_what_it_hid() -> None:
    """Of those who had heard before: the whole breach, and that of the lie or the silence on top."""
    open_harm = trust(crisis(reach=1.0), 2)[1]
    hidden = trust(crisis(truth=FOUND_OUT, reach=1.0), 2)[1]
    denied = trust(crisis({"kind": "deny"}, truth=FOUND_OUT, reach=1.0), 2)[1]
    assert denied < hidden - 0.05 < open_harm - 0.1


def test_the_truth_comes_out_once_and_as_soon_as_its_chance_says() -> None:
    weeks = [befall(people(10), crisis({"kind": "deny"}, truth=FOUND_OUT), 6)[1]]
    assert [week.found_out for week in weeks[0]] == [False, True, False, False, False, False]
    firsts = []
    for number in range(200):
        one, population = course(crisis({"kind": "deny"}, truth={"per_week": 0.2}), number), people(10)
        found = [one.week(WEEKS + t, population, RULES).found_out for t in range(40)]
        assert sum(found) <= 1
        firsts.append(found.index(True) if True in found else 40)
    assert np.mean(firsts) == pytest.approx(1 / 0.2, abs=1.0)


def test_a_denial_that_comes_late_gives_part_of_the_trust_back() -> None:
    path = trust(crisis({"kind": "deny", "after": 2}, reach=1.0), 4)
    assert path[0] == path[1] < path[2] == path[3] < BEFORE


# Rivals


def test_trust_in_rivals_falls_by_their_share_of_the_breach_and_for_the_same_hearers() -> None:
    alone, scandal, worse = people(), people(), people()
    befall(alone, crisis(harmed=0))
    befall(scandal, crisis(harmed=0, spill_over=0.25))
    befall(worse, crisis(harmed=0, spill_over=0.5))
    start = people()
    assert "trust.1" not in changed(start, alone)
    differs = changed(start, scandal)
    np.testing.assert_array_equal(differs["trust.1"], differs["trust.0"])
    whom = differs["trust.0"]
    ours, theirs, more = (
        1 - p.column("trust", f)[whom] / start.column("trust", f)[whom]
        for p, f in ((scandal, 0), (scandal, 1), (worse, 1))
    )
    np.testing.assert_allclose(theirs, 0.25 * ours, rtol=1e-3)
    np.testing.assert_allclose(more, 2 * theirs, rtol=1e-3)


# Those harmed


def test_active_customers_are_harmed_in_the_share_that_the_event_says_and_hear_of_it() -> None:
    population = people(2000)
    last = population.column("last_week", 0)
    active = np.flatnonzero((WEEKS - 1 - last <= 8) & (population.column("alive") == 1))
    one, (week,) = befall(population, crisis(harmed=0.3, reach=0.0))
    assert week.harmed == pytest.approx(0.3 * len(active), rel=0.15)
    assert np.isin(one._harmed, active).all()
    assert week.heard == week.harmed
    assert grieves(population.column("grieved")[one._harmed], 0).all()


def at_the_desk(population: Population) -> int:
    """Complaints that wait at Harbour."""
    grieved = population.column("grieved")
    return int((waits(grieved) & grieves(grieved, 0)).sum())


def test_those_harmed_complain_and_as_many_as_are_counted_wait_for_an_answer() -> None:
    population = people()
    waiting = at_the_desk(population)
    _, (week,) = befall(population, crisis(harmed=0.5), channels=2)
    assert 0 < week.complaints < week.harmed
    assert int(week.tally[:, :, :, Tally.COMPLAINTS].sum()) == week.complaints
    assert int(week.tally.sum()) == week.complaints
    assert at_the_desk(population) == waiting + week.complaints
    _, (silenced,) = befall(people(), crisis(harmed=0.5), channels=0)
    assert silenced.complaints == 0
    assert silenced.harmed == week.harmed


def test_a_sharper_grievance_against_a_rival_is_not_forgotten_over_a_small_harm() -> None:
    population = people()
    population.set_column("grievance", 90.0)
    population.set_column("grieved", int(packed_grievance(1, 0, 1, 3)))
    befall(population, crisis(harmed=1.0, severity=10.0))
    assert grieves(population.column("grieved"), 1).all()
    befall(population, crisis(harmed=1.0, severity=100.0))
    assert grieves(population.column("grieved"), 0).any()


def test_a_complaint_of_the_week_is_answered_like_any_other() -> None:
    """The desk may answer it in this week, as if it had been made in the last one."""
    desk = {"channels": 4, "capacity": 1000.0, "empowerment": 1.0}
    market = Market(world(firm={"complaint_desk": desk}), seed=7)
    for _ in range(WEEKS):
        market.step()
    week = course(crisis(harmed=1.0)).week(WEEKS, market.population, RULES, channels=4)
    market.step()
    answered, waited = market.tallies[-1].sum(axis=(0, 2))[0, [Tally.ANSWERED, Tally.WEEKS_WAITED]]
    assert answered >= 0.9 * week.complaints > 0
    assert waited <= 0.1 * answered


def test_compensation_is_paid_to_all_who_were_harmed_and_settles_what_it_can() -> None:
    population = people()
    response = HONEST | {"compensation": 45.5, "after": 1}
    one, (first, second) = befall(population, crisis(response, harmed=0.4), 2)
    assert (first.compensation, second.compensation) == (0, 4550 * first.harmed)
    assert second.cost == second.compensation + second.recall
    assert 0 < second.settled < first.harmed
    unanswered = people()
    befall(unanswered, crisis(harmed=0.4), 2)
    hurt, still = (p.column("grievance")[one._harmed].mean() for p in (population, unanswered))
    assert hurt < 0.8 * still
    assert at_the_desk(population) < at_the_desk(unanswered), "a complaint that was settled still waits"
    kinder, colder = (p.column("satisfaction", 0)[one._harmed].mean() for p in (population, unanswered))
    assert kinder > colder
    satisfied, start = population.column("satisfaction", 0), people().column("satisfaction", 0)
    assert (satisfied[one._harmed] <= start[one._harmed] + 1e-4).all(), "a recovery paid"


def test_more_compensation_satisfies_more_of_those_harmed() -> None:
    def settled(compensation: float) -> int:
        return befall(people(), crisis(HONEST | {"compensation": compensation}, harmed=0.5))[1][0].settled

    assert settled(0.0) < settled(20.0) < settled(500.0)


# The recall


def test_a_recall_takes_the_firm_off_the_shelf_for_its_weeks_and_costs_once() -> None:
    population = people()
    response = {"kind": "own_up", "after": 2, "recall_weeks": 3, "recall_cost": 1.25}
    one, weeks = befall(population, crisis(response), 8)
    assert [one.closed(WEEKS + t) for t in range(8)] == [False, False, True, True, True, False, False, False]
    buyers = (WEEKS + 1 - population.column("last_week", 0) <= 8) & (population.column("alive") == 1)
    assert [week.recall for week in weeks] == [0, 0, 125 * int(buyers.sum()), 0, 0, 0, 0, 0]


def test_who_denies_recalls_nothing() -> None:
    assert not any(course(crisis({"kind": "deny"})).closed(WEEKS + t) for t in range(10))


# All together


def test_off_a_crisis_changes_nobody_but_a_recall_is_still_one() -> None:
    off = Behaviour.model_validate({"crisis": {"enabled": False}})
    population, one = people(), course(crisis(HONEST, reach=1.0, harmed=1.0), behaviour=off)
    weeks = [one.week(WEEKS + t, population, RULES) for t in range(4)]
    assert not changed(people(), population)
    assert not any(week.heard or week.harmed for week in weeks)
    assert one.closed(WEEKS)


def test_a_firm_answers_as_its_plan_says_and_else_as_the_event_does() -> None:
    plain = world(firm={})
    event = crisis({"kind": "silent"})
    for plan, closed in ((None, False), (HONEST, True)):
        firms = plain.replace("firms.Harbour.crisis_plan", plan).firms
        crises = Crises([event], firms=plain.firm_names, numbers=Behaviour().crisis.numbers(), lapse_weeks=8)
        assert crises.week(WEEKS - 1, people(), RULES, plans=firms, programme_of=[-1, -1]) == []
        (week,) = crises.week(WEEKS, people(), RULES, plans=firms, programme_of=[-1, -1])
        assert week.firm == 0
        assert week.heard > 0
        assert crises.closed(WEEKS, 0) is closed
        assert not crises.closed(WEEKS, 1)


def test_customers_go_elsewhere_and_come_back_to_the_honest_firm() -> None:
    """In a market that lives: purchases at Harbour over a year after the news, own up against silence and denial."""

    def sold(event: Crisis) -> int:
        market, one, total = Market(world(1500), seed=7), course(event), 0
        for week in range(WEEKS + 30):
            one.week(week, market.population, RULES, channels=2)
            market.step()
            total += int(market.tallies[-1].sum(axis=(0, 2))[0, Tally.PURCHASES]) if week >= WEEKS else 0
        return total

    untroubled = sold(crisis(reach=0.0, harmed=0.0))
    honest, silent = sold(crisis(HONEST)), sold(crisis())
    denied = sold(crisis({"kind": "deny"}, truth={"per_week": 0.5}))
    assert denied < silent < honest < untroubled
