"""Experiments on the real market: what the fakes of the other tests stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.experiments import Comparison, compare, focal_path
from sim.market import Market
from tests.experiments.fake import world

SMALL = {"customers": 150, "weeks": 30}


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(world(), replicates=3, **SMALL)


def test_the_path_agrees_with_the_panel_and_with_the_books() -> None:
    market = Market(world(), design="points", **SMALL).run()
    path, panel, books = focal_path(market), market.panel(), market.books()
    ours = panel[panel["firm"] == "Harbour"].groupby("week")
    for name in ("active", "members", "purchases", "revenue"):
        assert path[name].to_numpy() == pytest.approx(ours[name].sum().to_numpy())
    assert path["profit"].to_numpy() == pytest.approx(books[books["firm"] == "Harbour"]["profit"].to_numpy())
    assert path["members"].iloc[-1] > 0


def test_a_cell_of_a_comparison_is_the_market_of_the_same_name(result: Comparison) -> None:
    market = Market(world(), design="stamps", seed=1, replicate=2, **SMALL).run()
    for metric, value in market.metrics().items():
        kept = result.samples[metric]["stamps"][2]
        if metric != "incremental_profit":
            assert kept == value or (pd.isna(kept) and pd.isna(value))


def test_until_the_burn_in_ends_all_designs_live_the_same_life(result: Comparison) -> None:
    before = result.paths[result.paths["week"] < world().horizon.burn_in]
    for _, weeks in before.groupby(["replicate", "week"]):
        assert weeks.drop(columns=["design", "replicate"]).drop_duplicates().shape[0] == 1


def test_two_identical_designs_differ_by_exactly_nothing(result: Comparison) -> None:
    for metric, difference in result.paired["twin"].items():
        first, twin = (result.samples[metric][design] for design in (result.designs[0], "twin"))
        np.testing.assert_array_equal(first, twin)
        if difference.mean is not None:
            assert (difference.mean, difference.low, difference.high, difference.p_better) == (0, 0, 0, 0.5)


def test_pairing_pays_in_the_real_market() -> None:
    wide = compare(world(), designs=["none", "points"], replicates=12, customers=400, weeks=62)
    assert wide.paired["points"]["revenue"].gain > 1.5
