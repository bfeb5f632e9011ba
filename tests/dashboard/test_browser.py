"""The page in a real browser: headless Chromium, driven by Playwright."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard.offer import Offer
from sim.scenario import load
from tests.browser import ARGUMENTS, CHROMIUM

pytest.importorskip("panel", reason="PANEL IS NOT INSTALLED, SO THE DASHBOARD IS NOT CHECKED IN A BROWSER")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="PLAYWRIGHT IS NOT INSTALLED, SO THE DASHBOARD IS NOT CHECKED IN A BROWSER"
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="THERE IS NO CHROMIUM, SO THE DASHBOARD IS NOT CHECKED IN A BROWSER"
)
LESSON = "lesson:status_and_its_loss"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a server with small markets, in a thread of its own."""
    from sim.dashboard import app

    ready, made = threading.Event(), []

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        server = app.server_at(Offer(customers=300), 0)
        made.append(server)
        ready.set()
        server.io_loop.start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60)
    yield f"http://127.0.0.1:{made[0].port}/"
    made[0].io_loop.add_callback(made[0].io_loop.stop)
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


class Reader:
    """A tab, and what went wrong in it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.tab = browser.new_page(viewport={"width": 1366, "height": 768})
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self.tab.on("pageerror", lambda error: self.faults.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(address)
        self.settle()

    def settle(self) -> None:
        """Until all that was asked has been answered."""
        self.tab.wait_for_function("window.loyalty?.week !== undefined && window.loyalty.waiting === 0")

    def week(self) -> int:
        return int(self.tab.inner_text("#week"))

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            self.tab.click("#step")
            self.settle()

    def readings(self, side: int) -> dict[str, str]:
        found: dict[str, str] = self.tab.evaluate(
            "side => Object.fromEntries(Object.entries(loyalty.readings).map(([k, r]) => [k, r.values[side]]))",
            side,
        )
        return found

    def drawn(self) -> int:
        """Weeks that the plots hold."""
        weeks: int = self.tab.evaluate(
            "Bokeh.documents[0]._all_models && [...Bokeh.documents[0]._all_models.values()]"
            ".filter(m => m.type === 'ColumnDataSource' && m.data['profit.left']).map(m => m.data.week.length)[0]"
        )
        return weeks

    def choose(self, box: str, value: str) -> None:
        self.tab.select_option(box, value)
        self.settle()


@pytest.fixture(scope="module")
def opened(browser: Any, address: str) -> Iterator[Reader]:
    reader = Reader(browser, address)
    yield reader
    reader.tab.close()


@pytest.fixture
def reader(opened: Reader) -> Reader:
    """One tab for all, since a page takes its time to load; its market is opened anew."""
    opened.tab.evaluate("document.activeElement.blur()")
    opened.choose("#key", "world:duopoly")
    opened.tab.wait_for_function("loyalty.week === 44")
    opened.faults.clear()
    return opened


def test_it_loads_without_an_error_or_a_request_to_another_host(reader: Reader) -> None:
    reader.step()
    assert reader.faults == []
    assert reader.asked
    assert [
        url
        for url in reader.asked
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:http://127.0.0.1:", "data:"))
    ] == []
    assert not reader.tab.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_step_is_one_week_in_the_words_and_in_the_plots(reader: Reader) -> None:
    week, drawn = reader.week(), reader.drawn()
    reader.step(2)
    assert (reader.week(), reader.drawn()) == (week + 2, drawn + 2)


def test_it_plays_until_it_is_paused_and_resets(reader: Reader) -> None:
    week = reader.week()
    reader.tab.select_option("#speed", "16")
    reader.tab.click("#play")
    reader.tab.wait_for_function(f"loyalty.week >= {week + 3}")
    reader.tab.click("#play")
    reader.settle()
    paused = reader.week()
    reader.tab.wait_for_timeout(250)
    assert reader.week() == paused
    reader.tab.click("#reset")
    reader.settle()
    assert reader.week() == week


def test_the_keyboard_plays_pauses_steps_and_resets(reader: Reader) -> None:
    week = reader.week()
    reader.tab.keyboard.press("ArrowRight")
    reader.tab.wait_for_function(f"loyalty.week === {week + 1}")
    reader.tab.keyboard.press(" ")
    reader.tab.wait_for_function(f"loyalty.week >= {week + 3}")
    reader.tab.keyboard.press(" ")
    reader.settle()
    reader.tab.keyboard.press("r")
    reader.tab.wait_for_function(f"loyalty.week === {week}")
    reader.settle()
    reader.tab.focus("#customers")
    reader.tab.keyboard.press("ArrowRight")
    reader.tab.keyboard.press("r")
    reader.tab.wait_for_timeout(150)
    assert reader.week() == week, "keys typed into a field are no short cuts"


def test_a_lever_moves_its_own_side_only(reader: Reader) -> None:
    reader.tab.select_option("#speed", "0")
    reader.tab.click("#play")
    reader.tab.wait_for_function("loyalty.week >= loyalty.burn_in + 8")
    reader.tab.click("#play")
    reader.settle()
    left, right = reader.readings(0), reader.readings(1)
    lever = reader.tab.get_by_role("group", name="Right").get_by_role("slider", name="Price level")
    lever.focus()
    for _ in range(3):
        reader.tab.keyboard.press("ArrowLeft")
    lever.blur()
    reader.settle()
    assert reader.readings(0) == left
    assert reader.readings(1)["profit"] != right["profit"]


def test_another_design_is_compared_with_the_same_left_side(reader: Reader) -> None:
    reader.choose("#design-0", "none")
    reader.step(10)
    left = reader.readings(0)
    reader.choose("#design-1", "cheaper")
    assert reader.tab.inner_text("#name-1") == "cheaper"
    assert reader.readings(0) == left
    reader.choose("#design-1", "none")
    assert reader.readings(1) == left, "the same design on the same customers is the same life"


def test_it_gives_away_whole_files(reader: Reader, tmp_path: Path) -> None:
    reader.step(10)
    found = {}
    for kind in ("png", "svg", "data", "scenario"):
        with reader.tab.expect_download() as coming:
            reader.tab.click(f"[data-export={kind}]")
        coming.value.save_as(tmp_path / kind)
        found[kind] = (tmp_path / kind).read_bytes()
        reader.settle()
    assert found["png"].startswith(b"\x89PNG") and found["png"].rstrip().endswith(b"IEND\xaeB`\x82")
    assert found["svg"].rstrip().endswith(b"</svg>")
    rows = list(csv.DictReader(io.StringIO(found["data"].decode("utf-8-sig"))))
    assert len(rows) == 2 * reader.week()
    (tmp_path / "kept.yaml").write_bytes(found["scenario"])
    assert load(tmp_path / "kept.yaml").design_names == ("none", "points")


def test_a_slider_ends_where_the_arrow_keys_left_it(reader: Reader) -> None:
    slider = reader.tab.locator("#levers-1-0")
    slider.focus()
    asked = reader.tab.evaluate("+document.documentElement.dataset.number")
    slider.evaluate(
        "s => { for (let i = 0; i < 6; i++) { s.stepUp(); s.dispatchEvent(new Event('change')); } }"
    )
    reader.settle()
    assert slider.input_value() == "1.06"
    assert reader.tab.evaluate("loyalty.levers[1][0].value") == 1.06
    assert reader.tab.evaluate("+document.documentElement.dataset.number") == asked + 2


def test_a_wrong_number_is_said_in_words_and_changes_nothing(reader: Reader) -> None:
    typed = reader.tab.locator("#levers-1 input[type=text]").first
    before = typed.input_value()
    for wrong in ("dear", "-7"):
        typed.fill(wrong)
        typed.press("Tab")
        reader.tab.wait_for_selector("#error:not([hidden])")
        reader.settle()
        assert reader.tab.inner_text("#error-words").startswith("Not done:")
        assert typed.input_value() == before
    reader.tab.fill("#customers", "0")
    reader.tab.press("#customers", "Tab")
    reader.settle()
    assert reader.tab.is_visible("#error") and reader.tab.input_value("#customers") == "300"
    week = reader.week()
    reader.step()
    assert reader.week() == week + 1


def test_tabs_do_not_disturb_each_other(reader: Reader, browser: Any, address: str) -> None:
    other = Reader(browser, address)
    week, shown = other.week(), other.readings(1)
    reader.choose("#design-1", "cheaper")
    reader.step(3)
    assert (other.week(), other.readings(1), other.tab.inner_text("#name-1")) == (week, shown, "points")
    other.tab.close()


def test_the_chinese_page_has_no_english_label_left(browser: Any, address: str) -> None:
    reader = Reader(browser, f"{address}?lang=zh")
    assert reader.tab.get_attribute("html", "lang") == "zh-Hans"
    reader.tab.click("#mechanisms summary")
    said = reader.tab.evaluate(
        """() => [...document.querySelectorAll(
               "button, label, legend, h1, h2, h3, .note, summary, .unit, optgroup, [aria-label]")]
             .flatMap(e => [e.getAttribute("aria-label") || e.label || "",
               [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent).join(" ")])
             .filter(t => /[A-Za-z]{3}/.test(t))"""
    )
    allowed = {"PNG", "SVG", "CSV", "YAML", "EUR", "Mill"}
    left = [text for text in said if not any(word in text for word in allowed)]
    assert left == []
    reader.choose("#language", "en")
    assert reader.tab.inner_text("#play-word") == "Play"
    reader.tab.close()


def test_every_control_has_a_name(reader: Reader) -> None:
    tree = reader.tab.locator("body").aria_snapshot()
    for landmark in ("banner", "main", "complementary"):
        assert f"- {landmark}" in tree
    bare = re.findall(r"(?m)^ *- (?:button|slider|textbox|combobox|checkbox|radio)(?! \")\b.*$", tree)
    assert bare == []


def test_a_chosen_customer_opens_the_diaries_of_both_sides(reader: Reader) -> None:
    reader.step(2)
    customer = reader.tab.evaluate("loyalty.people[0][0]")
    reader.choose("#customer", str(customer))
    assert reader.tab.is_visible("#diary")
    for side in (0, 1):
        assert f"Customer {customer}" in reader.tab.inner_text(f"#diary-{side}")


def test_a_click_on_a_dot_opens_the_diary(reader: Reader) -> None:
    reader.tab.locator("#dots-left").scroll_into_view_if_needed()
    place = reader.tab.evaluate(
        """() => { const doc = Bokeh.documents[0], all = [...doc._all_models.values()];
          const dots = all.filter(m => m.type === "ColumnDataSource" && m.data.customer)[0];
          for (const v of Bokeh.index) for (const w of v.children()) {
            const glyph = w.renderer_views && [...w.renderer_views.values()].find(r => r.model.data_source === dots);
            if (glyph) { const box = w.el.getBoundingClientRect();
              return [box.left + w.frame.x_scale.compute(dots.data.x[0]),
                      box.top + w.frame.y_scale.compute(dots.data.y[0])]; } }
          return null; }"""
    )
    assert place is not None
    reader.tab.mouse.click(*place)
    reader.tab.wait_for_selector("#diary:not([hidden])")
    reader.settle()
    assert reader.tab.inner_text("#diary-who")


def test_a_lesson_hides_its_outcome_until_it_is_predicted(reader: Reader) -> None:
    reader.choose("#key", LESSON)
    assert not reader.tab.is_visible("#plots")
    assert reader.tab.is_disabled("#step") and reader.tab.is_disabled("[data-export=data]")
    reader.tab.check("#answers input[value=higher]")
    week = reader.week()
    reader.tab.click("#predict button")
    reader.tab.wait_for_function(f"loyalty.week > {week}")
    assert reader.tab.is_visible("#plots")
    reader.tab.keyboard.press("Escape")
    reader.tab.click("#play")
    reader.settle()
    reader.tab.click("#verdict")
    reader.tab.wait_for_selector("#outcome:not([hidden])")
    assert "95 % interval" in reader.tab.inner_text("#outcome-told")
    assert reader.faults == []


def test_a_closed_tab_leaves_nothing_behind(
    browser: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.dashboard.tab import Tab

    left = threading.Event()
    leave = Tab._left
    monkeypatch.setattr(Tab, "_left", lambda tab, context: (leave(tab, context), left.set()))
    Reader(browser, address).tab.close()
    assert left.wait(20)


def test_the_list_of_customers_says_what_they_are_now(reader: Reader) -> None:
    labels = "[...document.querySelector('#customer').options].map(o => o.textContent)"
    before = reader.tab.evaluate(labels)
    reader.step(40)
    assert reader.tab.evaluate(labels) != before
    shown = {int(text.split(" · ")[0]): text for text in reader.tab.evaluate(labels)[1:]}
    chosen = next(who for who, text in shown.items() if text.endswith("active"))
    reader.choose("#customer", str(chosen))
    assert "bought" in reader.tab.inner_text("#diary")
