"""The null model of shopping: households whose rates never change, days all alike, lognormal baskets.

Each household buys on a day with probability rate / 7 (1 at most), so that the mean of days is the log's; rate ~
Gamma(r, alpha weeks), for ever. A basket is lognormal around a typical one of her own, which is lognormal across
households. All fitted by maximum likelihood. What a simulator must show beyond this is what the null model misses:
drift, days of the week, seasons.

Source: Ehrenberg 1959, Applied Statistics 8:26 (NBD).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim import draws
from sim.calibration.histories import panel_histories
from sim.calibration.spend import fit_basket
from sim.calibration.streams import Use, names
from sim.calibration.timing import fit_nbd
from sim.calibration.transactions import Log
from sim.validation.tasks.regularities import DAYS, WEEKS, Year

_WORDS = 4
"""Numbers of one draw."""


def stationary_years(log: Log, first_day: int, customers: int, replicates: int, seed: int) -> list[Year]:
    """Simulated years of the null model, fitted to a log of household-days of a panel of so many."""
    nbd = fit_nbd(panel_histories(log, log.last_date, customers))
    basket = fit_basket(log)
    between, within = basket.fit["between_sd"], basket.fit["within_sd"]
    typical = np.log(basket.mean) - (between**2 + within**2) / 2
    quarter_days = np.arange(-(-WEEKS * DAYS // _WORDS))
    years = []
    for replicate in range(replicates):
        who = names(seed, replicate, customers)
        rate = draws.gammas(nbd["r"], week=Use.NULL_RATE, **who) / nbd["alpha"]
        own = typical + between * ndtri(
            draws.uniforms(week=Use.NULL_RATE + 1, **who)[:, 0].astype(np.float64)
        )
        each = {**who, "customer": who["customer"][:, None]}
        chance = np.minimum(rate / DAYS, 1.0)[:, None]
        day_u = draws.uniforms(week=Use.NULL_DAY + quarter_days, **each).reshape(customers, -1)
        basket_u = draws.uniforms(week=Use.NULL_BASKET + quarter_days, **each).reshape(customers, -1)
        customer, day = np.nonzero(day_u[:, : WEEKS * DAYS] < chance)
        amount = np.exp(own[customer] + within * ndtri(basket_u[customer, day].astype(np.float64)))
        years.append(Year.of(customer, day + first_day, amount, first_day, customers))
    return years
