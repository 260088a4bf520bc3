"""The name of a connector in rules.yaml to the reader behind it."""

from importlib import import_module

from connectors.raw import Connector
from rules.configuration import ConnectorName

READERS: dict[ConnectorName, tuple[str, str]] = {
    "csv": ("connectors.csv_file", "CsvFile"),
    "xlsx": ("connectors.xlsx_file", "XlsxFile"),
    "parquet": ("connectors.parquet_file", "ParquetFile"),
    "json": ("connectors.json_file", "JsonFile"),
    "sql": ("connectors.sql_database", "SqlDatabase"),
    "isb": ("connectors.isb", "IsbFolder"),
}
"""Imported only when asked for: a night of CSV files loads neither SQLAlchemy nor the workbook reader."""


def connector(name: ConnectorName) -> Connector:
    """Return a new reader of this kind."""
    module, reader = READERS[name]
    made: Connector = getattr(import_module(module), reader)()
    return made
