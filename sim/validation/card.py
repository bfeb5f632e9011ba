"""The score card: what models say to the rows, counted, written down, and read back.

A card holds the number that every replicate gave; verdicts and counts are worked out from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any, Self

import pandas as pd

from sim.experiments import store
from sim.experiments.errors import ExperimentError
from sim.validation.families import BY_ROW
from sim.validation.models import MUTATED, NULL
from sim.validation.row import Row, Verdict, chosen_rows

MOST_OFF = 0.05
"""Share of CAL rows that may fail by more than luck in a model that is accepted."""
MOVED = 0.1
"""Of the width of acceptance: a row whose mean moves by more than this depends on what was switched off."""


@dataclass(frozen=True)
class Count:
    """How many rows of a group agree: echoes are among those that do; off: those that fail by more than luck."""

    rows: int
    agree: int
    echoes: int
    off: int

    @classmethod
    def of(cls, verdicts: Sequence[Verdict]) -> Count:
        """The count of some verdicts."""
        agree = [v for v in verdicts if v.agrees]
        return cls(len(verdicts), len(agree), sum(v.echo for v in agree), sum(v.is_off for v in verdicts))


@dataclass(frozen=True)
class Card:
    """Rows against models. values: model, row, replicate, value (nan where a replicate gave no number).

    The first model is the one that the card is about; the others show what the card can tell apart.
    """

    rows: tuple[Row, ...]
    values: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, the one that the card is about first."""
        return tuple(dict.fromkeys(self.values["model"]))

    @cached_property
    def by_model(self) -> dict[str, tuple[Verdict, ...]]:
        """model -> verdicts in the order of the rows that it was asked."""
        found: dict[str, tuple[Verdict, ...]] = {}
        for model, mine in self.values.groupby("model", sort=False):
            numbers = {str(row): one["value"].tolist() for row, one in mine.groupby("row", sort=False)}
            found[str(model)] = tuple(
                Verdict.of(row, numbers[row.id], echo=row.id in BY_ROW[row.id].echo)
                for row in self.rows
                if row.id in numbers
            )
        return found

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Of the model that the card is about, failures first, then as the file lists them."""
        mine = self.by_model[self.models[0]]
        return tuple(sorted(mine, key=lambda v: v.agrees or v.row.role == "CHECK"))

    def count(self, model: str | None = None, *, role: str | None = None, tier: str | None = None) -> Count:
        """How many rows agree, of a role and a tier if these are given; CHECK rows never count."""
        chosen = [
            v
            for v in self.by_model[model or self.models[0]]
            if v.row.role != "CHECK" and role in (None, v.row.role) and tier in (None, v.row.tier)
        ]
        return Count.of(chosen)

    def accepts(self, model: str | None = None) -> bool:
        """Whether no more than one in twenty CAL rows fails by more than luck."""
        count = self.count(model, role="CAL")
        return count.rows > 0 and count.off <= MOST_OFF * count.rows

    def moved(self, model: str) -> list[str]:
        """Rows that depend on what a model changes: verdict turned, or mean moved by a tenth of the acceptance.

        Both models are read in the replicates that both have, so that they meet the same luck.
        """
        first, other = (self.values[self.values["model"] == name] for name in (self.models[0], model))
        pairs = first.merge(other, on=["row", "replicate"], suffixes=("", "_other"))
        rows = {row.id: row for row in self.rows}
        found = []
        for name, pair in pairs.groupby("row", sort=False):
            row = rows[str(name)]
            ours, theirs = (Verdict.of(row, pair[column].tolist()) for column in ("value", "value_other"))
            if row.is_sign or not isfinite(row.width):
                turned = ours.agrees != theirs.agrees
            else:
                turned = ours.agrees != theirs.agrees or abs(ours.mean - theirs.mean) > MOVED * row.width
            if turned:
                found.append(row.id)
        return found

    def table(self) -> pd.DataFrame:
        """A row a finding of the model that the card is about: published, interval, simulated, verdict."""
        return pd.DataFrame(
            [
                {
                    "id": v.row.id,
                    "verdict": v.word,
                    "mechanism": v.row.mechanism,
                    "quantity": v.row.quantity,
                    "published": v.row.value,
                    "low": v.row.low,
                    "high": v.row.high,
                    "simulated": v.mean,
                    "error": v.error,
                    "sign_holds": v.held,
                    "replicates": v.replicates,
                    "close": v.is_close,
                    "tier": v.row.tier,
                    "role": v.row.role,
                    "status": v.row.status,
                    "set": BY_ROW[v.row.id].context,
                    "source": v.row.source,
                }
                for v in self.verdicts
            ]
        )

    def models_table(self) -> pd.DataFrame:
        """A row a model: how many CAL, VAL and tier A, B, C rows agree, whether it is accepted, which rows move."""
        lines = []
        for model in self.models:
            groups = {"CAL": ("CAL", None), "VAL": ("VAL", None), **{t: (None, t) for t in "ABC"}}
            line: dict[str, Any] = {"model": model}
            for name, (role, tier) in groups.items():
                count = self.count(model, role=role, tier=tier)
                line |= {f"{name} agree": count.agree, f"{name} rows": count.rows}
            moved = self.moved(model) if model != self.models[0] else []
            line |= {"accepted": self.accepts(model), "rows moved": len(moved), "moved": " ".join(moved)}
            lines.append(line)
        return pd.DataFrame(lines)

    def summary(self) -> str:
        """The count in plain words."""
        words = []
        for role in ("CAL", "VAL"):
            c = self.count(role=role)
            if c.rows:
                words.append(f"{role}: {c.agree} of {c.rows} rows agree ({c.echoes} of them echoes)")
        tiers = [(t, self.count(tier=t)) for t in "ABC"]
        words.append("tiers: " + ", ".join(f"{t} {c.agree} of {c.rows}" for t, c in tiers if c.rows))
        close = [v.row.id for v in self.verdicts if v.is_close and v.row.role != "CHECK"]
        if close:
            words.append("other luck could turn: " + ", ".join(close))
        for name, errors in self.provenance.get("failed", {}).items():
            words.append(f"no number from {name}: {'; '.join(errors)}")
        for model in (NULL.name, MUTATED.name):
            if model in self.models:
                c, verdict = self.count(model), "accepted" if self.accepts(model) else "rejected"
                words.append(f"{model} model: {c.agree} of {c.rows} rows agree; {verdict}")
        return "\n".join(words)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and texts for JSON; None where there is no number."""
        table = self.table().astype(object)
        lines = table.where(table.map(lambda x: not isinstance(x, float) or isfinite(x)), None)
        return {
            "rows": lines.to_dict(orient="records"),
            "counts": {role: vars(self.count(role=role)) for role in ("CAL", "VAL")}
            | {f"tier {tier}": vars(self.count(tier=tier)) for tier in "ABC"},
            "models": self.models_table().to_dict(orient="records"),
            "provenance": dict(self.provenance),
        }

    def save(self, folder: str | Path) -> None:
        """Write card.md, card.csv, card.png, models.csv, values.csv and manifest.json, each whole or not at all."""
        from sim.report.score_card import picture
        from sim.validation.page import page

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        store.write_csv(folder / "card.csv", self.table())
        store.write_csv(folder / "models.csv", self.models_table())
        store.write_csv(folder / VALUES, self.values)
        store.write_with(folder / "card.png", lambda path: picture(self.table()).savefig(path, dpi=110))
        store.write_json(folder / store.MANIFEST, dict(self.provenance))
        store.write_text(folder / "card.md", page(self))

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """A card as it was saved. ExperimentError where the folder holds none."""
        folder = Path(folder)
        try:
            values = pd.read_csv(folder / VALUES, keep_default_na=False, na_values={"value": [""]})
            manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ExperimentError(f"{folder} holds no score card ({error})") from None
        names = set(values[values["model"] == values["model"].iloc[0]]["row"])
        return cls(tuple(row for row in chosen_rows() if row.id in names), values, manifest)


VALUES = "values.csv"
