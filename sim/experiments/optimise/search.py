"""One search: NSGA-II over the levers, generation by generation.

Source: Deb, Pratap, Agarwal & Meyarivan 2002, IEEE Transactions on Evolutionary Computation 6:182 (NSGA-II, and how it
prefers what breaks no limit); Deb & Agrawal 1995, Complex Systems 9:115 (simulated binary crossover). It is Optuna's
(Akiba et al. 2019, KDD), asked for a generation at a time and told what came of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.experiments.optimise.space import Space

_LIMITS = "limits"


@dataclass(frozen=True)
class Score:
    """What a candidate is worth: objectives, more being better, and by how much it breaks limits (0: not at all).

    objectives None: it has none, since it failed or was never run.
    """

    objectives: tuple[float, ...] | None
    violation: float

    @property
    def feasible(self) -> bool:
        return self.objectives is not None and self.violation <= 0


Judge = Callable[[Sequence[Mapping[str, Any]]], Sequence[Score]]
"""Judges a generation at once."""


def search(
    space: Space,
    judge: Judge,
    *,
    objectives: int,
    population: int,
    generations: int,
    seed: int,
    first: Mapping[str, Any] | None = None,
) -> None:
    """Let NSGA-II propose generations to the judge, who keeps what it sees. first: a proposal to begin with."""
    with _quiet():
        import optuna
        from optuna.samplers import NSGAIISampler
        from optuna.samplers.nsgaii import SBXCrossover

        # Optuna 5 is told limits with the trial, Optuna 4 asks a function for them.
        tells = hasattr(optuna.trial.Trial, "set_constraint")
        options: dict[str, Any] = (
            {} if tells else {"constraints_func": lambda trial: trial.user_attrs[_LIMITS]}
        )
        sampler = NSGAIISampler(population_size=population, crossover=SBXCrossover(), seed=seed, **options)
        study = optuna.create_study(directions=["maximize"] * objectives, sampler=sampler)
        distributions = space.distributions
        if first is not None:
            study.enqueue_trial(dict(first))
        for _ in range(generations):
            trials = [study.ask(fixed_distributions=distributions) for _ in range(population)]
            scores = judge([space.values(trial.params) for trial in trials])
            for trial, score in zip(trials, scores, strict=True):
                if tells:
                    trial.set_constraint(_LIMITS, score.violation)
                else:
                    trial.set_user_attr(_LIMITS, [score.violation])
                # What breaks a limit is ranked by that alone.
                study.tell(trial, list(score.objectives or [0.0] * objectives))


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna neither logs nor warns of what is new in it; its own level is put back."""
    import optuna

    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(level)
