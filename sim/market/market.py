"""One market: firms, customers, and the week they live together.

    market = sim.Market(world, design="points", seed=1)
    print(market.plan)        # the steps of a week, with the time each took
    market.run()
    market.panel()            # week x firm x segment x membership

A market is a `mesa.Model`. It is a pure function of (scenario, design, seed, replicate): the same four, the same
bits, whatever the threads. Until the burn-in ends the firms act as the scenario is written; then the focal
firm adopts the design. So all designs of one replicate share their past.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.adapter import WeeklyModel, count_step
from sim.draws import U32
from sim.firms.channel import ChannelWeek
from sim.firms.dealer_house import DealerHouse
from sim.firms.firm import Firm, Usual
from sim.firms.ledger import Account
from sim.firms.policy import Own
from sim.firms.settlement import brought_home, settle
from sim.market import tables
from sim.market.balance import check_accounts
from sim.market.changing import Changes
from sim.market.courses import Courses, check_room
from sim.market.happenings import Happenings
from sim.market.plan import Plan, Step
from sim.market.seeing import Seeing
from sim.market.states import States
from sim.market.staying import staying
from sim.measures import MEASURES, Record
from sim.measures.tally import TALLIES, Tally
from sim.population.acquaintance import make_known
from sim.population.agents import CustomerSet, MarketAgents
from sim.population.announcements import Announcements
from sim.population.attributes import Attributes
from sim.population.briefing import segments_of, sizes_of, stage_of, usual_sales
from sim.population.closure import lose
from sim.population.customer import Customer
from sim.population.diary import Cast, Diaries, Diary
from sim.population.network import Network, small_world
from sim.population.population import Population
from sim.population.terms import TermsOfMarket, layout_of
from sim.population.told import Context, Outlets, Terms, Told
from sim.rules.survey import SURVEY_EVERY
from sim.scenario import Fault, Scenario, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

YEAR = 52
_SEED_LIMIT = 2**32
_MOST_POINTS = 1_000_000
"""Most points that a mean basket may earn: more would not fit a member's ledger of 32-bit lots."""


class Market(WeeklyModel):
    """One market, lived week by week.

    world: a Scenario. design: name of one of its designs, or None for the firms as written. seed, replicate:
    whole numbers below 2^32. customers, weeks: instead of the scenario's own. threads: threads of the pass.
    diaries: how many customers keep a diary, or the unique_ids of those who do; it changes nothing they live.
    follow: whether what each member receives (column `received`) and what each customer brings (`worth`) is added up;
    that changes nothing either.
    policies: what firms do by themselves, by name: a Policy class, or anything that makes one when called, or a
    list of these. They come after the policies of the file.
    Raises ScenarioError for a design that is not there or numbers that cannot be.
    """

    def __init__(
        self,
        world: Scenario,
        *,
        design: str | None = None,
        seed: int = 1,
        replicate: int = 0,
        customers: int | None = None,
        weeks: int | None = None,
        threads: int = 1,
        diaries: int | Sequence[int] = 0,
        follow: bool = False,
        policies: Mapping[str, Own] | None = None,
    ) -> None:
        super().__init__()
        for name, value in (("seed", seed), ("replicate", replicate)):
            if not 0 <= value < _SEED_LIMIT:
                raise ScenarioError(
                    [Fault(f"{name} must be a whole number from 0 to 4294967295, not {value}")]
                )
        world = world.sized(customers, weeks)
        self.world, self.design = world, design
        self.designed = None if design is None else world.with_design(design)
        self.seed, self.replicate, self.threads = seed, replicate, threads
        self.week = 0
        self.rules = world.behaviour.numbers()
        first_id = world.customers.count + 1  # customers have the ids before
        self.firms = [
            Firm(
                self,
                first_id + i,
                i,
                spec,
                world.events,
                self.rules.learning,
                world.behaviour,
                Usual(world.customers.count, *sales),
            )
            for i, (spec, sales) in enumerate(zip(world.firms, usual_sales(world), strict=True))
        ]
        self.focus = world.firm_names.index(world.focus)
        self.house: DealerHouse | None = None
        """the dealers, where firms sell through them"""
        if world.dealers is not None:
            self.house = DealerHouse(world.dealers, world.firms, world.behaviour, seed, replicate)
            self.house.agents(self, first_id + len(world.firms))
        self._courses = [world.course(f.name, design if f.number == self.focus else None) for f in self.firms]
        forms = {
            f.number: [
                plan.programme
                for plan in (f.spec, *(p for _, p in self._courses[f.number]))
                if plan.programme
            ]
            for f in self.firms
        }
        self._seeing = Seeing(world, self._courses, policies or {})
        forms |= {number: found for number, found in self._seeing.programmes(world).items() if found}
        self._ways = Courses(world, self._courses)
        self._with_programme = with_programme = [number for number, found in forms.items() if found]
        self._programme_of = self._find_programmes()
        self._layout = layout_of(
            [forms[number] for number in with_programme],
            returns=any(plan.returns > 0 for course in self._courses for _, plan in course),
            follow=follow,
        )
        self._check_points()
        self._announcements = Announcements(
            world.behaviour, [s.cost_to_serve for s in world.customers.segments], world.customers.count
        )
        self.population = Population(
            segments=segments_of(world),
            sizes=sizes_of(world),
            posted=self._announcements.posted(self.firms),
            layout=self._layout,
            rules=self.rules,
            seed=seed,
            replicate=replicate,
            network=self._network(),
            prospects=world.customers.prospects,
            accounts=follow or any(plan.selection for course in self._courses for _, plan in course),
        )
        cast = Cast(
            firms=world.firm_names,
            programmes=tuple(with_programme),
            segments=tuple(s.name for s in world.customers.segments),
            currency=world.currency,
            burn_in=world.horizon.burn_in,
            design=design,
        )
        self.diaries = Diaries(self.population, diaries, cast, self.rules)
        self._changes = Changes(world, self.population, self.rules)
        self._happenings = Happenings(world, self.population, self.rules)
        self._states = States()
        self.channel: ChannelWeek | None = None
        """what dealers did in the last week; None in a market without"""
        self._terms_of_market = TermsOfMarket(
            behaviour=world.behaviour,
            layout=self._layout,
            firms=len(self.firms),
            segments=[s.name for s in world.customers.segments],
        )
        self._terms = self._make_terms()
        self._tallies: list[NDArray[np.int64]] = []
        self._tills = np.zeros((len(self.firms), TALLIES), np.int64)
        """tally of the last week, firm x TALLIES"""
        self._prices: list[list[float]] = []
        self._cohorts: list[NDArray[np.int64]] = []
        self._cohort_weeks = min(YEAR, self.measured_weeks)
        self._cohort = self._base_cohort = np.zeros(len(self.firms), np.int64)
        self._staying: list[int] = []
        self.plan = Plan(
            [
                Step("changes", "firms change what they offer: by the design, by events", Market._adopt),
                Step("cohorts", "at the start of a year, who is active is remembered", Market._mark),
                Step("prices", "firms set their prices", Market._set_prices),
                Step("events", "crises, campaigns, reviews of customers; dealers decide", Market._befall),
                Step(
                    "customers",
                    "customers live, hear, need, choose, experience, react, pay, tell",
                    Market._live,
                ),
                Step("books", "firms close their books", Market._close_books),
                Step("retention", "at the end of a year, who stayed is counted", Market._count_kept),
            ]
        )

    # --- the week -----------------------------------------------------------------------------------------

    @property
    def burn_in(self) -> int:
        """Weeks before measuring begins and the design acts."""
        return self.world.horizon.burn_in

    @property
    def weeks(self) -> int:
        """Weeks of the whole run, burn-in included."""
        return self.world.horizon.weeks

    @property
    def measured_weeks(self) -> int:
        """Weeks after the burn-in."""
        return self.weeks - self.burn_in

    def step(self) -> None:
        """One week."""
        for step in self.plan:
            begin = time.perf_counter()
            step.act(self)
            step.seconds += time.perf_counter() - begin
        self.week += 1
        self.plan.weeks += 1
        count_step(self, self.week)
        self.running = self.week < self.weeks

    def run(self) -> Market:
        """Live to the end of the horizon; returns the market itself."""
        while self.week < self.weeks:
            self.step()
        return self

    run_model = run  # type: ignore[assignment,unused-ignore]

    def _network(self) -> Network | None:
        plan = self.world.customers.network
        if plan is None or not self.world.behaviour.word_of_mouth.enabled:
            return None
        return small_world(
            sizes=sizes_of(self.world),
            degrees=[s.degree or plan.degree for s in self.world.customers.segments],
            rewiring=plan.rewiring,
            homophily=plan.homophily,
            seed=self.seed,
            replicate=self.replicate,
        )

    def _adopt(self) -> None:
        changes = self._changes
        changes.begin()
        there = self._ways.there(self.week)
        followed = [firm.spec for firm in self.firms]
        plans = self._seeing.plans(self._ways.plans(self.week), followed, there)
        self._open_and_close(there)
        for number, (plan, last) in enumerate(zip(plans, followed, strict=True)):
            if plan is not last:
                check_room(
                    plan,
                    firms=self.world.firm_names,
                    accounts=self.population.accounts,
                    number=number,
                    layout=self._layout,
                    owners=self._with_programme,
                )
        changed = [
            (firm, plan) for firm, plan in zip(self.firms, plans, strict=True) if plan is not firm.spec
        ]
        for firm, plan in changed:
            before, old = firm.spec.programme, self._terms
            make_known(self.population, firm.number, firm.spec, plan)
            firm.adopt(plan)
            self._programme_of = self._find_programmes()
            if before != plan.programme:
                changes.note(firm.number, before, plan.programme, self.week)
            self._terms = self._make_terms()
            if before is not None and before != plan.programme:
                p = int(self._programme_of[firm.number])
                context = self.told().context
                changes.honour(firm.number, p, before, plan.programme, old, self._terms, context)
        if not changed:
            self._terms = self._make_terms()

    def _open_and_close(self, there: Sequence[bool]) -> None:
        for firm in self.firms:
            leaves = firm.is_there and not there[firm.number] and self.week > 0
            firm.is_there = there[firm.number]
            firm.closed = not firm.is_there
            if leaves:
                lose(self.population, firm.number, [g for g, here in enumerate(there) if here])

    def _find_programmes(self) -> NDArray[np.int32]:
        """Programme in force at each firm now: its own, or that of which it is a partner; -1 for none."""
        found = np.full(len(self.firms), -1, np.int32)
        for p, number in enumerate(self._with_programme):
            found[number] = p
            programme = self.firms[number].spec.programme
            if programme is not None and programme.partners is not None:
                found[[self.world.firm_names.index(name) for name in programme.partners.firms]] = p
        return found

    def _mark(self) -> None:
        into = self.week - self.burn_in
        if into >= 0 and into % YEAR == 0:
            last_week = self.week - 1
            self._cohort = self.population.mark_cohort(last_week, self._lapse_weeks)
            if into == 0:
                self._base_cohort = self.population.mark_cohort(last_week, self._lapse_weeks, base=True)

    def _set_prices(self) -> None:
        plans = [firm.spec for firm in self.firms]
        asked = self._seeing.prices(plans)
        self._prices.append(
            [firm.post_price(self.week, price) for firm, price in zip(self.firms, asked, strict=True)]
        )

    def _befall(self) -> None:
        for firm in self.firms:
            firm.begin_week(self.week)
        self._happenings.week(
            self.week, self.firms, self._programme_of, self._changes.count, self.diaries.befall
        )
        for firm in self.firms:
            firm.closed = not firm.is_there or self._happenings.recalled(self.week, firm.number)
        if self.house is not None:
            self.house.attend([firm.is_there for firm in self.firms])
            self.house.decide(self.week, [firm.spec for firm in self.firms])

    def _outlets(self) -> Outlets:
        """What customers find at dealers."""
        if self.house is None:
            return Outlets(np.zeros(0, np.int32), *np.zeros((2, 0, len(self.firms)), np.float32))
        tables = self.house.tables()
        bits = np.array([1 << firm.number for firm in self.firms])
        return Outlets((tables.carries @ bits + (1 << 16)).astype(np.int32), tables.push, tables.price)

    def _live(self) -> None:
        told = self.told()
        self.diaries.open(told, [self.firms[number].spec.programme for number in self._with_programme])
        tally = self.population.live_week(told=told, rules=self.rules, threads=self.threads)
        self.diaries.write()
        closing = self._changes.closing
        self._tallies.append(tally if closing is None else tally + closing)

    def told(self) -> Told:
        """What the weekly pass is told about this week."""
        announced = self._announcements
        posted, outreach = announced.posted(self.firms), announced.outreach(self.firms)
        shares = np.array([f.spec.share if f.is_there else 0.0 for f in self.firms])
        level = float((shares * posted.price).sum() / shares.sum()) if shares.any() else 1.0
        customers = self.world.customers
        context = Context(
            week=self.week,
            seed=U32(self.seed),
            replicate=U32(self.replicate),
            lapse_weeks=self._lapse_weeks,
            leaver=(-1 if customers.prospects > 0 else 1) if customers.replace_leavers else 0,
            reaches=int(outreach.acts.any() or outreach.binds.any()),
            census=int(self.week % SURVEY_EVERY == SURVEY_EVERY - 1),
            worth=self.population.worth_row,
            served=self.population.served_row,
        )
        return Told(
            posted=posted,
            outreach=outreach,
            desk=announced.desk(self.firms),
            surveys=announced.surveys(self.firms, self.week),
            terms=self._terms,
            programme_of=self._programme_of,
            circle=self.population.circle,
            stage=stage_of(self.world, self.week, level),
            outlets=self._outlets(),
            context=context,
        )

    def _close_books(self) -> None:
        tally = self._tallies[-1].sum(axis=0)
        before, self._tills = self._tills, tally.sum(axis=1)
        check_accounts(self.week, before, self._tills, self._owners)
        agreements = {firm.name: firm.agreement for firm in self.firms if firm.agreement is not None}
        settled = settle(agreements, self.world.firm_names, self._tills)
        home, service = brought_home(tally, self._owners), self._service()
        channel = self._sell_through_dealers()
        for firm in self.firms:
            firm.close_books(
                home[firm.number],
                settled[firm.name],
                service=service[firm.number],
                channel=channel[firm.number],
                watching=self.week < self.burn_in,
            )
        self._states.close_week(self.firms, self.channel)
        self._seeing.close_week(self.firms, home)

    def _sell_through_dealers(self) -> list[int]:
        """What the channel costs each firm this week, cents."""
        if self.house is None:
            return [0] * len(self.firms)
        sold, paid, listed = np.moveaxis(self.population.trade, 2, 0)
        plans = [firm.spec for firm in self.firms]
        self.channel = self.house.close_week(self.week, plans, sold, paid, listed)
        return [int(cents) for cents in self.channel.expense]

    def _service(self) -> list[int]:
        """Cents that each firm spent on serving purchases this week: by segment, basic service apart."""
        t = self._tallies[-1].sum(axis=2)
        posted = self._announcements.usual(self.firms)
        basic = t[:, :, Tally.BASIC_PURCHASES]
        spent = (t[:, :, Tally.PURCHASES] - basic) * posted.service_cents + basic * posted.basic_cents
        return [int(cents) for cents in spent.sum(axis=0)]

    @property
    def _owners(self) -> list[int]:
        """For each firm, the firm whose programme is in force there; itself, if it is nobody's partner."""
        owners = enumerate(self._programme_of)
        return [self._with_programme[p] if p >= 0 else firm for firm, p in owners]

    def _count_kept(self) -> None:
        into = self.week + 1 - self.burn_in
        if into > 0:
            self._staying.append(staying(self.population, self.focus, self.week, self._lapse_weeks))
        if into > 0 and into % self._cohort_weeks == 0 and self._is_year_end(into):
            kept = self.population.kept(self.week, self._lapse_weeks)
            self._cohorts.append(np.stack([self._cohort, kept], axis=1))

    @property
    def staying(self) -> NDArray[np.float64]:
        """Customers active at the focal firm when measuring began (at the end of the burn-in) and still (or again)
        active, by week; NaN in the weeks before."""
        found = np.full(self.week, np.nan)
        found[self.burn_in :] = self._staying
        if 0 < self.burn_in < self.week:
            found[self.burn_in - 1] = self._base_cohort[self.focus]
        return found

    def _is_year_end(self, into: int) -> bool:
        return into % YEAR == 0 or self._cohort_weeks < YEAR

    def programme_of(self, firm: int) -> int:
        """Number of the programme that a firm runs, or is a partner of; -1 for none."""
        return int(self._programme_of[firm])

    def level_names(self, firm: int) -> tuple[str, ...]:
        """Names of the levels of status at a firm now, the lowest first."""
        p = self.programme_of(firm)
        programme = self.firms[self._with_programme[p]].spec.programme if p >= 0 else None
        return programme.tiers.level_names if programme and programme.tiers else ()

    # --- what the pass is told ----------------------------------------------------------------------------

    @property
    def _lapse_weeks(self) -> int:
        return self.world.category.lapse_weeks

    def _check_points(self) -> None:
        richest = max(s.basket.mean for s in self.world.customers.segments)
        for spec in (plan for course in self._courses for _, plan in course):
            points = spec.programme.points if spec.programme else None
            if points and points.per_currency * richest > _MOST_POINTS:
                where = f"firms.{spec.name}.programme.points.per_currency"
                text = (
                    f"a mean basket of {richest:g} would earn {points.per_currency * richest:,.0f} points, more "
                    f"than the {_MOST_POINTS:,} a ledger can take; use fewer points, each worth more"
                )
                raise ScenarioError([Fault(text, where)])

    def _make_terms(self) -> Terms:
        offered = [
            self._changes.offered(number, self.firms[number].spec.programme, self._courses[number], self.week)
            for number in self._with_programme
        ]
        return self._terms_of_market.of(offered, self.week)

    # --- agents, in Mesa's shape --------------------------------------------------------------------------

    def _programme_by_name(self) -> dict[str, int]:
        """Programme of each firm that has one, or is a partner of one, at some time of the run."""
        found = {self.firms[number].name: p for p, number in enumerate(self._with_programme)}
        for p, number in enumerate(self._with_programme):
            for plan in (self.world.firms[number], *(plan for _, plan in self._courses[number])):
                if plan.programme is not None and plan.programme.partners is not None:
                    found |= dict.fromkeys(plan.programme.partners.firms, p)
        return found

    @cached_property
    def _attributes(self) -> Attributes:
        return Attributes(
            self.population,
            firms=self.world.firm_names,
            programmes=self._programme_by_name(),
            segments=[s.name for s in self.world.customers.segments],
        )

    @property
    def customers(self) -> CustomerSet:
        """The customers as a set of Mesa agents, made when they are looked at. Their ids run from 1."""
        return CustomerSet(self, self._attributes)

    @property
    def agents(self) -> MarketAgents:
        """Customers and firms, as Mesa's `model.agents`."""
        return MarketAgents.of(self.customers)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Sets of agents by class."""
        return dict(self.agents.by_type())

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents."""
        return list(self.agents_by_type)

    def diary(self, customer: int | Customer) -> Diary:
        """The diary of a customer, by unique_id: print it, or look at it in a notebook, to read a story.

        Raises KeyError for one who keeps none; ask for diaries when the market is made.
        """
        return self.diaries[customer if isinstance(customer, int) else customer.unique_id]

    # --- results ------------------------------------------------------------------------------------------

    @property
    def tallies(self) -> NDArray[np.int64]:
        """Weekly tallies: week x segment x firm x membership x TALLIES."""
        shape = (0, len(self.population.sizes), len(self.firms), 2, TALLIES)
        return np.array(self._tallies) if self._tallies else np.zeros(shape, np.int64)

    @property
    def base_cohort(self) -> NDArray[np.int64]:
        """Customers active at each firm when measuring began; 0 before."""
        return self._base_cohort

    @property
    def last_tally(self) -> NDArray[np.int64]:
        """Tally of the week that was lived last: segment x firm x membership x TALLIES. IndexError before the first."""
        return self._tallies[-1]

    @property
    def prices(self) -> NDArray[np.float64]:
        """Price index posted: week x firm."""
        return np.array(self._prices).reshape(-1, len(self.firms))

    def record(self, firm: str | None = None) -> Record:
        """The measured weeks as the measures of a firm (the focal one) see them.

        Raises RuntimeError before the horizon is reached.
        """
        if self.week < self.weeks:
            raise RuntimeError(f"the market has lived {self.week} of {self.weeks} weeks; call run() first")
        number = self.focus if firm is None else self.world.firm_names.index(self.world.firm(firm).name)
        seller = self.firms[number]
        ledger, promises = seller.ledger, seller.promises
        house = seller.spec.house or seller.name
        brands = [brand for brand in self.firms if (brand.spec.house or brand.name) == house]
        weekly = np.diff(ledger.weeks, axis=0, prepend=np.int64(0))[self.burn_in :]
        return Record(
            firm=number,
            tallies=brought_home(self.tallies[self.burn_in :].sum(axis=1), self._owners),
            cohorts=np.array(self._cohorts)[:, number],
            cohort_weeks=self._cohort_weeks,
            profits=ledger.profits[self.burn_in :],
            liabilities=-ledger.weeks[self.burn_in :, Account.POINTS_LIABILITY],
            accounts={account.name.lower(): weekly[:, account] for account in Account},
            faces=seller.faces[self.burn_in :],
            deferred=seller.deferral.liability,
            expected_breakage=seller.deferral.expected_breakage,
            base_cohort=int(self._base_cohort[number]),
            reward_costs=(
                promises.points.cost_cents / promises.points.needed,
                promises.stamps.cost_cents / promises.stamps.needed,
            ),
            discount_rate=self.world.category.discount_rate,
            house=tuple(brand.number for brand in brands),
            house_profits=np.sum([brand.ledger.profits[self.burn_in :] for brand in brands], axis=0),
            states=self._states.of(number, self.burn_in),
        )

    def brought(self, firm: str | None = None) -> NDArray[np.float64]:
        """What each customer has brought a firm (the focal one) since the burn-in ended, by customer, in currency.

        Revenue less goods, refunds, service and rewards; of a customer who took another's place since, only her own.
        RuntimeError unless the market was made with `follow=True`.
        """
        if not self.population.accounts:
            raise RuntimeError("nobody keeps accounts of single customers; make the market with follow=True")
        number = self.focus if firm is None else self.world.firm_names.index(self.world.firm(firm).name)
        return self._happenings.brought(number)

    def metrics(self, firm: str | None = None) -> dict[str, float]:
        """All measures of a firm (the focal one) over the measured weeks; NaN where one does not apply."""
        record = self.record(firm)
        return {name: measure.of(record) for name, measure in MEASURES.items()}

    def panel(self) -> pd.DataFrame:
        """Tidy weekly panel: week x firm x segment x membership.

        Money in currency (deal_cents apart); satisfaction, expectation, attachment, trust and equity are means over
        active customers, surveyed_satisfaction over those who answered, intention and behavioural over those counted
        in the census; NaN where there is none. `price` is the index posted.
        """
        return tables.panel(self)

    def books(self) -> pd.DataFrame:
        """Balances of every firm's accounts at the end of each week, in currency, debits positive."""
        return tables.books(self)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """The weekly history in the shape of Mesa's DataCollector, filled on demand."""
        return tables.datacollector(self)
