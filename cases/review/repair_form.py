"""The form that asks where the list for the owner of a register goes, and whether keys are needed whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.review.forms.form_screen import Entry, FormScreen
from cases.review.forms.question import Form, Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from cases.review.forms.question import Answers
    from cases.wording import Wording


def repair_form(source: str, into: str, today: date, deliver: Callable[[FormScreen, Answers], object]) -> FormScreen:
    """Ask for the file, which is named `into` unless another name is typed, and for what whole keys are needed."""

    def build(wording: Wording, _read: object) -> Form:
        say = wording.say
        uncovered = say("say what whole keys are needed for, and it is put on record; left empty they stay covered")
        return Form(
            say("Export what {source} has to repair", source=source),
            (
                Question("into", say("File"), why=say("a name that ends in .csv or .xlsx"), default=into),
                Question("purpose", say("Purpose"), why=uncovered, required=False),
            ),
            sends=say("export"),
        )

    return FormScreen(Entry(build), today, deliver)
