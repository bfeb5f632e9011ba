"""The explanation as a whole: nothing to explain, words, workers, what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.experiments import Explanation, lab
from sim.experiments.store import read_parquet
from tests.experiments.explain.worlds import grocers, of_cheaper, of_points, of_twin, pretended


def test_of_one_design_under_two_names_there_is_nothing_to_explain() -> None:
    result = of_twin()
    assert result.nothing
    assert result.difference.mean == result.difference.low == result.difference.high == 0
    assert result.remains is not None
    assert result.remains.mean == 0
    for part in ("mechanisms", "shapley", "lines", "groups"):
        table = result.frame(part)
        numbers = table[[name for name in ("mean", "low", "high", "change") if name in table]]
        assert (numbers.fillna(0) == 0).all(axis=None), part
    assert result.frame("lines")["line"].tolist() == ["profit"]
    assert result.frame("mechanisms")["acts"].tolist() == [True], "inertia acts, and makes no difference"
    fates = result.frame("fates").set_index("fate")["mean"]
    assert fates["gained"] == fates["lost"] == 0 < fates["kept"]
    assert result.causes.empty
    assert result.tales == ()
    assert result.summary() == (
        "'twin' and 'none' do not differ at Harbour in profit, in any line of the books, in who is a customer at "
        "the end, to the bit, in all 2 worlds: there is nothing to explain."
    )


def test_the_summary_names_the_difference_its_reasons_and_what_is_not_certain() -> None:
    said = of_points().summary()
    for words in (
        "profit at Harbour: 'points' brings", "The largest reasons, by family of mechanisms (Shapley value):",
        "reward value and redemption", "whatever customers do", "In the books, profit differs by",
        "by segment and by decile", "Customers a world:", "Of those gained, what differed first: being a member",
        "Changes nothing measured here, to the bit: stamps.", "not a proof",
    ):  # fmt: skip
        assert words in said, words


def test_one_replicate_is_said_to_have_no_interval() -> None:
    result = sim.explain(
        grocers(), design="points", against="none", parts=("mechanisms",), replicates=1,
        mechanisms=("trust",), run_cell=pretended(lambda on, r: 7.0 * ("trust" in on)),
    )  # fmt: skip
    assert "One replicate has no interval" in result.summary()
    assert "not separated" not in result.summary()


def plain(result: Explanation) -> dict[str, Any]:
    found = result.to_dict()
    for name in ("provenance", "versions"):
        found.pop(name)
    return found


def test_bits_do_not_depend_on_the_workers() -> None:
    asked: dict[str, Any] = {
        "design": "points",
        "against": "none",
        "replicates": 2,
        "mechanisms": ("programme_value",),
    }
    one, two = (sim.explain(grocers(), **asked, workers=workers) for workers in (1, 2))
    assert json.dumps(plain(one)) == json.dumps(plain(two))
    for part in ("mechanisms", "shapley", "lines", "groups", "fates", "causes", "changed"):
        pd.testing.assert_frame_equal(one.frame(part), two.frame(part), check_exact=True)
    assert one.stories() == two.stories()


def test_worker_processes_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "WORTH_PROCESSES", 0)
    asked: dict[str, Any] = {
        "design": "cheaper",
        "against": "none",
        "replicates": 2,
        "parts": ("lines", "groups"),
    }
    found = sim.explain(grocers(), **asked, workers=2)
    for part in ("lines", "groups"):
        pd.testing.assert_frame_equal(found.frame(part), of_cheaper().frame(part), check_exact=True)


def test_a_folder_holds_it_all_and_is_not_run_again(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "design": "points", "against": "none", "replicates": 1, "workers": 1, "mechanisms": ("programme_value",),
    }  # fmt: skip
    result = sim.explain(grocers(), **asked, out=tmp_path / "run")
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert {
        "journal.sqlite3", "manifest.json", "scenario.yaml", "summary.txt", "values.parquet", "explanation.json",
        "mechanisms.csv", "shapley.csv", "lines.csv", "groups.csv", "fates.csv", "causes.csv", "changed.csv",
        "stories.txt", "shapley.png", "lines.png", "groups.png", "causes.png",
    } <= names  # fmt: skip
    assert (tmp_path / "run" / "summary.txt").read_text() == result.summary() + "\n"
    kept = read_parquet(tmp_path / "run" / "values.parquet")
    assert kept["ours"].tolist() == result.values["ours"].tolist()

    def never(*_: object) -> Any:
        raise AssertionError("this has been run")

    again = sim.explain(grocers(), **asked, out=tmp_path / "run", run_cell=never)
    assert plain(again) == plain(result)
    assert again.provenance["markets_run"] == 0


def test_another_metric_of_the_same_run_needs_no_market(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"design": "points", "against": "none", "replicates": 1, "parts": ("mechanisms",)}
    worth = pretended(lambda on, r: 7.0 * ("trust" in on))
    sim.explain(grocers(), **asked, out=tmp_path / "run", run_cell=worth, metric="revenue")

    def never(*_: object) -> Any:
        raise AssertionError("a single mechanism has been switched off before")

    few = {**asked, "mechanisms": ("price",)}
    assert sim.explain(grocers(), **few, out=tmp_path / "run", run_cell=never).difference.mean == 7.0


def test_a_comparison_can_be_asked_why() -> None:
    result = sim.compare(
        grocers(), designs=["none", "points"], replicates=2, customers=120, seed=5, workers=1
    )
    found = sim.explain(result, parts=("lines",), replicates=2, workers=1)
    assert (found.design, found.against, found.seed, found.customers) == ("points", "none", 5, 120)
    assert found.difference.mean == pytest.approx(result.paired["points"]["profit"].mean, rel=1e-12)
    assert found.frame("lines").iloc[-1]["mean"] == pytest.approx(found.difference.mean, abs=0.004)


def test_progress_ends_at_its_end() -> None:
    told: list[tuple[int, int]] = []
    sim.explain(
        grocers(), design="points", against="none", parts=("mechanisms",), replicates=2, workers=1,
        mechanisms=("trust", "price"), run_cell=pretended(lambda on, r: 7.0 * ("trust" in on)),
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_part_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="the parts are mechanisms"):
        of_cheaper().frame("segments")
    with pytest.raises(KeyError, match="the pictures are shapley"):
        of_cheaper().plot("segments")
    assert of_cheaper().frame("shapley").empty
    assert of_cheaper().drawn() == ("lines", "groups", "causes")
