"""The file that a court gets, as text of eighty columns or as JSON; either ends with the sha256 of all before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.text import Text
from sqlmodel import SQLModel

from cases.court_file import CourtFile, ParameterThen, ProvedFinding, RuleText
from cases.court_runs import Register, RunThen
from cases.formats import parameter_value
from cases.inert import inert
from cases.inputs import CALENDAR
from cases.names import CHECKED, EVENTS, STATES, name_of
from cases.proof.fault_words import said
from cases.proof.one_case import Link
from cases.proof.verify import Fault
from cases.rendering import case_parts, indented
from cases.tables import Heading
from cases.wording import NOT_KNOWN, Wording, message

SCHEMA: Final = 1
"""Of the JSON; rises when a field changes its meaning."""
WIDTH: Final = 80
WHOLE: Final = 4000
"""Signs of one text of a register that are shown; longer ones say how long they are, and the JSON has them whole."""
REGISTER_STATES: Final[Mapping[str, str]] = {
    "whole": message("kept, unchanged"),
    "changed": message("kept, but changed since"),
    "purged": message("purged"),
    "not read": message("not read that night"),
}


def court_json(file: CourtFile) -> str:
    """Return the file as one JSON object, keys sorted; `sha256` is of the same object without that key."""
    body = {"schema": SCHEMA, "holds": file.holds, **_plain(file)}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({**body, "sha256": digest}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, SQLModel):
        return _plain(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, str) else value


def court_text(file: CourtFile, wording: Wording, zone: tzinfo) -> str:
    """Return the file as text; its last line is the sha256 of all lines before it."""
    page = StringIO()
    console = Console(file=page, width=WIDTH, color_system=None, force_terminal=False, highlight=False)
    for part in _parts(file, wording, zone):
        console.print(part)
    text = "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"
    told = wording.say("sha256 of all lines above:")
    return f"{text}{told}\n{hashlib.sha256(text.encode()).hexdigest()}\n"


def _parts(file: CourtFile, wording: Wording, zone: tzinfo) -> Iterator[RenderableType]:
    say = wording.say
    yield Text(
        say("Made on {moment} by {who}.", moment=wording.moment(file.made_at.astimezone(zone)), who=inert(file.made_by))
    )
    if file.purpose is not None:
        yield Text(say("Identifiers are uncovered, for: {purpose}", purpose=inert(file.purpose)))
    else:
        yield Text(say("Identifiers and names of persons are covered."))
    yield Text()
    yield case_parts(file.case, wording)
    yield from _titled(say("What each finding rests on"), _findings(file, wording))
    yield from _titled(say("Rules as they were judged by"), _rules(file.rules, wording))
    yield from _titled(say("Parameters as they stood then"), _parameters(file.parameters, wording))
    yield from _titled(say("Registers and days off of those runs"), _runs(file.runs, wording, zone))
    yield from _titled(say("Facts of the decision"), _decided(file, wording))
    yield from _titled(say("Waivers of the party"), _waivers(file, wording))
    yield from _titled(say("The chain of events"), _chain(file, wording, zone))
    yield from _titled(say("Anchor files that hold this case"), _anchors(file, wording))
    yield from _titled(say("What could not be shown, and why"), _missing(file, wording))


def _titled(title: str, parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield Text()
    yield Heading(Text(title, style="bold"), align="left")
    yield from parts


def _findings(file: CourtFile, wording: Wording) -> Iterator[RenderableType]:
    for one in file.findings:
        yield from _finding(one, wording)


def _finding(one: ProvedFinding, wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    state = name_of(STATES, one.state, wording)
    yield Text(f"• {one.number}: {one.rule} {inert(one.subject, WHOLE)}, {state}")
    yield indented(
        say("found by run {found}, last changed by run {changed}", found=one.found_by, changed=one.changed_by)
    )
    yield indented(say("shown by the rules and registers of run {run}", run=one.judged_by or NOT_KNOWN))
    yield indented(f"{say('rule')} sha256 {one.rule_sha256}")
    for value in one.evidence:
        source = value.source or say("worked out")
        if value.as_of is not None:
            source = say("{source}, as of {day}", source=source, day=wording.date(value.as_of))
        yield indented(f"- {value.words} = {inert(value.value, WHOLE)} ({source}; {value.personal})")


def _rules(rules: Iterable[RuleText], wording: Wording) -> Iterator[RenderableType]:
    for one in rules:
        yield Text(f"• {one.rule} sha256")
        state = wording.say("its text has this sha256") if one.whole else wording.say("its text has another sha256")
        yield indented(f"{one.sha256} ({state})")
        yield from (indented(inert(line, WHOLE)) for line in one.text.splitlines())


def _parameters(parameters: Iterable[ParameterThen], wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    for one in parameters:
        ours = say("our design, not law") if one.ours else ""
        yield Text(f"• :{one.name} - {one.words} ({', '.join(part for part in (one.unit, ours) if part)})")
        for value in one.values:
            force = say("in force since {since}", since=wording.date(value.since))
            if value.until is not None:
                since, until = wording.date(value.since), wording.date(value.until)
                force = say("in force {since} to {until}", since=since, until=until)
            whom = f" [{value.applies}]" if value.applies else ""
            checked = f"{value.checked}: {name_of(CHECKED, value.checked, wording)}"
            yield indented(f"{parameter_value(value.value, wording)}{whom}, {force}; {value.source}; {checked}")


def _runs(runs: Iterable[RunThen], wording: Wording, zone: tzinfo) -> Iterator[RenderableType]:
    say = wording.say
    for run in runs:
        at = run.started_at if run.started_at.tzinfo else run.started_at.replace(tzinfo=UTC)
        day, moment = wording.date(run.as_of), wording.moment(at.astimezone(zone))
        yield Text(say("• {run}: judged {day}, begun {moment}", run=run.run, day=day, moment=moment))
        programs = ", ".join(f"{name} {version}" for name, version in run.programs.items())
        yield indented(say("programs: {programs}", programs=programs or NOT_KNOWN))
        if run.calendar is not None:
            begins, ends = run.calendar.splitlines()[0].split()
            covers = say("days off known from {begins} to {ends}", begins=begins, ends=ends)
            yield indented(f"{covers}, sha256 {run.files.get(CALENDAR, NOT_KNOWN)}")
        for register in run.registers:
            yield from _register(register, wording)


def _register(one: Register, wording: Wording) -> Iterator[RenderableType]:
    told = wording.say(
        "- {source}: {rows} rows, {rejected} rejected, as of {day}; {state}",
        source=one.source,
        rows=wording.number(one.rows),
        rejected=wording.number(one.rejected),
        day=wording.date(one.as_of),
        state=name_of(REGISTER_STATES, one.state, wording),
    )
    yield indented(told)
    yield indented(f"  sha256 {one.sha256 or NOT_KNOWN}")


def _decided(file: CourtFile, wording: Wording) -> Iterator[RenderableType]:
    facts: Mapping[str, object] = json.loads(file.decided.signature)
    yield indented(", ".join(f"{name} = {value}" for name, value in facts.items()))
    yield indented(wording.say("routing and ladder: sha256 {sha256}", sha256=file.decided.routing))


def _waivers(file: CourtFile, wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    for one in file.waivers:
        which = ", ".join(
            (one.rule or say("all rules"), say("one subject") if one.subject_key else say("all subjects"))
        )
        since, until = wording.date(one.since), wording.date(one.until)
        yield Text(f"• {one.id}: {which}; {since} - {until}; {inert(one.owner)}; {inert(one.reason, WHOLE)}")
    if not file.waivers:
        yield indented(say("none"))


def _chain(file: CourtFile, wording: Wording, zone: tzinfo) -> Iterator[RenderableType]:
    for link in file.events:
        yield from _link(link, wording, zone, file.number)
    if not file.stage_holds:
        fault = Fault("stage_changed", file.number, len(file.events) + 1)
        yield Text(said(fault, wording))
    broken = not file.stage_holds or any(link.fault for link in file.events)
    yield Text(wording.say("The chain does not hold.") if broken else wording.say("The chain holds."))


def _link(link: Link, wording: Wording, zone: tzinfo, number: int) -> Iterator[RenderableType]:
    moment = wording.moment(link.at.astimezone(zone))
    yield Text(f"{link.seq}. {moment} {inert(link.who)}: {name_of(EVENTS, link.kind, wording)}")
    yield indented(f"  hash    {link.hash}")
    yield indented(f"  payload {link.payload_sha256}")
    if link.fault is not None:
        yield indented(said(Fault(link.fault, number, link.seq), wording))


def _anchors(file: CourtFile, wording: Wording) -> Iterator[RenderableType]:
    say, hashes = wording.say, {link.seq: link.hash for link in file.events}
    for one in file.anchors:
        same = say("the same") if hashes.get(one.seq) == one.hash else say("ANOTHER")
        yield Text(say("• {anchor}: event {seq}, {same}", anchor=f"{one.number:08d}", seq=str(one.seq), same=same))
        yield indented(f"sha256 {one.sha256}")
    yield from (Text(said(fault, wording)) for fault in file.anchor_faults)
    if not file.anchors:
        yield indented(say("none"))


def _missing(file: CourtFile, wording: Wording) -> Iterator[RenderableType]:
    for one in file.missing:
        yield Text(f"• {wording.tell(one)}")
    if not file.missing:
        yield indented(wording.say("Everything was shown."))
