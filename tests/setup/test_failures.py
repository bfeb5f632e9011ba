"""What the last words of an installer mean for the user."""

from __future__ import annotations

import os
import sys

import pytest

import run

PIP_OFFLINE = """\
WARNING: Retrying after 'NewConnectionError('[Errno -3] Temporary failure in name resolution')'
ERROR: Could not find a version that satisfies the requirement hatchling<2,>=1.27 (from versions: none)
ERROR: No matching distribution found for hatchling<2,>=1.27"""

UV_OFFLINE = """\
error: Failed to fetch: `numba`
  cause: error sending request for url
  cause: dns error: failed to lookup address information: Name or service not known"""

NO_WHEEL = """\
ERROR: Could not find a version that satisfies the requirement numba==0.68.1 (from versions: none)
ERROR: No matching distribution found for numba==0.68.1"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (PIP_OFFLINE, "no way to the package registry"),
        (UV_OFFLINE, "no way to the package registry"),
        ("SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", "certificate is not trusted"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        (NO_WHEEL, f"no ready-made build for Python {run.PYTHON}"),
        ("numba==0.68.1 has no usable wheels", "no ready-made build"),
        ("Segmentation fault", "Segmentation fault"),
        ("", "run again, begins anew"),
    ],
)
def test_the_cause_is_named_with_a_remedy(said, meant):
    assert meant in run.explain(said.splitlines())


def test_a_known_cause_is_told_with_the_words_that_gave_it_away():
    text = run.explain(["noise", *PIP_OFFLINE.splitlines()])
    assert "Temporary failure in name resolution" in text
    assert "noise" not in text


def test_an_unknown_failure_shows_the_last_words_and_not_the_whole_log():
    text = run.explain([f"line {number}" for number in range(100)])
    assert "line 99" in text
    assert "line 88" in text
    assert "line 87" not in text


def test_the_gist_of_a_failure_is_its_error_and_not_the_hint_that_follows():
    assert run.gist(["Using Python 3.11", "error: no mirror", "hint: try another"]) == "error: no mirror"
    assert run.gist(["first", "last", ""]) == "last"
    assert run.gist([]) == "no word of why"


def test_a_step_keeps_what_the_program_says_and_how_it_ended(tmp_path, capsys):
    words = [sys.executable, "-c", "import sys; print('one'); print('two', file=sys.stderr); sys.exit(3)"]
    code, lines = run.attend(words, "trying", tmp_path, dict(os.environ))
    assert code == 3
    assert sorted(lines) == ["one", "two"]
    told = capsys.readouterr()
    assert told.out == ""
    assert "trying: not done after" in told.err


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        ([], ""),
        (["Collecting numpy", "  Downloading numpy", "Collecting scipy"], "2 packages fetched, "),
        (["Collecting numpy", "Installing collected packages: numpy"], "all fetched, now unpacking, "),
    ],
)
def test_the_progress_of_pip_is_told(lines, stage):
    assert run._stage(lines) == stage
