"""Every screen as it is painted, in two languages and three sizes; and the pictures of the guide, made from them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from cases.caseload.acts import Note
from cases.review.held_screen import HeldScreen
from cases.wording import Wording
from tests.cases.review.screen import NARROW, caseload_of, sitting
from tests.cases.review.snapshots import GUIDE, PICTURES, Camera
from tests.cases.rooms import new_rooms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from cases.caseload.caseload import Caseload
    from tests.cases.desk import Desk

FORMS = {"o": "office", "a": "assign", "t": "step", "z": "snooze", "w": "waive", "d": "dismiss", "n": "note",
         "m": "merge", "p": "split"}  # fmt: skip


def photographed(caseload: Caseload, walk: Callable[[Camera], Awaitable[None]]) -> None:
    """Walk from screen to screen; fail where one is not as it is kept."""

    async def walked() -> Camera:
        async with sitting(caseload, NARROW, "id") as sat:
            camera = Camera(sat)
            await walk(camera)
            return camera

    asyncio.run(walked()).judge()


def test_the_guide_shows_every_picture_and_no_other() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", (GUIDE).read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(one.name for one in PICTURES.iterdir())
    for one in PICTURES.iterdir():
        addresses = set(re.findall(r"https?://[^\s\"]+", one.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, "a picture fetches nothing"


def test_lists_and_menus(quick_desk: Desk) -> None:
    async def walk(camera: Camera) -> None:
        camera.keys("list")
        await camera.take("list", picture=True, leave="")
        await camera.take("help", "question_mark")
        await camera.take("sort", "s")
        await camera.take("actions", "ctrl+p")
        await camera.take("list-empty", "2", leave="1")
        await camera.take("list-by-party", "s", "j", "enter", leave="s j enter")
        await camera.take("query-fault", "slash", *"regon", ":", *"19", leave="ctrl+u enter")
        await camera.take("query", "slash", *"contoh", "enter", leave="escape")
        await camera.take("select-by-rule", "R")

    with caseload_of(quick_desk) as caseload:
        photographed(caseload, walk)


def test_the_file_and_the_forms(quick_desk: Desk) -> None:
    async def walk(camera: Camera) -> None:
        await camera.take("file", "enter", picture=True, leave="")
        camera.keys("file")
        await camera.take("file-help", "question_mark", leave="escape escape")
        for key, form in FORMS.items():
            await camera.take(f"form-{form}", key, picture=form == "dismiss")
        await camera.take("form-given-up", "n", *"dilihat", "escape", leave="escape")

    with caseload_of(quick_desk) as caseload:
        photographed(caseload, walk)


def test_many_at_once_and_somebody_who_was_faster(quick_desk: Desk) -> None:
    with caseload_of(quick_desk) as caseload, caseload_of(quick_desk, "budi") as other:

        async def walk(camera: Camera) -> None:
            await camera.take("selected", "space", "space", "space", leave="")
            await camera.take("many", "c", picture=True)
            await camera.sat.press("escape")
            here = camera.sat.app.screen
            line = here.cases.chosen  # type: ignore[attr-defined]
            other.act(line.number, Note("sudah ditelepon"), Wording("id"), line.seen)
            await camera.take("conflict", "c", picture=True)

        photographed(caseload, walk)


def test_rooms_beside_the_cases(quick_desk: Desk, tmp_path: Path) -> None:
    async def rooms_of_the_sample(camera: Camera) -> None:
        await camera.take("night", "N", picture=True)
        await camera.take("repair", "7", picture=True, leave="")
        await camera.take("repair-export", "x", leave="escape escape")

    async def held(camera: Camera) -> None:
        await camera.sat.app.push_screen(HeldScreen())
        await camera.sat.settled()
        await camera.take("held", picture=True, leave="")
        await camera.take("held-release", "f")

    with caseload_of(quick_desk) as caseload:
        photographed(caseload, rooms_of_the_sample)
    rooms = new_rooms(tmp_path / "office", None)
    rooms.scan()
    with rooms.caseload() as caseload:
        photographed(caseload, held)
