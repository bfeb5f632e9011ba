"""A log beside a table of prices: what it changes in the scenario, and what is wrong with such tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.calibration import LogError, calibrate, read_log
from sim.calibration.brands import merge_small
from sim.calibration.price_table import read_prices
from sim.calibration.priced import fit_priced, occasions_of
from sim.scenario import Scenario
from tests.calibration.made import write
from tests.calibration.shoppers import START, written


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(tmp_path_factory.mktemp("logs"), 80, 26)


@pytest.fixture(scope="module")
def scenario(files: tuple[Path, Path]) -> dict[str, Any]:
    return calibrate(files[0], prices=files[1])


def test_prices_give_the_scenario_a_price_sensitivity_and_an_edge_with_their_errors(
    scenario: dict[str, Any],
) -> None:
    world = Scenario.model_validate(scenario)
    (segment,) = world.customers.segments
    fitted = scenario["provenance"]["fitted"]["brand_choice"]
    values, errors = fitted["parameters"], fitted["standard_errors"]
    assert segment.price_sensitivity.mean == values["sensitivity"]
    assert segment.price_sensitivity.spread == values["spread"]
    assert segment.preference_concentration == values["concentration"]
    assert world.behaviour.inertia.edge == max(values["last"], 0)
    assert abs(values["sensitivity"] - 5.0) < 3 * errors["sensitivity"] < 5
    assert abs(values["last"] - 0.8) < 3 * errors["last"] < 1
    assert not any("price sensitivity" in text for text in scenario["provenance"]["not_in_the_log"])
    assert scenario["provenance"]["prices"]["name"] == "prices.csv"


def test_without_prices_nothing_changes(files: tuple[Path, Path], scenario: dict[str, Any]) -> None:
    plain = calibrate(files[0])
    assert "inertia" not in plain["behaviour"]
    assert "price_sensitivity" not in plain["customers"]["segments"][0]
    assert "prices" not in plain["provenance"]
    told = ("customers", "firms", "behaviour", "provenance", "uncertainty")
    assert {k: v for k, v in scenario.items() if k not in told} == {
        k: v for k, v in plain.items() if k not in told
    }


def test_draws_lie_around_the_tastes_and_shares_that_prices_have_told(scenario: dict[str, Any]) -> None:
    draws = scenario["uncertainty"]["draws"]
    (segment,) = scenario["customers"]["segments"]
    found = [draw["customers.segments.customers.preference_concentration"] for draw in draws]
    assert min(found) < segment["preference_concentration"] < max(found)
    for firm in scenario["firms"]:
        shares = [draw[f"firms.{firm['name']}.share"] for draw in draws]
        assert sum(shares) / len(shares) == pytest.approx(firm["share"], rel=0.05)


def test_the_fit_sees_neither_purchases_nor_prices_after_the_calibration_end(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    end = "2024-04-21"  # the end of the sixteenth week
    cut = []
    for path in files:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        date = header.split(",").index("date")
        kept = [header, *(row for row in rows if row.split(",")[date] <= end)]
        assert len(kept) <= len(rows)
        cut.append(write(tmp_path, "\n".join(kept) + "\n", path.name))
    whole = calibrate(files[0], calibration_end=end, prices=files[1])
    part = calibrate(cut[0], calibration_end=end, prices=cut[1])
    for each in (whole, part):
        del each["provenance"]["log"], each["provenance"]["prices"]["sha256"]
    assert whole == part


def test_prices_that_hardly_move_leave_the_published_default_and_say_so(tmp_path: Path) -> None:
    found = calibrate(written(tmp_path, 60, 16, movement=0.002)[0], prices=tmp_path / "prices.csv")
    assert "price_sensitivity" not in found["customers"]["segments"][0]
    (note,) = found["provenance"]["prices"]["notes"]
    assert "hardly move" in note
    assert "mean 5.5, spread 0.5" in note
    assert any("price sensitivity" in text for text in found["provenance"]["not_in_the_log"])
    assert found["behaviour"]["inertia"]["edge"] > 0


def test_prices_that_nobody_heeds_leave_the_published_default_too(tmp_path: Path) -> None:
    log, prices = written(tmp_path, 40, 12, sensitivity=0.01)
    read = read_log(log)
    found = fit_priced(read, merge_small(read), read_prices(prices), read.last_date)
    assert not found.told
    assert "cannot be told from chance" in found.notes[0]
    assert found.fit.habits.sensitivity == pytest.approx(5.5)


def test_a_price_holds_until_the_next(tmp_path: Path) -> None:
    path = write(tmp_path, "brand;price;date\nB;3,50;2024-01-08\nA;2,00;2024-01-01\nB;4,00;2024-01-03\n")
    table = read_prices(path)
    day = np.arange(7) + 19723  # 2024-01-01 and the six days after
    assert table.asked("B", day + 1).tolist()[1:] == [4.0, 4.0, 4.0, 4.0, 4.0, 3.5]
    assert np.isnan(table.asked("B", day)[:2]).all()
    assert table.asked("A", day).tolist() == [2.0] * 7
    assert np.isnan(table.asked("C", day)).all()
    assert table.until(START).day.tolist() == [19723]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "log.csv  is empty; its first line must be date,brand,price"),
        ("date,brand,price\n", "has a header but no rows"),
        ("date,brand,cost\n2024-01-01,A,2\n", "log.csv:1  no column 'price'; found date, brand, cost"),
        ("date,brand,prices\n2024-01-01,A,2\n", "log.csv:1  no column 'price'; rename 'prices' to 'price'"),
        ("date,brand,price\n2024-01-01,,2\n", "log.csv:2  the brand is empty; fill it in"),
        ("date,brand,price\n2024-02-30,A,2\n", "log.csv:2  there is no day '2024-02-30'"),
        ("date,brand,price\n2024-01-01,A,2\n2024-01-02,A,dear\n", "log.csv:3  'dear' is not a number"),
        ("date,brand,price\n2024-01-01,A,0\n", "log.csv:2  the price 0 is not above zero; correct it"),
        (
            "date,brand,price\n2024-01-01,A,2\n2024-01-01,A,3\n",
            "log.csv:3  another price of 'A' on 2024-01-01 than in line 2; keep one of them",
        ),
        ("date,brand,price\n2024-01-01,A,€2\n2024-01-01,B,£3\n", "mixes currencies: EUR .* convert"),
        ("date,brand,price\n2024-01-01,A\n", "log.csv:2  2 fields where the header has 3"),
        ("date,brand,price,price\n2024-01-01,A,1,1\n", "log.csv:1  the column 'price' stands 2 times"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_line_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(LogError, match=said):
        read_prices(write(tmp_path, text))


def test_a_brand_without_prices_is_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    text = files[1].read_text(encoding="utf-8").replace(",B,", ",b,")
    with pytest.raises(LogError, match=r"no price of the brand 'B' .*add its rows; did you mean 'b'\?"):
        calibrate(files[0], prices=write(tmp_path, text, "prices.csv"))


def test_prices_of_a_log_without_brands_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows = [row.rsplit(",", 1)[0] for row in files[0].read_text(encoding="utf-8").splitlines()]
    with pytest.raises(LogError, match="needs a log with a column 'brand'"):
        calibrate(write(tmp_path, "\n".join(rows)), prices=files[1])


def test_purchases_before_the_first_prices_are_left_out_and_counted(files: tuple[Path, Path]) -> None:
    log = read_log(files[0])
    table = read_prices(files[1])
    late = table.day >= table.day.min() + 21
    table = replace(table, brand=table.brand[late], day=table.day[late], price=table.price[late])
    found, notes = occasions_of(log, log, table)
    early = int((log.day < table.day.min()).sum())
    assert len(found.chosen) == len(log.day) - early
    assert notes == (f"{early} purchases before the first price of a brand are left out",)
    none = replace(table, day=table.day + 10_000)
    with pytest.raises(LogError, match=r"has no price of the brand 'A' \(\d+ purchases\); add its rows"):
        occasions_of(log, log, none)


def test_the_small_brands_are_priced_together_by_their_indices(files: tuple[Path, Path]) -> None:
    whole = read_log(files[0])
    merged = merge_small(whole, smallest=0.99, keep="A")
    found, _ = occasions_of(merged, whole, read_prices(files[1]))
    assert found.brands == ("A", "Other")
    assert found.price[:, 1].mean() == pytest.approx(1.0)
    assert found.price[:, 1].std() > 0.03


@pytest.mark.slow
def test_a_simulated_market_s_sensitivity_and_inertia_are_found_in_its_log(tmp_path: Path) -> None:
    sales = (("A", 0.5, 5, 0.2), ("B", 0.3, 7, 0.25), ("C", 0.2, 6, 0.3))
    off = (
        "attachment", "trust", "equity", "failure", "expectation", "variety", "defection", "drift", "word_of_mouth"
    )  # fmt: skip
    world = Scenario.model_validate(
        {
            "title": "Sales",
            "source": "made up",
            "currency": "EUR",
            "horizon": {"weeks": 60, "burn_in": 8},
            "category": {"name": "tea", "lapse_weeks": 13},
            "customers": {
                "count": 450,
                "segments": [
                    {
                        "name": "all",
                        "purchase_rate": {"mean": 0.15, "shape": 4.0},
                        "preference_concentration": 1.3,
                        "basket": {"mean": 20.0, "between_cv": 0.5, "within_cv": 0.5},
                        "price_sensitivity": {"mean": 5.0, "spread": 0.5},
                    }
                ],
            },
            "firms": [
                {
                    "name": name,
                    "share": share,
                    "unit_cost": 0.7,
                    "policies": [{"kind": "high_low", "every": every, "weeks": 2, "depth": depth}],
                }
                for name, share, every, depth in sales
            ],
            "focus": "A",
            "designs": {"none": {}},
            "behaviour": {"inertia": {"edge": 0.8}, **{name: {"enabled": False} for name in off}},
        }
    )
    sim.export(world, tmp_path / "data", seed=3)
    found = calibrate(tmp_path / "data" / "transactions.csv", prices=tmp_path / "data" / "prices.csv")
    fitted = found["provenance"]["fitted"]["brand_choice"]
    values, errors = fitted["parameters"], fitted["standard_errors"]
    for name, true in (("sensitivity", 5.0), ("spread", 0.5), ("last", 0.8), ("concentration", 1.3)):
        assert abs(values[name] - true) < 3 * errors[name], name
    assert errors["sensitivity"] < 0.6
    assert errors["last"] < 0.15
