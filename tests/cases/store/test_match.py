"""The table of design §7, each line through match and write on a real store."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from cases.night import Spine
from rules.configuration import Guard
from tests.cases.stores import Store, orphans

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]


def test_nothing_stored_and_a_violation_is_a_new_finding_that_opens_a_case(nights: Nights, say: Say) -> None:
    _, written = nights.run(0, say("A"), say("B"), say("A", rule="R-2"))
    assert written.findings["new"] == 3
    assert written.cases == {"opened": 2, "kept": 0, "resolved": 0, "reopened": 0}
    assert written.queues == {"disnaker": {"proposed": 2, "confirmed": 0}}
    assert nights.ask("SELECT stage, queue, severity, opened_on FROM case_file ORDER BY id") == [
        ("flagged", "disnaker", 3, "2026-01-01"),
        ("flagged", "disnaker", 2, "2026-01-01"),
    ]
    assert nights.ask("SELECT case_id, seq, kind, to_stage FROM event") == [
        (1, 1, "opened", "flagged"),
        (2, 1, "opened", "flagged"),
    ]
    assert orphans(nights.store) == []


def test_a_second_violation_of_a_party_joins_its_open_case(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    _, written = nights.run(1, say("A"), say("A", rule="R-2"))
    assert (written.findings["new"], written.findings["kept"]) == (1, 1)
    assert written.cases == {"opened": 0, "kept": 1, "resolved": 0, "reopened": 0}
    assert nights.ask("SELECT count(*) FROM case_file") == [1]
    assert nights.ask("SELECT severity FROM case_file") == [3]
    assert nights.ask("SELECT kind FROM event ORDER BY seq") == ["opened", "joined"]


def test_open_and_the_same_violation_again_writes_nothing_but_the_scan(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    before = nights.dump()
    _, written = nights.run(1, say("A"), say("B"))
    assert nights.dump() == before
    assert written.findings["kept"] == 2
    assert {table for table, rows in written.rows.items() if rows} == {"scan"}
    assert nights.ask("SELECT count(*) FROM scan") == [2]


@pytest.mark.parametrize("change", [{"evidence": "2"}, {"warnings_spent": 2}, {"line": "work_ended"}])
def test_open_and_what_registers_said_changed_is_written_with_one_event(
    nights: Nights, say: Say, change: dict[str, Any]
) -> None:
    nights.run(0, say("A"), say("B"))
    _, written = nights.run(1, say("A", **change), say("B"))
    assert (written.findings["changed"], written.findings["kept"]) == (1, 2)
    assert nights.ask("SELECT case_id, kind FROM event WHERE seq > 1") == [(1, "changed")]
    payload = json.loads(nights.ask("SELECT payload FROM event_payload WHERE seq > 1")[0])
    assert payload["changed"] == [1]
    assert payload["evidence"][0]["before"] == {"workers": 1}
    assert nights.ask("SELECT evidence FROM finding WHERE id = 1") == [say("A", **change)["evidence"]]


@pytest.mark.parametrize("dismissed", [False, True])
def test_routing_facts_that_no_register_said_tonight_stay_and_change_nothing(
    nights: Nights, say: Say, dismissed: bool
) -> None:
    nights.run(0, say("A", warnings_spent=2, instalment_plan_kept=True), say("B"))
    if dismissed:
        nights.dismiss(1)
    before = nights.dump()
    silent = {"warnings_spent": None, "instalment_plan_kept": None}
    nights.run(1, say("A", **silent), say("B", **silent))
    assert nights.dump() == before


def test_what_else_changed_is_told_beside_the_routing_facts_that_stay(nights: Nights, say: Say) -> None:
    silent = {"warnings_spent": None, "instalment_plan_kept": None}
    nights.run(0, say("A", warnings_spent=2, instalment_plan_kept=True), say("B", **silent))
    _, written = nights.run(1, say("A", evidence="2", **silent), say("B", warnings_spent=2))
    assert written.findings["changed"] == 2
    facts = "SELECT warnings_spent, instalment_plan_kept FROM finding ORDER BY id"
    assert nights.ask(facts) == [(2, 1), (2, 0)]
    assert nights.ask("SELECT queue FROM case_file") == ["kejaksaan", "kejaksaan"]
    before = nights.dump()
    nights.run(2, say("A", evidence="2", **silent), say("B", **silent))
    nights.run(3, say("A", evidence="2", warnings_spent=2, instalment_plan_kept=True), say("B", warnings_spent=2))
    assert nights.dump() == before
    nights.run(4, say("B", **silent), outcomes={"A": "pass"})
    nights.run(5, say("A", evidence="2", **silent), say("B", **silent))
    assert nights.ask(facts) == [(2, 1), (2, 0)], "the same episode goes on with what was said of it"


def test_spent_warnings_take_the_case_to_the_other_queue(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    _, written = nights.run(1, say("A", warnings_spent=2), say("B"))
    assert written.queues == {
        "disnaker": {"proposed": 1, "confirmed": 0},
        "kejaksaan": {"proposed": 1, "confirmed": 0},
    }


def test_open_and_pass_is_resolved_and_its_case_with_the_last_one(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("A", rule="R-2"))
    _, first = nights.run(1, say("A", rule="R-2"), outcomes={"A": "pass"})
    assert (first.findings["resolved"], first.cases["resolved"], first.cases["kept"]) == (1, 0, 1)
    _, last = nights.run(2, outcomes={"A": "pass"})
    assert (last.findings["resolved"], last.cases["resolved"], last.cases["kept"]) == (1, 1, 0)
    assert nights.ask("SELECT stage, stage_before, resolved_on FROM case_file") == [
        ("resolved", "flagged", "2026-01-03")
    ]
    assert nights.ask("SELECT state, resolved_on FROM finding ORDER BY rule") == [
        ("resolved", "2026-01-02"),
        ("resolved", "2026-01-03"),
    ]
    assert nights.ask("SELECT kind FROM event ORDER BY seq") == ["opened", "finding_resolved", "resolved"]
    assert last.queues == {}


def test_open_and_not_applicable_proposes_closing_once(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    _, written = nights.run(1, outcomes={"A": "not_applicable"})
    assert (written.findings["closing_proposed"], written.cases["resolved"]) == (1, 0)
    assert nights.states() == [("A", 1, "closing_proposed")]
    before = nights.dump()
    nights.run(2, outcomes={"A": "not_applicable"})
    assert nights.dump() == before
    nights.run(3, say("A"))
    assert nights.states() == [("A", 1, "open")]


def test_open_and_gone_from_a_complete_spine_is_subject_gone_and_stays_open(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    _, written = nights.run(1)
    assert written.findings["subject_gone"] == 1
    assert nights.states() == [("A", 1, "subject_gone")]
    assert nights.ask("SELECT stage FROM case_file") == ["flagged"]


@pytest.mark.parametrize(
    "spine",
    [Spine(fresh=False, complete=True), Spine(fresh=True, complete=False), Spine(fresh=True, complete=("31", "19.72"))],
)
def test_gone_from_a_spine_that_may_not_say_so_is_left(nights: Nights, say: Say, spine: Spine) -> None:
    nights.run(0, say("A"))
    nights.spine = spine
    matched, _ = nights.run(1)
    assert nights.states() == [("A", 1, "open")]
    assert matched.left == 1


def test_gone_from_a_spine_complete_for_its_region_is_subject_gone(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.spine = Spine(fresh=True, complete=("19",))
    nights.run(1)
    assert nights.states() == [("A", 1, "subject_gone")]


def test_a_subject_whose_row_was_rejected_is_unknown_and_not_gone(nights: Nights, say: Say, tmp_path: Path) -> None:
    nights.run(0, say("A"), say("B"))
    rejected = tmp_path / "rejected.parquet"
    duckdb.sql(f"COPY (SELECT 'A' AS subject_key UNION ALL SELECT NULL) TO '{rejected}' (FORMAT parquet)")
    nights.spine = Spine(fresh=True, complete=True, rejected_keys=rejected)
    matched, _ = nights.run(1)
    assert nights.states() == [("A", 1, "open"), ("B", 1, "subject_gone")]
    assert matched.left == 1


@pytest.mark.parametrize("outcome", ["unknown", "error"])
def test_open_and_no_verdict_is_left_as_it_is(nights: Nights, say: Say, outcome: str) -> None:
    nights.run(0, say("A"))
    before = nights.dump()
    matched, written = nights.run(1, outcomes={"A": outcome})
    assert nights.dump() == before
    assert (matched.left, written.findings["kept"], written.cases["kept"]) == (1, 0, 1)


def test_a_rule_that_did_not_judge_leaves_its_findings(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    before = nights.dump()
    matched, _ = nights.run(1, only=["R-2"], outcomes={"A": "pass"})
    assert nights.dump() == before
    assert matched.left == 1


@pytest.mark.parametrize(("later", "episodes", "stage"), [(31, [("A", 1, "open")], "confirmed"), (32, None, None)])
def test_resolved_and_violated_again_goes_on_or_begins_anew(
    nights: Nights, say: Say, later: int, episodes: list[Any] | None, stage: str | None
) -> None:
    nights.run(0, say("A"))
    nights.change("UPDATE case_file SET stage = 'confirmed', confirmed_queue = 'kejaksaan'")
    nights.run(1, outcomes={"A": "pass"})
    _, written = nights.run(later, say("A"))
    assert written.findings["reopened"] == 1
    if episodes:
        assert nights.states() == episodes
        assert nights.ask("SELECT stage, resolved_on, stage_before FROM case_file") == [(stage, None, None)]
        assert nights.ask("SELECT opened_on, resolved_on FROM finding") == [("2026-01-01", None)]
        assert written.cases["reopened"] == 1
        assert written.queues == {"kejaksaan": {"proposed": 0, "confirmed": 1}}
    else:
        assert nights.states() == [("A", 1, "resolved"), ("A", 2, "open")]
        assert nights.ask("SELECT stage FROM case_file ORDER BY id") == ["resolved", "flagged"]
        assert nights.ask("SELECT opened_on FROM finding WHERE episode = 2") == ["2026-02-02"]
        assert written.cases == {"opened": 1, "kept": 0, "resolved": 0, "reopened": 0}


def test_a_waiver_stands_until_it_ends_and_a_new_episode_begins_with_a_fresh_clock(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("B"))
    nights.waive(1, 1, 2, "R-1")
    matched, written = nights.run(1, say("A"), say("B"))
    assert nights.states() == [("A", 1, "waived"), ("B", 1, "open")]
    assert nights.ask("SELECT stage FROM case_file ORDER BY id") == ["dismissed", "flagged"]
    assert nights.ask("SELECT kind, to_stage FROM event WHERE case_id = 1 AND seq = 2") == [("waived", "dismissed")]
    assert [(one.rule, one.region, one.subjects) for one in matched.waived] == [("R-1", "19.71", 1)]
    before = nights.dump()
    nights.run(2, say("A", evidence="5"), say("B"))
    assert nights.dump() == before
    matched, written = nights.run(3, say("A", evidence="5"), say("B"))
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open"), ("B", 1, "open")]
    assert (written.findings["reopened"], matched.ended.waivers) == (1, 1)
    assert nights.ask("SELECT case_id, opened_on FROM finding WHERE episode = 2") == [(3, "2026-01-04")]
    before = nights.dump()
    matched, _ = nights.run(4, say("A", evidence="5"), say("B"))
    assert nights.dump() == before
    assert matched.ended.waivers == 0


def test_a_waiver_of_another_rule_or_time_covers_nothing(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 0, None, "R-2")
    nights.waive(1, 5, None)
    matched, _ = nights.run(1, say("A"), say("A", rule="R-2", evidence="3"))
    assert nights.states() == [("A", 1, "open")]
    assert [one.rule for one in matched.waived] == ["R-2"]


def test_a_new_violation_under_a_waiver_is_counted_and_not_stored(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 0, None, "R-2")
    before = nights.dump()
    matched, written = nights.run(1, say("A"), say("A", rule="R-2"))
    after = nights.dump()
    assert {table for table in before if before[table] != after[table]} == {"rule_version"}
    assert written.findings["new"] == 0
    assert matched.waived[0].subjects == 1


def test_a_waived_finding_that_passes_stays_as_it_is_and_nothing_is_opened_when_the_waiver_ends(
    nights: Nights, say: Say
) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 1, 2)
    nights.run(1, say("A"))
    before = nights.dump()
    for day in (2, 3, 4):
        nights.run(day, outcomes={"A": "pass"})
    assert nights.dump() == before
    nights.run(5, say("A"))
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open")], "within settle_days, and yet a fresh clock"


@pytest.mark.parametrize("outcome", ["violation", "unknown", "not_applicable", "gone"])
def test_from_its_first_night_a_waiver_lets_be_what_did_not_pass(nights: Nights, say: Say, outcome: str) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 1, None)
    nights.run(1, *([say("A")] if outcome == "violation" else []), outcomes={} if outcome == "gone" else {"A": outcome})
    assert nights.states() == [("A", 1, "waived")]
    assert nights.ask("SELECT stage FROM case_file") == ["dismissed"]


def test_what_passes_on_the_first_night_of_a_waiver_is_resolved(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 1, None)
    nights.run(1, outcomes={"A": "pass"})
    assert nights.states() == [("A", 1, "resolved")]
    assert nights.ask("SELECT stage FROM case_file") == ["resolved"]


def test_what_was_resolved_and_comes_back_under_a_waiver_has_a_fresh_clock_after_it(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.run(1, outcomes={"A": "pass"})
    nights.waive(1, 2, 3)
    nights.run(2, say("A"))
    assert nights.ask("SELECT state, resolved_on FROM finding") == [("waived", None)]
    assert nights.ask("SELECT stage FROM case_file") == ["resolved"]
    nights.run(4, say("A"))
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open")]
    assert nights.ask("SELECT opened_on FROM finding WHERE episode = 2") == ["2026-01-05"]


@pytest.mark.parametrize(("said", "covered"), [({"province": "19"}, True), ({"province": "31"}, False)])
def test_a_waiver_of_a_province_lets_be_what_was_found_there(
    nights: Nights, say: Say, said: dict[str, str], covered: bool
) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 1, None, **said)
    matched, _ = nights.run(1, say("A"), say("A", rule="R-2"))
    assert nights.states() == ([("A", 1, "waived")] if covered else [("A", 1, "open"), ("A", 1, "open")])
    assert sum(one.subjects for one in matched.waived) == (2 if covered else 0)


def test_a_waiver_of_a_subject_lets_the_others_of_the_party_be_found(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", source="employer:X"), say("B", source="employer:X"))
    nights.waive(1, 1, None, subject_key="B")
    nights.run(1, say("A", source="employer:X"), say("B", source="employer:X"))
    assert nights.states() == [("A", 1, "open"), ("B", 1, "waived")]
    assert nights.ask("SELECT stage, severity FROM case_file") == [("flagged", 2)]


def test_a_withdrawn_waiver_is_honoured_nowhere(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.waive(1, 1, None, withdrawn_on="2026-01-03")
    nights.run(1, say("A"))
    assert nights.states() == [("A", 1, "waived")], "a scan for a day before it was withdrawn"
    nights.run(2, say("A"))
    assert nights.states() == [("A", 1, "waived"), ("A", 2, "open")]


def test_held_findings_wait_under_a_waiver_as_before(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), passes=9)
    nights.guards = {"R-1": Guard(max_share=Decimal("0.1"), max_new=None)}
    nights.run(1, say("A"), say("B", source="employer:A"), passes=7)
    nights.waive(1, 2, 3)
    matched, _ = nights.run(2, say("A"), say("B", source="employer:A"), passes=7)
    assert nights.states() == [("A", 1, "waived"), ("B", 1, "held")]
    assert sum(one.subjects for one in matched.waived) == 2
    nights.run(3, say("A"), outcomes={"B": "pass"})
    assert nights.states() == [("A", 1, "waived"), ("B", 1, "resolved")]


def test_a_dismissal_stands_until_the_evidence_changes(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.dismiss(1)
    before = nights.dump()
    nights.run(1, say("A"))
    nights.run(2, outcomes={"A": "pass"})
    assert nights.dump() == before
    _, written = nights.run(3, say("A", evidence="9"))
    assert nights.states() == [("A", 1, "dismissed"), ("A", 2, "open")]
    assert nights.ask("SELECT stage FROM case_file ORDER BY id") == ["dismissed", "flagged"]
    assert written.findings["reopened"] == 1
    before = nights.dump()
    nights.run(4, say("A", evidence="9"))
    assert nights.dump() == before


@pytest.mark.parametrize("change", [{"line": "work_ended"}, {"severity": 4}, {"severity": 4, "line": "work_ended"}])
def test_a_dismissal_does_not_end_by_what_the_calendar_changes(
    nights: Nights, say: Say, change: dict[str, Any]
) -> None:
    nights.run(0, say("A"), say("B"))
    nights.dismiss(1)
    before = nights.dump()
    nights.run(1, say("A", **change), say("B"))
    assert nights.dump() == before
    nights.run(2, say("A", **{**change, "warnings_spent": 1}), say("B"))
    assert nights.states() == [("A", 1, "dismissed"), ("A", 2, "open"), ("B", 1, "open")], "a register said so"


def test_an_expired_dismissal_begins_a_new_episode_with_a_fresh_clock(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.dismiss(1, until=2)
    before = nights.dump()
    nights.run(2, say("A"))
    assert nights.dump() == before
    nights.waive(1, 3, 3)
    nights.run(3, say("A"))
    assert nights.dump() == before, "what the dismissal lets be no more, a waiver does"
    matched, _ = nights.run(4, say("A"))
    assert nights.states() == [("A", 1, "dismissed"), ("A", 2, "open")]
    assert nights.ask("SELECT opened_on FROM finding WHERE episode = 2") == ["2026-01-05"]
    assert (matched.ended.waivers, matched.ended.dismissals) == (1, 0), "the dismissal ended a night before"


@pytest.mark.parametrize(("day", "episode"), [(20, 1), (90, 2)])
def test_a_finding_resolved_before_its_case_was_dismissed_comes_back(
    nights: Nights, say: Say, day: int, episode: int
) -> None:
    nights.run(0, say("A"), say("A", rule="R-2"))
    nights.run(1, say("A", rule="R-2"), outcomes={"A": "pass"})
    nights.dismiss(1)
    nights.run(day, say("A"), say("A", rule="R-2"))
    latest = {row[0]: row for row in nights.ask("SELECT rule, episode, state, case_id FROM finding ORDER BY episode")}
    assert latest == {"R-1": ("R-1", episode, "open", 2), "R-2": ("R-2", 1, "dismissed", 1)}
    assert nights.ask("SELECT stage FROM case_file ORDER BY id") == ["dismissed", "flagged"]


def test_a_snoozed_case_is_matched_like_any_other(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.change("UPDATE case_file SET snoozed_until = '2026-06-01'")
    before = nights.dump()
    nights.run(1, say("A"))
    assert nights.dump() == before


def test_too_large_a_share_holds_the_new_findings_and_opens_nothing(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), passes=9)
    nights.guards = {"R-1": Guard(max_share=Decimal("0.2"), max_new=None)}
    matched, written = nights.run(1, say("A"), say("B"), say("C"), passes=7)
    assert [(one.rule, one.new) for one in matched.held] == [("R-1", 2)]
    assert written.findings == {**written.findings, "held": 2, "new": 0, "kept": 1}
    assert nights.states() == [("A", 1, "open"), ("B", 1, "held"), ("C", 1, "held")]
    assert nights.ask("SELECT count(*) FROM case_file") == [1]
    before = nights.dump()
    nights.run(2, say("A"), say("B"), say("C"), passes=7)
    assert nights.dump() == before


def test_many_new_ones_are_held_from_the_second_scan_of_the_rule_on(nights: Nights, say: Say) -> None:
    nights.guards = {"R-1": Guard(max_share=None, max_new=1), "R-2": Guard(max_share=None, max_new=1)}
    nights.run(0, say("A"), say("B"), only=["R-1"])
    _, written = nights.run(1, *(say(name) for name in "ABCD"), say("A", rule="R-2"), say("B", rule="R-2"), passes=1)
    assert written.findings["held"] == 2
    assert written.findings["new"] == 2
    assert nights.ask("SELECT DISTINCT rule FROM finding WHERE state = 'held'") == ["R-1"]


def test_a_held_finding_that_a_person_releases_opens_its_case_with_the_next_scan(nights: Nights, say: Say) -> None:
    nights.guards = {"R-1": Guard(max_share=Decimal("0.1"), max_new=None)}
    nights.run(0, say("A"), say("B"))
    nights.change("UPDATE finding SET state = 'open' WHERE subject_key = 'A'")
    nights.change("UPDATE finding SET state = 'dismissed' WHERE subject_key = 'B'")
    nights.run(1, say("A"), say("B"))
    assert nights.ask("SELECT subject_key, state, case_id FROM finding ORDER BY 1") == [
        ("A", "open", 1),
        ("B", "dismissed", None),
    ]


def test_new_routing_proposes_every_live_case_again_and_writes_only_other_answers(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"), say("B", warnings_spent=2))
    nights.routing = "another"
    before = nights.dump()
    nights.run(1, say("A"), say("B", warnings_spent=2))
    after = nights.dump()
    assert {table for table in before if before[table] != after[table]} == {"decision"}
    nights.routing = "third"
    usual = nights.decide
    nights.decide = lambda signatures: tuple(
        type(one)("disnaker", one.severity, one.purpose, one.trail) for one in usual(signatures)
    )
    _, written = nights.run(2, say("A"), say("B", warnings_spent=2))
    assert written.queues == {"disnaker": {"proposed": 2, "confirmed": 0}}
    assert nights.ask("SELECT case_id, kind FROM event WHERE seq = 2") == [(2, "proposed")]


def test_a_confirmed_case_is_proposed_again_and_keeps_its_confirmed_queue(nights: Nights, say: Say) -> None:
    nights.run(0, say("A"))
    nights.change("UPDATE case_file SET stage = 'confirmed', confirmed_queue = 'kejaksaan'")
    _, written = nights.run(1, say("A"))
    assert nights.ask("SELECT stage, purpose, queue, confirmed_queue FROM case_file") == [
        ("confirmed", "pemeriksaan", "disnaker", "kejaksaan")
    ]
    assert written.queues == {"kejaksaan": {"proposed": 0, "confirmed": 1}}
    before = nights.dump()
    nights.run(2, say("A"))
    assert nights.dump() == before


def test_tracks_and_provinces_of_a_party_are_cases_of_their_own(nights: Nights, say: Say) -> None:
    nights.run(
        0,
        say("A", source="employer:X"),
        say("B", source="employer:X", region="31.01", province="31"),
        say("C", source="employer:X", rule="KUM", track="outreach"),
    )
    assert nights.ask("SELECT party_id, province, track FROM case_file ORDER BY 2, 3") == [
        (1, "19", "outreach"),
        (1, "19", "sanction"),
        (1, "31", "sanction"),
    ]


def test_a_dry_run_says_what_would_be_and_makes_no_store(
    make_store: Callable[..., Store], make_nights: type[Nights], say: Say, tmp_path: Path
) -> None:
    blank = make_store(blank=True)
    nights = make_nights(tmp_path, blank)
    _, dry = nights.run(0, say("A"), dry=True)
    assert not blank.there()
    _, wet = nights.run(0, say("A"))
    assert (dry.findings, dry.cases, dry.queues) == (wet.findings, wet.cases, wet.queues)
    before = nights.dump(), nights.ask("SELECT * FROM scan")
    _, dry = nights.run(1, outcomes={"A": "pass"}, dry=True)
    assert dry.cases["resolved"] == 1
    assert dry.queues == {}
    assert (nights.dump(), nights.ask("SELECT * FROM scan")) == before
