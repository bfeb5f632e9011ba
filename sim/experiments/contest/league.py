"""A league: teams' designs play each other on every seat of a market, and are ranked as far as the data separate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import provenance, store
from sim.experiments.contest.cell import measure_firms, name_of
from sim.experiments.contest.league_plan import PAIRS, LeaguePlan
from sim.experiments.contest.team import Team, Teams
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell
from sim.experiments.statistics import Difference, Interval, Ranking, mean_interval, paired_difference, rank
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

BESIDES = ("profit", "retention")
"""What the table says besides the metric that is played for."""


@dataclass(frozen=True)
class League:
    """Teams that have played each other. A match of two teams is all games in which both sit, over all replicates.

    values: game (its number, from 0), replicate, seat (the firm), team, metric, value. A match is won where the 95 %
    interval of the paired difference, averaged over seats, excludes 0; otherwise it is drawn.
    """

    world: Scenario
    teams: tuple[Team, ...]
    form: str
    metric: str
    replicates: int
    seed: int
    customers: int
    weeks: int
    values: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The teams, in the order given."""
        return tuple(team.team for team in self.teams)

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric].unit.replace("currency", self.world.currency)

    def sample(self, metric: str) -> dict[str, NDArray[np.float64]]:
        """Team -> its mean over all its games, replicate by replicate."""
        rows = self.values[self.values["metric"] == metric]
        wide = rows.groupby(["replicate", "team"])["value"].mean().unstack("team").sort_index()
        return {name: wide[name].to_numpy(dtype=np.float64) for name in self.names}

    @cached_property
    def matches(self) -> dict[tuple[str, str], Difference]:
        """Two teams -> what the first has more than the second in their games, paired, averaged over seats."""
        rows = self.values[self.values["metric"] == self.metric]
        wide = rows.pivot(index=["replicate", "game"], columns="team", values="value")
        found = {}
        for one, other in combinations(self.names, 2):
            met = wide[[one, other]].dropna().groupby("replicate").mean().sort_index()
            found[one, other] = paired_difference(
                met[one].to_numpy(), met[other].to_numpy(), better=MEASURES[self.metric].better
            )
        return found

    def outcome(self, one: str, other: str) -> str:
        """'won', 'drawn' or 'lost' by the first."""
        turned = (one, other) not in self.matches
        verdict = self.matches[(other, one) if turned else (one, other)].verdict
        if verdict not in ("higher", "lower"):
            return "drawn"
        ahead = (verdict == "higher") == (MEASURES[self.metric].better == "higher")
        return "won" if ahead != turned else "lost"

    @cached_property
    def ranking(self) -> Ranking:
        """Teams by their mean over all games, as far as the data separate them."""
        return rank(self.sample(self.metric), better=MEASURES[self.metric].better)

    def table(self) -> pd.DataFrame:
        """A row a team, the best first: rank, matches played, won, drawn and lost, the metric with its interval,
        profit, retention.
        """
        samples = {metric: self.sample(metric) for metric in dict.fromkeys((self.metric, *BESIDES))}
        rows = []
        for name in [name for group in self.ranking.groups for name in group]:
            ended = [self.outcome(name, other) for other in self.names if other != name]
            level: Interval = mean_interval(samples[self.metric][name])
            rows.append(
                {
                    "rank": self.ranking.ranks[name] if self.replicates > 1 else None,
                    "team": name,
                    "played": len(ended),
                    **{word: ended.count(word) for word in ("won", "drawn", "lost")},
                    self.metric: level.mean,
                    "low": level.low,
                    "high": level.high,
                    **{
                        other: mean_interval(samples[other][name]).mean
                        for other in BESIDES
                        if other != self.metric
                    },
                }
            )
        return pd.DataFrame(rows)

    def results(self) -> pd.DataFrame:
        """A row a match: what the first has more than the second, with its interval, and who won."""
        rows = [
            (one, other, gap.mean, gap.low, gap.high, gap.p_better, self.outcome(one, other))
            for (one, other), gap in self.matches.items()
        ]
        names = ["team", "against", "difference", "low", "high", "p_better", "result"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:6], float))

    def summary(self) -> str:
        """Who is first, and who cannot be told apart."""
        if self.replicates == 1:
            return "One replicate has no interval and ranks nobody; give --replicates 8 or more."
        lines = [
            f"By {self.metric}: " + ", then ".join(" and ".join(group) for group in self.ranking.groups) + "."
        ]
        if any(len(group) > 1 for group in self.ranking.groups):
            lines.append(
                f"Teams joined by 'and' cannot be told apart with {self.replicates} replicates; they share a rank."
            )
        if len({self.outcome(one, other) for one, other in self.matches} - {"drawn"}) == 0:
            lines.append("Every match is drawn: no interval of a difference excludes 0.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The league as plain JSON values; what does not exist is None (null)."""

        def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
            return rows

        return {
            "scenario": provenance.scenario_dict(self.world),
            "teams": {team.team: team.patch for team in self.teams},
            "form": self.form,
            "metric": self.metric,
            "unit": self.unit(self.metric),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "table": plain(self.table()),
            "matches": plain(self.results()),
            "ranking": [] if self.replicates == 1 else [list(group) for group in self.ranking.groups],
            "summary": self.summary().splitlines(),
            "versions": dict(self.provenance["versions"]),
            "provenance": dict(self.provenance),
        }

    def save(self, folder: str | Path) -> Path:
        """Write the run folder: scenario with the teams as designs, values, tables, manifest; returns its path."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_parquet(path / "values.parquet", self.values)
        store.write_csv(path / "league.csv", self.table())
        store.write_csv(path / "matches.csv", self.results())
        store.write_json(path / store.MANIFEST, self.provenance)  # last: a folder with a manifest is complete
        return path


def league(
    world: Scenario,
    *,
    teams: Teams,
    form: str = PAIRS,
    metric: str = "profit",
    replicates: int = 16,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_firms,
) -> League:
    """Let teams' designs play each other, all games in the same worlds.

    teams: files (`team: NAME`, `design:` a patch to its firm, optional `policies:`), or name -> patch. form: `pairs`,
    two at a time at the focal firm and its largest rival, on both seats; `all`, all at once in a market with as many
    firms as teams, each team once on every seat. metric: what is played for. The rest is as of `compare`.

    Raises ExperimentError or ScenarioError (input; of a team's file with file and line), CellError or Interrupted.
    """
    plan = LeaguePlan.of(
        world,
        teams=teams,
        form=form,
        metric=metric,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    return run_league(
        plan,
        cluster=cluster,
        out=out,
        progress=progress,
        command=command,
        ready=ready,
        run_cell=run_cell,
    )


def run_league(
    plan: LeaguePlan,
    *,
    cluster: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_firms,
) -> League:
    """Run what is planned. The arguments and errors are those of `league`."""
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
        rows = []
        for number, outcome in enumerate(lab.whole(cells, tables=False)):
            replicate, game = divmod(number, len(plan.games))
            rows += [
                (game, replicate, seat, team, measure, outcome.metrics.get(name_of(seat, measure), np.nan))
                for seat, team in zip(plan.seats, plan.games[game], strict=True)
                for measure in dict.fromkeys((plan.metric, *BESIDES))
            ]
        for _, _, seat, team, measure, value in rows:
            if measure == plan.metric and np.isnan(value):
                raise ExperimentError(
                    f"{team} has no {measure} at {seat}; name another metric, such as profit"
                )
        call = provenance.called("sim.league", "sim.load(...)", plan.settings)
        record = lab.record(command or call, plan.settings, len(cells))
        result = League(
            world=base.world,
            teams=plan.teams,
            form=plan.form,
            metric=plan.metric,
            replicates=base.replicates,
            seed=base.seed,
            customers=base.customers,
            weeks=base.weeks,
            values=pd.DataFrame(rows, columns=["game", "replicate", "seat", "team", "metric", "value"]),
            provenance=record,
        )
        if lab.folder is not None:
            result.save(lab.folder)
        return result
