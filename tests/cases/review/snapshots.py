"""Screens as they are painted: kept as text in two languages and three sizes, some of them as pictures for the guide.

`make snapshots` writes them anew; what has changed is then seen in the difference.
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cases.review.help_screen import key_groups
from tests.cases.review.screen import NARROW, WIDE

if TYPE_CHECKING:
    from tests.cases.review.screen import Sitting

ROOT = Path(__file__).parents[3]
TEXTS = Path(__file__).parent / "snapshots"
PICTURES = ROOT / "docs" / "pictures"
GUIDE = ROOT / "docs" / "review.md"
MIDDLE: Final = (120, 36)
SIZES: Final = (NARROW, MIDDLE, WIDE)
LANGUAGES: Final = ("id", "en")
WAY: Final = (*product(("id",), SIZES), *product(("en",), reversed(SIZES)))
"""There in one language and back in the other: what takes time is another size."""
TITLE: Final = "patuh review"
ANEW: Final = "PATUH_TESTS_WRITE_SNAPSHOTS"
FRAME: Final = "=" * 20


@dataclass
class Camera:
    """Takes the screens of one sitting, and says at its end which are not as they are kept."""

    sat: Sitting
    wrong: list[str] = field(default_factory=list)

    async def take(self, name: str, *keys: str, picture: bool = False, leave: str = "escape") -> None:
        """Press keys, take what is there in every language and size, and press what leads back ("": nothing)."""
        await self.sat.press(*keys)
        texts = {}
        for language, size in WAY:
            await self._stand(language, size)
            texts[language, size] = f"{FRAME} {language} {size[0]}x{size[1]}\n{self.sat.text}\n"
            if picture and (language, size) == ("id", MIDDLE):
                self._compare(PICTURES / f"{name}.svg", plain_picture(self.sat.app.export_screenshot(title=TITLE)))
        self._compare(TEXTS / f"{name}.txt", "".join(texts[one] for one in product(LANGUAGES, SIZES)))
        await self._stand("id", NARROW)
        if leave:
            await self.sat.press(*leave.split())

    async def _stand(self, language: str, size: tuple[int, int]) -> None:
        app = self.sat.app
        if app.wording.language != language:
            app.action_language()
        if (app.size.width, app.size.height) != size:
            await self.sat.pilot.resize_terminal(*size)
        for typed in app.screen.query("Input, TextArea"):
            typed.cursor_blink = False  # type: ignore[attr-defined]  # a picture is the same whenever it is taken
        await self.sat.settled()

    def _compare(self, kept: Path, now: str) -> None:
        if os.environ.get(ANEW):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(now, encoding="utf-8")
        before = kept.read_text(encoding="utf-8") if kept.exists() else ""
        if before != now:
            lines = difflib.unified_diff(before.splitlines(), now.splitlines(), "kept", "painted", lineterm="", n=1)
            self.wrong.append("\n".join([str(kept.relative_to(ROOT)), *list(lines)[:60]]))

    def keys(self, name: str) -> None:
        """Compare the keys of this screen, as they are bound, with the table of the guide."""
        rows = [
            f"| {' '.join(f'`{self.sat.app.get_key_display(one)}`' for one in keys)} | {keys[0].description} |"
            for group in key_groups(self.sat.app.screen).values()
            for keys in group
        ]
        table = "\n".join(["| Keys | What they do |", "|---|---|", *dict.fromkeys(rows)])
        text = GUIDE.read_text(encoding="utf-8")
        before, begin, rest = text.partition(f"<!-- keys of the {name} -->\n")
        self._compare(GUIDE, f"{before}{begin}\n{table}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}")

    def judge(self) -> None:
        """Fail where a screen is not as it is kept."""
        told = "\n\n".join(self.wrong)
        assert not self.wrong, f"{told}\n\nIf this is meant: make snapshots, look at the difference, commit it."


def plain_picture(svg: str) -> str:
    """Take from a picture the addresses of fonts, which a host without internet cannot fetch."""
    bare = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # a blank at the beginning of a text is one
    bare = re.sub(r"@font-face \{.*?\}\s*", "", bare, flags=re.DOTALL)
    bare = re.sub(r"font-family: [^;]*;", "font-family: 'DejaVu Sans Mono', 'Liberation Mono', monospace;", bare)
    bare = re.sub(r"<!--.*?-->", "", bare, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in bare.splitlines()) + "\n"
