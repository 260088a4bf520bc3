"""How a value is written: as text in the shapes that the registers use (CSV), or typed (Parquet)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """SQL for one value of a register; every method takes and returns SQL."""

    typed: bool

    @property
    def suffix(self) -> str:
        """The file name's ending, without the dot."""
        return "parquet" if self.typed else "csv"

    @property
    def copy_options(self) -> str:
        """What stands in the brackets of COPY … TO."""
        return "FORMAT parquet, COMPRESSION zstd" if self.typed else "FORMAT csv, HEADER"

    def count(self, value: str) -> str:
        """A head count: `1.234` or an integer."""
        return f"CAST({value} AS INTEGER)" if self.typed else f"dotted({value})"

    def money(self, value: str) -> str:
        """Rupiah: `1.234.567,89` or DECIMAL(18,2)."""
        exact = f"CAST({value} AS DECIMAL(18,2))"
        return exact if self.typed else f"rupiah({exact})"

    def slashed(self, value: str) -> str:
        """A day as `31/12/2026`, or a DATE."""
        return f"CAST({value} AS DATE)" if self.typed else f"strftime({value}, '%d/%m/%Y')"

    def day(self, value: str) -> str:
        """A day as `2026-12-31`, or a DATE."""
        return f"CAST({value} AS DATE)"

    def number(self, value: str) -> str:
        """A small number."""
        return f"CAST({value} AS INTEGER)"

    def yes(self, value: str) -> str:
        """`ya` or `tidak`, or a BOOLEAN."""
        return f"({value})" if self.typed else f"CASE {value} WHEN true THEN 'ya' WHEN false THEN 'tidak' END"
