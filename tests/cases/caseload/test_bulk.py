"""Many cases at once: what would change is told before, each is done by itself, and what others changed is left."""

from collections import Counter
from collections.abc import Callable

import pytest

from cases.caseload.acts import (
    Assign,
    CaseAct,
    Confirm,
    Dismiss,
    Note,
    Paper,
    Pause,
    Record,
    Snooze,
    Step,
    Waive,
)
from cases.caseload.bulk import MOST
from cases.caseload.many import ByRule, Covered, Target
from cases.caseload.views import VIEWS
from cases.caseload.wanted import Wanted
from cases.exit_codes import ExitCode
from rules.errors import PatuhError
from tests.cases.caseload.conftest import EN, Room

FLAGGED = Wanted(VIEWS[0])


def targets(room: Room, numbers: list[int]) -> tuple[Target, ...]:
    return tuple(Target(number, room.seen(number)) for number in numbers)


def test_a_preview_tells_what_changes_and_what_may_not_and_why(room: Room) -> None:
    mine, rina = room.flagged()[:6], room.caseload()
    chosen = targets(room, mine)
    room.patuh("cases", "confirm", mine[0])
    room.patuh("cases", "note", mine[1], "--text", "x")
    chosen = (Target(mine[0], room.seen(mine[0])), *chosen[1:], Target(10**6, 1), chosen[-1])
    shown = rina.preview(chosen, Confirm(), EN)
    assert [one.number for one in shown.targets] == mine[2:]
    assert shown.queues == (("disnaker", 4),)
    assert sum(count for _, count in shown.provinces) == 4
    assert {one.words: one.first for one in shown.refused} == {
        "the case has to be flagged": (mine[0],),
        "it has changed since you read it": (mine[1],),
        "it is not shown to you, or there is no such case": (10**6,),
    }
    assert "noted" not in [kind for kind, *_ in room.events(mine[2])]
    guarded = rina.preview(chosen[2:4], Confirm("kejaksaan"), EN)
    assert [(one.words, one.count) for one in guarded.refused] == [("routing does not propose the kejaksaan for it", 2)]
    unsaid = rina.preview(chosen[2:4], Dismiss(" ", "", None), EN)
    assert [one.words for one in unsaid.refused] == ["no reason is given; nobody is named who answers for it"]


def test_each_case_is_done_by_itself_and_what_changed_since_is_left(room: Room) -> None:
    mine, rina, told = room.flagged()[:5], room.caseload(), list[tuple[int, int]]()
    shown = rina.preview(targets(room, mine), Confirm(), EN)
    room.patuh("cases", "note", mine[2], "--text", "x", user="tini")

    def progress(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    outcome = rina.act_on(shown, EN, progress)
    assert [one.number for one in outcome.done] == [number for number in mine if number != mine[2]]
    assert (outcome.changed, outcome.refused, outcome.left, outcome.error) == ((mine[2],), (), (), None)
    assert told == [(n, 5) for n in range(6)]
    assert room.events(mine[2]) == [("noted", "tini", "flagged")]
    assert room.events(mine[0]) == [("confirmed", "rina", "confirmed")]
    room.patuh("cases", "note", mine[0], "--text", "x", user="tini")
    back = rina.undo_all(outcome, EN)
    assert [one.number for one in back.done] == [mine[4], mine[3], mine[1]]
    assert back.changed == (mine[0],)
    assert room.store.ask(f"SELECT stage FROM case_file WHERE id = {mine[4]}") == ["flagged"]
    assert room.unsound() == []
    assert room.run("audit", "verify", "--config", room.folder / "rules.yaml", user="tini").code is ExitCode.DONE


def test_it_stops_between_two_cases(room: Room) -> None:
    mine, rina = room.flagged()[:4], room.caseload()
    shown = rina.preview(targets(room, mine), Assign("sari"), EN)
    outcome = rina.act_on(shown, EN, lambda done, _: done < 2)
    assert ([one.number for one in outcome.done], outcome.left) == (mine[:2], tuple(mine[2:]))
    assert room.events(mine[2]) == []
    halted = rina.preview(targets(room, mine), Note("x"), EN, lambda done, _: done < 1)
    assert (len(halted.targets), halted.left) == (1, 3)


def test_a_whole_list_and_those_of_a_rule(room: Room) -> None:
    rina = room.caseload()
    everything = rina.preview(FLAGGED, Note("x"), EN)
    assert len(everything.targets) == rina.count(FLAGGED)
    (rule, count) = room.store.ask(
        "SELECT f.rule, count(DISTINCT c.id) FROM finding f JOIN case_file c ON c.id = f.case_id WHERE c.stage = "
        "'flagged' AND f.state = 'open' GROUP BY f.rule ORDER BY 2, 1 LIMIT 1"
    )[0]
    assert len(rina.preview(ByRule(FLAGGED, rule), Note("x"), EN).targets) == count


def test_whom_a_case_is_given_to_has_to_see_it(room: Room) -> None:
    mine = room.flagged()[:3]
    shown = room.caseload().preview(targets(room, mine), Assign("budi"), EN)
    outside = [one for one in shown.refused if one.words == "budi may not have it: it lies outside of the regions 31"]
    assert sum(one.count for one in outside) + len(shown.targets) == 3
    exporter = room.caseload().preview(targets(room, mine), Assign("edo"), EN)
    assert [one.count for one in exporter.refused] == [3]
    assert exporter.refused[0].words.startswith("edo may not have it: who has a case records its steps")


def test_a_waiver_of_a_party_is_made_once_for_all_its_cases(room: Room) -> None:
    first, second = room.flagged()[:2]
    room.store.change(f"UPDATE finding SET party_id = (SELECT party_id FROM case_file WHERE id = {first}) "
                      f"WHERE case_id = {second}")  # fmt: skip
    room.store.change(f"UPDATE case_file SET party_id = (SELECT party_id FROM case_file WHERE id = {first}) "
                      f"WHERE id = {second}")  # fmt: skip
    rina = room.caseload()
    waive = Waive("r", "Budi", "SK-4", whole_party=True, everywhere=True)
    assert rina.preview(targets(room, [first]), Note("x"), EN).covered is None
    found = rina.preview(targets(room, [first]), waive, EN).covered
    assert found is not None
    assert (found.cases, found.others) == (2, 1)
    shown = rina.preview(targets(room, [first, second]), waive, EN)
    assert shown.covered == Covered(found.findings, 2, 0)
    rule = room.store.ask(f"SELECT min(rule) FROM finding WHERE case_id = {first}")[0]
    of_rule = rina.preview(targets(room, [first]), Waive("r", "Budi", "SK-4", rule=rule), EN).covered
    assert of_rule is not None
    assert 0 < of_rule.findings < found.findings
    nothing = rina.preview(targets(room, [first]), Waive("r", "Budi", "SK-4", rule="NONE-01"), EN)
    assert (nothing.targets, nothing.covered) == ((), Covered(0, 0, 0))
    assert [one.words for one in nothing.refused] == ["nothing is open that this would let be"]
    dismissed = rina.preview(targets(room, [second]), Dismiss("r", "Budi"), EN).covered
    assert dismissed == Covered(
        room.store.ask(f"SELECT count(*) FROM finding WHERE case_id = {second} AND state = 'open'")[0], 1, 0
    )
    outcome = rina.act_on(shown, EN)
    assert room.store.ask("SELECT count(*) FROM finding WHERE state = 'waived'") == [found.findings]
    assert [(one.number, one.touched) for one in outcome.done] == [(first, (second,))]
    assert (outcome.changed, outcome.refused) == ((), ())
    assert room.store.ask("SELECT count(*) FROM waiver") == [1]
    assert [one.touched for one in rina.undo_all(outcome, EN).done] == [(second,)]
    assert room.unsound() == []


def test_what_cannot_be_done_to_many_says_so(room: Room) -> None:
    (number, *_) = room.flagged()
    chosen = targets(room, [number])
    step = Step(Paper("denda", "D/1", room.day, "K"))
    asked: tuple[tuple[Callable[[], object], str, str], ...] = (
        (lambda: room.caseload().preview(chosen, step, EN), "this cannot be done to many cases at once",
         "open each case and do it there"),
        (lambda: room.caseload("sari").preview(chosen, Confirm(), EN), "sari may not confirm a case",
         "ask one of them, or have the role added under people: in rules.yaml"),
        (lambda: room.caseload().preview(tuple(Target(n, 1) for n in range(MOST + 1)), Note("x"), EN),
         f"more than {MOST} cases are chosen", "narrow the list, for example by region: or rule:"),
    )  # fmt: skip
    for ask, what, remedy in asked:
        with pytest.raises(PatuhError) as refused:
            ask()
        assert refused.value.what == what
        assert refused.value.remedy.startswith(remedy)


def test_what_is_refused_when_it_is_done_is_told_by_its_reason(room: Room) -> None:
    mine, rina = room.flagged()[:2], room.caseload()
    shown = rina.preview(targets(room, mine), Snooze(room.day, "r"), EN)
    room.store.change(f"UPDATE case_file SET stage = 'resolved' WHERE id IN ({mine[0]}, {mine[1]})")
    outcome = rina.act_on(shown, EN)
    assert [(one.words, one.count, one.first) for one in outcome.refused] == [
        ("the case has to be open", 2, tuple(mine))
    ]


def test_cases_read_together_stand_as_each_does_read_alone(room: Room) -> None:
    mine, rina = room.flagged()[:9], room.caseload()
    examined = Paper("pemeriksaan", "P-1", room.day, "K")
    done: tuple[tuple[CaseAct, ...], ...] = (
        (Confirm(), Step(examined), Record(Paper("examination_report", "R-1", room.day))),
        (Confirm(), Step(examined)),
        (Confirm(), Pause("r")),
        (Confirm(),),
        (Confirm(), Note("x")),
        (Assign("sari"),),
        (Waive("r", "o", "p", whole_party=True),),
        (Dismiss("r", "o"),),
    )
    for number, wanted in zip(mine, done, strict=False):
        for one in wanted:
            rina.act(number, one, EN, room.seen(number))
    together = room.states()
    told = [together[number] for number in mine]
    assert [one.stage for one in told] == ["confirmed"] * 5 + ["flagged"] + ["dismissed"] * 2 + ["flagged"]
    assert [one.paused for one in told] == [place == 2 for place in range(9)]
    assert [bool(one.waived) for one in told] == [place == 6 for place in range(9)]
    assert [bool(one.steps or one.records) for one in told] == [place < 2 for place in range(9)]
    chosen = targets(room, mine)
    for act in (Confirm(), Note("x"), Assign("sari"), Dismiss("r", "o")):
        alone = [rina.preview((one,), act, EN) for one in chosen]
        shown = rina.preview(chosen, act, EN)
        assert shown.targets == tuple(target for one in alone for target in one.targets)
        assert {(one.words, one.count) for one in shown.refused} == set(
            Counter(reason.words for one in alone for reason in one.refused).items()
        )
