"""Groups of customers add up, and who changed her mind is followed from the week in which her life differs."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments.explain.causes import CAUSE_OF, WORDS, first_moment
from sim.experiments.explain.groups import UNCHARGED
from sim.experiments.explain.lives import NEVER
from sim.experiments.explain.markets import GONE, NOBODY, pair_of_markets
from sim.experiments.explain.minds import table as counted
from sim.experiments.explain.stories import typical
from sim.experiments.run import Cell, Outcome
from sim.measures.tally import Tally
from sim.population import moments
from sim.population.page import HAPPENINGS, MEMBERSHIP_MOMENTS, Moment
from sim.scenario import Scenario, load
from tests.experiments.explain.worlds import grocers, of_cheaper, of_points

CUSTOMERS, WEEKS = 240, 36


@cache
def pair(design: str) -> Outcome:
    cell = Cell(design, 0, 1, CUSTOMERS, WEEKS)
    return pair_of_markets(grocers(), cell, threading.Event(), against="none", parts=("groups", "customers"))


@cache
def market(design: str, *diaries: int) -> sim.Market:
    return sim.Market(grocers(), design=design, customers=CUSTOMERS, weeks=WEEKS, diaries=list(diaries)).run()


# --- groups -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["ours", "theirs"])
@pytest.mark.parametrize("by", ["segment", "decile"])
def test_each_way_of_grouping_adds_up_to_all_customers(by: str, column: str) -> None:
    """To a cent a group: what a group has brought is rounded to the cent."""
    table = pair("points").tables["groups"]
    parts = table.loc[table["by"] == by, column]
    assert parts.sum() == pytest.approx(table.loc[0, column], abs=len(parts))


def test_customers_and_those_kept_are_counted_once_each() -> None:
    table = pair("points").tables["groups"]
    for column in ("customers", "buyers", "kept_ours", "kept_theirs"):
        for by in ("segment", "decile"):
            assert table.loc[table["by"] == by, column].sum() == table.loc[0, column]
    assert table.loc[0, "customers"] == CUSTOMERS


def test_revenue_of_the_segments_is_that_of_the_till() -> None:
    table = pair("points").tables["groups"]
    assert table.loc[0, "revenue_ours"] == round(100 * pair("points").metrics["ours:revenue"])
    assert table.loc[table["by"] == "segment", "revenue_ours"].sum() == table.loc[0, "revenue_ours"]


@pytest.mark.parametrize("design", ["none", "cheaper"])
def test_what_customers_brought_is_what_the_till_says_though_many_come_and_go(design: str) -> None:
    """Revenue less goods, as nothing else costs anything here; sums of float32 come within a cent a customer."""
    lived = market(design)
    till = lived.tallies[lived.burn_in :, :, lived.focus].sum(axis=(0, 1, 2))
    table = pair("cheaper").tables["groups"]
    brought = table.loc[0, "theirs" if design == "none" else "ours"]
    assert brought == pytest.approx(till[Tally.REVENUE] - till[Tally.GOODS], abs=CUSTOMERS)
    assert (lived.population.column("entered") > lived.burn_in).sum() > 30
    newcomers = table.loc[table["group"] == "newcomers", "ours"].item()
    assert newcomers > 0


def test_groups_and_what_no_customer_is_charged_with_add_up_to_profit() -> None:
    result = of_points()
    own = result.groups[result.groups["measure"] == "contribution"].set_index(["by", "group"])["mean"]
    profit = result.difference.mean
    assert own["all", "all"] + own["all", UNCHARGED] == pytest.approx(profit, abs=0.004)
    assert own["segment"].sum() + own["all", UNCHARGED] == pytest.approx(profit, abs=0.05)
    assert own["decile"].sum() + own["all", UNCHARGED] == pytest.approx(profit, abs=0.1)


def test_the_first_decile_has_brought_most_when_the_designs_part() -> None:
    table = pair("points").tables["groups"].set_index("group")["theirs"]
    assert table["1"] > 2 * table["5"] > 0


# --- who changed her mind ---------------------------------------------------------------------------------


def test_gained_less_lost_is_the_difference_of_customers_at_the_end() -> None:
    fates = pair("points").tables["fates"].set_index("fate")["customers"]
    ends = [int(market(d).tallies[-1, :, 0, :, Tally.ACTIVE].sum()) for d in ("points", "none")]
    gained = fates["gained"] + fates["gained_other"] - fates["lost"] - fates["lost_other"]
    assert gained == ends[0] - ends[1]
    assert fates["gained"] > 0
    assert fates.sum() == CUSTOMERS
    changed = pair("points").tables["changed"]
    assert (changed["fate"] == "gained").sum() == fates["gained"]


def test_before_her_life_differs_her_two_diaries_are_the_same_and_then_they_are_not() -> None:
    changed = pair("points").tables["changed"]
    assert len(changed) > 5
    ids = changed["customer"].tolist()
    diaries = [market(design, *ids) for design in ("points", "none")]
    for row in changed.itertuples():
        ours, theirs = (
            {entry.week: entry for entry in lived.diary(row.customer).entries} for lived in diaries
        )
        for week in sorted(set(ours) & set(theirs)):
            if week >= row.week:
                break
            assert ours[week].moments == theirs[week].moments
            assert (ours[week].minds == theirs[week].minds).all()
        bought = [
            [m for m in side[row.bought].moments if m.name == "bought"] if row.bought in side else []
            for side in (ours, theirs)
        ]
        assert bought[0] != bought[1]
        assert grocers().horizon.burn_in <= row.week <= row.bought


def test_looking_for_causes_changes_no_number() -> None:
    plain = pair_of_markets(
        grocers(), Cell("points", 0, 1, CUSTOMERS, WEEKS), threading.Event(), against="none", parts=()
    )
    found = pair("points").metrics
    assert list(plain.metrics) == list(found)
    assert np.array_equal(list(plain.metrics.values()), list(found.values()), equal_nan=True)


def test_a_rival_is_named_where_she_buys_otherwise() -> None:
    changed = pair("points").tables["changed"]
    last = {d: market(d).population.column("last_firm") for d in ("points", "none")}
    for row in changed.itertuples():
        firm = last["none" if row.fate == "gained" else "points"][row.customer - 1]
        assert row.rival in ((NOBODY, GONE) if firm == 0 else ("Mill", GONE))
    assert "Mill" in set(changed["rival"])


def test_the_life_of_a_newcomer_differs_from_her_own_coming_on() -> None:
    """Whatever became of the customer whose place she takes."""
    newcomers = 0
    for replicate in range(4):
        cell = Cell("cheaper", replicate, 1, CUSTOMERS, WEEKS)
        changed = pair_of_markets(
            grocers(), cell, threading.Event(), against="none", parts=("customers",), witnesses=0
        ).tables["changed"]
        lived = sim.Market(
            grocers(), design="cheaper", replicate=replicate, customers=CUSTOMERS, weeks=WEEKS
        ).run()
        entered = lived.population.column("entered")[changed["customer"] - 1]
        assert (changed["week"] >= entered).all()
        newcomers += int((entered > lived.burn_in).sum())
    assert newcomers > 0


def test_of_a_design_that_only_changes_the_price_the_first_cause_is_the_price() -> None:
    changed = of_cheaper().changed
    assert len(changed) > 10
    assert set(changed["first"]) == {"price"}
    assert set(changed["turn"]) == {"price"}
    own = of_cheaper().causes
    assert own[own["by"] == "first"]["share"].tolist() == [1.0] * own[own["by"] == "first"].shape[0]


def test_of_a_programme_she_must_join_it_is_not_the_price() -> None:
    changed = of_points().changed
    assert "price" not in set(changed["first"]) | set(changed["turn"])
    assert (changed["first"] == "membership").mean() > 0.5
    assert {"within_reach", "reward", "membership"} & set(changed["turn"])


def test_of_member_prices_it_is_the_price_that_members_pay() -> None:
    changed = pair("member_prices").tables["changed"]
    assert (changed["first"] == "membership").mean() > 0.5
    assert (changed["turn"] == "member_price").mean() > 0.5


def test_a_friend_who_differs_is_a_first_cause_where_friends_talk() -> None:
    """Who buys meets the better quality herself; who does not hears of it from friends first."""
    world = grocers().model_dump(mode="json")
    world["customers"]["network"] = {"degree": 8}
    world["designs"]["better"] = {"quality": {"level": 97}}
    cell = Cell("better", 0, 1, CUSTOMERS, WEEKS)
    outcome = pair_of_markets(
        Scenario.model_validate(world), cell, threading.Event(), against="none", parts=("customers",)
    )
    first = outcome.tables["changed"]["first"]
    assert {"feelings", "word_of_mouth"} <= set(first)


def test_of_a_design_for_dealers_the_first_cause_is_the_dealer() -> None:
    """Nothing that the firm posts differs, only what dealers carry, recommend and charge."""
    world = load(Path(__file__).resolve().parents[3] / "scenarios" / "appliances.yaml")
    cell = Cell("exclusive", 0, 1, 300, world.horizon.burn_in + 40)
    changed = pair_of_markets(
        world, cell, threading.Event(), against="steady_margin", parts=("customers",)
    ).tables["changed"]
    assert len(changed) > 3
    assert set(changed["first"]) == set(changed["turn"]) == {"dealer"}


def test_where_not_all_are_asked_every_segment_is_and_causes_are_scaled_up() -> None:
    cell = Cell("cheaper", 0, 1, CUSTOMERS, WEEKS)
    found = [
        pair_of_markets(
            grocers(), cell, threading.Event(), against="none", parts=("customers",), witnesses=most
        ).tables["changed"]
        for most in (400, 8)
    ]
    asked = found[1]["first"] != ""
    assert asked.sum() == 8 < len(asked)
    assert set(found[1]["segment"][asked]) == set(found[0]["segment"])
    whole, part = (
        counted(changed.assign(replicate=0), 1).set_index(["fate", "by", "group"]) for changed in found
    )
    for fate in ("gained", "lost"):
        if (asked & (found[1]["fate"] == fate)).any():
            assert part.loc[(fate, "first", "price")].equals(whole.loc[(fate, "first", "price")])
    assert part.loc[part.index.get_level_values("by") == "rival"].equals(
        whole.loc[whole.index.get_level_values("by") == "rival"]
    )


def test_every_moment_of_a_diary_has_a_cause_or_is_a_purchase_or_a_taste() -> None:
    known = {*moments.MOMENTS, *MEMBERSHIP_MOMENTS, *HAPPENINGS, "brought_back", "contract_ended"}
    assert known - set(CAUSE_OF) == {"changed_taste"}
    assert set(CAUSE_OF) <= known
    assert set(CAUSE_OF.values()) <= set(WORDS)


def test_the_first_moment_that_only_one_world_has_is_found_in_the_order_of_the_week() -> None:
    bought, joined, failed = Moment("bought", ("A",)), Moment("joined", ("A",)), Moment("failed_core", ("A",))
    assert first_moment([bought, joined], [bought]) == joined
    assert first_moment([bought], [bought, failed]) == failed
    assert first_moment([bought, bought, joined], [bought, joined]) == bought
    assert first_moment([joined, bought], [bought, failed]) == joined
    assert first_moment([bought, joined], [bought, joined]) is None


# --- stories ----------------------------------------------------------------------------------------------


def changed_by_hand() -> pd.DataFrame:
    rows = [
        # replicate, customer, fate, turn, segment, decile, bought
        (0, 11, "gained", "reward", "families", 1, 20),
        (0, 12, "gained", "reward", "families", 5, 24),
        (1, 13, "gained", "reward", "families", 9, 28),
        (1, 14, "lost", "membership", "singles", 3, 22),
    ]
    names = ["replicate", "customer", "fate", "turn", "segment", "decile", "bought"]
    frame = pd.DataFrame(rows, columns=names)
    alike = {"was": True, "rival": "Mill", "member_ours": True, "member_theirs": False, "first": "membership"}
    return frame.assign(**alike, week=18)


def test_the_typical_customer_of_a_kind_is_the_one_in_its_middle() -> None:
    chosen = typical(changed_by_hand(), 2)
    assert chosen["customer"].tolist() == [12, 14]
    assert chosen["kind"].tolist() == [3, 1]


def test_where_there_are_few_kinds_the_next_typical_is_told_of_and_ties_go_to_the_first() -> None:
    assert typical(changed_by_hand(), 3)["customer"].tolist() == [12, 14, 11]
    shuffled = changed_by_hand().iloc[[3, 2, 0, 1]]
    assert typical(shuffled, 3)["customer"].tolist() == [12, 14, 11]


def test_stories_begin_where_the_diaries_part_and_tell_both_sides() -> None:
    result = of_points()
    assert len(result.tales) == 3
    for tale in result.tales:
        assert tale.ours != tale.theirs
        assert tale.week != NEVER
        first = [int(side[0][0].split()[1].split("–")[0]) for side in (tale.ours, tale.theirs)]
        assert min(first) == tale.week
    text = result.stories(100)
    assert "under “points”" in text
    assert "| under “none”" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_market_with_diaries_from_the_middle_on_tells_what_one_with_whole_diaries_tells() -> None:
    tale = of_points().tales[0]
    world = grocers()
    whole = sim.Market(world, design="points", replicate=tale.replicate, customers=CUSTOMERS, weeks=WEEKS,
                       diaries=[tale.customer]).run()  # fmt: skip
    assert tale.ours[-1][1] in " ".join(str(whole.diary(tale.customer)).split())
    assert np.isfinite(tale.kind)
