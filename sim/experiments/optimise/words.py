"""A front in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.experiments.statistics import Interval
from sim.experiments.study.optimise import Objective

if TYPE_CHECKING:
    from sim.experiments.optimise.front import Front

SHOWN = 3
"""Errors that the summary names."""


def summary(front: Front) -> str:
    """What was found, how sure it is, and what was too good to be true."""
    block, places = front.block, front.places
    counts = {place: places.count(place) for place in ("front", "perhaps", "dominated", "limit broken")}
    first = (
        f"{front.tried:,} candidates were tried in {_count(block.seeds, 'search', 'searches')}; "
        f"{_count(len(front.candidates), 'was', 'were')} tried anew in {block.fresh} worlds"
        f"{f' at {len(front.points)} points of the uncertainties' if len(front.points) > 1 else ''} that no search "
        f"had seen: {counts['front']} on the front, {counts['perhaps']} dominated perhaps by chance, "
        f"{counts['dominated']} dominated, {counts['limit broken']} with a limit broken."
    )
    lines = [first]
    for aim in front.objectives:
        lines += _best(front, aim)
    if (front.beaten & front.best).any():
        named = [label for label, worse in zip(front.labels, front.beaten & front.best, strict=True) if worse]
        lines.append(
            f"'{front.reference}' as it stands dominates {len(named)} of the front (no worse in any objective, better "
            f"in one): {', '.join(named)}."
        )
    for aim, gap in zip(front.objectives, front.optimism, strict=True):
        if gap.mean is not None:
            way = "better" if gap.mean > 0 else "worse"
            lines.append(
                f"In the search, {aim.name} looked {abs(gap.mean):.3g} {front.unit(aim.metric)} {way} than in fresh "
                f"worlds, against '{front.reference}' in both (mean over candidates)."
            )
    if block.seeds > 1 and front.agreement:
        shares = ", ".join(f"{100 * share:.0f} %" for share in front.agreement)
        lines.append(f"Hypervolume of each search's front, of that of all together: {shares}.")
    if front.infeasible:
        lines.append(f"{front.infeasible:,} candidates broke a limit or condition, or failed.")
    failed = sorted(front.failed.items(), key=lambda item: -item[1])
    lines += [f"Failed, {_count(count, 'time', 'times')}: {error}" for error, count in failed[:SHOWN]]
    if len(failed) > SHOWN:
        lines.append(f"{len(failed) - SHOWN} more errors are in `failed`.")
    lines.append(
        "The front is the best of what was tried; a longer search may find better. Each interval stands for itself."
    )
    return "\n".join(lines)


def _best(front: Front, aim: Objective) -> list[str]:
    kept = [i for i, best in enumerate(front.best) if best]
    if not kept:
        return []
    k = max(kept, key=lambda i: aim.sign * (front.found(i, aim).mean or 0.0))
    one, gain = front.found(k, aim), front.gain(k, aim.metric)
    levers = ", ".join(f"{name} {_plain(value)}" for name, value in front.candidates[k].levers.items())
    words = f"Best on {aim.name}: {front.labels[k]} ({levers}), {_interval(one)} {front.unit(aim.metric)}"
    if aim.against is None:
        mean = "" if aim.over == "mean" else "on average "
        words += f", {mean}{_interval(gain, '+')} against '{front.reference}'"
    return [words + "."]


def _interval(one: Interval, sign: str = "") -> str:
    if one.mean is None or one.low is None or one.high is None:
        return _number(one.mean, sign) if one.mean is not None else "no value"
    return f"{_number(one.mean, sign)} [{_number(one.low, sign)}, {_number(one.high, sign)}]"


def _number(number: float, sign: str) -> str:
    return f"{number:{sign},.0f}" if abs(number) >= 1000 else f"{number:{sign}.4g}"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
