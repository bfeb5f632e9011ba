"""From a log to a scenario: what is fitted stands where the market reads it, and what is assumed says so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from sim.calibration import Log, calibrate, read_log, write_scenario
from sim.calibration.examples import example_designs, rounded
from sim.calibration.fit import lapse_weeks
from sim.calibration.renewal import Timing
from sim.scenario import Scenario, ScenarioError, load
from tests.calibration.made import csv_of, newcomers, write

START = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a store that customers leave."""
    h = newcomers(Timing(0.9, 4.0, 0.7, 6.0), 250, 30)
    return write(tmp_path_factory.mktemp("logs"), csv_of(h, START), "store.csv")


@pytest.fixture(scope="module")
def scenario(store: Path) -> dict[str, Any]:
    return calibrate(store, share=0.4, focus="Harbour", title="Harbour's market")


@pytest.fixture(scope="module")
def brands(store: Path) -> Path:
    """The same purchases as a panel's, of brands that customers keep to, A the largest; c is tiny."""
    header, *body = store.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},brand"]
    for i, line in enumerate(body):
        customer = int(line.split(",")[0][1:])
        home = "A" if customer % 4 < 3 else "B"
        lines.append(f"{line},{'c' if i % 97 == 0 else 'B' if i % 5 == 0 else home}")
    return write(store.parent, "\n".join(lines), "brands.csv")


def test_the_store_s_own_customers_buy_as_fitted_whatever_share_is_assumed(scenario: dict[str, Any]) -> None:
    (segment,) = scenario["customers"]["segments"]
    timing = scenario["provenance"]["fitted"]["timing"]["parameters"]
    assert segment["preference_concentration"] == segment["purchase_rate"]["shape"]
    assert 0.4 * segment["purchase_rate"]["shape"] == pytest.approx(timing["r"], rel=1e-5)
    assert 0.4 * segment["purchase_rate"]["mean"] == pytest.approx(timing["r"] / timing["alpha"], rel=1e-5)
    assert [(firm["name"], firm["share"]) for firm in scenario["firms"]] == [
        ("Harbour", 0.4),
        ("Elsewhere", 0.6),
    ]
    assert segment["leaving"] == {"shape": timing["s"], "scale": timing["beta"]}


def test_the_scenario_is_valid_and_reads_back(scenario: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "new" / "harbour.yaml"
    written = write_scenario(scenario, path)
    assert load(path) == written
    assert written.title == "Harbour's market"
    assert written.design_names == ("none", "points", "stamps", "member_prices")
    assert written.customers.count == 250
    assert written.behaviour.drift.taste_per_year == 0.0
    assert written.focus == "Harbour"


def test_what_no_scenario_can_hold_is_said_and_not_written(scenario: dict[str, Any], tmp_path: Path) -> None:
    (segment,) = scenario["customers"]["segments"]
    dear = {**segment, "basket": {**segment["basket"], "mean": 2e7}}
    with pytest.raises(ScenarioError, match=r"basket\.mean"):
        write_scenario({**scenario, "customers": {"count": 9, "segments": [dear]}}, tmp_path / "dear.yaml")
    assert not (tmp_path / "dear.yaml").exists()


def test_provenance_says_what_was_fitted_to_what_and_what_was_not(
    scenario: dict[str, Any], store: Path
) -> None:
    provenance = scenario["provenance"]
    assert provenance["log"]["name"] == "store.csv"
    assert provenance["log"]["customers"] == 250
    assert len(provenance["log"]["sha256"]) == 64
    assert provenance["log"]["rows"] == len(store.read_text(encoding="utf-8").splitlines()) - 1
    best, others = provenance["fitted"]["timing"], provenance["fitted"]["timing_alternatives"]
    assert best["model"].startswith("Pareto/NBD")
    assert best["standard_errors"]["r"] > 0
    assert all(best["aic"] <= other["aic"] for other in others)
    assert "0.4" in provenance["assumed"]["share"]
    assert any("price sensitivity" in text for text in provenance["not_in_the_log"])
    assert {"python", "numpy", "scipy", "numba", "loyalty-sim"} == set(provenance["versions"])


def test_a_log_that_nobody_leaves_gives_a_scenario_that_nobody_leaves(tmp_path: Path) -> None:
    h = newcomers(Timing(1.5, 3.0), 150, 16)
    scenario = calibrate(write(tmp_path, csv_of(h, START)))
    (segment,) = scenario["customers"]["segments"]
    assert "leaving" not in segment
    assert scenario["behaviour"]["drift"]["rate_per_year"] == 0.0


def test_brands_become_firms_and_the_panel_is_made_whole(brands: Path) -> None:
    scenario = calibrate(brands, panel_size=400, currency="GBP")
    Scenario.model_validate(scenario)
    assert [firm["name"] for firm in scenario["firms"]] == ["A", "B", "Other"]
    assert scenario["focus"] == "A"
    assert sum(firm["share"] for firm in scenario["firms"]) == pytest.approx(1.0, abs=1e-5)
    (segment,) = scenario["customers"]["segments"]
    preferences = scenario["provenance"]["fitted"]["preferences"]
    assert segment["preference_concentration"] == preferences["S"]
    assert 0 < preferences["standard_error"] < preferences["S"]
    assert segment["purchase_rate"]["shape"] != segment["preference_concentration"]
    assert scenario["provenance"]["fitted"]["panel_members_without_purchase"] == 150
    assert scenario["customers"]["count"] == 400
    assert scenario["currency"] == "GBP"
    assert "share" not in scenario["provenance"]["assumed"]
    assert "taste_per_year" not in scenario["behaviour"]["drift"]


def test_arguments_that_make_no_sense_are_refused(store: Path, brands: Path) -> None:
    for share in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="share must lie between 0 and 1"):
            calibrate(store, share=share)
    with pytest.raises(ValueError, match=r"the log has no brand 'a'; did you mean 'A'\?"):
        calibrate(brands, focus="a")
    with pytest.raises(ValueError, match="a panel of 10 cannot hold the 250 customers"):
        calibrate(brands, panel_size=10)
    with pytest.raises(ValueError, match="leave out panel=False"):
        calibrate(brands, panel=False, panel_size=400)


def test_a_customer_has_lapsed_when_nine_gaps_in_ten_would_be_over(cdnow: Log, store: Path) -> None:
    assert lapse_weeks(cdnow) == 28
    days = "\n".join(f"c{i},2024-01-{day:02d},5" for i in range(40) for day in (1, 4, 9))
    path = write(store.parent, f"customer_id,date,amount\n{days}", "daily.csv")
    assert lapse_weeks(read_log(path)) == 4


@pytest.mark.parametrize("basket", [0.04, 0.7, 3.1, 36.0, 250.0, 90_000.0])
@pytest.mark.parametrize("pace", [0.001, 0.05, 1.1, 7.0])
def test_examples_give_back_about_three_per_cent_at_any_scale(
    basket: float, pace: float, scenario: dict[str, Any]
) -> None:
    designs: Any = example_designs(basket, pace, 2000, 0.7)
    Scenario.model_validate({**scenario, "designs": designs})
    points, stamps = designs["points"]["programme"]["points"], designs["stamps"]["programme"]["stamps"]
    assert points["reward"] * points["per_currency"] / points["threshold"] == pytest.approx(0.03, rel=0.05)
    assert stamps["reward"] / (stamps["needed"] * basket) == pytest.approx(0.03, rel=0.05)
    assert 2 <= points["threshold"] / (points["per_currency"] * basket) <= 14
    assert next(iter(designs)) == "none"


def test_round_numbers_are_round() -> None:
    assert [rounded(x) for x in (108.0, 6.9, 0.028, 180.0)] == pytest.approx([100.0, 5.0, 0.025, 200.0])
