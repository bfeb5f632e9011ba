"""The folder of an export: what stands in it, and that others can read it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibration import calibrate, read_log
from sim.cli import main
from sim.experiments import ExperimentError, export
from sim.experiments.export import Export, dictionary, synthetic
from sim.experiments.export.files import PARTIAL, Tables
from sim.experiments.store import read_parquet
from sim.market import Market
from sim.scenario import Scenario, ScenarioError, load
from tests.experiments.fake import world

SHIPPED = Path(__file__).resolve().parents[3] / "scenarios"
SMALL = {"customers": 60, "weeks": 30}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return export(world(), tmp_path_factory.mktemp("data") / "points", "points", **SMALL)


def rfm_by_hand(log: pd.DataFrame, last: str) -> pd.DataFrame:
    """The convention said once more, with pandas: a purchase is a day with purchases."""
    log = log.assign(date=pd.to_datetime(log["date"]))
    days = log.groupby(["customer_id", "date"], as_index=False)["amount"].sum()
    found = days.groupby("customer_id")["date"].agg(["min", "max", "count"])
    repeats = days[days["date"] > days["customer_id"].map(found["min"])]
    spent = repeats.groupby("customer_id")["amount"].mean()
    return pd.DataFrame(
        {
            "frequency": found["count"] - 1,
            "recency": (found["max"] - found["min"]).dt.days,
            "T": (pd.Timestamp(last) - found["min"]).dt.days,
            "monetary_value": spent.reindex(found.index).fillna(0.0),
        }
    )


def test_rfm_is_what_its_convention_says_of_the_transactions(exported: Export) -> None:
    rfm = exported.table("rfm").set_index("customer_id")
    expected = rfm_by_hand(exported.table("transactions"), exported.last_date)
    pd.testing.assert_frame_equal(rfm, expected, check_dtype=False)
    assert (rfm["frequency"] == 0).any() or (rfm["frequency"] > 5).any()


def _lifetimes(log: pd.DataFrame, last: str) -> pd.DataFrame:
    utils = importlib.import_module("lifetimes.utils")
    found: pd.DataFrame = utils.summary_data_from_transaction_data(
        log, "customer_id", "date", "amount", observation_period_end=last
    )
    return found


def _pymc_marketing(log: pd.DataFrame, last: str) -> pd.DataFrame:
    utils = importlib.import_module("pymc_marketing.clv.utils")
    found: pd.DataFrame = utils.rfm_summary(log, "customer_id", "date", "amount", observation_period_end=last)
    return found.set_index("customer_id")


@pytest.mark.parametrize(
    ("library", "summary"), [("lifetimes", _lifetimes), ("pymc_marketing", _pymc_marketing)]
)
def test_the_library_makes_the_same_rfm_of_the_transactions(
    exported: Export, library: str, summary: Callable[[pd.DataFrame, str], pd.DataFrame]
) -> None:
    pytest.importorskip(
        library, reason=f"{library} is not installed: its reading of an export goes unchecked"
    )
    theirs = summary(exported.table("transactions"), exported.last_date)
    ours = exported.table("rfm").set_index("customer_id")
    pd.testing.assert_frame_equal(ours, theirs[ours.columns], check_dtype=False, check_names=False)


def test_exporting_changes_no_measure(exported: Export) -> None:
    alone = Market(world(), design="points", **SMALL).run().metrics()
    np.testing.assert_equal(exported.metrics, alone)


def test_the_same_export_is_the_same_bytes_and_may_be_written_again(exported: Export, tmp_path: Path) -> None:
    other = export(world(), tmp_path / "again", "points", **SMALL)
    names = {path.name for path in exported.folder.iterdir()}
    assert names == {path.name for path in other.folder.iterdir()}
    for name in names - {"manifest.json"}:
        assert (exported.folder / name).read_bytes() == (other.folder / name).read_bytes(), name
    (other.folder / "manifest.json").unlink()
    (other.folder / PARTIAL).mkdir()
    (other.folder / PARTIAL / "rfm.csv").write_text("killed")
    (other.folder / "contacts.csv").write_text("of an export that was killed")
    assert export(world(), other.folder, "points", **SMALL).rows == other.rows
    assert names == {path.name for path in other.folder.iterdir()}


def test_a_folder_that_holds_something_else_is_left_alone(exported: Export, tmp_path: Path) -> None:
    before = (exported.folder / "transactions.csv").read_bytes()
    with pytest.raises(ExperimentError, match="holds an export of something else; nothing was written"):
        export(world(), exported.folder, "points", seed=2, **SMALL)
    assert (exported.folder / "transactions.csv").read_bytes() == before
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ExperimentError, match=r"holds 'thesis.txt'"):
        export(world(), tmp_path, **SMALL)
    with pytest.raises(ExperimentError, match="is a file, not a folder"):
        export(world(), tmp_path / "thesis.txt", **SMALL)


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("what", ["truth", "dumps", "provenance"])
def test_an_export_that_is_interrupted_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Between the weeks and the files, between two files, and before the manifest."""
    whole = synthetic if what != "provenance" else synthetic.provenance
    monkeypatch.setattr(whole, what if what != "provenance" else "record", stopped)
    with pytest.raises(KeyboardInterrupt):
        export(world(), tmp_path / "data", **SMALL)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".gitignore"]
    monkeypatch.undo()
    assert export(world(), tmp_path / "data", **SMALL).rows["transactions"] > 0


def test_an_export_that_was_there_is_whole_until_another_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(world(), tmp_path / "data", **SMALL).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(synthetic, "truth", stopped)
    with pytest.raises(KeyboardInterrupt):
        export(world(), folder, **SMALL)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_data_that_are_moved_up_have_no_manifest_until_all_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(world(), tmp_path / "data", **SMALL).folder
    move, moved = Path.replace, list[str]()

    def kept(self: Path, target: Path) -> Path:
        if self.parent.name == PARTIAL and target.parent == folder:
            assert not (folder / "manifest.json").exists()
            moved.append(target.name)
        return move(self, target)

    monkeypatch.setattr(Path, "replace", kept)
    export(world(), folder, **SMALL)
    assert moved[-1] == "manifest.json"
    assert len(moved) == len(list(folder.iterdir())) - 1


class Cheaper(sim.Policy):
    """Asks a tenth less."""

    def price(self, view: Any, price: float) -> float:
        return price * 0.9


def test_own_policies_are_in_the_data_and_make_another_export(tmp_path: Path) -> None:
    own = export(world(), tmp_path / "data", policies={"Mill": Cheaper}, **SMALL)
    alone = Market(world(), policies={"Mill": Cheaper}, **SMALL).run().metrics()
    np.testing.assert_equal(own.metrics, alone)
    prices = own.table("prices")
    assert (prices.loc[(prices["brand"] == "Mill") & (prices["week"] == 29), "price"] == 0.9).all()
    assert (prices.loc[prices["brand"] == "Harbour", "price"] == 1.0).all()
    with pytest.raises(ExperimentError, match="holds an export of something else"):
        export(world(), own.folder, **SMALL)
    with pytest.raises(ScenarioError, match="no firm is called 'Nobody'"):
        export(world(), tmp_path / "other", policies={"Nobody": Cheaper}, **SMALL)
    assert not (tmp_path / "other").exists()


def test_text_in_a_table_is_no_formula(tmp_path: Path) -> None:
    with Tables(tmp_path, {"prices": ("brand", "price")}) as tables:
        tables.write("prices", [("=cmd()", -1.5)])
    assert (tmp_path / "prices.csv").read_bytes() == b"brand,price\r\n'=cmd(),-1.5\r\n"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"firm": "Nobody"}, "no firm 'Nobody'"),
        ({"start": "soon"}, "start must be"),
        ({"design": "best"}, "best"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    with pytest.raises(ExperimentError, match=words):
        export(world(), tmp_path / "data", **SMALL, **wrong)
    assert not (tmp_path / "data").exists()


def test_every_column_is_in_the_dictionary(exported: Export) -> None:
    text = (exported.folder / "dictionary.md").read_text(encoding="utf-8")
    for name in exported.rows:
        assert list(exported.table(name).columns) == list(dictionary.header(name))
        assert f"## {name}.csv" in text
    described = {column.name for column in dictionary.TRUTH}
    for column in exported.truth.columns:
        kind = column.partition("_")[0]
        assert column in described or f"{kind}_<firm>" in described
        assert f"`{column}`" in text or f"`{kind}_<firm>`" in text


def test_the_truth_is_that_of_the_customers_of_the_market(exported: Export) -> None:
    market = Market(world(), design="points", **SMALL).run()
    truth = exported.truth
    assert len(truth) == 60  # nobody leaves this market
    for name, column in (
        ("purchase_rate", "rate"),
        ("basket", "basket"),
        ("price_sensitivity", "sensitivity"),
    ):
        born = Market(world(), design="points", **SMALL).population.column(column)
        np.testing.assert_allclose(truth[name], born)
    np.testing.assert_allclose(truth["satisfaction_Harbour"], market.population.column("satisfaction", 0))
    shares = truth.filter(like="preference_").sum(axis=1)
    np.testing.assert_allclose(shares, 1.0)
    said = json.loads((exported.folder / "truth.json").read_text(encoding="utf-8"))
    rate = said["segments"][0]["purchase_rate"]
    assert rate["r"] / rate["alpha_weeks"] == pytest.approx(1.2)
    assert rate["alpha_days"] == pytest.approx(7 * rate["alpha_weeks"])
    assert said["metrics"]["revenue"] == market.metrics()["revenue"]
    assert read_parquet(exported.folder / "truth.parquet").equals(truth)


def test_the_scenario_in_the_folder_is_the_market_that_was_run(exported: Export) -> None:
    again = load(exported.folder / "scenario.yaml")
    assert again.customers.count == 60
    assert Market(again, design="points").run().metrics()["revenue"] == exported.metrics["revenue"]


def test_a_calibration_on_an_export_finds_the_market_again(tmp_path: Path) -> None:
    plain = {"behaviour.choice.enabled": False, "behaviour.drift.enabled": False}
    true = load(SHIPPED / "cdnow.yaml").vary(
        {
            **plain,
            "customers.segments.customers.purchase_rate": {"mean": 0.3, "shape": 1.5},
            "customers.segments.customers.preference_concentration": 1.5,
            "behaviour.leaving.enabled": False,
            "firms.Shop.share": 0.7,
            "firms.Elsewhere.share": 0.3,
        }
    )
    log = export(true, tmp_path / "data", "none", customers=300, weeks=56)
    fitted = Scenario.model_validate(calibrate(read_log(log.folder / "transactions.csv")))
    found, truth = fitted.customers.segments[0], true.customers.segments[0]
    assert found.purchase_rate.mean == pytest.approx(0.3, rel=0.1)
    assert found.purchase_rate.shape == pytest.approx(1.5, rel=0.25)
    assert found.basket.mean == pytest.approx(truth.basket.mean, rel=0.05)
    assert found.basket.within_cv == pytest.approx(truth.basket.within_cv, rel=0.05)
    assert found.preference_concentration == pytest.approx(1.5, rel=0.25)
    assert {f.name: f.share for f in fitted.firms} == pytest.approx({"Shop": 0.7, "Elsewhere": 0.3}, abs=0.04)
    assert fitted.customers.count == pytest.approx(300, rel=0.05)


def test_the_command_writes_the_data_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.scenario import save

    file, out = tmp_path / "world.yaml", tmp_path / "data"
    save(world(), file)
    words = [
        "export",
        str(file),
        "--out",
        str(out),
        "--design",
        "points",
        "--customers",
        "40",
        "--weeks",
        "20",
    ]
    assert main([*words, "--start", "soon"]) == 2
    assert "start must be a date" in capsys.readouterr().err
    assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"]["transactions"] == len(pd.read_csv(out / "transactions.csv")) > 0
    assert json.loads((out / "manifest.json").read_text())["command"].startswith("loyalty-sim export")
    assert main(words) == 0
    assert "agree with the market in every week" in capsys.readouterr().out.replace("\n", " ")
    assert main([*words, "--seed", "2"]) == 2
    assert "Name a new folder" in capsys.readouterr().err.replace("\n", " ")
