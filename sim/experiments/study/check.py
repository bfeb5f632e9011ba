"""Whether a study and its scenario agree: every place it varies is there, and every level makes a right scenario."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from sim.experiments.study.constraint import Constraint, ConstraintError
from sim.experiments.study.factor import Factor, spelt
from sim.experiments.study.optimise import Optimise
from sim.experiments.study.points import Cells, Points
from sim.experiments.study.study import CUSTOMERS, WEEKS, Study
from sim.measures import MEASURES
from sim.scenario import Fault, Scenario, ScenarioError
from sim.scenario.errors import Loc, advice, dotted
from sim.scenario.paths import resolve

METRICS = tuple(name for name in MEASURES if name != "incremental_profit")
"""What a market measures; incremental profit compares two of them, which differences of profit do."""
LABELS = ("cell", "point", "lever_point", "uncertainty_point", "design", "replicate", "error")
"""Columns that stand beside the factors in the table of cells."""
OF_RESULTS = ("metric", "mean", "low", "high", "verdict", "points", "uncertainty")
"""Columns and dimensions that stand beside the factors in tables of results."""
FRONT = ("place", "p_front", "beaten", "searches")
"""Columns that stand beside the levers in the table of a front."""
MOST_CELLS = 10_000_000
MOST_SHOWN = 60
"""Characters of a level that a message quotes."""

Finding = tuple[Loc, bool, str]
"""Where in the study, whether it is the name that is wrong, and what is."""


def checked(study: Study) -> Study:
    """The study, if it agrees with its scenario. ScenarioError names all that is wrong; nothing is run."""
    faults = [Fault(message, dotted(loc)) for loc, _, message in findings(study)]
    if faults:
        raise ScenarioError(faults)
    return study


def findings(study: Study, known: Collection[str] | None = None) -> Iterator[Finding]:
    """All that does not agree. known: names of factors that constraints may speak of (default: those there are)."""
    world = study.world
    yield from _names(study)
    yield from _designs(study, world)
    for i, metric in enumerate(study.metrics):
        if metric == "incremental_profit":
            yield ("metrics", i), False, "compares two designs; write 'profit' and look at its differences"
        elif metric not in METRICS:
            yield ("metrics", i), False, f"no measure is called '{metric}'; {advice(metric, METRICS)}"
    sound = {}
    for group in ("levers", "uncertainties"):
        for name, factor in getattr(study, group).items():
            found = list(_paths((group, name), factor, world))
            sound[name] = not found
            yield from found
    yield from _overlaps(study, world, sound)
    faults = list(_lasting(study, world))
    yield from faults
    if not faults:
        for group in ("levers", "uncertainties"):
            for name, factor in getattr(study, group).items():
                if sound[name]:
                    yield from _levels((group, name), factor, study, world)
    if study.optimise is not None:
        yield from _optimise(study, study.optimise, known)
    found = list(_constraints(study, known or study.factors))
    yield from found
    if all(sound.values()) and not found and known is None:
        yield from _size(study)


def _names(study: Study) -> Iterator[Finding]:
    # Names of columns are told apart by more than capitals: DuckDB and Parquet readers pass over these.
    taken = dict.fromkeys((*LABELS, *METRICS, *OF_RESULTS), "a column")
    for group in ("levers", "uncertainties"):
        for name in getattr(study, group):
            loc = (group, name)
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "a_name"
                plain = plain if not plain[0].isdigit() else f"_{plain}"
                yield loc, True, f"a factor is named in letters, digits and _, such as '{plain}'"
            elif group == "uncertainties" and name in study.levers:
                yield loc, True, "a lever has this name; give each factor a name of its own"
            elif name.lower() in taken:
                yield (
                    loc,
                    True,
                    f"tables have {taken[name.lower()]} of this name; call it '{name}_tried' or so",
                )
            taken.setdefault(name.lower(), "another factor")


def _designs(study: Study, world: Scenario) -> Iterator[Finding]:
    names = study.designs or ()
    for i, name in enumerate(names):
        if name not in world.designs:
            yield ("designs", i), False, f"no design is called '{name}'; {advice(name, world.designs)}"
        elif name in names[:i]:
            yield ("designs", i), False, f"the design '{name}' is named twice; name each once"


def _paths(loc: Loc, factor: Factor, world: Scenario) -> Iterator[Finding]:
    for i, path in enumerate(factor.paths):
        where = (*loc, "path", i) if len(factor.paths) > 1 else (*loc, "path")
        try:
            place = resolve(world, path)
        except ScenarioError as error:
            yield where, False, f"'{path}': {error.faults[0].message}"
            continue
        if place in (("customers",), ("horizon",)):
            yield where, False, f"vary fields in '{path}', such as '{CUSTOMERS}' or '{WEEKS}', not all of it"
        if place == ("designs",):
            yield (
                where,
                False,
                "vary one design, such as 'designs.NAME'; `designs` of the study says which are run",
            )


def _overlaps(study: Study, world: Scenario, sound: dict[str, bool]) -> Iterator[Finding]:
    """Two factors that put the same place would undo each other."""
    taken: list[tuple[Loc, str]] = []
    for group in ("levers", "uncertainties"):
        for name, factor in getattr(study, group).items():
            if not sound[name]:
                continue
            for path in factor.paths:
                place = resolve(world, path)
                for other, whose in taken:
                    short = min(len(place), len(other))
                    if place[:short] == other[:short]:
                        text = f"'{path}' is put by the factor '{whose}', too; leave one of them out"
                        yield (group, name, "path"), False, text
                        break
                taken.append((place, name))
                for field, whole in (("customers", CUSTOMERS), ("weeks", WEEKS)):
                    if path == whole and getattr(study, field) is not None:
                        yield (field,), True, f"the factor '{name}' varies it; leave one of them out"


def _lasting(study: Study, world: Scenario) -> Iterator[Finding]:
    """Whether the scenario bears the number of customers and of weeks that the study asks for."""
    if study.customers is not None:
        try:
            world.replace(CUSTOMERS, study.customers)
        except ScenarioError as error:
            yield ("customers",), False, error.faults[0].message
    if study.weeks is not None:
        try:
            world.lasting(study.weeks)
        except ScenarioError as error:
            fault = error.faults[0]
            yield (
                ("weeks",),
                False,
                f"with {study.weeks} weeks, {fault.path or 'the scenario'}: {fault.message}",
            )


def _levels(loc: Loc, factor: Factor, study: Study, world: Scenario) -> Iterator[Finding]:
    """Each level, or both ends of a range, put in the scenario alone; what is wrong with all of them is said once."""
    own = {dotted(resolve(world, path)) for path in factor.paths}
    said = set()
    for i, level in enumerate(factor.ends):
        where = (*loc, ("low", "high")[i]) if factor.is_range else (*loc, "values", i)
        try:
            varied = world.vary(dict.fromkeys(factor.paths, level))
            if study.weeks is not None:
                varied.lasting(study.weeks)
        except ScenarioError as error:
            at = spelt(level)
            at = at if len(at) <= MOST_SHOWN else at[: MOST_SHOWN - 3] + "..."
            for fault in error.faults:
                there = "" if fault.path in own else f"{fault.path}: "
                if there + fault.message not in said:
                    yield where, False, f"factor '{loc[-1]}' at {at}: {there}{fault.message}"
                said.add(there + fault.message)
    if factor.is_range and not factor.whole and not said:
        assert factor.low is not None and factor.high is not None
        try:
            world.vary(dict.fromkeys(factor.paths, factor.low + 0.4142 * (factor.high - factor.low)))
        except ScenarioError as error:
            if "whole number" in str(error):
                yield loc, True, "only whole numbers fit there; add `whole: true`"


def _constraints(study: Study, known: Collection[str]) -> Iterator[Finding]:
    for i, text in enumerate(study.constraints):
        try:
            names = Constraint.read(text, known).names
        except ConstraintError as error:
            yield ("constraints", i), False, f"{error}"
            continue
        for name in names:
            factor = study.factors.get(name)
            if factor is not None and not all(_is_number(level) for level in factor.ends):
                text = f"'{name}' has levels that are no numbers, which cannot be compared; leave it out"
                yield ("constraints", i), False, text


def _optimise(study: Study, block: Optimise, known: Collection[str] | None) -> Iterator[Finding]:
    """Designs, metrics and levers of the block `optimise:`."""
    designs = study.world.designs
    if not study.levers and known is None:
        yield ("optimise",), True, "the study has no levers, so that there is nothing to turn; name some"
    for name in study.levers:
        if name in FRONT:
            yield ("levers", name), True, f"the front has a column of this name; call it '{name}_tried' or so"
    if block.design not in designs:
        text = f"no design is called '{block.design}'; {advice(block.design, designs)}"
        yield ("optimise", "design"), False, text
    seen = set()
    for group in ("objectives", "limits"):
        for i, aim in enumerate(getattr(block, group)):
            loc: Loc = ("optimise", group, i)
            if aim.metric == "incremental_profit":
                yield (*loc, "metric"), False, "compares two designs; write `metric: profit` and `against`"
            elif aim.metric not in METRICS:
                text = f"no measure is called '{aim.metric}'; {advice(aim.metric, METRICS)}"
                yield (*loc, "metric"), False, text
            if aim.against is not None and aim.against not in designs:
                text = f"no design is called '{aim.against}'; {advice(aim.against, designs)}"
                yield (*loc, "against"), False, text
            if aim.over == "worst" and not study.uncertainties and known is None:
                text = "`over: worst` needs uncertainties; name some, or use `over: quantile`"
                yield (*loc, "over"), False, text
            if group == "objectives" and aim.name in seen:
                yield loc, False, f"'{aim.name}' is an objective already; name each once"
            seen.add(aim.name)


def _is_number(level: Any) -> bool:
    return isinstance(level, int | float) and not isinstance(level, bool)


def _size(study: Study) -> Iterator[Finding]:
    points = Points(study)
    for name in dict.fromkeys(name for constraint in points.constraints for name in constraint.names):
        if not _is_number(points.base.get(name)) and "one_at_a_time" in _method_of(study, name):
            text = f"the scenario says no number for '{name}', which stays as it is at most points"
            yield ("constraints",), False, f"{text}; leave it out of the constraints, or use a grid"
            return
    if not _too_many(study, points) and len(points) == 0:
        yield ("constraints",), False, f"leave none of the {points.all:,} points; loosen one of them"


def _too_many(study: Study, points: Points) -> str:
    each = len(study.design_names) * study.replicates
    if points.all * each <= MOST_CELLS:
        return ""
    text = f"{points.all:,} points of {each:,} markets each are more than {MOST_CELLS:,} markets"
    return f"{text}; take fewer levels, points or replicates"


def small_enough(study: Study) -> Study:
    """The study, if it can be swept. ScenarioError where that would be too many markets."""
    if words := _too_many(study, Points(study)):
        raise ScenarioError([Fault(words, "replicates")])
    return study


def _method_of(study: Study, name: str) -> str:
    sampling = study.lever_sampling if name in study.levers else study.uncertainty_sampling
    return sampling.method


def total(study: Study) -> int:
    """How many markets a study is."""
    return len(Cells(Points(study)))
