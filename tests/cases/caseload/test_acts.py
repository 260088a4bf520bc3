"""Every act of the screen, as a value through the caseload, on both stores: the stored events, what a form is told."""

from dataclasses import fields
from datetime import timedelta
from typing import get_args

import pytest

from cases.caseload.acts import (
    NOBODY,
    Answer,
    Approve,
    Assign,
    CaseAct,
    Close,
    Confirm,
    Dismiss,
    Done,
    Merge,
    Note,
    Paper,
    Pause,
    Receipt,
    Record,
    Redirect,
    Refer,
    RefuseMerge,
    Resume,
    Retract,
    Snooze,
    Split,
    Step,
    Waive,
    Wake,
)
from cases.caseload.choices import ACTS
from cases.caseload.rights import RIGHTS
from rules.errors import PatuhError
from tests.cases.caseload.conftest import EN, Room

WALKED = (
    "INSERT INTO case_step (case_id, step, document, dated, signer, received_on, deadline, who, at) VALUES "
    "({case}, 'pemeriksaan', 'S/1', '2026-11-20', 'Kepala', NULL, NULL, 'sari', '2026-11-20 01:00:00'), "
    "({case}, 'teguran_1', 'S/2', '2026-11-21', 'Kepala', '2026-11-21', '2026-12-04', 'sari', '2026-11-21 01:00:00'), "
    "({case}, 'teguran_2', 'S/3', '2026-12-07', 'Kepala', '2026-12-07', '2026-12-21', 'sari', '2026-12-07 01:00:00')",
    "INSERT INTO case_record (case_id, record, document, dated, who, at) VALUES "
    "({case}, 'examination_report', 'R/1', '2026-11-20', 'sari', '2026-11-20 01:00:00'), "
    "({case}, 'employer_answer', 'R/2', '2026-11-20', 'sari', '2026-11-20 01:00:00')",
)
"""Two warnings whose time is over."""


def act(room: Room, number: int, wanted: CaseAct, login: str = "rina") -> Done:
    return room.caseload(login).act(number, wanted, EN, room.seen(number))


def served(room: Room) -> int:
    """A case in whose province an office takes what is handed over."""
    return room.flagged("c.queue = 'disnaker' AND c.track = 'sanction' AND c.province = '19'")[0]


def test_every_act_has_a_name_and_a_right() -> None:
    assert tuple(RIGHTS) == ACTS
    assert len(get_args(CaseAct)) == len(ACTS)


def test_acts_at_the_desk(room: Room) -> None:
    number, day = room.flagged()[0], room.day
    done = [
        act(room, number, wanted)
        for wanted in (
            Assign("tini"), Assign(NOBODY), Snooze(day + timedelta(days=3), "menunggu"), Wake(), Note("lihat [red]"),
            Pause("menunggu", day), Resume("lanjut"), Confirm(),
        )
    ]  # fmt: skip
    assert [(one.words, one.undoable) for one in done] == [
        ("assigned to tini", True),
        ("assigned to nobody", True),
        ("hidden from lists until 23 November 2026", True),
        ("shown again", True),
        ("note", False),
        ("paused; until 20 November 2026", False),
        ("goes on", False),
        ("confirmed for disnaker", True),
    ]
    assert [kind for kind, *_ in room.events(number)] == [
        "assigned", "assigned", "snoozed", "woken", "noted", "paused", "resumed", "confirmed",
    ]  # fmt: skip
    assert [one.seq for one in done] == list(range(2, 10))
    undone = room.caseload().undo(done[-1], EN)
    assert (undone.words, undone.undoable) == ("taken back: confirmed", False)
    assert room.events(number)[-1] == ("undone", "rina", "flagged")
    assert room.unsound() == []


def test_acts_along_the_ladder_with_two_persons(room: Room) -> None:
    number = served(room)
    act(room, number, Confirm())
    following = room.caseload("sari").choices(number, EN).following
    assert following is not None
    assert (following.kind, following.name, following.refused) == ("step", "pemeriksaan", ())
    act(room, number, Step(Paper("pemeriksaan", "S/1", room.day, "Kepala")), "sari")
    act(room, number, Record(Paper("examination_report", "R/1", room.day)), "sari")
    act(room, number, Record(Paper("employer_answer", "R/2", room.day)), "sari")
    act(room, number, Step(Paper("teguran_1", "S/2", room.day, "Kepala")), "sari")
    received = act(room, number, Receipt(Paper("teguran_1", "T/1", room.day)), "sari")
    assert "; until " in received.words
    (refused,) = [
        one for one in room.caseload().choices(number, EN).ladder if (one.kind, one.name) == ("step", "denda")
    ]
    assert refused.two
    assert refused.refused == (
        "the step Second written warning (teguran II) has not been taken",
        "proof of receipt of teguran II is not on record",
        "the time of First written warning (teguran I) runs until 4 December 2026",
    )
    room.store.change(f"DELETE FROM case_record WHERE case_id = {number}")
    room.store.change(f"DELETE FROM case_step WHERE case_id = {number}")
    for statement in WALKED:
        room.store.change(statement.format(case=number))
    room.day = room.day.replace(month=12, day=28)
    denda = Step(Paper("denda", "D/1", room.day, "Kepala"))
    proposed = act(room, number, denda, "tini")
    assert proposed.waits
    assert [case for case, state in room.states().items() if state.proposed] == [number]
    assert proposed.words.endswith("; proposed, another supervisor has to confirm it")
    waiting = room.caseload("tini").choices(number, EN).waiting
    assert waiting is not None
    assert (waiting.who, waiting.number, waiting.approve) == (
        "tini", "D/1", ("tini proposed it, and another person has to confirm it",),
    )  # fmt: skip
    seen_by_sari = room.caseload("sari").choices(number, EN).waiting
    assert seen_by_sari is not None
    assert seen_by_sari.approve[0] == "sari may not confirm what another person proposed"
    act(room, number, Retract("salah"), "tini")
    act(room, number, denda, "tini")
    seen_by_rina = room.caseload("rina").choices(number, EN).waiting
    assert seen_by_rina is not None
    assert seen_by_rina.approve == ()
    approved = act(room, number, Approve())
    assert not approved.waits
    handed = act(room, number, Refer("laporan", "L/1", room.day))
    assert "; office: " in handed.words
    assert [case for case, state in room.states().items() if state.referrals] == [number]
    (answer,) = room.caseload().choices(number, EN).answers
    assert (answer.state, answer.refused) == ("received", ())
    act(room, number, Answer(answer.referral, "received", "B/1", room.day), "sari")
    assert [kind for kind, *_ in room.events(number)][-6:] == [
        "put_forward", "proposal_retracted", "put_forward", "step_taken", "referred", "referral_received",
    ]  # fmt: skip
    told = room.caseload().choices(number, EN).refused["redirect"]
    assert "an office has it already" in told.what
    assert room.unsound() == []


def test_what_is_let_be_and_closed(room: Room) -> None:
    first, second, third = room.flagged()[:3]
    choices = room.caseload().choices(first, EN)
    waived = act(room, first, Waive("r", "Budi", "SK-4", rule=choices.rules[0].rule, subject=choices.subjects[0].key))
    assert waived.undoable
    assert waived.words.endswith("waived")
    assert act(room, second, Dismiss("r", "Budi", room.day)).words.endswith("; until 20 November 2026")
    room.store.change(f"UPDATE finding SET state = 'closing_proposed' WHERE case_id = {third}")
    assert not act(room, third, Close("r")).undoable
    assert room.events(second) == [("dismissed", "rina", "dismissed")]
    assert room.events(third) == [("closed", "rina", "resolved")]
    assert room.unsound() == []


def test_a_confirmed_case_is_sent_elsewhere(room: Room) -> None:
    number = room.flagged()[0]
    room.store.change(f"UPDATE case_file SET queue = 'kejaksaan' WHERE id = {number}")
    act(room, number, Confirm("disnaker"))
    queues = {one.name: one for one in room.caseload().choices(number, EN).queues}
    assert (queues["disnaker"].current, queues["kejaksaan"].proposed, queues["kejaksaan"].refused) == (True, True, ())
    done = act(room, number, Redirect("kejaksaan", "SKK"))
    assert (done.words, done.undoable) == ("headed for kejaksaan", True)
    room.caseload().undo(done, EN)
    assert room.store.ask(f"SELECT confirmed_queue FROM case_file WHERE id = {number}") == ["disnaker"]


def test_parties_are_merged_refused_and_split(room: Room) -> None:
    one, other = room.flagged()[:2]
    room.store.change(f"UPDATE case_file SET province = '19' WHERE id IN ({one}, {other})")
    stays, goes = (room.caseload().choices(number, EN).party for number in (one, other))
    done = act(room, one, Merge("r", stays=stays, goes=goes))
    assert done.words == f"party {goes} merged into party {stays}"
    assert done.touched == (other,)
    assert not done.undoable
    identifiers = room.caseload().choices(one, EN).identifiers
    anchors = [known for known in identifiers if known.anchors]
    assert all(known.shown != known.value for known in identifiers if known.kind == "npwp")
    went = room.store.ask(f"SELECT party_key, subject_key FROM finding WHERE case_id = {one} ORDER BY id DESC LIMIT 1")
    chosen = next(known for known in anchors if known.value.endswith(went[0][1]) or known.value == went[0][0])
    split = act(room, one, Split(stays, ((chosen.kind, chosen.value),), "r"))
    assert split.words.endswith(f"split off from party {stays}")
    assert len(split.touched) == 1
    room.store.change(
        "INSERT INTO merge_proposal (id, party_id, other_party_id, kind, value, state, scan_id) "
        f"SELECT 9001, {stays}, max(id), 'npwp', 'x', 'proposed', (SELECT max(id) FROM scan) FROM party "
        f"WHERE id NOT IN ({goes}, (SELECT max(id) FROM party))"
    )
    assert [line.number for line in room.caseload().choices(one, EN).proposals] == [9001]
    before = room.seen(one)
    refused = act(room, one, RefuseMerge(9001, "lain"))
    assert (refused.seq, refused.touched) == (before, ())
    assert room.caseload().party(stays) is not None
    assert room.caseload().party(10**6) is None
    assert room.unsound() == []


def test_what_may_not_be_done_says_why_before_a_form_is_filled(room: Room) -> None:
    number = room.flagged()[0]
    sari = room.caseload("sari").choices(number, EN)
    assert sari.refused["confirm"].what == "sari may not confirm a case"
    assert sari.refused["confirm"].why == "that is for the roles supervisor"
    assert "step" not in sari.refused
    rina = room.caseload("rina").choices(number, EN)
    assert {"confirm", "assign", "snooze", "waive", "dismiss", "note", "merge"}.isdisjoint(rina.refused)
    assert "it is not hidden" in rina.refused["wake"].what
    assert "nothing is proposed in it" in rina.refused["approve"].what
    people = {one.login: one for one in rina.people}
    assert people["edo"].refused.startswith("edo may not work on cases.")
    assert (people["tini"].refused, people[NOBODY].current) == ("", True)
    assert (rina.headed, rina.proposed, rina.seen) == ("disnaker", "disnaker", room.seen(number))
    queues = {one.name: one.refused for one in rina.queues}
    assert queues == {"disnaker": (), "kejaksaan": ("routing does not propose the kejaksaan for it",)}
    assert {one.name for one in fields(rina.refused["wake"])} == {"what", "why", "remedy"}
    with pytest.raises(PatuhError, match="There is no case"):
        room.caseload("budi").choices(number, EN)
