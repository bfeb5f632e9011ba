"""What a user writes about a reward programme: who gets in, what members get, what it costs to run."""

from sim.scenario.programme.answers import Answers
from sim.scenario.programme.club import Club
from sim.scenario.programme.costs import Books, Ending, Funding, Guard, ProgrammeCosts
from sim.scenario.programme.earning import Cap, Multiplier, OutsideEarning
from sim.scenario.programme.expiry import Expiry
from sim.scenario.programme.play import Challenge, Streak, Surprise
from sim.scenario.programme.points import Points
from sim.scenario.programme.prices import MemberPrice, Offers
from sim.scenario.programme.programme import Programme
from sim.scenario.programme.rewards import KINDS, Payout, Reward, RewardKind
from sim.scenario.programme.scope import Enrolment, Partners
from sim.scenario.programme.stamps import Stamps
from sim.scenario.programme.tiers import Gift, Level, Match, Milestone, Tiers

__all__ = [
    "KINDS",
    "Answers",
    "Books",
    "Cap",
    "Challenge",
    "Club",
    "Ending",
    "Enrolment",
    "Expiry",
    "Funding",
    "Gift",
    "Guard",
    "Level",
    "Match",
    "MemberPrice",
    "Milestone",
    "Multiplier",
    "Offers",
    "OutsideEarning",
    "Partners",
    "Payout",
    "Points",
    "Programme",
    "ProgrammeCosts",
    "Reward",
    "RewardKind",
    "Stamps",
    "Streak",
    "Surprise",
    "Tiers",
]
