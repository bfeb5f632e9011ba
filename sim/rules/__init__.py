"""The rules of behaviour: one mechanism a file, each with equation, units, bounds and source.

A rule is a scalar function. The compiled weekly pass and the plain walk call the same functions.

Source: see each file.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from sim.rules.acquisition import Acquisition, AcquisitionNumbers
from sim.rules.attachment import Attachment, AttachmentNumbers
from sim.rules.barrier import Barrier, BarrierNumbers
from sim.rules.challenge import Challenge, ChallengeNumbers
from sim.rules.choice import Choice, ChoiceNumbers
from sim.rules.club import Club, ClubNumbers
from sim.rules.community import Community, CommunityNumbers
from sim.rules.complaint import Complaint, ComplaintNumbers
from sim.rules.contact import Contact, ContactNumbers
from sim.rules.contract import Contract, ContractNumbers
from sim.rules.crisis import Crisis
from sim.rules.crowding import Crowding, CrowdingNumbers
from sim.rules.dealing import Dealing
from sim.rules.defection import Defection, DefectionNumbers
from sim.rules.demand import Demand
from sim.rules.drift import Drift, DriftNumbers
from sim.rules.education import Education, EducationNumbers
from sim.rules.equity import Equity, EquityNumbers
from sim.rules.expectation import Expectation, ExpectationNumbers
from sim.rules.experience import Experience, ExperienceNumbers
from sim.rules.expiry import ExpiryPressure, ExpiryPressureNumbers
from sim.rules.failure import Failure, FailureNumbers
from sim.rules.fairness import Fairness, FairnessNumbers
from sim.rules.improvement import Improvement
from sim.rules.inertia import Inertia, InertiaNumbers
from sim.rules.join import Join, JoinNumbers
from sim.rules.learning import Learning, LearningNumbers
from sim.rules.leaving import Leaving, LeavingNumbers
from sim.rules.member_price import MemberPrice, MemberPriceNumbers
from sim.rules.memory import Memory, MemoryNumbers
from sim.rules.need import Need, NeedNumbers
from sim.rules.offer import Offer, OfferNumbers
from sim.rules.parameter import Mechanism
from sim.rules.personalisation import Personalisation, PersonalisationNumbers
from sim.rules.points import Points
from sim.rules.price import Price, PriceNumbers
from sim.rules.programme_value import ProgrammeValue, ProgrammeValueNumbers
from sim.rules.promise import Promise, PromiseNumbers
from sim.rules.recovery import Recovery, RecoveryNumbers
from sim.rules.redemption import Redemption, RedemptionNumbers
from sim.rules.referral import Referral, ReferralNumbers
from sim.rules.reward_kind import RewardKind, RewardKindNumbers
from sim.rules.satisfaction import Satisfaction, SatisfactionNumbers
from sim.rules.selection import Selection
from sim.rules.staffing import Staffing
from sim.rules.stamps import Stamps
from sim.rules.standard import Standard, StandardNumbers
from sim.rules.status import Status, StatusNumbers
from sim.rules.streak import Streak, StreakNumbers
from sim.rules.trust import Trust, TrustNumbers
from sim.rules.use import Use, UseNumbers
from sim.rules.variety import Variety, VarietyNumbers
from sim.rules.win_back import WinBack, WinBackNumbers
from sim.rules.word_of_mouth import WordOfMouth, WordOfMouthNumbers

__all__ = ["Behaviour", "BehaviourNumbers", "Mechanism"]


class BehaviourNumbers(NamedTuple):
    """The parameters of all mechanisms in the form the compiled pass reads; off means neutral."""

    need: NeedNumbers
    choice: ChoiceNumbers
    drift: DriftNumbers
    leaving: LeavingNumbers
    price: PriceNumbers
    experience: ExperienceNumbers
    memory: MemoryNumbers
    satisfaction: SatisfactionNumbers
    expectation: ExpectationNumbers
    inertia: InertiaNumbers
    attachment: AttachmentNumbers
    programme_value: ProgrammeValueNumbers
    join: JoinNumbers
    member_price: MemberPriceNumbers
    trust: TrustNumbers
    equity: EquityNumbers
    standard: StandardNumbers
    promise: PromiseNumbers
    failure: FailureNumbers
    complaint: ComplaintNumbers
    recovery: RecoveryNumbers
    contact: ContactNumbers
    personalisation: PersonalisationNumbers
    education: EducationNumbers
    community: CommunityNumbers
    word_of_mouth: WordOfMouthNumbers
    referral: ReferralNumbers
    acquisition: AcquisitionNumbers
    variety: VarietyNumbers
    barrier: BarrierNumbers
    contract: ContractNumbers
    defection: DefectionNumbers
    win_back: WinBackNumbers
    learning: LearningNumbers
    redemption: RedemptionNumbers
    expiry: ExpiryPressureNumbers
    status: StatusNumbers
    club: ClubNumbers
    fairness: FairnessNumbers
    crowding: CrowdingNumbers
    challenge: ChallengeNumbers
    streak: StreakNumbers
    offer: OfferNumbers
    reward_kind: RewardKindNumbers
    use: UseNumbers


class Behaviour(BaseModel):
    """How customers behave: one block a mechanism. The defaults are one set for all scenarios."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: Need = Field(default=Need(), description="category need that answers to price")
    choice: Choice = Field(default=Choice(), description="weighing what is seen and felt")
    drift: Drift = Field(default=Drift(), description="traits drawn afresh now and then")
    leaving: Leaving = Field(default=Leaving(), description="leaving the category for good")
    price: Price = Field(default=Price(), description="reference price and loss aversion")
    experience: Experience = Field(default=Experience(), description="quality that varies and fails")
    memory: Memory = Field(default=Memory(), description="forgetting of purchases")
    satisfaction: Satisfaction = Field(default=Satisfaction(), description="disconfirmation")
    expectation: Expectation = Field(default=Expectation(), description="adaptive expectation")
    inertia: Inertia = Field(default=Inertia(), description="edge of the firm bought from last")
    attachment: Attachment = Field(default=Attachment(), description="affective loyalty")
    programme_value: ProgrammeValue = Field(default=ProgrammeValue(), description="rewards ahead")
    join: Join = Field(default=Join(), description="enrolment by expected benefit")
    points: Points = Field(default=Points(), description="points are earned and redeemed")
    stamps: Stamps = Field(default=Stamps(), description="stamps are given and handed in")
    member_price: MemberPrice = Field(default=MemberPrice(), description="members pay less")
    trust: Trust = Field(default=Trust(), description="trust built slowly, lost fast")
    equity: Equity = Field(default=Equity(), description="give and take, repaid and resented")
    standard: Standard = Field(default=Standard(), description="what rivals give as the measure")
    promise: Promise = Field(default=Promise(), description="claims that raise expectations")
    failure: Failure = Field(
        default=Failure(), description="kind and size of failures, and the grievance they leave"
    )
    complaint: Complaint = Field(default=Complaint(), description="who speaks up")
    recovery: Recovery = Field(default=Recovery(), description="what a good answer puts right")
    contact: Contact = Field(default=Contact(), description="messages that remind and tire")
    personalisation: Personalisation = Field(
        default=Personalisation(), description="messages that fit, or pry"
    )
    education: Education = Field(default=Education(), description="customers who are taught")
    community: Community = Field(default=Community(), description="belonging")
    word_of_mouth: WordOfMouth = Field(default=WordOfMouth(), description="praise and warnings among friends")
    referral: Referral = Field(default=Referral(), description="friends brought in")
    acquisition: Acquisition = Field(
        default=Acquisition(), description="prospects won by advertising and deals"
    )
    variety: Variety = Field(default=Variety(), description="satiation with the same")
    barrier: Barrier = Field(default=Barrier(), description="switching costs and convenience")
    contract: Contract = Field(default=Contract(), description="contracts that bind for their term")
    defection: Defection = Field(
        default=Defection(), description="breaking with a firm, for one of eight causes"
    )
    win_back: WinBack = Field(default=WinBack(), description="offers to lost customers")
    learning: Learning = Field(default=Learning(), description="firms learn from complaints")
    improvement: Improvement = Field(
        default=Improvement(), description="care that lowers failures and spread"
    )
    staffing: Staffing = Field(default=Staffing(), description="morale, skill and load of staff")
    redemption: Redemption = Field(
        default=Redemption(), description="rewards that wait until they are worth the trouble"
    )
    expiry: ExpiryPressure = Field(default=ExpiryPressure(), description="points about to die")
    status: Status = Field(default=Status(), description="levels: pride, striving and loss")
    club: Club = Field(default=Club(), description="memberships that are paid for")
    fairness: Fairness = Field(default=Fairness(), description="changes to the worse that are resented")
    crowding: Crowding = Field(default=Crowding(), description="money that crowds out affection")
    challenge: Challenge = Field(default=Challenge(), description="goals with a date")
    streak: Streak = Field(default=Streak(), description="rows that one does not like to break")
    offer: Offer = Field(default=Offer(), description="personal offers")
    reward_kind: RewardKind = Field(
        default=RewardKind(), description="money, goods, treats and donations as rewards"
    )
    use: Use = Field(default=Use(), description="cards that must be shown, and are forgotten")
    dealing: Dealing = Field(
        default=Dealing(), description="dealers who push, carry and drop makers, and cut prices"
    )
    crisis: Crisis = Field(default=Crisis(), description="harm that becomes known, and how it is answered")
    demand: Demand = Field(default=Demand(), description="campaigns that form tastes and wants")
    selection: Selection = Field(default=Selection(), description="being let go, and telling of it")

    def numbers(self) -> BehaviourNumbers:
        """All parameters as float32, in the order of the week's mechanisms."""
        return BehaviourNumbers(*(getattr(self, name).numbers() for name in BehaviourNumbers._fields))

    @classmethod
    def null(cls) -> Behaviour:
        """Every mechanism off: purchases are NBD, choices Dirichlet."""
        return cls.model_validate({name: {"enabled": False} for name in cls.model_fields})
