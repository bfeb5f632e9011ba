"""Make the page of pictures and the pictures on it, from small runs of shipped scenarios.

python docs/make_pictures.py               writes docs/pictures.md and docs/pictures/*.png
python docs/make_pictures.py frontier      only this picture, and the page
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from PIL import Image

import sim
from sim.experiments import Comparison, Sensitivity, Watched
from sim.experiments.contest import Contest
from sim.report.picture import house_style

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
DPI = 90
COLOURS = 64
"""Of a picture's palette: enough for bands upon bands, and a third of the bytes."""


class Shown(NamedTuple):
    """A picture of the page."""

    name: str
    """of the file, and of the function in sim.report"""
    draw: Callable[[], Axes]
    call: str
    """what a user writes"""
    caption: str


@cache
def comparison() -> Comparison:
    """Answers to a price war."""
    return sim.compare(sim.load(ROOT / "scenarios/price_war.yaml"), replicates=8, customers=600)


@cache
def cards() -> Comparison:
    """Cards of a coffee bar."""
    return sim.compare(sim.load(ROOT / "scenarios/coffee_bar.yaml"), replicates=8, customers=600)


@cache
def sensitivity() -> Sensitivity:
    """What is not known for certain of grocers, one number at a time."""
    study = sim.load_study(ROOT / "scenarios/studies/what_matters_to_grocers.yaml")
    return sim.sensitivity(
        study, method="one_at_a_time", metric="profit", design="points", against="none", replicates=8
    )


@cache
def contest() -> Contest:
    """Two firms that may or may not have a programme."""
    players = {"Harbour": ["none", "points"], "Mill": ["none", "points"]}
    world = sim.load(ROOT / "scenarios/duopoly.yaml")
    return sim.contest(world, players=players, metric="profit", replicates=8, customers=600)


@cache
def watched(scenario: str, design: str, *, without_gradient: bool = False) -> Watched:
    """A watched market of a thousand customers."""
    world = sim.load(ROOT / "scenarios" / f"{scenario}.yaml")
    return sim.watch(world, designs=[design], replicates=8, customers=1000, without_gradient=without_gradient)


def network() -> Axes:
    """A piece of the network of the lesson on referrals."""
    world = sim.load(ROOT / "scenarios/lessons/referral_and_the_network.yaml")
    return sim.report.network(sim.Market(world, customers=600).run())


def diary() -> Axes:
    """A traveller's weeks."""
    world = sim.load(ROOT / "scenarios/airline.yaml")
    return sim.report.diary(sim.Market(world, design="soft_landing", customers=600, diaries=12).run())


PICTURES: list[Shown] = [
    Shown(
        "retention",
        lambda: sim.report.retention(comparison()),
        "retention(result)",
        "Of the customers who were active when measuring began, how many are active in each week.",
    ),
    Shown(
        "profit",
        lambda: sim.report.profit(comparison()),
        "profit(result)",
        "Weekly profit, the mean of four weeks.",
    ),
    Shown(
        "cumulative",
        lambda: sim.report.cumulative(cards()),
        "cumulative(result)",
        "Profit more than that of the first design, added up; a hollow diamond where it has paid back for good.",
    ),
    Shown(
        "forest",
        lambda: sim.report.forest(comparison(), "retention"),
        'forest(result, metric="retention")',
        "Each design's paired difference to the first in any measure; hollow where it may be none.",
    ),
    Shown(
        "frontier",
        lambda: sim.report.frontier(cards()),
        "frontier(result)",
        "Retention, profit, and points owed (area and words); a broken line joins the designs that none exceeds on "
        "both.",
    ),
    Shown(
        "waterfall",
        lambda: sim.report.waterfall(cards(), "stamp_app"),
        'waterfall(result, design="stamp_app")',
        "From the profit of the first design to that of another, line by line; the bars add up to the cent.",
    ),
    Shown(
        "tornado",
        lambda: sim.report.tornado(sensitivity(), "profit"),
        'tornado(sensitivity, metric="profit")',
        "What a measure depends on, one factor at a time; Morris' and Sobol's indices are drawn, too.",
    ),
    Shown(
        "payoffs",
        lambda: sim.report.payoffs(contest()),
        "payoffs(contest)",
        "What two firms end up with, best replies and equilibria.",
    ),
    Shown(
        "cohorts",
        lambda: sim.report.cohorts(watched("coffee_bar", "points_app")),
        "cohorts(watched)",
        "Cohorts: of the customers who came in one quarter, the share still active.",
    ),
    Shown(
        "liability",
        lambda: sim.report.liability(watched("lessons/points_are_a_debt", "a_year")),
        "liability(watched)",
        "Points outstanding, at the cost at which they are owed, by quarter of issue.",
    ),
    Shown(
        "tiers",
        lambda: sim.report.tiers(watched("lessons/status_and_its_loss", "strict")),
        "tiers(watched)",
        "Members by level, and who moves up, down, in and out in a year.",
    ),
    Shown(
        "balances",
        lambda: sim.report.balances(watched("coffee_bar", "points_app")),
        "balances(watched)",
        "Members' balances beside what the cheapest reward takes.",
    ),
    Shown(
        "distance",
        lambda: sim.report.distance(
            watched("lessons/goal_gradient_and_the_stamp_card", "ten_stamps", without_gradient=True)
        ),
        "distance(watched)",
        "Purchases by distance to the reward, with the goal gradient and in the same market without.",
    ),
    Shown(
        "quadrants",
        lambda: sim.report.quadrants(watched("telecom", "as_it_is")),
        "quadrants(watched)",
        "The four loyalties of Dick and Basu: who likes the firm, and who buys there.",
    ),
    Shown(
        "switching",
        lambda: sim.report.switching(watched("coffee_bar", "points_app")),
        "switching(watched)",
        "From which firm to which customers go from one quarter to the next.",
    ),
    Shown(
        "whale",
        lambda: sim.report.whale(watched("coffee_bar", "points_app")),
        "whale(watched)",
        "The whale curve: what the best customers bring.",
    ),
    Shown("network", network, "network(market)", "A customer, her friends, and their friends."),
    Shown("diary", diary, "diary(market, customer)", "One customer's weeks, from her diary."),
]
"""The page, in its order."""

HEAD = """# Pictures

Every picture is `sim.report.NAME(data, ..., ax=None)`. Without `ax` it is a new one that shows itself in a notebook;
with `ax` it is drawn there, so that several make one figure. It returns the axes, which can be changed like any others.

```python
import sim

result = sim.compare(sim.load("scenarios/price_war.yaml"), replicates=8, customers=600)
ax = sim.report.retention(result)
ax.figure.savefig("retention.png")
```

What weekly tables do not hold (who came when, how old points are, who is near a reward) is read off the customers
between weeks. That changes nothing that they live:

```python
world = sim.load("scenarios/coffee_bar.yaml")
watched = sim.watch(world, designs=["points_app"], replicates=4, customers=400)
ax = sim.report.balances(watched)
```

Lines and marks are means over replicates, bands and whiskers their 95 % interval; with one replicate there are none. A
design has the same colour, dash and marker in all pictures of a comparison, and its name beside it, so that they can be
printed in grey. Grey weeks are the burn-in, hatched weeks an event.

"""
TAIL = "The pictures on this page are of shipped scenarios with 8 replicates, made by `python docs/make_pictures.py`.\n"


def write(shown: Shown) -> Path:
    """Draw a picture and write it with a small palette; returns its path."""
    drawn, buffer = shown.draw(), BytesIO()
    figure = drawn.get_figure(root=True)
    assert figure is not None
    with house_style():
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    path = FOLDER / f"{shown.name}.png"
    Image.open(buffer).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def page() -> str:
    """The page: a line and a picture each."""
    parts = [
        f"## `{shown.call}`\n\n{shown.caption}\n\n![{shown.caption}](pictures/{shown.name}.png)\n\n"
        for shown in PICTURES
    ]
    return HEAD + "".join(parts) + TAIL


if __name__ == "__main__":
    asked = sys.argv[1:] or [shown.name for shown in PICTURES]
    if unknown := sorted(set(asked) - {shown.name for shown in PICTURES}):
        sys.exit(f"no picture {', '.join(unknown)}; there is {', '.join(shown.name for shown in PICTURES)}")
    for shown in PICTURES:
        if shown.name in asked:
            write(shown)
    (ROOT / "docs" / "pictures.md").write_text(page(), encoding="utf-8")
