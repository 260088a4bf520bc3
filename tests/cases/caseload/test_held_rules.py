"""Held rules as the screen asks for them: why, where, a sample, the decision; and who may not decide."""

from decimal import Decimal

import pytest

from cases.access.identity import NotPermittedError
from cases.caseload.caseload import Caseload
from cases.held import Exceeded, HeldLine, HeldNight, Verdict
from cases.wording import Wording
from rules.errors import UsageError
from tests.cases.rooms import DAY, EMPLOYERS, ERNA, RINA, SARI, TONO, Rooms

EN = Wording("en")
FIVE_OF_SIX = Exceeded(violations=5, judged=6, new=5, max_share=Decimal("0.3"), max_new=None)


def counted(caseload: Caseload) -> dict[str, int | None]:
    """What stands beside the names of the rooms."""
    return {one.view.name: one.count for one in caseload.counts_beside()}


def test_a_held_rule_tells_which_limit_it_exceeded_and_where_its_findings_lie(rooms: Rooms) -> None:
    rooms.scan()
    with rooms.caseload() as caseload:
        room, sample = caseload.held(), caseload.held_sample("SIZE-01", EN)
        assert counted(caseload) == {"held": 1, "repair": 0}
    with rooms.caseload(ERNA) as caseload:
        assert counted(caseload) == {"held": None, "repair": None}
    assert rooms.desk.store.ask("SELECT count(*) FROM access_refusal") == [0]
    assert room.lines == (HeldLine("SIZE-01", 5, DAY, (HeldNight(DAY, 5, FIVE_OF_SIX),)),)
    assert FIVE_OF_SIX.too_large_a_share
    assert not FIVE_OF_SIX.too_many_new
    assert (room.refused, room.decisions) == (None, ())
    assert sample.regions == (("19.71", 3), ("19.01", 1), ("31.71", 1))
    assert sample.total == 5
    # By turns: one of each region before a second of any.
    assert [one.finding.region for one in sample.findings] == ["19.71", "19.01", "31.71", "19.71", "19.71"]
    assert [one.finding.said for one in sample.findings][:2] == ["25 workers.", "27 workers."]
    assert sorted(one.finding.subject for one in sample.findings) == ["***1", "***2", "***3", "***4", "***6"]
    assert sample.findings[0].finding.lines[0].values[0] == ("workers according to WLKP", "25")


def test_the_limit_on_new_findings_is_told_from_the_second_night_on(rooms: Rooms) -> None:
    config = rooms.desk.config
    config.write_text(config.read_text("utf-8").replace("{max_share: 0.3}", "{max_share: 1.0, max_new: 2}"), "utf-8")
    rooms.write((("W-05", "CV Contoh 5", "31.71", 3),))
    rooms.scan()
    rooms.write()
    later = DAY.replace(day=21)
    rooms.scan(later)
    with rooms.caseload(day=later) as caseload:
        (line,) = caseload.held().lines
    exceeded = Exceeded(violations=5, judged=6, new=5, max_share=Decimal("1.0"), max_new=2)
    assert line.nights == (HeldNight(later, 5, exceeded),)
    assert exceeded.too_many_new
    said = rooms.command("held", "list", "--config", config, "--lang", "en", day=later)
    assert "new: 5; at most 2 a night are allowed: exceeded by 3" in said
    assert "✓ share: 5 of 6 judged are violations, 83.33 %; at most 100.00 % is allowed" in said


def test_a_night_of_an_older_version_kept_no_limits_and_that_is_said(rooms: Rooms) -> None:
    rooms.scan()
    rooms.desk.store.change('UPDATE scan SET counts = \'{"findings":{},"cases":{}}\'')
    with rooms.caseload() as caseload:
        (line,) = caseload.held().lines
    assert line.nights == (HeldNight(DAY, 5, None),)
    said = rooms.command("held", "list", "--config", rooms.desk.config, "--lang", "en")
    assert "what the rule came to on that night was not kept by the version that scanned" in said


@pytest.mark.parametrize("choice", ["released", "discarded"])
def test_a_decision_is_on_record_and_shown_with_who_and_why(rooms: Rooms, choice: str) -> None:
    rooms.scan()
    with rooms.caseload() as caseload:
        decided = caseload.decide_held(Verdict("SIZE-01", choice, "Checked with the branch", 5))  # type: ignore[arg-type]
        room = caseload.held()
    assert (decided.rule, decided.choice, decided.findings) == ("SIZE-01", choice, 5)
    assert room.lines == ()
    (past,) = room.decisions
    assert (past.rule, past.choice, past.findings, past.who) == ("SIZE-01", choice, 5, "rina")
    assert (past.reason, f"{past.at:%H:%M %z}") == ("Checked with the branch", "08:00 +0700")
    states = rooms.desk.store.ask("SELECT DISTINCT state FROM finding")
    assert states == ["open" if choice == "released" else "dismissed"]


def test_who_is_for_a_region_sees_its_part_and_is_told_who_may_decide(rooms: Rooms) -> None:
    rooms.scan()
    with rooms.caseload(SARI) as caseload:
        room, sample = caseload.held(), caseload.held_sample("SIZE-01", EN)
        with pytest.raises(NotPermittedError, match="that is for every region, and sari is for 19"):
            caseload.decide_held(Verdict("SIZE-01", "released", "r"))
    assert [(one.findings, one.nights[0].findings) for one in room.lines] == [(4, 4)]
    assert room.refused is not None
    assert "ask somebody with regions: all" in str(room.refused)
    assert sample.regions == (("19.71", 3), ("19.01", 1))
    assert rooms.desk.store.ask("SELECT act FROM access_refusal") == ["held"]
    assert rooms.desk.store.ask("SELECT DISTINCT state FROM finding") == ["held"]
    with rooms.caseload(TONO) as caseload:
        assert caseload.held().lines[0].findings == 1
        assert "that is for the roles supervisor" in str(caseload.held().refused)
    with rooms.caseload(ERNA) as caseload, pytest.raises(NotPermittedError, match="list what waits for a person"):
        caseload.held()


def test_what_a_scan_held_meanwhile_is_not_decided_unseen(rooms: Rooms) -> None:
    rooms.scan()
    with rooms.caseload(RINA) as caseload:
        (seen,) = caseload.held().lines
        rooms.write((*EMPLOYERS, ("W-07", "CV Contoh 7", "19.71", 99)))
        rooms.scan(DAY.replace(day=21))
        with pytest.raises(UsageError, match="6 findings of SIZE-01 are held now, and 5 were seen"):
            caseload.decide_held(Verdict("SIZE-01", "released", "All sound", seen.findings))
        assert caseload.held().lines[0].findings == 6
    assert rooms.desk.store.ask("SELECT count(*) FROM held_decision") == [0]
