"""The shipped worlds and lessons: right, sourced, listed, and as they say they are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures import MEASURES
from sim.measures.tally import Tally
from sim.report import shipped
from sim.scenario import Change, PriceWar, Programme, Scenario, check, load

FOLDER = Path(__file__).parents[2] / "scenarios"
LESSONS = sorted((FOLDER / "lessons").glob("*.yaml"))
FILES = sorted([*FOLDER.glob("*.yaml"), *LESSONS])
PROGRAMMES = (
    "coffee_bar", "hotel_group", "airline", "cosmetics", "department_store", "games_club", "coalition",
)  # fmt: skip
"""Worlds whose designs are reward programmes."""
RIVALS = (
    "recession", "travel_agency", "building_materials", "appliances", "price_war", "brand_house", "otc_crisis",
)  # fmt: skip
"""Worlds in which rivals, staff, dealers, brands or crises matter."""
SERVICES = ("electronics_community", "software_subscription")
"""Worlds in which belonging, skill and contracts bind."""
NEW = [
    FOLDER / f"{name}.yaml" for name in ("telecom", "gym", "service", *SERVICES, *RIVALS, *PROGRAMMES)
] + LESSONS


def name_of(path: Path) -> str:
    return path.stem


every_file = pytest.mark.parametrize("path", FILES, ids=name_of)
every_new_one = pytest.mark.parametrize("path", NEW, ids=name_of)
every_programme_world = pytest.mark.parametrize("name", PROGRAMMES)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=name_of)


@every_file
def test_each_file_is_right_and_says_where_its_numbers_come_from(path: Path) -> None:
    assert check(path) == []
    assert len(load(path).source.split()) >= 15


def test_all_are_listed_the_lessons_under_their_own_heading() -> None:
    assert sorted(shipped.paths()) == FILES
    worlds, _, lessons = shipped.scenarios().partition("\nLessons\n")
    assert worlds.startswith("Worlds\n")
    for path in FILES:
        world = load(path)
        entry = f"{path.name}\n    {world.title}: {', '.join(world.design_names)}\n"
        assert entry in (lessons if path in LESSONS else worlds)
        assert entry not in (worlds if path in LESSONS else lessons)


def test_the_list_names_files_as_they_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert "\nlessons/complaint_as_a_gift.yaml\n" in shipped.scenarios()


def test_studies_and_teams_are_listed_with_what_they_are() -> None:
    """As written in the file: a study with its scenario, a team with its note."""
    listed = shipped.scenarios()
    for folder in ("studies", "teams"):
        for path in (FOLDER / folder).glob("*.yaml"):
            place = listed.index(f"{path.name}\n")
            assert (
                listed.index(f"\n{folder.capitalize()}\n") < place < listed.index("\nPresets of programmes ")
            )
    assert "best_points_of_grocers.yaml\n    Best points of grocers: ../grocers.yaml\n" in listed
    assert "card_house.yaml\n    Card House: Two per cent back in points, a card at every till.\n" in listed


@every_new_one
def test_sizes_let_a_trainer_wait(path: Path) -> None:
    world = load(path)
    assert 2000 <= world.customers.count <= 4000
    assert world.horizon.weeks in (156, 208)  # status is reached in one year, held in the next, lost after it
    assert world.horizon.burn_in == 52
    assert 3 <= len(world.design_names) <= 5


@every_new_one
def test_the_first_design_is_the_firm_as_it_is_written(path: Path) -> None:
    world = load(path)
    assert world.with_design(world.design_names[0]) == world.firm(world.focus)


@every_new_one
def test_behaviour_is_left_as_it_is(path: Path) -> None:
    """A world may set what the market is like, not what people are like."""
    assert "behaviour" not in load(path).model_fields_set


@every_lesson
def test_a_lesson_says_what_to_predict_run_look_at_and_see(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("title:")]
    for word in ("LESSON", "Predict", "Run", "Look at", "You see"):
        assert re.search(rf"^# {word} ", head, re.MULTILINE), word
    assert f"loyalty-sim compare scenarios/lessons/{path.name}" in head
    assert load(path).title.startswith("Lesson: ")


@every_lesson
def test_what_a_lesson_says_to_look_at_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    look = text[text.index("# Look at") : text.index("# You see")]
    known = set(MEASURES) | {tally.name.lower() for tally in Tally} | set(load(path).design_names)
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", look))
    assert named <= known
    assert set(re.findall(r"[a-z]+", look)) & known


@pytest.fixture(scope="module")
def telecom() -> Scenario:
    return load(FOLDER / "telecom.yaml")


def test_networks_hold_their_customers_until_the_barriers_fall_and_a_price_war_follows(
    telecom: Scenario,
) -> None:
    falls = {event.firm: event for event in telecom.events if isinstance(event, Change)}
    (war,) = (event for event in telecom.events if isinstance(event, PriceWar))
    assert set(falls) == set(telecom.firm_names)
    for firm in telecom.firms:
        before, after = (plan.switching_cost for _, plan in telecom.course(firm.name))
        assert before > after
        assert falls[firm.name].week < war.week
    assert war.firm != telecom.focus
    assert telecom.firm(telecom.focus).contract is not None


def test_gyms_have_yearly_contracts_that_failing_payments_end() -> None:
    gym = load(FOLDER / "gym.yaml")
    for firm in gym.firms:
        assert firm.contract is not None
        assert firm.contract.weeks == 52
        assert firm.contract.payment_failure > 0
    reminders = gym.with_design("payment_reminders").contract
    assert reminders is not None
    assert reminders.weeks == 52
    assert reminders.payment_failure < gym.firms[0].contract.payment_failure  # type: ignore[union-attr]
    assert gym.with_design("win_back").win_back is not None


def test_the_desks_of_the_bank_do_more_and_more() -> None:
    bank = load(FOLDER / "service.yaml")
    none, desk, empowered, acts = (bank.with_design(d).complaint_desk for d in bank.design_names)
    assert none is None
    assert desk is not None
    assert empowered is not None
    assert acts is not None
    assert desk.empowerment < empowered.empowerment == acts.empowerment
    assert desk.acted_on == empowered.acted_on == 0 < acts.acted_on


# --- worlds of reward programmes --------------------------------------------------------------------------

CUSTOMERS = 300


@cache
def world_of(name: str) -> Scenario:
    return load(FOLDER / f"{name}.yaml")


@cache
def lived(name: str, design: str) -> Market:
    """A design of a world with few customers, to the end."""
    return Market(world_of(name), design=design, customers=CUSTOMERS).run()


def flows(name: str, design: str) -> NDArray[np.int64]:
    """Measured weeks x firm x membership x tally."""
    return lived(name, design).tallies[world_of(name).horizon.burn_in :].sum(axis=1)


def focal(name: str, design: str, tally: Tally, *, members_only: bool = False) -> int:
    """A flow of the focal firm in the measured weeks."""
    here = flows(name, design)[:, lived(name, design).focus, :, tally]
    return int(here[:, 1].sum() if members_only else here.sum())


def programme_of(name: str, design: str) -> Programme:
    found = world_of(name).with_design(design).programme
    assert found is not None
    return found


@every_programme_world
def test_every_firm_sells_in_every_year_whatever_the_design(name: str) -> None:
    for design in world_of(name).design_names:
        bought = flows(name, design)[:, :, :, Tally.PURCHASES].sum(axis=2)
        years = bought.reshape(-1, 52, bought.shape[1]).sum(axis=1)
        assert (years > 0).all(), design


@every_programme_world
def test_no_two_designs_have_the_same_effect(name: str) -> None:
    names = world_of(name).design_names
    found = {design: flows(name, design) for design in names}
    for i, one in enumerate(names):
        for other in names[:i]:
            assert (found[one] != found[other]).any(), (one, other)


@every_programme_world
def test_designs_share_the_burn_in(name: str) -> None:
    first, *others = (lived(name, design).tallies[:52] for design in world_of(name).design_names)
    assert first[..., Tally.PURCHASES].sum() > 0
    for other in others:
        np.testing.assert_array_equal(first, other)


@every_programme_world
def test_every_programme_has_members_and_no_other_design_has(name: str) -> None:
    for design in world_of(name).design_names:
        member = lived(name, design).tallies[-1, :, lived(name, design).focus, :, Tally.MEMBERS].sum()
        if world_of(name).with_design(design).programme is None:
            assert member == 0, design
        else:
            assert member > 0.02 * CUSTOMERS, design


@every_programme_world
def test_no_programme_turns_the_market_over(name: str) -> None:
    """Effects of programmes are small: not a tenth of all purchases moves."""
    first, *others = world_of(name).design_names
    share = {d: lived(name, d).metrics()["share"] for d in (first, *others)}
    for design in others:
        assert abs(share[design] - share[first]) < 0.1, design


@every_programme_world
def test_what_is_in_the_style_of_a_real_programme_says_so_and_of_when(name: str) -> None:
    world = world_of(name)
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for preset in re.findall(r"preset: ([a-z-]+)", text):
        assert preset in world.source
    assert ("preset:" in text) == ("not affiliated with any firm" in " ".join(text.split()).replace("# ", ""))


def test_the_bar_compares_cards_with_a_lower_price() -> None:
    bar = world_of("coffee_bar")
    assert programme_of("coffee_bar", "paper_card").stamps is not None
    assert programme_of("coffee_bar", "stamp_app").surprise is not None
    assert programme_of("coffee_bar", "points_app").tiers is not None
    assert bar.with_design("cheaper_coffee").price.level < bar.firm(bar.focus).price.level
    assert any(firm.programme is not None for firm in bar.firms if firm.name != bar.focus)


def test_the_hotels_cross_points_with_levels_and_match_a_rivals() -> None:
    parts = {
        design: (p is not None and p.points is not None, p is not None and p.tiers is not None)
        for design in ("nothing", "points", "levels", "points_and_levels")
        for p in [world_of("hotel_group").with_design(design).programme]
    }
    assert list(parts.values()) == [(False, False), (True, False), (False, True), (True, True)]
    assert (
        focal("hotel_group", "levels", Tally.POINTS_EARNED)
        == 0
        < focal("hotel_group", "levels", Tally.UPGRADED)
    )
    match = programme_of("hotel_group", "status_match").tiers.match  # type: ignore[union-attr]
    assert match is not None
    rival = world_of("hotel_group").firm("Meridian").programme
    assert rival is not None
    assert rival.tiers is not None
    matched, plain = (focal("hotel_group", d, Tally.UPGRADED) for d in ("status_match", "points_and_levels"))
    assert matched > plain


def test_the_airline_lets_fewer_fall_where_it_lands_them_softly() -> None:
    hard, soft = (focal("airline", d, Tally.DOWNGRADED) for d in ("miles_and_status", "soft_landing"))
    assert hard > soft
    by_money, by_flights = (
        programme_of("airline", d).tiers.levels  # type: ignore[union-attr]
        for d in ("miles_and_status", "status_by_flights")
    )
    assert all(level.spend is not None and level.visits is None for level in by_money)
    assert all(level.visits is not None and level.spend is None for level in by_flights)


def test_at_the_cosmetics_shop_saving_pays_more_a_point() -> None:
    points = programme_of("cosmetics", "saving_pays").points
    assert points is not None
    rates = [reward.worth / reward.points for reward in points.menu]
    assert rates == sorted(rates)
    assert rates[-1] > 1.5 * rates[0]
    assert focal("cosmetics", "personal_offers", Tally.OFFERS_USED) > 0


def test_vips_are_few_and_bring_far_more_than_their_part_of_sales() -> None:
    for design in ("vip_discount", "vip_service", "vip_for_life"):
        assert programme_of("department_store", design).enrolment.spend_per_year > 0
        market = lived("department_store", design)
        now = market.tallies[-1, :, market.focus].sum(axis=(0, 1))
        assert now[Tally.MEMBERS] < 0.25 * CUSTOMERS
        sales = focal("department_store", design, Tally.REVENUE)
        by_members = focal("department_store", design, Tally.REVENUE, members_only=True)
        assert 0.3 * sales < by_members < 0.8 * sales
    fallen = {d: focal("department_store", d, Tally.DOWNGRADED) for d in ("vip_service", "vip_for_life")}
    assert fallen["vip_service"] > fallen["vip_for_life"] == 0


def test_the_games_club_takes_a_fee_by_the_year_after_a_trial_or_once() -> None:
    for design in ("paid_club", "first_weeks_free", "club_for_life"):
        assert focal("games_club", design, Tally.FEES) > 0
    for design in ("no_club", "free_card"):
        assert focal("games_club", design, Tally.FEES) == 0
    assert focal("games_club", "first_weeks_free", Tally.TRIALS_CONVERTED) > 0
    assert (
        focal("games_club", "paid_club", Tally.RENEWALS)
        > 0
        == focal("games_club", "club_for_life", Tally.RENEWALS)
    )


def test_partners_of_the_coalition_issue_points_and_sell_more_than_beside_a_card_of_one() -> None:
    firms = world_of("coalition").firm_names
    partners = [firms.index(name) for name in programme_of("coalition", "coalition").partners.firms]  # type: ignore[union-attr]
    sold = {}
    for design in ("own_card", "coalition", "wide_coalition"):
        there = flows("coalition", design)[:, partners].sum(axis=(0, 1, 2))
        sold[design] = there[Tally.PURCHASES]
        assert (there[Tally.POINTS_SETTLED] > 0) == (design != "own_card")
    assert sold["coalition"] > sold["own_card"]
    assert focal("coalition", "wide_coalition", Tally.OUTSIDE_POINTS) > 0


def test_makers_who_belong_recommend_the_shop_and_stay_whether_or_not_it_pays() -> None:
    """Paired: the same customers with and without the evenings."""
    world = load(FOLDER / "electronics_community.yaml")
    alone, together = (
        Market(world, design=design, seed=1, customers=1000, weeks=130).run().metrics()
        for design in ("shop_only", "community")
    )
    assert together["praise_rate"] > 1.05 * alone["praise_rate"]
    assert together["retention"] > alone["retention"]
    assert together["satisfaction"] == pytest.approx(alone["satisfaction"], abs=0.5)


def test_skill_keeps_subscribers_and_retries_keep_those_who_never_wanted_to_leave() -> None:
    world = load(FOLDER / "software_subscription.yaml")
    base, taught, retried = (
        Market(world, design=design, seed=1, customers=1000, weeks=130).run().metrics()
        for design in ("by_the_month", "onboarding", "payment_retries")
    )
    assert 0.15 < base["left_involuntarily"] < 0.3
    assert taught["renewal_rate"] > base["renewal_rate"]
    assert retried["left_involuntarily"] < 0.85 * base["left_involuntarily"]
