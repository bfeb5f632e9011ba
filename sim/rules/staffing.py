"""Staffing: pay, training, trust and load make morale and skill; these make service.

load = purchases / (people x pace x skill), at most 2; strain = load^2;
mood <- mood + (wanted - mood) x (1 - 2^(-1 / half_life)), less shock x share laid off;
wanted = base + pay x ln(wage / market wage) + teaching x taught + empowerment x (empowered - 1/2)
- overload x (strain - 1); morale = 100 / (1 + e^-mood);
taught = 1 - e^(-(training / market wage) / enough);
quits = people x (1 - e^(-rate / 52 x e^(leaving x (usual mood - mood))));
mastery of those who stay <- mastery + (1 + mastering x taught - mastery) x (1 - 2^(-1 / learning)), newcomers start at
`novice`; skill = mastery / usual mastery;
hires = what usually quits + gaps / filling, at most the gaps;
quality shift = impression x (morale - usual morale) + craft x (skill - 1) - haste x (strain - usual strain);
failure rate = usual rate x e^(slips x (strain - usual strain) - mistakes x (skill - 1));
capacity of the desk = usual capacity x e^(-desk x (strain - usual strain)).

Units: morale 0 to 100, mood its logit; quality in index points; rate in quits per employee-year; all else shares and
factors. What is usual is what the firm did when its quality was observed, so a firm that goes on like this has shift 0
and factors 1. With the mechanism off that holds whatever it does; people still come, go and are paid.

Source: Heskett, Jones, Loveman, Sasser & Schlesinger 1994, HBR 72(2):164 (service-profit chain); Rucci, Kirn & Quinn
1998, HBR 76(1):82 (attitude to impression); Hausknecht, Trevor & Howard 2009, J. Applied Psychology 94:1068 (quits
and newcomers lower service quality, from memory); Trevor & Nyberg 2008, Academy of Management J. 51:259 (lay-offs
raise quits, from memory); Habel & Klarmann 2015, JAMS 43:768 (downsizing lowers customer satisfaction); Sitzmann &
Weinhardt 2018, J. Management 44:732 (training and unit performance, from memory); sizes mostly proposed.
"""

from __future__ import annotations

from math import exp, log

from sim.rules.parameter import Mechanism, param

MOST_LOAD = 2.0
"""Nobody works at more than twice the full pace; what is beyond that is left undone."""
YEAR = 52.0
_SERVICE_PROFIT = "Heskett et al. 1994 (direction)"
_DOWNSIZING = "Trevor & Nyberg 2008; Habel & Klarmann 2015 (direction)"
_TURNOVER = "Hausknecht, Trevor & Howard 2009 (direction)"


class Staffing(Mechanism):
    """Morale, skill and load of staff make service better or worse."""

    impression: float = param(
        0.26,
        unit="index points per point of morale",
        meaning="what customers notice of staff morale",
        bounds=(0.0, 2.0),
        source="Rucci, Kirn & Quinn 1998",
        status="VERIFIED",
        interval=(0.10, 0.40),
    )
    base: float = param(
        0.62,
        unit="logit of morale",
        meaning="mood of staff paid like others, untaught, half empowered, fully busy (morale 65)",
        bounds=(-5.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    pay: float = param(
        1.5,
        unit="logit per log of wage over market wage",
        meaning="how pay lifts mood",
        bounds=(0.0, 20.0),
        source="Judge, Piccolo, Podsakoff, Shaw & Rich 2010 (pay and satisfaction: direction, weak)",
        status="MEMORY",
    )
    teaching: float = param(
        0.4,
        unit="logit",
        meaning="how being taught all that can be taught lifts mood",
        bounds=(0.0, 10.0),
        source=_SERVICE_PROFIT,
        status="PROPOSED",
    )
    empowerment: float = param(
        0.8,
        unit="logit",
        meaning="how full empowerment lifts mood over none",
        bounds=(0.0, 10.0),
        source=_SERVICE_PROFIT,
        status="PROPOSED",
    )
    overload: float = param(
        0.6,
        unit="logit per unit of strain",
        meaning="how strain lowers mood",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    shock: float = param(
        4.0,
        unit="logit per share laid off",
        meaning="how a lay-off lowers the mood of those who stay",
        bounds=(0.0, 50.0),
        source=_DOWNSIZING,
        status="PROPOSED",
    )
    half_life: float = param(
        13.0,
        unit="weeks",
        meaning="time in which mood gets half of the way to where it tends, and half over a shock",
        bounds=(0.5, 520.0),
        source="judgement",
        status="PROPOSED",
    )
    leaving: float = param(
        1.0,
        unit="per logit of morale",
        meaning="how a worse mood speeds quitting",
        bounds=(0.0, 10.0),
        source=_DOWNSIZING,
        status="PROPOSED",
    )
    filling: float = param(
        6.0,
        unit="weeks",
        meaning="time to fill a vacancy that was not foreseen",
        bounds=(1.0, 104.0),
        source="time to fill in personnel statistics",
        status="MEMORY",
    )
    novice: float = param(
        0.6,
        unit="share of full mastery",
        meaning="mastery of a newcomer",
        bounds=(0.05, 1.0),
        source=_TURNOVER,
        status="PROPOSED",
    )
    learning: float = param(
        13.0,
        unit="weeks",
        meaning="time in which a newcomer learns half of what is missing",
        bounds=(0.5, 520.0),
        source="judgement",
        status="PROPOSED",
    )
    mastering: float = param(
        0.2,
        unit="share of full mastery",
        meaning="mastery that all teaching can add to practice",
        bounds=(0.0, 5.0),
        source="Sitzmann & Weinhardt 2018 (direction)",
        status="PROPOSED",
    )
    enough: float = param(
        0.02,
        unit="share of market wage",
        meaning="training that teaches 63 % of what can be taught",
        bounds=(1e-4, 1.0),
        source="training budgets of about 2 % of payroll",
        status="MEMORY",
    )
    craft: float = param(
        20.0,
        unit="index points per unit of skill",
        meaning="what customers notice of skill",
        bounds=(0.0, 100.0),
        source=_TURNOVER,
        status="PROPOSED",
    )
    haste: float = param(
        3.0,
        unit="index points per unit of strain",
        meaning="what customers notice of haste",
        bounds=(0.0, 20.0),
        source="Hausknecht, Trevor & Howard 2009 (direction: worse where staff serve more customers each)",
        status="PROPOSED",
    )
    slips: float = param(
        0.6,
        unit="per unit of strain",
        meaning="how strain multiplies failures",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    mistakes: float = param(
        1.5,
        unit="per unit of skill",
        meaning="how a lack of skill multiplies failures",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    desk: float = param(
        0.5,
        unit="per unit of strain",
        meaning="how strain takes hands from the complaint desk",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )


def load(purchases: float, people: float, pace: float, skill: float) -> float:
    """Purchases over what people can serve at full pace, at most MOST_LOAD; 0 where there is nothing to do."""
    if purchases <= 0.0:
        return 0.0
    hands = people * pace * skill
    return min(MOST_LOAD, purchases / hands) if hands > 0.0 else MOST_LOAD


def strain(loaded: float) -> float:
    """What a load does to people: little while there is slack, more and more after."""
    return loaded * loaded


def taught(training: float, wage: float, rule: Staffing) -> float:
    """Share of what can be taught that this budget teaches; wage: market wage."""
    return 1.0 - exp(-training / wage / rule.enough)


def wanted_mood(pay: float, teaching: float, empowered: float, strained: float, rule: Staffing) -> float:
    """Where mood tends. pay: wage over market wage; teaching: share taught; empowered: 0 to 1; strained: strain."""
    gained = rule.pay * log(pay) + rule.teaching * teaching + rule.empowerment * (empowered - 0.5)
    return rule.base + gained - rule.overload * (strained - 1.0)


def next_mood(mood: float, wanted: float, rule: Staffing) -> float:
    """Mood a week later."""
    return mood + (wanted - mood) * _step(rule.half_life)


def shocked(mood: float, share: float, rule: Staffing) -> float:
    """Mood of those who stay when this share of people has been laid off."""
    return mood - rule.shock * share


def morale(mood: float) -> float:
    """Morale, 0 to 100."""
    return 100.0 / (1.0 + exp(-mood)) if mood > -700.0 else 0.0


def quit_chance(rate: float, mood: float, usual: float, rule: Staffing) -> float:
    """Chance that an employee quits in a week; rate: quits per employee-year at the usual mood."""
    # Beyond e^50 the chance is 1 to the last bit unless nobody ever quits.
    return 1.0 - exp(-rate / YEAR * exp(min(50.0, rule.leaving * (usual - mood))))


def next_mastery(mastery: float, teaching: float, rule: Staffing) -> float:
    """Mastery a week later of those who stay."""
    return mastery + (1.0 + rule.mastering * teaching - mastery) * _step(rule.learning)


def steady_mastery(quits: float, teaching: float, rule: Staffing) -> float:
    """Mean mastery where this share quits each week and is replaced."""
    stays, step = 1.0 - quits, _step(rule.learning)
    learnt = stays * step * (1.0 + rule.mastering * teaching)
    return (learnt + quits * rule.novice) / (1.0 - stays * (1.0 - step))


def hires(gaps: float, foreseen: float, rule: Staffing) -> float:
    """People who start this week. gaps: places to fill; foreseen: those that usually fall vacant in a week."""
    return min(gaps, foreseen + gaps / rule.filling)


def quality_shift(better: float, skill: float, strained: float, rule: Staffing) -> float:
    """Index points of quality. better: morale above the usual; skill: 1 is usual; strained: strain above the usual."""
    if not rule.enabled:
        return 0.0
    return rule.impression * better + rule.craft * (skill - 1.0) - rule.haste * strained


def failure_factor(skill: float, strained: float, rule: Staffing) -> float:
    """Factor on the failure rate. skill: 1 is usual; strained: strain above the usual."""
    return exp(rule.slips * strained - rule.mistakes * (skill - 1.0)) if rule.enabled else 1.0


def answer_factor(strained: float, rule: Staffing) -> float:
    """Factor on the complaints that can be answered. strained: strain above the usual."""
    return exp(-rule.desk * strained) if rule.enabled else 1.0


def _step(half_life: float) -> float:
    return float(1.0 - 2.0 ** (-1.0 / half_life))
