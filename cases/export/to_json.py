"""The export as one JSON object, UTF-8, written case by case; its shape is `cases.schema.json` beside this file."""

import json
from collections.abc import Iterable
from typing import BinaryIO

from cases.export.rows import ExportCase, ExportFinding, ExportHead, plain


def write_json(head: ExportHead, cases: Iterable[ExportCase], into: BinaryIO) -> int:
    """Write the head, then every case as it comes, and return how many there were.

    Money is a string, because a JSON number is a float to most readers.
    """
    opening = {
        "schema": 1,
        "queue": head.queue,
        "offices": list(head.offices),
        "made_on": head.made_on.isoformat(),
        "language": head.language,
        "identifiers": "masked" if head.unmask_reason is None else "open",
        "unmask_reason": head.unmask_reason,
    }
    into.write(_text(opening)[:-1] + b', "cases": [')
    count = 0
    for case in cases:
        into.write((b",\n" if count else b"\n") + _text(_case(case)))
        count += 1
    into.write(b'\n], "count": ' + str(count).encode() + b"}\n")
    return count


def _text(value: object) -> bytes:
    # A lone surrogate is no UTF-8; written as \udxxx it is JSON.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _case(case: ExportCase) -> dict[str, object]:
    return {
        "case": case.number,
        "track": case.track,
        "severity": case.severity,
        "purpose": case.purpose,
        "party": {
            "name": case.party,
            "kind": case.party_kind,
            "npwp": case.npwp,
            "nib": case.nib,
            "npp": case.npp,
            "nik": case.nik,
        },
        "province": case.province,
        "opened_on": case.opened_on.isoformat(),
        "confirmed_on": case.confirmed_on.isoformat() if case.confirmed_on else None,
        "findings": [_finding(finding) for finding in case.findings],
    }


def _finding(finding: ExportFinding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "title": finding.title,
        "articles": finding.articles,
        "subject": finding.subject,
        "region": finding.region,
        "severity": finding.severity,
        "since": finding.since.isoformat(),
        "marks": finding.marks,
        "said": finding.said,
        "evidence": {name: plain(value) for name, value in finding.evidence.items()},
    }
