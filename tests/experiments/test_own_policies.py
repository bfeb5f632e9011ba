"""Policies from the user's Python, in a comparison: every market makes its own, and results are told apart by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError
from sim.scenario import ScenarioError
from tests.worlds import busy


class Dearer(sim.Policy):
    """Asks one per cent more in every week."""

    def __init__(self) -> None:
        self.weeks = 0

    def price(self, view: Any, price: float) -> float:
        assert view.week == self.weeks, "a market that shared its policy with another would have lost count"
        self.weeks += 1
        return price * 1.01**self.weeks


class Cheaper(sim.Policy):
    """Asks one per cent less."""

    def price(self, view: Any, price: float) -> float:
        return price * 0.99


def run(policies: Any, **options: Any) -> Any:
    world = busy(designs={"kept": {}, "cards": {"programme": {"stamps": {"needed": 3, "reward": 2.0}}}})
    return sim.compare(world, replicates=2, customers=60, policies=policies, **options)


def test_a_rival_with_a_policy_of_ones_own_is_in_every_market_of_a_comparison() -> None:
    usual, dearer = run(None), run({"Mill": Dearer})
    prices = dearer.panel[dearer.panel["firm"] == "Mill"].groupby("week")["price"].first()
    assert prices.iloc[-1] == pytest.approx(1.01**20)
    assert (usual.panel[usual.panel["firm"] == "Mill"]["price"] == 1.0).all()


def test_the_number_of_workers_does_not_matter() -> None:
    one, two = (run({"Mill": [Dearer, Cheaper]}, workers=n).values for n in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_a_folder_made_with_one_policy_refuses_another(tmp_path: Path) -> None:
    run({"Mill": Dearer}, out=tmp_path / "run")
    run({"Mill": Dearer}, out=tmp_path / "run")
    for other in (None, {"Mill": Cheaper}, {"Barrow": Dearer}):
        with pytest.raises(ExperimentError):
            run(other, out=tmp_path / "run")


def test_a_policy_whose_source_cannot_be_read_is_refused() -> None:
    nowhere = type("Nowhere", (sim.Policy,), {})
    with pytest.raises(ExperimentError, match="source of a policy of 'Mill' cannot be read"):
        run({"Mill": nowhere})


def test_a_policy_of_a_firm_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ExperimentError, match="no firm is called 'Mil'; did you mean 'Mill'"):
        run({"Mil": Dearer})


def test_an_object_is_no_policy_to_make() -> None:
    with pytest.raises((ScenarioError, ExperimentError), match="Mill"):
        run({"Mill": Dearer()})
