"""A diary tells what happened to a customer, in order and in full; the market lives as if nobody wrote."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.diary import Diary, Entry
from sim.population.moments import MOMENTS, Origin
from sim.population.page import MORE_MOMENTS, Moment
from sim.population.story import Story, listed, number, times
from sim.rules.defection import Cause
from sim.scenario import ScenarioError
from tests.worlds import bustling, duel

EVERYBODY = 120


@cache
def told() -> Market:
    """A bustling market in which everybody keeps a diary."""
    return Market(bustling(), design="cards", diaries=EVERYBODY).run()


def moments(market: Market, *names: str) -> Counter[tuple[str, int]]:
    """How often these moments are told, by firm and week; of those whose firm is certain."""
    found: Counter[tuple[str, int]] = Counter()
    for diary in market.diaries.values():
        for entry in diary.entries:
            for moment in entry.moments:
                if moment.name in names and len(moment.firms) == 1:
                    found[moment.firms[0], entry.week] += moment.number if names == ("bought",) else 1
    return found


def counted(market: Market, tally: int) -> Counter[tuple[str, int]]:
    """A tally by firm and week."""
    table = market.tallies.sum(axis=(1, 3))[..., tally]
    return Counter(
        {
            (firm.name, week): int(n)
            for firm in market.firms
            for week, n in enumerate(table[:, firm.number])
            if n
        }
    )


# --- the market does not notice ---------------------------------------------------------------------------


def test_a_market_with_diaries_leaves_the_same_bits_as_one_without() -> None:
    without = Market(bustling(), design="cards").run()
    assert told().population.digest() == without.population.digest()
    assert np.array_equal(told().tallies, without.tallies)


def test_only_the_rows_of_those_who_write_are_read() -> None:
    market = Market(duel({"kept": {}}, customers=3000, weeks=4, burn_in=1), diaries=[7, 2500])
    assert [len(market.diaries._pages()), list(market.diaries)] == [2, [7, 2500]]
    row = market.population.reals[market.population.place_of(2499)[0], :, market.population.place_of(2499)[1]]
    assert market.diaries._pages()[1].reals == row.tolist()


# --- who writes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [2, 3, 10, 119])
def test_a_number_of_diaries_is_spread_over_the_segments(wanted: int) -> None:
    market = Market(bustling(), diaries=wanted)
    assert len(market.diaries) == wanted == len(set(market.diaries))
    written = Counter(diary.segment for diary in market.diaries.values())
    sizes = dict(zip((s.name for s in market.world.customers.segments), market.population.sizes, strict=True))
    assert set(written) == set(sizes)
    for segment, n in written.items():
        assert abs(n - wanted * sizes[segment] / 120) <= 1


def test_who_writes_follows_from_seed_and_replicate() -> None:
    ids = [
        tuple(Market(bustling(), seed=s, replicate=r, diaries=8).diaries)
        for s, r in ((1, 0), (1, 0), (2, 0), (1, 1))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_customer_without_a_diary_is_told_how_to_ask_for_one() -> None:
    market = Market(bustling(), diaries=[3, 17])
    with pytest.raises(KeyError, match=r"customer 4 keeps no diary \(3, 17 does\).*diaries=\[4\]"):
        market.diary(4)
    with pytest.raises(KeyError, match="ids run from 1 to 120"):
        market.diary(121)
    with pytest.raises(KeyError, match="nobody"):
        Market(bustling()).diary(1)
    her = market.customers[0]
    market = Market(bustling(), diaries=[her.unique_id])
    assert market.diary(her) is market.diary(her.unique_id)


@pytest.mark.parametrize("wanted", [-1, 121, True, [0], [121], ["Harbour"], 1.5])
def test_a_diary_of_nobody_is_refused(wanted: object) -> None:
    with pytest.raises(ScenarioError, match="diaries"):
        Market(bustling(), diaries=wanted)  # type: ignore[arg-type]


# --- what is told -----------------------------------------------------------------------------------------


def test_every_moment_there_is_happens_and_is_told() -> None:
    names = {m.name for d in told().diaries.values() for e in d.entries for m in e.moments}
    assert names >= set(MOMENTS)
    assert names <= {*MOMENTS, *MORE_MOMENTS}


def test_every_moment_has_words() -> None:
    story = Story(next(iter(told().diaries.values())))
    said = {
        m.name: story.say(m) for d in told().diaries.values() for e in d.entries for m in e.moments
    }  # fmt: skip
    said["programme_closed"] = story.say(Moment("programme_closed", ("Harbour",), 12))
    assert set(said) == {*MOMENTS, *MORE_MOMENTS}
    assert all(re.fullmatch(r"[^{}]{8,}", words) for words in said.values())
    assert len(set(said.values())) == len(said)


def test_every_bit_noted_by_the_week_is_told_and_nothing_else() -> None:
    market = Market(bustling(), design="cards", diaries=EVERYBODY)
    for week in range(20):
        market.step()
        happened, alive = market.population.column("happened"), market.population.column("alive")
        for i, diary in market.diaries.items():
            names = {m.name for e in diary.entries if e.week == week for m in e.moments} - set(MORE_MOMENTS)
            noted = {name for name, bit in MOMENTS.items() if happened[i - 1] & bit}
            if "entered_market" in names:
                # Whoever is won for a place just left overwrites what was noted of the leaver.
                names -= {"left_market"}
                noted -= {"left_market"}
            # Tastes of those who are not there yet may drift, too.
            assert names == (noted if alive[i - 1] == 1 else noted & {"left_market"})


def test_purchases_told_are_the_purchases_counted() -> None:
    assert moments(told(), "bought") == counted(told(), Tally.PURCHASES)


@pytest.mark.parametrize(
    ("names", "tallies"),
    [
        (["joined"], [Tally.JOINED]),
        (["signed"], [Tally.SIGNED]),
        (["renewed"], [Tally.RENEWED]),
        (["opted_out"], [Tally.OPT_OUTS]),
        (["taught"], [Tally.TAUGHT]),
        (["answered_well", "answered_badly"], [Tally.ANSWERED]),
        (["never_answered"], [Tally.NEVER_ANSWERED]),
        (["warned"], [Tally.WARNINGS]),
        (["referred"], [Tally.REFERRALS]),
        (["praised"], [Tally.PRAISE]),
    ],
)
def test_what_is_told_of_a_firm_is_what_was_counted(names: list[str], tallies: list[Tally]) -> None:
    assert moments(told(), *names) == sum((counted(told(), t) for t in tallies), Counter())


def test_a_complaint_is_told_of_the_firm_that_got_it_or_left_open() -> None:
    complaints = counted(told(), Tally.COMPLAINTS)
    certain = moments(told(), "complained")
    assert certain <= complaints
    assert certain.total() > 0.8 * complaints.total()


def test_a_taste_for_what_is_never_chosen_changes_without_a_word() -> None:
    drift = {"drift": {"rate_per_year": 0.0, "taste_per_year": 2.0}}
    market = Market(duel({"kept": {}}, customers=20, weeks=30, burn_in=0, behaviour=drift), diaries=20).run()
    details = {
        m.detail for d in market.diaries.values() for e in d.entries for m in e.moments if m.name == "changed_taste"
    }  # fmt: skip
    assert details == {"more", "less", ""}
    assert not any("goes without" in str(d) or "not so that" in str(d) for d in market.diaries.values())


def test_who_leaves_a_firm_tells_why() -> None:
    causes: Counter[str] = Counter()
    for diary in told().diaries.values():
        for entry in diary.entries:
            causes.update(m.detail.split(", ")[0] for m in entry.moments if m.name == "left_firm")
    table = told().tallies.sum(axis=(0, 1, 2, 3))
    reasons = [c for c in Cause if c is not Cause.INVOLUNTARY]
    counts = {c.name.lower(): int(table[Tally.LEFT_PRICE + c]) for c in reasons}
    # Of two firms left in one week only the last is remembered with its cause; and a contract that ended and was
    # signed anew in the same week shows no end.
    unexplained = sum(counts.values()) - sum(causes[c] for c in counts)
    assert 0 < causes[""] <= unexplained < 0.15 * sum(counts.values())
    assert all(causes[c] <= n for c, n in counts.items())
    assert "the decisive cause was" in "".join(str(d) for d in told().diaries.values())


def complaining() -> Diary:
    """The diary of a customer whose first complaint was answered."""
    desk = {"channels": 10, "capacity": 700.0, "empowerment": 1.0, "compensation": 60.0}
    quality = {"level": 75, "failure_rate": 0.15}
    world = duel(
        {"kept": {}}, customers=60, weeks=40, burn_in=4, firm={"quality": quality, "complaint_desk": desk}
    )
    market = Market(world, diaries=60).run()
    for diary in market.diaries.values():
        names = [m.name for e in diary.entries for m in e.moments]
        if "answered_well" in names and "complained" in names[: names.index("answered_well")]:
            return diary
    raise AssertionError("nobody was answered well")


def test_a_failure_the_complaint_and_its_answer_are_told_in_order() -> None:
    diary = complaining()
    names = [m.name for e in diary.entries for m in e.moments if m.name != "bought"]
    complaint = names.index("complained")
    assert names[complaint - 1].startswith("failed_")
    answer = next(e for e in diary.entries if any(m.name == "answered_well" for m in e.moments))
    failure = next(e for e in diary.entries if any(m.name == "complained" for m in e.moments))
    firm = next(m.firms for m in failure.moments if m.name == "complained")
    assert next(m.firms for m in answer.moments if m.name == "answered_well") == firm
    assert failure.grievance > answer.grievance
    text = " ".join(str(diary).split())
    assert text.index("complained") < text.index("answered her complaint well")


def test_feelings_are_those_of_the_columns() -> None:
    people = told().population
    for i, diary in told().diaries.items():
        if people.get(i - 1, "alive") == 1:
            last = diary.entries[-1]
            assert last.week == told().weeks - 1
            for f, felt in enumerate(last.feelings.values()):
                for name, value in felt._asdict().items():
                    assert value == people.get(i - 1, name, f)


def test_a_closed_programme_takes_its_points_along() -> None:
    market = Market(bustling(), design="closed", diaries=EVERYBODY).run()
    lost = sum(
        m.number for d in market.diaries.values() for e in d.entries for m in e.moments
        if m.name == "programme_closed" and e.week == market.burn_in
    )  # fmt: skip
    points = market.tallies[market.burn_in, ..., Tally.POINTS_FORFEITED].sum()
    gone = market.tallies[market.burn_in].sum(axis=(0, 2))[0, Tally.POINTS_FORFEITED]
    assert 0 < lost <= gone <= points


def test_a_newcomer_writes_on_as_the_next_person() -> None:
    diary = next(d for d in told().diaries.values() if len(d.people) > 1)
    first, second = (next(e for e in diary.entries if e.person == p) for p in (1, 2))
    assert next(m.name for m in second.moments) == "entered_market"
    assert first.week < second.week
    assert [e.person for e in diary.entries] == sorted(e.person for e in diary.entries)
    assert "the second in her place" in str(diary)


def test_who_makes_room_for_another_has_left_the_market() -> None:
    for diary in told().diaries.values():
        for person in diary.people[:-1]:
            last = [e for e in diary.entries if e.person == person.number][-1]
            assert "left_market" in [m.name for m in last.moments]


def test_there_are_words_for_every_way_to_come() -> None:
    story = Story(next(iter(told().diaries.values())))
    for origin in set(Origin) - {Origin.THERE}:
        assert story.say(Moment("entered_market", ("Harbour",), 1, origin.name.lower()))


# --- how it reads -----------------------------------------------------------------------------------------


_STEADY = {"purchase_rate": {"mean": 1.5, "shape": 50.0}}


def test_weeks_without_anything_remarkable_are_told_together() -> None:
    market = Market(duel({"kept": {}}, customers=1, weeks=52, burn_in=0, segment=_STEADY), diaries=1).run()
    diary = market.diary(1)
    text = " ".join(str(diary).split())
    assert "nothing remarkable" in text
    assert re.search(r"Weeks \d+–\d+: ", text)
    total = int(market.tallies[..., Tally.PURCHASES].sum())
    assert total == sum(m.number for e in diary.entries for m in e.moments if m.name == "bought") > 0
    assert len(next(iter(Story(diary).chapters()))[1]) < 15


def test_every_week_is_told_once() -> None:
    for diary in told().diaries.values():
        for person in diary.people:
            entries = [e for e in diary.entries if e.person == person.number]
            weeks: list[int] = []
            for when, _ in Story(diary).weeks(person, entries):
                ends = [int(n) for n in re.findall(r"\d+", when)]
                weeks += range(ends[0], ends[-1] + 1) if ends else []
            assert weeks == [e.week for e in entries]


def test_a_place_where_nobody_has_lived_says_so() -> None:
    market = Market(bustling(), diaries=1)
    assert "Nothing is written here yet" in str(next(iter(market.diaries.values())))


def test_a_notebook_shows_the_story_with_names_made_safe() -> None:
    diary = complaining()
    page = diary._repr_html_()
    assert page.startswith('<div class="diary"><h4>')
    assert "answered her complaint well" in page
    diary.segment = "<b>bold</b>"
    assert "<b>bold" not in diary._repr_html_()


def test_the_table_has_a_row_a_moment_and_the_feelings_a_row_a_week_and_firm() -> None:
    diary = complaining()
    frame, feelings = diary.frame(), diary.feelings()
    assert len(frame) == sum(len(e.moments) for e in diary.entries)
    assert len(feelings) == 2 * len(diary.entries)
    row = frame[frame["moment"] == "answered_well"].iloc[0]
    entry: Entry = next(e for e in diary.entries if e.week == row["week"])
    assert row["satisfaction"] == entry.feelings[row["firm"]].satisfaction
    assert frame["measured"].equals(frame["week"] >= 4)


def test_numbers_are_words_as_far_as_twelve() -> None:
    assert [number(0), number(12), number(1300)] == ["no", "twelve", "1,300"]
    assert [times(1), times(2), times(3)] == ["once", "twice", "three times"]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
