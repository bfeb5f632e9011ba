"""What a firm's surveys say of satisfaction, and what is true."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.measures.tally import INDEX_SCALE, Tally
from tests.levers.pairs import REPLICATES, counted, gains, measured, pair, run


def survey(**changes: Any) -> dict[str, Any]:
    return {"survey": {"every": 4} | changes}


ASKED = pair(
    {
        "none": survey(),
        "seldom": survey(every=26),
        "sample": survey(sample=0.05),
        "few answer": survey(response=0.3),
        "biased": survey(response=0.3, bias=1.0),
        "better": survey() | {"quality": {"level": 85}},
        "better, sampled": survey(sample=0.2) | {"quality": {"level": 85}},
    },
    customers=4000,
)


def seen_and_true(design: str, replicate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Satisfaction as surveyed and as it is, in each week with a survey."""
    sums = run(ASKED, design, replicate).tallies[26:, :, 0].sum(axis=(1, 2))
    sums = sums[sums[:, Tally.ASKED] > 0]
    seen, true = (
        sums[:, t] / INDEX_SCALE / sums[:, of]
        for t, of in ((Tally.SURVEYED_SATISFACTION, Tally.ASKED), (Tally.SATISFACTION, Tally.ACTIVE))
    )
    return seen, true


@pytest.mark.parametrize("design", ["none", "sample", "few answer", "biased", "seldom"])
def test_asking_changes_nobodys_mind(design: str) -> None:
    for r in REPLICATES:
        one, other = (run(ASKED, d, r).tallies for d in ("none", design))
        for tally in (Tally.PURCHASES, Tally.SATISFACTION, Tally.TRUST, Tally.INTENTION):
            np.testing.assert_array_equal(one[..., tally], other[..., tally])


@pytest.mark.parametrize("r", REPLICATES)
def test_a_survey_of_all_is_near_the_truth_and_a_small_sample_is_off_it(r: int) -> None:
    of_all, of_few = (np.abs(np.subtract(*seen_and_true(d, r))).mean() for d in ("none", "sample"))
    assert of_all < 0.5
    assert of_few > 2 * of_all


def test_the_rarer_the_survey_and_the_fewer_asked_the_fewer_answers() -> None:
    answers = {d: counted(ASKED, Tally.ASKED, d) for d in ("none", "seldom", "sample", "few answer")}
    np.testing.assert_allclose(answers["seldom"] / answers["none"], 2 / 13, rtol=0.1)
    np.testing.assert_allclose(answers["sample"] / answers["none"], 0.05, rtol=0.1)
    np.testing.assert_allclose(answers["few answer"] / answers["none"], 0.3, rtol=0.05)


BIASED = pair(
    {
        f"{level:g}, {bias:g}": survey(response=0.3, bias=bias) | {"quality": {"level": level}}
        for level in (50.0, 100.0)
        for bias in (0.0, 1.0)
    },
    customers=4000,
)


def test_where_more_are_angry_than_delighted_a_biased_survey_looks_worse_and_else_better() -> None:
    seen = {d: measured(BIASED, "surveyed_satisfaction", d) for d in BIASED.design_names}
    assert (seen["50, 1"] < seen["50, 0"]).all()
    assert (seen["100, 1"] > seen["100, 0"]).all()


def test_the_delighted_and_the_angry_answer_more_where_the_survey_is_biased() -> None:
    answers = {d: counted(BIASED, Tally.ASKED, d) for d in BIASED.design_names}
    assert (answers["50, 1"] > 1.1 * answers["50, 0"]).all()


def test_what_surveys_say_rises_with_true_satisfaction() -> None:
    assert (gains(ASKED, "satisfaction", "better") > 0).all()
    assert (gains(ASKED, "surveyed_satisfaction", "better") > 0).all()
    assert (gains(ASKED, "surveyed_satisfaction", "better, sampled") > 0).all()
    assert (
        measured(ASKED, "surveyed_satisfaction", "better") != measured(ASKED, "satisfaction", "better")
    ).all()
