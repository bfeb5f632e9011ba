"""Diaries as lists of weeks tell all that a diary holds, in Chinese too."""

from __future__ import annotations

import html
import re

import pytest

import sim
from sim.dashboard.log import log_of
from sim.population.diary import Diary
from tests.worlds import busy


def diaries(weeks: int = 20) -> list[Diary]:
    market = sim.Market(busy(), design="cards", diaries=12)
    for _ in range(weeks):
        market.step()
    return list(market.diaries.values())


def test_every_week_with_something_to_tell_is_told() -> None:
    for diary in diaries():
        text = html.unescape(log_of(diary, "zh"))
        for entry in diary.entries:
            if any(moment.name not in ("bought", "contacted", "heard_claim") for moment in entry.moments):
                assert f"第 {entry.week} 周" in text


def test_no_purchase_is_lost_where_weeks_are_told_together() -> None:
    for diary in diaries():
        told = sum(int(n) for n in re.findall(r"购买 (\d+) 次", log_of(diary, "zh")))
        assert told == sum(m.number for e in diary.entries for m in e.moments if m.name == "bought")


def test_feelings_told_last_are_those_of_the_last_week() -> None:
    diary = next(diary for diary in diaries() if diary.entries)
    felt = diary.entries[-1].feelings["Harbour"]
    assert f"目前对Harbour的满意度为 {felt.satisfaction:.0f}，信任度为 {felt.trust:.2f}" in log_of(
        diary, "zh"
    )


def test_a_diary_without_entries_says_so_and_a_language_must_be_there() -> None:
    diary = diaries(0)[0]
    assert "暂无记录" in log_of(diary, "zh")
    with pytest.raises(ValueError, match="speaks en, zh"):
        log_of(diary, "fr")


def test_names_in_a_diary_cannot_be_markup() -> None:
    diary = diaries(2)[0]
    diary.segment = "<b>families</b>"
    text = log_of(diary, "zh")
    assert "&lt;b&gt;families" in text
    assert "<b>families" not in text
