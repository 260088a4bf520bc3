"""What a person may never do from the screen, whatever case it is: their role is not one of those that may."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cases.access.identity import NotPermittedError, Who, admit

if TYPE_CHECKING:
    from cases.life.moves import Kind

RIGHTS: Final[Mapping[str, tuple[str, "Kind | None"]]] = {
    "confirm": ("confirm", "confirm"),
    "redirect": ("confirm", None),
    "assign": ("assign", None),
    "step": ("step", None),
    "receipt": ("step", None),
    "record": ("step", None),
    "pause": ("step", "pause"),
    "resume": ("step", "resume"),
    "refer": ("refer", None),
    "answer": ("step", None),
    "approve": ("approve", None),
    "retract": ("step", "retract"),
    "snooze": ("snooze", "snooze"),
    "wake": ("snooze", "wake"),
    "waive": ("waive", "waive"),
    "dismiss": ("dismiss", "dismiss"),
    "note": ("note", "note"),
    "close": ("dismiss", "close"),
    "merge": ("merge", None),
    "refuse_merge": ("merge", None),
    "split": ("merge", None),
}
"""Each act of `choices.ACTS`: the right that it needs, and its move, where that needs nothing that is still chosen."""


def never(who: Who) -> Mapping[str, NotPermittedError]:
    """Return the acts (by the names of `choices.ACTS`) that `who` may do to no case, each with the refusal."""
    found: dict[str, NotPermittedError] = {}
    for act, (right, _) in RIGHTS.items():
        try:
            admit(who, right)
        except NotPermittedError as refused:
            found[act] = refused
    return found
