"""Trials for tests: behaviour changed by dotted path, and the context of an experiment made smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario import Scenario
from sim.validation import Row, Trial, rows


@dataclass(frozen=True)
class Asked(Trial):
    """A trial whose worlds are changed after the experiment has set them."""

    context: Mapping[str, Any] = field(default_factory=dict)

    def world(self, sellers: Sequence[Mapping[str, Any]], **given: Any) -> Scenario:
        return super().world(sellers, **given | dict(self.context))


def asked(behaviour: Mapping[str, Any] | None = None, replicate: int = 0, **context: Any) -> Trial:
    """Values of behaviour by dotted path, and context (customers, weeks) put over what the experiment sets."""
    blocks: dict[str, dict[str, Any]] = {}
    for path, value in (behaviour or {}).items():
        block, _, name = path.partition(".")
        blocks.setdefault(block, {})[name] = value
    return Asked(replicate, blocks, context=context)


def off(*mechanisms: str) -> dict[str, bool]:
    """These mechanisms switched off."""
    return {f"{name}.enabled": False for name in mechanisms}


def of(row: str) -> Row:
    """The row of this id."""
    return next(one for one in rows() if one.id == row)
