"""The customers of one market: their columns, and what can be done to all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.arithmetic import F32, I32, KERNEL
from sim.draws import U32
from sim.measures.tally import TALLIES, Tally
from sim.population.account import card, filling_lot, forfeit, on_account
from sim.population.columns import (
    ALIVE,
    BLOCK,
    COHORT,
    COHORT_BASE,
    CUSTOMER_WHOLES,
    LOT,
    PROGRAMME_WHOLES,
    Layout,
    Row,
    bytes_per_customer,
    find,
    real_rows,
    row_of,
    whole_rows,
)
from sim.population.membership import feel_change
from sim.population.network import Network
from sim.population.partake import settle
from sim.population.scratch import SCRATCH_REALS, SCRATCH_WHOLES
from sim.population.standing import ROLLING
from sim.population.told import Circle, Context, Posted, Rule, Terms, Told
from sim.population.trade import TRADE
from sim.population.traits import Segments
from sim.population.week import pass_week, populate
from sim.rules import BehaviourNumbers
from sim.rules.lapse import is_active
from sim.rules.points import LOTS


@njit(nogil=True, cache=True, error_model="numpy")
def _mark(wholes, sizes, firms, week, lapse_weeks, shift, out):
    for b in range(sizes.size):
        for j in range(sizes[b]):
            bits = wholes[b, COHORT, j] & ~(I32(0xFFFF) << shift)
            for f in range(firms):
                last = wholes[b, CUSTOMER_WHOLES + f, j]
                if is_active(week, last, lapse_weeks) and wholes[b, ALIVE, j] == 1:
                    bits |= I32(1) << (shift + f)
                    out[f] += 1
            wholes[b, COHORT, j] = bits


@njit(nogil=True, cache=True, error_model="numpy")
def _kept(wholes, sizes, firms, week, lapse_weeks, out):
    for b in range(sizes.size):
        for j in range(sizes[b]):
            for f in range(firms):
                marked = (wholes[b, COHORT, j] >> f) & 1
                last = wholes[b, CUSTOMER_WHOLES + f, j]
                if marked and is_active(week, last, lapse_weeks) and wholes[b, ALIVE, j] == 1:
                    out[f] += 1


@njit(nogil=True, cache=True, **KERNEL)
def _close(wholes, sizes, segments, firms, p, terms, points, stamps, pays, tally):
    for b in range(sizes.size):
        t = ((segments[b] * firms + terms.firm[p]) * 2 + 1) * TALLIES
        for j in range(sizes[b]):
            if wholes[b, card(firms, p), j] >= 0:
                if pays:
                    settle(wholes[b], firms, j, terms, p, t, points, stamps, tally)
                forfeit(wholes[b], firms, j, terms, p, t, points, stamps, tally)


@njit(nogil=True, cache=True, **KERNEL)
def _resent(reals, wholes, sizes, firms, p, terms, rules, context):
    for b in range(sizes.size):
        for j in range(sizes[b]):
            if wholes[b, card(firms, p), j] >= 0:
                feel_change(reals[b], wholes[b], firms, j, p, terms.firm[p], terms, rules, context)


@njit(nogil=True, cache=True, **KERNEL)
def _regrade(wholes, sizes, segments, firms, p, terms, ratio, tally):
    first, vouchers, pending = card(firms, p) + LOT, terms.row[p, Row.VOUCHERS], terms.row[p, Row.PENDING]
    for b in range(sizes.size):
        t = ((segments[b] * firms + terms.firm[p]) * 2 + 1) * TALLIES
        for j in range(sizes[b]):
            before = np.int64(on_account(wholes[b], firms, j, terms, p))
            if before > 0:
                for r in range(LOTS):
                    wholes[b, first + r, j] = I32(np.floor(wholes[b, first + r, j] * ratio + 0.5))
                    if vouchers >= 0:
                        wholes[b, vouchers + r, j] = I32(np.floor(wholes[b, vouchers + r, j] * ratio + 0.5))
                if pending >= 0:
                    for r in range(max(terms.rule[p, Rule.PENDING_WEEKS], 1)):
                        wholes[b, pending + r, j] = I32(np.floor(wholes[b, pending + r, j] * ratio + 0.5))
                more = np.int64(on_account(wholes[b], firms, j, terms, p)) - before
                if more >= 0:
                    tally[t + Tally.POINTS_EARNED] += more
                else:
                    tally[t + Tally.POINTS_FORFEITED] -= more


def _regraded(tiers: NDArray[np.int32], levels: Sequence[int], until: int | None) -> NDArray[np.int32]:
    """Status under other levels; until: when its validity ends, where that is set anew."""
    table = np.zeros(8, np.int64)
    table[1 : len(levels) + 1] = levels
    # A level that is no longer there falls to the nearest one below it that is.
    for i in range(1, len(levels) + 1):
        table[i] = table[i] or table[i - 1]
    packed = tiers.astype(np.int64)
    level = table[packed & 7]
    valid = packed >> 7 if until is None else np.minimum(packed >> 7, until)
    return np.where(level > 0, level + (packed & 64) + 128 * valid, 0).astype(np.int32)


class Population:
    """Customers in blocks of 1024, each block of one segment.

    Customer i (0-based) of the market is slot i - block_first[b] of its block b. State: `reals`
    (block x row x 1024, float32) and `wholes` (block x row x 1024, int32); `columns.py` says which row is what.
    """

    def __init__(
        self,
        *,
        segments: Segments,
        sizes: Sequence[int],
        posted: Posted,
        layout: Layout,
        rules: BehaviourNumbers,
        seed: int,
        replicate: int,
        network: Network | None = None,
        prospects: float = 0.0,
        accounts: bool = False,
    ) -> None:
        self.segments = segments
        self.sizes = tuple(sizes)
        self.firms = len(posted.price)
        self.layout = tuple(layout)
        self.programmes = programmes = len(self.layout)
        self.seed, self.replicate = U32(seed), U32(replicate)
        blocks = [(s, first) for s, n in enumerate(sizes) for first in range(0, n, BLOCK)]
        starts = np.cumsum([0, *sizes])
        self.block_segment = np.array([s for s, _ in blocks], np.int32)
        self.block_first = np.array([starts[s] + first for s, first in blocks], np.int64)
        self.block_size = np.array([min(BLOCK, sizes[s] - first) for s, first in blocks], np.int64)
        self.accounts = accounts
        rows = real_rows(self.firms, network is not None, accounts)
        self.reals = np.zeros((len(blocks), rows, BLOCK), np.float32)
        self.wholes = np.zeros((len(blocks), whole_rows(self.firms, self.layout, accounts), BLOCK), np.int32)
        self._scratch: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []
        populate(
            self.reals, self.wholes, self.block_segment, self.block_first, self.block_size, segments, posted,
            programmes, rules, F32(prospects), self.seed, self.replicate,
        )  # fmt: skip
        self.network = network
        voices = len(self) if network is not None else 0
        self._said, self._says = np.zeros(voices, np.uint8), np.zeros(voices, np.uint8)

    def __len__(self) -> int:
        return sum(self.sizes)

    @property
    def bytes_per_customer(self) -> float:
        """Bytes of state per customer, in a full block, the network included; `nbytes` has the padding too."""
        columns = bytes_per_customer(self.firms, self.layout, self.network is not None, self.accounts)
        return columns if self.network is None else columns + self.network.bytes_per_customer + 2

    @property
    def nbytes(self) -> int:
        """Bytes of all state, the unused slots of the last blocks and the scratch included."""
        scratch = sum(a.nbytes + b.nbytes for a, b in self._scratch)
        friends = 0 if self.network is None else self.network.nbytes + 2 * self._said.nbytes
        return self.reals.nbytes + self.wholes.nbytes + scratch + friends

    @property
    def worth_row(self) -> int:
        """Row of `worth` for the first firm; -1 where nobody keeps accounts of customers."""
        return self.reals.shape[1] - self.firms if self.accounts else -1

    @property
    def served_row(self) -> int:
        """Row of `served`; -1 where nobody keeps accounts of customers."""
        return self.wholes.shape[1] - 1 if self.accounts else -1

    @property
    def circle(self) -> Circle:
        """Who knows whom, what they said last week, and room for what they say this week."""
        if self.network is None:
            return Circle(np.zeros(0, np.int64), np.zeros(0, np.int32), self._said, self._says)
        return Circle(self.network.start, self.network.friends, self._said, self._says)

    def live_week(
        self,
        *,
        told: Told,
        rules: BehaviourNumbers,
        threads: int = 1,
        chunk: int | None = None,
    ) -> NDArray[np.int64]:
        """Everybody lives one week. Returns the tally: segment x firm x membership x TALLIES.

        The bits of the result do not depend on threads or chunk (blocks a thread takes at a time). What was sold at
        dealers is left in `trade`: dealer x firm x purchases, cents paid, cents without the dealers' cuts.
        """
        blocks = len(self.block_size)
        if chunk is None:
            chunk = max(1, -(-blocks // threads))
        while len(self._scratch) < threads:
            self._scratch.append((np.zeros(SCRATCH_REALS, F32), np.zeros(SCRATCH_WHOLES, I32)))
        ranges = [(a, min(a + chunk, blocks)) for a in range(0, blocks, chunk)]
        counts = len(self.sizes) * self.firms * 2 * TALLIES
        dealers = len(told.outlets.carries)
        size = counts + dealers * self.firms * TRADE

        def work(mine: list[tuple[int, int]], scratch: tuple[Any, Any]) -> NDArray[np.int64]:
            tally = np.zeros(size, np.int64)
            for first, last in mine:
                pass_week(
                    self.reals, self.wholes, self.block_segment, self.block_first, self.block_size, first, last,
                    self.segments, told, rules, *scratch, tally,
                )  # fmt: skip
            return tally

        if threads == 1 or len(ranges) == 1:
            total = work(ranges, self._scratch[0])
        else:
            with ThreadPoolExecutor(threads) as pool:
                total = sum(
                    pool.map(work, [ranges[t::threads] for t in range(threads)], self._scratch[:threads]),
                    np.zeros(size, np.int64),
                )
        self.pass_on()
        self.trade = total[counts:].reshape(dealers, self.firms, TRADE)
        return total[:counts].reshape(len(self.sizes), self.firms, 2, TALLIES)

    def pass_on(self) -> None:
        """What was said this week is heard in the next."""
        self._said, self._says = self._says, self._said

    def mark_cohort(self, week: int, lapse_weeks: int, *, base: bool = False) -> NDArray[np.int64]:
        """Remember who is active at each firm now: at the start of a year, or (base) of the measured time.

        Returns how many, by firm.
        """
        out = np.zeros(self.firms, np.int64)
        _mark(self.wholes, self.block_size, self.firms, week, lapse_weeks, COHORT_BASE if base else 0, out)
        return out

    def kept(self, week: int, lapse_weeks: int) -> NDArray[np.int64]:
        """How many of those in the year's cohort are active now, by firm; who left the category is not."""
        out = np.zeros(self.firms, np.int64)
        _kept(self.wholes, self.block_size, self.firms, week, lapse_weeks, out)
        return out

    def close_programme(
        self, programme: int, terms: Terms, *, points: bool = True, stamps: bool = True, pays: bool = False
    ) -> NDArray[np.int64]:
        """End all memberships of a programme (or only its points, or only its stamps), under these terms.

        pays: points are paid out in cash at face value and full cards are honoured; else all is forfeited.
        Returns the tally of it.
        """
        tally = np.zeros(len(self.sizes) * self.firms * 2 * TALLIES, np.int64)
        _close(
            self.wholes, self.block_size, self.block_segment, self.firms, programme, terms, points, stamps, pays,
            tally,
        )  # fmt: skip
        return tally.reshape(len(self.sizes), self.firms, 2, TALLIES)

    def resent(self, programme: int, terms: Terms, rules: BehaviourNumbers, context: Context) -> None:
        """Members feel what the end of a programme takes from them: `LOSS_PER_POINT` and `LOSS_PER_CURRENCY`."""
        _resent(self.reals, self.wholes, self.block_size, self.firms, programme, terms, rules, context)

    def regrade(self, programme: int, terms: Terms, ratio: float) -> NDArray[np.int64]:
        """Every lot of points becomes so many times as many, to the nearest point. Returns the tally of it."""
        tally = np.zeros(len(self.sizes) * self.firms * 2 * TALLIES, np.int64)
        _regrade(
            self.wholes,
            self.block_size,
            self.block_segment,
            self.firms,
            programme,
            terms,
            float(ratio),
            tally,
        )
        return tally.reshape(len(self.sizes), self.firms, 2, TALLIES)

    def adapt(
        self, programme: int, old: Terms, new: Terms, week: int, levels: Sequence[int], *, review: bool
    ) -> None:
        """Accounts under changed terms: what an element on_account that is no longer there goes where it belongs.

        Pending points and vouchers become plain points where they were in the way; under a new rule of expiry all
        points start anew. levels: new number of each old level, 0 for one that is no longer there; review: status
        is reviewed at once.
        """
        p, first = programme, CUSTOMER_WHOLES + self.firms + PROGRAMME_WHOLES * programme + LOT
        # Last week's lot: one that begins to fill this week is emptied first.
        filling = int(filling_lot(new, p, week - 1))
        for row, length in (
            (Row.VOUCHERS, LOTS),
            (Row.PENDING, max(int(old.rule[p, Rule.PENDING_WEEKS]), 1)),
        ):
            same = row == Row.VOUCHERS or old.rule[p, Rule.PENDING_WEEKS] == new.rule[p, Rule.PENDING_WEEKS]
            at = int(old.row[p, row])
            if at >= 0 and (new.row[p, row] < 0 or not same):
                self.wholes[:, first + filling] += self.wholes[:, at : at + length].sum(
                    axis=1, dtype=np.int32
                )
                self.wholes[:, at : at + length] = 0
        ring = (Rule.LOT_WEEKS, Rule.LOT_COUNT, Rule.LOT_START)
        if any(old.rule[p, r] != new.rule[p, r] for r in ring):
            self._gather(first, filling)
        if (
            old.rule[p, Rule.VOUCHER_WEEKS] != new.rule[p, Rule.VOUCHER_WEEKS]
            and new.row[p, Row.VOUCHERS] >= 0
        ):
            life = int(new.rule[p, Rule.VOUCHER_WEEKS])
            self._gather(int(new.row[p, Row.VOUCHERS]), (week - 1) // life % LOTS if life else 0)
        for row in (Row.TIER, Row.SPEND, Row.VISITS, Row.QUALIFYING, Row.CLUB, Row.RECEIVED, Row.CHALLENGE,
                    Row.STREAK):  # fmt: skip
            if old.row[p, row] >= 0 and new.row[p, row] < 0:
                rows = 4 if row in (Row.SPEND, Row.VISITS, Row.QUALIFYING) else 1
                rows = rows if old.rule[p, Rule.WINDOW] == ROLLING else 1
                self.wholes[:, old.row[p, row] : old.row[p, row] + rows] = 0
        at = int(new.row[p, Row.TIER])
        if at >= 0 and old.row[p, Row.TIER] >= 0:
            self.wholes[:, at] = _regraded(self.wholes[:, at], levels, week if review else None)

    def _gather(self, first: int, lot: int) -> None:
        lots = self.wholes[:, first : first + LOTS]
        total = lots.sum(axis=1, dtype=np.int32)
        lots[:] = 0
        lots[:, lot] = total

    # --- columns ------------------------------------------------------------------------------------------

    def _rows(self, name: str, which: int, part: int) -> tuple[NDArray[Any], int]:
        heard = 0 if self.network is None else self.firms
        limits = {"customer": 1, "firm": self.firms, "programme": self.programmes, "network": heard,
                  "element": self.programmes, "account": self.firms if self.accounts else 0}  # fmt: skip
        scope, limit = find(name).scope, limits
        kept = "programme" if scope == "element" else scope
        if not 0 <= which < limit[scope]:
            raise IndexError(
                f"column {name!r} is kept for {limit[scope]} {kept}(s); there is no number {which}"
            )
        if scope == "account":
            real = name == "worth"
            return (self.reals, self.worth_row + which) if real else (self.wholes, self.served_row)
        dtype, row = row_of(name, which, self.firms, part, self.layout)
        return (self.reals if dtype == "float32" else self.wholes), row

    def has_column(self, name: str, programme: int) -> bool:
        """Whether a programme keeps a column that only some elements need."""
        return bool(self.layout[programme].get(Row[name.upper()]))

    def column(self, name: str, which: int = 0, part: int = 0) -> NDArray[Any]:
        """A copy of a column for all customers, in their order; `which` is the firm or programme number."""
        array, row = self._rows(name, which, part)
        return np.concatenate([array[b, row, :n] for b, n in enumerate(self.block_size)])

    def set_column(self, name: str, values: Any, which: int = 0, part: int = 0) -> None:
        """Overwrite a column; values broadcast to all customers. Raises ValueError on NaN."""
        array, row = self._rows(name, which, part)
        new = np.broadcast_to(np.asarray(values, array.dtype), len(self))
        if array.dtype == np.float32 and not np.isfinite(new).all():
            raise ValueError(f"column {name!r} takes finite numbers only")
        for b, (first, n) in enumerate(zip(self.block_first, self.block_size, strict=True)):
            array[b, row, :n] = new[first : first + n]

    def place_of(self, customer: int) -> tuple[int, int]:
        """Block and slot of a customer, counted from 0. IndexError if there is none."""
        if not 0 <= customer < len(self):
            raise IndexError(f"there is no customer {customer}; numbers run from 0 to {len(self) - 1}")
        b = int(np.searchsorted(self.block_first, customer, side="right")) - 1
        return b, customer - int(self.block_first[b])

    def get(self, customer: int, name: str, which: int = 0, part: int = 0) -> float | int:
        """One entry, as a Python number; customer counts from 0."""
        array, row = self._rows(name, which, part)
        b, j = self.place_of(customer)
        value: float | int = array[b, row, j].item()
        return value

    def put(self, customer: int, name: str, value: float, which: int = 0, part: int = 0) -> None:
        """Overwrite one entry; customer counts from 0."""
        array, row = self._rows(name, which, part)
        b, j = self.place_of(customer)
        array[b, row, j] = value

    def segment_of(self, customers: NDArray[np.int64] | int) -> Any:
        """Segment number of customers, counted from 0."""
        return np.searchsorted(np.cumsum(self.sizes), customers, side="right")

    def digest(self) -> str:
        """SHA-256 of all state: equal digests, equal bits."""
        import hashlib

        h = hashlib.sha256()
        for b, n in enumerate(self.block_size):
            h.update(np.ascontiguousarray(self.reals[b, :, :n]).tobytes())
            h.update(np.ascontiguousarray(self.wholes[b, :, :n]).tobytes())
        h.update(self._said.tobytes())
        return h.hexdigest()
