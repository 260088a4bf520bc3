"""The file of a case on the screen: read to its end, gone through by keys, acted on, and left for the next one."""

import asyncio
import unicodedata
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from rich.cells import cell_len

from cases.review.file_pane import FilePane
from cases.review.file_screen import FileScreen
from tests.cases.desk import Desk
from tests.cases.review.screen import NARROW, USUAL, WIDE, Sitting, caseload_of, events, kinds, sitting

Script = Callable[[Sitting], Coroutine[Any, Any, None]]


def sit(desk: Desk, script: Script, size: tuple[int, int] = USUAL, language: str = "en", login: str = "rina") -> None:
    """Sit down before the screen and do what the script says."""

    async def run() -> None:
        with caseload_of(desk, login) as caseload:
            async with sitting(caseload, size, language) as person:
                await script(person)

    asyncio.run(run())


def pane(person: Sitting) -> FilePane:
    """The file that covers the screen."""
    assert isinstance(person.app.screen, FileScreen), person.text
    return person.app.screen.pane


def number(person: Sitting) -> int:
    """The case whose file is open."""
    opened = pane(person).opened
    assert opened is not None
    return opened.file.number


def top(person: Sitting) -> str:
    """The first line of the file that is seen."""
    return person.lines[1]


def many_findings(desk: Desk, count: int) -> int:
    """A case with so many more findings of the rule of its first one."""
    case, rule = desk.store.ask(
        "SELECT f.case_id, f.rule FROM finding f JOIN case_file c ON c.id = f.case_id WHERE c.stage = 'flagged' "
        "AND f.rule = 'PDS-TK-01' ORDER BY f.id LIMIT 1"
    )[0]
    desk.store.change(
        "INSERT INTO finding (id, rule, fact, subject_key, episode, state, case_id, party_id, severity, region, line, "
        "below, warnings_spent, instalment_plan_kept, rule_version_id, opened_on, first_scan_id, scan_id, mark, "
        "evidence) "
        f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
        "SELECT 900000 + i, rule, fact, 'K-' || i, 1, state, case_id, party_id, severity, region, line, below, "
        "warnings_spent, instalment_plan_kept, rule_version_id, opened_on, first_scan_id, scan_id, mark, evidence "
        f"FROM finding, n WHERE id = (SELECT min(id) FROM finding WHERE case_id = {case} AND rule = '{rule}')"
    )
    return int(case)


@pytest.mark.parametrize("size", [NARROW, USUAL, WIDE])
def test_space_goes_on_until_every_finding_was_shown(quick_desk: Desk, size: tuple[int, int]) -> None:
    quick_desk.store.change("UPDATE case_file SET overdue_since = '2026-11-02'")

    async def script(person: Sitting) -> None:
        await person.press("enter")
        head = person.flowing
        for words in ("KONSEP", "people unprotected", "rupiah at stake", "Next step", "Deadline", "2 November 2026"):
            assert words in head, words
        assert "! 18 days ago (14 working days)" in head
        pressed = 0
        while "✓" not in person.lines[-2]:
            before = pane(person).scroll_offset.y
            await person.press("space")
            pressed += 1
            assert pane(person).scroll_offset.y > before, person.text
        shown, total = len(pane(person).seen), pane(person).total
        assert shown == total
        assert f"✓ {shown} of {total} findings shown" in person.lines[-2]
        assert pressed <= 12

    sit(quick_desk, script, size)


def test_findings_say_whether_conditions_hold_by_which_article_and_what_registers_said(quick_desk: Desk) -> None:
    case = quick_desk.store.ask("SELECT min(case_id) FROM finding WHERE rule = 'PDS-TK-01' AND case_id IS NOT NULL")[0]
    with caseload_of(quick_desk) as caseload:
        from cases.wording import Wording  # noqa: PLC0415

        opened = caseload.open(case, Wording("en"))

    async def script(person: Sitting) -> None:
        screen = FileScreen(person.app.screen)  # type: ignore[arg-type]
        await person.app.push_screen(screen)
        await person.settled()
        screen._number = case
        screen.show_file(opened)
        await person.settled()
        found: list[str] = []
        for _ in range(12):
            found.append(person.flowing)
            await person.press("space")
        text = " ".join(found)
        assert "✓ holds when 1" in text
        assert "UU 24/2011 article" in text
        assert "membership, as of" in text
        assert "Why the queue" in text
        assert "Nothing is on record yet." in text
        assert "patuh cases show" in text and "--unmask --purpose" in text

    sit(quick_desk, script, WIDE)


def test_keys_jump_between_findings_evidence_registers_and_timeline(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter", "f")
        assert "Finding 1 of" in top(person)
        await person.press("e")
        assert "Evidence" in top(person)
        await person.press("f")
        assert "Finding 2 of" in top(person)
        await person.press("F")
        assert "Finding 1 of" in top(person)
        await person.press("b")
        assert "Other registers about this party" in person.text
        await person.press("i")
        assert "Events (" in person.text
        await person.press("g")
        assert "KONSEP" in top(person)
        for key in ("f", "e", "i"):
            assert any(f" {key} " in line for line in person.lines[-1:]), key

    sit(quick_desk, script, (100, 24))


def test_a_part_is_folded_with_what_is_in_it_and_unfolded_again(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter", "f", "enter")
        assert "▸ Finding 1 of" in person.text
        assert "when 1" not in person.text.split("Finding 2")[0]
        await person.press("enter")
        assert "▾ Finding 1 of" in person.text
        assert "when 1" in person.text

    sit(quick_desk, script, WIDE)


def test_other_registers_come_after_the_file_without_moving_what_is_read(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter")
        await person.press("b")
        before = top(person)
        assert pane(person).shown.rows is not None  # the harness waits for what is under way
        assert "The registers are being asked" not in person.text
        assert before == top(person)
        assert " row" in person.flowing
        assert "Not searched" in person.flowing or "No row of this party" in person.flowing

    sit(quick_desk, script, WIDE)


def test_brackets_go_from_case_to_case_and_the_list_goes_along(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter")
        first = number(person)
        await person.press("[")
        assert number(person) == first
        await person.press("]")
        second = number(person)
        assert second != first
        assert "case 2 of" in person.lines[0]
        await person.press("]", "[")
        assert number(person) == second
        await person.press("escape")
        assert person.app.screen.cases.chosen.number == second  # type: ignore[attr-defined]

    sit(quick_desk, script)


def test_a_case_is_confirmed_from_its_file_and_the_next_file_opens(desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter")
        case = number(person)
        assert "R" not in person.app.screen.active_bindings, "a rule selects in the list alone"
        await person.press("n")
        await person.type("seen")
        await person.press("ctrl+s")
        assert number(person) == case, "a note leaves open what is to be done"
        assert not any("This case has changed" in one.message for one in person.app._notifications)
        await person.press("space", "space", "c")
        assert kinds(desk, case)[-1] == "confirmed"
        assert events(desk, case)[-1].who == "rina"
        assert number(person) != case
        assert pane(person).scroll_offset.y == 0
        after = number(person)
        await person.press("escape")
        assert person.app.screen.cases.chosen.number == after  # type: ignore[attr-defined]

    sit(desk, script)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_another_language_rewords_the_file_where_it_stands(quick_desk: Desk, size: tuple[int, int]) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter", "f", "e", "j", "j")
        place = pane(person)._layout_of.anchor(pane(person).scroll_offset.y)  # type: ignore[union-attr]
        await person.press("L")
        now = pane(person)._layout_of.anchor(pane(person).scroll_offset.y)  # type: ignore[union-attr]
        assert now == place
        assert "temuan tampil" in person.text
        assert "findings shown" not in person.text
        await person.press("g")
        assert "orang yang tidak terlindungi" in person.flowing

    sit(quick_desk, script, size)


def test_a_case_with_hundreds_of_findings_comes_page_by_page_and_none_is_left_out(quick_desk: Desk) -> None:
    case = many_findings(quick_desk, 140)

    async def script(person: Sitting) -> None:
        screen = person.app.screen
        person.app.push_screen(FileScreen(screen))  # type: ignore[arg-type]
        await person.settled()
        opened = person.app.caseload.open(case, person.app.wording)
        file = person.app.screen
        assert isinstance(file, FileScreen)
        file._number = case
        file.show_file(opened)
        await person.settled()
        shown = pane(person)
        total = shown.total
        assert total > 140
        assert "… and" not in " ".join(person.lines[:5])
        for _ in range(400):
            if len(shown.seen) == total:
                break
            await person.press("space")
        assert len(shown.seen) == total, person.text
        assert f"✓ {total} of {total} findings shown" in person.lines[-2]
        layout = shown._layout_of
        assert layout is not None
        layout.all()
        before = [id(one) for one in layout.painted]
        await person.press("g", "j", "j", "space", "k", "G")
        assert shown._layout_of is layout  # nothing is painted anew by going through it
        assert [id(one) for one in layout.painted] == before

    sit(quick_desk, script, (140, 50))


HOSTILE = "PT [red]Merah[/red] \u202eKIRI\u202c \x1b[31m\x07 株式会社 e\u0301\u0301\u0301 " + "A" * 10_000


@pytest.mark.parametrize("size", [NARROW, USUAL, WIDE])
def test_what_registers_say_is_shown_inert(quick_desk: Desk, size: tuple[int, int]) -> None:
    quoted = HOSTILE.replace("'", "''")
    quick_desk.store.change(f"UPDATE party SET name = '{quoted}'")
    for name in ("employer_kind", "name", "contract_number", "buyer_name"):
        quick_desk.store.change(
            f"UPDATE finding SET evidence = json_set(evidence, '$.{name}', '{quoted}') "
            f"WHERE json_extract(evidence, '$.{name}') IS NOT NULL"
        )

    async def script(person: Sitting) -> None:
        await person.press("enter")
        for _ in range(30):
            for line in person.lines:
                assert cell_len(line) <= size[0]
                assert not [sign for sign in line if unicodedata.category(sign) in ("Cc", "Cf", "Mn")], line
            await person.press("space")
        await person.press("g")
        assert "[red]Merah[/red]" in person.flowing
        assert "<U+202E>" in person.flowing
        assert "<U+001B>" in person.flowing

    sit(quick_desk, script, size)


def test_what_another_person_did_to_the_case_appears_without_losing_the_place(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter", "f", "e", "j")
        case, before = number(person), top(person)
        with caseload_of(quick_desk, "budi") as other:
            from cases.caseload.acts import Note  # noqa: PLC0415

            opened = other.open(case, person.app.wording)
            other.act(case, Note("Seen by [b]budi[/b]."), person.app.wording, opened.seen)
        await person.press("r")
        assert top(person) == before
        assert "This case has changed" in " ".join(str(one.message) for one in person.app._notifications)
        await person.press("i")
        assert "Seen by [b]budi[/b]." in person.text

    sit(quick_desk, script)


def test_the_score_shows_its_parts_on_demand_and_the_timeline_turns_round(quick_desk: Desk) -> None:
    async def script(person: Sitting) -> None:
        await person.press("enter")
        assert " points" not in person.text
        await person.press("v")
        assert " points" in person.text
        await person.press("v")
        assert " points" not in person.text
        await person.press("i")
        assert "newest first" in person.text
        await person.press("O")
        assert "oldest first" in person.text

    sit(quick_desk, script, WIDE)


def test_the_file_stands_beside_the_list_while_there_is_room_and_is_of_the_case_under_the_cursor(
    quick_desk: Desk,
) -> None:
    async def script(person: Sitting) -> None:
        assert "Evidence" not in person.text
        await person.resize(USUAL)
        assert "Case 68: PT Bangka Niaga" in person.flowing
        await person.resize(NARROW)
        assert "Case 68" not in person.flowing
        await person.press("j")
        await person.resize(WIDE)
        assert "Case 68" not in person.flowing
        assert "PT Makmur Digital" in person.flowing.split("KONSEP · Case")[1][:40]

    sit(quick_desk, script, NARROW)
