"""YAML read with places: every value knows its file, line and column; nothing but plain values comes out.

YAML 1.2: `1e4` is a number, `no` and `12:30` are text. Doubled names are faults, and so are tags that would
make objects. Aliases (`*name`) are allowed, within a limit on how much they blow up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sim.scenario.errors import Fault, Loc, ScenarioError, dotted

MOST_VALUES = 100_000
MOST_LEVELS = 50
TOO_DEEP = "nested too deeply for a scenario file"
KINDS = {"null": "nothing", "bool": "true or false", "int": "a whole number", "float": "a number"}
PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in KINDS}
TEXT_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "timestamp", "merge", "value")}
BLOCK_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq")}
REMEDIES = {
    "'\\t' that cannot start": "indent with spaces, not tabs",
    "cannot start any token": "put text that starts with such a character in quotes",
    "unexpected end of stream": "the quote that starts here is never closed",
    "mapping values are not allowed": "check the indentation, and put text that holds ': ' in quotes",
    "could not find expected ':'": "write 'name: value', with a space after the colon",
    "expected <block end>": "check the indentation of this line and of those above",
    "another document": "keep one scenario a file, without a second '---'",
    "undefined alias": "define it earlier with '&', or put text that starts with * in quotes",
    "expected ',' or ": "close what was opened with [ or {",
}


class Mark(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


class Block(dict[str, Any]):
    """A mapping that knows where it stands, and where the name and the value of each of its fields do."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.places: dict[str, tuple[Mark, Mark]] = {}

    def __copy__(self) -> Block:
        twin = Block(self.mark)
        twin.update(self)
        twin.places = dict(self.places)
        return twin

    def take_marks(self, over: Block) -> None:
        """The places of a block that was laid over this one."""
        self.mark = over.mark
        self.places.update(over.places)


class Rows(list[Any]):
    """A list that knows where it stands, and where its entries do."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.places: list[Mark] = []

    def __copy__(self) -> Rows:
        twin = Rows(self.mark)
        twin.extend(self)
        twin.places = list(self.places)
        return twin

    def take_marks(self, over: Rows) -> None:
        """The place of a list that was laid over this one."""
        self.mark = over.mark


def place_of(root: Block, loc: Loc, is_name: bool = False) -> Mark:
    """Where the value at loc stands, or the nearest block around it; with `is_name`, where its name stands.

    A block counts as standing where its name is, as its first value is a line below.
    """
    node: Any = root
    name_at = mark = root.mark
    for step in loc:
        if isinstance(node, Block) and step in node.places:
            name_at, value_at = node.places[str(step)]
            node = node[str(step)]
            mark = name_at if isinstance(node, Block | Rows) else value_at
        elif isinstance(node, Rows) and isinstance(step, int) and step < len(node):
            around = node.places[step] if step < len(node.places) else mark
            node = node[step]
            name_at = mark = getattr(node, "mark", around)
        else:
            break
    return name_at if is_name else mark


def read(text: str, file: str, faults: list[Fault], kind: str = "scenario") -> Block:
    """The one mapping that a text in YAML holds. ScenarioError if there is none.

    Faults that leave the rest readable, such as doubled names, are added to `faults`. kind: what messages call it.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        unclosed = "end of stream" in (error.problem or "")
        mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise ScenarioError([Fault(_unreadable(error.problem or error.context), "", file, *where)]) from None
    except YAMLError:
        raise ScenarioError([Fault("not a text file: it holds control characters", file=file)]) from None
    except RecursionError:
        raise ScenarioError([Fault(TOO_DEEP, file=file)]) from None
    if node is None:
        raise ScenarioError([Fault(f"the file is empty; a {kind} starts with 'title:'", file=file)])
    if not isinstance(node, MappingNode):
        held = "a list" if isinstance(node, SequenceNode) else "a single value"
        remedy = f"a {kind} is a mapping that starts with 'title:'"
        raise ScenarioError([Fault(f"the file holds {held}; {remedy}", "", *_mark(node, file))])
    block: Block = _Reader(file, yaml.constructor, faults).value(node, ())
    return block


@dataclass
class _Reader:
    """One walk over the nodes of a file."""

    file: str
    constructor: Any
    faults: list[Fault]
    values: int = 0
    around: set[int] = field(default_factory=set)

    def value(self, node: Node, loc: Loc) -> Any:
        self.values += 1
        if self.values > MOST_VALUES:
            text = f"more than {MOST_VALUES:_} values, aliases followed; a scenario file is smaller"
            raise ScenarioError([Fault(text, file=self.file)])
        if len(self.around) > MOST_LEVELS:
            raise ScenarioError([Fault(TOO_DEEP, "", *self._mark(node))])
        if id(node) in self.around:
            return self._fault(node, loc, "this alias refers to the block that it stands in")
        if isinstance(node, ScalarNode):
            return self._scalar(node, loc)
        self.around.add(id(node))
        if node.tag not in BLOCK_TAGS:
            self._fault(node, loc, f"the tag '{node.tag}' has no place in a scenario file; remove it")
        value = self._block(node, loc) if isinstance(node, MappingNode) else self._rows(node, loc)
        self.around.remove(id(node))
        return value

    def _block(self, node: MappingNode, loc: Loc) -> Block:
        block = Block(self._mark(node))
        for name_node, value_node in node.value:
            if not isinstance(name_node, ScalarNode):
                self._fault(name_node, loc, "the name of a field must be text, not a list or a block")
                continue
            # Names are text even where they look like numbers: designs may be called 2024 and 2025.
            name = str(name_node.value)
            if name in block:
                text = f"'{name}' is given twice, first in line {block.places[name][0].line}; keep one"
                self._fault(name_node, (*loc, name), text)
            block[name] = self.value(value_node, (*loc, name))
            # A value left empty stands nowhere; ruamel would place it at whatever comes next.
            empty = value_node.start_mark.index == value_node.end_mark.index
            block.places[name] = self._mark(name_node), self._mark(name_node if empty else value_node)
        return block

    def _rows(self, node: Node, loc: Loc) -> Rows:
        rows = Rows(self._mark(node))
        rows.extend(self.value(entry, (*loc, i)) for i, entry in enumerate(node.value))
        rows.places = [self._mark(entry) for entry in node.value]
        return rows

    def _scalar(self, node: ScalarNode, loc: Loc) -> Any:
        if node.tag in TEXT_TAGS:
            return str(node.value)
        if node.tag not in PLAIN_TAGS:
            return self._fault(node, loc, f"the tag '{node.tag}' has no place in a scenario file; remove it")
        try:
            return self.constructor.construct_object(node)
        except (ValueError, LookupError, YAMLError):
            kind = node.tag.rpartition(":")[2]
            return self._fault(node, loc, f"cannot be read as {KINDS[kind]}")

    def _fault(self, node: Node, loc: Loc, message: str) -> None:
        self.faults.append(Fault(message, dotted(loc), *self._mark(node)))

    def _mark(self, node: Node) -> Mark:
        return _mark(node, self.file)


def _mark(node: Node, file: str) -> Mark:
    return Mark(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _unreadable(problem: str | None) -> str:
    remedy = next((remedy for sign, remedy in REMEDIES.items() if sign in (problem or "")), "")
    return f"not readable as YAML: {problem}" + (f"; {remedy}" if remedy else "")
