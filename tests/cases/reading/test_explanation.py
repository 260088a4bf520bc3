from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest
from sqlmodel import Session, select

from cases.explanation import case_file
from cases.reader import Reader
from cases.store.database import open_session
from cases.store.models import RuleVersion
from cases.wording import Wording
from engine.detect import Work
from rules.errors import UsageError
from rules.model import RuleBook

FileCase = Callable[..., int]
SITE = {"rule": "JAKON-01", "subject_key": "tender-1"}
PARTLY = {"rule": "PDS-TK-01"}
MEMBER = {"rule": "KUM-01", "severity": 1}
NEVER = {"name": "Budi Santoso", "cover_until": None, "wage_earner_active": None}


def test_every_condition_is_shown_with_its_values(
    file_case: FileCase, session: Session, reader: Reader, book: RuleBook
) -> None:
    number = file_case([PARTLY], name="PT Timah Contoh")
    file = case_file(session, number, reader)
    (group,) = file.groups
    (finding,) = group.findings
    rule = book.rules["PDS-TK-01"]
    *lines, working = finding.lines
    assert [line.text for line in lines] == [text.text for text in (*rule.scope, *rule.needs, *rule.when)]
    assert {line.outcome for line in lines} == {"TRUE"}
    assert dict(lines[-1].values) == {"pekerja terdaftar": "50", "pekerja menurut WLKP": "100"}
    needs = next(line for line in finding.lines if line.part.startswith("needs"))
    assert dict(needs.values)["tanggal data WLKP"] == "1 November 2026"
    assert finding.said == "50 dari 100 pekerja terdaftar; 50 belum."
    # The fine of the ladder has no working yet: nobody said what was owed, and no second warning is on record.
    assert (working.part, working.text, working.outcome) == (
        "pekerja belum terdaftar",
        "employed_workers - registered_workers",
        "50",
    )


def test_the_article_is_in_words_with_how_it_was_checked(file_case: FileCase, session: Session, reader: Reader) -> None:
    number = file_case([PARTLY, SITE])
    articles = {group.rule: group.articles for group in case_file(session, number, reader).groups}
    assert (
        "UU 24/2011 pasal 15(1); berlaku sejak 25 November 2011; V: naskah peraturan telah dibaca"
        in articles["PDS-TK-01"]
    )
    letter = next(text for text in articles["JAKON-01"] if "Keuda" in text)
    assert "pasal" not in letter
    assert "V2: dibaca pada sumber sekunder" in letter


def test_why_this_queue_is_the_decisions_trail(file_case: FileCase, session: Session, reader: Reader) -> None:
    file = case_file(session, file_case([PARTLY]), reader)
    (firing,) = file.trail
    assert (file.queue, firing.rule, firing.why) == (
        "disnaker",
        "REGISTRATION",
        "Kewajiban pendaftaran belum dipenuhi.",
    )
    assert ("has_registration", "1") in firing.read


def test_a_deadline_is_worked_out_on_the_day_it_is_shown(file_case: FileCase, session: Session, reader: Reader) -> None:
    number = file_case([SITE])
    for today, overdue in ((date(2026, 11, 20), "60 hari yang lalu"), (date(2026, 9, 21), "belum lewat")):
        (group,) = case_file(session, number, replace(reader, today=today)).groups
        (finding,) = group.findings
        assert finding.deadlines == (
            f"tanggal kontrak ditambah 14 hari kerja: paling lambat 21 September 2026, {overdue}",
        )
        assert "21 September 2026" in finding.said
        assert "Rp1.234.567.890,50" in finding.said


def test_the_sentence_is_whole_also_without_the_engine(file_case: FileCase, session: Session, reader: Reader) -> None:
    number = file_case([SITE, PARTLY])
    quick = case_file(session, number, replace(reader, explain=None))
    slow = case_file(session, number, reader)
    assert [one.said for group in quick.groups for one in group.findings] == [
        one.said for group in slow.groups for one in group.findings
    ]
    assert not any(one.lines for group in quick.groups for one in group.findings)
    assert (quick.next_step, slow.next_step) == (f"patuh cases explain {number}", f"patuh cases confirm {number}")


def test_a_group_lists_its_members_lapsed_and_never_covered_apart(
    file_case: FileCase, session: Session, reader: Reader
) -> None:
    lapsed = [{**MEMBER, "subject_key": f"ANGGOTA-{index:06}"} for index in range(25)]
    never = [{**MEMBER, "subject_key": "ANGGOTA-999999", "line": "never_covered", "evidence": NEVER}]
    number = file_case(
        [*lapsed, *never],
        kind="group",
        name="Kelompok Melati",
        track="outreach",
        severity=1,
        identifiers={"source": "group:KUM-001"},
    )
    file = case_file(session, number, replace(reader, explain=None, members=20))
    assert [(group.line, group.count, len(group.findings)) for group in file.groups] == [
        (None, 25, 20),
        ("belum pernah terlindungi", 1, 1),
    ]
    assert file.outreach
    assert file.groups[0].nature == "bukan pelanggaran"
    assert file.groups[0].articles == ()
    assert file.groups[0].findings[0].said.startswith("S. A. tidak terlindungi (terakhir terlindungi: 31 Oktober 2026)")
    assert file.groups[0].findings[0].deadlines == ("perlindungan sampai: 31 Oktober 2026, 20 hari yang lalu",)
    assert file.groups[1].findings[0].deadlines == ()


def test_identifiers_are_covered_until_asked_for(file_case: FileCase, session: Session, reader: Reader) -> None:
    secrets = {"npwp": "0012345678901234", "nik": "1971014708900001", "source": "employer:WLKP-19710004711"}
    number = file_case([PARTLY, {**MEMBER, "subject_key": "ANGGOTA-000123"}], identifiers=secrets)
    covered = repr(case_file(session, number, reader))
    for secret in (*secrets.values(), "WLKP-19710004711", "ANGGOTA-000123", "NPP190001234", "Siti Aminah"):
        assert secret not in covered
    open_file = repr(case_file(session, number, replace(reader, unmask=True)))
    for secret in (*secrets.values(), "ANGGOTA-000123", "NPP190001234", "Siti Aminah"):
        assert secret in open_file


def test_other_cases_of_the_party_and_events_in_local_time(
    file_case: FileCase, session: Session, reader: Reader
) -> None:
    first = file_case([PARTLY])
    other = file_case([SITE], province="18", stage="confirmed", same_party_as=first)
    file = case_file(session, first, replace(reader, zone=timezone(timedelta(hours=7))))
    assert [(one.number, one.province, one.stage) for one in file.others] == [(other, "18", "dikonfirmasi")]
    assert [(event.seq, event.at, event.who, event.what) for event in file.events] == [
        (1, "2 November 2026 06:15", "scan", "kasus dibuka")
    ]


def test_only_a_flagged_case_is_a_draft(file_case: FileCase, session: Session, reader: Reader) -> None:
    flagged, confirmed = file_case([PARTLY]), file_case([SITE], stage="confirmed")
    assert case_file(session, flagged, reader).draft
    file = case_file(session, confirmed, replace(reader, zone=timezone(timedelta(hours=7))))
    assert not file.draft
    assert dict(file.head)["Dikonfirmasi pada"] == "18 November 2026"
    assert file.next_step == "patuh export disnaker --format xlsx"


def test_a_rule_that_is_gone_or_changed_is_said(
    file_case: FileCase, store_url: str, session: Session, reader: Reader, work: Work
) -> None:
    number = file_case([PARTLY])
    rules = {name: rule for name, rule in work.book.rules.items() if name != "PDS-TK-01"}
    gone = replace(reader, work=replace(work, book=replace(work.book, rules=rules)))
    (group,) = case_file(session, number, gone).groups
    assert group.findings[0].note == ("Aturan ini dimatikan atau sudah tidak ada; temuan tetap seperti saat dinilai.")
    session.rollback()
    with open_session(store_url, write=True) as writing:
        for version in writing.exec(select(RuleVersion).where(RuleVersion.rule == "PDS-TK-01")):
            version.sha256 = "another"
        writing.commit()
    (group,) = case_file(session, number, reader).groups
    assert group.findings[0].note == (
        "Aturan telah berubah sejak temuan ini dinilai; yang ditampilkan menurut aturan hari ini."
    )


def test_a_case_that_is_not_there(session: Session, reader: Reader) -> None:
    with pytest.raises(UsageError, match=r"(?s)There is no case 12\..*patuh cases list shows the numbers"):
        case_file(session, 12, replace(reader, wording=Wording("en")))
