"""Numbers as people read them."""

from __future__ import annotations

import pytest

from sim.report.units import MISSING, scale


@pytest.mark.parametrize(
    "value, text",
    [
        (0.0, "0.00"),
        (1.2345, "1.23"),
        (12.345, "12.3"),
        (12345.6, "12,346"),
        (0.0012345, "0.00123"),
        (-0.5, "-0.500"),
    ],
)
def test_a_number_has_three_digits_that_count_and_loses_none_before_the_point(
    value: float, text: str
) -> None:
    shown = scale("EUR", 1.0).show(value)
    assert shown == text or (value == 0 and shown == "0")


def test_no_more_digits_are_shown_than_the_interval_bears_out() -> None:
    euros = scale("EUR", 1000.0)
    assert euros.show(1234.5678, precision=57.0) == "1,235"
    assert euros.show(1.23456, precision=0.021) == "1.235"


def test_a_share_is_shown_in_per_cent_and_a_change_of_it_in_percentage_points() -> None:
    share = scale("share of customers", 1.0)
    assert (share.show(0.754), share.unit) == ("75.4", "% of customers")
    change = scale("share of customers", 0.1, difference=True)
    assert (change.show(0.0109, signed=True), change.unit) == ("+1.09", "percentage points")


@pytest.mark.parametrize(
    "size, shown, unit",
    [(999_999, "250,000", "EUR"), (2e6, "250", "thousand EUR"), (3e8, "0.250", "million EUR")],
)
def test_large_money_is_shown_in_thousands_or_millions(size: float, shown: str, unit: str) -> None:
    money = scale("EUR", size)
    assert (money.show(250_000.0), money.unit) == (shown, unit)


def test_what_does_not_exist_is_a_dash_and_nothing_is_minus_zero() -> None:
    assert scale("EUR", 1.0).show(None) == MISSING
    assert scale("EUR", 1.0).show(-0.001, precision=50.0) == "0"
    assert scale("EUR", 1.0).show(0.0, signed=True) == "0"
