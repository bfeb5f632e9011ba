"""What a campaign seems to bring, by the estimates a firm would make, beside what it does bring.

    lift = sim.campaign_lift(world, design="nobody_opens")
    lift.summary()
    lift.table()             # a row an estimate, with its 95 % interval over replicates

The campaign is the personal offers of a design (`programme.offers`), which begin when the design acts. Whom a firm
mails is no accident: it mails who buys most, or who stays away. The estimates see what is on the firm's file, spending
by member and week; the true effect is that of paired worlds, in which the same members, with the same draws, are not
mailed.

Source: Heckman, Ichimura & Todd 1997, Review of Economic Studies 64:605 (matched difference in differences); Barnett,
van der Pols & Dobson 2005, International Journal of Epidemiology 34:215 (regression to the mean); Ashenfelter 1978,
Review of Economics and Statistics 60:47 (who is treated had an unusual period before) (all from memory).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import provenance, store
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.mailing import followed, without_costs
from sim.experiments.plan import Plan, at_least_one, check_design
from sim.experiments.statistics import Interval, mean_interval
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEIGHBOURS = 5
"""Members who were not mailed that each mailed one is held against."""
ESTIMATES = {
    "naive_ratio": "spending of the mailed over that of the others",
    "naive_difference": "mailed less others, while it ran",
    "before_after": "mailed, while it ran less before",
    "did": "that, less the same of the others (difference in differences)",
    "matched": "the same against others who spent alike before",
    "placebo": "the same estimate where nothing was mailed yet",
    "matched_less_placebo": "matched, less the placebo",
    "true": "the same members, mailed less not mailed",
}
"""Estimates, in the order in which they are shown: the first a ratio, all others currency a mailed member and week."""
AIMED_AT = {"any": "drawn by lot", "heavy": "those who buy most", "lapsing": "those who stay away"}
"""What a target of offers is in words."""


@dataclass(frozen=True)
class CampaignLift:
    """What a campaign seems to bring and what it brings; window: weeks of each of its three periods.

    values: a row a member on file and replicate: replicate, mailed (1 or 0), and what she spent a week (currency, less
    refunds and what rewards cost) in `earlier`, `before` and `during`, the two windows before the campaign and the one
    from its first week on; `unmailed` is `during` in the world in which nobody was mailed.
    """

    world: Scenario
    design: str
    replicates: int
    window: int
    seed: int
    customers: int
    values: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @cached_property
    def samples(self) -> pd.DataFrame:
        """A row a replicate, a column an estimate (see ESTIMATES)."""
        rows = [estimates(group) for _, group in self.values.groupby("replicate", sort=True)]
        return pd.DataFrame(rows, columns=list(ESTIMATES))

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Estimate -> mean with its 95 % interval over replicates."""
        return {name: mean_interval(self.samples[name].to_numpy()) for name in ESTIMATES}

    def table(self) -> pd.DataFrame:
        """A row an estimate: mean, low and high, NaN for what one replicate cannot say; and what it means."""
        rows = [(n, i.mean, i.low, i.high, ESTIMATES[n]) for n, i in self.intervals.items()]
        frame = pd.DataFrame(rows, columns=["estimate", "mean", "low", "high", "meaning"])
        return frame.astype(dict.fromkeys(("mean", "low", "high"), float)).set_index("estimate")

    @property
    def mailed(self) -> float:
        """Share of members on file who were mailed."""
        return float(self.values["mailed"].mean())

    @property
    def verdict(self) -> str:
        """The true effect in a word: 'exactly nothing', 'a gain', 'a loss', 'not told from nothing' or 'unknown'."""
        true = self.intervals["true"]
        if (self.samples["true"] == 0).all():
            return "exactly nothing"
        if true.low is None or true.high is None:
            return "unknown"
        return "a gain" if true.low > 0 else "a loss" if true.high < 0 else "not told from nothing"

    def summary(self) -> str:
        """What a firm would conclude, and what is so, in words."""
        unit, found = self.world.currency, self.intervals
        mean = self.values.groupby("mailed")["during"].mean()
        programme = self.world.with_design(self.design).programme
        aimed = AIMED_AT[programme.offers.target] if programme and programme.offers else ""
        seeming = (
            f"{self.world.focus} mailed {self.mailed:.0%} of its members, {aimed}. Over {self.window} weeks they spent "
            f"{mean.get(1, nan):.2f} {unit} a week, the others {mean.get(0, nan):.2f}: {_said(found['naive_ratio'])} "
            "times as much."
        )
        held_against = (
            f"Difference in differences says {_said(found['did'])} {unit} a member and week; against members who spent "
            f"alike before, {_said(found['matched'])}. The same estimate says {_said(found['placebo'])} in the weeks "
            "before, when nothing was mailed yet: that much is whom the firm chose (regression to the mean), not what "
            "the campaign did."
        )
        true = (
            f"True effect, the same members in paired worlds: {_said(found['true'])} {unit} a member and week "
            f"({self.verdict})."
        )
        return "\n".join((seeming, held_against, true))

    def plot(self, ax: Axes | None = None) -> Figure:
        """The estimates beside the truth."""
        figure: Figure = importlib.import_module("sim.report.campaign").picture(self, ax)
        return figure

    def save(self, folder: str | Path) -> Path:
        """Write scenario, values and estimates to a run folder; returns its path."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_parquet(path / "values.parquet", self.values)
        store.write_csv(path / "estimates.csv", self.table().reset_index())
        store.write_json(path / store.MANIFEST, self.provenance)
        return path

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON values; what does not exist is None (null)."""
        return {
            "scenario": provenance.scenario_dict(self.world),
            "design": self.design,
            "replicates": self.replicates,
            "window": self.window,
            "seed": self.seed,
            "customers": self.customers,
            "mailed": self.mailed,
            "verdict": self.verdict,
            "estimates": {
                name: vars(interval) | {"meaning": ESTIMATES[name]}
                for name, interval in self.intervals.items()
            },
            "unit": f"{self.world.currency} per mailed member and week",
            "provenance": dict(self.provenance),
        }


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign to be evaluated; checked when made, before any market."""

    world: Scenario
    design: str
    window: int
    plan: Plan

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        design: str | None = None,
        window: int = 8,
        replicates: int = 8,
        seed: int = 1,
        customers: int | None = None,
        workers: int | None = None,
    ) -> CampaignPlan:
        """Fill what is left out; ScenarioError or ExperimentError says what makes no sense (see `campaign_lift`)."""
        mailing = [name for name in world.design_names if _offers(world, name)]
        if design is None and not mailing:
            raise ExperimentError(
                "no design has a campaign; give one 'programme: {offers: ...}', which mails members when it begins"
            )
        design = mailing[0] if design is None else check_design(world, design)
        if design not in mailing:
            hint = f"; designs that do are {', '.join(mailing)}" if mailing else ""
            raise ExperimentError(
                f"design '{design}' sends no personal offers ('programme.offers'), so there is no campaign{hint}"
            )
        firm, burn_in = world.firm(world.focus), world.horizon.burn_in
        if firm.programme is None or firm.programme.offers is not None:
            raise ExperimentError(
                f"'{world.focus}' must have members, and send no offers, before its campaign: give it a programme "
                "without 'offers' under `firms`, and write 'offers' in the design"
            )
        if burn_in < 2 * at_least_one("window", window):
            raise ExperimentError(
                f"--window is {window}, and the two windows before the campaign do not fit into the burn-in of "
                f"{burn_in} weeks; give {burn_in // 2} or less, or a longer horizon.burn_in"
            )
        plan = Plan.of(
            world,
            designs=[design],
            replicates=replicates,
            seed=seed,
            customers=customers,
            weeks=burn_in + window,
            workers=workers,
        )
        without_costs(world, design, mailing=False)
        return cls(world, design, window, plan)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the arguments of `campaign_lift`, without the workers."""
        return {
            "design": self.design,
            "window": self.window,
            "replicates": self.plan.replicates,
            "seed": self.plan.seed,
            "customers": self.plan.customers,
        }

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        return {
            "experiment": "campaign",
            **self.settings,
            "scenario": provenance.scenario_dict(self.world),
            "code": provenance.code_hash(outward=False),
        }

    def run(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        command: str | None = None,
        ready: Callable[[], None] | None = None,
        out: str | Path | None = None,
        cluster: str | None = None,
    ) -> CampaignLift:
        """Run all pairs of markets. The arguments and errors are those of `campaign_lift`."""
        plan = self.plan
        with Lab(
            self.world,
            identity=self.identity,
            run_cell=partial(followed, window=self.window),
            out=out,
            workers=plan.workers,
            cluster=cluster,
            progress=progress,
            ready=ready,
        ) as lab:
            lab.fill(plan.cells)
            frames = [outcome.tables["members"] for outcome in lab.whole(plan.cells)]
        values = pd.concat(frames, ignore_index=True)
        if any(not 0 < frame["mailed"].sum() < len(frame) for frame in frames):
            raise ExperimentError(
                f"of the members of '{self.world.focus}' nobody, or everybody, was mailed; aim the offers of design "
                f"'{self.design}' otherwise (`target`, `per_week`), or simulate more customers"
            )
        call = provenance.called("sim.campaign_lift", "sim.load(...)", self.settings)
        record = lab.record(command or call, self.settings, len(plan.cells))
        result = CampaignLift(
            self.world, self.design, plan.replicates, self.window, plan.seed, plan.customers, values, record
        )
        if lab.folder is not None:
            result.save(lab.folder)
        return result


def campaign_lift(
    world: Scenario,
    *,
    design: str | None = None,
    window: int = 8,
    replicates: int = 8,
    seed: int = 1,
    customers: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    out: str | Path | None = None,
    cluster: str | None = None,
) -> CampaignLift:
    """Evaluate the campaign of a design as a firm would, and as it is: the same members in worlds with and without it.

    design: one that sends personal offers, whether or not they do anything (default: the first of them). window: weeks
    from the start of the campaign that are looked at, and of each of the two periods before it. Members on file are
    those when it begins; whoever is sent an offer within the window counts as mailed. Each replicate is a pair of
    markets; the other arguments are those of `ablate`.

    Raises ExperimentError where there is no campaign, or nothing to compare it with; CellError (a market failed) or
    Interrupted (Ctrl-C; finished pairs are kept in `out`).
    """
    plan = CampaignPlan.of(
        world,
        design=design,
        window=window,
        replicates=replicates,
        seed=seed,
        customers=customers,
        workers=workers,
    )
    return plan.run(progress=progress, command=command, ready=ready, out=out, cluster=cluster)


def estimates(members: pd.DataFrame) -> dict[str, float]:
    """All estimates of one replicate, by name; `members` has the columns of `CampaignLift.values`."""
    mailed = members["mailed"].to_numpy() == 1
    earlier, before, during, unmailed = (
        members[name].to_numpy(np.float64) for name in ("earlier", "before", "during", "unmailed")
    )
    change, others = during - before, float(during[~mailed].mean())
    found = {
        "naive_ratio": float(during[mailed].mean()) / others if others > 0 else nan,
        "naive_difference": float(during[mailed].mean()) - others,
        "before_after": float(change[mailed].mean()),
        "did": float(change[mailed].mean() - change[~mailed].mean()),
        "matched": matched(before, change, mailed),
        "placebo": matched(earlier, before - earlier, mailed),
        "true": float((during - unmailed)[mailed].mean()),
    }
    return found | {"matched_less_placebo": found["matched"] - found["placebo"]}


def matched(spent: NDArray[np.float64], change: NDArray[np.float64], mailed: NDArray[np.bool_]) -> float:
    """Mean change of the mailed, less that of the others who spent most alike: 5 for each, taken again and again.

    spent: in the period before; change: since then. Ties are taken in the order of the members.
    """
    order = np.flatnonzero(~mailed)[np.argsort(spent[~mailed], kind="stable")]
    like, k = spent[order], min(NEIGHBOURS, len(order))
    # Of sorted numbers the k nearest stand side by side: from the first place whose far end is not nearer.
    starts = np.arange(len(order) - k + 1)
    middle = (like[starts[:-1]] + like[starts[:-1] + k]) / 2
    first = np.searchsorted(middle, spent[mailed], side="left")
    sums = np.concatenate([[0.0], np.cumsum(change[order])])
    return float((change[mailed] - (sums[first + k] - sums[first]) / k).mean())


def _offers(world: Scenario, design: str) -> bool:
    programme = world.with_design(design).programme
    return programme is not None and programme.offers is not None


def _said(interval: Interval) -> str:
    """The mean and its interval, where there are."""
    if interval.mean is None:
        return "unknown"
    if interval.low is None or interval.high is None or interval.low == interval.high:
        return f"{interval.mean:.2f}"
    return f"{interval.mean:.2f} [{interval.low:.2f}, {interval.high:.2f}]"
