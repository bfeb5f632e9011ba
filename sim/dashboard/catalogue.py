"""The words of the dashboard, in English and Simplified Chinese, from one catalogue of messages.

A file of `messages/` is a mapping of keys to a text in each language; values stand in braces:

    levers.step: {en: "{n} weeks", zh: "{n} 周"}

A key stands in one file only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "zh")
"""English and Simplified Chinese."""
MESSAGES = Path(__file__).with_name("messages")
Texts = Mapping[str, Mapping[str, str]]
"""Key -> language -> text."""


class CatalogueError(ValueError):
    """A file of messages is wrong; the message names file and key."""


class Catalogue:
    """The messages in one language. ValueError for a language that there is not."""

    def __init__(self, language: str = "en") -> None:
        if language not in LANGUAGES:
            raise ValueError(f"the dashboard speaks {', '.join(LANGUAGES)}, not {language!r}")
        self.language = language
        self._texts = messages()

    def say(self, key: str, **values: Any) -> str:
        """A message with its values put in. KeyError for a key that no file has, or a value that is not given."""
        if key not in self._texts:
            raise KeyError(f"no message has the key {key!r}")
        return self._texts[key][self.language].format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is a message of this key."""
        return key in self._texts


@cache
def messages(folder: Path = MESSAGES) -> Texts:
    """All messages of a folder. CatalogueError where a file is not as it should be."""
    found: dict[str, Mapping[str, str]] = {}
    homes: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        for key, texts in _read(file).items():
            if key in found:
                raise CatalogueError(f"{file.name}: {key}: stands in {homes[key]} already; keep one of them")
            if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
                raise CatalogueError(f"{file.name}: {key}: give a text for each of {', '.join(LANGUAGES)}")
            wrong = [name for name, text in texts.items() if not isinstance(text, str) or not text.strip()]
            if wrong:
                raise CatalogueError(f"{file.name}: {key}.{wrong[0]}: must be a text; put it in quotes")
            found[key], homes[key] = MappingProxyType(texts), file.name
    return MappingProxyType(found)


def _read(file: Path) -> Mapping[str, Any]:
    data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise CatalogueError(f"{file.name}: must be a mapping of keys to texts")
    return data
