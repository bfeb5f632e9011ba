"""How rivals may answer a programme: policies that every rival is given from the week in which the designs begin.

What each policy does exactly is in docs/policies.md; the sizes here are chosen, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.experiments.errors import ExperimentError
from sim.experiments.run import AS_WRITTEN, changes_of
from sim.scenario import Scenario, ScenarioError
from sim.scenario.part import thaw

STILL = "stand still"
LAG = 26
"""Weeks after which a programme is copied."""
CUT = 0.03
"""Share by which rivals ask less than the focal firm."""
FLOOR = 0.85


@dataclass(frozen=True)
class Answer:
    """One way in which all rivals answer; `changes` of the scenario, as a cell has them.

    why_not: why it cannot be tried in this market; empty where it can.
    """

    name: str
    words: str
    changes: str = AS_WRITTEN
    why_not: str = ""


def answers(world: Scenario) -> tuple[Answer, ...]:
    """No answer first, then those of every rival: it copies the programme, follows the price, undercuts it."""
    focus, rivals = world.focus, [name for name in world.firm_names if name != world.focus]
    if not rivals:
        return (Answer(STILL, "There is no rival."),)
    own = (
        ", beside the policies they have in the scenario"
        if any(world.firm(r).policies for r in rivals)
        else ""
    )
    tried = {
        "copy the programme": (
            f"Every rival copies the programme of {focus}, {LAG} weeks after it begins{own}.",
            {"kind": "copy_programme", "rival": focus, "lag": LAG},
        ),
        "follow": (
            f"Every rival moves its price as {focus} does, 80 % of the way, a week later{own}.",
            {"kind": "follow", "rival": focus, "lag": 1, "share": 0.8, "floor": FLOOR},
        ),
        "undercut": (
            (
                f"Every rival asks {100 * CUT:g} % less than {focus}, both over their usual prices, from the week in "
                f"which the designs begin{own}."
            ),
            {"kind": "undercut", "rival": focus, "by": CUT, "floor": FLOOR},
        ),
    }
    found = [Answer(STILL, "Rivals do what the scenario says, and no more.")]
    for name, (words, policy) in tried.items():
        changes = {"events": [*thaw(world.events), *(_begin(world, rival, policy) for rival in rivals)]}
        try:
            world.vary(changes)
        except (ScenarioError, ExperimentError) as error:
            found.append(Answer(name, words, why_not=_first(str(error))))
        else:
            found.append(Answer(name, words, changes_of(changes)))
    return tuple(found)


def _begin(world: Scenario, rival: str, policy: dict[str, Any]) -> dict[str, Any]:
    """The rival's own policies go on."""
    policies = [*thaw(world.firm(rival).policies), policy]
    return {"kind": "change", "firm": rival, "week": world.horizon.burn_in, "patch": {"policies": policies}}


def _first(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), text)
