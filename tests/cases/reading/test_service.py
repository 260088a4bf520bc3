import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlmodel import select

from cases.life.refusal import NotAllowedError
from cases.service import Act, confirm, confirmed_in
from cases.store.chain import payload_of
from cases.store.database import open_session
from cases.store.models import Case, Event
from cases.store.stages import STAGES
from cases.wording import Wording

FileCase = Callable[..., int]
WIB = timezone(timedelta(hours=7))
SALT = bytes(32)
RINA = Act("rina", datetime(2026, 11, 20, 6, 15, tzinfo=WIB), SALT)
PARTLY = {"rule": "PDS-TK-01"}
ENGLISH = Wording("en")


@pytest.fixture
def filler(filler_of_either: Any) -> Any:
    """On both kinds of store: what is asked here is SQL."""
    return filler_of_either


def test_a_confirmation_moves_the_case_and_writes_one_event(file_case: FileCase, store_url: str) -> None:
    number = file_case([PARTLY])
    with open_session(store_url, write=True) as session:
        done = confirm(session, number, RINA, ENGLISH)
    assert (done.number, done.queue, done.who, done.seq) == (number, "disnaker", "rina", 2)
    with open_session(store_url) as session:
        file = session.get_one(Case, number)
        event = session.exec(select(Event).where(Event.seq == 2)).one()
        assert (file.stage, file.confirmed_queue, file.confirmed_by) == ("confirmed", "disnaker", "rina")
        assert file.confirmed_at == datetime(2026, 11, 19, 23, 15, tzinfo=UTC)
        assert (event.kind, event.from_stage, event.to_stage, event.who) == (
            "confirmed",
            "flagged",
            "confirmed",
            "rina",
        )
        assert json.loads(payload_of(session, number, 2) or "")["queue"] == "disnaker"
        assert confirmed_in(session, "disnaker") == 1
        assert confirmed_in(session, "kejaksaan") == 0


def test_a_person_may_choose_another_queue(file_case: FileCase, store_url: str) -> None:
    number = file_case([{"rule": "IUR-03"}], queue="kejaksaan", purpose="skk")
    with open_session(store_url, write=True) as session:
        assert confirm(session, number, RINA, ENGLISH, queue="disnaker").queue == "disnaker"
    with open_session(store_url) as session:
        assert session.get_one(Case, number).queue == "kejaksaan"
        assert confirmed_in(session, "disnaker") == 1


def test_a_second_confirmation_is_refused_and_says_who_was_first(file_case: FileCase, store_url: str) -> None:
    number = file_case([PARTLY])
    with open_session(store_url, write=True) as session:
        confirm(session, number, RINA, ENGLISH)
    later = Act("budi", RINA.at + timedelta(hours=1), SALT)
    with (
        open_session(store_url, write=True) as session,
        pytest.raises(NotAllowedError, match=r"is confirmed, not flagged(?s:.*)confirmed by rina on 20 November 2026"),
    ):
        confirm(session, number, later, ENGLISH)
    with open_session(store_url) as session:
        assert len(session.exec(select(Event)).all()) == 2
        assert session.get_one(Case, number).confirmed_by == "rina"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "flagged"])
def test_only_a_flagged_case_is_confirmed(file_case: FileCase, store_url: str, stage: str) -> None:
    number = file_case([PARTLY], stage=stage)
    with (
        open_session(store_url, write=True) as session,
        pytest.raises(NotAllowedError, match=f"is {stage}, not flagged"),
    ):
        confirm(session, number, RINA, ENGLISH)


@pytest.mark.parametrize(
    ("findings", "case", "act", "queue", "told"),
    [
        ([], {}, RINA, None, "has no open finding"),
        ([{**PARTLY, "state": "resolved"}], {}, RINA, None, "has no open finding"),
        ([{**PARTLY, "state": "held"}], {}, RINA, None, "has no open finding"),
        ([PARTLY], {}, Act("  ", RINA.at, SALT), None, "Nobody is named who confirms"),
        ([PARTLY], {}, Act("scan", RINA.at, SALT), None, "name the person with --by"),
        ([{"rule": "KUM-01"}], {"track": "outreach"}, RINA, "kejaksaan", "is outreach, not a violation"),
        ([PARTLY], {}, RINA, "kejaksaan", "is not proposed for kejaksaan but for disnaker"),
    ],
)
def test_what_is_missing_is_said(
    file_case: FileCase,
    store_url: str,
    findings: list[object],
    case: dict[str, object],
    act: Act,
    queue: str | None,
    told: str,
) -> None:
    number = file_case(findings, **case)
    with open_session(store_url, write=True) as session, pytest.raises(NotAllowedError, match=told):
        confirm(session, number, act, ENGLISH, queue)
    with open_session(store_url) as session:
        assert session.get_one(Case, number).stage == "flagged"


def test_indications_alone_are_not_confirmed(file_case: FileCase, store_url: str) -> None:
    number = file_case([{**PARTLY, "rule_version_id": 90}])
    with (
        open_session(store_url, write=True) as session,
        pytest.raises(NotAllowedError, match="rests on indications only"),
    ):
        confirm(session, number, RINA, ENGLISH)


def test_a_case_that_is_not_there(store_url: str) -> None:
    with open_session(store_url, write=True) as session, pytest.raises(NotAllowedError, match=r"Tidak ada kasus 7"):
        confirm(session, 7, RINA, Wording("id"))
