"""The result of an explanation: why one design beats another, in tables, pictures and words."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.explain import wording
from sim.experiments.explain.families import ALWAYS_ON
from sim.experiments.explain.stories import Tale
from sim.experiments.statistics import Difference, Interval, paired_difference
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURES = ("shapley", "lines", "groups", "causes")


@dataclass(frozen=True)
class Explanation:
    """Why the design differs from the other on a metric, in paired worlds: always design less other.

    values: off (mechanisms that are off, with commas; empty for none), replicate, ours, theirs: the metric under the
    design and under the other. mechanisms, shapley, lines, groups, fates, causes: see `frame`. changed: a row a
    customer who changed her mind. tales: stories of typical ones. remains: D with all families off that are played.
    orders: how many orders of families were drawn; 0 where all coalitions were played. Money is in currency.
    """

    world: Scenario
    design: str
    against: str
    metric: str
    parts: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int
    values: pd.DataFrame = field(repr=False)
    mechanisms: pd.DataFrame = field(repr=False)
    shapley: pd.DataFrame = field(repr=False)
    remains: Interval | None
    orders: int
    lines: pd.DataFrame = field(repr=False)
    groups: pd.DataFrame = field(repr=False)
    fates: pd.DataFrame = field(repr=False)
    causes: pd.DataFrame = field(repr=False)
    changed: pd.DataFrame = field(repr=False)
    tales: tuple[Tale, ...] = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def unit(self) -> str:
        """Unit of the metric, with money named in the scenario's currency."""
        return MEASURES[self.metric].unit.replace("currency", self.world.currency)

    @cached_property
    def difference(self) -> Difference:
        """D: the paired difference on the metric, as the world stands."""
        whole = self.values[self.values["off"] == ""].sort_values("replicate")
        return paired_difference(whole["ours"], whole["theirs"], better=MEASURES[self.metric].better)

    @property
    def nothing(self) -> bool:
        """Whether the designs are the same to the bit: on the metric, and for every customer who was followed."""
        whole = self.values[self.values["off"] == ""]
        fated = self.fates.empty or not self.changed.shape[0]
        lines = self.lines.empty or bool((self.lines["mean"] == 0).all())
        return bool((whole["ours"] == whole["theirs"]).all()) and fated and lines

    @property
    def idle(self) -> list[str]:
        """Mechanisms whose removal changes nothing measured under either design, to the bit."""
        return (
            [] if self.mechanisms.empty else list(self.mechanisms.loc[~self.mechanisms["acts"], "mechanism"])
        )

    def frame(self, part: str) -> pd.DataFrame:
        """The table of a part.

        mechanisms: mechanism, family, D without it, change of D, acts, matters. shapley: family, mechanisms, mean,
        low, high, share of D, sampling_error. lines: line, mean, low, high, share: the waterfall, `profit` last.
        groups: by, group, customers, measure, mean, low, high. fates: fate, mean, low, high. causes: fate, by, group,
        mean, low, high, share. changed: a row a customer. KeyError for another name.
        """
        tables = {
            "mechanisms": self.mechanisms, "shapley": self.shapley, "lines": self.lines, "groups": self.groups,
            "fates": self.fates, "causes": self.causes, "changed": self.changed,
        }  # fmt: skip
        if part not in tables:
            raise KeyError(f"no part {part!r}; the parts are {', '.join(tables)}")
        return tables[part].copy()

    def summary(self) -> str:
        """The answer in words: how large the difference is, its largest reasons, and what is not certain."""
        return "\n".join(wording.summary(self))

    def stories(self, width: int = 100, most: int | None = 8) -> str:
        """Typical customers who changed their minds, both diaries side by side."""
        names = self.design, self.against
        parts = []
        for number, tale in enumerate(self.tales, 1):
            head = f"{number}. {wording.heading(tale, self)}"
            parts += [*textwrap.wrap(head, width), "", tale.text(names, width, most), ""]
        return "\n".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain JSON values; what does not exist is None (null)."""
        return {
            "scenario": provenance.scenario_dict(self.world),
            "design": self.design,
            "against": self.against,
            "metric": self.metric,
            "unit": self.unit,
            "parts": list(self.parts),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "versions": dict(self.provenance["versions"]),
            "difference": {**vars(self.difference), "verdict": self.difference.verdict},
            "identical": self.nothing,
            "remains": None if self.remains is None else vars(self.remains).copy(),
            "orders": self.orders,
            "idle": self.idle,
            "always_on": list(ALWAYS_ON),
            **{
                name: _rows(self.frame(name))
                for name in ("mechanisms", "shapley", "lines", "groups", "fates", "causes")
            },
            "stories": [tale.to_dict() for tale in self.tales],
            "summary": self.summary().splitlines(),
            "provenance": dict(self.provenance),
        }

    def plot(self, which: str) -> Figure:
        """A picture: `shapley`, `lines` (the waterfall), `groups` or `causes`. KeyError for another name."""
        if which not in PICTURES:
            raise KeyError(f"no picture {which!r}; the pictures are {', '.join(PICTURES)}")
        figure: Figure = getattr(_pictures(), which)(self)
        return figure

    def drawn(self) -> tuple[str, ...]:
        """Pictures that there is something to draw for."""
        filled = {
            "shapley": not self.shapley.empty,
            "lines": not self.lines.empty,
            "groups": not self.groups.empty,
            "causes": not self.causes.empty,
        }
        return tuple(name for name in PICTURES if filled[name])

    def save(self, folder: str | Path) -> Path:
        """Write the folder: summary, stories, a table a part as CSV, pictures, scenario, manifest; returns its path."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_text(path / "summary.txt", self.summary() + "\n")
        store.write_parquet(path / "values.parquet", self.values)
        for name in ("mechanisms", "shapley", "lines", "groups", "fates", "causes", "changed"):
            table = self.frame(name)
            if len(table.columns):
                store.write_csv(path / f"{name}.csv", table)
        if self.tales:
            store.write_text(path / "stories.txt", self.stories(most=None) + "\n")
        for name in self.drawn():
            _pictures().save(self.plot(name), path / f"{name}.png")
        store.write_json(path / "explanation.json", self.to_dict())
        store.write_json(path / store.MANIFEST, self.provenance)  # last: a folder with a manifest is complete
        return path


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; NaN is None."""
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return rows


def _pictures() -> Any:
    # Pictures stand a floor above numbers, as in Comparison.
    return importlib.import_module("sim.report.explain")
