"""Small worlds for the tests of this room."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from sim.scenario import Scenario

GROCERS = """\
title: Two grocers
source: made up for the tests
horizon: {weeks: 156, burn_in: 52}
category: {name: groceries}
customers:
  count: 100
  segments:
    - name: families
      weight: 0.6
      purchase_rate: {mean: 1.2}
      basket: {mean: 36.0}
    - name: singles
      weight: 0.4
      purchase_rate: {mean: 0.8}
      basket: {mean: 20.0}
firms:
  - name: Harbour
    share: 0.4
    unit_cost: 0.7
    price: {level: 1.1}
    quality: {level: 80}
  - name: Mill
    share: 0.6
    unit_cost: 0.8
focus: Harbour
events:
  - {kind: price_war, firm: Mill, week: 60, weeks: 12, depth: 0.15}
designs:
  none: {programme: null}
  points: {programme: {name: Points, points: {per_currency: 1, threshold: 100, reward: 5}}}
"""


def plain() -> dict[str, Any]:
    """The two grocers as plain data, to be changed at will."""
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(GROCERS)
    return data


def world(**changes: Any) -> Scenario:
    """The two grocers, with some blocks at the top exchanged."""
    return Scenario.model_validate(plain() | changes)
