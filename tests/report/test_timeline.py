"""The picture of one customer's weeks."""

from __future__ import annotations

from typing import Any

import pytest

import sim
from sim import report
from sim.report.timeline import SORTS
from tests.worlds import busy


@pytest.fixture(scope="module")
def market() -> sim.Market:
    return sim.Market(busy(), customers=60, diaries=8).run()


def test_strokes_are_the_weeks_with_a_purchase(market: Any) -> None:
    diary = market.diaries[next(iter(market.diaries))]
    axis = report.diary(market, diary.customer)
    frame = diary.frame()
    bought = frame[frame["moment"] == "bought"]
    strokes = [line for line in axis.lines if line.get_marker() == "|"]
    assert [len(line.get_xdata()) for line in strokes] == [  # type: ignore[arg-type]
        int((bought["firm"] == firm).sum()) for firm in ("Harbour", "Mill", "Barrow")
    ]


def test_the_line_is_her_satisfaction(market: Any) -> None:
    diary = market.diaries[next(iter(market.diaries))]
    axis = report.diary(diary, firm="Mill")
    felt = diary.feelings()
    ours = felt[felt["firm"] == "Mill"]["satisfaction"].tolist()
    assert list(axis.lines[0].get_ydata()) == ours  # type: ignore[arg-type]


def test_every_event_with_the_firm_is_marked(market: Any) -> None:
    for diary in market.diaries.values():
        axis = report.diary(market, diary.customer)
        labels = [str(line.get_label()) for line in axis.lines]
        frame = diary.frame()
        ours = frame[frame["firm"].str.contains("Harbour") | (frame["firm"] == "")]
        for sort in SORTS:
            n = int(ours["moment"].isin(sort.moments).sum())
            assert (f"{sort.name} ({n})" in labels) == (n > 0)


def test_every_sort_of_event_is_one_that_a_diary_tells() -> None:
    from sim.population.moments import MOMENTS
    from sim.population.page import HAPPENINGS, MORE_MOMENTS

    told = {*MOMENTS, *MORE_MOMENTS, *HAPPENINGS}
    assert not {name for sort in SORTS for name in sort.moments} - told


def test_without_diaries_it_says_how_to_get_them() -> None:
    with pytest.raises(ValueError, match="diaries=12"):
        report.diary(sim.Market(busy(), customers=20).run())


def test_an_unknown_firm_is_refused(market: Any) -> None:
    with pytest.raises(ValueError, match="the firms are Harbour, Mill, Barrow"):
        report.diary(market, firm="Harbor")
