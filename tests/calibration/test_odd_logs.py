"""Logs that are unusual but sound: each gives a scenario that can be saved, read and varied, or says what to do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.calibration import calibrate, choice, holdout, write_scenario
from sim.calibration.brands import LEAST_CONCENTRATED, MOST_CONCENTRATED
from sim.calibration.choice import fit_timing
from sim.calibration.histories import Histories
from sim.calibration.limits import MOST_SHAPE, check_held, point_unit, store_shape
from sim.calibration.renewal import RateGrid, Timing
from sim.calibration.timing import MOST
from sim.calibration.transactions import LogError
from sim.scenario import load
from tests.calibration.made import newcomers, write

START = dt.date(2023, 1, 2)
STORE, BRANDS = "customer_id,date,amount", "customer_id,date,amount,brand"


def day(number: int) -> str:
    return (START + dt.timedelta(days=number)).isoformat()


def log(folder: Path, lines: Iterator[str], header: str = STORE) -> Path:
    return write(folder, "\n".join([header, *lines]) + "\n")


def each_week(amount: Callable[[int, int], str] = lambda c, k: "19.99", people: int = 40) -> Iterator[str]:
    """Subscribers: one purchase a week, always on the same day."""
    return (f"c{c},{day(7 * k + c % 7)},{amount(c, k)}" for c in range(people) for k in range(30))


def now_and_then(people: int = 40) -> Iterator[str]:
    """Customers of very different pace and amounts."""
    for c in range(people):
        for k in range(1 + c % 9):
            yield f"c{c},{day((c * 11) % 40 + k * (9 + c % 5))},{5 + (c * 7 + k * 13) % 23}.5"


def shared(brand: Callable[[int, int], str]) -> Iterator[str]:
    for c in range(40):
        for k in range(2 + c % 12):
            yield f"c{c},{day((c * 5) % 30 + k * (7 + c % 6))},{6 + (c + k) % 9},{brand(c, k)}"


def scenario_of(path: Path, **given: Any) -> dict[str, Any]:
    """The calibrated scenario, after it was saved and read again, and every draw of it laid over it."""
    found = calibrate(path, **given)
    world = write_scenario(found, path.with_suffix(".yaml"))
    assert load(path.with_suffix(".yaml")) == world
    for number in range(len(world.uncertainty.draws) if world.uncertainty else 0):
        world.drawn(number)
    return found


def only(scenario: dict[str, Any]) -> dict[str, Any]:
    (segment,) = scenario["customers"]["segments"]
    return segment


@pytest.mark.parametrize("share", [0.5, 0.05])
def test_customers_who_buy_every_week_give_a_scenario_with_rates_alike(tmp_path: Path, share: float) -> None:
    found = scenario_of(log(tmp_path, each_week()), share=share)
    rate = only(found)["purchase_rate"]
    assert rate["mean"] * share == pytest.approx(1.0, rel=0.02)
    assert rate["shape"] == only(found)["preference_concentration"] == min(MOST["r"] / share, MOST_SHAPE)
    assert found["behaviour"]["drift"]["rate_per_year"] == 0  # rates that are all alike cannot drift


def test_the_shape_of_a_store_is_kept_within_what_a_scenario_holds() -> None:
    assert store_shape(0.6, 0.3) == pytest.approx(2.0)
    assert store_shape(100.0, 0.01) == MOST_SHAPE


def test_the_forecast_of_customers_all_alike_is_their_rate(tmp_path: Path) -> None:
    path, out = log(tmp_path, each_week()), tmp_path / "out"
    report = holdout(path, day(139), day(209), replicates=20, out=out)
    own = report.scores["own rate"]["total ratio"]
    assert report.scores["market"]["total ratio"] == pytest.approx(own, abs=0.02)


def test_scores_that_do_not_exist_are_nothing_in_the_file_and_a_dash_in_the_table(tmp_path: Path) -> None:
    path, out = log(tmp_path, each_week()), tmp_path / "out"
    report = holdout(path, day(139), day(209), replicates=20, out=out)

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    record = json.loads((out / "scores.json").read_text(), parse_constant=refuse)
    assert record["scores"]["market"]["AUC active"] is None  # all of them buy
    (line,) = [line for line in report.table().splitlines() if line.startswith("AUC")]
    assert line.split()[2:] == ["-"] * 4


@pytest.mark.parametrize("rate, weeks", [(0.05, 20), (0.5, 10), (7.0, 50)])
def test_the_grid_holds_the_mean_of_rates_all_alike(rate: float, weeks: int) -> None:
    h = newcomers(Timing(r=1.0, alpha=1 / rate), 60, weeks)
    timing = Timing(r=100.0, alpha=100.0 / rate)
    grid = RateGrid.of(h, timing)
    assert grid.shares(timing.r, timing.alpha) @ grid.rates == pytest.approx(rate, rel=2e-3)


def test_a_drift_that_cannot_be_told_leaves_the_model_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    h: Histories = newcomers(Timing(r=0.9, alpha=4.0), 60, 20)

    def fails(*_: object) -> None:
        raise ValueError("not finite")

    monkeypatch.setattr(choice, "fit_renewal", fails)
    fits = fit_timing(h)
    assert fits.best in (fits.nbd, fits.pareto_nbd)
    assert fits.nbd_drift.log_likelihood == fits.nbd.log_likelihood
    assert np.isnan(fits.nbd_drift.errors["drift"]) and fits.nbd_drift["r"] == fits.nbd["r"]


@pytest.mark.parametrize(
    "brand, concentration",
    [
        (lambda c, k: "Harbour" if (c + k) % 2 else "Mill", MOST_CONCENTRATED),
        (lambda c, k: "Harbour" if c % 2 else "Mill", LEAST_CONCENTRATED),
    ],
    ids=["all in turn", "one for good"],
)
def test_brands_divided_alike_or_not_at_all_stay_within_what_a_scenario_holds(
    tmp_path: Path, brand: Callable[[int, int], str], concentration: float
) -> None:
    found = scenario_of(log(tmp_path, shared(brand), BRANDS))
    assert only(found)["preference_concentration"] == pytest.approx(concentration, rel=0.05)
    assert [firm["share"] for firm in found["firms"]] == pytest.approx([0.5, 0.5], abs=0.06)


def test_a_brand_of_nearly_all_purchases_keeps_its_share(tmp_path: Path) -> None:
    found = scenario_of(
        log(tmp_path, shared(lambda c, k: '"Müller, Söhne"' if (c, k) != (7, 1) else "Mill & Co"), BRANDS)
    )
    assert found["firms"][0] | {"share": 1} == {"name": "Müller, Söhne", "share": 1, "unit_cost": 0.7}
    assert found["firms"][0]["share"] > 0.98


def test_amounts_that_spread_too_far_are_held_and_said_to_be(tmp_path: Path) -> None:
    found = scenario_of(log(tmp_path, each_week(lambda c, k: f"{10 ** ((c * 7 + k * 3) % 7 - 2)}")))
    assert only(found)["basket"]["within_cv"] == pytest.approx(5.0, rel=1e-4)
    warnings = found["provenance"]["identification"]["warnings"]
    assert any(warning["what"] == "how far its amounts spread" for warning in warnings)


def test_a_mean_basket_or_rate_that_no_scenario_holds_comes_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"mean basket is 3,000,000,000.*larger unit, such as thousands"):
        calibrate(log(tmp_path, each_week(lambda c, k: "3000000000")))
    with pytest.raises(ValueError, match=r"140 times a week.*share of 0\.05.*larger share"):
        check_held(140.0, 20.0, 0.05)
    check_held(100.0, 1e7, None)


def test_points_in_millions_are_counted_in_larger_ones() -> None:
    assert point_unit(10.0, 500.0) == 1
    assert point_unit(2e6, 1e8) == 10_000
    assert point_unit(1.0, 5e9) == 100


def test_too_few_who_come_back_are_said_with_what_would_help(tmp_path: Path) -> None:
    once = (f"c{c},{day(c)},10.0" for c in range(60))
    with pytest.raises(ValueError, match=r"0 customers bought on a second day.*longer log"):
        calibrate(log(tmp_path, once))
    with pytest.raises(LogError, match=r"no purchase on or before 2020-01-01; it runs from"):
        calibrate(log(tmp_path, each_week()), calibration_end="2020-01-01")


def test_trips_every_day_or_every_week_give_a_scenario(tmp_path: Path) -> None:
    daily = (f"c{c},{day(k)},{9 + (c + k) % 5}" for c in range(30) for k in range(70))
    assert only(scenario_of(log(tmp_path, daily), trips=True))["purchase_rate"]["mean"] <= 100
    weekly = only(scenario_of(log(tmp_path, each_week()), trips=True))
    assert weekly["purchase_rate"]["shape"] <= MOST["r"]


@pytest.mark.parametrize(
    "given",
    [
        {"segments": 2, "share": (0.3, 0.7)},
        {"trips": True},
        {},
    ],
    ids=str,
)
def test_rows_after_the_calibration_end_change_nothing_whatever_the_options(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    """Members and points of later rows, too."""

    def both(c: int, k: int) -> str:
        return f"{10 + (c + k) % 4}.0" if int(str(c)[0]) % 2 else f"{80 + (3 * c + k) % 9}.0"

    header = STORE + ",member,points_earned,points_redeemed,coupon"
    rows = [row + f",{'yes' if row[1] in '0123' else 'no'},10,," for row in each_week(both, people=60)]
    rows = [row for row in rows if not (row[1] in "13579" and "-0" in row.split(",")[1][7:])]
    end = day(120)
    early = [row for row in rows if row.split(",")[1] <= end]
    late = [row.replace(",no,10,,", ",yes,9000,8000,5.00") for row in rows if row.split(",")[1] > end]
    late += [f"n{c},{day(125)},9999.0,yes,1,1,1.00" for c in range(20)]
    assert late
    for folder in ("whole", "cut"):
        (tmp_path / folder).mkdir()
    whole = log(tmp_path / "whole", iter(early + late), header)
    cut = log(tmp_path / "cut", iter(early), header)
    one, other = (calibrate(path, calibration_end=end, **given) for path in (whole, cut))
    for found in (one, other):
        del found["provenance"]["log"]
    assert one == other
