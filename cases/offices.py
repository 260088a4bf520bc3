"""Which office follows up a case: the one of its queue whose regions hold the case's province."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.summary import NoOffice
from rules.configuration import Office


@dataclass(frozen=True)
class Headed:
    """How many open cases of a province ("" where no region is said) are headed for a queue."""

    queue: str
    province: str
    cases: int


def serves(office: Office, queue: str, province: str) -> bool:
    """Say whether `office` takes cases of this queue and province; one of a kabupaten takes its province's."""
    if office.queue != queue or not province:
        return False
    return any(region == province or region.startswith(f"{province}.") for region in office.regions)


def without_office(headed: Iterable[Headed], offices: Sequence[Office]) -> tuple[NoOffice, ...]:
    """Return the queues and provinces whose open cases no office takes, by queue and province."""
    return tuple(
        NoOffice(one.queue, one.province, one.cases)
        for one in sorted(headed, key=lambda one: (one.queue, one.province))
        if one.cases and not any(serves(office, one.queue, one.province) for office in offices)
    )
