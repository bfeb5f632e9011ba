"""Why one design beats another: by mechanism, P&L line, group of customers, and customer."""

from sim.experiments.explain.explanation import Explanation
from sim.experiments.explain.question import Question, explain

__all__ = ["Explanation", "Question", "explain"]
