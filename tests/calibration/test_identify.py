"""What a log cannot tell is said, and what it can tell is not complained of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.calibration import Log, calibrate, warnings_of
from sim.calibration.brands import fit_dirichlet
from sim.calibration.choice import TimingFits, fit_timing
from sim.calibration.histories import Histories, histories, panel_histories
from sim.calibration.identify import Untold, correlations, untold
from sim.calibration.renewal import Timing, fit_renewal
from sim.calibration.spend import fit_basket
from sim.calibration.timing import fit_nbd, fit_pareto_nbd
from tests.calibration.known import Known, end_of, log_of

DRIFT, LEAVE = "whether habits drift", "whether customers leave"


def whats(log: Log, h: Histories, fits: TimingFits, **more: Any) -> list[str]:
    preferences = fit_dirichlet(log) if log.brands else None
    return [one.what for one in untold(log, h, fits, fit_basket(log), preferences, **more)]


def only(h: Histories, name: str) -> TimingFits:
    """Fits of which this one is the best, and no other is near."""
    nbd, pareto = fit_nbd(h), fit_pareto_nbd(h)
    drift = {"drift": 0.01}
    far = {"log_likelihood": -1e9}
    fits = {
        "nbd": nbd,
        "pareto_nbd": pareto,
        "nbd_drift": replace(nbd, values={**nbd.values, **drift}, errors={**nbd.errors, "drift": 0.001}),
        "pareto_nbd_drift": replace(pareto, values={**pareto.values, **drift}),
    }
    return TimingFits(**{key: fit if key == name else replace(fit, **far) for key, fit in fits.items()})


@pytest.fixture(scope="module")
def short() -> tuple[Log, Histories]:
    log = log_of([Known(100, Timing(1.2, 3.0))], 8)
    return log, histories(log, end_of(8))


def test_a_short_log_does_not_tell_drift_nor_leaving(short: tuple[Log, Histories]) -> None:
    log, h = short
    found = whats(log, h, only(h, "nbd"))
    assert DRIFT in found
    assert LEAVE in found


def test_a_long_log_of_many_tells_that_nobody_leaves_and_nothing_drifts() -> None:
    log = log_of([Known(300, Timing(1.2, 1.0))], 52)
    h = histories(log, end_of(52))
    found = whats(log, h, only(h, "nbd"))
    assert DRIFT not in found
    assert LEAVE not in found


def test_leaving_and_drift_that_explain_a_log_alike_are_said_to() -> None:
    log = log_of([Known(150, Timing(1.2, 2.0, 1.0, 30.0))], 12)
    h = histories(log, end_of(12))
    fits = only(h, "pareto_nbd")
    alike = replace(fits.nbd_drift, log_likelihood=fits.pareto_nbd.log_likelihood - 0.5)
    near = replace(fits, nbd_drift=alike)
    assert "leaving from drift" in whats(log, h, near)
    assert "leaving from drift" not in whats(log, h, fits)


def test_leaving_and_drift_tied_together_in_one_fit_are_said_to_be() -> None:
    log = log_of([Known(150, Timing(1.2, 2.0, 1.0, 30.0))], 12)
    h = histories(log, end_of(12))
    fits = only(h, "pareto_nbd_drift")
    both = fits.pareto_nbd_drift
    tied = np.eye(5) * 0.1
    tied[2, 4] = tied[4, 2] = 0.0995
    tied[3, 3] = 1e-4
    fit = replace(both, errors=dict.fromkeys(both.values, 0.01), log_covariance=tied)
    assert "leaving from drift" in whats(log, h, replace(fits, pareto_nbd_drift=fit))
    assert correlations(fit) == {"s, drift": 0.995}
    free = replace(fit, log_covariance=np.eye(5) * 0.1)
    assert "leaving from drift" not in whats(log, h, replace(fits, pareto_nbd_drift=free))
    assert correlations(free) == {}


def test_few_who_come_back_do_not_tell_how_customers_differ() -> None:
    log = log_of([Known(300, Timing(0.5, 60.0))], 12)
    h = histories(log, end_of(12))
    assert "how customers differ in how often they buy" in whats(log, h, only(h, "nbd"))
    many = log_of([Known(300, Timing(1.2, 2.0))], 20)
    h = histories(many, end_of(20))
    assert "how customers differ in how often they buy" not in whats(many, h, only(h, "nbd"))


def test_few_purchases_do_not_tell_baskets_between_from_within() -> None:
    what = "how baskets differ between customers and from visit to visit"
    log = log_of([Known(300, Timing(0.5, 80.0))], 12)
    h = histories(log, end_of(12))
    assert what in whats(log, h, only(h, "nbd"))
    many = log_of([Known(300, Timing(1.2, 2.0))], 20)
    h = histories(many, end_of(20))
    assert what not in whats(many, h, only(h, "nbd"))


def test_a_panel_does_not_tell_how_long_its_members_had_been_there() -> None:
    log = log_of([Known(200, Timing(1.2, 2.0, 0.8, 8.0))], 16, panel=True)
    h = panel_histories(log, end_of(16))
    assert "how long customers stay" in whats(log, h, only(h, "pareto_nbd"))
    new = histories(log, end_of(16))
    assert "how long customers stay" not in whats(log, new, only(new, "pareto_nbd"))


def test_a_panel_of_light_buyers_does_not_tell_how_many_bought_nothing() -> None:
    what = "how many customers bought nothing"
    log = log_of([Known(400, Timing(0.5, 12.0))], 16, panel=True)
    h = panel_histories(log, end_of(16))
    assert what in whats(log, h, only(h, "nbd"))
    sized = panel_histories(log, end_of(16), 400)
    assert what not in whats(log, sized, only(sized, "nbd"))


def test_brands_bought_once_a_customer_do_not_tell_taste() -> None:
    what = "how firmly customers keep to their brands"
    few = log_of([Known(120, Timing(0.5, 30.0), tastes=(1.0, 1.0))], 12)
    h = histories(few, end_of(12))
    assert what in whats(few, h, only(h, "nbd"))
    many = log_of([Known(200, Timing(2.0, 2.0), tastes=(1.0, 1.0))], 20)
    h = histories(many, end_of(20))
    assert what not in whats(many, h, only(h, "nbd"))


def test_a_store_s_own_log_never_tells_what_happens_elsewhere(short: tuple[Log, Histories]) -> None:
    log, h = short
    found = whats(log, h, only(h, "nbd"))
    assert any("elsewhere" in what for what in found)
    assert "price sensitivity" in found
    assert "price sensitivity" not in whats(log, h, only(h, "nbd"), prices=True)


def test_a_vague_drift_is_said_with_its_error(short: tuple[Log, Histories]) -> None:
    log, h = short
    fits = only(h, "nbd_drift")
    assert "how fast habits drift" in whats(log, h, fits)


def test_a_real_drift_is_not_mistaken_for_a_warning() -> None:
    log = log_of([Known(150, Timing(1.2, 1.0, drift=0.08))], 40)
    h = histories(log, end_of(40))
    nbd = fit_nbd(h)
    drift = fit_renewal(h, nbd)
    fits = replace(only(h, "nbd"), nbd_drift=drift)
    assert fits.best is drift
    assert not {"how fast habits drift", DRIFT, "leaving from drift"} & set(whats(log, h, fits))


def test_warnings_say_what_why_and_what_to_do(short: tuple[Log, Histories]) -> None:
    log, h = short
    for one in untold(log, h, only(h, "nbd"), fit_basket(log), None):
        assert str(one) == f"the log does not tell {one.what}: {one.why}. Remedy: {one.remedy}."
        assert min(len(one.what), len(one.why), len(one.remedy)) > 10
        assert "nan" not in str(one).lower().split()


def test_a_calibrated_scenario_carries_its_warnings(short: tuple[Log, Histories]) -> None:
    scenario = calibrate(short[0], calibration_end=end_of(8))
    warnings: Sequence[dict[str, str]] = scenario["provenance"]["identification"]["warnings"]
    assert warnings_of(scenario) == tuple(str(Untold(**one)) for one in warnings)
    assert any(one["what"] == "price sensitivity" for one in warnings)
    fits = fit_timing(short[1])
    assert scenario["provenance"]["identification"]["correlations"] == correlations(fits.best)
