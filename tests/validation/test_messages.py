"""Messages and talk: a message moves who hears it, and nobody where friends do not count."""

from __future__ import annotations

import numpy as np

from sim.validation import messages
from sim.validation.trial import Trial, firms
from tests.validation.asking import asked, off


def test_praise_brings_purchases_and_a_warning_takes_them_and_neither_where_nobody_listens() -> None:
    found = messages.shift(asked(customers=3000))
    assert found["F10a"] > 0.02
    assert found["F10b"] < -0.02
    assert messages.shift(asked(off("word_of_mouth"), customers=300)) == {"F10a": 0.0, "F10b": 0.0}


def test_a_message_that_counts_for_nothing_moves_nobody_and_one_that_counts_for_more_moves_more() -> None:
    deaf = {"word_of_mouth.liking": 0.0, "word_of_mouth.disliking": 0.0, "word_of_mouth.expectation": 0.0}
    assert messages.shift(asked(deaf, customers=500)) == {"F10a": 0.0, "F10b": 0.0}
    assert (
        messages.shift(asked({"word_of_mouth.liking": 2.0}, customers=3000))["F10a"]
        > messages.shift(asked(customers=3000))["F10a"]
    )


def test_only_those_who_are_told_hold_a_firm_in_other_regard() -> None:
    trial = Trial(0)
    plan = trial.world(firms(2), rate=0.5, customers=100, weeks=4, customers_more={"network": {"degree": 4}})
    market = trial.market(plan)
    told = np.arange(100) < 30
    messages.say(market, told, good=True)
    regard = market.population.column("regard", 0)
    assert (regard[told] > 0).all()
    assert not regard[~told].any()
    assert not market.population.column("regard", 1).any()


def test_more_talk_and_kinder_talk_raise_sales_and_by_more_where_it_counts_for_more() -> None:
    usual = messages.elasticities(asked(customers=2000))
    eager = {"word_of_mouth.good_talk": 0.4, "word_of_mouth.liking": 2.0, "word_of_mouth.disliking": 2.0}
    strong = messages.elasticities(asked(eager, customers=2000))
    assert 3.5 < usual["stars"] < 4.5
    assert 0 < usual["F11b"] < strong["F11b"]
    assert strong["F11a"] > 0.05


def test_praise_in_place_of_a_warning_counts_where_the_warning_itself_did_not() -> None:
    harmless = {"word_of_mouth.liking": 2.0, "word_of_mouth.disliking": 0.01}
    assert messages.elasticities(asked(harmless, customers=2000))["F11b"] > 0.05


def test_where_nobody_talks_more_of_it_changes_no_sale() -> None:
    found = messages.elasticities(asked(off("word_of_mouth"), customers=300))
    assert (found["F11a"], found["F11b"]) == (0.0, 0.0)
