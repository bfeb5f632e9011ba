"""The picture and the table of a campaign: every estimate, and the truth."""

from __future__ import annotations

from rich.console import Console

from sim.report import campaign
from tests.experiments.test_campaign import lift


def test_the_picture_has_a_mark_for_each_estimate_and_the_truth_at_its_value() -> None:
    found = lift("coupons")
    (axis,) = found.plot().axes
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels == [name for key, name in reversed(campaign.NAMES.items()) if key != "naive_ratio"]
    (true,) = [line for line in axis.lines if line.get_marker() == "D"]
    assert list(true.get_xdata()) == [found.intervals["true"].mean]


def test_the_table_fits_a_terminal_and_names_the_currency() -> None:
    console = Console(width=100, record=True)
    console.print(campaign.table(lift("coupons")))
    text = console.export_text()
    for name in campaign.NAMES.values():
        assert name in text
    assert f"{lift('coupons').world.currency} a member and week" in text
