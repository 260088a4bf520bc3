"""What there is to be named in a query line: rules, regions, people, queues and offices of this run file."""

from cases.caseload.query import Known
from cases.region_names import region_names
from engine.detect import Work
from rules.configuration import Configuration


def known_names(configuration: Configuration, work: Work) -> Known:
    """Return the names that a line of this office may hold."""
    offices = configuration.offices
    return Known(
        rules=work.rules,
        regions=region_names(),
        people=tuple(configuration.people or ()),
        queues=tuple(dict.fromkeys(one.queue for one in offices)),
        offices=tuple(one.id for one in offices),
    )
