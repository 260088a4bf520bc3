"""Two people at one case: the second is told what the first did, sees both versions, and nothing is lost."""

import pytest

from cases.caseload.acts import Assign, Confirm, Note
from cases.caseload.conflict import ConflictError
from tests.cases.caseload.conftest import EN, Room


def test_who_comes_second_is_told_what_came_between_and_nothing_is_done(room: Room) -> None:
    (number, *_) = room.flagged()
    rina, tini = room.caseload("rina"), room.caseload("tini")
    seen = rina.open(number, EN).seen
    assert tini.open(number, EN).seen == seen
    assert rina.act(number, Confirm(), EN, seen).words == "confirmed for disnaker"
    room.patuh("cases", "note", number, "--text", "lihat berkas", user="sari")
    with pytest.raises(ConflictError) as told:
        tini.act(number, Confirm(), EN, seen)
    assert [(one.seq, one.who) for one in told.value.since] == [(seen + 1, "rina"), (seen + 2, "sari")]
    assert told.value.since[1].details == ("lihat berkas",)
    assert told.value.now.seen == seen + 2
    assert not told.value.now.file.draft
    assert (told.value.now.line.stage, told.value.now.line.seen) == ("confirmed", seen + 2)
    assert str(told.value.what) == f"Case {number} has changed since you read it: sari, {told.value.since[1].at}: note."
    assert told.value.why == "an act rests on what was read, and nothing was done"
    assert told.value.remedy == "read what is new, and do it again if it is still right"
    assert room.events(number) == [("confirmed", "rina", "confirmed"), ("noted", "sari", "confirmed")]
    assert tini.act(number, Note("dibaca"), EN, told.value.now.seen).seq == seen + 3
    assert room.unsound() == []


def test_a_case_that_changed_is_told_before_any_other_refusal(room: Room) -> None:
    (number, *_) = room.flagged()
    seen = room.seen(number)
    room.caseload("tini").act(number, Assign("sari"), EN, seen)
    with pytest.raises(ConflictError):
        room.caseload("rina").act(number, Assign("nobody there"), EN, seen)
