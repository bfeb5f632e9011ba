"""Points: earned on purchases, turned into rewards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from sim.scenario.agreement import same_names
from sim.scenario.findings import Finding, absent, raised
from sim.scenario.part import Part, unit
from sim.scenario.programme.earning import Cap, Multiplier, OutsideEarning
from sim.scenario.programme.expiry import Expiry
from sim.scenario.programme.rewards import Payout, Reward


class Points(Part):
    """Points earned on purchases, and turned into rewards: into one, at a threshold, or into any of a menu."""

    per_currency: float = Field(
        default=0.0,
        ge=0.0,
        le=1000.0,
        description="Points earned per unit of money spent.",
        json_schema_extra=unit("points per currency"),
    )
    per_visit: float = Field(
        default=0.0,
        ge=0.0,
        le=1_000_000.0,
        description="Points earned per purchase, whatever is spent.",
        json_schema_extra=unit("points per purchase"),
    )
    rounding: Literal["down", "nearest", "up"] = Field(
        default="down", description="How the points of a purchase become a whole number."
    )
    min_basket: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Purchases below this earn nothing.",
        json_schema_extra=unit("currency"),
    )
    eligible_share: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Share of a basket that earns points; the rest are excluded goods.",
        json_schema_extra=unit("share of basket"),
    )
    multipliers: tuple[Multiplier, ...] = Field(
        default=(), max_length=4, description="More points on some purchases, at most 4 of them."
    )
    cap: Cap | None = Field(default=None, description="The most points to be earned; left out, no limit.")
    welcome: int = Field(
        default=0,
        ge=0,
        le=100_000_000,
        description="Points for joining.",
        json_schema_extra=unit("points"),
    )
    birthday: int = Field(
        default=0,
        ge=0,
        le=100_000_000,
        description="Points in the week of a member's birthday.",
        json_schema_extra=unit("points per year"),
    )
    outside: OutsideEarning | None = Field(
        default=None, description="Points earned outside this category; left out, none are."
    )
    pending_weeks: int = Field(
        default=0,
        ge=0,
        le=8,
        description="Weeks before points that were earned can be spent.",
        json_schema_extra=unit("weeks"),
    )
    pending_until_visit: bool = Field(
        default=False, description="Whether points can be spent from the next purchase on, not before."
    )
    on_return: Literal["reverse", "keep"] = Field(
        default="reverse", description="What happens to the points of a purchase that is brought back."
    )
    threshold: int | None = Field(
        default=None,
        ge=1,
        le=100_000_000,
        description="Points that buy one reward; needs 'reward', what it is worth.",
        json_schema_extra=unit("points"),
    )
    reward: float | None = Field(
        default=None,
        gt=0.0,
        le=1e7,
        description="Face value of one reward.",
        json_schema_extra=unit("currency"),
    )
    cost_ratio: float = Field(
        default=1.0,
        ge=0.0,
        le=5.0,
        description="What a reward costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    rewards: tuple[Reward, ...] = Field(
        default=(),
        max_length=8,
        description="A menu of 1 to 8 rewards, in place of 'threshold' and 'reward'.",
    )
    redeem: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="Probability that a member who has points for a reward redeems at a purchase.",
        json_schema_extra=unit("probability per purchase"),
    )
    cooldown: int = Field(
        default=0,
        ge=0,
        le=520,
        description="Weeks between two redemptions of a member.",
        json_schema_extra=unit("weeks"),
    )
    payout: Payout | None = Field(
        default=None, description="Points turned into money at fixed dates; left out, they are not."
    )
    expire_weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Weeks after which a point expires; short for 'expiry: {mode: rolling, weeks: ...}'.",
        json_schema_extra=unit("weeks"),
    )
    expiry: Expiry = Field(default=Expiry(), description="When points die; left out, never.")

    @property
    def menu(self) -> tuple[Reward, ...]:
        """The rewards, the cheapest first, in whichever form they are written."""
        if self.rewards:
            return tuple(sorted(self.rewards, key=lambda reward: reward.points))
        if self.threshold is None or self.reward is None:  # no valid Points are like this
            return ()
        return (Reward(name="Reward", points=self.threshold, worth=self.reward, cost_ratio=self.cost_ratio),)

    @property
    def lapse(self) -> Expiry:
        """When points die, in whichever form it is written."""
        if self.expire_weeks is None:
            return self.expiry
        return Expiry(mode="rolling", weeks=self.expire_weeks, warning_weeks=self.expiry.warning_weeks)

    @model_validator(mode="after")
    def _points_are_earned_and_buy_something(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding | InitErrorDetails]:
        yield from same_names(self.multipliers, ("multipliers",), "multipliers")
        yield from same_names(self.rewards, ("rewards",), "rewards")
        if self.per_currency == 0 and self.per_visit == 0:
            yield Finding(
                (), "no purchase earns a point; set 'per_currency' (points per unit of money) or 'per_visit'"
            )
        yield from self._one_form_of_rewards()
        if self.expire_weeks is not None and self.expiry.mode != "none":
            yield Finding(
                ("expire_weeks",),
                f"'expiry' says already when points die ({self.expiry.mode}); keep one: "
                "write 'expire_weeks: null' or 'expiry: {mode: none}'",
            )

    def _one_form_of_rewards(self) -> Iterator[Finding | InitErrorDetails]:
        pair = {"threshold": self.threshold, "reward": self.reward}
        missing = [field for field, value in pair.items() if value is None]
        if self.rewards:
            given = [field for field in pair if field not in missing]
            given += ["cost_ratio"] if self.cost_ratio != 1.0 else []
            if given:
                yield Finding(
                    (given[0],),
                    "'rewards' lists what points buy, and this would be one more; keep one form: write "
                    + " and ".join(
                        f"'{field}: {1.0 if field == 'cost_ratio' else 'null'}'" for field in given
                    )
                    + ", or 'rewards: []'",
                )
        elif len(missing) == 2:
            yield Finding(
                (), "points buy nothing; give 'threshold' and 'reward' (one reward), or a list of 'rewards'"
            )
        elif missing:
            yield absent(missing[0])
