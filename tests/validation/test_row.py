"""Rows of the findings and verdicts on them."""

from __future__ import annotations

from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments import ExperimentError
from sim.validation import Row, Verdict, chosen_rows, rows
from tests.validation.asking import of

QUANTITY = of("S01a")
ABOVE, BELOW = of("L19a"), of("P06c")


def test_no_two_rows_share_an_id_and_each_interval_holds_its_published_value() -> None:
    assert len({row.id for row in rows()}) == len(rows()) == 134
    for row in rows():
        assert row.low <= row.value <= row.high, row.id
        assert row.source and row.setup, row.id


def test_a_row_with_one_end_of_its_interval_is_a_row_on_a_sign() -> None:
    for row in rows():
        assert row.is_sign is (row.width == inf), row.id


@pytest.mark.parametrize(("value", "agrees"), [(1.2, True), (2.2, True), (1.19, False), (2.21, False)])
def test_a_quantity_agrees_inside_its_interval_ends_included(value: float, agrees: bool) -> None:
    assert Verdict.of(QUANTITY, [value]).agrees is agrees


@pytest.mark.parametrize(("row", "good"), [(ABOVE, 1.0), (BELOW, -1.0)])
@pytest.mark.parametrize(("right", "agrees"), [(20, True), (19, True), (18, False)])
def test_a_sign_agrees_where_it_holds_in_95_per_cent_of_replicates(
    row: Row, good: float, right: int, agrees: bool
) -> None:
    verdict = Verdict.of(row, [good] * right + [-good] * (20 - right))
    assert verdict.agrees is agrees
    assert verdict.held == right / 20


def test_no_change_at_all_has_no_sign() -> None:
    assert not Verdict.of(ABOVE, [0.0] * 20).agrees
    assert not Verdict.of(BELOW, [0.0] * 20).agrees


def test_a_row_without_a_number_in_some_replicate_does_not_agree() -> None:
    verdict = Verdict.of(QUANTITY, [1.7, nan, 1.7])
    assert (verdict.mean, verdict.replicates, verdict.failed) == (1.7, 2, 1)
    assert not verdict.agrees
    nothing = Verdict.of(QUANTITY, [nan, nan], echo=True)
    assert isnan(nothing.mean)
    assert nothing.word == "fail"


def test_an_echo_that_agrees_is_called_an_echo_and_one_that_does_not_a_failure() -> None:
    assert Verdict.of(QUANTITY, [1.7], echo=True).word == "echo"
    assert Verdict.of(QUANTITY, [1.7]).word == "pass"
    assert Verdict.of(QUANTITY, [9.0], echo=True).word == "fail"


def test_folklore_is_printed_and_never_judged() -> None:
    folklore = of("E03a")
    assert Verdict.of(folklore, [folklore.value]).word == "checked"
    assert Verdict.of(folklore, [1e6]).word == "checked"


def test_a_verdict_is_close_when_two_errors_reach_an_end_of_the_interval() -> None:
    assert Verdict.of(QUANTITY, [2.1, 2.2]).is_close
    assert not Verdict.of(QUANTITY, [1.70, 1.71]).is_close
    just_out = Verdict.of(QUANTITY, [2.2, 2.3])
    assert just_out.is_close and not just_out.agrees and not just_out.is_off
    far_out = Verdict.of(QUANTITY, [5.0, 5.01])
    assert far_out.is_off


def test_replicates_are_enough_when_the_interval_of_the_mean_is_under_a_third_of_the_acceptance() -> None:
    assert Verdict.of(QUANTITY, [1.6, 1.7, 1.8, 1.7]).is_precise
    assert not Verdict.of(QUANTITY, [1.2, 1.7, 2.2, 1.7]).is_precise
    assert not Verdict.of(QUANTITY, [1.7]).is_precise
    assert not Verdict.of(ABOVE, [1.0] * 100).is_precise


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30))
def test_the_order_of_the_replicates_does_not_change_a_verdict(values: list[float]) -> None:
    one, other = Verdict.of(QUANTITY, values), Verdict.of(QUANTITY, sorted(values))
    assert one.mean == pytest.approx(other.mean, abs=1e-12)
    assert one.replicates == other.replicates == len(values)


def test_rows_are_chosen_by_how_their_ids_begin_in_the_order_of_the_file() -> None:
    assert [row.id for row in chosen_rows(["P06", "L07", "m07b"])] == ["M07b", "L07a", "P06a", "P06b", "P06c"]
    assert {row.role for row in chosen_rows(role="CAL")} == {"CAL"}


def test_a_row_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ExperimentError, match="no finding is called 'X1'; findings are: M01, "):
        chosen_rows(["M01", "X1"])
