"""Sets of customers, and of all agents of a market, in the shape of Mesa's AgentSet.

    market.customers.select(where={"segment": "families"}).agg("satisfaction.Harbour", np.mean)
    market.customers.select(lambda customer: customer.basket > 50, at_most=10)
    market.customers.groupby("segment").agg("rate", np.mean)

A set keeps whole numbers, and makes agents when it is looked through. (Mesa's own set holds its agents
weakly; of agents made on the spot it would silently be empty.) What goes by the name of a column is done on
the column. `market.customers` is whoever is in the category at the moment; what is selected from it stays as
it was selected. Orders and samples come from named draws: the same market, the same people.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import NDArray

from sim.adapter import AgentSetBase, GroupBy, registered_agents
from sim.draws import Stream, words
from sim.population.attributes import Attributes
from sim.population.customer import Customer, views

Method = str | Callable[..., Any]


class Groups(GroupBy):
    """Sets by the value they have in common, in order of first appearance: map, do, count, agg, iteration."""

    groups: dict[Any, Any]

    def agg(self, attr_name: str, func: Any) -> dict[Hashable, Any]:
        """The function of an attribute's values, by group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, AgentsOfMarket)
            else func([getattr(agent, attr_name) for agent in group])
            for key, group in self.groups.items()
        }

    def __getitem__(self, key: Hashable) -> Any:
        return self.groups[key]


class AgentsOfMarket(AgentSetBase):
    """An ordered set of agents of one market.

    numbers: row for a customer, count of rows + position in `others` for another agent; None for all who are
    there, whenever it is looked.
    """

    def __init__(
        self,
        model: Any,
        attributes: Attributes,
        numbers: NDArray[np.int64] | None = None,
        others: tuple[Any, ...] = (),
    ) -> None:
        self.model = model
        self._attributes = attributes
        self._numbers = numbers
        self._others = others
        self._sorted: NDArray[np.int64] | None = None

    # --- what is in it ------------------------------------------------------------------------------------

    @property
    def _rows(self) -> int:
        return len(self._attributes.population)

    def _now(self) -> NDArray[np.int64]:
        if self._numbers is not None:
            return self._numbers
        rows = self._attributes.present()
        if not self._others:
            return rows
        return np.concatenate([rows, self._rows + np.arange(len(self._others))])

    def _become(self, numbers: NDArray[np.int64], inplace: bool = False) -> Self:
        if not inplace:
            return type(self)(self.model, self._attributes, numbers, self._others)
        self._numbers, self._sorted = numbers, None
        return self

    def _agents(self, numbers: NDArray[np.int64]) -> Iterator[Any]:
        rows = self._rows
        customers = views(self.model, self._attributes, numbers[numbers < rows])
        if not self._others:
            return customers
        return (next(customers) if n < rows else self._others[n - rows] for n in numbers.tolist())

    def _number(self, agent: object) -> int | None:
        if isinstance(agent, Customer):
            return int(agent._row) if agent.model is self.model else None
        return next((self._rows + i for i, other in enumerate(self._others) if other is agent), None)

    def __len__(self) -> int:
        return len(self._now())

    def __iter__(self) -> Iterator[Any]:
        return self._agents(self._now())

    def __contains__(self, agent: object) -> bool:
        number = self._number(agent)
        if number is None:
            return False
        if self._numbers is None:
            return not isinstance(agent, Customer) or bool(agent.alive)
        if self._sorted is None:
            self._sorted = np.sort(self._numbers)
        at = int(np.searchsorted(self._sorted, number))
        return at < len(self._sorted) and bool(self._sorted[at] == number)

    @overload
    def __getitem__(self, item: int) -> Any: ...

    @overload
    def __getitem__(self, item: slice) -> Self: ...

    def __getitem__(self, item: int | slice) -> Any:
        numbers = self._now()
        if isinstance(item, slice):
            return self._become(numbers[item])
        i = operator.index(item)
        if not -len(numbers) <= i < len(numbers):
            raise IndexError(f"there is no number {i} in a set of {len(numbers)}")
        return next(self._agents(numbers[[i]]))

    def __reversed__(self) -> Iterator[Any]:
        return self._agents(self._now()[::-1])

    def to_list(self) -> list[Any]:
        """All agents as a list."""
        return list(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,}>"

    @property
    def random(self) -> Any:
        """Mesa's generator of the market, for Mesa's own tools; nothing here draws from it."""
        return self.model.random

    # --- choosing -----------------------------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
        *,
        where: Mapping[str, Any] | None = None,
        **columns: Any,
    ) -> Self:
        """The agents that meet all conditions, in the same order.

        where, columns: by attribute a value to equal, a list or set of values, or a function from the array
        of all values to an array of booleans (NaN where there is none): done on the columns. agent_type: a
        class. filter_func: a function of one agent. at_most: a whole number, or a share as a float up to 1.0.
        Raises AttributeError for an attribute that is not there.
        """
        numbers = self._now()
        if not at_most >= 0:
            raise ValueError(f"at_most is a number of agents or a share of them, not {at_most}")
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(numbers) * at_most)
        if agent_type is not None:
            numbers = numbers[self._are(numbers, agent_type)]
        for name, wanted in {**(where or {}), **columns}.items():
            numbers = numbers[self._meet(numbers, name, wanted)]
        if filter_func is not None:
            kept: list[int] = []
            for number, agent in zip(numbers.tolist(), self._agents(numbers), strict=True):
                if len(kept) >= at_most:
                    break
                if filter_func(agent):
                    kept.append(number)
            numbers = np.array(kept, np.int64)
        elif at_most < len(numbers):
            numbers = numbers[: int(at_most)]
        return self._become(numbers, inplace)

    def _are(self, numbers: NDArray[np.int64], agent_type: type) -> NDArray[np.bool_]:
        kinds = np.array([isinstance(other, agent_type) for other in self._others], np.bool_)
        mask = np.full(len(numbers), issubclass(Customer, agent_type))
        others = numbers >= self._rows
        mask[others] = kinds[numbers[others] - self._rows]
        return mask

    def _meet(self, numbers: NDArray[np.int64], name: str, wanted: Any) -> NDArray[np.bool_]:
        others = numbers >= self._rows
        if others.any():
            raise TypeError("conditions on columns are for customers only: ask market.customers")
        field = self._attributes.field(name)
        return field.meets(self._attributes.raw(field, numbers), wanted)

    def sample(self, n: int, *, seed: int = 0) -> Self:
        """n of them at random, the same whenever asked; another seed, others.

        A smaller sample of the same seed is part of a larger one. Raises ValueError if there are not so many.
        """
        numbers = self._now()
        if not 0 <= n <= len(numbers):
            raise ValueError(f"cannot sample {n} of {len(numbers)}")
        return self._become(numbers[self._keys(Stream.SAMPLE, numbers, 0, seed).argsort(kind="stable")[:n]])

    def shuffle(self, inplace: bool = False, *, seed: int = 0) -> Self:
        """All of them in random order: each week, and each seed, another."""
        numbers = self._now()
        keys = self._keys(Stream.ORDER, numbers, self.model.week, seed)
        return self._become(numbers[keys.argsort(kind="stable")], inplace)

    def _keys(self, stream: int, numbers: NDArray[np.int64], week: int, seed: int) -> NDArray[np.uint64]:
        name = {"seed": self.model.seed, "replicate": self.model.replicate, "stream": stream}
        drawn = words(**name, customer=numbers, week=week, k=seed)
        return drawn[:, 0].astype(np.uint64) << np.uint64(32) | drawn[:, 1]

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """In order of an attribute or function, highest first; equals keep their order, NaN goes last."""
        numbers = self._now()
        if (
            isinstance(key, str)
            and (array := self._array(key, numbers)) is not None
            and array.dtype != object
        ):
            array = array.astype(np.float64)
            order = np.argsort(array if ascending else -array, kind="stable")
        else:
            values = self._values(key) if isinstance(key, str) else [key(a) for a in self._agents(numbers)]
            places = sorted(range(len(values)), key=values.__getitem__, reverse=not ascending)
            order = np.array(places, np.int64)
        return self._become(numbers[order], inplace)

    def copy(self) -> Self:
        """The same agents, as they are now."""
        return self._become(self._now())

    # --- reading and setting ------------------------------------------------------------------------------

    def _array(self, name: str, numbers: NDArray[np.int64]) -> NDArray[Any] | None:
        """The column, where there is one and only customers are asked. AttributeError if it wants a firm."""
        if self._attributes.is_kept_per_firm(name):
            self._attributes.field(name)  # which says to name a firm
        if not self._attributes.knows(name) or (numbers >= self._rows).any():
            return None
        field = self._attributes.field(name)
        return field.array(self._attributes.raw(field, numbers))

    def _values(self, name: str) -> list[Any]:
        numbers, rows = self._now(), self._rows
        customers = numbers[numbers < rows]
        if name == "unique_id":
            mine: list[Any] = (customers + 1).tolist()
        elif self._attributes.knows(name):
            field = self._attributes.field(name)
            mine = field.values(self._attributes.raw(field, customers))
        else:
            mine = [getattr(agent, name) for agent in views(self.model, self._attributes, customers)]
        if not self._others:
            return mine
        ready = iter(mine)
        return [next(ready) if n < rows else getattr(self._others[n - rows], name) for n in numbers.tolist()]

    @overload
    def get(
        self, attr_names: str, handle_missing: Literal["error", "default"] = ..., default_value: Any = ...
    ) -> list[Any]: ...

    @overload
    def get(
        self,
        attr_names: Sequence[str],
        handle_missing: Literal["error", "default"] = ...,
        default_value: Any = ...,
    ) -> list[list[Any]]: ...

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """An attribute of each agent, as Python has it; given several names, a list of them for each agent.

        handle_missing: "default" to take default_value where an agent has no such attribute.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is 'error' or 'default', not {handle_missing!r}")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return (
                [list(row) for row in zip(*columns, strict=True)]
                if columns
                else [[] for _ in range(len(self))]
            )
        try:
            return self._values(attr_names)
        except AttributeError:
            if handle_missing == "error":
                raise
            return [getattr(agent, attr_names, default_value) for agent in self]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of every agent: one value for all, or a list or array with one for each."""
        numbers = self._now()
        if len(numbers) != len(customers := numbers[numbers < self._rows]):
            raise TypeError("attributes are set for customers only: ask market.customers")
        if isinstance(value, list | tuple | np.ndarray) and np.shape(value) != customers.shape:
            raise ValueError(f"{len(customers)} customers need as many values, not {np.shape(value)}")
        field = self._attributes.field(attr_name)
        self._attributes.put(field, *self._attributes.locate(customers), value, self.model.week)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """A function of all values, or several. NumPy's functions are given an array, others a list."""
        if not callable(func):
            return [self.agg(attribute, one) for one in func]
        array = self._array(attribute, self._now())
        result = func(self._values(attribute) if array is None or not _is_of_numpy(func) else array)
        return result.item() if isinstance(result, np.generic) else result

    def groupby(
        self, by: Callable[[Any], Hashable] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> Groups:
        """Sets (or lists) of those who have an attribute, or a function, in common."""
        numbers = self._now()
        if isinstance(by, str) and self._attributes.is_kept_per_firm(by):
            self._attributes.field(by)  # which says to name a firm
        keys = self._values(by) if isinstance(by, str) else [by(agent) for agent in self._agents(numbers)]
        places: dict[Any, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key, []).append(place)
        sets = {key: self._become(numbers[at]) for key, at in places.items()}
        return Groups(sets if result_type == "agentset" else {key: list(s) for key, s in sets.items()})

    # --- acting -------------------------------------------------------------------------------------------

    def _still_there(self) -> Iterator[Any]:
        """The agents one by one, without those who are made to leave on the way."""
        numbers = self._now()
        alive = self._attributes.field("alive")
        customers = numbers < self._rows
        there = np.ones(len(numbers), np.bool_)
        there[customers] = alive.array(self._attributes.raw(alive, numbers[customers]))
        for agent, was_there in zip(self._agents(numbers), there.tolist(), strict=True):
            if not was_there or not isinstance(agent, Customer) or agent.alive:
                yield agent

    def do(self, method: Method, *args: Any, **kwargs: Any) -> Self:
        """Call a method by name, or a function, for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Method, *args: Any, **kwargs: Any) -> Self:
        """Call a method by name, or a function, for each agent in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: Method, *args: Any, **kwargs: Any) -> list[Any]:
        """What a method by name, or a function, returns for each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self._still_there()]
        return [method(agent, *args, **kwargs) for agent in self._still_there()]

    # --- as a set -----------------------------------------------------------------------------------------

    def _update(self, agents: Iterable[Any]) -> Self:
        numbers = [self._number(agent) for agent in agents]
        strangers = [n for n in numbers if n is None]
        if strangers:
            raise ValueError(f"{len(strangers)} agents are not of this market")
        return self._become(np.array(list(dict.fromkeys(numbers)), np.int64), inplace=True)

    def _from_iterable(self, agents: Iterable[Any]) -> Self:
        # Set operators of collections.abc make their results by this.
        return self.copy()._update(agents)

    def add(self, agent: Any) -> None:
        """Put an agent of the market into this set; the market itself does not change."""
        if agent not in self:
            self._update([*self, agent])

    def discard(self, agent: Any) -> None:
        """Take an agent out of this set; `customer.remove()` takes one out of the market."""
        numbers = self._now()
        self._become(numbers[numbers != self._number(agent)], inplace=True)

    def remove(self, agent: Any) -> None:
        """Take an agent out of this set. Raises KeyError if not in it."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # As with one customer: the market is copied only by who copies the market.
        model = memo.get(id(self.model))
        if model is None:
            return copy.copy(self)
        others = copy.deepcopy(self._others, memo)
        return type(self)(model, copy.deepcopy(self._attributes, memo), self._numbers, others)


class CustomerSet(AgentsOfMarket):
    """Customers of a market."""


class MarketAgents(AgentsOfMarket):
    """All agents of a market: the customers, then the firms and whoever else was registered with it."""

    @classmethod
    def of(cls, customers: CustomerSet) -> MarketAgents:
        """All agents of the market that these are the customers of."""
        model = customers.model
        return cls(model, customers._attributes, None, tuple(registered_agents(model)))

    def by_type(self) -> dict[type, AgentsOfMarket]:
        """The agents by their class."""
        kinds = dict.fromkeys(type(other) for other in self._others)
        customers = CustomerSet(self.model, self._attributes)
        return {Customer: customers, **{kind: self.select(agent_type=kind) for kind in kinds}}


def _is_of_numpy(func: Any) -> bool:
    return isinstance(func, np.ufunc) or (getattr(func, "__module__", None) or "").split(".")[0] == "numpy"
