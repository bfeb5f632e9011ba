"""Who wins and who loses by a change of the programme."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import sim
from sim.experiments import ExperimentError, Winners
from sim.scenario import Scenario
from tests.worlds import busy

LEVELS = [{"name": "Gold", "spend": 150, "multiplier": 1.5}, {"name": "Black", "spend": 400, "multiplier": 2}]


def changed(programme: dict[str, Any] | None) -> Scenario:
    """Harbour with levels, and a design that changes its programme when all have got used to it."""
    world = busy(horizon={"weeks": 46, "burn_in": 20}).model_dump(mode="json")
    world["firms"][0]["programme"]["tiers"] = {"levels": LEVELS, "window": "rolling"}
    world["designs"] = {"as it is": {}, "changed": {"programme": programme}}
    return Scenario.model_validate(world)


@cache
def dearer() -> Winners:
    return sim.winners(changed({"points": {"threshold": 120}}), design="changed", replicates=3, customers=300)


def test_nearly_everybody_loses_when_a_reward_takes_twice_the_points() -> None:
    everybody = dearer().table().iloc[0]
    assert everybody["by"] == "all"
    assert everybody["members"] > 60
    assert everybody["lost"] > 5 * everybody["won"]
    assert everybody["high"] < 0


def test_heavy_buyers_lose_most_by_it() -> None:
    table = dearer().table()
    deciles = table[table["by"] == "decile"].set_index("group")["change"]
    assert deciles.loc[1:3].mean() < 2 * deciles.loc[8:10].mean() < 0


def test_the_groups_are_segments_levels_and_deciles_of_the_same_members() -> None:
    table = dearer().table()
    members = table.groupby("by")["members"].sum()
    assert members.to_dict() == pytest.approx(
        dict.fromkeys(["all", "segment", "level", "decile"], members["all"])
    )
    assert set(table[table["by"] == "level"]["group"]) == {"none", "Gold", "Black"}
    assert set(table[table["by"] == "segment"]["group"]) == {"families", "singles"}


def test_nobody_wins_or_loses_by_a_change_of_the_name() -> None:
    table = sim.winners(changed({"name": "Other"}), design="changed", replicates=1, customers=100).table()
    assert (table[["won", "lost", "change"]] == 0).all(axis=None)


def test_by_visits_instead_of_spending_light_baskets_win() -> None:
    """The real change of 2016 the other way round: what a basket is worth no longer counts."""
    by_visits = {"points": {"per_currency": 0.0, "per_visit": 25.0}}
    result = sim.winners(changed(by_visits), design="changed", replicates=3, customers=300)
    segments = result.table().set_index("group")["change"]
    assert segments["singles"] > segments["families"]


def test_following_what_members_receive_changes_nothing_they_do() -> None:
    world = changed({"points": {"threshold": 120}})
    followed = sim.Market(world, design="changed", customers=200, follow=True).run()
    free = sim.Market(world, design="changed", customers=200).run()
    assert (followed.tallies == free.tallies).all()


def test_a_design_is_not_compared_with_itself_or_without_members() -> None:
    world = changed(None)
    with pytest.raises(ExperimentError, match="against itself"):
        sim.winners(world, design="as it is")
    bare = world.replace("firms.Harbour.programme", None)
    bare = bare.replace("designs.changed", {"programme": {"stamps": {"needed": 4, "reward": 9}}})
    with pytest.raises(ExperimentError, match="no members"):
        sim.winners(bare, design="changed", replicates=1, customers=50)
