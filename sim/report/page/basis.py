"""What the result rests on: assumptions with their sources, and where every number comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.experiments import provenance
from sim.report.page.block import Block, Heading, Points, Section, Table, Words
from sim.report.page.grid import Grid, figures, words
from sim.rules import Behaviour

if TYPE_CHECKING:
    from sim.experiments import Comparison
    from sim.experiments.dossier import Dossier
    from sim.scenario import Firm, Scenario

OF_PROGRAMMES = (
    "price",
    "inertia",
    "attachment",
    "programme_value",
    "join",
    "redemption",
    "satisfaction",
    "memory",
)
"""Mechanisms whose parameters are shown: those on which what programmes do hangs first."""


def assumptions(result: Comparison) -> Section:
    """The scenario in short, and the behaviour it assumes."""
    world = result.world
    horizon = world.horizon
    blocks: list[Block] = [
        Words(f"Source of the scenario: {' '.join(world.source.split())}"),
        Points(
            (
                f"{result.weeks} weeks, of which {horizon.burn_in} burn-in, in which all designs are the same.",
                (
                    f"{result.customers:,} customers in {_count(len(world.customers.segments), 'segment')}; "
                    f"{100 * world.category.outside_share:g} % of the need is met outside the market; discount rate "
                    f"{100 * world.category.discount_rate:g} % a year."
                ),
                _doubt(world),
            )
        ),
        Heading("Customers and firms"),
        Table(_segments(world)),
        Table(_firms(world)),
        Heading("Events"),
    ]
    events = [_event(event.model_dump(mode="json", exclude_none=True)) for event in world.events]
    blocks.append(Points(tuple(events)) if events else Words("None."))
    off = [name for name in Behaviour.model_fields if not getattr(world.behaviour, name).enabled]
    blocks += [
        Heading("How customers behave"),
        Words(
            f"Mechanisms switched off: {', '.join(off)}."
            if off
            else "All mechanisms of behaviour are on; those without anything to act on (no staff, say) do nothing."
        ),
    ]
    changed = list(_parameters(world.behaviour, changed=True))
    if changed:
        blocks.append(
            Table(
                _behaviour("changed parameters", "Parameters of behaviour that are not the default", changed)
            )
        )
    else:
        blocks.append(Words("All parameters of behaviour have their default values."))
    blocks += [
        Table(
            _behaviour(
                "parameters",
                "Parameters on which what programmes do hangs first, with their sources",
                [row for row in _parameters(world.behaviour) if row[0] in OF_PROGRAMMES],
            )
        ),
        Words(
            "Status: VERIFIED, the value was seen in the source; VERIFIED-DIR, its direction was; COMPUTED, from "
            "public data; MEMORY, still to be checked; PROPOSED, judgement. All parameters are in docs/parameters.md, "
            "all equations in docs/odd.md."
        ),
        Heading("What is left out"),
        Words(
            "docs/left_out.md lists what the model leaves out, why, and what to mind when reading results; "
            "docs/score_card.md says which published findings the simulator meets, and which it does not."
        ),
    ]
    return Section("assumptions", "What is assumed, and where it comes from", tuple(blocks))


def origin(result: Comparison, dossier: Dossier | None) -> Section:
    """All of the provenance, and how to make it again."""
    record = result.provenance
    rows = list(_flat(record))
    blocks: list[Block] = [
        Words("The comparison is made again by:"),
        Words(str(record.get("command", "unknown")), "code"),
        Words("and this report, from the folder with its results, by:"),
        Words(
            "loyalty-sim report FOLDER --out FILE.html"
            + (" --quick" if dossier is None else _again(dossier)),
            "code",
        ),
        Table(
            Grid(
                "provenance",
                "Where the numbers come from",
                (words("what", [name for name, _ in rows]), words("is", [value for _, value in rows])),
            )
        ),
    ]
    if dossier is not None:
        measured = dossier.weeks - result.world.horizon.burn_in
        blocks.append(
            Words(
                f"Further runs of this report: {dossier.replicates} replicates over {measured} measured weeks, seed "
                f"{result.seed}, code of the market {dossier.code_hash}."
            )
        )
        if record.get("code_hash") != provenance.code_hash():
            blocks.append(
                Words(
                    "The comparison was made by another state of the program than its further runs; where they "
                    "disagree, run the comparison again.",
                    "caution",
                )
            )
    return Section("provenance", "Where it comes from", tuple(blocks))


def _again(dossier: Dossier) -> str:
    return "" if dossier.replicates == 8 else f" --replicates {dossier.replicates}"


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        path = f"{above} {name}".strip().replace("_", " ")
        if isinstance(inner, Mapping):
            yield from _flat(inner, path)
        else:
            yield path, inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _doubt(world: Scenario) -> str:
    block = world.uncertainty
    if block is None:
        return "Its numbers are taken as known: the scenario has no draws of them."
    source = " ".join(block.source.split())
    return f"{len(block.draws)} draws of its numbers are carried through the worlds. Source: {source}"


def _segments(world: Scenario) -> Grid:
    segments, money = world.customers.segments, world.currency
    return Grid(
        "assumed customers",
        "Segments of customers",
        (
            words("segment", [s.name for s in segments]),
            figures("weight", "", [s.weight for s in segments]),
            figures("purchases a week", "", [s.purchase_rate.mean for s in segments]),
            figures("basket", money, [s.basket.mean for s in segments]),
            figures("price sensitivity", "", [s.price_sensitivity.mean for s in segments]),
            figures("preference concentration", "", [s.preference_concentration for s in segments]),
        ),
    )


def _firms(world: Scenario) -> Grid:
    firms = world.firms
    return Grid(
        "assumed firms",
        "The firms as the scenario is written, before any design",
        (
            words("firm", [f"{f.name} (focal)" if f.name == world.focus else f.name for f in firms]),
            figures("share at the start, as a weight", "", [f.share for f in firms]),
            figures("price index", "", [f.price.level for f in firms]),
            figures("cost of goods, of the price", "share", [f.unit_cost for f in firms]),
            figures("quality, 0 to 100", "", [f.quality.level for f in firms]),
            words("programme", [_programme(f) for f in firms]),
            words(
                "policies", [", ".join(p.kind for p in f.policies).replace("_", " ") or "none" for f in firms]
            ),
        ),
    )


def _programme(firm: Firm) -> str:
    return "none" if firm.programme is None else firm.programme.name


def _event(event: Mapping[str, Any]) -> str:
    kind = str(event["kind"]).replace("_", " ")
    told = [
        f"{name} {json.dumps(value, ensure_ascii=False)}"
        for name, value in event.items()
        if name != "kind" and value
    ]
    return f"{kind}: {', '.join(told)}"


def _parameters(behaviour: Behaviour, *, changed: bool = False) -> Iterator[tuple[Any, ...]]:
    """mechanism, parameter, value, default, unit, status, source, meaning."""
    usual = Behaviour()
    for mechanism in Behaviour.model_fields:
        ours, default = getattr(behaviour, mechanism), getattr(usual, mechanism)
        for name, info in type(ours).model_fields.items():
            value, before = getattr(ours, name), getattr(default, name)
            if name == "enabled" or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if changed and value == before:
                continue
            facts = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
            told = (str(facts.get(key, "")) for key in ("unit", "status", "source"))
            yield (mechanism, name, float(value), float(before), *told, info.description or "")


def _behaviour(name: str, caption: str, rows: list[tuple[Any, ...]]) -> Grid:
    mechanism, parameter, value, default, unit, status, source, meaning = zip(*rows, strict=True)
    return Grid(
        name,
        caption,
        (
            words("parameter", [f"{m}.{p}" for m, p in zip(mechanism, parameter, strict=True)]),
            words("meaning", meaning),
            _plain("value", value),
            _plain("default", default),
            words("unit", unit),
            words("status", status),
            words("source", source),
        ),
    )


def _plain(name: str, values: tuple[float, ...]) -> Any:
    """Numbers of all units, each as it is."""
    from sim.report.page.grid import Column, Number

    return Column(name, name, tuple(Number(f"{value:g}", (value,)) for value in values))
