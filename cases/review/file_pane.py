"""The file of the chosen case, at the right or over the whole screen."""

from textual.containers import VerticalScroll
from textual.widgets import Static

from cases.caseload.opened import OpenedFile
from cases.rendering import case_parts
from cases.wording import Wording


class FilePane(VerticalScroll):
    """One case, whole: what was found, by which article, why this office, what happened."""

    opened: OpenedFile | None = None

    def compose(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """One text."""
        yield Static(id="file", markup=False)

    def show(self, opened: OpenedFile, wording: Wording) -> None:
        """Show the file from its top."""
        self.opened = opened
        self.query_one("#file", Static).update(case_parts(opened.file, wording))
        self.scroll_home(animate=False)
