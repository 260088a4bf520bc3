"""The list of notices: what rules of nature notice hit in one run. They open no case; here is where they are read.

The run keeps it as `<state>/runs/<run_id>/notices.parquet` with the columns of `engine.findings.FINDING_COLUMNS`. It is
read where it lies, page by page.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cases.deadlines import with_deadline_lets
from cases.formats import evidence_of, sentence
from cases.masking import Cover, evidence_covers, mask_evidence, mask_key, mask_party_name
from cases.wording import Wording
from connectors.duck import literal, open_duck
from engine.detect import Work
from rules.errors import Message, UsageError
from rules.model import Rule

BATCH = 1000
"""Rows that are put into words at a time, however long the list is."""


@dataclass(frozen=True)
class NoticeFilter:
    """Which notices; None does not narrow. `region` is a Kemendagri code of any level.

    `within`: the regions of who asks; None: all of them.
    """

    rule: str | None = None
    region: str | None = None
    within: tuple[str, ...] | None = None


@dataclass(frozen=True)
class NoticeLine:
    """One subject that a notice rule hit. `party` and `subject` are covered as their fields ask for.

    `said` is the rule's sentence in the reader's language, None where the rule book has lost the rule since the run.
    `region` None: not said.
    """

    rule: str
    party: str | None
    party_kind: str
    subject: str
    region: str | None
    said: str | None


@dataclass(frozen=True)
class NoticeRule:
    """A rule with notices that match, and how many. `title` None: no rule file has it any more.

    `waits_for`: what has to be confirmed before anything may follow from it; None: nothing is named.
    """

    rule: str
    title: str | None
    waits_for: str | None
    notices: int


@dataclass(frozen=True)
class NoticePage:
    """The rules with their counts, and some of the `total` lines from `offset` on.

    `next_offset` None: this was the last page.
    """

    run_id: str
    as_of: date
    rules: tuple[NoticeRule, ...]
    lines: tuple[NoticeLine, ...]
    total: int
    next_offset: int | None
    wanted: NoticeFilter


@dataclass(frozen=True)
class NoticeSource:
    """Where the list is read: the state folder, the run and its day, what words are made with, covered or not."""

    state: Path
    run_id: str
    as_of: date
    work: Work
    wording: Wording
    unmask: bool = False

    @property
    def file(self) -> Path:
        """The run's own list."""
        return notices_file(self.state, self.run_id)


def notices_file(state: Path, run_id: str) -> Path:
    """Return where a run keeps its notices."""
    return state / "runs" / run_id / "notices.parquet"


def list_notices(source: NoticeSource, wanted: NoticeFilter, offset: int = 0, limit: int = 50) -> NoticePage:
    """Return the rules and up to `limit` notices. Raises UsageError when the run kept no list."""
    rules = _rules(source, wanted)
    total = sum(rule.notices for rule in rules)
    lines = tuple(notice_lines(source, wanted, offset, limit))
    following = offset + len(lines)
    more = following if lines and following < total else None
    return NoticePage(source.run_id, source.as_of, rules, lines, total, more, wanted)


def notice_lines(
    source: NoticeSource, wanted: NoticeFilter, offset: int = 0, limit: int | None = None
) -> Iterator[NoticeLine]:
    """Yield notices by rule, region and subject; `limit` None: all of them. Raises UsageError without a list."""
    where, values = _where(wanted)
    tell = _Teller(source)
    with closing(open_duck(source.work.scratch)) as duck:
        found = duck.execute(
            f"SELECT rule, fact, party_name, party_kind, subject_key, nullif(region, ''), evidence "
            f"FROM read_parquet({literal(_kept(source))}){where} ORDER BY rule, region, subject_key LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        while rows := found.fetchmany(BATCH):
            for row in rows:
                yield tell(row)


class _Teller:
    """Puts rows of the list into words; what a rule's words and covers are is worked out once per rule."""

    def __init__(self, source: NoticeSource) -> None:
        self._source = source
        self._book = source.work.book
        self._covers = cache(self._covers_of)

    def _covers_of(self, rule: str) -> Mapping[str, Cover]:
        return evidence_covers(self._book.rules[rule], self._book.vocabulary)

    def __call__(self, row: tuple[str, str, str | None, str, str, str | None, str]) -> NoticeLine:
        rule, fact, name, kind, key, region, evidence = row
        vocabulary, unmask = self._book.vocabulary, self._source.unmask
        if name is not None and not unmask:
            name = mask_party_name(name, kind, vocabulary)
        subject = key if unmask else mask_key(key, vocabulary.facts.get(fact))
        known = self._book.rules.get(rule)
        return NoticeLine(rule, name, kind, subject, region, self._said(known, evidence) if known else None)

    def _said(self, rule: Rule, evidence: str) -> str:
        values = with_deadline_lets(rule, evidence_of(evidence), self._source.work, self._source.as_of)
        shown = values if self._source.unmask else mask_evidence(values, self._covers(rule.id))
        return sentence(rule, shown, self._book.vocabulary, self._source.wording)


def _rules(source: NoticeSource, wanted: NoticeFilter) -> tuple[NoticeRule, ...]:
    where, values = _where(wanted)
    with closing(open_duck(source.work.scratch)) as duck:
        counts = duck.execute(
            f"SELECT rule, count(*) FROM read_parquet({literal(_kept(source))}){where} GROUP BY 1 ORDER BY 1", values
        ).fetchall()
    return tuple(_rule(str(rule), int(count), source) for rule, count in counts)


def _rule(name: str, notices: int, source: NoticeSource) -> NoticeRule:
    rule, words = source.work.book.rules.get(name), source.wording.words
    if rule is None:
        return NoticeRule(name, None, None, notices)
    return NoticeRule(name, words(rule.title), words(rule.waits_for) or None, notices)


def _kept(source: NoticeSource) -> Path:
    if not source.file.is_file():
        raise UsageError(
            Message("run {run_id} has no list of notices at {file}", run_id=source.run_id, file=source.file),
            Message("without it nobody can read what rules of nature notice hit"),
            Message("run patuh scan again; the list is written at its end"),
        )
    return source.file


def _where(wanted: NoticeFilter) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    if wanted.rule is not None:
        parts.append("rule = ?")
        values.append(wanted.rule)
    if wanted.region is not None:
        parts.append("(region = ? OR starts_with(region, ?))")
        values += [wanted.region, f"{wanted.region}."]
    if wanted.within is not None:
        lies = " OR ".join(["region = ? OR starts_with(region, ?)"] * len(wanted.within))
        parts.append(f"({lies})")
        values += [text for one in wanted.within for text in (one, f"{one}.")]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values
