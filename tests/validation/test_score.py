"""The score card: what a finding is, when it agrees, and that it is behaviour which is scored."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.rules import Behaviour
from sim.scenario import Scenario
from sim.validation import FINDINGS, Finding, Verdict, failures, minds, score

ROOT = Path(__file__).parents[2]
CHEAP = [f for f in FINDINGS if f.id[:3] in ("S01", "F02")]


@pytest.fixture(scope="module")
def script() -> Any:
    """docs/make_findings.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_findings", ROOT / "docs" / "make_findings.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def finding(experiment: Any, **facts: Any) -> Finding:
    """A finding of value 1, held to agree from .5 to 2."""
    return Finding("X01a", "a number", 1.0, 0.5, 2.0, "nobody", "nowhere", experiment, **facts)


def behaving(monkeypatch: pytest.MonkeyPatch, module: Any, path: str, value: Any) -> None:
    """Let the experiments of a family of findings run with one parameter of behaviour changed."""
    plain = module.world

    def world(*sellers: Any, **context: Any) -> Scenario:
        return plain(*sellers, **context).replace(f"behaviour.{path}", value)

    monkeypatch.setattr(module, "world", world)


# Findings


def test_no_two_findings_share_an_id_and_each_interval_holds_its_published_value() -> None:
    assert len({f.id for f in FINDINGS}) == len(FINDINGS)
    for f in FINDINGS:
        assert f.low <= f.value <= f.high, f.id


@pytest.mark.parametrize("experiment", dict.fromkeys(f.experiment for f in CHEAP), ids=lambda e: e.__name__)
def test_an_experiment_gives_a_number_for_each_of_its_findings(experiment: Any) -> None:
    found = experiment(0)
    for f in FINDINGS:
        if f.experiment is experiment:
            assert np.isfinite(found[f.id]), f.id


@pytest.mark.slow
def test_every_finding_gets_a_number() -> None:
    for verdict in score(FINDINGS, 2):
        assert np.isfinite([verdict.mean, verdict.error]).all(), verdict.finding.id


def test_experiments_run_behaviour_as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Scenario] = []

    class Seen(Exception):
        pass

    def market(plan: Scenario, **_: Any) -> None:
        seen.append(plan)
        raise Seen

    for experiment in dict.fromkeys(f.experiment for f in FINDINGS):
        monkeypatch.setitem(experiment.__globals__, "Market", market)  # type: ignore[attr-defined]
        with pytest.raises(Seen):
            experiment(0)
    assert len(seen) == len({f.experiment for f in FINDINGS})
    assert all(plan.behaviour == Behaviour() for plan in seen)


# Verdicts


@pytest.mark.parametrize(("mean", "agrees"), [(0.5, True), (2.0, True), (0.49, False), (2.01, False)])
def test_a_finding_agrees_inside_its_interval_ends_included(mean: float, agrees: bool) -> None:
    assert Verdict(finding(None), mean, 0.1).passes is agrees


def test_a_number_that_is_none_does_not_agree(script: Any) -> None:
    verdict = Verdict(finding(None, echo=True), float("nan"), 0.1)
    assert not verdict.passes
    assert script.word(verdict) == "fail"


def test_an_echo_that_agrees_is_called_an_echo_and_one_that_does_not_a_failure(script: Any) -> None:
    echo, proof = finding(None, echo=True), finding(None)
    assert script.word(Verdict(echo, 1.0, 0.1)) == "echo"
    assert script.word(Verdict(proof, 1.0, 0.1)) == "pass"
    assert script.word(Verdict(echo, 3.0, 0.1)) == "fail"


def test_a_verdict_is_close_when_two_errors_reach_an_end_of_the_interval(script: Any) -> None:
    assert script.is_close(Verdict(finding(None), 1.9, 0.06))
    assert script.is_close(Verdict(finding(None), 0.4, 0.06))
    assert not script.is_close(Verdict(finding(None), 1.9, 0.04))


def test_the_score_is_the_mean_over_replicates_with_its_error_and_findings_share_runs() -> None:
    runs: list[int] = []

    def experiment(replicate: int) -> dict[str, float]:
        runs.append(replicate)
        return {"X01a": 1.0 + replicate, "X01b": 7.0}

    other = Finding("X01b", "another", 7.0, 6.0, 8.0, "nobody", "nowhere", experiment)
    first, second = score([finding(experiment), other], replicates=3)
    assert runs == [0, 1, 2]
    assert (first.mean, first.error) == (2.0, pytest.approx(1 / np.sqrt(3)))
    assert (second.mean, second.error, second.passes) == (7.0, 0.0, True)


# It is behaviour that is scored


def test_without_asymmetry_of_feeling_the_slopes_do_not_differ_as_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (asymmetry,) = [f for f in CHEAP if f.id == "S01a"]
    (shipped,) = score([asymmetry], 1)
    behaving(monkeypatch, minds, "satisfaction.asymmetry", 1.0)
    (even,) = score([asymmetry], 1)
    assert shipped.passes
    assert not even.passes
    assert even.mean < shipped.mean


def test_customers_who_do_not_complain_fail_all_findings_on_complaints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    complaints = [f for f in CHEAP if f.id.startswith("F02")]
    assert all(v.passes for v in score(complaints, 1))
    behaving(monkeypatch, failures, "complaint.enabled", False)
    silent = score(complaints, 1)
    assert [v.mean for v in silent] == [0.0, 0.0, 0.0]
    assert not any(v.passes for v in silent)


# The page


def test_rows_that_were_never_fitted_are_counted_apart(script: Any) -> None:
    free = finding(None, role="VAL")
    text = script.page([Verdict(CHEAP[0], CHEAP[0].value, 0.001), Verdict(free, 3.0, 0.1)], 8)
    assert "CAL: **1 of 1 rows lie in their interval**" in text
    assert "VAL: **0 of 1 rows lie in their interval**, 0 of them echoes; 1 fail: X01a." in text


def test_the_page_shows_failures_first_and_says_why(script: Any) -> None:
    good, bad = CHEAP[0], next(f for f in FINDINGS if f.id == "S07b")
    text = script.page([Verdict(good, good.value, 0.001), Verdict(bad, 0.0, 0.001)], 8)
    assert text.index(f"| {bad.id} |") < text.index(f"| {good.id} |")
    assert "**1 of 2 rows lie in their interval**" in text
    assert f"1 fail: {bad.id}." in text
    assert f"- **{bad.id}**:" in text
    assert f"- **{good.id}**:" not in text


def test_parameters_chosen_on_findings_are_read_off_their_sources(script: Any) -> None:
    chosen = {name: (value, ids) for name, value, _, ids in script.chosen()}
    assert chosen["word_of_mouth.good_talk"] == (Behaviour().word_of_mouth.good_talk, ["F09b"])
    assert chosen["drift.rate_per_year"][1] == ["M07a", "M07b"]
    assert "experience.fit" in chosen
    assert "trust.up" not in chosen


def test_a_parameter_chosen_on_a_row_that_may_not_be_fitted_is_refused(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "FINDINGS", [f for f in FINDINGS if f.id[:3] != "F03"])
    with pytest.raises(ValueError, match=r"recovery.quick was chosen on F03, which may not be fitted"):
        script.chosen()


def test_the_page_in_the_docs_has_the_findings_and_the_chosen_parameters_of_the_code(script: Any) -> None:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    for f in FINDINGS:
        assert f"| {f.id} | {f.quantity} | {f.value:g} | {f.low:g} to {f.high:g} |" in text, (
            "docs/findings.md is out of date: .venv/bin/python docs/make_findings.py"
        )
    for name, value, unit, ids in script.chosen():
        assert f"| `{name}` | {value:g} | {unit} | {', '.join(ids)} |" in text, name
