"""The payoff table of two players as a picture: best replies underlined, equilibria framed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.experiments.errors import ExperimentError
from sim.report.picture import COLOURS, GREY, canvas, save
from sim.report.units import Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments.contest import Contest, Game

__all__ = ["payoffs", "picture", "save"]
FIRST, SECOND = COLOURS[0], COLOURS[1]
ENOUGH = 0.95
LONGEST = 18


def picture(result: Contest, ax: Axes | None = None) -> Figure:
    """The figure that `payoffs` is drawn in."""
    drawn = payoffs(result, ax).get_figure(root=True)
    assert isinstance(drawn, Figure)
    return drawn


def payoffs(result: Contest, ax: Axes | None = None) -> Axes:
    """A cell a combination, cut in two: the first player's payoff below left, the second's above right.

    ▲ stands before a best reply, ? after one that is less than 95 % sure; the frame of an equilibrium is
    whole where it is at least 95 % sure, and broken otherwise. ax: where to draw (default: a new picture). Returns the
    axes. ExperimentError for more players than two.
    """
    if len(result.players) != 2:
        raise ExperimentError(
            f"a payoff table can be drawn for two players, not for {len(result.players)}; use payoffs()"
        )
    game = result.game
    rows, columns = (len(names) for names in game.choices)
    units = scale(result.unit(), largest(float(value) for value in game.mean.ravel()))
    with canvas(ax, 1.9 + 1.75 * columns, 1.9 + 1.0 * rows) as axis:
        _grid(axis, game)
        for row in range(rows):
            for column in range(columns):
                _cell(axis, result, units, row, column)
        seats = ", averaged over seats" if result.symmetric else ""
        axis.set_title(
            f"{result.metric.replace('_', ' ').capitalize()}, {units.unit}{seats}", pad=42, loc="left"
        )
        few = "one replicate" if result.replicates == 1 else f"{result.replicates} replicates"
        axis.set_xlabel(
            "▲ best reply to the other's choice; frame: equilibrium;\n"
            "?, or a broken frame: less than 95 % sure\n"
            f"{few} of {result.customers:,} customers, {result.weeks} weeks",
            fontsize=7.5,
            color=GREY,
            loc="left",
        )
    return axis


def _grid(ax: Axes, game: Game) -> None:
    rows, columns = (len(names) for names in game.choices)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    for row in range(rows):
        for column in range(columns):
            ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor="#bbbbbb", linewidth=0.8))
            ax.plot([column, column + 1], [row, row + 1], color="#dddddd", linewidth=0.8, zorder=1)
    ax.xaxis.set_label_position("bottom")
    ax.xaxis.tick_top()
    ax.set_xticks([c + 0.5 for c in range(columns)], [_short(name) for name in game.choices[1]], color=SECOND)
    ax.set_yticks([r + 0.5 for r in range(rows)], [_short(name) for name in game.choices[0]], color=FIRST)
    ax.tick_params(length=0)
    # Above the names of the choices and below the title, however high a row is.
    ax.annotate(
        game.players[1], (0.5, 1.0), xycoords="axes fraction", xytext=(0, 22), textcoords="offset points",
        color=SECOND, ha="center", va="bottom", fontweight="bold",
    )  # fmt: skip
    ax.set_ylabel(game.players[0], color=FIRST, fontweight="bold")


def _cell(ax: Axes, result: Contest, units: Scale, row: int, column: int) -> None:
    game, profile = result.game, (row, column)
    for player, (x, y, align, colour) in enumerate(
        ((column + 0.06, row + 0.8, "left", FIRST), (column + 0.94, row + 0.2, "right", SECOND))
    ):
        level = game.level(profile, player)
        half = None if level.mean is None or level.high is None else level.high - level.mean
        best = game.is_best(profile, player)
        sure = game.probability_best(profile, player)
        words = units.show(level.mean, precision=half)
        if best:
            words = f"▲ {words}" + (" ?" if sure is None or sure < ENOUGH else "")
        weight = "bold" if best else "normal"
        ax.text(x, y, words, ha=align, va="center", color=colour, fontsize=9.5, fontweight=weight)
    if profile in game.equilibria:
        often = game.probability(profile)
        whole = often is not None and often >= ENOUGH
        frame = Rectangle(
            (column + 0.025, row + 0.03),
            0.95,
            0.94,
            fill=False,
            edgecolor="black",
            linewidth=2.2,
            linestyle="-" if whole else (0, (4, 2)),
            zorder=4,
        )
        ax.add_patch(frame)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
