"""A session of the dashboard: two designs side by side on the same customers, week by week.

    session = Session(sim.load("scenarios/duopoly.yaml"), ("none", "points"))
    session.step(4)
    session.set_lever(1, "programme.points.reward", 8.0)
    session.series()["profit"]        # week x side

A session holds all its state, so that several may go on beside each other. What is set anew is lived from the
beginning in markets of their own, which take the place of the old ones when they are complete: whoever fails or is
interrupted leaves the session as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.levers import RIVALS, Lever, levers_of, rival_levers, rival_of
from sim.dashboard.log import log_of
from sim.dashboard.mechanisms import MechanismState, states_of
from sim.dashboard.people import frame_of, sampled
from sim.dashboard.setting import BOTH, Setting
from sim.dashboard.side import Progress, Side, live
from sim.dashboard.trace import PLOTTED
from sim.dashboard.verdict import Verdict, verdict
from sim.scenario import Fault, Scenario, ScenarioError, dumps

if TYPE_CHECKING:
    import pandas as pd

    from sim.market import Market

LEAD = 8
"""Weeks before the designs begin with which a session opens."""


class Session:
    """Two designs of one world, a side each (0 left, 1 right), on the same customers.

    customers: instead of the scenario's own. keepers: how many customers stand in `people`.
    threads: 2 to live both sides at once, where many weeks are to be lived. lead: weeks before the designs begin with
    which the session opens. first: paths of levers that are shown first. Raises ScenarioError for a design that is not
    there.
    """

    def __init__(
        self,
        world: Scenario,
        designs: tuple[str, str],
        *,
        customers: int | None = None,
        seed: int = 1,
        keepers: int = 60,
        threads: int = 2,
        lead: int = LEAD,
        first: Sequence[str] = (),
    ) -> None:
        self.world = world.sized(customers)
        for design in designs:
            self.world.with_design(design)
        self.seed, self.threads = seed, threads
        self.keepers = sampled(self.world, keepers, seed)
        """customers in `people`, by unique_id, the same on both sides"""
        self.opening = max(self.world.horizon.burn_in - lead, 0)
        """week with which the session opens, and to which `reset` goes back"""
        self.first = tuple(first)
        self._lock = threading.RLock()
        self._setting = Setting(designs)
        self._sides = self._made(self._setting, self.opening, BOTH, None)
        self._diarists: dict[int, tuple[Side, int, Side]] = {}
        """of each side: the side, whose diary was opened last, and the same side with that diary"""

    # --- where it is --------------------------------------------------------------------------------------

    @property
    def week(self) -> int:
        """Weeks lived."""
        return self._sides[0].market.week

    @property
    def weeks(self) -> int:
        """Weeks of the whole run, burn-in included."""
        return self.world.horizon.weeks

    @property
    def burn_in(self) -> int:
        """Week in which the designs begin."""
        return self.world.horizon.burn_in

    @property
    def done(self) -> bool:
        """Whether the last week has been lived."""
        return self.week >= self.weeks

    @property
    def sides(self) -> tuple[str, str]:
        """Designs chosen, left and right, by the names that the scenario gives them."""
        return self._setting.designs

    @property
    def markets(self) -> tuple[Market, Market]:
        """The two markets as they stand; they are others after anything was set."""
        left, right = self._sides
        return left.market, right.market

    @property
    def busy(self) -> bool:
        """Whether a thread is living weeks; a call that would change the session waits for it."""
        if self._lock.acquire(blocking=False):
            self._lock.release()
            return False
        return True

    # --- living -------------------------------------------------------------------------------------------

    def step(self, weeks: int = 1) -> None:
        """Both sides live on for so many weeks, at most to the end."""
        with self._lock:
            live(self._sides, self.week + weeks, threads=self.threads)

    def reset(self, *, progress: Progress | None = None) -> None:
        """Go back to the opening week. What has been set stays."""
        with self._lock:
            self._sides = self._made(self._setting, self.opening, BOTH, progress)

    def relive(self, *, progress: Progress | None = None) -> None:
        """Live both sides again from their beginning to the current week, as they are set."""
        with self._lock:
            self._sides = self._made(self._setting, self.week, BOTH, progress)

    # --- setting ------------------------------------------------------------------------------------------

    def choose(self, side: int, design: str, *, progress: Progress | None = None) -> None:
        """Put another design on a side, as it is written. ScenarioError if there is none such."""
        self.world.with_design(design)
        with self._lock:
            self._change(self._setting.choose(_side(side), design), (side,), progress)

    def levers(self, side: int) -> tuple[Lever, ...]:
        """The levers of the design of a side, then those of rivals, which hold on both sides."""
        written = Setting(self.sides).firm(self.world, _side(side))
        now = self._setting.firm(self.world, side)
        own = levers_of(written, now, currency=self.world.currency, first=self.first)
        return (*own, *rival_levers(self.world, self._setting.rivals))

    def set_lever(self, side: int, path: str, value: float, *, progress: Progress | None = None) -> None:
        """Move a lever of a side, or of a rival on both sides, and live again what it concerns.

        ScenarioError, with the session as it was, where the path leads nowhere or the value is not allowed.
        """
        with self._lock:
            if path.startswith(f"{RIVALS}."):
                rival, rest = rival_of(self.world, path)
                self._change(self._setting.move_rival(rival, rest, value), BOTH, progress)
            else:
                self._change(self._setting.move(_side(side), path, value), (side,), progress)

    def mechanisms(self) -> list[MechanismState]:
        """All mechanisms of behaviour: name, label key, group, whether on."""
        return states_of(self.world.behaviour, self._setting.switched)

    def switch(self, name: str, on: bool, *, progress: Progress | None = None) -> None:
        """Switch a mechanism on both sides, and live again. ScenarioError if there is none such."""
        with self._lock:
            self._change(self._setting.switch(name, on), BOTH, progress)

    # --- looking ------------------------------------------------------------------------------------------

    def series(self) -> dict[str, NDArray[np.float64]]:
        """The weeks lived so far, each array week x side; names are those of `trace.PLOTTED` and `price.FIRM`."""
        traces = [side.trace for side in self._sides]
        found = {name: np.column_stack([trace.of(name) for trace in traces]) for name in PLOTTED}
        for number, firm in enumerate(self.world.firm_names):
            found[f"price.{firm}"] = np.column_stack([trace.prices(number) for trace in traces])
        return found

    def people(self, side: int) -> pd.DataFrame:
        """A row for each of `keepers`, the same on both sides; see `people.frame_of`."""
        return frame_of(self.markets[_side(side)], self.keepers)

    def diary(self, customer: int, side: int, language: str = "en") -> str:
        """The diary of any customer as HTML, written up to the current week.

        It is written when it is asked for, in the same market lived once more, since diaries take most of the time of
        a market that keeps them. language: English diaries are stories, others lists of weeks. ScenarioError if
        there is no such customer; ValueError for a language that there is not.
        """
        with self._lock:
            lived = self._sides[_side(side)]
            kept = self._diarists.get(side)
            if kept is None or kept[0] is not lived or kept[1] != customer:
                kept = (lived, customer, lived.written(customer))
            kept[2].live(self.week)
            self._diarists[side] = kept
            diary = kept[2].market.diary(customer)
        return diary._repr_html_() if language == "en" else log_of(diary, language)

    def scenario(self) -> Scenario:
        """The scenario that reproduces what is seen: the two designs as they are set, and no other."""
        return self._setting.scenario(self.world)

    def scenario_text(self) -> str:
        """The same as a YAML file."""
        return dumps(self.scenario())

    def data(self) -> pd.DataFrame:
        """Tidy table of the weeks lived: week, measured, side, design, then what is plotted."""
        import pandas as pd

        series = self.series()
        names = self._setting.names
        weeks = np.arange(self.week)
        frames = [
            pd.DataFrame(
                {
                    "week": weeks,
                    "measured": weeks >= self.burn_in,
                    "side": ("left", "right")[side],
                    "design": names[side],
                    **{name: values[:, side] for name, values in series.items()},
                }
            )
            for side in BOTH
        ]
        return pd.concat(frames, ignore_index=True)

    def outcome(
        self,
        measure: str,
        replicates: int = 8,
        *,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Verdict:
        """What many pairs of markets say of a measure: the right side against the left one, as they are set.

        ValueError for a measure that is not there. progress: (markets done, markets in all).
        """
        return verdict(
            self.scenario(),
            measure,
            replicates=replicates,
            seed=self.seed,
            workers=workers,
            progress=progress,
        )

    # --- within -------------------------------------------------------------------------------------------

    def _change(self, setting: Setting, sides: Sequence[int], progress: Progress | None) -> None:
        self._sides = self._made(setting, self.week, sides, progress)
        self._setting = setting

    def _made(
        self, setting: Setting, until: int, sides: Sequence[int], progress: Progress | None
    ) -> tuple[Side, Side]:
        """Both sides, those named made anew and lived to a week."""
        world = setting.scenario(self.world)
        made = {side: Side(world, setting.names[side], seed=self.seed) for side in sides}
        live(tuple(made.values()), until, threads=self.threads, progress=progress)
        kept = getattr(self, "_sides", (None, None))
        left, right = made.get(0, kept[0]), made.get(1, kept[1])
        assert left is not None and right is not None
        return left, right


def _side(side: int) -> int:
    if side not in BOTH:
        raise ScenarioError([Fault(f"a session has the sides 0 (left) and 1 (right), not {side}")])
    return side
