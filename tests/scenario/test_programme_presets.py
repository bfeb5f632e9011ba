"""Shipped programmes: each says what it is, has the figures of its source, and can be started from anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.report import shipped
from sim.scenario import Programme, Scenario, ScenarioError, check, dumps, json_schema, load
from sim.scenario.presets import CHANGES, PROGRAMMES, preset, preset_names
from tests.scenario.worlds import GROCERS, plain, world

FOLDER = Path(__file__).parents[2] / "scenarios" / "programmes"
NAMES = preset_names(PROGRAMMES)
every_preset = pytest.mark.parametrize("name", NAMES)
BRANDS = re.compile(
    r"\b(Starbucks|Costa|Nero|McDonald|Tesco|Clubcard|Nectar|Sainsbury|Payback|Air Miles|Ulta|Sephora|Hilton|"
    r"Marriott|Bonvoy|Delta|SkyMiles|Booking\.com|Genius|Costco|REI|Amazon|Prime)"
)


def programme(name: str, /, **over: Any) -> Programme:
    return Programme.model_validate({"preset": name, **over})


def worths(found: Programme) -> dict[int, float]:
    """Points of each reward on the menu: its worth."""
    assert found.points is not None
    return {reward.points: reward.worth for reward in found.points.menu}


def legs(found: Programme) -> list[tuple[str, float | None, int | None, int | None, float]]:
    """Of each level: name, spend, visits, points, multiplier."""
    assert found.tiers is not None
    return [(one.name, one.spend, one.visits, one.points, one.multiplier) for one in found.tiers.levels]


def facts(found: Programme, *paths: str) -> list[Any]:
    values = []
    for path in paths:
        node: Any = found
        for step in path.split("."):
            node = getattr(node, step)
        values.append(node)
    return values


def test_there_is_one_for_every_style() -> None:
    assert set(NAMES) == {
        "coffee-app-stars", "coffee-stamp-app", "paper-stamp", "fast-food-points", "grocer-points",
        "grocer-subscription", "coalition-uk", "coalition-de", "coalition-ca", "beauty-convex", "beauty-tiers",
        "hotel-points-us", "hotel-nights", "airline-spend", "travel-levels", "warehouse-club",
        "co-op-lifetime", "shopping-subscription",
    }  # fmt: skip


@every_preset
def test_each_says_when_and_where_it_was_like_this_and_that_it_is_only_a_style(name: str) -> None:
    found = programme(name)
    assert found.as_of
    assert found.source
    assert len(found.source) > 15
    assert found.note is not None
    assert found.note.startswith("In the style of ")
    for words in ("Not affiliated with the firm", "check the source", "assum"):
        assert words in found.note, words


@every_preset
def test_each_answers_the_questions_of_design(name: str) -> None:
    assert all(programme(name).answers.model_dump().values())


@every_preset
def test_no_firm_is_named_but_for_its_style_and_the_sources(name: str) -> None:
    fields = preset(PROGRAMMES, name)
    style, _, rest = fields.pop("note").partition(". ")
    fields.pop("source")
    assert BRANDS.findall(f"{name} {rest} {fields}") == []
    assert BRANDS.search(style)


@every_preset
def test_each_holds_for_a_firm_a_design_and_a_change_alike(name: str) -> None:
    start = {"programme": {"preset": name}}
    market = world(
        events=[{"kind": "change", "firm": "Harbour", "week": 99, "patch": start}],
        designs={"as it is": {}, "started": start},
    ).replace("firms.Mill.programme", start["programme"])
    expected = programme(name)
    assert market.firm("Mill").programme == expected
    assert market.with_design("started").programme == expected
    assert market.course("Harbour", "as it is")[-1][1].programme == expected


# The figures below are those of the table that the presets were made from, written down once more by hand.


def test_coffee_app_stars() -> None:
    found = programme("coffee-app-stars")
    assert facts(found, "points.per_currency", "as_of") == [1.0, "March 2026"]
    assert legs(found) == [("Gold", None, None, 500, 1.2), ("Reserve", None, None, 2500, 1.7)]
    assert list(worths(found)) == [25, 60, 100, 200, 300, 400]
    assert worths(found)[60] == 2.0
    assert facts(found, "points.lapse.mode", "points.lapse.weeks") == ["inactivity", 26]
    assert found.tiers is not None
    assert all(level.keep_points for level in found.tiers.levels)
    (double,) = found.points.multipliers  # type: ignore[union-attr]
    assert (double.factor, round(double.share * 365)) == (2.0, 4)


def test_coffee_stamp_app() -> None:
    found = programme("coffee-stamp-app")
    assert facts(found, "stamps.needed", "stamps.kind", "as_of") == [10, "free_item", "August 2023"]
    assert found.surprise is not None


def test_paper_stamp() -> None:
    found = programme("paper-stamp")
    assert facts(found, "stamps.needed", "stamps.card_weeks", "as_of") == [9, None, "2020"]
    assert found.stamps.bonus_share > 0  # type: ignore[union-attr]


def test_fast_food_points() -> None:
    found = programme("fast-food-points")
    assert facts(found, "points.per_currency", "points.lapse.mode", "points.lapse.weeks") == [
        100,
        "rolling",
        26,
    ]
    assert list(worths(found)) == [1500, 3000, 4500, 6000]
    assert {reward.limit for reward in found.points.menu} == {1}  # type: ignore[union-attr]


def test_grocer_points() -> None:
    found = programme("grocer-points")
    assert facts(found, "points.per_currency", "as_of", "points.payout.form", "points.payout.every") == [
        1.0,
        "2024",
        "voucher",
        13,
    ]
    assert facts(found, "points.payout.least", "points.payout.voucher_weeks") == [150, 104]
    voucher, partner = found.points.menu  # type: ignore[union-attr]
    assert (voucher.points, voucher.worth) == (150, 1.5)
    assert (partner.kind, partner.worth / partner.points) == ("partner", 2 * voucher.worth / voucher.points)
    assert [one.factor for one in found.points.multipliers] == [0.5]  # type: ignore[union-attr]
    assert found.member_price is not None


def test_grocer_subscription() -> None:
    found = programme("grocer-subscription")
    assert facts(found, "club.fee", "club.period_weeks", "member_price.depth") == [7.99, 4, 0.10]
    assert found.points is None


def test_coalition_uk() -> None:
    found = programme("coalition-uk")
    assert worths(found) == {500: 2.50}
    assert facts(found, "points.per_currency", "points.lapse.mode", "as_of") == [1.0, "none", "2022"]


def test_coalition_de() -> None:
    found = programme("coalition-de")
    assert worths(found) == {200: 2.00}
    assert facts(found, "points.per_currency", "points.lapse.mode", "points.lapse.years") == [
        0.5,
        "calendar",
        3,
    ]
    assert found.points is not None
    # 30 September is day 273 of a year.
    assert found.points.lapse.week_of_year == 272 // 7
    assert found.points.lapse.card_share > 0
    assert max(one.factor for one in found.points.multipliers) == 20
    assert found.books.expected_breakage <= 0.1


def test_coalition_ca() -> None:
    found = programme("coalition-ca")
    assert worths(found)[95] == 10.0
    assert facts(found, "points.per_currency", "points.lapse.mode", "points.lapse.weeks") == [
        1 / 20,
        "inactivity",
        104,
    ]
    assert found.points.per_currency * 10 / 95 == pytest.approx(0.0053, abs=5e-5)  # type: ignore[union-attr]
    assert found.tiers is not None
    assert found.tiers.level_names == ("Gold", "Onyx")


def test_beauty_convex() -> None:
    found = programme("beauty-convex")
    assert worths(found) == {100: 3.0, 250: 8.0, 500: 17.5, 1000: 50.0, 2000: 125.0}
    rates = [worth / points for points, worth in worths(found).items()]
    assert rates == sorted(rates)
    assert (rates[0], rates[-1]) == (0.03, 0.0625)
    assert legs(found) == [("Platinum", 500, None, None, 1.25), ("Diamond", 1200, None, None, 1.5)]
    assert facts(found, "points.per_currency", "tiers.window", "tiers.valid_windows") == [1.0, "calendar", 1]
    assert [level.keep_points for level in found.tiers.levels] == [True, True]  # type: ignore[union-attr]
    assert found.points.lapse.mode == "rolling"  # type: ignore[union-attr]


def test_beauty_tiers() -> None:
    found = programme("beauty-tiers")
    assert worths(found) == {500: 10.0, 2500: 100.0}
    assert found.points.menu[1].from_tier == "Rouge"  # type: ignore[union-attr]
    assert found.points.menu[1].availability < 1  # type: ignore[union-attr]
    assert legs(found) == [("VIB", 350, None, None, 1.0), ("Rouge", 1000, None, None, 1.0)]
    assert facts(found, "points.per_currency", "points.lapse.mode", "tiers.valid_windows") == [
        1,
        "inactivity",
        1,
    ]
    assert facts(found, "points.lapse.weeks")[0] in (52, 78)


def test_hotel_points_us() -> None:
    found = programme("hotel-points-us")
    assert legs(found) == [
        ("Silver", 2500, 4, None, 1.2),
        ("Gold", 6000, 15, None, 1.8),
        ("Diamond", 11500, 25, None, 2.0),
        ("Reserve", 18000, 40, None, 2.2),
    ]
    assert [level.every_leg for level in found.tiers.levels] == [False, False, False, True]  # type: ignore[union-attr]
    assert facts(
        found, "points.per_currency", "points.lapse.mode", "points.lapse.weeks", "tiers.rollover"
    ) == [
        10,
        "inactivity",
        104,
        False,
    ]
    assert all(0.004 <= worth / points <= 0.006 for points, worth in worths(found).items())


def test_hotel_nights() -> None:
    found = programme("hotel-nights")
    assert legs(found) == [
        ("Silver", None, 10, None, 1.1),
        ("Gold", None, 25, None, 1.25),
        ("Platinum", None, 50, None, 1.5),
        ("Titanium", None, 75, None, 1.75),
        ("Ambassador", 23000, 100, None, 1.75),
    ]
    assert found.tiers is not None
    assert found.tiers.levels[-1].every_leg
    assert facts(found, "tiers.match.weeks", "points.per_currency", "points.lapse.weeks") == [13, 10, 104]
    assert {worth / points for points, worth in worths(found).items()} == {0.0085}


def test_airline_spend() -> None:
    found = programme("airline-spend")
    assert [(name, spend) for name, spend, *_ in legs(found)] == [
        ("Silver", 5000),
        ("Gold", 10000),
        ("Platinum", 15000),
        ("Diamond", 28000),
    ]
    assert [5] + [round(5 * multiplier, 9) for *_, multiplier in legs(found)] == [5, 7, 8, 9, 11]
    assert facts(found, "points.per_currency", "points.lapse.mode", "tiers.valid_windows") == [5, "none", 1]
    assert all(0.011 <= worth / points <= 0.0125 for points, worth in worths(found).items())


def test_travel_levels() -> None:
    found = programme("travel-levels")
    assert found.tiers is not None
    assert [(level.visits, level.discount) for level in found.tiers.levels] == [
        (1, 0.1),
        (5, 0.15),
        (15, 0.2),
    ]
    assert facts(found, "tiers.window", "tiers.downgrade", "tiers.gift.share") == ["lifetime", "none", 1.0]


def test_warehouse_club() -> None:
    found = programme("warehouse-club")
    ((points, worth),) = worths(found).items()
    assert found.points.per_currency * worth / points == 0.02  # type: ignore[union-attr]
    assert facts(found, "club.fee", "points.payout.form", "points.payout.every", "as_of") == [
        130,
        "cheque",
        52,
        "September 2024",
    ]
    assert found.points.payout.cap * worth / points == 1250  # type: ignore[union-attr, operator]
    for figure in ("65 dollars", "3,250", "92.2 %", "89.7 %"):
        assert figure in str(found.note)


def test_co_op_lifetime() -> None:
    found = programme("co-op-lifetime")
    ((points, worth),) = worths(found).items()
    assert found.points.per_currency * worth / points == pytest.approx(0.10)  # type: ignore[union-attr]
    assert facts(found, "club.fee", "club.period_weeks", "points.payout.every", "as_of") == [
        30,
        None,
        52,
        "2026",
    ]
    assert "26 million" in str(found.note)


def test_shopping_subscription() -> None:
    found = programme("shopping-subscription")
    assert facts(found, "club.fee", "club.period_weeks", "club.trial_weeks") == [139, 52, 4]
    for figure in ("14.99", "69 %", "93 %", "98 %"):
        assert figure in str(found.note)


# Starting from one


def test_what_is_written_beside_a_preset_is_laid_over_it() -> None:
    mine = programme("grocer-points", name="Mine", points={"redeem": 0.3, "payout": {"every": 4}})
    assert mine.name == "Mine"
    assert facts(mine, "points.redeem", "points.payout.every", "points.payout.least") == [0.3, 4, 150]
    assert mine.member_price == programme("grocer-points").member_price


def test_a_part_of_a_preset_is_taken_away_with_null() -> None:
    assert programme("grocer-points", member_price=None).member_price is None


def test_rewards_and_levels_of_a_preset_are_changed_by_name() -> None:
    mine = programme("hotel-points-us", tiers={"levels": [{"name": "Gold", "visits": 12}]})
    assert [visits for _, _, visits, *_ in legs(mine)] == [4, 12, 25, 40]


def test_one_reward_may_take_the_place_of_the_menu_of_a_preset() -> None:
    assert worths(programme("beauty-convex", points={"threshold": 200, "reward": 8})) == {200: 8}


def test_a_design_that_names_a_preset_leaves_nothing_of_what_the_firm_had() -> None:
    market = world().replace("firms.Harbour.programme", {"preset": "grocer-points", "household": 4})
    market = market.replace("designs.stars", {"programme": {"preset": "coffee-app-stars"}})
    assert market.with_design("stars").programme == programme("coffee-app-stars")


def test_a_design_without_a_preset_changes_the_preset_of_the_firm() -> None:
    market = world().replace("firms.Harbour.programme", {"preset": "grocer-points"})
    market = market.replace("designs.dear", {"programme": {"points": {"redeem": 0.1}}})
    assert market.with_design("dear").programme == programme("grocer-points", points={"redeem": 0.1})


def test_a_programme_from_nothing_leaves_nothing_of_what_the_firm_had() -> None:
    market = world().replace("firms.Harbour.programme", {"preset": "grocer-points"})
    alone = {"member_price": {"depth": 0.05}}
    market = market.replace("designs.over", {"programme": alone}).replace(
        "designs.alone", {"programme": {"preset": None, **alone}}
    )
    over, by_itself = (market.with_design(name).programme for name in ("over", "alone"))
    assert over == programme("grocer-points", **alone)
    assert by_itself == Programme.model_validate(alone)


def test_a_scenario_that_starts_from_presets_is_written_out_in_full(tmp_path: Path) -> None:
    start = {"programme": {"preset": "beauty-convex", "points": {"redeem": 0.2}}}
    market = world(designs={"as it is": {}, "convex": start}).replace(
        "firms.Harbour.programme", {"preset": "co-op-lifetime"}
    )
    text = dumps(market)
    assert "beauty-convex" not in text
    (tmp_path / "mine.yaml").write_text(text)
    again = load(tmp_path / "mine.yaml")
    assert again == market
    assert again.with_design("convex").programme == programme("beauty-convex", points={"redeem": 0.2})


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own, and the user in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine.yaml"


def test_presets_are_found_from_a_file_that_the_user_keeps_elsewhere(elsewhere: Path) -> None:
    start = "    unit_cost: 0.8\n    programme: {preset: grocer-points, points: {redeem: 0.3}}"
    elsewhere.write_text(GROCERS.replace("    unit_cost: 0.8", start))
    assert load(elsewhere).firm("Mill").programme == programme("grocer-points", points={"redeem": 0.3})


def test_a_file_that_extends_another_may_choose_another_preset_or_change_what_it_has(elsewhere: Path) -> None:
    start = "    unit_cost: 0.8\n    programme: {preset: grocer-points, points: {redeem: 0.3}}"
    elsewhere.with_name("base.yaml").write_text(GROCERS.replace("    unit_cost: 0.8", start))

    def mill(words: str) -> Programme | None:
        elsewhere.write_text(f"extends: base.yaml\nfirms: [{{name: Mill, programme: {{{words}}}}}]\n")
        return load(elsewhere).firm("Mill").programme

    assert mill("preset: coalition-de") == programme("coalition-de")
    assert mill("household: 2") == programme("grocer-points", points={"redeem": 0.3}, household=2)
    assert mill("points: {redeem: 0.1}") == programme("grocer-points", points={"redeem": 0.1})


def test_a_fault_beside_a_preset_is_placed_where_it_is_written(elsewhere: Path) -> None:
    start = (
        "    unit_cost: 0.8\n    programme:\n      preset: grocer-points\n      points:\n        redeem: 3\n"
        "        payout: {least: 100, cap: 50}"
    )
    elsewhere.write_text(GROCERS.replace("    unit_cost: 0.8", start))
    assert [str(fault) for fault in check(elsewhere)] == [
        (
            f"{elsewhere}:28:17  firms[1].programme.points.redeem  must be between 0 and 1 (probability per "
            "purchase); got 3"
        ),
        (
            f"{elsewhere}:29:35  firms[1].programme.points.payout.cap  nothing could ever be paid out: the most (50) "
            "is below least (100); write at least 100"
        ),
    ]


def test_a_preset_that_there_is_not_is_said_at_its_place_with_the_nearest(elsewhere: Path) -> None:
    start = "    unit_cost: 0.8\n    programme: {preset: grocer-pionts}"
    text = GROCERS.replace("    unit_cost: 0.8", start)
    elsewhere.write_text(text.replace("{name: Points, points", "{preset: stamps, name: Points, points"))
    first, second = check(elsewhere)
    assert str(first) == (
        f"{elsewhere}:25:25  firms[1].programme.preset  no preset is called 'grocer-pionts'; did you mean "
        "'grocer-points'?"
    )
    assert (second.path, second.line) == ("designs.points.programme.preset", 31)
    assert second.message.startswith("no preset is called 'stamps'")


@pytest.mark.parametrize("name", ["../grocers", "../../pyproject", "/etc/passwd", "grocer-points.yaml", ""])
def test_a_preset_is_a_name_and_no_path(name: str) -> None:
    with pytest.raises(ScenarioError, match=r"no preset is called|there are none"):
        world().replace("firms.Mill.programme", {"preset": name})


def test_a_preset_that_is_no_text_is_refused() -> None:
    with pytest.raises(ScenarioError, match="must be the name of a preset; known: airline-spend, "):
        world().replace("firms.Mill.programme", {"preset": 3})


def test_what_one_takes_from_a_preset_does_not_change_it_for_the_next() -> None:
    first = preset(PROGRAMMES, "grocer-points")
    first["points"]["redeem"] = 0.0
    assert preset(PROGRAMMES, "grocer-points")["points"]["redeem"] == 0.6


# The lists


def test_presets_are_listed_with_their_style_and_date() -> None:
    text = shipped.scenarios()
    for kind in (PROGRAMMES, CHANGES):
        for name in preset_names(kind):
            assert f"\n{name}\n    In the style of " in text
            assert f"; as of: {preset(kind, name)['as_of']}\n" in text
    assert (
        text.index("\nLessons\n")
        < text.index("\nPresets of programmes ")
        < text.index("\nPresets of changes ")
    )


SCHEMA = jsonschema.Draft202012Validator(json_schema())


def one_of(name: str) -> Any:
    return jsonschema.Draft202012Validator(
        {**json_schema(), "if": False, "else": {"$ref": f"#/$defs/{name}"}}
    )


@every_preset
def test_each_file_keeps_to_the_schema(name: str) -> None:
    one_of("Programme").validate(preset(PROGRAMMES, name))


@pytest.mark.parametrize(
    ("mine", "right"),
    [
        ({"preset": "grocer-points"}, True),
        ({"preset": "coffee-stamp-app", "stamps": {"head_start": 2}}, True),
        ({"stamps": {"head_start": 2}}, False),
        ({"preset": "grocer-pionts"}, False),
        ({"preset": "grocer-points", "pionts": {}}, False),
        ({"preset": None, "member_price": {"depth": 0.1}}, True),
    ],
)
def test_the_schema_takes_the_presets_that_the_program_takes(mine: dict[str, Any], right: bool) -> None:
    data = plain()
    data["firms"][0]["programme"] = mine
    assert SCHEMA.is_valid(data) == right
    if right:
        Scenario.model_validate(data)
    else:
        with pytest.raises(ValueError, match="validation error"):
            Scenario.model_validate(data)


def test_the_schema_takes_presets_in_designs_and_in_changes() -> None:
    data = plain()
    data["designs"]["stars"] = {"programme": {"preset": "coffee-app-stars", "tiers": None}}
    patch = {"programme": {"preset": "coffee-app-stars"}}
    data["events"].append({"kind": "change", "firm": "Mill", "week": 60, "patch": patch})
    SCHEMA.validate(data)
    SCHEMA.validate(Scenario.model_validate(data).model_dump(mode="json"))
    data["designs"]["stars"]["programme"]["preset"] = "stars"
    assert not SCHEMA.is_valid(data)
