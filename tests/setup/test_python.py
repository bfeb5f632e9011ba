"""A Python that cannot be used is turned away with a remedy, not with a traceback."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__)
OLD = [name for name in ("python3.6", "python3.7", "python3.8", "python3.9", "python3.10") if run._runs(name)]


def test_a_python_before_3_11_is_refused(monkeypatch):
    monkeypatch.setattr(run, "_runs", lambda name: False)
    with pytest.raises(run.Refusal, match=r"needs Python 3\.11 or newer; this is Python 3\.10") as refusal:
        run.check_python((3, 10), "cpython")
    assert refusal.value.code == 2


def test_a_newer_python_on_the_machine_is_named(monkeypatch):
    monkeypatch.setattr(run, "_runs", lambda name: name == "python3.12")
    monkeypatch.setattr(sys, "argv", ["run.py", "demo"])
    with pytest.raises(run.Refusal, match=r"python3\.12 run\.py demo"):
        run.check_python((3, 9), "cpython")


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_a_python_from_3_11_on_is_taken(version):
    run.check_python(version, "cpython")


def test_another_python_than_cpython_is_refused():
    with pytest.raises(run.Refusal, match="pypy") as refusal:
        run.check_python((3, 11), "pypy")
    assert refusal.value.code == 2


def test_run_py_needs_nothing_but_the_standard_library():
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_can_read_run_py():
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.skipif(not OLD, reason="no Python older than 3.11 on this machine")
def test_a_real_old_python_is_told_so_without_a_traceback():
    answer = subprocess.run([OLD[0], str(SOURCE), "demo"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "Traceback" not in answer.stderr


def without(monkeypatch, *missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else found(name))


def test_a_debian_python_without_venv_is_told_what_to_install(environment, steps, monkeypatch):
    without(monkeypatch, "ensurepip")
    with pytest.raises(run.Refusal, match="sudo apt install python3-venv") as refusal:
        environment.prepare()
    assert refusal.value.code == 2
    assert steps.labels == []


def test_an_empty_folder_named_like_a_module_is_no_module(tmp_path, monkeypatch):
    (tmp_path / "left_behind").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.util.find_spec("left_behind") is not None
    assert not run._has_module("left_behind")
    assert run._has_module("venv")


def test_with_uv_no_ensurepip_is_needed(environment, steps, with_uv, monkeypatch):
    without(monkeypatch, "ensurepip")
    environment.prepare()
    assert environment.extras() == set()


def test_without_ensurepip_a_failing_uv_says_why(environment, steps, with_uv, monkeypatch):
    without(monkeypatch, "ensurepip")
    steps.trouble = {"with uv": (2, ["error: dns error"])}
    with pytest.raises(run.Refusal, match="no way to the package registry"):
        environment.prepare()
