"""Faults in a file: each with line, column, path, what is wrong and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import Fault, Firm, ScenarioError, check, load
from tests.scenario.worlds import GROCERS


def faults(folder: Path, *edits: tuple[str, str]) -> list[str]:
    """The faults of the two grocers after some edits, without the name of the file."""
    text = GROCERS
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
        text = text.replace(old, new)
    file = folder / "world.yaml"
    file.write_text(text, encoding="utf-8")
    return [str(fault).removeprefix(f"{file}:") for fault in check(file)]


WAR = "kind: price_war, firm: Mill, week: 60, weeks: 12, depth: 0.15"
ONE_FAULT = {
    # Names of fields
    "an unknown field has the nearest name": (
        "price: {level: 1.1}",
        "price: {levle: 1.1}",
        "20:13  firms[0].price.levle",
        "unknown field; did you mean 'level'?",
    ),
    "a misspelt required field is one fault, not two": (
        "focus: Harbour",
        "foccus: Harbour",
        "25:1  foccus",
        "unknown field; did you mean 'focus'?",
    ),
    "a field of an inner block is sent there": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    threshold: 100",
        "25:5  firms[1].threshold",
        "unknown field here; it belongs in 'programme.points'",
    ),
    "a field of an outer block is sent there": (
        "category: {name: groceries}",
        "category: {name: groceries, currency: EUR}",
        "4:29  category.currency",
        "unknown field here; it belongs at the top of the file (mind the indentation)",
    ),
    "a name like no other comes with those there are": (
        "horizon: {weeks: 156, burn_in: 52}",
        "horizon: {weeks: 156, xyz: 52}",
        "3:23  horizon.xyz",
        "unknown field; fields here are: weeks, burn_in",
    ),
    "a missing field is named, at the block it is missing in": (
        "basket: {mean: 20.0}",
        "basket: {within_cv: 1}",
        "15:7  customers.segments[1].basket.mean",
        (
            "required field 'mean' is missing in 'customers.segments[1].basket'; add it: mean basket "
            "(currency per purchase, greater than 0 and at most 10_000_000)"
        ),
    ),
    "a missing field at the top": (
        "focus: Harbour\n",
        "",
        "1:1  focus",
        (
            "required field 'focus' is missing in the file; add it: name of the focal firm, whose designs "
            "and results these are"
        ),
    ),
    "an unknown parameter of behaviour": (
        "focus: Harbour",
        "behaviour: {price: {loss_aversoin: 2}}\nfocus: Harbour",
        "25:21  behaviour.price.loss_aversoin",
        "unknown field; did you mean 'loss_aversion'?",
    ),
    # Numbers
    "a number out of bounds": (
        "unit_cost: 0.8",
        "unit_cost: 8",
        "24:16  firms[1].unit_cost",
        "must be between 0 and 2 (share of usual price); got 8",
    ),
    "a number that must not be zero": (
        "depth: 0.15",
        "depth: 0",
        "27:63  events[0].depth",
        "must be greater than 0 and less than 1 (share of price); got 0",
    ),
    "not a number": (
        "unit_cost: 0.8",
        "unit_cost: .nan",
        "24:16  firms[1].unit_cost",
        "must be a finite number; got nan",
    ),
    "infinity": (
        "basket: {mean: 20.0}",
        "basket: {mean: .inf}",
        "15:22  customers.segments[1].basket.mean",
        "must be a finite number; got inf",
    ),
    "half a week": (
        "weeks: 156",
        "weeks: 156.5",
        "3:18  horizon.weeks",
        "must be a whole number; got 156.5",
    ),
    "text for a number": (
        "unit_cost: 0.8",
        "unit_cost: high",
        "24:16  firms[1].unit_cost",
        "must be a number; got the text 'high'",
    ),
    "a percentage": (
        "depth: 0.15",
        "depth: 15 %",
        "27:63  events[0].depth",
        "must be a number; got the text '15 %'; write 0.15",
    ),
    "a decimal comma": (
        "unit_cost: 0.8",
        "unit_cost: 0,8",
        "24:16  firms[1].unit_cost",
        "must be a number; got the text '0,8'; write numbers with a decimal point and without commas",
    ),
    "true for a number": (
        "count: 100",
        "count: true",
        "6:10  customers.count",
        "got true; expected: number of simulated customers (customers, between 1 and 20_000_000)",
    ),
    "true for a share": (
        "weight: 0.4",
        "shares: {Harbour: true, Mill: 1}",
        "13:25  customers.segments[1].shares.Harbour",
        "must be a number; got true",
    ),
    "a negative share": (
        "weight: 0.4",
        "shares: {Harbour: -1, Mill: 1}",
        "13:25  customers.segments[1].shares.Harbour",
        "must be at least 0; got -1",
    ),
    "a number that is none, where anything may stand": (
        "focus: Harbour",
        "provenance: {fit: [1, .nan]}\nfocus: Harbour",
        "25:1  provenance",
        "numbers must be finite",
    ),
    # Text, choices, blocks
    "a number for a name": (
        "name: singles",
        "name: 7",
        "12:13  customers.segments[1].name",
        'must be text; got 7; put it in quotes: "7"',
    ),
    "a name on two lines": (
        "title: Two grocers",
        'title: "Two\\ngrocers"',
        "1:8  title",
        "must be text on one line, without spaces at its ends; got the text 'Two\\ngrocers'",
    ),
    "a currency in words": (
        "focus: Harbour",
        "currency: euro\nfocus: Harbour",
        "25:11  currency",
        "must be three capital letters, such as EUR; got the text 'euro'",
    ),
    "an empty source": (
        "source: made up for the tests",
        "source: ''",
        "2:9  source",
        "must have at least 1 character; got the text ''",
    ),
    "an unknown kind of event": (
        "kind: price_war",
        "kind: pricewar",
        "27:12  events[0].kind",
        (
            "must be one of: price_war, change, recession, entry, exit, lay_off, crisis, campaign; "
            "got the text 'pricewar'; did you mean 'price_war'?"
        ),
    ),
    "an event without a kind": (
        "{kind: price_war, firm: Mill",
        "{firm: Mill",
        "27:5  events[0].kind",
        (
            "required field 'kind' is missing in 'events[0]'; add it: price_war or change or recession or entry "
            "or exit or lay_off or crisis or campaign"
        ),
    ),
    "an event that is no block": (
        "{kind: price_war, firm: Mill, week: 60, weeks: 12, depth: 0.15}",
        "a flood",
        "27:5  events[0]",
        (
            "must be a block of fields, of the kind price_war or change or recession or entry or exit or lay_off "
            "or crisis or campaign; got the text 'a flood'"
        ),
    ),
    "a field of another kind of event": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {price: {level: 2}}, weeks: 12",
        "27:70  events[0].weeks",
        "unknown field; did you mean 'week'?",
    ),
    "a field missing in an event": (
        "week: 60, ",
        "",
        "27:5  events[0].week",
        (
            "required field 'week' is missing in 'events[0]'; add it: first week of the cut; week 0 is the "
            "start of the simulation, burn-in included (week, between 0 and 5_199)"
        ),
    ),
    "an odd number of friends": (
        "count: 100",
        "network: {degree: 7}",
        "6:21  customers.network.degree",
        "must be an even number; got 7",
    ),
    "friends without a network": (
        "weight: 0.4",
        "degree: 4",
        "13:15  customers.segments[1].degree",
        "nobody has friends in a market without a network; add 'network: {}' to customers",
    ),
    "more friends than people": (
        "count: 100",
        "count: 8\n  network: {rewiring: 0.2}",
        "7:3  customers.network.degree",
        "10 friends are more than there are: there are 8 customers; lower it",
    ),
    "a channel that does not exist": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    contacts: {members_only: false, channel: e-mail}",
        "25:46  firms[1].contacts.channel",
        "must be one of: mail, email, sms, social; got the text 'e-mail'; did you mean 'email'?",
    ),
    # Parts that could never act
    "messages to members of a firm without a programme": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    contacts: {per_week: 0.5}",
        "25:5  firms[1].contacts.members_only",
        (
            "the firm has no programme, so it has no members to write to; write 'members_only: false' or "
            "give it a programme"
        ),
    ),
    "reminders of a reward that there is not": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    contacts: {members_only: false, triggers: {near_reward: yes}}",
        "25:61  firms[1].contacts.triggers.near_reward",
        (
            "the firm has neither points nor stamps, so nobody is near a reward; write 'near_reward: false' "
            "or give it one of them"
        ),
    ),
    "a design that writes to the members it removes": (
        "none: {programme: null}",
        "none: {programme: null, contacts: {members_only: true}}",
        "29:52  designs.none.contacts.members_only",
        (
            "the firm has no programme, so it has no members to write to; write 'members_only: false' or "
            "give it a programme"
        ),
    ),
    "a change that writes to members of a firm without a programme": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {contacts: {members_only: true}}",
        "27:75  events[0].patch.contacts.members_only",
        (
            "the firm has no programme, so it has no members to write to; write 'members_only: false' or "
            "give it a programme"
        ),
    ),
    "neither yes nor no": (
        "count: 100",
        "replace_leavers: perhaps",
        "6:20  customers.replace_leavers",
        "must be true or false; got the text 'perhaps'",
    ),
    "a value for a block": (
        "purchase_rate: {mean: 0.8}",
        "purchase_rate: 0.8",
        "14:22  customers.segments[1].purchase_rate",
        "must be a block of fields (mean, shape); got 0.8",
    ),
    "nothing for a block": (
        "purchase_rate: {mean: 0.8}",
        "purchase_rate:",
        "14:7  customers.segments[1].purchase_rate",
        "must be a block of fields (mean, shape); got nothing",
    ),
    "a value for a list": (
        "events:\n  - {kind: price_war, firm: Mill, week: 60, weeks: 12, depth: 0.15}",
        "events: none",
        "26:9  events",
        "must be a list, each entry on a line that starts with '- '; got the text 'none'",
    ),
    "an empty list of designs": (
        (
            "designs:\n  none: {programme: null}\n  points: {programme: {name: Points, points: "
            "{per_currency: 1, threshold: 100, reward: 5}}}\n"
        ),
        "designs: {}\n",
        "28:1  designs",
        "must have at least 1 entry; got 0",
    ),
    # Parts that must agree
    "an unknown focal firm": (
        "focus: Harbour",
        "focus: Harbor",
        "25:8  focus",
        "no firm is called 'Harbor'; did you mean 'Harbour'?",
    ),
    "an event of an unknown firm": (
        "firm: Mill",
        "firm: Millet",
        "27:29  events[0].firm",
        "no firm is called 'Millet'; did you mean 'Mill'?",
    ),
    "an event after the end": (
        "week: 60",
        "week: 156",
        "27:41  events[0].week",
        "the event starts in week 156, after the end; weeks count from 0, so at most 155",
    ),
    "two firms of one name": (
        "  - name: Mill\n    share: 0.6",
        "  - name: Mill\n    share: 0.6\n    unit_cost: 0.8\n  - name: Mill\n    share: 1",
        "25:11  firms[2].name",
        "two firms are called 'Mill'; rename one",
    ),
    "two segments of one name": (
        "name: singles",
        "name: families",
        "12:13  customers.segments[1].name",
        "two segments are called 'families'; rename one",
    ),
    "shares that name an unknown firm": (
        "weight: 0.4",
        "shares: {Harbour: 1, Mill: 1, Miller: 1}",
        "13:45  customers.segments[1].shares.Miller",
        "no firm is called 'Miller'; did you mean 'Mill'?",
    ),
    "shares that leave a firm out": (
        "weight: 0.4",
        "shares: {Harbour: 1}",
        "13:7  customers.segments[1].shares",
        "every firm needs a share; add 'Mill: 0' if its customers do not buy there",
    ),
    "shares that sum to nothing": (
        "weight: 0.4",
        "shares: {Harbour: 0, Mill: 0}",
        "13:7  customers.segments[1].shares",
        "the shares sum to nothing; give at least one firm a positive number",
    ),
    "nothing left to measure": (
        "weeks: 156, burn_in: 52",
        "weeks: 100, burn_in: 100",
        "3:1  horizon",
        "weeks (100) must be greater than burn_in (100); nothing would be left to measure",
    ),
    "a head start that fills the card": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    programme: {stamps: {needed: 5, reward: 2, head_start: 5}}",
        "25:17  firms[1].programme.stamps",
        "head_start (5) must be smaller than needed (5); a new card would be full",
    ),
    "a programme that does nothing": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    programme: {name: Empty}",
        "25:5  firms[1].programme",
        (
            "the programme gives members nothing; add 'points', 'stamps', 'tiers', 'member_price', "
            "'offers' or 'surprise', or write 'programme: null' for none"
        ),
    ),
    # Designs
    "a slip in a design": (
        "threshold: 100",
        "treshold: 100",
        "30:64  designs.points.programme.points.treshold",
        "unknown field; did you mean 'threshold'?",
    ),
    "a number out of bounds in a design": (
        "reward: 5",
        "reward: -5",
        "30:88  designs.points.programme.points.reward",
        "must be greater than 0 and at most 10_000_000 (currency); got -5",
    ),
    "a field missing in a design": (
        ", reward: 5",
        "",
        "30:38  designs.points.programme.points.reward",
        (
            "required field 'reward' is missing in 'designs.points.programme.points'; add it: face value "
            "of one reward (currency, greater than 0 and at most 10_000_000)"
        ),
    ),
    "a design whose programme does nothing": (
        "none: {programme: null}",
        "none: {programme: {name: Empty}}",
        "29:10  designs.none.programme",
        (
            "the programme gives members nothing; add 'points', 'stamps', 'tiers', 'member_price', "
            "'offers' or 'surprise', or write 'programme: null' for none"
        ),
    ),
    "a design that changes what was observed": (
        "none: {programme: null}",
        "none: {share: 0.9}",
        "29:17  designs.none.share",
        "a design cannot change this: it says what was so before the designs start; leave it out",
    ),
    "a design that is no block": (
        "none: {programme: null}",
        "none: 5",
        "29:9  designs.none",
        f"must be a block of fields ({', '.join(Firm.model_fields)}); got 5",
    ),
    "a design that changes what was usual": (
        "none: {programme: null}",
        "none: {convenience: {usual: 1}}",
        "29:31  designs.none.convenience.usual",
        "a design cannot change this: it says what was so before the designs start; leave it out",
    ),
    # Changes on a date
    "a slip in a change": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {price: {levle: 0.9}}",
        "27:58  events[0].patch.price.levle",
        "unknown field; did you mean 'level'?",
    ),
    "a field of an outer block in a change": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {price: {week: 9}}",
        "27:58  events[0].patch.price.week",
        "unknown field here; it belongs in 'events[0]'",
    ),
    "a number out of bounds in a change": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {awareness: 9}",
        "27:61  events[0].patch.awareness",
        "must be between 0 and 1 (share of customers); got 9",
    ),
    "a field missing in a change": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {programme: {stamps: {needed: 5}}}",
        "27:62  events[0].patch.programme.stamps.reward",
        (
            "required field 'reward' is missing in 'events[0].patch.programme.stamps'; add it: face value of "
            "the reward (currency, greater than 0 and at most 10_000_000)"
        ),
    ),
    "a change of what was observed": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {quality: {usual: 9}}",
        "27:67  events[0].patch.quality.usual",
        "an event cannot change this: it says what was so at the start; leave it out",
    ),
    "a change of nothing": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: {}",
        "27:42  events[0].patch",
        "must have at least 1 entry; got 0",
    ),
    "a change that is no block": (
        WAR,
        "kind: change, firm: Mill, week: 60, patch: dearer",
        "27:49  events[0].patch",
        f"must be a block of fields ({', '.join(Firm.model_fields)}); got the text 'dearer'",
    ),
    "a change of an unknown firm": (
        WAR,
        "kind: change, firm: Mil, week: 60, patch: {price: {level: 2}}",
        "27:26  events[0].firm",
        "no firm is called 'Mil'; did you mean 'Mill'?",
    ),
    "a change after the end": (
        WAR,
        "kind: change, firm: Mill, week: 160, patch: {price: {level: 2}}",
        "27:38  events[0].week",
        "the event starts in week 160, after the end; weeks count from 0, so at most 155",
    ),
    "a change that fits under one design but not under another": (
        WAR,
        "kind: change, firm: Harbour, week: 60, patch: {programme: {costs: {launch: 5}}}",
        "27:53  events[0].patch.programme",
        (
            "the programme gives members nothing; add 'points', 'stamps', 'tiers', 'member_price', "
            "'offers' or 'surprise', or write 'programme: null' for none (under the design 'none')"
        ),
    ),
    # YAML
    "a doubled name": (
        "unit_cost: 0.8",
        "unit_cost: 0.8\n    share: 0.5",
        "25:5  firms[1].share",
        "'share' is given twice, first in line 23; keep one",
    ),
    "a tag that makes an object": (
        "title: Two grocers",
        "title: !!python/name:os.system x",
        "1:8  title",
        "the tag 'tag:yaml.org,2002:python/name:os.system' has no place in a scenario file; remove it",
    ),
}


@pytest.mark.parametrize("case", ONE_FAULT)
def test_a_fault_is_named_with_place_and_remedy(case: str, tmp_path: Path) -> None:
    old, new, where, message = ONE_FAULT[case]
    assert faults(tmp_path, (old, new)) == [f"{where}  {message}"]


def test_weights_that_sum_to_nothing_are_refused(tmp_path: Path) -> None:
    edits = [("weight: 0.6", "weight: 0"), ("weight: 0.4", "weight: 0")]
    edits += [("share: 0.4", "share: 0"), ("share: 0.6", "share: 0")]
    assert faults(tmp_path, *edits) == [
        "7:3  customers.segments  every 'weight' is 0, so they sum to nothing; make one positive",
        "16:1  firms  every 'share' is 0, so they sum to nothing; make one positive",
    ]


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ("weeks: 156", "weeks: soon"),
        ("basket: {mean: 20.0}", "basket: {}"),
        ("level: 1.1", "level: -1"),
        ("unit_cost: 0.8", "unit_cost: 0.8\n    unit_cost: 0.9"),
        ("focus: Harbour", "focus: Harbor"),
        ("firm: Mill", "firm: Mil"),
        ("threshold: 100", "treshold: 100"),
        ("none: {programme: null}", "none: {programme: {name: Empty}}"),
    )
    assert [line.split("  ")[1] for line in found] == [
        "horizon.weeks",
        "customers.segments[1].basket.mean",
        "firms[0].price.level",
        "firms[1].unit_cost",
        "focus",
        "events[0].firm",
        "designs.none.programme",
        "designs.points.programme.points.treshold",
    ]


def test_a_fault_of_the_focal_firm_is_not_said_again_for_each_design(tmp_path: Path) -> None:
    found = faults(tmp_path, ("price: {level: 1.1}", "price: {level: -1}"))
    assert found == ["20:20  firms[0].price.level  must be between 0.01 and 100 (price index); got -1"]


def test_faults_in_all_entries_of_a_list_do_not_make_it_empty(tmp_path: Path) -> None:
    found = faults(tmp_path, ("unit_cost: 0.7", "unit_cost: x"), ("unit_cost: 0.8", "unit_cost: y"))
    assert [line.split("  ")[1] for line in found] == ["firms[0].unit_cost", "firms[1].unit_cost"]


def test_the_error_is_the_complete_message_one_line_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(GROCERS.replace("focus: Harbour", "focus: 7").replace("count: 100", "cont: 100"))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert str(caught.value) == (
        f"{file}:6:3  customers.cont  unknown field; did you mean 'count'?\n"
        f'{file}:25:8  focus  must be text; got 7; put it in quotes: "7"'
    )
    assert isinstance(caught.value, ValueError)
    assert caught.value.faults[0] == Fault(
        "unknown field; did you mean 'count'?", "customers.cont", str(file), 6, 3
    )


def test_a_right_file_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []
