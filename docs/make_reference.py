"""Write the reference pages of docs/ from the code: measures, parameters, columns, streams, scenario fields.

    .venv/bin/python docs/make_reference.py

A test holds the committed pages against what this makes.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from sim.calibration.streams import Use
from sim.draws import Stream
from sim.measures import FAMILIES, HEADLINE, MEASURES
from sim.measures.tally import Tally
from sim.population.columns import BLOCK, COLUMNS, bytes_per_customer
from sim.rules import Behaviour
from sim.scenario.fields import bounds_of, unit_of
from sim.scenario.schema import REF, json_schema

HERE = Path(__file__).resolve().parent
MADE = "<!-- Made by docs/make_reference.py from the code; change it there. -->\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def number(value: float) -> str:
    """A number as short as it goes: 0.05, 5200, 1e7."""
    return f"{value:g}".replace("e+0", "e").replace("e+", "e")


def code(text: object) -> str:
    """Text in the type of code; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def said_of(members: type[IntEnum]) -> dict[str, str]:
    """The docstring that stands under each member of an enumeration."""
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(members)).body if isinstance(node, ast.ClassDef)
    )
    said: dict[str, str] = {}
    for member, text in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr):
            said[ast.unparse(member.targets[0])] = str(ast.literal_eval(text.value))
    return said


def measures() -> str:
    """The measures, and the weekly tallies they are made of."""
    head = ["measure", "unit", "better", "definition"]
    sections = []
    for family, title in FAMILIES.items():
        own = [m for m in MEASURES.values() if m.family == family]
        told = [
            [f"**{code(m.name)}**" if m.headline else code(m.name), m.unit, m.better, m.definition]
            for m in own
        ]
        sections.append(f"## {title}\n\n{table(head, told)}")
    rows = []
    for name, text in said_of(Tally).items():
        kind, _, meaning = text.partition(": ")
        rows.append([code(name.lower()), kind, meaning])
    return f"""# Measures

Each is a number for the focal firm over the measured weeks, which begin when the burn-in ends.
`Market.metrics()` gives all of them, `Market.metrics("Mill")` those of another firm; a comparison has them
per design. NaN (in JSON: null) stands where a measure does not apply, such as the redemption rate of a firm
without rewards.

The {len(HEADLINE)} in bold are the headline: tables in the terminal show them alone. All are in `--json`, in the
files of a run and in the frames of a result.

{chr(10).join(sections)}
## Weekly tallies

What is counted each week, per segment, firm and membership, and what the measures are made of. All are
whole numbers, so that no sum depends on the order of customers: money in cents, indices in 1/256 points.
Flows happen during the week, stocks are read at its end. `Market.panel()` shows revenue, goods, discount and
contribution in currency, and sums of indices and shares as means: over active customers, over those who
answered (`surveyed_satisfaction`), over those in the census (`intention`, `behavioural`).

{table(["tally", "kind", "what is counted"], rows)}"""


def span(field: FieldInfo) -> str:
    """Bounds of a parameter."""
    bounds = bounds_of(field)
    return f"[{number(bounds['ge'])}, {number(bounds['le'])}]"


def parameters() -> str:
    """The parameters of behaviour, one table a mechanism."""
    mechanisms, sections = [], []
    for name, block in Behaviour.model_fields.items():
        mechanism: Any = block.annotation
        own = {key: field for key, field in mechanism.model_fields.items() if key != "enabled"}
        module = mechanism.__module__.rpartition(".")[2]
        count = str(len(own)) if own else ""
        mechanisms.append(
            [
                f"[{name}](#{name})" if own else name,
                block.description,
                (inspect.getdoc(mechanism) or "").strip(),
                count,
                f"[{module}.py](../sim/rules/{module}.py)",
            ]
        )
        if not own:
            continue
        rows = []
        for key, field in own.items():
            facts: Any = field.json_schema_extra
            interval = "[{}, {}]".format(*map(number, facts["interval"])) if "interval" in facts else ""
            rows.append(
                [
                    code(key),
                    number(field.default),
                    unit_of(field),
                    span(field),
                    interval,
                    facts["status"],
                    facts["source"],
                    field.description or "",
                ]
            )
        head = ["parameter", "default", "unit", "bounds", "published", "status", "source", "meaning"]
        sections.append(f"## {name}\n\n{table(head, rows)}")
    return f"""# Parameters of behaviour

The defaults are one set for all scenarios; a scenario sets the context (shares, rates, prices, rules of
programmes). Where it must, it changes a parameter under `behaviour`, as in `behaviour: {{price:
{{loss_aversion: 1.2}}}}`. Every mechanism also takes `enabled: false`, which makes it act on nobody; with
all of them off purchases are NBD and choices Dirichlet.

*bounds*: what the equation can bear; a value outside is refused. *published*: the interval that the
literature leaves open. *status*: how well the default is known: VERIFIED, the value was seen in the source;
VERIFIED-DIR, its direction was, the size was not; COMPUTED, from public data or from verified values;
MEMORY, to be checked before it is quoted; PROPOSED, judgement.

{table(["mechanism", "what it is about", "what it does", "parameters", "equation and source"], mechanisms)}
{chr(10).join(sections)}"""


def columns() -> str:
    """The columns of the customer store."""
    rows = [
        [code(c.name), c.dtype, c.scope, str(c.rows), str(4 * c.rows), c.unit, c.meaning] for c in COLUMNS
    ]
    sizes = [
        [str(firms), str(programmes), str(bytes_per_customer(firms, ({},) * programmes))]
        for firms, programmes in ((2, 1), (4, 0), (4, 1), (4, 4))
    ]
    return f"""# Columns of the customer store

All that a customer is and remembers lies in these columns. `market.customers` shows them as Mesa agents.
State lies in blocks of {BLOCK} customers, block × row × customer, float32 rows in one array and int32 rows
in another; a block holds customers of one segment.

{table(["column", "dtype", "one per", "rows", "bytes", "unit", "meaning"], rows)}
`one per`: customer, or customer and firm, or customer and programme. Bytes are those of one such entry.

## Bytes per customer

In a full block; the last block of a segment is padded. The scratch of a thread comes on top, once.

{table(["firms", "programmes", "bytes per customer"], sizes)}"""


def streams() -> str:
    """The random streams."""
    named = said_of(Stream)
    rows = [[str(s.value), code(s.name), named[s.name]] for s in Stream]
    purposes = said_of(Use)
    uses = [[str(u.value), code(u.name), purposes[u.name]] for u in Use]
    return f"""# Random streams

There is no generator and no state. A draw is a pure function of its name, (seed, replicate, stream,
customer, week, k): Philox4x32-10 turns the counter (customer, week, stream, k) under the key (seed,
replicate) into four 32-bit words. So results do not depend on the order of customers, on threads or on
workers, and two designs of one replicate share every draw: they differ only where the design acts.

The list only ever grows. A number, once given, keeps its meaning; a test lists them all.

{table(["number", "stream", "what it is for"], rows)}
In `CALIBRATION` the week of a name says what the draw is for (plus the week of the forecast):

{table(["week", "purpose", "what it is for"], uses)}"""


# --- scenario files ---------------------------------------------------------------------------------------

DEFINITIONS: dict[str, Any] = json_schema()["$defs"]
ELSEWHERE = {"Behaviour": "[parameters](parameters.md)", "FirmPatch": "[firm](#firms)"}
"""Blocks that have their table elsewhere."""


def options(field: dict[str, Any]) -> list[dict[str, Any]]:
    """What a field may be, apart from nothing and from what starts from a preset."""
    return [one for one in field.get("anyOf", [field]) if one.get("type") != "null" and not starts(one)]


def starts(one: dict[str, Any]) -> bool:
    """Whether a block is the one that has a preset, beside which it may leave out anything."""
    return "preset" in one.get("required", ())


def blocks_of(field: dict[str, Any]) -> list[tuple[str, str]]:
    """Definitions that may stand in a field, and what their path adds: [] in a list, .NAME in a mapping."""
    found = []
    for one in options(field):
        inner, way = [one], ""
        if "items" in one:
            items = one["items"].get("oneOf", [one["items"]])
            inner, way = [item for item in items if not starts(item)], "[]"
        elif "patternProperties" in one:
            inner, way = options(next(iter(one["patternProperties"].values())))[:1], ".NAME"
        names = [block["$ref"].removeprefix(REF) for block in inner if "$ref" in block]
        for name in names:
            kind = DEFINITIONS[name]["properties"]["kind"]["const"] if len(names) > 1 else ""
            found.append((name, f"{way} {kind}".rstrip()))
    return found


def kind(field: dict[str, Any]) -> str:
    """The type of a field in words."""
    (one, *_) = options(field)
    words = {"number": "number", "integer": "whole number", "string": "text", "boolean": "true or false"}
    if "const" in one:
        text = code(one["const"])
    elif "items" in one:
        text = "list of blocks" if blocks_of(field) else "list"
    elif "patternProperties" in one:
        text = "blocks by name"
    elif "$ref" in one:
        text = "block"
    elif isinstance(one.get("additionalProperties"), dict):
        text = f"{words[one['additionalProperties']['type']]} by name"
    else:
        text = words.get(one["type"], "anything")
    return text + (" or null" if {"type": "null"} in field.get("anyOf", ()) else "")


def limits(field: dict[str, Any]) -> str:
    """Bounds of a number, or of the length of a list, as an interval."""
    (one, *_) = options(field)
    if isinstance(one.get("additionalProperties"), dict):
        one = one["additionalProperties"]
    if "pattern" in one and one["pattern"] == "^[A-Z]{3}$":
        return "three capital letters"
    for low, high, what in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "entries"),
        ("minProperties", "maxProperties", "entries"),
    ):
        if high in one:
            return f"{number(one.get(low, 0))} to {number(one[high])} {what}"
    if not {"minimum", "exclusiveMinimum"} & one.keys():
        return ""
    left = (
        f"({number(one['exclusiveMinimum'])}" if "exclusiveMinimum" in one else f"[{number(one['minimum'])}"
    )
    right = (
        f"{number(one['exclusiveMaximum'])})" if "exclusiveMaximum" in one else f"{number(one['maximum'])}]"
    )
    return f"{left}, {right}"


def default(name: str, field: dict[str, Any], required: Sequence[str]) -> str:
    """What holds where a file leaves the field out."""
    if name in required:
        return "**required**"
    if "default" not in field:
        return "the level"
    value = field["default"]
    if value is None:
        return "none"
    if isinstance(value, dict | list):
        return (
            "its defaults"
            if "$ref" in field
            else "none"
            if not value or value == []
            else code(json.dumps(value))
        )
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else code(value)


def blocks(name: str, path: str) -> Iterator[tuple[str, str]]:
    """Definitions with the path at which they stand, from the top of a file down."""
    yield name, path
    for key, field in DEFINITIONS[name]["properties"].items():
        for block, way in blocks_of(field):
            if block not in ELSEWHERE:
                yield from blocks(block, f"{path}.{key}{way}".lstrip("."))


def anchor(path: str) -> str:
    """The anchor of a heading."""
    return "".join(c for c in path.lower().replace(" ", "-") if c.isalnum() or c in "_-")


def scenario() -> str:
    """The fields of a scenario file."""
    sections = []
    for name, path in blocks("Scenario", ""):
        definition, rows = DEFINITIONS[name], []
        for key, field in definition["properties"].items():
            found = blocks_of(field)
            own = [(block, f"{path}.{key}{way}".lstrip(".")) for block, way in found]
            where = " and ".join(ELSEWHERE.get(block, f"[{at}](#{anchor(at)})") for block, at in own)
            meaning = (
                field.get("description") or DEFINITIONS[found[0][0]]["description"]
                if found
                else field["description"]
            )
            unit = field.get("unit", "")
            rows.append(
                [
                    code(key),
                    kind(field),
                    default(key, field, definition.get("required", ())),
                    limits(field),
                    "" if unit == "none" else unit,
                    meaning + (f" See {where}." if where else ""),
                ]
            )
        head = ["field", "type", "default", "bounds", "unit", "meaning"]
        title = f"`{path}`" if path else "The file"
        sections.append(f"## {title}\n\n{definition['description']}\n\n{table(head, rows)}")
    return f"""# Scenario files

A scenario is one YAML file: a market, its firms, and the designs to compare in it.
[grocers.yaml](../scenarios/grocers.yaml) is one to copy. `loyalty-sim check FILE` says of every fault the
line, the field and the remedy; editors that know the [JSON Schema](../scenarios/schema.json) complete and
check while you type, if the file begins with `# yaml-language-server: $schema=schema.json`.

- Unknown fields are refused, with the nearest right name.
- Weights (`share`, `weight`, `shares`) need not sum to 1; they are divided by their sum.
- Money is in the scenario's currency, shares are fractions (0.05 is 5 %), time is in weeks. What acts of a
  price or a quality is its `level` against the firm's own `usual`.
- `extends: other.yaml` at the top lays the file over another one in the same folder tree; it then may leave
  out anything.
- A design is a patch to the focal firm. It may change any field of a [firm](#firms) but what was observed
  before the design starts: `name`, `share`, `price.usual`, `quality.usual`, `convenience.usual`.
  `programme: null` removes the programme. Null, or an empty mapping, is the firm as it is written. Patches
  take effect when the burn-in ends.
- An event of the kind `change` is a patch to any firm on a date, laid over what the firm does by then; it
  must fit under every design.
- Weeks count from 0, the start of the simulation, burn-in included.

{chr(10).join(sections)}"""


PAGES = {
    "measures.md": measures,
    "parameters.md": parameters,
    "columns.md": columns,
    "streams.md": streams,
    "scenario.md": scenario,
}


def pages() -> dict[str, str]:
    """All pages by file name."""
    return {name: MADE + make().rstrip() + "\n" for name, make in PAGES.items()}


def main() -> None:
    """Write the pages beside this script."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
