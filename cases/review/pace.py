"""How long the screen waits for what: of the store, of hands, of other people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds. `watch`: between two looks at what others changed. `retry`: before a store that is away is asked again.

    `typing`: after the last key before a filter is asked for. `rest`: a cursor that stands so long has its file opened.
    `slow`: an act that takes longer is told about; `late`: so is a read. `hold`: so long at most keys wait for what an
    earlier one asked. `scan`: between two looks at a scan that may be running.
    """

    watch: float = 5.0
    retry: float = 1.0
    typing: float = 0.25
    rest: float = 0.06
    slow: float = 0.8
    late: float = 4.0
    hold: float = 0.5
    scan: float = 1.5
