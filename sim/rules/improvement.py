"""Improvement: care that is kept up lowers failures and evens out quality, each further bit less.

care <- keep x care + (1 - keep) x budget, each week;
reach = care / (care + half x sales), from 0 to 1, sales being those of a usual week;
failure rate = usual rate x (1 - failures x reach) / (1 - failures x usual reach), spread alike.
Units: care, budget and sales in currency per week; reach a share. The usual reach is that of the budget with which
the failure rate was observed. With the mechanism off nothing changes.

Source: Rust, Zahorik & Keiningham 1995, J. Marketing 59(2):58 (return on quality: effort pays with diminishing
returns; from memory); Juran & Godfrey 1999, Quality Handbook, cost of quality (from memory); sizes proposed.
"""

from __future__ import annotations

from sim.rules.parameter import Mechanism, param


class Improvement(Mechanism):
    """A budget for improvement lowers failures and spread."""

    half: float = param(
        0.01,
        unit="share of sales",
        meaning="budget that gets half of what can be got",
        bounds=(1e-4, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    failures: float = param(
        0.6,
        unit="share",
        meaning="share of failures that unlimited care would prevent",
        bounds=(0.0, 0.99),
        source="Rust, Zahorik & Keiningham 1995 (direction)",
        status="PROPOSED",
    )
    spread: float = param(
        0.3,
        unit="share",
        meaning="share of the spread of quality that unlimited care would even out",
        bounds=(0.0, 0.99),
        source="judgement",
        status="PROPOSED",
    )


def next_care(care: float, budget: float, keep: float) -> float:
    """Care after another week with this budget."""
    return keep * care + (1.0 - keep) * budget


def reach(care: float, sales: float, rule: Improvement) -> float:
    """Share of what unlimited care would do that this care does, in a firm of these usual sales."""
    whole = care + rule.half * sales
    return care / whole if whole > 0.0 else 0.0


def failure_factor(reached: float, usual: float, rule: Improvement) -> float:
    """Factor on the failure rate, 1 at the usual reach."""
    return _left(reached, rule.failures) / _left(usual, rule.failures) if rule.enabled else 1.0


def spread_factor(reached: float, usual: float, rule: Improvement) -> float:
    """Factor on the spread of quality, 1 at the usual reach."""
    return _left(reached, rule.spread) / _left(usual, rule.spread) if rule.enabled else 1.0


def _left(reached: float, most: float) -> float:
    return 1.0 - most * reached
