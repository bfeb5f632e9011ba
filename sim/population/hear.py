"""What reaches a customer before she buys: answers to a complaint, contacts, advertising, friends; and old wounds
that heal.

Each function takes one customer: slot j of a block (reals, wholes: row x slot). The compiled pass and the plain
walk call the same functions. Firms are told apart by number; `customer` is the number in the market (uint32).
"""

from __future__ import annotations

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.account import card, ready
from sim.population.columns import (
    ATTACHMENT,
    BASKET,
    CONTRACT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EQUITY,
    EXPECTATION,
    FATIGUE,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    KNOWS,
    PROGRAMME_WHOLES,
    REGARD,
    REMEMBERED,
    SATISFACTION,
    STAMPS,
    STORY,
    TIES,
    TRUST,
)
from sim.population.moments import (
    ANSWERED_BADLY,
    ANSWERED_WELL,
    BADLY_ANSWERED,
    CONTACTED,
    CREPT_UPON,
    HEARD_CLAIM,
    HEARD_PRAISE,
    HEARD_WARNING,
    JOINED_COMMUNITY,
    LEFT_COMMUNITY,
    LEFT_FIRM,
    NEVER_ANSWERED,
    OPTED_OUT,
    PAYMENT_FAILED,
    RECONSIDERED,
    TAUGHT,
    WON_BACK,
    birthday,
    bit,
    contract_firm,
    contract_until,
    grieved_firm,
    grieved_kind,
    grieved_week,
    has,
    has_complained,
    packed_grievance,
    told_leaving,
)
from sim.population.talk import REFERRAL, WARNING, spoken_firm, spoken_kind
from sim.population.told import Rule, Tag
from sim.population.trade import is_let_go
from sim.rules.community import after_event, takes_part
from sim.rules.contact import after_contact, opts_out
from sim.rules.contract import is_bound
from sim.rules.defection import Cause
from sim.rules.equity import given
from sim.rules.lapse import NEVER, is_active
from sim.rules.promise import after_claim
from sim.rules.recovery import good_answer_chance, restored
from sim.rules.satisfaction import recovered_satisfaction
from sim.rules.trust import betrayed, trust_scale
from sim.rules.win_back import win_back_chance
from sim.rules.word_of_mouth import after_message, chance_to_hear, hearsay

_CONTACT, _TIES, _DESK, _HEARD = (
    U32(Stream.CONTACT), U32(Stream.TIES), U32(Stream.DESK), U32(Stream.HEARD)
)  # fmt: skip
_INVOLUNTARY = I32(Cause.INVOLUNTARY)
_NEAR = F32(0.8)
"""Share of the way to a reward from which a firm reminds of it."""


@scalar
def cell(seg, firms, f, member):
    """Where the tally of a segment, firm and membership begins."""
    return ((seg * firms + f) * 2 + member) * TALLIES


@scalar
def is_member(wholes, j, firms, p):
    """1 for a member of programme p; 0 also where there is none (p = -1)."""
    if p < 0:
        return 0
    return 1 if wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p, j] >= 0 else 0


@scalar
def hear_from_desk(reals, wholes, j, customer, seg, firms, desk, programme_of, rules, context, tally):
    """A complaint that waits is answered, well or badly, or given up. A good answer gives back part of what the
    failure took, the sooner the more; a bad one is a second disappointment."""
    grieved = wholes[GRIEVED, j]
    if has_complained(grieved) == 0:
        return
    f = grieved_firm(grieved)
    kind, since = grieved_kind(grieved), grieved_week(grieved)
    waited = context.week - since - 1
    a, b, _, _ = philox(customer, U32(context.week), _DESK, U32(0), context.seed, context.replicate)
    t = cell(seg, firms, f, is_member(wholes, j, firms, programme_of[f]))
    trust = CUSTOMER_REALS + TRUST * firms + f
    badly = I32(0)
    if unit(a) < desk.answer_chance[f]:
        worth = desk.compensation[f] / reals[BASKET, j]
        tally[t + Tally.ANSWERED] += 1
        tally[t + Tally.WEEKS_WAITED] += waited
        if unit(b) < good_answer_chance(desk.empowerment[f], worth, rules.recovery):
            hurt = reals[GRIEVANCE, j]
            share = restored(F32(waited), trust_scale(reals[trust, j], rules.trust), rules.recovery)
            satisfaction = CUSTOMER_REALS + SATISFACTION * firms + f
            equity = CUSTOMER_REALS + EQUITY * firms + f
            reals[satisfaction, j] = recovered_satisfaction(
                reals[satisfaction, j], share * hurt, reals[CUSTOMER_REALS + REMEMBERED * firms + f, j],
                rules.satisfaction,
            )  # fmt: skip
            reals[equity, j] = given(reals[equity, j], worth, rules.equity)
            reals[GRIEVANCE, j] = hurt * (ONE - share)
            wholes[GRIEVED, j] = packed_grievance(f, kind, I32(0), I32(since))
            wholes[HAPPENED, j] |= I32(ANSWERED_WELL)
            tally[t + Tally.ANSWERED_WELL] += 1
        else:
            badly = I32(ANSWERED_BADLY)
    elif F32(waited) >= rules.recovery.give_up:
        badly = I32(NEVER_ANSWERED)
        tally[t + Tally.NEVER_ANSWERED] += 1
    if badly != 0:
        satisfaction = CUSTOMER_REALS + SATISFACTION * firms + f
        again = rules.recovery.disappointment * reals[GRIEVANCE, j]
        reals[satisfaction, j] = recovered_satisfaction(
            reals[satisfaction, j],
            -again,
            reals[CUSTOMER_REALS + REMEMBERED * firms + f, j],
            rules.satisfaction,
        )
        reals[trust, j] = betrayed(reals[trust, j], HALF, rules.trust)
        wholes[GRIEVED, j] = packed_grievance(f, BADLY_ANSWERED, I32(0), I32(since))
        wholes[HAPPENED, j] |= badly


@scalar
def pay_for_contract(wholes, j, customer, seg, firms, outreach, programme_of, context, tally):
    """A payment that fails ends a contract; the customer did not want it."""
    contract = wholes[CONTRACT, j]
    f = contract_firm(contract)
    if f < 0 or not is_bound(contract_until(contract), context.week) or outreach.payment_failure[f] <= ZERO:
        return
    _, _, c, _ = philox(customer, U32(context.week), _DESK, U32(0), context.seed, context.replicate)
    if unit(c) < outreach.payment_failure[f]:
        wholes[CONTRACT, j] = I32(-1)
        wholes[KNOWS, j] &= ~bit(f)
        wholes[STORY, j] = told_leaving(wholes[STORY, j], f, _INVOLUNTARY, bit(Cause.INVOLUNTARY))
        wholes[HAPPENED, j] |= I32(PAYMENT_FAILED | LEFT_FIRM)
        t = cell(seg, firms, f, is_member(wholes, j, firms, programme_of[f]))
        tally[t + Tally.LEFT_INVOLUNTARY] += 1
        tally[t + Tally.WITH_INVOLUNTARY] += 1


@scalar
def is_triggered(wholes, j, customer, f, p, outreach, terms, context):
    """Whether a birthday, a long absence or a near reward sets off a contact this week."""
    congratulates = (outreach.birthday[f] == 1) & birthday(customer, context.week)
    absent = context.week - wholes[CUSTOMER_WHOLES + f, j]
    lapse = (outreach.lapse_trigger[f] > 0) & (absent == outreach.lapse_trigger[f])
    near = False
    if outreach.near_reward[f] == 1 and p >= 0:
        firms = outreach.acts.size
        have = F32(ready(wholes, firms, j, terms, p))
        need = F32(terms.tags[p, 0, Tag.POINTS]) if terms.rule[p, Rule.MENU] > 0 else ZERO
        card_size = F32(terms.rule[p, Rule.STAMPS_NEEDED])
        points = (need > ZERO) & (have >= _NEAR * need) & (have < need)
        stamps = (card_size > ZERO) & (F32(wholes[card(firms, p) + STAMPS, j]) >= _NEAR * card_size)
        # Once a month, or the reminder would be one every week.
        near = (points | stamps) & (context.week % 4 == 0)
    return congratulates | lapse | near


@scalar
def hear_from_firm(
    reals, wholes, j, customer, seg, f, outreach, terms, programme_of, rules, context, tally
):  # fmt: skip
    """Contacts and advertising of firm f. Returns 1 when she was contacted, else 0."""
    firms = outreach.acts.size
    p = programme_of[f]
    member = is_member(wholes, j, firms, p)
    t = cell(seg, firms, f, member)
    a, b, c, d = philox(customer, U32(context.week), _CONTACT, U32(f), context.seed, context.replicate)
    last = wholes[CUSTOMER_WHOLES + f, j]
    contacted = I32(0)
    known = (
        (member == 1)
        if outreach.members_only[f] == 1
        else is_active(context.week - 1, last, context.lapse_weeks)
    )
    trust = CUSTOMER_REALS + TRUST * firms + f
    # Regular contacts go to active customers, or to members; triggered ones also find those who have lapsed.
    reachable = known or (outreach.members_only[f] == 0 and last != NEVER)
    if reachable and not has(wholes[KNOWS, j], 16 + f):
        set_off = is_triggered(wholes, j, customer, f, p, outreach, terms, context)
        if set_off or (known and unit(a) < outreach.contact_chance[f]):
            contacted = I32(1)
            fit = outreach.relevance[f]
            fit = fit + HALF * (ONE - fit) if set_off else fit
            reals[FATIGUE, j] = after_contact(reals[FATIGUE, j], fit, outreach.intrusion[f])
            wholes[HAPPENED, j] |= I32(CONTACTED)
            tally[t + Tally.CONTACTS] += 1
            if unit(c) < outreach.creepy[f]:
                reals[trust, j] = betrayed(reals[trust, j], rules.personalisation.betrayal, rules.trust)
                wholes[HAPPENED, j] |= I32(CREPT_UPON)
                tally[t + Tally.CREEPY_CONTACTS] += 1
            if opts_out(unit(b), reals[FATIGUE, j], rules.contact):
                wholes[KNOWS, j] |= bit(16 + f)
                wholes[HAPPENED, j] |= I32(OPTED_OUT)
                tally[t + Tally.OPT_OUTS] += 1
    if unit(d) < outreach.ad_reach[f]:
        tally[t + Tally.ADVERTS] += 1
        if last == NEVER:
            wholes[KNOWS, j] |= bit(f)
        if outreach.promise[f] >= ZERO:
            expectation = CUSTOMER_REALS + EXPECTATION * firms + f
            scale = trust_scale(reals[trust, j], rules.trust)
            reals[expectation, j] = after_claim(
                reals[expectation, j], outreach.promise[f], scale, rules.promise
            )
            wholes[HAPPENED, j] |= I32(HEARD_CLAIM)
    return contacted


@scalar
def keep_ties(reals, wholes, j, customer, seg, f, outreach, programme_of, rules, context, tally):
    """Teaching, community, and the way back to a firm that was left."""
    firms = outreach.acts.size
    a, b, c, d = philox(customer, U32(context.week), _TIES, U32(f), context.seed, context.replicate)
    last = wholes[CUSTOMER_WHOLES + f, j]
    active = is_active(context.week - 1, last, context.lapse_weeks)
    t = cell(seg, firms, f, is_member(wholes, j, firms, programme_of[f]))
    attachment = CUSTOMER_REALS + ATTACHMENT * firms + f
    if has(wholes[TIES, j], 16 + f):
        if unit(a) < rules.education.forgets:
            wholes[TIES, j] &= ~bit(16 + f)
    elif active and unit(a) < outreach.education_reach[f]:
        wholes[TIES, j] |= bit(16 + f)
        wholes[HAPPENED, j] |= I32(TAUGHT)
        tally[t + Tally.TAUGHT] += 1
    if has(wholes[TIES, j], f):
        if unit(b) < rules.community.leaves or not active:
            wholes[TIES, j] &= ~bit(f)
            wholes[HAPPENED, j] |= I32(LEFT_COMMUNITY)
        elif outreach.event[f] == 1:
            reals[attachment, j] = after_event(reals[attachment, j], rules.community)
    elif active and takes_part(unit(b), outreach.community_reach[f], reals[attachment, j]):
        wholes[TIES, j] |= bit(f)
        wholes[HAPPENED, j] |= I32(JOINED_COMMUNITY)
    if last != NEVER and not has(wholes[KNOWS, j], f) and not is_let_go(wholes, j, f, context):
        reach = outreach.win_back_reach[f]
        back = I32(0)
        if unit(c) < reach:
            tally[t + Tally.WIN_BACK_OFFERS] += 1
            worth = outreach.win_back_worth[f] / reals[BASKET, j]
            scale = trust_scale(reals[CUSTOMER_REALS + TRUST * firms + f, j], rules.trust)
            # The same draw decides: it is uniform below the reach.
            if unit(c) < reach * win_back_chance(worth, scale, rules.win_back):
                back = I32(WON_BACK)
                equity = CUSTOMER_REALS + EQUITY * firms + f
                reals[equity, j] = given(reals[equity, j], worth, rules.equity)
                if grieved_firm(wholes[GRIEVED, j]) == f:
                    reals[GRIEVANCE, j] = HALF * reals[GRIEVANCE, j]
                tally[t + Tally.WON_BACK] += 1
        if back == 0 and unit(d) < rules.defection.reconsider:
            back = I32(RECONSIDERED)
        if back != 0:
            wholes[KNOWS, j] |= bit(f)
            wholes[HAPPENED, j] |= back


@scalar
def hear_from_friends(reals, wholes, j, customer, seg, firms, circle, rules, context, tally):
    """What friends said last week: praise makes a firm considered, looked forward to and held in regard;
    a warning the contrary."""
    for i in range(circle.start[customer], circle.start[customer + 1]):
        friend = circle.friends[i]
        spoken = circle.said[friend]
        if spoken != 0:
            f, kind = spoken_firm(spoken), spoken_kind(spoken)
            friends_of_friend = F32(circle.start[friend + 1] - circle.start[friend])
            bad = kind == WARNING
            audience = rules.word_of_mouth.bad_audience if bad else rules.word_of_mouth.good_audience
            audience = ONE if kind == REFERRAL else audience
            k = U32(i - circle.start[customer])
            a, _, _, _ = philox(customer, U32(context.week), _HEARD, k, context.seed, context.replicate)
            if unit(a) < chance_to_hear(audience, friends_of_friend):
                regard = CUSTOMER_REALS + REGARD * firms + f
                expectation = CUSTOMER_REALS + EXPECTATION * firms + f
                reals[regard, j] = after_message(reals[regard, j], not bad, rules.word_of_mouth)
                if wholes[CUSTOMER_WHOLES + f, j] == NEVER:
                    reals[expectation, j] = hearsay(reals[expectation, j], not bad, rules.word_of_mouth)
                t = cell(seg, firms, f, 0)
                if bad:
                    wholes[HAPPENED, j] |= I32(HEARD_WARNING)
                    tally[t + Tally.WARNINGS_HEARD] += 1
                else:
                    # Who left a firm knows it already; praise does not bring her back.
                    if wholes[CUSTOMER_WHOLES + f, j] == NEVER:
                        wholes[KNOWS, j] |= bit(f)
                    wholes[HAPPENED, j] |= I32(HEARD_PRAISE)
                    tally[t + Tally.PRAISE_HEARD] += 0 if kind == REFERRAL else 1


@scalar
def hear(reals, wholes, j, customer, seg, outreach, desk, terms, programme_of, circle, rules, context, tally):
    """All that reaches a customer of the category. Returns the firms that reminded her, as bits."""
    firms = outreach.acts.size
    reminded = I32(0)
    if wholes[GRIEVED, j] >= 0:
        hear_from_desk(reals, wholes, j, customer, seg, firms, desk, programme_of, rules, context, tally)
    if wholes[CONTRACT, j] >= 0:
        pay_for_contract(wholes, j, customer, seg, firms, outreach, programme_of, context, tally)
    everybody = (1 << firms) - 1
    if context.reaches == 1 or (wholes[KNOWS, j] & everybody) != everybody:
        for f in range(firms):
            if outreach.acts[f] == 1 and hear_from_firm(
                reals, wholes, j, customer, seg, f, outreach, terms, programme_of, rules, context, tally
            ):  # fmt: skip
                reminded |= bit(f)
            left = wholes[CUSTOMER_WHOLES + f, j] != NEVER and not has(wholes[KNOWS, j], f)
            left = left and not is_let_go(wholes, j, f, context)
            if outreach.binds[f] == 1 or left:
                keep_ties(reals, wholes, j, customer, seg, f, outreach, programme_of, rules, context, tally)
    if circle.friends.size > 0:
        hear_from_friends(reals, wholes, j, customer, seg, firms, circle, rules, context, tally)
    return reminded
