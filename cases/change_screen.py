"""What changed between two states of the rule files, on a terminal and for another program."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cases.inert import inert
from cases.names import name_of
from cases.tables import Heading
from cases.wording import Wording, message
from rules.changes import KINDS, Change, PartChange

KIND_TITLES: Final[Mapping[str, str]] = {
    "rule": message("Rules"),
    "parameter": message("Parameters"),
    "routing": message("Routing rules"),
    "ladder": message("Sanction ladder"),
    "order": message("Order"),
    "setting": message("What routing and ladder may name"),
    "fact": message("Facts"),
    "field": message("Fields"),
}
STATE_WORDS: Final[Mapping[str, str]] = {
    "added": message("added"),
    "gone": message("gone"),
    "changed": message("changed"),
}
PART_WORDS: Final[Mapping[str, str]] = {
    "status": message("status"),
    "nature": message("nature"),
    "subject": message("whom it is about"),
    "scope": message("condition: where it applies"),
    "needs": message("condition: where it can judge"),
    "when": message("condition: what is found"),
    "let": message("worked out by this rule"),
    "law_date": message("day whose law counts"),
    "values": message("values"),
    "by": message("what the values differ by"),
    "off": message("days that do not count"),
    "do": message("what a person does"),
    "deadline": message("deadline"),
    "office": message("office"),
    "ours": message("setting of ours"),
    "waits_for": message("what it waits for"),
    "severity": message("severity"),
    "then": message("decision"),
    "order": message("order"),
    "marks": message("marks"),
    "basis": message("law"),
    "max_share": message("guard: share"),
    "max_new": message("guard: new findings"),
    "family": message("family"),
    "pack": message("pack"),
    "type": message("type"),
    "unit": message("unit"),
    "null": message("what an empty field means"),
    "known_from": message("known from"),
    "before": message("value before it was known"),
    "minimum": message("least value"),
    "maximum": message("greatest value"),
    "personal": message("personal data"),
    "title": message("title"),
    "words": message("words"),
    "say": message("sentence"),
    "why": message("reason"),
    "false_positives": message("known false positives"),
    "evidence": message("evidence"),
    "sources": message("sources and checks"),
    "examples": message("examples"),
    "layout": message("comments or layout only"),
}
LONGEST: Final = 2000


def change_screen(changes: Sequence[Change], wording: Wording) -> RenderableType:
    """Return every change, rules first, and the command that follows."""
    say = wording.say
    if not changes:
        return Text(say("No difference: both say the same, to the last comment."))
    parts: list[RenderableType] = []
    for kind in KINDS:
        chosen = [change for change in changes if change.kind == kind]
        if chosen:
            title = f"{say(KIND_TITLES[kind])}: {_counts(chosen, wording)}"
            parts += [Heading(Text(title, style="bold"), align="left")]
            parts += [part for change in chosen for part in _change(change, wording)]
            parts.append(Text())
    command = Text("patuh rules check", style="bold")
    return Group(*parts, Text(f"{say('Next:')} ").append(command))


def _counts(changes: Sequence[Change], wording: Wording) -> str:
    states = [change.state for change in changes]
    counted = {state: states.count(state) for state in ("gone", "added", "changed")}
    return ", ".join(
        f"{wording.number(count)} {name_of(STATE_WORDS, state, wording)}" for state, count in counted.items() if count
    )


def _change(change: Change, wording: Wording) -> list[RenderableType]:
    state = "" if change.state == "changed" else f"  {name_of(STATE_WORDS, change.state, wording)}"
    head = Text(inert(change.name, LONGEST), style="bold")
    head.append(f"  {inert(wording.words(change.title), LONGEST)}" if change.title else "", style="not bold")
    head.append(state, style="not bold yellow")
    if change.read_by:
        head.append(f"  ({wording.say('read by {rules}', rules=', '.join(change.read_by))})", style="not bold dim")
    return [Padding(head, (0, 0, 0, 2)), *(_part(part, wording) for part in change.parts)]


def _part(part: PartChange, wording: Wording) -> RenderableType:
    lines: list[RenderableType] = [Text(name_of(PART_WORDS, part.part, wording), style="dim")]
    if part.part != "layout":
        lines += [Text(f"- {inert(line, LONGEST)}", style="red") for line in part.removed]
        lines += [Text(f"+ {inert(line, LONGEST)}", style="green") for line in part.added]
    return Padding(Group(*lines), (0, 0, 0, 4))


def change_record(change: Change) -> Mapping[str, object]:
    """Return one change as JSON has it."""
    return {
        "kind": change.kind,
        "name": change.name,
        "state": change.state,
        "title": dict(change.title),
        "parts": [
            {"part": part.part, "removed": list(part.removed), "added": list(part.added)} for part in change.parts
        ],
        "read_by": list(change.read_by),
    }
