"""The compiled week: every customer of a block lives one week, rule by rule.

The order is that of a customer's week: memberships begin it (points die, status is reviewed); what was felt fades;
the customer lives (leaves, drifts); hears (the desk, firms, friends); needs; then, purchase by purchase, looks at the
prices, weighs, chooses, experiences, judges, reacts (complains, signs), stays or leaves, redeems, earns, joins, pays;
at last she tells her friends.
All customers see the same public state, so their order does not matter. Each step is one plain loop
over the customers of a block, calling the scalar function of `sim/rules/`; the compiler makes vector code of
it. `walk.py` is the same week customer by customer in plain Python, and gives the same bits.

The buyers of the week are copied into a scratch that fits the cache, those who buy most first, so the k-th
purchase of the week concerns the first m of them.
"""

from __future__ import annotations

from numba import njit

from sim.arithmetic import I32, KERNEL, ONE, ZERO
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES
from sim.population.columns import (
    ALIVE,
    BLOCK,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EXPECTATION,
    FIRM_REALS,
    KNOWS,
    PROGRAMME_WHOLES,
)
from sim.population.count import count_stocks
from sim.population.life import be_told, keep_accounts, live, need, rest
from sim.population.purchase import (
    bring_back,
    choose,
    draw,
    experience_and_judge,
    grow_tired,
    move_on,
    pay,
    price_the_basket,
    react,
    see_prices,
    stay_or_leave,
    take_part,
    weigh,
)
from sim.population.scratch import (
    COUNT,
    CUSTOMER,
    FIRM_COLUMNS,
    GRIEVANCE,
    LANES,
    LAST_FIRM,
    MEMBERSHIP,
    MY_REMINDED,
    ORDER,
    REFERENCE,
    REMINDED,
    SATIATION,
    STRIDE,
)
from sim.population.talk import tell
from sim.population.trade import (
    be_advised,
    go_to_dealers,
    keep_account,
    price_at_dealers,
    see_dealers_prices,
    sell,
)
from sim.population.traits import bear

_ENTRY, _PLACE = U32(Stream.ENTRY), U32(1 << 20)


@njit(**KERNEL)
def fetch(s, w, reals, wholes, m, firms, programmes, customer0, network):
    """Copy the columns of the buyers into the scratch, in their order; of memberships only since when they are."""
    for r in range(CUSTOMER_REALS + (FIRM_REALS + (1 if network else 0)) * firms):
        row = reals[r]
        kind = r - CUSTOMER_REALS
        to = r * BLOCK if kind < 0 else FIRM_COLUMNS + (kind // firms) * STRIDE + (kind % firms) * BLOCK
        for i in range(m):
            s[to + i] = row[U32(w[ORDER + i])]
    singles = CUSTOMER_WHOLES + firms
    for r in range(singles + programmes):
        row = wholes[r if r < singles else singles + PROGRAMME_WHOLES * (r - singles)]
        to = r * BLOCK if r < singles else MEMBERSHIP + (r - singles) * BLOCK
        for i in range(m):
            w[to + i] = row[U32(w[ORDER + i])]
    for i in range(m):
        w[CUSTOMER + i] = I32(customer0 + w[ORDER + i])
        w[MY_REMINDED + i] = w[REMINDED + U32(w[ORDER + i])]


@njit(**KERNEL)
def store(s, w, reals, wholes, m, firms):
    """Copy what purchases can change back into the block; memberships have been changed in place."""
    for r in (REFERENCE // BLOCK, SATIATION // BLOCK, GRIEVANCE // BLOCK):
        row = reals[r]
        at = r * BLOCK
        for i in range(m):
            row[U32(w[ORDER + i])] = s[at + i]
    changing = CUSTOMER_REALS + EXPECTATION * firms
    for r in range(changing, CUSTOMER_REALS + FIRM_REALS * firms):
        row = reals[r]
        kind = r - CUSTOMER_REALS
        at = FIRM_COLUMNS + (kind // firms) * STRIDE + (kind % firms) * BLOCK
        for i in range(m):
            row[U32(w[ORDER + i])] = s[at + i]
    last_firm = wholes[LAST_FIRM // BLOCK]
    for i in range(m):
        last_firm[U32(w[ORDER + i])] = w[LAST_FIRM + i]
    singles = CUSTOMER_WHOLES + firms
    for r in range(KNOWS, singles):
        whole = wholes[r]
        at = r * BLOCK
        for i in range(m):
            whole[U32(w[ORDER + i])] = w[at + i]


@njit(nogil=True, cache=True, **KERNEL)
def pass_week(
    reals, wholes, block_segment, block_first, block_size, first, last, segments, told, rules, s, w, tally
):  # fmt: skip
    """Blocks first to last (exclusive) live one week.

    reals: block x row x 1024 float32, wholes: block x row x 1024 int32, both changed in place; s, w: scratch of
    SCRATCH_REALS and SCRATCH_WHOLES entries, one pair a thread; tally: flat segment x firm x membership x
    TALLIES int64, then dealer x firm x TRADE, added to.
    """
    posted, outreach, desk, surveys = told.posted, told.outreach, told.desk, told.surveys
    terms, programme_of, circle, context = told.terms, told.programme_of, told.circle, told.context
    stage, outlets = told.stage, told.outlets
    firms, programmes = posted.price.size, terms.firm.size
    dealers, first_trade = outlets.carries.size, stage.need.size * firms * 2 * TALLIES
    network = circle.friends.size > 0
    for b in range(first, last):
        seg, customer0, size = block_segment[b], block_first[b], block_size[b]
        block_reals, block_wholes = reals[b], wholes[b]
        keep_accounts(
            block_reals, block_wholes, customer0, size, firms, seg, programme_of, terms, rules, context, tally
        )
        rest(block_reals, block_wholes, size, posted, rules, network)
        live(
            s, w, block_reals, block_wholes, customer0, size, seg, segments, posted, terms, programme_of, rules,
            context, tally,
        )  # fmt: skip
        be_told(
            w, block_reals, block_wholes, customer0, size, seg, segments, posted, outreach, desk, terms,
            programme_of, circle, rules, context, tally,
        )  # fmt: skip
        m = need(s, w, block_reals, block_wholes, customer0, size, stage.need[seg], context)
        if m > 0:
            fetch(s, w, block_reals, block_wholes, m, firms, programmes, customer0, network)
            if dealers > 0:
                go_to_dealers(w, m, outlets, context)
            buyers = m
            variety = segments.variety[seg]
            k = 0
            while m > 0:
                lanes = min((m + LANES - 1) // LANES * LANES, BLOCK)
                draw(s, w, lanes, context.week, k, context.seed, context.replicate)
                see_prices(
                    s, w, block_reals, block_wholes, m, lanes, posted, terms, programme_of, rules, context
                )
                if dealers > 0:
                    see_dealers_prices(s, w, m, firms, outlets)
                weigh(
                    s, w, block_wholes, m, lanes, posted, outreach, terms, programme_of, rules, context.week, variety,
                    stage.thrift[seg], network,
                )  # fmt: skip
                if dealers > 0:
                    be_advised(s, w, m, firms, outlets)
                choose(s, w, m, lanes, k, seg, posted, outlets, programme_of, rules, context, tally)
                experience_and_judge(
                    s, w, block_wholes, m, lanes, posted, terms, programme_of, rules, context,
                )  # fmt: skip
                react(s, w, m, seg, posted, desk, programme_of, rules, context, tally)
                stay_or_leave(s, w, m, seg, posted, programme_of, rules, context, tally)
                if variety > ZERO:
                    grow_tired(s, w, lanes, posted, rules)
                price_the_basket(s, w, lanes, segments.visit_sigma[seg], stage.purse[seg], posted)
                if dealers > 0:
                    price_at_dealers(s, w, m, firms, outlets)
                bring_back(w, lanes, k, firms, posted, context)
                take_part(
                    s,
                    w,
                    block_reals,
                    block_wholes,
                    m,
                    k,
                    seg,
                    posted,
                    terms,
                    programme_of,
                    rules,
                    context,
                    tally,
                )
                pay(s, w, lanes, seg, firms, posted, programme_of, context, tally)
                if dealers > 0:
                    sell(s, w, m, first_trade, firms, outlets, tally)
                if context.worth >= 0:
                    keep_account(
                        s, w, block_reals, block_wholes, m, seg, posted, programme_of, context, tally
                    )
                move_on(w, lanes)
                k += 1
                while m > 0 and w[COUNT + m - 1] <= k:
                    m -= 1
            store(s, w, block_reals, block_wholes, buyers, firms)
        if network:
            for j in range(size):
                circle.says[customer0 + j] = tell(
                    block_reals, block_wholes, j, U32(customer0 + j), seg, firms, outreach, programme_of, rules,
                    context, tally,
                )  # fmt: skip
        count_stocks(
            s,
            block_reals,
            block_wholes,
            customer0,
            size,
            seg,
            firms,
            posted,
            surveys,
            terms,
            programme_of,
            rules,
            context,
            tally,
        )


@njit(nogil=True, cache=True, **KERNEL)
def populate(
    reals, wholes, block_segment, block_first, block_size, segments, posted, programmes, rules, prospects, seed,
    replicate,
):  # fmt: skip
    """The first population, before week 0; a share of the places is left to prospects."""
    for b in range(block_segment.size):
        for j in range(block_size[b]):
            customer = U32(block_first[b] + j)
            bear(
                reals[b], wholes[b], j, customer, U32(0), -1, block_segment[b], segments, posted, rules, programmes,
                I32(0), I32(-1), ZERO, ONE, seed, replicate,
            )  # fmt: skip
            word, _, _, _ = philox(customer, U32(0), _ENTRY, _PLACE, seed, replicate)
            if unit(word) < prospects:
                wholes[b, ALIVE, j] = I32(-1)
