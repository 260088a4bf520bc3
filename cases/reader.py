"""For whom the file of a case is made, and with what: rules, words, day, what explains a finding, what it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cases.evidence_values import Origins
    from cases.store.models import Finding
    from cases.wording import Wording
    from engine.detect import Work
    from engine.explain import Explanation
    from rules.model import RuleBook

Explainer: TypeAlias = "Callable[[Work, str, Sequence[Mapping[str, object]]], Sequence[Explanation]]"
"""`engine.explain.explain_each`: a rule and the evidence of findings in, every line with its values out for each."""


@dataclass(frozen=True)
class Reader:
    """For whom the file is made: on which day, in which words, covered or not, how many members of a group.

    `explain` None: the conditions are left out. `zone`: events are told in it. `then` gives the rules, parameters and
    days by which a finding was judged; None, or where it gives None: those of `work`. `origins` gives the registers
    that a finding's evidence came from; None: the evidence is left out.
    """

    work: Work
    wording: Wording
    today: date
    explain: Explainer | None = None
    unmask: bool = False
    members: int = 20
    zone: tzinfo = UTC
    then: Callable[[Finding], Work | None] | None = None
    origins: Callable[[Finding], Origins] | None = None

    @property
    def book(self) -> RuleBook:
        """The rules and the vocabulary."""
        return self.work.book

    def of(self, finding: Finding) -> Reader:
        """Return the reader of one finding: on the day and by the rules that it was judged by, where they are known."""
        work = self.then(finding) if self.then else None
        return self if work is None else replace(self, work=work, today=work.evaluation_date)
