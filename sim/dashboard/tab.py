"""One tab of a browser: a page, its plots, and the wire between them and the browser.

The wire is two invisible models: the browser writes what it asks into one, the server what has changed into the other.
What lives many weeks is lived in a thread of the tab's own, so that other tabs go on meanwhile.
"""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from bokeh.models.widgets import Div

from sim.dashboard.page import QUICK, Answer, Ask, Page
from sim.dashboard.views import Views

_TELL_AFTER = 0.15
"""Seconds between two words on progress."""
_SETS = ("reset", "open", "choose", "move", "switch")
"""What may change weeks that have been drawn."""


class Tab:
    """A page with its plots in one document of bokeh. Must be made and called with that document's lock held."""

    def __init__(self, page: Page, document: Any) -> None:
        self.page, self.views, self._document = page, Views(), document
        self.inbox, self.outbox = Div(name="wire_in", visible=False), Div(name="wire_out", visible=False)
        self.inbox.on_change("tags", self._asked)
        for dots in self.views.dots:
            dots.selected.on_change("indices", partial(self._tapped, dots))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dashboard-tab")
        self._waiting, self._gone, self._told = 0, threading.Event(), 0.0
        self.views.show(page.session, page.catalogue)
        document.on_session_destroyed(self._left)

    # --- asked --------------------------------------------------------------------------------------------

    def _asked(self, _: str, __: Any, new: list[Any]) -> None:
        if not new:
            return
        ask: Ask = json.loads(new[-1])
        do = ask.get("do")
        if do == "panel":
            self.views.swap("liability" if ask.get("name") == "liability" else "members")
            self._say({}, ask)
        elif do == "projector":
            self.views.enlarge(bool(ask.get("on")))
            self._say({}, ask)
        elif do == "hello":
            self._say(self.page.everything(), ask)
        elif do in QUICK and not self._waiting:
            self._finish(ask, self.page.answer(ask))
        else:
            self._waiting += 1
            self._thread.submit(self._work, ask)

    def _tapped(self, dots: Any, _: str, __: Any, new: list[int]) -> None:
        customer = int(dots.data["customer"][new[0]]) if new else None
        if customer is not None and customer != self.page.customer and not self._waiting:
            self._say({"busy": self.page.catalogue.say("page.writing")})
            self._waiting += 1
            self._thread.submit(self._work, {"do": "diary", "customer": customer})

    def _work(self, ask: Ask) -> None:
        """In the tab's thread."""
        if self._gone.is_set():
            return
        try:
            answer = self.page.answer(ask, self._progress)
        except Exception as error:  # whatever it was, the reader must be told, and the tab go on
            answer = {"error": f"{type(error).__name__}: {error}"}
        if not self._gone.is_set():
            self._document.add_next_tick_callback(partial(self._worked, ask, answer))

    def _worked(self, ask: Ask, answer: Answer) -> None:
        self._waiting -= 1
        self._finish(ask, answer)

    # --- answered -----------------------------------------------------------------------------------------

    def _finish(self, ask: Ask, answer: Answer) -> None:
        page, do = self.page, ask.get("do")
        if do == "step":
            self.views.grow(page.session, page.catalogue)
        elif do in _SETS or do == "language":
            self.views.show(page.session, page.catalogue)
        self.views.mark(page.customer)
        self._say(answer, ask)

    def _say(self, answer: Answer, ask: Ask | None = None) -> None:
        told = {"busy": "" if not self._waiting else None, **answer}
        if ask is not None:
            told["did"], told["number"] = ask.get("do"), ask.get("number")
        self.outbox.tags = [json.dumps(told, allow_nan=False)]

    def _progress(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if self._gone.is_set():
            raise InterruptedError("the tab was closed")
        if now - self._told > _TELL_AFTER:
            self._told = now
            word = self.page.catalogue.say("page.busy", part=round(100 * done / max(whole, 1)))
            self._document.add_next_tick_callback(partial(self._say, {"busy": word}))

    def _left(self, _: Any) -> None:
        self._gone.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
