"""Notices on a terminal, as CSV and as one JSON object: what was seen, and what must be confirmed first."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from rich.console import Group, RenderableType
from rich.text import Text

from cases.export.to_csv import csv_cell
from cases.inert import inert
from cases.next_step import PLAIN, Typed
from cases.notice_list import NoticeFilter, NoticeLine, NoticePage, NoticeRule
from cases.rendering import indented, next_line, typed_options
from cases.tables import Heading
from cases.wording import NOT_KNOWN, Wording


def notice_screen(page: NoticePage, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return a page of notices under their rules, ending with the command that follows."""
    say = wording.say
    if not page.total:
        empty = page.wanted == NoticeFilter()
        told = say("The last scan gave no notice.") if empty else say("No notice matches this filter.")
        return Group(Text(told), next_line(wording, ("patuh cases list" if empty else "patuh notices",), typed))
    head = say("KONSEP - notices of the scan of {day}: to be read, not cases", day=wording.date(page.as_of))
    parts: list[RenderableType] = [Text(head, style="bold")]
    for rule in page.rules:
        lines = [line for line in page.lines if line.rule == rule.rule]
        parts += _rule(rule, lines, wording)
    parts += [Text(), Text(wording.plural("{count} notice in all.", "{count} notices in all.", page.total))]
    return Group(*parts, next_line(wording, _following(page), typed))


def _rule(rule: NoticeRule, lines: Sequence[NoticeLine], wording: Wording) -> list[RenderableType]:
    title = Text(f"{rule.rule} {inert(rule.title or '')}".rstrip(), style="bold")
    title.append(f"  ({wording.number(rule.notices)})", style="not bold dim")
    parts: list[RenderableType] = [Text(), Heading(title, align="left")]
    if rule.waits_for is not None:
        parts.append(Text(wording.say("To be confirmed: {what}", what=inert(rule.waits_for)), style="yellow"))
    for line in lines:
        head = Text(f"• {inert(line.party or wording.say('(no name in the registers)'), 80)}", style="bold")
        head.append(f"  {inert(line.subject, 80)}, {inert(line.region or NOT_KNOWN, 20)}", style="not bold dim")
        parts += [head, indented(inert(line.said or NOT_KNOWN))]
    return parts


def _following(page: NoticePage) -> Sequence[str]:
    wanted = page.wanted
    narrowed = typed_options({"rule": wanted.rule, "region": wanted.region})
    if page.next_offset is not None:
        return (f"patuh notices{narrowed} --offset {page.next_offset}",)
    rule = page.rules[0].rule
    return (f"patuh rules show {rule}", f"patuh notices{narrowed} --csv")


def notice_json(page: NoticePage) -> str:
    """Return the page as one JSON object, as docs/running-a-scan.md describes it."""
    return json.dumps(
        {
            "schema": 1,
            "run_id": page.run_id,
            "as_of": page.as_of.isoformat(),
            "total": page.total,
            "next_offset": page.next_offset,
            "rules": {
                rule.rule: {"title": rule.title, "waits_for": rule.waits_for, "notices": rule.notices}
                for rule in page.rules
            },
            "notices": [
                {
                    "rule": line.rule,
                    "party": line.party,
                    "party_kind": line.party_kind,
                    "subject": line.subject,
                    "region": line.region,
                    "said": line.said,
                }
                for line in page.lines
            ],
        },
        ensure_ascii=False,
    )


def write_notices(lines: Iterable[NoticeLine], rules: Sequence[NoticeRule], wording: Wording, into: BinaryIO) -> None:
    """Write the lines as they come as CSV: UTF-8 with its mark, no text that a spreadsheet would run or change."""
    text = io.TextIOWrapper(into, encoding="utf-8-sig", errors="backslashreplace", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    say, waits = wording.say, {rule.rule: rule.waits_for for rule in rules}
    heading = (say("Rule"), say("Party"), say("Subject"), say("Region"), say("What it says"), say("To be confirmed"))
    writer.writerow(heading)
    for line in lines:
        cells = (line.rule, line.party, line.subject, line.region, line.said, waits.get(line.rule))
        writer.writerow([csv_cell(cell) for cell in cells])
    text.flush()
    text.detach()
