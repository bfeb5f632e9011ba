"""All experiments, family by family, and which of them answers a row."""

from __future__ import annotations

from collections.abc import Iterable

from sim.validation import (
    adoption_game,
    causes,
    clubs,
    contracts,
    customer_value,
    designs,
    dirichlet_market,
    failures,
    folklore,
    goals,
    membership,
    messages,
    minds,
    open_panel,
    performance,
    price_equilibrium,
    price_war,
    pricing,
    ratings,
    recovery,
    repeat_buying,
    service_chain,
    staff,
    stockpiling,
    tiers,
    voices,
)
from sim.validation.experiment import Experiment
from sim.validation.row import Row

EXPERIMENTS: tuple[Experiment, ...] = (
    *dirichlet_market.EXPERIMENTS,
    *open_panel.EXPERIMENTS,
    *repeat_buying.EXPERIMENTS,
    *contracts.EXPERIMENTS,
    *membership.EXPERIMENTS,
    *service_chain.EXPERIMENTS,
    *goals.EXPERIMENTS,
    *designs.EXPERIMENTS,
    *tiers.EXPERIMENTS,
    *stockpiling.EXPERIMENTS,
    *clubs.EXPERIMENTS,
    *minds.EXPERIMENTS,
    *ratings.EXPERIMENTS,
    *performance.EXPERIMENTS,
    *staff.EXPERIMENTS,
    *failures.EXPERIMENTS,
    *recovery.EXPERIMENTS,
    *causes.EXPERIMENTS,
    *voices.EXPERIMENTS,
    *messages.EXPERIMENTS,
    *pricing.EXPERIMENTS,
    *price_equilibrium.EXPERIMENTS,
    *price_war.EXPERIMENTS,
    *adoption_game.EXPERIMENTS,
    *customer_value.EXPERIMENTS,
    *folklore.EXPERIMENTS,
)
BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
BY_ROW = {row: experiment for experiment in EXPERIMENTS for row in experiment.rows}


def experiments_of(rows: Iterable[Row]) -> tuple[Experiment, ...]:
    """The experiments that answer these rows, each once, in the order of the rows."""
    return tuple(dict.fromkeys(BY_ROW[row.id] for row in rows))
