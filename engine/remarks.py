"""What a check of the rule files found: faults, which fail it, and warnings, which a writer should read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from rules.errors import Fault


@dataclass(frozen=True)
class Remarks:
    """Faults and warnings in file order. A warning is a fault that an honest rule may have as well."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, found: Iterable[tuple[Fault, bool]]) -> Self:
        """Sort what was found: `True` beside a fault, `False` beside a warning; each is said once."""
        said = tuple(dict.fromkeys(found))
        faults = tuple(sorted(fault for fault, sure in said if sure))
        return cls(faults, tuple(sorted(fault for fault, sure in said if not sure)))

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(
            tuple(sorted({*self.faults, *other.faults})), tuple(sorted({*self.warnings, *other.warnings}))
        )
