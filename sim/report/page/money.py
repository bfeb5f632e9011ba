"""The business case: what a design costs more, what it earns more, and when that is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiments.further import YEAR, YEARS
from sim.experiments.statistics import Interval
from sim.report.page import drawings
from sim.report.page.block import Block, Section, Table, Words
from sim.report.page.grid import Column, Grid, Number, figures, spans, words
from sim.report.page.verdict import quoted

if TYPE_CHECKING:
    from sim.experiments import Comparison
    from sim.experiments.dossier import Dossier


def section(result: Comparison, dossier: Dossier | None) -> Section:
    """The business case over three years, or over the weeks that there are."""
    case = result if dossier is None else dossier.business
    measured = case.weeks - case.world.horizon.burn_in
    blocks: list[Block] = []
    if dossier is not None and dossier.longer:
        blocks.append(
            Words(
                f"The comparison measures {result.weeks - result.world.horizon.burn_in} weeks. "
                f"For the business case it was run on to {measured} measured weeks, with {case.replicates} replicates "
                "of the same worlds; all numbers of this section are of these runs, and so differ from those above."
            )
        )
    elif measured < YEARS * YEAR:
        blocks.append(
            Words(
                (
                    f"{'A quick report: this' if dossier is None else 'This'} is over the {measured} weeks that were "
                    "measured, not over three years. What comes back later is not in it"
                    + ("; report without --quick to run the markets on." if dossier is None else ".")
                ),
                "caution",
            )
        )
    if len(case.designs) == 1:
        return Section(
            "business", _title(measured), (*blocks, Words("One design has nothing to be set against."))
        )
    blocks += [Table(_money(case)), Table(_rates(case))]
    if case.replicates == 1:
        blocks.append(Words("One replicate: no interval can be given, and nothing here is sure.", "caution"))
    blocks.append(
        Words(
            "Everything is a difference to the reference in the same worlds. Payback is read off the mean course of "
            "extra profit, and break-even and cannibalisation are estimates without an interval. The interval of ROI "
            "is Fieller’s, of extra profit over extra cost, world by world (Fieller 1954, JRSS B 16:175); there is "
            "none where a design does not cost more, or where it is not sure that it does (docs/report.md)."
        )
    )
    means = {d: w.incremental_profit.mean or 0.0 for d, w in case.worths.items()}
    best = max(means, key=lambda name: means[name])
    blocks += drawings.business(case, best)
    return Section("business", _title(measured), tuple(blocks))


def _title(measured: int) -> str:
    years = "three years" if measured == YEARS * YEAR else f"{measured} weeks"
    return f"The business case over {years}"


def _money(case: Comparison) -> Grid:
    worths, currency = case.worths, case.world.currency
    given = [case.metrics[design]["points_liability"] for design in worths]
    return Grid(
        "business case",
        f"What each design costs and brings more than {quoted(case.designs[0])}, with 95 % intervals",
        (
            words("design", worths),
            figures("extra cost", currency, [w.cost for w in worths.values()]),
            figures("extra contribution", currency, [w.contribution for w in worths.values()], signed=True),
            spans("extra profit", currency, [w.incremental_profit for w in worths.values()], signed=True),
            spans("NPV", currency, [w.npv for w in worths.values()], signed=True),
            spans("liability at the end", currency, given),
        ),
        f"NPV: extra profit, discounted at {100 * case.world.category.discount_rate:g} % a year. Liability: points "
        "outstanding at the end, of the design itself.",
    )


def _rates(case: Comparison) -> Grid:
    worths, burn_in = case.worths, case.world.horizon.burn_in
    paid = [w.payback_week for w in worths.values()]
    weeks = tuple(
        Number("not within these weeks", (None,))
        if week is None
        else Number(f"{week - burn_in}", (float(week - burn_in),))
        for week in paid
    )
    return Grid(
        "payback and ROI",
        "Does it pay: payback, return, break-even, cannibalisation",
        (
            words("design", worths),
            Column("paid back after, weeks", "paid back after, weeks", weeks),
            spans(
                "ROI", "share", [Interval(w.roi, w.roi_low, w.roi_high) for w in worths.values()], signed=True
            ),
            figures("uplift", "share", [w.uplift for w in worths.values()], signed=True),
            figures("break-even uplift", "share", [w.break_even_uplift for w in worths.values()]),
            figures("cannibalised", "share", [w.cannibalised for w in worths.values()]),
            figures("cannibalised cost", case.world.currency, [w.cannibalised_cost for w in worths.values()]),
        ),
        "Uplift: of what members contribute; break-even: the uplift at which the programme pays for itself. "
        "Cannibalised: share of members’ purchases that would have been made anyway, and what was given at them.",
    )
