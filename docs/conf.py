"""Settings of the site of the docs. `python3 run.py docs` runs build.py, which gathers the pages and calls Sphinx."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

project = "loyalty-sim"
author = "loyalty-sim developers"
project_copyright = author
version = release = re.findall(
    r'^__version__ = "(.+)"', (ROOT / "sim" / "__init__.py").read_text(encoding="utf-8"), flags=re.M
)[0]
language = "en_GB"

extensions = ["myst_nb"]
# The pages stand in the site as in the repository, docs/ among others, so that a link holds in both.
root_doc = "docs/index"
exclude_patterns: list[str] = []

# Notebooks are shown as they are kept; the tests run them.
nb_execution_mode = "off"
# No script of another host, for widgets either: the site is read offline.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
myst_heading_anchors = 6

html_theme = "furo"
html_title = "loyalty-sim"
html_copy_source = False
html_show_sphinx = False
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
pygments_style = "friendly"
pygments_dark_style = "github-dark"
