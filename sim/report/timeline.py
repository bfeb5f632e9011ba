"""One customer's weeks: what she expected and felt, where she bought, and what befell her."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.axes import Axes

from sim.population.diary import Diary, Entry
from sim.population.page import Moment
from sim.report.picture import COLOURS, GREY, canvas
from sim.report.seen import note

if TYPE_CHECKING:
    from sim.market import Market


class Sort(NamedTuple):
    """Moments that are marked alike."""

    name: str
    marker: str
    colour: str
    moments: tuple[str, ...]


SORTS = (
    Sort("failure", "X", "#D55E00", ("failed_core", "failed_encounter", "fee_noticed", "harmed", "payment_failed")),
    Sort("complaint", "^", "#000000", ("complained",)),
    Sort("answer", "v", "#7F7F7F", ("answered_well", "answered_badly", "never_answered")),
    Sort("reward", "*", "#E69F00", ("redeemed", "full_card", "gift", "surprised", "cheque", "milestone")),
    Sort("level or membership", "D", "#009E73", (
        "joined", "level_won", "level_given", "level_on_trial", "level_kept", "level_grace", "level_lost",
        "level_changed", "club_left", "programme_closed", "programme_worsened",
    )),
    Sort("left or came back", "P", "#CC79A7", ("left_firm", "won_back", "left_market", "entered_market")),
    Sort("told friends", "h", "#56B4E9", ("praised", "warned", "referred")),
)  # fmt: skip
"""What is marked, by sort."""
NAMES = {"failed_core": "failure", "failed_encounter": "rude service", "level_won": "level up",
         "level_lost": "level down",
         "answered_well": "good answer", "answered_badly": "bad answer", "never_answered": "no answer",
         "redeemed": "reward", "left_firm": "left", "won_back": "won back"}  # fmt: skip
_ROW, _LANE = 9.0, 6.5
_LANES = 4
_ABOVE = 5.0
"""Index points by which marks of one week stand above each other."""
_MARKED = tuple(name for sort in SORTS for name in sort.moments)


def diary(
    told: Market | Diary, customer: int | None = None, firm: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """A customer's weeks: satisfaction and expectation (index 0-100) with a firm, purchases at all, marked events.

    told: a market made with diaries, and the customer's unique_id (who bought there most often); or a diary. firm:
    whose satisfaction (the focal one; of a diary alone, the first). Events of that firm, or of none, are marked; the
    first of each name is named. ValueError where no diary was kept, or the firm is unknown; KeyError for a
    customer without.
    """
    kept, firm = _kept(told, customer, firm)
    firms = kept.cast.firms
    if firm not in firms:
        raise ValueError(f"there is no firm {firm!r}; the firms are {', '.join(firms)}")
    if not kept.entries:
        raise ValueError(f"the diary of customer {kept.customer} has no weeks yet; run the market first")
    entries = kept.entries
    weeks = [e.week for e in entries]
    felt = [e.feelings[firm] for e in entries]
    with canvas(ax, 8.6, 4.6) as axis:
        axis.plot(weeks, [f.satisfaction for f in felt], color=COLOURS[0], label="satisfaction", zorder=3)
        axis.plot(
            weeks,
            [f.expectation for f in felt],
            color=COLOURS[1],
            linestyle=(0, (5, 2)),
            label="expectation",
            zorder=3,
        )
        for row, name in enumerate(firms):
            bought = [e.week for e in entries for m in e.moments if m.name == "bought" and m.firms == (name,)]
            y = -_ROW * (row + 1)
            axis.plot(
                bought, [y] * len(bought), linestyle="none", marker="|", markersize=9, markeredgewidth=1.3,
                color="#000000" if name == firm else GREY,
            )  # fmt: skip
        _events(axis, kept, firm)
        bottom = -_ROW * (len(firms) + 0.7)
        axis.axhline(-_ROW * 0.4, color="#888888", linewidth=0.8)
        burn_in = kept.cast.burn_in
        if weeks[0] < burn_in <= weeks[-1]:
            axis.axvline(burn_in, color="#888888", linewidth=1.0, linestyle=(0, (1.5, 1.5)))
            axis.annotate(
                "measuring begins",
                (burn_in, 2),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=8,
                color=GREY,
            )
        for e, was in zip(entries[1:], entries, strict=False):
            if e.person != was.person:
                axis.axvline(e.week, color="#000000", linewidth=1.2)
                axis.annotate(
                    "next person", (e.week, 8), xytext=(3, 0), textcoords="offset points", fontsize=8
                )
        rows = [-_ROW * (i + 1) for i in range(len(firms))]
        axis.set_yticks([*rows[::-1], 0, 25, 50, 75, 100], [*firms[::-1], "0", "25", "50", "75", "100"])
        axis.set_ylim(bottom, 106 + _LANE * _LANES)
        axis.set_xlim(weeks[0] - 1, weeks[-1] + 1)
        axis.set_xlabel("week")
        axis.set_ylabel("index, 0 to 100", y=(50 - bottom) / (106 + _LANE * _LANES - bottom))
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8.5)
        axis.set_title(f"Customer {kept.customer} ({kept.segment}) and {firm}")
        note(
            axis, f"Strokes: weeks with a purchase. Marks: what happened with {firm}, or with no firm named."
        )
    return axis


def _kept(told: Market | Diary, customer: int | None, firm: str | None) -> tuple[Diary, str]:
    if isinstance(told, Diary):
        return told, firm or told.cast.firms[0]
    ids = list(told.diaries)
    if not ids:
        raise ValueError("nobody in this market keeps a diary; make it with sim.Market(world, diaries=12)")
    firm = firm or told.world.focus
    if customer is None:
        bought = {
            i: sum(m.name == "bought" and firm in m.firms for e in told.diaries[i].entries for m in e.moments)
            for i in ids
        }
        customer = max(ids, key=lambda i: (bought[i], -i))
    return told.diary(customer), firm


def _rank(entry: Entry, moment: Moment, firm: str) -> int:
    """Which of a week's marks this is, from 0; marks of one sort stand together."""
    there = [
        sort.name for sort in SORTS if any(m.name in sort.moments and _ours(m, firm) for m in entry.moments)
    ]
    return next(
        i for i, name in enumerate(there) for s in SORTS if s.name == name and moment.name in s.moments
    )


def _ours(moment: Moment, firm: str) -> bool:
    return not moment.firms or firm in moment.firms


def _events(axis: Axes, kept: Diary, firm: str) -> None:
    """Marks on the line of satisfaction, and the first of each name in lanes above."""
    named: set[str] = set()
    for sort in SORTS:
        at = [
            (e.week, e.feelings[firm].satisfaction + _ABOVE * _rank(e, m, firm))
            for e in kept.entries
            for m in e.moments
            if m.name in sort.moments and _ours(m, firm)
        ]
        if at:
            axis.plot(
                [w for w, _ in at], [y for _, y in at], linestyle="none", marker=sort.marker,
                color=sort.colour, markersize=9 if sort.marker == "*" else 6.5, markeredgecolor="white",
                markeredgewidth=0.6, label=f"{sort.name} ({len(at)})", zorder=4,
            )  # fmt: skip
    firsts = []
    for e in kept.entries:
        for m in e.moments:
            if m.name in _MARKED and m.name not in named and _ours(m, firm):
                named.add(m.name)
                firsts.append(
                    (e.week, e.feelings[firm].satisfaction, NAMES.get(m.name, m.name.replace("_", " ")))
                )
    for i, (week, y, words) in enumerate(firsts):
        top = 104 + _LANE * (i % _LANES)
        axis.plot([week, week], [y, top - 1], color="#cccccc", linewidth=0.6, zorder=1)
        begun, ended = kept.entries[0].week, kept.entries[-1].week
        late = week > begun + 0.85 * (ended - begun)
        axis.annotate(
            words, (week, top), fontsize=7.5, color="#222222", ha="right" if late else "left", va="bottom"
        )
