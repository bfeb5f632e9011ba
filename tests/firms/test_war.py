"""Price wars that firms declare by themselves: what starts one, how far it goes, and whether it ends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.firms.street import column, firm, live, street, war


def fighter(**more: Any) -> dict[str, Any]:
    """Declares war on anybody more than 5 % below its usual price; cuts 4 % a week, to 12 %."""
    plan = {"kind": "price_war", "trigger": {"rival_below": 0.95}, "depth": 0.12, "step": 0.04}
    return {**plan, "floor": 0.5, "stamina": 10, "truce": 3, "rest": 20, **more}


def wars(prices: list[float]) -> list[tuple[int, int]]:
    """First and last week of each war of a firm."""
    found: list[tuple[int, int]] = []
    for week, price in enumerate(prices):
        if price < 1.0:
            if found and found[-1][1] == week - 1:
                found[-1] = (found[-1][0], week)
            else:
                found.append((week, week))
    return found


def test_a_war_is_declared_when_a_rival_asks_too_little_and_cuts_step_by_step() -> None:
    prices, _ = live(street([fighter()], []), 20, events=[war("Mill", 5, 2, 0.1)])
    assert column(prices)[5:10] == pytest.approx([1.0, 0.96, 0.92, 0.88, 0.88])


def test_a_rival_who_asks_a_little_less_is_left_in_peace() -> None:
    prices, _ = live(street([fighter()], []), 20, events=[war("Mill", 5, 2, 0.04)])
    assert wars(column(prices)) == []


def test_peace_is_made_when_the_rivals_have_been_back_for_long_enough() -> None:
    """Mill cuts in weeks 5 to 8, which Harbour sees until week 9; then it sees three weeks of usual prices."""
    prices, _ = live(street([fighter(stamina=50)], []), 40, events=[war("Mill", 5, 4, 0.1)])
    assert wars(column(prices)) == [(6, 11)]


def test_a_rival_who_comes_back_for_a_moment_brings_no_peace() -> None:
    events = [war("Mill", 5, 2, 0.1), war("Mill", 9, 2, 0.1)]
    prices, _ = live(street([fighter(stamina=50)], []), 40, events=events)
    assert wars(column(prices)) == [(6, 13)]


def test_a_firm_tires_of_a_war_that_its_rival_does_not_end_and_rests() -> None:
    prices, _ = live(street([fighter()], []), 60, events=[war("Mill", 5, 55, 0.1)])
    assert wars(column(prices)) == [(6, 15), (36, 45)]
    assert column(prices)[36:39] == pytest.approx([0.96, 0.92, 0.88]), "a new war begins with the first step"


def test_without_rest_or_peace_it_is_at_war_again_a_week_later() -> None:
    prices, _ = live(street([fighter(rest=0)], []), 40, events=[war("Mill", 5, 35, 0.1)])
    assert wars(column(prices)) == [(6, 15), (17, 26), (28, 37), (39, 39)]


def test_a_war_never_goes_below_the_floor() -> None:
    deep = fighter(depth=0.6, step=0.3, floor=0.75)
    prices, _ = live(street([deep], []), 20, events=[war("Mill", 5, 10, 0.5)])
    assert min(column(prices)) == pytest.approx(0.75)


def test_who_undercuts_in_a_war_goes_below_its_depth_a_step_below_the_lowest_rival() -> None:
    events = [war("Mill", 5, 30, 0.2)]
    prices, _ = live(street([fighter(undercut=True, stamina=30)], []), 30, events=events)
    assert min(column(prices)) == pytest.approx(1 - 0.2 - 0.04)
    prices, _ = live(street([fighter(stamina=30)], []), 30, events=events)
    assert min(column(prices)) == pytest.approx(1 - 0.12)


def test_two_who_undercut_in_a_war_meet_at_the_floor() -> None:
    plan = fighter(undercut=True, stamina=100, floor=0.6)
    prices, _ = live(street([plan], [plan]), 60, events=[war("Mill", 2, 1, 0.1)])
    assert prices[-1] == pytest.approx([0.6, 0.6])


def test_a_war_between_two_ends_when_they_tire_and_rest_long_enough() -> None:
    plan = fighter(stamina=10, rest=5)
    prices, _ = live(street([plan], [plan]), 120, events=[war("Mill", 5, 1, 0.1)])
    last = max(wars(column(prices, i))[-1][1] for i in (0, 1))
    assert last < 40
    assert prices[last + 1 :] == [[1.0, 1.0]] * (119 - last)


def test_a_war_between_two_who_do_not_rest_never_ends() -> None:
    plan = fighter(stamina=10, rest=0)
    prices, _ = live(street([plan], [plan]), 200, events=[war("Mill", 5, 1, 0.1)])
    assert all(any(min(week) < 0.95 for week in prices[start : start + 12]) for start in range(10, 188))


def test_a_war_among_two_with_great_stamina_lasts_as_long_as_that() -> None:
    short, long = (
        live(street([fighter(stamina=n)], [fighter(stamina=n)]), 150, events=[war("Mill", 5, 1, 0.1)])[0]
        for n in (10, 60)
    )
    assert (
        len([week for week in long if min(week) < 1]) >= len([week for week in short if min(week) < 1]) + 50
    )


def test_a_drop_of_sales_is_a_reason_for_war_and_a_slow_decline_is_not() -> None:
    plan = {**fighter(), "trigger": {"sales_drop": 0.2, "weeks": 3}}

    def sudden(week: int, i: int, prices: list[float]) -> dict[str, float]:
        return {"purchases": 1000 if week < 12 else 700}

    def slow(week: int, i: int, prices: list[float]) -> dict[str, float]:
        return {"purchases": 1000 * 0.98**week}

    assert wars(column(live([firm("Harbour", plan)], 60, figures=sudden)[0])) == [(15, 17)]
    assert wars(column(live([firm("Harbour", plan)], 60, figures=slow)[0])) == []


def test_no_drop_is_seen_before_there_are_weeks_to_compare() -> None:
    plan = {**fighter(), "trigger": {"sales_drop": 0.2, "weeks": 3}}

    def opening(week: int, i: int, prices: list[float]) -> dict[str, float]:
        return {"purchases": [9000, 500, 400, 480, 480, 480][min(week, 5)]}

    assert wars(column(live([firm("Harbour", plan)], 6, figures=opening)[0])) == []


def test_what_sells_less_because_of_the_war_next_door_answers_it() -> None:
    """A drop of sales, not a price that is watched: a rival's cut takes customers, and so the war spreads."""
    plan = {**fighter(truce=2), "trigger": {"sales_drop": 0.1, "weeks": 2}}

    def shares(week: int, i: int, prices: list[float]) -> dict[str, float]:
        pull = [price**-4 for price in prices]
        return {"purchases": 2000 * pull[i] / sum(pull)}

    prices, _ = live(street([plan], []), 30, events=[war("Mill", 8, 4, 0.2)], figures=shares)
    (first, _last), *_ = wars(column(prices))
    assert first == 9


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 20),
    st.integers(1, 8),
    st.integers(0, 20),
    st.lists(st.floats(0.3, 1.2), min_size=10, max_size=60),
)
def test_no_war_is_longer_than_stamina_and_no_rest_is_shorter_than_it_says(
    stamina: int, truce: int, rest: int, rival: list[float]
) -> None:
    plan = fighter(stamina=stamina, truce=truce, rest=rest)
    events = [war("Mill", week, 1, 1 - price) for week, price in enumerate(rival) if price < 1]
    fought = wars(column(live(street([plan], []), len(rival) + 1, events=events)[0]))
    for (first, last), (again, _) in zip(fought, [*fought[1:], (10**6, 0)], strict=True):
        assert last - first + 1 <= stamina
        assert again - last - 1 >= rest
