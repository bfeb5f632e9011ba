"""Goals: the stamp card (L07), head starts (L08, L09), a gift for so much spent (L05), a stretch goal (L13)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.membership import DONE
from sim.scenario import Scenario
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live, stamped

_EIGHT_MONTHS = 35


def _cafes(trial: Trial, stamps: dict[str, Any], weeks: int = 52) -> Scenario:
    """A café with a stamp card among three, all customers alike; it sells them about two cups a week."""
    sellers = firms(3)
    sellers[0] |= {
        "share": 2.0,
        "programme": {"enrolment": {"automatic": True, "card": True}, "stamps": stamps},
    }
    return trial.world(
        sellers, rate=4.0, shape=4.0, concentration=5.0, weeks=weeks, customers=1000, segment=_CUPS
    )


_CUPS = {"basket": {"mean": 3.0, "between_cv": 0.2, "within_cv": 0.3}}
_CUP = {"reward": 3.0}


def _times(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days of the purchases of one customer, those of a week spread evenly over it; counts: by week."""
    return np.concatenate(
        [7.0 * (w + (np.arange(n) + 0.5) / n) for w, n in enumerate(counts) if n > 0] or [[]]
    )


def acceleration(trial: Trial) -> dict[str, float]:
    """Days from the first stamp to the second, and from the ninth to the tenth, of all cards filled in a year.

    Acceleration: the share by which the second is shorter; means over the same cards. All cards: those begun too.
    A market lives by weeks, so purchases of one week are taken to be spread evenly over it.
    """
    market = trial.market(_cafes(trial, {"needed": 10, **_CUP}))
    counts = stamped(market, market.weeks, 10)
    first, last, begun = [], [], []
    for days in map(_times, counts.T):
        for card in range(0, len(days) - 1, 10):
            begun.append(days[card + 1] - days[card])
            if card + 9 < len(days):
                first.append(days[card + 1] - days[card])
                last.append(days[card + 9] - days[card + 8])
    return {
        "L07a": float(1 - np.mean(last) / np.mean(first)), "all cards": float(1 - np.mean(last) / np.mean(begun)),
        "cups a week": float(counts.mean()),
    }  # fmt: skip


def illusion(trial: Trial) -> dict[str, float]:
    """The same customers with a card of ten, or of twelve of which two are stamped: days to fill the first one.

    Ratio of mean days from joining to the tenth purchase, those who fill it within half a year.
    """

    def days(stamps: dict[str, Any]) -> float:
        market = trial.market(_cafes(trial, stamps, 26))
        given = stamped(market, market.weeks, stamps["needed"])
        # What was on the card when she got it is no stamp of hers.
        gifts = stamps.get("head_start", 0)
        first = (given.cumsum(axis=0) > 0).argmax(axis=0)
        given[first, np.arange(given.shape[1])] -= np.minimum(given[first, np.arange(given.shape[1])], gifts)
        all_days = [_times(c) for c in given.T]
        return float(np.mean([d[9] - d[0] for d in all_days if len(d) > 9]))

    return {"L08a": days({"needed": 12, "head_start": 2, **_CUP}) / days({"needed": 10, **_CUP})}


_CARDS, _EXPERIMENTS = 150, 16


def endowment(trial: Trial) -> dict[str, float]:
    """Cards for eight washes, or for ten of which two are stamped, for customers of a car wash among three.

    Sixteen experiments of 300 cards a replicate, 150 of each kind to different customers, handed out (and stamped) at
    a wash within eight weeks; filled: eight stamps of one's own within 39 weeks.
    """

    def filled(stamps: dict[str, Any], sample: int) -> NDArray[np.float64]:
        washes = firms(3)
        card = {"enrolment": {"automatic": True, "card": True}, "stamps": {"reward": 8.0, **stamps}}
        launch = {"kind": "change", "firm": "A", "week": 26, "patch": {"programme": card}}
        washes[0] |= {"share": 1.5}
        plan = trial.world(
            washes, rate=0.19, shape=4.0, concentration=5.0, weeks=26 + 8 + 39, customers=9000, segment=_WASHES,
            events=[launch],
        )  # fmt: skip
        market = trial.market(plan, sample)
        live(market, 26)
        counts = stamped(market, 8 + 39, stamps["needed"])
        since = market.population.column("member_since") - 26
        given = np.flatnonzero((since >= 0) & (since < 8))[: _CARDS * _EXPERIMENTS]
        weeks = np.arange(len(counts))[:, None]
        there = (weeks >= since[given]) & (weeks < since[given] + 39)
        washed = (counts[:, given] * there).sum(axis=0)
        return np.asarray((washed >= stamps["needed"]).reshape(_EXPERIMENTS, _CARDS).mean(axis=1))

    endowed, plain = filled({"needed": 10, "head_start": 2}, 1), filled({"needed": 8}, 2)
    return {
        "L09a": float(endowed.mean()), "L09b": float(plain.mean()), "L09c": float((endowed / plain).mean()),
    }  # fmt: skip


_WASHES = {"basket": {"mean": 8.0, "between_cv": 0.2, "within_cv": 0.3}}


def gift(trial: Trial) -> dict[str, float]:
    """A grocer among four gives 12 to who spends in eight weeks what two in five households did in the eight before.

    All customers hold its card and take part. Sales in these weeks and in the next eight, over a twin without gift.
    """

    def grocers(spend: float | None) -> Market:
        sellers = firms(4)
        points = {"per_currency": 0.001, "threshold": 1000, "reward": 12}
        challenge = {"spend": spend, "weeks": 8, "every": 56, "points": 1000, "seen": 1.0} if spend else None
        # A level that nobody reaches: what members spend is added up for it.
        levels = {"levels": [{"name": "none", "spend": 1e9}], "window": "lifetime"}
        sellers[0]["programme"] = {
            "enrolment": {"automatic": True}, "points": points, "challenge": challenge, "tiers": levels,
        }  # fmt: skip
        return trial.market(trial.world(sellers, rate=1.5, shape=2.0, weeks=72, customers=4000))

    plain = grocers(None)
    while plain.week < 48:
        plain.step()
    before = plain.population.column("spend").astype(float)
    while plain.week < 56:
        plain.step()
    spent = plain.population.column("spend") - before
    threshold = float(np.quantile(spent[spent > 0], 0.6)) / 100
    plain.run()
    given = grocers(round(threshold, 2)).run()
    sales = np.stack([m.tallies[:, :, 0, :, Tally.REVENUE].sum(axis=(1, 2)) for m in (given, plain)]).astype(
        float
    )
    during, after = (sales[0, s].sum() / sales[1, s].sum() - 1 for s in (slice(56, 64), slice(64, 72)))
    return {"L05a": during, "L05b": after, "threshold": threshold}


def stretch(trial: Trial) -> dict[str, float]:
    """A hotel chain sets members who stay a goal for eight months: their stays of the eight before, and a quarter more.

    A challenge has one goal for all, but customers of a market do not meet: so there is a world for every goal, the
    same customers with the same draws, and each is read in the one whose goal is hers. Reached: of those who took it
    up. Control: the same customers without a goal. Goals above forty stays are left out.
    """

    def hotels(goal: int | None) -> Market:
        sellers = firms(4)
        start = {"visits": goal, "weeks": _EIGHT_MONTHS, "every": 2 * _EIGHT_MONTHS, "points": 10_000}
        sellers[0]["programme"] = {
            "enrolment": {"automatic": True},
            "points": {"per_currency": 10, "threshold": 10_000, "reward": 70},
            "challenge": start if goal else None,
        }
        plan = trial.world(sellers, rate=0.5, weeks=3 * _EIGHT_MONTHS, segment={"basket": {"mean": 150.0}})
        return trial.market(plan)

    plain = hotels(None)
    live(plain, _EIGHT_MONTHS)
    baseline = live(plain, _EIGHT_MONTHS)[:, 0].sum(axis=0)
    asked = (plain.population.column("member_since") >= 0) & (baseline > 0) & (baseline <= 32)
    usual = live(plain, _EIGHT_MONTHS)[:, 0].sum(axis=0)
    goals = np.ceil(1.25 * baseline).astype(int)
    took, done, stays = (np.zeros(len(baseline)) for _ in range(3))
    for goal in np.unique(goals[asked]).tolist():
        market, mine = hotels(goal), asked & (goals == goal)
        live(market, 2 * _EIGHT_MONTHS + 1)
        took[mine] = (market.population.column("challenge") != 0)[mine]
        # The week before the challenge ends, and the last one.
        stays[mine] = live(market, _EIGHT_MONTHS - 1)[:, 0].sum(axis=0)[mine]
        done[mine] = (market.population.column("challenge") == DONE)[mine]
    return {
        "L13a": float(done.sum() / took.sum()), "took it up": float(took[asked].mean()),
        "reached unasked": float((usual >= goals)[asked].mean()), "stays": float(stays[asked].mean()),
        "usual stays": float(usual[asked].mean()),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        acceleration,
        ("L07a",),
        context=(
            "Café, two cups a week, ten stamps, filled cards. Three cafés, 1.9 cups a week at the one with"
            " the card. A market lives by weeks; purchases of a week are spread evenly over it. Without any"
            " pull the row is -.05, as thanks for a reward hasten the first stamps of the next card; where"
            " cards that were never filled are counted too it is .06."
        ),
        reasons={
            "L07a": (
                "Two rules add up here: the pull of the goal, and cards that are forgotten the less the more"
                " is on them (`use.forgetting`, chosen on L09). Without forgetting the row agrees (.21), and"
                " L09 does not. A pull of half the size does not mend it, and then L01a no longer agrees."
            ),
        },
    ),
    Experiment(
        endowment,
        ("L09a", "L09b", "L09c"),
        context=(
            "Car wash, 300 cards of two kinds by lot, nine months. Washes at the rate of ten a year, at three"
            " car washes, with cards to be shown; the rate decides how many cards are filled. Cards are handed"
            " out, and stamped, at a wash."
        ),
        reasons={
            "L09a": ("See L09c."),
            "L09b": ("The share is that of the frequency of washing, which is set here."),
            "L09c": (
                "A head start of two in ten changes the square of progress by .04 at the start and never by"
                " more than .11. No size of the pull that leaves L07a where it is makes this row agree (1.02"
                " at twice the pull): what is missing is that a card already begun is taken up and kept, where"
                " an empty one is thrown away. Of form, not of size."
            ),
        },
    ),
    Experiment(
        illusion,
        ("L08a",),
        context=("The same café, kind of card by lot."),
        reasons={
            "L08a": ("Progress enters squared, so a head start of a sixth counts for little: see L09."),
        },
    ),
    Experiment(
        gift,
        ("L05a", "L05b"),
        context=(
            "Grocer, a gift for eight weeks' spending at the 60th percentile, eight weeks after. Four"
            " grocers; all customers hold the card and know of the gift, worth 12 at a mean basket of 30."
        ),
        reasons={
            "L05a": (
                "A challenge draws by progress squared, so in the first weeks hardly anybody feels it, and"
                " only some half take it up."
            ),
            "L05b": (
                "What a gift leaves behind is gratitude that has faded after some visits, and who earned it"
                " is a minority."
            ),
        },
    ),
    Experiment(
        stretch,
        ("L13a",),
        context=(
            "Hotel, eight months before, during; goal a quarter above one's own stays. Four hotel chains; a"
            " challenge has one goal for all, so there is a world for every goal, and each customer is read in"
            " the one with hers."
        ),
        reasons={
            "L13a": (
                "By how much the goals of the study were above the stays before is not known to us; a quarter"
                " is. A goal a quarter above few stays is often reached by chance."
            ),
        },
    ),
)
