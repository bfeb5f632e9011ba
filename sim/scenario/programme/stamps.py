"""Stamp cards."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Part, unit
from sim.scenario.programme.rewards import RewardKind


class Stamps(Part):
    """A stamp card: one stamp a purchase, a reward for a full card."""

    needed: int = Field(
        ge=1, le=10_000, description="Stamps that fill a card.", json_schema_extra=unit("stamps")
    )
    reward: float = Field(
        gt=0.0, le=1e7, description="Face value of the reward.", json_schema_extra=unit("currency")
    )
    cost_ratio: float = Field(
        default=0.7,
        ge=0.0,
        le=5.0,
        description="What the reward costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    head_start: int = Field(
        default=0,
        ge=0,
        le=9_999,
        description="Stamps already on the first card when a customer joins.",
        json_schema_extra=unit("stamps"),
    )
    kind: RewardKind = Field(default="free_item", description="What kind of thing the reward is.")
    bonus_share: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of purchases that get a second stamp.",
        json_schema_extra=unit("share of purchases"),
    )
    min_basket: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Purchases below this get no stamp.",
        json_schema_extra=unit("currency"),
    )
    card_weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Weeks after which an open card is void and a new one begins; left out, it never is.",
        json_schema_extra=unit("weeks"),
    )

    @model_validator(mode="after")
    def _a_new_card_is_not_full(self) -> Self:
        if self.head_start >= self.needed:
            raise PydanticCustomError(
                "full_at_once",
                "head_start ({head_start}) must be smaller than needed ({needed}); a new card would be full",
                {"head_start": self.head_start, "needed": self.needed},
            )
        return self
