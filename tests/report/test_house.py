"""A comparison of what a house does with its brands: the house's profit is shown, and what has no value has no rank."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import sim
from sim.experiments import Comparison
from sim.report import tables


@pytest.fixture(scope="module")
def result() -> Comparison:
    world = sim.load("scenarios/brand_house.yaml")
    return sim.compare(world, designs=["no_launch", "launch", "launch_cheap"], replicates=2, customers=600)


def test_a_design_without_a_value_has_no_rank_and_the_summary_says_so(result: Comparison) -> None:
    assert result.without("retention") == ("no_launch",)
    assert "no_launch" not in result.rankings["retention"].ranks
    assert set(result.rankings["profit"].ranks) == set(result.designs)
    assert "no_launch has no retention in some replicate, and so no rank." in result.summary()
    assert "over a million" not in result.summary()


def test_what_the_house_earns_stands_in_the_table_of_a_brand(result: Comparison) -> None:
    console = Console(width=200, file=io.StringIO(), record=True)
    for table in (tables.headline(result, "retention"), *tables.metrics(result, 200)):
        console.print(table)
    said = console.export_text()
    assert "house_profit" in said
    assert "house_share" in said
