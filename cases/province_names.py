"""The names of the provinces, by the codes that registers and cases carry."""

import csv
from collections.abc import Mapping
from functools import cache

from connectors.regions import REGIONS


def province_name(code: str) -> str:
    """Return a province's code with its name; a code that nobody knows stays alone, as '' does."""
    name = _names().get(code)
    return f"{code} {name}" if name else code


@cache
def _names() -> Mapping[str, str]:
    with REGIONS.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream) if row["level"] == "province"}
