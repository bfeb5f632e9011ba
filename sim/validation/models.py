"""Models that are scored on one card: the defaults as shipped, and others that it must be able to tell from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.experiments.errors import ExperimentError
from sim.rules import Behaviour

CONCENTRATION = "preference_concentration"


@dataclass(frozen=True)
class Model:
    """A model: the shipped defaults with some values of `behaviour` put elsewhere, by dotted path.

    The default concentration of preferences (Dirichlet S) is a parameter of behaviour, too: `preference_concentration`.

    alike: customers do not differ in purchase rate and tastes.
    """

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    alike: bool = False

    @property
    def paths(self) -> dict[str, Any]:
        """The changes as paths of a scenario."""
        return {
            "customers.segments.all." + path if path == CONCENTRATION else f"behaviour.{path}": value
            for path, value in self.changes.items()
        }


MECHANISMS: tuple[str, ...] = tuple(Behaviour.model_fields)
"""All mechanisms, by the name of their block."""
SHIPPED = Model("shipped")
NULL = Model("null", {f"{name}.enabled": False for name in MECHANISMS} | {CONCENTRATION: 1.3})
"""Every mechanism off, S as fitted to toothpaste (Goodhardt et al. 1984): the NBD-Dirichlet."""
MUTATED = Model(
    "mutated",
    {"programme_value.gradient": 3.0, "price.loss_aversion": 5.0},
    alike=True,
)
"""Goal gradient three times as strong, losses five times as heavy as gains, customers alike."""


def without(mechanism: str) -> Model:
    """The shipped defaults with one mechanism off. ExperimentError where there is none of this name."""
    if mechanism not in MECHANISMS:
        raise ExperimentError(
            f"no mechanism is called '{mechanism}'; mechanisms are: {', '.join(MECHANISMS)}"
        )
    return Model(f"without {mechanism}", {f"{mechanism}.enabled": False})
