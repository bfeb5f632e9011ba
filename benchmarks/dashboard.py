"""How long the dashboard takes from a key to the painted week: `python benchmarks/dashboard.py`.

In headless Chromium, with 10,000 customers: the step key is pressed, and the clock stops when the week has changed, the
plots hold it, and two frames have been painted since. `--pictures` makes the pictures of docs/dashboard.md instead.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import platform
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

CUSTOMERS, STEPS, WARM = 10_000, 80, 5
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
STEP = """() => new Promise(done => {
  const models = [...Bokeh.documents[0]._all_models.values()];
  const weeks = models.find(m => m.type === "ColumnDataSource" && m.data["profit.left"]);
  const week = loyalty.week, drawn = weeks.data.week.length, start = performance.now();
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
  const look = () => {
    if (loyalty.week === week || weeks.data.week.length === drawn) { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  };
  look();
})"""


@contextmanager
def tab(customers: int | None, size: tuple[int, int] = (1366, 768)) -> Iterator[Any]:
    """A tab of Chromium with the page, served from a thread."""
    from playwright.sync_api import sync_playwright

    from sim.dashboard import app
    from sim.dashboard.offer import Offer

    ready, made = threading.Event(), []

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        made.append(app.server_at(Offer(customers=customers), 0))
        ready.set()
        made[0].io_loop.start()

    threading.Thread(target=run, daemon=True).start()
    ready.wait()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{made[0].port}/")
        settle(page)
        yield page
        browser.close()
    made[0].io_loop.add_callback(made[0].io_loop.stop)


def settle(page: Any) -> None:
    page.wait_for_function("window.loyalty?.week !== undefined && loyalty.waiting === 0")


def measure() -> None:
    with tab(CUSTOMERS) as page:
        for _ in range(WARM):
            page.evaluate(STEP)
        took = np.array([page.evaluate(STEP) for _ in range(STEPS)])
        version = page.context.browser.version
    middle, most = np.percentile(took, [50, 95])
    print(
        f"{os.cpu_count()} cores of {platform.machine()}; Python {platform.python_version()}; Chromium {version}"
    )
    print(f"{STEPS} steps of two designs with {CUSTOMERS:,} customers, from the key to the painted week:")
    print(f"  p50 {middle:.0f} ms, p95 {most:.0f} ms, longest {took.max():.0f} ms")
    print(
        f"| step and redraw, {CUSTOMERS:,} customers | p50 {middle:.0f} ms | p95 {most:.0f} ms | < 300 ms |"
    )


def pictures() -> None:
    """A world and a lesson, as they look on a laptop; few colours make small files."""
    with tab(None) as page:
        page.select_option("#speed", "0")
        page.click("#play")
        page.wait_for_function("loyalty.week >= 116")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(" ")
        settle(page)
        keep(page, "dashboard.png")
        page.select_option("#key", "lesson:status_and_its_loss")
        settle(page)
        page.check("#answers input[value=higher]")
        page.click("#predict button")
        page.wait_for_function("loyalty.lesson.outcome")
        settle(page)
        keep(page, "dashboard_lesson.png")


def keep(page: Any, name: str) -> None:
    from PIL import Image

    page.wait_for_timeout(700)
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(200).save(PICTURES / name, optimize=True)
    print(f"{name}: {(PICTURES / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", action="store_true", help="make the pictures of docs/dashboard.md")
    pictures() if asked.parse_args().pictures else measure()
