"""What a person lets be, by the acts: at once what the next scan would make of it, and an event in each case."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cases.life.letting_be import Ground, Reach, WantedWaiver, dismiss, waive, withdraw
from cases.life.refusal import NotAllowedError
from tests.cases.store.conftest import START
from tests.cases.stores import Store

if TYPE_CHECKING:
    from sqlmodel import Session

    from cases.life.acts import Book
    from cases.service import Act
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]


def day(number: int) -> date:
    return START + timedelta(days=number)


def wanted(since: int, until: int | None, reason: str = "delay granted", **reach: Any) -> WantedWaiver:
    ground = Ground(reason, "budi", None if until is None else day(until))
    return WantedWaiver(Reach(**(reach or {"whole_party": True})), ground, day(since), "SK-1")


def waive_case(case: int, reach: dict[str, Any], session: Session, act: Act, book: Book) -> Any:
    return waive(session, case, act, book, wanted(1, None, **reach))


def refused(nights: Nights, on: int, do: Callable[..., Any]) -> str:
    with pytest.raises(NotAllowedError) as error:
        nights.act(do, on)
    return " | ".join((str(error.value.what), str(error.value.why), str(error.value.remedy)))


REACHES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"whole_party": True}, {}),
    ({"rule": "R-1"}, {"rule": "R-1"}),
    ({"subject_key": "B"}, {"subject_key": "B"}),
]


@pytest.mark.parametrize(("reach", "columns"), REACHES)
def test_the_act_comes_to_what_the_scan_makes_of_the_same_waiver(
    make_nights: type[Nights], make_store: Callable[..., Store], tmp_path: Path, say: Say, reach: Any, columns: Any
) -> None:
    violations = [
        say("A", source="employer:X", severity=4),
        say("B", source="employer:X"),
        say("A", source="employer:X", rule="R-2", severity=3),
        say("C", source="employer:X", rule="KUM", track="outreach"),
        say("D"),
    ]
    came_to = []
    for name in ("by the act", "by the scan"):
        (tmp_path / name).mkdir()
        nights = make_nights(tmp_path / name, make_store())
        nights.run(0, *violations)
        party, case = nights.ask("SELECT party_id, case_id FROM finding WHERE subject_key = 'B'")[0]
        if name == "by the act":
            nights.act(partial(waive_case, case, reach), 1)
        else:
            nights.waive(party, 1, None, province="19", **columns)
        states = nights.states()
        matched, written = nights.run(1, *violations)
        if name == "by the act":
            assert nights.states() == states, "at once"
        cases = nights.ask("SELECT id, stage, queue, severity, stage_before, resolved_on FROM case_file ORDER BY id")
        ends = nights.ask("SELECT case_id, kind, to_stage FROM event WHERE kind = 'waived' ORDER BY case_id")
        counts = [(one.rule, one.subjects) for one in matched.waived]
        came_to.append((nights.states(), cases, ends, counts, written.queues))
    assert came_to[0] == came_to[1]


def test_each_case_of_the_party_has_the_event_and_the_ones_with_nothing_left_are_dismissed(
    nights: Nights, say: Say
) -> None:
    nights.run(
        0,
        say("A", source="employer:X"),
        say("B", source="employer:X", rule="KUM", track="outreach"),
        say("C", source="employer:X", region="31.01", province="31"),
        say("D"),
    )
    done = nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(1, 5)), 1)
    assert (done.findings, done.cases, done.closed, done.waiver) == (2, (1, 2), (1, 2), 1)
    stages = nights.ask("SELECT stage FROM case_file ORDER BY id")
    assert stages == ["dismissed", "dismissed", "flagged", "flagged"], "another province, another party"
    everywhere = nights.act(lambda s, a, b: waive(s, 3, a, b, wanted(1, 5, whole_party=True, everywhere=True)), 1)
    assert (everywhere.findings, everywhere.cases, everywhere.closed) == (1, (1, 2, 3), (3,))
    events = nights.ask("SELECT case_id, who, kind, from_stage, to_stage FROM event WHERE seq = 2 ORDER BY case_id")
    assert events == [(number, "rina", "waived", "flagged", "dismissed") for number in (1, 2, 3)]
    told = json.loads(nights.ask("SELECT payload FROM event_payload WHERE case_id = 2 AND seq = 2")[0])
    assert (told["waiver"], told["findings"], told["reason"], told["until"]) == (1, [2], "delay granted", "2026-01-06")


def test_a_waiver_of_days_to_come_changes_nothing_before_its_first_night(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    done = nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(3, 4)), 1)
    assert (done.findings, done.cases, done.closed) == (0, (1,), ())
    nights.run(2, say("A"))
    assert nights.states() == [("A", 1, "open")]
    nights.run(3, say("A"))
    assert nights.states() == [("A", 1, "waived")]
    renewed = nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(5, 6)), 4)
    assert (renewed.findings, renewed.cases) == (0, (1,)), "what is waived may be waived for longer"
    for number in (5, 6):
        nights.run(number, say("A"))
    assert nights.states() == [("A", 1, "waived")]
    nights.run(7, say("A"))
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open")]


@pytest.mark.parametrize("exported", [False, True])
def test_a_case_in_which_something_stays_open_is_proposed_anew_by_the_next_scan(
    nights: Nights, say: Say, exported: bool
) -> None:
    nights.run(0, say("A", severity=4, warnings_spent=2), say("A", rule="R-2"))
    assert nights.ask("SELECT queue, severity FROM case_file") == [("kejaksaan", 3)]
    nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(1, None, rule="R-1")), 1)
    if exported:
        nights.change("DELETE FROM unanchored")
    nights.run(1, say("A", severity=4, warnings_spent=2), say("A", rule="R-2"))
    assert nights.ask("SELECT stage, queue, severity FROM case_file") == [("flagged", "disnaker", 2)]


def test_a_withdrawn_waiver_is_looked_at_by_the_next_scan_and_told_in_each_case(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", source="employer:X"), say("B", source="employer:X", rule="KUM", track="outreach"))
    nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(1, None)), 1)
    done = nights.act(lambda s, a, b: withdraw(s, 1, a, b, "granted in error"), 2, "sari")
    assert (done.waiver, done.cases) == (1, (1, 2))
    assert nights.ask("SELECT withdrawn_on, withdrawn_by, withdrawn_why FROM waiver") == [
        ("2026-01-03", "sari", "granted in error")
    ]
    assert nights.ask("SELECT case_id, who, kind FROM event WHERE seq = 3 ORDER BY case_id") == [
        (1, "sari", "waiver_withdrawn"),
        (2, "sari", "waiver_withdrawn"),
    ]
    nights.run(2, say("A", source="employer:X"), outcomes={"B": "pass"})
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open"), ("B", 1, "waived")], "what passes is not opened"
    assert refused(nights, 3, lambda s, a, b: withdraw(s, 1, a, b, " ")).split(" | ") == [
        "Waiver 1, to withdraw it: not allowed, because sari withdrew it on 3 January 2026; no reason is given.",
        "a decision without its reason cannot be checked later",
        "patuh waivers list tells which are in force; say why with --reason",
    ]


def test_what_has_ended_or_was_never_made_cannot_be_withdrawn(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.act(lambda s, a, b: waive(s, 1, a, b, wanted(1, 2)), 1)
    assert "its last day was 3 January 2026" in refused(nights, 3, lambda s, a, b: withdraw(s, 1, a, b, "why"))
    assert refused(nights, 3, lambda s, a, b: withdraw(s, 9, a, b, "why")) == (
        "There is no waiver 9. | only what was waived can be withdrawn | patuh waivers list shows the numbers"
    )


def test_a_refusal_of_a_waiver_names_everything_that_is_missing_and_writes_nothing(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.run(1, outcomes={"A": "pass"})
    before = nights.dump()
    bare = WantedWaiver(Reach(subject_key="Z"), Ground(" ", "", day(1)), day(4), "")
    text = refused(nights, 2, lambda s, a, b: waive(s, 1, a, b, bare))
    for part in (
        "Case 1, to waive it: not allowed, because",
        "no reason is given",
        "nobody is named who answers for it",
        "no paper is named that it rests on",
        "the day is before today, 3 January 2026",
        "its last day is before its first, 5 January 2026",
        "nothing was found of that subject",
        "no finding is open in it",
        "a decision without its reason cannot be checked later",
        "say it with the command: --reason, --owner, --until, --proof, --subject",
    ):
        assert part in text, part
    nothing = WantedWaiver(Reach(), Ground("why", "budi"), day(2), "SK-1")
    text = refused(nights, 2, lambda s, a, b: waive(s, 1, a, b, nothing))
    assert "it is not said what of the party it covers" in text
    assert "--rule | --subject | --whole-party" in text
    assert nights.dump() == before
    assert nights.ask("SELECT count(*) FROM waiver") == [0]


def test_a_dismissed_case_is_closed_at_once_with_its_reason(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("A", rule="R-2"))
    text = refused(nights, 1, lambda s, a, b: dismiss(s, 1, a, b, Ground("", "", day(0))))
    assert "no reason is given; nobody is named who answers for it; the day is before today, 2 January 2026" in text
    done = nights.act(lambda s, a, b: dismiss(s, 1, a, b, Ground("bankrupt", "budi", day(5))), 1)
    assert (done.findings, done.cases, done.closed, done.waiver) == (2, (1,), (1,), None)
    assert nights.ask("SELECT stage FROM case_file") == ["dismissed"]
    assert nights.ask("SELECT until, reason, owner, who FROM dismissal") == [("2026-01-06", "bankrupt", "budi", "rina")]
    assert nights.ask("SELECT who, kind, from_stage, to_stage FROM event WHERE seq = 2") == [
        ("rina", "dismissed", "flagged", "dismissed")
    ]
    again = refused(nights, 2, lambda s, a, b: dismiss(s, 1, a, b, Ground("why", "budi")))
    assert "the case has to be open; no finding is open in it" in again
    nights.run(5, say("A"), say("A", rule="R-2"))
    assert nights.ask("SELECT count(*) FROM case_file") == [1]
    nights.run(6, say("A"), outcomes={"A": "pass"})
    assert nights.states() == [("A", 1, "dismissed"), ("A", 1, "dismissed"), ("A", 2, "open")]
