"""One side of the dashboard: a market under one design, and the course of what is plotted of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sim.dashboard.trace import Trace
from sim.market import Market
from sim.scenario import Scenario

Tick = Callable[[], None]
"""Called after each week that was lived."""
Progress = Callable[[int, int], None]
"""Called with (weeks lived, weeks to live), now and then, from whichever thread lives them."""
_TELL_EVERY = 13
"""Weeks between two reports of progress."""


class Side:
    """A market under one design, lived week by week.

    world: with its designs as they stand. diaries: who keeps one, by unique_id. Raises ScenarioError as Market.
    """

    def __init__(self, world: Scenario, design: str, *, seed: int, diaries: Sequence[int] = ()) -> None:
        self.world, self.design, self.seed = world, design, seed
        # Replicate 0 of a comparison takes place in draw 0 of what is uncertain.
        self.market = Market(world.drawn(0), design=design, seed=seed, diaries=diaries)
        self.trace = Trace(self.market)

    def written(self, customer: int) -> Side:
        """The same market from its beginning, with the diary of a customer. ScenarioError if there is none such."""
        return Side(self.world, self.design, seed=self.seed, diaries=[customer])

    def live(self, until: int, tick: Tick | None = None) -> None:
        """Live on to a week."""
        while self.market.week < min(until, self.market.weeks):
            self.market.step()
            self.trace.note()
            if tick is not None:
                tick()


def live(sides: Sequence[Side], until: int, *, threads: int, progress: Progress | None = None) -> None:
    """Live sides on to a week, both at once with two threads where there are many weeks to live."""
    weeks = [max(min(until, side.market.weeks) - side.market.week, 0) for side in sides]
    count = _Count(sum(weeks), progress)
    if threads < 2 or len(sides) < 2 or max(weeks) < 2:
        for side in sides:
            side.live(until, count)
        return
    # The week of the customers is compiled and lets go of Python, so two threads do live two weeks at once.
    with ThreadPoolExecutor(len(sides)) as pool:
        for lived in [pool.submit(side.live, until, count) for side in sides]:
            lived.result()


class _Count:
    """Weeks lived by all sides, reported now and then."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress
        self._lock = threading.Lock()

    def __call__(self) -> None:
        if self._progress is None:
            return
        with self._lock:
            self._done += 1
            if self._done % _TELL_EVERY == 0 or self._done == self._total:
                self._progress(self._done, self._total)
