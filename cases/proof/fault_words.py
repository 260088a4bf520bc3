"""What `patuh audit verify` says of each fault."""

from datetime import datetime, tzinfo

from cases.proof.verify import Fault, PurgedPayloads
from cases.wording import Wording
from rules.errors import Message

FAULTS = {
    "event_changed": Message("case {case}, event {seq}: changed, moved or put in another's place"),
    "event_missing": Message("case {case}, event {seq}: the event before it is missing"),
    "payload_changed": Message("case {case}, event {seq}: its details were changed"),
    "payload_missing": Message("case {case}, event {seq}: its details are missing"),
    "other_missing": Message("case {case}, event {seq}: the event of another case that it names is missing"),
    "tail_missing": Message("case {case}, event {seq}: cut off; an anchor file knows it"),
    "stage_changed": Message("case {case}: its stage is not that of its last event; event {seq} is missing"),
    "events_missing": Message("case {case}: all its events are missing"),
    "case_missing": Message("case {case}: the case itself is missing, its events are there"),
    "case_removed": Message("case {case}: removed with all its events; an anchor file knows it"),
    "anchor_missing": Message("anchor file {anchor} is missing"),
    "anchor_changed": Message("anchor file {anchor} was changed"),
    "anchor_unreadable": Message("anchor file {anchor} cannot be read as one, or does not begin the row"),
    "scan_missing": Message("anchor file {anchor}: the store does not know its scan; it is older than the file"),
    "anchors_missing": Message("anchor files of later scans, or all of them, are missing"),
}
"""Kind of fault to what is said."""


def said(fault: Fault, wording: Wording) -> str:
    """Return a fault in words."""
    return wording.say(FAULTS[fault.kind].template, case=str(fault.case), seq=str(fault.seq), anchor=str(fault.anchor))


def purged_words(one: PurgedPayloads, wording: Wording, zone: tzinfo) -> str:
    """Return in words how many details were purged, when, by whom and by which line of retention."""
    return wording.plural(
        "{count} event's details were purged on {day} by {who} (payloads: {after}); the chain says so itself.",
        "{count} events' details were purged on {day} by {who} (payloads: {after}); the chain says so itself.",
        one.payloads,
        day=wording.date(datetime.fromisoformat(one.at).astimezone(zone).date()),
        who=one.who,
        after=one.after,
    )
