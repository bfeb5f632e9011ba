"""The compiled week: every customer of a block lives one week, rule by rule.

The order is that of a customer's week: points of age expire; the customer lives (leaves, drifts); needs;
then, purchase by purchase, looks at the prices, weighs, chooses, experiences, judges, pays, redeems, earns,
joins. All customers see the same public state, so their order does not matter. Each step is one plain loop
over the customers of a block, calling the scalar function of `sim/rules/`; the compiler makes vector code of
it. `walk.py` is the same week customer by customer in plain Python, and gives the same bits.

The buyers of the week are copied into a scratch that fits the cache, those who buy most first, so the k-th
purchase of the week concerns the first m of them.
"""

from __future__ import annotations

from numba import njit

from sim.arithmetic import I32
from sim.draws import U32
from sim.population.columns import BLOCK
from sim.population.count import count_stocks
from sim.population.life import expire_points, live, need
from sim.population.purchase import (
    choose,
    draw,
    experience_and_judge,
    pay,
    price_the_basket,
    see_prices,
    take_part,
    weigh,
)
from sim.population.scratch import (
    COUNT,
    CUSTOMER,
    LANES,
    LAST_FIRM,
    MEMBERSHIP,
    ORDER,
    REFERENCE,
    STRIDE,
)
from sim.population.traits import bear


@njit(error_model="numpy")
def fetch(s, w, reals, wholes, m, firms, programmes, customer0):
    """Copy the columns of the buyers into the scratch, in their order."""
    for r in range(6 + 5 * firms):
        row = reals[r]
        to = r * BLOCK if r < 6 else 6 * BLOCK + ((r - 6) // firms) * STRIDE + ((r - 6) % firms) * BLOCK
        for i in range(m):
            s[to + i] = row[U32(w[ORDER + i])]
    for r in range(4 + firms + 7 * programmes):
        row = wholes[r]
        to = r * BLOCK if r < 4 + firms else MEMBERSHIP + (r - 4 - firms) * BLOCK
        for i in range(m):
            w[to + i] = row[U32(w[ORDER + i])]
    for i in range(m):
        w[CUSTOMER + i] = I32(customer0 + w[ORDER + i])


@njit(error_model="numpy")
def store(s, w, reals, wholes, m, firms, programmes):
    """Copy what purchases can change back into the block."""
    row = reals[4]
    for i in range(m):
        row[U32(w[ORDER + i])] = s[REFERENCE + i]
    for r in range(6 + firms, 6 + 5 * firms):
        row = reals[r]
        at = 6 * BLOCK + ((r - 6) // firms) * STRIDE + ((r - 6) % firms) * BLOCK
        for i in range(m):
            row[U32(w[ORDER + i])] = s[at + i]
    last_firm = wholes[2]
    for i in range(m):
        last_firm[U32(w[ORDER + i])] = w[LAST_FIRM + i]
    for r in range(4, 4 + firms + 7 * programmes):
        whole = wholes[r]
        at = r * BLOCK if r < 4 + firms else MEMBERSHIP + (r - 4 - firms) * BLOCK
        for i in range(m):
            whole[U32(w[ORDER + i])] = w[at + i]


@njit(nogil=True, cache=True, error_model="numpy")
def pass_week(
    reals, wholes, block_segment, block_first, block_size, first, last, segments, posted, terms, programme_of,
    rules, context, s, w, tally,
):  # fmt: skip
    """Blocks first to last (exclusive) live one week.

    reals: block x row x 1024 float32, wholes: block x row x 1024 int32, both changed in place; s, w: scratch of
    SCRATCH_REALS and SCRATCH_WHOLES entries, one pair a thread; tally: flat segment x firm x membership x
    TALLIES int64, added to.
    """
    firms, programmes = posted.price.size, terms.firm.size
    for b in range(first, last):
        seg, customer0, size = block_segment[b], block_first[b], block_size[b]
        block_reals, block_wholes = reals[b], wholes[b]
        expire_points(block_wholes, size, firms, terms, seg, context.week, tally)
        live(
            s, w, block_reals, block_wholes, customer0, size, seg, segments, posted, terms, programme_of, rules,
            context, tally,
        )  # fmt: skip
        m = need(s, w, block_reals, block_wholes, customer0, size, context)
        if m > 0:
            fetch(s, w, block_reals, block_wholes, m, firms, programmes, customer0)
            buyers = m
            k = 0
            while m > 0:
                lanes = min((m + LANES - 1) // LANES * LANES, BLOCK)
                draw(s, w, lanes, context.week, k, context.seed, context.replicate)
                see_prices(s, w, lanes, posted, terms, rules)
                weigh(s, w, lanes, posted, terms, rules, context.week)
                choose(s, w, m, lanes, firms, rules)
                experience_and_judge(s, w, lanes, posted, rules, context.week)
                price_the_basket(s, w, lanes, segments.visit_sigma[seg], posted)
                take_part(s, w, lanes, k, seg, firms, terms, rules, context, tally)
                pay(s, w, lanes, seg, firms, posted, programme_of, context, tally)
                k += 1
                while m > 0 and w[COUNT + m - 1] <= k:
                    m -= 1
            store(s, w, block_reals, block_wholes, buyers, firms, programmes)
        count_stocks(s, block_reals, block_wholes, customer0, size, seg, firms, programme_of, context, tally)


@njit(nogil=True, cache=True, error_model="numpy")
def populate(
    reals, wholes, block_segment, block_first, block_size, segments, posted, programmes, neutral, seed, replicate
):  # fmt: skip
    """The first population, before week 0."""
    for b in range(block_segment.size):
        for j in range(block_size[b]):
            bear(
                reals[b], wholes[b], j, U32(block_first[b] + j), U32(0), -1, block_segment[b], segments,
                posted.quality, neutral, programmes, seed, replicate,
            )  # fmt: skip
