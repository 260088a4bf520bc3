"""What a person may never do from the screen, whatever case it is: their role is not one of those that may."""

from collections.abc import Mapping

from cases.access.identity import NotPermittedError, Who, admit
from cases.caseload.choosing import RIGHTS


def never(who: Who) -> Mapping[str, NotPermittedError]:
    """Return the acts (by the names of `choices.ACTS`) that `who` may do to no case, each with the refusal."""
    found: dict[str, NotPermittedError] = {}
    for act, (right, _) in RIGHTS.items():
        try:
            admit(who, right)
        except NotPermittedError as refused:
            found[act] = refused
    return found
