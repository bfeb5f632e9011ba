"""A diary in plain English: weeks worth telling one by one, the weeks between them in a line.

What a customer meets for the first time is worth telling; the tenth letter of a firm is only counted.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from sim.population import moments as m
from sim.population.columns import CONTRACT, EXPECTATION, GRIEVED, KNOWS, SATISFACTION, STAMPS, TRUST
from sim.population.deeds import PAID_OUT, Wording
from sim.population.diary import Diary, Entry, Feeling, Person
from sim.population.page import Moment, Page, habits, tastes

_WIDTH = 100
_SMALL = {
    "bought", "contacted", "heard_claim", "praised", "referred", "heard_praise", "heard_warning", "redeemed", "gift",
    "renewed", "points_expired", "points_pooled", "points_free", "points_taken_back", "birthday_points",
    "outside_points", "vouchers", "cheque", "challenge_missed", "challenge_taken_up", "challenge_won",
    "streak_broken", "streak_won", "milestone", "level_kept", "club_renewed", "full_card", "offer_used", "surprised",
    "brought_back", "reached_by_campaign",
}  # fmt: skip
"""Told the first time, counted afterwards."""
_NEWS_BY_DETAIL = {"bought", "changed_taste"}
"""Where a detail makes news of what is usual."""
_NOTICEABLE, _DRIFT = 1.0, 3.0
"""Least change of satisfaction told: in a week worth telling, over the weeks between (index points)."""
_TRUST = 0.03
"""Least change of trust told (share)."""
_MANY = 3
"""Firms beyond which only those that she likes best are described."""

_CAUSES = {
    "price": "the price",
    "inconvenience": "the inconvenience",
    "core_failure": "a failure of the service itself",
    "encounter_failure": "the way she was treated",
    "response": "the response to her complaint",
    "competition": "what rivals give",
    "ethics": "lost trust",
    "involuntary": "beyond her control",
}
_COMING = {
    "newcomer": "somebody new takes the place",
    "advertising": "advertising{of} brings her in",
    "deal": "a deal for first-time buyers{at} brings her in",
    "referral": "a friend who recommends {firm} brings her in",
    "praise": "a friend who speaks well{of} brings her in",
}
_TASTES = {
    "more": "her tastes change: {firm} is more to her liking now",
    "less": "her tastes change: {firm} is less to her liking now",
    "oftener": "her life changes: she buys more often now",
    "seldomer": "her life changes: she buys less often now",
    "without": "her tastes change: she goes without more readily now",
    "within": "her tastes change: she goes without less readily now",
}
_SAID = {
    "heard_of_crisis": "heard of the trouble with {firm}",
    "harmed": "was harmed by what she had bought at {firm}",
    "reached_by_campaign": "was shown what {firm} has for people like her",
    "let_go": "was told by {firm} that it serves her no longer",
    "handed_over": "was handed over to another firm by {firm}",
    "basic_service": "gets only basic service at {firm} for now",
    "points_expired": "{number:,} of her points at {firm} expired",
    "points_pooled": "{number:,} of her points at {firm} went to the account of her household",
    "points_free": "{number:,} point{s} at {firm} can be spent from now on",
    "points_taken_back": "{firm} took back {number:,} point{s} for what she had brought back",
    "birthday_points": "{firm} gave her {number:,} point{s} for her birthday",
    "outside_points": "earned {number:,} point{s} of {firm} elsewhere",
    "points_stolen": "thieves emptied her account at {firm}: {number:,} point{s} gone, {back} given back",
    "vouchers": "{firm} sent her vouchers for {number:,} point{s}",
    "cheque": "{firm} paid out {number:,} point{s} in cash: {detail} {currency}",
    "challenge_taken_up": "took up the challenge of {firm}, for {number:,} point{s}",
    "challenge_missed": "did not reach the goal of the challenge of {firm}",
    "challenge_won": "reached the goal of the challenge{at}: {number:,} point{s}",
    "streak_broken": "broke her streak at {firm}, {links} long",
    "streak_won": "completed her streak{at}: {number:,} point{s}",
    "milestone": "reached a milestone{at}: {number:,} point{s}",
    "level_won": "won the level {detail}{at}",
    "level_given": "was given the level {detail}{at}",
    "level_on_trial": "was given the level {detail}{at} on trial, for what she is elsewhere",
    "level_kept": "keeps the level {detail}{at} for longer",
    "level_grace": "no longer reaches the level {detail} at {firm}; {weeks} of grace begin",
    "level_lost": "lost the level {was} at {firm}{and_is}",
    "level_changed": "{firm} changed its levels: she {was_is}",
    "card_expired": "her stamp card of {firm} ran out, and {stamps} with it",
    "programme_worsened": "the programme of {firm} changed for the worse{announced}",
    "fee_refunded": "{firm} gave back {detail} {currency} of the membership fee",
    "trial_converted": "the trial{at} is over; she stays a member and pays {detail} {currency}",
    "club_renewed": "renewed her membership{at} for {detail} {currency}",
    "club_left": "gave up her membership at {firm}{trial}{with_points}",
    "second_account": "opened a second account at {firm}, for another {number:,} welcome point{s}",
    "trial_begun": "may try the membership for {weeks}",
    "fee_paid": "paid {detail} {currency} for the membership",
    "full_card": "handed in a full card{at}",
    "offer_used": "used an offer of {firm} made for her alone",
    "surprised": "the programme of {firm} surprised her with something worth {detail} {currency}",
    "brought_back": "brought back what she had bought{at}",
    "programme_closed": "the programme of {firm} closed{with_points}",
    "points_ended": "{firm} gave up its points{paid_or_lost}",
    "points_regraded": "{firm} changed its points: her {detail} are {number:,} now",
    "stamps_ended": "{firm} gave up its stamp card{stamps_or_lost}",
    "left_market": "left the market for good",
    "answered_well": "{firm} answered her complaint well{waited}",
    "answered_badly": "{firm} answered her complaint badly{waited}",
    "never_answered": "{firm} never answered her complaint; she stopped waiting",
    "payment_failed": "a payment to {firm} failed, and with it her contract ended",
    "contacted": "heard from {firm}",
    "crept_upon": "the message of {firm} knew more about her than she liked",
    "opted_out": "asked {firm} to write no more",
    "heard_claim": "met the promise of {firm} in an advertisement",
    "taught": "{firm} taught her to make more of what it sells",
    "joined_community": "joined the community of {firm}",
    "left_community": "drifted out of the community of {firm}",
    "won_back": "an offer of {firm} won her back",
    "reconsidered": "made her peace with {firm} and considers it again",
    "heard_praise": "friends praised {firm}",
    "heard_warning": "friends warned her of {firm}",
    "signed": "signed with {firm} until week {number}",
    "renewed": "renewed her contract with {firm} until week {number}",
    "contract_ended": "let her contract with {firm} run out",
    "gift": "{firm} surprised her with a present",
    "fee_noticed": "noticed a hidden fee{at}",
    "failed_core": "the service itself failed{at}",
    "failed_encounter": "was treated badly{at}",
    "complained": "complained{to}",
    "joined": "joined the programme of {firm}",
    "redeemed": "took a reward{at}",
    "warned": "warned her friends of {firm}",
    "referred": "sent a friend to {firm}",
    "praised": "praised {firm} to her friends",
}
_COUNTED = {
    "reached_by_campaign": "was shown what {firm} has for people like her",
    "redeemed": "took a reward at {firm}",
    "gift": "had a present from {firm}",
    "renewed": "renewed her contract with {firm}",
    "points_expired": "some of her points expired at {firm}",
    "points_pooled": "points went to and fro in her household at {firm}",
    "points_free": "points came free at {firm}",
    "points_taken_back": "points were taken back at {firm}",
    "birthday_points": "had points for her birthday at {firm}",
    "outside_points": "earned points elsewhere for {firm}",
    "vouchers": "had vouchers from {firm}",
    "cheque": "was paid in cash by {firm}",
    "challenge_taken_up": "took up the challenge of {firm}",
    "challenge_missed": "missed the goal of {firm}",
    "challenge_won": "reached the goal of the challenge at {firm}",
    "streak_broken": "broke her streak at {firm}",
    "streak_won": "completed her streak at {firm}",
    "milestone": "reached a milestone at {firm}",
    "level_kept": "kept her level at {firm}",
    "club_renewed": "renewed her membership at {firm}",
    "full_card": "handed in a full card at {firm}",
    "offer_used": "used an offer of {firm}",
    "surprised": "was surprised by the programme of {firm}",
    "brought_back": "brought something back at {firm}",
    "referred": "sent friends to {firm}",
}
"""What is said otherwise when it is only counted."""
_PAINFUL = {
    "failed_core",
    "failed_encounter",
    "complained",
    "answered_well",
    "answered_badly",
    "never_answered",
}
"""What a grievance comes from, or what becomes of it."""
_OVERHEARD = {"contacted", "heard_claim"}
"""Left out of a week worth telling, once they are no news."""
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def number(n: int) -> str:
    """A count in words, as far as twelve."""
    return _NUMBERS[n] if 0 <= n < len(_NUMBERS) else f"{n:,}"


def times(n: int) -> str:
    """How often."""
    return {1: "once", 2: "twice"}.get(n, f"{number(n)} times")


def weeks(n: int) -> str:
    """How long."""
    return "a week" if n == 1 else f"{number(n)} weeks"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:] + "."


def holds(page: Page, programme: int, words: Wording) -> str:
    """What is on a membership."""
    points, stamps = page.points(programme), page.of_programme(STAMPS, programme)
    held = [words.level(page.level(programme))] * (page.level(programme) > 0)
    held += [f"{points:,} point{'s' * (points != 1)}"] * (points > 0)
    held += [stamps_in_words(stamps)] * (stamps > 0)
    return f" ({listed(held)})" if held else ""


def stamps_in_words(n: int) -> str:
    """So many stamps."""
    return f"{number(n)} stamp{'s' * (n != 1)}"


Kind = tuple[str, tuple[str, ...]]
"""Name and firms of a moment."""


class Story:
    """The story of a diary: chapters, one a person, of paragraphs, each with its weeks and its words."""

    def __init__(self, diary: Diary) -> None:
        self.diary, self.cast = diary, diary.cast

    def text(self) -> str:
        """For a terminal."""
        lines: list[str] = []
        for heading, paragraphs in self.chapters():
            lines += ["", heading, "=" * len(heading), ""] if lines else [heading, "=" * len(heading), ""]
            for when, words in paragraphs:
                lines += textwrap.wrap(
                    f"{when}: {words}" if when else words, _WIDTH, subsequent_indent="    " if when else ""
                )
        return "\n".join(lines)

    def html(self) -> str:
        """For a notebook."""
        parts = []
        for heading, paragraphs in self.chapters():
            parts.append(f"<h4>{escape(heading)}</h4>")
            for when, words in paragraphs:
                label = f"<b>{escape(when)}</b>&ensp;" if when else ""
                parts.append(f'<p style="margin:.25em 0;max-width:46em">{label}{escape(words)}</p>')
        return f'<div class="diary">{"".join(parts)}</div>'

    def chapters(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Heading and paragraphs (weeks, words) of each person who held the place."""
        title = f"Customer {self.diary.customer}, of the {self.diary.segment}"
        if not self.diary.entries:
            yield title, [("", "Nothing is written here yet: nobody has lived in this place.")]
            return
        for person in self.diary.people:
            entries = [e for e in self.diary.entries if e.person == person.number]
            heading = title if person.number == 1 else f"{title}: the {_ordinal(person.number)} in her place"
            yield (
                heading,
                [("", self.portrait(person)), *self.weeks(person, entries), ("", self.farewell(person))],
            )

    # --- how she is ---------------------------------------------------------------------------------------

    def portrait(self, person: Person) -> str:
        """Who she is when the diary meets her."""
        page, cast = person.first, self.cast
        rate, basket = habits(page)
        often = (
            f"about {rate:.1f} times a week" if rate >= 1.25 else "about once a week" if rate > 0.67
            else f"about every {weeks(round(1 / rate))}" if rate > 1 / 60 else "hardly ever"
        )  # fmt: skip
        text = f"She shops {often} and spends some {basket:,.0f} {cast.currency} each time."
        likes = sorted(zip(tastes(page), [*cast.firms, "going without"], strict=True), reverse=True)
        best = [f"{name} ({100 * share:.0f} %)" for share, name in likes[:2] if share >= 0.05]
        text += f" By taste alone she would mostly choose {listed(best)}."
        known = [f for f in range(page.firms) if page.has(KNOWS, f)]
        unknown = [cast.firms[f] for f in range(page.firms) if f not in known]
        shown = (
            sorted(known, key=lambda f: -tastes(page)[f])[: _MANY + 1] if len(known) > _MANY + 1 else known
        )
        hopes = [f"{page.felt(EXPECTATION, f):.0f} of {cast.firms[f]}" for f in shown]
        if hopes:
            text += f" She expects {listed(hopes)}."
        if unknown:
            text += f" She does not think of {listed(unknown, 'or')}."
        return text

    def farewell(self, person: Person) -> str:
        """How things stand at the end of her pages."""
        page, cast = person.last, self.cast
        feelings = []
        known = sorted(
            (f for f in range(page.firms) if page.last_week(f) >= 0), key=lambda f: -page.last_week(f)
        )
        for f in known[:_MANY]:
            felt = f"{page.felt(SATISFACTION, f):.0f} with {cast.firms[f]} (trust {page.felt(TRUST, f):.2f})"
            feelings.append(felt)
        text = "In the end "
        text += f"her satisfaction is {listed(feelings)}." if feelings else "she has bought nowhere."
        clubs = [
            f"at {cast.firms[f]}{holds(page, p, self.diary.wording[p])}"
            for p, f in enumerate(cast.programmes)
            if page.is_member(p)
        ]
        text += f" She is a member {listed(clubs)}." if clubs else ""
        grieved = page.wholes[GRIEVED]
        if grieved >= 0:
            wound = f"a grievance against {cast.firms[int(m.grieved_firm(grieved))]}"
            text += f" She bears {wound}{', and waits for an answer' if m.has_complained(grieved) else ''}."
        bound = page.wholes[CONTRACT]
        if bound >= 0 and m.contract_until(bound) > self.diary.entries[-1].week:
            firm = cast.firms[int(m.contract_firm(bound))]
            text += f" Her contract with {firm} runs until week {int(m.contract_until(bound))}."
        gone = [cast.firms[f] for f in known if not page.has(KNOWS, f)]
        if gone:
            text += f" She no longer thinks of {listed(gone, 'or')}."
        return text

    # --- what happened ------------------------------------------------------------------------------------

    def weeks(self, person: Person, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
        """The weeks, those without anything remarkable together."""
        cast = self.cast
        before = {
            name: Feeling(
                person.first.felt(SATISFACTION, f), person.first.felt(TRUST, f), 0.0,
                person.first.felt(EXPECTATION, f),
            )
            for f, name in enumerate(cast.firms)
        }  # fmt: skip
        met: set[Kind] = set()
        turn = cast.burn_in if entries[0].week < cast.burn_in <= entries[-1].week else -1
        quiet: list[Entry] = []
        for i, entry in enumerate(entries):
            news = self._news(entry, met)
            if entry.week == turn:
                yield "", self._turning_point(turn)
            if news:
                after = entry.feelings
                yield f"Week {entry.week}", self.one_week(entry, news, before, after)
                before = after
                continue
            quiet.append(entry)
            following = entries[i + 1] if i + 1 < len(entries) else None
            if following is None or following.week == turn or self._news(following, set(met)):
                after = entry.feelings
                yield _span(quiet), self.quiet(quiet, before, after)
                before, quiet = after, []

    def _turning_point(self, week: int) -> str:
        design = f", and the design “{self.cast.design}” begins" if self.cast.design else ""
        return f"— From week {week} on, the market is measured{design}. —"

    @staticmethod
    def _news(entry: Entry, met: set[Kind]) -> set[Kind]:
        """What makes a week worth telling; adds to what she has met."""
        news = set()
        for moment in entry.moments:
            kind = (moment.name, moment.firms)
            usual = moment.name in _SMALL and (kind in met or moment.name == "bought")
            usual |= moment.name == "changed_taste"
            if not usual or (moment.detail and moment.name in _NEWS_BY_DETAIL):
                news.add(kind)
            met.add(kind)
        return news

    def one_week(
        self, entry: Entry, news: set[Kind], before: dict[str, Feeling], after: dict[str, Feeling]
    ) -> str:
        """A week worth telling."""
        bought = [moment.firms[0] for moment in entry.moments if moment.name == "bought"]
        here = bought[0] if len(bought) == 1 else ""
        unpaid = {moment.firms for moment in entry.moments if moment.name == "payment_failed"}
        told = [
            moment for moment in entry.moments
            if not (moment.name in _OVERHEARD and (moment.name, moment.firms) not in news)
            and (moment.name != "changed_taste" or moment.detail)
            and not (moment.name == "left_firm" and moment.firms in unpaid)
        ]  # fmt: skip
        parts = []
        for name, moments in _together(told):
            if name == "bought":
                parts.append(self._purchases(moments))
            elif len(moments) > 1 and name in _SMALL and name != "renewed":
                parts.append(self._counted(name, Counter(moment.firms for moment in moments)))
            else:
                parts += [self.say(moment, here) for moment in moments]
        text = sentence("; ".join(parts))
        changes = _changes(before, after, _NOTICEABLE, bought + [f for x in told for f in x.firms])
        if any(moment.name in _PAINFUL for moment in told) and entry.grievance >= 1:
            weight = f"the grievance weighs {entry.grievance:.0f} point{'s' * (entry.grievance >= 1.5)}"
            changes = f"{changes}; {weight}" if changes else weight
        return text + (" " + sentence(changes) if changes else "")

    def quiet(self, lived: Sequence[Entry], before: dict[str, Feeling], after: dict[str, Feeling]) -> str:
        """Weeks in which nothing remarkable happened."""
        purchases: Counter[str] = Counter()
        small: dict[str, Counter[tuple[str, ...]]] = {}
        for entry in lived:
            for moment in entry.moments:
                if moment.name == "bought":
                    purchases[moment.firms[0]] += moment.number
                elif moment.name != "changed_taste":
                    small.setdefault(moment.name, Counter())[moment.firms] += 1
        parts: list[str] = []
        for firm, n in purchases.most_common():
            noun = "" if parts else f" purchase{'s' if n != 1 else ''}"
            parts.append(f"{number(n)}{noun} at {firm}")
        text = listed(parts) if parts else "no purchase"
        rest = [self._counted(name, counts) for name, counts in small.items()]
        text = sentence("; ".join([text, *rest])) if rest else sentence(f"{text}, nothing remarkable")
        changes = _changes(before, after, _DRIFT, list(purchases))
        return text + (" " + sentence(changes) if changes else "")

    @staticmethod
    def _counted(name: str, counts: Counter[tuple[str, ...]]) -> str:
        """What happened once or more with each of some firms."""
        firms = [
            listed(firms, "or") + (f" {times(n)}" if n > 1 else "") for firms, n in counts.most_common()
        ]  # fmt: skip
        known = {"firm": listed(firms), "at": f" at {listed(firms)}"}
        return _COUNTED.get(name, _SAID[name]).format(**known)

    @staticmethod
    def _purchases(moments: Sequence[Moment]) -> str:
        parts = []
        for moment in moments:
            when = ""
            if moment.detail == "first":
                when = "for the first time"
            elif moment.detail:
                when = f"for the first time in {weeks(int(moment.detail.split()[1]))}"
            often = f"{times(moment.number)} " if moment.number > 1 or len(moments) > 1 else ""
            if when:
                when = f" ({when})" if len(moments) > 1 else f", {when}" if often else f" {when}"
            parts.append(f"{often}at {moment.firms[0]}{when}")
        return "bought " + listed(parts)

    def say(self, moment: Moment, here: str = "") -> str:
        """A moment in words; `here` is the firm that goes without saying."""
        firm = listed(moment.firms, "or")
        known = moment.firms == (here,) or not firm
        places = {
            "firm": firm,
            "number": moment.number,
            "at": "" if known else f" at {firm}",
            "to": "" if known else f" to {firm}",
            "of": f" of {firm}" if firm else "",
            "waited": f", after {weeks(moment.number)}" if moment.number > 0 else ", at once",
            "currency": self.cast.currency,
            "detail": moment.detail,
            "s": "s" * (moment.number != 1),
            "weeks": weeks(moment.number),
        }
        places |= _of_membership(moment)
        if moment.name == "left_firm":
            return f"left {firm} for good{_reasons(moment.detail)}"
        if moment.name == "entered_market":
            return _COMING[moment.detail].format(**places)
        if moment.name == "changed_taste":
            return _TASTES.get(moment.detail, "her tastes change, though not so that it shows").format(
                **places
            )
        if moment.name == "bought":
            return self._purchases([moment])
        if moment.name == "redeemed":
            often = f" {times(moment.number)}" if moment.number > 1 else ""
            what = f"the reward “{moment.detail}”" if moment.detail else "a reward"
            return f"took {what}{places['at']}{often}"
        if moment.name == "joined" and moment.detail:
            return f"joined the programme of {moment.detail} at {firm}"
        if moment.name == "points_pooled" and moment.detail == "received":
            return "{number:,} point{s} of her household at {firm} came to her account".format(**places)
        return _SAID[moment.name].format(**places)


def _together(moments: Sequence[Moment]) -> Iterator[tuple[str, list[Moment]]]:
    """Moments in order by name; small ones join the first of their name, others only one just before."""
    groups: list[tuple[str, list[Moment]]] = []
    first: dict[str, list[Moment]] = {}
    for moment in moments:
        if moment.name in first:
            first[moment.name].append(moment)
        elif groups and groups[-1][0] == moment.name:
            groups[-1][1].append(moment)
        else:
            groups.append((moment.name, [moment]))
            if moment.name in _SMALL:
                first[moment.name] = groups[-1][1]
    yield from groups


def _of_membership(moment: Moment) -> dict[str, str]:
    """What only sentences about memberships speak of."""
    first, _, last = moment.detail.partition(", ")
    paid, points = moment.detail == PAID_OUT, f"{moment.number:,} point{'s' * (moment.number != 1)}"
    now = f"is {last}" if last else "has none"
    return {
        "was": first,
        "and_is": f", and is {last} now" if last else "",
        # Levels that are no longer there leave her without one, and new ones may find her without.
        "was_is": f"was {first} and {now} now" if last or moment.number == 0 else f"is {first} now",
        "back": moment.detail.removesuffix(" back"),
        "links": number(moment.number),
        "stamps": stamps_in_words(moment.number),
        "announced": ", as it had said it would" if moment.detail == "announced" else "",
        "trial": " when the trial was over" if moment.detail == "trial" else "",
        "with_points": (f", and paid out her {points}" if paid else f", and {points} with it")
        if moment.number > 0
        else "",
        "paid_or_lost": f" and paid out her {points}" if paid else f", and her {points} are lost",
        "stamps_or_lost": " and honoured what was full"
        if paid
        else f", and {stamps_in_words(moment.number)} with it",
    }


def _ordinal(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(n, f"{n}th")


def _span(lived: Sequence[Entry]) -> str:
    first, last = lived[0].week, lived[-1].week
    return f"Week {first}" if first == last else f"Weeks {first}–{last}"


def _reasons(detail: str) -> str:
    decisive, *others = detail.split(", ")
    if decisive == "involuntary":
        return ", for reasons beyond her control"
    if not decisive:
        return ""
    with_it = f"; {listed([_CAUSES[c] for c in others])} contributed" if others else ""
    return f": the decisive cause was {_CAUSES[decisive]}{with_it}"


def _changes(
    before: dict[str, Feeling], after: dict[str, Feeling], least: float, firms: Iterable[str]
) -> str:
    """her satisfaction with A fell from 68 to 61, her trust from 0.60 to 0.48; ..."""
    parts: list[str] = []
    for firm in dict.fromkeys(firms):
        was, now = before[firm], after[firm]
        verb = "rose" if now.satisfaction > was.satisfaction else "fell"
        text = ""
        if abs(now.satisfaction - was.satisfaction) >= least:
            text = (
                f"her satisfaction with {firm} {verb} from {was.satisfaction:.0f} to {now.satisfaction:.0f}"
            )
        if abs(now.trust - was.trust) >= _TRUST:
            own = "rose" if now.trust > was.trust else "fell"
            of_it = ", her trust" if text else f"her trust in {firm}"
            text += (
                f"{of_it}{'' if text and own == verb else ' ' + own} from {was.trust:.2f} to {now.trust:.2f}"
            )
        parts += [text] if text else []
    return "; ".join(parts)
