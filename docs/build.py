"""Build the site of the docs: pages, notebooks and what they link to, readable and searchable offline.

    python3 run.py docs                      # once: docs/_build/site/index.html
    .venv/bin/python docs/build.py FOLDER    # into another folder

Sphinx is given a copy in which every file stands where it stands in the repository, so that the links which work
on a code host work here. A page takes in the pages and notebooks that it links to; other files that are linked
(scenarios, sources of rules) can be fetched; a link to a folder becomes plain text. Warnings are errors.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "docs"
SITE = HERE / "_build" / "site"

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")
PAGES = (".md", ".ipynb")
OTHER_HOSTS = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["'](?:https?:)?//[^"']*""", re.I
)
"""what a browser fetches by itself; a link that a reader may follow is not meant"""
FRONT = '<!doctype html><meta charset="utf-8"><title>loyalty-sim</title>\
<meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">loyalty-sim</a>\n'


def links(text: str) -> Iterator[str]:
    """Paths that a page links to, without what follows a # sign."""
    for _, _, target in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", target):
            yield unquote(target.partition("#")[0])


def gather(source: Path) -> list[Path]:
    """Copy the pages, and what they link to, into the folder; returns all that is there, from the root."""
    waiting = sorted([*HERE.glob("*.md"), *(ROOT / "notebooks").rglob("*.ipynb")])
    waiting = [page for page in waiting if ".ipynb_checkpoints" not in page.parts]
    waiting += [ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md") if (ROOT / name).is_file()]
    there: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in there:
            continue
        there.add(path)
        copy = source / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix not in PAGES:
            shutil.copyfile(path, copy)
            continue
        text = path.read_text(encoding="utf-8")
        copy.write_text(unfold(text, path), encoding="utf-8", newline="\n")
        for link in links(text):
            target = Path(normpath(path.parent / link))
            if target.is_file() and target.is_relative_to(ROOT):
                waiting.append(target)
    index = source / "docs" / "index.md"
    index.write_text(trimmed(index.read_text(encoding="utf-8"), index.parent), encoding="utf-8", newline="\n")
    return sorted(path.relative_to(ROOT) for path in there)


def trimmed(text: str, folder: Path) -> str:
    """The contents without patterns that nothing answers to: a kind of page of which there is none yet."""
    asked = [line for line in text.split("\n") if re.fullmatch(r"[\w./]*\*", line)]
    empty = set()
    for line in asked:
        found = folder.parent.glob(normpath(f"{folder.name}/{line}"))
        if not any(path.suffix in PAGES for path in found):
            empty.add(line)
    return "\n".join(line for line in text.split("\n") if line not in empty)


def unfold(text: str, page: Path) -> str:
    """A page whose links to folders are plain text: a site has no folders to show."""

    def plain(found: re.Match[str]) -> str:
        path = unquote(found[3].partition("#")[0])
        return found[2] if path and (page.parent / path).is_dir() else found[0]

    return LINK.sub(plain, text)


def fetched(site: Path) -> list[str]:
    """What pages of a site would fetch from another host: `page: tag`."""
    return [
        f"{page.relative_to(site).as_posix()}: {tag}"
        for page in sorted(site.rglob("*.html"))
        for tag in OTHER_HOSTS.findall(page.read_text(encoding="utf-8"))
    ]


def build(site: Path) -> int:
    """Make the site in a folder, which is emptied first; returns Sphinx's exit code."""
    from sphinx.cmd.build import build_main

    work = site.with_name(site.name + ".work")
    for folder in (site, work):
        shutil.rmtree(folder, ignore_errors=True)
    gather(work / "source")
    words = ["-b", "html", "-q", "-W", "--keep-going", "-c", HERE, "-d", work / "read", work / "source", site]
    code = build_main([str(word) for word in words])
    shutil.rmtree(work, ignore_errors=True)
    (site / "index.html").write_text(FRONT, encoding="utf-8")
    return int(code)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the site of the docs.")
    parser.add_argument("folder", nargs="?", type=Path, default=SITE, help="emptied, then written")
    site: Path = parser.parse_args(words).folder.resolve()
    if site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file():
        sys.stderr.write(f"{site} holds something else than a site: give another folder\n")
        return 2
    code = build(site)
    for line in fetched(site):
        sys.stderr.write(f"from another host: {line}\n")
        code = code or 1
    sys.stdout.write(
        f"{'The site is' if code == 0 else 'With faults, the site is'} in {site / 'index.html'}\n"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
