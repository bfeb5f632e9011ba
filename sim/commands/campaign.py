"""The command `campaign`: what a campaign seems to bring, and what it brings."""

from __future__ import annotations

from typing import Annotated

from sim.commands.options import (
    AsJson,
    Cluster,
    Customers,
    Out,
    Scenario,
    Seed,
    Workers,
    option,
    running,
    say_json,
    say_where,
)


def campaign(
    scenario: Scenario,
    design: Annotated[str | None, option("NAME", "Design with personal offers; default: the first.")] = None,
    window: Annotated[int, option("W", "Weeks of the campaign looked at, and of each period before.")] = 8,
    replicates: Annotated[int, option("R", "Worlds, each with the campaign and without.")] = 8,
    customers: Customers = None,
    seed: Seed = 1,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a campaign as a firm would, beside its true effect: the same members, not mailed.

    With --out every finished pair of markets is kept at once: the same command goes on where it was interrupted.
    """
    from sim import experiments
    from sim.report import campaign as report
    from sim.report import picture, terminal
    from sim.scenario import load

    world = load(scenario)
    plan = experiments.CampaignPlan.of(
        world,
        design=design,
        window=window,
        replicates=replicates,
        seed=seed,
        customers=customers,
        workers=workers,
    )
    with running("simulating pairs of markets") as told:
        result = plan.run(out=out, cluster=cluster, **told)
    if out is not None:
        picture.save(result.plot(), out / "campaign.png")
    if as_json:
        say_json(result.to_dict())
    else:
        console = terminal.console()
        console.print(report.table(result), "")
        console.print(result.summary(), soft_wrap=True)
    say_where(out)
