"""Write the table of the README from the reference comparison it quotes.

python docs/make_readme_table.py        writes README.md
python docs/make_readme_table.py --check   exit 1 if README.md says something else
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "results" / "reference" / "cdnow"
BEGIN, END = "<!-- table: docs/make_readme_table.py -->\n", "<!-- end of table -->\n"


def _change(row: dict[str, str], scale: float, digits: int) -> str:
    mean, low, high = (scale * float(row[key].lstrip("'")) for key in ("mean", "low", "high"))
    return f"{mean:+,.{digits}f} [{low:+,.{digits}f}, {high:+,.{digits}f}]"


def table() -> str:
    """The Markdown between the two marks: the paired differences, and how they were made."""
    manifest = json.loads((REFERENCE / "manifest.json").read_text(encoding="utf-8"))
    with (REFERENCE / "differences.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["design"], r["metric"]): r for r in csv.DictReader(file)}
    settings = manifest["settings"]
    first, *others = settings["designs"]
    lines = [
        f"| design, against `{first}` | retention, points a year | profit over two years, USD |",
        "|---|---|---|",
    ]
    for design in others:
        retention = _change(rows[design, "retention"], 100, 2)
        profit = _change(rows[design, "profit"], 1, 0)
        lines.append(f"| {design.replace('_', ' ')} | {retention} | {profit} |")
    made = (
        f"\nMean paired difference and 95 % interval, {settings['replicates']} replicates of "
        f"{settings['customers']:,} customers. Made by `{manifest['command']}`.\n"
    )
    return BEGIN + "\n".join(lines) + "\n" + made + END


def readme(text: str) -> str:
    """The README with its table made anew."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + table() + after


if __name__ == "__main__":
    path = ROOT / "README.md"
    old = path.read_text(encoding="utf-8")
    new = readme(old)
    if "--check" in sys.argv:
        sys.exit(int(old != new))
    path.write_text(new, encoding="utf-8")
