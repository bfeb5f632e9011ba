"""Who wins and loses, what rivals' answers change, and which doubts matter: what further markets say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.page import drawings
from sim.report.page.block import Block, Heading, Points, Section, Table, Words
from sim.report.page.grid import Grid, figures, rows_of, spans, words
from sim.report.page.verdict import contenders, listed, quoted, said

if TYPE_CHECKING:
    from sim.experiments import Comparison
    from sim.experiments.dossier import Answered, Dossier

NOT_RUN = (
    "Left out: this needs further markets, and the report was asked for with --quick. Report without it."
)
ALONE = "Left out: with one design there is nothing to compare."
MEASURES = {"customers": "customers", "purchases": "purchases a year", "revenue": "revenue a year"}


def left_out(name: str, title: str, result: Comparison) -> Section:
    """A section that was not asked for, or makes no sense, and says so."""
    return Section(name, title, (Words(ALONE if len(result.designs) == 1 else NOT_RUN, "caution"),))


def winners(dossier: Dossier) -> Section:
    """By segment and membership of the customers, and by what membership gives to members."""
    blocks: list[Block] = [
        Words(_size(dossier)),
        Heading("By segment"),
        Table(_segments(dossier)),
        Heading("By segment and membership"),
        Table(_membership(dossier)),
        Heading("What membership gives, member by member"),
    ]
    if len(dossier.winners):
        blocks.append(Table(_gains(dossier)))
    else:
        blocks.append(Words(f"Not known: {dossier.no_winners}."))
    return Section("winners", "Who wins and who loses", tuple(blocks))


def rivals(dossier: Dossier) -> Section:
    """Does the verdict stand when rivals answer, and what do they lose?"""
    result = dossier.result
    if len(result.world.firms) == 1:
        return Section("rivals", "When rivals answer", (Words("There is no rival in this market."),))
    blocks: list[Block] = [
        Words(
            _size(dossier)
            + " The same worlds under every answer, so that answers are compared like designs. The sizes of "
            "the answers are chosen, not measured (docs/policies.md)."
        ),
        Points(
            tuple(
                f"{each.answer.name.capitalize()}: {each.answer.words} {stands(dossier, each)}"
                for each in dossier.answered
            )
        ),
        Table(_answers(dossier)),
        Heading("What each firm wins and loses"),
        Words(
            f"By the design: paired change against {quoted(result.designs[0])} under the same answer, so what the "
            "design gives to a firm, or takes from it. By the answer: paired change against rivals standing still, "
            "under the same design."
        ),
        Table(_firms(dossier)),
    ]
    return Section("rivals", "When rivals answer", tuple(blocks))


def doubts(dossier: Dossier) -> Section:
    """The tornado, and its numbers."""
    design, reference = quoted(str(dossier.design)), quoted(dossier.result.designs[0])
    return Section(
        "sensitivity",
        "What the profit hangs on",
        (
            Words(
                f"Profit of {design}, the design (but the reference) with the highest mean profit, less that of "
                f"{reference}: once as the scenario is written, then with one number changed at a time, in "
                f"{_worlds(dossier.doubt_replicates)} of the same worlds. One at a time does not see how numbers act "
                "together (loyalty-sim sensitivity does). Ranges are chosen, but for habit and the worth of a reward, "
                "which are tried at the ends of their published intervals."
            ),
            *((drawings.tornado(dossier),) if len(dossier.sensitivity) else ()),
            Table(_sensitivity(dossier)),
        ),
    )


def uncertain(dossier: Dossier) -> list[str]:
    """What the further runs add to what is not certain."""
    found = []
    for each in dossier.answered[1:]:
        words = stands(dossier, each)
        if each.result is not None and not words.startswith(("It stands", "It stays", "It changes nothing")):
            found.append(f"If rivals answer ({each.answer.name}): {words}")
    table = dossier.sensitivity
    sign = dossier.base.mean
    if len(table) and sign:
        turned = [
            f"{row.doubt} ({row.setting})"
            for row in table.itertuples()
            if row.mean == row.mean and row.mean * sign < 0
        ]
        if turned:
            found.append(
                f"The mean difference in profit between {quoted(str(dossier.design))} and "
                f"{quoted(dossier.result.designs[0])} changes its sign with: {'; '.join(turned)}."
            )
    return found


def stands(dossier: Dossier, each: Answered) -> str:
    """Whether the verdict on profit stands under an answer, in words."""
    if each.result is None:
        return f"It cannot be tried here: {each.answer.why_not}."
    if dossier.replicates == 1:
        return "One replicate does not say."
    before, after = (contenders(found.rankings["profit"]) for found in (dossier.still, each.result))
    if each is dossier.answered[0]:
        return f"First on profit: {_first(before)}."
    profit = [dossier.still.samples["profit"], each.result.samples["profit"]]
    if all((profit[0][d] == profit[1][d]).all() for d in dossier.result.designs):
        return "It changes nothing: there is nothing here to answer to."
    if len(before) == len(after) == 1:
        if before == after:
            return f"It stands: {quoted(before[0])} is first on profit."
        return f"It falls: {quoted(after[0])} is first on profit, not {quoted(before[0])}."
    if set(before) == set(after):
        return f"It stays as open as it was: {_first(after)}."
    if set(before) & set(after):
        return f"It is not settled: first on profit is {_first(after)}, and was {_first(before)}."
    return f"It falls: first on profit is {_first(after)}, and was {_first(before)}."


def _first(names: tuple[str, ...]) -> str:
    return quoted(names[0]) if len(names) == 1 else f"any of {listed(names)}, which are not told apart"


def _worlds(count: int) -> str:
    return f"{count} worlds" if count > 1 else "one world"


def _size(dossier: Dossier) -> str:
    measured = dossier.weeks - dossier.result.world.horizon.burn_in
    count = _worlds(dossier.replicates)
    return f"From runs of their own: {count}, from the first of the comparison on, over {measured} measured weeks."


def _segments(dossier: Dossier) -> Grid:
    """Paired changes of the customers of the focal firm, segment by segment."""
    table = dossier.by_group()
    table = table[(table["membership"] == "all") & (table["design"] != dossier.result.designs[0])]
    keys = table[["design", "segment"]].drop_duplicates()
    units = {
        **dict.fromkeys(MEASURES, ""),
        "revenue": dossier.result.world.currency,
        "satisfaction": "index 0-100",
    }
    columns = [
        spans(
            MEASURES.get(name, name),
            unit,
            rows_of(table[table["measure"] == name], "change"),
            signed=True,
            difference=True,
        )
        for name, unit in units.items()
    ]
    return Grid(
        "segments",
        f"Customers of {dossier.result.world.focus} by segment: paired change against "
        f"{quoted(dossier.result.designs[0])}, with 95 % intervals",
        (words("design", keys["design"]), words("segment", keys["segment"]), *columns),
        "A segment wins where its customers are more satisfied, and is won where more of them buy.",
    )


def _membership(dossier: Dossier) -> Grid:
    table = dossier.by_group()
    table = table[table["membership"] != "all"]
    wide = table.pivot_table(
        index=["design", "segment", "membership"], columns="measure", values="mean", sort=False, dropna=False
    )
    wide = wide[wide["customers"] > 0].reset_index()
    people = wide["customers"]
    return Grid(
        "membership",
        f"Customers of {dossier.result.world.focus} by segment and membership (means)",
        (
            words("design", wide["design"]),
            words("segment", wide["segment"]),
            words("membership", wide["membership"]),
            figures("customers", "", people),
            figures("purchases a year and customer", "", wide["purchases"] / people),
            figures("revenue a year and customer", dossier.result.world.currency, wide["revenue"] / people),
            figures("satisfaction", "index 0-100", wide["satisfaction"]),
        ),
        "Who is a member differs between designs: these are no differences made by membership, as the keenest join.",
    )


def _gains(dossier: Dossier) -> Grid:
    table = dossier.winners
    currency = dossier.result.world.currency
    return Grid(
        "winners",
        f"Members when the designs part: what membership gives a year, against {quoted(dossier.result.designs[0])}",
        (
            words("design", table["design"]),
            words("by", table["by"]),
            words("group", table["group"]),
            figures("members", "", table["members"]),
            figures("won", "share", table["won"]),
            figures("lost", "share", table["lost"]),
            spans("change a year", currency, rows_of(table, "change"), signed=True, difference=True),
        ),
        "Won, lost: members who get at least 1 of the currency a year more or less. Decile 1 are the heaviest buyers.",
    )


def _answers(dossier: Dossier) -> Grid:
    result = dossier.result
    names, designs, found = [], [], []
    for each in dossier.answered:
        if each.result is not None:
            for design in result.designs[1:]:
                names.append(each.answer.name)
                designs.append(design)
                found.append(each.result.paired[design])
    return Grid(
        "rivals",
        f"Paired differences to {quoted(result.designs[0])} under each answer of the rivals, with 95 % intervals",
        (
            words("answer", names),
            words("design", designs),
            spans(
                "profit", result.world.currency, [d["profit"] for d in found], signed=True, difference=True
            ),
            words("profit: the interval says", [said(d["profit"], "higher") for d in found]),
            spans(
                "retention",
                result.unit("retention"),
                [d["retention"] for d in found],
                signed=True,
                difference=True,
            ),
        ),
    )


def _firms(dossier: Dossier) -> Grid:
    """Share and profit under the reference and one design; the workbook has all of them."""
    table, money = dossier.by_firm(), dossier.result.world.currency
    table = table[table["design"].isin((dossier.result.designs[0], str(dossier.design)))]
    keys = table[table["measure"] == "share"]
    share, profit = (table[table["measure"] == measure] for measure in ("share", "profit"))
    of_design = ("by_design", "by_design_low", "by_design_high")
    columns = (
        figures("share", "share of purchases", share["mean"]),
        spans("share: by the design", "share", rows_of(share, *of_design), signed=True, difference=True),
        figures("profit", money, profit["mean"]),
        spans("profit: by the design", money, rows_of(profit, *of_design), signed=True, difference=True),
        spans("profit: by the answer", money, rows_of(profit, "change"), signed=True, difference=True),
    )
    return Grid(
        "firms",
        f"All firms under each answer, {quoted(dossier.result.designs[0])} and {quoted(str(dossier.design))}, with "
        "95 % intervals of the changes",
        (
            words("answer", keys["answer"]),
            words("design", keys["design"]),
            words("firm", keys["firm"]),
            *columns,
        ),
        "The workbook has the same for every design, and revenue (sheet by firm).",
    )


def _sensitivity(dossier: Dossier) -> Grid:
    table = dossier.sensitivity
    order = {name: i for i, name in enumerate(drawings.ranked(table))} if len(table) else {}
    table = table.sort_values("doubt", key=lambda c: c.map(order), kind="stable")
    money = dossier.result.world.currency
    base = dossier.base
    values = [base, *rows_of(table)]
    nothing = type(base)(None, None, None)
    moved = [nothing, *rows_of(table, "change", "change_low", "change_high")]
    return Grid(
        "sensitivity",
        f"Difference in profit between {quoted(str(dossier.design))} and {quoted(dossier.result.designs[0])}, with "
        "95 % intervals",
        (
            words("number", ["as the scenario is written", *table["doubt"]]),
            words("setting", ["", *table["setting"]]),
            spans("difference in profit", money, values, signed=True, difference=True),
            spans("change against as written", money, moved, signed=True, difference=True),
        ),
    )
