"""What is shipped: worlds to start from, lessons for trainers, studies, teams of a league, and presets."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import load
from sim.scenario.presets import CHANGES, PROGRAMMES, preset, preset_names, shipped
from sim.scenario.yaml_text import read

LESSONS = "lessons"
"""Folder of the lessons, within that of the worlds."""
ASIDE = {"Studies": ("studies", "title", "scenario"), "Teams": ("teams", "team", "note")}
"""Heading -> folder, within that of the worlds, and the two fields that say what a file is."""

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

    Then studies with their scenario, and teams with what they are up to. Then presets: of each its name, as it is used
    in a scenario file, what it is like and when it was so.
    """
    groups: dict[str, list[str]] = {"Worlds": [], "Lessons": []}
    for path in paths():
        world = load(path)
        entry = f"{_typed(path)}\n    {world.title}: {', '.join(world.design_names)}\n"
        groups["Lessons" if path.parent.name == LESSONS else "Worlds"].append(entry)
    for group, (folder, name, what) in ASIDE.items():
        groups[group] = [_aside(path, name, what) for path in sorted((shipped() / folder).glob("*.yaml"))]
    for kind, group in PRESETS.items():
        groups[group] = [_preset(kind, name) for name in preset_names(kind)]
    return "\n".join(f"{group}\n\n" + "".join(entries) for group, entries in groups.items() if entries)


def _typed(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _aside(path: Path, name: str, what: str) -> str:
    fields = read(path.read_text(encoding="utf-8"), str(path), [])
    return f"{_typed(path)}\n    {fields[name]}: {fields[what]}\n"


def _preset(kind: str, name: str) -> str:
    fields = preset(kind, name)
    style = fields["note"].partition(". ")[0]
    return f"{name}\n    {style}; as of: {fields['as_of']}\n"
