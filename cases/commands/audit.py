"""`patuh audit`: whether what is kept of the cases is still what was written."""

import json
import os
import shutil
from dataclasses import asdict

import typer

from cases.commands.options import RUN_FILE, AsJson, Config, Lang, Store, output, setting_of, talk
from cases.commands.written import written
from cases.exit_codes import ExitCode

app = typer.Typer(help="Prove what happened to the cases.")

SHOWN = 50
"""So many faults are shown; all of them are counted, and --json has all."""


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
    from cases.proof.anchors import anchor_folder
    from cases.proof.fault_words import said
    from cases.proof.verify import verify as walk

    reading = open_reading(config, store, lang, setting_of(context).today())
    wording, state = reading.wording, reading.configuration.state
    with opened(context, reading.store):
        talk().print(wording.say("reading all events and anchor files…"), highlight=False)
    into = reading.work.scratch / f"audit-{os.getpid()}"
    try:
        audit = walk(reading.store, anchor_folder(state, reading.store), into)
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
