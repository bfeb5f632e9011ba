"""What a search may propose, and what that is in the scenario."""

from __future__ import annotations

import pytest

from sim.experiments.optimise.space import Space
from sim.experiments.study import Factor


def space(**factors: dict) -> Space:
    return Space({name: Factor.model_validate({"path": "a.b", **f}) for name, f in factors.items()})


def test_a_range_is_proposed_evenly_or_by_its_logarithm_and_whole_numbers_stay_whole() -> None:
    found = space(
        share={"low": 0.5, "high": 2.0},
        points={"low": 10, "high": 100, "whole": True, "distribution": "log_uniform"},
    ).distributions
    assert (found["share"].low, found["share"].high, found["share"].log) == (0.5, 2.0, False)
    assert (found["points"].low, found["points"].high, found["points"].log) == (10, 100, True)


def test_a_list_of_rising_numbers_has_an_order_and_any_other_list_has_none() -> None:
    found = space(weeks={"values": [26, 52]}, kind={"values": ["a", None, [1, 2]]}).distributions
    assert type(found["weeks"]).__name__ == "IntDistribution"
    assert type(found["kind"]).__name__ == "CategoricalDistribution"


def test_a_proposal_is_put_as_a_value_with_no_more_digits_than_anybody_would_run() -> None:
    levers = space(
        share={"low": 0.5, "high": 2.0},
        points={"low": 10, "high": 100, "whole": True},
        kind={"values": ["a", None, (1, 2)]},
    )
    assert levers.values({"share": 1.234567, "points": 17, "kind": 2}) == {
        "share": 1.235,
        "points": 17,
        "kind": (1, 2),
    }
    edge = space(share={"low": 0.123456, "high": 0.987654})
    assert edge.values({"share": 0.123456}) == {"share": 0.1235}
    # Rounded up it would be out of range.
    assert edge.values({"share": 0.987654}) == {"share": 0.987654}


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"share": 1, "kind": None}, {"share": 1.0, "kind": 1}),
        ({"share": 3.0, "kind": None}, None),
        ({"share": 1.0, "kind": "b"}, None),
        ({"kind": "a"}, None),
    ],
)
def test_what_stands_in_the_scenario_is_the_first_proposal_if_it_is_within_reach(values, expected) -> None:
    assert space(share={"low": 0.5, "high": 2.0}, kind={"values": ["a", None]}).proposal(values) == expected
