"""The server of the page: on this machine only, a session a tab."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.dashboard.catalogue import LANGUAGES, messages
from sim.dashboard.offer import Offer

ADDRESS = "127.0.0.1"
PORT = 5006
TRIES = 20
"""Ports that are tried, one after the other, where the first is taken."""
TITLE = "loyalty-sim"
HERE = Path(__file__).parent


class DashboardError(Exception):
    """The page cannot be shown; the message names the remedy."""


def check_there() -> None:
    """DashboardError where what the page is made with is not installed."""
    if find_spec("panel") is None:
        raise DashboardError(
            "the dashboard needs the package panel, which is not installed; "
            "`python3 run.py dashboard` installs it, or pip install 'loyalty-sim[dashboard]'"
        )


def page_html(language: str) -> str:
    """The page as a template of Panel, its words in a language; style and script stand in it."""
    from jinja2 import Environment

    words = {key: text[language] for key, text in messages().items()}
    # Panel fills in what stands in [[ ]] here as {{ }} there.
    room = Environment(variable_start_string="[[", variable_end_string="]]", block_start_string="[%",
                       block_end_string="%]", comment_start_string="[#", comment_end_string="#]")  # fmt: skip
    parts = {name: (HERE / f"page.{name}").read_text(encoding="utf-8") for name in ("html", "css", "js")}
    return room.from_string(parts["html"]).render(
        text=lambda key: words[f"page.{key}"],
        series_name=lambda name: words[f"series.{name}"],
        language=language,
        say=words.__getitem__,
        css=parts["css"],
        js=parts["js"],
    )


def tab_maker(offer: Offer) -> Callable[[], Any]:
    """A function that makes what one tab shows."""
    import panel as pn

    from sim.dashboard.page import Page
    from sim.dashboard.tab import Tab

    def tab() -> Any:
        asked = (pn.state.session_args or {}).get("lang", [b"en"])[0].decode(errors="replace")
        language = asked if asked in LANGUAGES else "en"
        made = Tab(Page(offer, language), pn.state.curdoc)
        pane: Any = pn.pane.Bokeh
        template = pn.Template(page_html(language))
        for name, plot in made.views.figures.items():
            template.add_panel(name, pane(plot, sizing_mode="stretch_width"))
        for name, box in (("inbox", made.inbox), ("outbox", made.outbox)):
            template.add_panel(name, pane(box, width=0, height=0, margin=0))
        return template

    return tab


def server_at(
    offer: Offer, port: int = PORT, *, show: bool = False, say: Callable[[str], None] | None = None
) -> Any:
    """A server that listens, not yet running: `server.io_loop.start()` serves, `server.port` is its port.

    The next free port is taken where `port` is not free, and `say` is told. DashboardError if there is none.
    """
    check_there()
    import panel as pn

    first = port or _free()
    for tried in range(first, min(first + TRIES, 65536)):
        try:
            server = pn.io.server.get_server(
                {"/": tab_maker(offer)},
                port=tried,
                address=ADDRESS,
                websocket_origin=[f"{ADDRESS}:{tried}", f"localhost:{tried}"],
                title={"/": TITLE},
                location=False,
                show=show,
                start=False,
                ico_path="none",
                check_unused_sessions_milliseconds=3000,
                unused_session_lifetime_milliseconds=3000,
                keep_alive_milliseconds=5000,
            )
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            continue
        if tried != first and say is not None:
            say(f"port {first} is taken; using {tried}")
        server.start()  # without its background tasks no session of a closed tab would ever end
        return server
    raise DashboardError(f"no free port from {port} to {port + TRIES - 1}; choose another with --port")


def _free() -> int:
    with socket.socket() as door:
        door.bind((ADDRESS, 0))
        return int(door.getsockname()[1])


def serve(offer: Offer, port: int = PORT, *, show: bool = True) -> None:
    """Serve the page until it is interrupted. KeyboardInterrupt on Ctrl-C."""

    def say(words: str) -> None:
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()

    server = server_at(offer, port, show=show, say=say)
    say(f"the dashboard is at http://{ADDRESS}:{server.port}/ (Ctrl-C ends it)")
    try:
        server.io_loop.start()
    finally:
        server.stop(wait=False)
