"""What is shipped with the program: scenario files to compare designs in, or to start from."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from sim.report.tables import listing
from sim.scenario import load


def paths() -> list[Path]:
    """Scenario files of the repository, or else of the installed package."""
    package = Path(__file__).resolve().parents[1]
    folders = (package.parent / "scenarios", package / "shipped" / "scenarios")
    return next((found for folder in folders if (found := sorted(folder.glob("*.yaml")))), [])


def scenarios() -> Table:
    """A row a shipped scenario: file (as short as it can be typed from here), title, designs."""
    here, rows = Path.cwd(), []
    for path in paths():
        world = load(path)
        name = path.relative_to(here) if path.is_relative_to(here) else path
        rows.append((str(name), world.title, ", ".join(world.design_names)))
    return listing("Shipped scenarios", ("file", "title", "designs"), rows)
