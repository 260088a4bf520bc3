"""The names of provinces and regencies by their Kemendagri codes."""

import csv
from collections.abc import Mapping
from functools import cache

from connectors.regions import REGIONS


@cache
def region_names() -> Mapping[str, str]:
    """Return code to name of every province and regency."""
    with REGIONS.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream)}
