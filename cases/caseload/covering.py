"""What an act on many cases would let be: findings, and cases that nobody selected but whose findings it covers too."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

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
    """What a waiver or a dismissal covers, read portion by portion and taken case by case; of any other act nothing."""

    wanted: CaseAct
    _read: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _chosen: set[int] = field(default_factory=set)
    _findings: set[int] = field(default_factory=set)
    _cases: set[int] = field(default_factory=set)

    def read(self, session: Session, numbers: Sequence[int]) -> None:
        """Read what it covers by each of these cases."""
        self._read = {}
        if isinstance(self.wanted, acts.Waive | acts.Dismiss) and numbers:
            for number, finding, case in session.execute(_covered(self.wanted, numbers)):
                self._read.setdefault(number, []).append((finding, case))

    def is_empty(self, number: int) -> bool:
        """Say whether a waiver by a case that was read would let nothing be."""
        return isinstance(self.wanted, acts.Waive) and number not in self._read

    def take(self, number: int) -> None:
        """Count what it covers by a case that was read."""
        self._chosen.add(number)
        for finding, case in self._read.get(number, ()):
            self._findings.add(finding)
            self._cases.add(case)

    def all(self) -> Covered | None:
        """Return how much was counted; None: the act lets nothing be."""
        if not isinstance(self.wanted, acts.Waive | acts.Dismiss):
            return None
        return Covered(len(self._findings), len(self._cases), len(self._cases - self._chosen))


def _covered(wanted: acts.Waive | acts.Dismiss, numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Ask by case for findings that are live and have a case: a dismissal's own ones, or all that a waiver is about."""
    found = select(col(Case.id), col(Finding.id), col(Finding.case_id)).where(
        col(Case.id).in_(numbers), col(Finding.state).in_(LIVE_STATES), col(Finding.case_id).is_not(None)
    )
    if isinstance(wanted, acts.Dismiss):
        return found.join(Finding, col(Finding.case_id) == col(Case.id))
    found = found.join(Finding, col(Finding.party_id) == col(Case.party_id)).where(text(latest("finding")))
    if wanted.rule is not None:
        found = found.where(col(Finding.rule) == wanted.rule)
    if wanted.subject is not None:
        found = found.where(col(Finding.subject_key) == wanted.subject)
    if not wanted.everywhere:
        found = found.where(col(Case.province) == func.substr(func.coalesce(col(Finding.region), ""), 1, 2))
    return found
