"""What run.py does with its words, and that the program it starts is left in peace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import run

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture
def handed(environment, steps, monkeypatch):
    """Words and folder of each program that run.py became."""
    calls = []

    def become(words, cwd, env):
        calls.append(([str(word) for word in words], cwd))
        raise SystemExit(0)

    monkeypatch.setattr(run, "hand_over", become)
    return calls


@pytest.fixture
def called(environment, steps, monkeypatch):
    """Modules of each program that run.py waited for; `codes` says how they end."""
    calls = []
    codes = {}

    def wait_for(words, cwd, env):
        python, option, *rest = [str(word) for word in words]
        assert (python, option) == (str(environment.python), "-m")
        calls.append(rest)
        return codes.get(rest[0], 0)

    monkeypatch.setattr(run, "call", wait_for)
    return calls, codes


def start(*words):
    with pytest.raises(SystemExit):
        run.main(list(words))


def test_demo_compares_in_the_shipped_market_and_writes_to_a_new_folder(environment, handed):
    start("demo")
    words, cwd = handed[0]
    assert words[:-1] == [str(environment.command), *run.DEMO, "--out"]
    assert words[-1].startswith("results/demo-")
    assert cwd == environment.root


def test_demo_passes_further_words_on_and_the_last_word_counts(handed):
    start("demo", "--replicates", "4")
    assert handed[0][0][1:-2] == [*run.DEMO, "--replicates", "4"]


@pytest.mark.parametrize("own", [["--out", "mine"], ["--out=mine"]])
def test_demo_writes_where_it_is_told(handed, own):
    start("demo", *own)
    assert handed[0][0][1:] == [*run.DEMO, *own]


@pytest.mark.parametrize(
    ("command", "extra", "first"),
    [("dashboard", "dashboard", "dashboard"), ("docs", "docs", "docs/build.py")],
)
def test_a_command_with_an_extra_installs_it_first_and_passes_words_on(
    environment, handed, monkeypatch, command, extra, first
):
    asked = []
    monkeypatch.setattr(run.Environment, "prepare", lambda self, extras=(): asked.append(list(extras)))
    start(command, "--more")
    assert asked == [[extra]]
    assert handed[0][0][1:] == [first, "--more"]


def test_demo_never_writes_into_a_folder_that_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "strftime", lambda form: "demo-now")
    (tmp_path / "demo-now").mkdir()
    assert run.new_folder(tmp_path) == tmp_path / "demo-now-2"


def test_the_demo_runs_on_a_world_that_is_shipped():
    assert (Path(run.__file__).parent / run.DEMO[1]).is_file()


def test_other_words_go_to_loyalty_sim_as_they_are(environment, handed):
    start("compare", "my world.yaml", "--json", "--help")
    words, cwd = handed[0]
    assert words == [str(environment.command), "compare", "my world.yaml", "--json", "--help"]
    assert cwd is None  # paths are meant from where the user stands


def test_notebook_opens_jupyterlab_in_the_notebooks(environment, handed):
    start("notebook", "--no-browser")
    words, cwd = handed[0]
    assert words[-2:] == ["jupyterlab", "--no-browser"]
    assert cwd == environment.root / "notebooks"


def test_test_checks_the_code_and_passes_further_words_to_pytest(environment, steps, called):
    calls, _ = called
    assert run.main(["test", "-k", "points"]) == 0
    assert [each[0] for each in calls] == ["ruff", "ruff", "mypy", "pytest"]
    assert calls[-1] == ["pytest", "-n", str(run.cores()), "-k", "points"]
    assert environment.extras() == {"test"}


def test_a_failing_check_fails_the_command_but_not_before_the_tests_ran(called, capsys):
    calls, codes = called
    codes["mypy"] = 1
    assert run.main(["test"]) == 1
    assert calls[-1][0] == "pytest"
    assert "mypy" in capsys.readouterr().err.splitlines()[-1]


def test_a_failing_test_gives_its_own_exit_code(called):
    called[1]["pytest"] = 5
    assert run.main(["test"]) == 5


def test_the_set_up_leaves_standard_output_to_the_command(handed, capsys):
    start("compare", "world.yaml", "--json")
    told = capsys.readouterr()
    assert told.out == ""
    assert "Setting up loyalty-sim" in told.err


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["-h"], 0), ([], 2)])
def test_help_sets_nothing_up(environment, steps, words, code, capsys):
    assert run.main(words) == code
    assert "run.py demo" in capsys.readouterr().err
    assert steps.labels == []


def test_a_refusal_is_told_without_a_traceback(environment, steps, capsys):
    steps.trouble = {"installing": (1, ["dns error"])}
    assert run.main(["demo"]) == 1
    assert "no way to the package registry" in capsys.readouterr().err


def test_ctrl_c_gives_130(environment, steps, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "call", interrupt)
    assert run.main(["test"]) == 130


def python(code):
    """A fresh Python at the top of the repository, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(run.__file__).parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_the_exit_code_is_that_of_the_program():
    assert run.call([sys.executable, "-c", "raise SystemExit(7)"], None, dict(os.environ)) == 7
    child = python(
        "import os, run, sys; run.hand_over([sys.executable, '-c', 'exit(7)'], None, dict(os.environ))"
    )
    assert child.wait(30) == 7


@POSIX
def test_a_program_that_was_killed_gives_the_exit_code_of_a_shell():
    words = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    assert run.call(words, None, dict(os.environ)) == 128 + 9


# Ctrl-C is heard also where the tests themselves run in the background of a shell, which ignores it.
HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"

SAVES_FOR_A_SECOND = f"""
{HEARS_CTRL_C}
import time
try:
    print("started", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    time.sleep(1)
    print("saved", flush=True)
"""

WAITS_FOR_IT = f"""
{HEARS_CTRL_C}
import os, run, sys
try:
    run.call([sys.executable, "-c", {SAVES_FOR_A_SECOND!r}], None, dict(os.environ))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@POSIX
def test_ctrl_c_leaves_the_program_time_to_save():
    child = python(WAITS_FOR_IT)
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    os.killpg(child.pid, signal.SIGINT)
    assert child.stdout.read() == "saved\ninterrupted\n"
    assert child.wait(30) == 0
