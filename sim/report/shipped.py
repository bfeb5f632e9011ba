"""What is shipped with the program: scenario files to compare designs in, or to start from."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import load


def paths() -> list[Path]:
    """Scenario files of the repository, or else of the installed package."""
    package = Path(__file__).resolve().parents[1]
    folders = (package.parent / "scenarios", package / "shipped" / "scenarios")
    return next((found for folder in folders if (found := sorted(folder.glob("*.yaml")))), [])


def scenarios() -> str:
    """Each shipped scenario: its file, as short as it can be typed from here, its title and designs."""
    here, entries = Path.cwd(), []
    for path in paths():
        world = load(path)
        name = path.relative_to(here) if path.is_relative_to(here) else path
        entries.append(f"{name}\n    {world.title}: {', '.join(world.design_names)}")
    return "\n".join(entries)
