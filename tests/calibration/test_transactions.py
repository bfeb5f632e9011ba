"""Reading a purchase log: what is wrong is said with line and remedy, what is odd is noted."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import Log, LogError, read_log
from tests.calibration.made import rows, write

TODAY = dt.date(2025, 1, 1)


def read(folder: Path, lines: list[str] | str | bytes) -> Log:
    return read_log(write(folder, "\n".join(lines) if isinstance(lines, list) else lines), today=TODAY)


def fault(folder: Path, lines: list[str] | str | bytes) -> str:
    with pytest.raises(LogError) as caught:
        read(folder, lines)
    return str(caught.value)


def test_a_sound_log_becomes_customer_days(tmp_path: Path) -> None:
    log = read(tmp_path, [*rows(), "c000,2024-01-10,2.50"])
    assert (log.rows, len(log.customers), len(log.day)) == (201, 40, 200)
    assert log.amount[0] == 12.5
    assert (log.first_date, log.last_date) == (dt.date(2024, 1, 10), dt.date(2024, 5, 10))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("c000", '"c000"').replace("10.00", '"10.00"'),
        lambda text: text.replace("-", ""),
        lambda text: text.replace("customer_id,date", " Customer_ID , DATE"),
        lambda text: text.replace(",", ";").replace("10.00", "10,00"),
        lambda text: text + "\n\n",
    ],
    ids=["mark", "crlf", "semicolon", "tab", "quotes", "compact", "case", "comma", "blank lines"],
)
def test_the_dress_of_a_file_does_not_matter(tmp_path: Path, change: object) -> None:
    plain = read(tmp_path, rows())
    dressed = read(tmp_path, change("\n".join(rows())))  # type: ignore[operator]
    assert dressed.customers == plain.customers
    assert (dressed.day == plain.day).all()
    assert (dressed.amount == plain.amount).all()


def test_a_file_that_a_spreadsheet_saved_as_utf_16_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, "\n".join(rows()).encode("utf-16")).customers) == 40


FAULTS = {
    "a bad date": ("c001,2024-02-30,5", ":202  ", "YYYY-MM-DD"),
    "a date in the future": ("c001,2031-01-01,5", ":202  ", "lies in the future"),
    "a date of long ago": ("c001,0224-01-01,5", ":202  ", "before 1900-01-01"),
    "an amount in words": ("c001,2024-01-02,five", ":202  ", "write amounts as 1234.50"),
    "no amount": ("c001,2024-01-02,", ":202  ", "the amount is empty"),
    "an amount that is no number": ("c001,2024-01-02,nan", ":202  ", "not a number"),
    "no customer": (" ,2024-01-02,5", ":202  ", "the customer_id is empty"),
    "a missing field": ("c001,2024-01-02", ":202  ", "2 fields where the header has 3"),
    "a field too many": ("c001,2024-01-02,5,6", ":202  ", "4 fields where the header has 3"),
}


@pytest.mark.parametrize(("row", "place", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_row_is_named_by_its_line(tmp_path: Path, row: str, place: str, message: str) -> None:
    said = fault(tmp_path, [*rows(), row])
    assert said.startswith(f"log.csv{place}")
    assert message in said
    assert "\n" not in said


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    said = fault(tmp_path, ["customer_id,date,amount", '"two', 'lines",2024-01-02,5', "", "c1,2024-01-32,5"])
    assert said.startswith("log.csv:5  ")


def test_all_faults_are_said_at_once_and_the_twenty_first_only_counted(tmp_path: Path) -> None:
    said = fault(tmp_path, [*rows(), *[f"c{i},2024-99-01,5" for i in range(1234)]]).splitlines()
    assert len(said) == 21
    assert said[0].startswith("log.csv:202  ")
    assert said[-1] == "and 1,214 more"


def test_a_misspelt_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    said = fault(tmp_path, rows(header="customer,date,amont"))
    assert "log.csv:1  no column 'customer_id'; rename 'customer' to 'customer_id'" in said
    assert "log.csv:1  no column 'amount'; rename 'amont' to 'amount'" in said


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert "'date' stands 2 times" in fault(tmp_path, "customer_id,date,date,amount\na,b,c,d")


BAD_FILES = {
    "empty": (b"", "is empty"),
    "white": (b" \n \n", "is empty"),
    "header only": (b"customer_id,date,amount\n", "no rows"),
    "no header": (b"1,2024-01-01,5\n", "must name the columns"),
    "binary": (b"\x01\x00\x02" * 99, "binary"),
    "excel": (b"PK\x03\x04" + bytes(50), "an Excel or zip file"),
    "gzip": (gzip.compress(b"customer_id,date,amount"), "a gzip file"),
    "parquet": (b"PAR1" + bytes(50), "a Parquet file"),
    "few customers": ("\n".join(rows(customers=29)).encode(), "has 29 customers; at least 30"),
    "only returns": (b"customer_id,date,amount\na,2024-01-01,-5\n", "nothing was bought"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_no_log_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    said = fault(tmp_path, content)
    assert said.startswith("log.csv")
    assert message in said


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"nowhere\.csv  does not exist"):
        read_log(tmp_path / "nowhere.csv")
    with pytest.raises(LogError, match="is a folder"):
        read_log(tmp_path)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("customer_id,date,amount", "c001,2024-01-02,$5"),
        ("customer_id,date,amount,currency", "c001,2024-01-02,5,USD"),
    ],
)
def test_two_currencies_in_one_log_are_refused(tmp_path: Path, header: str, row: str) -> None:
    with_euros = [
        line + (",EUR" if "currency" in header else "")
        if "currency" in header
        else line.replace("10.00", "10€")
        for line in rows(header=header)[1:]
    ]
    said = fault(tmp_path, [header, *with_euros, row])
    assert "mixes currencies: EUR (line 2), USD (line 202)" in said


def test_one_currency_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, [line.replace("10.00", "$10.00") for line in rows()]).currency == "USD"
    assert read(tmp_path, rows()).currency is None


def test_returns_are_dropped_and_zeros_kept_and_both_said(tmp_path: Path) -> None:
    log = read(tmp_path, [*rows(), "c000,2024-02-01,-10", "c000,2024-02-02,0", "c000,2024-02-03,0"])
    assert len(log.day) == 202
    assert [note.split(" ")[0] for note in log.notes[:2]] == ["1", "2"]
    assert "returns and dropped" in log.notes[0]
    assert "zero" in log.notes[1]


def test_equal_rows_are_kept_and_counted(tmp_path: Path) -> None:
    log = read(tmp_path, [*rows(), "c000,2024-01-10,10.00", "c000,2024-01-10,10.00"])
    assert log.amount[0] == 30.0
    assert log.notes[0] == "2 rows repeat another row exactly and were kept; delete double entries"


def test_rows_in_any_order_give_the_same_purchases(tmp_path: Path) -> None:
    plain, (header, *body) = read(tmp_path, rows()), rows()
    mixed = read(tmp_path, [header, *body[::-1]])
    assert (mixed.day == plain.day).all()
    assert [mixed.customers[i] for i in np.sort(mixed.customer[:40])[::-1]] == list(plain.customers)
    assert mixed.notes == ("the rows are not in the order of time; they were sorted",)


def test_a_log_sorted_by_customer_is_not_called_unordered(tmp_path: Path) -> None:
    header, *body = rows()
    assert read(tmp_path, [header, *sorted(body)]).notes == ()


def test_brands_are_kept_apart_and_can_be_put_together(tmp_path: Path) -> None:
    header, *body = rows(header="customer_id,date,amount,brand")
    lines = [header, *(f"{line},Mill" for line in body), "c000,2024-01-10,5,  Harbour  Own "]
    log = read(tmp_path, lines)
    assert log.brands == ("Mill", "Harbour Own")
    assert (len(log.day), len(log.days().day)) == (201, 200)
    assert log.days().amount[0] == 15.0
    assert "the brand is empty" in fault(tmp_path, [*lines, "c000,2024-01-11,5,"])


def test_a_log_cut_at_a_day_knows_nothing_later(tmp_path: Path) -> None:
    log = read(tmp_path, [*rows(), "late,2024-05-09,1"])
    cut = log.until(dt.date(2024, 3, 10))
    assert cut.last_date == dt.date(2024, 3, 10)
    assert "late" not in cut.customers
    assert len(log.seen_by(dt.date(2024, 1, 10)).customers) == 40
    with pytest.raises(LogError, match="no purchase on or before 2023-12-31; it runs from 2024-01-10"):
        log.until(dt.date(2023, 12, 31))


def test_the_cdnow_log_has_its_published_size(cdnow: Log) -> None:
    assert (cdnow.rows, len(cdnow.customers), len(cdnow.day)) == (6919, 2357, 6696)
    assert any(note.startswith("8 rows with an amount of zero") for note in cdnow.notes)
