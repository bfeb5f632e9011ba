"""A contest: each firm picks a design; who gets what under all combinations, and what that makes them do."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.contest import tables, words
from sim.experiments.contest.cell import METRICS, check_metric, measure_firms, name_of
from sim.experiments.contest.game import Game
from sim.experiments.contest.plan import ContestPlan
from sim.experiments.contest.player import Player, Players, largest_rival
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell
from sim.experiments.study import Study
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Contest:
    """Firms that each pick a design, under all combinations, in paired worlds.

    values: combination (its number, from 0), a column `FIRM plays` a player, replicate, firm, and a column a measure,
    of every firm of the market. Money is in the scenario's currency. symmetric: payoffs are averaged over the seats.
    """

    world: Scenario
    players: tuple[Player, ...]
    metric: str
    symmetric: bool
    replicates: int
    seed: int
    customers: int
    weeks: int
    values: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    def unit(self, metric: str | None = None) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric or self.metric].unit.replace("currency", self.world.currency)

    def game_of(self, metric: str) -> Game:
        """The game that is played for a metric. ExperimentError where it has no value for some player."""
        check_metric(metric)
        firms = [player.firm for player in self.players]
        wide = self.values.pivot(
            index=["replicate", "combination"], columns="firm", values=metric
        ).sort_index()
        sizes = [len(player.choices) for player in self.players]
        payoffs = wide[firms].to_numpy(dtype=np.float64).reshape(self.replicates, *sizes, len(firms))
        choices = tuple(player.choices for player in self.players)
        game = Game(tuple(firms), choices, payoffs, MEASURES[metric].better, self.seed)
        if np.isnan(payoffs).any():
            at = tuple(int(n) for n in np.argwhere(np.isnan(payoffs))[0])
            raise ExperimentError(
                f"{firms[at[-1]]} has no {metric} under ({game.label(at[1:-1])}); name another metric, such as profit"
            )
        return game.symmetrised() if self.symmetric else game

    @cached_property
    def game(self) -> Game:
        """The game that is played for the metric of the contest."""
        return self.game_of(self.metric)

    def payoffs(self) -> pd.DataFrame:
        """A row a combination and player: payoff with interval, regret, whether it is a best reply."""
        return tables.payoffs(self.game)

    def deviations(self) -> pd.DataFrame:
        """A row a change of mind of one player against the same choices of the others: its gain, paired."""
        return tables.deviations(self.game)

    def best_replies(self) -> pd.DataFrame:
        """A row a player and choices of the others: the best reply and how sure it is."""
        return tables.best_replies(self.game)

    def equilibria(self) -> pd.DataFrame:
        """A row a combination: is it a pure Nash equilibrium, how sure, and the most that anybody gains by leaving."""
        return tables.stability(self.game)

    def mixed(self) -> pd.DataFrame:
        """Equilibria of two players with the weights of their choices; empty for more players."""
        return tables.mixed(self.game)

    def dominated(self) -> pd.DataFrame:
        """A row a choice that another one of the same player beats whatever the others do."""
        return tables.dominated(self.game)

    def summary(self) -> str:
        """The verdict in plain words: is it a dilemma, what are the equilibria, what would an agreement bring."""
        return words.summary(self.game, self.unit())

    def to_dict(self) -> dict[str, Any]:
        """The contest as plain JSON values; what does not exist is None (null)."""
        verdict = self.game.verdict
        return {
            "scenario": provenance.scenario_dict(self.world),
            "players": {player.firm: list(player.choices) for player in self.players},
            "metric": self.metric,
            "unit": self.unit(),
            "symmetric": self.symmetric,
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "payoffs": _plain(self.payoffs()),
            "deviations": _plain(self.deviations()),
            "best_replies": _plain(self.best_replies()),
            "equilibria": _plain(self.equilibria()),
            "mixed": _plain(self.mixed()),
            "dominated": _plain(self.dominated()),
            "verdict": {
                "kind": verdict.kind,
                "equilibrium": None if verdict.equilibrium is None else self._picks(verdict.equilibrium),
                "better_for_all": None if verdict.better is None else self._picks(verdict.better),
                "probability": verdict.probability,
                "otherwise": dict(verdict.others),
            },
            "summary": self.summary().splitlines(),
            "versions": dict(self.provenance["versions"]),
            "provenance": dict(self.provenance),
        }

    def _picks(self, profile: tuple[int, ...]) -> dict[str, str]:
        return dict(zip(self.game.players, self.game.names(profile), strict=True))

    def plot(self, ax: Axes | None = None) -> Figure:
        """The payoff table of two players as a picture; ExperimentError for more."""
        figure: Figure = _pictures().picture(self, ax=ax)
        return figure

    def save(self, folder: str | Path) -> Path:
        """Write the run folder: scenario, values of all firms, tables, picture (two players), manifest."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_parquet(path / "values.parquet", self.values)
        for name in ("payoffs", "deviations", "best_replies", "equilibria"):
            store.write_csv(path / f"{name}.csv", getattr(self, name)())
        store.write_text(path / "summary.txt", self.summary() + "\n")
        if len(self.players) == 2:
            _pictures().save(self.plot(), path / "contest.png")
        store.write_json(path / store.MANIFEST, self.provenance)  # last: a folder with a manifest is complete
        return path


def _pictures() -> Any:
    # Pictures stand a floor above numbers, so they are looked up by name when asked for.
    return importlib.import_module("sim.report.contest")


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return rows


def contest(
    world: Scenario | Study,
    *,
    players: Players | None = None,
    metric: str = "profit",
    symmetric: bool = False,
    replicates: int | None = None,
    seed: int | None = None,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_firms,
) -> Contest:
    """Let firms pick designs, each from a list, and run all combinations in the same worlds.

    world: a scenario; or a study without factors, for its scenario, designs, replicates, seed and size. players: firm
    -> names of designs of the scenario, or names with a patch each (a dict as under `designs`; a text is the name of a
    design), or None for all designs; by default the focal firm and its largest rival. A design is laid over whoever
    plays it, from the week in which the burn-in ends; firms that do not play stay as written.
    metric: what they play for. symmetric: average payoffs over the seats, where players and choices are alike.
    The other arguments are those of `compare`; out: run folder, where what is finished is not run again.

    Raises ExperimentError or ScenarioError (input), CellError (a market failed; the others are kept), Interrupted.
    """
    if isinstance(world, Study):
        study, world = world, world.world
        if study.factors:
            raise ExperimentError(
                f"a contest varies designs only, and the study '{study.title}' varies {', '.join(study.factors)}; "
                "leave its levers and uncertainties out"
            )
        if players is None and study.designs is not None:
            players = dict.fromkeys((world.focus, largest_rival(world)), study.designs)
        replicates = study.replicates if replicates is None else replicates
        seed = study.seed if seed is None else seed
        customers = study.customers if customers is None else customers
        weeks = study.weeks if weeks is None else weeks
    plan = ContestPlan.of(
        world,
        players=players,
        metric=metric,
        symmetric=symmetric,
        replicates=32 if replicates is None else replicates,
        seed=1 if seed is None else seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    return run_contest(
        plan,
        cluster=cluster,
        out=out,
        progress=progress,
        command=command,
        ready=ready,
        run_cell=run_cell,
    )


def run_contest(
    plan: ContestPlan,
    *,
    cluster: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_firms,
) -> Contest:
    """Run what is planned. The arguments and errors are those of `contest`."""
    cells, base = plan.cells, plan.base
    with Lab(
        base.world,
        identity=plan.identity,
        run_cell=run_cell,
        out=out,
        workers=base.workers,
        cluster=cluster,
        progress=progress,
        ready=ready,
    ) as lab:
        lab.fill(cells)
        values = _gather(plan, lab)
        call = provenance.called("sim.contest", "sim.load(...)", plan.settings)
        record = lab.record(command or call, plan.settings, len(cells))
        result = Contest(
            world=base.world,
            players=plan.players,
            metric=plan.metric,
            symmetric=plan.symmetric,
            replicates=base.replicates,
            seed=base.seed,
            customers=base.customers,
            weeks=base.weeks,
            values=values,
            provenance=record,
        )
        if lab.folder is not None:
            result.save(lab.folder)
        return result


def _gather(plan: ContestPlan, lab: Lab) -> pd.DataFrame:
    firms, count = plan.base.world.firm_names, len(plan.profiles)
    rows = []
    for number, outcome in enumerate(lab.whole(plan.cells, tables=False)):
        replicate, combination = divmod(number, count)
        plays = dict(zip((p.firm for p in plan.players), plan.profiles[combination], strict=True))
        named = {f"{firm} plays": choice for firm, choice in plays.items()}
        for firm in firms:
            measures = {metric: outcome.metrics.get(name_of(firm, metric), nan) for metric in METRICS}
            rows.append(
                {"combination": combination, **named, "replicate": replicate, "firm": firm, **measures}
            )
    return pd.DataFrame(rows)
