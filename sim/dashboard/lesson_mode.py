"""A lesson while it is held: first the prediction, then the weeks, then what many markets say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.dashboard.catalogue import Catalogue
from sim.dashboard.figures import difference
from sim.dashboard.lessons import Lesson
from sim.dashboard.session import Session
from sim.dashboard.verdict import ANSWERS, Verdict

REPLICATES = 8
"""Pairs of markets that a prediction is judged by."""


class Held:
    """A lesson, what its reader has predicted, and what came out, None until it was asked for."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.prediction: str | None = None
        self.outcome: Verdict | None = None

    def predict(self, answer: str) -> None:
        """Note a prediction. ValueError if it is none of ANSWERS, or if there is one already."""
        if answer not in ANSWERS:
            raise ValueError(f"a prediction is one of {', '.join(ANSWERS)}, not {answer!r}")
        if self.prediction is not None:
            raise ValueError("a prediction was given already; reset the lesson to begin anew")
        self.prediction = answer

    def forget(self) -> None:
        """Begin anew."""
        self.prediction = self.outcome = None

    def ask(self, session: Session, progress: Callable[[int, int], None] | None) -> None:
        """Ask many pairs of markets, as the session is set."""
        self.outcome = session.outcome(self.lesson.measure, REPLICATES, progress=progress)

    def shown(self, catalogue: Catalogue) -> dict[str, Any]:
        """What the page shows of it: no word on the outcome before there is a prediction."""
        language, say = catalogue.language, catalogue.say
        lesson = self.lesson
        found: dict[str, Any] = {
            "title": lesson.title[language],
            "story": lesson.story[language],
            "question": lesson.question[language],
            "measure": say(f"measure.{lesson.measure}"),
            "answers": [(answer, say(f"answer.{answer}")) for answer in ANSWERS],
            "prediction": self.prediction,
            "predicted": say(f"answer.{self.prediction}") if self.prediction else "",
            "watch": lesson.watch[language] if self.prediction else "",
            "outcome": None,
        }
        if self.prediction and self.outcome is not None:
            found["outcome"] = self._said(catalogue, self.prediction, self.outcome)
        return found

    def _said(self, catalogue: Catalogue, prediction: str, outcome: Verdict) -> dict[str, Any]:
        language, say = catalogue.language, catalogue.say
        gap, unit = outcome.difference, outcome.unit
        size = max(abs(outcome.reference or 0.0), abs(outcome.other or 0.0))
        low, middle, high = (difference(catalogue, x, unit, size) for x in (gap.low, gap.mean, gap.high))
        right = outcome.right(prediction)
        return {
            "right": right,
            "head": say("page.right_answer" if right else "page.wrong_answer"),
            "told": say(
                "page.verdict",
                measure=say(f"measure.{outcome.measure}"),
                left=outcome.designs[0],
                right=outcome.designs[1],
                answer=say(f"answer.{outcome.answer}"),
                mean=middle,
                low=low,
                high=high,
                pairs=outcome.replicates,
            ),
            "why": self.lesson.why[language],
            "next": self.lesson.next[language],
        }
