"""Contracts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.arithmetic import I32
from sim.rules.contract import Contract, is_bound
from tests.rules.steady import close


def test_a_contract_binds_until_its_last_week_has_passed() -> None:
    assert is_bound(I32(52), I32(51))
    assert not is_bound(I32(52), I32(52))
    assert not is_bound(I32(52), I32(53))


def test_off_is_told_to_those_who_would_sign() -> None:
    assert Contract().numbers().on == 1
    assert Contract(enabled=False).numbers().on == 0


def test_renewal_rates_of_beta_customers_rise_although_nobody_changes() -> None:
    """The formula of Fader & Hardie 2007: renewal of period t is (beta + t - 1) / (alpha + beta + t - 1)."""
    leave = np.random.default_rng(1).beta(0.76, 1.30, 200_000)
    staying = [float(((1 - leave) ** t).mean()) for t in range(5)]
    renewal = [later / earlier for earlier, later in pairwise(staying)]
    assert renewal == sorted(renewal)
    for t, rate in enumerate(renewal, start=1):
        assert rate == close((1.30 + t - 1) / (0.76 + 1.30 + t - 1), rel=0.01)
