"""Repeats, recency and time observed, by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import read_log
from sim.calibration.histories import histories, panel_histories
from tests.calibration.made import write

LOG = """customer_id,date,amount
a,2024-01-01,5
a,2024-01-08,5
a,2024-01-09,5
a,2024-01-09,3
b,2024-01-05,5
"""
END = dt.date(2024, 1, 22)


def test_a_newcomer_s_time_starts_with_the_first_purchase(tmp_path: Path) -> None:
    h = histories(read_log(write(tmp_path, LOG), fewest_customers=1), END)
    assert h.repeats.tolist() == [2, 0]
    assert (7 * h.recency).tolist() == [8, 0]
    assert (7 * h.observed).tolist() == [21, 17]
    assert h.weekly.tolist() == [[1, 1, 0], [0, 0, 0]]  # the seventh day still belongs to the first week


def test_a_panel_s_time_starts_with_the_log(tmp_path: Path) -> None:
    h = panel_histories(read_log(write(tmp_path, LOG), fewest_customers=1), END, size=5)
    assert h.repeats.tolist() == [3, 1]
    assert (7 * h.recency).tolist() == [9, 5]
    assert (7 * h.observed).tolist() == [22, 22]
    assert h.weekly[:, :2].tolist() == [[1, 2], [1, 0]]
    assert h.panel is not None
    assert h.panel.never == 3.0


def test_a_log_that_goes_on_after_the_end_is_refused(tmp_path: Path) -> None:
    log = read_log(write(tmp_path, LOG), fewest_customers=1)
    with pytest.raises(ValueError, match="after 2024-01-08"):
        histories(log, dt.date(2024, 1, 8))
    with pytest.raises(ValueError, match="a panel of 1 cannot hold the 2 customers"):
        panel_histories(log, END, size=1)


def test_those_a_panel_log_misses_are_estimated_from_the_chance_of_silence(tmp_path: Path) -> None:
    h = panel_histories(read_log(write(tmp_path, LOG), fewest_customers=1), END)
    assert h.panel is not None
    assert h.panel.unseen(np.log(0.75), 2) == pytest.approx(6.0)
