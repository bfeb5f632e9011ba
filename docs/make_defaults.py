"""Look for the default parameters on CAL rows alone, and write docs/defaults.md.

.venv/bin/python docs/make_defaults.py              search (some ten minutes on two cores), then the page
.venv/bin/python docs/make_defaults.py --page       the page only, from results/reference/default_search
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from sim.validation.page import table
from sim.validation.search import search

HERE = Path(__file__).resolve().parent
FOUND = HERE.parent / "results" / "reference" / "default_search"
LOOKS = HERE.parent / "results" / "reference" / "looks.csv"


def number(value: Any) -> str:
    """Three digits that count."""
    return f"{value:.3g}"


def text(folder: Path = FOUND) -> str:
    """The page as it should be, from what a search left in a folder."""
    points, told = pd.read_csv(folder / "points.csv"), pd.read_csv(folder / "identified.csv")
    settings = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["settings"]
    decided = json.loads((folder / "decided.json").read_text(encoding="utf-8"))
    first, best = points.iloc[0], points.loc[points["distance"].idxmin()]
    lines = [
        [
            f"`{row.parameter}`", number(row.default), f"{row._3:g} to {row.to:g}",
            number(row.found), number(row.error),
            f"{row.told:.2f}", f"`{row.partner}` ({row.correlation:+.2f})",
            number(decided["locked"][row.parameter]),
        ]
        for row in told.itertuples()
    ]  # fmt: skip
    looks = pd.read_csv(LOOKS, dtype=str, keep_default_na=False)
    return f"""<!-- Made by docs/make_defaults.py; change it there. -->
# How the defaults were chosen

All scenarios share one set of behavioural parameters. Most are published values or judgement, as
[parameters](parameters.md) says of each. Free were only those that no source gives. They were looked for by simulated
moments on the CAL rows of the [score card](score_card.md), {len(settings["rows"])} quantities that are no echoes;
[the method](../sim/validation/search.py) is described with the code, and

    .venv/bin/python docs/make_defaults.py

does it again: {len(points)} points, {settings["replicates"]} replicates of every experiment at each. No VAL row reaches
the search (a test says so).

Where it began, {int(first.agree)} of {len(settings["rows"])} rows lay in their intervals; at the best point
{int(best.agree)}. The distance (root mean square of what lies outside of the middle four fifths of each interval, in
half-widths) went from {number(first.distance)} to {number(best.distance)}.

{table(["parameter", "began at", "range", "found", "error", "told", "closest partner", "locked"], lines)}
- **error**: standard error, if the half-width of an acceptance is two of them. **told**: how much narrower than not
  knowing anything but the range; near 0 the rows say nothing of it. **closest partner**: the parameter with which its
  estimate is correlated most. Near 1 or -1 the rows cannot tell the two apart.

## What was locked, and why

{decided["why"]}

## Looks at rows that are never fitted to

Whoever tunes a model and looks at VAL rows again and again fits it to what it must not see. So looks are counted:
`loyalty-sim validate` adds a line to `results/reference/looks.csv` whenever it has run VAL rows.

{table(list(looks.columns), looks.to_numpy().tolist())}"""


def main() -> None:
    """Search if asked, and write the page beside this script."""
    parser = argparse.ArgumentParser(
        description="Look for the default parameters and write docs/defaults.md."
    )
    parser.add_argument("--page", action="store_true", help="the page only")
    if not parser.parse_args().page:
        search(out=FOUND)
    (HERE / "defaults.md").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
