"""Make the CDNOW log from the file in the package `lifetimes`: python cdnow.py CDNOW_sample.txt cdnow_sample.csv

    pip download --no-deps lifetimes
    python -m zipfile -e Lifetimes-*.whl lifetimes_wheel
    python cdnow.py lifetimes_wheel/lifetimes/datasets/CDNOW_sample.txt cdnow_sample.csv

A line of the file holds: number in the full file, customer, date (YYYYMMDD), units, dollars. Nothing is dropped.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path


def convert(source: Path, target: Path) -> None:
    """Write the customer, date and dollars of each line as CSV."""
    with target.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("customer_id", "date", "amount"))
        for line in source.read_text(encoding="ascii").splitlines():
            _, customer, day, _, dollars = line.split()
            table.writerow((customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", dollars.lstrip("$")))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
