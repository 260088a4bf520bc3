"""A case is walked along the ladder by the commands that a person types."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from cases.exit_codes import ExitCode
from cases.store.database import open_session
from cases.store.models import Case, CaseStep, Event, Finding, Referral
from rules.load import load
from tests.cases.office import replaced

Patuh = Callable[..., Any]
FOUND = date(2026, 11, 20)


class Office:
    """One case of the scanned province, and the commands on it with the run file said."""

    def __init__(self, patuh: Patuh, folder: Path) -> None:
        self._patuh, self.config = patuh, folder / "rules.yaml"
        self.store = f"sqlite:///{folder / '.patuh' / 'patuh.db'}"
        self.number = 0

    def __call__(self, command: str, *words: object, day: date = FOUND, case: bool = True) -> Any:
        name = [self.number] if case else []
        return self._patuh(
            "cases", command, *name, *words, "--config", self.config, "--lang", "en", day=day, user="rina"
        )

    def due(self, *words: object, day: date) -> Any:
        return self._patuh("due", *words, "--config", self.config, "--lang", "en", day=day)

    def paper(self, number: str, day: date) -> tuple[str, ...]:
        return ("--document", number, "--on", day.isoformat())

    def step(self, name: str, on: date, day: date | None = None) -> Any:
        return self("step", name, *self.paper(f"S/{name}", on), "--signed-by", "Kepala Kantor", day=day or on)


@pytest.fixture
def office(patuh: Patuh, scanned: Path) -> Office:
    made = Office(patuh, scanned)
    made.store = load(made.config).configuration.store
    with open_session(made.store) as session:
        employers = session.exec(select(Case).where(Case.queue == "disnaker", Case.purpose == "laporan")).all()
        rules = {case.id: case for case in employers}
        made.number = min(rules)
    return made


def said(answer: Any) -> str:
    """The text on one line."""
    return " ".join((answer.out + answer.err).split())


def walk_to_teguran_2(office: Office) -> None:
    assert office("confirm").code is ExitCode.DONE
    taken = office.step("pemeriksaan", date(2026, 11, 23))
    for record, after in (("examination_report", "record"), ("employer_answer", "step")):
        assert f"Next: patuh cases record {office.number} {record} " in said(taken)
        paper = office.paper(f"R/{record}", date(2026, 11, 24))
        taken = office("record", record, *paper, day=date(2026, 11, 24))
        assert f"Next: patuh cases {after} {office.number} " in said(taken)
    shown = said(office("show", day=date(2026, 11, 24)))
    assert "Next step First written warning (teguran I)" in shown, "no scan has been since"
    assert "Examination (pemeriksaan) has been put on record since the last scan; this follows from what is" in shown
    taken = office.step("teguran_1", date(2026, 11, 25))
    assert f"Next: patuh cases receipt {office.number} teguran_1 " in said(taken)
    assert "Next step of the sanction ladder: none is proposed" in said(office("show", day=date(2026, 11, 25)))
    received = office("receipt", "teguran_1", *office.paper("TT/1", date(2026, 11, 26)), day=date(2026, 11, 27))
    # ten working days after 26 November 2026, counted by hand: 27 and 30 November, 1-4 and 7-10 December
    assert "Runs until 10 December 2026" in said(received)
    assert "Next: patuh due " in said(received)


def test_the_ladder_is_walked_step_by_step(office: Office) -> None:
    walk_to_teguran_2(office)
    (waits,) = office.due("--json", day=date(2026, 12, 7)).json["due"]
    assert (waits["what"], waits["turn"], waits["until"], waits["working_days"]) == (
        "deadline", "employer", "2026-12-10", 3,
    )  # fmt: skip
    (late,) = office.due("--json", "--queue", "disnaker", day=date(2026, 12, 15)).json["due"]
    assert (late["case"], late["what"], late["turn"], late["working_days"]) == (office.number, "overdue", "agency", -3)
    assert office.due("--json", "--queue", "kejaksaan", day=date(2026, 12, 15)).json["due"] == []
    early = office.step("teguran_2", date(2026, 12, 10))
    assert early.code is not ExitCode.DONE
    assert "First written warning (teguran I) runs until 10 December 2026" in said(early)
    assert office.step("teguran_2", date(2026, 12, 11)).code is ExitCode.DONE
    with open_session(office.store) as session:
        steps = session.exec(select(CaseStep).order_by(col(CaseStep.id))).all()
        kinds = session.exec(select(Event.kind).where(Event.case_id == office.number).order_by(col(Event.seq))).all()
    assert [(one.step, one.deadline) for one in steps] == [
        ("pemeriksaan", None),
        ("teguran_1", date(2026, 12, 10)),
        ("teguran_2", None),
    ]
    assert steps[0].signer == "Kepala Kantor"
    shown = said(office("show", day=date(2026, 12, 12)))
    assert "First written warning (teguran I): S/teguran_1, 25 November 2026, signed by Kepala Kantor; " in shown
    assert "runs until 10 December 2026" in shown
    assert "its receipt is not on record" in said(office.due(day=date(2026, 12, 12)))
    assert list(kinds) == [
        "opened", "confirmed", "step_taken", "recorded", "recorded", "step_taken", "step_received", "step_taken",
    ]  # fmt: skip


def test_a_refusal_names_everything_that_is_missing(office: Office) -> None:
    refused = office.step("teguran_2", date(2026, 11, 20))
    text = said(refused)
    assert refused.code is not ExitCode.DONE
    for part in (
        "the case has to be confirmed",
        "the step Examination (pemeriksaan) has not been taken",
        "the step First written warning (teguran I) has not been taken",
        "number of the examination report is not on record",
        "the employer's answer is not on record",
        "proof of receipt of teguran I is not on record",
        f"patuh cases confirm {office.number}",
    ):
        assert part in text, part
    with open_session(office.store) as session:
        assert session.exec(select(CaseStep)).all() == []


def test_a_refusal_names_the_command_for_each_record_that_is_missing(office: Office) -> None:
    office("confirm")
    office.step("pemeriksaan", FOUND)
    told = said(office.step("teguran_1", FOUND))
    commands = (f"patuh cases record {office.number} {name}" for name in ("examination_report", "employer_answer"))
    assert f"put on record what is missing: {'; '.join(commands)}" in told


def test_what_is_due_is_narrowed_to_a_region_of_any_level_and_ends_otherwise_where_no_office_takes_a_case(
    office: Office,
) -> None:
    office("confirm")
    with open_session(office.store) as session:
        region = session.exec(select(Finding.region).where(Finding.case_id == office.number)).first()
    assert region
    assert office.due("--json", day=FOUND).code is ExitCode.DONE
    replaced(office.config, 'queue: disnaker, regions: ["19"]', 'queue: disnaker, regions: ["31"]')
    for code, found in (("19", 1), (region, 1), (region[:5], 1), ("19.99", 0), ("31", 0)):
        due = office.due("--json", "--region", code, day=FOUND)
        assert len(due.json["due"]) == found, code
        assert due.code is (ExitCode.NOT_JUDGED if found else ExitCode.DONE)
    assert "1 case goes nowhere before its office stands under offices: in rules.yaml." in said(office.due(day=FOUND))


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 11, 24), "the day is after today, 23 November 2026"),
        (date(2026, 11, 19), "the day is before the finding, 20 November 2026"),
    ],
)
def test_a_document_of_tomorrow_or_before_the_finding_is_refused(office: Office, on: date, why: str) -> None:
    office("confirm")
    assert why in said(office.step("pemeriksaan", on, date(2026, 11, 23)))


def test_a_pause_holds_the_next_step_back(office: Office) -> None:
    office("confirm")
    assert "No reason is given" in said(office("pause", "--reason", " "))
    assert office("pause", "--reason", "appeal").code is ExitCode.DONE
    assert "the case is paused" in said(office.step("pemeriksaan", date(2026, 11, 20)))
    assert office("resume", "--reason", "appeal withdrawn").code is ExitCode.DONE
    assert office.step("pemeriksaan", date(2026, 11, 20)).code is ExitCode.DONE


def test_a_referral_goes_to_the_office_of_the_province_and_through_its_states(office: Office) -> None:
    paper = office.paper("L/1", FOUND)
    assert "has to be confirmed" in said(office("refer", "--purpose", "laporan", *paper))
    office("confirm")
    done = office("refer", "--purpose", "laporan", *paper)
    assert "Office: Disnaker" in said(done)
    assert "the step Second written warning (teguran II) has not been taken" in said(
        office("refer", "--purpose", "pemeriksaan", *paper)
    )
    skipped = said(office("referral", 1, "answered", "--on", "2026-11-20"))
    assert "has not been received by the office first" in skipped
    assert "has not been acted on by the office first" in skipped
    for state in ("received", "acted", "answered"):
        assert office("referral", 1, state, "--on", "2026-11-20").code is ExitCode.DONE
    with open_session(office.store) as session:
        referral = session.exec(select(Referral)).one()
        assert (referral.state, referral.answered_on) == ("answered", FOUND)
        assert session.get_one(Case, office.number).stage == "referred"


def test_the_prosecutors_are_open_only_where_routing_proposed_them(office: Office) -> None:
    office("confirm")
    text = said(office("refer", "--purpose", "skk", *office.paper("K/1", FOUND)))
    assert "routing does not propose the kejaksaan for it" in text
