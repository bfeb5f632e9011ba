"""Contests and leagues for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.report.units import MISSING, Scale, largest, scale

if TYPE_CHECKING:
    from sim.experiments.contest import Contest, League

BEST = "*"
"""After a payoff: nothing that this firm could do instead, the others doing the same, would bring more."""
STABLE = "="
"""Before a combination: an equilibrium."""
UNSURE = "?"
"""After a mark: less sure than 95 %."""
ENOUGH = 0.95


def payoffs(result: Contest) -> Table:
    """A row a combination, a column a player: mean and half of the interval, best replies and equilibria marked.

    Of three players and more the means only, so that a terminal is wide enough.
    """
    game = result.game
    units = scale(result.unit(), largest(float(v) for v in game.mean.ravel()))
    seats = ", averaged over seats" if result.symmetric else ""
    few = len(game.players) < 3
    how = "mean ± half of the 95 % interval" if few else "means; for intervals: --json"
    table = _table(f"{result.metric}, {units.unit}: who gets what{seats} ({how})")
    table.add_column("")
    for player in game.players:
        table.add_column(Text(f"{player}\nplays"), overflow="fold")
    for player in game.players:
        table.add_column(Text(f"{player}\ngets"), justify="right", no_wrap=True)
    table.add_column("P(equi-\nlibrium)", justify="right", no_wrap=True)
    stable = set(game.equilibria)
    for profile in game.profiles:
        often = game.probability(profile)
        cells = [Text(name) for name in game.names(profile)]
        for i in range(len(game.players)):
            mark = BEST if game.is_best(profile, i) else ""
            sure = game.probability_best(profile, i)
            mark += UNSURE if mark and (sure is None or sure < ENOUGH) else ""
            level = game.level(profile, i)
            cells.append(Text(f"{_level(units, level.mean, level.high if few else None)}{mark:<2}"))
        first = STABLE + (UNSURE if often is None or often < ENOUGH else "") if profile in stable else ""
        table.add_row(first, *cells, MISSING if often is None else _chance(often))
    table.caption = Text(
        f"{BEST} best reply to what the others do; {STABLE} equilibrium: everybody's choice is one; "
        f"{UNSURE} less than 95 % sure"
    )
    table.caption_justify = "left"
    return table


def league(result: League) -> Table:
    """The league table: a row a team."""
    rows = result.table()
    size = largest(float(v) for v in rows[result.metric])
    units = scale(result.unit(result.metric), size)
    form = "two at a time, on both seats" if result.form == "pairs" else "all at once, on every seat"
    table = _table(f"{result.world.title}: {len(result.teams)} teams, {form}, {result.replicates} worlds")
    others = [name for name in ("profit", "retention") if name in rows and name != result.metric]
    table.add_column("rank", justify="right")
    table.add_column("team")
    for name in ("played", "won", "drawn", "lost"):
        table.add_column(name, justify="right")
    table.add_column(Text(f"{result.metric}\n{units.unit}"), justify="right", no_wrap=True)
    scales = {name: scale(result.unit(name), largest(float(v) for v in rows[name])) for name in others}
    for name, unit in scales.items():
        table.add_column(Text(f"{name}\n{unit.unit}"), justify="right", no_wrap=True)
    shared = {name for group in result.ranking.groups if len(group) > 1 for name in group}
    for row in rows.to_dict("records"):
        rank = MISSING if result.replicates == 1 else f"{row['rank']}{'=' if row['team'] in shared else ' '}"
        table.add_row(
            rank,
            Text(row["team"]),
            *(str(row[name]) for name in ("played", "won", "drawn", "lost")),
            _level(units, row[result.metric], row["high"]),
            *(unit.show(row[name]) for name, unit in scales.items()),
        )
    return table


def matches(result: League) -> Table:
    """A row a match: by how much the first leads, with the interval."""
    rows = result.results()
    units = scale(result.unit(result.metric), largest(float(v) for v in rows["difference"]), difference=True)
    table = _table("Matches, averaged over seats; drawn: the 95 % interval includes 0")
    for name in ("team", "against", "result"):
        table.add_column(name)
    table.add_column(Text(f"{result.metric}: lead\n{units.unit}"), justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        words = units.show(row["difference"], signed=True)
        if row["low"] == row["low"]:
            half = (row["high"] - row["low"]) / 2
            lead, low, high = (
                units.show(row[name], signed=True, precision=half) for name in ("difference", "low", "high")
            )
            words = f"{lead} [{low}, {high}]"
        table.add_row(Text(row["team"]), Text(row["against"]), row["result"], words)
    return table


def _level(units: Scale, mean: float | None, high: float | None) -> str:
    if mean is None or high is None or high != high:
        return units.show(mean)
    half = high - mean
    return f"{units.show(mean, precision=half)} ± {units.show(half, precision=half)}"


def _chance(probability: float) -> str:
    if probability > 0.999:
        return ">0.999"
    return "<0.001" if probability < 0.001 else f"{probability:.3f}"


def _table(title: str) -> Table:
    return Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
