"""The one place that knows how versions of Mesa differ (3.3 to 4).

Mesa 3.3 keeps every model that created an agent alive for ever, through a class-level table of ids, and binds
`step` to the instance, which makes each model a reference cycle. A sweep makes thousands of models; here
agents get their id from us, and a model is freed when the last name for it goes.
"""

from __future__ import annotations

from typing import Any

import mesa


class MarketAgent(mesa.Agent):
    """An agent with an id of our own, registered with its model."""

    def __init__(self, model: Any, unique_id: int) -> None:
        self.model = model
        self.unique_id = unique_id
        self.pos = None
        model.register_agent(self)


def free_of_wrappers(model: mesa.Model) -> None:
    """Undo what Mesa binds to the instance, so that `step` is the class's own and no cycle holds the model."""
    for name in ("step", "_user_step"):
        model.__dict__.pop(name, None)


def count_step(model: mesa.Model, week: int) -> None:
    """Tell Mesa's own tools (DataCollector, SolaraViz) which step it is, where they ask for it."""
    if "steps" in model.__dict__:
        model.__dict__["steps"] = week
