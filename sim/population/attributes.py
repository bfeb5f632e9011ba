"""What can be read and set of customers by name: one entry at a time, or a column at once.

`rate`, `basket`, ... are columns of the store; `considers.Harbour`, `origin`, ... are read out of packed ones.
Those kept per firm name the firm after a dot:
`satisfaction.Harbour`; those kept per programme, a firm where it holds: `points.Harbour`, which are all points on
account, those in vouchers and those still pending too. `tier`, `vouchers` and `pending` are there for programmes that
have levels, pay out in vouchers, or let points wait. What is not there (the firm last bought at, of one who never
bought) is None in Python, and NaN in an array of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import COLUMNS, Row, find, row_of
from sim.population.moments import Origin
from sim.population.population import Population
from sim.rules.defection import Cause
from sim.rules.lapse import NEVER
from sim.rules.points import LOTS
from sim.scenario.errors import advice

Kind = Literal["real", "whole", "week", "flag", "label"]

_MOST = 2.0**31 - 1
_LIMITS: dict[str, tuple[float, float]] = {
    "rate": (0.0, 10_000.0),
    "hazard": (0.0, 1e6),
    "basket": (1e-6, 1e9),
    "sensitivity": (0.0, 1e3),
    "reference_price": (1e-6, 1e3),
    "taste_outside": (-1e4, 1e4),
    "taste": (-1e4, 1e4),
    "expectation": (0.0, 100.0),
    "satisfaction": (0.0, 100.0),
    "attachment": (-10.0, 10.0),
    "remembered": (0.0, 1e6),
    "last_week": (-10_000.0, _MOST),
    "entered": (-10_000.0, _MOST),
    "satiation": (0.0, 1.0),
    "fatigue": (0.0, 1e4),
    "trust": (0.0, 1.0),
    "equity": (-1e4, 1e4),
    "regard": (-10.0, 10.0),
    "member_since": (0.0, _MOST),
}
"""What a hand may set. Wider than what customers are born with; beyond, the rules would meet infinities."""

_ELEMENTS = {
    "tier": (Row.TIER, "no levels of status"),
    "vouchers": (Row.VOUCHERS, "no vouchers"),
    "pending": (Row.PENDING, "no points that wait"),
}
"""Attributes of programmes that have an element: the first of its rows, and what the others are without."""
_LEVEL = 7
"""Bits of `tier` that are the level (see standing.py)."""
_FROM_FIRM = "it follows from what happens between the customer and the firm"
_CAUSES = tuple(cause.name.lower() for cause in Cause)


@dataclass(frozen=True)
class Packed:
    """An attribute that lies in some bits of a column."""

    column: str
    shift: int
    mask: int
    per_firm: bool = False
    """bit `shift` + number of the firm"""
    labels: tuple[str, ...] | None = None
    """names of the values, () for those of the firms; None for a flag"""
    given: int = 0
    """bits that say that there is a value; 0: there is one unless the column is negative"""


PACKED = {
    "considers": Packed("knows", 0, 1, per_firm=True),
    "opted_out": Packed("knows", 16, 1, per_firm=True),
    "in_community": Packed("ties", 0, 1, per_firm=True),
    "taught": Packed("ties", 16, 1, per_firm=True),
    "grievance_against": Packed("grieved", 0, 15, labels=()),
    "contract_with": Packed("contract", 0, 15, labels=()),
    "origin": Packed("story", 0, 7, labels=tuple(origin.name.lower() for origin in Origin)),
    "left_firm": Packed("story", 15, 15, labels=(), given=1 << 3),
    "left_because": Packed("story", 4, 7, labels=_CAUSES, given=1 << 3),
}
"""Attributes read out of packed columns (see moments.py)."""

_NONE = {"last_firm": -1, "last_week": int(NEVER), "member_since": -1}
"""Entries up to this number mean that there is none."""

_FIXED = {
    "segment": "a customer stays in the segment she was born into",
    "cohort": "the market itself marks who was active at the start of a year",
    "points": "points move at purchases only, or the books of the programme would not balance",
    **dict.fromkeys(
        ("vouchers", "pending"),
        "points move at purchases only, or the books of the programme would not balance",
    ),
    "stamps": "stamps move at purchases only, or the books of the programme would not balance",
    "tier": "status follows from purchases, or from what the programme gives",
    "member": "set member_since: the week of joining, or None",
    **dict.fromkeys(("grievance", "happened", "knows", "ties", "grieved", "contract", "story"), _FROM_FIRM),
    **dict.fromkeys(PACKED, _FROM_FIRM),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One entry per customer: where it lies, what it means, and what may be put there."""

    name: str
    kind: Kind
    store: Literal["reals", "wholes", "block_segment"]
    row: int = 0
    more: tuple[int, ...] = ()
    """further rows, to be summed: points lie in several lots"""
    labels: tuple[str, ...] = ()
    none: int | None = None
    limits: tuple[float, float] = (0.0, _MOST)
    fixed: str = ""
    """why it cannot be set, where it cannot"""
    shift: int = 0
    mask: int = -1
    given: int = 0
    """of a packed column: where it lies, and the bits that say that it is there"""

    def unpacked(self, raw: Any) -> Any:
        """The entry itself, where the column holds several; -1 for none."""
        if self.mask == -1:
            return raw
        there = (raw & self.given) != 0 if self.given else raw >= 0
        value = (raw >> self.shift) & self.mask
        if self.kind == "flag":
            return value
        return np.where(there, value, -1) if isinstance(raw, np.ndarray) else (value if there else -1)

    def values(self, raw: NDArray[Any]) -> list[Any]:
        """Entries as Python has them: float, int, bool, str, None."""
        if self.kind == "label":
            names = np.array([*self.labels, None], object)
            labelled: list[Any] = names[raw].tolist()
            return labelled
        if self.kind == "flag":
            flags: list[Any] = self._flags(raw).tolist()
            return flags
        values: list[Any] = raw.tolist()
        if self.none is not None:
            return [None if v <= self.none else v for v in values]
        return values

    def value(self, raw: int) -> Any:
        """One whole entry as Python has it."""
        if self.kind == "label":
            return None if raw < 0 else self.labels[raw]
        if self.kind == "flag":
            return bool(self._flags(raw))
        return None if self.none is not None and raw <= self.none else raw

    def array(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Entries as NumPy calculates with them: float64, int64, bool, or names; NaN where there is none."""
        if self.kind == "label":
            return np.array(self.values(raw), object)
        if self.kind == "flag":
            return np.asarray(self._flags(raw))
        if self.none is not None:
            return np.where(raw <= self.none, np.nan, raw.astype(np.float64))
        return raw.astype(np.float64 if self.kind == "real" else np.int64)

    def _flags(self, raw: Any) -> Any:
        # A member is one who has a week of joining.
        return raw > self.none if self.none is not None else raw > 0

    def raw(self, value: Any, week: int | None = None) -> Any:
        """What lies in the store for a value, or for a list of values; week: the latest that a week may be.

        Raises TypeError or ValueError for what cannot be an entry.
        """
        if not isinstance(value, list | tuple | np.ndarray):
            return self._one(value, week)
        if self.none is None and self.kind != "label":
            return self._numbers(np.asarray(value), week)
        return np.array([self._one(v, week) for v in value], np.int32)

    def _one(self, value: Any, week: int | None) -> Any:
        if value is None and self.none is not None and self.kind != "flag":
            return self.none
        if self.kind == "label":
            if value not in self.labels:
                raise ValueError(f"{self.name}: {value!r} is not there; {advice(str(value), self.labels)}")
            return self.labels.index(value)
        return self._numbers(np.asarray(value), week)[()]

    def _numbers(self, values: NDArray[Any], week: int | None) -> NDArray[Any]:
        if values.dtype.kind not in "biuf":
            raise TypeError(f"{self.name} takes numbers, not {values.flat[0]!r}")
        exact = values.astype(np.float64)
        low, high = (0, 1) if self.kind == "flag" else self.limits
        if self.kind == "week" and week is not None:
            high = min(high, week)
        wrong = ~((exact >= low) & (exact <= high))  # NaN is wrong too
        if wrong.any():
            raise ValueError(f"{self.name} takes numbers from {low:g} to {high:g}, not {exact[wrong][0]:g}")
        if self.kind != "real" and (exact != np.floor(exact)).any():
            raise ValueError(f"{self.name} takes whole numbers only")
        return exact.astype(np.float32 if self.kind == "real" else np.int32)

    def meets(self, raw: NDArray[Any], wanted: Any) -> NDArray[np.bool_]:
        """Which entries are as wanted: equal to a value, one of several, or true for a function of the array.

        Raises TypeError or ValueError for what no entry can be.
        """
        if callable(wanted):
            met = np.asarray(wanted(self.array(raw)))
            if met.shape != raw.shape or met.dtype != np.bool_:
                text = "a condition is given all values as an array and returns an array of booleans as long"
                raise TypeError(f"{self.name}: {text}; got {met.dtype} of shape {met.shape}")
            return met
        if isinstance(wanted, list | tuple | set | frozenset | range | np.ndarray):
            met = np.zeros(raw.shape, np.bool_)
            for one in wanted:
                met |= self._is(raw, one)
            return met
        return self._is(raw, wanted)

    def _is(self, raw: NDArray[Any], wanted: Any) -> NDArray[np.bool_]:
        if self.kind == "flag":
            return np.asarray(self._flags(raw) == bool(wanted))
        if wanted is None and self.none is not None:
            return raw <= self.none
        if self.kind == "label":
            return np.asarray(raw == self._one(wanted, None))
        if not isinstance(wanted, Real):
            raise TypeError(f"{self.name} is a number; it cannot be {wanted!r}")
        # An entry of float32 equals the nearest float32, as it would were the value written there.
        return np.asarray(raw == (np.float32(wanted) if self.kind == "real" else wanted))


class Attributes:
    """The attributes of a market's customers.

    firms: names of all; programmes: number of the one that holds at a firm, by the firm; segments: names of all.
    """

    def __init__(
        self,
        population: Population,
        *,
        firms: Sequence[str],
        programmes: Mapping[str, int],
        segments: Sequence[str],
    ) -> None:
        self.population = population
        self.segments = tuple(segments)
        everywhere = {firm: number for number, firm in enumerate(firms)}
        self._owners: dict[str, Mapping[str, int]] = {}
        """firms that an attribute is kept for; none for one that is the customer's own"""
        by_scope: dict[str, Mapping[str, int]] = {
            "customer": {}, "firm": everywhere, "programme": programmes, "network": everywhere,
            "account": everywhere,
        }  # fmt: skip
        left_out = ["element"] if population.accounts else ["element", "account"]
        for column in COLUMNS:
            if column.scope in left_out or column.name == "served":
                continue
            if column.name != "lots" and (column.scope != "network" or population.network is not None):
                self._owners[column.name] = by_scope[column.scope]
        self._owners |= {name: everywhere if p.per_firm else {} for name, p in PACKED.items()}
        self._owners |= {"segment": {}, "points": programmes, "member": programmes}
        self._owners |= {
            name: {firm: p for firm, p in programmes.items() if population.layout[p].get(row)}
            for name, (row, _) in _ELEMENTS.items()
        }
        self._programmes = programmes
        self._scopes: dict[str, str] = {c.name: c.scope for c in COLUMNS if c.name in self._owners}
        self._scopes |= dict.fromkeys(("points", "member", *_ELEMENTS), "programme")
        self._scopes |= {name: "firm" if p.per_firm else "customer" for name, p in PACKED.items()}
        self._firms = tuple(firms)
        self.ready: dict[str, Field] = {}
        """fields that were asked for before"""
        self._faults: dict[str, str | None] = {}

    @property
    def names(self) -> list[str]:
        """All attributes that somebody has: those of what no programme offers are left out."""
        return [name for name, owners in self._owners.items() if owners or not self.is_kept_per_firm(name)]

    def is_kept_per_firm(self, name: str) -> bool:
        """Whether there is one entry per firm, or per programme."""
        return self._scopes.get(name, "customer") != "customer"

    def owners(self, name: str) -> Mapping[str, int]:
        """The firms that an attribute is kept for."""
        return self._owners[name]

    def field(self, name: str) -> Field:
        """The field of this name. Raises AttributeError, naming the nearest, where there is none."""
        if name in self.ready:
            return self.ready[name]
        if not self.knows(name):
            raise AttributeError(self._faults[name])
        return self.ready.setdefault(name, self._make(name))

    def knows(self, name: str) -> bool:
        """Whether there is a field of this name."""
        # Kept, for a collector may ask each of a million customers for what only firms have.
        if name not in self._faults:
            self._faults[name] = self._fault(name)
        return self._faults[name] is None

    def _fault(self, name: str) -> str | None:
        stem, dot, firm = name.partition(".")
        if stem not in self._owners:
            return f"a customer has no attribute {stem!r}; {advice(stem, self.names)}"
        if self.is_kept_per_firm(stem):
            if stem in _ELEMENTS and not self._owners[stem]:
                return f"nobody has {stem!r}: programmes here have {_ELEMENTS[stem][1]}"
            if not dot:
                example = next(iter(self._owners[stem]), "FIRM")
                return f"{stem!r} is kept per {self._scopes[stem]}; name one, such as '{stem}.{example}'"
            return self.missing(stem, firm)
        return f"{stem!r} is not kept per firm; write {stem!r}" if dot else None

    def missing(self, name: str, firm: str) -> str | None:
        """Why there is no entry for this firm; None where there is one."""
        owners = self._owners[name]
        if firm in owners:
            return None
        if firm in self._programmes:
            lacks = f"the programme of {firm!r} has {_ELEMENTS[name][1]}, so nobody has {name!r} there"
            return f"{lacks}; programmes that have: {_listed(owners)}"
        if firm in self._firms:
            return f"{firm!r} has no programme, so nobody has {name!r} there; programmes: {_listed(owners)}"
        return f"there is no firm {firm!r}; {advice(firm, self._firms)}"

    def _make(self, name: str) -> Field:
        stem, _, firm = name.partition(".")
        fixed = _FIXED.get(stem, "")
        people = self.population
        if stem == "segment":
            return Field(name, "label", "block_segment", labels=self.segments, fixed=fixed)
        if stem in PACKED:
            packed = PACKED[stem]
            number = self._owners[stem].get(firm, 0)
            _, row = row_of(packed.column, 0, people.firms)
            return Field(
                name,
                "flag" if packed.labels is None else "label",
                "wholes",
                row,
                labels=packed.labels or self._firms,
                fixed=fixed,
                shift=packed.shift + (number if packed.per_firm else 0),
                mask=packed.mask,
                given=packed.given,
            )
        if stem in ("points", *_ELEMENTS):
            return self._of_account(name, stem, self._owners[stem][firm])
        column = {"member": "member_since"}.get(stem, stem)
        dtype, row = row_of(column, self._owners[stem].get(firm, 0), people.firms)
        kind: Kind = "real" if dtype == "float32" else "whole"
        if stem in ("alive", "member"):
            kind = "flag"
        elif stem == "last_firm":
            kind = "label"
        elif find(column).unit == "week":
            kind = "week"
        return Field(
            name,
            kind,
            "reals" if dtype == "float32" else "wholes",
            row,
            labels=self._firms if stem == "last_firm" else (),
            none=_NONE.get(column),
            limits=_LIMITS.get(stem, (0.0, _MOST)),
            fixed=fixed,
        )

    def _of_account(self, name: str, stem: str, programme: int) -> Field:
        """What stands on an account: points, some of them, or the level."""
        people, fixed = self.population, _FIXED[stem]

        def rows(column: str, count: int) -> list[int]:
            return [row_of(column, programme, people.firms, r, people.layout)[1] for r in range(count)]

        has = people.layout[programme]
        elements = {element: rows(element, has.get(row, 0)) for element, (row, _) in _ELEMENTS.items()}
        if stem == "tier":
            return Field(name, "whole", "wholes", elements["tier"][0], fixed=fixed, mask=_LEVEL)
        lots = rows("lots", LOTS) + elements["vouchers"] + elements["pending"]
        first, *more = lots if stem == "points" else elements[stem]
        return Field(name, "whole", "wholes", first, more=tuple(more), fixed=fixed)

    # --- entries ------------------------------------------------------------------------------------------

    def locate(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Block and slot of customers."""
        first = self.population.block_first
        blocks = np.searchsorted(first, rows, side="right") - 1
        return blocks, rows - first[blocks]

    def raw(self, field: Field, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Entries of these customers, as they lie in the store."""
        blocks, slots = self.locate(rows)
        store = getattr(self.population, field.store)
        if field.store == "block_segment":
            return np.asarray(store[blocks])
        raw: NDArray[Any] = store[blocks, field.row, slots]
        for row in field.more:
            raw = raw + store[blocks, row, slots]
        return np.asarray(field.unpacked(raw))

    def value(self, field: Field, block: int, slot: int) -> Any:
        """One entry, as Python has it."""
        people, kind = self.population, field.kind
        if kind == "real":
            return people.reals[block, field.row, slot].item()
        if field.store == "block_segment":
            return field.value(people.block_segment[block].item())
        if field.more:
            return int(people.wholes[block, [field.row, *field.more], slot].sum())
        return field.value(field.unpacked(people.wholes[block, field.row, slot].item()))

    def put(self, field: Field, block: Any, slot: Any, value: Any, week: int) -> None:
        """Overwrite entries; week: the present one. Raises AttributeError, TypeError, ValueError."""
        if field.fixed:
            raise AttributeError(f"{field.name!r} cannot be set: {field.fixed}")
        getattr(self.population, field.store)[block, field.row, slot] = field.raw(value, week)

    def present(self) -> NDArray[np.int64]:
        """Rows of the customers who are in the category now, ascending."""
        return np.flatnonzero(self.population.column("alive") == 1)


def _listed(names: Mapping[str, int]) -> str:
    return ", ".join(names) if names else "none"
