"""A finite mixture of segments, fitted by the EM algorithm; a panel's members without purchase count too.

Source: Dempster, Laird & Rubin 1977, JRSS B 39:1 (EM; its steps may stop short of the maximum); Kamakura &
Russell 1989, J. Marketing Research 26:379 (segments of buyers); Biernacki, Celeux & Govaert 2000, IEEE Trans.
PAMI 22:719 (ICL); Louis 1982, JRSS B 44:226 and McLachlan & Peel 2000, Finite Mixture Models, section 2.15
(standard errors from the scores of single customers).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, xlogy

from sim.calibration.component import Component, Evidence, refit, silent_term, terms

Array = NDArray[np.float64]

MOST_ROUNDS = 100
SHORT_ROUNDS = 5
"""Rounds after which the least promising starts are given up."""
STILL = 3e-2
"""Gain of log-likelihood in a round below which the search ends."""
_STEP = 1e-3
_FLAT = 0.05
_VAGUE = 3.0
"""Standard error of a logarithm above which a parameter is said not to be told."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Segments with their shares of all customers, and how likely each customer is of each."""

    components: tuple[Component, ...]
    shares: Array
    belongs: Array
    """customers x segments: probability of belonging, given all that is seen of her"""
    log_likelihood: float
    unseen: Array
    """a panel's members without purchase, expected in each segment"""

    @property
    def parameters(self) -> int:
        """Free parameters; drift is one of the whole log and not counted."""
        return sum(len(_free(c)) for c in self.components) + len(self.components) - 1

    @property
    def entropy(self) -> float:
        """How vague it is who belongs where, in units of log-likelihood; 0: nobody is in doubt."""
        return float(-xlogy(self.belongs, self.belongs).sum())

    @property
    def bic(self) -> float:
        """Bayes' criterion; lower is better."""
        return self.parameters * float(np.log(len(self.belongs))) - 2 * self.log_likelihood

    @property
    def icl(self) -> float:
        """Integrated completed likelihood: BIC, and twice the entropy on top; lower is better."""
        return self.bic + 2 * self.entropy

    @property
    def fewest(self) -> float:
        """Customers in the smallest segment."""
        return float(self.belongs.sum(axis=0).min())


def one(e: Evidence, c: Component) -> Mixture:
    """All customers as one segment, fitted from `c`."""
    return _search(e, [c], np.ones((len(e.visits), 1)), MOST_ROUNDS, c)


def mixture(e: Evidence, whole: Component, starts: Sequence[Array]) -> Mixture:
    """The best mixture from several divisions (customers x segments, weights) of the customers."""
    tried = [_search(e, [whole] * start.shape[1], start, SHORT_ROUNDS, whole) for start in starts]
    best = max(tried, key=lambda m: m.log_likelihood)
    return _rounds(e, best, MOST_ROUNDS, whole)


def known(e: Evidence, whole: Component, groups: Array) -> Mixture:
    """Segments whose customers are known (groups: customers x segments, 0 or 1), each fitted by itself.

    What is said of a panel's members without purchase is said group by group.
    """
    components, unseen, total = [], [], 0.0
    panel = e.histories.panel
    apart = None if panel is None else replace(panel, never=None)
    for g in range(groups.shape[1]):
        weight = groups[:, g]
        size = float(weight.sum())
        hidden = _hidden(apart.log_likelihood, size) if apart is not None else None
        c, value = whole, -np.inf
        for _ in range(MOST_ROUNDS):
            c, before = refit(e, weight, c, whole, hidden), value
            value = float(weight @ terms(e, c))
            if hidden is not None:
                value += hidden(silent_term(e, c.timing))
            if value - before < STILL:
                break
        components.append(c)
        total += value
        unseen.append(0.0 if apart is None else apart.unseen(silent_term(e, c.timing), size))
    number = np.array(unseen)
    if panel is not None and panel.never is not None and number.sum() > 0:
        number *= panel.never / number.sum()
    size_of = groups.sum(axis=0) + number
    return Mixture(tuple(components), size_of / size_of.sum(), groups.astype(float), total, number)


def _hidden(of_size: Callable[[float, float], float], size: float) -> Callable[[float], float]:
    return lambda silent: of_size(silent, size)


def _search(
    e: Evidence, components: Sequence[Component], belongs: Array, rounds: int, whole: Component
) -> Mixture:
    """EM from a division of the customers."""
    m = Mixture(tuple(components), belongs.mean(axis=0), belongs, -np.inf, np.zeros(len(components)))
    return _rounds(e, replace(m, components=_maximised(e, m, whole)), rounds, whole)


def _rounds(e: Evidence, m: Mixture, rounds: int, whole: Component) -> Mixture:
    m = expected(e, m)
    for _ in range(rounds):
        following = expected(e, replace(m, components=_maximised(e, m, whole)))
        gain = following.log_likelihood - m.log_likelihood
        if gain > 0:
            m = following
        if gain < STILL:
            break
    return m


def _maximised(e: Evidence, m: Mixture, whole: Component) -> tuple[Component, ...]:
    found = []
    for i, c in enumerate(m.components):
        number = float(m.unseen[i])
        silence = (lambda silent, number=number: number * silent) if number > 0 else None
        found.append(refit(e, m.belongs[:, i], c, whole, silence))
    return tuple(found)


def expected(e: Evidence, m: Mixture) -> Mixture:
    """The same segments with the probabilities of belonging, the shares and the log-likelihood of these data."""
    with np.errstate(divide="ignore"):
        logs = np.stack([terms(e, c) for c in m.components], axis=1) + np.log(m.shares)
    each = logsumexp(logs, axis=1)
    belongs = np.exp(logs - each[:, None])
    value, unseen = float(each.sum()), np.zeros(len(m.components))
    panel, n = e.histories.panel, len(e.visits)
    if panel is not None:
        silent = np.array([silent_term(e, c.timing) for c in m.components]) + np.log(m.shares)
        nothing = min(float(logsumexp(silent)), -1e-12)
        value += panel.log_likelihood(nothing, n)
        unseen = panel.unseen(nothing, n) * np.exp(silent - logsumexp(silent))
    number = belongs.sum(axis=0) + unseen
    return Mixture(m.components, number / number.sum(), belongs, value, unseen)


def _free(c: Component) -> tuple[str, ...]:
    names = ("r", "alpha", *(("s", "beta") if c.timing.s > 0 else ()), "centre", "between_sd", "within_sd")
    return names + tuple(f"taste {i}" for i in range(0 if c.tastes is None else len(c.tastes)))


def _moved(c: Component, name: str, by: float) -> Component:
    """The segment with one parameter moved: its logarithm, but of `centre` the value itself."""
    if name == "centre":
        return replace(c, centre=c.centre + by)
    if name in ("between_sd", "within_sd"):
        return replace(c, **{name: getattr(c, name) * float(np.exp(by))})
    if name.startswith("taste"):
        assert c.tastes is not None
        tastes = c.tastes.copy()
        tastes[int(name.split()[1])] *= np.exp(by)
        return replace(c, tastes=tastes)
    return replace(c, timing=replace(c.timing, **{name: getattr(c.timing, name) * float(np.exp(by))}))


def errors(e: Evidence, m: Mixture) -> tuple[dict[str, float], ...]:
    """Standard errors by segment: of logarithms (of `centre`: its own; of `share`: of the log-odds).

    NaN where the log does not tell. The information is the sum of squared scores of single customers; a
    panel's unseen members enter each score as they enter the likelihood.
    """
    panel = e.histories.panel
    silent = np.zeros(len(m.components))
    odds = 0.0
    if panel is not None and panel.never is None:
        logs = np.array([silent_term(e, c.timing) for c in m.components]) + np.log(m.shares)
        odds = float(np.exp(logsumexp(logs)) / -np.expm1(min(logsumexp(logs), -1e-12)))
        silent = np.exp(logs - logsumexp(logs))
    columns: list[Array] = []
    owners: list[tuple[int, str]] = []
    for i, c in enumerate(m.components):
        for name in _free(c):
            up, down = _moved(c, name, _STEP), _moved(c, name, -_STEP)
            score = m.belongs[:, i] * (terms(e, up) - terms(e, down)) / (2 * _STEP)
            if odds > 0 and name in ("r", "alpha", "s", "beta"):
                slope = (silent_term(e, up.timing) - silent_term(e, down.timing)) / (2 * _STEP)
                score = score + odds * silent[i] * slope
            columns.append(score)
            owners.append((i, name))
        if i > 0 and not np.isin(m.belongs, (0.0, 1.0)).all():
            columns.append(m.belongs[:, i] - m.shares[i] + odds * (silent[i] - m.shares[i]))
            owners.append((i, "share"))
    scores = np.stack(columns, axis=1)
    told = (scores**2).sum(axis=0) > _FLAT
    information = scores[:, told].T @ scores[:, told]
    deviation = np.full(len(owners), np.nan)
    deviation[told] = np.sqrt(np.maximum(np.diag(np.linalg.pinv(information, hermitian=True)), 0))
    deviation[(deviation > _VAGUE) | (deviation <= 0)] = np.nan
    found: tuple[dict[str, float], ...] = tuple({} for _ in m.components)
    for (i, name), value in zip(owners, deviation.tolist(), strict=True):
        found[i][name] = value
    return found
