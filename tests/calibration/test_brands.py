"""Brands: small ones merged, the Dirichlet recovered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim import draws
from sim.calibration import Log
from sim.calibration.brands import fit_dirichlet, merge_small
from tests.calibration.made import PURPOSE, STREAM


def branded(log: Log, counts: np.ndarray, brands: tuple[str, ...]) -> Log:
    """A log with so many purchases of each customer (rows) per brand (columns), each on a day of its own."""
    who, brand = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    return replace(
        log,
        customers=tuple(f"c{i}" for i in range(len(counts))),
        brands=brands,
        customer=who,
        brand=brand,
        day=np.arange(len(who)),
        amount=np.ones(len(who)),
    )


def test_concentration_and_shares_are_recovered(cdnow: Log) -> None:
    customers, purchases, alpha = 1500, 8, np.array([0.7, 0.5, 0.2])
    name = {"seed": 5, "replicate": 0, "stream": STREAM}
    weight = draws.gammas(
        alpha, customer=np.arange(customers)[:, None], week=PURPOSE, trait=np.arange(3), **name
    )
    edges = np.cumsum(weight, axis=1)
    u = draws.uniforms(
        customer=np.arange(customers)[:, None], week=PURPOSE + 1 + np.arange(purchases), **name
    )[..., 0]
    chosen = (u[..., None] * edges[:, None, -1:] > edges[:, None, :]).sum(axis=2)
    counts = np.stack([(chosen == brand).sum(axis=1) for brand in range(3)], axis=1)
    fit = fit_dirichlet(branded(cdnow, counts, ("A", "B", "C")))
    assert fit.concentration == pytest.approx(1.4, abs=3 * fit.error)
    assert 0 < fit.error < 0.1
    assert list(fit.shares.values()) == pytest.approx([0.5, 0.357, 0.143], abs=0.03)


def test_small_brands_become_other(cdnow: Log) -> None:
    counts = np.zeros((10, 5), np.int64)
    counts[:, 0], counts[:, 1], counts[0, 2], counts[1, 3], counts[2, 4] = 50, 60, 3, 4, 5
    log = branded(cdnow, counts, ("A", "B", "c", "d", "Other"))
    merged = merge_small(log)
    assert merged.brands == ("B", "A", "Other")
    assert np.bincount(merged.brand).tolist() == [600, 500, 12]
    assert merge_small(log, keep="c").brands == ("B", "A", "c", "Other")


def test_no_more_brands_remain_than_a_scenario_has_firms(cdnow: Log) -> None:
    log = branded(cdnow, np.full((10, 20), 5), tuple(f"b{i:02d}" for i in range(20)))
    merged = merge_small(log, keep="b19")
    assert len(merged.brands) == 16
    assert merged.brands[-1] == "Other"
    assert "b19" in merged.brands


def test_one_brand_has_no_dirichlet(cdnow: Log) -> None:
    with pytest.raises(ValueError, match="two brands or more"):
        fit_dirichlet(branded(cdnow, np.full((10, 1), 5), ("A",)))
