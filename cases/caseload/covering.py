"""What an act on many cases would let be: findings, and cases that nobody selected but whose findings it covers too."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select, text
from sqlmodel import Session, col

from cases.caseload import acts
from cases.caseload.acts import CaseAct
from cases.caseload.many import Covered
from cases.life.waivers import latest
from cases.store.models import Case, Finding
from cases.store.stages import LIVE_STATES


@dataclass
class Covering:
    """Gathers what a waiver or a dismissal covers, portion by portion; of any other act nothing."""

    wanted: CaseAct
    _chosen: set[int] = field(default_factory=set)
    _findings: set[int] = field(default_factory=set)
    _cases: set[int] = field(default_factory=set)

    def add(self, session: Session, numbers: Sequence[int]) -> None:
        """Add what it covers by these cases."""
        if isinstance(self.wanted, acts.Waive | acts.Dismiss) and numbers:
            self._chosen |= set(numbers)
            for finding, case in session.execute(_covered(self.wanted, numbers)).all():
                self._findings.add(finding)
                self._cases |= {case} if case is not None else set()

    def all(self) -> Covered | None:
        """Return how much it is; None: the act lets nothing be."""
        if not isinstance(self.wanted, acts.Waive | acts.Dismiss):
            return None
        return Covered(len(self._findings), len(self._cases), len(self._cases - self._chosen))


def _covered(wanted: acts.Waive | acts.Dismiss, numbers: Sequence[int]) -> Select[int, int | None]:
    """Ask for findings that are live and have a case: a dismissal's own ones, or all that a waiver is about."""
    found = select(col(Finding.id), col(Finding.case_id)).where(
        col(Finding.state).in_(LIVE_STATES), col(Finding.case_id).is_not(None)
    )
    if isinstance(wanted, acts.Dismiss):
        return found.where(col(Finding.case_id).in_(numbers))
    found = found.join(Case, col(Case.party_id) == col(Finding.party_id))
    found = found.where(col(Case.id).in_(numbers), text(latest("finding")))
    if wanted.rule is not None:
        found = found.where(col(Finding.rule) == wanted.rule)
    if wanted.subject is not None:
        found = found.where(col(Finding.subject_key) == wanted.subject)
    if not wanted.everywhere:
        found = found.where(col(Case.province) == func.substr(func.coalesce(col(Finding.region), ""), 1, 2))
    return found
