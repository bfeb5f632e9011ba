"""What is shipped: worlds to compare designs in or to start from, lessons for trainers, and presets."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import load
from sim.scenario.presets import CHANGES, PROGRAMMES, preset, preset_names, shipped

LESSONS = "lessons"
"""Folder of the lessons, within that of the worlds."""

PRESETS = {
    PROGRAMMES: "Presets of programmes (programme: {preset: NAME})",
    CHANGES: "Presets of changes (events: [{preset: NAME, firm: ..., week: ...}])",
}


def paths() -> list[Path]:
    """Scenario files of the repository, or else of the installed package: the worlds, then the lessons."""
    home = shipped()
    return sorted(home.glob("*.yaml")) + sorted((home / LESSONS).glob("*.yaml"))


def scenarios() -> str:
    """Worlds and lessons: of each its file, as short as it can be typed from here, its title and designs.

    Then presets: of each its name, as it is used in a scenario file, what it is like and when it was so.
    """
    here = Path.cwd()
    groups: dict[str, list[str]] = {"Worlds": [], "Lessons": []}
    for path in paths():
        world = load(path)
        name = path.relative_to(here) if path.is_relative_to(here) else path
        entry = f"{name}\n    {world.title}: {', '.join(world.design_names)}\n"
        groups["Lessons" if path.parent.name == LESSONS else "Worlds"].append(entry)
    for kind, group in PRESETS.items():
        groups[group] = [_preset(kind, name) for name in preset_names(kind)]
    return "\n".join(f"{group}\n\n" + "".join(entries) for group, entries in groups.items() if entries)


def _preset(kind: str, name: str) -> str:
    fields = preset(kind, name)
    style = fields["note"].partition(". ")[0]
    return f"{name}\n    {style}; as of: {fields['as_of']}\n"
