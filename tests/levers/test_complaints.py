"""After-sales: who complains, how soon and how well she is answered, who stays, and what the firm learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import (
    ANSWERED_WELL,
    COMPLAINED,
    FAILED_CORE,
    FAILED_ENCOUNTER,
    LEFT_FIRM,
    WARNED,
)
from sim.scenario import Scenario
from tests.levers.pairs import (
    DESK,
    NETWORK,
    REPLICATES,
    counted,
    differences,
    lowers,
    measured,
    pair,
    raises,
    run,
    weeks_of,
)


def desk(**changes: Any) -> dict[str, Any]:
    return {"complaint_desk": DESK | changes}


FAILING = pair(
    {
        "none": {"complaint_desk": None},
        "desk": desk(),
        "one channel": desk(channels=1),
        "many channels": desk(channels=10),
        "busy": desk(capacity=5.0),
        "swamped": desk(capacity=1.0),
        "helpless": desk(empowerment=0.0),
        "mean": desk(compensation=0.0),
        "generous": desk(compensation=30.0),
        "learns": desk(acted_on=1.0),
    },
    firm={"quality": {"failure_rate": 0.1}},
    network=NETWORK,
)


# --- who complains, and how soon she is answered ----------------------------------------------------------


def test_the_more_channels_the_more_of_the_failures_are_complained_of() -> None:
    assert raises(FAILING, "complaint_rate", "desk", "one channel")
    assert raises(FAILING, "complaint_rate", "many channels", "desk")


def test_core_failures_are_complained_of_more_than_rude_encounters() -> None:
    core, encounter = (
        FAILING.replace("firms.Harbour.quality.failure_core_share", share) for share in (1.0, 0.0)
    )
    assert (differences(encounter, core, "complaint_rate", "desk") > 0.2).all()


def test_the_fewer_answer_the_longer_customers_wait_and_the_more_give_up() -> None:
    assert raises(FAILING, "weeks_to_answer", "busy", "desk")
    assert raises(FAILING, "weeks_to_answer", "swamped", "busy")
    assert lowers(FAILING, "answered", "busy", "desk")
    assert lowers(FAILING, "answered", "swamped", "busy")


def test_without_a_desk_nobody_is_answered() -> None:
    assert (measured(FAILING, "answered", "none") == 0.0).all()
    assert (measured(FAILING, "answered", "desk") == 1.0).all()


@pytest.mark.parametrize(("less", "more"), [("helpless", "desk"), ("mean", "desk"), ("desk", "generous")])
def test_authority_and_compensation_make_answers_good(less: str, more: str) -> None:
    assert raises(FAILING, "answered_well", more, less)


# --- what good answers are worth --------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["satisfaction", "trust", "retention", "share", "conative", "nps"])
def test_a_good_desk_raises(measure: str) -> None:
    assert raises(FAILING, measure, "desk", "none")


def test_a_good_desk_lowers_warnings_and_defections() -> None:
    assert lowers(FATES, "warning_rate", "desk", "none")
    assert lowers(FATES, "defection_rate", "desk", "none")
    assert lowers(FATES, "left_for_response", "desk", "none")


@pytest.mark.parametrize("measure", ["satisfaction", "trust", "share", "conative"])
def test_loyalty_rises_with_the_speed_of_the_answer(measure: str) -> None:
    assert raises(FAILING, measure, "busy", "swamped")
    assert raises(FAILING, measure, "desk", "busy")


@pytest.mark.parametrize("measure", ["satisfaction", "trust", "conative"])
def test_loyalty_rises_with_the_fairness_of_the_answer(measure: str) -> None:
    assert raises(FAILING, measure, "desk", "helpless")
    assert raises(FAILING, measure, "generous", "mean")


def test_compensation_costs_what_is_paid() -> None:
    for r in REPLICATES:
        mean, generous = (run(FAILING, d, r) for d in ("mean", "generous"))
        spent = [m.firms[0].ledger.balance(Account.RECOVERY) / 100 for m in (mean, generous)]
        answered = [m.tallies[26:, :, 0, :, Tally.ANSWERED_WELL].sum() for m in (mean, generous)]
        made = [m.tallies[26:, :, 0, :, Tally.COMPLAINTS].sum() for m in (mean, generous)]
        assert spent[0] == pytest.approx(5.0 * made[0])
        assert spent[1] == pytest.approx(5.0 * made[1] + 30.0 * answered[1])


# --- complainers and the silent ---------------------------------------------------------------------------


AFTER = 8
"""Weeks after a failure at whose end we look again."""


def after_a_failure(world: Scenario, design: str, replicate: int) -> dict[str, NDArray[np.float64]]:
    """What became of those whom Harbour failed in the year, by what they did then.

    Groups go by the first failure: the silent, those who complained, of these those answered well. Of each: the share
    whose last purchase eight weeks later was at Harbour, of those who bought since; that warned friends within eight
    weeks; and of the weeks since in which they bought there, those in which they left it for good.
    """
    market = Market(world, design=design, replicate=replicate)
    people, n = market.population, world.customers.count
    since = np.full(n, 9999)
    spoke, content, warned, back, bought = (np.zeros(n, bool) for _ in range(5))
    left, visits = np.zeros(n), np.zeros(n)
    for week in weeks_of(market):
        happened = people.column("happened")
        here_now = people.column("last_week", 0) == week
        if 26 <= week < market.weeks - AFTER:
            now = here_now & ((happened & (FAILED_CORE | FAILED_ENCOUNTER)) != 0) & (since == 9999)
            since[now] = week
            spoke |= now & ((happened & COMPLAINED) != 0)
        soon = (since < 9999) & (week <= since + AFTER)
        content |= soon & spoke & ((happened & ANSWERED_WELL) != 0)
        visits += here_now & (since <= week)
        left += here_now & (since <= week) & ((happened & LEFT_FIRM) != 0)
        warned |= soon & ((happened & WARNED) != 0)
        due = week == since + AFTER
        last = np.maximum(people.column("last_week", 0), people.column("last_week", 1))
        bought |= due & (last > since)
        back |= due & (last > since) & (people.column("last_firm") == 0)
    silent = (since < 9999) & ~spoke
    groups = {"silent": silent, "complained": spoke, "answered well": content}
    return {
        name: np.array([back[g & bought].mean(), left[g].sum() / visits[g].sum(), warned[g].mean()])
        for name, g in groups.items()
        if g.any()
    }


FAILS = {"quality": {"failure_rate": 0.1, "failure_core_share": 1.0}}
FATES = pair(
    {"none": FAILS, "desk": FAILS | desk(compensation=0.0)},
    customers=4000,
    network=NETWORK,
    behaviour={"recovery": {"base": 1.0}, "failure": {"major_share": 0.0}},
)
"""All failures are alike, so that who complains is chance; all answers are good, though nothing is paid."""


@pytest.mark.parametrize("r", REPLICATES)
def test_complainers_who_were_answered_well_come_back_and_the_silent_go_elsewhere_and_warn(r: int) -> None:
    fates = after_a_failure(FATES, "desk", r)
    well, silent = fates["answered well"], fates["silent"]
    assert well[0] > silent[0], "come back"
    assert well[2] < silent[2], "warn their friends"


@pytest.mark.parametrize("r", REPLICATES)
def test_the_same_complainers_leave_where_nobody_answers(r: int) -> None:
    heard, unheard = (after_a_failure(FATES, d, r)["complained"] for d in ("desk", "none"))
    assert heard[0] > unheard[0]
    assert heard[1] < unheard[1]
    assert heard[2] < unheard[2]


def test_most_of_those_who_were_failed_say_nothing() -> None:
    assert (measured(FAILING, "complaint_rate", "one channel") < 0.5).all()


# --- learning ---------------------------------------------------------------------------------------------


def test_a_firm_that_acts_on_complaints_fails_less_often_later() -> None:
    assert lowers(FAILING, "failure_rate", "learns", "desk")
    late = [
        counted(FAILING, Tally.FAILURES, d, 65) / counted(FAILING, Tally.PURCHASES, d, 65)
        for d in ("desk", "learns")
    ]
    early = [
        counted(FAILING, Tally.FAILURES, d, 26, 39) / counted(FAILING, Tally.PURCHASES, d, 26, 39)
        for d in ("desk", "learns")
    ]
    assert (late[0] / late[1] > early[0] / early[1]).all()
    assert raises(FAILING, "satisfaction", "learns", "desk")


def test_the_more_is_complained_of_the_more_is_learned() -> None:
    deaf, open_to_all = (
        FAILING.replace("designs", {"desk": desk(channels=c, acted_on=1.0)}) for c in (1, 10)
    )
    assert (differences(deaf, open_to_all, "failure_rate", "desk") < 0).all()
