"""Kinds of loyalty, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures.bonds import (
    affective,
    behavioural,
    conative,
    disloyal,
    hostage,
    latent,
    loyal,
    rung_aware,
    rung_interdependent,
    rung_loyal,
    rung_satisfied,
    truly_loyal,
)
from sim.measures.tally import INDEX_SCALE
from tests.measures.records import ours, record
from tests.worlds import bustling, duel

KINDS = {"loyal": loyal, "latent": latent, "hostage": hostage, "disloyal": disloyal}
RUNGS = {
    "rung_aware": rung_aware,
    "rung_satisfied": rung_satisfied,
    "rung_loyal": rung_loyal,
    "rung_interdependent": rung_interdependent,
}


def test_attachment_is_the_mean_over_active_customers_at_the_end() -> None:
    assert affective(record(2, active=ours(90, 10), attachment=INDEX_SCALE * ours(7, -4))) == -0.4


@pytest.mark.parametrize(("measure", "tally"), [(behavioural, "behavioural"), (conative, "intention")])
def test_deed_and_intention_are_means_over_all_censuses_together(measure, tally) -> None:
    """30 customers at 1/2 in one census and 10 at 9/10 in the next: 24 of 40, not the mean of the two means."""
    made = record(2, census=ours(30, 10), active=ours(500, 500), **{tally: INDEX_SCALE * ours(15, 9)})
    assert measure(made) == pytest.approx(24 / 40)


@pytest.mark.parametrize("kind", [*KINDS, "truly_loyal"])
def test_a_kind_of_loyalty_is_a_share_of_those_in_all_censuses(kind: str) -> None:
    measure = {**KINDS, "truly_loyal": truly_loyal}[kind]
    assert measure(record(2, census=ours(30, 10), active=ours(500, 500), **{kind: ours(6, 4)})) == 0.25


@pytest.mark.parametrize(("rung", "share"), [*zip(RUNGS, (0.4, 0.3, 0.2, 0.1), strict=True)])
def test_a_rung_is_a_share_of_those_on_the_ladder(rung: str, share: float) -> None:
    """Those who are aware are no customers of the firm, and still on the ladder."""
    made = record(
        2, census=ours(5, 5), rung_aware=ours(30, 10), rung_satisfied=ours(20, 10), rung_loyal=ours(10, 10),
        rung_interdependent=ours(6, 4),
    )  # fmt: skip
    assert RUNGS[rung](made) == pytest.approx(share)


@pytest.mark.parametrize(
    "measure", [affective, behavioural, conative, truly_loyal, *KINDS.values(), *RUNGS.values()]
)
def test_without_a_census_there_is_no_loyalty_to_speak_of(measure) -> None:
    assert math.isnan(measure(record()))


# --- the same in a market ---------------------------------------------------------------------------------


def test_every_customer_is_of_one_kind_and_on_one_rung() -> None:
    metrics = Market(bustling(), customers=2000).run().metrics()
    assert sum(metrics[kind] for kind in KINDS) == pytest.approx(1.0)
    assert sum(metrics[rung] for rung in RUNGS) == pytest.approx(1.0)
    assert all(metrics[name] > 0 for name in (*KINDS, "rung_aware", "rung_satisfied"))
    assert 0 < metrics["behavioural"] < 1
    assert 0 < metrics["conative"] < 1
    assert metrics["truly_loyal"] <= metrics["delighted"] + 0.1


def test_the_attached_who_buy_elsewhere_too_are_loyal_where_they_buy_most() -> None:
    """Everybody likes Harbour and not Mill; who buys at one only is loyal to Harbour or a hostage of Mill."""
    market = Market(duel({"as written": {}}, customers=400, weeks=13, burn_in=0))
    while market.week < 12:
        market.step()
    people = market.population
    people.set_column("rate", 0.0)
    people.set_column("attachment", 1.0, 0)
    people.set_column("attachment", -1.0, 1)
    market.step()
    harbour, mill = market.metrics("Harbour"), market.metrics("Mill")
    assert harbour["loyal"] + harbour["latent"] == pytest.approx(1.0)
    assert mill["hostage"] + mill["disloyal"] == pytest.approx(1.0)
    assert min(harbour["loyal"], harbour["latent"], mill["hostage"], mill["disloyal"]) > 0.1
    assert harbour["affective"] == pytest.approx(1.0, abs=0.01)
    assert mill["affective"] == pytest.approx(-1.0, abs=0.01)
