"""Dates and amounts as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.calibration.cells import TwoReadings, Unreadable, amount_reader, date_reader

MARCH = dt.date(2024, 3, 31)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-31",
        "2024/3/31",
        "20240331",
        "31.03.2024",
        "31/03/2024",
        "3/31/2024",
        " 2024-03-31 ",
        "2024-03-31 23:59",
        "2024-03-31T23:59:59.123+02:00",
        "20240331 08:15",
    ],
)
def test_a_date_is_read_as_it_is_written(cell: str) -> None:
    assert date_reader([cell])(cell) == MARCH


def test_another_row_settles_whether_the_day_or_the_month_comes_first() -> None:
    assert date_reader(["03/04/2024", "31/03/2024"])("03/04/2024") == dt.date(2024, 4, 3)
    assert date_reader(["03/04/2024", "3/31/2024"])("03/04/2024") == dt.date(2024, 3, 4)


def test_a_date_that_nothing_settles_is_not_guessed() -> None:
    with pytest.raises(TwoReadings, match="YYYY-MM-DD"):
        date_reader(["03/04/2024", "05/06/2024"])("03/04/2024")


@pytest.mark.parametrize("cell", ["2024-02-30", "2024-13-01", "yesterday", "", "45382", "2024-03-31 noon"])
def test_what_is_no_date_is_refused_with_the_right_form(cell: str) -> None:
    with pytest.raises(Unreadable, match="YYYY-MM-DD"):
        date_reader([cell])(cell)


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("12.5", 12.5, None),
        ("-3", -3.0, None),
        ("$1,234.50", 1234.5, "USD"),
        ("12,50 €", 12.5, "EUR"),
        ("1.234,56", 1234.56, None),
        ("GBP 10.00", 10.0, "GBP"),
        ("1e3", 1000.0, None),
        ("1'234.50", 1234.5, None),
        ("1,234,567", 1234567.0, None),
    ],
)
def test_an_amount_is_read_as_it_is_written(cell: str, value: float, currency: str | None) -> None:
    assert amount_reader([cell])(cell) == (value, currency)


def test_another_row_settles_whether_a_comma_groups_or_divides() -> None:
    assert amount_reader(["1,234", "12,5"])("1,234")[0] == 1.234
    assert amount_reader(["1,234", "12.50"])("1,234")[0] == 1234.0
    assert amount_reader(["1.234", "12,50"])("1.234")[0] == 1234.0


def test_an_amount_that_nothing_settles_is_not_guessed() -> None:
    with pytest.raises(TwoReadings, match=r"1234\.50"):
        amount_reader(["1,234", "5"])("1,234")


@pytest.mark.parametrize("cell", ["", "abc", "nan", "inf", "1e999", "12..5", "--4", "ten"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        amount_reader([cell])(cell)
