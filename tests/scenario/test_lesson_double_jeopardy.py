"""The lesson of double jeopardy shows what its header says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from sim.market import Market
from sim.scenario import load

WORLD = load(Path(__file__).parents[2] / "scenarios" / "lessons" / "double_jeopardy.yaml")
SWAPPED = WORLD.vary({"firms.Pip.share": 0.45, "firms.Arabel.share": 0.08})


@cache
def brands(design: str, replicate: int, swapped: bool = False) -> pd.DataFrame:
    """firm x (buyers in a quarter, mean of quarters; purchases of each in a quarter; all purchases)."""
    market = Market(SWAPPED if swapped else WORLD, design=design, replicate=replicate).run()
    rows = market.panel().query("week >= 52")
    ends = rows[(rows["week"] - 52) % 13 == 12]
    found = pd.DataFrame(
        {"active": ends.groupby("firm")["active"].sum(), "bought": rows.groupby("firm")["purchases"].sum()}
    )
    return found.assign(buyers=found["active"] / 8, each=found["bought"] / found["active"])


@pytest.mark.parametrize("replicate", range(2))
def test_a_small_brand_has_fewer_buyers_and_they_buy_it_less_often(replicate: int) -> None:
    found = brands("nothing", replicate).loc[["Arabel", "Bourbon", "Caturra", "Pip"]]
    assert found["buyers"].is_monotonic_decreasing and found["each"].is_monotonic_decreasing
    many, often = found.loc["Arabel"] / found.loc["Pip"], found["each"]["Arabel"] / found["each"]["Pip"]
    assert many["buyers"] > 4 and 1.15 < often < 1.6, "how many buy differs much, how often little"


@pytest.mark.parametrize("replicate", range(2))
@pytest.mark.parametrize("design", ["card", "better_coffee"])
def test_neither_a_card_nor_better_coffee_makes_the_small_brand_a_big_one(
    design: str, replicate: int
) -> None:
    before, after = brands("nothing", replicate), brands(design, replicate)
    assert after["each"]["Pip"] > before["each"]["Pip"], "it is bought more often"
    assert after["each"]["Pip"] < before["each"]["Arabel"]
    assert after["buyers"]["Pip"] < 0.6 * before["buyers"]["Caturra"], "and stays the smallest by far"


@pytest.mark.parametrize("replicate", range(2))
def test_with_the_share_of_the_big_brand_its_buyers_are_the_loyal_ones(replicate: int) -> None:
    found = brands("nothing", replicate, swapped=True)
    assert found["each"]["Pip"] > 1.15 * found["each"]["Arabel"]
