"""What happened to one customer in a week, read off her columns before and after it.

The pass notes what happened as bits, mostly without the firm. The firm is found by what the week changed: whom she
considers, what she feels. Where that leaves several, all of them are named. What programmes did is known exactly,
from a replay of her week (see replay.py and deeds.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sim.population import moments as m
from sim.population.columns import (
    ALIVE,
    ATTACHMENT,
    BASKET,
    CONTRACT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EXPECTATION,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    KNOWS,
    LAST_FIRM,
    LOT,
    MEMBER_SINCE,
    PROGRAMME_WHOLES,
    RATE,
    REGARD,
    REMEMBERED,
    SATISFACTION,
    STORY,
    TASTE,
    TASTE_OUTSIDE,
    TIES,
    TRUST,
    Layout,
    Row,
    element_rows,
)
from sim.population.standing import level_of
from sim.population.talk import WARNING, spoken_firm, spoken_kind
from sim.population.told import Told
from sim.rules import BehaviourNumbers
from sim.rules.defection import Cause
from sim.rules.lapse import NEVER, is_active
from sim.rules.points import LOTS

MEMBERSHIP_MOMENTS = (
    "points_pooled", "points_expired", "points_free", "points_taken_back", "birthday_points", "outside_points",
    "points_stolen", "vouchers", "cheque", "challenge_missed", "challenge_taken_up", "streak_broken", "level_won",
    "level_given", "level_on_trial", "level_kept", "level_grace", "level_lost", "card_expired",
    "programme_worsened", "fee_refunded", "trial_converted", "club_renewed", "club_left", "second_account",
    "trial_begun", "fee_paid", "challenge_won", "streak_won", "milestone", "full_card", "offer_used", "surprised",
    "programme_closed", "points_ended", "points_regraded", "stamps_ended", "level_changed",
)  # fmt: skip
"""What programmes do to their members (see deeds.py), besides what the bits say."""
MORE_MOMENTS = ("bought", "brought_back", "contract_ended", *MEMBERSHIP_MOMENTS)
"""What a diary tells besides the bits of `moments.MOMENTS`."""
HAPPENINGS = ("heard_of_crisis", "harmed", "reached_by_campaign", "let_go", "handed_over", "basic_service")
"""What befalls customers before a week begins; the market says whom."""
_ROUNDING = 1e-5
"""Least change of a regard that is not the rounding of float32."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened in a week."""

    name: str
    """of `moments.MOMENTS`, MORE_MOMENTS or HAPPENINGS"""
    firms: tuple[str, ...] = ()
    """the firm; several when it was one of them and cannot be told which; none when no firm is concerned"""
    number: int = 1
    """purchases bought or brought back; points earned, paid out, lost or moved; stamps lost; rewards taken; the level
    she has now; links of a streak; weeks waited for an answer, of a trial, of grace; first week free of a contract"""
    detail: str = ""
    """causes of leaving, the decisive one first; how she came; what changed in her tastes, empty if nothing that shows;
    `first` time, or `back` after so many weeks; the reward; the level, and the one she has now; money in currency;
    points given `back`, or there before; `paid out`; `announced`; owner of a programme joined elsewhere"""


class Page:
    """The columns of one customer at one moment, as Python numbers; firms and programmes by number."""

    __slots__ = ("_elements", "firms", "layout", "reals", "wholes")

    def __init__(self, reals: list[float], wholes: list[int], firms: int, layout: Layout = ()) -> None:
        self.reals, self.wholes, self.firms, self.layout = reals, wholes, firms, layout
        self._elements = element_rows(firms, layout)

    def felt(self, kind: int, firm: int) -> float:
        """Entry of a float32 column kept per firm; kind as in columns.py."""
        return self.reals[CUSTOMER_REALS + kind * self.firms + firm]

    def last_week(self, firm: int) -> int:
        """Week of the last purchase; NEVER for none."""
        return self.wholes[CUSTOMER_WHOLES + firm]

    def of_programme(self, kind: int, programme: int) -> int:
        """Entry of a column kept per programme: MEMBER_SINCE, STAMPS, or LOT and following."""
        return self.wholes[CUSTOMER_WHOLES + self.firms + PROGRAMME_WHOLES * programme + kind]

    def of_element(self, row: Row, programme: int) -> int:
        """Sum of the entries of an element; 0 where the programme has none."""
        first = self._elements[programme][row]
        return sum(self.wholes[first : first + self.layout[programme][row]]) if first >= 0 else 0

    def points(self, programme: int) -> int:
        """Points on account: in lots, in vouchers, pending."""
        lots = sum(self.of_programme(LOT + r, programme) for r in range(LOTS))
        return lots + self.of_element(Row.VOUCHERS, programme) + self.of_element(Row.PENDING, programme)

    def level(self, programme: int) -> int:
        """Level of status, 0 for none."""
        return int(level_of(self.of_element(Row.TIER, programme)))

    def is_member(self, programme: int) -> bool:
        """Whether she is a member; of no programme (-1) she is none."""
        return programme >= 0 and self.of_programme(MEMBER_SINCE, programme) >= 0

    @property
    def alive(self) -> bool:
        """Whether the place is taken by somebody in the category."""
        return self.wholes[ALIVE] == 1

    def has(self, column: int, place: int) -> bool:
        """Whether a bit of a whole column is set."""
        return (self.wholes[column] >> place) & 1 == 1


def newborn(page: Page, told: Told, rules: BehaviourNumbers) -> Page:
    """Who has come in this week, as she came: a page from the one after her first week."""
    firms = page.firms
    reals, wholes = list(page.reals), list(page.wholes)
    start = {
        EXPECTATION: told.posted.quality.tolist(),
        SATISFACTION: [float(rules.satisfaction.neutral)] * firms,
        ATTACHMENT: [0.0] * firms,
        REMEMBERED: [0.0] * firms,
        TRUST: [float(rules.trust.start)] * firms,
    }
    for kind, values in start.items():
        first = CUSTOMER_REALS + kind * firms
        reals[first : first + firms] = values
    reals[CUSTOMER_REALS + REGARD * firms :] = [0.0] * (len(reals) - CUSTOMER_REALS - REGARD * firms)
    reals[GRIEVANCE] = 0.0
    wholes[LAST_FIRM] = wholes[GRIEVED] = wholes[CONTRACT] = -1
    wholes[TIES] = 0
    wholes[CUSTOMER_WHOLES : CUSTOMER_WHOLES + firms] = [int(NEVER)] * firms
    wholes[CUSTOMER_WHOLES + firms :] = [0] * (len(wholes) - CUSTOMER_WHOLES - firms)
    for p in range(len(told.terms.firm)):
        wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p] = -1
    return Page(reals, wholes, firms, page.layout)


class Week:
    """One customer's week. `said`: what her friends said the week before, a byte each (see talk.py).

    began, took_part: what her memberships did at the start of the week and at purchases (see deeds.py);
    brought_back: purchases brought back, by firm.
    """

    def __init__(
        self,
        before: Page,
        after: Page,
        told: Told,
        rules: BehaviourNumbers,
        names: Sequence[str],
        said: Collection[int] = (),
        *,
        began: Sequence[Moment] = (),
        took_part: Sequence[Moment] = (),
        brought_back: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self.before, self.after, self.told, self.rules, self.names = before, after, told, rules, names
        self.said, self.began, self.took_part, self.brought_back = said, began, took_part, brought_back
        self.week = told.context.week
        self.all = range(len(names))
        self.bought = {f: self._purchases(f) for f in self.all if after.last_week(f) == self.week}

    def _purchases(self, f: int) -> int:
        """Purchases this week: what is remembered now, less what of the past would be."""
        before = self.before.felt(REMEMBERED, f)
        weeks = self.week - self.before.last_week(f)
        past = before * math.exp(-float(self.rules.memory.forgetting) * weeks)
        bought: int = round(self.after.felt(REMEMBERED, f) - past)
        return max(1, bought)

    def _did(self, moment: int) -> bool:
        return (self.after.wholes[HAPPENED] & moment) != 0

    def _one(self, name: str, firms: Iterable[int], number: int = 1, detail: str = "") -> list[Moment]:
        return [Moment(name, tuple(self.names[f] for f in firms), number, detail)]

    def _each(self, name: str, certain: Iterable[int], otherwise: Iterable[int] = ()) -> list[Moment]:
        """A moment for each firm that it certainly concerns; else one that names all that it may concern."""
        found = [moment for f in certain for moment in self._one(name, [f])]
        return found or self._one(name, otherwise)

    def _came(self, column: int, place: int) -> list[int]:
        """Firms whose bit the week has set; place: bit of firm 0."""
        return [
            f
            for f in self.all
            if self.after.has(column, place + f) and not self.before.has(column, place + f)
        ]

    def _went(self, column: int, place: int) -> list[int]:
        return [
            f
            for f in self.all
            if self.before.has(column, place + f) and not self.after.has(column, place + f)
        ]

    # --- what happened, in the order of a week ------------------------------------------------------------

    def leaving(self) -> list[Moment]:
        """How the week began: what her memberships did, and the end of her time in the category."""
        found = list(self.began)
        # Where somebody was won for the place at once, her coming has overwritten the note of this.
        if self._did(m.LEFT_MARKET | m.ENTERED_MARKET):
            found += self._one("left_market", [])
        return found

    def living(self) -> list[Moment]:
        """All else, for who is in the category at the end of the week."""
        return [
            *self._coming(),
            *self._tastes(),
            *self._answers(),
            *self._messages(),
            *self._ties(),
            *self._friends_said(),
            *self._purchases_told(),
            *self._troubles(),
            *self.took_part,
            *self._returns(),
            *self._breaks(),
            *self._says(),
        ]

    def _coming(self) -> list[Moment]:
        if not self._did(m.ENTERED_MARKET):
            return []
        origin = m.Origin(m.origin_of(self.after.wholes[STORY]))
        outreach = self.told.outreach
        reach = {m.Origin.ADVERTISING: outreach.ad_reach, m.Origin.DEAL: outreach.deal_reach}.get(origin)
        if reach is not None:
            firms = [f for f in self.all if reach[f] > 0 and self.after.has(KNOWS, f)]
        elif origin in (m.Origin.REFERRAL, m.Origin.PRAISE):
            firms = sorted({f for f, bad in self._spoken() if not bad})
        else:
            firms = []
        return self._one("entered_market", firms, detail=origin.name.lower())

    def _tastes(self) -> list[Moment]:
        if not self._did(m.CHANGED_TASTE):
            return []
        before, after = self.before, self.after
        for f in self.all:
            if after.felt(TASTE, f) != before.felt(TASTE, f):
                more = after.felt(TASTE, f) > before.felt(TASTE, f)
                return self._one("changed_taste", [f], detail="more" if more else "less")
        if after.reals[RATE] != before.reals[RATE]:
            more = after.reals[RATE] > before.reals[RATE]
            return self._one("changed_taste", [], detail="oftener" if more else "seldomer")
        if after.reals[TASTE_OUTSIDE] == before.reals[TASTE_OUTSIDE]:
            return self._one("changed_taste", [])  # for what she never chooses
        more = after.reals[TASTE_OUTSIDE] > before.reals[TASTE_OUTSIDE]
        return self._one("changed_taste", [], detail="without" if more else "within")

    def _answers(self) -> list[Moment]:
        grieved = self.before.wholes[GRIEVED]
        waited = self.week - m.grieved_week(grieved) - 1
        found = []
        for name in ("answered_well", "answered_badly", "never_answered"):
            if self._did(m.MOMENTS[name]):
                found += self._one(name, [int(m.grieved_firm(grieved))], int(waited))
        if self._did(m.PAYMENT_FAILED):
            found += self._one("payment_failed", [int(m.contract_firm(self.before.wholes[CONTRACT]))])
        return found

    def _messages(self) -> list[Moment]:
        outreach, before = self.told.outreach, self.before
        found: list[Moment] = []
        if self._did(m.CONTACTED):
            may = [
                f for f in self.all if outreach.acts[f] == 1 and not before.has(KNOWS, 16 + f)
                and (outreach.contact_chance[f] > 0 or outreach.birthday[f] or outreach.near_reward[f]
                     or outreach.lapse_trigger[f] > 0)
                and (before.is_member(int(self.told.programme_of[f])) if outreach.members_only[f] == 1
                     else is_active(self.week - 1, before.last_week(f), self.told.context.lapse_weeks))
            ]  # fmt: skip
            found += self._one("contacted", may)
            if self._did(m.CREPT_UPON):
                found += self._one("crept_upon", [f for f in may if outreach.creepy[f] > 0])
            if self._did(m.OPTED_OUT):
                found += self._each("opted_out", self._came(KNOWS, 16), may)
        if self._did(m.HEARD_CLAIM):
            found += self._one(
                "heard_claim", [f for f in self.all if outreach.ad_reach[f] > 0 and outreach.promise[f] >= 0]
            )
        return found

    def _ties(self) -> list[Moment]:
        found: list[Moment] = []
        if self._did(m.TAUGHT):
            found += self._each("taught", self._came(TIES, 16))
        if self._did(m.JOINED_COMMUNITY):
            found += self._each("joined_community", self._came(TIES, 0))
        if self._did(m.LEFT_COMMUNITY):
            found += self._each("left_community", self._went(TIES, 0))
        left = [
            f for f in self.all if self.before.last_week(f) != NEVER and not self.before.has(KNOWS, f)
        ]  # fmt: skip
        back = [f for f in left if self.after.has(KNOWS, f) or f in self._left()] or left
        offered = [f for f in back if self.told.outreach.win_back_reach[f] > 0]
        if self._did(m.WON_BACK):
            found += self._one("won_back", offered or back)
        if self._did(m.RECONSIDERED):
            # Of two that she considers again, one the firm's doing, the other is hers.
            others = [f for f in back if not self._did(m.WON_BACK) or [f] != offered]
            found += self._one("reconsidered", others or back)
        return found

    def _spoken(self) -> list[tuple[int, bool]]:
        """Firm of each message of a friend, and whether it was a warning."""
        return [(int(spoken_firm(s)), spoken_kind(s) == WARNING) for s in self.said if s]

    def _friends_said(self) -> list[Moment]:
        found: list[Moment] = []
        for name, bad in (("heard_praise", False), ("heard_warning", True)):
            if self._did(m.MOMENTS[name]):
                spoken = sorted({f for f, warning in self._spoken() if warning == bad})
                moved = [f for f in spoken if self._moved(f, bad)]
                found += self._each(name, spoken if len(spoken) == 1 else moved, spoken)
        return found

    def _moved(self, f: int, bad: bool) -> bool:
        """Whether a regard rose, or fell, beyond its fading."""
        fresh = self.after.felt(REGARD, f) - self.before.felt(REGARD, f) * float(
            self.rules.word_of_mouth.keep
        )
        return fresh < -_ROUNDING if bad else fresh > _ROUNDING

    def _purchases_told(self) -> list[Moment]:
        found: list[Moment] = []
        for f, n in sorted(self.bought.items(), key=lambda item: (-item[1], item[0])):
            last = self.before.last_week(f)
            detail = "first" if last == NEVER else ""
            if last != NEVER and not is_active(self.week - 1, last, self.told.context.lapse_weeks):
                detail = f"back {self.week - last}"
            found += self._one("bought", [f], n, detail)
        old, new = self.before.wholes[CONTRACT], self.after.wholes[CONTRACT]
        until = int(m.contract_until(new))
        if self._did(m.RENEWED):
            found += self._one("renewed", [int(m.contract_firm(new))], until)
        elif old >= 0 and not self._did(m.PAYMENT_FAILED) and m.contract_firm(new) != m.contract_firm(old):
            found += self._one("contract_ended", [int(m.contract_firm(old))])
        if self._did(m.SIGNED):
            found += self._one("signed", [int(m.contract_firm(new))], until)
        return found

    def _troubles(self) -> list[Moment]:
        posted, grieved = self.told.posted, self.after.wholes[GRIEVED]
        fresh = grieved >= 0 and m.grieved_week(grieved) == self.week
        found: list[Moment] = []
        if self._did(m.GIFT):
            found += self._one("gift", [f for f in self.bought if posted.gift_chance[f] > 0])
        if self._did(m.FEE_NOTICED):
            found += self._one("fee_noticed", [f for f in self.bought if posted.fee[f] > 0])
        may_fail = [f for f in self.bought if posted.failure_rate[f] > 0]
        for name, kind in (("failed_core", m.CORE), ("failed_encounter", m.ENCOUNTER)):
            if self._did(m.MOMENTS[name]):
                known = [int(m.grieved_firm(grieved))] if fresh and m.grieved_kind(grieved) == kind else []
                found += self._one(name, known or may_fail)
        if self._did(m.COMPLAINED):
            certain = [int(m.grieved_firm(grieved))] if fresh and m.has_complained(grieved) else []
            # A sharper failure elsewhere may have taken the place of the one complained about.
            found += self._one("complained", certain or may_fail)
        return found

    def _returns(self) -> list[Moment]:
        return [moment for f, n in self.brought_back.items() for moment in self._one("brought_back", [f], n)]

    def _breaks(self) -> list[Moment]:
        if not self._did(m.LEFT_FIRM):
            return []
        story = self.after.wholes[STORY]
        told_of, decisive = int(m.firm_left(story)), Cause(m.decisive_cause(story))
        bits = m.contributing_causes(story)
        others = [c for c in Cause if (bits >> c) & 1 and c is not decisive]
        unpaid = int(m.contract_firm(self.before.wholes[CONTRACT])) if self._did(m.PAYMENT_FAILED) else -1
        found = []
        for f in sorted({told_of, *self._left()}, key=lambda f: f == told_of):
            causes = [decisive, *others] if f == told_of else [Cause.INVOLUNTARY] if f == unpaid else []
            found += self._one("left_firm", [f], detail=", ".join(c.name.lower() for c in causes))
        return found

    def _left(self) -> set[int]:
        """Firms considered at some time of the week and no longer at its end, or whose contract was not renewed."""
        bound = m.contract_firm(self.after.wholes[CONTRACT])
        bought = {f for f in self.bought if f != bound and not self.after.has(KNOWS, f)}
        before = int(m.contract_firm(self.before.wholes[CONTRACT]))
        ended = {before} if before >= 0 and before != bound and self.after.wholes[ALIVE] == 1 else set()
        return bought.union(self._went(KNOWS, 0), ended)

    def _says(self) -> list[Moment]:
        found: list[Moment] = []
        if self._did(m.WARNED):
            found += self._one("warned", [int(m.grieved_firm(self.after.wholes[GRIEVED]))])
        for name in ("referred", "praised"):
            if self._did(m.MOMENTS[name]):
                found += self._one(name, [self.after.wholes[LAST_FIRM]])
        return found


def tastes(page: Page) -> list[float]:
    """Share of her choices that each firm, and last no purchase, would have by taste alone."""
    logs = [page.felt(TASTE, f) for f in range(page.firms)] + [page.reals[TASTE_OUTSIDE]]
    greatest = max(logs)
    odds = [math.exp(max(x - greatest, -80.0)) for x in logs]
    return [x / sum(odds) for x in odds]


def habits(page: Page) -> tuple[float, float]:
    """Purchases a week that she sets out for, and her typical basket (currency)."""
    return page.reals[RATE], page.reals[BASKET]
