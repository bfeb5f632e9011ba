"""The live plots: bokeh figures whose columns are added to or replaced, never made anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BasicTicker, ColumnDataSource, HoverTool, NumeralTickFormatter, Range1d, TapTool
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from sim.dashboard.catalogue import Catalogue
from sim.dashboard.figures import UNITS
from sim.dashboard.session import Session
from sim.dashboard.theme import FONT, GRID, INK, LOOKS, MUTED

PANELS = {
    "active": ("active",),
    "retention": ("retention",),
    "feelings": ("satisfaction", "expectation"),
    "profit": ("profit",),
    "members": ("members",),
    "share": ("share",),
}
"""Panel -> series it shows, the first one thick. `members` shows the liability when it is asked to."""
SIDES = ("left", "right")
CORNERS = (("none", 0.02, -1), ("latent", 0.02, 1), ("spurious", 0.98, -1), ("loyal", 0.98, 1))


class Views:
    """All plots of one page. `figures`: name -> bokeh figure; `dots`: of each side, the customers of the 2x2."""

    def __init__(self) -> None:
        columns = ["week", *(f"{name}.{side}" for name in UNITS for side in SIDES)]
        self.weeks = ColumnDataSource({name: [] for name in columns})
        self.dots = tuple(ColumnDataSource({n: [] for n in ("x", "y", "customer", "fill")}) for _ in SIDES)
        self._events = ColumnDataSource({"first": [], "end": []})
        self._start = ColumnDataSource({"week": []})
        self._corners = ColumnDataSource({n: [] for n in ("x", "y", "text", "align", "base")})
        self._x, self._y = Range1d(start=0, end=1), Range1d(start=-1, end=1)
        self._lines: dict[str, list[Any]] = {}
        self._names: list[Any] = []
        self.figures = {name: self._course(name, series) for name, series in PANELS.items()}
        self.figures |= {f"people_{side}": self._people(place) for place, side in enumerate(SIDES)}

    # --- what is shown ------------------------------------------------------------------------------------

    def show(self, session: Session, catalogue: Catalogue) -> None:
        """All weeks of a session, which may be another one than before."""
        series, first = session.series(), session.opening
        weeks = np.arange(first, session.week)
        columns = {
            f"{name}.{side}": series[name][first:, place]
            for name in UNITS
            for place, side in enumerate(SIDES)
        }
        self._x.update(start=first, end=session.weeks)
        self._start.data = {"week": [session.burn_in]}
        events = [event for event in session.world.events if event.week >= first]
        self._events.data = {
            "first": [event.week for event in events],
            "end": [event.week + getattr(event, "weeks", 1) for event in events],
        }
        self.weeks.data = {"week": weeks, **columns}
        self._say(catalogue)
        self.show_people(session, catalogue)

    def grow(self, session: Session, catalogue: Catalogue) -> None:
        """The weeks that have come since."""
        known = session.opening + len(self.weeks.data["week"])
        if known >= session.week:
            return
        series = session.series()
        added = {
            f"{name}.{side}": series[name][known:, place]
            for name in UNITS
            for place, side in enumerate(SIDES)
        }
        self.weeks.stream({"week": np.arange(known, session.week), **added})
        self.show_people(session, catalogue)

    def show_people(self, session: Session, catalogue: Catalogue) -> None:
        """Where the sampled customers stand in the 2x2, on both sides."""
        frames = [session.people(place) for place in (0, 1)]
        reach = max(
            0.5, *(float(np.max(np.abs(frame.attitude.dropna().to_numpy()), initial=0.0)) for frame in frames)
        )
        reach = float(np.ceil(reach * 1.35 * 4) / 4)
        for place, frame in enumerate(frames):
            shown = frame[frame.attitude.notna() & frame.behaviour.notna()]
            self.dots[place].data = {
                "x": shown.behaviour.to_numpy(),
                "y": shown.attitude.to_numpy(),
                "customer": shown.customer.to_numpy(),
                "fill": np.where(shown.member, 0.85, 0.12),
            }
        if reach != self._y.end or not self._corners.data["x"]:
            self._y.update(start=-reach, end=reach)
            self._corners.data = {
                "x": [x for _, x, _ in CORNERS],
                "y": [sign * reach * 0.96 for _, _, sign in CORNERS],
                "text": [catalogue.say(f"page.kind.{name}") for name, _, _ in CORNERS],
                "align": ["left" if x < 0.5 else "right" for _, x, _ in CORNERS],
                "base": ["top" if sign > 0 else "bottom" for _, _, sign in CORNERS],
            }

    def mark(self, customer: int | None) -> None:
        """Show which customer is looked at."""
        for dots in self.dots:
            found = [i for i, one in enumerate(dots.data["customer"]) if one == customer]
            if list(dots.selected.indices) != found:
                dots.selected.indices = found

    def swap(self, name: str) -> None:
        """What the panel of members shows: `members` or `liability`."""
        for line, side in zip(self._lines["members"], SIDES, strict=True):
            line.glyph.y = f"{name}.{side}"

    def enlarge(self, big: bool) -> None:
        """Larger type for a projector."""
        for plot in self.figures.values():
            for axis in plot.axis:
                axis.major_label_text_font_size = "16px" if big else "11.5px"
                axis.axis_label_text_font_size = "16px" if big else "11.5px"
        for names in self._names:
            names.glyph.text_font_size = "16px" if big else "12px"

    # --- how it is drawn ----------------------------------------------------------------------------------

    def _say(self, catalogue: Catalogue) -> None:
        for name in PANELS:
            self.figures[name].xaxis.axis_label = catalogue.say("page.week")
        for side in SIDES:
            plot = self.figures[f"people_{side}"]
            plot.xaxis.axis_label = catalogue.say("page.behaviour")
            plot.yaxis.axis_label = catalogue.say("page.attitude")
        self._corners.data = {name: [] for name in self._corners.data}

    def _course(self, name: str, series: tuple[str, ...]) -> Any:
        plot = _plain(x_range=self._x, height=190)
        plot.vstrip(
            x0="first", x1="end", source=self._events, fill_color="#8a8f98", fill_alpha=0.1,
            hatch_pattern="/", hatch_color="#8a8f98", hatch_alpha=0.35, hatch_scale=8, line_alpha=0,
        )  # fmt: skip
        plot.vspan(x="week", source=self._start, line_color=MUTED, line_dash="dotted", line_width=1.4)
        lines = []
        for place, what in enumerate(series):
            for side, look in zip(SIDES, LOOKS, strict=True):
                line = plot.line(
                    "week", f"{what}.{side}", source=self.weeks, color=look.colour, line_dash=look.dash,
                    line_width=2.4 if place == 0 else 1.1, line_alpha=1.0 if place == 0 else 0.75,
                )  # fmt: skip
                lines.append(line)
        self._lines[name] = lines
        share = UNITS[series[0]] == "share"
        plot.yaxis.formatter = NumeralTickFormatter(format="0.[0]%" if share else "0,0.[0]")
        plot.y_range.update(range_padding=0.12, only_visible=True, min_interval=0.02 if share else 2.0)
        plot.y_range.renderers = lines
        return plot

    def _people(self, place: int) -> Any:
        look = LOOKS[place]
        plot = _plain(x_range=Range1d(start=-0.04, end=1.04), y_range=self._y, height=250)
        lines = (Span(location=0.5, dimension="height"), Span(location=0.0, dimension="width"))
        for line in lines:
            line.update(line_color="#b9bec6", line_width=1)
            plot.add_layout(line)
        names = plot.text(
            "x", "y", text="text", text_align="align", text_baseline="base", source=self._corners,
            text_color=MUTED, text_font_size="12px", text_font={"value": FONT},
        )  # fmt: skip
        self._names.append(names)
        dots = plot.scatter(
            "x", "y", source=self.dots[place], marker=look.marker, size=10, line_color=look.colour,
            line_width=1.3, fill_color=look.colour, fill_alpha="fill",
            selection_line_color=INK, selection_line_width=3, nonselection_fill_alpha="fill",
            nonselection_line_alpha=0.8,
        )  # fmt: skip
        plot.add_tools(TapTool(renderers=[dots]), HoverTool(renderers=[dots], tooltips="@customer"))
        plot.xaxis.formatter = NumeralTickFormatter(format="0%")
        return plot


def _plain(**options: Any) -> Any:
    plot: Any = figure(
        sizing_mode="stretch_width", toolbar_location=None, tools="", outline_line_color=None,
        background_fill_alpha=0, border_fill_alpha=0, min_border_right=10, **options,
    )  # fmt: skip
    plot.grid.grid_line_color = GRID
    plot.xgrid.grid_line_color = None
    for axis in plot.axis:
        axis.update(
            axis_line_color="#9aa1ab", major_tick_line_color="#9aa1ab", minor_tick_line_color=None,
            major_label_text_color=MUTED, major_label_text_font=FONT, major_label_text_font_size="11.5px",
            axis_label_text_color=MUTED, axis_label_text_font=FONT, axis_label_text_font_style="normal",
            axis_label_text_font_size="11.5px", axis_label_standoff=6,
        )  # fmt: skip
    plot.yaxis.ticker = BasicTicker(desired_num_ticks=4)
    return plot
