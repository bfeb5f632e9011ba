"""The shipped world of the home-appliance maker: its dealers through the life of a brand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.firms.ledger import Account
from sim.scenario import Campaign, Change, Scenario, check, load
from tests.levers.test_dealers import History, history

FILE = Path(__file__).parents[2] / "scenarios" / "appliances.yaml"
GROWS, MATURES = 52, 130
GROWTH, MATURITY = slice(GROWS + 13, MATURES), slice(MATURES + 13, None)
WORLD = load(FILE)


def lived(design: str, world: Scenario = WORLD) -> History:
    return history(world, design, 0)


def spent_on_dealers(design: str) -> int:
    """Cents that the channel cost Nordwind in the years of growth."""
    books = lived(design).market.firms[0].ledger.weeks[:, Account.CHANNEL]
    return int(books[MATURES - 1] - books[GROWS - 1])


def share(design: str, weeks: slice) -> float:
    sold = lived(design).sold[weeks].sum(axis=(0, 1))
    return float(sold[0] / sold.sum())


def pushed(design: str, weeks: slice) -> float:
    """Mean push of the dealers who carry Nordwind."""
    return float(np.mean([week.push[0] for week in lived(design).channel[weeks]]))


def test_the_file_is_right_and_the_first_design_is_the_maker_as_it_is_written() -> None:
    assert check(FILE) == []
    assert WORLD.with_design(WORLD.design_names[0]) == WORLD.firm(WORLD.focus)
    assert "behaviour" not in WORLD.model_fields_set
    assert "No number here was observed" in WORLD.source


def test_designs_are_about_growth_and_maturity_withdraws_what_they_pay() -> None:
    for design in WORLD.design_names:
        plans = dict(WORLD.course("Nordwind", design))
        growth, maturity = plans[GROWS].channel, plans[MATURES].channel
        assert growth is not None
        assert maturity is not None
        assert growth.shared_risk == 0
        assert (growth.rebate is not None) == ("rebate" in design)
        assert maturity.rebate is None
        assert not maturity.exclusive
        assert maturity.policing > 0
        assert maturity.help > 0
    changes = [event.week for event in WORLD.events if isinstance(event, Change)]
    (campaign,) = (event for event in WORLD.events if isinstance(event, Campaign))
    assert changes == [GROWS, MATURES]
    assert campaign.week == MATURES


def test_designs_share_the_introduction() -> None:
    first, *others = (lived(design).market.tallies[:GROWS] for design in WORLD.design_names)
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_dealers_take_up_the_new_brand_where_it_shares_their_risk_and_fewer_where_it_does_not() -> None:
    alone = WORLD.replace("firms.Nordwind.channel.shared_risk", 0.0).lasting(60)
    short = WORLD.lasting(60)
    shared = lived("steady_margin").carriers()
    assert shared[0] <= 2
    assert shared[GROWS - 1] > 11
    for r in (0, 1):
        with_it, without = (history(w, "steady_margin", r).carriers()[GROWS - 1] for w in (short, alone))
        assert without < 0.75 * with_it
    assert all(week.support[0] == 0 for week in lived("steady_margin").channel[GROWS:])
    assert all(week.support[0] == 1000 * week.carriers[0] for week in lived("steady_margin").channel[:GROWS])


@pytest.mark.parametrize("design", ["outlet_rebate", "quantity_rebate", "policed_quantity_rebate"])
def test_rebates_buy_push_and_share_while_they_are_paid(design: str) -> None:
    assert pushed(design, GROWTH) > pushed("steady_margin", GROWTH) + 0.02
    assert share(design, GROWTH) > share("steady_margin", GROWTH)
    assert spent_on_dealers(design) > spent_on_dealers("steady_margin")


@pytest.mark.parametrize("design", ["outlet_rebate", "quantity_rebate", "policed_quantity_rebate"])
def test_much_of_the_push_goes_with_the_rebate(design: str) -> None:
    lead = [pushed(design, weeks) - pushed("steady_margin", weeks) for weeks in (GROWTH, MATURITY)]
    assert lead[1] < 0.6 * lead[0]


def test_only_a_quantity_makes_dealers_cut_prices_and_policing_stops_most_of_it() -> None:
    cut = {design: lived(design).cut() for design in WORLD.design_names}
    for design in ("steady_margin", "outlet_rebate", "exclusive"):
        assert not cut[design].any()
    unpoliced, policed = cut["quantity_rebate"][GROWTH].mean(), cut["policed_quantity_rebate"][GROWTH].mean()
    assert unpoliced > 0.005
    assert policed < 0.25 * unpoliced
    assert not cut["quantity_rebate"][MATURITY].any()
    assert lived("policed_quantity_rebate").flow("fines") > 0


def test_a_policed_quantity_keeps_dealers_more_loyal_than_one_that_is_not() -> None:
    loyal = {d: lived(d).channel[MATURES - 1].loyalty[0] for d in WORLD.design_names}
    assert loyal["policed_quantity_rebate"] > loyal["quantity_rebate"]
    assert loyal["outlet_rebate"] > loyal["steady_margin"]


def test_a_fifth_of_sales_is_too_little_to_be_carried_alone() -> None:
    carriers = lived("exclusive").carriers()
    assert carriers[MATURES - 1] < 3
    assert 3 <= carriers[-1] < lived("steady_margin").carriers()[-1], (
        "some come back when they may sell others"
    )
    assert share("exclusive", MATURITY) < share("steady_margin", MATURITY)


def test_rivals_keep_their_dealers() -> None:
    for design in WORLD.design_names:
        for firm in (1, 2, 3):
            assert lived(design).carriers(firm).min() >= 23
