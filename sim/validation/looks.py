"""The log of looks at VAL rows: whoever tunes a model and looks again and again fits it to what it must not see.

The file is kept in the repository; the command adds a line whenever it has run VAL rows where the file is there.
"""

from __future__ import annotations

import csv
from pathlib import Path

from sim.validation.card import Card

LOOKS = Path("results/reference/looks.csv")
HEAD = ("time", "code", "rows", "replicates", "val_agree", "val_rows", "why")


def note(card: Card, path: Path = LOOKS, why: str = "") -> bool:
    """Add a line for a card with VAL rows, if the log is there; whether a line was added."""
    count = card.count(role="VAL")
    if not count.rows or not path.is_file():
        return False
    record = card.provenance
    rows = record["settings"]["rows"]
    line = [
        record["time"],
        str(record["code_hash"])[:12],
        " ".join(rows) if rows else "all",
        max(v.replicates for v in card.verdicts),
        count.agree,
        count.rows,
        why,
    ]
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(line)
    return True
