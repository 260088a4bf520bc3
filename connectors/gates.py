"""Gates: whether a landed source may be judged by at all.

A source that fails one makes what needs it unknown, never guilt.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import reduce

from connectors.landed import Gated, Landed, Standing
from rules.configuration import Source
from rules.errors import Message


def gate(landed: Landed, source: Source, evaluation_date: date, previous_rows: int | None) -> Gated:
    """Return the source with the first gate that it fails, and every reason in words with its numbers.

    The order of the gates is: not there, empty, older than its freshness limit, fewer rows than last time, too many
    rows rejected. `previous_rows` is the count of the last run that believed this source; None: there was none.
    """
    failed = list(_failures(landed, source, evaluation_date, previous_rows))
    if not failed:
        return Gated(landed, Standing.SAID, None)
    reasons = [reason for _, reason in failed]
    said = reduce(lambda one, other: Message("{one}; {other}", one=one, other=other), reasons)
    return Gated(landed, failed[0][0], said)


def _failures(
    landed: Landed, source: Source, evaluation_date: date, previous_rows: int | None
) -> Iterator[tuple[Standing, str]]:
    if landed.missing is not None or landed.path is None:
        yield Standing.MISSING, landed.missing or Message("it was not read")
        return
    if landed.rows == 0 and not source.may_be_empty:
        yield Standing.EMPTY, Message("it has no rows, and is not declared may_be_empty")
    if stale := _stale(landed, source, evaluation_date):
        yield Standing.STALE, stale
    if dropped := _dropped(landed, source, previous_rows):
        yield Standing.DROPPED, dropped
    if landed.rows and Decimal(landed.rejected) / landed.rows > source.reject_limit:
        share = Decimal(landed.rejected) / landed.rows
        yield (
            Standing.REJECTS,
            Message(
                "{rejected} of {rows} rows were rejected ({share} %), more than the limit of {limit} %",
                rejected=landed.rejected,
                rows=landed.rows,
                share=_percent(share),
                limit=_percent(source.reject_limit),
            ),
        )


def _stale(landed: Landed, source: Source, evaluation_date: date) -> Message | None:
    """Return why the source is too old; `fresh_days` None is an archive, which never is."""
    if source.fresh_days is None:
        return None
    if landed.as_of is None:
        return Message(
            "it does not say which day it speaks of, and must be no older than {limit} days", limit=source.fresh_days
        )
    age = (evaluation_date - landed.as_of).days
    if age <= source.fresh_days:
        return None
    return Message(
        "it speaks of {day}, {age} days before {today}; the limit is {limit} days",
        day=landed.as_of,
        age=age,
        today=evaluation_date,
        limit=source.fresh_days,
    )


def _dropped(landed: Landed, source: Source, previous_rows: int | None) -> Message | None:
    """Return why the row count fell too far; more rows than before never fail."""
    if not previous_rows:
        return None
    fall = Decimal(previous_rows - landed.rows) / previous_rows
    if fall <= source.largest_drop:
        return None
    return Message(
        "it has {rows} rows after {before} in the last run, a fall of {fall} %; the limit is {limit} %",
        rows=landed.rows,
        before=previous_rows,
        fall=_percent(fall),
        limit=_percent(source.largest_drop),
    )


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1")).normalize()
