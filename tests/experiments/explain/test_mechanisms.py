"""What is switched off together, and what each family adds."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

import sim
from sim.experiments import ExperimentError
from sim.experiments.explain import shapley
from sim.experiments.explain.families import ALWAYS_ON, FAMILIES, MECHANISMS, WORDS
from sim.rules import Behaviour
from sim.scenario import ScenarioError
from tests.experiments.explain.worlds import grocers, of_points, only, pretended

ASKED = {"design": "points", "against": "none", "parts": ("mechanisms",), "replicates": 2, "workers": 1}


def test_every_mechanism_is_in_one_family_or_always_on() -> None:
    members = [name for family in FAMILIES.values() for name in family]
    assert sorted(members) == sorted(MECHANISMS)
    assert sorted([*members, *ALWAYS_ON]) == sorted(Behaviour.model_fields)
    assert set(WORDS) == set(FAMILIES)


def test_the_whole_difference_goes_to_the_family_that_makes_it() -> None:
    result = sim.explain(grocers(), **ASKED, run_cell=pretended(lambda on, r: 100.0 * ("trust" in on) + r))
    table = result.frame("shapley").set_index("family")
    assert table.index.tolist() == ["satisfaction"]
    assert table.loc["satisfaction", "mean"] == 100.0
    assert result.remains.mean == 0.5
    assert result.difference.mean == 100.5
    assert result.frame("mechanisms").set_index("mechanism").loc["trust", "change"] == -100.0


def test_two_that_stand_in_for_each_other_show_nothing_alone_and_share_what_they_do() -> None:
    worth = pretended(lambda on, r: 60.0 * ("trust" in on or "inertia" in on), alive=("trust", "inertia"))
    result = sim.explain(grocers(), **ASKED, run_cell=worth)
    alone = result.frame("mechanisms").set_index("mechanism")
    assert alone.loc[["trust", "inertia"], "change"].tolist() == [0.0, 0.0]
    assert result.frame("shapley").set_index("family")["mean"].to_dict() == {
        "habit": 30.0,
        "satisfaction": 30.0,
    }


def test_mechanisms_that_change_nothing_are_named_and_their_families_left_on() -> None:
    result = sim.explain(grocers(), **ASKED, run_cell=pretended(lambda on, r: 5.0 * ("price" in on)))
    assert set(MECHANISMS) - set(result.idle) == {"price"}
    assert "to the bit: need, drift" in result.summary()
    off = set(result.values["off"])
    assert not any("trust" in one and one != "trust" for one in off), "satisfaction is not played"


@pytest.mark.parametrize("orders", [2, 9])
def test_where_more_than_six_families_act_orders_are_drawn_and_still_add_up(orders: int) -> None:
    first = [members[0] for members in FAMILIES.values()]
    worth = pretended(lambda on, r: float(sum(name in on for name in first)) ** 2 + r * ("price" in on))
    result = sim.explain(grocers(), **ASKED, orders=orders, run_cell=worth)
    table = result.frame("shapley")
    assert result.orders == orders
    assert len(table) == 8
    assert table["mean"].sum() == pytest.approx(result.difference.mean - result.remains.mean, rel=1e-12)
    assert (table["sampling_error"] > 0).any()
    # (n + 1)^2 - n^2: who comes after n others adds 2 n + 1; price adds r, 0.5 on average, besides.
    drawn = shapley.orders(tuple(FAMILIES), orders, seed=1)
    for _, row in table.iterrows():
        after = [order.index(row["family"]) for order in drawn]
        assert row["mean"] == pytest.approx(np.mean(after) * 2 + 1 + 0.5 * (row["family"] == "price"))
    assert "drawn at random" in result.summary()


def test_in_a_real_market_the_families_add_up_in_every_world() -> None:
    result = of_points()
    assert result.orders == 0
    total = result.frame("shapley")["mean"].sum()
    assert total == pytest.approx(result.difference.mean - result.remains.mean, rel=1e-9)
    assert result.frame("shapley")["family"].tolist() != []
    assert result.idle == ["stamps"]


def test_where_price_alone_is_felt_all_that_customers_do_is_put_down_to_price() -> None:
    world = grocers(only("choice", "price", "leaving"))
    result = sim.explain(world, design="cheaper", against="none", metric="revenue", parts=("mechanisms",),
                         mechanisms=("price", "inertia"), replicates=2, workers=1)  # fmt: skip
    table = result.frame("shapley").set_index("family")
    assert table.index.tolist() == ["price"]
    assert result.remains.mean < 0 < table.loc["price", "mean"]
    assert table.loc["price", "mean"] == pytest.approx(result.difference.mean - result.remains.mean)
    assert result.idle == ["inertia"]


def test_a_metric_without_value_in_some_coalition_is_not_shared_out() -> None:
    worth = pretended(lambda on, r: 3.0 if "points" in on else nan)
    result = sim.explain(grocers(), **ASKED, run_cell=worth)
    assert result.shapley.empty
    assert "cannot be shared" in result.summary()


def test_a_metric_without_value_under_either_design_is_refused() -> None:
    with pytest.raises(ExperimentError, match="choose another metric"):
        sim.explain(grocers(), **ASKED, run_cell=pretended(lambda on, r: nan))


def test_what_cannot_be_switched_off_or_is_not_there_is_said() -> None:
    with pytest.raises(ScenarioError, match="act through it"):
        sim.explain(grocers(), **ASKED, mechanisms=("choice",))
    with pytest.raises(ScenarioError, match=r"no mechanism is called 'prise'; did you mean 'promise'"):
        sim.explain(grocers(), **ASKED, mechanisms=("prise",))
    with pytest.raises(ScenarioError, match="no metric is called 'profits'"):
        sim.explain(grocers(), **ASKED, metric="profits")
    with pytest.raises(ExperimentError, match="against itself"):
        sim.explain(grocers(), design="none", against="none")
    with pytest.raises(ExperimentError, match="--design: twin, cheaper, points, member_prices"):
        sim.explain(grocers())
    with pytest.raises(ExperimentError, match="--orders is 1"):
        sim.explain(grocers(), **ASKED, orders=1)
