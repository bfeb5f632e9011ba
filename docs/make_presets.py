"""Make docs/presets.md: what each preset of a programme turns out to be worth in a market of its kind.

Its effective reward rate goes into the file of the preset, too.

    .venv/bin/python docs/make_presets.py

Runs eighteen comparisons of two designs, some minutes. The markets are assumptions, listed in the page: three firms
alike but for their size, the preset on the largest.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import sim
from sim.scenario import Scenario
from sim.scenario.presets import PROGRAMMES, preset, preset_names, shipped

PAGE = Path(__file__).with_name("presets.md")
REPLICATES, CUSTOMERS, YEARS = 8, 2000, 3


class Kind(NamedTuple):
    """A market of some kind: what a basket costs, how often one is bought, and what goods cost."""

    name: str
    basket: float
    per_week: float
    unit_cost: float


KINDS = {
    "coffee": Kind("coffee bars", 7.0, 1.2, 0.45),
    "paper": Kind("coffee bars", 7.0, 1.2, 0.45),
    "fast": Kind("fast food", 11.0, 0.6, 0.6),
    "grocer": Kind("grocers", 45.0, 1.0, 0.72),
    "coalition": Kind("grocers", 45.0, 1.0, 0.72),
    "beauty": Kind("cosmetics", 60.0, 0.15, 0.55),
    "hotel": Kind("hotels", 300.0, 0.15, 0.55),
    "airline": Kind("airlines", 350.0, 0.1, 0.7),
    "travel": Kind("travel agents", 250.0, 0.1, 0.75),
    "warehouse": Kind("warehouses", 110.0, 0.7, 0.82),
    "co-op": Kind("outdoor shops", 90.0, 0.15, 0.6),
    "shopping": Kind("online shops", 35.0, 0.6, 0.72),
}
"""By the first word of a preset's name; magnitudes are assumptions."""


def kind_of(name: str) -> Kind:
    """The market that a preset is tried in."""
    return next(kind for word, kind in KINDS.items() if name.startswith(word))


def market(name: str) -> Scenario:
    """Three firms, the preset on the largest of them."""
    kind = kind_of(name)
    return Scenario.model_validate(
        {
            "title": f"A market for {name}",
            "source": "assumptions of docs/make_presets.py",
            "currency": "USD",
            "horizon": {"weeks": 52 * (YEARS + 1), "burn_in": 52},
            "category": {"name": kind.name, "outside_share": 0.1, "lapse_weeks": 26},
            "customers": {"count": CUSTOMERS, "segments": [segment(kind)]},
            "firms": [
                {"name": firm, "share": share, "unit_cost": kind.unit_cost}
                for firm, share in (("First", 0.4), ("Second", 0.35), ("Third", 0.25))
            ],
            "focus": "First",
            "designs": {"none": {}, name: {"programme": {"preset": name}}},
        }
    )


def segment(kind: Kind) -> dict[str, Any]:
    """One segment: purchase rates NBD with shape .78, preferences as in the defaults, 5 % leave a year."""
    return {
        "name": "all",
        "purchase_rate": {"mean": kind.per_week, "shape": 0.78},
        "basket": {"mean": kind.basket, "between_cv": 0.6, "within_cv": 0.6},
        "leaving": {"shape": 100.0, "scale": 100_000.0},
    }


def row(name: str) -> str:
    """A preset's line of the table."""
    result = sim.compare(market(name), replicates=REPLICATES, seed=1)
    ours, change = result.metrics[name], result.paired[name]

    def share(metric: str, digits: int = 1) -> str:
        mean = ours[metric].mean
        return "–" if mean is None or mean != mean else f"{100 * mean:.{digits}f}"

    def gain(metric: str) -> str:
        d = change[metric]
        return f"{100 * d.mean:+.1f} [{100 * d.low:+.1f}, {100 * d.high:+.1f}]"

    fields = preset(PROGRAMMES, name)
    per_customer = change["profit"].mean / CUSTOMERS / YEARS
    cells = (
        f"`{name}`", str(fields["as_of"]), kind_of(name).name, share("effective_reward_rate"), share("active_share", 0),
        share("redemption_rate", 0), share("breakage", 0), gain("retention"), gain("share"), f"{per_customer:+.2f}",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


HEAD = """# Presets and what they are worth

Made by `docs/make_presets.py`; do not edit. `programme: {{preset: NAME}}` puts one on a firm, with anything laid over
it. Each is a style: named after no firm, affiliated with none, as of the date given, and to be checked against its
source (in the file, [scenarios/programmes](../scenarios/programmes)) before a figure is relied on.

What the simulator finds: {replicates} replicates of {customers:,} customers over {years} years, the preset on the
largest of three firms that are otherwise alike, against the same firm without one. The **effective reward rate** is
what members were given, at face value (rewards, lower prices), over what they paid. Retention and share of purchases
in points, with the 95 % interval. Profit is per customer of the market and year, in dollars; costs of rewards and of
running are mostly assumptions, said in each file. Enough to see orders of size; your own market will differ.

"""
COLUMNS = (
    "preset", "as of", "market", "reward rate, %", "members active, %", "redeemed, %", "lost, %",
    "retention, points a year", "share, points", "profit",
)  # fmt: skip
FOOT = """
The markets, by assumption (basket in dollars, purchases a week, cost of goods):

| market | basket | purchases a week | cost of goods, % |
| --- | --- | --- | --- |
"""


FOUND = "# Found: "
"""Begins the line of a preset's file that says what the simulator makes of it."""


def found(line: str) -> tuple[str, str]:
    """Name of a preset and the remark for its file, from its line of the page."""
    cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
    remark = f"an effective reward rate of {cells[3]} % among {cells[2]} in the simulator (docs/presets.md)."
    return cells[0].strip("`"), FOUND + remark


def note(line: str) -> None:
    """Write into a preset's file what the simulator finds, in place of what it found before."""
    name, remark = found(line)
    path = shipped() / PROGRAMMES / f"{name}.yaml"
    lines = [one for one in path.read_text(encoding="utf-8").splitlines() if not one.startswith(FOUND)]
    at = next(i for i, one in enumerate(lines) if not one.startswith("#"))
    path.write_text("\n".join([*lines[:at], remark, *lines[at:]]) + "\n", encoding="utf-8")


def main() -> None:
    """Write the page, and what it says of each preset into its file."""
    names = preset_names(PROGRAMMES)
    rows = []
    for i, name in enumerate(names, 1):
        sys.stderr.write(f"{i} of {len(names)}: {name}\n")
        rows.append(row(name))
        note(rows[-1])
    kinds = dict.fromkeys(kind_of(name) for name in names)
    page = HEAD.format(replicates=REPLICATES, customers=CUSTOMERS, years=YEARS)
    page += "| " + " | ".join(COLUMNS) + " |\n" + "| --- " * len(COLUMNS) + "|\n" + "\n".join(rows) + "\n"
    page += FOOT + "\n".join(
        f"| {k.name} | {k.basket:g} | {k.per_week:g} | {100 * k.unit_cost:g} |" for k in kinds
    )
    PAGE.write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
