"""Members and others: read from a column, fitted apart, and never taken for the effect of a programme."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calibration import Log, LogError, calibrate, read_log, warnings_of
from sim.calibration.cells import Unreadable
from sim.calibration.histories import histories
from sim.calibration.joining import EVER, NEVER, joining_reader
from sim.calibration.members import joining, members_record
from sim.calibration.renewal import Timing
from sim.calibration.transactions import as_day
from sim.scenario import Scenario
from tests.calibration.known import START, Known, end_of, log_of
from tests.calibration.made import rows, write

WEEKS = 20
OTHERS, MEMBERS = Known(120, Timing(2.0, 8.0)), Known(80, Timing(2.0, 2.0))


def written(log: Log, folder: Path, member: Any) -> Path:
    """The log as a file, with what `member` says of (customer's name, day since the start)."""
    lines = ["customer_id,date,amount,member"]
    for c, d, a in zip(log.customer, log.day, log.amount, strict=True):
        day = START + dt.timedelta(days=int(d) - as_day(START))
        name = log.customers[c]
        lines.append(f"{name},{day},{a:.2f},{member(name, (day - START).days)}")
    return write(folder, "\n".join(lines))


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    log = log_of([OTHERS, MEMBERS], WEEKS)
    path = written(log, tmp_path_factory.mktemp("log"), lambda name, _: "ja" if name[0] == "2" else "nein")
    return calibrate(path, calibration_end=end_of(WEEKS))


def test_members_and_others_are_segments_of_their_own(scenario: dict[str, Any]) -> None:
    world = Scenario.model_validate(scenario)
    assert [s.name for s in world.customers.segments] == ["others", "members"]
    assert [s.weight for s in world.customers.segments] == pytest.approx([0.6, 0.4])
    others, members = scenario["provenance"]["fitted"]["segments"]["segments"]
    for fitted, true in ((others, OTHERS.timing), (members, MEMBERS.timing)):
        p, e = fitted["parameters"], fitted["standard_errors"]
        assert p["r"] / p["alpha"] == pytest.approx(true.mean_rate, rel=0.2)
        assert abs(p["r"] - true.r) < 3 * e["r"]


def test_the_gap_is_reported_and_said_to_be_selection_and_effect_mixed(scenario: dict[str, Any]) -> None:
    members = scenario["provenance"]["fitted"]["members"]
    assert members["members"]["customers"] == 80
    assert members["ratio_of_purchases_per_week"] == pytest.approx(4.0, rel=0.25)
    assert "mixes selection and effect" in members["reading"]
    assert "NOT taken for the effect" in members["reading"]
    assert any("the effect of the programme" in text for text in warnings_of(scenario))
    assert members["change_within_customers"] is None


def test_no_programme_of_the_scenario_is_given_the_gap(scenario: dict[str, Any]) -> None:
    plain = log_of([OTHERS, MEMBERS], WEEKS)
    without = calibrate(plain, calibration_end=end_of(WEEKS))
    assert scenario["behaviour"] == without["behaviour"]
    assert scenario["designs"]["points"]["programme"]["points"].keys() == (
        without["designs"]["points"]["programme"]["points"].keys()
    )


def test_too_few_members_are_fitted_with_the_others_and_that_is_said(tmp_path: Path) -> None:
    log = log_of([OTHERS, Known(12, Timing(2.0, 2.0))], WEEKS)
    path = written(log, tmp_path, lambda name, _: int(name[0] == "2"))
    scenario = calibrate(path)
    assert [s["name"] for s in scenario["customers"]["segments"]] == ["customers"]
    assert any("12 of 132 customers are members" in text for text in warnings_of(scenario))


def record_of(path: Path, end: dt.date) -> dict[str, Any]:
    log = read_log(path).until(end)
    joined = joining(log, as_day(end))
    assert joined is not None
    return members_record(log, histories(log, end), joined, as_day(end))


def test_purchases_before_joining_are_set_beside_those_after(tmp_path: Path) -> None:
    days = [0, 14, 28, 42, 56, 63, 77, 84, 91, 98, 105, 112]  # one a fortnight, then one a week, from day 70
    lines = ["customer_id,date,amount,member"]
    for c in range(40):
        for d in days:
            word = ("2024-03-11" if c < 20 else "") if c % 2 else ("yes" if c < 20 and d >= 70 else "no")
            lines.append(f"c{c},{START + dt.timedelta(days=d)},5,{word or 'no'}")
    change = record_of(write(tmp_path, "\n".join(lines)), START + dt.timedelta(days=126))[
        "change_within_customers"
    ]
    assert change["customers"] == 20
    # Dated: joined on day 70, with 7 whole weeks after it. By word: first yes on day 77, so a day later.
    assert change["purchases_per_week_before"] == pytest.approx(0.55, abs=0.1)
    assert change["purchases_per_week_after"] == pytest.approx(0.8, abs=0.1)
    assert change["standard_error"] >= 0
    assert "not an effect" in change["reading"]


def test_a_change_that_did_not_happen_is_not_seen(tmp_path: Path) -> None:
    log = log_of([Known(300, Timing(3.0, 3.0))], 30)
    change = record_of(written(log, tmp_path, lambda _, d: "yes" if d >= 105 else "no"), end_of(30))[
        "change_within_customers"
    ]
    # First yes is a purchase, and the day of joining counts on neither side: no change, but for chance.
    assert abs(change["change"]) < 4 * change["standard_error"]


def test_a_date_after_the_calibration_end_is_not_yet_known(tmp_path: Path) -> None:
    log = log_of([OTHERS], WEEKS)
    path = written(log, tmp_path, lambda name, _: "2024-05-01" if int(name[2:]) < 60 else "2024-02-01")
    read = read_log(path).until(dt.date(2024, 4, 1))
    early = joining(read, as_day(dt.date(2024, 4, 1)))
    assert early is not None
    assert early.member.sum() == sum(int(name[2:]) >= 60 for name in read.customers)
    later = joining(read_log(path), as_day(dt.date(2024, 5, 20)))
    assert later is not None
    assert later.member.all()


def test_later_rows_do_not_reach_the_members_of_an_earlier_end(tmp_path: Path) -> None:
    log = log_of([Known(80, Timing(2.0, 3.0))], WEEKS)
    whole = written(
        log, tmp_path, lambda name, d: "yes" if d >= 80 or (name[-1] in "02468" and d > 20) else "no"
    )
    end = START + dt.timedelta(days=70)
    cut = [
        line
        for i, line in enumerate(whole.read_text().splitlines())
        if not i or line.split(",")[1] <= str(end)
    ]
    assert record_of(whole, end) == record_of(write(tmp_path, "\n".join(cut), "cut.csv"), end)


def test_who_is_a_member_once_stays_one_and_it_is_noted(tmp_path: Path) -> None:
    lines = rows(40, 5, "customer_id,date,amount,member")
    lines = [lines[0], *(f"{line},{'yes' if '-03-' in line else 'no'}" for line in lines[1:])]
    joined = joining(read_log(write(tmp_path, "\n".join(lines))), as_day(dt.date(2024, 6, 1)))
    assert joined is not None
    assert joined.member.all()
    assert (joined.since == as_day(dt.date(2024, 3, 10))).all()
    assert joined.notes == (
        "40 customers are members in one row and not in a later one; once joined they count",
    )


def test_a_log_without_the_column_has_no_members(tmp_path: Path) -> None:
    log = read_log(write(tmp_path, "\n".join(rows())))
    assert log.joined is None
    assert joining(log, 0) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["yes", "no"], [EVER, NEVER]),
        (["1", "0"], [EVER, NEVER]),
        (["TRUE", "False"], [EVER, NEVER]),
        (["Ja", "nein"], [EVER, NEVER]),
        (["Y", " n "], [EVER, NEVER]),
        (["2024-03-31", ""], [as_day(dt.date(2024, 3, 31)), NEVER]),
        (["31.03.2024", "no"], [as_day(dt.date(2024, 3, 31)), NEVER]),
        (["2024-03-31 10:00", "yes"], [as_day(dt.date(2024, 3, 31)), EVER]),
    ],
)
def test_yes_no_and_dates_are_understood(cells: list[str], expected: list[int]) -> None:
    read = joining_reader(cells)
    assert [read(cell) for cell in cells] == expected


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "log.csv:3  the member cell is empty; write yes or no, or the date of joining"),
        ("maybe", "log.csv:3  member 'maybe' is neither yes nor no nor a date; write yes, no or YYYY-MM-DD"),
        ("2024-02-30", "log.csv:3  member: there is no day '2024-02-30'; write dates as YYYY-MM-DD"),
    ],
)
def test_a_cell_that_says_neither_is_a_fault_with_line_and_remedy(
    tmp_path: Path, word: str, message: str
) -> None:
    lines = [f"{line},{'member' if not i else word if i == 2 else 'yes'}" for i, line in enumerate(rows())]
    with pytest.raises(LogError) as fault:
        read_log(write(tmp_path, "\n".join(lines)))
    assert str(fault.value) == message


@given(st.text(max_size=12), st.lists(st.sampled_from(["yes", "no", "2024-01-05", "", "0"]), max_size=3))
def test_any_cell_is_read_or_refused_in_words(cell: str, column: list[str]) -> None:
    try:
        day = joining_reader([cell, *column])(cell)
    except Unreadable as why:
        assert "member" in str(why)
    else:
        assert day in (EVER, NEVER) or abs(day) < 4_000_000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.booleans()), min_size=1, max_size=40))
def test_nobody_leaves_the_members_as_the_log_grows(purchases: list[tuple[int, int, bool]]) -> None:
    who, day, yes = (np.array(column) for column in zip(*purchases, strict=True))
    log = Log(
        "x", "", len(who), None, ("a", "b", "c", "d"), (), who.astype(np.int64), day.astype(np.int64),
        np.ones(len(who)), np.zeros(len(who), np.int64), (), np.where(yes, EVER, NEVER).astype(np.int64),
    )  # fmt: skip
    before: set[str] = set()
    for end in range(int(day.min()), int(day.max()) + 1):
        part = log.until(dt.date(1970, 1, 1) + dt.timedelta(days=end))
        joined = joining(part, end)
        assert joined is not None
        now = {part.customers[i] for i in np.flatnonzero(joined.member)}
        assert before <= now
        before = now
