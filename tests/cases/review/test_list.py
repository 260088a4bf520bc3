"""The list: its lines, its cursor, its selection, and the pages that it fetches as somebody goes on."""

import pytest
from rich.cells import cell_len
from textual import events

from cases.review import window
from cases.review.columns import LADDER, Speech, columns_for, fitted
from cases.review.window import KEPT, Window
from cases.wording import LANGUAGES, Wording
from tests.cases.review.many import TODAY, Many, Seat, line, seated

MARK = "tanda"
FEW = 200
"""So few lines are kept where a test walks over more."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [58, 66, 78, 100, 120, 150, 200])
def test_columns_fill_the_width_and_nothing_is_cut_without_a_sign(width: int, language: str) -> None:
    speech = Speech(Wording(language), TODAY)
    columns = columns_for(width, speech.wording)
    long = line(7, party="PT " + "Panjang " * 60, severity=4, assigned_to="a-very-long-login", rules=("R-1",) * 30)
    cells = [fitted(one.words(long, speech), one.width, right=one.right) for one in columns]
    assert sum(map(cell_len, cells)) + len(cells) - 1 == width
    for one, cell in zip(columns, cells, strict=True):
        assert cell.strip() == one.words(long, speech).strip() or "…" in cell
        assert cell_len(one.heading) < one.width


def test_wider_lists_show_all_that_a_narrower_one_shows() -> None:
    known: set[str] = set()
    for width in range(20, 220):
        names = {one.name for one in columns_for(width, Wording("id"))}
        assert known <= names
        known = names
    assert known == {one.name for one in LADDER}


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [("id", "2,9 M", "2.940.000.000"), ("en", "2.9 bn", "2,940,000,000")],
)
def test_amounts_are_written_as_the_language_does(language: str, short: str, long: str) -> None:
    speech = Speech(Wording(language), TODAY)
    narrow, wide = ({one.name: one for one in columns_for(width, speech.wording)} for width in (78, 200))
    assert narrow["rupiah"].words(line(1), speech) == short
    assert wide["rupiah"].words(line(1), speech) == long


@pytest.mark.parametrize(
    ("due", "signed", "said"),
    [(9, "+12", "12 hari lagi"), (-3, "0", "hari terakhir"), (-4, "-1", "lewat 1 hari"), (-14, "-11", "lewat 11 hari")],
)
def test_days_to_the_deadline_are_signed_and_said(due: int, signed: str, said: str) -> None:
    speech = Speech(Wording("id"), TODAY)
    one = line(1, due=TODAY.fromordinal(TODAY.toordinal() + due + 4))
    narrow, wide = ({column.name: column for column in columns_for(width, speech.wording)} for width in (78, 200))
    assert (narrow["due"].words(one, speech), wide["due"].words(one, speech)) == (signed, said)


def test_wide_signs_are_cut_at_a_cell_and_not_through_one() -> None:
    assert fitted("漢字漢字", 4, right=False) == "漢 …"
    assert cell_len(fitted("漢字漢字", 5, right=False)) == 5


def test_a_window_keeps_no_more_lines_than_it_may_and_knows_what_it_let_go() -> None:
    window = Window([line(number) for number in range(1, KEPT + 1)], below=True)
    assert window.append([line(number) for number in range(KEPT + 1, KEPT + 101)], more=True) == 100
    assert (len(window), window.first, window.above, window.place_of(101)) == (KEPT, 100, True, 0)
    assert window.prepend([line(number) for number in range(51, 101)], more=True) == 50
    assert (len(window), window.first, window.below, window.place_of(51)) == (KEPT, 50, True, 0)


def test_going_down_fetches_the_list_page_by_page_and_no_key_is_lost() -> None:
    many = Many(1000)

    async def does(seat: Seat) -> None:
        many.gate.clear()
        for _ in range(30):
            await seat.pilot.press("pagedown")
        many.gate.set()
        await seat.until(lambda: seat.here == 1 + 30 * (seat.cases.size.height - 1))
        await seat.still()
        assert seat.text[2].startswith(f" Flagged {seat.here}/1,000")

    seated(many, does)


def test_the_selection_is_kept_while_one_goes_on_and_let_go_by_escape() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("space", "j", "space")
        assert [one.number for one in seat.cases.selected] == [1, 3]
        assert "2 selected" in seat.text[2]
        assert [one.number for one in seat.screen.chosen_cases()] == [1, 3]
        await seat.press("escape")
        assert seat.cases.selected == ()
        await seat.press("asterisk")
        assert seat.cases.all_matching
        assert "all 50 selected" in seat.text[2]

    seated(Many(50), does)


def test_a_click_goes_to_a_case_and_the_wheel_moves_the_cursor() -> None:
    async def does(seat: Seat) -> None:
        await seat.pilot.click(CASES, offset=(20, 4))
        await seat.still()
        assert seat.here == 5
        await seat.pilot.click(CASES, offset=(0, 6))
        await seat.still()
        assert [one.number for one in seat.cases.selected] == [7]

    seated(Many(50), does)


CASES = "#cases"


def test_the_last_page_is_fetched_backwards_and_one_goes_up_from_there() -> None:
    many = Many(5000)

    async def does(seat: Seat) -> None:
        await seat.press("G")
        assert seat.here == 5000
        assert seat.text[2].startswith(" Flagged 5,000/5,000")
        assert len(seat.cases.lines) < 500, "what lies between is not read"
        for _ in range(20):
            await seat.press("pageup")
        height = seat.cases.size.height - 1
        assert seat.here == 5000 - 20 * height
        assert seat.text[2].startswith(f" Flagged {5000 - 20 * height:,}/5,000")
        await seat.press("g")
        assert (seat.here, seat.cases.window.first) == (1, 0)

    seated(many, does)


def test_what_may_become_a_condition_is_not_looked_for_as_a_name_meanwhile() -> None:
    async def does(seat: Seat) -> None:
        await seat.press("slash", *"sev")
        await seat.until(lambda: any("sev: the condition sev, or part of a name?" in one for one in seat.text))
        assert seat.screen.wanted.query == ""
        await seat.press("greater_than_sign", "equals_sign", *"hig")
        assert seat.screen.wanted.query == ""
        await seat.press("h")
        await seat.until(lambda: seat.screen.wanted.query == "sev>=high")
        assert not any("part of a name?" in one for one in seat.text)
        await seat.press("ctrl+u", *"-sco")
        assert seat.screen.wanted.query == ""
        await seat.press("enter")
        assert seat.screen.wanted.query == "-sco"
        await seat.press("slash", "end", "ctrl+u", *"to", "space")
        await seat.until(lambda: seat.screen.wanted.query == "to")
        await seat.press("ctrl+u", *"tok")
        await seat.until(lambda: seat.screen.wanted.query == "tok")

    seated(Many(3), does)


def test_marks_and_wide_signs_in_the_filter_have_cells_and_a_long_line_is_cut_with_a_sign() -> None:
    async def does(seat: Seat) -> None:
        def typed() -> str:
            lines = seat.app.screen._compositor.render_strips()
            for painted in lines:
                assert painted.cell_length == 80
                assert all(cell_len(sign) and sign.isprintable() for sign in painted.text), painted.text
            return lines[seat.screen.query_one("#typed").region.y].text.strip()

        async def paste(text: str) -> None:
            await seat.press("end", "ctrl+u")
            seat.app.post_message(events.Paste(text))
            await seat.pilot.pause()

        await seat.press("slash")
        await paste(f"{MARK} e\u0301a\u0301\u0301\u20dd")
        await seat.press("e", "left")
        seat.app.post_message(events.Paste("o\u0301"))
        await seat.press("x")
        assert typed() == f"{MARK} éáóxe"
        await paste(f"{MARK} " + "公司" * 300 + f" {MARK} 公司")
        assert typed().startswith("…") and typed().endswith(f" {MARK} 公司")
        await seat.press("home")
        assert typed().startswith(MARK) and typed().endswith("…")
        await paste(f"公司 {MARK}:1")
        await seat.press("enter")
        above, below = next((seat.text[at - 1], one) for at, one in enumerate(seat.text) if "^" in one)
        assert cell_len(above[: above.index(MARK)]) == below.index("^")

    seated(Many(3), does)


def test_no_more_lines_are_kept_than_may_be_and_the_way_back_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "KEPT", FEW)
    many = Many(5000)

    async def does(seat: Seat) -> None:
        height = seat.cases.size.height - 1
        for _ in range(FEW // height + 8):
            await seat.press("pagedown")
        assert len(seat.cases.lines) <= FEW
        assert seat.here == 1 + (FEW // height + 8) * height
        for _ in range(FEW // height + 16):
            await seat.press("pageup")
        assert (seat.here, seat.cases.window.first) == (1, 0)

    seated(many, does)
