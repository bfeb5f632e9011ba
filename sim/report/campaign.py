"""What a campaign seems to bring and what it brings: a table for the terminal, and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.table import Table
from rich.text import Text

from sim.report.foot import foot
from sim.report.picture import GREY, canvas, look

if TYPE_CHECKING:
    from sim.experiments import CampaignLift

NAMES = {
    "naive_ratio": "naive ratio",
    "naive_difference": "naive difference",
    "before_after": "before and after",
    "did": "difference in differences",
    "matched": "matched on spend before",
    "placebo": "placebo: before the campaign",
    "matched_less_placebo": "matched less placebo",
    "true": "true: the same, not mailed",
}
"""Estimates as they are shown."""


def table(result: CampaignLift) -> Table:
    """A row an estimate: mean and its 95 % interval."""
    shown = Table(
        title=Text(f"{result.world.focus}, design '{result.design}': what the campaign seems to bring"),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    shown.add_column("estimate", no_wrap=True)
    for header in ("mean", "95 % interval"):
        shown.add_column(header, justify="right", no_wrap=True)
    shown.add_column("", style="dim")
    for name, interval in result.intervals.items():
        mean = "" if interval.mean is None else f"{interval.mean:.2f}"
        sure = interval.low is not None and interval.high is not None
        unit = "times" if name == "naive_ratio" else f"{result.world.currency} a member and week"
        shown.add_row(
            NAMES[name], mean, f"{interval.low:.2f} to {interval.high:.2f}" if sure else "", Text(unit)
        )
    return shown


def picture(result: CampaignLift, ax: Axes | None = None) -> Figure:
    """Each estimate but the ratio as a mark with its 95 % interval, the truth last; on `ax` if one is given."""
    shown = [name for name in NAMES if name != "naive_ratio"]
    with canvas(ax, 7.0, 3.6) as axis:
        for height, name in enumerate(reversed(shown)):
            found = result.intervals[name]
            colour = look(0 if name == "true" else 1)["color"]
            if found.low is not None and found.high is not None:
                axis.plot([found.low, found.high], [height, height], color=colour, linewidth=2.0)
            if found.mean is not None:
                axis.plot([found.mean], [height], color=colour, marker="D" if name == "true" else "o")
        axis.axvline(0.0, color=GREY, linewidth=0.8)
        axis.set_yticks(range(len(shown)), [NAMES[name] for name in reversed(shown)])
        axis.set_xlabel(f"{result.world.currency} a mailed member and week")
        axis.set_title(f"{result.world.focus}, design '{result.design}': seeming and true lift", loc="left")
        ratio = result.intervals["naive_ratio"].mean
        foot(
            axis,
            f"The mailed spend {'?' if ratio is None else f'{ratio:.1f}'} times as much as the others. "
            f"{result.replicates} replicates; mean and 95 % interval.",
        )
        figure = axis.get_figure(root=True)
        assert isinstance(figure, Figure)
        return figure
