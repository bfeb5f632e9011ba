"""`loyalty-sim dashboard`: two designs side by side in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Customers, get_ready, option


def dashboard(
    port: Annotated[int, option("P", "Port on this machine; the next free one if it is taken.")] = 5006,
    scenario: Annotated[Path | None, option("FILE", "Own scenario file, open at first.")] = None,
    customers: Customers = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Two designs side by side on the same customers, in a browser on this machine."""
    from sim.dashboard import app
    from sim.dashboard.offer import OWN, Offer
    from sim.experiments import ExperimentError
    from sim.scenario import load

    try:
        app.check_there()
        if not 0 <= port <= 65535:
            raise app.DashboardError(f"--port must be from 0 to 65535, not {port}")
        offer = Offer(own=load(scenario) if scenario is not None else None, customers=customers)
        get_ready()
        offer.open(OWN if scenario is not None else offer.first)  # says what is wrong before there is a page
        app.serve(offer, port, show=browser)
    except app.DashboardError as error:
        raise ExperimentError(str(error)) from error
