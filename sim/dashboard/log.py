"""A diary as a list of weeks, in any language of the catalogue: what happened, week by week, in the words of messages.

English diaries are told as stories (sim/population/story.py); this is what other languages have instead.
"""

from __future__ import annotations

from collections import Counter
from html import escape

from sim.dashboard.catalogue import Catalogue
from sim.population.diary import Diary, Entry
from sim.population.page import Moment

QUIET = ("bought", "contacted", "heard_claim")
"""Weeks with nothing else are told together."""


def log_of(diary: Diary, language: str) -> str:
    """The diary as HTML: a heading, a line for each week worth telling or run of quiet ones, and how she feels now."""
    said = Catalogue(language)
    title = said.say("log.title", customer=diary.customer, segment=diary.segment)
    lines: list[str] = []
    quiet: list[Entry] = []
    for entry in diary.entries:
        if all(moment.name in QUIET for moment in entry.moments):
            quiet.append(entry)
            continue
        lines += [_together(quiet, said), _week(entry, said)]
        quiet = []
    lines.append(_together(quiet, said))
    told = [line for line in lines if line] or [f"<p>{escape(said.say('log.empty'))}</p>"]
    feelings = [_felt(diary.entries[-1], firm, said) for firm in diary.cast.firms] if diary.entries else []
    return f'<div class="diary"><h4>{escape(title)}</h4>{"".join([*told, *feelings])}</div>'


def _week(entry: Entry, said: Catalogue) -> str:
    what = said.say("log.between").join(_said(moment, said) for moment in entry.moments)
    return _line(said.say("log.week", week=entry.week), what)


def _together(quiet: list[Entry], said: Catalogue) -> str:
    """Purchases of a run of quiet weeks, added up by firm."""
    counts: Counter[tuple[str, ...]] = Counter()
    for entry in quiet:
        for moment in entry.moments:
            if moment.name == "bought":
                counts[moment.firms] += moment.number
    if not counts:
        return ""
    first, last = quiet[0].week, quiet[-1].week
    when = (
        said.say("log.week", week=first) if first == last else said.say("log.weeks", first=first, last=last)
    )
    bought = [_said(Moment("bought", firms, number), said) for firms, number in counts.items()]
    return _line(when, said.say("log.between").join(bought))


def _said(moment: Moment, said: Catalogue) -> str:
    causes = [cause for cause in moment.detail.split(", ") if said.knows(f"cause.{cause}")]
    cause = f"cause.{causes[0]}" if moment.name == "left_firm" and causes else "cause.unknown"
    return said.say(
        f"moment.{moment.name}",
        firm=said.say("log.or").join(moment.firms),
        number=f"{moment.number:,}",
        level=moment.detail.partition(", ")[0],
        cause=said.say(cause),
    )


def _felt(entry: Entry, firm: str, said: Catalogue) -> str:
    felt = entry.feelings[firm]
    words = said.say(
        "log.feelings", firm=firm, satisfaction=f"{felt.satisfaction:.0f}", trust=f"{felt.trust:.2f}"
    )
    return f"<p>{escape(words)}</p>"


def _line(when: str, what: str) -> str:
    return f"<p><b>{escape(when)}</b>&ensp;{escape(what)}</p>"
