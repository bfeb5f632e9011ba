"""The plots of the page as one picture to keep: made without a browser, in the style of all pictures."""

from __future__ import annotations

import base64
import io
from typing import Any

from matplotlib.ticker import FuncFormatter

from sim.dashboard.catalogue import Catalogue
from sim.dashboard.figures import UNITS, unit_name
from sim.dashboard.session import Session
from sim.report.marks import draw, key, marks
from sim.report.picture import GREY, Picture, house_style, look

FORMS = {"png": "image/png", "svg": "image/svg+xml"}
PANELS = (("active",), ("retention",), ("satisfaction", "expectation"), ("profit",), ("members",), ("share",))


def picture(session: Session, catalogue: Catalogue) -> Picture:
    """Six panels of what the page shows, both designs in each; the second series of a panel is thin."""
    say, world = catalogue.say, session.world
    series = session.series()
    found = marks(world, session.opening, session.weeks)
    with house_style():
        figure = Picture(figsize=(11.5, 6.2), layout="constrained")
        axes = figure.subplots(2, 3).ravel()
        for ax, names in zip(axes, PANELS, strict=True):
            for place, name in enumerate(names):
                share = UNITS[name] == "share"
                for side, design in enumerate(session.sides):
                    style = look(side) | {"marker": "", "linewidth": 1.8 if place == 0 else 0.9}
                    shown = series[name][session.opening :, side] * (100.0 if share else 1.0)
                    ax.plot(range(session.opening, session.week), shown, label=design, **style)
            ax.axvline(session.burn_in, color=GREY, linewidth=0.8, linestyle=":")
            draw(ax, found, session.opening, session.weeks)
            ax.set_xlim(session.opening, session.weeks)
            ax.set_title(" / ".join(say(f"series.{name}") for name in names), pad=16 if found else 8)
            ax.set_xlabel(say("page.week"))
            ax.set_ylabel(unit_name(catalogue, UNITS[names[0]], world.currency))
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=2)
        figure.suptitle(f"{world.title}: {session.sides[0]} | {session.sides[1]}", x=0.01, ha="left")
        said = say("page.legend", week=session.burn_in)
        figure.supxlabel("\n".join(filter(None, (said, key(found)))), fontsize=8, color=GREY)
    return figure


def file_of(session: Session, catalogue: Catalogue, stem: str, form: str) -> dict[str, Any]:
    """The picture as a file that a browser can keep: name, type, data in base64."""
    import matplotlib as mpl

    buffer = io.BytesIO()
    plain = {"svg": {"Date": None}, "png": {"Software": None}}[form]
    with house_style(), mpl.rc_context({"svg.hashsalt": "loyalty-sim"}):
        picture(session, catalogue).savefig(buffer, format=form, metadata=plain)
    name = f"{stem}_week_{session.week}.{form}"
    return {"name": name, "type": FORMS[form], "data": base64.b64encode(buffer.getvalue()).decode()}
