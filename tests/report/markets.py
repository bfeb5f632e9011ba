"""Small comparisons of real markets that the pictures' tests share."""

from __future__ import annotations

from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim
from sim.experiments import Comparison
from sim.experiments.contest import Contest, contest
from tests.experiments.contest import known
from tests.experiments.explain.worlds import grocers

DESIGNS = ("none", "points", "cheaper", "twin")


@cache
def compared(replicates: int = 4, designs: tuple[str, ...] = DESIGNS) -> Comparison:
    """Two grocers with a price war of the rival."""
    data = grocers().model_dump(mode="json", exclude_unset=True)
    rival = next(firm["name"] for firm in data["firms"] if firm["name"] != data["focus"])
    data["events"] = [{"kind": "price_war", "firm": rival, "week": 20, "weeks": 4, "depth": 0.15}]
    world = type(grocers()).model_validate(data)
    return sim.compare(world, designs=list(designs), replicates=replicates, workers=1)


@cache
def played() -> Contest:
    """A prisoner's dilemma."""
    cell = known.cell_of(known.symmetric(known.DILEMMA))
    return contest(known.world(), players={"A": ["c", "d"], "B": ["c", "d"]}, replicates=3, run_cell=cell)


def words(axis: Axes) -> str:
    """All that is written in the picture of these axes."""
    figure = axis.get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def flat(axis: Axes) -> str:
    """The same as one line, since long sentences are wrapped."""
    return " ".join(words(axis).split())
