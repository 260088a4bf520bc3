"""Evidence as the engine writes it, a flat JSON object as text: values covered or taken out as a set, in DuckDB.

The text is not read and written anew: every other value keeps each of its signs.
"""

import re
from collections.abc import Mapping, Sequence

from cases.masking import COVER
from connectors.duck import literal


def covered(evidence: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return `evidence` (an expression) with `"*"` in place of the values that `names` has for the row's `rule`."""
    return _with(evidence, names, f'"{COVER}"')


def emptied(evidence: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return `evidence` (an expression) with null in place of the values that `names` has for the row's `rule`."""
    return _with(evidence, names, "null")


def _with(evidence: str, names: Mapping[str, Sequence[str]], instead: str) -> str:
    value = literal(rf"\1{instead}")
    branches = [
        f"WHEN {literal(rule)} THEN regexp_replace({evidence}, {literal(_value_of(*some))}, {value}, 'g')"
        for rule, some in names.items()
        if some
    ]
    return f"CASE rule {' '.join(branches)} ELSE {evidence} END" if branches else evidence


def differing(names: Mapping[str, Sequence[str]]) -> str:
    """Return the names whose values differ between `before` and `after`, in quotes and with commas between."""
    branches = []
    for rule, some in names.items():
        told = (
            f"CASE WHEN regexp_extract(before, {literal(_value_of(name))}) IS DISTINCT FROM "
            f"regexp_extract(after, {literal(_value_of(name))}) THEN '\"{name}\"' END"
            for name in some
        )
        if some:
            branches.append(f"WHEN {literal(rule)} THEN concat_ws(',', {', '.join(told)})")
    return f"CASE WHEN after IS NOT NULL THEN CASE rule {' '.join(branches)} END END" if branches else "NULL"


def _value_of(*names: str) -> str:
    """Return the pattern of one of these members of the object, its value apart.

    Within a text no quotation mark stands bare, so that none can pass for the beginning of a name.
    """
    return rf'([{{,]"(?:{"|".join(map(re.escape, names))})":)(?:"(?:[^"\\]|\\.)*"|[^,}}]*)'
