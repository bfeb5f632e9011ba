"""Who knows whom: friendships are mutual, near and alike, and yet nobody is far from anybody."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from sim.population import network
from sim.population.network import Network, small_world

MARKETS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12).map(lambda half: 2 * half)), max_size=4)
SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))


def grown(sizes: Sequence[int] = (1200, 800), degrees: Sequence[int] = (10, 10), **other: Any) -> Network:
    facts: dict[str, Any] = {"rewiring": 0.1, "homophily": 0.7, "seed": 1998, "replicate": 0} | other
    return small_world(sizes=sizes, degrees=degrees, **facts)


def ends(net: Network) -> tuple[Any, Any]:
    """Both ends of each friendship, each friendship twice."""
    return np.repeat(np.arange(net.start.size - 1), net.degrees()), net.friends


def matrix(net: Network) -> Any:
    n = net.start.size - 1
    return csr_array((np.ones(net.friends.size), net.friends, net.start), shape=(n, n))


def clustering(net: Network) -> float:
    a, b = ends(net)
    return float(nx.average_clustering(nx.Graph(zip(a.tolist(), b.tolist(), strict=True))))


def mean_path(net: Network) -> float:
    """Mean number of steps from every fortieth customer to all others; infinite if one cannot be reached."""
    n = net.start.size - 1
    steps = shortest_path(matrix(net), unweighted=True, indices=np.arange(0, n, 40))
    return float(steps.sum() / (steps.shape[0] * (n - 1)))


def share_of_own_segment(net: Network, sizes: Sequence[int]) -> float:
    segment = np.repeat(np.arange(len(sizes)), sizes)
    a, b = ends(net)
    return float((segment[a] == segment[b]).mean())


def same(one: Network, other: Network) -> bool:
    return one.start.tobytes() == other.start.tobytes() and one.friends.tobytes() == other.friends.tobytes()


# --- what friendships are ---------------------------------------------------------------------------------


@given(MARKETS, SHARES, SHARES, st.integers(0, 2**32 - 1), st.integers(0, 99))
@settings(max_examples=200, deadline=None)
def test_friendship_is_mutual_never_with_oneself_never_double_and_no_link_is_lost(
    segments: list[tuple[int, int]], rewiring: float, homophily: float, seed: int, replicate: int
) -> None:
    sizes, degrees = [n for n, _ in segments], [d for _, d in segments]
    net = grown(sizes, degrees, rewiring=rewiring, homophily=homophily, seed=seed, replicate=replicate)
    a, b = (end.tolist() for end in ends(net))
    pairs = set(zip(a, b, strict=True))
    assert len(pairs) == len(a)
    assert pairs == {(y, x) for x, y in pairs}
    assert all(x != y for x, y in pairs)
    assert all(0 <= y < sum(sizes) for y in b)
    assert len(a) == sum(n * min(d, n - 1) for n, d in segments if n)


@given(MARKETS, SHARES)
@settings(max_examples=50, deadline=None)
def test_friends_are_listed_in_rising_order(segments: list[tuple[int, int]], rewiring: float) -> None:
    net = grown([n for n, _ in segments], [d for _, d in segments], rewiring=rewiring)
    for i in range(net.start.size - 1):
        assert (np.diff(net.friends[net.start[i] : net.start[i + 1]]) > 0).all()


def test_friends_lie_in_two_plain_arrays() -> None:
    net = grown()
    assert (net.start.dtype, net.friends.dtype) == (np.int64, np.int32)
    assert (net.start.shape, net.start[0], net.start[-1]) == ((2001,), 0, net.friends.size)
    assert net.nbytes == 8 * 2001 + 4 * 20_000
    assert net.bytes_per_customer == net.nbytes / 2000
    assert net.degrees().shape == (2000,)


# --- how many -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rewiring", [0.0, 0.1, 1.0])
def test_customers_have_the_number_of_friends_asked_for_on_average(rewiring: float) -> None:
    degrees = grown(rewiring=rewiring).degrees()
    assert degrees.mean() == 10
    assert (degrees.std() > 0) == (rewiring > 0)


def test_before_rewiring_everybody_knows_the_nearest_of_the_ring() -> None:
    net = grown([7, 5], [4, 2], rewiring=0.0)
    lists = [net.friends[net.start[i] : net.start[i + 1]].tolist() for i in range(12)]
    assert lists[0] == [1, 2, 5, 6]
    assert lists[3] == [1, 2, 4, 5]
    assert lists[7:] == [[8, 11], [7, 9], [8, 10], [9, 11], [7, 10]]


def test_friends_in_the_whole_market_pull_the_degrees_of_segments_together() -> None:
    sizes, degrees, rewiring, homophily = (30_000, 10_000), (20, 4), 0.5, 0.2
    net = grown(sizes, degrees, rewiring=rewiring, homophily=homophily).degrees()
    p, mean = rewiring * (1 - homophily), 16
    for found, d in ((net[:30_000], 20), (net[30_000:], 4)):
        assert found.mean() == pytest.approx(d - p * (d - mean) / 2, abs=0.1)


# --- a small world ------------------------------------------------------------------------------------------


def test_a_small_world_is_as_cliquish_as_a_ring_and_as_short_of_ways_as_chance() -> None:
    ring, world, chance = (grown((2000,), (10,), rewiring=p, homophily=1.0) for p in (0.0, 0.1, 1.0))
    # Watts & Strogatz: 3 (d - 2) / (4 (d - 1)) on the ring; of it (1 - p)^3 is left (Barrat & Weigt 2000).
    assert clustering(ring) == pytest.approx(2 / 3)
    assert clustering(world) == pytest.approx(2 / 3 * 0.9**3, abs=0.03)
    assert clustering(world) > 20 * clustering(chance)
    assert mean_path(ring) == pytest.approx(2000 / (2 * 10), rel=0.02)
    assert mean_path(chance) == pytest.approx(math.log(2000) / math.log(10), rel=0.15)
    assert mean_path(world) < 1.6 * mean_path(chance)


def test_segments_hang_together_by_the_friends_they_share() -> None:
    assert math.isfinite(mean_path(grown()))
    assert not math.isfinite(mean_path(grown(homophily=1.0)))


def test_most_friends_are_neighbours_in_number() -> None:
    a, b = ends(grown())
    assert (np.abs(a - b) <= 5).mean() > 0.85


def test_who_lets_go_of_the_ring_leaves_it_even_in_a_small_segment() -> None:
    a, b = ends(grown((40,), (10,), rewiring=1.0))
    apart = np.abs(a - b)
    assert (np.minimum(apart, 40 - apart) <= 5).mean() < 0.02


# --- homophily ----------------------------------------------------------------------------------------------


def test_the_more_homophily_the_more_friends_are_of_the_own_segment() -> None:
    sizes, rewiring = (12_000, 8_000), 0.8
    # A link into the whole market finds the own segment by chance, in proportion to the squares of the shares.
    by_chance = 0.6**2 + 0.4**2
    shares = []
    for homophily in (0.0, 0.3, 0.7, 1.0):
        net = grown(sizes, rewiring=rewiring, homophily=homophily)
        shares.append(share_of_own_segment(net, sizes))
        assert shares[-1] == pytest.approx(1 - rewiring * (1 - homophily) * (1 - by_chance), abs=0.01)
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0


# --- tiny segments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("homophily", [0.0, 1.0])
@pytest.mark.parametrize("rewiring", [0.0, 1.0])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 9, 10, 11])
def test_in_a_market_smaller_than_its_degree_everybody_knows_everybody(
    size: int, rewiring: float, homophily: float
) -> None:
    net = grown((size,), (10,), rewiring=rewiring, homophily=homophily)
    assert (matrix(net).toarray() == 1 - np.eye(size)).all()


def test_a_tiny_segment_makes_friends_in_the_rest_of_the_market() -> None:
    net = grown((3, 500), (10, 10), rewiring=1.0, homophily=0.0)
    assert share_of_own_segment(net, (3, 500)) < 1
    assert (ends(net)[1][: net.start[3]] >= 3).any()


@pytest.mark.parametrize("sizes", [(), (0,), (0, 0)])
def test_an_empty_market_has_no_friends(sizes: tuple[int, ...]) -> None:
    net = grown(sizes, (10,) * len(sizes))
    assert (net.start.tolist(), net.friends.size, net.bytes_per_customer) == ([0], 0, 0.0)


def test_customers_without_friends_are_allowed() -> None:
    assert grown((50, 50), (0, 4), homophily=1.0).degrees()[:50].sum() == 0


# --- the same bits ------------------------------------------------------------------------------------------


def test_the_same_names_give_the_same_friends_and_each_name_counts() -> None:
    assert same(grown(), grown())
    changes: list[dict[str, Any]] = [
        {"seed": 1999}, {"replicate": 1}, {"rewiring": 0.11}, {"homophily": 0.6},
        {"sizes": (1201, 799)}, {"degrees": (10, 8)},
    ]  # fmt: skip
    for changed in changes:
        assert not same(grown(), grown(**changed)), changed


@pytest.mark.parametrize("other", [{"seed": 1999}, {"replicate": 1}])
def test_two_worlds_have_rewired_friends_in_common_only_by_chance(other: dict[str, Any]) -> None:
    common = matrix(grown(rewiring=1.0)).multiply(matrix(grown(rewiring=1.0, **other)))
    assert common.sum() < 0.02 * 20_000


def in_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_reach_out", "_count", "_enter"):
        monkeypatch.setattr(network, name, getattr(network, name).py_func)


def test_plain_python_gives_the_same_friends(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[dict[str, Any]] = [
        {"rewiring": 0.3}, {"rewiring": 1.0, "homophily": 0.0, "degrees": (30, 4, 10)}
    ]  # fmt: skip
    compiled = [grown((40, 31, 6), **({"degrees": (6, 4, 10)} | how)) for how in tried]
    in_plain_python(monkeypatch)
    plain = [grown((40, 31, 6), **({"degrees": (6, 4, 10)} | how)) for how in tried]
    assert all(map(same, compiled, plain))


# --- work ---------------------------------------------------------------------------------------------------


def test_work_grows_as_the_number_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in draws: one a link, and hardly ever a second try."""
    drawn = [0]
    philox = network.philox

    def counted(*name: Any) -> Any:
        drawn[0] += 1
        return philox(*name)

    in_plain_python(monkeypatch)
    monkeypatch.setattr(network, "philox", counted)
    for customers in (200, 400, 800):
        drawn[0] = 0
        links = grown((customers,), (6,), rewiring=0.5).friends.size // 2
        assert links == 3 * customers
        assert links <= drawn[0] <= 1.05 * links


@pytest.mark.parametrize("customers", [1_000, 10_000, 100_000])
def test_memory_grows_as_the_number_of_links(customers: int) -> None:
    grown()
    tracemalloc.start()
    net = grown((customers,), (10,))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert net.friends.size == 10 * customers
    assert net.bytes_per_customer == pytest.approx(48, abs=0.01)
    assert peak < 1.5 * net.nbytes + 20_000


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sizes": (10,), "degrees": (2, 2)}, "1 sizes of segments but 2 degrees"),
        ({"sizes": (10, -1)}, "not be negative"),
        ({"sizes": (2**30, 2**30)}, "more than 2,147,483,647"),
        ({"degrees": (10, 5)}, r"even and not negative, not \[10, 5\]"),
        ({"degrees": (10, -2)}, "even and not negative"),
        ({"rewiring": 1.1}, "rewiring must be a probability"),
        ({"rewiring": math.nan}, "rewiring must be a probability"),
        ({"homophily": -0.1}, "homophily must be a probability"),
    ],
)
def test_what_makes_no_network_is_refused_by_name(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        grown(**wrong)
