"""The customers as Mesa agents."""

from __future__ import annotations

from typing import Any


class CustomerSet:
    agent_type = object

    def __init__(self, model: Any) -> None:
        self.model = model


class MarketAgents:
    def __init__(self, model: Any, firms: Any) -> None:
        self.model = model
