"""What comes next by what is on record now, beside the walk along the ladder written down by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.life.following import Following, following, next_step
from cases.life.moves import CaseState, Proposed, TakenStep
from rules.load import load_rule_book

LADDER = load_rule_book()[0].ladder
DAY = date(2026, 6, 30)
PAST, RUNS, THEN = DAY - timedelta(days=1), DAY, date(2026, 2, 1)
PLAIN = CaseState(
    "confirmed", "sanction", "employer", "disnaker", frozenset({"violation"}), frozenset({"registration"}), THEN
)
EXAMINED, REPORTED = TakenStep("pemeriksaan", THEN), frozenset({"examination_report", "employer_answer"})
WARNED, SENT = TakenStep("teguran_1", THEN, THEN, PAST), TakenStep("teguran_1", THEN)


@pytest.mark.parametrize(
    ("said", "after", "step"),
    [
        ({"stage": "flagged"}, Following("confirm"), (None, False)),
        ({"stage": "flagged", "natures": frozenset({"indication"})}, Following("record", "violation_proof"), None),
        ({}, Following("step", "pemeriksaan"), ("pemeriksaan", True)),
        ({"steps": (EXAMINED,)}, Following("record", "examination_report"), ("teguran_1", False)),
        ({"steps": (EXAMINED,), "records": REPORTED}, Following("step", "teguran_1"), ("teguran_1", True)),
        ({"steps": (EXAMINED, SENT), "records": REPORTED}, Following("receipt", "teguran_1"), (None, False)),
        (
            {"steps": (EXAMINED, replace(WARNED, deadline=RUNS)), "records": REPORTED},
            Following("wait", "teguran_1"),
            (None, False),
        ),
        ({"steps": (EXAMINED, WARNED), "records": REPORTED}, Following("step", "teguran_2"), ("teguran_2", True)),
        ({"paused": True}, Following("resume"), (None, False)),
        ({"proposed": Proposed("step", "denda", "sari", THEN)}, Following("approve"), (None, False)),
        ({"proposed": Proposed("step", "denda", "sari", THEN, lapsed=True)}, Following("step", "pemeriksaan"), None),
        ({"track": "outreach"}, None, (None, False)),
        ({"party_kind": "institution"}, None, (None, False)),
        ({"natures": frozenset()}, None, (None, False)),
        ({"stage": "resolved"}, None, (None, False)),
    ],
)
def test_what_comes_next(
    said: dict[str, object], after: Following | None, step: tuple[str | None, bool] | None
) -> None:
    state = replace(PLAIN, **said)  # type: ignore[arg-type]
    assert following(state, LADDER, DAY) == after
    if step is not None:
        assert next_step(state, LADDER, DAY) == step


def test_arrears_alone_end_after_two_warnings() -> None:
    warned = tuple(TakenStep(name, THEN, THEN, PAST) for name in ("teguran_1", "teguran_2"))
    state = replace(PLAIN, families=frozenset({"contributions"}), steps=(EXAMINED, *warned), records=REPORTED)
    assert following(state, LADDER, DAY) is None


def test_a_command_is_what_a_person_types() -> None:
    assert Following("receipt", "teguran_1").command(7) == "patuh cases receipt 7 teguran_1"
    assert Following("confirm").command(7) == "patuh cases confirm 7"
    assert Following("wait", "teguran_1").command(7) == "patuh due"
