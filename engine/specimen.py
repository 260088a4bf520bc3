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
    for name, known in fact.fields.items():
        values = [str(n) if name == fact.key else item.fields.get(name) for n, item in enumerate(specimens)]
        columns[name] = pa.array(values, ARROW_TYPE[SQL_TYPE[known.type]])
        standing = [Standing.NOT_COMPLETE if name in item.unknown else Standing.SAID for item in specimens]
        columns[f"_standing_{name}"] = pa.array([int(item) for item in standing], pa.uint8())
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
