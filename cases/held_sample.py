"""A sample of what a rule found and a scan held: some findings of every region, as a case's file would show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import Session, col

from cases.access.gate import permit
from cases.article import article
from cases.case_findings import shown_findings
from cases.explanation import party_name
from cases.store.models import Finding, Party, RuleVersion

if TYPE_CHECKING:
    from cases.case_file import ShownFinding
    from cases.reader import Reader

REGENCY = 5
"""Signs of a region code down to kabupaten or kota: `19.71`."""


@dataclass(frozen=True)
class HeldFinding:
    """One of the sample: whom it is about, covered, and what the rule says of it."""

    party: str
    finding: ShownFinding


@dataclass(frozen=True)
class HeldSample:
    """`regions`: each kabupaten or kota ("" where none is said) with its held findings, most first.

    `findings`: one of each region by turns until there are enough. `false_positives`: what the rule's author says of
    when it is wrong; "" where the rule is gone.
    """

    rule: str
    title: str
    articles: tuple[str, ...]
    false_positives: str
    total: int
    regions: tuple[tuple[str, int], ...]
    findings: tuple[HeldFinding, ...]


def held_sample(session: Session, rule: str, reader: Reader, limit: int = 12) -> HeldSample:
    """Return up to `limit` held findings of `rule`, and how many there are where. Raises NotPermittedError."""
    permit(session, "waiting")
    held = (col(Finding.rule) == rule, col(Finding.state) == "held")
    region = func.coalesce(func.substr(col(Finding.region), 1, REGENCY), "")
    counted = session.execute(select(region, func.count()).where(*held).group_by(region)).all()
    regions = tuple(sorted(((str(code), int(count)) for code, count in counted), key=lambda one: (-one[1], one[0])))
    turn = func.row_number().over(partition_by=region, order_by=col(Finding.id))
    taken = select(col(Finding.id).label("id"), turn.label("turn")).where(*held).subquery()
    found = session.execute(
        select(Finding, RuleVersion, Party)
        .join(taken, taken.c.id == col(Finding.id))
        .join(RuleVersion, col(RuleVersion.id) == col(Finding.rule_version_id))
        .join(Party, col(Party.id) == col(Finding.party_id))
        .order_by(taken.c.turn, col(Finding.id))
        .limit(limit)
    ).all()
    shown = shown_findings([(finding, version) for finding, version, _ in found], reader)
    known = reader.book.rules.get(rule)
    return HeldSample(
        rule=rule,
        title=reader.wording.words(known.title) if known else rule,
        articles=tuple(article(basis, reader.wording) for basis in known.basis) if known else (),
        false_positives=reader.wording.words(known.false_positives) if known else "",
        total=sum(count for _, count in regions),
        regions=regions,
        findings=tuple(
            HeldFinding(party_name(party, reader), one) for (_, _, party), one in zip(found, shown, strict=True)
        ),
    )
