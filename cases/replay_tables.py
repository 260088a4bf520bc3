"""What came of a replay, for a person and for a machine."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cases.against_now import AgainstNow, RuleEffect
from cases.case_replay import CaseReplayed
from cases.inert import inert
from cases.kept_runs import Change
from cases.names import name_of
from cases.next_step import Typed
from cases.replay import Part, Replayed
from cases.tables import RuledTable
from cases.wording import Wording, message

PARTS = {
    "findings": message("findings"),
    "notices": message("notices"),
    "unknowns": message("subjects that could not be judged"),
    "counts": message("outcome counts"),
    "decisions": message("routing decisions"),
}
KINDS = {
    "register": message("register"),
    "rule": message("rule"),
    "parameter": message("parameter"),
    "parameters": message("parameters"),
    "calendar": message("calendar"),
    "vocabulary": message("vocabulary"),
    "routing": message("routing"),
    "ladder": message("sanction ladder"),
    "run file": message("run file"),
    "source": message("source"),
    "file": message("file"),
    "answer": message("kept answer"),
    "program": message("program"),
}
PROOFS = {
    "same": message("the same evidence"),
    "otherwise": message("other evidence"),
    "not found": message("no violation"),
    "changed": message("its run is not proved"),
    "purged": message("purged"),
    "not kept": message("its run kept no account"),
}
_SHOWN = 40
"""Signs of a sha256 that a table shows; --json has all 64."""


def replay_parts(run: Replayed, against: AgainstNow | None, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Yield what came of one run, what today's files would find where that was asked, and the step that follows."""
    yield from _run(run, wording)
    if against is not None:
        yield from _against(against, wording)
    again = typed.again(f"patuh replay {run.run_id}")
    if run.same and against is None:
        yield Text(wording.say("Next, to see what today's rules would find: {command} --against now", command=again))
    elif run.same:
        yield Text(wording.say("Next: {command}", command=typed.again("patuh rules check")))
    elif run.changed or run.parts:
        yield Text(wording.say("Next: put back what changed from a backup, then {command}", command=again))
    else:
        yield Text(wording.say("Next: {command}", command=typed.again("patuh scan")))


def case_parts(case: CaseReplayed, wording: Wording, typed: Typed) -> Iterator[RenderableType]:
    """Yield the proof of each finding of a case, then of the runs that they rest on."""
    say = wording.say
    title = say("Case {number}: what its open findings rest on", number=wording.number(case.number))
    table = _table(title, (say("rule"), say("subject"), say("evidence"), say("run")), 4)
    for one in case.findings:
        proof = Text(say(PROOFS[one.proof]), style="" if one.proof == "same" else "red")
        table.add_row(one.rule, inert(one.subject), proof, one.run_id)
    yield table
    for run in case.runs:
        yield from _run(run, wording)
    yield Text(say("Next: {command}", command=typed.again(f"patuh cases explain {case.number}")))


def _against(against: AgainstNow, wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    if not against.changes:
        yield Text(say("Nothing changed since: today's files are those that the run was judged by."))
        return
    yield Text(say("Then and now"), style="bold")
    yield from _changes(against.changes, wording)
    other = [one for one in against.effects if not one.same]
    if not other:
        yield Text(say("On these registers today's files give the same answer."))
        return
    columns = ("rule", "then", "now", "added", "removed", "other evidence", "unknown then", "unknown now")
    table = _table(say("What today's files would find in them"), tuple(say(_COLUMNS[name]) for name in columns))
    for one in other:
        table.add_row(one.rule, *map(wording.number, _numbers(one)))
    yield table


_COLUMNS = {
    "rule": message("rule"),
    "then": message("then"),
    "now": message("now"),
    "added": message("added"),
    "removed": message("removed"),
    "other evidence": message("other evidence"),
    "unknown then": message("unknown then"),
    "unknown now": message("unknown now"),
}


def _numbers(one: RuleEffect) -> tuple[int, ...]:
    return one.then, one.now, one.added, one.removed, one.otherwise, one.unknown_then, one.unknown_now


def _run(run: Replayed, wording: Wording) -> Iterator[RenderableType]:
    say = wording.say
    yield Text(say("Replay of {run} for {day}", run=run.run_id, day=wording.date(run.as_of)), style="bold")
    if run.reconstruction:
        yield Text(say("A reconstruction: the run judged that day on registers that were read later."), style="yellow")
    if run.purged:
        names = ", ".join(map(wording.tell, run.purged))
        yield Text(say("purged: {names}; this run can no longer be proved", names=names), style="red")
    if run.changed:
        yield Text(say("Not what it was:"), style="red")
        yield from _changes(run.changed, wording)
    if not run.parts:
        return
    yield _answer(run.parts, wording)
    if run.same:
        count = wording.number(run.inputs)
        yield Text(
            say("Proved: {count} inputs are as they were kept, and give the same answer byte for byte.", count=count)
        )
    elif run.changed:
        yield Text(say("The inputs are as they were kept, and another version gives another answer."), style="red")
    else:
        yield Text(say("The inputs are as they were kept, and yet the answer is another one."), style="red")


def _answer(parts: Iterable[Part], wording: Wording) -> Table:
    say = wording.say
    table = _table("", (say("answer"), say("proof"), "sha256"), 3)
    for part in parts:
        hashes = part.then[:_SHOWN] if part.same else f"{part.then[:_SHOWN]}\n{part.now[:_SHOWN]}"
        said = Text(say("same")) if part.same else Text(f"{say('then')}\n{say('now')}", style="red")
        table.add_row(say(PARTS[part.name]), said, hashes)
    return table


def _changes(changed: Iterable[Change], wording: Wording) -> Iterator[RenderableType]:
    for one in changed:
        named = " ".join(part for part in (name_of(KINDS, one.kind, wording), one.name) if part)
        yield Text(f"  {named}: {wording.tell(one.what)}")


def _table(title: str, columns: tuple[str, ...], text_columns: int = 1) -> Table:
    table = RuledTable(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < text_columns else "right", overflow="fold")
    return table


def replay_json(run: Replayed) -> dict[str, object]:
    """Return what a machine reads of one replay."""
    return {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "reconstruction": run.reconstruction,
        "same": run.same,
        "inputs": run.inputs,
        "purged": list(run.purged),
        "changed": [asdict(one) for one in run.changed],
        "answer": {part.name: {"then": part.then, "now": part.now, "same": part.same} for part in run.parts},
    }


def case_json(case: CaseReplayed) -> dict[str, object]:
    """Return what a machine reads of the replay of a case."""
    findings = [asdict(one) for one in case.findings]
    return {"case": case.number, "findings": findings, "runs": [replay_json(run) for run in case.runs]}


def against_json(against: AgainstNow) -> dict[str, object]:
    """Return what a machine reads of then and now."""
    effects = {one.rule: {k: v for k, v in asdict(one).items() if k != "rule"} for one in against.effects}
    return {"changes": [asdict(one) for one in against.changes], "rules": effects}
