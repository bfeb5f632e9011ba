"""A small piece of the network in which customers tell each other about firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.population.moments import PRAISED, REFERRED, WARNED, Origin
from sim.report.picture import canvas
from sim.report.seen import note

if TYPE_CHECKING:
    from sim.market import Market

MOST = 80
"""Customers drawn."""
STATES: dict[str, tuple[str, str]] = {
    "active customer": ("o", "#0072B2"),
    "knows the firm, not active": ("s", "#E69F00"),
    "does not know it": ("^", "#e0e0e0"),
    "not in the market": ("X", "#7F7F7F"),
}
"""What a customer is to the focal firm: marker and colour."""
_SEED = 1


def network(market: Market, around: int | None = None, *, ax: Axes | None = None) -> Axes:
    """One customer, her friends and friends' friends, at most 80: what each is to the focal firm now.

    around: unique_id; None for an active customer with the most friends. A ring marks who came by a friend's referral;
    + and ! who has praised, or warned of, a firm in the last week, R who referred a friend. Friends further away are
    left out, nearest first. ValueError where there is no network, KeyError where there is no such customer.
    """
    people = market.population
    if people.network is None:
        raise ValueError(
            "customers of this market tell each other nothing; give the scenario customers.network "
            "(and behaviour.word_of_mouth enabled)"
        )
    active = _active(market)
    if around is None:
        degrees = people.network.degrees()
        centre = int(np.argmax(np.where(active, degrees + degrees.max() + 1, degrees)))
    else:
        if around not in range(1, len(people) + 1):
            raise KeyError(f"there is no customer {around!r}; ids run from 1 to {len(people)}")
        centre = int(around) - 1
    rows = _circle(people.network, centre)
    edges = _edges(people.network, rows)
    places = _places(rows, edges)
    knows = (people.column("knows") >> market.focus) & 1 == 1
    alive = people.column("alive") == 1
    state = np.where(~alive, 3, np.where(active, 0, np.where(knows, 1, 2)))
    referred = (people.column("story") & 7) == Origin.REFERRAL
    happened = people.column("happened")
    with canvas(ax, 6.8, 5.2) as axis:
        for a, b in edges:
            (x0, y0), (x1, y1) = places[a], places[b]
            axis.plot([x0, x1], [y0, y1], color="#bbbbbb", linewidth=0.7, zorder=1)
        for i, (name, (marker, colour)) in enumerate(STATES.items()):
            those = [r for r in rows if state[r] == i and r != centre]
            if those:
                at = np.array([places[r] for r in those])
                axis.scatter(
                    at[:, 0],
                    at[:, 1], s=62, marker=marker, color=colour, edgecolor="#333333", linewidth=0.7, zorder=3,
                    label=f"{name} ({len(those)})",
                )  # fmt: skip
        rings = [r for r in rows if referred[r] and alive[r]]
        if rings:
            at = np.array([places[r] for r in rings])
            axis.scatter(
                at[:, 0],
                    at[:, 1], s=190, marker="o", facecolor="none", edgecolor="#000000", linewidth=1.4, zorder=2,
                label=f"came by a referral ({len(rings)})",
            )  # fmt: skip
        for r in rows:
            said = "".join(
                s for bit, s in ((PRAISED, "+"), (WARNED, "!"), (REFERRED, "R")) if happened[r] & bit
            )
            if said:
                axis.annotate(
                    said, places[r], xytext=(5, 4), textcoords="offset points", fontsize=10, fontweight="bold"
                )
        x, y = places[centre]
        axis.scatter(
            [x], [y], s=330, marker="*", color="#D55E00", edgecolor="#000000", linewidth=1.2, zorder=4,
            label=f"customer {centre + 1}, {list(STATES)[state[centre]]}",
        )  # fmt: skip
        axis.set_xticks([])
        axis.set_yticks([])
        axis.grid(visible=False)
        axis.margins(0.07)
        for spine in axis.spines.values():
            spine.set_visible(False)
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8.5)
        named = f", {market.design}" if market.design else ""
        when = f"at the end of week {market.week - 1}" if market.week else "before the first week"
        axis.set_title(f"{market.world.focus}{named}: friends, {when}")
        words = f"{len(rows)} of {len(people):,} customers: friends, and friends' friends. "
        note(axis, words + "In the last week: + praised a firm, ! warned of one, R referred a friend.", 6)
    return axis


def _active(market: Market) -> NDArray[np.bool_]:
    people = market.population
    ago = market.week - 1 - people.column("last_week", market.focus)
    active: NDArray[np.bool_] = (people.column("alive") == 1) & (ago <= market.world.category.lapse_weeks)
    return active


def _circle(network: Any, centre: int) -> list[int]:
    """The customer, her friends, and theirs, nearest first, at most so many."""
    rows, at = [centre], 0
    distance = {centre: 0}
    while at < len(rows) and len(rows) < MOST:
        r = rows[at]
        at += 1
        if distance[r] == 2:
            break
        for friend in network.friends[network.start[r] : network.start[r + 1]].tolist():
            if friend not in distance and len(rows) < MOST:
                distance[friend] = distance[r] + 1
                rows.append(friend)
    return rows


def _edges(network: Any, rows: list[int]) -> list[tuple[int, int]]:
    there = set(rows)
    return [
        (r, friend)
        for r in rows
        for friend in network.friends[network.start[r] : network.start[r + 1]].tolist()
        if r < friend and friend in there
    ]


def _places(rows: list[int], edges: list[tuple[int, int]]) -> dict[int, tuple[float, float]]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(rows)
    graph.add_edges_from(edges)
    placed = nx.spring_layout(graph, seed=_SEED, iterations=120, k=1.6 / np.sqrt(len(rows)))
    return {r: (float(x), float(y)) for r, (x, y) in placed.items()}
