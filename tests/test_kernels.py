"""Compiled code is kept where it can be written, under a name that changes with every source it is made of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim.kernels
from sim.kernels import code_of_kernels, keep_compiled_code

PACKAGE = Path(sim.kernels.__file__).parent
ASK = "import os, sim; print(os.environ.get('NUMBA_CACHE_DIR', 'nothing'))"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the sources that kernels are made of, with the module that looks after them."""
    copy = tmp_path / "home" / "sim"
    for pattern in ("*.py", "rules/*.py", "measures/*.py", "population/*.py", "calibration/*.py"):
        for source in PACKAGE.glob(pattern):
            target = copy / source.relative_to(PACKAGE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return copy


def chosen(package: Path, **environment: str) -> str:
    """The cache folder that a fresh Python chooses when it imports this copy of the package."""
    temporary = package.parents[1] / "temporary"
    temporary.mkdir(exist_ok=True)
    plain = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    ours = {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=package.parent,
        env=plain | ours | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "source",
    [
        "arithmetic.py",
        "draws.py",
        "rules/price.py",
        "rules/points.py",
        "measures/tally.py",
        "population/week.py",
    ],
)
def test_a_change_in_any_source_of_the_kernels_gives_a_new_folder(package: Path, source: str) -> None:
    before = code_of_kernels(package)
    assert code_of_kernels(package) == before
    with (package / source).open("a") as file:
        file.write("# one word more\n")
    assert code_of_kernels(package) != before


def test_a_new_rule_gives_a_new_folder_once_a_kernel_calls_it(package: Path) -> None:
    before = code_of_kernels(package)
    (package / "rules" / "regret.py").write_text("", encoding="utf-8")
    assert code_of_kernels(package) == before
    with (package / "population" / "purchase.py").open("a") as file:
        file.write("from sim.rules.regret import regretted\n")
    calling = code_of_kernels(package)
    assert calling != before
    (package / "rules" / "regret.py").write_text("BITTER = True\n", encoding="utf-8")
    assert code_of_kernels(package) != calling


def test_a_change_elsewhere_keeps_the_folder(package: Path) -> None:
    before = code_of_kernels(package)
    with (package / "cli.py").open("a") as file:
        file.write("# one word more\n")
    assert code_of_kernels(package) == before


def test_every_module_whose_kernels_are_kept_and_made_of_others_is_one_of_the_sources(package: Path) -> None:
    compiled = re.compile(r"^@njit\(.*cache=True", re.MULTILINE)
    others = re.compile(r"^from sim\.(arithmetic|draws|rules|population)\b", re.MULTILINE)
    found = 0
    for source in sorted(PACKAGE.rglob("*.py")):
        text = source.read_text(encoding="utf-8")
        if compiled.search(text) and others.search(text):
            found += 1
            before = code_of_kernels(package)
            copy = package / source.relative_to(PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text + "# one word more\n", encoding="utf-8")
            assert code_of_kernels(package) != before, copy
    assert found >= 4


def test_the_folder_lies_beside_the_package_and_is_named_after_the_code(package: Path) -> None:
    assert chosen(package) == str(package / "__pycache__" / f"kernels-{code_of_kernels(package)}")


def test_folders_of_older_code_are_removed_and_nothing_else_is(package: Path) -> None:
    home = package / "__pycache__"
    old, other = home / "kernels-0123456789abcdef", home / "other"
    for folder in (old, other):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    now = Path(chosen(package))
    assert now.is_dir()
    assert not old.exists()
    assert (other / "file").exists()
    (now / "kernel").touch()
    assert Path(chosen(package)) == now
    assert (now / "kernel").exists()


def test_a_folder_that_cannot_be_written_falls_back_on_the_folder_for_temporary_files(package: Path) -> None:
    # A file in the folder's place stops everybody, root too, whom no permission stops.
    (package / "__pycache__").touch()
    folder = Path(chosen(package))
    assert folder.is_relative_to(package.parents[1] / "temporary")
    assert folder.name == f"kernels-{code_of_kernels(package)}"
    assert folder.is_dir()


def test_where_nothing_can_be_written_numba_is_left_to_itself(
    monkeypatch: pytest.MonkeyPatch, package: Path, tmp_path: Path
) -> None:
    (package / "__pycache__").touch()
    blocked = tmp_path / "blocked"
    blocked.touch()
    assert chosen(package, TMPDIR=str(tmp_path)) != "nothing"
    monkeypatch.setattr(sim.kernels, "__file__", str(package / "kernels.py"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    keep_compiled_code()
    assert "NUMBA_CACHE_DIR" not in os.environ


def test_a_folder_the_user_has_chosen_is_respected(package: Path, tmp_path: Path) -> None:
    mine = str(tmp_path / "mine")
    assert chosen(package, NUMBA_CACHE_DIR=mine) == mine
    assert not (package / "__pycache__").exists()


def test_importing_the_package_does_not_load_what_is_heavy(package: Path) -> None:
    ask = "import sys, sim; print(sorted({'numba', 'numpy', 'mesa', 'pandas'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"


def test_code_that_was_compiled_elsewhere_has_not_been_compiled_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.market

    sim.market.warm()
    assert sim.kernels.compiled()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    other = tmp_path / "population_of_another_folder"
    other.mkdir()
    (other / "week.pass_week-124.py311.1.nbc").touch()
    assert not sim.kernels.compiled()
