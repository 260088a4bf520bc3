"""Whether the next case comes before the person after an act, or the one that they acted on stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cases.caseload import acts

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct

_SETTLES: Final = (
    acts.Confirm,
    acts.Redirect,
    acts.Assign,
    acts.Step,
    acts.Pause,
    acts.Refer,
    acts.Approve,
    acts.Snooze,
    acts.Waive,
    acts.Dismiss,
    acts.Close,
)
"""What settles a case for now. Any other act, and one that was taken back, leaves open what is to be done with it."""


def goes_on(act: CaseAct) -> bool:
    """Say whether somebody who did this is through with the case."""
    return isinstance(act, _SETTLES)
