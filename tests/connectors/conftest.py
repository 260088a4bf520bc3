"""A small register on disk, landed through the public door."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.land import land
from connectors.landed import Landed
from connectors.snapshot import Snapshots
from rules.configuration import Aggregate, Column, ConnectorName, Source
from rules.errors import Location
from rules.model import Fact, Field, FieldType, PartyFields

HERE = Location("rules.yaml", 1, 1)
LANDED_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TYPES: dict[str, FieldType] = {
    "employer_id": "text",
    "name": "text",
    "npwp": "npwp",
    "nik": "nik",
    "nib": "nib",
    "region": "region",
    "employer_kind": "choice",
    "employed_workers": "integer",
    "arrears": "money",
    "coverage": "percent",
    "employed_as_of": "date",
    "plan_kept": "boolean",
}


def _field(name: str, kind: FieldType) -> Field:
    values = ("private", "state") if kind == "choice" else ()
    minimum = 0 if kind in ("integer", "money", "percent") else None
    return Field(name, kind, None, "unknown", "open", {"id": name, "en": name}, values=values, minimum=minimum)


EMPLOYER = Fact(
    name="employer",
    words={"id": "pemberi kerja", "en": "employer"},
    key="employer_id",
    region="region",
    party=PartyFields("employer", "name", {"npwp": "npwp"}),
    fields={name: _field(name, kind) for name, kind in TYPES.items()},
    relations={},
    routing={},
)


class Register:
    """One source in a folder of its own: written by the test, landed by Patuh, read back as plain rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots = Snapshots(folder / "state")
        self.scratch = folder / "scratch"

    def source(
        self,
        connector: ConnectorName,
        path: Path | None,
        columns: Mapping[str, str | Column],
        key: tuple[str, ...] = ("employer_id",),
        options: Mapping[str, str] | None = None,
        group: Mapping[str, Aggregate] | None = None,
    ) -> Source:
        """Return a source whose columns are given as field to column name, or as a whole Column."""
        mapped = {
            field: one if isinstance(one, Column) else Column(field, one, None, {}, None, None, HERE)
            for field, one in columns.items()
        }
        return Source(
            name="wlkp",
            connector=connector,
            fact="employer",
            path=path,
            as_of=date(2026, 11, 1),
            fresh_days=None,
            complete=True,
            may_be_empty=False,
            largest_drop=Decimal("0.5"),
            reject_limit=Decimal("0.05"),
            key=key,
            group=group or {},
            columns=mapped,
            options=options or {},
            location=HERE,
        )

    def land(self, source: Source) -> Landed:
        """Land it."""
        return land(source, EMPLOYER, self.snapshots, self.scratch, LANDED_AT)

    def csv(self, text: str | bytes, columns: Mapping[str, str | Column] | None = None, **more: Any) -> Landed:
        """Write a CSV and land it; without `columns` the header's names are the fields."""
        path = self.folder / "wlkp.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        names = str(text).splitlines()[0].split(",") if columns is None else []
        return self.land(self.source("csv", path, columns or {name: name for name in names}, **more))


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)


@pytest.fixture(scope="session")
def register_at() -> type[Register]:
    """Return what makes a register in a given folder, for tests that make many."""
    return Register


@pytest.fixture
def rows() -> Callable[[Path | None], list[tuple[Any, ...]]]:
    """Return a reader of a Parquet file's rows."""

    def read(path: Path | None, columns: str = "*") -> list[tuple[Any, ...]]:
        assert path is not None
        with duckdb.connect() as connection:
            return connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)]).fetchall()

    return read
