"""The hold-out report: what its pictures show is what the numbers say, and its words say no more than is sure."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.calibration import HoldoutReport, holdout
from sim.calibration.holdout import BASELINE, OURS
from sim.calibration.outcome import by_frequency, by_spend, totals
from sim.report import holdout_page
from sim.report.holdout import LOOKS, PANELS, panel, picture, write
from sim.report.picture import save
from tests.calibration.made import CDNOW, CDNOW_END

LATER = "1998-06-30"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> HoldoutReport:
    """CDNOW, every sixth customer."""
    header, *body = CDNOW.read_text(encoding="utf-8").splitlines()
    lines = [header, *(line for line in body if int(line.split(",")[0]) % 6 == 0)]
    path = tmp_path_factory.mktemp("log") / "a_*shop*.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return holdout(path, CDNOW_END, LATER, replicates=40)


def axis_of(figure: Figure) -> Axes:
    (axis,) = figure.axes
    return axis


def line(axis: Axes, label: str) -> np.ndarray:
    (found,) = [one for one in axis.lines if one.get_label() == label]
    return np.asarray(found.get_ydata(), np.float64)


def test_the_dots_and_lines_are_the_means_of_the_groups(report: HoldoutReport) -> None:
    axis = axis_of(panel(report, "frequency"))
    groups = by_frequency(report.outlook, report.outcome)
    assert line(axis, "actual") == pytest.approx(groups.actual)
    for model in (OURS, BASELINE, "own rate"):
        assert line(axis, model) == pytest.approx(groups.forecasts[model])
    spend, tenths = axis_of(panel(report, "spend")), by_spend(report.outlook, report.outcome, OURS)
    assert line(spend, "actual") == pytest.approx(tenths.actual)
    assert line(spend, OURS) == pytest.approx(tenths.forecasts[OURS])


def test_whatever_is_actual_bears_an_interval(report: HoldoutReport) -> None:
    for name, groups in (
        ("frequency", by_frequency(report.outlook, report.outcome)),
        ("spend", by_spend(report.outlook, report.outcome, OURS)),
    ):
        (bars,) = axis_of(panel(report, name)).collections
        ends = np.array([segment[:, 1] for segment in bars.get_segments()])
        sure = np.isfinite(groups.low)
        assert ends == pytest.approx(np.column_stack([groups.low, groups.high])[sure])


def test_the_curves_are_those_of_the_report_and_the_calibration_end_is_marked(report: HoldoutReport) -> None:
    axis = axis_of(panel(report, "cumulative"))
    assert line(axis, "actual") == pytest.approx(report.outcome.curve)
    assert line(axis, OURS) == pytest.approx(report.outlook.curves[OURS])
    assert line(axis, BASELINE) == pytest.approx(report.outlook.curves[BASELINE])
    weekly = axis_of(panel(report, "weekly"))
    assert line(weekly, "actual").sum() == pytest.approx(report.outcome.curve[-1])
    days = int(CDNOW_END.toordinal()) - int(report.outlook.log.first_date.toordinal()) + 1
    for one in (axis, weekly):
        (end,) = [
            mark for mark in one.lines if len(set(mark.get_xdata())) == 1 and len(mark.get_xdata()) == 2
        ]
        assert end.get_xdata()[0] == pytest.approx(days / 7)
    (bar,) = axis.collections
    _, low, high = totals(report.outlook, OURS)
    before = report.outlook.histories.repeats.sum()
    assert bar.get_segments()[0][:, 1] == pytest.approx([before + low, before + high])


def test_a_filled_mark_is_beyond_chance_and_a_cross_is_worse(report: HoldoutReport) -> None:
    better = report.beside[BASELINE]["CRPS"]
    changed = replace(report)
    changed.__dict__["beside"] = {
        BASELINE: {
            "CRPS": (-0.2, -0.3, -0.1),
            "absolute error": (0.1, 0.05, 0.2),
            "squared error": (-0.1, -0.2, 0.1),
        }
    }
    marks = [one for one in axis_of(panel(changed, "differences")).lines if one.get_marker() in ("o", "X")]
    assert [one.get_marker() for one in marks] == ["o", "X", "o"]
    assert [one.get_markerfacecolor() != "white" for one in marks] == [True, True, False]
    assert [one.get_xdata()[0] for one in marks] == pytest.approx([-20, 10, -10])
    assert report.beside[BASELINE]["CRPS"] == better


def test_series_differ_in_dash_and_marker_not_in_colour_alone_and_no_axis_is_without_words(
    report: HoldoutReport,
) -> None:
    for key in ("linestyle", "marker", "color"):
        assert len({str(look[key]) for look in LOOKS.values()}) == len(LOOKS)
    figure = picture(report)
    assert len(figure.axes) == len(PANELS)
    for axis in figure.axes:
        assert axis.get_xlabel() and axis.get_title(loc="left")
    assert all(axis.get_ylabel() for axis in figure.axes[:-1])
    assert report.plot() is not None


def test_the_words_claim_only_what_is_beyond_chance(report: HoldoutReport) -> None:
    changed = replace(report)
    changed.__dict__["beside"] = {
        BASELINE: {
            "CRPS": (-0.2, -0.3, -0.1),
            "absolute error": (0.1, 0.05, 0.2),
            "squared error": (-0.1, -0.2, 0.1),
        }
    }
    text = holdout_page.page(changed, "loyalty-sim holdout log.csv")
    said = re.search(
        r"\*\*Against BG/NBD\*\*: better in ([^;]*); worse in ([^;]*); no difference beyond chance in (.*)",
        text,
    )
    assert said is not None
    assert [name.split(" (")[0] for name in said.groups()] == ["CRPS", "absolute error", "squared error"]


def test_the_page_names_the_model_its_rivals_and_what_is_not_told(report: HoldoutReport) -> None:
    text = holdout_page.page(report, "loyalty-sim holdout log.csv")
    assert "    loyalty-sim holdout log.csv\n" in text
    assert f"| **{report.model}** |" in text
    for fit in report.fits:
        assert fit.model in text
    for score, value in report.scores[OURS].items():
        assert re.search(rf"\| {re.escape(score)} \|[^|]*\| {re.escape(f'{value:.4g}')} \|", text), score
    assert "does not tell price sensitivity" in text
    assert "a\\_\\*shop\\*.csv" in text
    assert f"Actual: {report.purchases:,}" in text
    assert set(holdout_page.BEST) >= set(report.scores[OURS])


def test_the_files_are_those_that_are_promised_and_the_same_report_gives_the_same_bytes(
    report: HoldoutReport, tmp_path: Path
) -> None:
    holdout_page.save(report, tmp_path, "command")
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"report.md", "report.png", *(f"pictures/{name}.png" for name in PANELS)}
    again = io.BytesIO()
    save(panel(report, "count"), again)
    assert (tmp_path / "pictures" / "count.png").read_bytes() == again.getvalue()


def test_a_picture_that_fails_leaves_no_file(
    report: HoldoutReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.report.holdout.save", lambda figure, path: (path.write_bytes(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        write(report, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_panel_of_another_name_and_a_report_without_forecasts_are_refused(report: HoldoutReport) -> None:
    with pytest.raises(ValueError, match="no panel is called 'pie'; panels are: frequency, cumulative"):
        panel(report, "pie")
    with pytest.raises(ValueError, match="holds scores only"):
        picture(replace(report, outlook=None))
