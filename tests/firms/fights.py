"""Price policies of any shape, made by Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

FLOORS = st.sampled_from([0.5, 0.7, 0.9, 1.0])
SHARES = st.sampled_from([0.1, 0.5, 0.9, 1.0])
LAGS = st.integers(1, 4)


def rivals_of(name: str, names: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([one for one in names if one != name])


@st.composite
def cutting(draw: st.DrawFn, name: str, names: list[str]) -> dict[str, Any]:
    """A policy that lowers prices, or follows, and has a floor."""
    rival, common = draw(rivals_of(name, names)), {"floor": draw(FLOORS)}
    return draw(
        st.sampled_from(
            [
                {"kind": "follow", "rival": rival, "lag": draw(LAGS), "share": draw(SHARES), **common},
                {"kind": "undercut", "rival": draw(st.sampled_from([None, rival])), "by": 0.07, **common},
                {
                    "kind": "retaliate",
                    "threshold": draw(st.sampled_from([0.0, 0.05])),
                    "lag": draw(LAGS),
                    "share": draw(SHARES),
                    "forgive": draw(st.integers(0, 5)),
                    **common,
                },
                {
                    "kind": "price_war",
                    "trigger": {"rival_below": draw(st.sampled_from([0.8, 0.97]))},
                    "depth": draw(st.sampled_from([0.1, 0.4])),
                    "step": draw(st.sampled_from([0.02, 0.4])),
                    "undercut": draw(st.booleans()),
                    "stamina": draw(st.integers(1, 30)),
                    "truce": draw(st.integers(1, 6)),
                    "rest": draw(st.integers(0, 20)),
                    **common,
                },
            ]
        )
    )
