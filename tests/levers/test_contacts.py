"""Messages to customers: they remind and tire; data make them fit, or pry; triggers find the right customer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import CONTACTED
from tests.levers.pairs import (
    REPLICATES,
    counted,
    gains,
    lived_to,
    lowers,
    measured,
    pair,
    raises,
    run,
    weeks_of,
)

EASY = {"per_week": 0.25, "members_only": False}


def contacts(**changes: Any) -> dict[str, Any]:
    return {"contacts": EASY | changes}


WRITES = pair(
    {
        "none": {},
        "some": contacts(),
        "many": contacts(per_week=1.0),
        "half agree": contacts(opt_in=0.5),
        "mail": contacts(channel="mail"),
        "many by sms": contacts(per_week=1.0, channel="sms"),
        "many by mail": contacts(per_week=1.0, channel="mail"),
        "class": contacts(granularity="class"),
        "individual": contacts(granularity="individual"),
        "shallow": contacts(granularity="class", data_depth=0.1),
        "deep": contacts(granularity="class", data_depth=1.0),
        "prying": contacts(granularity="individual", data_depth=1.0, per_week=0.5),
        "discreet": contacts(granularity="individual", data_depth=0.5, per_week=0.5),
        "costly data": contacts(granularity="individual", data_cost=0.05),
    },
    customers=4000,
)


# --- reminding and tiring ---------------------------------------------------------------------------------


def test_reminders_bring_purchases() -> None:
    assert raises(WRITES, "share", "some")
    assert raises(WRITES, "contact_rate", "some")
    assert raises(WRITES, "behavioural", "some")


def test_too_many_messages_make_customers_opt_out() -> None:
    assert (measured(WRITES, "opt_out_rate", "some") < 0.05).all()
    assert (measured(WRITES, "opt_out_rate", "many") > 0.2).all()


def test_messages_tire_the_more_the_more_they_interrupt() -> None:
    assert raises(WRITES, "opt_out_rate", "many by sms", "many")
    assert lowers(WRITES, "opt_out_rate", "many by mail", "many")


def test_messages_wear_out() -> None:
    """Four times as many messages bring less than four times the purchases, though nobody opts out."""
    patient = WRITES.replace("behaviour.contact", {"reminder": 3.0, "opt_out": 0.0})
    bought = {d: counted(patient, Tally.PURCHASES, d) for d in ("none", "some", "many")}
    sent = {d: counted(patient, Tally.CONTACTS, d) for d in ("some", "many")}
    each = {d: (bought[d] - bought["none"]) / sent[d] for d in sent}
    assert (each["many"] < 0.7 * each["some"]).all()
    assert (each["some"] > 0).all()


def test_who_opted_out_or_never_agreed_is_left_in_peace() -> None:
    sent, half = (counted(WRITES, Tally.CONTACTS, d) for d in ("some", "half agree"))
    np.testing.assert_allclose(half / sent, 0.5, atol=0.06)
    agreed = WRITES.replace("firms.Harbour.contacts", EASY | {"opt_in": 0.5, "per_week": 0.0})
    half = counted(agreed, Tally.CONTACTS, "half agree")
    np.testing.assert_allclose(half / sent, 0.5, atol=0.06)
    for r in REPLICATES:
        market = Market(WRITES, design="many", replicate=r)
        refused = np.zeros(4000, bool)
        for _ in weeks_of(market):
            written_to = (market.population.column("happened") & CONTACTED) != 0
            assert not (written_to & refused).any()
            refused = (market.population.column("knows") >> 16) & 1 == 1
        assert refused.any()


# --- fitting and prying -----------------------------------------------------------------------------------


def test_the_better_a_message_fits_the_more_it_brings_and_the_less_it_annoys() -> None:
    for less, more in (("some", "class"), ("class", "individual"), ("shallow", "deep")):
        for measure in ("share", "satisfaction"):
            assert raises(WRITES, measure, more, less), (less, more, measure)
    often = pair({g: contacts(per_week=1.0, granularity=g) for g in ("mass", "class", "individual")})
    assert lowers(often, "opt_out_rate", "class", "mass")
    assert lowers(often, "opt_out_rate", "individual", "class")


def test_a_firm_that_shows_that_it_knows_too_much_loses_trust() -> None:
    assert (counted(WRITES, Tally.CREEPY_CONTACTS, "prying") > 0).all()
    assert not counted(WRITES, Tally.CREEPY_CONTACTS, "discreet").any()
    assert not counted(WRITES, Tally.CREEPY_CONTACTS, "deep").any()
    assert lowers(WRITES, "trust", "prying", "discreet")
    assert raises(WRITES, "defection_rate", "prying", "discreet")


def test_deep_data_can_cost_more_purchases_than_they_win() -> None:
    """Where messages are frequent, the trust lost outweighs the better fit."""
    world = pair(
        {
            d: contacts(granularity="individual", data_depth=x, per_week=1.0)
            for d, x in (("none", 0.5), ("turned", 1.0))
        }
    )
    assert lowers(world, "share")


# --- triggers ---------------------------------------------------------------------------------------------

CARD = {"enrolment": {"automatic": True}, "stamps": {"needed": 10, "reward": 12.0}}


@pytest.mark.parametrize("r", REPLICATES)
def test_a_birthday_comes_once_a_year(r: int) -> None:
    world = pair(
        {"none": contacts(per_week=0.0), "turned": contacts(per_week=0.0, triggers={"birthday": True})}
    )
    assert run(world, "none", r).metrics()["contact_rate"] == 0.0
    market = lived_to(world, "turned", r, 26)
    times, customer = np.zeros(2000, int), market.population.column("last_week", 0) >= 26 - 8
    for _ in weeks_of(market):
        times += (market.population.column("happened") & CONTACTED) != 0
        customer &= market.population.column("last_week", 0) >= market.week - 8
    assert times.max() == 1
    assert (times[customer] == 1).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_who_has_stayed_away_for_so_long_is_written_to_and_nobody_else(r: int) -> None:
    world = pair(
        {"none": contacts(per_week=0.0), "turned": contacts(per_week=0.0, triggers={"lapse_weeks": 6})}
    )
    market, any_at_all = Market(world, design="turned", replicate=r), False
    last = market.population.column("last_week", 0)
    for week in weeks_of(market):
        got = (market.population.column("happened") & CONTACTED) != 0
        assert (week - last[got] == 6).all()
        any_at_all |= bool(got.any())
        last = market.population.column("last_week", 0)
    assert any_at_all


@pytest.mark.parametrize("r", REPLICATES)
def test_who_is_near_a_reward_is_written_to_and_nobody_else(r: int) -> None:
    member = {"programme": CARD, "contacts": EASY | {"per_week": 0.0, "triggers": {"near_reward": True}}}
    market = lived_to(pair({"none": member}), "none", r, 27)
    stamps, any_at_all = market.population.column("stamps"), False
    for _ in weeks_of(market):
        got = (market.population.column("happened") & CONTACTED) != 0
        assert (stamps[got] >= 8).all()
        any_at_all |= bool(got.any())
        stamps = market.population.column("stamps")
    assert any_at_all


@pytest.mark.parametrize("trigger", [{"birthday": True}, {"lapse_weeks": 4}, {"near_reward": True}])
def test_each_trigger_brings_purchases(trigger: dict[str, Any]) -> None:
    quiet = {"programme": CARD, **contacts(per_week=0.0)}
    world = pair({"none": quiet, "turned": quiet | contacts(per_week=0.0, triggers=trigger)}, customers=8000)
    assert raises(world, "share")


def test_a_message_at_the_right_moment_brings_more_than_one_at_random() -> None:
    quiet = contacts(per_week=0.0)
    world = pair(
        {
            "none": quiet,
            "random": contacts(per_week=0.05),
            "lapse": contacts(per_week=0.0, triggers={"lapse_weeks": 4}),
        },
        customers=4000,
    )
    each = {
        d: (counted(world, Tally.PURCHASES, d) - counted(world, Tally.PURCHASES, "none")).sum()
        / counted(world, Tally.CONTACTS, d).sum()
        for d in ("random", "lapse")
    }
    assert each["lapse"] > each["random"] > 0


# --- what it costs ----------------------------------------------------------------------------------------


def communication(design: str, replicate: int) -> float:
    return run(WRITES, design, replicate).firms[0].ledger.balance(Account.COMMUNICATION) / 100


@pytest.mark.parametrize("r", REPLICATES)
def test_letters_cost_more_than_email_and_data_cost_besides(r: int) -> None:
    for design, price in (("some", 0.02), ("mail", 0.6)):
        sent = run(WRITES, design, r).tallies[..., Tally.CONTACTS].sum()
        assert communication(design, r) == pytest.approx(price * sent, abs=0.5)
    reached = run(WRITES, "costly data", r).tallies[26:, :, 0, :, Tally.REACHABLE].sum()
    gain = communication("costly data", r) - communication("individual", r)
    assert gain == pytest.approx(0.05 * reached, abs=1.0)
    lost = gains(WRITES, "profit", "costly data", "individual")
    assert lost[r] == pytest.approx(-gain, abs=0.01)
