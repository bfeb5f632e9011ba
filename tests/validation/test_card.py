"""The score card: which replicates run, how models are told apart, what is written, and what CI would see."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.experiments import ExperimentError
from sim.experiments.run import Cell, Outcome
from sim.rules import Behaviour
from sim.scenario import Scenario
from sim.validation import EXPERIMENTS, Card, Model, Trial, chosen_rows, rows, validate, without
from sim.validation.bench import run_trial
from sim.validation.choosing import chosen
from sim.validation.families import BY_NAME, BY_ROW
from sim.validation.models import MECHANISMS, MUTATED, NULL
from sim.validation.trial import firms

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "results" / "reference" / "score_card"


def published(_world: Scenario, cell: Cell, _stop: threading.Event) -> Outcome:
    """Every row gets its published value, give or take a little by replicate."""
    wiggle = 1 + 0.001 * (cell.replicate % 3 - 1)
    by_id = {row.id: row.value for row in rows()}
    return Outcome({i: by_id[i] * wiggle for i in BY_NAME[str(cell.design).split(",")[0]].rows})


def card_of(values: list[tuple[str, str, int, float]]) -> Card:
    """A card of these values: model, row, replicate, value."""
    frame = pd.DataFrame(values, columns=["model", "row", "replicate", "value"])
    return Card(chosen_rows(frame["row"].unique()), frame, {"settings": {"rows": None}})


# Experiments


def test_every_row_is_answered_by_one_experiment_and_every_experiment_answers_rows() -> None:
    answered = [row for experiment in EXPERIMENTS for row in experiment.rows]
    assert sorted(answered) == sorted(row.id for row in rows())
    for experiment in EXPERIMENTS:
        assert experiment.context, experiment.name
        assert set(experiment.echo) | set(experiment.reasons) <= set(experiment.rows), experiment.name


def test_experiments_run_the_behaviour_of_the_trial_and_set_context_only() -> None:
    allowed = {("inertia", "enabled")}  # what P05 asks for

    class Seen(Exception):
        pass

    class Watched(Trial):
        def world(self, *sellers: Any, **given: Any) -> Scenario:
            for block, values in given.get("behaviour", {}).items():
                assert {(block, name) for name in values} <= allowed
            plan = super().world(*sellers, **given)
            assert plan.behaviour.trust.up == 0.123
            return plan

        def market(self, plan: Scenario, *_: Any, **__: Any) -> Any:
            changed = plan.behaviour.model_dump()
            expected = Behaviour.model_validate({"trust": {"up": 0.123}}).model_dump()
            differ = {(b, n) for b in changed for n in changed[b] if changed[b][n] != expected[b][n]}
            assert differ <= allowed
            raise Seen

    for experiment in EXPERIMENTS:
        with pytest.raises(Seen):
            experiment.function(Watched(0, {"trust": {"up": 0.123}}))


def test_customers_who_are_to_be_alike_are_so_whatever_the_experiment_says() -> None:
    firm = firms(1)[0]
    one = Trial(0, alike=True).world([firm], rate=1.0, shape=0.5).customers.segments[0]
    assert one.purchase_rate.shape == one.preference_concentration == 1000


@pytest.mark.slow
def test_every_row_gets_a_number() -> None:
    for verdict in validate(replicates=1).verdicts:
        assert np.isfinite(verdict.mean), verdict.row.id


# Models


def test_the_null_model_has_every_mechanism_off_and_the_mutated_one_is_as_the_card_says() -> None:
    off = dict(NULL.changes)
    assert off.pop("preference_concentration") == 1.3
    assert set(off) == {f"{name}.enabled" for name in Behaviour.model_fields}
    assert not any(off.values())
    shipped = Behaviour()
    assert MUTATED.changes["programme_value.gradient"] == 3 * shipped.programme_value.gradient
    assert MUTATED.changes["price.loss_aversion"] == 5
    assert MUTATED.alike


def test_an_unknown_mechanism_is_refused() -> None:
    with pytest.raises(ExperimentError, match="no mechanism is called 'magic'; mechanisms are: need, "):
        without("magic")


# Running


def test_experiments_whose_rows_are_precise_need_eight_replicates_and_others_get_thirty() -> None:
    def noisy(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        found = published(world, cell, stop).metrics
        if "L22a" in found:
            found["L22a"] = 0.42 + (0.2 if cell.replicate % 2 else -0.2)
        return Outcome(found)

    card = validate("M07,L22,L19", run_cell=noisy, workers=1)
    counts = {v.row.id: v.replicates for v in card.verdicts}
    assert counts == {"M07a": 8, "M07b": 8, "L22a": 30, "L19a": 30}


def test_a_small_card_takes_four_replicates_and_replicates_can_be_given() -> None:
    assert {v.replicates for v in validate("M07", size="small", run_cell=published).verdicts} == {4}
    assert {v.replicates for v in validate("M07", replicates=3, run_cell=published).verdicts} == {3}


def test_rows_of_one_experiment_share_its_runs() -> None:
    ran: list[Cell] = []

    def watched(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        ran.append(cell)
        return published(world, cell, stop)

    validate("F03,F02", replicates=2, run_cell=watched, workers=1)
    assert sorted((cell.design, cell.replicate) for cell in ran) == [
        ("failures.complaining", 0), ("failures.complaining", 1), ("failures.handling", 0), ("failures.handling", 1),
    ]  # fmt: skip


def test_an_experiment_that_breaks_fails_its_rows_and_no_others() -> None:
    def broken(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        if cell.design == "failures.complaining":
            raise ZeroDivisionError("nobody complains")
        return published(world, cell, stop)

    card = validate("F02,F03", replicates=2, run_cell=broken)
    assert {v.row.id[:3]: v.agrees for v in card.verdicts} == {"F02": False, "F03": True}
    assert {v.failed for v in card.verdicts if v.row.id == "F02a"} == {2}
    assert (
        "no number from failures.complaining, shipped: ZeroDivisionError: nobody complains" in card.summary()
    )


def test_a_stopped_card_goes_on_where_it_was_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    ran = 0

    def stopping(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        nonlocal ran
        ran += 1
        if ran == 5:
            raise KeyboardInterrupt
        return published(world, cell, stop)

    settings: dict[str, Any] = {"replicates": 3, "workers": 1, "command": "again"}
    with pytest.raises(KeyboardInterrupt):
        validate("F02,F03", out=tmp_path / "a", run_cell=stopping, **settings)
    assert not (tmp_path / "a" / "card.csv").exists()
    validate("F02,F03", out=tmp_path / "a", run_cell=stopping, **settings)
    assert 2 <= ran - 5 < 6
    validate("F02,F03", out=tmp_path / "b", run_cell=published, **settings)
    for name in ("card.csv", "card.md", "values.csv", "models.csv", "card.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"against": ["nill"]}, "no model is called 'nill'"), ({"size": "huge"}, "'full' or 'small'"),
     ({"replicates": 0}, "replicates must be 1 or more")],
)  # fmt: skip
def test_what_makes_no_sense_is_said(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        validate("M07", run_cell=published, **settings)


def test_workers_do_not_change_a_number() -> None:
    one, two = (validate("F02,S02", replicates=2, workers=k).values for k in (1, 2))
    pd.testing.assert_frame_equal(one, two)


# Counting


def test_failures_come_first_and_cal_val_tiers_and_echoes_are_counted_apart() -> None:
    values = [
        ("shipped", i, k, x) for k in range(2) for i, x in (("S01a", 1.7), ("S02a", 0.2), ("L05a", 9.0))
    ]
    card = card_of(values)
    assert [v.row.id for v in card.verdicts] == ["L05a", "S01a", "S02a"]
    cal, val = card.count(role="CAL"), card.count(role="VAL")
    assert (cal.rows, cal.agree, cal.echoes) == (2, 2, 1)
    assert (val.rows, val.agree, val.off) == (1, 0, 1)
    assert card.count(tier="B").rows == 1
    assert "CAL: 2 of 2 rows agree (1 of them echoes)\nVAL: 0 of 1" in card.summary()


def test_folklore_is_never_counted() -> None:
    card = card_of([("shipped", i, 0, 1e9) for i in ("E03a", "E03b")])
    assert card.count().rows == 0


def test_a_model_is_rejected_when_more_than_one_in_twenty_fitted_rows_is_off_by_more_than_luck() -> None:
    cal = [row for row in rows() if row.role == "CAL"][:40]

    def model(off: int) -> Card:
        return card_of(
            [("shipped", r.id, k, 1e6 if n < off else r.value) for n, r in enumerate(cal) for k in range(2)]
        )

    assert model(2).accepts()
    assert not model(3).accepts()


def test_a_row_moves_when_its_verdict_turns_or_its_mean_shifts_by_a_tenth_of_its_acceptance() -> None:
    same = [("shipped", i, k, x) for i, x in (("S01a", 1.7), ("S02a", 0.2), ("L19a", 1.0)) for k in range(2)]
    other = [
        ("other", i, k, x) for i, x in (("S01a", 1.79), ("S02a", 0.24), ("L19a", -1.0)) for k in range(2)
    ]
    assert card_of(same + other).moved("other") == ["S02a", "L19a"]


def test_models_are_compared_in_the_replicates_that_both_have() -> None:
    ours = [("shipped", "S01a", k, 1.7 if k == 0 else 9.0) for k in range(4)]
    assert card_of([*ours, ("other", "S01a", 0, 1.7)]).moved("other") == []


# What is written


def test_a_saved_card_is_read_back_with_the_same_verdicts(tmp_path: Path) -> None:
    card = validate(
        "M07,F02,L19", replicates=2, against=["null", "mutated"], out=tmp_path / "card", run_cell=published
    )
    again = Card.load(tmp_path / "card")
    pd.testing.assert_frame_equal(card.table(), again.table())
    pd.testing.assert_frame_equal(card.models_table(), again.models_table())
    with (tmp_path / "card" / "card.csv").open(newline="", encoding="utf-8") as file:
        assert [line["id"] for line in csv.DictReader(file)] == [v.row.id for v in card.verdicts]
    json.dumps(card.to_dict(), allow_nan=False)


def test_a_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="holds no score card"):
        Card.load(tmp_path)


def test_the_page_shows_failures_first_says_why_and_what_was_set(tmp_path: Path) -> None:
    from sim.validation.page import page

    values = [("shipped", i, k, x) for i, x in (("S01a", 1.7), ("L17a", 40.0)) for k in range(2)]
    text = page(card_of(values))
    assert text.index("| L17a |") < text.index("| S01a |")
    assert f"- **L17a**: {BY_ROW['L17a'].reasons['L17a']}" in text
    assert "VAL rows that fail: L17a." in text
    assert BY_ROW["S01a"].context in text


def test_the_picture_has_a_mark_for_every_row_that_counts() -> None:
    from sim.report.score_card import picture

    values = [("shipped", r.id, k, r.value * (1 + 0.1 * k)) for r in rows() for k in range(2)]
    figure = picture(card_of(values).table())
    labels = [label.get_text() for axis in figure.axes for label in axis.get_yticklabels()]
    assert len(labels) == sum(row.role != "CHECK" for row in rows())
    assert sum("L07a" in label for label in labels) == 1


def test_parameters_chosen_on_findings_are_read_off_their_sources() -> None:
    found = {name: (value, ids) for name, value, _, ids in chosen(Behaviour)}
    assert found["word_of_mouth.good_talk"] == (Behaviour().word_of_mouth.good_talk, ["F09b"])
    assert found["drift.rate_per_year"][1] == ["M07a", "M07b"]
    assert "experience.fit" in found
    assert "trust.up" not in found


def test_a_parameter_chosen_on_a_row_that_may_not_be_fitted_is_refused() -> None:
    from pydantic import BaseModel, Field

    class Trick(BaseModel):
        size: float = Field(1.0, json_schema_extra={"source": "chosen on L17a", "unit": "share"})

    class Tricks(BaseModel):
        trick: Trick = Trick()

    with pytest.raises(ValueError, match=r"trick.size was chosen on L17a, which may not be fitted"):
        chosen(Tricks)


# The card that is kept, and what CI sees of it


def test_the_card_in_the_results_is_one_of_all_rows_with_the_models_and_parameters_of_the_code() -> None:
    card = Card.load(REFERENCE)
    assert {v.row.id for v in card.verdicts} == {row.id for row in rows()}
    assert set(card.models) == {"shipped", "null", "mutated", *(f"without {name}" for name in MECHANISMS)}
    text = (REFERENCE / "card.md").read_text(encoding="utf-8")
    for name, value, unit, ids in chosen(Behaviour):
        assert f"| `{name}` | {value:g} | {unit} | {', '.join(ids)} |" in text, name
    assert card.accepts()
    assert not card.accepts("null")
    assert not card.accepts("mutated")


def fell(card: Card) -> list[str]:
    """Rows that agree on the card in the results and here fail by more than luck."""
    agreed = {v.row.id for v in Card.load(REFERENCE).verdicts if v.agrees}
    return [v.row.id for v in card.verdicts if v.is_off and v.row.id in agreed]


SUBSET = "S01,S02,F02,F03,F08,F09,F14,M07,M11,L07,L09,L22"
"""Cheap rows that may be fitted, of every family."""


def test_the_cheap_fitted_rows_agree_as_on_the_card_in_the_results() -> None:
    assert fell(validate(SUBSET, size="small")) == []


@pytest.mark.parametrize(
    ("path", "value", "rows"),
    [("satisfaction.asymmetry", 1.0, "S01"), ("attachment.weight", 3.0, "M11"), ("drift.rate_per_year", 2.0, "M07"),
     ("recovery.quick", 0.3, "F03"), ("complaint.enabled", False, "F02"), ("use.forgetting", 1.0, "L09,L22"),
     ("programme_value.gradient", 3.0, "L07,L09")],
)  # fmt: skip
def test_a_perturbed_default_makes_the_subset_fail(path: str, value: Any, rows: str) -> None:
    assert fell(validate(rows, size="small", model=Model("perturbed", {path: value})))


def test_the_mutated_model_is_rejected_on_the_subset() -> None:
    card = validate(SUBSET, size="small", model=MUTATED)
    assert not card.accepts()
    assert run_trial.__module__ == "sim.validation.bench"
