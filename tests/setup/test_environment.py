"""The folder .venv: when it is made, when it is left alone, and that half a set-up never counts as one."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

import run

ALL_STEPS = [
    "making the folder .venv",
    "installing the packages with pip",
    "compiling the model for this processor",
]


def test_the_first_call_makes_the_folder_installs_and_compiles(environment, steps):
    environment.prepare()
    assert steps.labels == ALL_STEPS
    assert "constraints.txt" in steps.words[1]


def test_later_calls_install_nothing(environment, steps):
    environment.prepare()
    steps.forget()
    environment.prepare()
    assert steps.labels == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_requirements_make_the_folder_anew(environment, steps, name):
    environment.prepare()
    steps.forget()
    (environment.root / name).write_text("other", encoding="utf-8")
    environment.prepare()
    assert steps.labels == ALL_STEPS
    assert not any(steps.stamped)


def test_another_python_makes_the_folder_anew(environment, steps, monkeypatch):
    environment.prepare()
    steps.forget()
    monkeypatch.setattr(run, "PYTHON", "3.99")
    environment.prepare()
    assert steps.labels == ALL_STEPS


def test_a_copy_that_was_moved_is_set_up_anew_as_its_old_path_is_written_inside(environment, steps, tmp_path):
    environment.prepare()
    moved = environment.root.rename(tmp_path.with_name(tmp_path.name + " moved"))
    assert run.Environment(moved).stamp.exists()
    assert run.Environment(moved).extras() is None


def test_the_folder_is_made_anew_when_the_python_it_was_made_from_is_gone(environment, steps):
    environment.prepare()
    steps.forget()
    environment.python.unlink()
    environment.prepare()
    assert steps.labels == ALL_STEPS


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"extras": []}', '{"fingerprint": "", "extras": 3}']
)
def test_a_torn_stamp_counts_as_none(environment, steps, content):
    environment.prepare()
    environment.stamp.write_text(content, encoding="utf-8")
    assert environment.extras() is None


def test_the_packages_of_the_tests_are_added_to_the_folder_that_is_there(environment, steps):
    environment.prepare()
    steps.forget()
    environment.prepare(["test"])
    assert steps.labels == ["installing the packages with pip"]
    assert steps.words[0][-1] == ".[test]"


def test_the_packages_of_the_tests_stay_when_another_command_follows(environment, steps):
    environment.prepare(["test"])
    steps.forget()
    environment.prepare()
    assert steps.labels == []
    assert environment.extras() == {"test"}


def test_extras_asked_for_one_after_the_other_add_up(environment, steps):
    environment.prepare(["data"])
    environment.prepare(["test"])
    assert environment.extras() == {"data", "test"}
    assert steps.words[-1][-1] == ".[data,test]"


def test_the_stamp_is_written_last(environment, steps):
    environment.prepare()
    environment.prepare(["test"])
    assert len(steps.stamped) == 4
    assert not any(steps.stamped)
    assert environment.stamp.exists()


@pytest.mark.parametrize("step", ["making", "installing", "compiling"])
def test_an_interrupted_set_up_is_redone(environment, steps, step):
    steps.trouble = {step: KeyboardInterrupt()}
    with pytest.raises(run.Refusal) as refusal:
        environment.prepare()
    assert refusal.value.code == 130
    assert not environment.stamp.exists()
    steps.forget()
    environment.prepare()
    assert steps.labels == ALL_STEPS


def test_an_interrupted_addition_is_redone(environment, steps):
    environment.prepare()
    steps.trouble = {"installing": KeyboardInterrupt()}
    with pytest.raises(run.Refusal):
        environment.prepare(["test"])
    assert environment.extras() is None


def test_a_failed_installation_leaves_no_stamp_and_shows_what_was_said(environment, steps):
    steps.trouble = {"installing": (1, ["a", "ERROR: the registry is on fire"])}
    with pytest.raises(run.Refusal, match="the registry is on fire") as refusal:
        environment.prepare()
    assert refusal.value.code == 1
    assert not environment.stamp.exists()


def test_a_model_that_cannot_be_compiled_ahead_does_not_stop_the_set_up(environment, steps, capsys):
    steps.trouble = {"compiling": (1, ["no such command: warm"])}
    environment.prepare()
    assert environment.extras() == set()
    assert "no such command: warm" in capsys.readouterr().err


def test_uv_is_used_where_it_is_there(environment, steps, with_uv):
    environment.prepare()
    assert steps.labels[1] == "installing the packages with uv"
    assert "--without-pip" in steps.words[0]
    assert "--compile-bytecode" in steps.words[1]


def test_pip_takes_over_where_uv_fails(environment, steps, with_uv, capsys):
    steps.trouble = {"with uv": (2, ["error: no such mirror"])}
    environment.prepare()
    assert steps.labels[1:4] == [
        "installing the packages with uv",
        "unpacking pip",
        "installing the packages with pip",
    ]
    assert "no such mirror" in capsys.readouterr().err


def test_a_folder_made_by_uv_gets_a_pip_when_uv_is_gone(environment, steps, with_uv, monkeypatch):
    environment.prepare()
    steps.forget()
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    environment.prepare(["test"])
    assert steps.labels == ["unpacking pip", "installing the packages with pip"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_named_with_a_way_out(environment, steps, monkeypatch, number):
    def locked(path):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(run, "only_one", locked)
    with pytest.raises(run.Refusal, match="Copy the whole folder") as refusal:
        environment.prepare()
    assert str(environment.root) in str(refusal.value)
    assert refusal.value.code == 1


def test_a_finished_set_up_runs_from_a_folder_that_cannot_be_written(environment, steps, monkeypatch):
    environment.prepare()
    monkeypatch.setattr(run, "only_one", lambda path: pytest.fail("asked for the lock"))
    environment.prepare()


def test_two_at_once_do_not_set_up_the_same_folder(environment):
    path = environment.root / ".venv.lock"
    with run.only_one(path), path.open("a") as second:
        assert not run._locked(second.fileno())
    with path.open("a") as third:
        assert run._locked(third.fileno())


def test_another_environment_that_is_active_leaves_no_trace(environment, monkeypatch):
    for name in run.FOREIGN:
        monkeypatch.setenv(name, "/somewhere/else")
    monkeypatch.setenv("PIP_USER", "1")
    variables = environment.variables()
    assert "/somewhere/else" not in {value for name, value in variables.items() if name != "PATH"}
    assert variables["VIRTUAL_ENV"] == str(environment.folder)
    assert variables["PATH"].split(os.pathsep)[0] == str(environment.bin)
    assert variables["PIP_USER"] == "0"


def test_settings_of_the_users_network_are_kept(environment, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "proxy:3128")
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    variables = environment.variables()
    assert variables["HTTPS_PROXY"] == "proxy:3128"
    assert variables["PIP_INDEX_URL"] == "mirror"


def test_windows_keeps_its_programs_in_scripts(monkeypatch, tmp_path):
    class Windows:
        name = "nt"

    monkeypatch.setattr(run, "os", Windows)
    environment = run.Environment(tmp_path)
    assert environment.python == tmp_path / ".venv" / "Scripts" / "python.exe"
    assert environment.command == tmp_path / ".venv" / "Scripts" / "loyalty-sim.exe"


def test_a_python_that_does_not_start_is_seen(tmp_path: Path):
    broken = tmp_path / "python"
    broken.write_text("#!/nowhere/python\n", encoding="utf-8")
    broken.chmod(0o755)
    assert run._runs(sys.executable)
    assert not run._runs(str(broken))
    assert not run._runs(str(tmp_path / "absent"))
