"""What other programmes have and this one cannot simulate: named, so that nobody takes it for a slip."""

from __future__ import annotations

from sim.scenario.errors import Loc
from sim.scenario.programme.rewards import KINDS

INSTEAD = f"kinds of rewards are: {', '.join(KINDS)}"
PLAY = "of play there are: challenge, streak, surprise, stamps"
UNSUPPORTED = {
    "auction": f"auctions of rewards are not simulated; {INSTEAD}",
    "lottery": f"lotteries are not simulated; use 'surprise' of the programme, or another kind; {INSTEAD}",
    "badge": f"badges are not simulated; {PLAY}; status is given by 'tiers'",
    "leaderboard": f"leaderboards are not simulated, as members do not see each other; {PLAY}",
    "retry_years": "how soon a status match may be tried again is not simulated: a customer is matched once, "
    "at joining; leave it out (there are: level, weeks, spend)",
    "referral": "points for bringing friends are not simulated; use 'referral' of the firm, which pays in money",
    "nights": "levels count purchases, not nights; write 'visits', and 'spend' or 'points'",
}
"""By the name of the field, or of the kind, that asks for it."""


def unsupported(name: object, loc: Loc) -> str | None:
    """What is supported instead of something that a programme asks for; None if it is not known either."""
    if "programme" not in loc or not isinstance(name, str):
        return None
    name = name.casefold().replace("-", "_")
    return UNSUPPORTED.get(name) or UNSUPPORTED.get(name.removesuffix("s"))
