"""From a purchase log to a scenario: what the log shows is fitted, the rest is assumed and says so.

With a brand column the firms are the brands. Without one the log is a store's own, and its rival is called
'Elsewhere'; how much customers spend there no such log can tell, so the store's share is an assumption. It
leaves the store's own purchases as fitted: if category rates are Gamma(K, mean) and preferences Dirichlet
with S = K, then the store's rates are exactly Gamma(K x share, mean x share). So K = S = r / share.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.calibration.apart import Apart, told_apart
from sim.calibration.brands import Preferences, fit_dirichlet, merge_small
from sim.calibration.choice import TimingFits, fit_timing
from sim.calibration.examples import GIVEN_BACK, example_designs
from sim.calibration.histories import Histories, histories, panel_histories
from sim.calibration.likelihood import significant
from sim.calibration.limits import check_held, store_shape
from sim.calibration.price_table import read_prices
from sim.calibration.priced import fit_priced, with_prices
from sim.calibration.renewal import log_silent
from sim.calibration.response import Response, assumed_of_programme, found_programme, programme_response
from sim.calibration.segments import check_number
from sim.calibration.shopping import BRANDED, trip_scenario, with_weekdays
from sim.calibration.spend import Basket, fit_basket
from sim.calibration.transactions import Log, LogError, parse_date, read_log
from sim.calibration.uncertainty import DRAWS, FitUncertainty, carried_over, check_count, share_range
from sim.scenario import Scenario, ScenarioError, dumps, save
from sim.scenario.errors import advice
from sim.scenario.files import MOST_BYTES
from sim.scenario.wording import faults_of

WEEKS, BURN_IN = 156, 52
UNIT_COST = 0.7
GAP_CLOSED = 0.9
"""Share of the gaps between purchases that are over by `lapse_weeks`."""
SHORTEST_LAPSE, LONGEST_LAPSE = 4, 52
MOST_REDRAWS = 5.0
"""Redraws a year that the mechanism of drift allows."""


@dataclass(frozen=True)
class _Fitted:
    """All that is learnt from one log."""

    log: Log
    histories: Histories
    timing: TimingFits
    basket: Basket
    preferences: Preferences | None
    per_day: float
    """purchases (customer, day, brand) per shopping day of the category"""
    response: Response | None = None

    @property
    def unseen(self) -> float:
        """Members of the panel who bought nothing in the log's time."""
        panel = self.histories.panel
        if panel is None:
            return 0.0
        return panel.unseen(log_silent(self.histories, self.timing.timing), len(self.log.customers))


def calibrate(
    log_path: str | PathLike[str] | Log,
    *,
    calibration_end: dt.date | str | None = None,
    share: float | tuple[float, float] | str = 0.5,
    focus: str | None = None,
    title: str | None = None,
    currency: str | None = None,
    panel: bool | None = None,
    panel_size: int | None = None,
    customers: int | None = None,
    unit_cost: float = UNIT_COST,
    draws: int = DRAWS,
    prices: str | PathLike[str] | None = None,
    segments: int | str = 1,
    trips: bool = False,
) -> dict[str, Any]:
    """A scenario (as plain mappings) whose customers buy as those of a log do.

    calibration_end: rows after this day are not used. share: without brands, the store's share of its
    customers' purchases, which is an assumption. focus: the focal brand (default: the largest), or without
    brands what to call the store. panel: whether the customers were there before the log began, so that those
    who bought nothing are missing from it (default: with brands yes, without no: each customer is new at the
    first purchase). panel_size: their number, where known. customers: simulated customers (default: as many
    as the log has, with those missing). unit_cost: cost of goods as a share of the price, assumed. draws: of the
    numbers, for what the log does not tell for sure (0: none); they take the share evenly from a range of it, given as
    two numbers or as '0.4-0.6', whose middle is the central value. prices: a table date,brand,price of posted prices;
    with it, price sensitivity and inertia are fitted too. segments: how many to find, 1 to 4, or "auto" for as many as
    the log calls for; with 1, a log with a column `member` gives two, members and others. trips: the log
    is of a panel's shopping days at one chain, taken for all that it buys: no rival, no `share`, no draws, and timing
    fitted to days (`trips.py`).

    Raises LogError (bad log or prices) and ValueError (bad arguments, too few who come back).
    """
    range_of_share = share_range(share)
    if not check_count(draws) and range_of_share[0] < range_of_share[1]:
        raise ValueError(
            "a range of the share needs draws to take it from; give one number, or draws of 2 or more"
        )
    if panel_size is not None and panel is False:
        raise ValueError("panel_size is the size of a panel; leave it out, or leave out panel=False")
    log = log_path if isinstance(log_path, Log) else read_log(Path(log_path))
    if calibration_end is not None:
        log = log.until(parse_date(calibration_end))
    if len(log.brands) > 1 and focus is not None and focus not in log.brands:
        raise ValueError(f"the log has no brand '{focus}'; {advice(focus, log.brands)}")
    end = parse_date(calibration_end) if calibration_end is not None else log.last_date
    check_number(segments)
    if trips and log.brands:
        raise LogError(log.name, [(None, BRANDED)])
    if trips and (segments != 1 or prices is not None):
        raise ValueError("trips are of one chain: leave out prices and segments, or leave out trips")
    table = read_prices(Path(prices)) if prices is not None else None
    fitted = _fit(log, end, focus, panel, panel_size)
    middle = sum(range_of_share) / 2
    alike = _scenario(fitted, end, middle, focus, title, currency, customers, unit_cost)
    if trips:
        silent = round(fitted.unseen)
        return trip_scenario(alike, log, silent=silent, unit_cost=unit_cost, most_drift=MOST_REDRAWS)
    alike = with_weekdays(alike, log)
    priced = alike if table is None else with_prices(alike, fit_priced(log, fitted.log, table, end), table)
    apart = told_apart(
        priced,
        Apart(fitted.log, fitted.histories, fitted.timing, fitted.basket, fitted.preferences, end),
        segments,
        share=middle,
        per_day=fitted.per_day,
        priced=table is not None,
    )
    return _with_draws(alike, apart, fitted, range_of_share, draws) if draws else apart


def _with_draws(
    alike: dict[str, Any], scenario: dict[str, Any], fitted: _Fitted, share: tuple[float, float], count: int
) -> dict[str, Any]:
    """The scenario with draws of its numbers, and its provenance with what is to be said of them.

    alike: the scenario with all customers in one segment and no prices, whose fits are drawn.
    """
    known = FitUncertainty(
        fitted.timing.best, fitted.basket, fitted.preferences, fitted.log, fitted.per_day, share, MOST_REDRAWS
    )
    block, notes = known.block(alike, count)
    if block is not None:
        block, notes = carried_over(block, notes, alike, scenario)
    provenance = {**scenario["provenance"], "draws": notes}
    if "share" in provenance["assumed"] and share[0] < share[1]:
        words = f"the store has {share[0]:g} to {share[1]:g} of its customers' purchases in the category"
        provenance["assumed"] = {**provenance["assumed"], "share": words}
    made = {**scenario, "provenance": provenance}
    return made if block is None else made | {"uncertainty": block}


def write_scenario(scenario: Mapping[str, Any], path: str | PathLike[str]) -> Scenario:
    """Check a scenario and write it as YAML, whole or not at all; of behaviour only what was fitted.

    Raises ScenarioError when a number lies outside of what a scenario can hold, such as a mean basket above
    ten million, and ValueError when it has more draws than fit into a file.
    """
    try:
        checked = Scenario.model_validate(scenario)
    except ValidationError as error:
        raise ScenarioError(faults_of(error, Scenario)) from None
    if checked.uncertainty is not None and len(dumps(checked, follow=True).encode()) > MOST_BYTES:
        most = f"{MOST_BYTES // 1024} KiB"
        raise ValueError(
            f"with so many draws the file is larger than a scenario may be ({most}); ask for fewer"
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    save(checked, path, follow=True)
    return checked


def _fit(log: Log, end: dt.date, focus: str | None, panel: bool | None, size: int | None) -> _Fitted:
    branded = len(log.brands) > 1
    if panel is None:
        panel = branded or size is not None
    h = panel_histories(log, end, size) if panel else histories(log, end)
    timing = fit_timing(h)
    brands = merge_small(log, keep=focus) if branded else log.days()
    return _Fitted(
        log=brands,
        histories=h,
        timing=timing,
        basket=fit_basket(brands),
        preferences=fit_dirichlet(brands) if branded else None,
        per_day=len(brands.day) / len(log.days().day),
        response=None if branded else programme_response(log),
    )


def lapse_weeks(log: Log) -> int:
    """Weeks within which nine in ten of the gaps between a customer's purchases end, from 4 to 52."""
    log = log.days()
    order = np.lexsort((log.day, log.customer))
    customer, day = log.customer[order], log.day[order]
    gaps = np.diff(day)[np.diff(customer) == 0]
    weeks = int(np.ceil(np.quantile(gaps, GAP_CLOSED) / 7)) if len(gaps) else LONGEST_LAPSE
    return min(LONGEST_LAPSE, max(SHORTEST_LAPSE, weeks))


def _scenario(
    fitted: _Fitted,
    end: dt.date,
    share: float,
    focus: str | None,
    title: str | None,
    currency: str | None,
    customers: int | None,
    unit_cost: float,
) -> dict[str, Any]:
    log, timing, preferences = fitted.log, fitted.timing.timing, fitted.preferences
    if preferences is not None:
        shares = dict(preferences.shares)
        focus = focus or next(iter(shares))
        shape, mean, concentration = timing.r, timing.mean_rate * fitted.per_day, preferences.concentration
    else:
        focus = focus or "Store"
        rival = "Elsewhere" if focus != "Elsewhere" else "Other stores"
        shares = {focus: share, rival: 1 - share}
        shape = concentration = store_shape(timing.r, share)
        mean = timing.mean_rate / share
    check_held(mean, fitted.basket.mean, share if preferences is None else None)
    count = customers if customers is not None else round(len(log.customers) + fitted.unseen)
    segment: dict[str, Any] = {
        "name": "customers",
        "purchase_rate": {"mean": significant(mean), "shape": significant(shape)},
        "preference_concentration": significant(concentration),
        "basket": {
            "mean": significant(fitted.basket.mean),
            "between_cv": significant(fitted.basket.between_cv),
            "within_cv": significant(fitted.basket.within_cv),
        },
    }
    if timing.s > 0:
        segment["leaving"] = {"shape": significant(timing.s), "scale": significant(timing.beta)}
    drift: dict[str, Any] = {"rate_per_year": significant(min(52 * timing.drift, MOST_REDRAWS))}
    if preferences is None:
        drift["taste_per_year"] = 0.0
    name = Path(log.name).stem
    scenario = {
        "title": title or f"{name}, calibrated",
        "source": (
            f"Fitted to the purchase log {log.name} ({len(log.customers):,} customers, "
            f"{len(log.day):,} purchases, {log.first_date} to {end}). "
            "What is fitted, what is assumed and what no log can tell stands under provenance."
        ),
        "currency": currency or log.currency or "XXX",
        "horizon": {"weeks": WEEKS, "burn_in": BURN_IN},
        "category": {"name": name, "lapse_weeks": lapse_weeks(log)},
        "customers": {"count": count, "replace_leavers": True, "segments": [segment]},
        "firms": [
            {"name": firm, "share": significant(part), "unit_cost": unit_cost}
            for firm, part in shares.items()
        ],
        "focus": focus,
        "designs": example_designs(fitted.basket.mean, mean * shares[focus], count, unit_cost),
        "behaviour": {"drift": drift},
        "provenance": _provenance(fitted, end, share, currency, unit_cost),
    }
    return _with_programme(scenario, fitted.response)


def _with_programme(scenario: dict[str, Any], response: Response | None) -> dict[str, Any]:
    """The programme that the log shows becomes the focal firm's; the examples stand in its place, not on top of it."""
    programme = None if response is None else found_programme(response)
    if response is not None:
        found = scenario["provenance"]
        found["fitted"]["programme"] = response.record()
        found["assumed"] |= assumed_of_programme(response)
    if programme is None:
        return scenario
    for firm in scenario["firms"]:
        if firm["name"] == scenario["focus"]:
            firm["programme"] = programme
    examples: dict[str, Any] = scenario["designs"]
    for design in examples.values():
        if design["programme"] is not None:
            design["programme"] = {"preset": None, **design["programme"]}
    scenario["designs"] = {"as_in_the_log": {}, **examples}
    return scenario


def _provenance(
    fitted: _Fitted, end: dt.date, share: float, currency: str | None, unit_cost: float
) -> dict[str, Any]:
    log, preferences = fitted.log, fitted.preferences
    fits: dict[str, Any] = {
        "timing": fitted.timing.best.record(),
        "timing_alternatives": [f.record() for f in fitted.timing.candidates if f is not fitted.timing.best],
        "basket": fitted.basket.fit.record(),
    }
    if preferences is not None:
        fits["preferences"] = {
            "model": "Dirichlet",
            "S": significant(preferences.concentration),
            "standard_error": significant(preferences.error) if np.isfinite(preferences.error) else None,
            "log_likelihood": round(preferences.fit.log_likelihood, 2),
        }
    if fitted.histories.panel is not None:
        fits["panel_members_without_purchase"] = round(fitted.unseen)
    return {
        "made_by": "sim.calibration.calibrate",
        "log": {
            "name": log.name,
            "sha256": log.sha256,
            "rows": log.rows,
            "customers": len(log.customers),
            "purchases": len(log.day),
            "from": log.first_date.isoformat(),
            "to": end.isoformat(),
            "notes": list(log.notes),
        },
        "fitted": fits,
        "rules": _rules(fitted),
        "assumed": _assumed(fitted, share, currency, unit_cost),
        "not_in_the_log": [
            "price sensitivity: amounts are not prices; the published default is used",
            "quality, failures and satisfaction: the published defaults are used",
            "answer to a programme: no log without a change of programme shows it; the mechanisms give it",
        ],
        "versions": {
            "python": platform.python_version(),
            "loyalty-sim": import_module("sim").__version__,
            **{name: metadata.version(name) for name in ("numpy", "scipy", "numba")},
        },
    }


def _rules(fitted: _Fitted) -> dict[str, str]:
    rules = {
        "timing": "of NBD and Pareto/NBD, each without and with drift, the one with the lowest AIC",
        "lapse_weeks": f"weeks within which {GAP_CLOSED:.0%} of the gaps between purchases end, "
        f"from {SHORTEST_LAPSE} to {LONGEST_LAPSE}",
        "basket": "mean: revenue per purchase; coefficients of variation: lognormal variance components",
        "drift": "redraws of the fitted purchase rate; 0 where the log shows none",
    }
    if fitted.histories.panel is not None:
        rules["panel"] = "customers were there before the log: the fit makes up for those who bought nothing"
    else:
        rules["newcomers"] = (
            "each customer is new at the first purchase of the log; the fit is to what follows"
        )
    if fitted.preferences is None:
        rules["store"] = (
            "purchase_rate.shape = preference_concentration = r / share; mean = r / alpha / share"
        )
    else:
        rules["preferences"] = (
            "S is the fit of the null model, in which differences of taste make all repeat buying; the "
            "mechanisms (inertia, attachment) add to it, so simulated loyalty is somewhat higher"
        )
    return rules


def _assumed(fitted: _Fitted, share: float, currency: str | None, unit_cost: float) -> dict[str, str]:
    assumed = {
        "unit_cost": f"{unit_cost:g} of the price for every firm; service and fixed costs 0",
        "price": "all firms at price level 1",
        "horizon": f"{WEEKS} weeks, the first {BURN_IN} as burn-in",
        "replace_leavers": "a newcomer takes the place of each leaver: the market keeps its size",
        "designs": f"examples: about {GIVEN_BACK:.0%} of spending given back, scaled to the basket",
    }
    if fitted.preferences is None:
        assumed["share"] = f"the store has {share:g} of its customers' purchases in the category"
        assumed["taste_per_year"] = (
            "0: all drift is put into the purchase rate; a store's log cannot tell them apart"
        )
    if currency is None and fitted.log.currency is None:
        assumed["currency"] = "the log names none; XXX stands for it"
    return assumed
