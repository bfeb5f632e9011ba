"""The score card as a page in Markdown: how to read it, the counts, every row with failures first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.rules import Behaviour
from sim.validation.families import BY_ROW, experiments_of
from sim.validation.models import MUTATED, NULL
from sim.validation.row import Row, Verdict

if TYPE_CHECKING:
    from sim.validation.card import Card

_INTRO = """# The score card

Published findings, and what the simulator says when it is asked the same. One locked set of parameters, the defaults,
for all rows: an experiment sets only the context that the study reports. Made by

    {command}

![Every row against its interval]({picture})

## How to read it

- **interval**: where the mean over replicates must lie, from the list of findings; **simulated**: that mean ± its
  standard error. A row on a direction asks in how many replicates the sign holds: .95 or more.
- **CAL** rows could be seen, and fitted to, while defaults were chosen: that they agree shows that one set of
  parameters can do all of it at once, not that the simulator predicts. **VAL** rows are never fitted to: they are run
  and reported, whatever they say.
- **echo**: the value follows from a parameter that was itself taken from this source; agreement proves the code, not
  the behaviour. **checked**: folklore; printed, never counted.
- **tier** A: experiment, meta-analysis, large panel or law; B: one good study; C: trade source. **status**: how well
  the published value is known; MEMORY means that it was not seen in the source, DIR that only the direction was.
- **close**: an end of the interval lies within two errors of the mean, so that other luck could turn the verdict.
- A model is **accepted** if at most one in twenty CAL rows fails by more than luck.

What may be said of it: we found no open loyalty-programme simulator scored on many published findings with one locked
set of parameters.
"""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def page(card: Card, picture: str = "card.png") -> str:
    """The whole page; picture: where the picture is, seen from the page."""
    settings: dict[str, Any] = dict(card.provenance)
    parts = [
        "<!-- Made by the command below; do not edit. -->\n"
        + _INTRO.format(command=settings.get("command", ""), picture=picture),
        f"## The count\n\n{_counts(card)}",
        f"## Rows, failures first\n\n{_rows(card.verdicts)}",
        _reasons(card.verdicts),
    ]
    if len(card.models) > 1:
        parts.append(_models(card))
    parts.append(_chosen(card))
    parts.append(f"## What the experiments set\n\n{_contexts([v.row for v in card.verdicts])}")
    return "\n".join(part for part in parts if part)


def _counts(card: Card) -> str:
    lines = []
    groups = [("CAL", {"role": "CAL"}), ("VAL", {"role": "VAL"})]
    groups += [(f"tier {tier}", {"tier": tier}) for tier in "ABC"]
    for name, chosen in groups:
        c = card.count(**chosen)
        if c.rows:
            lines.append((name, c.rows, c.agree, c.echoes, c.rows - c.agree, c.off))
    text = table(
        ["", "rows", "agree", "of these, echoes", "fail", "fail by more than luck"],
        [[str(cell) for cell in line] for line in lines],
    )
    failed = {
        role: [v.row.id for v in card.verdicts if v.row.role == role and not v.agrees]
        for role in ("CAL", "VAL")
    }
    for role, ids in failed.items():
        if ids:
            text += f"\n{role} rows that fail: {', '.join(sorted(ids))}.\n"
    close = sorted(v.row.id for v in card.verdicts if v.is_close and v.row.role != "CHECK")
    if close:
        text += f"\nClose, so that other luck could turn the verdict: {', '.join(close)}.\n"
    return text


def _number(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "–"


def _interval(row: Row) -> str:
    if row.is_sign:
        return "above 0" if row.low == 0 else "below 0"
    return f"{row.low:g} to {row.high:g}"


def _simulated(v: Verdict) -> str:
    if not v.replicates:
        return "no number"
    text = f"{_number(v.mean)} ± {_number(v.error)}"
    if v.row.is_sign:
        text += f"; holds in {v.held:.0%}"
    return text + (" (close)" if v.is_close else "")


def _rows(verdicts: Sequence[Verdict]) -> str:
    head = [
        "id",
        "finding",
        "published",
        "interval",
        "simulated",
        "n",
        "verdict",
        "kind",
        "tier",
        "status",
        "source",
    ]
    lines = []
    for v in verdicts:
        row = v.row
        lines.append(
            [
                row.id, f"{row.mechanism}: {row.quantity}", f"{row.value:g}", _interval(row), _simulated(v),
                str(v.replicates), f"**{v.word}**" if v.word == "fail" else v.word, row.role, row.tier, row.status,
                row.source,
            ]
        )  # fmt: skip
    return table(head, lines)


def _reasons(verdicts: Sequence[Verdict]) -> str:
    failed = [v.row.id for v in verdicts if v.word == "fail"]
    if not failed:
        return ""
    lines = [f"- **{i}**: {BY_ROW[i].reasons.get(i, 'not looked into yet.')}\n" for i in failed]
    return "## Why rows fail, probably\n\n" + "".join(lines)


def _models(card: Card) -> str:
    lines, still = [], []
    frame = card.models_table()
    for line in frame.to_dict(orient="records"):
        name = str(line["model"])
        cells = [f"{line[f'{g} agree']} of {line[f'{g} rows']}" for g in ("CAL", "VAL", "A", "B", "C")]
        moved = str(line["moved"])
        if name.startswith("without ") and not moved:
            still.append(name.removeprefix("without "))
        said = "accepted" if line["accepted"] else "rejected"
        lines.append([name, *cells, "" if name.startswith("without ") else said, moved])
    text = (
        "## Other models on the same card\n\n"
        f"**{NULL.name}**: every mechanism off, the NBD-Dirichlet. **{MUTATED.name}**: goal gradient three times as"
        " strong, losses five times as heavy as gains, customers alike; a card that accepted it would be worth nothing."
        " **without ...**: one mechanism off. All meet the same luck, in fewer replicates; without one mechanism in"
        " one, so that counts there are rough, and what has moved is what to read (values.csv holds all)."
        " Rows moved: verdict turned, or mean moved by more than a tenth of the interval of acceptance.\n\n"
        + table(["model", "CAL", "VAL", "tier A", "tier B", "tier C", "", "rows moved"], lines)
    )
    if still:
        text += (
            "\nMechanisms that move no row here: "
            + ", ".join(still)
            + ". Each of them has a lever in the catalogue "
            "of strategies and a test that the lever moves its measure (tests/rules, tests/market); no finding on "
            "the list asks for them.\n"
        )
    return text


def _chosen(card: Card) -> str:
    from sim.validation.choosing import chosen

    lines = [
        [f"`{name}`", f"{value:g}", unit, ", ".join(ids)] for name, value, unit, ids in chosen(Behaviour)
    ]
    del card
    return (
        "## What was chosen on these rows\n\n"
        + table(["parameter", "value", "unit", "chosen on"], lines)
        + "\nNo VAL row was used for that. All other parameters are published values or judgement, and judgement was"
        " not blind to the rows above.\n"
    )


def _contexts(rows: Sequence[Row]) -> str:
    lines = []
    for experiment in experiments_of(sorted(rows, key=lambda row: row.id)):
        lines.append(f"- **{', '.join(experiment.rows)}**: {experiment.context}\n")
    return "".join(lines)
