"""`patuh audit`: whether what is kept of the cases is still what was written."""

import json
import os
import shutil
import sys
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from cases.commands.options import (
    RUN_FILE,
    AsJson,
    Config,
    Lang,
    Purpose,
    Store,
    Unmask,
    output,
    setting_of,
    talk,
)
from cases.commands.written import UNTOUCHED, whole_file, written
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError

app = typer.Typer(help="Prove what happened to the cases.")

SHOWN = 50
"""So many faults are shown; all of them are counted, and --json has all."""
EXPLAINED = 50
"""So many findings of a rule are explained condition by condition; the evidence of all of them is shown."""


@app.callback()
def _audit() -> None:
    """Prove what happened to the cases."""


@app.command("verify")
def verify(
    context: typer.Context, config: Config = RUN_FILE, store: Store = None, as_json: AsJson = False, lang: Lang = None
) -> ExitCode:
    """Walk the chains of all cases and the anchor files; name the first broken link of each."""
    from cases.commands.gate import opened
    from cases.commands.reading import open_reading
    from cases.progress import StageTimer
    from cases.proof.anchors import anchor_folder
    from cases.proof.fault_words import purged_words, said
    from cases.proof.verify import verify as walk

    reading = open_reading(config, store, lang, setting_of(context).today())
    wording = reading.wording
    timer = StageTimer(talk(), setting_of(context).seconds, wording)
    anchors = anchor_folder(reading.configuration.anchor_root, reading.store)
    into = reading.work.scratch / f"audit-{os.getpid()}"
    try:
        with opened(context, reading.store):  # there is a store, and it is of this version
            pass
        audit = walk(reading.store, anchors, into, timer.stage)
    finally:
        shutil.rmtree(into, ignore_errors=True)  # it holds what events say
    ended = ExitCode.BROKEN if audit.faults else ExitCode.DONE
    if as_json:
        with written():
            typer.echo(json.dumps(asdict(audit), ensure_ascii=False))
        return ended
    lines = [
        wording.say(
            "{cases} cases, {events} events, {anchors} anchor files.",
            cases=wording.number(audit.cases),
            events=wording.number(audit.events),
            anchors=wording.number(audit.anchors),
        )
    ]
    lines += [purged_words(one, wording, setting_of(context).now().tzinfo or UTC) for one in audit.purged]
    lines += [said(fault, wording) for fault in audit.faults[:SHOWN]]
    if len(audit.faults) > SHOWN:
        lines.append(wording.say("and {count} more", count=wording.number(len(audit.faults) - SHOWN)))
    if audit.root:
        lines.append(wording.say("Newest anchor: {root}", root=audit.root))
    lines.append(
        wording.say("Next: keep the store and the anchor files as they are, and compare them with a backup.")
        if audit.faults
        else wording.say("Everything holds. Next: write the newest anchor down on paper.")
    )
    for line in lines:
        output().print(line, highlight=False, markup=False, soft_wrap=True)
    return ended


@app.command("show")
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The case's number, as patuh cases list shows it.")],
    into: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write it there; stdout otherwise.")] = None,
    unmask: Unmask = False,
    purpose: Purpose = None,
    config: Config = RUN_FILE,
    store: Store = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> ExitCode:
    """Show one case as a court gets it, with all that proves it; what could not be shown is named."""
    import engine.explain
    from cases.commands.gate import opened, uncover_case, who_of
    from cases.commands.reading import open_reading
    from cases.court_file import Making, court_file
    from cases.court_screen import court_json, court_text
    from cases.kept_runs import replay_folder
    from cases.proof.anchors import anchor_folder
    from cases.reader import Reader

    now = setting_of(context).now()
    reading = open_reading(config, store, "en" if as_json else lang, now.date())
    state, zone = reading.configuration.state, now.tzinfo or UTC
    reader = Reader(
        work=reading.work,
        wording=reading.wording,
        today=now.date(),
        explain=engine.explain.explain_each,
        unmask=unmask,
        members=EXPLAINED,
        zone=zone,
    )
    if unmask:
        uncover_case(context, reading.store, number)
    with replay_folder(state) as folder, opened(context, reading.store) as session:
        anchors = anchor_folder(reading.configuration.anchor_root, reading.store)
        making = Making(now, who_of(context).login, purpose, state, anchors, folder)
        file = court_file(session, number, reader, making)
    text = court_json(file) if as_json else court_text(file, reading.wording, zone)
    ended = ExitCode.DONE if file.holds else ExitCode.BROKEN
    if into is None:
        with written():
            sys.stdout.write(text)
        return ended
    with whole_file(into) as stream:
        stream.write(text.encode())
    told = reading.wording.say("The file of case {number} is written: {path}", number=str(number), path=str(into))
    talk().print(told, highlight=False, markup=False, soft_wrap=True)
    return ended


@app.command("purge")
def purge(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken; take nothing.")] = False,
    config: Config = RUN_FILE,
    store: Store = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> ExitCode:
    """Take personal data away whose time is over (retention: in rules.yaml); chains and anchors go on holding."""
    import rules.load
    from cases.commands.gate import opened, who_of
    from cases.commands.reading import open_reading
    from cases.purge import Purging
    from cases.purge import purge as take
    from cases.purge_words import purge_lines

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(config, store, lang, now.date())
    configuration, wording = reading.configuration, reading.wording
    if not configuration.retention:
        raise UsageError(
            Message("the run file says of nothing how long it is kept"),
            Message("what is purged is gone for good, so that nothing is without an office having said it"),
            Message("write retention: in rules.yaml (docs/proof.md)"),
        )
    purging = Purging(
        url=reading.store,
        into=reading.work.scratch / f"purge-{os.getpid()}",
        at=now,
        who=who_of(context).login,
        salt=setting.salt,
        retention=configuration.retention,
        book=rules.load.load(config.absolute(), every_pack=True).book,
    )
    try:
        with opened(context, reading.store) as session:
            taken = take(purging, session, configuration.state, dry=dry_run)
    finally:
        shutil.rmtree(purging.into, ignore_errors=True)  # it holds what is being taken
    stands = UNTOUCHED if dry_run else Message("what was purged is gone, and each case says so")
    if as_json:
        with written(stands):
            typer.echo(json.dumps({"dry_run": dry_run, **asdict(taken)}))
        return ExitCode.DONE
    for line in purge_lines(taken, configuration.retention, now.date(), wording, dry=dry_run):
        output(stands).print(line, highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE
