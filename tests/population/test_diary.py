"""A diary tells what happened to a customer, in order and in full; the market lives as if nobody wrote."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population import diary as writing
from sim.population.diary import Diary, Entry
from sim.population.moments import MOMENTS, Origin
from sim.population.page import HAPPENINGS, MORE_MOMENTS, Moment
from sim.population.replay import Alone, Replay
from sim.population.story import Story, listed, number, times
from sim.rules.defection import Cause
from sim.scenario import Scenario, ScenarioError
from tests.worlds import EAGER, POINTS, STAMPS, bustling, busy, duel, hectic

EVERYBODY = 120


@cache
def weekly() -> tuple[Market, list[dict[str, NDArray[np.int64]]]]:
    """A bustling market in which everybody keeps a diary; and some columns at the end of each week."""
    market = Market(bustling(), design="cards", diaries=EVERYBODY)
    columns = []
    for _ in range(20):
        market.step()
        people = market.population
        vouchers = [people.column("vouchers", 0, part) for part in range(5)]
        columns.append({name: people.column(name).astype(np.int64) for name in ("happened", "alive")})
        columns[-1]["vouchers"] = np.sum(vouchers, axis=0, dtype=np.int64)
    return market, columns


def told() -> Market:
    """The market of `weekly`, run."""
    return weekly()[0]


ENDINGS = {"programme_closed", "points_ended", "stamps_ended", "level_changed", "fee_paid"}
"""What the bustling market lacks: programmes that end, and a club without a trial."""
HELD = {
    "name": "Harbour Points",
    "enrolment": EAGER,
    "points": POINTS | {"expire_weeks": None},
    "stamps": STAMPS,
    "tiers": {"levels": [{"name": "Blue", "visits": 1}, {"name": "Red", "visits": 3}]},
}


def ended(ending: str) -> Scenario:
    """The busy market, whose designs end Harbour's programme, its points, its stamps, or its levels."""
    world = busy(designs={
        "closed": {"programme": None},
        "no points": {"programme": {"points": None}},
        "no stamps": {"programme": {"stamps": None}},
        "no levels": {"programme": {"tiers": None}},
    })  # fmt: skip
    world = world.replace("firms.Harbour.programme", HELD | {"ending": {"points": ending}})
    return world.replace("behaviour.leaving.enabled", False)


@cache
def after_the_end(design: str, ending: str = "forfeit") -> Market:
    """Everybody's diary of the burn-in and the week in which the design begins."""
    market = Market(ended(ending), design=design, diaries=60)
    for _ in range(market.burn_in + 1):
        market.step()
    return market


def numbers(market: Market, *names: str) -> Counter[tuple[str, int]]:
    """Sum of the numbers of these moments, by firm and week."""
    found: Counter[tuple[str, int]] = Counter()
    for diary in market.diaries.values():
        for entry in diary.entries:
            for moment in entry.moments:
                if moment.name in names:
                    found[" or ".join(moment.firms), entry.week] += moment.number
    return found


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
    assert names == {*MOMENTS, *MORE_MOMENTS} - ENDINGS
    designs = ("closed", "no points", "no stamps", "no levels")
    ends = {
        m.name for x in designs for d in after_the_end(x).diaries.values() for e in d.entries for m in e.moments
    }  # fmt: skip
    assert ends >= ENDINGS - {"fee_paid"}


def test_every_moment_has_words() -> None:
    story = Story(next(iter(told().diaries.values())))
    said = {
        m.name: story.say(m) for d in told().diaries.values() for e in d.entries for m in e.moments
    }  # fmt: skip
    for name in ENDINGS:
        said[name] = story.say(Moment(name, ("Harbour",), 12, "Gold, Silver" if "level" in name else ""))
    assert set(said) == {*MOMENTS, *MORE_MOMENTS}
    assert all(re.fullmatch(r"[^{}]{8,}", words) for words in said.values())
    assert len(set(said.values())) == len(said)


def test_every_bit_noted_by_the_week_is_told_and_nothing_else() -> None:
    market, columns = weekly()
    for week in range(20):
        happened, alive = columns[week]["happened"], columns[week]["alive"]
        for i, diary in market.diaries.items():
            told_of = [e for e in diary.entries if e.week == week]
            told_of = [e for e in told_of if e.person == told_of[-1].person]
            names = {m.name for e in told_of for m in e.moments}
            if "full_card" in names:
                names.add("redeemed")  # the bit stands for both
            names -= set(MORE_MOMENTS)
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
        (["trial_begun"], [Tally.TRIALS]),
        (["trial_converted"], [Tally.TRIALS_CONVERTED]),
        (["club_renewed"], [Tally.RENEWALS]),
        (["club_left"], [Tally.CANCELLED]),
        (["challenge_won"], [Tally.CHALLENGES_DONE]),
        (["streak_won"], [Tally.STREAKS_DONE]),
        (["offer_used"], [Tally.OFFERS_USED]),
        (["surprised"], [Tally.SURPRISES]),
        (["level_lost"], [Tally.DOWNGRADED]),
        (["redeemed"], [Tally.REDEMPTIONS]),
    ],
)
def test_what_is_told_of_a_firm_is_what_was_counted(names: list[str], tallies: list[Tally]) -> None:
    assert moments(told(), *names) == sum((counted(told(), t) for t in tallies), Counter())


@pytest.mark.parametrize(
    ("name", "tally"),
    [
        ("points_expired", Tally.POINTS_EXPIRED),
        ("points_taken_back", Tally.POINTS_REVERSED),
        ("points_stolen", Tally.POINTS_STOLEN),
        ("outside_points", Tally.OUTSIDE_POINTS),
        ("cheque", Tally.PAID_OUT),
        ("redeemed", Tally.POINTS_REWARDS),
        ("full_card", Tally.STAMPS_REWARDS),
        ("second_account", Tally.POINTS_FRAUD),
        ("brought_back", Tally.RETURNED),
    ],
)
def test_the_numbers_told_of_a_firm_are_those_counted(name: str, tally: Tally) -> None:
    assert numbers(told(), name) == counted(told(), tally)


def test_every_level_won_or_given_is_told() -> None:
    """One who joins may be given a level and earn a higher one by the same purchase: that is one moment."""
    tell = moments(told(), "level_won", "level_given", "level_on_trial")
    assert tell <= counted(told(), Tally.UPGRADED)
    assert tell.total() > 0.95 * counted(told(), Tally.UPGRADED).total()


def test_a_week_walked_alone_leaves_a_customer_as_the_market_left_her(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    class Compared(Replay):
        def __init__(self, alone: Alone, **told_of: Any) -> None:
            super().__init__(alone, **told_of)
            b, j = market.population.place_of(alone.number)
            assert np.array_equal(alone.reals[0, :, 0], market.population.reals[b, :, j])
            assert np.array_equal(alone.wholes[0, :, 0], market.population.wholes[b, :, j])
            seen.append(alone.number)

    monkeypatch.setattr(writing, "Replay", Compared)
    market = Market(bustling(), design="cards", diaries=EVERYBODY, replicate=1)
    for _ in range(16):
        market.step()
    assert len(seen) > 1000


def test_the_weeks_of_those_who_have_nothing_to_do_with_a_programme_are_not_walked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "Replay", None)
    Market(duel({"kept": {}}, customers=20, weeks=10, burn_in=1), diaries=20).run()


def test_vouchers_told_are_those_that_came_to_the_account() -> None:
    market, columns = weekly()
    before, sent = np.zeros(EVERYBODY, np.int64), 0
    for week in range(20):
        vouchers = columns[week]["vouchers"]
        for i, diary in market.diaries.items():
            names = {m.name: m for e in diary.entries if e.week == week for m in e.moments}
            if not {"redeemed", "points_expired", "points_stolen", "left_market"} & set(names):
                letter = names["vouchers"].number if "vouchers" in names else 0
                assert vouchers[i - 1] - before[i - 1] == letter
                sent += letter
        before = vouchers
    assert sent > 1000


def test_a_reward_is_called_by_its_name() -> None:
    names = {
        m.detail
        for d in told().diaries.values()
        for e in d.entries
        for m in e.moments
        if m.name == "redeemed"
    }
    assert names == {"Coffee", "Coupon", "Evening out", ""}  # the club has one reward, without a name
    texts = [" ".join(str(d).split()) for d in told().diaries.values()]
    assert any("took the reward “Evening out”" in text for text in texts)


def test_a_level_is_called_by_its_name() -> None:
    market = told()
    for i, diary in market.diaries.items():
        page = diary.people[-1].last
        if page.alive and page.is_member(0) and page.level(0):
            name = diary.wording[0].levels[page.level(0) - 1]
            assert re.search(rf"a member at Harbour \({name}\b", " ".join(str(diary).split())), i
    details = {m.detail for d in market.diaries.values() for e in d.entries for m in e.moments
               if m.name == "level_won" and m.firms == ("Harbour",)}  # fmt: skip
    assert details == {"Bronze", "Silver", "Gold", "Ruby", "Jade"}


def test_a_fee_is_told_when_it_is_paid() -> None:
    club = {"enrolment": EAGER, "member_price": {"depth": 0.3, "range_share": 1.0}, "club": {"fee": 2.5}}
    world = duel({"kept": {}}, customers=100, weeks=20, burn_in=1, firm={"programme": club})
    market = Market(world, diaries=100).run()
    paid = moments(market, "fee_paid")
    assert paid.total() > 10
    assert 250 * paid.total() == market.tallies[..., Tally.FEES].sum()
    assert "paid 2.50 EUR for the membership" in " ".join(str(d) for d in market.diaries.values()).replace(
        "\n    ", " "
    )


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


@pytest.mark.parametrize("ending", ["forfeit", "honour"])
@pytest.mark.parametrize(("design", "name"), [("closed", "programme_closed"), ("no points", "points_ended")])
def test_points_that_end_are_told_as_lost_or_as_paid_out(design: str, name: str, ending: str) -> None:
    market = after_the_end(design, ending)
    tally = Tally.PAID_OUT if ending == "honour" else Tally.POINTS_FORFEITED
    assert numbers(market, name) == counted(market, tally)
    details = {
        m.detail for d in market.diaries.values() for e in d.entries for m in e.moments if m.name == name
    }
    assert details == {"paid out" if ending == "honour" else ""}
    text = " ".join(" ".join(str(d).split()) for d in market.diaries.values())
    assert ("paid out her" in text) == (ending == "honour")


def test_stamps_that_end_are_told_with_their_number() -> None:
    market = after_the_end("no stamps")
    assert numbers(market, "stamps_ended") == counted(market, Tally.STAMPS_FORFEITED)


def test_who_loses_her_level_because_levels_are_given_up_is_told_so() -> None:
    market = after_the_end("no levels")
    lost = [
        m for d in market.diaries.values() for e in d.entries for m in e.moments if m.name == "level_changed"
    ]
    assert {(m.number, m.detail) for m in lost} == {(0, "Blue"), (0, "Red")}
    before = market.tallies[market.burn_in - 1, :, 0, :, Tally.TIER_1 : Tally.TIER_5 + 1].sum()
    assert len(lost) == before


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


def test_what_befalls_customers_between_two_weeks_is_told_to_those_whom_it_befell() -> None:
    market = Market(hectic(), design="kept", customers=300, diaries=300)
    counted = dict.fromkeys(HAPPENINGS, 0)
    of = (Tally.HEARD_OF_CRISIS, Tally.HARMED, Tally.CAMPAIGN_REACHED, Tally.LET_GO, Tally.HANDED_OVER,
          Tally.MOVED_TO_BASIC)  # fmt: skip
    market.run()
    for diary in market.diaries.values():
        for entry in diary.entries:
            for moment in entry.moments:
                if moment.name in HAPPENINGS:
                    counted[moment.name] += 1
                    assert moment.firms[0] in market.world.firm_names
    expected = {
        name: int(market.tallies[..., tally].sum()) for name, tally in zip(HAPPENINGS, of, strict=True)
    }
    assert counted == expected
    assert all(counted.values())
    story = Story(next(iter(market.diaries.values())))
    said = {story.say(Moment(name, ("Mill",))) for name in HAPPENINGS}
    assert len(said) == len(HAPPENINGS)
