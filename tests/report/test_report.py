"""The report: what it says and how sure it is, that it needs nothing else, and that its numbers are the tables'."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.experiments import Comparison, Dossier, ExperimentError, compare, dossier
from sim.measures import MEASURES
from sim.report.page.grid import figures, spans
from sim.report.page.verdict import agreement, contenders, first_on, uncertain, verdict
from sim.scenario import Scenario
from tests.browser import ARGUMENTS, CHROMIUM
from tests.experiments import fake

RUDE = "<script>alert(1)</script>"
FORMULA = "=1+1"


def world() -> Scenario:
    """Two grocers; two designs have names that a page or a spreadsheet could take for something else."""
    card = {
        "name": "Card",
        "points": {"per_currency": 1, "threshold": 40, "reward": 3},
        "enrolment": {"ask": 0.9},
    }
    return fake.world(
        title="Grocers & <b>friends</b>",
        events=[],
        horizon={"weeks": 14, "burn_in": 8},
        designs={"none": {}, RUDE: {"programme": card}, FORMULA: {"price": {"level": 0.97}}},
    )


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(world(), replicates=2, workers=1)


@pytest.fixture(scope="module")
def made(result) -> Dossier:
    return dossier(result, replicates=2, years=1, workers=1)


@pytest.fixture(scope="module")
def written(result, made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("report")
    page, book = folder / "grocers.html", folder / "grocers.xlsx"
    result.report(page, excel=book, dossier=made)
    return page, book


class Page(HTMLParser):
    """Tags in their order, and the cells of tables by the name of their sheet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[tuple[str, dict[str, str | None]]]]] = {}
        self.words = ""
        self._rows: list[list[tuple[str, dict[str, str | None]]]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag == "table":
            self._rows = self.tables[str(known["data-sheet"])] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append(("", known))
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._cell:
            text, known = self._rows[-1][-1]
            self._rows[-1][-1] = (text + data, known)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [known for name, known in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(written) -> Page:
    return Page(written[0].read_text(encoding="utf-8"))


# --- one file -----------------------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_elsewhere(written, page: Page) -> None:
    text = written[0].read_text(encoding="utf-8")
    assert not re.findall(
        r"https?:|url\((?!#)|@import|xlink|//[a-z]+\.", re.sub(r"<(td|p|li)[ >].*", "", text)
    )
    for tag in ("script", "link", "img", "iframe", "object"):
        assert not page.of(tag)
    for known in (known for _, known in page.tags):
        assert "src" not in known
        assert str(known.get("href", "#")).startswith("#")


def test_what_a_user_wrote_stays_text(page: Page, written) -> None:
    assert RUDE in page.words
    assert "Grocers & <b>friends</b>" in page.words
    assert FORMULA in page.words
    assert not page.of("b")


def test_the_same_comparison_gives_the_same_bytes(result, made, written, tmp_path: Path) -> None:
    again = result.report(tmp_path / "again.html", dossier=made)
    assert again.read_bytes() == written[0].read_bytes()


def test_the_page_can_be_read_without_seeing_it(page: Page) -> None:
    heads = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert heads[0] == 1 and heads.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(heads))
    assert len(page.of("caption")) == len(page.of("table"))
    assert all(known.get("scope") in ("col", "row") for known in page.of("th"))
    assert all(known.get("role") == "img" and known.get("aria-label") for known in page.of("svg"))
    names = [str(known["id"]) for _, known in page.tags if "id" in known]
    assert len(names) == len(set(names))
    links = [str(known["href"])[1:] for known in page.of("a")]
    assert set(links) <= set(names)
    assert links[1:] == [
        "verdict", "designs", "business", "winners", "rivals", "sensitivity", "assumptions", "provenance",
    ]  # fmt: skip


def test_chromium_opens_the_page_without_asking_for_anything(written) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("THERE IS NO CHROMIUM, SO THE REPORT IS NOT TRIED IN A BROWSER")
    with sync.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        tab, asked, said = browser.new_page(viewport={"width": 390, "height": 844}), [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(written[0].as_uri())
        assert asked == [written[0].as_uri()]
        assert said == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.evaluate(
            "[...document.querySelectorAll('svg')].every(s => s.getBoundingClientRect().height > 50)"
        )
        assert len(tab.pdf(prefer_css_page_size=True)) > 10_000
        browser.close()


# --- numbers ------------------------------------------------------------------------------------------------


def test_the_numbers_of_the_page_are_those_of_the_workbook(page: Page, written) -> None:
    book = pd.read_excel(written[1], sheet_name=None, keep_default_na=False, na_values=[""])
    assert {"differences", "worth", "about", "by firm"} <= set(book)
    compared = 0
    for name, (_, *rows) in page.tables.items():
        sheet = book[f"page {name}"[:31]]
        assert len(sheet) == len(rows)
        for row, kept in zip(rows, sheet.itertuples(index=False), strict=True):
            shown = [float(str(v)) for _, known in row for key, v in known.items() if key.startswith("data-")]
            numbers = [v for v in kept if isinstance(v, int | float) and v == v]
            if shown:
                assert numbers == pytest.approx(shown, rel=1e-14)
                compared += len(shown)
            words = [text for text, known in row if not any(key.startswith("data-") for key in known)]
            assert str(kept[0]).lstrip("'") == words[0].lstrip("'")
    assert compared > 200


def test_the_numbers_of_the_page_are_those_of_the_tables(
    page: Page, result: Comparison, made: Dossier
) -> None:
    _, _, row, _ = page.tables["profit against reference"]
    cell = row[2][1]
    found = result.paired[RUDE]["profit"]
    assert [float(str(cell[f"data-{part}"])) for part in ("mean", "low", "high")] == [
        found.mean,
        found.low,
        found.high,
    ]
    money = page.tables["business case"][1]
    assert float(str(money[1][1]["data-mean"])) == made.business.worths[RUDE].cost
    pays = page.tables["payback and ROI"][1]
    worth = made.business.worths[RUDE]
    parts = [pays[2][1].get(f"data-{part}") for part in ("mean", "low", "high")]
    assert [None if p is None else float(p) for p in parts] == [worth.roi, worth.roi_low, worth.roi_high]


def test_a_cell_shows_its_number_in_the_unit_of_its_head() -> None:
    column = figures("share", "share of purchases", [0.123456, None])
    assert (column.head, column.name) == ("share, % of purchases", "share, share of purchases")
    assert [cell.text for cell in column.cells] == ["12.3", "–"]
    assert column.cells[0].attributes == {"data-mean": "0.123456"}
    from sim.experiments.statistics import Interval

    shown = spans("profit", "EUR", [Interval(1234.5, 1200.0, 1269.0)], signed=True).cells[0]
    assert shown.text == "+1,234 [+1,200, +1,269]"


# --- words --------------------------------------------------------------------------------------------------


def _said(replicates: int, noisy: float = 0.01, **means: tuple[float, float]) -> Comparison:
    """A comparison with these means of retention and profit and a little noise, the same for everybody but for 1 %."""
    designs, rows = tuple(means), []
    for replicate in range(replicates):
        for number, (design, (retention, profit)) in enumerate(means.items()):
            noise = np.random.default_rng([replicate, number]).normal(0.0, noisy)
            for metric in MEASURES:
                value = {"retention": retention, "profit": profit}.get(metric, 1.0)
                rows.append((design, replicate, metric, value * (1.0 + noise)))
    given = fake.world(designs={d: {} for d in designs}, events=[])
    values = pd.DataFrame(rows, columns=["design", "replicate", "metric", "value"])
    return Comparison(given, designs, replicates, 1, 100, 30, values, pd.DataFrame(), pd.DataFrame(), {})


def test_one_replicate_proves_nothing_and_the_page_says_so() -> None:
    (words,) = verdict(_said(1, none=(0.5, 100.0), card=(0.9, 900.0)))
    assert words.startswith("One replicate proves nothing")
    assert "card" not in words


def test_a_winner_on_both_leaves_no_trade_off() -> None:
    result = _said(8, none=(0.5, 100.0), card=(0.7, 150.0))
    words = verdict(result)
    assert words[0].startswith("On retention ‘card’ comes first, +")
    assert "The winner on retention is the winner on profit: ‘card’" in words[2]


def test_a_trade_off_is_told_with_its_price() -> None:
    result = _said(8, none=(0.5, 150.0), card=(0.7, 100.0))
    assert (
        first_on(result, "profit")
        == "On profit the reference ‘none’ comes first; every other design ranked is worse."
    )
    words = agreement(result)
    assert words.startswith("The winner on retention is not the winner on profit")
    assert re.search(r"retention by \+\S+ \[.*\] percentage points, and profit by -5\d", words)


def test_a_design_that_is_alone_on_a_metric_has_won_nothing_on_it() -> None:
    result = _said(8, none=(float("nan"), 100.0), card=(0.7, 150.0))
    assert first_on(result, "retention").startswith("On retention nothing can be ranked.")
    assert agreement(result) == "Whether one design is best on both cannot be said."


def test_designs_that_do_the_same_leave_nothing_to_choose() -> None:
    assert "nothing to choose" in agreement(_said(8, noisy=0.0, none=(0.5, 100.0), card=(0.5, 100.0)))


def test_designs_that_are_not_told_apart_are_not_ranked() -> None:
    result = _said(8, none=(0.5, 100.0), card=(0.7, 100.01), app=(0.701, 50.0))
    assert "‘app’ and ‘card’ cannot be told apart" in first_on(result, "retention") or (
        "‘card’ and ‘app’ cannot be told apart" in first_on(result, "retention")
    )
    assert first_on(result, "retention").endswith("surely not first: ‘none’.")
    assert set(contenders(result.rankings["profit"])) == {"none", "card"}
    assert "is not settled; ‘card’ is among the first on both" in agreement(result)
    assert any("apart on profit would take" in line for line in uncertain(result))


def test_a_design_that_another_surely_beats_may_not_be_first() -> None:
    from sim.experiments.statistics import Pair, Ranking

    pairs = (Pair("a", "b", False, False, 9), Pair("a", "c", False, False, 9), Pair("b", "c", True, False, 4))
    assert contenders(Ranking((("a", "b", "c"),), pairs)) == ("a", "b")


def test_few_worlds_and_known_numbers_are_said_to_be_so(result: Comparison) -> None:
    words = " ".join(uncertain(result))
    assert "2 replicates are few" in words
    assert "taken as known" in words


def test_a_quick_report_says_what_is_left_out(result: Comparison, tmp_path: Path) -> None:
    page = Page(result.report(tmp_path / "quick.html", quick=True).read_text(encoding="utf-8"))
    assert page.words.count("the report was asked for with --quick") == 3
    assert "over the 6 weeks that were measured, not over three years" in page.words
    assert "rivals" not in page.tables


def test_one_design_and_one_world_make_a_report_too(result: Comparison, tmp_path: Path) -> None:
    one = compare(world(), designs=["none"], replicates=1, workers=1)
    words = Page(one.report(tmp_path / "one.html").read_text(encoding="utf-8")).words
    assert "There is one design only" in words
    assert "Left out: with one design there is nothing to compare." in words


def test_a_report_is_refused_before_anything_is_run(
    result: Comparison, made: Dossier, tmp_path: Path
) -> None:
    for path, words in (
        (tmp_path / "nowhere" / "a.html", "there is no folder"),
        (tmp_path, "is called NAME.html"),
        (tmp_path / "a.pdf", "is called NAME.html"),
    ):
        with pytest.raises(ExperimentError, match=words):
            result.report(path)
    (tmp_path / "b.html").mkdir()
    with pytest.raises(ExperimentError, match="it is a folder"):
        result.report(tmp_path / "b.html")
    with pytest.raises(ExperimentError, match="called NAME"):
        result.report(tmp_path / "a.html", excel=tmp_path / "a.csv")
    other = replace(result, provenance={**result.provenance, "command": "another"})
    with pytest.raises(ExperimentError, match="another comparison"):
        other.report(tmp_path / "a.html", dossier=made)
    assert [path.name for path in tmp_path.iterdir()] == ["b.html"]
