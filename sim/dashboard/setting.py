"""What is set on the two sides of a session, and the scenario that says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sim.dashboard.levers import patch_of
from sim.scenario import Firm, Scenario
from sim.scenario.design import patched
from sim.scenario.merge import merged
from sim.scenario.part import thaw

BOTH = (0, 1)


@dataclass(frozen=True)
class Setting:
    """Designs chosen on both sides, levers that were moved, rivals' levers, and mechanisms that were switched."""

    designs: tuple[str, str]
    moved: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    """of each side: values by path in the focal firm, in the order in which they were first moved"""
    rivals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """rival -> values by path; they hold on both sides from the week in which the designs begin"""
    switched: Mapping[str, bool] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, str]:
        """What the two designs are called; the second gets a number where both are the same one."""
        left, right = self.designs
        return left, right if right != left else f"{right[:70]} (2)"

    def choose(self, side: int, design: str) -> Setting:
        """With another design on a side, as it is written."""
        designs = (design, self.designs[1]) if side == 0 else (self.designs[0], design)
        return replace(self, designs=designs, moved=_put(self.moved, side, {}))

    def move(self, side: int, path: str, value: Any) -> Setting:
        """With a lever of a side moved."""
        return replace(self, moved=_put(self.moved, side, {**self.moved[side], path: value}))

    def move_rival(self, rival: str, path: str, value: Any) -> Setting:
        """With a lever of a rival moved."""
        mine = {**self.rivals.get(rival, {}), path: value}
        return replace(self, rivals={**self.rivals, rival: mine})

    def switch(self, name: str, on: bool) -> Setting:
        """With a mechanism switched."""
        return replace(self, switched={**self.switched, name: on})

    def firm(self, world: Scenario, side: int) -> Firm:
        """The focal firm under the design of a side, levers and all."""
        return patched(world.firm(world.focus), self._patch(world, side))

    def scenario(self, world: Scenario) -> Scenario:
        """The scenario with these two designs and no other. ScenarioError where that is not valid."""
        designs = dict(zip(self.names, (self._patch(world, side) for side in BOTH), strict=True))
        values: dict[str, Any] = {"designs": designs}
        if self.rivals:
            changes = [self._change(world, rival) for rival in self.rivals]
            values["events"] = [*thaw(world.events), *changes]
        values |= {f"behaviour.{name}.enabled": on for name, on in self.switched.items()}
        return world.vary(values)

    def _patch(self, world: Scenario, side: int) -> Any:
        firm = world.with_design(self.designs[side])
        patch = thaw(world.designs[self.designs[side]])
        for path, value in self.moved[side].items():
            patch = merged(patch, patch_of(firm, path, value))
        return patch

    def _change(self, world: Scenario, rival: str) -> dict[str, Any]:
        firm = world.firm(rival)
        patch: Any = {}
        for path, value in self.rivals[rival].items():
            patch = merged(patch, patch_of(firm, path, value))
        return {"kind": "change", "firm": rival, "week": world.horizon.burn_in, "patch": patch}


def _put(
    moved: tuple[Mapping[str, Any], Mapping[str, Any]], side: int, values: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return (values, moved[1]) if side == 0 else (moved[0], values)
