"""What differs between versions of Mesa, and must not show."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator

import mesa
import pytest

from sim.adapter import MarketAgent, WeeklyModel, count_step, registered_agents


class Town(WeeklyModel):
    """A model that counts its weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.week = 0
        self.events: list[str] = []
        self.inhabitants = [MarketAgent(self, 100 + i) for i in range(3)]

    def step(self) -> None:
        self.week += 1
        self.events.append(f"week {self.week}")
        count_step(self, self.week)

    def flood(self) -> None:
        self.events.append("flood")


@pytest.fixture
def without_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_agents_keep_the_ids_they_are_given() -> None:
    for _ in range(2):
        assert [a.unique_id for a in Town().inhabitants] == [100, 101, 102]


def test_agents_are_registered_with_their_model_in_order() -> None:
    town = Town()
    assert registered_agents(town) == town.inhabitants
    assert all(a.model is town for a in town.inhabitants)
    assert all(isinstance(a, mesa.Agent) and a.pos is None for a in town.inhabitants)


def test_an_agent_of_mesas_own_gets_an_id_that_is_free() -> None:
    town = Town()
    if not hasattr(town, "agent_id_counter"):
        pytest.skip(f"Mesa {mesa.__version__} counts the ids of its own agents from 1, whatever ours are")
    assert mesa.Agent(town).unique_id == 103


def test_a_model_goes_when_the_last_name_for_it_goes(without_garbage_collector: None) -> None:
    town = Town()
    town.step()
    gone = weakref.ref(town)
    del town
    assert gone() is None


def test_an_agent_says_so_when_its_model_is_gone() -> None:
    agent = Town().inhabitants[0]
    gc.collect()
    with pytest.raises(ReferenceError, match="keep a name for it"):
        _ = agent.model


def test_a_step_is_one_week_and_mesas_own_counts_agree() -> None:
    town = Town()
    for _ in range(3):
        town.step()
    assert town.events == ["week 1", "week 2", "week 3"]
    assert getattr(town, "steps", 3) == 3
    assert getattr(town, "time", 3.0) == 3.0


def test_whole_weeks_are_lived_by_number() -> None:
    town = Town()
    town.run_for(2)
    assert town.week == 2
    town.run_until(5)
    town.run_until(3)
    assert town.week == 5
    assert len(town.events) == 5
    with pytest.raises(ValueError, match="whole weeks"):
        town.run_for(0.5)


def test_what_was_scheduled_takes_place_in_its_week() -> None:
    town = Town()
    if not hasattr(town, "schedule_event"):
        pytest.skip(f"Mesa {mesa.__version__} schedules no events")
    town.schedule_event(town.flood, at=2)
    town.run_for(3)
    assert town.events == ["week 1", "week 2", "flood", "week 3"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_the_agents_of_a_copy_belong_to_the_copy(copied) -> None:  # type: ignore[no-untyped-def]
    town = Town()
    town.step()
    twin = copied(town)
    assert all(a.model is twin for a in twin.inhabitants)
    twin.step()
    assert (town.week, twin.week) == (1, 2)


def test_mesas_collector_counts_the_weeks_that_were_lived() -> None:
    town = Town()
    collector = mesa.DataCollector(agent_reporters={"id": "unique_id"})
    for _ in range(2):
        town.step()
        collector.collect(town)
    frame = collector.get_agent_vars_dataframe()
    assert frame.index.tolist() == [(week, i) for week in (1, 2) for i in (100, 101, 102)]
