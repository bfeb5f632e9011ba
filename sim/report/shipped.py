"""What is shipped with the program: worlds to compare designs in or to start from, and lessons for trainers."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import load

LESSONS = "lessons"
"""Folder of the lessons, within that of the worlds."""


def paths() -> list[Path]:
    """Scenario files of the repository, or else of the installed package: the worlds, then the lessons."""
    package = Path(__file__).resolve().parents[1]
    folders = (package.parent / "scenarios", package / "shipped" / "scenarios")
    home = next((folder for folder in folders if any(folder.glob("*.yaml"))), folders[0])
    return sorted(home.glob("*.yaml")) + sorted((home / LESSONS).glob("*.yaml"))


def scenarios() -> str:
    """Worlds and lessons: of each its file, as short as it can be typed from here, its title and designs."""
    here = Path.cwd()
    groups: dict[str, list[str]] = {"Worlds": [], "Lessons": []}
    for path in paths():
        world = load(path)
        name = path.relative_to(here) if path.is_relative_to(here) else path
        entry = f"{name}\n    {world.title}: {', '.join(world.design_names)}\n"
        groups["Lessons" if path.parent.name == LESSONS else "Worlds"].append(entry)
    return "\n".join(f"{group}\n\n" + "".join(entries) for group, entries in groups.items() if entries)
