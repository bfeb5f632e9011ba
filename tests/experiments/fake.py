"""A market that takes no time: numbers that depend on the cell alone, with a world that all designs share."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sim.experiments.run import Cell, Outcome, measure_market
from sim.measures import MEASURES
from sim.scenario import Scenario

EFFECTS = {"none": 0.0, "points": 0.03, "stamps": 0.03, "member_prices": -0.05, "twin": 0.0}
"""What a design adds to everything."""


def world(**changes: object) -> Scenario:
    """A small market of two firms and five designs; `twin` is `none` under another name."""
    blocks: dict[str, object] = {
        "title": "Two grocers",
        "source": "made up for the tests",
        "currency": "EUR",
        "horizon": {"weeks": 30, "burn_in": 10},
        "category": {"name": "groceries"},
        "customers": {
            "count": 100,
            "segments": [
                {
                    "name": name,
                    "weight": 1.0,
                    "purchase_rate": {"mean": 1.2, "shape": 0.78},
                    "preference_concentration": 1.3,
                    "basket": {"mean": 36.0, "between_cv": 0.75, "within_cv": 0.4},
                    "price_sensitivity": {"mean": 5.5, "spread": 0.5},
                }
                for name in ("families", "singles")
            ],
        },
        "firms": [
            {"name": "Harbour", "share": 0.4, "unit_cost": 0.7},
            {"name": "Mill", "share": 0.6, "unit_cost": 0.7},
        ],
        "focus": "Harbour",
        "events": [{"kind": "price_war", "firm": "Mill", "week": 15, "weeks": 4, "depth": 0.15}],
        "designs": {
            "none": {"programme": None},
            "points": {
                "programme": {"name": "P", "points": {"per_currency": 1, "threshold": 100, "reward": 5}}
            },
            "stamps": {"programme": {"name": "S", "stamps": {"needed": 10, "reward": 36}}},
            "member_prices": {"programme": {"name": "M", "member_price": {"depth": 0.05}}},
            "twin": {"programme": None},
        },
    }
    return Scenario.model_validate({**blocks, **changes})


def run_cell(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """One market: a shared world per replicate, an effect per design, a little noise of its own."""
    shared = np.random.default_rng([cell.seed, cell.replicate])
    design = cell.design or "none"
    own = np.random.default_rng([cell.seed, cell.replicate, list(EFFECTS).index(design)])
    effect = EFFECTS[design]
    common = shared.normal(0.0, 1.0, len(MEASURES))
    noise = np.zeros(len(MEASURES)) if effect == 0 else own.normal(0.0, 0.01, len(MEASURES))
    metrics = dict(zip(MEASURES, (10.0 + common + effect + noise).tolist(), strict=True))
    metrics.pop("incremental_profit")
    if given.with_design(design).programme is None:
        metrics["redemption_rate"] = metrics["breakage"] = float("nan")
    keys = [
        (week, week >= given.horizon.burn_in, segment, firm, membership)
        for week in range(cell.weeks)
        for segment in ("families", "singles")
        for firm in given.firm_names
        for membership in ("non-member", "member")
    ]
    panel = pd.DataFrame(keys, columns=["week", "measured", "segment", "firm", "membership"])
    after = (panel["week"] >= given.horizon.burn_in).to_numpy()
    panel["active"] = 25 + np.rint(shared.normal(0.0, 3.0, len(panel))).astype(np.int64)
    panel["revenue"] = 100.0 + shared.normal(0.0, 5.0, len(panel)) + 40.0 * effect * after
    panel["satisfaction"] = np.where(panel["membership"] == "member", np.nan, 75.0)
    ours = panel[panel["firm"] == given.focus]
    path = ours.groupby("week")[["active", "revenue"]].sum().reset_index()
    path["profit"] = path["revenue"] * 0.3
    path["purchases"] = path["revenue"] / 20.0
    member = 0.0 if given.with_design(design).programme is None else 0.5
    path["member_purchases"] = path["purchases"] * member
    path["member_contribution"] = path["profit"] * member
    path["programme_cost"] = path["given_cost"] = 2.0 * member
    return Outcome(metrics, {"panel": panel, "path": path})


def slow_cell(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The same, after a tenth of a second."""
    time.sleep(0.1)
    return run_cell(given, cell, stop)


def long_cell(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The first is done at once, the others take a minute."""
    if cell.replicate:
        time.sleep(60.0)
    return Outcome({})


def die(given: Scenario, cell: Cell, stop: threading.Event, *, on: Cell, once: str = "") -> Outcome:
    """A real market, but that the process is killed where it comes to one cell; once: unless this file is there."""
    if cell == on and not (once and Path(once).exists()):
        if once:
            Path(once).touch()
        os.kill(os.getpid(), 9)
    return measure_market(given, cell, stop)


def slow_market(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """A real market, after a fifth of a second."""
    time.sleep(0.2)
    return measure_market(given, cell, stop)
