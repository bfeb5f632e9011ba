"""The files that say what is installed agree with each other and name no registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import run

ROOT = Path(run.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [
    Requirement(line)
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in group
    if not line.startswith(PROJECT["name"])  # an extra that takes in others
]
PINS = [Requirement(line) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_requirement_has_a_lower_bound(asked):
    assert any(each.operator == ">=" for each in asked.specifier)


PLACES = [
    {
        "python_full_version": f"{python}.4",
        "python_version": python,
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
    }
    for python in ("3.11", "3.12", "3.13", "3.14")
    for system in ("linux", "darwin", "win32")
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_requirement_is_pinned_once_for_each_python_and_system(asked):
    pins = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(asked.name)]
    for place in PLACES:
        there = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(place)]
        assert len(there) == 1, place
        assert asked.specifier.contains(str(there[0].specifier).removeprefix("==")), place


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml", "run.py", ".ci/run"])
def test_no_file_of_the_set_up_names_an_address(name):
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_oldest_python_is_the_same_everywhere():
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, run.OLDEST))


def test_every_python_that_was_tried_is_declared():
    declared = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert declared == list(run.TRIED)


def test_the_citation_names_the_version_that_is_released():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [PROJECT["version"]]


def test_the_readme_opens_with_the_two_commands_and_ci_runs_the_second():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```\w*\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert block is not None
    assert block.group(1).splitlines() == ["python3 run.py demo", "python3 run.py test"]
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "python3 run.py test"
