"""Draws of a scenario's numbers: read, checked by name, put in one at a time, and outdone by what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.scenario import Scenario, ScenarioError, Uncertainty, dumps, json_schema, load
from sim.scenario.wording import faults_of
from tests.scenario.worlds import GROCERS, plain, world

RATE, LEVEL = "customers.segments.families.purchase_rate.mean", "firms.Harbour.quality.level"


def uncertain(*draws: dict[str, Any]) -> Scenario:
    return world(uncertainty={"source": "made up", "draws": list(draws)})


def families(scenario: Scenario) -> float:
    return scenario.customers.segments[0].purchase_rate.mean


def test_a_replicate_lives_in_the_draw_of_its_number_and_draws_come_round() -> None:
    scenario = uncertain({RATE: 1.0, LEVEL: 70}, {RATE: 2.0}, {})
    assert [families(scenario.drawn(r)) for r in range(5)] == [1.0, 2.0, 1.2, 1.0, 2.0]
    assert scenario.drawn(0).firm("Harbour").quality.level == 70
    assert scenario.drawn(1).firm("Harbour").quality.level == 80, "what a draw leaves out is as written"
    assert scenario.drawn(0).uncertainty is None, "no draws are left in a drawn world"


def test_the_scenario_as_written_keeps_its_central_values() -> None:
    scenario = uncertain({RATE: 1.0}, {RATE: 2.0})
    assert scenario.replace("uncertainty", None) == world()
    assert world().drawn(7) == world(), "without draws every replicate is the scenario itself"
    assert scenario.fingerprint() != world().fingerprint()


@given(st.lists(st.floats(0.1, 5.0), min_size=2, max_size=6), st.integers(0, 100))
def test_a_draw_is_the_scenario_with_its_values_put_in(rates: list[float], replicate: int) -> None:
    scenario = uncertain(*({RATE: rate} for rate in rates))
    assert scenario.drawn(replicate) == world().replace(RATE, rates[replicate % len(rates)])


@pytest.mark.parametrize("name", ["young families", "St. John", "2"])
def test_a_segment_is_drawn_by_its_name_whatever_it_is_called(name: str) -> None:
    data = plain()
    data["customers"]["segments"][1]["name"] = name
    path = f"customers.segments.{name}.basket.mean"
    data["uncertainty"] = {"source": "made up", "draws": [{path: 11.0}, {path: 22.0}]}
    scenario = Scenario.model_validate(data)
    assert [scenario.drawn(r).customers.segments[1].basket.mean for r in range(2)] == [11.0, 22.0]


def test_a_design_and_a_mechanism_can_be_drawn() -> None:
    reward, drift = "designs.points.programme.points.reward", "behaviour.drift.rate_per_year"
    scenario = uncertain({reward: 7, drift: 0.5}, {"behaviour.drift.enabled": False})
    programme = scenario.drawn(0).with_design("points").programme
    assert programme is not None and programme.points is not None
    assert (
        programme.points.rewards[0].worth == 7 if programme.points.rewards else programme.points.reward == 7
    )
    assert scenario.drawn(0).behaviour.drift.rate_per_year == 0.5
    assert scenario.drawn(1).behaviour.drift.enabled is False


@pytest.mark.parametrize("first", [True, False])
def test_what_is_asked_for_wins_over_the_draws_in_either_order(first: bool) -> None:
    scenario = uncertain({RATE: 1.0, LEVEL: 70}, {RATE: 2.0, LEVEL: 60})
    asked = {RATE: 3.0}
    found = scenario.vary(asked).drawn(0) if first else scenario.drawn(0).vary(asked)
    assert families(found) == 3.0
    assert found.firm("Harbour").quality.level == 70, "what was not asked for is as drawn"


def test_a_block_that_is_given_is_no_longer_drawn() -> None:
    scenario = uncertain({RATE: 1.0, LEVEL: 70}, {RATE: 2.0, LEVEL: 60})
    changed = scenario.replace("customers.segments.families.purchase_rate", {"mean": 3.0})
    assert families(changed.drawn(0)) == 3.0
    assert changed.uncertainty is not None and all(list(d) == [LEVEL] for d in changed.uncertainty.draws)
    assert changed.replace(LEVEL, 80).uncertainty is None, "nothing is left that is uncertain"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("customers.segments.familis.basket.mean", "did you mean 'families'"),
        ("firms.Harbour.qualty.level", "did you mean 'quality'"),
        ("customers.segments.families.leaving.shape", "is null here"),
        ("customers.count", "number of customers"),
        ("horizon.weeks", "the same weeks"),
        ("events[0].depth", "the same in all worlds"),
        ("firms.Harbour.name", "no draw may change a name"),
        ("uncertainty.source", "draws hold no draws"),
    ],
)
def test_a_path_that_cannot_be_drawn_is_said_with_its_place_and_remedy(path: str, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        uncertain({RATE: 1.0}, {path: 1, RATE: 2.0}, {path: 2})
    (fault,) = faults_of(error.value, Scenario)  # once, and not for every draw
    assert words in fault.message
    assert fault.path == f"uncertainty.draws[1].{path}"


def test_a_fault_in_a_file_names_its_line(tmp_path: Path) -> None:
    draws = "    - {firms.Mill.share: 0.5}\n    - {firms.Mil.share: 0.5}\n"
    text = f"{GROCERS}uncertainty:\n  source: made up\n  draws:\n{draws}"
    file = tmp_path / "grocers.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load(file)
    (fault,) = error.value.faults
    assert fault.line == text[: text.index("firms.Mil.share")].count("\n") + 1
    assert "did you mean 'Mill'" in fault.message


def test_one_place_is_drawn_once() -> None:
    with pytest.raises(ValueError, match=r"is the same place as 'firms\.Harbour\.share'"):
        uncertain({"firms.Harbour.share": 0.3, "firms[0].share": 0.5}, {})


@pytest.mark.parametrize("value", [[1, 2], {"mean": 1}, None, float("nan"), float("inf")])
def test_a_draw_holds_single_finite_values(value: Any) -> None:
    with pytest.raises(ValueError, match=r"must be one value|finite"):
        uncertain({RATE: value}, {RATE: 1.0})


def test_one_draw_shows_no_uncertainty_and_a_thousand_are_enough() -> None:
    for draws in ([{RATE: 1.0}], [{RATE: 1.0}] * 1001):
        with pytest.raises(ValueError, match="draws"):
            uncertain(*draws)
    assert families(uncertain(*[{RATE: 1.0}] * 1000).drawn(999)) == 1.0


def test_a_draw_that_no_scenario_can_hold_is_said_with_its_number_and_path() -> None:
    scenario = uncertain({RATE: 1.0}, {RATE: -1.0})
    assert families(scenario.drawn(0)) == 1.0
    with pytest.raises(ScenarioError) as error:
        scenario.drawn(3)
    assert "greater than 0" in str(error.value) or "between" in str(error.value)
    assert "correct this draw" in str(error.value) and f"uncertainty.draws[1].{RATE}" in str(error.value)


def test_draws_are_written_and_read_back_and_can_be_taken_out_by_a_file_on_top(tmp_path: Path) -> None:
    scenario = uncertain({RATE: 1.0, LEVEL: 70.5}, {"behaviour.drift.enabled": False})
    file = tmp_path / "grocers.yaml"
    file.write_text(dumps(scenario), encoding="utf-8")
    assert load(file) == scenario
    over = tmp_path / "known.yaml"
    over.write_text("extends: grocers.yaml\nuncertainty: null\n", encoding="utf-8")
    assert load(over).uncertainty is None


def test_fewer_weeks_and_customers_leave_the_draws_as_they_are() -> None:
    scenario = uncertain({RATE: 1.0}, {RATE: 2.0})
    small = scenario.sized(50, 56)
    assert not small.events, "the price war begins in week 60"
    assert small.uncertainty == scenario.uncertainty
    assert families(small.drawn(1)) == 2.0


def test_the_schema_takes_draws() -> None:
    assert json_schema()["$defs"]["Uncertainty"]["properties"]["draws"]["maxItems"] == 1000
    assert set(Uncertainty.model_fields) == {"source", "draws"}
