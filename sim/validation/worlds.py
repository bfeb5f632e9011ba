"""The worlds of the experiments: context only (shares, rates, prices, service), behaviour as shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario import Scenario

SEED = 20260901
"""Seed of all experiments."""


def firms(number: int, **alike: Any) -> list[dict[str, Any]]:
    """So many firms alike, A, B, ...; alike: fields of each."""
    names = "ABCDEFGHIJKLMNOP"[:number]
    return [{"name": name, "share": 1.0, "unit_cost": 0.6, **alike} for name in names]


def world(
    sellers: Sequence[Mapping[str, Any]],
    *,
    rate: float,
    shape: float = 0.78,
    concentration: float = 1.3,
    weeks: int = 104,
    customers: int = 2000,
    segment: Mapping[str, Any] | None = None,
    **more: Any,
) -> Scenario:
    """A market of one segment; rate: category purchases a week; segment: more of it; more: of the scenario."""
    people = {"count": customers, **more.pop("customers_more", {})}
    return Scenario.model_validate(
        {
            "title": "Experiment",
            "source": "context of the finding",
            "horizon": {"weeks": weeks, "burn_in": 0},
            "category": {"name": "services", **more.pop("category", {})},
            "customers": people
            | {
                "segments": [
                    {
                        "name": "all",
                        "purchase_rate": {"mean": rate, "shape": shape},
                        "preference_concentration": concentration,
                        "basket": {"mean": 30.0},
                        **(segment or {}),
                    }
                ]
            },
            "firms": [dict(seller) for seller in sellers],
            "focus": sellers[0]["name"],
            **more,
        }
    )
