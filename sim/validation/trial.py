"""One replicate of an experiment: whose behaviour acts in it, and whose luck.

An experiment is a function from a trial to quantities by id of row. It sets context only (shares, rates, prices,
service, offers); how customers behave is the trial's, so that one experiment asks the shipped defaults, a mutated
model and a model without some mechanism in the same way. The draws of a replicate have the same names in all of them:
what differs between two models is the models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.market import Market
from sim.scenario import Scenario
from sim.scenario.customers import Segment

SEED = 20260901
"""Seed of all experiments."""
CONCENTRATION: float = Segment.model_fields["preference_concentration"].default
ALIKE = 1000.0
"""Gamma shape and concentration of preferences where customers are to be alike: rates differ by 3 %."""


@dataclass(frozen=True)
class Trial:
    """A replicate, from 0; behaviour: blocks of a scenario's `behaviour`, empty for the defaults as shipped.

    concentration: Dirichlet S of tastes where a study says nothing of it, the default of a segment as shipped. alike:
    customers do not differ in purchase rate and tastes, whatever the experiment says (the mutated model).
    """

    replicate: int
    behaviour: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    concentration: float = CONCENTRATION
    alike: bool = False

    def world(
        self,
        sellers: Sequence[Mapping[str, Any]],
        *,
        rate: float,
        shape: float = 0.78,
        concentration: float | None = None,
        weeks: int = 104,
        customers: int = 2000,
        segment: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Scenario:
        """A market of one segment; rate: category purchases a week; segment: more of it; more: of the scenario.

        more["behaviour"]: what the finding itself asks to have switched or set, over the trial's.
        """
        people = {"count": customers, **more.pop("customers_more", {})}
        asked = more.pop("behaviour", {})
        behaviour = {name: dict(block) for name, block in self.behaviour.items()}
        for name, block in asked.items():
            behaviour[name] = {**behaviour.get(name, {}), **block}
        one = {
            "name": "all",
            "purchase_rate": {"mean": rate, "shape": ALIKE if self.alike else shape},
            "preference_concentration": ALIKE if self.alike else concentration or self.concentration,
            "basket": {"mean": 30.0},
            **(segment or {}),
        }
        return Scenario.model_validate(
            {
                "title": "Experiment",
                "source": "context of the finding",
                "horizon": {"weeks": weeks, "burn_in": 0},
                "category": {"name": "services", **more.pop("category", {})},
                "customers": people | {"segments": [one]},
                "firms": [dict(seller) for seller in sellers],
                "focus": sellers[0]["name"],
                "behaviour": behaviour,
                **more,
            }
        )

    def market(self, plan: Scenario, sample: int = 0, **more: Any) -> Market:
        """The market of this replicate; sample: which of several of one replicate, each with luck of its own."""
        return Market(plan, seed=SEED, replicate=self.replicate + 1000 * sample, **more)

    def lots(self, what: int) -> np.random.Generator:
        """Lots that the experimenter draws in this replicate; what: which of several."""
        return np.random.Generator(np.random.Philox(np.random.SeedSequence([SEED, self.replicate, what])))


Function = Callable[[Trial], dict[str, float]]
"""From a trial to quantities: by id of row, and others by name."""


def firms(number: int, **alike: Any) -> list[dict[str, Any]]:
    """So many firms alike, A, B, ...; alike: fields of each."""
    names = "ABCDEFGHIJKLMNOP"[:number]
    return [{"name": name, "share": 1.0, "unit_cost": 0.6, **alike} for name in names]
