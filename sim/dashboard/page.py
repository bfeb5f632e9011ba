"""What the page of one reader knows and answers; nothing of browsers in it.

The browser asks (`{"do": "step", "weeks": 1}`), the page answers with what has changed, as JSON can carry it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

from sim.dashboard import exports
from sim.dashboard.catalogue import LANGUAGES, Catalogue, messages
from sim.dashboard.figures import UNITS, number, unit_name
from sim.dashboard.lesson_mode import Held
from sim.dashboard.levers import RIVALS, Lever
from sim.dashboard.offer import Offer
from sim.dashboard.session import Session
from sim.scenario import ScenarioError

Ask = Mapping[str, Any]
Answer = dict[str, Any]
Progress = Callable[[int, int], None]
QUICK = ("step", "language", "predict")
"""What is answered at once; everything else may live many weeks."""
MOST_WEEKS = 52
"""Weeks of one step, at most."""
MOST_CUSTOMERS = 1_000_000
"""Customers that can be typed; more take gigabytes, twice while weeks are lived again."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
"""10,000, as the page itself writes whole numbers."""


class Refused(ValueError):
    """What was asked for cannot be done; the message says why, in words for the reader."""


class Page:
    """The page of one reader: a session, a language, perhaps a lesson. Raises ScenarioError as Session does."""

    def __init__(self, offer: Offer, language: str = "en", *, seed: int = 1, key: str = "") -> None:
        self.offer, self.seed = offer, seed
        self.catalogue = Catalogue(language if language in LANGUAGES else "en")
        self.customer: int | None = None
        """whose diary is open, by unique_id"""
        self.key = key or offer.first
        self.session: Session = offer.open(self.key, seed=seed)
        lesson = offer.lesson(self.key)
        self.held = Held(lesson) if lesson else None

    def answer(self, ask: Ask, progress: Progress | None = None) -> Answer:
        """Do what was asked. The answer has `error` in words where it cannot be done; the session is as it was."""
        act = getattr(self, f"_{ask.get('do')}", None)
        try:
            if act is None:
                raise Refused(f"the page cannot do {ask.get('do')!r}")
            found: Answer = act(ask, progress)
        except ScenarioError as error:
            found = self.controls() | {"error": self.catalogue.say("page.error", why=str(error))}
        except (ValueError, KeyError, TypeError) as error:
            why = str(error.args[0]) if error.args else type(error).__name__
            found = self.controls() | {"error": self.catalogue.say("page.error", why=why)}
        return found

    # --- what is shown ------------------------------------------------------------------------------------

    def everything(self) -> Answer:
        """All that the page shows, as after it was loaded."""
        say, language = self.catalogue.say, self.catalogue.language
        words = {key: text[language] for key, text in messages().items() if key.startswith("page.")}
        return {
            "language": language,
            "words": words,
            "choices": self.offer.choices(self.catalogue),
            "key": self.key,
            "title": self.offer.title(self.key, self.catalogue),
            "units": {name: unit_name(self.catalogue, unit, self._currency) for name, unit in UNITS.items()},
            "series": {name: say(f"series.{name}") for name in UNITS},
            "events": self._events(),
            **self.controls(),
            **self.now(),
            **self._diary_of(self.customer),
        }

    def controls(self) -> Answer:
        """What can be set: designs, levers, mechanisms, customers."""
        session = self.session
        sides = [session.levers(side) for side in (0, 1)]
        own = [
            [self._lever(lever) for lever in side if not lever.path.startswith(f"{RIVALS}.")]
            for side in sides
        ]
        rivals = [self._lever(lever) for lever in sides[0] if lever.path.startswith(f"{RIVALS}.")]
        groups: dict[str, list[Answer]] = {}
        for state in session.mechanisms():
            entry = {"name": state.name, "label": self.catalogue.say(state.label), "on": state.on}
            groups.setdefault(state.group, []).append(entry | {"meaning": self.catalogue.say(state.meaning)})
        return {
            "designs": list(session.world.design_names),
            "sides": list(session.sides),
            "customers": session.world.customers.count,
            "levers": own,
            "rivals": rivals,
            "mechanisms": [
                {"label": self.catalogue.say(f"group.{name}"), "entries": entries}
                for name, entries in groups.items()
            ],
            "customer": self.customer,
            "lesson": self.held.shown(self.catalogue) if self.held else None,
        }

    def now(self) -> Answer:
        """Where the weeks are, and the last value of what is plotted."""
        session, say = self.session, self.catalogue.say
        series = session.series()
        readings = {}
        for name, unit in UNITS.items():
            left, right = series[name][-1] if len(series[name]) else (float("nan"),) * 2
            away = unit_name(self.catalogue, unit, self._currency, difference=True)
            gap = number(right - left, unit, signed=True)
            readings[name] = {"values": [number(left, unit), number(right, unit)], "gap": gap, "unit": away}
        before = session.burn_in - session.week
        phase = say("page.before", weeks=before) if before > 0 else say("page.since", weeks=-before)
        return {
            "people": self._people(),
            "week": session.week,
            "weeks": session.weeks,
            "burn_in": session.burn_in,
            "phase": say("page.over") if session.done else phase,
            "done": session.done,
            "readings": readings,
        }

    # --- what can be asked --------------------------------------------------------------------------------

    def _step(self, ask: Ask, _: Progress | None) -> Answer:
        if self.held is not None and not self.held.prediction:
            raise Refused(self.catalogue.say("page.predict_first"))
        self.session.step(min(max(int(ask.get("weeks", 1)), 1), MOST_WEEKS))
        return self.now()

    def _reset(self, _: Ask, progress: Progress | None) -> Answer:
        self.session.reset(progress=progress)
        self.customer = None
        if self.held is not None:
            self.held.forget()
        return self.everything()

    def _open(self, ask: Ask, _: Progress | None) -> Answer:
        key, count = str(ask["key"]), ask.get("customers")
        asked = None if count in (None, "") else self._whole(count)
        if asked is not None and asked > MOST_CUSTOMERS:
            raise Refused(self.catalogue.say("page.too_many", most=f"{MOST_CUSTOMERS:,}"))
        self.session = self.offer.open(key, asked, seed=self.seed)
        lesson = self.offer.lesson(key)
        self.key, self.customer, self.held = key, None, Held(lesson) if lesson else None
        return self.everything()

    def _choose(self, ask: Ask, progress: Progress | None) -> Answer:
        self.session.choose(int(ask["side"]), str(ask["design"]), progress=progress)
        return self._set()

    def _move(self, ask: Ask, progress: Progress | None) -> Answer:
        value = self._real(ask["value"])
        side, path = int(ask["side"]), str(ask["path"])
        lever = next((lever for lever in self.session.levers(side) if lever.path == path), None)
        if lever is not None and lever.whole:
            value = self._whole(ask["value"])
        self.session.set_lever(side, path, value, progress=progress)
        return self._set()

    def _switch(self, ask: Ask, progress: Progress | None) -> Answer:
        self.session.switch(str(ask["name"]), bool(ask["on"]), progress=progress)
        return self._set()

    def _language(self, ask: Ask, _: Progress | None) -> Answer:
        self.catalogue = Catalogue(str(ask["language"]))
        return self.everything()

    def _diary(self, ask: Ask, _: Progress | None) -> Answer:
        customer = None if ask["customer"] in (None, "") else self._whole(ask["customer"])
        told = self._diary_of(customer)
        self.customer = customer
        return told

    def _predict(self, ask: Ask, _: Progress | None) -> Answer:
        if self.held is None:
            raise Refused(self.catalogue.say("page.no_lesson"))
        self.held.predict(str(ask["answer"]))
        return self.controls() | self.now()

    def _verdict(self, _: Ask, progress: Progress | None) -> Answer:
        if self.held is None or not self.held.prediction:
            raise Refused(self.catalogue.say("page.predict_first"))
        self.held.ask(self.session, progress)
        return self.controls()

    def _export(self, ask: Ask, _: Progress | None) -> Answer:
        kind, stem = str(ask["kind"]), self.key.partition(":")[2] or self.key
        if kind == "data":
            made: tuple[str, Any] = ("text/csv", "\ufeff" + exports.data_csv(self.session))
            return {"file": _text_file(f"{stem}_week_{self.session.week}.csv", *made)}
        if kind == "scenario":
            made = ("application/yaml", exports.scenario_yaml(self.session))
            return {"file": _text_file(f"{stem}_as_set.yaml", *made)}
        from sim.dashboard import picture

        if kind not in picture.FORMS:
            raise Refused(f"there is no export called {kind!r}")
        return {"file": picture.file_of(self.session, self.catalogue, stem, kind)}

    # --- within -------------------------------------------------------------------------------------------

    @property
    def _currency(self) -> str:
        return self.session.world.currency

    def _set(self) -> Answer:
        if self.held is not None:
            self.held.outcome = None
        return self.controls() | self.now() | self._diary_of(self.customer)

    def _lever(self, lever: Lever) -> Answer:
        key = lever.key
        label = self.catalogue.say(key, name=lever.name) if self.catalogue.knows(key) else lever.path
        unit = f"unit.{lever.unit.replace(self._currency, 'CUR')}"
        said = self.catalogue.say(unit, currency=self._currency) if self.catalogue.knows(unit) else lever.unit
        return {
            "path": lever.path,
            "label": label,
            "low": lever.low,
            "high": lever.high,
            "step": lever.step,
            "value": lever.value,
            "unit": said,
        }

    def _people(self) -> list[tuple[int, str]]:
        frame = self.session.people(0)
        say = self.catalogue.say
        return [
            (int(row.customer), f"{row.customer} · {row.segment} · {say(f'state.{row.state}')}")
            for row in frame.itertuples()
        ]

    def _diary_of(self, customer: int | None) -> Answer:
        if customer is None:
            return {"customer": None, "diary": None}
        language = self.catalogue.language
        told = [self.session.diary(customer, side, language) for side in (0, 1)]
        return {"customer": customer, "diary": told}

    def _events(self) -> list[str]:
        return [
            self.catalogue.say("page.event", week=event.week, what=html.escape(event.kind.replace("_", " ")))
            for event in self.session.world.events
        ]

    def _real(self, given: Any) -> float:
        """A number as typed, with a point or a comma; '1,050' may be either of two, and is refused."""
        text = normalize("NFKC", str(given)).strip()  # full-width digits, as Chinese keyboards give them
        try:
            value = math.nan if _THOUSANDS.fullmatch(text) else float(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise Refused(self.catalogue.say("page.no_number", given=given))
        return value

    def _whole(self, given: Any) -> int:
        text = normalize("NFKC", str(given)).strip()
        value = self._real(text.replace(",", "") if _THOUSANDS.fullmatch(text) else given)
        if value != int(value):
            raise Refused(self.catalogue.say("page.no_whole", given=given))
        return int(value)


def _text_file(name: str, kind: str, text: str) -> Answer:
    import base64

    return {"name": name, "type": kind, "data": base64.b64encode(text.encode()).decode()}
