"""How many replicates are enough: the run stops when it is sure, and looking often deceives nobody."""

from __future__ import annotations

from math import nan
from pathlib import Path

import numpy as np
import pytest

from sim.experiments import ExperimentError, Interrupted, compare
from sim.experiments.enough import Enough, Until, look
from tests.experiments.fake import run_cell, world

THREE = ["none", "points", "member_prices"]


def false_words(until: Until, truth: list[float], errors: list[float], runs: int = 400) -> float:
    """Share of runs that ever say something wrong: two told apart that are equal, alike that differ by `least`."""
    wrong = 0
    for run in range(runs):
        generator = np.random.default_rng([17, run])
        luck = np.array(truth)[:, None] + generator.normal(0, 1, (len(truth), until.most))
        for size, error in zip(until.looks, errors, strict=True):
            values = {str(i): one[:size] for i, one in enumerate(luck)}
            found = look(values, error=error, least=until.least)
            apart = [pair for pair in found.apart if truth[int(pair[0])] <= truth[int(pair[1])]]
            least = until.least or 0.0
            alike = [p for p in found.alike if abs(truth[int(p[0])] - truth[int(p[1])]) >= least]
            if apart or alike:
                wrong += 1
                break
            if not found.open:
                break
    return wrong / runs


def test_of_designs_that_do_not_differ_five_runs_in_a_hundred_at_most_tell_two_apart() -> None:
    until = Until("profit", 128)
    errors = [until.error(number) for number, _ in enumerate(until.looks, 1)]
    assert false_words(until, [0.0, 0.0, 0.0], errors) <= 0.05
    # The test can fail: who spends all at every look says something wrong far more often.
    assert false_words(until, [0.0, 0.0], [0.05] * len(errors)) > 0.08


def test_designs_that_differ_by_what_matters_are_seldom_called_alike() -> None:
    until = Until("profit", 128, least=0.5)
    errors = [until.error(number) for number, _ in enumerate(until.looks, 1)]
    assert false_words(until, [0.0, 0.5], errors) <= 0.05


@pytest.mark.parametrize("most", [2, 8, 9, 100, 256])
def test_the_error_of_all_looks_is_five_per_cent(most: int) -> None:
    until = Until("profit", most)
    assert sum(until.error(number) for number, _ in enumerate(until.looks, 1)) == pytest.approx(0.05)
    assert until.looks[-1] == most and list(until.looks) == sorted(set(until.looks))


def test_a_run_stops_at_the_first_look_that_tells_all_designs_apart() -> None:
    heard = []
    result = compare(
        world(), designs=THREE, until_sure=True, most=64, workers=1, run_cell=run_cell, tell=heard.append
    )
    assert result.replicates == heard[-1].replicates < 64
    assert not heard[-1].open and all(one.open for one in heard[:-1])
    assert result.ranking("profit").groups == (("points",), ("none",), ("member_prices",))
    assert f"Stopped after {result.replicates} replicates" in result.summary()
    assert result.to_dict()["enough"]["settled"] is True


def test_a_run_that_cannot_tell_goes_on_to_the_most_and_says_what_is_open() -> None:
    result = compare(
        world(), designs=["points", "stamps"], until_sure=True, most=16, workers=1, run_cell=run_cell
    )
    assert result.replicates == 16
    assert "still open on profit: points and stamps" in result.summary()


def test_a_difference_that_does_not_matter_settles_it() -> None:
    result = compare(
        world(), designs=["points", "stamps"], until_sure=True, least=0.05, workers=1, run_cell=run_cell
    )
    assert result.replicates < 64
    assert "points and stamps differ by less than 0.05" in result.summary()


def test_designs_that_are_the_same_in_every_world_are_settled_at_once() -> None:
    result = compare(world(), designs=["none", "twin"], until_sure=True, workers=1, run_cell=run_cell)
    assert result.replicates == 8
    assert "the same in every world" in result.summary()


def test_designs_without_a_value_are_not_called_settled() -> None:
    result = compare(
        world(),
        designs=["none", "points"],
        until_sure=True,
        metric="redemption_rate",
        workers=1,
        run_cell=run_cell,
    )
    assert result.enough is not None and not result.enough.settled
    assert "fewer than two designs have a value of redemption_rate" in result.summary()


def test_a_growing_run_goes_on_from_its_journal_and_refuses_other_settings(tmp_path: Path) -> None:
    asked = {
        "designs": ["points", "stamps"],
        "until_sure": True,
        "most": 32,
        "workers": 1,
        "run_cell": run_cell,
    }
    whole = compare(world(), **asked)
    count = 0

    def cut(done: int, total: int) -> None:
        nonlocal count
        count += 1
        if count == 25:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        compare(world(), **asked, out=tmp_path / "run", progress=cut)
    result = compare(world(), **asked, out=tmp_path / "run")
    assert result.provenance["markets_kept"] > 8
    assert result.values.equals(whole.values)
    assert (result.replicates, result.enough) == (whole.replicates, whole.enough)
    with pytest.raises(ExperimentError, match="most: 32 -> 64"):
        compare(world(), **{**asked, "most": 64}, out=tmp_path / "run")


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"most": 1}, "--most is 1"),
        ({"least": 0.0}, "--least is 0.0"),
        ({"metric": "profits"}, "'profit'"),
        ({"designs": ["none"]}, "there is only 'none'"),
    ],
)
def test_a_stop_that_makes_no_sense_is_refused(wrong: dict, words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        compare(world(), until_sure=True, run_cell=run_cell, **wrong)


def test_designs_without_a_value_are_named_and_a_ranking_of_one_is_not_called_settled() -> None:
    found = look({"a": [1.0, nan, 3.0], "b": [1.0, 2.0, 3.0], "c": [9.0, 9.0, 9.0]}, error=0.05)
    assert found.without == ("a",) and len(found.apart) + len(found.open) == 1
    alone = Enough(Until("retention", 8), (look({"a": [1.0, nan], "b": [1.0, 2.0]}, error=0.05),))
    assert not alone.settled
    assert "nothing can be ranked. Left out, as they have no retention in some world: a." in alone.summary()
