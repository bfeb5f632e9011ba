"""The tasks as a page in Markdown: goals first, then every score beside the baselines, then paired differences."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.validation.page import table

if TYPE_CHECKING:
    import pandas as pd

    from sim.validation.tasks.registry import TaskCard


def _number(value: float) -> str:
    return f"{value:.4g}" if isfinite(value) else "–"


def page(card: TaskCard, picture: str = "tasks.png") -> str:
    """The whole page; picture: where the picture is, seen from the page."""
    parts = [
        f"""<!-- Made by the command below; do not edit. -->
# Forecasts on real purchase logs

Each task is fitted to its calibration rows alone and scored on what came after, beside standard models of the same
customers. Made by

    {card.provenance["command"]}

![Every bound and every pattern]({picture})
""",
        f"{card.summary()}.\n",
        _goals(card),
    ]
    for name, result in card.results.items():
        models = list(result.scores)
        scores = list(dict.fromkeys(score for found in result.scores.values() for score in found))
        lines = [
            [score, *(_number(result.scores[m].get(score, float("nan"))) for m in models)] for score in scores
        ]
        parts.append(f"## {name}: {result.title}\n\n" + table(["", *models], lines))
        if result.differences:
            lines = [
                [baseline, score, f"{d:+.3g}", f"{low:+.3g} to {high:+.3g}"]
                for baseline, found in result.differences.items()
                for score, (d, low, high) in found.items()
            ]
            parts.append(
                "The market's model minus a baseline, paired bootstrap:\n\n"
                + table(["against", "score", "difference", "95 %"], lines)
            )
        parts += [f"- {note}\n" for note in result.notes]
    found = card.patterns()
    if found is not None:
        parts.append(_patterns(found))
    return "\n".join(parts)


def _goals(card: TaskCard) -> str:
    said = {True: "yes", False: "**no**", None: ""}
    lines = [
        [
            str(row["goal"]), str(row["task"]), str(row["figure"]), _number(float(row["value"])), str(row["must"]),
            said[bool(row["reached"])], str(row["should"]),
            "" if row["reached too"] is None else said[bool(row["reached too"])],
        ]
        for row in card.goals().to_dict(orient="records")
    ]  # fmt: skip
    return "## Goals\n\n" + table(
        ["goal", "task", "figure", "market", "must", "reached", "should", "reached"], lines
    )


def _patterns(card: pd.DataFrame) -> str:
    """A row a pattern: the panel's value, and each model's mean year with what it is off by."""
    models = list(dict.fromkeys(card["model"]))
    by = {model: card[card["model"] == model].set_index("pattern") for model in models}
    lines = []
    for name, row in by[models[0]].iterrows():
        cells = [str(name), f"{row['target']:.4g}", f"±{row['tolerance']:.1%}"]
        for model in models:
            found = by[model].loc[name]
            off = f"{found['simulated']:.4g} ({found['deviation']:+.1%})"
            cells.append(off if found["passes"] else f"**{off}**")
        lines.append(cells)
    passed = ", ".join(f"{model} {int(by[model]['passes'].sum())} of {len(by[model])}" for model in models)
    return (
        "## Patterns of a year\n\nMean of the simulated years beside the panel's; bold: off by more than the "
        f"tolerance, 5 % or three standard errors of the panel. Passed: {passed}.\n\n"
        + table(["pattern", "panel", "tolerance", *models], lines)
    )
