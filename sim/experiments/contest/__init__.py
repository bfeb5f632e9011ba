"""Games between firms: each picks a design, all combinations are played in paired worlds; leagues of teams."""

from sim.experiments.contest.contest import Contest, contest, run_contest
from sim.experiments.contest.game import Game
from sim.experiments.contest.league import League, league, run_league
from sim.experiments.contest.league_plan import LeaguePlan
from sim.experiments.contest.plan import ContestPlan
from sim.experiments.contest.player import players_in
from sim.experiments.contest.team import Team, read_team

__all__ = [
    "Contest",
    "ContestPlan",
    "Game",
    "League",
    "LeaguePlan",
    "Team",
    "contest",
    "league",
    "players_in",
    "read_team",
    "run_contest",
    "run_league",
]
