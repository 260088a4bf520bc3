"""The queues at the left, each with how much it holds."""

from collections.abc import Sequence

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cases.caseload.views import ROOMS, VIEWS, View, ViewCount
from cases.wording import Wording


class QueuePane(OptionList):
    """One line for each view; the chosen one is whose cases the list shows."""

    class Chosen(Message):
        """Another view was chosen."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def show(self, counts: Sequence[ViewCount], wording: Wording) -> None:
        """Write the lines anew, keeping the place."""
        known = {one.view.name: one.count for one in counts}
        place = self.highlighted
        self.clear_options()
        for view in (*VIEWS, *ROOMS):
            count = known.get(view.name)
            line = Text(f"{wording.say(view.words):<14}")
            line.append(f"{'…' if count is None else wording.number(count):>9}", "dim")
            self.add_option(Option(line, id=view.name))
        self.highlighted = place or 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell the screen."""
        self.post_message(self.Chosen(next(one for one in (*VIEWS, *ROOMS) if one.name == event.option_id)))
