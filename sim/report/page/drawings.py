"""Pictures of the page as inline SVG: text as paths, nothing fetched, no two with the same names inside."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import matplotlib as mpl
from markupsafe import escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.report import plots
from sim.report.curves import cumulative
from sim.report.page.block import Drawing
from sim.report.picture import COLOURS, GREY, canvas, house_style
from sim.report.statement import waterfall
from sim.report.tradeoff import frontier
from sim.report.units import largest, scale

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments import Comparison
    from sim.experiments.dossier import Dossier

_TICKS = FuncFormatter(lambda value, _: f"{value:,.6g}")
PIXELS = 1.45
"""On the screen, of a point in a picture: words of all pictures have one size."""
LOW, HIGH = COLOURS[0], COLOURS[5]


def drawn(figure: Figure, name: str, label: str, caption: str) -> Drawing:
    """A figure for the page; name tells its inner names from those of other pictures."""
    buffer = io.BytesIO()
    with house_style(), mpl.rc_context({"svg.hashsalt": "loyalty-sim"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return Drawing(_inline(buffer.getvalue().decode(), name, label), label, caption)


def _inline(svg: str, name: str, label: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"<!--.*?-->", "", svg, flags=re.DOTALL
    )  # holds the words of the picture, a user's among them
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="0 0 ([0-9.]+) [0-9.]+"', head)
    assert box is not None
    wide = f"max-width: {PIXELS * float(box[1]):.0f}px"
    return f'<svg {box[0]} style="{wide}" role="img" aria-label="{escape(label)}">{rest}'


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def comparison(result: Comparison) -> list[Drawing]:
    """How far the designs differ, and their weeks."""
    reference = result.designs[0]
    found = [
        drawn(
            plots.comparison(result),
            "forest",
            f"Forest plot: paired differences of every design to {reference} on retention and profit, with intervals; "
            "the numbers are in the tables of this section.",
            "Paired differences on retention and profit, with 95 % intervals. Hollow: not separated from none.",
        ),
        drawn(
            plots.paths(result),
            "weeks",
            f"Lines: active customers and weekly profit of {result.world.focus} under every design, week by week.",
            "The focal firm week by week: active customers, and profit as a mean of four weeks.",
        ),
    ]
    if result.replicates > 1:
        words = "Frontier: retention against profit of every design, with liability; the numbers are in the tables."
        caption = "Retention, profit and liability of the designs together."
        found.append(drawn(_figure(frontier(result)), "frontier", words, caption))
    return found


def business(result: Comparison, design: str | None) -> list[Drawing]:
    """How extra profit adds up, and where it comes from."""
    reference = result.designs[0]
    words = f"Lines: extra profit of every design over {reference}, added up week by week."
    caption = f"Extra profit over ‘{reference}’, added up over the weeks."
    found = [drawn(_figure(cumulative(result)), "cumulative", words, caption)]
    if design is not None:
        with suppress(ValueError):  # a stored comparison of an older version has no statement
            words = f"Waterfall: what makes up the difference in profit between {reference} and {design}."
            caption = f"From the profit of ‘{reference}’ to that of ‘{design}’."
            found.append(drawn(_figure(waterfall(result, design)), "waterfall", words, caption))
    return found


def tornado(dossier: Dossier) -> Drawing:
    """How the profit difference answers to each doubt."""
    design, reference = dossier.design, dossier.result.designs[0]
    words = (
        f"Tornado: profit of {design} less that of {reference} at the low and the high value of each doubted number, "
        "the widest on top; the numbers are in the table below."
    )
    caption = (
        f"Profit of ‘{design}’ less that of ‘{reference}’ over {dossier.weeks - dossier.result.world.horizon.burn_in} "
        "weeks, at the ends of each doubt; the line is the scenario as written. Whiskers: 95 % intervals."
    )
    return drawn(_tornado(dossier), "tornado", words, caption)


def _tornado(dossier: Dossier) -> Figure:
    table, base = dossier.sensitivity, dossier.base.mean or 0.0
    order = ranked(table)
    units = scale(dossier.result.world.currency, largest([*table["mean"], base]), difference=True)
    with canvas(None, 7.4, 1.3 + 0.5 * len(order)) as ax:
        for row, doubt in enumerate(order):
            for end, colour, shift in (("low", LOW, -0.17), ("high", HIGH, 0.17)):
                own = table[(table["doubt"] == doubt) & (table["end"] == end)].iloc[0]
                value = own["mean"] * units.factor
                ax.barh(
                    row + shift,
                    value - base * units.factor,
                    left=base * units.factor,
                    height=0.3,
                    color=colour,
                    edgecolor="#333333",
                    linewidth=0.5,
                    hatch="" if end == "low" else "////",
                )
                if own["low"] == own["low"]:
                    half = (own["high"] - own["low"]) / 2 * units.factor
                    ax.errorbar(value, row + shift, xerr=half, color="#333333", elinewidth=0.9, capsize=2)
                ax.annotate(
                    own["setting"],
                    (1.01, row + shift),
                    xycoords=("axes fraction", "data"),
                    va="center",
                    fontsize=8,
                    color=GREY,
                    annotation_clip=False,
                )
        ax.axvline(base * units.factor, color="#333333", linewidth=1.0)
        ax.axvline(0.0, color="#333333", linewidth=1.0, linestyle=(0, (2, 2)))
        ax.set_yticks(range(len(order)), order)
        ax.set_ylim(len(order) - 0.5, -0.6)
        ax.grid(visible=False, axis="y")
        ax.xaxis.set_major_formatter(_TICKS)
        ax.set_xlabel(
            f"difference in profit ({units.unit})\nplain: low value, hatched: high value; dashed: no difference"
        )
        return _figure(ax)


def ranked(table: pd.DataFrame) -> list[str]:
    """Doubts, the one that moves the result most on top."""
    moved = table.assign(size=table["change"].abs()).groupby("doubt", sort=False)["size"].max()
    return [str(name) for name in moved.sort_values(ascending=False, kind="stable").index]
