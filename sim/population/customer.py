"""A customer as a Mesa agent: a view of one row of the columns, made when it is looked at.

    customer = market.customers[0]
    customer.basket, customer.segment, customer.last_firm
    customer.satisfaction["Harbour"] = 90.0

Nothing is kept in the view: two views of a customer are equal, and what one sets the other sees. The
unique_id is that of a place in the market: where leavers are replaced, the newcomer takes over the id, and
`entered` tells them apart.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.population.attributes import Attributes

_TOGETHER = "customers live the week together; call market.step() for a week of everybody"


class FirmValues(MutableMapping[str, Any]):
    """One attribute of one customer, by the name of the firm."""

    __slots__ = ("_customer", "_name")

    def __init__(self, customer: Customer, name: str) -> None:
        self._customer, self._name = customer, name

    def _path(self, firm: str) -> str:
        fault = self._customer._attributes.missing(self._name, firm)
        if fault:
            raise KeyError(fault)
        return f"{self._name}.{firm}"

    def __getitem__(self, firm: str) -> Any:
        return self._customer._read(self._path(firm))

    def __setitem__(self, firm: str, value: Any) -> None:
        self._customer._write(self._path(firm), value)

    def __delitem__(self, firm: str) -> NoReturn:
        raise TypeError(f"{self._name!r} has an entry for every firm; none can be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._customer._attributes.owners(self._name))

    def __len__(self) -> int:
        return len(self._customer._attributes.owners(self._name))

    def __repr__(self) -> str:
        return repr(dict(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        # A collector copies what it records: it means these values, not the market behind them.
        return dict(self)


class Customer(mesa.Agent):
    """One customer. Attributes are those of `sim/population/columns.py`, and segment, points, member, tier, vouchers,
    pending and others that are read out of them (see attributes.py).

    A firm's column is a mapping by firm (`satisfaction["Harbour"]`), or a name with a dot, as collectors of
    attributes want it: `satisfaction.Harbour`. To set an attribute that is not declared is an AttributeError.
    """

    model: Any
    pos = None
    current_action = None  # Mesa 4

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("customers come with their market; ask market.customers for one")

    @property
    def unique_id(self) -> int:
        """From 1; row 0 of the columns is customer 1."""
        row: int = self._row
        return row + 1

    def _read(self, path: str) -> Any:
        attributes = self._attributes
        return attributes.value(attributes.field(path), self._block, self._slot)

    def _write(self, path: str, value: Any) -> None:
        attributes = self._attributes
        attributes.put(attributes.field(path), self._block, self._slot, value, self.model.week)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        attributes = self._attributes
        field = attributes.ready.get(name)
        if field is not None:
            return attributes.value(field, self._block, self._slot)
        if attributes.is_kept_per_firm(name):
            return FirmValues(self, name)
        return self._read(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or hasattr(type(self), name) or name == "model":
            raise AttributeError(f"{name!r} of a customer cannot be set")
        self._write(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._attributes.names})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Customer):
            return NotImplemented
        return self.model is other.model and bool(self._row == other._row)

    def __hash__(self) -> int:
        return hash((id(self.model), self._row))

    def __repr__(self) -> str:
        return f"<Customer {self.unique_id}, {self.segment}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Customer:
        # A copy of a view is a view; the market is copied only by who copies the market.
        model = memo.get(id(self.model))
        if model is None:
            return self
        return next(views(model, copy.deepcopy(self._attributes, memo), np.array([self._row])))

    def remove(self) -> None:
        """Leave the category for good; nobody takes the place.

        Membership and points stay on the books of the programme until they expire or it closes.
        """
        self.alive = False

    def step(self) -> NoReturn:
        """Not for one customer alone. Raises NotImplementedError."""
        raise NotImplementedError(_TOGETHER)

    def advance(self) -> NoReturn:
        """Not for one customer alone. Raises NotImplementedError."""
        raise NotImplementedError(_TOGETHER)


def views(model: Any, attributes: Attributes, rows: NDArray[np.int64]) -> Iterator[Customer]:
    """The customers of these rows, made one by one."""
    blocks, slots = attributes.locate(rows)
    for row, block, slot in zip(rows.tolist(), blocks.tolist(), slots.tolist(), strict=True):
        customer: Customer = Customer.__new__(Customer)
        # Past __setattr__, which takes columns only.
        customer.__dict__.update(model=model, _attributes=attributes, _row=row, _block=block, _slot=slot)
        yield customer
