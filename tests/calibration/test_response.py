"""What a log with points and coupons tells of its programme: the rules of a made one, and how members answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import LogError, calibrate, read_log, write_scenario
from sim.calibration.pace import conditional_poisson
from sim.calibration.response import found_programme, programme_response
from sim.calibration.transactions import Log

MONDAY = dt.date(2019, 1, 7)
THRESHOLD, REWARD, RATE = 200, 4.0, 2


def written(tmp_path: Path, rows: list[str], header: str) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def card_log(
    tmp_path: Path,
    *,
    pull: float = 0.0,
    redeem: float = 0.5,
    money: bool = True,
    weeks: int = 70,
    customers: int = 150,
    seed: int = 5,
) -> Path:
    """A store whose members get 2 points per unit of money and redeem 200 of them, half of the times they could.

    Each week she buys with a chance of her own, exp(pull) times as often in the last quarter of the way.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(customers):
        chance, balance = 0.1 + 0.25 * rng.random(), 0
        for week in range(weeks):
            near = 0.75 <= balance / THRESHOLD < 1
            if rng.random() >= min(chance * np.exp(pull * near), 1.0):
                continue
            amount = round(float(rng.uniform(5, 30)), 2)
            earned, taken = int(RATE * amount), 0
            if balance >= THRESHOLD and rng.random() < redeem:
                taken = THRESHOLD
            balance += earned - taken
            day = MONDAY + dt.timedelta(days=7 * week + int(rng.integers(7)))
            coupon = f"{REWARD * (taken > 0):.2f}" if money else ""
            rows.append(f"c{i},{day},{amount},{earned},{taken},{coupon}")
    return written(tmp_path, rows, "customer_id,date,amount,points_earned,points_redeemed,coupon")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return read_log(card_log(tmp_path))


# --- the rules of the programme ---------------------------------------------------------------------------


def test_the_rules_of_a_made_programme_are_found(log: Log) -> None:
    points = programme_response(log).points
    assert points.per_currency == RATE
    assert points.exact == 1.0
    assert (points.threshold, points.usual, points.whole_rewards) == (THRESHOLD, THRESHOLD, 1.0)
    assert points.point_value == REWARD / THRESHOLD
    assert points.member_share == 1.0
    assert points.waiting == pytest.approx(0.5, abs=0.05)
    assert 0.5 < points.redeemed < 0.9


def test_who_takes_every_reward_at_once_leaves_nothing_waiting_and_is_sooner(
    tmp_path: Path, log: Log
) -> None:
    quick = programme_response(read_log(card_log(tmp_path, redeem=1.0))).points
    slow = programme_response(log).points
    assert quick.waiting == 0.0
    assert quick.first_redemption_weeks < slow.first_redemption_weeks


def test_what_a_point_is_worth_is_unknown_where_redemptions_show_no_amount(tmp_path: Path) -> None:
    log = read_log(card_log(tmp_path, money=False))
    found = programme_response(log)
    assert np.isnan(found.points.point_value)
    assert found.coupons.share == 0
    assert found_programme(found)["points"]["reward"] == pytest.approx(0.01 * THRESHOLD / RATE)
    assert "1% of spending" in calibrate(log)["provenance"]["assumed"]["points.reward"]


def test_a_log_without_such_columns_says_nothing_and_is_fitted_as_before(tmp_path: Path) -> None:
    path = card_log(tmp_path)
    plain = tmp_path / "plain.csv"
    plain.write_text("\n".join(",".join(row.split(",")[:3]) for row in path.read_text().splitlines()))
    assert programme_response(read_log(plain)) is None
    bare, full = calibrate(plain), calibrate(path)
    assert bare["customers"] == full["customers"]
    assert "programme" not in bare["firms"][0]


def test_points_that_were_there_before_the_log_are_made_up_for_and_said(log: Log, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    header, *rows = (tmp_path / "log.csv").read_text().splitlines()
    late.write_text("\n".join([header, *(row for row in rows if row.split(",")[1] >= "2019-09-01")]))
    found = programme_response(read_log(late))
    assert any("had points before it began" in words for words in found.warnings)
    assert found.points.threshold == THRESHOLD


def test_too_few_redemptions_say_nothing_of_how_members_answer(log: Log) -> None:
    early = log.until(dt.date(2019, 6, 1))
    found = programme_response(early)
    if found.points.redemptions >= 20:
        early = log.until(dt.date(2019, 4, 1))
        found = programme_response(early)
    assert found.pace is None
    assert found_programme(found) is None
    assert any("too few" in words for words in found.warnings)


# --- how members answer -----------------------------------------------------------------------------------


def test_members_who_feel_no_pull_are_not_found_to_hurry_on_average_over_logs(tmp_path: Path) -> None:
    paces = [programme_response(read_log(card_log(tmp_path, seed=seed))).pace for seed in range(6)]
    effects, errors = (np.array([getattr(p, what)[:-1] for p in paces]) for what in ("effects", "errors"))
    assert (np.abs(effects.mean(axis=0)) < 3 * errors.mean() / np.sqrt(len(paces))).all()


def test_members_who_hurry_in_the_last_quarter_are_found_to_by_as_much(tmp_path: Path) -> None:
    pace = programme_response(read_log(card_log(tmp_path, pull=0.5))).pace
    _, low, high = pace.ratio("last quarter")
    assert low < np.exp(0.5) < high
    assert low > 1.2
    with pytest.raises(KeyError):
        pace.ratio("first quarter")


def test_given_totals_the_effects_are_those_by_hand() -> None:
    """Two weeks, one of them near: the estimate is the log of the odds of purchases."""
    counts = np.array([[1.0, 3.0], [2.0, 3.0], [0.0, 0.0]])
    z = np.broadcast_to(np.array([0.0, 1.0])[None, :, None], (3, 2, 1))
    effects, _, members = conditional_poisson(counts, z, np.ones((3, 2), np.bool_))
    assert effects[0] == pytest.approx(np.log(6 / 3))
    assert members == 2


def test_heavy_buyers_alone_do_not_make_an_effect() -> None:
    """Who buys ten times as much and is more often near tells nothing about being near."""
    counts = np.array([[10.0] * 4, [1.0] * 4])
    z = np.array([[1, 1, 1, 0], [0, 0, 0, 1]])[:, :, None].astype(float)
    effects, _, _ = conditional_poisson(counts, z, np.ones((2, 4), np.bool_))
    assert effects[0] == pytest.approx(0.0, abs=1e-9)


# --- coupons ----------------------------------------------------------------------------------------------


def coupon_log(tmp_path: Path, cell: Callable[[bool], str]) -> Log:
    rows = []
    for i in range(40):
        for week in range(8):
            used = week % 4 == 0
            amount = (20.0 + i) * (1.8 if used else 1.0) - (2.0 if used else 0.0)
            rows.append(f"c{i},{MONDAY + dt.timedelta(weeks=week)},{amount:.2f},{cell(used)}")
    return read_log(written(tmp_path, rows, "customer_id,date,amount,coupon"))


def test_coupon_baskets_are_held_against_the_same_customers_others(tmp_path: Path) -> None:
    coupons = programme_response(coupon_log(tmp_path, lambda used: "2.00" if used else "")).coupons
    assert coupons.share == 0.25
    assert coupons.ratio == pytest.approx(1.8, abs=1e-6)
    assert coupons.customers == 40
    assert 0.02 < coupons.depth < 0.06


def test_yes_and_no_tell_everything_but_the_depth_and_no_campaign_is_calibrated_on_them(
    tmp_path: Path,
) -> None:
    found = programme_response(coupon_log(tmp_path, lambda used: "Yes" if used else "no"))
    assert found.coupons.share == 0.25
    assert np.isnan(found.coupons.depth)
    assert any("what a campaign brings cannot be told" in words for words in found.warnings)
    assert found_programme(found) is None


# --- what is wrong ----------------------------------------------------------------------------------------


def test_wrong_cells_are_named_with_line_and_remedy(tmp_path: Path) -> None:
    rows = [f"c{i},2019-01-07,10,10,0,1.50" for i in range(40)]
    rows[3] = "c3,2019-01-07,10,many,0,"
    rows[4] = "c4,2019-01-07,10,10,-5,"
    rows[5] = "c5,2019-01-07,10,10,0,half"
    rows[6] = "c6,2019-01-07,10,inf,0,"
    rows[7] = "c7,2019-01-07,10,1,0,-2.50"
    path = written(tmp_path, rows, "customer_id,date,amount,points_earned,points_redeemed,coupon")
    with pytest.raises(LogError) as error:
        read_log(path)
    words = str(error.value).splitlines()
    assert words[0].startswith(
        "log.csv:5  the points_earned 'many' is not a number; write points such as 120"
    )
    assert words[1].startswith("log.csv:6  the points_redeemed '-5' is below zero")
    assert words[2].startswith("log.csv:7  the coupon 'half' is neither an amount nor yes or no")
    assert words[3].startswith("log.csv:8  the points_earned 'inf' is not a number")
    assert words[4].startswith("log.csv:9  the coupon '-2.50' is below zero")


# --- in the scenario --------------------------------------------------------------------------------------


def test_the_programme_found_is_the_firms_and_the_examples_stand_in_its_place(
    log: Log, tmp_path: Path
) -> None:
    world = write_scenario(calibrate(log), tmp_path / "store.yaml")
    points = world.with_design("as_in_the_log").programme.points
    assert (points.per_currency, points.threshold, points.reward) == (RATE, THRESHOLD, REWARD)
    assert world.firm(world.focus).programme.enrolment.automatic
    assert world.with_design("none").programme is None
    stamps = world.with_design("stamps").programme
    assert stamps.points is None and not stamps.enrolment.automatic
    found = world.provenance["fitted"]["programme"]
    assert found["points"]["threshold"] == THRESHOLD
    assert found["pace"]["last quarter"]["standard_error"] > 0
    assert "programme_value.gradient" in world.provenance["assumed"]


def test_rows_after_the_calibration_end_are_not_seen(log: Log, tmp_path: Path) -> None:
    end = dt.date(2019, 12, 1)
    header, *rows = (tmp_path / "log.csv").read_text().splitlines()
    cut = tmp_path / "cut" / "log.csv"
    cut.parent.mkdir()
    cut.write_text("\n".join([header, *(row for row in rows if row.split(",")[1] <= end.isoformat())]) + "\n")
    whole, short = calibrate(log, calibration_end=end), calibrate(read_log(cut), calibration_end=end)
    for scenario in (whole, short):
        del scenario["provenance"]["log"]
    assert whole == short
    assert whole["provenance"]["fitted"]["programme"] != calibrate(log)["provenance"]["fitted"]["programme"]
