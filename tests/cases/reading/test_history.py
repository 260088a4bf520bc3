import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session, select

from cases.explanation import case_file
from cases.names import EVENTS, STAGES, STANDINGS, STATES
from cases.reader import Reader
from cases.store import models, stages
from cases.store.database import open_session
from cases.telling import EVENT_KINDS
from connectors.landed import Standing

FileCase = Callable[..., int]


def tell(store_url: str, number: int, payload: dict[str, object], kind: str = "changed") -> None:
    with open_session(store_url, write=True) as session:
        session.add(
            models.Event(
                case_id=number,
                seq=2,
                at=datetime(2026, 11, 19, 23, 0, tzinfo=UTC),
                who="scan",
                kind=kind,
                from_stage="flagged",
                to_stage="flagged",
                payload_sha256="",
                hash="",
            )
        )
        session.add(models.EventPayload(case_id=number, seq=2, salt="", payload=json.dumps(payload)))
        session.commit()


def finding_of(store_url: str, number: int) -> int:
    with open_session(store_url) as session:
        return session.exec(select(models.Finding.id).where(models.Finding.case_id == number)).one()


def test_a_change_says_what_registers_said_before_and_after(
    file_case: FileCase, store_url: str, session: Session, reader: Reader
) -> None:
    number = file_case([{"rule": "PDS-TK-01"}])
    before = {
        "registered_workers": 50,
        "registered_as_of": "2026-11-01",
        "npp": "NPP190001234",
        "employed_workers": 100,
    }
    after = {**before, "registered_workers": 60, "registered_as_of": "2026-11-15", "npp": None}
    finding = finding_of(store_url, number)
    tell(store_url, number, {"run": "run-2", "evidence": [{"finding": finding, "before": before, "after": after}]})
    event = case_file(session, number, reader).events[1]
    assert (event.who, event.what) == ("scan run-2", "bukti berubah")
    assert event.details == (
        "PDS-TK-01 ************4711: NPP semula ********1234, kini -; "
        "tanggal data kepesertaan semula 1 November 2026, kini 15 November 2026; "
        "pekerja terdaftar semula 50, kini 60",
    )
    (detail,) = case_file(session, number, replace(reader, unmask=True)).events[1].details
    assert "NPP semula NPP190001234" in detail


def test_many_changes_are_told_in_part_and_counted(
    file_case: FileCase, store_url: str, session: Session, reader: Reader
) -> None:
    number = file_case([{"rule": "PDS-TK-01"}])
    change = {"finding": finding_of(store_url, number), "before": {"npp": "A"}, "after": {"npp": "B"}}
    tell(store_url, number, {"run": "run-2", "evidence": [change] * 30})
    details = case_file(session, number, replace(reader, members=4)).events[1].details
    assert len(details) == 5
    assert details[-1] == "… dan 26 lagi"


def test_a_subject_that_nothing_more_is_said_of(
    file_case: FileCase, store_url: str, session: Session, reader: Reader
) -> None:
    number = file_case([{"rule": "PDS-TK-01"}])
    gone = {"finding": finding_of(store_url, number), "before": {"npp": "A"}}
    tell(store_url, number, {"run": "run-2", "evidence": [gone, {"finding": 5, "before": {}}]}, kind="subject_gone")
    event = case_file(session, number, reader).events[1]
    assert (event.what, event.details) == ("hilang dari register", ())


def test_every_code_of_the_store_has_words() -> None:
    by_persons = {"confirmed", "step_taken", "step_received", "recorded", "paused", "resumed", "closed", "unmasked"}
    by_persons |= {"put_forward", "proposal_retracted"}
    by_persons |= {"waived", "dismissed", "waiver_withdrawn"}
    of_referrals = {"referred", "referral_received", "referral_acted", "referral_answered"}
    at_the_desk = {"assigned", "noted", "snoozed", "woken", "purged", "undone", "redirected"}
    of_parties = {"merged", "absorbed", "party_merged", "split_off", "split_from"}
    assert {*EVENT_KINDS, *by_persons, *of_referrals, *at_the_desk, *of_parties} == set(EVENTS)
    assert set(stages.STAGES) == set(STAGES)
    assert set(stages.FINDING_STATES) == set(STATES)
    assert set(Standing) == set(STANDINGS)
