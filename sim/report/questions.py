"""The seven questions that every programme has to answer, and how each programme of a comparison answers them.

What its designers say in words (`answers:`) is theirs; benefits, funding, and whatever they left unsaid is read off the
programme itself.

Source: the questions are those of loyalty-programme design in the textbooks, e.g. Butscher 2002, Customer Clubs and
Loyalty Programmes (from memory).
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from sim.scenario import Firm, Scenario
from sim.scenario.programme import Programme

QUESTIONS = (
    "objective",
    "target group",
    "benefits",
    "communication",
    "funding",
    "roll-out",
    "measurement",
)
"""Objective; target group; benefit mix, hard and soft; communication; funding; roll-out and staff; measurement."""
UNSAID = "not said"


def answered(programme: Programme, firm: Firm, currency: str) -> dict[str, str]:
    """A programme's answers, by question; firm is the one that runs it."""
    said = programme.answers
    return {
        "objective": said.objective or UNSAID,
        "target group": said.target_group or _whom(programme, currency),
        "benefits": _benefits(programme, currency),
        "communication": said.communication or _contacts(firm),
        "funding": _funding(programme, currency),
        "roll-out": said.roll_out or _launch(programme, currency),
        "measurement": said.measurement or "against the same customers without it, in paired worlds",
    }


def programmes(world: Scenario, designs: tuple[str, ...] | None = None) -> dict[str, tuple[Programme, Firm]]:
    """The programme of the focal firm in each design that has one, and the firm under that design."""
    found = {}
    for name in designs or world.design_names:
        firm = world.with_design(name)
        if firm.programme is not None:
            found[name] = (firm.programme, firm)
    return found


def table(world: Scenario, designs: tuple[str, ...] | None = None) -> Table | None:
    """A row a programme and question; None where no design has a programme."""
    found = programmes(world, designs)
    if not found:
        return None
    grid = Table(
        title=Text("The programmes, in seven answers"),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    grid.add_column("design", overflow="fold", max_width=22)
    grid.add_column("question", no_wrap=True)
    grid.add_column("answer", overflow="fold")
    seen: dict[Programme, str] = {}
    for name, (programme, firm) in found.items():
        if programme in seen:
            grid.add_row(Text(name), "", Text(f"as '{seen[programme]}'"))
            continue
        seen[programme] = name
        for i, (question, answer) in enumerate(answered(programme, firm, world.currency).items()):
            grid.add_row(Text(name if i == 0 else ""), question, Text(answer))
    return grid


def to_dict(world: Scenario, designs: tuple[str, ...] | None = None) -> dict[str, Mapping[str, str]]:
    """design -> question -> answer."""
    return {
        name: answered(programme, firm, world.currency)
        for name, (programme, firm) in programmes(world, designs).items()
    }


def _share(part: float) -> str:
    return f"{100 * part:.3g} %"


def _list(parts: list[str], without: str) -> str:
    return ", ".join(parts) if parts else without


def _whom(programme: Programme, currency: str) -> str:
    enrolment = programme.enrolment
    if enrolment.automatic:
        return "every customer, from the first purchase on"
    if enrolment.spend_per_year > 0:
        return f"customers who spend {enrolment.spend_per_year:g} {currency} a year or more"
    return f"whoever is asked ({_share(enrolment.ask)} of purchases) and finds it worth the effort"


def _benefits(programme: Programme, currency: str) -> str:
    hard, soft = _hard(programme, currency), _soft(programme)
    return f"hard: {_list(hard, 'none')}; soft: {_list(soft, 'none')}"


def _hard(programme: Programme, currency: str) -> list[str]:
    found = []
    points, stamps, price = programme.points, programme.stamps, programme.member_price
    if points:
        menu = sorted(points.menu, key=lambda r: r.worth / r.points)
        low, high = menu[0].worth / menu[0].points, menu[-1].worth / menu[-1].points
        if points.per_currency > 0:
            rates = sorted({round(100 * points.per_currency * each, 2) for each in (low, high)})
            found.append(f"points worth {' to '.join(f'{r:g}' for r in rates)} % of spending")
        if points.per_visit > 0:
            found.append(f"points worth {points.per_visit * low:.3g} {currency} a visit")
    if stamps:
        found.append(f"a reward of {stamps.reward:g} {currency} for {stamps.needed} stamps")
    if price:
        found.append(f"prices {_share(price.depth)} lower on {_share(price.range_share)} of a basket")
    if programme.offers:
        found.append(f"personal offers of {_share(programme.offers.depth)}")
    cuts = [level.discount for level in programme.tiers.levels] if programme.tiers else []
    if any(cuts):
        found.append(f"prices up to {_share(max(cuts))} lower by level")
    return found


def _soft(programme: Programme) -> list[str]:
    found = []
    if programme.tiers:
        found.append(f"status ({', '.join(programme.tiers.level_names)})")
        if any(level.quality > 0 for level in programme.tiers.levels):
            found.append("better service by level")
    if programme.surprise:
        found.append("surprises")
    if programme.challenge or programme.streak:
        found.append("play")
    if programme.points and any(
        reward.kind in ("experience", "upgrade", "donation") for reward in programme.points.menu
    ):
        found.append("rewards in kind")
    return found


def _contacts(firm: Firm) -> str:
    contacts = firm.contacts
    if contacts is None:
        return "at the till only"
    triggers = [name.replace("_", " ") for name, on in contacts.triggers.model_dump().items() if on]
    words = f"{contacts.channel}, {contacts.per_week:g} a week"
    return f"{words}, and by {', '.join(triggers)}" if triggers else words


def _funding(programme: Programme, currency: str) -> str:
    found = []
    if programme.club:
        period = programme.club.period_weeks
        each = "once" if period is None else f"for {period} weeks"
        found.append(f"a fee of {programme.club.fee:g} {currency} {each}")
    if programme.funding.supplier_share > 0:
        found.append(f"suppliers pay {_share(programme.funding.supplier_share)} of the rewards")
    if programme.partners and programme.partners.price > 0:
        found.append(f"partners pay {programme.partners.price:g} {currency} a point")
    if programme.points and programme.points.outside:
        found.append(f"{programme.points.outside.price:g} {currency} a point from outside the category")
    return _list([*found, "the firm's margin"], "the firm's margin")


def _launch(programme: Programme, currency: str) -> str:
    costs = programme.costs
    running = f"{costs.per_week + costs.staff:g} {currency} a week"
    if costs.per_member_week > 0:
        running += f" and {costs.per_member_week:g} {currency} a week for each member"
    return f"launch {costs.launch:g} {currency}; staff, training and platform {running}"
