"""What may be done with a case: one pure function from what is on record and a wanted move to the state after it.

A refusal names everything that is missing, not the first of it. Steps, records and their order come from the ladder;
the day of a receipt's deadline is worked out by the caller, who has the calendar.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, get_args

from rules.model import Ladder, LadderStep, StepRecord

Kind = Literal[
    "confirm",
    "redirect",
    "step",
    "receipt",
    "record",
    "pause",
    "resume",
    "refer",
    "referral",
    "close",
    "assign",
    "note",
    "snooze",
    "wake",
    "propose",
    "retract",
    "waive",
    "dismiss",
    "undo",
]
"""What a person can do with a case. `redirect`: to another office than it was confirmed for; `referral`: what the
office said of one; `close`: a closing that was proposed; `assign`: to a person or to nobody; `snooze`: hide it from
lists up to a day, `wake`: show it again; `propose`: put a step or a referral forward that a second person confirms, by
taking it; `retract`: take that back; `waive`: let be what a waiver covers, `dismiss`: all that is open; `undo`: take
back what was done last, while nothing of it has left the office."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
REFERRAL_STATES: Final = ("handed_over", "received", "acted", "answered")
GUARDED: Final = frozenset({"kejaksaan"})
"""Queues that a person cannot choose against routing: no law was found that opens them to any other case."""
REACHED: Final = ("employer", "contractor")
"""Kinds of party that the sanctions of PP 86/2013 reach; rules/ladder.yaml proposes no step for the others."""
LIVE: Final = ("flagged", "confirmed", "referred")
MERGED: Final = "merged"
AT_WORK: Final = ("confirmed", "referred")
"""Stages in which something may leave the agency: a person has confirmed the case."""
PROOF: Final = "violation_proof"
"""The record by which an indication becomes something that may be acted upon."""
ARREARS: Final = "contributions"
WARNINGS: Final = ("teguran_1", "teguran_2")
EXCLUDES: Final[Mapping[str, str]] = {"skk": "pupn", "pupn": "skk"}
"""One claim, one way of collecting it."""
AFTER_WARNINGS: Final = ("pemeriksaan", "tmp2t", "skk", "pupn")
"""Purposes of a referral that two spent warnings open."""
PURPOSES: Final = ("laporan", *AFTER_WARNINGS)
UNDOABLE: Final = frozenset({"confirmed", "redirected", "assigned", "snoozed", "woken", "waived", "dismissed"})
"""Events of acts that stay in the office, and so may be taken back by who did them while nothing followed."""
SNOOZE_DAYS: Final = 90
"""So many days from today on a case can be hidden at once: our design, not law; nobody should be able to bury one."""


@dataclass(frozen=True)
class TakenStep:
    """A step that counts for the running clock: the day of its document, of its receipt, and its last day.

    `deadline` None: it has none, or it does not run yet, for want of a receipt.
    """

    step: str
    on: date
    received: date | None = None
    deadline: date | None = None


@dataclass(frozen=True)
class HandedOver:
    """A referral of the case, and how far its office is."""

    purpose: str
    state: str


@dataclass(frozen=True)
class Proposed:
    """What one person proposed and another has to confirm: a step or a referral, with its paper and its day.

    `lapsed`: the case has changed since, so that it stands no longer.
    """

    kind: str
    name: str
    who: str
    on: date
    paper: tuple[str, ...] = ()
    lapsed: bool = False


@dataclass(frozen=True)
class Undoes:
    """An event that is to be taken back: its kind, who made it, and the stage before it.

    `last`: nothing came after it in the case. `scanned`: a scan has ended since. `exported`: a list that held the case
    left the office since. `kept`: what was before it is told by it. `back` tells what was: the login or the queue, or
    how many findings it let be; `until` up to which day the case was hidden.
    """

    kind: str
    who: str
    stage: str
    last: bool = True
    scanned: bool = False
    exported: bool = False
    kept: bool = True
    back: str | int = ""
    until: date | None = None


@dataclass(frozen=True)
class CaseState:
    """What is on record of a case, as far as moves depend on it.

    `natures` and `families` are those of its live findings; `since` the day before which no document can be about
    them; `steps` in the order in which they were taken; `warned` how many warnings a register counts as spent.
    `joined_later`: findings came after the confirmation. `closing`: findings whose closing is proposed, of `findings`.
    `assigned_to`: a login, "" for nobody. `hidden_until`: the last day on which lists leave it out.
    `carried`: purposes for which cases were handed over that were merged into this one.
    `proposed`: what waits for a second person.
    `waived`: findings that a waiver lets be or let be, and that were not found anew. `headed`: the queue that it was
    confirmed for, or else the proposed one.
    """

    stage: str
    track: str
    party_kind: str
    queue: str
    natures: frozenset[str]
    families: frozenset[str] = frozenset()
    since: date | None = None
    steps: tuple[TakenStep, ...] = ()
    records: frozenset[str] = frozenset()
    paused: bool = False
    referrals: tuple[HandedOver, ...] = ()
    warned: int = 0
    joined_later: bool = False
    findings: int = 1
    closing: int = 0
    assigned_to: str = ""
    hidden_until: date | None = None
    carried: frozenset[str] = frozenset()
    proposed: Proposed | None = None
    waived: int = 0
    headed: str = ""


@dataclass(frozen=True)
class Wanted:
    """A move that a person wants.

    `name`: the step, record or purpose; of a referral the state that it reaches; of an assignment the login, "" for
    nobody. `on` is the day of the document, `today` the day on which it is put on record. `deadline` of a step or a
    receipt: the last day of the time that begins with it; of a snooze: the last day on which it is hidden. `queue`:
    where a confirmation or a redirection sends the case. `referral`: which of the case's referrals, from 0. `who` wants
    it, with which `paper`; `alone`: nobody else works here who could confirm. `of`: what a proposal proposes.
    `covered`: how many of the case's live findings a waiver covers from today on. `undoes`: what is taken back.
    """

    kind: Kind
    today: date
    name: str = ""
    on: date | None = None
    deadline: date | None = None
    queue: str | None = None
    referral: int = 0
    who: str = ""
    paper: tuple[str, ...] = ()
    alone: bool = False
    of: Literal["step", "refer"] = "step"
    covered: int = 0
    undoes: Undoes | None = None


@dataclass(frozen=True)
class Missing:
    """One thing that a move lacks: `code` what kind of thing, `name` which step, record or stage, `until` its day."""

    code: str
    name: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Refused:
    """The move is not allowed; `missing` is all that stands against it."""

    missing: tuple[Missing, ...]


Check = Callable[[CaseState, Wanted, Ladder], Iterator[Missing]]
"""What stands against a move, thing by thing."""


def move(state: CaseState, wanted: Wanted, ladder: Ladder) -> CaseState | Refused:
    """Return the state after `wanted`, or the refusal that names everything that is missing."""
    missing = tuple(dict.fromkeys(_CHECKS[wanted.kind](state, wanted, ladder)))
    if missing:
        return Refused(missing)
    after = _after(state, wanted)
    return replace(after, proposed=_left(state, wanted, after))


def main_steps(ladder: Ladder) -> tuple[LadderStep, ...]:
    """Return the steps that follow one another; those that the ladder's rules put beside it do not wait."""
    beside = beside_steps(ladder)
    return tuple(step for step in ladder.steps if step.id not in beside)


def beside_steps(ladder: Ladder) -> frozenset[str]:
    """Return the steps that some rule of the ladder puts beside it."""
    return frozenset(str(rule.then["beside"]) for rule in ladder.rules if "beside" in rule.then)


def step_of(ladder: Ladder, name: str) -> LadderStep | None:
    """Return the step of this name."""
    return next((step for step in ladder.steps if step.id == name), None)


def record_of(ladder: Ladder, step: str, by: str) -> StepRecord | None:
    """Return the record that is the letter of `step`, or the proof of its receipt."""
    return next((record for record in ladder.records.values() if (record.of, record.by) == (step, by)), None)


def completing(ladder: Ladder, step: str) -> tuple[str, ...]:
    """Return the records that `step` has to leave behind before it stands complete: those that later steps need."""
    later = {need for other in ladder.steps if other.id != step for need in other.needs}
    return tuple(name for name, one in ladder.records.items() if one.of == step and one.by == "hand" and name in later)


def before(ladder: Ladder, name: str) -> tuple[str, ...]:
    """Return the steps without which `name` may not be taken, in their order.

    Of a step of the ladder: all that come before it; of one beside it: those whose records it needs.
    """
    steps = [step.id for step in main_steps(ladder)]
    if name in steps:
        return tuple(steps[: steps.index(name)])
    step = step_of(ladder, name)
    of = {ladder.records[need].of for need in step.needs} if step else set()
    return tuple(one for one in steps if one in of)


def needs_two(ladder: Ladder, kind: str, name: str) -> bool:
    """Say whether who proposes this step or referral may not confirm it."""
    if kind == "refer":
        return name in ladder.four_eyes
    step = step_of(ladder, name) if kind == "step" else None
    return step is not None and step.four_eyes


def rested_on(state: CaseState) -> CaseState:
    """Return what a proposal rests on: not who works on the case, whether it is hidden or paused, where it is headed.

    A referral goes to the office of its purpose, whatever queue the case is headed for.
    """
    return replace(state, paused=False, assigned_to="", hidden_until=None, proposed=None, headed="")


def last_taken(state: CaseState, step: str) -> TakenStep | None:
    """Return the step as it was last taken."""
    return next((taken for taken in reversed(state.steps) if taken.step == step), None)


def spent_warnings(state: CaseState, day: date) -> int:
    """Return how many warnings are spent on `day`: the greater of the register and the ladder."""
    taken = (last_taken(state, step) for step in WARNINGS)
    ladder = sum(1 for one in taken if one is not None and one.deadline is not None and one.deadline < day)
    return max(state.warned, ladder)


def _after(state: CaseState, wanted: Wanted) -> CaseState:
    match wanted.kind:
        case "confirm":
            headed = wanted.queue or state.queue
            after = replace(state, stage="confirmed", joined_later=False, headed=headed)
        case "redirect":
            after = replace(state, headed=wanted.queue or state.queue)
        case "step" | "receipt":
            after = replace(state, steps=_steps_after(state, wanted))
        case "record":
            after = replace(state, records=state.records | {wanted.name})
        case "pause" | "resume":
            after = replace(state, paused=wanted.kind == "pause")
        case "refer":
            new = HandedOver(wanted.name, REFERRAL_STATES[0])
            after = replace(state, stage="referred", referrals=(*state.referrals, new))
        case "referral":
            referrals = list(state.referrals)
            referrals[wanted.referral] = replace(referrals[wanted.referral], state=wanted.name)
            after = replace(state, referrals=tuple(referrals))
        case "close":
            left = state.findings - state.closing
            after = replace(state, findings=left, closing=0, stage=state.stage if left else "resolved")
        case "waive" | "dismiss":
            after = _let_be(state, wanted)
        case _:
            after = _after_at_the_desk(state, wanted)
    return after


def _after_at_the_desk(state: CaseState, wanted: Wanted) -> CaseState:
    match wanted.kind:
        case "assign":
            return replace(state, assigned_to=wanted.name)
        case "snooze" | "wake":
            return replace(state, hidden_until=wanted.deadline)
        case "propose":
            assert wanted.on is not None
            return replace(state, proposed=Proposed(wanted.of, wanted.name, wanted.who, wanted.on, wanted.paper))
        case "retract":
            return replace(state, proposed=None)
        case "undo":
            assert wanted.undoes is not None
            return _taken_back(state, wanted.undoes)
    return state


def _taken_back(state: CaseState, undoes: Undoes) -> CaseState:
    match undoes.kind:
        case "redirected":
            return replace(state, headed=str(undoes.back))
        case "confirmed":
            return replace(state, stage=undoes.stage, headed=str(undoes.back), joined_later=undoes.stage != "flagged")
        case "assigned":
            return replace(state, assigned_to=str(undoes.back))
        case "snoozed" | "woken":
            return replace(state, hidden_until=undoes.until)
    count = int(undoes.back or 0)
    waived = state.waived - (count if undoes.kind == "waived" else 0)
    return replace(state, stage=undoes.stage, findings=state.findings + count, waived=waived)


def _left(state: CaseState, wanted: Wanted, after: CaseState) -> Proposed | None:
    """What waits for a second person: a proposal goes with what it proposed, and lapses when the case changes else."""
    stands = state.proposed
    if stands is None or wanted.kind in ("propose", "retract"):
        return after.proposed
    if (stands.kind, stands.name) == (wanted.kind, wanted.name):
        return None
    return stands if rested_on(after) == rested_on(state) else replace(stands, lapsed=True)


def _let_be(state: CaseState, wanted: Wanted) -> CaseState:
    """A live case is dismissed when nothing of it is open any more."""
    gone = state.findings if wanted.kind == "dismiss" else wanted.covered
    left = state.findings - gone
    waived = state.waived + (gone if wanted.kind == "waive" else 0)
    stage = "dismissed" if state.stage in LIVE and not left else state.stage
    return replace(state, findings=left, waived=waived, stage=stage)


def _steps_after(state: CaseState, wanted: Wanted) -> tuple[TakenStep, ...]:
    if wanted.kind == "step":
        assert wanted.on is not None
        return (*state.steps, TakenStep(wanted.name, wanted.on, None, wanted.deadline))
    steps = list(state.steps)
    place = max(n for n, taken in enumerate(steps) if taken.step == wanted.name)
    steps[place] = replace(steps[place], received=wanted.on, deadline=wanted.deadline or steps[place].deadline)
    return tuple(steps)


def _confirm(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    target = wanted.queue or state.queue
    if state.stage != "flagged" and not (state.stage == "confirmed" and state.joined_later):
        yield Missing("stage", "flagged")
    if not state.natures:
        yield Missing("finding")
    yield from _proof(state)
    yield from _guarded(state, target)


def _redirect(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    target = wanted.queue or state.queue
    if state.stage == "referred":
        yield Missing("handed_over")
    elif state.stage != "confirmed":
        yield Missing("stage", "confirmed")
    if not state.natures:
        yield Missing("finding")
    if target == state.headed:
        yield Missing("headed", target)
    yield from _guarded(state, target)


def _guarded(state: CaseState, target: str) -> Iterator[Missing]:
    if state.track == "outreach" and target in GUARDED:
        yield Missing("outreach", target)
    elif target != state.queue and target in GUARDED:
        yield Missing("not_proposed", target)


def _two(check: Check) -> Check:
    """Return `check` for what may need a second person: it is what another proposed, while the case has not changed."""

    def checked(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
        yield from check(state, wanted, ladder)
        if wanted.alone or not needs_two(ladder, wanted.kind, wanted.name):
            return
        stands = state.proposed
        if stands is None or (stands.kind, stands.name) != (wanted.kind, wanted.name):
            yield Missing("not_proposed_by_another", wanted.name)
        elif stands.lapsed:
            yield Missing("lapsed", stands.who)
        elif stands.who == wanted.who:
            yield Missing("own_proposal", stands.who)
        elif (stands.paper, stands.on) != (wanted.paper, wanted.on):
            yield Missing("other_paper", stands.who)

    return checked


def _propose(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
    yield from {"step": _step, "refer": _refer}[wanted.of](state, wanted, ladder)
    if state.proposed is not None and not state.proposed.lapsed:
        yield Missing("proposed", state.proposed.who)


def _retract(state: CaseState, _wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    if state.proposed is None:
        yield Missing("no_proposal")


def _step(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
    step = step_of(ladder, wanted.name)
    assert step is not None
    yield from _at_work(state)
    if state.party_kind not in REACHED:
        yield Missing("not_reached", state.party_kind)
    if step.covers and state.families.isdisjoint(step.covers):
        yield Missing("not_covered", step.id)
    if _taken_already(state, step.id, ladder):
        yield Missing("taken", step.id)
    required = before(ladder, step.id)
    yield from _incomplete(state, required, ladder)
    for need in step.needs:
        if not on_record(state, ladder.records[need]):
            yield Missing("record", need)
    yield from _time(state, required, wanted)
    yield from _dates(state, wanted, None)


def _taken_already(state: CaseState, step: str, ladder: Ladder) -> bool:
    """A step beside the ladder is due again once the ladder has gone on; any other is taken once."""
    places = [place for place, taken in enumerate(state.steps) if taken.step == step]
    if not places or step not in beside_steps(ladder):
        return bool(places)
    return places[-1] == len(state.steps) - 1


def _incomplete(state: CaseState, steps: tuple[str, ...], ladder: Ladder) -> Iterator[Missing]:
    for step in steps:
        if last_taken(state, step) is None:
            yield Missing("step", step)
        else:
            yield from (Missing("record", name) for name in completing(ladder, step) if name not in state.records)


def on_record(state: CaseState, record: StepRecord) -> bool:
    """Say whether something that a step needs is there: a letter by its step, a receipt by its day."""
    taken = last_taken(state, record.of)
    if record.by == "letter":
        return taken is not None
    if record.by == "receipt":
        return taken is not None and taken.received is not None
    return record.name in state.records


def _time(state: CaseState, required: tuple[str, ...], wanted: Wanted) -> Iterator[Missing]:
    """Each step waits for the end of the one before it; the last that was taken stands for all of them."""
    for step in reversed(required):
        taken = last_taken(state, step)
        if taken is None or wanted.on is None:
            continue
        if taken.deadline is not None and wanted.on <= taken.deadline:
            yield Missing("deadline", step, taken.deadline)
        elif wanted.on < taken.on:
            yield Missing("order", step, taken.on)
        return


def _receipt(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    taken = last_taken(state, wanted.name)
    if record_of(ladder, wanted.name, "receipt") is None:
        yield Missing("no_receipt", wanted.name)
    if taken is None:
        yield Missing("step", wanted.name)
    elif taken.received is not None:
        yield Missing("received", wanted.name, taken.received)
    yield from _dates(state, wanted, taken)


def _record(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
    record = ladder.records[wanted.name]
    yield from _live(state) if not record.of else _at_work(state, paused=True)
    if record.by != "hand":
        yield Missing(f"by_{record.by}", record.of)
        return
    if record.name in state.records:
        yield Missing("recorded", record.name)
    if record.name == PROOF and "indication" not in state.natures:
        yield Missing("no_indication")
    first = _opens(ladder, record)
    taken = last_taken(state, first) if first else None
    if first and taken is None:
        yield Missing("step", first)
    yield from _dates(state, wanted, taken)


def _opens(ladder: Ladder, record: StepRecord) -> str:
    """Return the step after which a record can be made: its own, or the one before where its own needs it."""
    step = step_of(ladder, record.of)
    if step is None or record.name not in step.needs:
        return record.of
    required = before(ladder, step.id)
    return required[-1] if required else ""


def _pause(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    if state.paused and wanted.kind == "pause":
        yield Missing("paused")
    if not state.paused and wanted.kind == "resume":
        yield Missing("not_paused")


def _refer(state: CaseState, wanted: Wanted, ladder: Ladder) -> Iterator[Missing]:
    purpose, day = wanted.name, wanted.on or wanted.today
    yield from _at_work(state)
    if purpose in ("pemeriksaan", "tmp2t") and state.party_kind not in REACHED:
        yield Missing("not_reached", state.party_kind)
    if purpose in AFTER_WARNINGS and spent_warnings(state, day) < len(WARNINGS):
        yield from _unspent(state, day)
    if purpose in EXCLUDES:
        if ARREARS not in state.families:
            yield Missing("no_arrears")
        if EXCLUDES[purpose] in {*state.carried, *(one.purpose for one in state.referrals)}:
            yield Missing("excluded", EXCLUDES[purpose])
    if purpose == "skk" and state.queue not in GUARDED:
        yield Missing("not_proposed", "kejaksaan")
    if purpose != "laporan" and step_of(ladder, purpose) is not None and last_taken(state, purpose) is None:
        yield Missing("step", purpose)
    if any(one.purpose == purpose and one.state != REFERRAL_STATES[-1] for one in state.referrals):
        yield Missing("running", purpose)
    yield from _dates(state, wanted, None)


def _unspent(state: CaseState, day: date) -> Iterator[Missing]:
    for step in WARNINGS:
        taken = last_taken(state, step)
        if taken is None:
            yield Missing("step", step)
        elif taken.deadline is None:
            yield Missing("record", f"receipt_{step}")
        elif taken.deadline >= day:
            yield Missing("deadline", step, taken.deadline)


def _referral(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    if state.stage != MERGED:  # an office may answer after the case went into another
        yield from _live(state)
    if wanted.referral >= len(state.referrals):
        yield Missing("referral")
        return
    stands = REFERRAL_STATES.index(state.referrals[wanted.referral].state)
    reaches = REFERRAL_STATES.index(wanted.name)
    if reaches <= stands:
        yield Missing("reached", REFERRAL_STATES[stands])
    yield from (Missing("state", name) for name in REFERRAL_STATES[stands + 1 : reaches])
    yield from _dates(state, wanted, None)


def _close(state: CaseState, _wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    if not state.closing:
        yield Missing("no_closing")


def _assign(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    if state.assigned_to == wanted.name:
        yield Missing("assigned", wanted.name) if wanted.name else Missing("unassigned")


def _note(_state: CaseState, _wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    """A note may be written at any time, about a closed case too."""
    yield from ()


def _snooze(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    last = wanted.today + timedelta(days=SNOOZE_DAYS)
    if wanted.deadline is None or wanted.deadline < wanted.today:
        yield Missing("until_past", until=wanted.today)
    elif wanted.deadline > last:
        yield Missing("until_far", until=last)


def _wake(state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    if state.hidden_until is None or state.hidden_until < wanted.today:
        yield Missing("not_hidden")


def _waive(state: CaseState, _wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    """What is waived already may be waived for longer, whatever the stage; nothing else that is closed may."""
    if not state.findings and not state.waived:
        yield Missing("finding")


def _dismiss(state: CaseState, _wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    yield from _live(state)
    if not state.findings:
        yield Missing("finding")


def _undo(_state: CaseState, wanted: Wanted, _ladder: Ladder) -> Iterator[Missing]:
    """What was done is taken back by who did it, and only as long as nobody outside and no scan has built on it."""
    undoes = wanted.undoes
    assert undoes is not None
    if undoes.kind not in UNDOABLE:
        yield Missing("not_undoable", undoes.kind)
        return
    if undoes.who != wanted.who:
        yield Missing("not_own", undoes.who)
    for code, stands in (
        ("not_last", not undoes.last),
        ("scanned", undoes.scanned),
        ("exported", undoes.exported),
        ("not_kept", not undoes.kept),
    ):
        if stands:
            yield Missing(code)


def _live(state: CaseState) -> Iterator[Missing]:
    if state.stage not in LIVE:
        yield Missing("stage", "live")


def _at_work(state: CaseState, *, paused: bool = False) -> Iterator[Missing]:
    """What every act needs that leaves the agency; `paused`: a pause does not hinder it."""
    if state.stage not in AT_WORK:
        yield Missing("stage", "confirmed")
    if state.track != "sanction":
        yield Missing("outreach")
    if not state.natures:
        yield Missing("finding")
    yield from _proof(state)
    if state.paused and not paused:
        yield Missing("paused")


def _proof(state: CaseState) -> Iterator[Missing]:
    if state.natures == {"indication"} and PROOF not in state.records:
        yield Missing("proof", PROOF)


def _dates(state: CaseState, wanted: Wanted, taken: TakenStep | None) -> Iterator[Missing]:
    """No document is of a day to come, older than what it is about, or than the letter that it belongs to."""
    if wanted.on is None:
        return
    if wanted.on > wanted.today:
        yield Missing("future", until=wanted.today)
    if state.since is not None and wanted.on < state.since:
        yield Missing("too_old", until=state.since)
    elif taken is not None and wanted.on < taken.on:
        yield Missing("order", taken.step, taken.on)


_CHECKS: Final = {
    "confirm": _confirm,
    "redirect": _redirect,
    "step": _two(_step),
    "receipt": _receipt,
    "record": _record,
    "pause": _pause,
    "resume": _pause,
    "refer": _two(_refer),
    "referral": _referral,
    "close": _close,
    "assign": _assign,
    "note": _note,
    "snooze": _snooze,
    "wake": _wake,
    "propose": _propose,
    "retract": _retract,
    "waive": _waive,
    "dismiss": _dismiss,
    "undo": _undo,
}
