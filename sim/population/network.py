"""Who knows whom: a small world with homophily in segment.

Each segment is a ring on which customer i is linked to the next degree/2 customers. Each such link, with
probability `rewiring`, lets go of its far end and takes hold of a random customer: of the same segment with
probability `homophily`, else of the whole market. A customer is never linked with himself, nor with anybody
twice: nobody is taken who is less than half a degree away on the same ring, or linked already; after eight tries
in vain the link stays on the ring. So no link is ever lost: a segment of more customers than its degree gives
size x degree / 2 links, a smaller one is a complete graph before rewiring, size x (size - 1) / 2 links.

Links received from the market pull the degrees of segments together. With p = rewiring x (1 - homophily),
the customers of a segment whose degree is d have on average d - p (d - D) / 2 friends, D the mean of the market.

Most friends lie close in number, so what is read of them lies close in memory.

Source: Watts & Strogatz 1998, "Collective dynamics of 'small-world' networks", Nature 393:440 (ring and
rewiring); McPherson, Smith-Lovin & Cook 2001, "Birds of a feather: homophily in social networks", Annual Review
of Sociology 27:415 (homophily); Brown & Reingen 1987, "Social ties and word-of-mouth referral behavior", Journal
of Consumer Research 14:350 (both, for word of mouth).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.arithmetic import F32, routine, scalar
from sim.draws import U32, U64, Stream, philox, unit

_TRIES = 8
_NOBODY = np.int32(-1)
_STREAM = U32(Stream.NETWORK)
_ONCE = U32(0)
_WORD_BITS = U64(32)
_MOST_CUSTOMERS = 2**31 - 1


class _Rings(NamedTuple):
    """The rings, one a segment; int64 arrays over segments."""

    first: NDArray[np.int64]
    """number of the first customer"""
    size: NDArray[np.int64]
    """customers"""
    reach: NDArray[np.int64]
    """links each customer reaches out with"""
    link: NDArray[np.int64]
    """number of the first link"""


@dataclass(frozen=True, eq=False)
class Network:
    """Friendships: those of customer i (0-based) are friends[start[i] : start[i + 1]], in rising order.

    start: int64, customers + 1. friends: int32, customer numbers, each friendship twice: b is a friend of a where a
    is one of b. Nobody is his own friend, or anybody's twice.
    """

    start: NDArray[np.int64]
    friends: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """Bytes of both arrays."""
        return self.start.nbytes + self.friends.nbytes

    @property
    def bytes_per_customer(self) -> float:
        """Bytes per customer: 8, and 4 a friend; 0 in an empty market."""
        customers = self.start.size - 1
        return self.nbytes / customers if customers else 0.0

    def degrees(self) -> NDArray[np.int64]:
        """Number of friends of each customer: int64, shape (customers,)."""
        return np.diff(self.start)


@scalar
def _below(word: Any, count: Any) -> Any:
    """A whole number from 0 to count - 1, from a random word; count below 2^31."""
    return np.int64((U64(word) * U64(count)) >> _WORD_BITS)


@routine
def _reaches(rings: Any, far: Any, a: Any, b: Any) -> Any:
    """Whether one of a's own links ends at b."""
    s = 0
    while a >= rings.first[s] + rings.size[s]:
        s += 1
    begin = rings.link[s] + (a - rings.first[s]) * rings.reach[s]
    found = False
    for link in range(begin, begin + rings.reach[s]):
        found = found or far[link] == b
    return found


@routine
def _is_stranger(rings: Any, far: Any, s: Any, i: Any, j: Any, mine: Any, link: Any) -> Any:
    """Whether j may become the far end of this link of i, of segment s, whose links so far begin at `mine`."""
    size = rings.size[s]
    if rings.first[s] <= j < rings.first[s] + size:
        apart = abs(i - j)
        if min(apart, size - apart) <= rings.reach[s]:
            return False
    for earlier in range(mine, link):
        if far[earlier] == j:
            return False
    # Whoever comes later has not reached out yet, and will look here before taking i.
    return j > i or not _reaches(rings, far, j, i)


@njit(nogil=True, cache=True, error_model="numpy")
def _reach_out(
    rings: Any, customers: Any, rewiring: Any, homophily: Any, seed: Any, replicate: Any, far: Any
) -> None:
    link = 0
    for s in range(rings.size.size):
        first, size = rings.first[s], rings.size[s]
        for place in range(size):
            i = first + place
            mine = link
            for step in range(1, rings.reach[s] + 1):
                if 2 * step == size and place >= step:
                    # Right across the ring: the link of the customer opposite is the same one.
                    far[link] = _NOBODY
                    link += 1
                    continue
                far[link] = first + (place + step) % size
                name = U32(step * _TRIES)
                lets_go, stays, word, _ = philox(U32(i), _ONCE, _STREAM, name, seed, replicate)
                if unit(lets_go) < rewiring:
                    within = unit(stays) < homophily
                    for attempt in range(_TRIES):
                        if attempt > 0:
                            name = U32(step * _TRIES + attempt)
                            _, _, word, _ = philox(U32(i), _ONCE, _STREAM, name, seed, replicate)
                        j = first + _below(word, size) if within else _below(word, customers)
                        if _is_stranger(rings, far, s, i, j, mine, link):
                            far[link] = j
                            break
                link += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _count(rings: Any, far: Any, start: Any) -> None:
    """Make start[i] the end of i's list of friends; the last entry is the end of all."""
    link = 0
    for s in range(rings.size.size):
        for i in range(rings.first[s], rings.first[s] + rings.size[s]):
            for _ in range(rings.reach[s]):
                if far[link] != _NOBODY:
                    start[i] += 1
                    start[far[link]] += 1
                link += 1
    for i in range(1, start.size):
        start[i] += start[i - 1]


@njit(nogil=True, cache=True, error_model="numpy")
def _enter(rings: Any, far: Any, start: Any, friends: Any) -> None:
    """Write both ends of each link; start[i] comes down from the end of i's list to its beginning."""
    link = far.size
    for s in range(rings.size.size - 1, -1, -1):
        for i in range(rings.first[s] + rings.size[s] - 1, rings.first[s] - 1, -1):
            for _ in range(rings.reach[s]):
                link -= 1
                j = far[link]
                if j != _NOBODY:
                    start[i] -= 1
                    friends[start[i]] = j
                    start[j] -= 1
                    friends[start[j]] = i
    # The lists are short and nearly in order, which is what insertion sort is good at.
    for i in range(start.size - 1):
        for at in range(start[i] + 1, start[i + 1]):
            friend = friends[at]
            to = at
            while to > start[i] and friends[to - 1] > friend:
                friends[to] = friends[to - 1]
                to -= 1
            friends[to] = friend


def _rings(sizes: Sequence[int], degrees: Sequence[int]) -> _Rings:
    if len(sizes) != len(degrees):
        raise ValueError(f"{len(sizes)} sizes of segments but {len(degrees)} degrees")
    if any(n < 0 for n in sizes) or sum(sizes) > _MOST_CUSTOMERS:
        raise ValueError(f"sizes must not be negative, nor add up to more than {_MOST_CUSTOMERS:,}")
    if any(d < 0 or d % 2 for d in degrees):
        raise ValueError(f"degrees must be even and not negative, not {list(degrees)}")
    size = np.array(sizes, np.int64)
    reach = np.minimum(np.array(degrees, np.int64) // 2, size // 2)
    first, link = np.cumsum(size) - size, np.cumsum(size * reach) - size * reach
    return _Rings(first, size, reach, link)


def small_world(
    *,
    sizes: Sequence[int],
    degrees: Sequence[int],
    rewiring: float,
    homophily: float,
    seed: int,
    replicate: int,
) -> Network:
    """The friendships of a market; a pure function of its arguments.

    sizes: customers of each segment, who are numbered one segment after another. degrees: mean number of friends
    wanted in each segment, even; a segment not larger than that is a complete graph before rewiring. rewiring,
    homophily: probabilities, see the top of this file. Time and memory grow as the number of links.

    Draws: customer i, week 0, k = 8 x step + attempt for the link to the customer `step` further on the ring; of
    its words the first (rewired?) and the second (same segment?) count at attempt 0, the third (with whom?) at all.

    Raises ValueError when sizes and degrees do not match, a degree is odd, a number is negative, there are more
    than 2^31 - 1 customers, or a probability does not lie in 0 to 1.
    """
    for name, share in (("rewiring", rewiring), ("homophily", homophily)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} must be a probability from 0 to 1, not {share!r}")
    rings = _rings(sizes, degrees)
    customers = sum(sizes)
    far = np.empty(int((rings.size * rings.reach).sum()), np.int32)
    _reach_out(rings, customers, F32(rewiring), F32(homophily), U32(seed), U32(replicate), far)
    start = np.zeros(customers + 1, np.int64)
    _count(rings, far, start)
    friends = np.empty(int(start[-1]), np.int32)
    _enter(rings, far, start, friends)
    return Network(start, friends)
