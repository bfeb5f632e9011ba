"""The one place that knows how versions of Mesa differ (3.3 to 4).

Mesa 3.3 keeps every model that created an agent alive for ever, through a class-level table of ids. Mesa 3.5
and later give out the ids themselves and drive `step` by a schedule of events. All of them bind `step` to the
instance and let agents and model hold each other, so that a model waits for the garbage collector. A sweep
makes thousands of models, each with millions of numbers that the collector does not see. So here agents carry
ids of our own and hold their model weakly, and nothing of Mesa's keeps a model alive.
"""

from __future__ import annotations

import weakref
from typing import Any

import mesa

try:  # Mesa 3.5: what all sets of agents have in common
    from mesa.agentset import AbstractAgentSet as AgentSetBase
    from mesa.agentset import GroupBy
except (
    ImportError
):  # Mesa 3.3 and 3.4: only the stock set, of which everything that counts is to be overridden
    from mesa.agent import AgentSet as AgentSetBase
    from mesa.agent import GroupBy

__all__ = [
    "AgentSetBase",
    "GroupBy",
    "MarketAgent",
    "WeeklyModel",
    "count_step",
    "free_of_wrappers",
    "registered_agents",
]


class MarketAgent(mesa.Agent):
    """An agent with an id of our own, registered with its model, which it does not keep alive."""

    def __init__(self, model: Any, unique_id: int) -> None:
        self._model = weakref.ref(model)
        self.pos = None
        self.current_action = None  # Mesa 4
        self.unique_id = unique_id
        model.register_agent(self)
        self.unique_id = unique_id  # Mesa 3.5 has just put its own there
        if hasattr(model, "agent_id_counter"):
            model.agent_id_counter = max(model.agent_id_counter, unique_id + 1)

    @property
    def model(self) -> Any:
        """The model the agent belongs to. Raises ReferenceError once that is gone."""
        model = self._model()
        if model is None:
            name = type(self).__name__
            raise ReferenceError(
                f"the market of this {name} is gone; keep a name for it as long as you need it"
            )
        return model

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": self._model()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # So that the agents of a copied or unpickled model belong to the copy.
        self.__dict__.update(state)
        self._model = weakref.ref(state["_model"])


def registered_agents(model: Any) -> list[Any]:
    """The agents that were registered with the model, in order of registration."""
    return list(model._all_agents)


def free_of_wrappers(model: Any) -> None:
    """Undo what Mesa binds to the instance: `step` is the class's own again, and no cycle holds the model."""
    schedule = model.__dict__.pop("_default_schedule", None)
    if schedule is not None:
        schedule.stop()
        model._event_list.clear()
    for name in ("step", "_user_step"):
        model.__dict__.pop(name, None)
    scenario = model.__dict__.get("_scenario")
    if getattr(scenario, "model", None) is model:
        object.__setattr__(scenario, "model", None)  # a plain setattr is refused while the model runs


def count_step(model: Any, week: int) -> None:
    """Tell Mesa's own tools (DataCollector, SolaraViz) how many weeks were lived, where they ask for it.

    In Mesa 3.5 and later, events that were scheduled up to this moment take place now.
    """
    if "steps" in model.__dict__:
        model.__dict__["steps"] = week
    if hasattr(model, "_advance_time") and week > model.time:
        model._advance_time(float(week))
    elif hasattr(model, "time"):
        model.time = float(week)


class WeeklyModel(mesa.Model):
    """A mesa.Model whose unit of time is a week, lived by its `step`, whatever the version of Mesa."""

    def __init__(self) -> None:
        # Named draws decide everything; Mesa's generators are there for Mesa's own tools.
        super().__init__(rng=0)
        free_of_wrappers(self)

    def run_for(self, duration: float) -> None:
        """Live so many weeks. Raises ValueError for parts of a week."""
        if duration != int(duration) or duration < 0:
            raise ValueError(f"a market lives whole weeks; it cannot live {duration:g} of them")
        for _ in range(int(duration)):
            self.step()

    def run_until(self, end_time: float) -> None:
        """Live until so many weeks were lived."""
        self.run_for(max(0.0, end_time - self.week))
