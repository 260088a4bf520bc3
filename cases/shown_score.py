"""The score of a case in words: each part with what it is made of, and why its party is a repeat offender."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from cases.case_file import ShownPart, ShownScore
from cases.listing import all_below
from cases.names import severity_name
from cases.points import ScorePart, score_of
from cases.proposed_step import Reading
from cases.store.models import Case, Finding
from cases.store.stages import LIVE_STAGES
from cases.wording import Wording

_AMOUNTS: Final[Mapping[str, Callable[[int, Wording], str]]] = {
    "severity": severity_name,
    "people": lambda amount, wording: wording.number(amount),
    "rupiah": lambda amount, wording: wording.money(amount),
    "overdue": lambda amount, wording: wording.plural("{count} day", "{count} days", amount),
    "ranks_below": lambda _amount, wording: wording.say("all that is open ranks below others"),
}


def shown_score(session: Session, case: Case, reader: Reading) -> ShownScore | None:
    """Return the score of a case with its parts; None where it is closed."""
    if case.stage not in LIVE_STAGES:
        return None
    wording, priority = reader.wording, reader.book.priority
    below = bool(session.execute(select(all_below()).where(col(Case.id) == case.id)).scalar_one())
    parts = score_of(case, below, priority, reader.today)
    names = {
        "severity": wording.say("Severity"),
        "people": wording.words(priority.people.words),
        "rupiah": wording.words(priority.rupiah.words),
        "overdue": wording.words(priority.overdue.words),
        "repeat_offender": wording.say("repeat offender"),
        "ranks_below": wording.say("ranks below others"),
    }
    shown = (ShownPart(names[part.name], _amount(session, case, part, wording), part.points) for part in parts)
    source = f"{wording.words(priority.source)}, {wording.say('since {day}', day=wording.date(priority.since))}"
    return ShownScore(sum(part.points for part in parts), tuple(shown), source)


def _amount(session: Session, case: Case, part: ScorePart, wording: Wording) -> str:
    if part.name == "repeat_offender":
        return _why_again(session, case, wording)
    if part.amount is None:
        return wording.say("unknown: no register says")
    return _AMOUNTS[part.name](part.amount, wording)


def _why_again(session: Session, case: Case, wording: Wording) -> str:
    """Say which finding came back, and how soon."""
    back = session.get(Finding, case.repeat_finding_id) if case.repeat_finding_id is not None else None
    if back is None:
        return wording.say("yes") if case.repeat_finding_id is not None else wording.say("no")
    before = session.execute(
        select(col(Finding.resolved_on)).where(
            col(Finding.rule) == back.rule,
            col(Finding.subject_key) == back.subject_key,
            col(Finding.episode) == back.episode - 1,
        )
    ).scalar_one_or_none()
    return wording.say(
        "{rule}: resolved {resolved}, found again {day}",
        rule=back.rule,
        resolved=wording.date(before),
        day=wording.date(back.opened_on),
    )
