"""The form that asks why the held findings of a rule are released or discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.review.forms.desk_forms import reason
from cases.review.forms.form_screen import Entry, FormScreen
from cases.review.forms.question import Form

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from cases.held import Choice, HeldLine
    from cases.review.forms.question import Answers
    from cases.wording import Wording


def held_form(
    choice: Choice, line: HeldLine, today: date, deliver: Callable[[FormScreen, Answers], object]
) -> FormScreen:
    """Ask for the reason of a decision about what is held of a rule."""

    def build(wording: Wording, _read: object) -> Form:
        count, rule = line.findings, line.rule
        if choice == "released":
            title = wording.plural(
                "Release {count} finding of {rule}?", "Release {count} findings of {rule}?", count, rule=rule
            )
            what = wording.say("The next scan opens cases for them, or joins them to cases that are open.")
            return Form(title, (reason(wording),), (what,), wording.say("release"))
        title = wording.plural(
            "Discard {count} finding of {rule}?", "Discard {count} findings of {rule}?", count, rule=rule
        )
        what = wording.say("They stay away until what the registers say of them changes.")
        return Form(title, (reason(wording),), (what,), wording.say("discard"))

    return FormScreen(Entry(build), today, deliver)
