"""Status, week by week: what counts in which window, how long a level holds, how it is lost. Years have 52 weeks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arithmetic import ZERO
from sim.measures.tally import Tally
from sim.population.columns import Row
from sim.population.standing import (
    FOR_LIFE,
    bestow,
    end_of_validity,
    is_trial,
    next_goal,
    rank,
    review,
    strive,
    valid_until,
)
from tests.population.accounts import FIRM_CELLS, Member

SILVER_GOLD = [{"name": "Silver", "spend": 100}, {"name": "Gold", "spend": 300}]


class Traveller(Member):
    """A member with status to win; joined in week 0 unless it is said otherwise."""

    def __init__(
        self, levels: Any = SILVER_GOLD, *, since: int = 0, points: Any = None, **tiers: Any
    ) -> None:
        super().__init__(since=since, points=points, tiers={"levels": levels, **tiers})
        self.since, self.equity, self.week = since, ZERO, since

    @property
    def level(self) -> int:
        return int(rank(self.wholes, 0, self.terms, 0))

    @property
    def until(self) -> int:
        return int(valid_until(self.wholes[self.row(Row.TIER), 0]))

    def begins(self, week: int) -> Traveller:
        """Week after week begins, up to and with this one."""
        while self.week < week:
            self.week += 1
            self.equity = review(
                self.wholes,
                0,
                self.terms,
                0,
                self.week,
                self.since,
                self.equity,
                FIRM_CELLS,
                self.rules,
                self.tally,
            )
        return self

    def buys(self, spend: float = 0.0, points: int = 0) -> Traveller:
        """Once, in the week that has begun."""
        self.equity = strive(
            self.wholes, 0, self.terms, 0, self.week, self.since, round(100 * spend), 1, points, self.equity,
            FIRM_CELLS, self.rules, self.tally,
        )  # fmt: skip
        return self

    def lives(self, last: int, purchases: Mapping[int, float]) -> list[int]:
        """The level at the end of each week up to the last, given what she spends in some of them."""
        levels = []
        for week in range(self.week, last + 1):
            self.begins(week)
            if week in purchases:
                self.buys(purchases[week])
            levels.append(self.level)
        return levels

    @property
    def moved(self) -> tuple[int, int]:
        """Times that she rose and that she fell."""
        return self.counted(Tally.UPGRADED), self.counted(Tally.DOWNGRADED)


# --- what counts ------------------------------------------------------------------------------------------


def test_a_level_is_won_at_the_purchase_that_reaches_it_and_not_a_cent_before() -> None:
    her = Traveller().buys(99.99)
    assert her.level == 0
    assert her.buys(0.01).level == 1
    assert her.buys(199.99).level == 1
    assert her.buys(0.01).level == 2
    assert her.moved == (2, 0)


def test_one_purchase_may_win_two_levels_at_once() -> None:
    her = Traveller().buys(1000)
    assert (her.level, her.moved) == (2, (1, 0))


def test_of_several_legs_one_is_enough() -> None:
    levels = [{"name": "Gold", "spend": 300, "visits": 3}]
    by_visits = Traveller(levels).buys(1).buys(1)
    assert by_visits.level == 0
    assert by_visits.buys(1).level == 1
    assert Traveller(levels).buys(300).level == 1


def test_where_every_leg_is_needed_the_last_one_decides() -> None:
    levels = [{"name": "Gold", "spend": 300, "visits": 3, "points": 50, "every_leg": True}]
    points = {"per_currency": 1, "threshold": 10, "reward": 1.0}
    her = Traveller(levels, points=points).buys(300, points=49)
    assert her.buys().level == 0
    assert her.buys().level == 0, "three visits and the money, but a point is missing"
    assert her.buys(points=1).level == 1


def test_a_leg_that_is_not_asked_for_counts_for_nothing() -> None:
    her = Traveller([{"name": "Gold", "visits": 5, "every_leg": True}])
    for _ in range(4):
        her.buys(100_000)
    assert her.level == 0
    assert her.buys().level == 1


# --- windows ----------------------------------------------------------------------------------------------


def test_in_a_calendar_window_spending_of_two_years_does_not_add_up() -> None:
    """60 in the last week of one year and 60 in the first of the next are not 100 in a year."""
    assert not any(Traveller().lives(60, {51: 60, 52: 60}))
    assert Traveller().lives(60, {50: 60, 51: 60})[51] == 1


def test_the_calendar_year_may_begin_in_any_week() -> None:
    assert not any(Traveller(year_start=13).lives(70, {64: 60, 65: 60}))
    assert Traveller(year_start=13).lives(70, {51: 60, 52: 60})[52] == 1


def test_the_year_of_a_member_may_begin_when_she_joined() -> None:
    """Joined in week 20: her first year ends before week 72."""
    assert not any(Traveller(since=20, window="anniversary").lives(80, {71: 60, 72: 60}))
    assert Traveller(since=20, window="anniversary").lives(80, {51: 60, 71: 60})[51] == 1


def test_a_rolling_window_forgets_by_quarters() -> None:
    """60 in week 0 and 60 in week 51 are within four quarters; 60 in week 52 comes too late."""
    assert Traveller(window="rolling").lives(60, {0: 60, 51: 60})[51] == 1
    assert not any(Traveller(window="rolling").lives(60, {0: 60, 52: 60}))
    assert Traveller(window="rolling").lives(60, {13: 60, 52: 60})[52] == 1


def test_in_a_lifetime_nothing_is_forgotten_and_nothing_lost() -> None:
    her = Traveller(window="lifetime")
    levels = her.lives(1000, {3: 60, 900: 60})
    assert levels[899] == 0
    assert levels[900:] == [1] * 101
    assert her.until == FOR_LIFE


# --- how long a level holds -------------------------------------------------------------------------------


@pytest.mark.parametrize(("windows", "last"), [(0, 51), (1, 103), (2, 155), (3, 207)])
def test_a_level_holds_for_the_rest_of_the_window_and_so_many_more(windows: int, last: int) -> None:
    levels = Traveller(valid_windows=windows).lives(260, {10: 100})
    assert levels == [0] * 10 + [1] * (last - 9) + [0] * (260 - last)


def test_a_level_held_is_held_longer_when_it_is_earned_again() -> None:
    """Earned in the first and in the second year: it holds to the end of the third."""
    her = Traveller()
    levels = her.lives(170, {10: 100, 60: 100})
    assert levels[10:156] == [1] * 146
    assert levels[156:] == [0] * 15
    assert her.moved == (1, 1)


def test_less_than_is_needed_does_not_prolong_a_level() -> None:
    levels = Traveller().lives(120, {10: 300, 60: 299})
    assert levels[103] == 2
    assert levels[104] == 1, "what she spent in the second year is enough for Silver"


def test_who_earned_a_lower_level_in_the_last_year_falls_to_it_and_holds_it_for_a_year() -> None:
    levels = Traveller().lives(160, {10: 300, 60: 150})
    assert levels[104:156] == [1] * 52
    assert levels[156] == 0


def test_in_a_soft_landing_she_falls_one_level_a_year() -> None:
    her = Traveller(downgrade="one")
    levels = her.lives(220, {10: 300})
    assert levels[103] == 2
    assert levels[104:156] == [1] * 52
    assert levels[156] == 0
    assert her.moved == (1, 2)


def test_without_downgrades_a_level_is_kept_for_ever() -> None:
    her = Traveller(downgrade="none")
    assert her.lives(500, {10: 300})[-1] == 2
    assert her.moved == (1, 0)


def test_days_of_grace_leave_the_level_for_some_more_weeks() -> None:
    levels = Traveller(grace=8).lives(160, {10: 100})
    assert levels[103:112] == [1] * 9
    assert levels[112] == 0


def test_who_earns_her_level_within_the_days_of_grace_never_loses_it() -> None:
    her = Traveller(grace=8)
    levels = her.lives(200, {10: 100, 109: 100})
    assert levels[10:200] == [1] * 190
    assert her.moved == (1, 0)


def test_who_earns_a_lower_level_within_the_days_of_grace_falls_to_that_and_not_below() -> None:
    """Gold runs out with week 104; in week 106 of the days of grace she has spent enough for Silver."""
    her = Traveller(grace=8)
    levels = her.lives(130, {10: 300, 106: 150})
    assert levels[104:112] == [2] * 8
    assert levels[112:] == [1] * 19
    assert her.moved == (1, 1)


def test_after_the_days_of_grace_she_falls_to_what_the_year_before_was_enough_for() -> None:
    her = Traveller(grace=8)
    levels = her.lives(160, {10: 300, 60: 150})
    assert levels[104:112] == [2] * 8
    assert levels[112:156] == [1] * 44


def test_what_exceeds_the_level_reached_rolls_over() -> None:
    """180 for a level of 100 leave 80 for the next year, and 20 more win it again."""
    kept, lost = (Traveller(rollover=rolls, valid_windows=0) for rolls in (True, False))
    spending = {10: 180, 60: 20}
    assert kept.lives(100, spending)[51:61] == [1] + [0] * 8 + [1]
    assert lost.lives(100, spending)[51:61] == [1] + [0] * 9


def test_of_what_exceeds_gold_only_that_rolls_over() -> None:
    her = Traveller(rollover=True)
    her.lives(52, {10: 350})
    assert her.wholes[her.row(Row.SPEND), 0] == 50_00


def test_what_reached_no_level_does_not_roll_over() -> None:
    her = Traveller(rollover=True)
    her.lives(52, {10: 99})
    assert her.wholes[her.row(Row.SPEND), 0] == 0


# --- status that is given ---------------------------------------------------------------------------------


def given_status(her: Traveller, level: int, weeks: int | None) -> Traveller:
    until = her.week + weeks if weeks else int(end_of_validity(her.terms, 0, her.week, her.since))
    bestow(her.wholes, 0, her.terms, 0, level, until, int(weeks is not None), FIRM_CELLS, her.tally)
    return her


MATCH = {"level": "Gold", "weeks": 13, "spend": 80.0}


def test_a_matched_level_is_on_trial_and_ends_with_it() -> None:
    her = given_status(Traveller(match=MATCH), 2, 13)
    assert is_trial(her.wholes[her.row(Row.TIER), 0]) == 1
    levels = her.lives(30, {5: 79.99})
    assert levels == [2] * 13 + [0] * 18
    assert her.equity == 0, "what was only lent is not missed"


def test_who_spends_in_the_trial_what_is_asked_keeps_the_level() -> None:
    levels = given_status(Traveller(match=MATCH), 2, 13).lives(60, {5: 79.99, 12: 0.01})
    assert levels[:52] == [2] * 52


def test_a_trial_that_spans_the_end_of_the_year_counts_all_of_itself() -> None:
    """Thirteen weeks from week 45: 50 before the end of the year and 50 after are the 80 that are asked."""
    her = given_status(Traveller(since=45, match=MATCH), 2, 13)
    levels = her.lives(70, {46: 50, 55: 50})
    assert levels[: 58 - 45] == [2] * 13
    assert levels[58 - 45 :] == [2] * 13


def test_who_earns_the_matched_level_within_the_trial_has_it_like_everybody() -> None:
    her = given_status(Traveller(match=MATCH | {"spend": 0.0}), 2, 13)
    levels = her.lives(110, {5: 300})
    assert levels[:104] == [2] * 104
    assert levels[104] == 0


def test_who_earns_a_lower_level_in_the_trial_falls_to_that() -> None:
    levels = given_status(Traveller(match=MATCH | {"spend": 0.0}), 2, 13).lives(30, {5: 100})
    assert levels == [2] * 13 + [1] * 18


def test_a_gift_holds_as_long_as_a_level_that_was_earned() -> None:
    her = given_status(Traveller(gift={"level": "Silver", "share": 1.0}), 1, None)
    assert her.lives(110, {})[:105] == [1] * 104 + [0]


def test_what_is_given_takes_nothing_from_one_who_has_more() -> None:
    her = Traveller().buys(300)
    assert given_status(her, 1, 13).level == 2
    assert her.moved == (1, 0)


# --- how it feels -----------------------------------------------------------------------------------------


def test_a_fall_hurts_more_than_the_rise_pleased() -> None:
    her = Traveller(valid_windows=0).buys(100)
    pleased = float(her.equity)
    her.begins(52)
    assert pleased > 0
    assert pleased - float(her.equity) > 1.4 * pleased


def test_two_levels_at_once_count_twice() -> None:
    one, two = Traveller().buys(100), Traveller().buys(300)
    assert float(two.equity) == pytest.approx(2 * float(one.equity))


def test_to_keep_what_one_has_is_nothing_to_be_pleased_with() -> None:
    her = Traveller().buys(100)
    pleased = float(her.equity)
    her.lives(60, {55: 100})
    assert float(her.equity) == pleased


# --- whatever comes ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(st.integers(0, 300), st.integers(0, 400), max_size=40),
    st.sampled_from(["calendar", "anniversary", "rolling"]),
    st.integers(0, 3),
    st.sampled_from(["none", "one", "full"]),
    st.integers(0, 20),
    st.integers(0, 40),
)
def test_nobody_is_below_what_she_earned_in_this_window_or_above_what_she_ever_earned(
    spending: dict[int, float], window: str, windows: int, downgrade: str, grace: int, since: int
) -> None:
    her = Traveller(
        since=since, window=window, valid_windows=windows, downgrade=downgrade,
        grace=0 if downgrade == "none" else grace,
    )  # fmt: skip
    best = 0
    before = 0
    for week in range(since, 301):
        her.begins(week)
        assert her.level >= before or downgrade != "none"
        assert her.level >= before - 1 or downgrade == "full"
        if week in spending:
            her.buys(spending[week])
        spent = _in_window(spending, window, since, week)
        earned = (spent >= 100) + (spent >= 300)
        best = max(best, earned)
        assert earned <= her.level <= best
        before = her.level
    ups, downs = her.moved
    assert downs <= 2 * ups, "there are two levels to fall by"


def _in_window(spending: Mapping[int, float], window: str, since: int, week: int) -> float:
    """What she has spent in the window that this week is in."""
    if window == "rolling":
        first = week - week % 13 - 39
    else:
        start = since if window == "anniversary" else 0
        first = week - (week - start) % 52
    return sum(amount for w, amount in spending.items() if max(first, since) <= w <= week)


# --- what she strives for ---------------------------------------------------------------------------------


def goal(her: Traveller, basket: float = 20.0) -> tuple[int, float, float, int]:
    level, progress, missing, weeks = next_goal(
        her.wholes, 0, her.terms, 0, her.week, her.since, np.float32(basket), np.float32(1.0)
    )
    return int(level), float(progress), float(missing), int(weeks)


def test_who_has_none_strives_for_the_first_level_and_who_has_that_for_the_next() -> None:
    her = Traveller().begins(12).buys(60)
    level, progress, missing, weeks = goal(her)
    assert (level, weeks) == (1, 40)
    assert progress == pytest.approx(0.6)
    assert missing == pytest.approx(2.0), "40.00 in baskets of 20.00"
    assert goal(her.buys(60))[0] == 2
    assert goal(her.buys(500))[0] == 0, "nothing is left"


def test_in_its_last_year_a_level_is_to_be_kept_and_once_it_is_the_next_is_to_be_won() -> None:
    her = Traveller().begins(12).buys(100)
    her.begins(60).buys(40)
    level, progress, missing, _ = goal(her)
    assert (level, missing) == (1, 3.0)
    assert progress == pytest.approx(0.4)
    assert goal(her.buys(60))[0] == 2


@pytest.mark.parametrize("window", ["calendar", "anniversary", "rolling"])
def test_a_level_that_ends_with_its_window_need_not_be_kept_by_who_has_earned_it_in_it(window: str) -> None:
    """Nothing more can be done for it: what draws her is the next one."""
    her = Traveller(window=window, valid_windows=0).begins(12).buys(100)
    level, progress, _, _ = goal(her)
    assert level == 2
    assert progress == pytest.approx(1 / 3)


def test_of_legs_of_which_one_will_do_the_nearest_counts_and_of_all_the_farthest() -> None:
    legs = {"name": "Gold", "spend": 100, "visits": 10}
    assert goal(Traveller([legs]).buys(80))[1] == pytest.approx(0.8)
    assert goal(Traveller([legs | {"every_leg": True}]).buys(80))[1] == pytest.approx(0.1)
