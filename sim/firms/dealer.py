"""A dealer as a Mesa agent: a view of one row of the dealers' state, which is kept together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.adapter import MarketAgent

if TYPE_CHECKING:
    from sim.firms.dealer_house import DealerHouse


class Dealer(MarketAgent):
    """One dealer of the market. What belongs to a maker is a dict by the maker's name."""

    def __init__(self, model: Any, unique_id: int, number: int, house: DealerHouse) -> None:
        super().__init__(model, unique_id)
        self.number = number
        self._house = house

    @property
    def need(self) -> float:
        """Share of list price that it needs of a sale."""
        return float(self._house.need[self.number])

    @property
    def carries(self) -> tuple[str, ...]:
        """Names of the makers it carries."""
        return tuple(name for name, yes in self._by_maker(self._house.carries).items() if yes)

    @property
    def loyalty(self) -> dict[str, float]:
        """Loyalty to each maker, 0-1."""
        return self._by_maker(self._house.loyalty)

    @property
    def push(self) -> dict[str, float]:
        """What its word adds to the attraction of each maker, logit units."""
        return self._by_maker(self._house.tables().push)

    @property
    def price(self) -> dict[str, float]:
        """What it asks, over the price the maker has posted."""
        return self._by_maker(self._house.tables().price)

    @property
    def income(self) -> float:
        """What it has earned with all makers so far, in currency."""
        return int(self._house.income[self.number]) / 100.0

    def _by_maker(self, table: Any) -> dict[str, Any]:
        return dict(zip(self._house.names, table[self.number].tolist(), strict=True))
