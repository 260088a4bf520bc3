"""The words for the codes that the store keeps: stages, states, severities, tracks, purposes, kinds of party, events.

A code without words here is shown as it is: a later version's code must not disappear from a screen.
"""

from collections.abc import Mapping
from typing import Final

from cases.wording import Wording, message
from connectors.landed import Standing
from rules.model import SEVERITIES

STAGES: Final[Mapping[str, str]] = {
    "flagged": message("flagged"),
    "confirmed": message("confirmed"),
    "referred": message("referred"),
    "resolved": message("resolved"),
    "dismissed": message("dismissed"),
    "merged": message("merged"),
}
STATES: Final[Mapping[str, str]] = {
    "open": message("open"),
    "closing_proposed": message("closing proposed"),
    "subject_gone": message("gone from the register"),
    "held": message("held"),
    "waived": message("waived"),
    "dismissed": message("dismissed"),
    "resolved": message("resolved"),
}
SEVERITY_WORDS: Final = (message("low"), message("medium"), message("high"), message("critical"))
TRACKS: Final[Mapping[str, str]] = {"sanction": message("sanction"), "outreach": message("not a violation")}
NATURES: Final[Mapping[str, str]] = {
    "violation": message("violation"),
    "indication": message("indication"),
    "outreach": message("not a violation"),
    "notice": message("notice"),
}
PURPOSES: Final[Mapping[str, str]] = {
    "internal": message("own next step"),
    "laporan": message("laporan"),
    "pemeriksaan": message("pemeriksaan"),
    "tmp2t": message("TMP2T"),
    "skk": message("SKK"),
    "pupn": message("PUPN"),
}
PARTY_KINDS: Final[Mapping[str, str]] = {
    "employer": message("employer"),
    "contractor": message("contractor"),
    "group": message("group"),
    "institution": message("institution"),
    "person": message("person"),
    "bank": message("bank"),
}
EVENTS: Final[Mapping[str, str]] = {
    "opened": message("case opened"),
    "joined": message("finding joined"),
    "changed": message("evidence changed"),
    "resolved": message("resolved"),
    "finding_resolved": message("finding resolved"),
    "reopened": message("reopened"),
    "dismissed": message("dismissed"),
    "closing_proposed": message("closing proposed"),
    "subject_gone": message("gone from the register"),
    "proposed": message("proposed anew"),
    "confirmed": message("confirmed"),
    "redirected": message("sent to another office"),
    "put_forward": message("proposed, to be confirmed by another person"),
    "proposal_retracted": message("proposal taken back"),
    "step_taken": message("step taken"),
    "step_received": message("receipt recorded"),
    "recorded": message("put on record"),
    "paused": message("paused"),
    "resumed": message("goes on"),
    "referred": message("handed over"),
    "referral_received": message("received by the office"),
    "referral_acted": message("acted on by the office"),
    "referral_answered": message("answered by the office"),
    "closed": message("closing confirmed"),
    "unmasked": message("identifiers uncovered"),
    "assigned": message("assigned"),
    "noted": message("note"),
    "snoozed": message("hidden from lists"),
    "woken": message("shown again"),
    "merged": message("merged into another case"),
    "absorbed": message("another case merged into it"),
    "party_merged": message("its party merged into another"),
    "split_off": message("findings split off to another case"),
    "split_from": message("split off from another case"),
    "purged": message("personal data purged"),
    "waived": message("waived"),
    "waiver_withdrawn": message("waiver withdrawn"),
    "undone": message("taken back"),
}
STANDINGS_OF_WAIVERS: Final[Mapping[str, str]] = {
    "in_force": message("in force"),
    "to_come": message("to come"),
    "expired": message("expired"),
    "withdrawn": message("withdrawn"),
}
REFERRAL_STATES: Final[Mapping[str, str]] = {
    "handed_over": message("handed over"),
    "received": message("received by the office"),
    "acted": message("acted on by the office"),
    "answered": message("answered by the office"),
}
HELD_CHOICES: Final[Mapping[str, str]] = {"released": message("released"), "discarded": message("discarded")}
STANDINGS: Final[Mapping[int, str]] = {
    Standing.SAID: message("the register has the row but not the value"),
    Standing.ABSENT: message("no row, and the register is complete"),
    Standing.MISSING: message("the register is missing"),
    Standing.STALE: message("the register is too old"),
    Standing.DROPPED: message("the register lost too many rows"),
    Standing.REJECTS: message("too many rows were rejected"),
    Standing.EMPTY: message("the register is empty"),
    Standing.NOT_COMPLETE: message("no row, and the register is not declared complete"),
    Standing.UNREADABLE_KEYS: message("no row, and some rejected rows have no readable key"),
    Standing.REJECTED_ROW: message("its row was rejected"),
    Standing.DUPLICATE_ROWS: message("several rows have its key"),
    Standing.OWN_KEY: message("its own key is missing, malformed or contradictory"),
    Standing.SHARED_KEY: message("another subject has the same key"),
}
CHECKED: Final[Mapping[str, str]] = {
    "V": message("text of the regulation read"),
    "V2": message("read on a secondary page"),
    "R": message("from memory, to be confirmed"),
    "NF": message("looked for, not found"),
}


def name_of(names: Mapping[str, str], code: str, wording: Wording) -> str:
    """Return the words for `code`, or the code where it has none."""
    return wording.say(names[code]) if code in names else code


def severity_name(severity: int, wording: Wording) -> str:
    """Return the words for a stored severity, 1 to 4."""
    return wording.say(SEVERITY_WORDS[severity - 1]) if 1 <= severity <= len(SEVERITIES) else str(severity)


def standing_name(reason: int, wording: Wording) -> str:
    """Return why a source could not say something."""
    return wording.say(STANDINGS[reason]) if reason in STANDINGS else str(reason)
