"""The screen around the list: keys in their order, a store that is away, what others do, languages, looks, leaving."""

from dataclasses import replace
from functools import partial

import pytest
from textual.color import Color
from textual.widgets import Input

from cases.caseload.acts import Done
from cases.review.bars import Banner, TitleBar
from cases.review.help_screen import HelpScreen
from cases.review.key_bar import KeyBar
from cases.review.menu_screen import MenuScreen
from cases.review.themes import CONTRAST, DARK, LIGHT, THEMES
from cases.wording import LANGUAGES
from rules.errors import Message, UsageError
from tests.cases.review.many import QUICK, Many, Seat, line, seated


def contrast(one: Color, other: Color) -> float:
    """How far two colours stand off each other, as WCAG 2 counts it: 1 to 21."""

    def light(color: Color) -> float:
        parts = [part / 255 for part in color.rgb]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


SIZES = [(80, 24), (120, 30), (200, 50)]


def test_what_is_typed_at_once_goes_where_each_key_leads() -> None:
    async def does(seat: Seat) -> None:
        for key in ("j", "slash", "1", "2", "enter", "j", "space"):
            seat.app.simulate_key(key)
        await seat.until(lambda: bool(seat.cases.selected))
        assert seat.app.screen.query_one(Input).value == "12"
        assert seat.screen.wanted.query == "12"
        assert [one.number for one in seat.cases.selected] == [112]

    seated(Many(300), does)


def test_queues_of_the_office_follow_and_rooms_say_how_much_they_hold() -> None:
    many = Many(3)

    async def does(seat: Seat) -> None:
        said = " ".join(seat.text)
        assert "6 Held 2" in said
        assert "7 Data ?" in said, "who may not know it is not told that it is none"
        assert "8 imigrasi 7" in said
        await seat.press("8")
        assert seat.screen.wanted.view.name == "imigrasi"
        await seat.press("9")
        assert seat.screen.wanted.view.name == "imigrasi"
        await seat.pilot.resize_terminal(200, 50)
        await seat.still()
        said = " ".join(seat.text)
        assert "6 Held rules" in said
        assert ">8 imigrasi" in said
        assert many.asked.count("counts beside") == 1, "they are not asked for with every list"
        await seat.press("r")
        assert many.asked.count("counts beside") == 2

    seated(many, does)


def test_a_store_that_is_away_is_told_and_read_anew_when_it_answers() -> None:
    many = Many(120)

    async def does(seat: Seat) -> None:
        banner = seat.screen.query_one(Banner)
        await seat.press("j", "j")
        many.away = True
        seat.screen.watch_others()
        words = "The case store does not answer, asking again: the database went away"
        await seat.until(lambda: any(words in one for one in seat.text))
        await seat.pilot.press("j")
        assert seat.here == 4, "what has been read can be looked at"
        many.stored = [line(0, party="PT Baru"), *many.stored]
        many.away = False
        await seat.until(lambda: not banner.has_class("-shown"))
        await seat.still()
        assert (seat.here, seat.cases.lines[0].party, seat.screen.total) == (4, "PT Baru", 121)

    seated(many, does)


def test_a_store_that_neither_answers_nor_refuses_is_told_until_it_answers() -> None:
    many = Many(20)

    async def does(seat: Seat) -> None:
        banner = seat.screen.query_one(Banner)
        many.gate.clear()
        seat.screen.watch_others()
        words = "the case store takes long to answer; what stands here is what was read before"
        await seat.until(lambda: any(words in one for one in seat.text))
        await seat.pilot.press("j")
        assert seat.here == 2
        many.gate.set()
        await seat.until(lambda: not banner.has_class("-shown"))

    seated(many, does, (100, 24), replace(QUICK, late=0.05))


def test_what_others_do_is_marked_and_nothing_moves_until_it_is_read_anew() -> None:
    many = Many(30)

    async def does(seat: Seat) -> None:
        await seat.press("j", "j")
        shown = [one.number for one in seat.cases.lines]
        many.stored = [line(0), line(1), replace(line(2), assigned_to="budi"), *many.stored[3:]]
        seat.screen.watch_others()
        await seat.still()
        assert [one.number for one in seat.cases.lines] == shown
        assert seat.here == 3
        changed, left = seat.text[5], seat.text[6]
        assert changed.startswith(" *") and "budi" in changed
        assert left.startswith(">x")
        assert "1 new case: r" in seat.text[2]
        await seat.press("r")
        assert [one.number for one in seat.cases.lines[:4]] == [0, 1, 2, 4]
        assert "new case" not in seat.text[2]

    seated(many, does)


def test_after_an_act_the_case_leaves_the_list_and_the_cursor_is_on_the_next() -> None:
    many = Many(30)

    async def does(seat: Seat) -> None:
        await seat.press("j", "j")
        many.stored = [one for one in many.stored if one.number != 3]
        asked = len(many.asked)
        seat.screen.after_act(Done(3, "confirmed", 2), on=True)
        await seat.still()
        assert "page" not in many.asked[asked:], "only the case is read, not the list"
        assert (seat.here, seat.cases.cursor, seat.screen.total) == (4, 2, 29)
        many.stored[2] = replace(many.stored[2], assigned_to="budi")
        seat.screen.after_act(Done(4, "noted", 2), on=False)
        await seat.still()
        assert seat.here == 4
        seat.screen.after_act(Done(4, "assigned", 2), on=True)
        await seat.still()
        assert (seat.here, seat.cases.lines[2].assigned_to) == (5, "budi")

    seated(many, does)


def test_acts_are_done_in_order_and_none_is_dropped_while_of_reads_the_newest_is_answered() -> None:
    many = Many(5)

    async def does(seat: Seat) -> None:
        acts: list[int] = []
        reads: list[int] = []
        many.gate.clear()
        for number in range(4):
            seat.screen.ask("act", partial(after_the_gate, many, number), acts.append)
            seat.screen.ask("file", partial(after_the_gate, many, number), reads.append)
        many.gate.set()
        await seat.still()
        assert (acts, reads) == ([0, 1, 2, 3], [3])

    seated(many, does)


def after_the_gate(many: Many, number: int) -> int:
    many.gate.wait(30)
    return number


def test_leaving_waits_for_an_act_and_says_so() -> None:
    many = Many(5)

    async def does(seat: Seat) -> None:
        answered: list[bool] = []
        many.gate.clear()
        seat.screen.ask("act", lambda: many.gate.wait(30), answered.append)
        await seat.until(lambda: any("whether your act is on record" in one for one in seat.text))
        await seat.pilot.press("q")
        await seat.until(lambda: any("leaving once" in one for one in seat.text))
        assert seat.app.is_running and not answered
        many.gate.set()
        await seat.until(lambda: not seat.app.is_running or seat.app._exit)
        assert answered == [True]

    seated(many, does)


def test_a_refusal_is_told_and_the_work_goes_on() -> None:
    async def does(seat: Seat) -> None:
        def refuse() -> None:
            raise UsageError(Message("there is no case {number}", number=9), Message("why"), Message("what to do"))

        seat.screen.ask("file", refuse, lambda _: None)
        await seat.still()
        told = [one.message for one in seat.app._notifications]
        assert told == ["there is no case 9\n    why: why\n    do:  what to do"]

    seated(Many(5), does)


def test_a_fault_of_ours_ends_the_program_and_is_told_after_it() -> None:
    kept: list[BaseException | None] = []

    async def does(seat: Seat) -> None:
        seat.screen.ask("file", lambda: 1 // 0, lambda _: None)
        await seat.until(lambda: seat.app._exit)
        kept.append(seat.app.failure)

    seated(Many(5), does)
    assert [type(one) for one in kept] == [ZeroDivisionError]


@pytest.mark.parametrize("size", SIZES)
def test_another_language_changes_all_that_is_said(size: tuple[int, int]) -> None:
    async def does(seat: Seat) -> None:
        english = "\n".join(seat.text)
        await seat.press("L")
        indonesian = "\n".join(seat.text)
        for ours, theirs in [("Flagged", "Ditandai"), ("Score▼", "Skor▼"), ("select", "pilih"), ("score", "skor")]:
            assert ours in english and theirs not in english, ours
            assert theirs in indonesian and ours not in indonesian, theirs
        assert "20,000" not in english or "20.000" in indonesian
        await seat.press("question_mark")
        assert "Bantuan" in "\n".join(seat.text)
        await seat.press("L")
        assert "Help" in "\n".join(seat.text)
        await seat.press("escape")
        assert "\n".join(seat.text) == english, "also the screen below was said anew"

    seated(Many(50), does, size)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_screen_is_on_its_page_of_help(language: str) -> None:
    async def does(seat: Seat) -> None:
        seat.app.speak(language)
        wording = seat.app.wording
        words = {wording.say(one.binding.description) for one in seat.app.screen.active_bindings.values()}
        await seat.press("question_mark")
        assert isinstance(seat.app.screen, HelpScreen)
        page = "\n".join(seat.text)
        keys = [line for line in page.splitlines() if line.strip()]
        for word in ("select all that match", "reverse the order", "language", "quit", "help", "filter"):
            assert wording.say(word) in words
            assert any(wording.say(word) in one for one in keys), word
        await seat.press("q")
        assert not isinstance(seat.app.screen, HelpScreen)

    seated(Many(5), does, (200, 50))


def test_the_palette_finds_an_action_by_its_words_and_does_it() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("ctrl+p", *"reverse", "enter")
        assert not isinstance(seat.app.screen, MenuScreen)
        assert not seat.screen.wanted.descending
        await seat.press("ctrl+p", *"contrast", "enter")
        assert seat.app.theme == CONTRAST.name
        await seat.press("ctrl+p", *"zzzz")
        assert any("nothing matches" in one for one in seat.text)
        await seat.press("escape")
        assert not isinstance(seat.app.screen, MenuScreen)

    seated(Many(50), does)


def test_the_order_is_chosen_from_a_menu_and_marked_in_the_headings() -> None:
    async def does(seat: Seat) -> None:
        assert "Score▼" in seat.text[3]
        await seat.press("s", "down", "enter")
        assert seat.screen.wanted.sort == "party"
        assert "Party▲" in seat.text[3] and "Score▼" not in seat.text[3]
        await seat.press("S")
        assert "Party▼" in seat.text[3]

    seated(Many(50), does)


def test_a_filter_stays_visible_and_is_let_go_by_escape() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("slash", *"Contoh 1", "enter")
        assert seat.screen.total == 14
        assert "/ Contoh 1" in seat.text[2]
        await seat.press("slash", "up")
        assert seat.app.screen.query_one(Input).value == "Contoh 1"
        await seat.press("escape", "escape")
        assert (seat.screen.wanted.query, seat.screen.total) == ("", 50)

    seated(Many(50), does)


def test_a_filter_is_asked_for_as_one_types() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("slash", *"Contoh 2")
        await seat.until(lambda: seat.screen.total == 14)
        assert seat.app.screen.query_one(Input).has_focus

    seated(Many(50), does)


@pytest.mark.parametrize("theme", [theme for theme, _ in THEMES], ids=lambda theme: theme.name)
def test_texts_stand_off_their_ground(theme: object) -> None:
    least = 7.0 if theme is CONTRAST else 4.5

    async def does(seat: Seat) -> None:
        assert theme in (DARK, LIGHT, CONTRAST)
        seat.app.theme = theme.name
        await seat.press("j", "space", "j")
        await seat.still()
        for strip in seat.app.screen._compositor.render_strips():
            for segment in strip:
                style = segment.style
                if not segment.text.strip(" │") or style is None or style.color is None or style.bgcolor is None:
                    continue
                text, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                assert contrast(text, ground) >= least, (segment.text, text.hex, ground.hex)

    seated(Many(50), does, (200, 50))


def test_the_title_says_who_which_day_and_how_old_the_scan_is() -> None:
    async def does(seat: Seat) -> None:
        assert seat.text[0].endswith("rina · 26 November 2026 · scan of 26 November 2026 (fresh)")
        seat.screen.query_one(TitleBar)
        seat.screen.show_scan(seat.app.caseload.today.replace(day=20))
        await seat.still()
        assert seat.text[0].endswith("scan of 20 November 2026 (6 days old!)")

    seated(Many(5), does)


def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async def does(seat: Seat) -> None:
        bar = seat.screen.query_one(KeyBar)
        row = next(row for row in (0, 1) if "sort" in seat.text[row - 2])
        await seat.pilot.click(KeyBar, offset=(seat.text[row - 2].index("sort"), row))
        await seat.still()
        assert isinstance(seat.app.screen, MenuScreen)
        assert bar is seat.screen.query_one(KeyBar)

    seated(Many(5), does)


def test_a_faulty_filter_is_told_under_the_line_with_its_column_and_the_list_stays() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("slash", *"sev>=hgih", "enter")
        assert "hgih" not in seat.screen.wanted.query
        row = next(row for row, text in enumerate(seat.text) if "^" in text)
        assert seat.text[row].index("^") == seat.text[row - 1].index("hgih"), "the mark stands under the fault"
        assert "column" in seat.text[row + 1]
        assert seat.app.screen.query_one(Input).has_focus
        await seat.press("escape")
        assert seat.cases.has_focus

    seated(Many(50), does)


def test_tab_completes_in_turn() -> None:
    async def does(seat: Seat) -> None:
        typed = seat.screen.query_one(Input)
        await seat.press("slash", *"rule:pw", "tab")
        assert typed.value == "rule:PWBD*"
        await seat.press("tab")
        assert typed.value == "rule:PWBD-01"
        assert any("rule:PWBD* · rule:PWBD-01 · rule:PWBD-02" in one for one in seat.text)
        await seat.press("shift+tab")
        assert typed.value == "rule:PWBD*"

    seated(Many(50), does)


def test_an_empty_list_says_why_it_is_empty() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("2")
        assert any("No case waits in this queue." in one for one in seat.text)
        await seat.press("1", "slash", *"nobody", "enter")
        assert any("No case matches the filter" in one for one in seat.text)
        await seat.press("escape")
        assert not any("No case" in one for one in seat.text)

    seated(Many(5), does)
