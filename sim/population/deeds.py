"""What programmes did to a member in a week, as moments of her diary.

Read off the deeds of a replay (see replay.py), so all of it is certain: the firm, the points, the reward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import U32
from sim.measures.tally import Tally
from sim.population.account import card, ring_sum
from sim.population.columns import STAMPS, Layout, Row
from sim.population.moments import birthday
from sim.population.page import Moment, Page
from sim.population.replay import Deed
from sim.population.standing import earned_level, is_trial, level_of, valid_until
from sim.population.told import Plan, Rule, Tag, Told
from sim.rules.points import LOTS, filling, turns
from sim.scenario import Programme

PAID_OUT = "paid out"
"""Detail of what ended and was paid out in cash."""


class Wording(NamedTuple):
    """Names that the terms of a programme do not carry."""

    levels: tuple[str, ...] = ()
    rewards: tuple[str, ...] = ()
    """of a menu; none where there is one reward without a name"""
    has_points: bool = False
    has_stamps: bool = False
    honours: bool = False
    """whether points and stamps are paid out when they end"""

    @classmethod
    def of(cls, programme: Programme | None) -> Wording:
        """Of a programme as it is now."""
        if programme is None:
            return cls()
        return cls(
            levels=programme.tiers.level_names if programme.tiers else (),
            rewards=tuple(r.name for r in programme.points.menu)
            if programme.points and programme.points.rewards
            else (),
            has_points=programme.points is not None,
            has_stamps=programme.stamps is not None,
            honours=programme.ending.points == "honour",
        )

    def level(self, number: int) -> str:
        """Name of a level; empty for none."""
        if number <= 0:
            return ""
        return self.levels[number - 1] if number <= len(self.levels) else f"level {number}"


def _money(cents: float) -> str:
    return f"{cents / 100:,.2f}"


class Deeds:
    """The deeds of one week. customer: her number in the market, from 0; wording: of each programme."""

    def __init__(
        self,
        deeds: Sequence[Deed],
        customer: int,
        told: Told,
        names: Sequence[str],
        wording: Sequence[Wording],
    ) -> None:
        self.deeds, self.customer, self.told, self.names, self.wording = deeds, customer, told, names, wording
        self.terms, self.week, self.firms = told.terms, told.context.week, len(names)

    def beginning(self) -> list[Moment]:
        """What memberships did at the start of the week, in order."""
        return [
            Moment(name, (self.names[d.firm],), number, detail)
            for d in self.deeds
            if not d.at_purchase
            for name, number, detail in self._beginning(d)
        ]

    def purchases(self) -> list[Moment]:
        """What they did at purchases, in order."""
        return [
            Moment(name, (self.names[d.firm],), number, detail)
            for d in self.deeds
            if d.at_purchase
            for name, number, detail in self._purchase(d)
        ]

    def _row(self, d: Deed, row: Row, columns: NDArray[np.int32]) -> int:
        """First entry of an element of a programme; 0 where it has none."""
        at = int(self.terms.row[d.programme, row])
        return int(columns[at, 0]) if at >= 0 else 0

    def _is_member(self, d: Deed, columns: NDArray[np.int32]) -> bool:
        return int(columns[card(self.firms, d.programme), 0]) >= 0

    # --- the start of the week ----------------------------------------------------------------------------

    def _beginning(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        if not self._is_member(d, d.before):
            return
        rule, counted = self.terms.rule[d.programme], d.counted
        runs = rule[Rule.MENU] > 0 and rule[Rule.OPEN] == 1
        if counted[Tally.POINTS_EXPIRED]:
            yield "points_expired", int(counted[Tally.POINTS_EXPIRED]), ""
        if rule[Rule.PENDING_WEEKS] > 0:
            yield from self._freed(d)
        if counted[Tally.POINTS_REVERSED]:
            yield "points_taken_back", int(counted[Tally.POINTS_REVERSED]), ""
        if runs and rule[Rule.BIRTHDAY] > 0 and birthday(U32(self.customer), self.week):
            yield "birthday_points", int(rule[Rule.BIRTHDAY]), ""
        if counted[Tally.OUTSIDE_POINTS]:
            yield "outside_points", int(counted[Tally.OUTSIDE_POINTS]), ""
        if counted[Tally.POINTS_STOLEN]:
            yield "points_stolen", int(counted[Tally.POINTS_STOLEN]), f"{counted[Tally.STOLEN_BACK]} back"
        vouchers = self._vouchers(d)
        if vouchers > 0:
            yield "vouchers", vouchers, ""
        if counted[Tally.PAID_OUT]:
            yield "cheque", int(counted[Tally.PAID_OUT]), _money(counted[Tally.REWARDS_FACE])
        if runs:
            yield from self._play(d)
        yield from self._status(d)
        if counted[Tally.STAMPS_FORFEITED] and self._is_member(d, d.after):
            yield "card_expired", int(counted[Tally.STAMPS_FORFEITED]), ""
        if rule[Rule.OUTRANKED] == 1:
            fair = self.terms.plan[d.programme, Plan.FAIR] > 0
            yield "programme_worsened", 1, "announced" if fair else ""
        yield from self._fee(d)

    def _freed(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        """Points that could not be spent until now."""
        first = int(self.terms.row[d.programme, Row.PENDING])
        weeks = max(int(self.terms.rule[d.programme, Rule.PENDING_WEEKS]), 1)
        points = int(d.before[first + self.week % weeks, 0]) if first >= 0 else 0
        if points > 0:
            yield "points_free", points, ""

    def _vouchers(self, d: Deed) -> int:
        """Points that became vouchers: those in vouchers now, less those that were there and lived on."""
        first = int(self.terms.row[d.programme, Row.VOUCHERS])
        if first < 0 or not self._is_member(d, d.after):
            return 0
        life, stayed = int(self.terms.rule[d.programme, Rule.VOUCHER_WEEKS]), 0
        if not d.counted[Tally.POINTS_STOLEN]:
            stayed = int(ring_sum(d.before, first, 0))
            if turns(self.week, life, 0):
                stayed -= int(d.before[first + filling(self.week, life, 0, LOTS), 0])
        return int(ring_sum(d.after, first, 0)) - stayed

    def _play(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        rule = self.terms.rule[d.programme]
        every, was = int(rule[Rule.CHALLENGE_EVERY]), self._row(d, Row.CHALLENGE, d.before)
        if every > 0:
            new, over = self.week % every == 0, self.week % every == rule[Rule.CHALLENGE_WEEKS]
            if was > 0 and (new or over):
                yield "challenge_missed", 1, ""
            if new and self._row(d, Row.CHALLENGE, d.after) > 0:
                yield "challenge_taken_up", int(rule[Rule.CHALLENGE_POINTS]), ""
        streak, link = self._row(d, Row.STREAK, d.before), max(int(rule[Rule.STREAK_EVERY]), 1)
        if streak > 1 and streak & 1 == 0 and self.week % link == 0:
            yield "streak_broken", streak >> 1, ""

    def _fee(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        counted = d.counted
        if counted[Tally.FEES_REFUNDED]:
            yield "fee_refunded", 1, _money(counted[Tally.FEES_REFUNDED])
        if counted[Tally.TRIALS_CONVERTED]:
            yield "trial_converted", 1, _money(counted[Tally.FEES])
        if counted[Tally.RENEWALS]:
            yield "club_renewed", 1, _money(counted[Tally.FEES])
        if counted[Tally.CANCELLED]:
            trial = "trial" if counted[Tally.TRIALS_ENDED] else ""
            yield "club_left", int(counted[Tally.POINTS_FORFEITED]), trial

    # --- status -------------------------------------------------------------------------------------------

    def _status(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        """A level won, given, kept or lost. number: the level now; detail: its name, and the one it was before."""
        if self.terms.row[d.programme, Row.TIER] < 0 or not self._is_member(d, d.after):
            return
        old, new = self._row(d, Row.TIER, d.before), self._row(d, Row.TIER, d.after)
        was, now, words = int(level_of(old)), int(level_of(new)), self.wording[d.programme]
        grace = int(self.terms.rule[d.programme, Rule.GRACE])
        if now > was:
            yield self._promotion(d, new), now, words.level(now)
        elif now < was:
            yield "level_lost", now, ", ".join(filter(None, (words.level(was), words.level(now))))
        elif now > 0 and (valid_until(new) > valid_until(old) or is_trial(old) > is_trial(new)):
            spared = not d.at_purchase and grace > 0 and valid_until(new) == self.week + grace
            if spared and not is_trial(old):
                yield "level_grace", grace, words.level(now)
            else:
                yield "level_kept", now, words.level(now)

    def _promotion(self, d: Deed, tier: int) -> str:
        if is_trial(tier):
            return "level_on_trial"
        # Only who joins is given a level; and she may have earned it by the same purchase.
        given = d.counted[Tally.JOINED] and earned_level(d.after, 0, self.terms, d.programme) < level_of(tier)
        return "level_given" if given else "level_won"

    # --- purchases ----------------------------------------------------------------------------------------

    def _purchase(self, d: Deed) -> Iterator[tuple[str, int, str]]:
        rule, plan, counted = self.terms.rule[d.programme], self.terms.plan[d.programme], d.counted
        if not self._is_member(d, d.after):
            return
        joined, owner = bool(counted[Tally.JOINED]), int(self.terms.firm[d.programme])
        if joined:
            yield "joined", 1, self.names[owner] if owner != d.firm else ""
            if counted[Tally.POINTS_FRAUD]:
                yield "second_account", int(counted[Tally.POINTS_FRAUD]), ""
            if counted[Tally.TRIALS]:
                yield "trial_begun", int(rule[Rule.TRIAL_WEEKS]), ""
            if counted[Tally.FEES]:
                yield "fee_paid", 1, _money(counted[Tally.FEES])
        elif rule[Rule.PENDING_VISIT] == 1 and rule[Rule.MENU] > 0:
            yield from self._freed(d)
        if counted[Tally.POINTS_REWARDS]:
            yield "redeemed", int(counted[Tally.POINTS_REWARDS]), self._reward(d)
        if counted[Tally.CHALLENGES_DONE]:
            yield "challenge_won", int(rule[Rule.CHALLENGE_POINTS]), ""
        if counted[Tally.STREAKS_DONE]:
            yield "streak_won", int(rule[Rule.STREAK_POINTS]), ""
        every = int(rule[Rule.MILESTONE_VISITS])
        if every > 0 and rule[Rule.MENU] > 0 and (self._row(d, Row.VISITS, d.before) + 1) % every == 0:
            yield "milestone", int(rule[Rule.MILESTONE_POINTS]), ""
        if counted[Tally.STAMPS_REWARDS]:
            yield "full_card", int(counted[Tally.STAMPS_REWARDS]), ""
        if counted[Tally.OFFERS_USED]:
            yield "offer_used", 1, ""
        yield from self._status(d)
        if counted[Tally.SURPRISES]:
            yield "surprised", 1, _money(100.0 * float(plan[Plan.SURPRISE_WORTH]))

    def _reward(self, d: Deed) -> str:
        """Name of the reward taken: the one that takes as many points and is worth, and costs, as much."""
        number = int(d.counted[Tally.POINTS_REWARDS])
        names = self.wording[d.programme].rewards
        each = {
            Tag.POINTS: int(d.counted[Tally.POINTS_REDEEMED]) // number,
            Tag.COST: int(d.counted[Tally.REWARDS_COST]) // number,
            Tag.FACE: int(d.counted[Tally.REWARDS_FACE]) // number,
        }
        tags = self.terms.tags[d.programme]
        return " or ".join(
            name for i, name in enumerate(names) if all(tags[i, tag] == value for tag, value in each.items())
        )


# --- between two weeks ------------------------------------------------------------------------------------


def changed(
    earlier: Page,
    now: Page,
    told: Told,
    names: Sequence[str],
    was: Sequence[Wording],
    wording: Sequence[Wording],
) -> list[Moment]:
    """What a change of their terms did to her memberships between two weeks, and which programmes ended for her."""
    found = []
    for p, f in enumerate(told.terms.firm.tolist()):
        if not earlier.is_member(p):
            continue
        old, new = was[p], wording[p]
        paid = PAID_OUT if old.honours else ""
        points, kept = earlier.points(p), now.points(p)
        if not now.is_member(p):
            found.append(Moment("programme_closed", (names[f],), points, paid))
            continue
        if points > 0 and kept == 0 and old.has_points and not new.has_points:
            found.append(Moment("points_ended", (names[f],), points, paid))
        elif points != kept:
            found.append(Moment("points_regraded", (names[f],), kept, f"{points:,}"))
        stamps = earlier.of_programme(STAMPS, p)
        if stamps > 0 and old.has_stamps and not new.has_stamps:
            found.append(Moment("stamps_ended", (names[f],), stamps, paid))
        levels = old.level(earlier.level(p)), new.level(now.level(p))
        if levels[0] != levels[1]:
            found.append(Moment("level_changed", (names[f],), now.level(p), ", ".join(filter(None, levels))))
    return found


def pooled(
    before: Page, after: NDArray[np.int32], layout: Layout, told: Told, names: Sequence[str]
) -> list[Moment]:
    """Points that went to the account of her household, or came to it. after: her whole columns when they had."""
    page = Page(before.reals, after.ravel().tolist(), before.firms, layout)
    found = []
    for p, f in enumerate(told.terms.firm.tolist()):
        moved = page.points(p) - before.points(p)
        if moved:
            found.append(
                Moment("points_pooled", (names[f],), abs(moved), "given" if moved < 0 else "received")
            )
    return found
