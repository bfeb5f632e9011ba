"""The docs are true: reference pages are those of the code, links lead somewhere, the floors of the house hold."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "CONTRIBUTING.md",
        *DOCS.glob("*.md"),
        *ROOT.glob("benchmarks/*.md"),
    ]
)


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The reference pages as the code makes them."""
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    pages: dict[str, str] = script.pages()
    return pages


@pytest.mark.parametrize("name", ["measures.md", "parameters.md", "columns.md", "streams.md", "scenario.md"])
def test_a_reference_page_is_the_one_of_the_code(made: dict[str, str], name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made[name], (
        f"docs/{name} is out of date: .venv/bin/python docs/make_reference.py"
    )


def test_no_reference_page_is_left_untested(made: dict[str, str]) -> None:
    assert set(made) == {"measures.md", "parameters.md", "columns.md", "streams.md", "scenario.md"}


# Links


def prose(text: str) -> str:
    """A page without its blocks of code and its remarks."""
    return re.sub(r"<!--.*?-->", "", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), flags=re.S)


def links(page: Path) -> Iterator[str]:
    """Targets of the links and pictures of a page that point into the repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", target):
            yield unquote(target)


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#+ (.*)$", prose(page.read_text(encoding="utf-8")), flags=re.M):
        words = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        found.add(f"{words}-{seen[words]}" if seen[words] else words)
        seen[words] += 1
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), f"{page.name} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name} links to {link}"


def test_every_page_of_the_docs_is_linked_from_another_page() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in links(page)
        if link.partition("#")[0] and (page.parent / link.partition("#")[0]).resolve() != page
    }
    assert set(DOCS.glob("*.md")) <= linked


# The site


def test_the_site_is_built_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    """Every page has its place in the contents, every link inside leads somewhere: Sphinx warns where not."""
    pytest.importorskip("sphinx")
    words = [sys.executable, DOCS / "build.py", tmp_path / "site"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in DOCS.glob("*.md"):
        assert (tmp_path / "site" / "docs" / f"{page.stem}.html").is_file(), page.name
    assert (tmp_path / "site" / "searchindex.js").is_file()


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    import sim

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(\d[^]]*)\]", text, flags=re.M)[0] == sim.__version__


# The house


def floors() -> dict[str, int]:
    """The floor on which docs/house.md says that each room stands."""
    table = re.findall(r"^\| (\d+) \| ([^|]+)\|", (DOCS / "house.md").read_text(encoding="utf-8"), flags=re.M)
    return {
        room: int(floor) for floor, rooms in table for room in re.findall(r"`sim/(\w+)(?:\.py|/)`", rooms)
    }


def room_of(module: str) -> str:
    """The room that a module stands in; what is at the door for the package itself."""
    _, _, rest = module.partition(".")
    return rest.partition(".")[0] or "__init__"


def imports(path: Path) -> Iterator[str]:
    """Modules of this package that a file imports when it runs, inside its functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (
                f"{node.module}.{alias.name}" if node.module == "sim" else str(node.module)
                for alias in node.names
            )


def test_every_room_has_its_floor_in_the_docs() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "sim").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and not path.name.startswith("_")
    }
    assert rooms == set(floors())


def test_rooms_import_only_from_floors_below() -> None:
    stands = floors()
    for path in sorted((ROOT / "sim").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        here = room_of(module)
        for other in {room_of(name) for name in imports(path) if name.split(".")[0] == "sim"}:
            if here in stands and other in stands and other != here:
                assert stands[other] < stands[here], f"{module} imports from {other}"


# Presets


def test_every_preset_says_what_the_page_says_the_simulator_finds() -> None:
    spec = importlib.util.spec_from_file_location("make_presets", DOCS / "make_presets.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    lines = [x for x in (DOCS / "presets.md").read_text(encoding="utf-8").splitlines() if x.startswith("| `")]
    said = dict(script.found(line) for line in lines)
    files = {path.stem: path for path in (ROOT / "scenarios" / "programmes").glob("*.yaml")}
    assert set(said) == set(files)
    for name, remark in said.items():
        assert remark in files[name].read_text(encoding="utf-8").splitlines(), name
