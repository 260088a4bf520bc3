"""A handful of subjects given by hand: rule examples, and a finding's own evidence shown again.

They go through the same compiled SQL as a nation's facts: each field stands as its own source, so that a field can be
known to be absent, or not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.landed import SQL_TYPE, Assembled, Standing
from rules.model import Fact

ARROW_TYPE: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DECIMAL(18,2)": pa.decimal128(18, 2),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Specimen:
    """One subject: its fields (left out: NULL) and the fields that nobody could say."""

    fields: Mapping[str, object]
    unknown: frozenset[str] = frozenset()


def assembled_specimens(fact: Fact, specimens: Sequence[Specimen], path: Path) -> Assembled:
    """Write the specimens as a fact; their keys are their positions, as text."""
    columns: dict[str, pa.Array] = {}
    said = {name for item in specimens for name in item.fields}
    unsaid = {name for item in specimens for name in item.unknown}
    count = len(specimens)
    everywhere = pa.repeat(pa.scalar(int(Standing.SAID), pa.uint8()), count)
    for name, known in fact.fields.items():
        kind = ARROW_TYPE[SQL_TYPE[known.type]]
        if name == fact.key:
            columns[name] = pa.array([str(number) for number in range(count)], kind)
        else:
            values = [item.fields.get(name) for item in specimens] if name in said else None
            columns[name] = pa.nulls(count, kind) if values is None else pa.array(values, kind)
        columns[f"_standing_{name}"] = standings(name, specimens) if name in unsaid else everywhere
    pq.write_table(pa.table(columns), path)
    return Assembled(
        fact=fact.name,
        path=path,
        rows=len(specimens),
        spine="",
        spine_standing=Standing.SAID,
        spine_reason=None,
        origin={name: name for name in fact.fields},
        reconstruction=False,
    )


def standings(name: str, specimens: Sequence[Specimen]) -> pa.Array:
    """Return for each specimen how the source of a field stands."""
    found = (Standing.NOT_COMPLETE if name in item.unknown else Standing.SAID for item in specimens)
    return pa.array([int(standing) for standing in found], pa.uint8())
