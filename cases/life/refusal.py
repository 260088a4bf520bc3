"""Why a move is refused, in words: everything that is missing, and what to do about it."""

from collections.abc import Iterable, Mapping
from typing import Final

from cases.life.moves import Missing
from cases.names import EVENTS, PARTY_KINDS, PURPOSES, REFERRAL_STATES, STAGES, name_of
from cases.wording import Wording, message
from rules.errors import UsageError
from rules.model import Ladder


class NotAllowedError(UsageError):
    """The case is not where this act begins, or something that the act needs is missing.

    `missing`: what stands against it, thing by thing, where the table of moves said so; a form shows it at its place.
    """

    missing: tuple[Missing, ...] = ()


_WORDS: Final[Mapping[str, str]] = {
    "stage": message("the case has to be {name}"),
    "finding": message("no finding is open in it"),
    "proof": message("it rests on indications only, and {name} is not on record"),
    "outreach": message("it is outreach, not a violation"),
    "not_proposed": message("routing does not propose the {name} for it"),
    "handed_over": message("an office has it already"),
    "headed": message("it is headed for the {name} already"),
    "not_reached": message("the sanctions of PP 86/2013 do not reach a party of the kind {name}"),
    "not_covered": message("{name} covers registration, not what is open here"),
    "taken": message("{name} has been taken already"),
    "step": message("the step {name} has not been taken"),
    "record": message("{name} is not on record"),
    "deadline": message("the time of {name} runs until {day}"),
    "order": message("the day is before that of {name}, {day}"),
    "no_receipt": message("{name} has no letter whose receipt counts"),
    "received": message("the receipt of {name} is on record already, {day}"),
    "recorded": message("{name} is on record already"),
    "by_letter": message("it is the letter of {name}; record it with that step"),
    "by_receipt": message("it is the proof of receipt of {name}; record it with patuh cases receipt"),
    "no_indication": message("it has no indication that needs proof"),
    "paused": message("the case is paused"),
    "not_paused": message("the case is not paused"),
    "no_arrears": message("no unpaid contributions are open in it"),
    "excluded": message("it has gone the way of {name}, and each excludes the other"),
    "running": message("a referral for {name} is under way"),
    "referral": message("it has no such referral"),
    "reached": message("the referral is {name} already"),
    "state": message("the referral has not been {name} first"),
    "no_closing": message("no closing is proposed for it"),
    "not_proposed_by_another": message("{name} needs two persons, and nobody has proposed it"),
    "own_proposal": message("{name} proposed it, and another person has to confirm it"),
    "other_paper": message("it is not the paper that {name} proposed"),
    "proposed": message("{name} has proposed something that is not confirmed yet"),
    "lapsed": message("the case has changed since {name} proposed it, and the proposal has lapsed"),
    "no_proposal": message("nothing is proposed in it"),
    "future": message("the day is after today, {day}"),
    "assigned": message("it is assigned to {name} already"),
    "unassigned": message("it is assigned to nobody"),
    "until_past": message("the day is before today, {day}"),
    "until_far": message("it can be hidden until {day} at most (our design, not law)"),
    "not_hidden": message("it is not hidden"),
    "too_old": message("the day is before the finding, {day}"),
    "end_past": message("the day is before today, {day}"),
    "end_early": message("its last day is before its first, {day}"),
    "no_reason": message("no reason is given"),
    "no_owner": message("nobody is named who answers for it"),
    "no_proof": message("no paper is named that it rests on"),
    "no_reach": message("it is not said what of the party it covers"),
    "no_subject": message("nothing was found of that subject"),
    "not_undoable": message("it is not taken back once it is on record: {name}"),
    "not_own": message("{name} did it"),
    "not_last": message("something else has happened to the case since"),
    "scanned": message("a scan has ended since"),
    "exported": message("the case has left the office in an exported list since"),
    "not_kept": message("what was before it is not kept"),
}
"""What stands against a move; the code names it."""

_OPTIONS: Final[Mapping[str, str]] = {
    "no_reason": "--reason",
    "no_owner": "--owner",
    "no_proof": "--proof",
    "no_reach": "--rule | --subject | --whole-party",
    "no_subject": "--subject",
    "end_past": "--until",
    "end_early": "--until",
}
"""Where a person's own decision lacks something: the option by which it is said."""

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "not_reached": PARTY_KINDS,
    "excluded": PURPOSES,
    "running": PURPOSES,
    "state": REFERRAL_STATES,
    "reached": REFERRAL_STATES,
    "not_undoable": EVENTS,
}
"""Whose words name what is missing."""
_NOT_PRIVATE: Final = frozenset({"not_undoable", "not_own", "not_last", "scanned", "exported", "not_kept"})

OPEN: Final = message("open")


def refusal(number: int, act: str, missing: Iterable[Missing], wording: Wording, ladder: Ladder) -> NotAllowedError:
    """Return the refusal of `act` (in words) on case `number`, with everything that is missing."""
    found = tuple(missing)
    said = "; ".join(missing_words(one, wording, ladder) for one in found)
    refused = NotAllowedError(
        wording.say("Case {number}, {act}: not allowed, because {missing}.", number=number, act=act, missing=said),
        _why(found, wording),
        _to_say(found, wording) or _remedy_of_two(number, found, wording) or _remedy(number, found, wording, ladder),
    )
    refused.missing = found
    return refused


def _why(missing: tuple[Missing, ...], wording: Wording) -> str:
    if any(one.code in _OPTIONS for one in missing):
        return wording.say("a decision without its reason cannot be checked later")
    if any(one.code in _NOT_PRIVATE for one in missing):
        return wording.say("what others may have built on is not taken back but put right by a further act")
    return wording.say("a step without what it rests on falls before a court")


def _to_say(missing: tuple[Missing, ...], wording: Wording) -> str:
    """Return which options of the command say what a decision lacks; "" where it lacks nothing of that kind."""
    options = dict.fromkeys(_OPTIONS[one.code] for one in missing if one.code in _OPTIONS)
    return wording.say("say it with the command: {options}", options=", ".join(options)) if options else ""


def missing_words(missing: Missing, wording: Wording, ladder: Ladder) -> str:
    """Return one thing that a move lacks in words."""
    return wording.say(_WORDS[missing.code], name=_name(missing, wording, ladder), day=wording.date(missing.until))


def _name(missing: Missing, wording: Wording, ladder: Ladder) -> str:
    if missing.code == "stage":
        return wording.say(OPEN) if missing.name == "live" else name_of(STAGES, missing.name, wording)
    if missing.code in _NAMES:
        return name_of(_NAMES[missing.code], missing.name, wording)
    if missing.name in ladder.records:
        return wording.words(ladder.records[missing.name].words)
    step = next((step for step in ladder.steps if step.id == missing.name), None)
    return wording.words(step.words) if step else missing.name


def _remedy(number: int, missing: tuple[Missing, ...], wording: Wording, ladder: Ladder) -> str:
    codes = {one.code: one for one in missing}
    if "stage" in codes and codes["stage"].name == "confirmed":
        return wording.say("confirm it first: patuh cases confirm {number}", number=number)
    if "step" in codes:
        return wording.say(
            "take that step first: patuh cases step {number} {step}", number=number, step=codes["step"].name
        )
    if lacking := _recording(number, missing, ladder):
        return wording.say("put on record what is missing: {commands}", commands="; ".join(lacking))
    if "paused" in codes:
        return wording.say("let it go on: patuh cases resume {number}", number=number)
    return wording.say("patuh cases show {number} tells what is on record", number=number)


def _remedy_of_two(number: int, missing: tuple[Missing, ...], wording: Wording) -> str | None:
    """Return who may confirm what was proposed; None where nothing of that stands in the way."""
    codes = {one.code: one for one in missing}
    if "own_proposal" in codes:
        return wording.say(
            "another supervisor of its region confirms it: patuh cases approve {number}; or take it back: "
            "patuh cases retract {number}",
            number=number,
        )
    if "proposed" in codes:
        return wording.say(
            "a supervisor other than {name} confirms it: patuh cases approve {number}; or take it back: "
            "patuh cases retract {number}",
            number=number,
            name=codes["proposed"].name,
        )
    if "lapsed" in codes:
        return wording.say("propose it anew, if it is still right; patuh cases show {number} tells", number=number)
    if "not_proposed_by_another" in codes:
        return wording.say(
            "let one person propose it, and another confirm it: patuh cases approve {number}", number=number
        )
    return None


def _recording(number: int, missing: tuple[Missing, ...], ladder: Ladder) -> tuple[str, ...]:
    """The command for each record that is missing: by itself, by its step's letter, or by the receipt of it."""
    found: list[str] = []
    for one in missing:
        record = ladder.records.get(one.name) if one.code in ("record", "proof") else None
        if record is not None:
            command = {"hand": "record", "letter": "step", "receipt": "receipt"}[record.by]
            found.append(f"patuh cases {command} {number} {one.name if record.by == 'hand' else record.of}")
    return tuple(found)
