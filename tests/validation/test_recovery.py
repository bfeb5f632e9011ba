"""Recovery and tenure: that handling is what the experiments compare, and the mechanism what is scored."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from sim.validation import contracts, recovery
from sim.validation.trial import Trial
from tests.validation.asking import asked, off

_LASTING = {"failure.half_life": 520.0, "failure.weight": 1.5, "recovery.quick": 1.0}
"""Grievances that keep owners away from a make for good, and answers that put all of them right."""


def test_a_poor_answer_costs_satisfaction_and_purchases_and_an_excellent_one_costs_less() -> None:
    found = recovery.paradox(asked(customers=1500))
    assert found["poor recovery, satisfaction"] < -1
    assert found["poor recovery, satisfaction"] < found["F05a"] - 1
    assert found["poor recovery, repurchase"] < found["F05b"] - 0.2


def test_an_answer_that_gives_back_more_raises_satisfaction_by_more() -> None:
    less, more = (
        recovery.paradox(asked({"recovery.quick": quick}, customers=800))["F05a"] for quick in (0.5, 1.0)
    )
    assert less < more - 0.3


def test_where_nothing_can_be_put_right_no_experiment_on_recovery_gives_a_number() -> None:
    assert isnan(recovery.paradox(asked(off("recovery"), customers=300))["F05a"])
    assert isnan(recovery.durable(asked(off("recovery"), customers=800))["F04a"])


def test_where_wounds_last_a_maker_who_makes_up_for_a_failure_regains_owners() -> None:
    lasting = {**_LASTING, "recovery.slow": 1.0}
    found = recovery.durable(asked(lasting, customers=3000))
    assert found["F04c"] < 0.1
    assert found["F04a"] > found["F04c"] + 0.1
    assert found["F04b"] > found["F04c"] + 0.1


def test_the_early_group_is_called_in_the_first_quarter_and_the_late_one_in_the_second() -> None:
    arm = np.repeat([0, 1, 2], 500)
    weeks = recovery.called_after(arm, Trial(0).lots(0))
    assert set(weeks[arm < 2]) == set(range(1, 14))
    assert set(weeks[arm == 2]) == set(range(14, 27))


def test_where_answers_count_by_their_speed_early_recovery_regains_more_than_late() -> None:
    hasty = {**_LASTING, "recovery.slow": 0.0, "recovery.patience": 8.0}
    found = recovery.durable(asked(hasty))
    assert found["F04a"] > found["F04b"] + 0.02


def test_a_failure_drives_away_customers_under_contract_and_none_where_failures_are_not_felt() -> None:
    felt = contracts.anchoring(asked(customers=1500))
    assert felt["lost, early"] > 0.2
    assert felt["lost, late"] > 0.1
    assert isnan(contracts.anchoring(asked(off("experience"), customers=300))["S06a"])


def test_satisfaction_falls_less_after_years_only_where_experience_piles_up_without_a_floor() -> None:
    name = "fall of satisfaction, late/early"
    assert contracts.anchoring(asked(customers=1500))[name] == pytest.approx(1, abs=0.15)
    assert contracts.anchoring(asked({"satisfaction.floor": 0.0}, customers=1500))[name] < 0.8
