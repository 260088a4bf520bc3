"""What `patuh audit purge` says: each line of retention with its day, then what was taken, or would be."""

from collections.abc import Iterator, Mapping
from datetime import date

from cases.purge import Taken
from cases.wording import Wording
from rules.retention import Period


def purge_lines(
    taken: Taken, retention: Mapping[str, Period], today: date, wording: Wording, *, dry: bool
) -> Iterator[str]:
    """Yield the lines of the account."""
    say, number = wording.say, wording.number
    for line, period in retention.items():
        day = wording.date(period.before(today))
        if line == "snapshots":
            yield say("{line}: {after}; registers that were read before {day}", line=line, after=period.text, day=day)
        else:
            yield say("{line}: {after}; cases that ended before {day}", line=line, after=period.text, day=day)
    counted = {
        "cases": number(taken.cases),
        "payloads": number(taken.payloads),
        "findings": number(taken.findings),
        "parties": number(taken.parties),
        "registers": number(taken.registers),
    }
    if dry:
        yield say(
            "Would be purged: {payloads} details of events, values of {findings} findings and {parties} parties "
            "in {cases} cases; {registers} registers.",
            **counted,
        )
        yield say("Nothing was changed. Next: patuh audit purge")
    else:
        yield say(
            "Purged: {payloads} details of events, values of {findings} findings and {parties} parties "
            "in {cases} cases; {registers} registers.",
            **counted,
        )
        yield say("Next: patuh audit verify")
