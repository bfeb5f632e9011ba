"""Write the parts of docs/odd.md that follow from the code: tables, schedule, submodels, counts.

    .venv/bin/python docs/make_odd.py

The page is its own template. What stands between `<!-- made: NAME -->` and `<!-- end of NAME -->` is made here; all
else is written by hand. Tests hold the page against this, and ask that no mechanism and no column is missing.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from make_reference import code, number, table

import sim
from sim.draws import Stream
from sim.firms.policies import ACTS
from sim.measures import FAMILIES, MEASURES
from sim.population import week
from sim.population.columns import COLUMNS
from sim.rules import Behaviour
from sim.scenario.event import Event
from sim.scenario.fields import bounds_of, unit_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "odd.md"
GROUPS: dict[str, tuple[str, ...]] = {
    "need": ("need", "leaving", "drift"),
    "choice": ("choice", "price", "inertia", "barrier", "variety", "contract"),
    "judging": (
        "experience", "standard", "satisfaction", "expectation", "trust", "attachment", "equity", "memory", "promise",
    ),
    "voice": ("failure", "complaint", "recovery", "defection", "win_back"),
    "outreach": ("contact", "personalisation", "education", "community"),
    "friends": ("word_of_mouth", "referral", "acquisition"),
    "rewards": (
        "join", "points", "stamps", "member_price", "programme_value", "redemption", "expiry", "use", "reward_kind",
        "status", "club", "challenge", "streak", "offer", "fairness", "crowding",
    ),
    "service": ("staffing", "improvement", "learning", "capacity"),
    "shocks": ("crisis", "demand", "selection", "dealing"),
    "readings": ("lapse", "survey", "intention", "loyalty"),
}  # fmt: skip
"""Submodels by the part of the week that they belong to: mechanisms of Behaviour, and rules without parameters."""
HOUSEKEEPING = {"fetch", "store", "draw", "move_on"}
"""Calls of the compiled week that move numbers about and mean nothing."""
ENDS = (".", ";", ":")
"""After a line that ends so the next one is a line of its own; other line ends are those of the editor."""


def module_of(name: str) -> Any:
    """The module of sim/rules in which a submodel stands."""
    field = Behaviour.model_fields.get(name)
    where = f"sim.rules.{name}" if field is None else str(getattr(field.annotation, "__module__", ""))
    return importlib.import_module(where)


def lines_of(text: str) -> str:
    """A docstring as one paragraph, broken where it breaks off: an equation stays a line."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and not found[-1].endswith(ENDS) and not line.startswith(" "):
            found[-1] += " " + line.strip()
        else:
            found.append(line.strip())
    safe = (re.sub(r"<(?=[A-Za-z/!])", "&lt;", one.replace("*", "\\*")) for one in found if one)
    return "<br>".join(safe)


def submodel(name: str) -> str:
    """Heading, equation, source and parameters of one submodel."""
    module = module_of(name)
    said, _, source = (inspect.getdoc(module) or "").partition("\n\nSource: ")
    title, _, equation = said.partition("\n\n")
    link = f"[{module.__name__.rpartition('.')[2]}.py](../{module.__name__.replace('.', '/')}.py)"
    if not equation or not source:
        raise ValueError(f"{module.__name__} has no equation, or no source, in its docstring")
    body = f"{lines_of(title)}<br>{lines_of(equation)}"
    cited = lines_of(" ".join(source.split()))
    return f"#### {name}\n\n{body}<br>*Source:* {cited}<br>{parameters(name)}*Code:* {link}.\n"


def parameters(name: str) -> str:
    """Parameters of a mechanism: default, unit, bounds, status; nothing where there are none."""
    field = Behaviour.model_fields.get(name)
    fields = getattr(field.annotation, "model_fields", {}) if field else {}
    own = {key: one for key, one in fields.items() if key != "enabled"}
    if not own:
        return ""
    said = []
    for key, one in own.items():
        facts: Any = one.json_schema_extra
        low, high = (number(bounds_of(one)[end]) for end in ("ge", "le"))
        said.append(f"{code(key)} {number(one.default)} {unit_of(one)} [{low}, {high}] {facts['status']}")
    return f"*[Parameters](parameters.md#{name}):* {'; '.join(said)}.<br>"


def first_sentence(text: str | None) -> str:
    """What a docstring says first."""
    return re.split(r"(?<=[.])\s", " ".join((text or "").split()), maxsplit=1)[0]


def calls() -> Iterator[tuple[str, str]]:
    """What a customer's week consists of, in its order: function, and where: week, purchase or friends."""
    (function,) = (
        node
        for node in ast.parse(inspect.getsource(week)).body
        if isinstance(node, ast.FunctionDef) and node.name == "pass_week"
    )
    purchase = next(node for node in ast.walk(function) if isinstance(node, ast.While))
    inner = {id(node) for node in ast.walk(purchase)}
    found = [
        node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    for node in sorted(found, key=lambda one: (one.lineno, one.col_offset)):
        name = node.func.id  # type: ignore[attr-defined]
        there = getattr(week, name, None)
        if getattr(there, "__module__", "").startswith("sim.population") and name not in HOUSEKEEPING:
            yield name, "each purchase" if id(node) in inner else "once"


def schedule() -> str:
    """The steps of a market's week, as the market itself lists them."""
    market = sim.Market(sim.load(ROOT / "scenarios" / "grocers.yaml"), customers=10)
    rows = [[str(i), code(step.name), step.does] for i, step in enumerate(market.plan, 1)]
    return table(["", "step", "what happens"], rows)


def customers_week() -> str:
    """The calls of the step `customers`."""
    rows = []
    for i, (name, often) in enumerate(calls(), 1):
        function = getattr(week, name)
        file = function.__module__.rpartition(".")[2]
        said = first_sentence(inspect.getdoc(getattr(function, "py_func", function)))
        rows.append([str(i), often, f"[`{name}`](../sim/population/{file}.py)", said])
    return table(["", "how often", "function", "what it does"], rows)


def state() -> str:
    """The state variables of customers."""
    rows = [
        [code(c.name), c.scope, c.dtype + (f" × {c.rows}" if c.rows > 1 else ""), c.unit, c.meaning]
        for c in COLUMNS
    ]
    return table(["state variable", "one per", "type", "unit", "meaning"], rows)


def policies() -> str:
    """The rules by which firms act by themselves."""
    rows = []
    for kind, acts in ACTS.items():
        file = acts.__module__.rpartition(".")[2]
        said = (inspect.getdoc(acts) or "").replace("\n", " ")
        rows.append([code(kind), said, f"[{file}.py](../sim/firms/{file}.py)"])
    return table(["policy", "what it does", "code"], rows)


def events() -> str:
    """What may happen on a date."""
    rows = []
    union: Any = Event
    while hasattr(union, "__metadata__"):
        union = union.__origin__
    for member in union.__args__:
        while hasattr(member, "__metadata__"):
            member = member.__origin__
        (kind,) = member.model_fields["kind"].annotation.__args__
        rows.append([code(kind), (inspect.getdoc(member) or "").replace("\n", " ")])
    return table(["event", "what happens"], rows)


def streams() -> str:
    """The random streams, by number."""
    return ", ".join(f"{code(one.name)} {one.value}" for one in Stream) + ".\n"


def measures() -> str:
    """Headline measures, and how many there are of each family."""
    rows = [[code(m.name), m.unit, m.definition] for m in MEASURES.values() if m.headline]
    families = Counter(m.family for m in MEASURES.values())
    told = ", ".join(f"{FAMILIES[name].lower()} ({count})" for name, count in families.items())
    return f"{table(['headline measure', 'unit', 'definition'], rows)}\nAll {len(MEASURES)}, by family: {told}.\n"


def counts() -> str:
    """How many mechanisms and parameters there are, and how well they are known."""
    status: Counter[str] = Counter()
    for block in Behaviour.model_fields.values():
        for key, one in getattr(block.annotation, "model_fields", {}).items():
            if key != "enabled":
                status[str(one.json_schema_extra["status"])] += 1
    told = ", ".join(f"{count} {name}" for name, count in status.most_common())
    return (
        f"{len(Behaviour.model_fields)} mechanisms with {status.total()} parameters of behaviour; by how well the "
        f"default is known: {told} (see [parameters](parameters.md)).\n"
    )


def group(names: Sequence[str]) -> Callable[[], str]:
    """A part that has these submodels, one after the other."""
    return lambda: "\n".join(submodel(name) for name in names)


PARTS: dict[str, Callable[[], str]] = {
    "counts": counts,
    "state": state,
    "schedule": schedule,
    "customers": customers_week,
    "streams": streams,
    "measures": measures,
    "events": events,
    **{f"submodels, {name}": group(names) for name, names in GROUPS.items()},
    "policies": policies,
}


def filled(page: str) -> str:
    """The page with its parts made anew. Raises ValueError where a part has no place in it, or two."""
    marks = {name: (f"<!-- made: {name} -->\n", f"<!-- end of {name} -->") for name in PARTS}
    for name, (begin, end) in marks.items():
        if page.count(begin) != 1 or page.count(end) != 1:
            text = f"{PAGE.name} needs one place for the part '{name}', between {begin.strip()} and {end}"
            raise ValueError(text)
    for name, (begin, end) in marks.items():
        before, rest = page.split(begin)
        page = f"{before}{begin}{PARTS[name]()}{end}{rest.split(end)[1]}"
    return page


def main() -> None:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
