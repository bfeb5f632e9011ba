"""A session: two designs on the same customers, set and lived again, and a scenario that says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.dashboard.log import log_of
from sim.dashboard.session import Session
from sim.dashboard.verdict import Verdict
from sim.experiments.statistics import Difference
from sim.scenario import Scenario, ScenarioError
from tests.worlds import busy

WEEKS = 40


def world() -> Scenario:
    return busy(horizon={"weeks": WEEKS, "burn_in": 10}).sized(300)


def session(left: str = "none", right: str = "points", **options: object) -> Session:
    names = world().design_names
    designs = (left if left in names else names[0], right if right in names else names[1])
    return Session(world(), designs, keepers=12, **options)  # type: ignore[arg-type]


def bits(opened: Session, side: int) -> bytes:
    return b"".join(values[:, side].tobytes() for values in opened.series().values())


def test_a_session_opens_some_weeks_before_the_designs_begin() -> None:
    opened = session()
    assert opened.week == opened.opening == opened.burn_in - 8
    opened.step(3)
    opened.reset()
    assert opened.week == opened.opening


def test_both_sides_live_the_same_weeks_until_the_designs_begin() -> None:
    opened = session()
    opened.step(opened.burn_in - opened.week)
    for name, values in opened.series().items():
        np.testing.assert_array_equal(values[:, 0], values[:, 1], err_msg=name)
    opened.step(WEEKS)
    assert opened.done
    assert not np.array_equal(
        opened.series()["profit"][:, 0], opened.series()["profit"][:, 1], equal_nan=True
    )


def test_the_same_design_on_both_sides_gives_the_same_bits() -> None:
    name = world().design_names[1]
    opened = session(name, name)
    opened.step(WEEKS)
    assert bits(opened, 0) == bits(opened, 1)


def test_two_sides_of_one_design_differ_when_a_lever_of_one_is_moved() -> None:
    name = world().design_names[1]
    opened = session(name, name)
    opened.step(WEEKS)
    before = bits(opened, 0)
    opened.set_lever(1, "price.level", 0.9)
    assert bits(opened, 0) == before
    assert bits(opened, 1) != before
    assert opened.week == WEEKS
    moved = {lever.path: lever.value for lever in opened.levers(1)}
    assert moved["price.level"] == 0.9
    burn_in = opened.burn_in
    np.testing.assert_array_equal(*opened.series()["share"][:burn_in].T)


def test_a_lever_moved_back_gives_the_bits_it_had() -> None:
    opened = session()
    opened.step(20)
    before, levers = bits(opened, 1), opened.levers(1)
    opened.set_lever(1, "quality.level", 60)
    assert bits(opened, 1) != before
    opened.set_lever(1, "quality.level", next(x.value for x in levers if x.path == "quality.level"))
    assert bits(opened, 1) == before
    assert opened.levers(1) == levers


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("price.level", -1.0),
        ("price.levle", 1.0),
        ("rivals.Nobody.price.level", 1.0),
        ("price.level", "cheap"),
    ],
)
def test_a_wrong_lever_is_refused_and_leaves_the_session_as_it_was(path: str, value: float) -> None:
    opened = session()
    opened.step(15)
    before, markets, text = bits(opened, 1), opened.markets, opened.scenario_text()
    with pytest.raises(ScenarioError):
        opened.set_lever(1, path, value)
    assert opened.markets == markets
    assert (bits(opened, 1), opened.scenario_text()) == (before, text)


def test_whoever_interrupts_a_change_leaves_the_session_as_it_was() -> None:
    opened = session()
    opened.step(WEEKS)
    before, markets, text = bits(opened, 1), opened.markets, opened.scenario_text()

    def stop(done: int, total: int) -> None:
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        opened.set_lever(1, "price.level", 0.9, progress=stop)
    assert opened.markets == markets
    assert (bits(opened, 1), opened.scenario_text()) == (before, text)
    assert not opened.busy


def test_progress_is_told_up_to_the_end_whatever_the_threads() -> None:
    for threads in (1, 2):
        opened = session(threads=threads)
        opened.step(WEEKS)
        told: list[tuple[int, int]] = []
        before = bits(opened, 0)
        opened.relive(progress=lambda done, total, told=told: told.append((done, total)))  # type: ignore[misc]
        assert told[-1] == (2 * WEEKS, 2 * WEEKS)
        assert bits(opened, 0) == before


def test_a_rival_s_lever_acts_on_both_sides_from_the_week_the_designs_begin() -> None:
    opened = session()
    opened.step(WEEKS)
    rival = next(lever for lever in opened.levers(0) if lever.path.startswith("rivals."))
    usual = opened.series()[f"price.{rival.name}"]
    opened.set_lever(0, rival.path, 0.85)
    now = opened.series()[f"price.{rival.name}"]
    burn_in = opened.burn_in
    np.testing.assert_array_equal(now[:burn_in], usual[:burn_in])
    assert (now[burn_in] == 0.85).all()
    assert {lever.value for side in (0, 1) for lever in opened.levers(side) if lever.path == rival.path} == {
        0.85
    }


def test_a_mechanism_is_switched_on_both_sides() -> None:
    opened = session()
    opened.step(WEEKS)
    before = [bits(opened, 0), bits(opened, 1)]
    opened.switch("satisfaction", False)
    assert {state.name: state.on for state in opened.mechanisms()}["satisfaction"] is False
    assert all(bits(opened, side) != before[side] for side in (0, 1))
    opened.switch("satisfaction", True)
    assert [bits(opened, 0), bits(opened, 1)] == before
    with pytest.raises(ScenarioError):
        opened.switch("charm", True)


def test_another_design_is_chosen_as_it_is_written() -> None:
    opened = session()
    opened.step(20)
    opened.set_lever(0, "price.level", 0.9)
    third = world().design_names[2]
    opened.choose(0, third)
    assert opened.sides[0] == third
    assert next(x.value for x in opened.levers(0) if x.path == "price.level") != 0.9
    with pytest.raises(ScenarioError, match="no design is called"):
        opened.choose(0, "nonesuch")


def test_the_exported_scenario_gives_the_numbers_seen_to_the_bit(tmp_path: Path) -> None:
    name = world().design_names[1]
    opened = session(name, name)
    opened.set_lever(1, "price.level", 0.93)
    opened.set_lever(0, "quality.failure_rate", 0.02)
    opened.set_lever(0, next(x.path for x in opened.levers(0) if x.path.startswith("rivals.")), 0.97)
    opened.switch("variety", False)
    opened.step(WEEKS)
    file = tmp_path / "seen.yaml"
    file.write_text(opened.scenario_text(), encoding="utf-8")
    result = sim.compare(sim.load(file), replicates=1, seed=opened.seed, workers=1)
    assert result.designs == (name, f"{name} (2)")
    for side, design in enumerate(result.designs):
        seen = opened.markets[side].metrics()
        for measure in ("retention", "profit", "share", "satisfaction"):
            assert result.samples[measure][design][0] == seen[measure], (design, measure)
    profit = opened.series()["profit"][-1]
    assert profit.tolist() == pytest.approx([result.samples["profit"][d][0] for d in result.designs])


def test_uncertain_numbers_are_those_of_the_first_replicate_of_a_comparison() -> None:
    draws = [{"firms.Harbour.price.level": 0.95}, {"firms.Harbour.price.level": 1.05}]
    uncertain = world().replace("uncertainty", {"source": "a test", "draws": draws})
    names = uncertain.design_names
    opened = Session(uncertain, (names[0], names[1]), keepers=0)
    opened.step(WEEKS)
    result = sim.compare(opened.scenario(), replicates=1, workers=1)
    assert result.samples["profit"][names[1]][0] == opened.markets[1].metrics()["profit"]


def test_the_series_are_what_the_market_says_of_itself() -> None:
    opened = session()
    opened.step(WEEKS)
    series, market = opened.series(), opened.markets[1]
    metrics = market.metrics()
    assert series["satisfaction"][-1, 1] == pytest.approx(metrics["satisfaction"])
    assert series["expectation"][-1, 1] == pytest.approx(metrics["expectation"])
    assert series["liability"][-1, 1] == pytest.approx(metrics["points_liability"])
    books = market.books()
    focal = books[(books["firm"] == market.world.focus) & (books["week"] >= market.burn_in)]
    np.testing.assert_allclose(series["profit"][market.burn_in :, 1], focal["profit"].cumsum())
    assert np.isnan(series["profit"][: market.burn_in]).all()
    np.testing.assert_array_equal(series["price.Mill"][:, 1], market.prices[:, 1])


def test_retention_of_the_base_cohort_ends_as_the_year_is_counted() -> None:
    opened = session()
    opened.step(WEEKS)
    for side in (0, 1):
        record = opened.markets[side].record()
        start, kept = record.cohorts[0]
        running = opened.series()["retention"][opened.burn_in :, side]
        assert running[-1] == kept / start
        assert (running <= 1.0).all()
        assert running[0] > 0.8


def test_the_people_are_the_same_on_both_sides_and_stand_where_the_market_says() -> None:
    opened = session()
    opened.step(WEEKS)
    left, right = opened.people(0), opened.people(1)
    assert left["customer"].tolist() == right["customer"].tolist() == list(opened.keepers)
    assert len(left) == 12
    market, firm = opened.markets[1], opened.world.focus
    names = ("segment", f"member.{firm}", f"satisfaction.{firm}", f"attachment.{firm}")
    attributes = {name: market.customers.get(name) for name in names}
    for row in right.itertuples():
        place = int(row.customer) - 1
        said = {name: values[place] for name, values in attributes.items()}
        assert (row.segment, row.member) == (said["segment"], said[f"member.{firm}"])
        if row.state in ("active", "lapsed"):
            assert row.satisfaction == pytest.approx(said[f"satisfaction.{firm}"])
            assert row.attitude == pytest.approx(said[f"attachment.{firm}"])
    assert right["behaviour"].dropna().between(0.0, 1.0).all()
    assert {"active"} <= set(right["state"])


def test_a_diary_is_that_of_a_market_in_which_it_was_kept_from_the_start() -> None:
    opened = session()
    opened.step(10)
    customer = opened.keepers[3]
    first = opened.diary(customer, 1)
    opened.step(10)
    market = sim.Market(opened.scenario(), design=opened.sides[1], seed=1, diaries=[customer])
    for _ in range(opened.week):
        market.step()
    assert opened.diary(customer, 1) == market.diary(customer)._repr_html_()
    assert first != opened.diary(customer, 1)
    assert opened.diary(customer, 1, "zh") == log_of(market.diary(customer), "zh")
    with pytest.raises(ScenarioError, match="no customer"):
        opened.diary(10_000, 1)


def test_a_diary_is_written_anew_when_its_side_is_lived_anew() -> None:
    opened = session()
    opened.step(WEEKS)
    customer = next(i for i in opened.people(1).query("state == 'active'")["customer"])
    left, before = opened.diary(customer, 0), opened.diary(customer, 1)
    opened.set_lever(1, "quality.level", 50)
    assert opened.diary(customer, 1) != before
    assert opened.diary(customer, 0) == left


def test_sessions_do_not_disturb_each_other() -> None:
    one, two = session(), session()
    one.step(20)
    alone = bits(one, 1)
    two.set_lever(1, "price.level", 0.8)
    two.switch("trust", False)
    two.step(20)
    one.relive()
    assert bits(one, 1) == alone


def test_the_verdict_is_that_of_the_comparison() -> None:
    opened = session()
    opened.set_lever(1, "price.level", 0.8)
    found = opened.outcome("share", replicates=3, workers=1)
    result = sim.compare(opened.scenario(), replicates=3, workers=1)
    assert found.difference == result.paired[opened.sides[1]]["share"]
    assert found.answer == "higher"
    assert found.right("higher")
    assert not found.right("lower")
    assert not found.right("unclear")
    with pytest.raises(ValueError, match="did you mean"):
        opened.outcome("retentoin")


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.1, 0.3, "higher"),
        (-0.3, -0.1, "lower"),
        (-0.1, 0.3, "unclear"),
        (0.0, 0.0, "unclear"),
        (None, None, "unclear"),
    ],
)
def test_a_verdict_is_clear_only_where_the_interval_leaves_out_zero(
    low: float | None, high: float | None, answer: str
) -> None:
    difference = Difference(mean=0.1, low=low, high=high, p_better=None, gain=None)
    found = Verdict("share", "share", ("a", "b"), 8, 0.5, 0.6, difference)
    assert found.answer == answer
    with pytest.raises(ValueError, match="one of"):
        found.right("better")
